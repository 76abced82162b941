//! The way into a room that has a password: what proves that it is known.

use super::kept_secret::keep;
use super::known_password::NoProof;
use super::session::{OUT_REST, RoomSession, RoomStage};
use crate::dialects::relay::frame::SALT_LENGTH;
use crate::model::traffic::DownReason;
use crate::model::{Password, Phrase};
use crate::wire::Ctx;

/// A relay lets nobody in who does not prove to know the password. Whoever is asked for it gives it by [`unlock`].
pub(super) fn locked(session: &mut RoomSession, cx: &mut Ctx<'_>, salt: [u8; SALT_LENGTH]) {
    if session.stage.joining().is_none() {
        return;
    }
    let was_kept = session.credentials.room.right_key().is_some();
    let why = session.credentials.room.on_salt(salt).err();
    if was_kept && why.is_some() {
        keep(session, cx);
    }
    let Some(joining) = session.stage.joining() else { return };
    match why {
        None => joining.join_with_proof(cx),
        // We are inside elsewhere, where nobody has asked for one.
        Some(_) if let RoomStage::Joined(membership) = &mut session.stage => {
            membership.on_refused_elsewhere(cx, &session.locator);
        }
        Some(why) => {
            session.down(cx, DownReason::Locked { wrong: why == NoProof::Wrong }, OUT_REST);
        }
    }
}

/// We are in: what was proved on the way was right.
pub(super) fn entered(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    if session.credentials.room.confirm() {
        keep(session, cx);
    }
}

/// A person has given the password of the room, and wants to come in now.
pub(super) fn unlock(session: &mut RoomSession, cx: &mut Ctx<'_>, password: Password) {
    session.credentials.room.give(password);
    session.probe_now(cx);
}

/// The password is not to be known any longer. Who is inside stays.
pub(super) fn forget(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    let is_known = session.credentials.room.forget();
    if is_known {
        keep(session, cx);
    }
    let key = if is_known { "room-password-forgotten" } else { "room-password-not-known" };
    session.feed.notice(cx, Phrase::new(key));
}
