//! Messages under way: those the kernel has not taken yet, and for a peer with several addresses those that
//! may have to be sent again to the next one. Decides nothing about where.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::{ConversationId, MessageId};

/// Bounds the memory of payloads to 16 MiB; far more than a person can type ahead of the kernel.
const MAX_FLIGHTS: usize = 256;
/// How long after sending an ICMP answer still means this message. Longer than any round trip, short enough
/// that nothing a peer has long read is repeated when it goes away later.
const RESEND_WINDOW: Duration = Duration::from_secs(3);

/// One message under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) conversation: ConversationId,
    pub(super) payload: Arc<[u8]>,
    /// Every address it was sent to, the last being the present one.
    pub(super) tried: Vec<SocketAddr>,
    /// Since when the kernel has it; `None` while it has not.
    pub(super) handed: Option<Instant>,
}

impl Flight {
    fn expired(&self, now: Instant) -> bool {
        self.handed.is_some_and(|at| now.saturating_duration_since(at) > RESEND_WINDOW)
    }
}

#[derive(Debug, Default)]
pub(super) struct Flights {
    table: BTreeMap<MessageId, Flight>,
}

impl Flights {
    /// Takes a message in; `false` when the kernel owes an answer for too many.
    pub(super) fn insert(&mut self, now: Instant, message: MessageId, flight: Flight) -> bool {
        if self.table.len() >= MAX_FLIGHTS {
            self.table.retain(|_, flight| !flight.expired(now));
        }
        if self.table.len() >= MAX_FLIGHTS {
            // Losing the chance of a second address for an old message is better than refusing a new one.
            let oldest = self.table.iter().filter(|(_, flight)| flight.handed.is_some());
            let Some(oldest) = oldest.min_by_key(|(_, flight)| flight.handed).map(|(id, _)| *id) else {
                return false;
            };
            self.table.remove(&oldest);
        }
        self.table.insert(message, flight);
        true
    }

    /// Does the kernel still owe an answer for this message?
    pub(super) fn awaits(&self, message: MessageId) -> bool {
        self.table.get(&message).is_some_and(|flight| flight.handed.is_none())
    }

    /// Those the kernel still owes an answer for, and where they went.
    pub(super) fn unanswered(&self) -> Vec<(MessageId, Option<SocketAddr>)> {
        let open = self.table.iter().filter(|(_, flight)| flight.handed.is_none());
        open.map(|(id, flight)| (*id, flight.tried.last().copied())).collect()
    }

    pub(super) fn get_mut(&mut self, message: MessageId) -> Option<&mut Flight> {
        self.table.get_mut(&message)
    }

    pub(super) fn remove(&mut self, message: MessageId) -> Option<Flight> {
        self.table.remove(&message)
    }

    /// The peer answered or is gone: nothing will be sent again. What the kernel still owes stays.
    pub(super) fn settle(&mut self, conversation: ConversationId) {
        // Nearly every datagram finds the table empty.
        if !self.table.is_empty() {
            self.table.retain(|_, flight| flight.conversation != conversation || flight.handed.is_none());
        }
    }

    /// The messages of a peer that went to `to` just now and may have been lost there.
    pub(super) fn lost_at(&self, now: Instant, of: ConversationId, to: SocketAddr) -> Vec<MessageId> {
        let lost = |flight: &Flight| {
            flight.conversation == of
                && flight.handed.is_some()
                && !flight.expired(now)
                && flight.tried.last() == Some(&to)
        };
        self.table.iter().filter(|(_, flight)| lost(flight)).map(|(id, _)| *id).collect()
    }
}
