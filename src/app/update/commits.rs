//! What the store says of changes: messages are shown once it has them, and go to the network side only then.
//!
//! What the store refuses is shown all the same, and kept in memory until it takes it.

use std::sync::Arc;

use super::{downloads, inbox, mentions, offers, outboxes, pending_writes, quota, reading, room_history};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::state::State;
use crate::model::Alert;
use crate::model::history::StoreCommand;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Message, MessageCommand, NetCommand, Phrase};

/// The store has these.
pub(super) fn on_committed(cx: &mut UpdateCx<'_>, commands: Vec<StoreCommand>) {
    let takes = commands.iter().any(|command| !command.is_bookkeeping());
    for command in commands {
        apply(cx, command, true);
    }
    if takes {
        pending_writes::retry(cx);
        reading::retry_page(cx);
    }
    inbox::take_turns(cx);
}

/// These came before: nothing shows them again, but whoever sent them does not know that we have them.
pub(super) fn on_known(cx: &mut UpdateCx<'_>, commands: Vec<StoreCommand>) {
    for command in commands {
        let Some(message) = command.arrival() else { continue };
        if matches!(command, StoreCommand::Keep(_)) {
            pending_writes::on_answer(cx.state, message, true);
        } else {
            cx.state.flood.queue.end(message);
            if let Some(conversation) = cx.state.conversations.get_mut(message.conversation) {
                conversation.activity.remove_pending();
                conversation.activity.end_missed(message.id, false);
            }
        }
        confirm(cx, message);
    }
    pending_writes::retry(cx);
    inbox::take_turns(cx);
}

/// The store does not have these; one line says why.
pub(super) fn on_refused(cx: &mut UpdateCx<'_>, commands: Vec<StoreCommand>, why: Phrase) {
    if !cx.state.pending_writes.any() || commands.iter().any(is_news) {
        cx.state.tell(why);
    }
    for command in commands {
        match command {
            // The messages are still in the history, and must not look as if they were gone.
            StoreCommand::Clear { conversation, .. } => {
                if let Some(conversation) = cx.state.conversations.get_mut(conversation) {
                    conversation.unsaved.cancel_clearing();
                }
                cx.state.tell(Phrase::new("store-not-cleared"));
            }
            StoreCommand::Forget { .. } => {
                cx.state.tell(Phrase::new("store-not-cleared"));
                pending_writes::defer(cx.state, command);
            }
            StoreCommand::Evict { .. }
            | StoreCommand::Merge { .. }
            | StoreCommand::Trim { .. }
            | StoreCommand::Open { .. } => pending_writes::defer(cx.state, command),
            StoreCommand::Know(_)
            | StoreCommand::Read { .. }
            | StoreCommand::PeerRead { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Session { .. }
            | StoreCommand::Unheard { .. }
            | StoreCommand::Stand { .. } => pending_writes::set_outdated(cx.state, &command),
            StoreCommand::Insert(_) | StoreCommand::Replace(_) | StoreCommand::Keep(_) => {
                apply(cx, command, false);
            }
        }
    }
    inbox::take_turns(cx);
}

/// Whether a refusal is worth a line. Bookkeeping and messages given again are not.
const fn is_news(command: &StoreCommand) -> bool {
    matches!(
        command,
        StoreCommand::Insert(_)
            | StoreCommand::Replace(_)
            | StoreCommand::Clear { .. }
            | StoreCommand::Forget { .. }
            | StoreCommand::Evict { .. }
            | StoreCommand::Merge { .. }
    )
}

/// The store has answered: what it was asked for shows. `stored`: the store has it, else only memory.
fn apply(cx: &mut UpdateCx<'_>, command: StoreCommand, stored: bool) {
    match command {
        StoreCommand::Insert(message) => on_inserted(cx, &message, stored),
        StoreCommand::Keep(message) => {
            pending_writes::on_answer(cx.state, &message, stored);
            if stored {
                cx.state.conversations.retention.note(message.expires);
                confirm(cx, &message);
            }
        }
        StoreCommand::Replace(message) => {
            cx.state.versions.on_stored(&message);
            if message.is_outgoing() && !message.is_owed() {
                cx.state.conversations.retention.on_gone_out(cx.now.wall);
            }
            if !stored {
                pending_writes::keep(cx.state, &message);
            }
            if let Some(conversation) = cx.state.conversations.get_mut(message.conversation) {
                conversation.replace(&message);
            }
        }
        StoreCommand::Clear { conversation: id, up_to } => {
            if let Some(conversation) = cx.state.conversations.get_mut(id) {
                conversation.clear(up_to);
                let cleared = Phrase::new("store-cleared").text("name", conversation.name.as_str());
                cx.state.tell(cleared);
            }
            room_history::end(cx, id);
            cx.state.search.remove(id, up_to);
        }
        StoreCommand::Session { conversation, state } if stored => {
            room_history::on_session_kept(cx, conversation, state);
        }
        StoreCommand::Open { .. } if stored => cx.state.pending_writes.on_opened(),
        // These were applied before the store was asked, or nothing shows them.
        StoreCommand::Trim { .. }
        | StoreCommand::Forget { .. }
        | StoreCommand::Evict { .. }
        | StoreCommand::Merge { .. }
        | StoreCommand::Know(_)
        | StoreCommand::Read { .. }
        | StoreCommand::PeerRead { .. }
        | StoreCommand::Draft { .. }
        | StoreCommand::Stand { .. }
        | StoreCommand::Session { .. }
        | StoreCommand::Unheard { .. }
        | StoreCommand::Open { .. } => {}
    }
}

/// A new message: shown, and answered for where that is wanted.
fn on_inserted(cx: &mut UpdateCx<'_>, message: &Arc<Message>, stored: bool) {
    if message.is_incoming() && !message.is_local() {
        cx.state.flood.queue.end(message);
    }
    if stored {
        cx.state.conversations.retention.note(message.expires);
    }
    keep_or_confirm(cx, message, stored);
    if cx.state.ephemeral && !message.is_change() && !message.is_local() {
        note_ephemeral(cx.state, message);
    }
    show(cx, message);
    if message.is_incoming() && message.kind() == Some(MessageKind::Withdrawal) {
        if !offers::on_declined(cx, message) {
            downloads::on_withdrawn(cx, message);
        }
    } else if stored {
        downloads::on_offer(cx, message);
    }
}

/// Everything that can be seen in the conversation now goes for good; what comes meanwhile stays.
pub(super) fn clear(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    let Some(up_to) = conversation.newest() else { return };
    conversation.unsaved.begin_clearing(up_to);
    cx.store(StoreCommand::Clear { conversation: id, up_to });
}

/// There is no history: the message goes with the program.
fn note_ephemeral(state: &mut State, message: &Message) {
    if let Some(conversation) = state.conversations.get_mut(message.conversation) {
        conversation.unsaved.add_ephemeral(message.id);
    }
}

fn keep_or_confirm(cx: &mut UpdateCx<'_>, message: &Arc<Message>, stored: bool) {
    if stored {
        confirm(cx, message);
    } else {
        pending_writes::keep(cx.state, message);
    }
}

/// The message is stored: its sender may be sent a receipt. Where the sender keeps it until then, the receipt says that it is
/// in a history: without one here, there is none.
fn confirm(cx: &mut UpdateCx<'_>, message: &Message) {
    let ephemeral = cx.state.ephemeral;
    let receipts = |conversation: &Conversation| {
        let caps = conversation.address.scheme.caps;
        let wants = caps.receipts || caps.chat.history;
        wants && conversation.is_followed() && !(ephemeral && caps.outbox)
    };
    if let Some(source) = message.source().filter(|_| !message.is_local())
        && cx.state.conversation(message.conversation).is_some_and(receipts)
    {
        let payload = Arc::clone(&message.payload);
        let stored = MessageCommand::Stored { source, payload, uid: message.uid };
        cx.net(NetCommand::Message(message.conversation, stored));
    }
}

fn show(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    let Some(conversation) = cx.state.conversations.get_mut(message.conversation) else { return };
    conversation.activity.remove_pending();
    if conversation.ignored && message.is_incoming() {
        // It was on its way when the person ignored the peer.
        inbox::count_ignored(cx);
        return;
    }
    let is_missed = conversation.activity.end_missed(message.id, true);
    conversation.on_message(message);
    cx.effects.extend(conversation.save_unheard());
    if message.id.is_backfilled() {
        let _emptied = conversation.put(message);
        return;
    }
    let names_us = mentions::note(cx, message);
    let Some(conversation) = cx.state.conversations.get_mut(message.conversation) else { return };
    if !message.is_incoming() {
        outboxes::amend(cx, message);
        outboxes::send(cx, message);
    } else if !is_missed && calls(conversation, message, names_us) {
        let alert = Alert::of(conversation, message, names_us);
        cx.alert(alert);
    }
    let state = &mut *cx.state;
    if let Some(conversation) = state.conversations.get_mut(message.conversation) {
        for emptied in conversation.put(message) {
            state.search.drop_hit(emptied.id);
        }
        state.search.on_message(conversation, message);
    }
    state.conversations.strangers.touch(message.conversation, message.id);
    quota::on_message(cx, message);
}

/// Whether a message is a reason to ring. Join lines and automatic replies are not.
fn calls(conversation: &Conversation, message: &Message, names_us: bool) -> bool {
    let is_text =
        !message.is_event() && !message.is_change() && message.kind() != Some(MessageKind::Automatic);
    is_text && conversation.tells_of(names_us)
}
