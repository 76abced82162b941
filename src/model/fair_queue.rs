//! Fair turns (fair queueing, RFC 970): what waits does so in the lane of its source, lanes take turns, and where there
//! is no more room the longest lanes lose their newest. Who floods waits for itself and loses its own.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Turns of those that are known for each turn of a stranger.
const TURNS_OF_KNOWN: u8 = 3;

/// Whose turns they share: a crowd of strangers delays nobody whom a person knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueClass {
    Known,
    Stranger,
}

/// How much waits at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub items: usize,
    pub bytes: usize,
}

#[derive(Clone, Debug)]
struct Lane<T> {
    class: QueueClass,
    /// With their weights in bytes.
    items: VecDeque<(usize, T)>,
    bytes: usize,
}

/// Which end of a lane.
#[derive(Clone, Copy, Debug)]
enum End {
    Oldest,
    Newest,
}

/// Items of sources `K`, bounded in number and bytes. To drop one for a source that has less than others walks through
/// all lanes; for who floods nothing does.
#[derive(Clone, Debug)]
pub struct FairQueue<K, T> {
    bounds: Bounds,
    lanes: HashMap<K, Lane<T>>,
    /// The lanes, each of which has something in it, in the order of their turns.
    known: VecDeque<K>,
    strangers: VecDeque<K>,
    turns: u8,
    items: usize,
    bytes: usize,
}

impl<K: Clone + Eq + Hash, T> FairQueue<K, T> {
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            lanes: HashMap::new(),
            known: VecDeque::new(),
            strangers: VecDeque::new(),
            turns: 0,
            items: 0,
            bytes: 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Whether one more of this source is dropped at once: there is no room, and it has half of the usual already.
    pub fn is_full_for(&self, key: &K, bytes: usize) -> bool {
        let full = self.items >= self.bounds.items;
        if !full && self.bytes.saturating_add(bytes) <= self.bounds.bytes {
            return false;
        }
        let has = |all: usize, own: fn(&Lane<T>) -> usize| {
            let usual = all.checked_div(self.lanes.len()).unwrap_or_default();
            self.lanes.get(key).map_or(0, own) >= usual / 2
        };
        if full { has(self.items, |lane| lane.items.len()) } else { has(self.bytes, |lane| lane.bytes) }
    }

    /// Waits for its turn; the class of a lane is that of its first. Where there is no room for all, what was dropped
    /// for it, and whose: one large item may take the place of many small ones.
    pub fn push(&mut self, class: QueueClass, key: K, bytes: usize, item: T) -> Vec<(K, T)> {
        if self.is_full_for(&key, bytes) {
            return vec![(key, item)];
        }
        let lane = self.lanes.entry(key.clone()).or_insert_with(|| Lane::new(class));
        lane.items.push_back((bytes, item));
        lane.bytes = lane.bytes.saturating_add(bytes);
        let is_first = lane.items.len() == 1;
        self.items = self.items.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        if is_first {
            self.order(class).push_back(key);
        }
        std::iter::from_fn(|| self.drop_excess()).collect()
    }

    /// One of those for which there is no room.
    fn drop_excess(&mut self) -> Option<(K, T)> {
        if self.bytes > self.bounds.bytes {
            self.drop_newest(|lane| lane.bytes)
        } else if self.items > self.bounds.items {
            self.drop_newest(|lane| lane.items.len())
        } else {
            None
        }
    }

    /// The next whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let strangers_first = self.known.is_empty() || self.turns >= TURNS_OF_KNOWN;
        let class = if strangers_first && !self.strangers.is_empty() {
            QueueClass::Stranger
        } else {
            QueueClass::Known
        };
        let key = self.order(class).pop_front()?;
        self.turns = if class == QueueClass::Stranger { 0 } else { self.turns.saturating_add(1) };
        let item = self.take(&key, End::Oldest)?;
        if self.lanes.contains_key(&key) {
            self.order(class).push_back(key);
        }
        Some(item)
    }

    /// The newest of the lane that is longest by this measure.
    fn drop_newest(&mut self, length: fn(&Lane<T>) -> usize) -> Option<(K, T)> {
        let longest = self.lanes.iter().max_by_key(|(_, lane)| length(lane));
        let (key, class) = longest.map(|(key, lane)| (key.clone(), lane.class))?;
        let item = self.take(&key, End::Newest)?;
        if !self.lanes.contains_key(&key) {
            self.order(class).retain(|one| *one != key);
        }
        Some((key, item))
    }

    const fn order(&mut self, class: QueueClass) -> &mut VecDeque<K> {
        match class {
            QueueClass::Known => &mut self.known,
            QueueClass::Stranger => &mut self.strangers,
        }
    }

    /// Takes one out of a lane, which is gone with its last.
    fn take(&mut self, key: &K, end: End) -> Option<T> {
        let lane = self.lanes.get_mut(key)?;
        let (bytes, item) = match end {
            End::Oldest => lane.items.pop_front()?,
            End::Newest => lane.items.pop_back()?,
        };
        lane.bytes = lane.bytes.saturating_sub(bytes);
        if lane.items.is_empty() {
            self.lanes.remove(key);
        }
        self.items = self.items.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
        Some(item)
    }
}

impl<T> Lane<T> {
    const fn new(class: QueueClass) -> Self {
        Self { class, items: VecDeque::new(), bytes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEW: Bounds = Bounds { items: 4, bytes: 100 };

    fn all<T>(queue: &mut FairQueue<&str, T>) -> Vec<T> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn lanes_take_turns_and_each_keeps_its_order() {
        let mut queue = FairQueue::new(FEW);
        for (key, item) in [("a", 1), ("a", 2), ("a", 3), ("b", 4)] {
            assert_eq!(queue.push(QueueClass::Known, key, 1, item), []);
        }
        assert_eq!(all(&mut queue), [1, 4, 2, 3]);
        assert!(queue.is_empty());
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn strangers_have_one_turn_in_four() {
        let mut queue = FairQueue::new(Bounds { items: 20, bytes: 100 });
        for item in 0..6 {
            queue.push(QueueClass::Stranger, "s", 1, item);
            queue.push(QueueClass::Known, "k", 1, item + 10);
        }
        assert_eq!(all(&mut queue), [10, 11, 12, 0, 13, 14, 15, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn the_longest_lane_loses_its_newest() {
        let mut queue = FairQueue::new(FEW);
        for item in 1..=3 {
            queue.push(QueueClass::Known, "flood", 1, item);
        }
        queue.push(QueueClass::Stranger, "good", 1, 4);
        assert_eq!(queue.push(QueueClass::Known, "flood", 1, 5), [("flood", 5)]);
        assert_eq!(queue.push(QueueClass::Stranger, "another", 1, 6), [("flood", 3)]);
        assert_eq!(all(&mut queue), [1, 2, 4, 6]);
    }

    #[test]
    fn a_crowd_that_says_one_word_each_finds_no_room_for_more() {
        let mut queue = FairQueue::new(FEW);
        for key in ["e", "d", "c", "b"] {
            assert_eq!(queue.push(QueueClass::Stranger, key, 1, key), []);
        }
        assert_eq!(queue.push(QueueClass::Stranger, "a", 1, "a"), [("a", "a")]);
        assert_eq!(all(&mut queue), ["e", "d", "c", "b"]);
    }

    #[test]
    fn large_ones_are_long_lanes() {
        let mut queue = FairQueue::new(FEW);
        queue.push(QueueClass::Known, "large", 60, 1);
        queue.push(QueueClass::Known, "good", 1, 2);
        queue.push(QueueClass::Known, "good", 1, 3);
        assert_eq!(queue.push(QueueClass::Known, "large", 60, 4), [("large", 4)]);
        assert_eq!(
            queue.push(QueueClass::Known, "huge", 101, 5),
            [("huge", 5)],
            "which is gone with its lane"
        );
        assert_eq!(all(&mut queue), [1, 2, 3]);
    }

    #[test]
    fn one_large_item_takes_the_place_of_many_small_ones() {
        let mut queue = FairQueue::new(Bounds { items: 100, bytes: 100 });
        for item in 0..10 {
            queue.push(QueueClass::Known, "flood", 10, item);
        }
        let dropped = queue.push(QueueClass::Known, "good", 45, 10);
        assert_eq!(dropped, [9, 8, 7, 6, 5].map(|item| ("flood", item)));
        assert_eq!(all(&mut queue), [0, 10, 1, 2, 3, 4]);
    }
}
