//! Messages that are removed and that the servers may still have: each is asked for until it is gone. Every relay that hears
//! of a removal does so, since the one that was ordered it may have died. No I/O, no clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::room_log::{Place, PlacedRecord, RecordKind, Ticket};

/// Between two tries.
const RETRY: Duration = Duration::from_secs(1);
/// Beyond it the earliest is left to the other relays.
const MAX_REMOVALS: usize = 16_384;
/// Removals under way at once.
const MAX_ASKED: usize = 16;

/// A message of a room.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RemovedMessage {
    pub(super) room: String,
    pub(super) place: Place,
}

#[derive(Debug, Default)]
pub(super) struct ClusterRemovals {
    /// Ordered here; the log has yet to say that it goes.
    ordered: BTreeMap<Ticket, RemovedMessage>,
    /// When each is asked for; `None`: it is being asked.
    waiting: BTreeMap<RemovedMessage, Option<Instant>>,
}

impl ClusterRemovals {
    /// What the log says of messages that are removed.
    pub(super) fn hear(&mut self, now: Instant, room: &str, told: &[PlacedRecord<'_>]) {
        for placed in told {
            if let RecordKind::Removed(place) = placed.record.kind {
                self.add(now, RemovedMessage { room: room.to_owned(), place });
            }
        }
    }

    /// That it goes is on its way into the log. False: it is going already, although the servers may still have it.
    pub(super) fn order(&mut self, ticket: Ticket, message: RemovedMessage) -> bool {
        let is_new =
            !self.waiting.contains_key(&message) && self.ordered.values().all(|known| *known != message);
        if is_new {
            self.ordered.insert(ticket, message);
        }
        is_new
    }

    /// The log says that it goes, also where nobody here follows the room and hears of it.
    pub(super) fn stored(&mut self, now: Instant, ticket: Ticket) {
        if let Some(message) = self.ordered.remove(&ticket) {
            self.add(now, message);
        }
    }

    /// The log will not say it.
    pub(super) fn refused(&mut self, ticket: Ticket) {
        self.ordered.remove(&ticket);
    }

    fn add(&mut self, now: Instant, message: RemovedMessage) {
        if self.waiting.len() >= MAX_REMOVALS {
            self.waiting.pop_first();
        }
        self.waiting.entry(message).or_insert(Some(now));
    }

    /// What is to be asked for now, told once for each.
    pub(super) fn next(&mut self, now: Instant) -> Option<RemovedMessage> {
        if self.waiting.values().filter(|at| at.is_none()).count() >= MAX_ASKED {
            return None;
        }
        let due = |at: &&mut Option<Instant>| at.is_some_and(|at| at <= now);
        let (message, at) = self.waiting.iter_mut().find(|(_, at)| due(at))?;
        *at = None;
        Some(message.clone())
    }

    pub(super) fn done(&mut self, message: &RemovedMessage) {
        self.waiting.remove(message);
    }

    pub(super) fn failed(&mut self, now: Instant, message: &RemovedMessage) {
        if let Some(at) = self.waiting.get_mut(message) {
            *at = Some(now + RETRY);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WallTime;
    use crate::model::room_log::LogRecord;
    use crate::net::clock;

    #[test]
    fn a_message_is_asked_for_until_it_is_gone() {
        let now = clock::now().mono;
        let place = |place| Place::new(place).expect("a place");
        let message = RemovedMessage { room: "dev".to_owned(), place: place(7) };
        let mut removals = ClusterRemovals::default();
        let record = LogRecord::removal(WallTime(0), place(7));
        let told = [PlacedRecord { place: place(9), record }];
        removals.hear(now, "dev", &told);
        assert_eq!(removals.next(now), Some(message.clone()));
        removals.hear(now, "dev", &told);
        assert_eq!(removals.next(now), None, "being asked");
        removals.failed(now, &message);
        assert_eq!(removals.next(now), None);
        assert_eq!(removals.next(now + RETRY), Some(message.clone()));
        removals.done(&message);
        assert!(removals.is_empty());
        assert!(removals.order(Ticket(1), message.clone()));
        removals.refused(Ticket(1));
        removals.stored(now, Ticket(1));
        assert_eq!(removals.next(now), None);
        assert!(removals.order(Ticket(2), message.clone()));
        assert_eq!(removals.next(now), None, "the log does not say it yet");
        removals.stored(now, Ticket(2));
        assert_eq!(removals.next(now), Some(message));
    }

    #[test]
    fn a_message_that_is_going_is_not_ordered_to_go_again() {
        let now = clock::now().mono;
        let message = RemovedMessage { room: "dev".to_owned(), place: Place::new(7).expect("a place") };
        let mut removals = ClusterRemovals::default();
        assert!(removals.order(Ticket(1), message.clone()));
        assert!(!removals.order(Ticket(2), message.clone()), "on its way into the log");
        removals.stored(now, Ticket(1));
        assert!(!removals.order(Ticket(3), message.clone()), "in the log");
        assert_eq!(removals.next(now), Some(message.clone()));
        assert!(!removals.order(Ticket(4), message.clone()), "being removed");
        removals.done(&message);
        assert!(removals.order(Ticket(5), message), "whether it is there the servers say");
    }

    #[test]
    fn only_some_are_asked_for_at_once_and_not_all_are_remembered() {
        let now = clock::now().mono;
        let mut removals = ClusterRemovals::default();
        for number in 1..=2 * u64::try_from(MAX_REMOVALS).expect("few") {
            let place = Place::new(number).expect("a place");
            removals.add(now, RemovedMessage { room: "dev".to_owned(), place });
        }
        assert_eq!(removals.waiting.len(), MAX_REMOVALS);
        assert_eq!(std::iter::from_fn(|| removals.next(now)).count(), MAX_ASKED);
    }
}
