//! Messages on their way and those that went out: the packets of each, which of them the kernel took and which the peer
//! has confirmed or opened.
//!
//! Sends nothing.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::model::{Fault, MessageId};

/// Messages that may still be confirmed or opened after all was done for them. The oldest goes first.
const MAX_RETIRED: usize = 256;

/// One packet of a message.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub number: u32,
    pub bytes: Arc<[u8]>,
}

/// One datagram, and where it goes.
pub(super) type AddressedPacket = (SocketAddr, Arc<[u8]>);

/// A message that is on its way.
#[derive(Debug)]
pub(super) struct OutboundMessage {
    pub message: MessageId,
    pub to: SocketAddr,
    pub parts: Vec<Part>,
    /// The whole of it, as it is kept.
    pub payload: Arc<[u8]>,
    /// Stop-and-wait with retransmission. Otherwise all parts are sent once, back to back.
    pub checked: bool,
    /// No receipt is no failure: many never give one for files.
    pub lenient: bool,
    pub sealed: bool,
    pub state: FlightState,
}

/// How far a message is.
#[derive(Debug, Default)]
pub(super) struct FlightState {
    /// The packet whose turn it is.
    pub at: usize,
    /// How often that was sent, and when it is due again.
    pub sends: u8,
    pub due: Option<Instant>,
    /// Datagrams that the kernel has not answered for.
    pub owed: usize,
    /// It took one of them.
    pub taken: bool,
    pub fault: Option<Fault>,
    /// The app knows that it went out.
    pub told: bool,
}

impl OutboundMessage {
    pub(super) fn part(&self) -> Option<&Part> {
        self.parts.get(self.state.at)
    }

    pub(super) fn is_last(&self) -> bool {
        self.state.at.saturating_add(1) >= self.parts.len()
    }

    pub(super) fn numbers(&self) -> Vec<u32> {
        self.parts.iter().map(|part| part.number).collect()
    }

    /// Its packets, each to all of these.
    pub(super) fn to_each(&self, targets: &[SocketAddr]) -> Vec<AddressedPacket> {
        let parts = self.parts.iter();
        parts.flat_map(|part| targets.iter().map(|at| (*at, Arc::clone(&part.bytes)))).collect()
    }

    /// Whether this receipt is for the packet whose turn it is.
    pub(super) fn awaits(&self, from: SocketAddr, number: u32) -> bool {
        self.checked && self.to == from && self.part().is_some_and(|part| part.number == number)
    }
}

/// A message that went out: what the peer may still say of it.
#[derive(Debug)]
struct RetiredMessage {
    message: MessageId,
    to: SocketAddr,
    /// Its packets that were not confirmed.
    unconfirmed: Vec<u32>,
    /// Its packets that nobody has opened.
    unopened: Vec<u32>,
    /// All of its packets, where they are sealed.
    sealed: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct RetiredMessages {
    table: VecDeque<RetiredMessage>,
}

impl RetiredMessages {
    /// A message is done with. It is forgotten if there is nothing left that the peer may say of it.
    pub(super) fn keep(&mut self, flight: &OutboundMessage, unconfirmed: Vec<u32>) {
        let sealed = if flight.sealed { flight.numbers() } else { Vec::new() };
        if unconfirmed.is_empty() && sealed.is_empty() {
            return;
        }
        if self.table.len() >= MAX_RETIRED {
            self.table.pop_front();
        }
        let (message, to, unopened) = (flight.message, flight.to, sealed.clone());
        self.table.push_back(RetiredMessage { message, to, unconfirmed, unopened, sealed });
    }

    /// The peer has this packet. The message, if that was all that was missing.
    pub(super) fn confirm(&mut self, from: SocketAddr, number: u32) -> Option<MessageId> {
        let retired = self.to(from).find(|retired| retired.unconfirmed.contains(&number))?;
        retired.unconfirmed.retain(|other| *other != number);
        retired.unconfirmed.is_empty().then_some(retired.message)
    }

    /// A person there opened this packet. The message, if that was the last of it.
    pub(super) fn open(&mut self, from: SocketAddr, number: u32) -> Option<MessageId> {
        let retired = self.to(from).find(|retired| retired.unopened.contains(&number))?;
        retired.unopened.retain(|other| *other != number);
        retired.unopened.is_empty().then_some(retired.message)
    }

    /// Whether this packet is one of ours that is sealed.
    pub(super) fn has_sealed(&mut self, to: SocketAddr, number: u32) -> bool {
        self.to(to).any(|retired| retired.sealed.contains(&number))
    }

    fn to(&mut self, to: SocketAddr) -> impl Iterator<Item = &mut RetiredMessage> {
        self.table.iter_mut().filter(move |retired| retired.to == to)
    }
}
