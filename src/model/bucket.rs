//! A token bucket, kept as one instant, at which all of it may be used again; knows nothing of what is limited.

use std::time::{Duration, Instant};

/// How much may pass.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// At once, in units.
    pub burst: u32,
    /// What one unit takes to come back.
    pub each: Duration,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Bucket {
    full: Option<Instant>,
}

impl Bucket {
    /// Takes so many units, or none where there are not as many.
    pub fn take(&mut self, now: Instant, units: u32, limit: Limit) -> bool {
        let after = self.after(now, units, limit);
        let passes = after.is_some_and(|full| is_within(now, full, limit));
        if passes {
            self.full = after;
        }
        passes
    }

    /// Whether one unit could be taken.
    pub fn has_room(&self, now: Instant, limit: Limit) -> bool {
        self.after(now, 1, limit).is_some_and(|full| is_within(now, full, limit))
    }

    fn after(&self, now: Instant, units: u32, limit: Limit) -> Option<Instant> {
        let from = self.full.filter(|full| *full > now).unwrap_or(now);
        limit.each.checked_mul(units).and_then(|time| from.checked_add(time))
    }
}

fn is_within(now: Instant, full: Instant, limit: Limit) -> bool {
    full.saturating_duration_since(now) <= limit.each.saturating_mul(limit.burst)
}
