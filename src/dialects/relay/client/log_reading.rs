//! What is asked of the log of a room, as it becomes due.

use super::session::{RoomSession, RoomStage};
use crate::model::Phrase;
use crate::wire::Ctx;

/// Asks for what was said while we were away, or goes on without it.
pub(super) fn read_log(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    if session.feed.catch_up.gives_up(cx.now) {
        session.feed.notice(cx, Phrase::new("relay-history-unread"));
        if let Some(relay) = session.relay {
            session.outbound.finish_acked(cx, relay);
        }
    }
    if let (RoomStage::Joined(membership), Some(read)) =
        (&mut session.stage, session.feed.catch_up.take_due(cx.now))
    {
        membership.send(cx, &session.socket, read);
    }
    // What was missed comes first.
    if !session.feed.catch_up.is_reading()
        && let (RoomStage::Joined(membership), Some(read)) =
            (&mut session.stage, session.feed.earlier.take_due(cx.now))
    {
        membership.send(cx, &session.socket, read);
    }
}
