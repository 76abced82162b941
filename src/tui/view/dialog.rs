//! What popups have in common: where they stand, their frame, and text fields of one row.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{fill, text};
use crate::tui::composer::Composer;
use crate::tui::layout::inside;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns that a popup takes at most: lines stay short enough to read.
pub(super) const MAX_WIDTH: u16 = 84;

/// Where a popup of that many rows of content stands, frame and all: in the middle of the screen.
pub(super) fn outline(screen: Rect, rows: usize) -> Rect {
    let margin = if screen.width > 50 { 4 } else { 0 };
    let width = screen.width.saturating_sub(margin).min(MAX_WIDTH);
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2).min(screen.height);
    Rect {
        x: screen.width.saturating_sub(width) / 2,
        y: screen.height.saturating_sub(height) / 2,
        width,
        height,
    }
}

/// Columns of the content of every popup on such a screen.
pub(super) fn inner_width(screen: Rect) -> u16 {
    inside(outline(screen, 1)).width
}

/// A frame of that many rows of content in the middle of the screen; the answer is the area inside.
pub(super) fn frame(ui: &Ui, title: &str, rows: usize, buffer: &mut Buffer) -> Rect {
    frame_in(ui, title, outline(ui.viewport.screen(), rows), buffer)
}

/// A frame around an area; the answer is the area inside.
pub(super) fn frame_in(ui: &Ui, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
    fill(ui, area, Role::Popup, buffer);
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    if area.width < 4 || area.height < 3 {
        return area;
    }
    let line = "─".repeat(usize::from(area.width.saturating_sub(2)));
    let (last_x, last_y) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    for (y, left, right) in [(area.y, "╭", "╮"), (last_y, "╰", "╯")] {
        let row = format!("{left}{line}{right}");
        text::put(buffer, area.x, y, area.width, &row, style(Role::Border));
    }
    for y in area.y.saturating_add(1)..last_y {
        text::put(buffer, area.x, y, 1, "│", style(Role::Border));
        text::put(buffer, last_x, y, 1, "│", style(Role::Border));
    }
    let title = format!(" {title} ");
    text::put(
        buffer,
        area.x.saturating_add(2),
        area.y,
        area.width.saturating_sub(4),
        &title,
        style(Role::PopupTitle),
    );
    inside(area)
}

/// A text field on one row; the answer is where the cursor stands.
pub(super) fn input(ui: &Ui, composer: &Composer, area: Rect, buffer: &mut Buffer) -> Position {
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    text::put(buffer, area.x, area.y, 2, "› ", style(Role::Prompt));
    let inner = Rect { x: area.x.saturating_add(2), width: area.width.saturating_sub(2), ..area };
    field(composer, inner, style(Role::Popup), buffer)
}

/// The text of a field, as much as its row has room for; the answer is where the cursor stands.
pub(super) fn field(composer: &Composer, area: Rect, style: Style, buffer: &mut Buffer) -> Position {
    let layout = composer.layout(u16::MAX);
    let text = layout.shown.as_str();
    // The end is what one types at: a long text moves to the left.
    let hidden = layout.cursor_col.saturating_add(1).saturating_sub(area.width);
    let skip = crate::tui::text::clip(text, hidden.saturating_add(u16::from(hidden > 0))).len();
    let shown = text.get(skip..).unwrap_or(text);
    text::put(buffer, area.x, area.y, area.width, shown, style);
    let skipped = u16::try_from(width(text.get(..skip).unwrap_or_default())).unwrap_or(0);
    let column = layout.cursor_col.saturating_sub(skipped).min(area.width.saturating_sub(1));
    Position::new(area.x.saturating_add(column), area.y)
}
