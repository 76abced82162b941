//! What arrives: which of it is new, whose room it is in, what it says. Never causes a datagram.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::engine::Room;
use super::place::{Place, channel_of, scope_of};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Address, ConversationId, Host, LinkId, NetEvent, Now};
use crate::wire::Encoding;

/// An interface of this machine of which nothing is known. The kernel counts from 1.
const SOME_INTERFACE: u32 = 0;

impl Room {
    pub(super) fn receive(
        &mut self,
        now: Now,
        link: LinkId,
        from: SocketAddr,
        to: Option<IpAddr>,
        bytes: &[u8],
    ) {
        let Some(at) = self.sockets.at(link) else { return };
        let channel = channel_of(at);
        // What was sent to a group comes to every socket of that port, and to the one that the group has.
        let elsewhere = !channel.ip().is_multicast() && to.is_some_and(|to| to.is_multicast());
        if elsewhere {
            return;
        }
        if self.is_forged(from) {
            return self.report(NetEvent::Nobody { source: from });
        }
        let own = self.own_interface(from);
        if let Some(interface) = own
            && from.port() == channel.port()
            && self.returns.is_own(now.mono, channel, interface, bytes)
        {
            return;
        }
        if bytes.is_empty() {
            self.report(NetEvent::Empty { source: from });
            return;
        }
        let payload: Arc<[u8]> = bytes.into();
        if own.is_some() && self.returns.is_copy(now.mono, channel, from, &payload) {
            return;
        }
        let conversation = self.route(at, to);
        // The socket of a group that nobody follows any more is about to be closed. What cannot be told apart at a
        // broadcast socket is everybody's.
        if conversation.is_some() || !at.ip().is_multicast() {
            self.show(now, conversation, from, at.port(), payload);
        }
    }

    /// No program of a person sends from there.
    fn is_forged(&self, from: SocketAddr) -> bool {
        let ip = from.ip();
        let broadcast = |address: IpAddr| {
            address == IpAddr::from([255, 255, 255, 255])
                || self.interfaces.iter().any(|interface| interface.broadcast.is_some_and(|at| address == at))
        };
        from.port() == 0 || ip.is_multicast() || broadcast(ip)
    }

    /// The interface of which this is an address.
    fn own_interface(&self, from: SocketAddr) -> Option<u32> {
        let (ip, scope) = (from.ip(), scope_of(from));
        let here = self.interfaces.iter().find(|own| own.address == ip && (scope == 0 || scope == own.index));
        if let Some(own) = here {
            return Some(own.index);
        }
        let loopback = || self.interfaces.iter().find(|own| own.loopback).map(|own| own.index);
        // The kernel writes 0.0.0.0 where an interface has no address to send from.
        match (ip.is_loopback(), ip.is_unspecified()) {
            (true, _) => Some(loopback().unwrap_or(SOME_INTERFACE)),
            (false, true) => Some(SOME_INTERFACE),
            (false, false) => None,
        }
    }

    fn route(&self, at: SocketAddr, to: Option<IpAddr>) -> Option<ConversationId> {
        if !at.ip().is_multicast() {
            return self.rooms.broadcast_at(at.port(), to, self.listen == Some(at.port()));
        }
        let scope = scope_of(at);
        let called = self.interfaces.iter().find(|interface| interface.index == scope);
        self.rooms.group_at(channel_of(at), scope, called.map(|interface| interface.name.as_str()))
    }

    fn show(
        &mut self,
        now: Now,
        conversation: Option<ConversationId>,
        source: SocketAddr,
        port: u16,
        payload: Arc<[u8]>,
    ) {
        let encoding = conversation.map_or(Encoding::UTF_8, |id| self.encoding_of(id));
        let (text, lossy) = encoding.decode(&payload);
        let kind = if self.is_greeting(&text) { MessageKind::Joined } else { MessageKind::Text };
        let place = if conversation.is_none() { Some(Box::new(everybody_at(port))) } else { None };
        self.report(NetEvent::Received(Received {
            files: crate::model::Files::default(),
            conversation,
            scheme: super::SCHEME,
            place,
            source,
            sender: None,
            kind,
            time: now.wall,
            text,
            lossy,
            authenticated: false,
            payload,
        }));
    }
}

/// The address of the room that everybody at this port is in.
fn everybody_at(port: u16) -> Address {
    Address {
        scheme: super::SCHEME,
        host: Host::Ip(Place::everybody(port).ip),
        port,
        room: String::new(),
        options: Vec::new(),
    }
}
