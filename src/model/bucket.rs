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

/// How much may pass where one thing may cost more than all that is left: it passes while less than the burst is owed,
/// so even the greatest passes once, and the average holds.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub per_second: u64,
    pub burst: Duration,
}

impl Rate {
    fn time(self, units: u64) -> Duration {
        let nanos = u128::from(units).saturating_mul(1_000_000_000);
        let nanos = nanos.checked_div(u128::from(self.per_second.max(1)));
        Duration::from_nanos(nanos.and_then(|nanos| u64::try_from(nanos).ok()).unwrap_or(u64::MAX))
    }
}

/// The generic cell rate algorithm (ITU-T I.371) in its form as a virtual schedule.
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

    /// Whether nothing is owed any more.
    pub fn has_all(&self, now: Instant) -> bool {
        self.full.is_none_or(|full| full <= now)
    }

    /// Whether less than the burst of this rate is owed.
    pub fn is_open(&self, now: Instant, rate: Rate) -> bool {
        self.full.is_none_or(|full| full.saturating_duration_since(now) < rate.burst)
    }

    /// Takes so many units, whatever is owed.
    pub fn charge(&mut self, now: Instant, units: u64, rate: Rate) {
        self.full = self.from(now).checked_add(rate.time(units)).or(self.full);
    }

    /// Takes one unit, if less than the burst is owed.
    pub fn pass(&mut self, now: Instant, rate: Rate) -> bool {
        let passes = self.is_open(now, rate);
        if passes {
            self.charge(now, 1, rate);
        }
        passes
    }

    fn from(&self, now: Instant) -> Instant {
        self.full.filter(|full| *full > now).unwrap_or(now)
    }

    fn after(&self, now: Instant, units: u32, limit: Limit) -> Option<Instant> {
        limit.each.checked_mul(units).and_then(|time| self.from(now).checked_add(time))
    }
}

fn is_within(now: Instant, full: Instant, limit: Limit) -> bool {
    full.saturating_duration_since(now) <= limit.each.saturating_mul(limit.burst)
}
