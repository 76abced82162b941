//! The random numbers of an engine, all from one seed: ids that nobody else can guess, and the jitter of what is repeated. The
//! same seed gives the same run.

use std::time::Duration;

/// `SplitMix64` (Steele, Lea, Flood 2014): one number of state, no weak seeds.
#[derive(Debug, Default)]
pub struct Rng {
    state: u64,
}

impl Rng {
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number that nobody else is likely to have; never 0.
    pub fn id(&mut self) -> u64 {
        self.next().max(1)
    }

    /// Less than `limit`, which fits 32 bits.
    pub fn below(&mut self, limit: u64) -> u32 {
        u32::try_from(self.next().checked_rem(limit).unwrap_or_default()).unwrap_or_default()
    }

    /// Up to `most`.
    pub fn within(&mut self, most: Duration) -> Duration {
        let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX).min(u64::from(u32::MAX));
        Duration::from_micros(u64::from(self.below(micros.saturating_add(1))))
    }

    /// `by`, or up to a quarter longer: those who lost something at the same moment do not come back at the same one.
    pub fn spread(&mut self, by: Duration) -> Duration {
        let share = u32::from(self.next().to_be_bytes()[0]);
        by.saturating_add(by.saturating_mul(share).checked_div(1_024).unwrap_or_default())
    }
}
