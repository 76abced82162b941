//! The way into a room that has a password: what proves that it is known, and what of that is kept for another run.

use super::kept_secret::KeptSecret;
use super::known_password::NoProof;
use super::session::{OUT_REST, RoomSession, RoomStage};
use crate::dialects::relay::frame::SALT_LENGTH;
use crate::model::traffic::DownReason;
use crate::model::{Password, PeerSecret, Phrase, RoomCommand};
use crate::wire::Ctx;

/// What a person wants, or an earlier run has left.
pub(super) fn execute(session: &mut RoomSession, cx: &mut Ctx<'_>, command: RoomCommand) {
    match command {
        RoomCommand::Remember(secret) => remember(session, &secret),
        RoomCommand::Unlock(password) => unlock(session, cx, password),
        RoomCommand::ForgetPassword => forget(session, cx),
    }
}

/// A relay lets nobody in who does not prove to know the password. Whoever is asked for it gives it by [`unlock`].
pub(super) fn locked(session: &mut RoomSession, cx: &mut Ctx<'_>, salt: [u8; SALT_LENGTH]) {
    if session.stage.joining().is_none() {
        return;
    }
    let was_kept = session.lock.right_key().is_some();
    let why = session.lock.on_salt(salt).err();
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
    if session.lock.confirm() {
        keep(session, cx);
    }
}

/// A person has given the password of the room, and wants to come in now.
fn unlock(session: &mut RoomSession, cx: &mut Ctx<'_>, password: Password) {
    session.lock.give(password);
    session.probe_now(cx);
}

fn remember(session: &mut RoomSession, secret: &PeerSecret) {
    let kept = KeptSecret::decode(secret, &session.locator.address);
    if let Some(key) = kept.and_then(|kept| kept.room) {
        session.lock.remember(key);
    }
}

fn forget(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    let is_known = session.lock.forget();
    if is_known {
        keep(session, cx);
    }
    let key = if is_known { "room-password-forgotten" } else { "room-password-not-known" };
    session.feed.notice(cx, Phrase::new(key));
}

/// Tells the app what another run is to be given.
fn keep(session: &RoomSession, cx: &mut Ctx<'_>) {
    let kept = KeptSecret { room: session.lock.right_key().cloned() };
    session.report_secret(cx, kept.encode(&session.locator.address));
}
