//! Messages that are about to change, each in its newest version.
//!
//! What becomes of a message is told from several sides: it is sent, moved, opened, acknowledged. Each side begins
//! with the version that the others have made, also while that is still on its way through the store.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::event::Effect;
use super::state::State;
use crate::model::file::TransferId;
use crate::model::history::StoreCommand;
use crate::model::{ConversationId, Message, MessageId};

/// The newest version of a message that somebody waits for something to become of.
pub(super) fn newest(state: &State, id: MessageId) -> Option<Arc<Message>> {
    let changing = state.changing.get(&id);
    let sending = || state.sending.get(&id);
    let awaited = || state.receipts.get(id);
    let opened = || state.unsealing.get(&id);
    let offered = || state.offers.message(id);
    let moved = || state.transfers.range(files_of(id)).next().map(|(_, moving)| &moving.message);
    let found = changing.or_else(sending).or_else(awaited).or_else(opened).or_else(offered).or_else(moved);
    found.cloned()
}

/// The same, or the version that is held to be read.
pub(super) fn find(state: &State, conversation: ConversationId, id: MessageId) -> Option<Arc<Message>> {
    let held = || state.conversation(conversation).and_then(|place| place.held(id)).cloned();
    newest(state, id).or_else(held).filter(|message| message.conversation == conversation)
}

/// All transfers that a message can have.
pub(super) const fn files_of(message: MessageId) -> RangeInclusive<TransferId> {
    TransferId { message, file: 0 }..=TransferId { message, file: u16::MAX }
}

/// This is the newest version from now on; shown once the store has it.
pub(super) fn change(state: &mut State, message: Message, effects: &mut Vec<Effect>) {
    let (id, message) = (message.id, Arc::new(message));
    for table in [&mut state.sending, &mut state.redecoding, &mut state.unsealing] {
        if let Some(slot) = table.get_mut(&id) {
            slot.clone_from(&message);
        }
    }
    state.receipts.renew(&message);
    state.offers.renew(&message);
    for (_, moving) in state.transfers.range_mut(files_of(id)) {
        moving.message.clone_from(&message);
    }
    state.changing.insert(id, Arc::clone(&message));
    effects.push(Effect::Store(StoreCommand::Replace(message)));
}

/// The store has answered for this version.
pub(super) fn settled(state: &mut State, message: &Arc<Message>) {
    if state.changing.get(&message.id).is_some_and(|newest| Arc::ptr_eq(newest, message)) {
        state.changing.remove(&message.id);
    }
}
