//! What popups have in common: where they stand, their frame, and text fields of one row.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{fill, on_popup, popup_keys, text};
use crate::tui::composer::Composer;
use crate::tui::layout::{inside, outline};
use crate::tui::scrollback::WrappedText;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// A frame of that many rows of content in the middle of the screen; the answer is the area inside.
pub(super) fn frame(ui: &Ui, title: &str, rows: usize, buffer: &mut Buffer) -> Rect {
    frame_in(ui, title, outline(ui.viewport.screen(), rows), buffer)
}

/// A frame around an area; the answer is the area inside.
pub(super) fn frame_in(ui: &Ui, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
    fill(ui, area, Role::Popup, buffer);
    let style = |role| on_popup(ui, role);
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
    let title = format!(" {} ", clip_with_ellipsis(title, area.width.saturating_sub(6)));
    text::put(
        buffer,
        area.x.saturating_add(2),
        area.y,
        area.width.saturating_sub(4),
        &title,
        style(Role::PopupTitle),
    );
    popup_keys::draw(ui, area, buffer);
    inside(area)
}

/// The line in a frame that parts what is typed from what is found by it, if there is room for one on that row.
pub(super) fn divider(ui: &Ui, frame: Rect, row: Option<u16>, buffer: &mut Buffer) {
    let Some(y) = row else { return };
    let line = format!("├{}┤", "─".repeat(usize::from(frame.width.saturating_sub(2))));
    text::put(buffer, frame.x, y, frame.width, &line, on_popup(ui, Role::Border));
}

/// How many there are, at the right end of the frame's lower edge.
pub(super) fn count(ui: &Ui, label: &str, frame: Rect, buffer: &mut Buffer) {
    let label = format!(" {label} ");
    let cells = u16::try_from(width(&label)).unwrap_or(u16::MAX);
    if frame.height >= 3 && cells.saturating_add(4) <= frame.width {
        let style = on_popup(ui, Role::Dim);
        let x = frame.right().saturating_sub(2).saturating_sub(cells);
        text::put(buffer, x, frame.bottom().saturating_sub(1), cells, &label, style);
    }
}

/// On the lower edge of the frame around that area: how many rows more there are below.
pub(super) fn more(ui: &Ui, below: usize, area: Rect, buffer: &mut Buffer) {
    if below > 0 && area.bottom() < ui.viewport.screen().bottom() {
        let label = ui.style.lang.with("popup-more", &[("count", &below.to_string())]);
        count(ui, &label, around(area), buffer);
    }
}

/// The frame around the area inside of it.
pub(super) const fn around(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_sub(2),
        y: area.y.saturating_sub(1),
        width: area.width.saturating_add(4),
        height: area.height.saturating_add(2),
    }
}

/// The first rows of a text, as many as there is room for; where that is not all, the last of them says so.
pub(super) fn put_rows(wrapped: &WrappedText, area: Rect, style: Style, buffer: &mut Buffer) {
    let room = usize::from(area.height);
    let last = room.saturating_sub(1);
    for (row, y) in (0..wrapped.rows.len().min(room)).zip(area.y..) {
        let words = wrapped.row(row).trim_end();
        let goes_on = row == last && wrapped.rows.len() > room;
        let words = if goes_on {
            clip_with_ellipsis(&format!("{words} …"), area.width).into()
        } else {
            words.to_owned()
        };
        text::put(buffer, area.x, y, area.width, &words, style);
    }
}

/// A text field on one row; the answer is where the cursor stands.
pub(super) fn input(ui: &Ui, composer: &Composer, area: Rect, buffer: &mut Buffer) -> Position {
    let style = |role| on_popup(ui, role);
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
