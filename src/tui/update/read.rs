//! Scrolling, and fetching what of a long conversation is not held.

use std::sync::Arc;

use super::cx::UiCx;
use crate::app::{Conversation, Intent, State};
use crate::model::history::PageAnchor;
use crate::model::{ConversationId, Message, MessageId, Phrase, RoomHistory};
use crate::tui::action::Action;
use crate::tui::scrollback::{Position, ScrollBy, ScrollbackLayout};
use crate::tui::ui::{Edge, PendingJump, Ui};

/// Messages that should be held above and below what is visible: more than a page up takes. So many bytes of them,
/// as `Message::weight` counts, are enough as well: large messages have many rows.
const MARGIN: usize = 60;
const MARGIN_BYTES: usize = 1024 * 1024;

/// Rows that may be left to scroll over: what a key does that is held down for some seconds while the disk is busy.
const MAX_ROWS_LEFT: isize = 10_000;

pub(super) fn act(cx: &mut UiCx<'_>, action: Action) {
    let page =
        isize::try_from(cx.ui.viewport.areas().scrollback.height.saturating_sub(1).max(1)).unwrap_or(1);
    if !matches!(action, Action::PageUp | Action::PageDown) {
        cx.ui.positions.stay();
    }
    if let Some(place) = cx.conversation().filter(|place| place.is_stuck()) {
        // The history could not be read: whoever goes on reading asks for it again.
        cx.intend(Intent::Open { conversation: place.id });
    }
    match action {
        Action::PageUp => scroll(cx, page.saturating_neg()),
        Action::PageDown => scroll(cx, page),
        Action::Oldest => head_for(cx, PendingJump::Oldest),
        Action::Newest => go(cx, |_, _| Position::Newest),
        Action::FirstUnread => match cx.conversation().and_then(|place| place.activity.marker()) {
            Some(marker) => show(cx, marker),
            None => cx.ui.flash(Phrase::new("flash-nothing-unread")),
        },
        _ => {}
    }
}

/// Moves by rows, up when negative; over those that are not held as soon as they are.
pub(super) fn scroll(cx: &mut UiCx<'_>, rows: isize) {
    let left = cx.ui.positions.take_rows();
    let way = left.unwrap_or_else(|| ScrollBy { from: cx.ui.position(), rows: 0 });
    let rows = way.rows.saturating_add(rows).clamp(MAX_ROWS_LEFT.saturating_neg(), MAX_ROWS_LEFT);
    scroll_on(cx, ScrollBy { rows, ..way });
}

/// Goes a way over rows as far as they are held, and waits for the others.
fn scroll_on(cx: &mut UiCx<'_>, way: ScrollBy) {
    if cx.conversation().is_some_and(|place| !place.is_loaded()) {
        cx.ui.positions.wait_for(PendingJump::Rows(way));
        return;
    }
    let height = cx.ui.viewport.areas().scrollback.height;
    let Some(scrolled) = cx.ui.find_place(cx.state, |layout| layout.scrolled(way, height)) else { return };
    settle(cx, Some(scrolled.position));
    if let Some(rest) = scrolled.rest {
        // The layout of the next frame asks for their page.
        cx.ui.positions.wait_for(PendingJump::Rows(rest));
    } else if way.rows < 0 {
        read_history(cx);
    }
}

/// Who comes to the first message by going up wants what the room's history has before it.
fn read_history(cx: &mut UiCx<'_>) {
    let top = cx.ui.viewport.scene().rows.first().map(|row| row.message);
    let Some(place) = cx.conversation() else { return };
    let is_at_top = !place.has_older() && place.messages().first().map(|first| first.id) == top;
    if is_at_top && place.status.history() == RoomHistory::More && !place.status.reads_history() {
        cx.intend(Intent::ReadEarlier { conversation: place.id, count: None });
    }
}

/// Scrolls so that `message` can be seen; not at all if it can be already.
pub(super) fn show(cx: &mut UiCx<'_>, message: MessageId) {
    cx.ui.positions.stay();
    if !cx.ui.viewport.scene().shows(message) {
        head_for(cx, PendingJump::Message(message));
    }
}

/// Scrolls so that this file of a message that is held can be seen; not at all if it can be already.
pub(super) fn show_file(cx: &mut UiCx<'_>, message: MessageId, file: u16) {
    if !cx.ui.viewport.scene().shows_file(message, file) {
        go(cx, |layout, height| layout.showing_file(message, file, height));
    }
}

/// Scrolls to this byte of the escaped text of a message that is held.
pub(super) fn show_byte(cx: &mut UiCx<'_>, message: MessageId, byte: usize) {
    go(cx, |layout, height| layout.showing_byte(message, byte, height));
}

/// Goes there at once if that part is held, and otherwise as soon as it is.
pub(super) fn head_for(cx: &mut UiCx<'_>, jump: PendingJump) {
    let Some(place) = cx.conversation() else { return };
    cx.ui.positions.stay();
    if is_held(place, jump) {
        arrive(cx, jump);
        return;
    }
    let at = match jump {
        PendingJump::Oldest => PageAnchor::Oldest,
        PendingJump::Message(message) | PendingJump::Back(Position::Top { message, .. }) => {
            PageAnchor::Around(message)
        }
        PendingJump::Back(Position::Newest) | PendingJump::Rows(_) => PageAnchor::Newest,
    };
    cx.intend(Intent::Page { conversation: place.id, at });
    cx.ui.positions.wait_for(jump);
}

/// The part one was going to may have come. The answer is the edge that rows went out of sight at, if they did.
pub(super) fn follow_state(cx: &mut UiCx<'_>) -> Option<Edge> {
    let (jump, place) = cx.ui.positions.pending().zip(cx.conversation())?;
    // Where there is no such message any more, what stands in its place has to do.
    if !is_held(place, jump) && place.is_paging() {
        return None;
    }
    cx.ui.positions.stay();
    arrive(cx, jump);
    let PendingJump::Rows(way) = jump else { return None };
    if place.is_stuck() {
        // No page comes before somebody goes on reading.
        cx.ui.positions.stay();
    }
    Some(if way.rows < 0 { Edge::Newest } else { Edge::Oldest })
}

fn is_held(place: &Conversation, jump: PendingJump) -> bool {
    match jump {
        PendingJump::Oldest => !place.has_older() && !place.is_loading(),
        PendingJump::Message(message) | PendingJump::Back(Position::Top { message, .. }) => {
            place.message(message).is_some()
        }
        // What of it is not held is fetched by itself.
        PendingJump::Back(Position::Newest) => true,
        PendingJump::Rows(_) => false,
    }
}

fn arrive(cx: &mut UiCx<'_>, jump: PendingJump) {
    match jump {
        PendingJump::Oldest => {
            go(cx, |layout, _| layout.oldest());
            read_history(cx);
        }
        PendingJump::Message(message) => go(cx, |layout, height| layout.showing(message, height)),
        PendingJump::Back(position) => go(cx, |_, _| position),
        PendingJump::Rows(way) => scroll_on(cx, way),
    }
}

/// The page of the open conversation to read next, asked for before one comes to the end of what is held. To be called
/// after each layout.
pub(in crate::tui) fn missing_page(ui: &Ui, state: &State) -> Option<Intent> {
    let place = ui.conversation(state).filter(|place| !place.is_paging() && !place.is_stuck())?;
    let messages = place.messages();
    let at = if place.has_newer() && (ui.position() == Position::Newest || messages.is_empty()) {
        PageAnchor::Newest
    } else {
        let visible = |row: &crate::tui::scrollback::Row| place.position(row.message);
        let top = ui.viewport.scene().rows.first().map_or(0, visible);
        let bottom = ui.viewport.scene().rows.last().map_or(0, visible).saturating_add(1);
        let above = messages.get(..top).unwrap_or_default();
        let below = messages.get(bottom..).unwrap_or_default();
        let first = messages.first().filter(|_| place.has_older() && !is_enough(above));
        let last = messages.last().filter(|_| place.has_newer() && !is_enough(below));
        match (first, last) {
            (Some(first), _) => PageAnchor::Before(first.id),
            (None, Some(last)) => PageAnchor::After(last.id),
            (None, None) => return None,
        }
    };
    Some(Intent::Page { conversation: place.id, at })
}

/// Whether these are as many as should be held beside what is visible.
fn is_enough(messages: &[Arc<Message>]) -> bool {
    messages.len() >= MARGIN || messages.iter().map(|message| message.weight()).sum::<usize>() >= MARGIN_BYTES
}

/// Where one was before stands again in a conversation that is about to be left.
pub(super) fn put_back(ui: &mut Ui, conversation: ConversationId, position: Position) {
    ui.positions.go_back(conversation, position);
}

fn go(cx: &mut UiCx<'_>, to: impl FnOnce(&mut ScrollbackLayout<'_>, u16) -> Position) {
    let height = cx.ui.viewport.areas().scrollback.height;
    let position = cx.ui.find_place(cx.state, |layout| to(layout, height));
    settle(cx, position);
}

/// Keeps a position, lays the rows out for it, and remembers how much had come on leaving the end.
fn settle(cx: &mut UiCx<'_>, position: Option<Position>) {
    let Some((open, position)) = cx.ui.navigation.open().zip(position) else { return };
    let arrivals = cx.conversation().map_or(0, |place| place.activity.arrivals());
    cx.ui.positions.go(open, position, arrivals);
    cx.ui.lay_out(cx.state, cx.ui.viewport.screen());
}
