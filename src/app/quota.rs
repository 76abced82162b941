//! What strangers may take up together, so that a flood from many addresses does not fill the disk.
//!
//! Counts only those whom nobody wrote to or opened: the others are as few as a person can have to do with.

use std::collections::{BTreeMap, VecDeque};

use super::event::Effect;
use super::state::State;
use super::{Conversation, Standing};
use crate::model::history::{Held, Op};
use crate::model::{ConversationId, Message, MessageId};

/// Messages of all such strangers: more than anybody reads, and the burst that one of them may send.
const MAX_MESSAGES: usize = 10_000;

/// Their bytes: a hundred and sixty of the largest messages, or all of the short ones.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is left when there was too much: a sixteenth less, so that counting anew is rare.
const LEFT_MESSAGES: usize = MAX_MESSAGES - MAX_MESSAGES / 16;
const LEFT_BYTES: usize = MAX_BYTES - MAX_BYTES / 16;

/// Their messages, oldest first. May still name some of conversations that count no more.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    held: VecDeque<Held>,
    bytes: usize,
}

impl Ledger {
    /// What the last run left.
    pub(super) fn restore(&mut self, held: Vec<Held>) {
        self.bytes = held.iter().map(|one| one.bytes).sum();
        self.held = held.into();
    }

    fn add(&mut self, one: Held) {
        self.bytes = self.bytes.saturating_add(one.bytes);
        self.held.push_back(one);
    }

    fn exceeds(&self, messages: usize, bytes: usize) -> bool {
        self.held.len() > messages || self.bytes > bytes
    }

    fn drop_oldest(&mut self) -> Option<Held> {
        let oldest = self.held.pop_front()?;
        self.bytes = self.bytes.saturating_sub(oldest.bytes);
        Some(oldest)
    }
}

/// A message was added to its conversation: if that is too much, the oldest of all go.
pub(super) fn note(state: &mut State, message: &Message, effects: &mut Vec<Effect>) {
    if !state.conversation(message.conversation).is_some_and(is_counted) {
        return;
    }
    let (conversation, bytes) = (message.conversation, message.weight());
    let joined = message.is_joining();
    state.ledger.add(Held { message: message.id, conversation, bytes, joined });
    if state.ledger.exceeds(MAX_MESSAGES, MAX_BYTES) {
        trim(state, effects);
    }
}

fn is_counted(one: &Conversation) -> bool {
    one.standing == Standing::Stranger && !one.known
}

fn trim(state: &mut State, effects: &mut Vec<Effect>) {
    let mut ledger = std::mem::take(&mut state.ledger);
    ledger.held.retain(|one| state.conversation(one.conversation).is_some_and(is_counted));
    ledger.bytes = ledger.held.iter().map(|one| one.bytes).sum();
    let mut gone: BTreeMap<ConversationId, u32> = BTreeMap::new();
    if ledger.exceeds(MAX_MESSAGES, MAX_BYTES) {
        while ledger.exceeds(LEFT_MESSAGES, LEFT_BYTES)
            && let Some(oldest) = ledger.drop_oldest()
        {
            let count = gone.entry(oldest.conversation).or_default();
            *count = count.saturating_add(u32::from(!oldest.joined));
        }
    }
    let before = ledger.held.front().map_or_else(|| state.next_message_id(), |oldest| oldest.message);
    // Nobody has read any of them: what is left is what is unread.
    for one in ledger.held.iter().filter(|one| !one.joined) {
        if let Some(place) = state.conversations.get_mut(&one.conversation)
            && place.marker.is_some_and(|marker| marker < before)
        {
            place.marker = Some(one.message);
        }
    }
    state.ledger = ledger;
    drop_before(state, before, gone, effects);
}

fn drop_before(
    state: &mut State,
    before: MessageId,
    gone: BTreeMap<ConversationId, u32>,
    effects: &mut Vec<Effect>,
) {
    for (id, count) in &gone {
        if let Some(place) = state.conversations.get_mut(id) {
            place.unread = place.unread.saturating_sub(*count);
            place.drop_before(before);
        }
    }
    if !gone.is_empty() {
        effects.push(Effect::Store(Op::Trim { conversations: gone.into_keys().collect(), before }));
    }
}
