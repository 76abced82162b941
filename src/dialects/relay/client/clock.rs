//! Sums of times that cannot overflow, and how long to wait before trying again.

use std::time::{Duration, Instant};

/// `by` after `at`.
pub(super) fn later(at: Instant, by: Duration) -> Instant {
    at.checked_add(by).unwrap_or(at)
}

/// The time from `then` to `now`; none where `then` is still to come.
pub(super) fn since(then: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(then)
}

/// `first`, then twice as long with each of the `tries` before, `most` in the end.
pub(super) fn backoff(first: Duration, most: Duration, tries: u32) -> Duration {
    let factor = 1_u32.checked_shl(tries).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(most)
}
