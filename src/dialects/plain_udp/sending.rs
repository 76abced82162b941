//! How a message goes out: to the preferred address of its peer, and on to the next one when the kernel or
//! ICMP says that nobody gets it there. Each message goes to each address once at most.

use std::net::SocketAddr;
use std::sync::Arc;

use super::engine::PlainUdp;
use super::flights::Flight;
use crate::model::{ConversationId, ErrorCode, Fault, MessageId, NetEvent, Now, Phrase};
use crate::wire::{Output, Ticket};

impl PlainUdp {
    pub(super) fn launch(
        &mut self,
        now: Now,
        conversation: ConversationId,
        message: MessageId,
        payload: Arc<[u8]>,
    ) -> Result<(), Fault> {
        let peer = self.peers.get(conversation).ok_or(Fault::NoSuchPeer)?;
        let host = &peer.address.host;
        let to = self.peers.destination(conversation);
        let to = to.ok_or_else(|| Fault::NameNotFound { host: host.to_string() })?;
        self.link_for(to).ok_or(Fault::NotListening)?;
        if self.is_ours(to) {
            return Err(Fault::Ourselves);
        }
        let flight = Flight { conversation, payload, tried: Vec::new(), handed: None };
        if !self.flights.insert(now.mono, message, flight) {
            return Err(Fault::Busy);
        }
        self.transmit(message, to);
        Ok(())
    }

    /// Sends a message that is in `flights`, to one address.
    fn transmit(&mut self, message: MessageId, to: SocketAddr) {
        // Callers have a link for it: a socket that goes away answers for its messages in `link_down`.
        let Some(link) = self.link_for(to) else { return };
        let Some(flight) = self.flights.get_mut(message) else { return };
        flight.tried.push(to);
        let (conversation, bytes) = (flight.conversation, Arc::clone(&flight.payload));
        self.peers.note_write(conversation, link);
        self.outbox.push_back(Output::Datagram {
            link,
            to,
            from: self.paths.local(to),
            via: None,
            bytes,
            ticket: Some(Ticket { message, to }),
        });
    }

    pub(super) fn handed(&mut self, now: Now, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Some(flight) = self.flights.get_mut(ticket.message) else { return };
        // Only the newest attempt counts; an older one has been given up.
        if flight.tried.last() != Some(&ticket.to) {
            return;
        }
        let conversation = flight.conversation;
        match result {
            Ok(()) => {
                let first = flight.handed.is_none();
                flight.handed = Some(now.mono);
                let payload = Arc::clone(&flight.payload);
                // With one address there is nothing to try later.
                if !self.peers.has_choice(conversation) {
                    self.flights.remove(ticket.message);
                }
                if first {
                    self.report(NetEvent::Handed { message: ticket.message, to: ticket.to, payload });
                }
            }
            Err(code) => match self.peers.untried(conversation, &flight.tried) {
                Some(next) if self.link_for(next).is_some() => self.transmit(ticket.message, next),
                Some(_) | None => self.give_up(ticket, code),
            },
        }
    }

    /// The kernel refused a message for every address.
    fn give_up(&mut self, ticket: Ticket, code: ErrorCode) {
        let Some(flight) = self.flights.remove(ticket.message) else { return };
        if flight.handed.is_some() {
            self.report(NetEvent::Unreachable { conversation: flight.conversation, to: ticket.to });
        } else {
            self.fail(ticket.message, Fault::Network { to: Some(ticket.to), code });
        }
    }

    pub(super) fn unreachable(&mut self, now: Now, to: SocketAddr) {
        for (conversation, was_next) in self.peers.note_gone(to) {
            self.unreachable_peer(now, conversation, (to, was_next));
        }
    }

    /// Moves on to the peer's next address, with what may have been lost at this one.
    fn unreachable_peer(
        &mut self,
        now: Now,
        conversation: ConversationId,
        (to, was_next): (SocketAddr, bool),
    ) {
        let elsewhere = self.peers.elsewhere(conversation).filter(|_| was_next);
        if let Some(elsewhere) = elsewhere {
            let notice = Phrase::new("notice-answers-elsewhere").text("gone", to.to_string());
            let notice = notice.text("to", elsewhere.to_string());
            self.report(NetEvent::Noticed { conversation, notice });
        }
        let mut moved = elsewhere.is_some();
        for message in self.flights.lost_at(now.mono, conversation, to) {
            let tried = self.flights.get_mut(message).map(|flight| flight.tried.as_slice());
            let next = tried.and_then(|tried| self.peers.untried(conversation, tried));
            if let Some(next) = next {
                self.transmit(message, next);
                moved = true;
            }
        }
        if was_next && !moved {
            self.report(NetEvent::Unreachable { conversation, to });
        }
    }
}
