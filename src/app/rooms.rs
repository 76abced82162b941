//! Rooms: going in, going out, who is there; connections that are kept; and whether the other side of any conversation answers.

use super::conversation::Conversation;
use super::event::{ContactsEdit, Effect};
use super::state::State;
use crate::model::traffic::{ConnectionState, Member};
use crate::model::{ConversationId, NetCommand, Now, PeerCommand, PeerKind, Phrase};

/// A person goes into a room: the others may know.
pub(super) fn enter(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    if state.conversation(id).is_some_and(Conversation::is_room) {
        go_in(state, id, effects);
    }
}

/// A person wants a connection to this peer, now and for as long as the program runs; or into the room.
pub(super) fn connect(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    if state.conversation(id).is_some_and(|one| one.is_room() || one.address.scheme.caps.connects) {
        go_in(state, id, effects);
    }
}

/// A person wants the connection no longer. What waits on it fails.
pub(super) fn disconnect(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let connects = |one: &&mut Conversation| one.address.scheme.caps.connects;
    let Some(one) = state.conversations.get_mut(id).filter(connects) else { return };
    effects.push(Effect::Net(NetCommand::Peer(id, PeerCommand::Forget)));
    effects.push(one.follow());
    one.status.set_connection(Some(ConnectionState::Down(Phrase::new("reach-closed"))));
}

fn go_in(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(id) else { return };
    effects.extend(one.mark_known());
    effects.extend(one.follow_once());
    effects.push(Effect::Net(NetCommand::Peer(id, PeerCommand::Enter)));
}

/// A person goes out of a room. What was said there stays to be read.
pub(super) fn depart(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(id).filter(|one| one.is_room()) else { return };
    effects.extend(one.leave());
    if one.kind == PeerKind::Contact {
        effects.push(Effect::Contacts(ContactsEdit::Remove { name: one.name.clone() }));
    }
}

/// Whether something can be said there. In a room that one is not in it would go nowhere.
pub(super) fn can_send(state: &mut State, id: ConversationId) -> bool {
    let out = state.conversation(id).filter(|one| one.is_out());
    let told = out.map(|one| Phrase::new("room-left").text("name", one.name.as_str()));
    let is_in = told.is_none();
    if let Some(told) = told {
        state.tell(told);
    }
    is_in
}

pub(super) fn connection(state: &mut State, id: ConversationId, connection: ConnectionState) {
    // What was on its way when one left says nothing any more.
    if let Some(one) = state.conversations.get_mut(id).filter(|one| one.is_followed()) {
        one.status.set_connection((connection != ConnectionState::Unknown).then_some(connection));
    }
}

pub(super) fn member(state: &mut State, now: Now, id: ConversationId, member: &Member) {
    if let Some(one) = state.conversations.get_mut(id).filter(|one| one.is_followed() && one.is_room()) {
        one.members.tell(member, now.wall);
    }
}
