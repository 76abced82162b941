//! Peers that are no contacts: how they become conversations, and which of them go when there are too many.

use super::conversation::Conversation;
use super::event::Effect;
use super::state::State;
use super::{Standing, moving, persons, search};
use crate::model::history::Op;
use crate::model::traffic::{FIRST_STRANGER, Received};
use crate::model::{Address, ConversationId, MessageId, NetCommand};

/// Strangers kept at once. Beyond it one goes that never said anything, or else the oldest that nobody wrote to or
/// opened.
pub const MAX_STRANGERS: usize = 4_096;

/// A person has to do with this peer: no flood of strangers takes what was said with it.
pub(super) fn get_to_know(one: &mut Conversation, effects: &mut Vec<Effect>) {
    if !one.known {
        one.known = true;
        effects.push(card(one));
    }
}

/// What the history is to know of the conversation.
pub(super) fn card(one: &mut Conversation) -> Effect {
    one.in_history = true;
    Effect::Store(Op::Know(one.card()))
}

/// Tells the network side of a conversation of an earlier run, now that it is needed.
pub(super) fn follow_once(one: &mut Conversation, effects: &mut Vec<Effect>) {
    if !one.followed {
        effects.push(follow(one));
    }
}

pub(super) fn follow(one: &mut Conversation) -> Effect {
    one.followed = true;
    one.left = false;
    let Conversation { id: conversation, address, rank, .. } = one;
    Effect::Net(NetCommand::Follow { conversation: *conversation, address: address.clone(), rank: *rank })
}

pub(super) fn forget(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    moving::forget(state, id, effects);
    state.remove(id);
    search::gone(state, id, MessageId(u64::MAX));
    effects.push(Effect::Net(NetCommand::Forget { conversation: id }));
}

/// Something was said there, or is about to be: the history has to know where. It comes before the message.
pub(super) fn introduce(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    state.silent.remove(id);
    if let Some(one) = state.conversations.get_mut(&id).filter(|one| !one.in_history) {
        effects.push(card(one));
    }
}

/// Whether this very address was a stranger's in an earlier run, of which the network side does not know yet: a source
/// stays where it was, and not with a contact on its host.
pub(super) fn had_before(state: &State, received: &Received, now: ConversationId) -> bool {
    let before = state.stranger_at(received.scheme.name, received.source).filter(|id| *id != now);
    received.place.is_none()
        && !received.scheme.caps.any_port
        && before.and_then(|id| state.conversation(id)).is_some_and(|one| !one.followed && !one.left)
}

/// The conversation of an address that is no contact; a new one if it never wrote before. What is said in a room
/// belongs to the room, where one has left it too.
pub(super) fn of(state: &mut State, received: &Received, effects: &mut Vec<Effect>) -> ConversationId {
    let known = match &received.place {
        Some(place) => state.at_address(place).map(|one| one.id),
        None => state.stranger_at(received.scheme.name, received.source),
    };
    if let Some(known) = known {
        if let Some(one) = state.conversations.get_mut(&known).filter(|one| !one.left) {
            follow_once(one, effects);
        }
        return known;
    }
    let address = match &received.place {
        Some(place) => Address::clone(place),
        None => Address::from_socket(received.scheme, received.source),
    };
    new(state, address, effects)
}

/// A conversation with somebody who says something, or is to be told something.
pub(super) fn new(state: &mut State, address: Address, effects: &mut Vec<Effect>) -> ConversationId {
    evict(state, effects);
    let mut fresh = fresh(state, address);
    let id = fresh.id;
    effects.push(card(&mut fresh));
    effects.push(follow(&mut fresh));
    state.insert(fresh);
    id
}

/// A conversation that nobody knows of yet.
pub(super) fn fresh(state: &mut State, address: Address) -> Conversation {
    let id = state.new_conversation_id();
    let name = persons::name_of(&address);
    let mut fresh = Conversation::new(id, name, address, Standing::Stranger);
    fresh.rank = FIRST_STRANGER.saturating_add(id.0);
    fresh.since = state.next_message_id();
    fresh
}

/// Makes room for one more. Ignored ones stay, or they would be back with their next datagram; so do those whose
/// messages are still on their way to the list. If there are no others the oldest of them goes all the same.
fn evict(state: &mut State, effects: &mut Vec<Effect>) {
    let strangers = || state.conversations().filter(|one| one.standing == Standing::Stranger);
    if state.conversations.len() < MAX_STRANGERS || strangers().count() < MAX_STRANGERS {
        return;
    }
    let worth = |one: &&Conversation| {
        let newest = one.activity.unwrap_or(one.since).max(one.since);
        (one.ignored, one.pending > 0, one.known, newest)
    };
    let oldest = || strangers().min_by_key(worth).map(|one| one.id);
    if let Some(id) = state.silent.any().or_else(oldest) {
        let in_history = state.conversation(id).is_some_and(|one| one.in_history);
        forget(state, id, effects);
        effects.extend(in_history.then_some(Effect::Store(Op::Evict { conversation: id })));
    }
}
