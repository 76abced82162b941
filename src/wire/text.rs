//! The protocol of dialects whose message is one datagram of text to one peer: whose words those of a source are, what
//! waits for a name, and what the app is told. A dialect of this kind is its [`TextCodec`].
//!
//! A datagram never makes it send anything. How a message goes out is in [`Delivery`].

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::time::Instant;

use super::ctx::Ctx;
use super::delivery::{Delivery, Route};
use super::endpoint::is_nobody;
use super::engine::Ticket;
use super::interface::Interface;
use super::local_sockets::LocalSockets;
use super::peers::Peers;
use super::plain::{self, Newline};
use super::protocol::{Protocol, SendText, SocketEvent};
use super::resolution::{Answer, Resolution, Resolved};
use crate::model::traffic::{ConnectionState, Received};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, LinkId, MessageId, NetEvent, PeerCommand, Phrase, Scheme,
};

/// Receivers with a buffer of 1,024 bytes are common among small scripts: beyond it they see a cut message.
const COMMON_BUFFER: usize = 1_024;

/// What this dialect keeps of a peer besides its addresses.
#[derive(Debug, Default)]
struct Talk {
    /// The notice about large datagrams was given.
    warned: bool,
    /// What the peer's last datagram ended with.
    newline: Newline,
    /// The app was told that this peer is our own socket.
    ours: bool,
}

/// How the texts of one dialect become datagrams.
pub trait TextCodec: Send {
    const SCHEME: Scheme;

    /// The bytes that go over the wire. `learned`: what the peer ends its own messages with.
    fn encode(address: &Address, text: &str, learned: Newline) -> Result<Vec<u8>, Fault>;

    /// The text of a datagram, and whether some bytes did not decode. `address`: the peer's, if it is followed.
    fn decode(address: Option<&Address>, bytes: &[u8]) -> (String, bool);
}

#[derive(Debug)]
pub struct TextProtocol<C> {
    sockets: LocalSockets,
    peers: Peers<Talk>,
    delivery: Delivery,
    codec: PhantomData<C>,
}

impl<C> Default for TextProtocol<C> {
    fn default() -> Self {
        let (sockets, peers, delivery) = (LocalSockets::default(), Peers::default(), Delivery::default());
        Self { sockets, peers, delivery, codec: PhantomData }
    }
}

impl<C: TextCodec> Protocol for TextProtocol<C> {
    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        match event {
            SocketEvent::Up { address, only } => {
                self.sockets.link_up(link, address, only);
                self.set_reserved_apart();
                self.tell_all(cx);
            }
            SocketEvent::Down { code: _ } => {
                self.sockets.link_down(link);
                self.peers.drop_link(link);
                self.delivery.link_down(cx, &self.sockets);
                self.tell_all(cx);
            }
            SocketEvent::Datagram { from, to: _, bytes } => self.receive(cx, link, from, bytes),
            SocketEvent::Unreachable { to } => {
                let Self { delivery, peers, sockets, codec: _ } = self;
                delivery.unreachable(cx, &mut Route { peers, sockets }, to);
            }
        }
    }

    fn on_interfaces(&mut self, cx: &mut Ctx<'_>, interfaces: &[Interface]) {
        self.sockets.set_interfaces(interfaces);
        self.tell_all(cx);
    }

    fn on_handed(&mut self, cx: &mut Ctx<'_>, ticket: Ticket, result: Result<(), ErrorCode>) {
        let Self { delivery, peers, sockets, codec: _ } = self;
        delivery.handed(cx, &mut Route { peers, sockets }, ticket, result);
    }

    fn on_resolved(&mut self, cx: &mut Ctx<'_>, answer: &Answer<'_>) {
        let resolved = self.peers.resolved(cx.now, answer);
        self.looked_up(cx, answer.conversation, resolved.as_ref());
    }

    fn on_peer(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, command: PeerCommand) {
        match command {
            PeerCommand::Follow { address, rank, .. } => self.follow(cx, conversation, address, rank),
            PeerCommand::Forget => {
                self.peers.remove(conversation);
                self.delivery.forget(cx, conversation);
            }
            // It speaks only when a person does.
            PeerCommand::Enter
            | PeerCommand::Typing
            | PeerCommand::Nudge
            | PeerCommand::Ask
            | PeerCommand::History(_)
            | PeerCommand::Room(_) => {}
        }
    }

    fn is_unanswered(&self, message: MessageId) -> bool {
        self.delivery.is_unanswered(message)
    }

    fn send(&mut self, cx: &mut Ctx<'_>, send: SendText<'_>) -> Result<(), Fault> {
        let SendText { to, message, text, bytes } = send;
        let peer = self.peers.get(to).ok_or(Fault::NoSuchPeer)?;
        let payload = match bytes {
            Some(bytes) => plain::limited(bytes, plain::max_payload(&peer.address.host))?,
            None => C::encode(&peer.address, text, peer.state.newline)?.into(),
        };
        let (bytes, fresh) = (payload.len(), peer.resolution.is_fresh(cx.now));
        if fresh {
            Route { peers: &mut self.peers, sockets: &self.sockets }.destination(to)?;
        } else if !self.sockets.reach_everybody() {
            return Err(Fault::NotListening);
        }
        self.delivery.push(cx.now, to, message, payload)?;
        if fresh {
            self.send_waiting(cx, to);
        } else {
            self.peers.look_up(cx, to);
        }
        let warned = self.peers.get_mut(to).map(|peer| &mut peer.state.warned);
        if bytes > COMMON_BUFFER && warned.is_some_and(|warned| !std::mem::replace(warned, true)) {
            let notice = Phrase::new("notice-large-datagram").number("bytes", bytes);
            cx.report(NetEvent::Noticed { conversation: to, notice });
        }
        Ok(())
    }

    fn decode(&self, from: ConversationId, payload: &[u8]) -> (String, bool) {
        C::decode(self.peers.get(from).map(|peer| &peer.address), payload)
    }

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        while let Some((conversation, resolved)) = self.peers.overdue(cx.now) {
            self.looked_up(cx, conversation, resolved.as_ref());
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.peers.deadline()
    }
}

// What comes.
impl<C: TextCodec> TextProtocol<C> {
    fn receive(&mut self, cx: &mut Ctx<'_>, link: LinkId, from: SocketAddr, bytes: &[u8]) {
        let Some(only) = self.sockets.reserved_for(link) else { return };
        if only.is_some_and(|only| only != from) {
            return;
        }
        if bytes.is_empty() {
            return cx.report(NetEvent::Empty { source: from });
        }
        // What comes from ourselves is nobody's answer.
        let ours = only.is_none() && self.sockets.are_at(from);
        let conversation = if ours { None } else { self.peers.attribute(from) };
        // Unless a person chose exactly that address.
        if ours || (conversation.is_none() && is_nobody(from)) {
            return cx.report(NetEvent::Nobody { source: from });
        }
        let peer = conversation.and_then(|id| self.peers.get(id));
        let (text, lossy) = C::decode(peer.map(|peer| &peer.address), bytes);
        if let Some(id) = conversation {
            self.delivery.answered(id);
            if let Some(peer) = self.peers.get_mut(id) {
                peer.state.newline = Newline::learned(bytes);
            }
        }
        let received = Received::new(C::SCHEME, from, cx.now.wall, bytes.into());
        cx.report(NetEvent::Received(Received { conversation, text, lossy, ..received }));
    }
}

// Where peers are.
impl<C: TextCodec> TextProtocol<C> {
    fn follow(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, address: Address, rank: u32) {
        if self.peers.follow(cx, conversation, address, rank).is_none() {
            return;
        }
        if self.peers.get(conversation).is_some_and(|peer| peer.resolution == Resolution::Literal) {
            self.send_waiting(cx, conversation);
        }
        self.set_reserved_apart();
        self.tell(cx, conversation);
    }

    fn looked_up(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId, resolved: Option<&Resolved>) {
        if let Some(Resolved::At(_)) = resolved {
            self.tell(cx, conversation);
        }
        if resolved.is_some() {
            self.send_waiting(cx, conversation);
        }
    }

    /// Who has a socket of ours to itself is no other program of its host.
    fn set_reserved_apart(&mut self) {
        self.sockets.reserved().for_each(|at| self.peers.set_apart(at));
    }

    fn tell_all(&mut self, cx: &mut Ctx<'_>) {
        let all: Vec<ConversationId> = self.peers.ids().collect();
        for conversation in all {
            self.tell(cx, conversation);
        }
    }

    /// Tells the app whether the peer is this program itself, if that is news.
    fn tell(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let ours = self.peers.destination(conversation).is_some_and(|to| self.sockets.are_at(to));
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        if std::mem::replace(&mut peer.state.ours, ours) == ours {
            return;
        }
        let ourselves = || ConnectionState::Down(Phrase::new("reach-ourselves").into());
        let connection = if ours { ourselves() } else { ConnectionState::Unknown };
        cx.report(NetEvent::Connection { conversation, connection });
    }
}

// What is said.
impl<C: TextCodec> TextProtocol<C> {
    /// Sends what waited for the name, or says that there is none.
    fn send_waiting(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Self { delivery, peers, sockets, codec: _ } = self;
        delivery.send_waiting(cx, &mut Route { peers, sockets }, conversation);
    }
}
