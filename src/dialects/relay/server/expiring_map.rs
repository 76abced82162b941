//! A table whose oldest entry goes when it is full or its time is over.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct ExpiringMap<K, V> {
    life: Duration,
    max: usize,
    table: BTreeMap<K, (Instant, V)>,
    order: VecDeque<(Instant, K)>,
}

impl<K: Ord + Copy, V> ExpiringMap<K, V> {
    pub(super) const fn new(life: Duration, max: usize) -> Self {
        Self { life, max, table: BTreeMap::new(), order: VecDeque::new() }
    }

    pub(super) fn put(&mut self, now: Instant, key: K, value: V) {
        while let Some((since, oldest)) = self.order.front().copied() {
            let over = now.saturating_duration_since(since) >= self.life;
            if !over && self.order.len() < self.max {
                break;
            }
            self.order.pop_front();
            // It may have been put again since.
            if self.table.get(&oldest).is_some_and(|(last, _)| *last == since) {
                self.table.remove(&oldest);
            }
        }
        self.table.insert(key, (now, value));
        self.order.push_back((now, key));
    }

    pub(super) fn get(&self, now: Instant, key: K) -> Option<&V> {
        let (since, value) = self.table.get(&key)?;
        (now.saturating_duration_since(*since) < self.life).then_some(value)
    }

    pub(super) fn take(&mut self, now: Instant, key: K) -> Option<V> {
        let (since, value) = self.table.remove(&key)?;
        (now.saturating_duration_since(since) < self.life).then_some(value)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.table.len().max(self.order.len())
    }
}
