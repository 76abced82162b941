//! What is said beside messages, to those alone that a person trusts: that somebody is writing, and up to where somebody has
//! read. Nothing of it is kept: what was read last is said again on each new session, that somebody writes may get lost.
//!
//! ```text
//! datagram   't' 0    somebody is writing in the conversation with whoever gets this; what follows is of later versions
//! ```

use bytes::Bytes;
use quinn_proto::ConnectionHandle;

use super::connections::Connections;
use super::frame::control::Control;
use super::peers::SecurePeer;
use crate::model::{ConversationId, NetEvent, PublicKey, Uid};
use crate::wire::Ctx;

pub(super) const TYPING: [u8; 2] = *b"t\0";

/// A person has read everything up to this message. What is read while nobody is to know stays unsaid for ever.
pub(super) fn note_read(it: &mut Connections, cx: &mut Ctx<'_>, conversation: ConversationId, uid: Uid) {
    let shows = it.identity.shows_reads;
    if let Some((key, peer)) = it.peers.of(conversation).filter(|_| shows) {
        peer.signals.read = Some(uid);
        it.serve_peer(cx, key);
    }
}

/// Says on this session up to where was read, if both sides want that, and it was not said there.
pub(super) fn tell_read(it: &mut Connections, handle: ConnectionHandle) {
    let shows = it.identity.shows_reads;
    let Some(session) = it.sessions.get_mut(&handle).filter(|session| session.peer.is_some()) else {
        return;
    };
    let Some(peer) = it.peers.get_mut(&session.key) else { return };
    let wanted = shows && peer.is_trusted() && peer.current == Some(handle);
    if wanted && let Some(uid) = peer.signals.take_read(session.number) {
        session.say(&Control::Read { uid });
    }
}

/// The peer says up to where somebody there has read.
pub(super) fn hear_read(it: &Connections, cx: &mut Ctx<'_>, key: &PublicKey, uid: Uid) {
    let both = |peer: &&SecurePeer| peer.is_trusted() && peer.signals.shows_reads;
    let peer = it.peers.get(key).filter(both).filter(|_| it.identity.shows_reads);
    if let Some(conversation) = peer.and_then(SecurePeer::conversation) {
        cx.report(NetEvent::ReadUpTo { conversation, uid });
    }
}

/// A person is writing to this peer, which is told if it is there.
pub(super) fn tell_typing(it: &mut Connections, cx: &Ctx<'_>, conversation: ConversationId) {
    let shows = it.identity.shows_typing;
    let Some((_, peer)) = it.peers.of(conversation).filter(|(_, peer)| shows && peer.is_trusted()) else {
        return;
    };
    let current = peer.current.and_then(|handle| it.transport.open(handle));
    if let Some(quic) = current
        && peer.signals.may_tell_typing(cx.now.mono)
    {
        // A notice that finds no room is as good as one that is lost.
        let _sent = quic.datagrams().send(Bytes::from_static(&TYPING), true);
    }
}

/// What came that may get lost. Everything is taken, so that it holds no memory, and little is heard of it.
pub(super) fn hear(it: &mut Connections, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
    let Some((session, quic)) = it.sessions.get(&handle).zip(it.transport.open(handle)) else {
        return;
    };
    let mut typing = false;
    while let Some(signal) = quic.datagrams().recv() {
        typing |= signal.starts_with(&TYPING);
    }
    let Some(peer) = it.peers.get_mut(&session.key).filter(|peer| typing && peer.is_trusted()) else {
        return;
    };
    let heard = peer.signals.may_hear_typing(cx.now.mono);
    if let Some(conversation) = peer.conversation().filter(|_| heard) {
        cx.report(NetEvent::Typing { conversation });
    }
}
