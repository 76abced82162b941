//! What peers say of messages that they have: delivered, read; and sealed messages that are opened here.

use std::sync::Arc;

use super::outboxes;
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::state::State;
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, Mark, Message, MessageCommand, MessageId, NetCommand, Now, Uid,
};

/// Whether the mark can become this one: never backwards, and a failure is only undone that was in doubt.
fn can_become(before: &Mark, after: &Mark) -> bool {
    const fn rank(mark: &Mark) -> u8 {
        match mark {
            Mark::Waiting => 0,
            Mark::Sent => 1,
            Mark::Delivered => 2,
            Mark::Read => 3,
            Mark::Failed(_) => 4,
        }
    }
    match (before, after) {
        (Mark::Failed(fault), Mark::Delivered | Mark::Read) => fault.is_doubtful(),
        (Mark::Waiting | Mark::Sent, Mark::Failed(_)) => true,
        (_, Mark::Failed(_)) | (Mark::Failed(_), _) => false,
        (before, after) => rank(before) < rank(after),
    }
}

/// The same message with this mark, if it can have it now.
pub(super) fn marked(message: &Message, mark: Mark, now: Now) -> Option<Message> {
    let Direction::Outgoing { mark: before, kind, .. } = &message.direction else { return None };
    can_become(before, &mark).then(|| Message {
        direction: Direction::Outgoing { mark, marked: now.wall, kind: *kind },
        ..message.clone()
    })
}

/// The message went out, or failed in doubt: from now on a receipt may come.
pub(super) fn expect(state: &mut State, message: &Message) {
    let is_told = |conversation: &Conversation| {
        let caps = conversation.address.scheme.caps;
        caps.receipts || caps.chat.seals || conversation.is_kept_elsewhere()
    };
    if state.conversation(message.conversation).is_some_and(is_told)
        && let Some(newest) = state.newest_version(message.id)
    {
        state.versions.expect_receipt(&newest);
    }
}

/// The peer says that it has a message of ours.
pub(super) fn on_delivered(cx: &mut UpdateCx<'_>, id: MessageId) {
    mark(cx, id, Mark::Delivered);
}

/// The log of a room has a message of ours, and a name for it.
pub(super) fn on_kept(cx: &mut UpdateCx<'_>, id: MessageId, uid: Uid) {
    let named = |message: Message| Message { uid: message.uid.or(Some(uid)), ..message };
    revise(cx, id, |message, now| marked(message, Mark::Delivered, now).map(named));
}

/// The peer says that somebody opened it.
pub(super) fn on_read(cx: &mut UpdateCx<'_>, id: MessageId) {
    let newest = cx.state.newest_version(id);
    if newest.is_some_and(|message| message.kind() == Some(MessageKind::Sealed)) {
        mark(cx, id, Mark::Read);
    }
}

fn mark(cx: &mut UpdateCx<'_>, id: MessageId, mark: Mark) {
    revise(cx, id, |message, now| marked(message, mark, now));
}

fn revise(cx: &mut UpdateCx<'_>, id: MessageId, revised: impl FnOnce(&Message, Now) -> Option<Message>) {
    let newest = cx.state.newest_version(id).filter(|_| cx.state.versions.is_open(id));
    let Some(newest) = newest else { return };
    if let Some(revised) = revised(&newest, cx.now) {
        cx.revise(revised);
    }
    outboxes::on_done(cx, newest.conversation, id);
}

/// A person opens a sealed message.
pub(super) fn unseal(cx: &mut UpdateCx<'_>, conversation: ConversationId, id: MessageId) {
    let found = cx.state.find_message(conversation, id);
    let is_sealed =
        |message: &Arc<Message>| message.is_incoming() && message.kind() == Some(MessageKind::Sealed);
    let Some(sealed) = found.filter(is_sealed) else { return };
    if let Some(conversation) = cx.state.conversations.get_mut(conversation) {
        cx.effects.extend(conversation.follow_once());
    }
    let payload = Arc::clone(&sealed.payload);
    cx.state.versions.start_unsealing(sealed);
    cx.net(NetCommand::Message(conversation, MessageCommand::Unseal { message: id, payload }));
}

/// What was in it.
pub(super) fn on_opened(cx: &mut UpdateCx<'_>, id: MessageId, text: String, lossy: bool) {
    let Some(sealed) = cx.state.versions.end_unsealing(id) else { return };
    let mut open = Message { text, ..Message::clone(&sealed) };
    if let Direction::Incoming { lossy: marked, kind, .. } = &mut open.direction
        && *kind == MessageKind::Sealed
    {
        (*marked, *kind) = (lossy, MessageKind::Opened);
        cx.revise(open);
    }
}
