//! What is to be decided about a key, below what was said.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text;
use crate::tui::lock_notice::NoticeRow;
use crate::tui::text::clip_words;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

pub(super) fn draw(ui: &Ui, area: Rect, buffer: &mut Buffer) {
    let style = |role| ui.style.theme.style(role);
    for (row, y) in ui.viewport.notice().iter().zip(area.top()..area.bottom()) {
        text::put(buffer, area.x, y, NoticeRow::indent(), row.sign, style(Role::Warn));
        let at = area.x.saturating_add(NoticeRow::indent());
        let behind = text::put_all(buffer, at, y, area.right(), &[(&row.key, style(Role::Key))]);
        let room = area.right().saturating_sub(behind);
        text::put(buffer, behind, y, room, &clip_words(&row.text, room), style(row.role));
    }
}
