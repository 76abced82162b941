//! A rate limit: so much at once, and so much again in each second (GCRA, ITU-T I.371).
//!
//! Remembers one instant, at which all of it may be used again; knows nothing of what is limited.

use std::time::{Duration, Instant};

/// How much may pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// At once, in units.
    pub(super) burst: u32,
    /// What one unit takes to come back.
    pub(super) each: Duration,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    full: Option<Instant>,
}

impl Bucket {
    /// Takes so many units, or none where there are not as many.
    pub(super) fn take(&mut self, now: Instant, units: u32, limit: Limit) -> bool {
        let from = self.full.filter(|full| *full > now).unwrap_or(now);
        let Some(full) = limit.each.checked_mul(units).and_then(|time| from.checked_add(time)) else {
            return false;
        };
        let passes = full.saturating_duration_since(now) <= limit.each.saturating_mul(limit.burst);
        if passes {
            self.full = Some(full);
        }
        passes
    }
}
