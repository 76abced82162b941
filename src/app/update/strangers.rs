//! Peers that are no contacts: how they become conversations, and which of them go when there are too many.

use super::{offers, persons};
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::state::State;
use crate::model::history::StoreCommand;
use crate::model::traffic::Received;
use crate::model::{Address, ConversationId, MessageId, NetCommand, PeerCommand, Person};

/// Strangers kept at once. Beyond it one that never said anything is forgotten, or else the oldest that a person neither
/// wrote to nor opened. Few for the fuzzer, which is to come there.
pub const MAX_STRANGERS: usize = if cfg!(fuzzing) { 8 } else { 4_096 };

/// Candidates examined to find one to forget. Those that may not go have messages in flight to the store, and are few.
const MAX_LOOKED_AT: usize = 2_048;

pub(super) fn forget(cx: &mut UpdateCx<'_>, id: ConversationId) {
    offers::forget(cx, id);
    cx.state.remove(id);
    cx.state.search.remove(id, MessageId(u64::MAX));
    cx.net(NetCommand::Peer(id, PeerCommand::Forget));
}

/// Tells the history of a conversation before its first message.
pub(super) fn ensure_recorded(cx: &mut UpdateCx<'_>, id: ConversationId) {
    cx.state.conversations.presence_only.remove(id);
    let conversation = cx.state.conversations.get_mut(id);
    if let Some(conversation) = conversation.filter(|conversation| !conversation.is_recorded()) {
        cx.effects.push(conversation.save_record());
    }
}

/// Whether this very address was a stranger's in an earlier run, of which the network side does not know yet: a source
/// stays where it was, and not with a contact on its host.
fn is_stranger_of_earlier_run(state: &State, received: &Received, now: ConversationId) -> bool {
    let before = state.conversations.stranger_at(received.scheme.name, received.source);
    received.place.is_none()
        && !received.scheme.caps.any_port
        && before
            .filter(|before| before.id != now)
            .is_some_and(|before| !before.is_followed() && !before.has_left())
}

/// The conversation that the network side attributes a message to, where that is still true of the person and the source.
fn attributed(state: &State, received: &Received) -> Option<ConversationId> {
    let person = received.place.as_deref().and_then(Person::of);
    let theirs = |id: &ConversationId| {
        state.conversation(*id).is_some_and(|conversation| conversation.may_be(person.as_ref()))
    };
    received.conversation.filter(theirs).filter(|id| !is_stranger_of_earlier_run(state, received, *id))
}

/// The conversation of the address that a message came from, if there is one yet.
fn at_source(state: &State, received: &Received) -> Option<ConversationId> {
    let conversation = match &received.place {
        Some(address) => state.at_address(address),
        None => state.conversations.stranger_at(received.scheme.name, received.source),
    };
    conversation.map(|conversation| conversation.id)
}

/// The conversation that a message belongs to, if there is one yet.
pub(super) fn conversation_of(state: &State, received: &Received) -> Option<ConversationId> {
    attributed(state, received).or_else(|| at_source(state, received))
}

/// The conversation that a message belongs to; a new one if its address never wrote before, or `None` if there is no room
/// for one. What is said in a room belongs to the room, where one has left it too.
pub(super) fn conversation_for(cx: &mut UpdateCx<'_>, received: &Received) -> Option<ConversationId> {
    let known = attributed(cx.state, received);
    if known.is_some() {
        return known;
    }
    if let Some(known) = at_source(cx.state, received) {
        let conversation = cx.state.conversations.get_mut(known);
        if let Some(conversation) = conversation.filter(|conversation| !conversation.has_left()) {
            cx.effects.extend(conversation.follow_once());
            cx.effects.extend(conversation.mark_joined());
        }
        return Some(known);
    }
    let address = match &received.place {
        Some(address) => Address::clone(address),
        None => Address::from_socket(received.scheme, received.source),
    };
    evict_if_full(cx).then(|| insert_new(cx, address))
}

/// A conversation that a person wants with this address.
pub(super) fn add(cx: &mut UpdateCx<'_>, address: Address) -> ConversationId {
    // It is made even if there is no room.
    let _has_room = evict_if_full(cx);
    insert_new(cx, address)
}

fn insert_new(cx: &mut UpdateCx<'_>, address: Address) -> ConversationId {
    let mut fresh = new_stranger(cx.state, address);
    let id = fresh.id;
    cx.effects.push(fresh.save_record());
    cx.effects.extend(fresh.follow());
    cx.state.conversations.insert(fresh);
    id
}

/// A conversation that is not in the state yet.
pub(super) fn new_stranger(state: &mut State, address: Address) -> Conversation {
    let id = state.conversations.new_id();
    let name = persons::name_of(&address);
    Conversation::stranger(id, name, address, state.next_message_id())
}

/// Whether another stranger has to go for the next one.
pub(super) fn is_full(state: &State) -> bool {
    state.conversations.strangers.count() >= MAX_STRANGERS
}

/// Makes room for one more. `false`: there is none. Ignored ones stay, or they would be back with their next datagram; so
/// do those whose messages are still on their way to the list, and those whom a person has to do with.
fn evict_if_full(cx: &mut UpdateCx<'_>) -> bool {
    if !is_full(cx.state) {
        return true;
    }
    let conversations = &cx.state.conversations;
    let may_go = |id: &ConversationId| conversations.get(*id).is_some_and(is_evictable);
    let oldest = || conversations.strangers.oldest().take(MAX_LOOKED_AT).find(may_go);
    let Some(id) = conversations.presence_only.any().or_else(oldest) else { return false };
    let is_recorded = conversations.get(id).is_some_and(Conversation::is_recorded);
    forget(cx, id);
    if is_recorded {
        cx.store(StoreCommand::Evict { conversation: id });
    }
    true
}

fn is_evictable(conversation: &Conversation) -> bool {
    conversation.is_unasked() && !conversation.ignored && !conversation.activity.has_pending()
}
