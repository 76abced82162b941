//! What is tried until it succeeds, ever less often.

use std::time::{Duration, Instant};

/// The pauses between tries.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first: Duration,
    pub longest: Duration,
}

impl Backoff {
    /// The first, then twice as long with each of the `tries` before, the longest in the end.
    pub fn pause(self, tries: u32) -> Duration {
        let factor = 1_u32.checked_shl(tries).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

/// The timer of one thing that is tried.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    pub at: Instant,
    pub tries: u32,
}

impl Retry {
    pub const fn new(at: Instant) -> Self {
        Self { at, tries: 0 }
    }

    /// It is tried now. Gives the pause until it is again.
    pub fn pause(&mut self, backoff: Backoff) -> Duration {
        let pause = backoff.pause(self.tries);
        self.tries = self.tries.saturating_add(1);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_they_are_the_longest() {
        let backoff = Backoff { first: Duration::from_millis(300), longest: Duration::from_secs(3) };
        let pauses = [0, 1, 3, 4, 31, 32, u32::MAX].map(|tries| backoff.pause(tries).as_millis());
        assert_eq!(pauses, [300, 600, 2_400, 3_000, 3_000, 3_000, 3_000]);
    }
}
