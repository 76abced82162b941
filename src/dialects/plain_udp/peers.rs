//! What this dialect keeps of a peer besides its addresses. Decides nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::MessageId;
use crate::wire;
use crate::wire::plain::Newline;

pub(super) type Peers = wire::Peers<Talk>;

/// A message that waits for its peer's name.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) message: MessageId,
    pub(super) payload: Arc<[u8]>,
}

#[derive(Debug, Default)]
pub(super) struct Talk {
    pub(super) held: VecDeque<Held>,
    /// The notice about large datagrams was given.
    pub(super) warned: bool,
    /// What the peer's last datagram ended with.
    pub(super) newline: Newline,
    /// The app was told that this peer is our own socket.
    pub(super) ours: bool,
}
