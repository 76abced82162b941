//! What a person wants of a room's relay, and what an earlier run has left for it.

use super::kept_secret::KeptSecret;
use super::session::RoomSession;
use super::{operator, unlocking};
use crate::model::{PeerSecret, Phrase, RoomCommand, Uid};
use crate::wire::Ctx;

pub(super) fn execute(session: &mut RoomSession, cx: &mut Ctx<'_>, command: RoomCommand) {
    match command {
        RoomCommand::Remember(secret) => remember(session, &secret),
        RoomCommand::Unlock(password) => unlocking::unlock(session, cx, password),
        RoomCommand::ForgetPassword => unlocking::forget(session, cx),
        RoomCommand::Claim { name, password } => operator::claim(session, cx, name, password),
        RoomCommand::Resign => operator::resign(session, cx),
        RoomCommand::Order(words) => operator::order(session, cx, words),
        RoomCommand::RemoveMessage(uid) => remove(session, cx, uid),
    }
}

/// By its place, which is all that the relay knows it by.
fn remove(session: &mut RoomSession, cx: &mut Ctx<'_>, uid: Uid) {
    let Some(place) = session.feed.catch_up.place(uid) else {
        return session.feed.notice(cx, Phrase::new("remove-not-in-log"));
    };
    let this_room = String::new();
    operator::order(session, cx, vec!["remove".to_owned(), this_room, place.get().to_string()]);
}

fn remember(session: &mut RoomSession, secret: &PeerSecret) {
    let Some(kept) = KeptSecret::decode(secret, &session.locator.address) else { return };
    if let Some(key) = kept.room {
        session.credentials.room.remember(key);
    }
    if let Some((name, key)) = kept.operator {
        session.credentials.operator.remember(name, key);
    }
}
