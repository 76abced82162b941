//! The way into a room that has a password.

use super::session::{OUT_REST, RoomSession, RoomStage};
use crate::dialects::relay::frame::SALT_LENGTH;
use crate::model::Password;
use crate::wire::Ctx;

/// A relay lets nobody in who does not prove to know the password. Whoever is asked for it gives it by [`unlock`].
pub(super) fn locked(session: &mut RoomSession, cx: &mut Ctx<'_>, salt: [u8; SALT_LENGTH]) {
    let Some(joining) = session.stage.joining() else { return };
    match session.lock.on_locked(salt) {
        Ok(()) => joining.join_with_proof(cx),
        // We are inside elsewhere, where nobody has asked for one.
        Err(_) if let RoomStage::Joined(membership) = &mut session.stage => {
            membership.on_refused_elsewhere(cx, &session.locator);
        }
        Err(why) => session.down(cx, why, OUT_REST),
    }
}

/// A person has given the password of the room, and wants to come in now.
pub(super) fn unlock(session: &mut RoomSession, cx: &mut Ctx<'_>, password: Password) {
    session.lock.give(password);
    session.probe_now(cx);
}
