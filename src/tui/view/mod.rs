//! Draws the screen: `(&State, &Ui) -> Buffer`. Drawing stores, sends and marks nothing.

mod banner;
mod candidates;
mod chooser;
mod code;
mod composer;
mod dialog;
mod doctor;
mod files;
mod form;
mod ground;
mod header;
mod help;
mod hint;
mod line;
mod list;
mod notice;
mod pager;
mod picker;
mod pictures;
mod popup;
mod popup_keys;
mod rule;
mod said;
mod scrollback;
mod search;
mod status;
mod text;
mod welcome;
mod wire;
mod wire_bytes;
mod wire_keys;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::text::width;
use super::theme::Role;
use super::ui::Ui;
use crate::app::State;

pub(in crate::tui) use candidates::{menu_at, menu_covers, menu_rows};
pub(in crate::tui) use chooser::{chooser_line, chooser_rows, has_preview};
pub(in crate::tui) use composer::draft_place;
pub(in crate::tui) use form::field_at;
pub(in crate::tui) use ground::text_indent;
pub(in crate::tui) use hint::key_at;
pub(in crate::tui) use picker::picker_place;
pub(in crate::tui) use pictures::placements;
pub(in crate::tui) use popup::last_top;
pub(in crate::tui) use scrollback::scene_row;
pub(in crate::tui) use wire_bytes::wire_last_row;

/// Draws everything; the answer is where the cursor stands.
pub(in crate::tui) fn draw(state: &State, ui: &Ui, buffer: &mut Buffer) -> Option<Position> {
    let areas = ui.viewport.areas();
    fill(ui, ui.viewport.screen(), Role::Base, buffer);
    header::draw(state, ui, areas.header, buffer);
    scrollback::draw(state, ui, areas.scrollback, buffer);
    notice::draw(ui, areas.notice, buffer);
    rule::draw(state, ui, areas.rule, buffer);
    composer::draw_quote(ui, areas.quote, buffer);
    let cursor = composer::draw(state, ui, areas.composer, buffer);
    status::status(state, ui, areas.status, buffer);
    status::long_note(state, ui, areas.note, buffer);
    for y in areas.divider.top()..areas.divider.bottom() {
        text::put(buffer, areas.divider.x, y, 1, "│", ui.style.theme.style(Role::Border));
    }
    list::draw(state, ui, areas.list, buffer);
    status::flash_over(state, ui, buffer);
    candidates::draw(state, ui, buffer);
    let cursor = match &ui.popup {
        Some(popup) => popup::draw(state, ui, popup, buffer),
        None => cursor,
    };
    // Over whatever lies over the screen, so that it can be read why a key there did nothing.
    status::long_note(state, ui, areas.note, buffer);
    banner::draw(state, ui, areas.banner, buffer);
    cursor.filter(|at| ui.viewport.screen().contains(*at))
}

/// What of a role stands below other words: its colours, and nothing of how its own words are written.
fn ground_of(ui: &Ui, role: Role) -> Style {
    let style = ui.style.theme.style(role);
    Style { add_modifier: style.add_modifier & Modifier::REVERSED, ..style }
}

/// A role as it stands in a popup.
fn on_popup(ui: &Ui, role: Role) -> Style {
    let theme = &ui.style.theme;
    theme.style(Role::Popup).patch(theme.style(role))
}

/// The same in a line of a list, which may be the chosen one: that has its own ground, and nothing on it another colour.
fn on_line(ui: &Ui, is_chosen: bool, role: Role) -> Style {
    let theme = &ui.style.theme;
    match role {
        Role::Dim if is_chosen => theme.style(Role::OpenDim),
        _ if is_chosen => theme.style(Role::Choice),
        _ => on_popup(ui, role),
    }
}

/// Empties an area, for something that lies over what was drawn before.
fn fill(ui: &Ui, area: Rect, role: Role, buffer: &mut Buffer) {
    let style = ground_of(ui, role);
    let area = area.intersection(buffer.area);
    cut_wide(area, buffer);
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }
}

/// Blanks the halves of wide characters that the edges of `area` cut. The cell behind a wide character is
/// never sent to the terminal: what stands in it would be missing.
fn cut_wide(area: Rect, buffer: &mut Buffer) {
    let is_wide = |buffer: &Buffer, x, y| buffer.cell((x, y)).is_some_and(|cell| width(cell.symbol()) > 1);
    if area.is_empty() {
        return;
    }
    for y in area.top()..area.bottom() {
        let before = area.left().checked_sub(1).filter(|x| is_wide(buffer, *x, y));
        let last = area.right().saturating_sub(1);
        let behind = is_wide(buffer, last, y).then_some(area.right());
        let style = buffer.cell((last, y)).map(Cell::style).unwrap_or_default();
        if let Some(cell) = before.and_then(|x| buffer.cell_mut((x, y))) {
            cell.set_symbol(" ");
        }
        if let Some(cell) = behind.and_then(|x| buffer.cell_mut((x, y))) {
            cell.set_symbol(" ").set_style(style);
        }
    }
}
