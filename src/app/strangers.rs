//! Peers that are no contacts: how they become conversations, and which of them go when there are too many.

use super::conversation::Conversation;
use super::event::Effect;
use super::state::State;
use super::{flood, moving, persons, search};
use crate::model::history::StoreCommand;
use crate::model::traffic::Received;
use crate::model::{Address, ConversationId, MessageId, NetCommand, PeerCommand, Person};

/// Strangers kept at once. Beyond it one goes that never said anything, or else the oldest that nobody wrote to or
/// opened.
pub const MAX_STRANGERS: usize = 4_096;

/// Strangers that are looked at to find one that may go. More of them are only in the way while their messages are on
/// their way to the list, and are not many.
const MAX_LOOKED_AT: usize = 2_048;

pub(super) fn forget(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    moving::forget(state, id, effects);
    state.remove(id);
    search::gone(state, id, MessageId(u64::MAX));
    effects.push(Effect::Net(NetCommand::Peer(id, PeerCommand::Forget)));
}

/// Something was said there, or is about to be: the history has to know where. It comes before the message.
pub(super) fn introduce(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    state.silent.remove(id);
    if let Some(one) = state.conversations.get_mut(id).filter(|one| !one.is_recorded()) {
        effects.push(one.save_record());
    }
}

/// Whether this very address was a stranger's in an earlier run, of which the network side does not know yet: a source
/// stays where it was, and not with a contact on its host.
fn had_before(state: &State, received: &Received, now: ConversationId) -> bool {
    let before = state.stranger_at(received.scheme.name, received.source).filter(|id| *id != now);
    received.place.is_none()
        && !received.scheme.caps.any_port
        && before
            .and_then(|id| state.conversation(id))
            .is_some_and(|one| !one.is_followed() && !one.has_left())
}

/// The conversation that the network side attributes it to, where that is still true of the person and the source.
pub(super) fn attributed(state: &State, received: &Received) -> Option<ConversationId> {
    let person = received.place.as_deref().and_then(Person::of);
    let theirs = |id: &ConversationId| state.conversation(*id).is_some_and(|one| one.may_be(person.as_ref()));
    received.conversation.filter(theirs).filter(|id| !had_before(state, received, *id))
}

/// The conversation of an address that is no contact; a new one if it never wrote before, or `None` if there is no room
/// for one. What is said in a room belongs to the room, where one has left it too.
pub(super) fn of(
    state: &mut State,
    received: &Received,
    effects: &mut Vec<Effect>,
) -> Option<ConversationId> {
    if let Some(known) = flood::conversation(state, received) {
        if let Some(one) = state.conversations.get_mut(known).filter(|one| !one.has_left()) {
            effects.extend(one.follow_once());
        }
        return Some(known);
    }
    let address = match &received.place {
        Some(place) => Address::clone(place),
        None => Address::from_socket(received.scheme, received.source),
    };
    evict(state, effects).then(|| begin(state, address, effects))
}

/// A conversation with somebody who says something, or is to be told something.
pub(super) fn new(state: &mut State, address: Address, effects: &mut Vec<Effect>) -> ConversationId {
    // A person wants it: it is one more, if need be.
    let _room = evict(state, effects);
    begin(state, address, effects)
}

fn begin(state: &mut State, address: Address, effects: &mut Vec<Effect>) -> ConversationId {
    let mut fresh = fresh(state, address);
    let id = fresh.id;
    effects.push(fresh.save_record());
    effects.push(fresh.follow());
    state.insert(fresh);
    id
}

/// A conversation that nobody knows of yet.
pub(super) fn fresh(state: &mut State, address: Address) -> Conversation {
    let id = state.new_conversation_id();
    let name = persons::name_of(&address);
    Conversation::stranger(id, name, address, state.next_message_id())
}

/// One more has room only in the place of another.
pub(super) fn is_full(state: &State) -> bool {
    state.crowd.count() >= MAX_STRANGERS
}

/// Makes room for one more. `false`: there is none. Ignored ones stay, or they would be back with their next datagram; so
/// do those whose messages are still on their way to the list, and those whom a person has to do with.
fn evict(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    if !is_full(state) {
        return true;
    }
    let may_go = |id: &ConversationId| {
        state
            .conversation(*id)
            .is_some_and(|one| one.is_unasked() && !one.ignored && !one.activity.has_pending())
    };
    let oldest = || state.crowd.oldest().take(MAX_LOOKED_AT).find(may_go);
    let Some(id) = state.silent.any().or_else(oldest) else { return false };
    let in_history = state.conversation(id).is_some_and(Conversation::is_recorded);
    forget(state, id, effects);
    effects.extend(in_history.then_some(Effect::Store(StoreCommand::Evict { conversation: id })));
    true
}
