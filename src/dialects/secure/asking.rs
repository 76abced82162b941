//! Whether a peer's program is there, where a person wants to know: it is pinged on its session, or dialled where it has
//! none. No person there learns of it.

use std::time::Duration;

use super::connections::Connections;
use crate::model::{ConversationId, NetEvent, PublicKey};
use crate::wire::Ctx;

/// Longer than any round trip with a handshake before it and one loss.
const PATIENCE: Duration = Duration::from_secs(3);
/// While a person waits, the answer is looked for so often.
pub(super) const AGAIN: Duration = Duration::from_millis(250);

pub(super) fn ask(it: &mut Connections, cx: &mut Ctx<'_>, conversation: ConversationId) {
    let now = cx.now.mono;
    let Some((key, peer)) = it.peers.of(conversation) else { return };
    peer.asked = Some(now);
    peer.dialler.wake(now);
    if let Some(quic) = peer.current.and_then(|handle| it.transport.open(handle)) {
        quic.ping();
    }
    it.tend(cx, key);
}

/// Says that the peer has answered, or asks no more.
pub(super) fn settle(it: &mut Connections, cx: &mut Ctx<'_>, key: PublicKey) {
    let Some(peer) = it.peers.get_mut(&key) else { return };
    let Some(asked) = peer.asked else { return };
    let heard = |handle| it.transport.heard(handle).is_some_and(|heard| heard > asked);
    let session = peer.current.filter(|handle| heard(*handle)).and_then(|handle| it.sessions.get(&handle));
    if let Some(session) = session {
        peer.asked = None;
        cx.report(NetEvent::Answered { conversation: peer.conversation(), from: session.remote });
    } else if cx.now.mono.saturating_duration_since(asked) >= PATIENCE {
        peer.asked = None;
    }
}
