//! The composer: prompt, draft, cursor; or the word that is looked for.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::text;
use crate::tui::composer::{Composer, Layout};
use crate::tui::layout::prompt_width;
use crate::tui::text::{clip, width};
use crate::tui::theme::Role;
use crate::tui::ui::{Find, Mode, Ui};

/// The answer is where the cursor stands.
pub(super) fn draw(ui: &Ui, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.area() == 0 {
        return None;
    }
    match &ui.mode {
        Mode::Finding(find) if find.typing => Some(draw_find(ui, find, area, buffer)),
        Mode::Selecting(_) => {
            let hint = ui.style.lang.text("composer-selecting");
            text::put(buffer, area.x, area.y, area.width, &hint, ui.style.theme.style(Role::Prompt));
            None
        }
        Mode::Finding(_) | Mode::Writing => Some(draw_draft(ui, area, buffer)),
    }
}

fn draw_draft(ui: &Ui, area: Rect, buffer: &mut Buffer) -> Position {
    let prompt = prompt_width(ui.screen.width);
    text::put(buffer, area.x, area.y, prompt, "›", ui.style.theme.style(Role::Prompt));
    let inner = Rect { x: area.x.saturating_add(prompt), width: area.width.saturating_sub(prompt), ..area };
    let empty = Composer::default();
    let draft = ui.draft().unwrap_or(&empty);
    let layout = draft.layout(ui.composer_width());
    if draft.is_empty() && inner.width > 20 {
        let hint = ui.style.lang.text("composer-hint");
        text::put(buffer, inner.x, inner.y, inner.width, &hint, ui.style.theme.style(Role::Dim));
    }
    let top = first_row(&layout, inner.height);
    rows(ui, &layout, top, inner, buffer);
    let row = u16::try_from(layout.cursor_row.saturating_sub(top)).unwrap_or(0);
    let column = layout.cursor_col.min(inner.width.saturating_sub(1));
    Position::new(inner.x.saturating_add(column), inner.y.saturating_add(row))
}

/// The row on top, so that the cursor's is visible.
fn first_row(layout: &Layout, height: u16) -> usize {
    layout.cursor_row.saturating_add(1).saturating_sub(usize::from(height))
}

fn rows(ui: &Ui, layout: &Layout, top: usize, area: Rect, buffer: &mut Buffer) {
    let base = ui.style.theme.style(Role::Base);
    let layers = [(layout.shown.tokens(), ui.style.theme.style(Role::Token))];
    for (row, y) in layout.rows.iter().skip(top).zip(area.top()..area.bottom()) {
        let pieces = text::pieces(layout.shown.as_str(), row, base, &layers);
        text::put_all(buffer, area.x, y, area.right(), &pieces);
    }
}

fn draw_find(ui: &Ui, find: &Find, area: Rect, buffer: &mut Buffer) -> Position {
    let style = |role| ui.style.theme.style(role);
    let at = find.current.and_then(|current| find.matches.iter().position(|id| *id == current));
    let count = at.map_or(0, |at| at.saturating_add(1));
    let label = ui
        .style
        .lang
        .with("composer-find", &[("at", &count.to_string()), ("all", &find.matches.len().to_string())]);
    let layout = find.query.layout(u16::MAX);
    let behind = text::put_all(
        buffer,
        area.x,
        area.y,
        area.right(),
        &[(&label, style(Role::Prompt)), (" ", style(Role::Base))],
    );
    let room = area.right().saturating_sub(behind);
    text::put(buffer, behind, area.y, room, layout.shown.as_str(), style(Role::Base));
    let column = width(clip(layout.shown.as_str(), layout.cursor_col));
    let column = u16::try_from(column).unwrap_or(0).min(room.saturating_sub(1));
    Position::new(behind.saturating_add(column), area.y)
}
