//! What this dialect keeps of a peer besides its addresses. Opens nothing and decides nothing.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::codec::Style;
use super::keeping::Keep;
use crate::model::{ConversationId, LinkId, MessageId};
use crate::wire;

pub(super) type Peer = wire::peers::Peer<Line>;
pub(super) type Peers = wire::Peers<Line>;

/// What the app was told last of whether a peer is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Told {
    #[default]
    Nothing,
    Seeking,
    Up,
    Down,
}

#[derive(Debug, Default)]
pub(super) struct Line {
    /// Messages that wait for a stream, in order.
    pub(super) waiting: VecDeque<MessageId>,
    /// The stream that is being opened.
    pub(super) dial: Option<LinkId>,
    /// Where to try next if that fails.
    pub(super) left: VecDeque<SocketAddr>,
    pub(super) told: Told,
    pub(super) keep: Keep,
    /// How often it was tried in vain since the peer last said something.
    pub(super) tries: u32,
}

impl Line {
    /// Whether a stream is wanted: something waits for it, or a person does.
    pub(super) fn seeks(&self) -> bool {
        !self.waiting.is_empty() || self.keep == Keep::Now
    }
}

/// What a peer speaks; `None`: a stranger.
pub(super) fn style_of(peers: &Peers, owner: Option<ConversationId>) -> Style {
    owner.and_then(|id| peers.get(id)).map_or(Style::PLAIN, |peer| Style::of(&peer.address))
}
