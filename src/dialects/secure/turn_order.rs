//! Who goes on in the next turn, and in which order: nobody is always the first, and nobody is kept waiting by one who
//! always has something to send.

use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct TurnOrder<T> {
    waiting: BTreeSet<T>,
    /// The one that had what was left of the last turn: the next begins behind it.
    last: Option<T>,
}

impl<T: Copy + Ord> TurnOrder<T> {
    pub(super) const fn new() -> Self {
        Self { waiting: BTreeSet::new(), last: None }
    }

    pub(super) fn insert(&mut self, one: T) {
        self.waiting.insert(one);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// All that wait, in the order of their turns.
    pub(super) fn take(&mut self) -> impl Iterator<Item = T> + use<T> {
        let mut first = std::mem::take(&mut self.waiting);
        let before = self.last.map(|last| first.extract_if(..=last, |_| true).collect::<BTreeSet<T>>());
        first.into_iter().chain(before.into_iter().flatten())
    }

    /// It has had the rest of this turn.
    pub(super) const fn end_with(&mut self, one: T) {
        self.last = Some(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_always_has_more_waits_for_the_others() {
        let mut order = TurnOrder::new();
        let mut turns = [0; 3];
        for _ in 0..30 {
            for one in 0..3 {
                order.insert(one);
            }
            // One has all of the turn.
            let first = order.take().next().expect("three");
            order.end_with(first);
            turns[first] += 1;
        }
        assert_eq!(turns, [10; 3]);
        for one in [5, 1, 3] {
            order.insert(one);
        }
        order.end_with(3);
        assert_eq!(order.take().collect::<Vec<_>>(), [5, 1, 3]);
        assert!(order.is_empty());
    }
}
