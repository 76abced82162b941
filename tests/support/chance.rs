//! Chance that can be had again: the same seed, the same numbers.

use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The variable that gives a failed run its seed back.
const SEED: &str = "UDPQQ_SEED";

/// A stream of numbers. While its thread panics it says from which seed they came.
pub(crate) struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// Seeded by `UDPQQ_SEED`, or by the system.
    pub(crate) fn new() -> Self {
        let given = std::env::var(SEED).ok().map(|seed| seed.parse().expect(SEED));
        Self::seeded(given.unwrap_or_else(|| RandomState::new().hash_one(0) >> 16))
    }

    pub(crate) const fn seeded(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// Another stream of the same seed.
    pub(crate) const fn branch(&self, number: u64) -> Self {
        Self { seed: self.seed, state: self.seed ^ number.wrapping_mul(0xd134_2543_de82_ef95) }
    }

    /// `SplitMix64`.
    pub(crate) const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    pub(crate) fn one_in(&mut self, of: u64) -> bool {
        self.next().is_multiple_of(of)
    }

    pub(crate) fn micros(&mut self, range: RangeInclusive<u64>) -> Duration {
        Duration::from_micros(self.within(range))
    }
}

impl Drop for Chance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Past the test harness, which does not know whose panic it is.
            let line = format!("again with {SEED}={}\n", self.seed);
            let _unheard = std::io::stderr().write_all(line.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn a_seed_gives_the_same_numbers_again_and_a_branch_others() {
        let three = |mut chance: Chance| [chance.next(), chance.next(), chance.next()];
        assert_eq!(three(Chance::seeded(7)), three(Chance::seeded(7)));
        assert_ne!(three(Chance::seeded(7)), three(Chance::seeded(7).branch(1)));
        let mut chance = Chance::seeded(1);
        assert!((0..1000).all(|_| (3..=5).contains(&chance.within(3..=5))));
    }
}
