//! What strangers may take up together, so that a flood from many addresses does not fill the memory.
//!
//! Counts only those whom nobody wrote to or opened: the others are as few as a person can have to do with.

use super::event::Effect;
use super::state::State;
use super::{Conversation, Standing};
use crate::model::history::Op;
use crate::model::{ConversationId, MessageId};

/// Messages of all such strangers: more than anybody reads, and the burst that one of them may send.
const MAX_MESSAGES: usize = 10_000;

/// Their bytes, the same as one conversation may have.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is left when there was too much: a sixteenth less, so that counting anew is rare.
const LEFT_MESSAGES: usize = MAX_MESSAGES - MAX_MESSAGES / 16;
const LEFT_BYTES: usize = MAX_BYTES - MAX_BYTES / 16;

/// How much there is at most. Only ever too high: what goes in other ways is found when it is counted anew.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    messages: usize,
    bytes: usize,
}

impl Held {
    const fn add(&mut self, bytes: usize) {
        self.messages = self.messages.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    const fn take(&mut self, bytes: usize) {
        self.messages = self.messages.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// A message of so many bytes was added to this conversation: if that is too much, the oldest of all go.
pub(super) fn note(state: &mut State, id: ConversationId, bytes: usize, effects: &mut Vec<Effect>) {
    if !state.conversation(id).is_some_and(is_counted) {
        return;
    }
    state.held.add(bytes);
    if state.held.messages > MAX_MESSAGES || state.held.bytes > MAX_BYTES {
        trim(state, effects);
    }
}

fn is_counted(one: &Conversation) -> bool {
    one.standing == Standing::Stranger && !one.is_known()
}

fn trim(state: &mut State, effects: &mut Vec<Effect>) {
    let counted = state.conversations().filter(|one| is_counted(one));
    let mut all: Vec<(MessageId, usize)> =
        counted.flat_map(Conversation::messages).map(|message| (message.id, message.weight())).collect();
    let mut held = Held::default();
    for (_, bytes) in &all {
        held.add(*bytes);
    }
    if held.messages > MAX_MESSAGES || held.bytes > MAX_BYTES {
        all.sort_unstable();
        let mut before = MessageId(0);
        for (id, bytes) in all {
            if held.messages <= LEFT_MESSAGES && held.bytes <= LEFT_BYTES {
                before = id;
                break;
            }
            held.take(bytes);
        }
        drop_before(state, before, effects);
    }
    state.held = held;
}

fn drop_before(state: &mut State, before: MessageId, effects: &mut Vec<Effect>) {
    let mut conversations = Vec::new();
    for one in state.conversations.values_mut().filter(|one| is_counted(one)) {
        if one.drop_before(before) {
            conversations.push(one.id);
        }
    }
    effects.push(Effect::Store(Op::Trim { conversations, before }));
}
