//! The state machine of plain UDP: takes inputs, keeps what has to be done in order, looks names up before
//! the first message and tries the next address of a name when nobody answers at one.
//!
//! A datagram never makes it send anything.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::codec;
use super::flights::{Flight, Flights};
use super::peers::{Held, Naming, Peers};
use crate::model::traffic::Received;
use crate::model::{
    Address, ConversationId, Fault, Host, LinkId, MessageId, NetCommand, NetEvent, Now, Phrase,
};
use crate::wire::{Encoding, Engine, Input, Output, Ticket};

/// Links of one dialect: its socket and one for each peer that needs its own.
const MAX_LINKS: usize = 8;
/// Messages that wait for one name. More than a person types in the ten seconds a look-up may take.
const MAX_HELD: usize = 64;
/// A look-up that takes longer counts as failed.
const LOOKUP_LIMIT: Duration = Duration::from_secs(10);
/// Addresses of a name older than this are looked up again before the next message.
const NAME_LIFE: Duration = Duration::from_secs(60);
/// Receivers with a buffer of 1,024 bytes are common among small scripts: beyond it they see a cut message.
const COMMON_BUFFER: usize = 1_024;

#[derive(Debug)]
struct Link {
    id: LinkId,
    address: SocketAddr,
    only: Option<SocketAddr>,
}

#[derive(Debug, Default)]
pub(super) struct PlainUdp {
    links: Vec<Link>,
    peers: Peers,
    flights: Flights,
    /// The look-ups under way, by the time they have to be done.
    asked: BTreeSet<(Instant, ConversationId)>,
    outbox: VecDeque<Output>,
}

impl Engine for PlainUdp {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link, address, only } => self.link_up(Link { id: link, address, only }),
            Input::LinkDown { link } => self.link_down(link),
            Input::Datagram { link, from, bytes } => self.receive(now, link, from, bytes),
            Input::Handed { ticket, result } => self.handed(now, ticket, result),
            Input::Unreachable { link: _, to } => self.unreachable(now, to),
            Input::Resolved { conversation, host, addresses } => {
                self.resolved(now, conversation, &host, &addresses);
            }
            Input::Command(command) => self.obey(now, command),
            Input::Tick => self.expire(now),
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        let deadline = self.asked.first().map(|(until, _)| *until);
        self.outbox.pop_front().unwrap_or(Output::Wait(deadline))
    }
}

// Links.
impl PlainUdp {
    fn link_up(&mut self, link: Link) {
        self.links.retain(|known| known.id != link.id);
        if self.links.len() < MAX_LINKS {
            self.links.push(link);
        }
    }

    fn link_down(&mut self, link: LinkId) {
        self.links.retain(|known| known.id != link);
        self.peers.drop_link(link);
        for (message, to) in self.flights.unanswered() {
            if to.and_then(|to| self.link_for(to)).is_none() {
                self.flights.remove(message);
                self.fail(message, Fault::NotListening);
            }
        }
    }

    /// The link that reaches `to`: its own, else the one for everybody.
    fn link_for(&self, to: SocketAddr) -> Option<LinkId> {
        let own = self.links.iter().find(|link| link.only == Some(to));
        own.or_else(|| self.links.iter().find(|link| link.only.is_none())).map(|link| link.id)
    }
}

// Receiving.
impl PlainUdp {
    fn receive(&mut self, now: Now, link: LinkId, from: SocketAddr, bytes: &[u8]) {
        let Some(on) = self.links.iter().find(|known| known.id == link) else { return };
        if on.only.is_some_and(|only| only != from) {
            return;
        }
        if bytes.is_empty() {
            self.report(NetEvent::Empty { source: from });
            return;
        }
        let conversation = self.peers.route(link, on.address, from);
        let peer = conversation.and_then(|id| self.peers.get(id));
        let encoding = peer.map_or(Encoding::UTF_8, |peer| codec::encoding_of(&peer.address));
        let (text, lossy) = encoding.decode(bytes);
        if let Some(id) = conversation {
            self.peers.note_heard(id, from);
            self.flights.settle(id);
        }
        self.report(NetEvent::Received(Received {
            conversation,
            scheme: super::SCHEME,
            source: from,
            time: now.wall,
            text,
            lossy,
            authenticated: false,
            payload: bytes.into(),
        }));
    }

    fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }

    fn fail(&mut self, message: MessageId, fault: Fault) {
        self.report(NetEvent::Failed { message, fault });
    }
}

// Orders.
impl PlainUdp {
    fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Follow { conversation, address, rank } => {
                self.follow(now, conversation, address, rank);
            }
            NetCommand::Forget { conversation } => self.forget(conversation),
            NetCommand::Send { conversation, message, text } => {
                self.send(now, conversation, message, &text);
            }
            NetCommand::Redecode { conversation, message, payload } => {
                let peer = self.peers.get(conversation);
                let encoding = peer.map_or(Encoding::UTF_8, |peer| codec::encoding_of(&peer.address));
                let (text, lossy) = encoding.decode(&payload);
                self.report(NetEvent::Redecoded { message, text, lossy });
            }
        }
    }

    fn follow(&mut self, now: Now, conversation: ConversationId, address: Address, rank: u32) {
        let before = self.peers.get(conversation).map(|peer| peer.naming);
        if !self.peers.follow(conversation, address, rank) {
            return;
        }
        let after = self.peers.get(conversation).map(|peer| peer.naming);
        if let (Some(Naming::Asked(until)), true) = (before, before != after) {
            self.asked.remove(&(until, conversation));
        }
        match after {
            // A name is looked up at once: who writes from there first must be recognised.
            Some(Naming::Unknown) => self.ask(now, conversation),
            Some(Naming::Literal) => self.release(now, conversation),
            Some(Naming::Asked(_) | Naming::Known(_)) | None => {}
        }
    }

    fn forget(&mut self, conversation: ConversationId) {
        self.flights.settle(conversation);
        let Some(peer) = self.peers.remove(conversation) else { return };
        if let Naming::Asked(until) = peer.naming {
            self.asked.remove(&(until, conversation));
        }
        for held in peer.held {
            self.fail(held.message, Fault::NoSuchPeer);
        }
    }

    fn send(&mut self, now: Now, conversation: ConversationId, message: MessageId, text: &str) {
        // The order that is under way will be answered, and ids are not used twice meanwhile.
        if self.flights.awaits(message) {
            return;
        }
        if let Err(fault) = self.accept(now, conversation, message, text) {
            self.fail(message, fault);
        }
    }

    fn accept(&mut self, now: Now, to: ConversationId, message: MessageId, text: &str) -> Result<(), Fault> {
        let everybody = self.links.iter().any(|link| link.only.is_none());
        let peer = self.peers.get_mut(to).ok_or(Fault::NoSuchPeer)?;
        let payload: Arc<[u8]> = codec::encode(&peer.address, text)?.into();
        let (bytes, warned) = (payload.len(), peer.warned);
        let stale = match peer.naming {
            Naming::Literal => false,
            Naming::Known(at) => now.mono.saturating_duration_since(at) > NAME_LIFE,
            Naming::Unknown | Naming::Asked(_) => true,
        };
        if stale {
            if !everybody {
                return Err(Fault::NotListening);
            }
            if peer.held.len() >= MAX_HELD {
                return Err(Fault::Busy);
            }
            peer.held.push_back(Held { message, payload });
            self.ask(now, to);
        } else {
            self.launch(now, to, message, payload)?;
        }
        if bytes > COMMON_BUFFER && !warned {
            self.warn_large(to, bytes);
        }
        Ok(())
    }

    fn warn_large(&mut self, conversation: ConversationId, bytes: usize) {
        if let Some(peer) = self.peers.get_mut(conversation) {
            peer.warned = true;
        }
        let notice = Phrase::new("notice-large-datagram").number("bytes", bytes);
        self.report(NetEvent::Noticed { conversation, notice });
    }
}

// Sending.
impl PlainUdp {
    fn launch(
        &mut self,
        now: Now,
        conversation: ConversationId,
        message: MessageId,
        payload: Arc<[u8]>,
    ) -> Result<(), Fault> {
        let peer = self.peers.get(conversation).ok_or(Fault::NoSuchPeer)?;
        let host = &peer.address.host;
        let to = peer.preferred().ok_or_else(|| Fault::NameNotFound { host: name_of(host) })?;
        self.link_for(to).ok_or(Fault::NotListening)?;
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
        self.peers.note_write(conversation, to, link);
        self.outbox.push_back(Output::Datagram { link, to, bytes, ticket: Some(Ticket { message, to }) });
    }

    fn handed(&mut self, now: Now, ticket: Ticket, result: Result<(), String>) {
        let Some(flight) = self.flights.get_mut(ticket.message) else { return };
        // Only the newest attempt counts; an older one has been given up.
        if flight.tried.last() != Some(&ticket.to) {
            return;
        }
        let peer = self.peers.get(flight.conversation);
        match result {
            Ok(()) => {
                let first = flight.handed.is_none();
                flight.handed = Some(now.mono);
                let payload = Arc::clone(&flight.payload);
                // With one address there is nothing to try later.
                if peer.is_none_or(|peer| peer.target_count() < 2) {
                    self.flights.remove(ticket.message);
                }
                if first {
                    self.report(NetEvent::Handed { message: ticket.message, to: ticket.to, payload });
                }
            }
            Err(code) => match peer.and_then(|peer| peer.untried(&flight.tried)) {
                Some(next) if self.link_for(next).is_some() => self.transmit(ticket.message, next),
                Some(_) | None => self.give_up(ticket, code),
            },
        }
    }

    /// The kernel refused a message for every address.
    fn give_up(&mut self, ticket: Ticket, code: String) {
        let Some(flight) = self.flights.remove(ticket.message) else { return };
        if flight.handed.is_some() {
            self.report(NetEvent::Unreachable { conversation: flight.conversation, to: ticket.to });
        } else {
            self.fail(ticket.message, Fault::Network { to: Some(ticket.to), code });
        }
    }

    fn unreachable(&mut self, now: Now, to: SocketAddr) {
        for conversation in self.peers.written_at(to) {
            self.unreachable_peer(now, conversation, to);
        }
    }

    /// Moves on to the peer's next address, with what may have been lost at this one.
    fn unreachable_peer(&mut self, now: Now, conversation: ConversationId, to: SocketAddr) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let was_preferred = peer.preferred() == Some(to);
        if was_preferred {
            peer.turn();
        }
        let mut moved = false;
        for message in self.flights.lost_at(now.mono, conversation, to) {
            let peer = self.peers.get(conversation);
            let tried = self.flights.get_mut(message).map(|flight| flight.tried.as_slice());
            let next = peer.zip(tried).and_then(|(peer, tried)| peer.untried(tried));
            if let Some(next) = next {
                self.transmit(message, next);
                moved = true;
            }
        }
        if was_preferred && !moved {
            self.report(NetEvent::Unreachable { conversation, to });
        }
    }
}

// Names.
impl PlainUdp {
    fn ask(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        if matches!(peer.naming, Naming::Asked(_) | Naming::Literal) {
            return;
        }
        let until = now.after(LOOKUP_LIMIT).mono;
        peer.naming = Naming::Asked(until);
        let (host, port) = (name_of(&peer.address.host), peer.address.port);
        self.asked.insert((until, conversation));
        self.outbox.push_back(Output::Resolve { conversation, host, port });
    }

    fn resolved(&mut self, now: Now, conversation: ConversationId, host: &str, addresses: &[SocketAddr]) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let Naming::Asked(until) = peer.naming else { return };
        if name_of(&peer.address.host) != host {
            return;
        }
        self.asked.remove(&(until, conversation));
        let port = peer.address.port;
        let usable = addresses.iter().filter(|at| !at.ip().is_unspecified());
        let addresses: Vec<SocketAddr> = usable.map(|at| with_port(*at, port)).collect();
        // A name that is not found again just now is still where it was.
        let kept = addresses.is_empty() && peer.target_count() > 0;
        peer.naming = if addresses.is_empty() && !kept { Naming::Unknown } else { Naming::Known(now.mono) };
        if !kept {
            self.peers.set_targets(conversation, &addresses);
        }
        self.release(now, conversation);
    }

    fn expire(&mut self, now: Now) {
        while let Some((until, conversation)) = self.asked.first().copied().filter(|(at, _)| *at <= now.mono)
        {
            self.asked.remove(&(until, conversation));
            let host = self.peers.get(conversation).map(|peer| name_of(&peer.address.host));
            self.resolved(now, conversation, &host.unwrap_or_default(), &[]);
        }
    }

    /// Sends what waited for the name, or says that there is none.
    fn release(&mut self, now: Now, conversation: ConversationId) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        for held in std::mem::take(&mut peer.held) {
            if let Err(fault) = self.launch(now, conversation, held.message, held.payload) {
                self.fail(held.message, fault);
            }
        }
    }
}

/// The host as it is looked up.
fn name_of(host: &Host) -> String {
    match host {
        Host::Name(name) => name.clone(),
        Host::Ip(ip) => ip.to_string(),
        Host::Scoped(ip, zone) => format!("{ip}%{zone}"),
    }
}

fn with_port(mut at: SocketAddr, port: u16) -> SocketAddr {
    at.set_port(port);
    match at {
        // `to_canonical` would lose the scope, which mapped addresses do not have.
        SocketAddr::V6(v6) if v6.ip().to_ipv4_mapped().is_some() => {
            SocketAddr::new(at.ip().to_canonical(), port)
        }
        SocketAddr::V4(_) | SocketAddr::V6(_) => at,
    }
}
