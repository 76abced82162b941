//! A line that carries only so much.

use super::*;

/// What it keeps waiting: beyond, it loses.
const QUEUE: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(super) struct SlowLine {
    /// Bytes a second, if there is a limit.
    pub rate: Option<u32>,
    /// Until when it has something to carry.
    busy: Option<Instant>,
}

impl SlowLine {
    /// How long a datagram waits and takes; `None`: there is no room for it.
    pub(super) fn queue(&mut self, now: Instant, bytes: usize) -> Option<Duration> {
        let Some(rate) = self.rate else { return Some(Duration::ZERO) };
        let takes =
            Duration::from_secs_f64(f64::from(u32::try_from(bytes).expect("small")) / f64::from(rate));
        let free = self.busy.map_or(now, |at| at.max(now));
        if free - now > QUEUE {
            return None;
        }
        self.busy = Some(free + takes);
        Some(free + takes - now)
    }
}
