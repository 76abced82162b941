//! Rooms: going in, going out, who is there; connections that are kept; and whether the other side of any conversation answers.

use super::conversation::Conversation;
use super::event::{ContactsEdit, Effect};
use super::members::MemberList;
use super::state::State;
use super::{roster, strangers};
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
    effects.push(strangers::follow(one));
    one.connection = Some(ConnectionState::Down(Phrase::new("reach-closed")));
}

fn go_in(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(id) else { return };
    roster::get_to_know(one, effects);
    roster::follow_once(one, effects);
    effects.push(Effect::Net(NetCommand::Peer(id, PeerCommand::Enter)));
}

/// A person goes out of a room. What was said there stays to be read.
pub(super) fn depart(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversations.get_mut(id).filter(|one| one.is_room()) else { return };
    go_out(one, effects);
    if one.kind == PeerKind::Contact {
        effects.push(Effect::Contacts(ContactsEdit::Remove { name: one.name.clone() }));
    }
}

/// The network side leaves the room, and nothing of it is shown before somebody goes in again.
pub(super) fn go_out(one: &mut Conversation, effects: &mut Vec<Effect>) {
    if one.followed {
        effects.push(Effect::Net(NetCommand::Peer(one.id, PeerCommand::Forget)));
    }
    one.followed = false;
    one.left = true;
    one.connection = None;
    one.members = MemberList::default();
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
    if let Some(one) = state.conversations.get_mut(id).filter(|one| one.followed) {
        one.connection = (connection != ConnectionState::Unknown).then_some(connection);
    }
}

pub(super) fn member(state: &mut State, now: Now, id: ConversationId, member: &Member) {
    if let Some(one) = state.conversations.get_mut(id).filter(|one| one.followed && one.is_room()) {
        one.members.tell(member, now.wall);
    }
}
