//! The page of the doctor: its rows in a frame, with the keys on the lower edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dialog::{frame, more};
use super::text;
use crate::tui::doctor_page::DoctorPage;
use crate::tui::layout::inner_width;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

pub(super) fn draw(ui: &Ui, page: &DoctorPage, buffer: &mut Buffer) {
    let lang = &ui.style.lang;
    let rows = page.rows(lang, inner_width(ui.viewport.screen()));
    let area = frame(ui, &page.title(lang), rows.len(), buffer);
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    let top = page.top.min(rows.len().saturating_sub(usize::from(area.height)));
    for (row, y) in rows.iter().skip(top).zip(area.top()..area.bottom()) {
        for (column, piece, role) in &row.pieces {
            let room = area.width.saturating_sub(*column);
            text::put(buffer, area.x.saturating_add(*column), y, room, piece, style(*role));
        }
    }
    let below = rows.len().saturating_sub(top).saturating_sub(usize::from(area.height));
    if below > 0 {
        return more(ui, below, area, buffer);
    }
    footer(ui, page, area, buffer);
}

/// The keys to the left, how long it took to the right; the keys go first where there is no room for both.
fn footer(ui: &Ui, page: &DoctorPage, area: Rect, buffer: &mut Buffer) {
    if area.bottom() >= ui.viewport.screen().bottom() {
        return;
    }
    let lang = &ui.style.lang;
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    let state = format!(" {} ", page.state(lang));
    let cells = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
    let at = area.right().saturating_sub(cells(&state));
    text::put(buffer, at, area.bottom(), area.width, &state, style(Role::Dim));
    let keys = format!(" {} ", lang.text("doctor-hint"));
    if area.x.saturating_add(cells(&keys)).saturating_add(1) < at {
        text::put(buffer, area.x, area.bottom(), area.width, &keys, style(Role::Key));
    }
}
