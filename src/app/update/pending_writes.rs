//! What the store would not take: held in memory, and given to it again when it takes messages.

use std::sync::Arc;

use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::Effect;
use crate::app::state::State;
use crate::model::history::StoreCommand;
use crate::model::{ConversationId, Message, Phrase};

/// Refused messages that the store is given again at once.
const MAX_RESENT: usize = 64;

/// Keeps a message in memory that the store did not take.
pub(super) fn keep(state: &mut State, message: &Arc<Message>) {
    if let Some(conversation) = state.conversations.get_mut(message.conversation) {
        conversation.unsaved.add(Arc::clone(message));
        state.pending_writes.mark();
    }
}

/// What the history knows of a conversation besides its messages is out of date.
pub(super) fn set_outdated(state: &mut State, command: &StoreCommand) {
    let subject = subject(command).and_then(|id| state.conversations.get_mut(id));
    if let Some(conversation) = subject {
        conversation.unsaved.set_outdated(true);
        state.pending_writes.mark();
    }
}

/// A removal, or the like, is given to the store again. Once it is carried out, a record that came with it may be old.
pub(super) fn defer(state: &mut State, command: StoreCommand) {
    set_outdated(state, &command);
    state.pending_writes.defer(command);
}

const fn subject(command: &StoreCommand) -> Option<ConversationId> {
    match command {
        StoreCommand::Know(record) | StoreCommand::Merge { into: record, .. } => Some(record.conversation),
        StoreCommand::Read { conversation, .. }
        | StoreCommand::PeerRead { conversation, .. }
        | StoreCommand::Draft { conversation, .. }
        | StoreCommand::Session { conversation, .. }
        | StoreCommand::Unheard { conversation, .. }
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

/// The answer for a message that was given again.
pub(super) fn on_answer(state: &mut State, message: &Message, stored: bool) {
    state.pending_writes.on_answer();
    let conversation = state.conversations.get_mut(message.conversation);
    if let Some(conversation) = conversation.filter(|_| stored) {
        conversation.unsaved.release(message);
    }
}

/// The store takes changes again: it is given the deferred ones, the records, then some of the messages it refused. Their
/// answer brings the next.
pub(super) fn retry(cx: &mut UpdateCx<'_>) {
    if cx.state.pending_writes.is_due() {
        for command in cx.state.pending_writes.take_deferred() {
            let command = up_to_date(cx.state, command);
            cx.store(command);
        }
        retry_messages(cx);
    }
}

/// The store has carried out what came later: a conversation that another one was to go over into has gone over into a third one
/// meanwhile, or was removed. It must not come up again.
fn up_to_date(state: &State, command: StoreCommand) -> StoreCommand {
    let StoreCommand::Merge { from, into } = command else { return command };
    let present = state.conversation(state.pending_writes.present(into.conversation));
    match present {
        Some(present) => StoreCommand::Merge { from, into: Box::new(present.record()) },
        None => StoreCommand::Forget { conversation: from },
    }
}

/// Tries records and messages only. Removals wait until the store takes something: each refused one shows a line.
pub(super) fn retry_messages(cx: &mut UpdateCx<'_>) {
    if !cx.state.pending_writes.is_due() {
        return;
    }
    let before = cx.effects.len();
    for conversation in cx.state.conversations.values_mut() {
        if conversation.unsaved.take_outdated() {
            cx.effects.extend(record(conversation).into_iter().map(Effect::Store));
        }
    }
    let records = cx.effects.len() > before;
    let unsaved = cx.state.conversations().flat_map(|conversation| conversation.unsaved.messages());
    let messages: Vec<Arc<Message>> = unsaved.take(MAX_RESENT).cloned().collect();
    cx.state.pending_writes.on_resent(messages.len(), records);
    cx.effects.extend(messages.into_iter().map(|message| Effect::Store(StoreCommand::Keep(message))));
}

/// The history began a new, empty file: what memory holds is given to it, and counts of what is lost are reset.
pub(super) fn on_new_file(cx: &mut UpdateCx<'_>, why: Phrase) {
    cx.state.tell(why);
    cx.state.flood.quota.clear();
    for conversation in cx.state.conversations.values_mut() {
        for message in conversation.messages().to_vec() {
            conversation.unsaved.add(message);
        }
        if conversation.messages().is_empty() && conversation.unsaved.messages().next().is_none() {
            conversation.activity.reset();
        }
        conversation.unsaved.set_outdated(conversation.is_recorded());
    }
    cx.state.pending_writes.mark();
    retry(cx);
}

/// Everything but the messages, as it is now.
fn record(conversation: &Conversation) -> Vec<StoreCommand> {
    let id = conversation.id;
    let activity = &conversation.activity;
    let seen = activity.newest().filter(|_| activity.unread() == 0);
    let mut commands = vec![
        StoreCommand::Know(Box::new(conversation.record())),
        StoreCommand::Draft { conversation: id, draft: conversation.input.draft().clone() },
        StoreCommand::Stand { conversation: id, at: conversation.input.scroll() },
    ];
    let peer_read = activity.peer_read();
    commands.extend(peer_read.map(|up_to| StoreCommand::PeerRead { conversation: id, up_to }));
    let session = conversation.status.session().cloned();
    commands.extend(session.map(|state| StoreCommand::Session { conversation: id, state }));
    let unheard = conversation.status.unheard();
    commands.extend(unheard.map(|_| StoreCommand::Unheard { conversation: id, message: unheard }));
    commands.extend(seen.map(|up_to| StoreCommand::Read { conversation: id, up_to }));
    commands
}
