//! What makes a member look for another relay while it is still at one: that takes nothing, or says nothing.

use std::time::{Duration, Instant};

use super::refusals::phrase_of;
use super::session::{RoomSession, RoomStage};
use crate::dialects::relay::frame::RefusalReason;
use crate::wire::Ctx;

/// A relay that is silent may still say something while another one is asked.
const HOLD: Duration = Duration::from_millis(1_750);

/// The relay takes nothing at the moment. Whoever can go nowhere else is told once.
pub(super) fn on_apart(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    let RoomStage::Joined(membership) = &mut session.stage else { return };
    if !session.locator.has_others() && !std::mem::replace(&mut membership.is_apart, true) {
        session.feed.notice(cx, phrase_of(RefusalReason::Apart));
    }
    look_elsewhere(session, cx, None);
}

/// The relay has left a question without an answer.
pub(super) fn on_doubt(session: &mut RoomSession, cx: &mut Ctx<'_>) {
    let hold = cx.after(HOLD);
    look_elsewhere(session, cx, Some(hold));
}

/// Another relay is wanted, and joined at that time at the earliest.
pub(super) fn look_elsewhere(session: &mut RoomSession, cx: &mut Ctx<'_>, hold: Option<Instant>) {
    if let (RoomStage::Joined(membership), true) = (&mut session.stage, session.locator.has_others()) {
        membership.look_elsewhere(cx, hold);
    }
}
