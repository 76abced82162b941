//! The state machine of plain UDP: its inputs, what it receives and the orders it gets. How a message is sent is in
//! `sending`, how names become addresses in `naming`.
//!
//! A datagram never makes it send anything.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use super::codec;
use super::flights::Flights;
use super::peers::{Held, Peers};
use crate::model::traffic::{ConnectionState, MessageKind, Received};
use crate::model::{
    Address, ConversationId, Fault, FileCommand, LinkId, MessageCommand, MessageId, NetCommand, NetEvent,
    Now, PeerCommand, Phrase,
};
use crate::wire::naming::{Answer, Resolution, Resolver};
use crate::wire::plain::Newline;
use crate::wire::{Encoding, Engine, Input, Ourselves, Output, Paths, is_nobody};

/// Links of one dialect: its socket and one for each peer that needs its own.
const MAX_LINKS: usize = 8;
/// Messages that wait for one name. More than a person types in the ten seconds a look-up may take.
const MAX_HELD: usize = 64;
/// Receivers with a buffer of 1,024 bytes are common among small scripts: beyond it they see a cut message.
const COMMON_BUFFER: usize = 1_024;

#[derive(Debug)]
struct Link {
    id: LinkId,
    only: Option<SocketAddr>,
}

#[derive(Debug, Default)]
pub(super) struct PlainUdp {
    links: Vec<Link>,
    pub(super) ourselves: Ourselves,
    pub(super) peers: Peers,
    pub(super) flights: Flights,
    pub(super) lookups: Resolver,
    pub(super) paths: Paths,
    pub(super) outbox: VecDeque<Output>,
}

impl Engine for PlainUdp {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        match input {
            Input::LinkUp { link, address, only } => self.link_up(Link { id: link, only }, address),
            Input::LinkDown { link, code: _ } => self.link_down(link),
            Input::Datagram { link, from, to, bytes } => {
                self.paths.heard(from, to);
                self.receive(now, link, from, bytes);
            }
            Input::Handed { ticket, result } => self.handed(now, ticket, result),
            Input::Unreachable { link: _, to } => self.unreachable(now, to),
            Input::Resolved { conversation, host, addresses } => {
                self.resolved(now, &Answer { conversation, host: &host, addresses: &addresses });
            }
            Input::Command(command) => self.obey(now, command),
            Input::Tick => self.expire(now),
            Input::Interfaces(interfaces) => {
                self.ourselves.interfaces(interfaces);
                self.paths.keep(interfaces);
                self.tell_all();
            }
            Input::Stepped { .. }
            | Input::StreamUp { .. }
            | Input::StreamData { .. }
            | Input::StreamDown { .. } => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outbox.pop_front().unwrap_or_else(|| Output::Wait(self.lookups.deadline()))
    }
}

// Links.
impl PlainUdp {
    fn link_up(&mut self, link: Link, address: SocketAddr) {
        self.links.retain(|known| known.id != link.id);
        if self.links.len() >= MAX_LINKS {
            return;
        }
        // What carries the traffic with one peer alone is reached by that peer alone.
        if link.only.is_none() {
            self.ourselves.link_up(link.id, address);
        }
        self.links.push(link);
        self.set_sides_apart();
        self.tell_all();
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
        self.ourselves.link_down(link);
        self.tell_all();
    }

    /// The link that reaches `to`: its own, else the one for everybody.
    pub(super) fn link_for(&self, to: SocketAddr) -> Option<LinkId> {
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
        // What comes from ourselves is nobody's answer.
        let ours = on.only.is_none() && self.ourselves.are_at(from);
        let conversation = if ours { None } else { self.peers.attribute(from) };
        // Unless a person chose exactly that address.
        if ours || (conversation.is_none() && is_nobody(from)) {
            self.report(NetEvent::Nobody { source: from });
            return;
        }
        let (text, lossy) = self.decode(conversation, bytes);
        if let Some(id) = conversation {
            self.flights.settle(id);
            if let Some(peer) = self.peers.get_mut(id) {
                peer.state.newline = Newline::learned(bytes);
            }
        }
        self.report(NetEvent::Received(Received {
            files: crate::model::Files::default(),
            conversation,
            scheme: super::SCHEME,
            place: None,
            source: from,
            sender: None,
            kind: MessageKind::Text,
            time: now.wall,
            text,
            lossy,
            authenticated: false,
            payload: bytes.into(),
        }));
    }

    fn decode(&self, conversation: Option<ConversationId>, bytes: &[u8]) -> (String, bool) {
        let peer = conversation.and_then(|id| self.peers.get(id));
        peer.map_or_else(|| Encoding::UTF_8.decode(bytes), |peer| codec::decode(&peer.address, bytes))
    }

    pub(super) fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }

    fn tell_all(&mut self) {
        let all: Vec<ConversationId> = self.peers.ids().collect();
        for conversation in all {
            self.tell(conversation);
        }
    }

    /// Tells the app whether the peer is this program itself, if that is news.
    pub(super) fn tell(&mut self, conversation: ConversationId) {
        let to = self.peers.destination(conversation);
        let ours = to.is_some_and(|to| self.link_for(to).is_some() && self.is_ours(to));
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        if std::mem::replace(&mut peer.state.ours, ours) == ours {
            return;
        }
        let connection = if ours {
            ConnectionState::Down(Phrase::new("reach-ourselves"))
        } else {
            ConnectionState::Unknown
        };
        self.report(NetEvent::Connection { conversation, connection });
    }

    pub(super) fn is_ours(&self, to: SocketAddr) -> bool {
        self.ourselves.are_at(to) && !self.links.iter().any(|link| link.only == Some(to))
    }

    pub(super) fn fail(&mut self, message: MessageId, fault: Fault) {
        self.report(NetEvent::Failed { message, fault });
    }
}

// Orders.
impl PlainUdp {
    fn obey(&mut self, now: Now, command: NetCommand) {
        match command {
            NetCommand::Peer(conversation, PeerCommand::Follow { address, rank }) => {
                self.follow(now, conversation, address, rank);
            }
            NetCommand::Peer(conversation, PeerCommand::Forget) => self.forget(conversation),
            // It speaks only when a person does; nothing here is sealed, and no files are offered.
            NetCommand::Introduce(_)
            | NetCommand::Peer(_, PeerCommand::Enter)
            | NetCommand::Listen { .. }
            | NetCommand::Message(_, MessageCommand::Stored { .. })
            | NetCommand::Message(_, MessageCommand::Unseal { .. })
            | NetCommand::File(_, FileCommand::Fetch { .. })
            | NetCommand::File(_, FileCommand::Decline { .. })
            | NetCommand::File(_, FileCommand::Stop { .. })
            | NetCommand::File(_, FileCommand::Withdraw { .. }) => {}
            NetCommand::Message(conversation, MessageCommand::Send { message, text, .. }) => {
                self.send(now, conversation, message, &text);
            }
            NetCommand::Message(conversation, MessageCommand::Redecode { message, payload }) => {
                let (text, lossy) = self.decode(Some(conversation), &payload);
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
        if let Some(before) = before.filter(|before| Some(*before) != after) {
            self.lookups.withdraw(conversation, before);
        }
        match after {
            // A name is looked up at once: who writes from there first must be recognised.
            Some(Resolution::Unknown) => self.ask(now, conversation),
            Some(Resolution::Literal) => self.release(now, conversation),
            Some(Resolution::Asked(_) | Resolution::Known(_)) | None => {}
        }
        self.set_sides_apart();
        self.tell(conversation);
    }

    /// Who has a socket of ours to itself is no other program of its host.
    fn set_sides_apart(&mut self) {
        for only in self.links.iter().filter_map(|link| link.only) {
            self.peers.set_apart(only);
        }
    }

    fn forget(&mut self, conversation: ConversationId) {
        self.flights.settle(conversation);
        let Some(peer) = self.peers.remove(conversation) else { return };
        self.lookups.withdraw(conversation, peer.naming);
        for held in peer.state.held {
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
        let payload: Arc<[u8]> = codec::encode(&peer.address, text, peer.state.newline)?.into();
        let (bytes, warned) = (payload.len(), peer.state.warned);
        if peer.naming.is_fresh(now) {
            self.launch(now, to, message, payload)?;
        } else {
            if !everybody {
                return Err(Fault::NotListening);
            }
            if peer.state.held.len() >= MAX_HELD {
                return Err(Fault::Busy);
            }
            peer.state.held.push_back(Held { message, payload });
            self.ask(now, to);
        }
        if bytes > COMMON_BUFFER && !warned {
            self.warn_large(to, bytes);
        }
        Ok(())
    }

    fn warn_large(&mut self, conversation: ConversationId, bytes: usize) {
        if let Some(peer) = self.peers.get_mut(conversation) {
            peer.state.warned = true;
        }
        let notice = Phrase::new("notice-large-datagram").number("bytes", bytes);
        self.report(NetEvent::Noticed { conversation, notice });
    }
}
