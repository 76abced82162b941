//! Messages of ours: first into the store as waiting, then to the network side, which says what became of them.

use std::net::SocketAddr;
use std::sync::Arc;

use super::{outboxes, receipts, trust};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::model::file::{FileSource, MAX_FILES};
use crate::model::history::StoreCommand;
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, Fault, File, Files, Mark, Message, MessageId, Phrase, TransferState, Uid,
};

/// What a person sends.
#[derive(Debug)]
pub(super) struct NewMessage {
    pub text: String,
    /// What is sent instead of the text, as it is; empty: nothing.
    pub bytes: Arc<[u8]>,
    pub kind: MessageKind,
    pub files: Files,
    /// What it answers or changes, and the words of what it answers.
    pub about: Option<Uid>,
    pub quote: Option<Arc<str>>,
    /// Waiting, or else it is only kept.
    pub mark: Mark,
    /// All of a group get the same.
    pub to_group: bool,
}

impl NewMessage {
    pub(super) fn text(text: String) -> Self {
        let (kind, files, mark) = (MessageKind::Text, Files::default(), Mark::Waiting);
        Self { text, bytes: Arc::from([]), kind, files, about: None, quote: None, mark, to_group: false }
    }
}

/// A new outgoing message: first into the store as waiting. `None`: it cannot be sent there, and a line says why.
pub(super) fn send(cx: &mut UpdateCx<'_>, id: ConversationId, message: NewMessage) -> Option<MessageId> {
    let NewMessage { text, bytes, kind, files, about, quote, mark, to_group } = message;
    let is_aside = to_group && !cx.state.conversation(id)?.is_talked_with_or_contact();
    trust::on_writing(cx, id);
    if let Some(refusal) = refusal(cx.state.conversation(id)?, kind, !bytes.is_empty()) {
        cx.state.tell(refusal);
        return None;
    }
    cx.state.conversations.presence_only.remove(id);
    let message = cx.state.new_message_id();
    let uid = cx.state.outboxes.uids.next();
    let expires = cx.state.conversations.retention.expiry(id, cx.now.wall);
    let conversation = cx.state.conversations.get_mut(id)?;
    if !text.is_empty() && !kind.is_change() && bytes.is_empty() {
        conversation.input.remember(&text);
    }
    if !kind.is_change() {
        conversation.input.end_typing();
        conversation.activity.remove_marker();
    }
    let marked = if is_aside { Some(conversation.mark_addressed()) } else { conversation.mark_spoken_to() };
    cx.effects.extend(marked);
    conversation.activity.add_pending();
    let stored = Message {
        id: message,
        uid: conversation.address.scheme.caps.outbox.then_some(uid),
        about,
        quote,
        conversation: id,
        dialect: conversation.address.scheme.name.into(),
        time: cx.now.wall,
        expires,
        direction: Direction::Outgoing { mark, marked: cx.now.wall, kind },
        text,
        files,
        payload: bytes,
    };
    cx.store(StoreCommand::Insert(Arc::new(stored)));
    Some(message)
}

/// Why a message cannot be sent like this there. In a room that one is not in it would go nowhere, and nothing that was
/// to be sealed goes out open.
fn refusal(conversation: &Conversation, kind: MessageKind, has_bytes: bool) -> Option<Phrase> {
    let caps = conversation.address.scheme.caps;
    let refused = match kind {
        _ if has_bytes && !caps.bytes => Some("hex-not-here"),
        _ if conversation.is_out() => Some("room-left"),
        _ if conversation.forbids_sending().is_some() => conversation.forbids_sending(),
        MessageKind::Text => None,
        MessageKind::Sealed if caps.chat.seals => None,
        MessageKind::Several | MessageKind::Everyone if caps.several => None,
        MessageKind::Edit | MessageKind::Deletion if caps.chat.edits => None,
        MessageKind::Reaction if caps.chat.reactions => None,
        MessageKind::Sealed => Some("send-no-seals"),
        // The other kinds are only ever received.
        MessageKind::Several
        | MessageKind::Everyone
        | MessageKind::Joined
        | MessageKind::Opened
        | MessageKind::Automatic
        | MessageKind::Unreadable
        | MessageKind::Edit
        | MessageKind::Deletion
        | MessageKind::Reaction
        | MessageKind::Withdrawal
        | MessageKind::Removal
        | MessageKind::KeyChange => Some("send-no-several"),
    };
    refused.map(|key| Phrase::new(key).text("name", conversation.name.as_str()))
}

/// The same, sealed, to several, or to everybody.
pub(super) fn send_as(cx: &mut UpdateCx<'_>, id: ConversationId, text: String, kind: MessageKind) {
    send(cx, id, NewMessage { kind, ..NewMessage::text(text) });
}

/// The same as to all others of a group; where a dialect can say that others get it too, it does.
pub(super) fn send_to_group(cx: &mut UpdateCx<'_>, id: ConversationId, text: String) {
    let several = cx.state.conversation(id).is_some_and(|place| place.address.scheme.caps.several);
    let kind = if several { MessageKind::Several } else { MessageKind::Text };
    send(cx, id, NewMessage { kind, to_group: true, ..NewMessage::text(text) });
}

/// Bytes that are sent as they are.
pub(super) fn send_bytes(cx: &mut UpdateCx<'_>, id: ConversationId, text: String, bytes: Arc<[u8]>) {
    send(cx, id, NewMessage { bytes, ..NewMessage::text(text) });
}

/// A message of ours that offers files.
pub(super) fn offer(
    cx: &mut UpdateCx<'_>,
    id: ConversationId,
    text: String,
    sources: Vec<FileSource>,
    left_out: usize,
) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    let refused = if !conversation.address.scheme.caps.files {
        Some(Phrase::new("offer-no-files").text("name", conversation.name.as_str()))
    } else if sources.len() > MAX_FILES {
        Some(Phrase::new("offer-too-many").number("count", sources.len()).number("limit", MAX_FILES))
    } else {
        sources.is_empty().then(|| Phrase::new("offer-nothing"))
    };
    if let Some(refused) = refused {
        cx.state.tell(refused);
        return;
    }
    let lasts = conversation.address.scheme.caps.outbox;
    let files = Files::new(sources.iter().map(file).collect());
    let sources: Arc<[FileSource]> = sources.into();
    let files = if lasts { files.with_sources(Arc::clone(&sources)) } else { files };
    if let Some(message) = send(cx, id, NewMessage { files, ..NewMessage::text(text) }) {
        cx.state.offers.announce(message, sources);
    }
    tell_left_out(cx, id, left_out);
}

/// What a person wanted to send and nobody gets.
fn tell_left_out(cx: &mut UpdateCx<'_>, id: ConversationId, count: usize) {
    if count > 0 {
        cx.notice(id, Phrase::new("offer-left-out").number("count", count));
    }
}

fn file(source: &FileSource) -> File {
    let folder = source.entries.is_some();
    File { name: source.name.clone(), size: source.size, folder, state: TransferState::Offered }
}

/// The same once more, for a message that failed: its text, sent the same way, and its files if they are still known.
pub(super) fn retry(cx: &mut UpdateCx<'_>, failed: &Message) {
    let id = failed.conversation;
    if !failed.is_failed() {
        return;
    }
    let text = failed.text.clone();
    if failed.files.is_empty() {
        let kind = failed.kind().unwrap_or_default();
        let (about, quote) = (failed.about, failed.quote.clone());
        // Of a text that did not go out there are none.
        let is_plain = cx.state.conversation(id).is_some_and(|one| one.address.scheme.caps.bytes);
        let bytes = if is_plain { Arc::clone(&failed.payload) } else { Arc::from([]) };
        send(cx, id, NewMessage { bytes, kind, about, quote, ..NewMessage::text(text) });
    } else if let Some(sources) = cx.state.offers.sources(failed.id) {
        let sources = sources.to_vec();
        offer(cx, id, text, sources, 0);
    } else {
        cx.state.tell(Phrase::new("offer-gone"));
    }
}

/// The kernel took the message: the bytes that went out are kept with it.
pub(super) fn on_handed(cx: &mut UpdateCx<'_>, id: MessageId, to: SocketAddr, payload: &Arc<[u8]>) {
    let Some(message) = cx.state.versions.end_sending(id) else { return };
    if let Some(conversation) = cx.state.conversations.get_mut(message.conversation) {
        conversation.status.on_handed(to);
        cx.effects.extend(conversation.save_unheard());
    }
    // A receipt may overtake the kernel's answer.
    let sent = receipts::marked(&message, Mark::Sent, cx.now).unwrap_or_else(|| Message::clone(&message));
    cx.revise(Message { payload: Arc::clone(payload), ..sent });
    receipts::expect(cx.state, &message);
}

/// A message that waited goes out with other words than it was given with: the ones before are nobody's but ours, and
/// what stands here is what the peer gets.
pub(super) fn on_reworded(cx: &mut UpdateCx<'_>, id: MessageId, text: String) {
    let waiting = cx.state.newest_version(id).filter(|message| message.is_in_outbox());
    let Some(message) = waiting.filter(|message| message.text != text) else { return };
    let reworded = Message { text, ..Message::clone(&message) };
    cx.state.outboxes.weigh(&reworded);
    cx.revise(reworded);
}

/// An answer that waited goes out with another quote, since what it answers has other words or none.
pub(super) fn on_requoted(cx: &mut UpdateCx<'_>, id: MessageId, quote: Option<Arc<str>>) {
    let waiting = cx.state.newest_version(id).filter(|message| message.is_in_outbox());
    if let Some(message) = waiting.filter(|message| message.quote != quote) {
        cx.revise(Message { quote, ..Message::clone(&message) });
    }
}

/// The message was not sent, or its receipt did not come in time.
pub(super) fn on_failed(cx: &mut UpdateCx<'_>, id: MessageId, fault: Fault) {
    let sending = cx.state.versions.end_sending(id);
    let Some(message) = sending.or_else(|| cx.state.versions.awaiting_receipt(id).cloned()) else { return };
    if let Some(failed) = receipts::marked(&message, Mark::Failed(fault), cx.now) {
        cx.revise(failed);
    }
    outboxes::on_done(cx, message.conversation, id);
    receipts::expect(cx.state, &message);
}
