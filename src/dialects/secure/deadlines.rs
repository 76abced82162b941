//! Many deadlines, each of something with a key: the next one is found without looking at all.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Deadlines<K> {
    at: BTreeMap<K, Instant>,
    order: BTreeSet<(Instant, K)>,
}

impl<K> Default for Deadlines<K> {
    fn default() -> Self {
        Self { at: BTreeMap::new(), order: BTreeSet::new() }
    }
}

impl<K: Ord + Copy> Deadlines<K> {
    /// From now on this is the deadline of `key`; `None`: it has none.
    pub(super) fn set(&mut self, key: K, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.at.insert(key, at),
            None => self.at.remove(&key),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.order.remove(&(before, key));
        }
        self.order.extend(at.map(|at| (at, key)));
    }

    /// One that has passed, which is none any more.
    pub(super) fn pop(&mut self, now: Instant) -> Option<K> {
        let (_, key) = self.order.first().copied().filter(|(at, _)| *at <= now)?;
        self.set(key, None);
        Some(key)
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_earliest_comes_first_and_each_once() {
        let now = Instant::now();
        let at = |seconds| now.checked_add(Duration::from_secs(seconds));
        let mut deadlines = Deadlines::default();
        for (key, seconds) in [(1, 9), (2, 3), (3, 5), (1, 1)] {
            deadlines.set(key, at(seconds));
        }
        deadlines.set(3, None);
        assert_eq!(deadlines.next(), at(1));
        let later = at(4).expect("later");
        let due: Vec<i32> = std::iter::from_fn(|| deadlines.pop(later)).collect();
        assert_eq!(due, [1, 2]);
        assert_eq!(deadlines.next(), None);
    }
}
