//! What lies over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::dialog::{MAX_WIDTH, frame, input, outline};
use super::{code, fill, pager, picker, search, text};
use crate::app::State;
use crate::model::text::plain_line;
use crate::tui::layout::inside;
use crate::tui::popup::{Chooser, Field, FieldInput, Form, Popup, Question, Then};
use crate::tui::scrollback::WrappedText;
use crate::tui::text::{clip_with_ellipsis, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// The answer is where the cursor stands, if the popup has a text field.
pub(super) fn draw(state: &State, ui: &Ui, popup: &Popup, buffer: &mut Buffer) -> Option<Position> {
    match popup {
        Popup::Help(page) => {
            pager::draw_help(ui, page, buffer);
            None
        }
        Popup::Pager(reader) => {
            pager::draw_reader(ui, reader, buffer);
            None
        }
        Popup::Code(shown) => {
            code::draw(ui, shown, buffer);
            None
        }
        Popup::Search => Some(search::draw(state, ui, buffer)),
        Popup::Chooser(chooser) => Some(draw_chooser(ui, chooser, buffer)),
        Popup::Form(form) => draw_form(ui, form, buffer),
        Popup::Picker(shown) => Some(picker::draw(ui, shown, buffer)),
        Popup::Question(question) => {
            draw_question(ui, question, buffer);
            None
        }
    }
}

fn chooser_rows(screen: Rect) -> usize {
    usize::from(screen.height.saturating_sub(6)).min(18).saturating_add(1)
}

/// Where the lines of a chooser stand, and how many are hidden above.
fn chooser_list(ui: &Ui, chooser: &Chooser) -> (Rect, usize) {
    let area = inside(outline(ui.viewport.screen(), chooser_rows(ui.viewport.screen())));
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
    let area = frame(ui, &ui.style.lang.text(chooser.title), chooser_rows(ui.viewport.screen()), buffer);
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

fn draw_form(ui: &Ui, form: &Form, buffer: &mut Buffer) -> Option<Position> {
    let lang = &ui.style.lang;
    let intro = WrappedText::new(
        &lang.text(&format!("{}-intro", form.title())),
        MAX_WIDTH.min(ui.viewport.screen().width).saturating_sub(8).max(1),
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
        let place = draw_field(ui, field, focused, FieldRow { area: row, label_width }, buffer);
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

/// Where a field stands.
#[derive(Clone, Copy)]
struct FieldRow {
    area: Rect,
    label_width: u16,
}

fn draw_field(ui: &Ui, field: &Field, focused: bool, row: FieldRow, buffer: &mut Buffer) -> Option<Position> {
    let FieldRow { area: row, label_width } = row;
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
    let width = MAX_WIDTH.min(ui.viewport.screen().width).saturating_sub(8).max(1);
    let asked = WrappedText::new(&plain_line(&lang.phrase(&question.asked)), width, usize::MAX);
    let below = if question.rows.is_empty() { 0 } else { question.rows.len().saturating_add(2) };
    let rows = asked.rows.len().saturating_add(below).saturating_add(1);
    let area = frame(ui, &lang.text("popup-question"), rows, buffer);
    let mut y = area.y;
    for row in 0..asked.rows.len() {
        text::put(buffer, area.x, y, area.width, asked.row(row), ui.style.theme.style(Role::Popup));
        y = y.saturating_add(1);
    }
    let on = |role| ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
    if !question.rows.is_empty() && usize::from(area.height) >= rows {
        y = y.saturating_add(1);
    }
    for row in &question.rows {
        let at = area.x.saturating_add(2);
        text::put(buffer, at, y, area.width.saturating_sub(2), row, on(Role::PopupTitle));
        y = y.saturating_add(1);
    }
    let keys =
        if matches!(question.then, Then::Compare(_)) { "question-compare-keys" } else { "question-keys" };
    let y = if question.rows.is_empty() { y } else { y.saturating_add(1) };
    let y = y.min(area.bottom().saturating_sub(1));
    text::put(buffer, area.x, y, area.width, &lang.text(keys), on(Role::Key));
}
