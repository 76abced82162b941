//! The two clocks, always handed in together: monotonic for deadlines, wall for what a person reads.

use std::time::{Duration, Instant};

/// Microseconds since the Unix epoch, UTC. May jump in either direction; never used for ordering or time-outs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(pub i64);

/// One reading of both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    pub mono: Instant,
    pub wall: WallTime,
}

impl Now {
    /// The same instant `by` later on both clocks, as a virtual clock advances.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        Self {
            mono: self.mono.checked_add(by).unwrap_or(self.mono),
            wall: WallTime(self.wall.0.saturating_add(micros)),
        }
    }
}
