//! The end of a program, ours and the peer's: whoever has a session learns of it at once, instead of from our silence. What is
//! lost of that costs no more than a goodbye that was not said.

use quinn_proto::ConnectionHandle;

use super::close;
use super::connections::Connections;
use super::peers::{SecurePeer, located};
use crate::model::traffic::{Audience, LocalIdentity, PeerInfo, Profile};
use crate::model::{NetEvent, PublicKey};
use crate::wire::Ctx;

/// Peers who are told in one go: their packets are fewer than one turn may send.
const AT_ONCE: usize = 16;

/// Tells everybody who has a session that we go, after what is still to be said of their messages, and ends all of them.
pub(super) fn say(it: &mut Connections, cx: &mut Ctx<'_>) {
    let unseen = LocalIdentity { visible: Audience::Nobody, ..it.identity.clone() };
    it.discovery.introduce(cx, &unseen);
    for some in it.peers.keys().chunks(AT_ONCE) {
        for key in some {
            say_to(it, key);
        }
        // An end would overtake it.
        it.go_on(cx);
        for key in some {
            it.disconnect(cx, *key, close::LEAVING);
        }
    }
}

fn say_to(it: &mut Connections, key: &PublicKey) {
    let Connections { peers, sessions, transport, .. } = it;
    for handle in peers.get(key).map(|peer| &peer.sessions).into_iter().flatten() {
        if let Some((session, quic)) = sessions.get_mut(handle).zip(transport.open(*handle)) {
            session.say_bye();
            session.flush(quic);
        }
    }
}

/// The peer's program ends. Another one that has the same key may go on.
pub(super) fn hear(it: &mut Connections, cx: &mut Ctx<'_>, handle: ConnectionHandle) {
    let Some(session) = it.sessions.get(&handle) else { return };
    let (key, remote, told) = (session.key, session.remote, session.peer);
    if let Some(told) = told {
        it.discovery.on_end(cx, &mut it.peers, key, told.boot);
    }
    it.transport.close(cx.now.mono, handle, close::LEAVING);
    it.lose(cx, handle);
    let peer = it.peers.get(&key);
    if peer.is_none_or(|peer| peer.sessions.is_empty()) && !it.discovery.tell(cx, &it.peers, key) {
        let conversation = peer.and_then(SecurePeer::conversation);
        let (address, about) = (Box::new(located(key, remote)), Profile::default());
        cx.report(NetEvent::Peer(PeerInfo { conversation, address, here: false, about }));
    }
}
