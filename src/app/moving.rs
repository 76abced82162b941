//! Files on their way: offered, wanted, moving, whole, broken off.

use std::sync::Arc;
use std::time::Instant;

use super::event::Effect;
use super::state::State;
use crate::model::file::{Source, TransferId};
use crate::model::{ConversationId, Message, MessageId, Now, Progress};

/// A file that is being moved now.
#[derive(Clone, Debug)]
pub struct Moving {
    pub message: Arc<Message>,
    pub bytes: u64,
    /// How many it will be; `None`: nobody knows.
    pub of: Option<u64>,
    pub since: Instant,
    /// Bytes a second of late; `None`: too early to say.
    pub rate: Option<u64>,
    /// Others of the same peer are fetched before it.
    pub waits: bool,
}

#[cfg(test)]
impl Moving {
    /// For the tests of fronts: one that is so far.
    pub(crate) const fn at(
        message: Arc<Message>,
        (bytes, of, rate): (u64, Option<u64>, Option<u64>),
        now: Now,
    ) -> Self {
        Self { message, bytes, of, since: now.mono, rate, waits: false }
    }
}

/// A message of ours that offers files.
pub(super) fn offer(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    text: String,
    sources: Vec<Source>,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, now, conversation, text, sources, effects);
}

pub(super) fn accept(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    message: MessageId,
    file: Option<u16>,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, now, conversation, message, file, effects);
}

pub(super) fn decline(
    state: &mut State,
    conversation: ConversationId,
    message: MessageId,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, conversation, message, effects);
}

pub(super) fn stop(
    state: &mut State,
    conversation: ConversationId,
    message: MessageId,
    file: Option<u16>,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, conversation, message, file, effects);
}

/// The network side says how far it is.
pub(super) fn progress(
    state: &mut State,
    now: Now,
    transfer: TransferId,
    progress: Progress,
    effects: &mut Vec<Effect>,
) {
    let _ = (state, now, transfer, progress, effects);
}
