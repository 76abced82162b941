//! The page of the doctor: its rows in the frame of all popups, and on the lower edge how long it took.

use ratatui::buffer::Buffer;

use super::dialog::{around, count, frame, more};
use super::{on_popup, text};
use crate::tui::doctor_page::DoctorPage;
use crate::tui::layout::inner_width;
use crate::tui::ui::Ui;

pub(super) fn draw(ui: &Ui, page: &DoctorPage, buffer: &mut Buffer) {
    let lang = &ui.style.lang;
    let rows = page.rows(lang, inner_width(ui.viewport.screen()));
    let area = frame(ui, &page.title(lang), rows.len(), buffer);
    let style = |role| on_popup(ui, role);
    let top = page.top.min(rows.len().saturating_sub(usize::from(area.height)));
    for (row, y) in rows.iter().skip(top).zip(area.top()..area.bottom()) {
        for (column, piece, role) in &row.pieces {
            let room = area.width.saturating_sub(*column);
            text::put(buffer, area.x.saturating_add(*column), y, room, piece, style(*role));
        }
    }
    let below = rows.len().saturating_sub(top).saturating_sub(usize::from(area.height));
    if below > 0 {
        more(ui, below, area, buffer);
    } else if area.bottom() < ui.viewport.screen().bottom() {
        count(ui, &page.state(lang), around(area), buffer);
    }
}
