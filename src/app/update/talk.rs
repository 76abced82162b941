//! What is said about what was said: answers, other words, taking back, emoji; and while it is written and read.
//!
//! Each is a message of its own, so it goes out, comes and is kept as messages are. What it makes of the message it is about
//! is told in one place, for both sides: see [`Message::counts_for`].

use std::sync::Arc;
use std::time::Duration;

use super::downloads;
use super::outbox::{self, NewMessage};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::Effect;
use crate::model::history::{Page, PageAnchor, PageQuery, Purpose, StoreCommand};
use crate::model::message::CHANGEABLE_FOR;
use crate::model::scheme::ChatCaps;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Fault, Mark, Message, MessageId, NetCommand, PeerCommand, Phrase, Uid};

/// Bytes of one emoji, with all that can be joined to it.
const MAX_EMOJI: usize = 32;

/// How often a peer is told that we are writing.
const TYPING_EVERY: Duration = Duration::from_secs(3);

/// A message that something is to be said about. `None`: that cannot be, and a line says why.
fn target(
    cx: &mut UpdateCx<'_>,
    id: ConversationId,
    message: MessageId,
    can: impl Fn(ChatCaps) -> bool,
) -> Option<(Arc<Message>, Uid)> {
    let found = cx.state.find_message(id, message);
    let conversation = cx.state.conversation(id)?;
    let name = conversation.name.as_str();
    let is_gone = |target: &Message| {
        target.is_emptied() || conversation.changes(target).is_some_and(|changes| changes.deleted().is_some())
    };
    let refusal = match &found {
        _ if !can(conversation.address.scheme.caps.chat) => Phrase::new("talk-not-there").text("name", name),
        None => Phrase::new("talk-gone"),
        Some(target) if is_gone(target) => Phrase::new("talk-gone"),
        Some(target) => match target.uid {
            Some(uid) => return found.map(|target| (target, uid)),
            None => Phrase::new("talk-unnamed").text("name", name),
        },
    };
    cx.state.tell(refusal);
    None
}

/// The same, of ours and not long ago.
fn own_target(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId) -> Option<(Arc<Message>, Uid)> {
    let (target, uid) = target(cx, id, message, |chat| chat.edits)?;
    let age = cx.now.wall.0.saturating_sub(target.time.0);
    if target.is_outgoing() && age <= CHANGEABLE_FOR {
        return Some((target, uid));
    }
    let refusal = if target.is_outgoing() { "talk-too-old" } else { "talk-not-ours" };
    cx.state.tell(Phrase::new(refusal));
    None
}

pub(super) fn reply(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId, text: String) {
    let Some((target, uid)) = target(cx, id, message, |chat| chat.replies) else {
        return keep_words(cx, id, &text);
    };
    let quote = cx.state.conversation(id).and_then(|conversation| conversation.quote_of(&target));
    let about = Some(uid);
    outbox::send(cx, id, NewMessage { about, quote, ..NewMessage::text(text) });
}

/// What cannot be said is not lost: Up brings it back.
fn keep_words(cx: &mut UpdateCx<'_>, id: ConversationId, text: &str) {
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        conversation.input.remember(text);
    }
}

pub(super) fn edit(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId, text: String) {
    let Some((target, uid)) = own_target(cx, id, message) else { return };
    let standing = cx.state.conversation(id).and_then(|conversation| conversation.changes(&target)?.text());
    let refusal = match target.mark() {
        Some(Mark::Failed(_)) => Some("talk-not-sent"),
        _ if went_to_former_key(cx, &target) => Some("talk-former-key"),
        _ if text.trim().is_empty() => Some("talk-empty"),
        _ if standing.unwrap_or(&target.text) == text => return,
        _ => None,
    };
    match refusal {
        Some(refusal) => cx.state.tell(Phrase::new(refusal)),
        None => say(cx, id, MessageKind::Edit, uid, text),
    }
}

/// Whether nobody who has that message of ours can be told anything about it.
fn went_to_former_key(cx: &UpdateCx<'_>, message: &Message) -> bool {
    let conversation = cx.state.conversation(message.conversation);
    conversation.is_some_and(|conversation| conversation.went_to_former_key(message))
}

/// Takes a message of ours back, here and there. One that never went out, or that the peer's present key never got, goes only
/// here.
pub(super) fn delete(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId) {
    let Some((target, uid)) = own_target(cx, id, message) else { return };
    if !target.files.is_empty() {
        downloads::take_back(cx, &target);
    }
    let mark = match target.mark() {
        Some(mark) if target.is_unsent() => mark.clone(),
        _ if went_to_former_key(cx, &target) => Mark::Failed(Fault::FormerKey),
        _ => Mark::Waiting,
    };
    let (kind, about) = (MessageKind::Deletion, Some(uid));
    outbox::send(cx, id, NewMessage { kind, about, mark, ..NewMessage::text(String::new()) });
}

pub(super) fn react(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId, emoji: &str) {
    let Some((target, uid)) = target(cx, id, message, |chat| chat.reactions) else { return };
    let emoji = emoji.trim();
    if emoji.len() > MAX_EMOJI || emoji.chars().any(|c| c.is_control() || c.is_whitespace()) {
        cx.state.tell(Phrase::new("talk-no-emoji"));
        return;
    }
    let changes = cx.state.conversation(id).and_then(|conversation| conversation.changes(&target));
    let own = changes.and_then(|changes| changes.reactions().iter().find(|reaction| reaction.own));
    if own.map_or("", |reaction| reaction.emoji.as_str()) != emoji {
        say(cx, id, MessageKind::Reaction, uid, emoji.to_owned());
    }
}

/// A message that failed is sent once more; where what was said about it failed, that is said again.
pub(super) fn retry(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId) {
    let Some(target) = cx.state.find_message(id, message) else { return };
    let changes = cx.state.conversation(id).and_then(|conversation| conversation.changes(&target));
    let failed = changes.map(|changes| changes.failed().to_vec()).unwrap_or_default();
    if failed.is_empty() {
        return outbox::retry(cx, &target);
    }
    let age = cx.now.wall.0.saturating_sub(target.time.0);
    for change in failed {
        let Some((kind, about)) = change.kind().zip(change.about) else { continue };
        if kind.has_deadline() && age > CHANGEABLE_FOR {
            cx.state.tell(Phrase::new("talk-too-old"));
        } else if kind.has_deadline() && went_to_former_key(cx, &target) {
            cx.state.tell(Phrase::new("talk-former-key"));
        } else if kind == MessageKind::Withdrawal {
            cx.amend(id, kind, about);
        } else {
            say(cx, id, kind, about, change.text.clone());
        }
    }
}

fn say(cx: &mut UpdateCx<'_>, id: ConversationId, kind: MessageKind, about: Uid, text: String) {
    outbox::send(cx, id, NewMessage { kind, about: Some(about), ..NewMessage::text(text) });
}

/// A person is writing: whoever is trusted may see it, where that can be told.
pub(super) fn on_typing(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let now = cx.now.mono;
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    let may = conversation.address.scheme.caps.chat.typing && is_trusted(conversation);
    if may && conversation.is_followed() && conversation.input.tell_typing(now, TYPING_EVERY) {
        cx.net(NetCommand::Peer(id, PeerCommand::Typing));
    }
}

fn is_trusted(conversation: &Conversation) -> bool {
    conversation.trust().is_some_and(|trust| trust.sends())
}

/// The peer has read what we wrote, up to this message.
pub(super) fn on_read_up_to(cx: &mut UpdateCx<'_>, id: ConversationId, uid: Uid) {
    let Some(conversation) = cx.state.conversation(id) else { return };
    if let Some(message) = conversation.named(uid, true) {
        let up_to = message.id;
        return on_read(cx, id, up_to);
    }
    let query = PageQuery {
        conversation: id,
        at: PageAnchor::Named { uid, ours: true },
        messages: 1,
        purpose: Purpose::Locate,
    };
    cx.effects.push(Effect::Page(query));
}

/// The history says which message that is.
pub(super) fn on_located(cx: &mut UpdateCx<'_>, page: &Page) {
    if let Some(message) = page.messages.first() {
        on_read(cx, message.conversation, message.id);
    }
}

fn on_read(cx: &mut UpdateCx<'_>, id: ConversationId, up_to: MessageId) {
    let conversation = cx.state.conversations.get_mut(id);
    if conversation.is_some_and(|conversation| conversation.set_peer_read(up_to)) {
        cx.store(StoreCommand::PeerRead { conversation: id, up_to });
    }
}
