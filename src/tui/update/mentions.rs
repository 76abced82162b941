//! From one message that speaks to us by name to the one before: each is chosen, so that it can be answered at once.

use super::cx::UiCx;
use super::{navigate, select};
use crate::app::Conversation;
use crate::model::{MessageId, Phrase};
use crate::tui::scrollback::{Anchor, Position};
use crate::tui::ui::Mode;

/// To the newest one: of the open room, unless only another one has some that are unread. Again: to the one before.
pub(super) fn go_back(cx: &mut UiCx<'_>) {
    let chosen = match cx.ui.mode {
        Mode::Selecting(chosen) => Some(chosen.message),
        Mode::Writing | Mode::Finding(_) => None,
    };
    let here = cx.conversation();
    let is_unread_here = here.is_some_and(|place| place.activity.mentions() > 0);
    if let Some((place, message)) = elsewhere(cx).filter(|_| chosen.is_none() && !is_unread_here) {
        enter(cx, place, message);
        return;
    }
    match here.and_then(|place| place.activity.mention_before(chosen)) {
        Some(message) => select::start_at(cx, message, None),
        None if chosen.is_some() => cx.ui.flash(Phrase::new("flash-no-older-mention")),
        None => cx.ui.flash(Phrase::new("flash-no-mention")),
    }
}

/// The first room in the list with one that is unread, and the newest one there.
fn elsewhere<'a>(cx: &UiCx<'a>) -> Option<(&'a Conversation, MessageId)> {
    let others = cx.state.listed().filter(|place| Some(place.id) != cx.ui.navigation.open());
    let mut unread = others.filter(|place| place.activity.mentions() > 0);
    unread.find_map(|place| Some((place, place.activity.mention_before(None)?)))
}

/// Opens that room at the message. One reads there and not at the end: what is unread stays so.
fn enter(cx: &mut UiCx<'_>, place: &Conversation, message: MessageId) {
    navigate::open(cx, place.id);
    let left_end = place.activity.arrivals().saturating_sub(u64::from(place.activity.unread()));
    cx.ui.positions.begin(place.id, Position::Top { message, at: Anchor::Row(0) }, left_end);
    select::start_at(cx, message, None);
}
