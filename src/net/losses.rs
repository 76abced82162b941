//! Datagrams that were thrown away since a buffer was full, the kernel's or ours: counted, and told in sums.

use std::time::{Duration, Instant};

/// Between two reports of one socket: a flood loses many thousand a second.
const PAUSE: Duration = Duration::from_secs(1);

/// The losses of one socket.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// The kernel's number, which wraps.
    seen: u32,
    untold: u64,
    /// Since the socket was opened.
    pub(super) all: u64,
    /// When the next report may be made.
    due: Option<Instant>,
}

impl Losses {
    /// The kernel's number came with a datagram; it leaves it out while that is 0.
    pub(super) fn count(&mut self, lost: Option<u32>) {
        if let Some(lost) = lost {
            let more = lost.wrapping_sub(self.seen).into();
            self.seen = lost;
            (self.untold, self.all) = (self.untold.saturating_add(more), self.all.saturating_add(more));
        }
    }

    /// One that was taken found no room either.
    pub(super) const fn count_own(&mut self) {
        (self.untold, self.all) = (self.untold.saturating_add(1), self.all.saturating_add(1));
    }

    /// How many losses are to be reported now, if any.
    pub(super) fn take(&mut self, now: Instant) -> Option<u64> {
        if self.untold == 0 || self.due.is_some_and(|due| now < due) {
            return None;
        }
        self.due = now.checked_add(PAUSE);
        Some(std::mem::take(&mut self.untold))
    }

    /// When losses are to be reported.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due.filter(|_| self.untold > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(1);

    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn losses_are_told_at_once_and_then_in_sums_once_a_second() {
        let (mut losses, now) = (Losses::default(), start());
        losses.count(None);
        assert_eq!((losses.take(now), losses.deadline()), (None, None));
        losses.count(Some(3));
        assert_eq!(losses.take(now), Some(3));
        losses.count(Some(3));
        assert_eq!(losses.deadline(), None, "no more than before");
        losses.count(Some(10));
        losses.count(Some(14));
        assert_eq!(losses.take(now + PAUSE.saturating_sub(MOMENT)), None);
        assert_eq!(losses.deadline(), Some(now + PAUSE));
        assert_eq!(losses.take(now + PAUSE), Some(11));
        assert_eq!(losses.take(now + PAUSE * 9), None);
        assert_eq!(losses.all, 14);
    }

    #[test]
    fn the_number_of_the_kernel_wraps() {
        let (mut losses, now) = (Losses::default(), start());
        losses.count(Some(u32::MAX));
        losses.count(Some(1));
        assert_eq!(losses.take(now), Some(u64::from(u32::MAX) + 2));
    }
}
