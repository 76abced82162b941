//! How many have lately failed to prove that they are in charge: a password is not to be found by guessing.

use std::time::{Duration, Instant};

use super::expiring_map::ExpiringMap;
use crate::model::bucket::{Bucket, Limit};

/// Wrong proofs of one network, and of all networks together: a person slips a few times, and whoever guesses gets nowhere.
const GUESSES: Limit = Limit { burst: 5, each: Duration::from_secs(30) };
const ALL_GUESSES: Limit = Limit { burst: 60, each: Duration::from_secs(1) };
/// Networks whose guesses are remembered, and how long: then all of them are forgiven.
const MAX_GUESSERS: usize = 4_096;
const GUESSES_MEMORY: Duration = Duration::from_secs(150);

#[derive(Debug)]
pub(super) struct ClaimGuard {
    /// By a hash of the network.
    wrong: ExpiringMap<u64, Bucket>,
    all: Bucket,
}

impl Default for ClaimGuard {
    fn default() -> Self {
        Self { wrong: ExpiringMap::new(GUESSES_MEMORY, MAX_GUESSERS), all: Bucket::default() }
    }
}

impl ClaimGuard {
    fn of(&self, now: Instant, network: u64) -> Bucket {
        self.wrong.get(now, network).copied().unwrap_or_default()
    }

    pub(super) fn is_open(&self, now: Instant, network: u64) -> bool {
        self.of(now, network).has_room(now, GUESSES) && self.all.has_room(now, ALL_GUESSES)
    }

    pub(super) fn on_wrong(&mut self, now: Instant, network: u64) {
        let mut wrong = self.of(now, network);
        wrong.take(now, 1, GUESSES);
        self.all.take(now, 1, ALL_GUESSES);
        self.wrong.put(now, network, wrong);
    }
}
