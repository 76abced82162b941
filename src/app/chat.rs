//! Messages: sent, received, marked, stored, decoded again.
//!
//! Nothing is shown before the store has it, and nothing goes to the network before that either.

use std::sync::Arc;

use super::event::Effect;
use super::state::State;
use super::{Presence, quota, roster};
use crate::model::history::{Op, StoreEvent};
use crate::model::traffic::Received;
use crate::model::{ConversationId, Direction, Fault, Mark, Message, MessageId, NetCommand, Now, Phrase};

/// A new outgoing message: first into the store as waiting.
pub(super) fn send(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    text: String,
    effects: &mut Vec<Effect>,
) {
    let id = state.new_message_id();
    let Some(place) = state.conversations.get_mut(&conversation) else { return };
    place.remember_sent(&text);
    place.marker = None;
    place.pending = place.pending.saturating_add(1);
    let message = Message {
        id,
        conversation,
        dialect: place.address.scheme.name.into(),
        time: now.wall,
        direction: Direction::Outgoing { mark: Mark::Waiting, marked: now.wall },
        text,
        payload: Arc::from([]),
    };
    effects.push(Effect::Store(Op::Insert(Arc::new(message))));
}

/// The same text once more, for a message that failed.
pub(super) fn retry(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    message: MessageId,
    effects: &mut Vec<Effect>,
) {
    let text = state
        .conversation(conversation)
        .and_then(|place| place.message(message))
        .filter(|message| matches!(message.mark(), Some(Mark::Failed(_))))
        .map(|message| message.text.clone());
    if let Some(text) = text {
        send(state, now, conversation, text, effects);
    }
}

/// A message from the network: to its conversation, or a new stranger's, through the store.
pub(super) fn receive(state: &mut State, received: Received, effects: &mut Vec<Effect>) {
    let known = received.conversation.filter(|id| state.conversations.contains_key(id));
    let conversation = known.unwrap_or_else(|| roster::stranger(state, &received, effects));
    if state.conversation(conversation).is_some_and(|place| place.ignored) {
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    let id = state.new_message_id();
    if let Some(place) = state.conversations.get_mut(&conversation) {
        place.pending = place.pending.saturating_add(1);
    }
    let message = Message {
        id,
        conversation,
        dialect: received.scheme.name.into(),
        time: received.time,
        direction: Direction::Incoming {
            source: received.source,
            lossy: received.lossy,
            authenticated: received.authenticated,
        },
        text: received.text,
        payload: received.payload,
    };
    effects.push(Effect::Store(Op::Insert(Arc::new(message))));
}

/// The store's answer. What it refused is shown all the same, with one line that says it is not kept.
pub(super) fn on_stored(state: &mut State, now: Now, event: StoreEvent, effects: &mut Vec<Effect>) {
    let ops = match event {
        StoreEvent::Committed(ops) => ops,
        StoreEvent::Refused { ops, why } => {
            let inserts = ops.iter().filter(|op| matches!(op, Op::Insert(_))).count();
            state.counters.unkept =
                state.counters.unkept.saturating_add(u64::try_from(inserts).unwrap_or(u64::MAX));
            state.tell(why);
            // What is still in the history must not look as if it were gone.
            ops.into_iter().filter(|op| !matches!(op, Op::Clear { .. })).collect()
        }
        StoreEvent::Page(_)
        | StoreEvent::NoPage { .. }
        | StoreEvent::Sent { .. }
        | StoreEvent::Found(_)
        | StoreEvent::NotFound { .. }
        | StoreEvent::Told(_) => return,
    };
    for op in ops {
        match op {
            Op::Insert(message) => show(state, now, message, effects),
            Op::Replace(message) => {
                if let Some(place) = state.conversations.get_mut(&message.conversation) {
                    place.replace(&message);
                }
            }
            Op::SetMark { conversation, message, mark, at } => {
                if let Some(place) = state.conversations.get_mut(&conversation) {
                    place.set_mark(message, mark, at);
                }
            }
            Op::Clear { conversation, .. } => {
                if let Some(place) = state.conversations.get_mut(&conversation) {
                    place.clear();
                }
            }
            // They went here before the store was asked.
            Op::Trim { .. }
            | Op::Forget { .. }
            | Op::Keep(_)
            | Op::Know(_)
            | Op::Read { .. }
            | Op::Draft { .. }
            | Op::Stand { .. }
            | Op::Open { .. } => {}
        }
    }
}

fn show(state: &mut State, now: Now, message: Arc<Message>, effects: &mut Vec<Effect>) {
    let Some(place) = state.conversations.get_mut(&message.conversation) else { return };
    place.pending = place.pending.saturating_sub(1);
    if place.ignored && message.is_incoming() {
        // It was on its way when the person had enough.
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    place.activity = Some(message.id);
    if message.is_incoming() {
        place.presence = Presence::Heard;
        place.unheard = None;
        if place.unread == 0 {
            place.marker = Some(message.id);
        }
        place.unread = place.unread.saturating_add(1);
        if state.away && place.notify && state.bell.ring(now.mono, message.conversation) {
            effects.push(Effect::Ring);
        }
    } else {
        effects.push(Effect::Net(NetCommand::Send {
            conversation: message.conversation,
            message: message.id,
            text: message.text.clone(),
        }));
    }
    let (id, bytes) = (place.id, message.weight());
    place.insert(message);
    quota::note(state, id, bytes, effects);
}

/// The kernel took it: keep the bytes that went out, then say so. Whether somebody listens is open again: a peer
/// that only receives would be called unreachable for ever.
pub(super) fn handed(
    state: &mut State,
    now: Now,
    id: MessageId,
    payload: &Arc<[u8]>,
    effects: &mut Vec<Effect>,
) {
    let Some(message) = find(state, id).cloned() else { return };
    if let Some(place) = state.conversations.get_mut(&message.conversation)
        && place.presence == Presence::Unreachable
    {
        place.presence = Presence::Unknown;
        place.unheard = None;
    }
    let sent = Message {
        direction: Direction::Outgoing { mark: Mark::Sent, marked: now.wall },
        payload: Arc::clone(payload),
        ..Message::clone(&message)
    };
    effects.push(Effect::Store(Op::Replace(Arc::new(sent))));
}

/// It was not sent, and will not be.
pub(super) fn fail(state: &State, now: Now, id: MessageId, fault: Fault, effects: &mut Vec<Effect>) {
    if let Some(message) = find(state, id) {
        let conversation = message.conversation;
        effects.push(Effect::Store(Op::SetMark {
            conversation,
            message: id,
            mark: Mark::Failed(fault),
            at: now.wall,
        }));
    }
}

/// The payload of an incoming message, read with another encoding.
pub(super) fn redecoded(state: &State, id: MessageId, text: &str, lossy: bool, effects: &mut Vec<Effect>) {
    let Some(message) = find(state, id) else { return };
    let Direction::Incoming { source, authenticated, .. } = message.direction else { return };
    let again = Message {
        text: text.to_owned(),
        direction: Direction::Incoming { source, lossy, authenticated },
        ..Message::clone(message)
    };
    effects.push(Effect::Store(Op::Replace(Arc::new(again))));
}

/// A line of the program itself, in the conversation it concerns.
pub(super) fn notice(state: &mut State, conversation: ConversationId, notice: Phrase) {
    let id = state.new_message_id();
    let Some(place) = state.conversations.get_mut(&conversation) else { return };
    let time = place.messages().last().map(|message| message.time).unwrap_or_default();
    place.insert(Arc::new(Message {
        id,
        conversation,
        dialect: place.address.scheme.name.into(),
        time,
        direction: Direction::Notice(notice),
        text: String::new(),
        payload: Arc::from([]),
    }));
}

fn find(state: &State, id: MessageId) -> Option<&Arc<Message>> {
    state.conversations().find_map(|place| place.message(id))
}
