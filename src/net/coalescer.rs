//! Lets events that are not urgent wait for more of their kind before the app is told.
//!
//! A whole network may come in within a second: one by one its events would wake the app five hundred times. An urgent
//! event flushes everything queued before it, so the order is kept.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::model::NetEvent;

/// How long they wait: no longer than a glance takes.
const WAIT: Duration = Duration::from_millis(100);
/// So many events at once do not wait for more.
const MANY: usize = super::MAX_EVENTS;

#[derive(Debug)]
pub(super) struct Coalescer {
    until: Instant,
}

impl Coalescer {
    pub(super) const fn new(now: Instant) -> Self {
        Self { until: now }
    }

    /// Whether these events wait. If not, those that come within the next moments may.
    pub(super) fn holds(&mut self, events: &VecDeque<NetEvent>, now: impl FnOnce() -> Instant) -> bool {
        if events.is_empty() || events.len() >= MANY || !events.iter().all(NetEvent::can_wait) {
            return false;
        }
        let now = now();
        let waits = now < self.until;
        if !waits {
            self.until = now + WAIT;
        }
        waits
    }

    /// When the events that wait are to go.
    pub(super) fn due(&self, events: &VecDeque<NetEvent>) -> Option<Instant> {
        (!events.is_empty()).then_some(self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MessageId, Progress, TransferId};

    const MOMENT: Duration = Duration::from_millis(1);

    fn moved(bytes: u64) -> NetEvent {
        let transfer = TransferId { message: MessageId(1), file: 0 };
        NetEvent::Transfer { transfer, progress: Progress::Moved { bytes, of: None } }
    }

    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn start() -> (Coalescer, Instant) {
        let now = Instant::now();
        (Coalescer::new(now), now)
    }

    #[test]
    fn the_first_goes_at_once_and_the_next_ones_go_together() {
        let (mut coalescer, now) = start();
        assert!(!coalescer.holds(&[moved(1)].into(), || now));
        let next = [moved(2), moved(3)].into();
        assert!(coalescer.holds(&next, || now + WAIT.saturating_sub(MOMENT)));
        assert_eq!(coalescer.due(&next), Some(now + WAIT));
        assert!(!coalescer.holds(&next, || now + WAIT));
        assert!(coalescer.holds(&[moved(4)].into(), || now + WAIT));
    }

    #[test]
    fn nothing_waits_behind_what_a_person_waits_for() {
        let (mut coalescer, now) = start();
        assert!(!coalescer.holds(&[moved(1)].into(), || now));
        let said = NetEvent::Delivered { message: MessageId(2) };
        assert!(!coalescer.holds(&[moved(2), said, moved(3)].into(), || now));
    }

    #[test]
    fn a_flood_is_not_held_up() {
        let (mut coalescer, now) = start();
        assert!(!coalescer.holds(&[moved(1)].into(), || now));
        assert!(!coalescer.holds(&(0..).map(moved).take(MANY).collect(), || now));
        assert!(coalescer.holds(&(0..).map(moved).take(MANY - 1).collect(), || now));
    }

    #[test]
    fn nothing_is_nothing_to_wait_for() {
        let (mut coalescer, now) = start();
        assert!(!coalescer.holds(&VecDeque::new(), || now));
        assert_eq!(coalescer.due(&VecDeque::new()), None);
    }
}
