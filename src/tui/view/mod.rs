//! Draws the screen: `(&State, &Ui) -> Buffer`. Drawing stores, sends and marks nothing.

mod composer;
mod list;
mod popup;
pub(in crate::tui) mod reader;
mod reading;
mod scrollback;
mod status;
mod text;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::theme::Role;
use super::ui::Ui;
use crate::app::State;

pub(in crate::tui) use list::list_rows;
pub(in crate::tui) use reading::last_top;
pub(in crate::tui) use scrollback::{scene_row, text_indent};

/// Draws everything; the answer is where the cursor stands.
pub(in crate::tui) fn draw(state: &State, ui: &Ui, buffer: &mut Buffer) -> Option<Position> {
    let areas = &ui.areas;
    fill(ui, ui.screen, Role::Base, buffer);
    status::header(state, ui, areas.header, buffer);
    scrollback::draw(state, ui, areas.scrollback, buffer);
    status::rule(state, ui, areas.rule, buffer);
    let cursor = composer::draw(ui, areas.composer, buffer);
    status::status(state, ui, areas.status, buffer);
    for y in areas.divider.top()..areas.divider.bottom() {
        text::put(buffer, areas.divider.x, y, 1, "│", ui.style.theme.style(Role::Border));
    }
    list::draw(state, ui, areas.list, buffer);
    status::flash_over(state, ui, buffer);
    let cursor = match &ui.popup {
        Some(popup) => popup::draw(ui, popup, buffer),
        None => cursor,
    };
    cursor.filter(|at| ui.screen.contains(*at))
}

fn fill(ui: &Ui, area: Rect, role: Role, buffer: &mut Buffer) {
    let style: Style = ui.style.theme.style(role);
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }
}
