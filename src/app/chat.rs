//! Messages: sent, received, marked, stored, decoded again.
//!
//! Nothing is shown before the store has it, and nothing goes to the network before that either.

use std::sync::Arc;

use super::event::Effect;
use super::state::State;
use super::{Conversation, flood, offers, persons, receipts, rooms, search, strangers, unkept, versions};
use crate::model::file::FileSource;
use crate::model::history::StoreCommand;
use crate::model::traffic::{MessageKind, Received};
use crate::model::{
    ConversationId, Direction, Fault, Files, Mark, Message, MessageCommand, MessageId, NetCommand, Now,
    Person, Phrase,
};

/// What a person sends.
#[derive(Debug)]
pub(super) struct NewMessage {
    pub text: String,
    pub kind: MessageKind,
    pub files: Files,
}

impl NewMessage {
    pub(super) fn text(text: String) -> Self {
        Self { text, kind: MessageKind::Text, files: Files::default() }
    }
}

/// A new outgoing message: first into the store as waiting. `None`: it cannot be sent there, and a line says why.
pub(super) fn send(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    message: NewMessage,
    effects: &mut Vec<Effect>,
) -> Option<MessageId> {
    let NewMessage { text, kind, files } = message;
    if !rooms::can_send(state, conversation) || !can_be(state, conversation, kind) {
        return None;
    }
    state.silent.remove(conversation);
    let id = state.new_message_id();
    let place = state.conversations.get_mut(conversation)?;
    if !text.is_empty() {
        place.input.remember(&text);
    }
    place.activity.remove_marker();
    effects.extend(place.mark_known());
    place.activity.add_pending();
    let message = Message {
        id,
        conversation,
        dialect: place.address.scheme.name.into(),
        time: now.wall,
        direction: Direction::Outgoing { mark: Mark::Waiting, marked: now.wall, kind },
        text,
        files,
        payload: Arc::from([]),
    };
    effects.push(Effect::Store(StoreCommand::Insert(Arc::new(message))));
    Some(id)
}

/// Whether a message can be sent like this there. Nothing that was to be sealed goes out open.
fn can_be(state: &mut State, conversation: ConversationId, kind: MessageKind) -> bool {
    let Some(place) = state.conversation(conversation) else { return false };
    let caps = place.address.scheme.caps;
    let refused = match kind {
        MessageKind::Text => None,
        MessageKind::Sealed if caps.seals => None,
        MessageKind::Several | MessageKind::Everyone if caps.several => None,
        MessageKind::Sealed => Some("send-no-seals"),
        // Whatever else there is nobody sends who is there.
        MessageKind::Several
        | MessageKind::Everyone
        | MessageKind::Joined
        | MessageKind::Opened
        | MessageKind::Automatic
        | MessageKind::Unreadable => Some("send-no-several"),
    };
    let refused = refused.map(|key| Phrase::new(key).text("name", place.name.as_str()));
    let can = refused.is_none();
    if let Some(refused) = refused {
        state.tell(refused);
    }
    can
}

/// The same once more, for a message that failed: its text, sent the same way, and its files if they are still known.
pub(super) fn retry(
    state: &mut State,
    now: Now,
    conversation: ConversationId,
    id: MessageId,
    effects: &mut Vec<Effect>,
) {
    let found = versions::find(state, conversation, id);
    let Some(failed) = found.filter(|message| matches!(message.mark(), Some(Mark::Failed(_)))) else {
        return;
    };
    let text = failed.text.clone();
    if failed.files.is_empty() {
        let kind = failed.kind().unwrap_or_default();
        send(state, now, conversation, NewMessage { kind, ..NewMessage::text(text) }, effects);
    } else if let Some(sources) = state.offers.sources(id) {
        let sources = sources.to_vec();
        offers::offer(state, now, conversation, (text, sources), effects);
    } else {
        state.tell(Phrase::new("offer-gone"));
    }
}

/// A message from the network whose turn it is: to its conversation, or a new stranger's, through the store.
pub(super) fn receive(state: &mut State, now: Now, received: Received, effects: &mut Vec<Effect>) {
    let person = received.place.as_deref().and_then(Person::of);
    let known = strangers::attributed(state, &received);
    let Some(conversation) = known.or_else(|| strangers::of(state, &received, effects)) else {
        state.counters.dropped = state.counters.dropped.saturating_add(1);
        return;
    };
    if persons::bind(state, conversation, person.as_ref(), effects) {
        persons::came_back(state, now, conversation);
    }
    if let Some(place) = received.place.as_deref() {
        persons::moved_in(state, now, conversation, place);
    }
    if state.conversation(conversation).is_some_and(|place| place.ignored || place.has_left()) {
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    strangers::introduce(state, conversation, effects);
    let id = state.new_message_id();
    if let Some(place) = state.conversations.get_mut(conversation) {
        place.activity.add_pending();
        place.status.stop_typing();
    }
    let message = Message {
        files: received.files,
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
    if !state.gate.is_unlimited() {
        state.queue.begin(&message);
    }
    effects.push(Effect::Store(StoreCommand::Insert(Arc::new(message))));
}

/// The store has these.
pub(super) fn committed(state: &mut State, now: Now, ops: Vec<StoreCommand>, effects: &mut Vec<Effect>) {
    let takes = ops.iter().any(|op| !op.is_bookkeeping());
    for op in ops {
        carry_out(state, now, op, true, effects);
    }
    if takes {
        unkept::keep_again(state, effects);
    }
    flood::take_turns(state, now, effects);
}

/// The store does not have these. They are shown all the same, and kept in memory until it takes them; one line
/// says why.
pub(super) fn refused(
    state: &mut State,
    now: Now,
    ops: Vec<StoreCommand>,
    why: Phrase,
    effects: &mut Vec<Effect>,
) {
    // That what was refused before is refused again is no news.
    let is_new = |op: &StoreCommand| {
        matches!(
            op,
            StoreCommand::Insert(_)
                | StoreCommand::Replace(_)
                | StoreCommand::Clear { .. }
                | StoreCommand::Forget { .. }
                | StoreCommand::Evict { .. }
        )
    };
    if !state.has_unkept || ops.iter().any(is_new) {
        state.tell(why);
    }
    for op in ops {
        match op {
            // What is still in the history must not look as if it were gone.
            StoreCommand::Clear { conversation, .. } => {
                if let Some(place) = state.conversations.get_mut(conversation) {
                    place.unsaved.cancel_clearing();
                }
                state.tell(Phrase::new("store-not-cleared"));
            }
            StoreCommand::Forget { .. }
            | StoreCommand::Evict { .. }
            | StoreCommand::Trim { .. }
            | StoreCommand::Open { .. } => {
                unkept::put_off(state, op);
            }
            StoreCommand::Know(_)
            | StoreCommand::Read { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Stand { .. } => unkept::lag(state, &op),
            StoreCommand::Insert(_) | StoreCommand::Replace(_) | StoreCommand::Keep(_) => {
                carry_out(state, now, op, false, effects);
            }
        }
    }
    flood::take_turns(state, now, effects);
}

fn carry_out(state: &mut State, now: Now, op: StoreCommand, kept: bool, effects: &mut Vec<Effect>) {
    match op {
        StoreCommand::Insert(message) => {
            if message.is_incoming() {
                state.queue.end(&message);
            }
            unkept::hold_unless(kept, state, &message);
            if kept {
                confirm(state, &message, effects);
            }
            show(state, now, &message, effects);
        }
        StoreCommand::Keep(message) => {
            unkept::kept_again(kept, state, &message);
            if kept {
                confirm(state, &message, effects);
            }
        }
        StoreCommand::Replace(message) => {
            versions::settled(state, &message);
            unkept::hold_unless(kept, state, &message);
            if let Some(place) = state.conversations.get_mut(message.conversation) {
                place.replace(&message);
            }
        }
        StoreCommand::Clear { conversation, up_to } => {
            if let Some(place) = state.conversations.get_mut(conversation) {
                place.clear(up_to);
                let cleared = Phrase::new("store-cleared").text("name", place.name.as_str());
                state.tell(cleared);
            }
            search::gone(state, conversation, up_to);
        }
        // They went here before the store was asked, or are nowhere to be seen.
        StoreCommand::Trim { .. }
        | StoreCommand::Forget { .. }
        | StoreCommand::Evict { .. }
        | StoreCommand::Know(_)
        | StoreCommand::Read { .. }
        | StoreCommand::Draft { .. }
        | StoreCommand::Stand { .. }
        | StoreCommand::Open { .. } => {}
    }
}

/// Everything that can be seen in the conversation now goes for good; what comes meanwhile stays.
pub(super) fn clear(state: &mut State, conversation: ConversationId, effects: &mut Vec<Effect>) {
    let Some(place) = state.conversations.get_mut(conversation) else { return };
    let Some(up_to) = place.newest() else { return };
    place.unsaved.begin_clearing(up_to);
    effects.push(Effect::Store(StoreCommand::Clear { conversation, up_to }));
}

/// Its sender may hear that we have it, now that we do.
fn confirm(state: &State, message: &Message, effects: &mut Vec<Effect>) {
    let receipts = |one: &Conversation| one.address.scheme.caps.receipts && one.is_followed();
    if let Some(source) = message.source()
        && state.conversation(message.conversation).is_some_and(receipts)
    {
        let (conversation, payload) = (message.conversation, Arc::clone(&message.payload));
        effects
            .push(Effect::Net(NetCommand::Message(conversation, MessageCommand::Stored { source, payload })));
    }
}

fn show(state: &mut State, now: Now, message: &Arc<Message>, effects: &mut Vec<Effect>) {
    let sources = offers::taken(state, message.id);
    let Some(place) = state.conversations.get_mut(message.conversation) else { return };
    place.activity.remove_pending();
    if place.ignored && message.is_incoming() {
        // It was on its way when the person had enough.
        state.counters.ignored = state.counters.ignored.saturating_add(1);
        return;
    }
    place.activity.on_message(message.id);
    if place.is_room() {
        place.members.note(message);
    }
    if message.is_incoming() {
        place.status.on_heard();
    }
    if message.is_joining() {
        // Nobody said anything: it is there to be seen, and calls nobody.
    } else if message.is_incoming() {
        place.activity.on_received(message.id);
        // What a program wrote by itself can wait.
        let rings = place.notify && message.kind() != Some(MessageKind::Automatic);
        if state.away && rings && state.bell.ring(now.mono, message.conversation) {
            effects.push(Effect::Ring);
        }
    } else {
        place.activity.on_sent();
        place.status.on_sent(message.id);
        hand_over(state, now, message, sources, effects);
    }
    if let Some(place) = state.conversations.get_mut(message.conversation) {
        place.put(Arc::clone(message));
    }
    state.crowd.renew(message.conversation, message.id);
    search::arrived(state, message);
    flood::note(state, message, effects);
}

/// A message of ours is stored: the network side gets it.
fn hand_over(
    state: &mut State,
    now: Now,
    message: &Arc<Message>,
    files: Arc<[FileSource]>,
    effects: &mut Vec<Effect>,
) {
    state.sending.insert(message.id, Arc::clone(message));
    offers::stands(state, now, message, &files, effects);
    effects.push(Effect::Net(NetCommand::Message(
        message.conversation,
        MessageCommand::Send {
            message: message.id,
            text: message.text.clone(),
            kind: message.kind().unwrap_or_default(),
            files,
        },
    )));
}

/// The kernel took it: keep the bytes that went out, then say so.
pub(super) fn handed(
    state: &mut State,
    now: Now,
    id: MessageId,
    payload: &Arc<[u8]>,
    effects: &mut Vec<Effect>,
) {
    let Some(message) = state.sending.remove(&id) else { return };
    if let Some(place) = state.conversations.get_mut(message.conversation) {
        place.status.on_handed();
    }
    // A peer may have said that it has it before the kernel has said that it went out.
    let sent = receipts::marked(&message, Mark::Sent, now).unwrap_or_else(|| Message::clone(&message));
    versions::change(state, Message { payload: Arc::clone(payload), ..sent }, effects);
    receipts::expect(state, &message);
}

/// It was not sent, and will not be; or nobody has said that it came.
pub(super) fn fail(state: &mut State, now: Now, id: MessageId, fault: Fault, effects: &mut Vec<Effect>) {
    let sending = state.sending.remove(&id);
    let Some(message) = sending.or_else(|| state.receipts.get(id).cloned()) else { return };
    if let Some(failed) = receipts::marked(&message, Mark::Failed(fault), now) {
        versions::change(state, failed, effects);
    }
    receipts::expect(state, &message);
}

/// A line of the program itself, in the conversation it concerns.
pub(super) fn notice(state: &mut State, now: Now, conversation: ConversationId, notice: Phrase) {
    let id = state.new_message_id();
    let Some(place) = state.conversations.get_mut(conversation) else { return };
    let notice = Arc::new(Message {
        files: Files::default(),
        id,
        conversation,
        dialect: place.address.scheme.name.into(),
        time: now.wall,
        direction: Direction::Notice(notice),
        text: String::new(),
        payload: Arc::from([]),
    });
    place.unsaved.add(Arc::clone(&notice));
    place.put(notice);
}
