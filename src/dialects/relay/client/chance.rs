//! All chance of the client, from one seed: nonces, and the spread of what is repeated. The same seed gives the same
//! run.

use std::time::Duration;

/// `SplitMix64` (Steele, Lea, Flood 2014): one number of state, no weak seeds.
#[derive(Debug)]
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number that nobody else is likely to have; never 0.
    pub(super) fn id(&mut self) -> u64 {
        self.next().max(1)
    }

    /// `by`, or up to a quarter longer: whoever lost the relay at the same moment does not come back at the same one.
    pub(super) fn spread(&mut self, by: Duration) -> Duration {
        let share = u32::from(self.next().to_be_bytes()[0]);
        by.saturating_add(by.saturating_mul(share).checked_div(1_024).unwrap_or_default())
    }
}
