//! Messages from the network: through the gate and the queue to their conversations, and on to the store.

use std::sync::Arc;

use super::{persons, strangers, trust};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::state::{DroppedMessage, QuotaKey, QuotaScope};
use crate::model::history::StoreCommand;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{
    ConversationId, Direction, Message, MessageCommand, MessageId, NetCommand, Network, Person, Phrase,
    Recall, Trust, Uid,
};

/// What a stranger costs that writes for the first time: a row of the list, and a place of the network side.
const NEWCOMER: u32 = 2;
/// The same where the list is full, and another stranger has to go for it: a thousand at once, then one each second of a
/// network. More would keep the history busy with strangers that are gone before they can be read.
const REPLACING: u32 = 16;

/// A message of the network: it waits for its turn, or is only counted.
pub(super) fn on_received(cx: &mut UpdateCx<'_>, received: Received) {
    if cx.state.flood.gate.is_unlimited() {
        return receive(cx, received);
    }
    if trust::is_declined(cx.state, &received) {
        count_ignored(cx);
        return;
    }
    let known = strangers::conversation_of(cx.state, &received);
    let conversation = known.and_then(|id| cx.state.conversation(id));
    if conversation.is_some_and(is_muted) {
        return ignore(cx, known, &received);
    }
    if let Some(friend) = conversation.filter(|conversation| trust::vouches(conversation, &received)) {
        let friend = friend.id;
        cx.state.flood.queue.push_trusted(friend, received);
    } else {
        for DroppedMessage { scope, received } in admit(cx, received) {
            count_dropped(cx, &scope);
            // Nothing that comes after it goes before it: who is not trusted has one message here at a time.
            let conversation = strangers::conversation_of(cx.state, &received);
            leave(cx, conversation, &received, true);
        }
    }
    take_turns(cx);
}

/// A message that was said before, in a room that is followed. Its engine asks for few at a time, takes no more than that, and
/// asks for no more before it knows that these are kept, so they have no quota. What nobody asked for, or what the disk
/// has no room for, is not taken: it can be read again.
pub(super) fn on_recalled(cx: &mut UpdateCx<'_>, why: Recall, received: Received) {
    let room = received.conversation.and_then(|id| cx.state.conversation(id));
    let Some(room) = room.filter(|room| room.is_followed()) else { return };
    let id = room.id;
    let is_wanted = why == Recall::Missed || room.status.reads_history();
    if !is_wanted || cx.state.flood.gate.is_disk_low() {
        return;
    }
    if is_muted(room) {
        return ignore(cx, Some(id), &received);
    }
    if is_on_its_way(cx, id, received.uid) {
        return;
    }
    strangers::ensure_recorded(cx, id);
    let message = match why {
        Recall::Missed => Some(cx.state.new_message_id()),
        Recall::Earlier => cx.state.ids.give_backfilled(),
    };
    let Some(message) = message else { return };
    if let Some(room) = cx.state.conversations.get_mut(id).filter(|_| why == Recall::Missed) {
        room.activity.expect_missed(message);
    }
    insert(cx, id, message, received);
}

/// A message waits for its turn if its quota allows that: what was dropped, this one or another.
fn admit(cx: &mut UpdateCx<'_>, received: Received) -> Vec<DroppedMessage> {
    let known = strangers::conversation_of(cx.state, &received);
    let conversation = known.and_then(|id| cx.state.conversation(id));
    let newcomer = match conversation {
        Some(_) => 0,
        None if strangers::is_full(cx.state) => REPLACING,
        None => NEWCOMER,
    };
    let (scope, key) = quota_of(conversation, &received);
    let units = cost(&received).saturating_add(newcomer);
    let flood = &mut cx.state.flood;
    if flood.gate.admit(cx.now.mono, &scope, &key, units) {
        flood.queue.push((scope, key), received)
    } else {
        vec![DroppedMessage { scope, received }]
    }
}

/// A message of somebody who is ignored is only counted. Its sender is not told that it was kept, and does not have to wait.
fn ignore(cx: &mut UpdateCx<'_>, conversation: Option<ConversationId>, received: &Received) {
    count_ignored(cx);
    leave(cx, conversation, received, false);
}

/// Nothing of a message is kept. Where its sender goes on with what comes after it only when it has an answer, there is one.
fn leave(cx: &mut UpdateCx<'_>, conversation: Option<ConversationId>, received: &Received, wanted: bool) {
    let waits = |conversation: &ConversationId| {
        let known = cx.state.conversation(*conversation);
        // A room with a history goes on without what a flood has driven out, and says it again in another run.
        let caps = received.scheme.caps;
        (caps.outbox || (caps.chat.history && !wanted)) && known.is_some_and(Conversation::is_followed)
    };
    if let Some((conversation, uid)) = conversation.filter(waits).zip(received.uid) {
        cx.net(NetCommand::Message(conversation, MessageCommand::Unkept { uid, wanted }));
    }
}

/// Whether messages from there are only counted.
fn is_muted(conversation: &Conversation) -> bool {
    conversation.ignored || conversation.has_left() || conversation.trust() == Some(Trust::Blocked)
}

pub(super) const fn count_ignored(cx: &mut UpdateCx<'_>) {
    cx.state.counters.ignored = cx.state.counters.ignored.saturating_add(1);
}

/// Strangers share one quota, in which each network has a part; in any other conversation each source has one, and
/// behind one relay each member.
fn quota_of(conversation: Option<&Conversation>, received: &Received) -> (QuotaScope, QuotaKey) {
    match conversation.filter(|conversation| !conversation.is_unasked()) {
        Some(conversation) => {
            let sender = received.sender.as_deref().map(Arc::from);
            (QuotaScope::Conversation(conversation.id), QuotaKey::Source(received.source, sender))
        }
        None => (QuotaScope::Strangers, QuotaKey::Network(Network::of(received.source.ip()))),
    }
}

/// A unit for each message, and for each KiB of it.
fn cost(received: &Received) -> u32 {
    let bytes = received.payload.len().max(received.text.len()).saturating_add(received.files.weight());
    u32::try_from(bytes / 1024).unwrap_or(u32::MAX).saturating_add(1)
}

/// Messages go to the store while it has room for more, each source in its turn.
pub(super) fn take_turns(cx: &mut UpdateCx<'_>) {
    while let Some(received) = cx.state.flood.queue.next() {
        receive(cx, received);
    }
}

/// A message is dropped; a line says so, once for each flood, and how many there were.
fn count_dropped(cx: &mut UpdateCx<'_>, scope: &QuotaScope) {
    let state = &mut *cx.state;
    state.counters.dropped = state.counters.dropped.saturating_add(1);
    let (count, anew) = state.flood.gate.count_dropped(cx.now.mono, scope);
    let low = state.flood.gate.is_disk_low();
    let key = match scope {
        QuotaScope::Strangers if low => "flood-strangers-disk",
        QuotaScope::Strangers => "flood-strangers",
        QuotaScope::Conversation(_) if low => "flood-conversation-disk",
        QuotaScope::Conversation(_) => "flood-conversation",
    };
    let mut phrase = Phrase::new(key).number("count", count);
    if let QuotaScope::Conversation(id) = scope {
        let name = state.conversation(*id).map_or("", |conversation| conversation.name.as_str());
        phrase = phrase.text("name", name);
    }
    state.tell_count(phrase, anew);
}

/// A message whose turn it is: to its conversation, or a new stranger's, through the store.
fn receive(cx: &mut UpdateCx<'_>, received: Received) {
    let person = received.place.as_deref().and_then(Person::of);
    let Some(id) = strangers::conversation_for(cx, &received) else {
        cx.state.counters.dropped = cx.state.counters.dropped.saturating_add(1);
        return;
    };
    if persons::bind(cx, id, person.as_ref()) {
        persons::on_return(cx, id);
    }
    if let Some(address) = received.place.as_deref() {
        persons::on_arrival(cx, id, address);
    }
    if cx.state.conversation(id).is_some_and(is_muted) {
        return ignore(cx, Some(id), &received);
    }
    if is_on_its_way(cx, id, received.uid) {
        return;
    }
    trust::on_heard(cx, id, received.source);
    strangers::ensure_recorded(cx, id);
    let message = cx.state.new_message_id();
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        conversation.status.stop_typing();
    }
    insert(cx, id, message, received);
}

/// The message goes through the store.
fn insert(cx: &mut UpdateCx<'_>, id: ConversationId, message: MessageId, received: Received) {
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        conversation.activity.add_pending();
    }
    let expires = cx.state.conversations.retention.expiry(id, cx.now.wall);
    let message = Message { expires, ..incoming(message, id, received) };
    if !cx.state.flood.gate.is_unlimited() {
        cx.state.flood.queue.begin(&message);
    }
    cx.store(StoreCommand::Insert(Arc::new(message)));
}

/// What came, as a message of this conversation.
fn incoming(message: MessageId, id: ConversationId, received: Received) -> Message {
    Message {
        files: received.files,
        id: message,
        uid: received.uid,
        about: received.about,
        quote: received.quote,
        conversation: id,
        dialect: received.scheme.name.into(),
        time: received.time,
        expires: None,
        direction: Direction::Incoming {
            source: received.source,
            lossy: received.lossy,
            authenticated: received.authenticated,
            sender: received.sender.map(Arc::from),
            // What this program alone says comes from nobody.
            kind: if received.kind == MessageKind::KeyChange {
                MessageKind::Unreadable
            } else {
                received.kind
            },
        },
        text: received.text,
        payload: received.payload,
    }
}

/// The peer wrote it again while the store has yet to answer for it, or has refused it and is asked again: the answer that
/// comes is the answer for this one too.
fn is_on_its_way(cx: &UpdateCx<'_>, id: ConversationId, uid: Option<Uid>) -> bool {
    let is_unsaved =
        |uid| cx.state.conversation(id).is_some_and(|conversation| conversation.unsaved.has_uid(uid));
    uid.is_some_and(|uid| cx.state.flood.queue.is_underway(id, uid) || is_unsaved(uid))
}
