//! Messages that the kernel has and has not answered for, one by one for each of their datagrams.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::model::{Fault, LinkId, MessageId};

/// Bounds the memory of payloads to 16 MiB; far more than a person can type ahead of the kernel.
const MAX_FLIGHTS: usize = 256;

/// One datagram that the kernel owes an answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) link: LinkId,
    pub(super) to: SocketAddr,
    pub(super) interface: Option<u32>,
}

#[derive(Debug)]
pub(super) struct Flight {
    pub(super) payload: Arc<[u8]>,
    /// In the order they went out.
    pub(super) owed: Vec<Copy>,
    /// The kernel took at least one.
    pub(super) taken: bool,
    /// Why it did not take the first one that it did not take.
    pub(super) fault: Option<Fault>,
}

#[derive(Debug, Default)]
pub(super) struct Flights {
    table: BTreeMap<MessageId, Flight>,
}

impl Flights {
    /// Whether there is room for one more.
    pub(super) fn have_room(&self) -> bool {
        self.table.len() < MAX_FLIGHTS
    }

    pub(super) fn insert(&mut self, message: MessageId, flight: Flight) {
        self.table.insert(message, flight);
    }

    /// Does nobody know yet whether this message goes out?
    pub(super) fn awaits(&self, message: MessageId) -> bool {
        self.table.get(&message).is_some_and(|flight| !flight.taken)
    }

    pub(super) fn get_mut(&mut self, message: MessageId) -> Option<&mut Flight> {
        self.table.get_mut(&message)
    }

    pub(super) fn remove(&mut self, message: MessageId) -> Option<Flight> {
        self.table.remove(&message)
    }

    /// The datagrams that nobody will answer for when `link` is gone.
    pub(super) fn on(&self, link: LinkId) -> Vec<(MessageId, Copy)> {
        let on_link = |(id, flight): (&MessageId, &Flight)| {
            let id = *id;
            flight.owed.iter().filter(|copy| copy.link == link).map(|copy| (id, *copy)).collect::<Vec<_>>()
        };
        self.table.iter().flat_map(on_link).collect()
    }
}
