//! Those who make themselves known on the network: they come and go by themselves.

use super::event::Effect;
use super::state::State;
use crate::model::traffic::Peer;
use crate::model::{ConversationId, Now};

/// Somebody came, left, or is known by something else.
pub(super) fn peer(state: &mut State, peer: Peer, effects: &mut Vec<Effect>) {
    let _ = (state, peer, effects);
}

/// Somebody is writing to us just now.
pub(super) fn typing(state: &mut State, now: Now, conversation: ConversationId) {
    let _ = (state, now, conversation);
}
