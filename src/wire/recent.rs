//! What was seen lately, to tell what comes twice.

use std::collections::{BTreeSet, VecDeque};

/// The newest keys; a new one pushes out the oldest where there is no room.
#[derive(Debug)]
pub struct RecentSet<K> {
    known: BTreeSet<K>,
    /// Oldest first.
    order: VecDeque<K>,
    capacity: usize,
}

impl<K: Ord + Clone> RecentSet<K> {
    pub const fn new(capacity: usize) -> Self {
        Self { known: BTreeSet::new(), order: VecDeque::new(), capacity }
    }

    /// Takes a key in; `false` if it was there.
    pub fn insert(&mut self, key: K) -> bool {
        if !self.known.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_is_new_again() {
        let mut recent = RecentSet::new(2);
        let seen: Vec<bool> = [1, 1, 2, 1, 3, 2, 1].map(|key| recent.insert(key)).into();
        assert_eq!(seen, [true, false, true, false, true, false, true]);
    }
}
