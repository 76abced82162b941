//! Messages: sent, received, marked, stored, decoded again.
//!
//! Nothing is shown before the store has it, and nothing goes to the network before that either.

use std::sync::Arc;

use super::event::Effect;
use super::state::State;
use super::{Conversation, Presence, quota, rooms, roster, search, unkept};
use crate::model::history::Op;
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
    if !rooms::can_send(state, conversation) {
        return;
    }
    let id = state.new_message_id();
    let Some(place) = state.conversations.get_mut(&conversation) else { return };
    place.remember_sent(&text);
    place.marker = None;
    roster::get_to_know(place, effects);
    place.pending = place.pending.saturating_add(1);
    let message = Message {
        files: crate::model::Files::default(),
        id,
        conversation,
        dialect: place.address.scheme.name.into(),
        time: now.wall,
        direction: Direction::Outgoing {
            kind: crate::model::traffic::Kind::Text,
            mark: Mark::Waiting,
            marked: now.wall,
        },
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
    if state.conversation(conversation).is_some_and(|place| place.ignored || place.left) {
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    let id = state.new_message_id();
    if let Some(place) = state.conversations.get_mut(&conversation) {
        place.pending = place.pending.saturating_add(1);
    }
    let message = Message {
        files: crate::model::Files::default(),
        id,
        conversation,
        dialect: received.scheme.name.into(),
        time: received.time,
        direction: Direction::Incoming {
            source: received.source,
            lossy: received.lossy,
            authenticated: received.authenticated,
            sender: received.sender.map(Arc::from),
            kind: received.kind,
        },
        text: received.text,
        payload: received.payload,
    };
    effects.push(Effect::Store(Op::Insert(Arc::new(message))));
}

/// The store has these.
pub(super) fn committed(state: &mut State, now: Now, ops: Vec<Op>, effects: &mut Vec<Effect>) {
    let takes = ops.iter().any(|op| !op.is_bookkeeping());
    for op in ops {
        carry_out(state, now, op, true, effects);
    }
    if takes {
        unkept::keep_again(state, effects);
    }
}

/// The store does not have these. They are shown all the same, and kept in memory until it takes them; one line
/// says why.
pub(super) fn refused(state: &mut State, now: Now, ops: Vec<Op>, why: Phrase, effects: &mut Vec<Effect>) {
    state.tell(why);
    for op in ops {
        match op {
            // What is still in the history must not look as if it were gone.
            Op::Clear { conversation, .. } => {
                if let Some(place) = state.conversations.get_mut(&conversation) {
                    place.clearing = None;
                }
                state.tell(Phrase::new("store-not-cleared"));
            }
            Op::Forget { .. } | Op::Evict { .. } | Op::Trim { .. } | Op::Open { .. } => {
                unkept::put_off(state, op);
            }
            Op::Know(_) | Op::Read { .. } | Op::Draft { .. } | Op::Stand { .. } => unkept::lag(state, &op),
            Op::Insert(_) | Op::Replace(_) | Op::Keep(_) => {
                carry_out(state, now, op, false, effects);
            }
        }
    }
}

fn carry_out(state: &mut State, now: Now, op: Op, kept: bool, effects: &mut Vec<Effect>) {
    match op {
        Op::Insert(message) => {
            unkept::hold_unless(kept, state, &message);
            show(state, now, &message, effects);
        }
        Op::Keep(message) => unkept::kept_again(kept, state, &message),
        Op::Replace(message) => {
            unkept::hold_unless(kept, state, &message);
            if let Some(place) = state.conversations.get_mut(&message.conversation) {
                place.replace(&message);
            }
        }
        Op::Clear { conversation, up_to } => {
            if let Some(place) = state.conversations.get_mut(&conversation) {
                place.clear(up_to);
                let cleared = Phrase::new("store-cleared").text("name", place.name.as_str());
                state.tell(cleared);
            }
            search::gone(state, conversation, up_to);
        }
        // They went here before the store was asked, or are nowhere to be seen.
        Op::Trim { .. }
        | Op::Forget { .. }
        | Op::Evict { .. }
        | Op::Know(_)
        | Op::Read { .. }
        | Op::Draft { .. }
        | Op::Stand { .. }
        | Op::Open { .. } => {}
    }
}

/// Everything that can be seen in the conversation now goes for good; what comes meanwhile stays.
pub(super) fn clear(state: &mut State, conversation: ConversationId, effects: &mut Vec<Effect>) {
    let Some(place) = state.conversations.get_mut(&conversation) else { return };
    let Some(up_to) = place.newest() else { return };
    place.clearing = Some(up_to);
    effects.push(Effect::Store(Op::Clear { conversation, up_to }));
}

fn show(state: &mut State, now: Now, message: &Arc<Message>, effects: &mut Vec<Effect>) {
    let Some(place) = state.conversations.get_mut(&message.conversation) else { return };
    place.pending = place.pending.saturating_sub(1);
    if place.ignored && message.is_incoming() {
        // It was on its way when the person had enough.
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    place.activity = Some(message.id);
    if place.is_room() {
        place.members.note(message);
    }
    if message.is_incoming() {
        place.presence = Presence::Heard;
        place.unheard = None;
    }
    if message.is_joining() {
        // Nobody said anything: it is there to be seen, and calls nobody.
    } else if message.is_incoming() {
        arrive(place, message.id);
        if state.away && place.notify && state.bell.ring(now.mono, message.conversation) {
            effects.push(Effect::Ring);
        }
    } else {
        place.arrivals = place.arrivals.saturating_add(1);
        place.last_sent = Some(message.id);
        state.sending.insert(message.id, Arc::clone(message));
        effects.push(Effect::Net(NetCommand::Send {
            files: Arc::from([]),
            kind: crate::model::traffic::Kind::Text,
            conversation: message.conversation,
            message: message.id,
            text: message.text.clone(),
        }));
    }
    place.put(Arc::clone(message));
    search::arrived(state, message);
    quota::note(state, message, effects);
}

/// There is something new to read.
const fn arrive(place: &mut Conversation, message: MessageId) {
    place.arrivals = place.arrivals.saturating_add(1);
    if place.unread == 0 {
        place.marker = Some(message);
    }
    place.unread = place.unread.saturating_add(1);
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
    let Some(message) = state.sending.remove(&id) else { return };
    if let Some(place) = state.conversations.get_mut(&message.conversation)
        && place.presence == Presence::Unreachable
    {
        place.presence = Presence::Unknown;
        place.unheard = None;
    }
    let sent = Message {
        direction: Direction::Outgoing {
            kind: crate::model::traffic::Kind::Text,
            mark: Mark::Sent,
            marked: now.wall,
        },
        payload: Arc::clone(payload),
        ..Message::clone(&message)
    };
    effects.push(Effect::Store(Op::Replace(Arc::new(sent))));
}

/// It was not sent, and will not be.
pub(super) fn fail(state: &mut State, now: Now, id: MessageId, fault: Fault, effects: &mut Vec<Effect>) {
    let Some(message) = state.sending.remove(&id) else { return };
    let direction = Direction::Outgoing {
        kind: crate::model::traffic::Kind::Text,
        mark: Mark::Failed(fault),
        marked: now.wall,
    };
    effects.push(Effect::Store(Op::Replace(Arc::new(Message { direction, ..Message::clone(&message) }))));
}

/// A line of the program itself, in the conversation it concerns.
pub(super) fn notice(state: &mut State, now: Now, conversation: ConversationId, notice: Phrase) {
    let id = state.new_message_id();
    let Some(place) = state.conversations.get_mut(&conversation) else { return };
    let notice = Arc::new(Message {
        files: crate::model::Files::default(),
        id,
        conversation,
        dialect: place.address.scheme.name.into(),
        time: now.wall,
        direction: Direction::Notice(notice),
        text: String::new(),
        payload: Arc::from([]),
    });
    place.hold(Arc::clone(&notice));
    place.put(notice);
}
