//! What arrives: which of it is new, whose room it is in, what it says. Never causes a datagram.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::codec;
use super::engine::BroadcastRooms;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{Address, ConversationId, LinkId, NetEvent};
use crate::wire::Ctx;
use crate::wire::endpoint::scope_of;
use crate::wire::group_address::channel_of;

impl BroadcastRooms {
    pub(super) fn receive(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        from: SocketAddr,
        to: Option<IpAddr>,
        bytes: &[u8],
    ) {
        let Some(at) = self.sockets.at(link) else { return };
        let channel = channel_of(at);
        // What was sent to a group comes to every socket of that port, and to the one that the group has.
        if !channel.ip().is_multicast() && to.is_some_and(|to| to.is_multicast()) {
            return;
        }
        if self.networks.is_forged(from) {
            return cx.report(NetEvent::Nobody { source: from });
        }
        let own = self.networks.own_interface(from);
        let (now, loopback) = (cx.now.mono, &mut self.sending.loopback);
        if let Some(interface) = own
            && from.port() == channel.port()
            && loopback.is_own(now, channel, interface, bytes)
        {
            return;
        }
        if bytes.is_empty() {
            return cx.report(NetEvent::Empty { source: from });
        }
        let payload: Arc<[u8]> = bytes.into();
        if own.is_some() && loopback.is_copy(now, channel, from, &payload) {
            return;
        }
        self.report(cx, at, from, to, payload);
    }

    /// Tells the app what is new.
    fn report(
        &self,
        cx: &mut Ctx<'_>,
        at: SocketAddr,
        from: SocketAddr,
        to: Option<IpAddr>,
        payload: Arc<[u8]>,
    ) {
        let conversation = self.route(at, to);
        // The socket of a group that nobody follows any more is about to be closed. What cannot be told apart at a
        // broadcast socket is everybody's.
        if conversation.is_none() && at.ip().is_multicast() {
            return;
        }
        let (text, lossy) = self.encoding_of(conversation).decode_message(&payload);
        let kind = if self.is_greeting(&text) { MessageKind::Joined } else { MessageKind::Text };
        let everybody = || Address::from_socket(super::SCHEME, (Ipv4Addr::BROADCAST, at.port()).into());
        let place = conversation.is_none().then(|| Box::new(everybody()));
        let received = Received::new(super::SCHEME, from, cx.now.wall, payload);
        cx.report(NetEvent::Received(Received { conversation, place, kind, text, lossy, ..received }));
    }

    fn route(&self, at: SocketAddr, to: Option<IpAddr>) -> Option<ConversationId> {
        if !at.ip().is_multicast() {
            return self.rooms.broadcast_at(at.port(), to, self.listen == Some(at.port()));
        }
        let scope = scope_of(at);
        self.rooms.group_at(channel_of(at), scope, self.networks.name_of(scope))
    }

    /// Whether a text is the notice of a program that has come in: the usual one, or ours.
    fn is_greeting(&self, text: &str) -> bool {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let own = self.own.as_ref().map(|own| own.greeting.as_str()).filter(|own| !own.is_empty());
        line == codec::USUAL_GREETING || own.is_some_and(|own| own == line || own == text)
    }
}
