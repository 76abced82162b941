//! The picker of emoji for a message.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::dialog::{frame, input, put_rows};
use super::{on_popup, popup_keys, text};
use crate::model::text::plain_line;
use crate::tui::layout::{edge_room, inner_width, inside, outline};
use crate::tui::question::parts;
use crate::tui::reaction_picker::ReactionPicker;
use crate::tui::scrollback::WrappedText;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Cells of one emoji with its number and the blank behind.
const CELL: u16 = 5;

/// How many of them a row holds.
fn per_row(ui: &Ui) -> usize {
    usize::from((inner_width(ui.viewport.screen()) / CELL).max(1))
}

/// The keys, cut into rows.
fn keys(ui: &Ui) -> WrappedText {
    let columns = inner_width(ui.viewport.screen()).max(1);
    let text = ui.style.lang.text("picker-keys");
    let on_edge = width(&text) <= edge_room(ui.viewport.screen());
    let keys: Vec<String> = if on_edge { Vec::new() } else { parts(&text, columns).collect() };
    WrappedText::new(&keys.join("\n"), columns, usize::MAX)
}

/// Rows of content: what it is about, the emoji, the field, the keys.
fn rows(ui: &Ui, picker: &ReactionPicker) -> usize {
    let emoji = picker.choices().len().div_ceil(per_row(ui));
    emoji.saturating_add(2).saturating_add(keys(ui).rows.len())
}

/// Where the n-th emoji stands.
fn cell(ui: &Ui, area: Rect, at: usize) -> Option<Rect> {
    let per_row = per_row(ui);
    let row = u16::try_from(at.checked_div(per_row)?).ok()?;
    let column = u16::try_from(at.checked_rem(per_row)?).ok()?;
    let (x, y) =
        (area.x.saturating_add(column.saturating_mul(CELL)), area.y.saturating_add(1).saturating_add(row));
    (y < area.bottom()).then_some(Rect { x, y, width: CELL.min(area.right().saturating_sub(x)), height: 1 })
}

/// Which of the emoji stands there.
pub(in crate::tui) fn picker_place(ui: &Ui, picker: &ReactionPicker, at: Position) -> Option<usize> {
    let area = inside(outline(ui.viewport.screen(), rows(ui, picker)));
    (0..picker.choices().len()).find(|place| cell(ui, area, *place).is_some_and(|cell| cell.contains(at)))
}

/// The answer is where the cursor stands.
pub(super) fn draw(ui: &Ui, picker: &ReactionPicker, buffer: &mut Buffer) -> Position {
    let area = frame(ui, &ui.style.lang.text("popup-react"), rows(ui, picker), buffer);
    let on = |role| on_popup(ui, role);
    let words = clip_with_ellipsis(&picker.words, area.width);
    text::put(buffer, area.x, area.y, area.width, &words, on(Role::Dim));
    let mut below = area.y.saturating_add(1);
    for (at, emoji) in picker.choices().iter().enumerate() {
        let Some(cell) = cell(ui, area, at) else { break };
        let is_chosen = at == picker.chosen && picker.line.is_empty();
        let is_own = picker.own.as_deref() == Some(emoji);
        let base = if is_chosen { ui.style.theme.style(Role::Choice) } else { on(Role::Popup) };
        let number = if is_chosen { base } else { on(Role::Key) };
        let emoji_style = if is_own { base.add_modifier(Modifier::UNDERLINED) } else { base };
        let digit = format!("{}", at.saturating_add(1));
        let pieces = [(digit.as_str(), number), (emoji.as_str(), emoji_style)];
        text::put_all(buffer, cell.x, cell.y, cell.right(), &pieces);
        below = cell.y.saturating_add(1);
    }
    let field = Rect { y: below.min(area.bottom().saturating_sub(1)), height: 1, ..area };
    let cursor = input(ui, &picker.line, field, buffer);
    let (words, role) = match &picker.error {
        Some(why) => {
            let why = plain_line(&ui.style.lang.phrase(why));
            (WrappedText::new(&why, area.width.max(1), usize::MAX), Role::Error)
        }
        None => (keys(ui), Role::Dim),
    };
    let choices = ui.style.lang.text("picker-keys");
    if picker.error.is_none() && width(&choices) <= edge_room(ui.viewport.screen()) {
        popup_keys::draw_choices(ui, &choices, area, buffer);
    }
    let y = field.bottom();
    put_rows(&words, Rect { y, height: area.bottom().saturating_sub(y), ..area }, on(role), buffer);
    cursor
}
