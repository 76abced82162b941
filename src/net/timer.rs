//! The deadline of a task that has a new one with every message.
//!
//! Each message that a connection sends or takes sets when an answer is due or overdue. A timer of tokio that is set to an
//! earlier time than its runtime waits for wakes that runtime, by a write to itself and a turn of the loop: for each
//! message, on both sides. A timer of Linux (`timerfd_create(2)`) is set by one call that wakes nobody, and is exact where
//! tokio's has whole milliseconds. Where there is none, tokio's has to do.

use std::time::Instant;

use super::clock;

#[derive(Debug)]
pub(super) struct Timer {
    /// `None`: the kernel has none to give.
    #[cfg(target_os = "linux")]
    kernel: Option<linux::TimerFd>,
}

impl Timer {
    /// Must be called inside a tokio runtime with I/O.
    pub(super) fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            kernel: linux::TimerFd::new().ok(),
        }
    }

    /// Waits until then, and for ever where that is never. Cancel-safe.
    pub(super) async fn reached(&mut self, at: Option<Instant>) {
        #[cfg(target_os = "linux")]
        if let Some(kernel) = &mut self.kernel
            && kernel.reached(at).await.is_ok()
        {
            return;
        }
        clock::reached(at).await;
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::{Duration, Instant};

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    use crate::net::clock;

    /// What is due already is due in a moment: a timer that is set to nothing is off.
    const SOONEST: Duration = Duration::from_nanos(1);
    /// More changes than that within the window: messages follow each other so closely that to be woken once too often
    /// costs less than to set the timer for each. What a person writes, and what keeps connections alive, is less.
    const BUSY: u32 = 8;
    const WINDOW: Duration = Duration::from_millis(10);

    #[derive(Debug)]
    pub(super) struct TimerFd {
        timer: AsyncFd<OwnedFd>,
        /// When it goes off, which may be too early while there is much to do; `None`: it is off.
        set: Option<Instant>,
        /// The first of the last changes, and how many there were.
        since: Instant,
        changes: u32,
    }

    impl TimerFd {
        #[expect(
            deprecated,
            reason = "its successor is unsafe; the timer is ours, and stays open as long as we live"
        )]
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            let timer = AsyncFd::with_interest(timer, Interest::READABLE)?;
            Ok(Self { timer, set: None, since: clock::now().mono, changes: 0 })
        }

        /// Waits until then. An error: the timer cannot be used. Cancel-safe: what it was set to is noted, and that it went
        /// off is read in the poll that acts on it.
        pub(super) async fn reached(&mut self, at: Option<Instant>) -> io::Result<()> {
            if self.set != at {
                self.follow(at, clock::now().mono)?;
            }
            loop {
                let read = self
                    .timer
                    .async_io(Interest::READABLE, |timer| Ok(rustix::io::read(timer, &mut [0; 8])?));
                let _times = read.await?;
                self.set = None;
                let now = clock::now().mono;
                if at.is_some_and(|at| at <= now) {
                    return Ok(());
                }
                self.set(at, now)?;
            }
        }

        /// Sets it, unless it goes off before and there is much to do.
        fn follow(&mut self, at: Option<Instant>, now: Instant) -> io::Result<()> {
            if now.saturating_duration_since(self.since) > WINDOW {
                (self.since, self.changes) = (now, 0);
            }
            self.changes = self.changes.saturating_add(1);
            let goes_off_before = self.set.is_some_and(|set| at.is_none_or(|at| set < at));
            if goes_off_before && self.changes > BUSY { Ok(()) } else { self.set(at, now) }
        }

        fn set(&mut self, at: Option<Instant>, now: Instant) -> io::Result<()> {
            let wait = at.map(|at| at.saturating_duration_since(now).max(SOONEST));
            let far = |_too_far| io::Error::from(io::ErrorKind::InvalidInput);
            let it_value = Timespec::try_from(wait.unwrap_or_default()).map_err(far)?;
            let once = Itimerspec { it_interval: Timespec::default(), it_value };
            timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
            self.set = at;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn is_reached(timer: &mut Timer, at: Option<Instant>, within: Duration) -> bool {
        tokio::time::timeout(within, timer.reached(at)).await.is_ok()
    }

    const MOMENT: Duration = Duration::from_millis(5);
    const LONG: Duration = Duration::from_mins(10);

    #[tokio::test]
    async fn it_goes_off_when_it_was_set_to_and_not_before() {
        let mut timer = Timer::new();
        for _ in 0..3 {
            let at = clock::now().mono + MOMENT;
            assert!(is_reached(&mut timer, Some(at), LONG).await);
            assert!(clock::now().mono >= at);
        }
        let past = clock::now().mono;
        assert!(is_reached(&mut timer, Some(past), LONG).await, "what is due already");
        assert!(is_reached(&mut timer, Some(past), LONG).await, "and once more");
    }

    #[tokio::test]
    async fn while_busy_it_is_woken_too_early_and_waits_on() {
        let mut timer = Timer::new();
        let soon = clock::now().mono + MOMENT;
        assert!(!is_reached(&mut timer, Some(soon), Duration::ZERO).await);
        for more in 1..100 {
            assert!(!is_reached(&mut timer, Some(soon + MOMENT * more), Duration::ZERO).await);
        }
        let at = clock::now().mono + MOMENT * 4;
        assert!(is_reached(&mut timer, Some(at), LONG).await);
        assert!(clock::now().mono >= at);
        assert!(!is_reached(&mut timer, None, MOMENT).await);
    }

    #[tokio::test]
    async fn what_went_off_unseen_is_forgotten_when_it_is_set_anew() {
        let mut timer = Timer::new();
        assert!(!is_reached(&mut timer, Some(clock::now().mono + LONG), MOMENT).await);
        // It goes off while nobody waits for it.
        let soon = clock::now().mono + MOMENT;
        assert!(!is_reached(&mut timer, Some(soon), Duration::ZERO).await);
        assert!(is_reached(&mut Timer::new(), Some(soon + MOMENT), LONG).await);
        assert!(!is_reached(&mut timer, Some(clock::now().mono + LONG), MOMENT).await);
        assert!(!is_reached(&mut timer, None, MOMENT).await);
        assert!(is_reached(&mut timer, Some(clock::now().mono), LONG).await);
    }
}
