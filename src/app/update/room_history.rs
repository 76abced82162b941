//! What was said in a room before, read from the history that the room keeps; and what an engine wants back with a peer.

use super::strangers;
use crate::app::context::UpdateCx;
use crate::app::conversation::Conversation;
use crate::model::history::StoreCommand;
use crate::model::{
    BackfillCommand, ConversationId, NetCommand, PeerCommand, Phrase, RoomHistory, SessionState,
};

/// Messages that are read as one comes to the beginning: some screens.
const PAGE: u16 = 50;
/// As many as are read at once where a person says how many.
pub(super) const MAX_COUNT: u16 = 1_000;

/// What can be read of a room's history is known anew, or what was being read has come.
pub(super) fn on_history(cx: &mut UpdateCx<'_>, id: ConversationId, history: RoomHistory) {
    let room = cx.state.conversations.get_mut(id);
    if let Some(room) = room.filter(|room| room.is_followed()) {
        room.status.set_history(history);
    }
}

/// Kept with the conversation, and given back when its peer is followed again.
pub(super) fn on_session(cx: &mut UpdateCx<'_>, id: ConversationId, state: SessionState) {
    if cx.state.conversation(id).is_none() {
        return;
    }
    strangers::ensure_recorded(cx, id);
    if let Some(conversation) = cx.state.conversations.get_mut(id) {
        conversation.status.set_session(Some(state.clone()));
        cx.store(StoreCommand::Session { conversation: id, state });
    }
}

/// The store has what an engine wants back.
pub(super) fn on_session_kept(cx: &mut UpdateCx<'_>, id: ConversationId, state: SessionState) {
    if cx.state.conversation(id).is_some_and(Conversation::is_followed) {
        cx.net(NetCommand::Peer(id, PeerCommand::History(BackfillCommand::Kept(state))));
    }
}

/// A person reads on beyond the first line that is here (`None`), or wants so many messages of before.
pub(super) fn read(cx: &mut UpdateCx<'_>, id: ConversationId, count: Option<u16>) {
    let Some(room) = cx.state.conversation(id) else { return };
    let refusal = refusal(room, cx.state.flood.gate.is_disk_low());
    if let Some(refusal) = refusal {
        if count.is_some() {
            let phrase = Phrase::new(refusal).text("name", &room.name);
            cx.state.tell(phrase);
        }
        return;
    }
    if let Some(room) = cx.state.conversations.get_mut(id) {
        room.status.start_reading_history();
        let count = count.unwrap_or(PAGE).clamp(1, MAX_COUNT);
        cx.net(NetCommand::Peer(id, PeerCommand::History(BackfillCommand::ReadEarlier { count })));
    }
}

/// Key of the text that says why nothing is read.
fn refusal(room: &Conversation, is_disk_low: bool) -> Option<&'static str> {
    match room.status.history() {
        _ if !room.address.scheme.caps.chat.history => Some("history-of-relays"),
        _ if !room.is_followed() || !room.status.is_up() => Some("history-not-in"),
        RoomHistory::None => Some("history-not-there"),
        RoomHistory::AtBeginning => Some("history-begun"),
        RoomHistory::More if is_disk_low => Some("history-disk-low"),
        RoomHistory::More if room.status.reads_history() => Some("history-reading"),
        RoomHistory::More => None,
    }
}

/// What was said before is gone from here, as a person wanted it: it does not come back from there.
pub(super) fn end(cx: &mut UpdateCx<'_>, id: ConversationId) {
    let keeps = |room: &&mut Conversation| room.address.scheme.caps.chat.history;
    let Some(room) = cx.state.conversations.get_mut(id).filter(keeps) else { return };
    room.status.set_cleared(true);
    if room.is_followed() {
        // What is on its way is not wanted any more, either.
        room.status.end_reading_history();
        cx.net(NetCommand::Peer(id, PeerCommand::History(BackfillCommand::End)));
    }
}
