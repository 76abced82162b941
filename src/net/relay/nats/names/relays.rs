//! Which runs of relays are there: each tells the others something every two seconds. No I/O, no clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A relay that was not heard for so long is dead: what its members have is anybody's.
pub(super) const DEAD: Duration = Duration::from_mins(1);
/// Runs that are known. Where there are more, none is taken for dead.
const MAX_RUNS: usize = 4_096;

#[derive(Debug)]
pub(super) struct KnownRelays {
    own: u64,
    heard: BTreeMap<u64, Instant>,
    /// Since when all are heard: there is a connection.
    since: Instant,
}

impl KnownRelays {
    pub(super) const fn new(now: Instant, own: u64) -> Self {
        Self { own, heard: BTreeMap::new(), since: now }
    }

    pub(super) const fn own(&self) -> u64 {
        self.own
    }

    /// What was told before may not have come.
    pub(super) const fn connected(&mut self, now: Instant) {
        self.since = now;
    }

    pub(super) fn hear(&mut self, now: Instant, run: u64) {
        if self.heard.len() >= MAX_RUNS {
            self.heard.retain(|_, heard| now.saturating_duration_since(*heard) < DEAD);
        }
        if self.heard.len() < MAX_RUNS || self.heard.contains_key(&run) {
            self.heard.insert(run, now);
        }
    }

    pub(super) fn is_dead(&self, now: Instant, run: u64) -> bool {
        let last = self.heard.get(&run).map_or(self.since, |heard| self.since.max(*heard));
        let is_silent = now.saturating_duration_since(last) >= DEAD;
        run != self.own && is_silent && self.heard.len() < MAX_RUNS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::clock;

    #[test]
    fn a_relay_is_dead_a_minute_after_it_was_heard_and_never_while_this_one_hears_nothing() {
        let now = clock::now().mono;
        let mut relays = KnownRelays::new(now, 1);
        assert!(!relays.is_dead(now, 2), "it had no time to say anything");
        relays.hear(now + DEAD / 2, 2);
        assert!(!relays.is_dead(now + DEAD, 2) && relays.is_dead(now + DEAD, 3));
        assert!(relays.is_dead(now + DEAD * 2, 2) && !relays.is_dead(now + DEAD * 9, 1));
        relays.connected(now + DEAD * 2);
        assert!(!relays.is_dead(now + DEAD * 2, 2) && relays.is_dead(now + DEAD * 3, 2));
    }

    #[test]
    fn what_is_known_is_bounded_and_nobody_is_dead_for_that() {
        let now = clock::now().mono;
        let mut relays = KnownRelays::new(now, 1);
        (0..10_000).for_each(|run| relays.hear(now, run));
        assert_eq!(relays.heard.len(), MAX_RUNS);
        assert!(!relays.is_dead(now + DEAD, 9_999));
        relays.hear(now + DEAD, 9_999);
        assert!(relays.is_dead(now + DEAD, 9_998));
    }
}
