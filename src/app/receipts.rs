//! What peers say of messages that they have: delivered, read; and sealed messages that are opened here.

use super::event::Effect;
use super::state::State;
use crate::model::{ConversationId, MessageId, Now};

/// The peer says that it has a message of ours.
pub(super) fn delivered(state: &mut State, now: Now, message: MessageId, effects: &mut Vec<Effect>) {
    let _ = (state, now, message, effects);
}

/// The peer says that somebody opened it.
pub(super) fn read(state: &mut State, now: Now, message: MessageId, effects: &mut Vec<Effect>) {
    let _ = (state, now, message, effects);
}

/// A person opens a sealed message.
pub(super) fn unseal(
    state: &mut State,
    conversation: ConversationId,
    message: MessageId,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, conversation, message, effects);
}

/// What was in it.
pub(super) fn opened(
    state: &mut State,
    message: MessageId,
    text: String,
    lossy: bool,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, message, text, lossy, effects);
}
