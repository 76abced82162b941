//! The mouse: a click opens a contact, copies a link or chooses what is offered; the wheel scrolls.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{navigate, popups, read, search, select};
use crate::app::State;
use crate::model::{ConversationId, MessageId, Phrase};
use crate::tui::popup::{Pager, Popup};
use crate::tui::scrollback::RowKind;
use crate::tui::ui::{Edge, Ui, UiRequest};
use crate::tui::view;

/// Rows that one notch of the wheel moves.
const WHEEL_ROWS: isize = 3;

pub(super) fn on_mouse(ui: &mut Ui, state: &State, event: MouseEvent, requests: &mut Vec<UiRequest>) {
    let at = Position::new(event.column, event.row);
    match (&ui.popup, event.kind) {
        (None, _) => {}
        (Some(Popup::Search), MouseEventKind::ScrollUp) => return search::wheel(ui, state, false),
        (Some(Popup::Search), MouseEventKind::ScrollDown) => return search::wheel(ui, state, true),
        (Some(Popup::Search), MouseEventKind::Down(MouseButton::Left)) => {
            return search::click(ui, state, at, requests);
        }
        (Some(_), MouseEventKind::ScrollUp) => return wheel_popup(ui, false),
        (Some(_), MouseEventKind::ScrollDown) => return wheel_popup(ui, true),
        (Some(Popup::Chooser(chooser)), MouseEventKind::Down(MouseButton::Left)) => {
            let line = view::chooser_line(ui, chooser, at);
            return popups::click(ui, state, line, requests);
        }
        (Some(_), _) => return,
    }
    if ui.areas.list.contains(at) && wheel_list(ui, event.kind) {
        return;
    }
    match event.kind {
        MouseEventKind::ScrollUp => {
            read::scroll(ui, state, WHEEL_ROWS.saturating_neg());
            select::keep_in_sight(ui, state, Edge::Newest);
        }
        MouseEventKind::ScrollDown => {
            read::scroll(ui, state, WHEEL_ROWS);
            select::keep_in_sight(ui, state, Edge::Oldest);
        }
        MouseEventKind::Down(MouseButton::Left) => click(ui, state, at, requests),
        _ => {}
    }
}

/// The wheel while a popup is open moves what stands in that.
fn wheel_popup(ui: &mut Ui, down: bool) {
    let (rows, last) = (WHEEL_ROWS.unsigned_abs(), view::last_top(ui));
    match &mut ui.popup {
        Some(Popup::Help(top) | Popup::Pager(Pager { top, .. })) => {
            let to = if down { top.saturating_add(rows) } else { (*top).min(last).saturating_sub(rows) };
            *top = to.min(last);
        }
        Some(Popup::Chooser(chooser)) => chooser.jump(down, rows),
        Some(Popup::Form(_) | Popup::Question(_) | Popup::Search) | None => {}
    }
}

/// The wheel over the contact list; it stays within the list when that is laid out.
fn wheel_list(ui: &mut Ui, kind: MouseEventKind) -> bool {
    let rows = WHEEL_ROWS.unsigned_abs();
    ui.list_top = match kind {
        MouseEventKind::ScrollUp => ui.list_top.saturating_sub(rows),
        MouseEventKind::ScrollDown => ui.list_top.saturating_add(rows),
        _ => return false,
    };
    ui.list_wheeled = true;
    true
}

fn click(ui: &mut Ui, state: &State, at: Position, requests: &mut Vec<UiRequest>) {
    if ui.areas.list.contains(at) {
        if let Some(id) = contact_at(ui, at) {
            navigate::open(ui, id, requests);
            ui.overlay = false;
        }
    } else if ui.areas.scrollback.contains(at)
        && let Some(link) = link_at(ui, at)
    {
        requests.push(UiRequest::Copy(link));
        ui.flash = Some(Phrase::new("flash-link-copied"));
    } else if ui.areas.scrollback.contains(at)
        && let Some(offer) = offer_at(ui, state, at)
    {
        select::start_at(ui, state, offer, requests);
    }
}

/// What is offered or sealed on that row.
fn offer_at(ui: &Ui, state: &State, at: Position) -> Option<(MessageId, Option<u16>)> {
    let row = ui.scene.rows.get(view::scene_row(ui, at.y.saturating_sub(ui.areas.scrollback.y))?)?;
    let message = row.message;
    match row.kind {
        RowKind::Closed { .. } => Some((message, None)),
        RowKind::File { file, .. } => {
            let files = ui.place(state)?.message(message)?.files.as_slice().len();
            Some((message, (files > 1).then_some(file)))
        }
        _ => None,
    }
}

fn contact_at(ui: &Ui, at: Position) -> Option<ConversationId> {
    view::list_row(ui, at.y.saturating_sub(ui.areas.list.y).into())
}

fn link_at(ui: &Ui, at: Position) -> Option<String> {
    let Rect { x, y, .. } = ui.areas.scrollback;
    let row = ui.scene.rows.get(view::scene_row(ui, at.y.saturating_sub(y))?)?;
    let RowKind::Body { body, row, .. } = &row.kind else { return None };
    let column = at.x.checked_sub(x.saturating_add(view::text_indent(ui)))?;
    let text = body.row(*row);
    let byte = crate::tui::text::clip(text, column).len();
    let start = body.rows.get(*row)?.start;
    body.link_at(start.saturating_add(byte)).map(str::to_owned)
}
