//! Messages that wait until their peer has them: given to the network side in their order, after a restart from the oldest on.

use std::sync::Arc;

use super::offers;
use crate::app::context::UpdateCx;
use crate::app::event::Effect;
use crate::model::file::FileSource;
use crate::model::history::{OutboxPage, OutboxQuery};
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Mark, Message, MessageCommand, MessageId, NetCommand, OutgoingMessage};

/// A message of ours is in the history: it goes to the network side, if its turn is now.
pub(super) fn send(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    let conversation = cx.state.conversation(message.conversation);
    let waits = conversation.is_some_and(|conversation| conversation.address.scheme.caps.outbox);
    if waits && !message.is_in_outbox() {
        return;
    }
    if !waits || cx.state.outboxes.admit(message) {
        give(cx, message);
    }
}

/// A change of ours is in the history. The network side is told at once, whenever its turn comes: what waits there of the
/// message that it changes must not go out as it was.
pub(super) fn amend(cx: &mut UpdateCx<'_>, change: &Message) {
    // A deletion that nobody needs to be told of takes the words out of answers all the same.
    let goes_out = change.is_in_outbox() || change.kind() == Some(MessageKind::Deletion);
    if !change.is_change() || !goes_out {
        return;
    }
    cx.state.outboxes.on_change(change.conversation);
    if let Some(uid) = change.about.filter(|_| change.kind() == Some(MessageKind::Deletion))
        && let Some(waiting) = cx.state.versions.take_back(change.conversation, uid)
    {
        on_done(cx, change.conversation, waiting);
    }
    let files = Arc::from([]);
    cx.net(NetCommand::Message(change.conversation, MessageCommand::Amend(outgoing(change, files))));
}

fn give(cx: &mut UpdateCx<'_>, message: &Arc<Message>) {
    let requoted = as_quoted_now(cx, message);
    let message = requoted.as_ref().unwrap_or(message);
    let files = cx.state.offers.take_announced(message.id);
    cx.state.versions.start_sending(message);
    offers::add(cx, message, &files);
    cx.net(NetCommand::Message(message.conversation, MessageCommand::Send(outgoing(message, files))));
}

/// An answer that waits quotes what it answers as that stands when it leaves. `None`: as it does, or nothing is known of that.
fn as_quoted_now(cx: &UpdateCx<'_>, message: &Message) -> Option<Arc<Message>> {
    if message.mark() != Some(&Mark::Waiting) || message.quote.is_none() {
        return None;
    }
    let conversation = cx.state.conversation(message.conversation)?;
    let quote = conversation.quote_of(conversation.answered(message)?);
    (quote != message.quote).then(|| Arc::new(Message { quote, ..message.clone() }))
}

fn outgoing(message: &Message, files: Arc<[FileSource]>) -> OutgoingMessage {
    OutgoingMessage {
        id: message.id,
        uid: message.uid,
        about: message.about,
        quote: message.quote.clone(),
        time: message.time,
        text: message.text.clone(),
        // Until a text is encoded it has none.
        bytes: Some(&message.payload).filter(|bytes| !bytes.is_empty()).cloned(),
        kind: message.kind().unwrap_or_default(),
        files,
    }
}

/// The network side knows of the peer from now on: what waits for it is read.
pub(super) fn read_next(cx: &mut UpdateCx<'_>, conversation: ConversationId) {
    let query = cx.state.outboxes.query(conversation);
    cx.effects.extend(query.map(Effect::Outbox));
}

/// Messages of an earlier run wait until the files that they offer have been looked for: none goes out without them.
pub(super) fn on_page(cx: &mut UpdateCx<'_>, page: OutboxPage) {
    let offers = page.messages.iter().filter(|message| message.files.sources().is_some());
    let unknown: Vec<_> = offers.filter(|message| !cx.state.offers.is_known(message.id)).cloned().collect();
    if unknown.is_empty() {
        return give_page(cx, &page);
    }
    let ids = unknown.iter().map(|message| message.id).collect();
    cx.effects.extend(unknown.into_iter().map(Effect::FindFiles));
    cx.state.outboxes.hold_back(page, ids);
}

fn give_page(cx: &mut UpdateCx<'_>, page: &OutboxPage) {
    let conversation = page.query.conversation;
    let Some(fresh) = cx.state.outboxes.on_page(page) else { return read_next(cx, conversation) };
    for message in page.messages.iter().filter(|message| fresh.contains(&message.id)) {
        let newest = cx.state.newest_version(message.id).unwrap_or_else(|| Arc::clone(message));
        // The words of the page are those that stand.
        let (text, quote) = (message.text.clone(), message.quote.clone());
        let newest = Arc::new(Message { conversation, quote, text, ..Message::clone(&newest) });
        if newest.is_in_outbox() {
            give(cx, &newest);
        } else {
            cx.state.outboxes.remove(conversation, message.id);
        }
    }
    read_next(cx, conversation);
}

pub(super) fn on_no_page(cx: &mut UpdateCx<'_>, query: OutboxQuery) {
    cx.state.outboxes.on_no_page(query.conversation);
}

/// The peer has the message, or never will: there is room for another one.
pub(super) fn on_done(cx: &mut UpdateCx<'_>, conversation: ConversationId, message: MessageId) {
    cx.state.outboxes.remove(conversation, message);
    read_next(cx, conversation);
}
