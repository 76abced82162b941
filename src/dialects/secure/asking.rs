//! Whether a peer's program is there, where a person wants to know: it is pinged on its session, or dialled where it has
//! none. No person there learns of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use quinn_proto::ConnectionHandle;

use super::peers::{KeyTable, SecurePeer};
use super::session::PeerSession;
use super::transport::Transport;
use crate::model::{ConversationId, NetEvent, PublicKey};
use crate::wire::Ctx;

/// Longer than any round trip with a handshake before it and one loss.
const PATIENCE: Duration = Duration::from_secs(3);
/// While a person waits, the answer is looked for so often.
pub(super) const AGAIN: Duration = Duration::from_millis(250);

/// Begins to ask: whose connection is to be looked at because of that.
pub(super) fn ask(
    peers: &mut KeyTable,
    transport: &mut Transport,
    now: Instant,
    conversation: ConversationId,
) -> Option<PublicKey> {
    let (key, peer) = peers.of(conversation)?;
    peer.asked = Some(now);
    peer.dialler.wake(now);
    if let Some(quic) = peer.current.and_then(|handle| transport.open(handle)) {
        quic.ping();
    }
    Some(key)
}

/// Says that the peer has answered, or asks no more.
pub(super) fn settle(
    cx: &mut Ctx<'_>,
    peer: &mut SecurePeer,
    transport: &Transport,
    sessions: &BTreeMap<ConnectionHandle, PeerSession>,
) {
    let Some(asked) = peer.asked else { return };
    let heard = |handle| transport.heard(handle).is_some_and(|heard| heard > asked);
    let session = peer.current.filter(|handle| heard(*handle)).and_then(|handle| sessions.get(&handle));
    if let Some(session) = session {
        peer.asked = None;
        cx.report(NetEvent::Answered { conversation: peer.conversation(), from: session.remote });
    } else if cx.now.mono.saturating_duration_since(asked) >= PATIENCE {
        peer.asked = None;
    }
}
