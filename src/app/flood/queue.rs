//! Fair turns before the store (fair queueing, RFC 970): what waits does so
//! in the lane of its source, lanes take turns, and where there is no more room the longest lane loses its newest.
//!
//! Knows no conversation but by the name of its lane. A message has no number before its turn, so numbers stay in order.

use std::collections::{BTreeMap, VecDeque};

use super::gate::{Lane, Place};
use crate::model::Message;
use crate::model::traffic::Received;

/// Messages that wait: the burst that is promised to pass, and half as much beside it.
const MAX_WAITING: usize = 16_384;
/// Their bytes: that burst of short ones, or sixty of the largest.
const MAX_WAITING_BYTES: usize = 8 * 1024 * 1024;
/// Messages on their way through the store: one group, so that whoever comes next waits for no more than that.
const MAX_UNDERWAY: usize = 1_024;
/// Their bytes: what takes a slow disk some ten milliseconds.
const MAX_UNDERWAY_BYTES: usize = 2 * 1024 * 1024;
/// Turns of those whom a person knows for each turn of a stranger.
const TURNS_OF_KNOWN: u8 = 3;

type Key = (Place, Lane);

#[derive(Clone, Debug, Default)]
struct Waiting {
    messages: VecDeque<Received>,
    bytes: usize,
}

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Queue {
    lanes: BTreeMap<Key, Waiting>,
    /// The lanes with something in them, in the order of their turns.
    known: VecDeque<Key>,
    strangers: VecDeque<Key>,
    turns: u8,
    waiting: usize,
    bytes: usize,
    underway: usize,
    underway_bytes: usize,
}

/// As `Message::weight` counts it later.
fn weight(received: &Received) -> usize {
    let words = received.text.len().saturating_add(received.payload.len());
    size_of::<Message>().saturating_add(words).saturating_add(received.files.weight())
}

impl Queue {
    /// Waits for its turn. Where there is no room for all, whose message was dropped for it.
    pub(in crate::app) fn push(&mut self, key: Key, received: Received) -> Option<Place> {
        let weight = weight(&received);
        let lane = self.lanes.entry(key.clone()).or_default();
        if lane.messages.is_empty() {
            match key.0 {
                Place::Strangers => self.strangers.push_back(key),
                Place::Conversation(_) => self.known.push_back(key),
            }
        }
        lane.messages.push_back(received);
        lane.bytes = lane.bytes.saturating_add(weight);
        self.bytes = self.bytes.saturating_add(weight);
        self.waiting = self.waiting.saturating_add(1);
        let is_over = self.waiting > MAX_WAITING || self.bytes > MAX_WAITING_BYTES;
        if is_over { self.drop_from_longest() } else { None }
    }

    fn drop_from_longest(&mut self) -> Option<Place> {
        let by_bytes = self.bytes > MAX_WAITING_BYTES;
        let length = |lane: &Waiting| if by_bytes { lane.bytes } else { lane.messages.len() };
        let key = self.lanes.iter().max_by_key(|(_, lane)| length(lane)).map(|(key, _)| key.clone())?;
        let lane = self.lanes.get_mut(&key)?;
        let newest = weight(&lane.messages.pop_back()?);
        lane.bytes = lane.bytes.saturating_sub(newest);
        let is_empty = lane.messages.is_empty();
        self.bytes = self.bytes.saturating_sub(newest);
        self.waiting = self.waiting.saturating_sub(1);
        if is_empty {
            self.lanes.remove(&key);
            self.known.retain(|one| *one != key);
            self.strangers.retain(|one| *one != key);
        }
        Some(key.0)
    }

    /// The next whose turn it is, if the store has room.
    pub(in crate::app) fn next(&mut self) -> Option<Received> {
        let is_full = self.underway >= MAX_UNDERWAY || self.underway_bytes >= MAX_UNDERWAY_BYTES;
        if is_full {
            return None;
        }
        let strangers = self.known.is_empty() || self.turns >= TURNS_OF_KNOWN;
        let (first, second) = if strangers {
            (&mut self.strangers, &mut self.known)
        } else {
            (&mut self.known, &mut self.strangers)
        };
        let (key, order) = match first.pop_front() {
            Some(key) => (key, first),
            None => (second.pop_front()?, second),
        };
        self.turns = if matches!(key.0, Place::Strangers) { 0 } else { self.turns.saturating_add(1) };
        let lane = self.lanes.get_mut(&key)?;
        let received = lane.messages.pop_front()?;
        let weight = weight(&received);
        lane.bytes = lane.bytes.saturating_sub(weight);
        if lane.messages.is_empty() {
            self.lanes.remove(&key);
        } else {
            order.push_back(key);
        }
        self.bytes = self.bytes.saturating_sub(weight);
        self.waiting = self.waiting.saturating_sub(1);
        Some(received)
    }

    /// This one is with the store now.
    pub(in crate::app) fn begin(&mut self, message: &Message) {
        self.underway = self.underway.saturating_add(1);
        self.underway_bytes = self.underway_bytes.saturating_add(message.weight());
    }

    /// The store has said what became of it.
    pub(in crate::app) fn end(&mut self, message: &Message) {
        self.underway = self.underway.saturating_sub(1);
        self.underway_bytes = self.underway_bytes.saturating_sub(message.weight());
    }
}
