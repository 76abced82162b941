//! Rooms: going in, going out, who is there; connections that are kept; and whether the other side of any conversation
//! answers.

use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::app::event::{ContactsEdit, Effect};
use crate::model::traffic::{ConnectionState, Member};
use crate::model::{ConversationId, NetCommand, PeerCommand, PeerKind, Phrase, RoomCommand};

/// A person goes into a room: the others may know.
pub(super) fn enter(cx: &mut UpdateCx<'_>, id: ConversationId) {
    if cx.state.conversation(id).is_some_and(Conversation::is_room) {
        join(cx, id);
    }
}

/// A person wants a connection to this peer, now and for as long as the program runs; or into the room.
pub(super) fn connect(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let can_connect =
        |conversation: &Conversation| conversation.is_room() || conversation.address.scheme.caps.connects;
    if cx.state.conversation(id).is_some_and(can_connect) {
        join(cx, id);
    }
}

/// A person wants the connection no longer. What waits on it fails.
pub(super) fn disconnect(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let connects = |conversation: &&mut Conversation| conversation.address.scheme.caps.connects;
    let Some(conversation) = cx.state.conversations.get_mut(id).filter(connects) else { return };
    cx.effects.push(Effect::Net(NetCommand::Peer(id, PeerCommand::Forget)));
    cx.effects.extend(conversation.follow());
    let closed = ConnectionState::Down(Phrase::new("reach-closed").into());
    conversation.status.set_connection(Some(closed));
}

fn join(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let Some(conversation) = cx.state.conversations.get_mut(id) else { return };
    cx.effects.extend(conversation.mark_known());
    cx.effects.extend(conversation.follow_once());
    cx.effects.extend(conversation.mark_joined());
    cx.net(NetCommand::Peer(id, PeerCommand::Enter));
}

/// A person has something to say to the relay of a room.
pub(super) fn command(cx: &mut UpdateCx<'_>, id: ConversationId, command: RoomCommand) {
    if cx.state.conversation(id).is_some_and(Conversation::is_followed) {
        cx.net(NetCommand::Peer(id, PeerCommand::Room(command)));
    }
}

/// A person goes out of a room. What was said there stays to be read.
pub(super) fn leave(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let conversation = cx.state.conversations.get_mut(id);
    let Some(room) = conversation.filter(|conversation| conversation.is_room()) else { return };
    cx.effects.extend(room.leave());
    if room.kind == PeerKind::Contact {
        cx.effects.push(Effect::Contacts(ContactsEdit::Remove { name: room.name.clone() }));
    }
}

pub(super) fn on_connection(cx: &mut UpdateCx<'_>, id: ConversationId, connection: ConnectionState) {
    // An event that was on its way when the room was left means nothing any more.
    let conversation = cx.state.conversations.get_mut(id);
    if let Some(conversation) = conversation.filter(|conversation| conversation.is_followed()) {
        let connection = (connection != ConnectionState::Unknown).then_some(connection);
        conversation.status.set_connection(connection);
    }
}

pub(super) fn on_member(cx: &mut UpdateCx<'_>, id: ConversationId, member: &Member) {
    let is_in = |conversation: &&mut Conversation| conversation.is_followed() && conversation.is_room();
    if let Some(room) = cx.state.conversations.get_mut(id).filter(is_in) {
        room.members.on_member(member, cx.now.wall);
    }
}

pub(super) fn on_member_count(cx: &mut UpdateCx<'_>, id: ConversationId, count: Option<u32>) {
    let is_in = |conversation: &&mut Conversation| conversation.is_followed() && conversation.is_room();
    if let Some(room) = cx.state.conversations.get_mut(id).filter(is_in) {
        room.members.on_count(count);
    }
}

pub(super) fn on_operator(cx: &mut UpdateCx<'_>, id: ConversationId, is_in_charge: bool) {
    if let Some(room) = cx.state.conversations.get_mut(id) {
        room.status.set_in_charge(is_in_charge);
    }
}

/// A hint on the row: the next datagram either way takes it away.
pub(super) fn on_unreachable(cx: &mut UpdateCx<'_>, id: ConversationId) {
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        conversation.status.on_unreachable();
        cx.effects.extend(conversation.save_unheard());
    }
}
