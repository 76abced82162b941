//! The mouse: a click opens a contact, copies a link or chooses what is offered; the wheel scrolls.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{navigate, read, search, select};
use crate::app::State;
use crate::model::{ConversationId, Phrase};
use crate::tui::popup::Popup;
use crate::tui::scrollback::RowKind;
use crate::tui::ui::{Chosen, Request, Ui};
use crate::tui::view;

/// Rows that one notch of the wheel moves.
const WHEEL_ROWS: isize = 3;

pub(super) fn on_mouse(ui: &mut Ui, state: &State, event: MouseEvent, requests: &mut Vec<Request>) {
    let at = Position::new(event.column, event.row);
    match (&ui.popup, event.kind) {
        (None, _) => {}
        (Some(Popup::Search), MouseEventKind::ScrollUp) => return search::wheel(ui, state, false),
        (Some(Popup::Search), MouseEventKind::ScrollDown) => return search::wheel(ui, state, true),
        (Some(Popup::Search), MouseEventKind::Down(MouseButton::Left)) => {
            return search::click(ui, state, at, requests);
        }
        (Some(_), _) => return,
    }
    match event.kind {
        MouseEventKind::ScrollUp => read::scroll(ui, state, WHEEL_ROWS.saturating_neg()),
        MouseEventKind::ScrollDown => read::scroll(ui, state, WHEEL_ROWS),
        MouseEventKind::Down(MouseButton::Left) => click(ui, state, at, requests),
        _ => {}
    }
}

fn click(ui: &mut Ui, state: &State, at: Position, requests: &mut Vec<Request>) {
    if ui.areas.list.contains(at) {
        if let Some(id) = contact_at(ui, state, at) {
            navigate::open(ui, id, requests);
            ui.overlay = false;
        }
    } else if ui.areas.scrollback.contains(at)
        && let Some(link) = link_at(ui, at)
    {
        requests.push(Request::Copy(link));
        ui.flash = Some(Phrase::new("flash-link-copied"));
    } else if ui.areas.scrollback.contains(at)
        && let Some(chosen) = offer_at(ui, state, at)
    {
        select::choose(ui, state, chosen, requests);
    }
}

/// What is offered or sealed on that row.
fn offer_at(ui: &Ui, state: &State, at: Position) -> Option<Chosen> {
    let row = ui.scene.rows.get(view::scene_row(ui, at.y.saturating_sub(ui.areas.scrollback.y))?)?;
    let message = row.message;
    match row.kind {
        RowKind::Closed { .. } => Some(Chosen { message, file: None }),
        RowKind::File { file, .. } => {
            let files = ui.place(state)?.message(message)?.files.as_slice().len();
            Some(Chosen { message, file: (files > 1).then_some(file) })
        }
        _ => None,
    }
}

fn contact_at(ui: &Ui, state: &State, at: Position) -> Option<ConversationId> {
    let row = usize::from(at.y.saturating_sub(ui.areas.list.y));
    view::list_rows(ui, state).get(row).copied().flatten()
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
