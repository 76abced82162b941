//! What the store would not take: held in memory, and given to it again when it takes messages.

use std::sync::Arc;

use super::Conversation;
use super::event::Effect;
use super::flood::QuotaLedger;
use super::state::State;
use crate::model::history::StoreCommand;
use crate::model::{ConversationId, Message, Phrase};

/// Refused messages that the store is given again at once.
const MAX_KEPT_AGAIN: usize = 64;

/// Removals that are put off at once: those of a flood while the disk is full. The oldest are the next start's.
const MAX_PUT_OFF: usize = 1_024;

/// Keeps a message in memory that the store did not take.
pub(super) fn hold_unless(kept: bool, state: &mut State, message: &Arc<Message>) {
    if let Some(place) = state.conversations.get_mut(message.conversation).filter(|_| !kept) {
        place.unsaved.add(Arc::clone(message));
        state.has_unkept = true;
    }
}

/// What the history knows of a conversation besides its messages is out of date.
pub(super) fn lag(state: &mut State, op: &StoreCommand) {
    if let Some(place) = subject(op).and_then(|id| state.conversations.get_mut(id)) {
        place.unsaved.set_outdated(true);
        state.has_unkept = true;
    }
}

const fn subject(op: &StoreCommand) -> Option<ConversationId> {
    match op {
        StoreCommand::Know(card) => Some(card.conversation),
        StoreCommand::Read { conversation, .. }
        | StoreCommand::Draft { conversation, .. }
        | StoreCommand::Stand { conversation, .. } => Some(*conversation),
        StoreCommand::Insert(_)
        | StoreCommand::Replace(_)
        | StoreCommand::Keep(_)
        | StoreCommand::Open { .. }
        | StoreCommand::Clear { .. }
        | StoreCommand::Forget { .. }
        | StoreCommand::Evict { .. }
        | StoreCommand::Trim { .. } => None,
    }
}

/// What was to be removed is still there: the store is asked again when it takes changes.
pub(super) fn put_off(state: &mut State, op: StoreCommand) {
    if matches!(op, StoreCommand::Forget { .. }) {
        state.tell(Phrase::new("store-not-cleared"));
    }
    if matches!(op, StoreCommand::Open { .. }) {
        state.put_off.retain(|one| !matches!(one, StoreCommand::Open { .. }));
    }
    if state.put_off.len() >= MAX_PUT_OFF {
        state.put_off.remove(0);
    }
    state.put_off.push(op);
    state.has_unkept = true;
}

/// The answer for a message that was given again.
pub(super) fn kept_again(kept: bool, state: &mut State, message: &Message) {
    state.keeping = state.keeping.saturating_sub(1);
    if let Some(place) = state.conversations.get_mut(message.conversation).filter(|_| kept) {
        place.unsaved.release(message);
    }
}

/// The store takes messages again: who the conversations are with, then some of the messages it refused, and
/// with their answer the next.
pub(super) fn keep_again(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.has_unkept || state.keeping > 0 {
        return;
    }
    effects.extend(std::mem::take(&mut state.put_off).into_iter().map(Effect::Store));
    try_again(state, effects);
}

/// The store may take messages by now. What was to be removed waits until it does: each refusal of that is told of.
pub(super) fn try_again(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.has_unkept || state.keeping > 0 {
        return;
    }
    let before = effects.len();
    for place in
        state.conversations.values_mut().filter_map(|place| place.unsaved.take_outdated().then_some(place))
    {
        effects.extend(desk(place).into_iter().map(Effect::Store));
    }
    let unkept = state.conversations().flat_map(|place| place.unsaved.messages());
    let messages: Vec<Arc<Message>> = unkept.take(MAX_KEPT_AGAIN).cloned().collect();
    state.keeping = messages.len();
    effects.extend(messages.into_iter().map(|message| Effect::Store(StoreCommand::Keep(message))));
    state.has_unkept = effects.len() > before || !state.put_off.is_empty();
}

/// Nothing that was kept is there any more: what is in memory is given to the new file, and nothing else is shown as if
/// it were kept.
pub(super) fn begun_anew(state: &mut State, why: Phrase, effects: &mut Vec<Effect>) {
    state.tell(why);
    state.ledger = QuotaLedger::default();
    for place in state.conversations.values_mut() {
        for message in place.messages().to_vec() {
            place.unsaved.add(message);
        }
        if place.messages().is_empty() && place.unsaved.messages().next().is_none() {
            place.activity.reset();
        }
        place.unsaved.set_outdated(place.is_recorded());
    }
    state.has_unkept = true;
    keep_again(state, effects);
}

/// Everything but the messages, as it is now.
fn desk(place: &Conversation) -> Vec<StoreCommand> {
    let conversation = place.id;
    let seen = place.activity.newest().filter(|_| place.activity.unread() == 0);
    let mut ops = vec![
        StoreCommand::Know(place.record()),
        StoreCommand::Draft { conversation, text: place.input.draft().to_owned() },
        StoreCommand::Stand { conversation, at: place.input.scroll() },
    ];
    ops.extend(seen.map(|up_to| StoreCommand::Read { conversation, up_to }));
    ops
}
