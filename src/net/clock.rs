//! The only clock of the program.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::model::{Now, WallTime};

/// Reads both clocks. A wall clock before 1970 reads as negative microseconds.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clocks")]
pub fn now() -> Now {
    let micros = |time: std::time::Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    let wall = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => micros(before.duration()).saturating_neg(),
    };
    Now { mono: Instant::now(), wall: WallTime(wall) }
}

/// Waits until then, and for ever where that is never.
pub async fn reached(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
