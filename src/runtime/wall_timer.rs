//! Waits for a moment of the wall clock.

use std::time::Duration;

use crate::model::WallTime;
use crate::net::clock;

/// Between two looks at the wall clock: it may be set, and the other one stands still while the machine sleeps.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Waits until the wall clock says so or for ten minutes, whichever is sooner, and for ever where that is never.
pub(super) async fn reached(at: Option<WallTime>) {
    let now = clock::now();
    clock::reached(at.map(|at| now.mono + wait(now.wall, at))).await;
}

fn wait(now: WallTime, until: WallTime) -> Duration {
    let left = u64::try_from(until.0.saturating_sub(now.0)).unwrap_or_default();
    Duration::from_micros(left).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_its_time_has_come_or_the_clock_is_worth_another_look() {
        let minutes = |minutes: i64| WallTime(minutes * 60_000_000);
        for (now, until, waits) in [
            (minutes(7), minutes(12), 5),
            (minutes(7), minutes(7), 0),
            (minutes(7), minutes(1), 0),
            (minutes(7), minutes(1_000_000), 10),
            (minutes(7), WallTime(i64::MIN), 0),
            (WallTime(i64::MIN), WallTime(i64::MAX), 10),
        ] {
            assert_eq!(wait(now, until), Duration::from_mins(waits), "{now:?} {until:?}");
        }
    }
}
