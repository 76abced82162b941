//! The mouse: a click opens a contact, follows or copies a link, chooses a message, puts the cursor into the draft or presses
//! a key that is shown; the wheel scrolls.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::cx::{Chosen, UiCx};
use super::{complete, forms, links, navigate, popups, read, search, select, wire};
use crate::model::MessageId;
use crate::tui::contact_list::ListLine;
use crate::tui::keymap::press;
use crate::tui::pictures;
use crate::tui::popup::Popup;
use crate::tui::scrollback::{Row, RowKind};
use crate::tui::text::{clip, width};
use crate::tui::ui::{Edge, Ui};
use crate::tui::view;

/// Rows that one notch of the wheel moves.
const WHEEL_ROWS: isize = 3;

/// What the mouse means that is the caller's to do.
pub(super) enum MouseOutcome {
    Nothing,
    /// A line of a list was chosen.
    Chose(Chosen),
    /// A key was clicked that is shown.
    Press(KeyEvent),
}

/// Does what the mouse means.
pub(super) fn on_mouse(cx: &mut UiCx<'_>, event: MouseEvent) -> MouseOutcome {
    let at = Position::new(event.column, event.row);
    let is_click = event.kind == MouseEventKind::Down(MouseButton::Left);
    if is_click && cx.ui.attention.takes_click(cx.ui.viewport.moment()) {
        // It brought the window to the front.
        return MouseOutcome::Nothing;
    }
    if is_click && let Some(key) = view::key_at(cx.state, cx.ui, at).and_then(|key| press(&key)) {
        return MouseOutcome::Press(key);
    }
    match (&cx.ui.popup, event.kind) {
        (None, _) => on_screen(cx, event.kind, at),
        (Some(Popup::Wire), MouseEventKind::ScrollUp) => wire::wheel(cx, false),
        (Some(Popup::Wire), MouseEventKind::ScrollDown) => wire::wheel(cx, true),
        (Some(Popup::Wire), MouseEventKind::Down(MouseButton::Left)) => wire::click(cx, at),
        (Some(Popup::Search), MouseEventKind::ScrollUp) => search::wheel(cx, false),
        (Some(Popup::Search), MouseEventKind::ScrollDown) => search::wheel(cx, true),
        (Some(Popup::Search), MouseEventKind::Down(MouseButton::Left)) => search::click(cx, at),
        (Some(_), MouseEventKind::ScrollUp) => wheel_popup(cx, false),
        (Some(_), MouseEventKind::ScrollDown) => wheel_popup(cx, true),
        (Some(Popup::Chooser(chooser)), MouseEventKind::Down(MouseButton::Left)) => {
            let line = view::chooser_line(cx.ui, chooser, at);
            return popups::click(cx, line).map_or(MouseOutcome::Nothing, MouseOutcome::Chose);
        }
        (Some(Popup::Picker(picker)), MouseEventKind::Down(MouseButton::Left)) => {
            let place = view::picker_place(cx.ui, picker, at);
            popups::click_picker(cx, place);
        }
        (Some(Popup::Form(form)), MouseEventKind::Down(MouseButton::Left)) => {
            let field = view::field_at(cx.ui, form, at);
            if let (Some(Popup::Form(form)), Some(field)) = (&mut cx.ui.popup, field) {
                forms::click(form, field);
                forms::follow_choices(cx.ui);
            }
        }
        (Some(_), _) => {}
    }
    MouseOutcome::Nothing
}

/// The mouse while no popup is open.
fn on_screen(cx: &mut UiCx<'_>, kind: MouseEventKind, at: Position) {
    if on_menu(cx, kind, at) || (cx.ui.viewport.areas().list.contains(at) && wheel_list(cx.ui, kind)) {
        return;
    }
    match kind {
        MouseEventKind::ScrollUp => {
            read::scroll(cx, WHEEL_ROWS.saturating_neg());
            select::keep_in_sight(cx, Edge::Newest);
        }
        MouseEventKind::ScrollDown => {
            read::scroll(cx, WHEEL_ROWS);
            select::keep_in_sight(cx, Edge::Oldest);
        }
        MouseEventKind::Down(MouseButton::Left) => {
            let _closed = cx.ui.completer.take();
            click(cx, at);
        }
        _ => {}
    }
}

/// The menu of a completion: a click takes a row, the wheel goes through them. `false`: the mouse is elsewhere.
fn on_menu(cx: &mut UiCx<'_>, kind: MouseEventKind, at: Position) -> bool {
    if !view::menu_covers(cx.ui, at) {
        return false;
    }
    let rows = view::menu_rows(cx.ui);
    match (kind, view::menu_at(cx.ui, at)) {
        (MouseEventKind::ScrollUp, _) => cx.ui.completer.step(false, WHEEL_ROWS.unsigned_abs(), rows),
        (MouseEventKind::ScrollDown, _) => cx.ui.completer.step(true, WHEEL_ROWS.unsigned_abs(), rows),
        (MouseEventKind::Down(MouseButton::Left), Some(candidate)) => complete::click(cx, candidate),
        _ => {}
    }
    true
}

/// The wheel while a popup is open moves what stands in that.
fn wheel_popup(cx: &mut UiCx<'_>, down: bool) {
    let (rows, last) = (WHEEL_ROWS.unsigned_abs(), view::last_top(cx.ui));
    if let Some(top) = cx.ui.popup.as_mut().and_then(Popup::top_mut) {
        let to = if down { top.saturating_add(rows) } else { (*top).min(last).saturating_sub(rows) };
        *top = to.min(last);
        return;
    }
    match &mut cx.ui.popup {
        Some(Popup::Picker(picker)) => picker.step(down),
        Some(Popup::Form(form)) => form.step(down),
        Some(
            Popup::Chooser(_)
            | Popup::Help(_)
            | Popup::Pager(_)
            | Popup::Question(_)
            | Popup::Code(_)
            | Popup::Doctor(_)
            | Popup::Search
            | Popup::Wire,
        )
        | None => {}
    }
    popups::wheel(cx, down, rows);
}

/// The wheel over the contact list; it stays within the list when that is laid out.
fn wheel_list(ui: &mut Ui, kind: MouseEventKind) -> bool {
    let rows = WHEEL_ROWS.unsigned_abs();
    match kind {
        MouseEventKind::ScrollUp => ui.list.wheel(false, rows),
        MouseEventKind::ScrollDown => ui.list.wheel(true, rows),
        _ => return false,
    }
    true
}

fn click(cx: &mut UiCx<'_>, at: Position) {
    if cx.ui.viewport.areas().list.contains(at) {
        click_list(cx, at);
    } else if cx.ui.viewport.areas().scrollback.contains(at)
        && let Some(link) = link_at(cx.ui, at)
    {
        links::click(cx, &link);
    } else if cx.ui.viewport.areas().scrollback.contains(at)
        && let Some((message, file)) = offer_at(cx, at)
    {
        select::start_at(cx, message, file);
    } else if let Some((row, column)) = view::draft_place(cx.ui, at) {
        select::leave(cx);
        let _closed = cx.ui.completer.take();
        let width = cx.ui.composer_width();
        cx.ui.draft_mut().place_cursor(row, column, width);
    } else if let Some(message) = hint_at(cx.ui, at) {
        click_hint(cx, message);
    } else if let Some(message) = reply_at(cx.ui, at) {
        select::jump(cx, message);
    } else if let Some(message) = said_at(cx.ui, at) {
        select::click(cx, message);
    } else {
        select::leave(cx);
    }
}

/// The row of the scrollback that stands there.
fn row_at(ui: &Ui, at: Position) -> Option<&Row> {
    let area = ui.viewport.areas().scrollback;
    let row = view::scene_row(ui, at.y.saturating_sub(area.y)).filter(|_| area.contains(at))?;
    ui.viewport.scene().rows.get(row)
}

/// The message whose first row says there what it answers.
fn reply_at(ui: &Ui, at: Position) -> Option<MessageId> {
    row_at(ui, at).filter(|row| matches!(row.kind, RowKind::Quote { .. })).map(|row| row.message)
}

/// The message whose words stand on that row.
fn said_at(ui: &Ui, at: Position) -> Option<MessageId> {
    row_at(ui, at).filter(|row| matches!(row.kind, RowKind::Body { .. })).map(|row| row.message)
}

/// The message of which that row says what can be done.
fn hint_at(ui: &Ui, at: Position) -> Option<MessageId> {
    row_at(ui, at).filter(|row| matches!(row.kind, RowKind::Hint(_))).map(|row| row.message)
}

/// A click on what is said to be possible: the pictures are shown; else the message is chosen, and its keys can be clicked.
fn click_hint(cx: &mut UiCx<'_>, message: MessageId) {
    let gallery = cx.ui.viewport.gallery();
    let hides = cx.conversation().is_some_and(|place| {
        place.message(message).is_some_and(|message| pictures::is_hidden(gallery, place, message))
    });
    if hides {
        cx.ui.viewport.gallery_mut().reveal(message);
    } else {
        select::start_at(cx, message, None);
    }
}

/// What is offered or sealed on that row.
fn offer_at(cx: &UiCx<'_>, at: Position) -> Option<(MessageId, Option<u16>)> {
    let row = row_at(cx.ui, at)?;
    let message = row.message;
    match row.kind {
        RowKind::Closed { .. } => Some((message, None)),
        RowKind::File { file, .. } => {
            let files = cx.conversation()?.message(message)?.files.as_slice().len();
            Some((message, (files > 1).then_some(file)))
        }
        _ => None,
    }
}

/// A click opens a conversation, folds a section or opens it, or moves the list to where it goes on.
fn click_list(cx: &mut UiCx<'_>, at: Position) {
    let area = cx.ui.viewport.areas().list;
    let page = usize::from(area.height / 2).max(1);
    match cx.ui.list.line_at(at.y.saturating_sub(area.y).into()) {
        Some(ListLine::Entry(entry)) => {
            let id = entry.row.id;
            navigate::choose(cx, id);
            cx.ui.list.put_over(false);
        }
        Some(ListLine::Head(head)) => {
            if let Some(fold) = head.fold() {
                cx.ui.list.toggle(fold);
            }
        }
        Some(ListLine::More(hidden)) => {
            let is_above = hidden.is_above;
            cx.ui.list.wheel(!is_above, page);
        }
        Some(ListLine::Blank) | None => {}
    }
}

fn link_at(ui: &Ui, at: Position) -> Option<String> {
    let Rect { x, y, .. } = ui.viewport.areas().scrollback;
    let row = ui.viewport.scene().rows.get(view::scene_row(ui, at.y.saturating_sub(y))?)?;
    let before = x.saturating_add(view::text_indent(ui)).saturating_add(row.lead());
    let RowKind::Body { body, row, .. } = &row.kind else { return None };
    let text = body.row(*row);
    // Behind its end a link may go on in the next row.
    let column = at.x.checked_sub(before).filter(|column| usize::from(*column) < width(text))?;
    let byte = clip(text, column).len();
    let start = body.rows.get(*row)?.start;
    body.link_at(start.saturating_add(byte)).map(str::to_owned)
}
