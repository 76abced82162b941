//! What lies over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{fill, pager, search, text};
use crate::app::State;
use crate::model::text::plain_line;
use crate::tui::composer::Composer;
use crate::tui::popup::{Chooser, Field, FieldInput, Form, Popup, Question};
use crate::tui::scrollback::WrappedText;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns that a popup takes at most: lines stay short enough to read.
const MAX_WIDTH: u16 = 84;

/// The answer is where the cursor stands, if the popup has a text field.
pub(super) fn draw(state: &State, ui: &Ui, popup: &Popup, buffer: &mut Buffer) -> Option<Position> {
    match popup {
        Popup::Help(top) => {
            pager::draw_help(ui, *top, buffer);
            None
        }
        Popup::Pager(reader) => {
            pager::draw_reader(ui, reader, buffer);
            None
        }
        Popup::Search => Some(search::draw(state, ui, buffer)),
        Popup::Chooser(chooser) => Some(draw_chooser(ui, chooser, buffer)),
        Popup::Form(form) => draw_form(ui, form, buffer),
        Popup::Question(question) => {
            draw_question(ui, question, buffer);
            None
        }
    }
}

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

/// What of it holds the content. Where there is no room for a frame, there is none.
pub(super) const fn inside(area: Rect) -> Rect {
    if area.width < 4 || area.height < 3 {
        return area;
    }
    Rect {
        x: area.x.saturating_add(2),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

/// Columns of the content of every popup on such a screen.
pub(super) fn inner_width(screen: Rect) -> u16 {
    inside(outline(screen, 1)).width
}

/// A frame of that many rows of content in the middle of the screen; the answer is the area inside.
pub(super) fn frame(ui: &Ui, title: &str, rows: usize, buffer: &mut Buffer) -> Rect {
    frame_in(ui, title, outline(ui.screen, rows), buffer)
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

fn chooser_rows(screen: Rect) -> usize {
    usize::from(screen.height.saturating_sub(6)).min(18).saturating_add(1)
}

/// Where the lines of a chooser stand, and how many are hidden above.
fn chooser_list(ui: &Ui, chooser: &Chooser) -> (Rect, usize) {
    let area = inside(outline(ui.screen, chooser_rows(ui.screen)));
    let list = Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area };
    (list, chooser.chosen.saturating_add(1).saturating_sub(usize::from(list.height).max(1)))
}

/// The line of a chooser that stands there.
pub(in crate::tui) fn chooser_line(ui: &Ui, chooser: &Chooser, at: Position) -> Option<usize> {
    let (list, skip) = chooser_list(ui, chooser);
    let line = skip.saturating_add(usize::from(at.y.saturating_sub(list.y)));
    (list.contains(at) && line < chooser.shown().len()).then_some(line)
}

fn draw_chooser(ui: &Ui, chooser: &Chooser, buffer: &mut Buffer) -> Position {
    let area = frame(ui, &ui.style.lang.text(chooser.title), chooser_rows(ui.screen), buffer);
    let cursor = input(ui, &chooser.query, Rect { height: 1, ..area }, buffer);
    let (list, skip) = chooser_list(ui, chooser);
    let shown = chooser.shown().enumerate().skip(skip);
    for ((at, item), y) in shown.zip(list.top()..list.bottom()) {
        let Some(item) = item else { continue };
        let row = Rect { y, height: 1, ..list };
        let chosen = at == chooser.chosen;
        if chosen {
            fill(ui, row, Role::Choice, buffer);
        }
        let on = |role| {
            if chosen {
                ui.style.theme.style(Role::Choice)
            } else {
                ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role))
            }
        };
        let room = u16::try_from(width(&item.detail)).unwrap_or(u16::MAX);
        // A command is to be read whole; what it does is cut, where not both fit and half of the row is left to it.
        let words = row.width.saturating_sub(room.saturating_add(2)).max(row.width / 2);
        let label = clip_with_ellipsis(&item.label, words);
        let end = text::put(buffer, row.x, y, row.width, &label, on(Role::Popup));
        let at = row.right().saturating_sub(room).max(row.x.saturating_add(end).saturating_add(2));
        text::put(buffer, at, y, row.right().saturating_sub(at), &item.detail, on(Role::Dim));
    }
    cursor
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

fn draw_form(ui: &Ui, form: &Form, buffer: &mut Buffer) -> Option<Position> {
    let lang = &ui.style.lang;
    let intro = WrappedText::new(
        &lang.text(&format!("{}-intro", form.title())),
        MAX_WIDTH.min(ui.screen.width).saturating_sub(8).max(1),
        usize::MAX,
    );
    let rows = intro.rows.len().saturating_add(form.fields.len()).saturating_add(3);
    let area = frame(ui, &lang.text(form.title()), rows, buffer);
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    let mut y = area.y;
    // Fields and hint come before the words about them.
    let room = usize::from(area.height).saturating_sub(form.fields.len().saturating_add(1));
    for row in 0..intro.rows.len().min(room) {
        text::put(buffer, area.x, y, area.width, intro.row(row), style(Role::Dim));
        y = y.saturating_add(1);
    }
    let label_width = form.fields.iter().map(|field| width(&lang.text(field.label))).max().unwrap_or(0);
    let label_width = u16::try_from(label_width).unwrap_or(0).saturating_add(2);
    let mut cursor = None;
    for (at, field) in form.fields.iter().enumerate() {
        let row = Rect { y, height: 1, ..area }.intersection(area);
        let focused = at == form.focus;
        let place = draw_field(ui, field, focused, (row, label_width), buffer);
        cursor = if focused { place } else { cursor };
        y = y.saturating_add(1);
    }
    let (key, line) = match &form.error {
        Some(error) => (Role::Error, format!(" {} ", plain_line(&lang.phrase(error)))),
        None => (Role::Dim, lang.text("form-hint")),
    };
    let below = y.saturating_add(1).min(area.bottom().saturating_sub(1));
    text::put(buffer, area.x, below, area.width, &line, style(key));
    cursor
}

fn draw_field(
    ui: &Ui,
    field: &Field,
    focused: bool,
    (row, label_width): (Rect, u16),
    buffer: &mut Buffer,
) -> Option<Position> {
    let style = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    let label = ui.style.lang.text(field.label);
    let role = if focused { Role::PopupTitle } else { Role::Dim };
    text::put(buffer, row.x, row.y, row.width, &label, style(role));
    let value =
        Rect { x: row.x.saturating_add(label_width), width: row.width.saturating_sub(label_width), ..row };
    match &field.input {
        FieldInput::Text(composer) if focused && field.selected => {
            let cursor = input(ui, composer, value, buffer);
            let shown = composer.layout(u16::MAX).shown;
            let inner = Rect { x: value.x.saturating_add(2), width: value.width.saturating_sub(2), ..value };
            text::put(
                buffer,
                inner.x,
                inner.y,
                inner.width,
                shown.as_str(),
                ui.style.theme.style(Role::Choice),
            );
            Some(cursor)
        }
        FieldInput::Text(composer) => Some(input(ui, composer, value, buffer)),
        FieldInput::Pick { options, chosen } => {
            let option = options.get(*chosen).copied().unwrap_or_default();
            let shown =
                if option.starts_with("form-") { ui.style.lang.text(option) } else { option.to_owned() };
            let style = if focused { ui.style.theme.style(Role::Choice) } else { style(Role::Popup) };
            text::put(buffer, value.x, value.y, value.width, &format!("‹ {shown} ›"), style);
            None
        }
    }
}

fn draw_question(ui: &Ui, question: &Question, buffer: &mut Buffer) {
    let lang = &ui.style.lang;
    let width = MAX_WIDTH.min(ui.screen.width).saturating_sub(8).max(1);
    let asked = WrappedText::new(&plain_line(&lang.phrase(&question.asked)), width, usize::MAX);
    let area = frame(ui, &lang.text("popup-question"), asked.rows.len().saturating_add(1), buffer);
    let mut y = area.y;
    for row in 0..asked.rows.len() {
        text::put(buffer, area.x, y, area.width, asked.row(row), ui.style.theme.style(Role::Popup));
        y = y.saturating_add(1);
    }
    let style = ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(Role::Key));
    let y = y.min(area.bottom().saturating_sub(1));
    text::put(buffer, area.x, y, area.width, &lang.text("question-keys"), style);
}
