//! What lies over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::dialog::{frame, input, more};
use super::{code, doctor, fill, form, pager, picker, search, text, wire};
use crate::app::State;
use crate::tui::layout::{inside, outline};
use crate::tui::popup::{Chooser, Item, Popup};
use crate::tui::question::{Question, QuestionPage, RowRole};
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
        Popup::Wire => wire::draw(state, ui, buffer),
        Popup::Doctor(page) => {
            doctor::draw(ui, page, buffer);
            None
        }
        Popup::Search => Some(search::draw(state, ui, buffer)),
        Popup::Chooser(chooser) => Some(draw_chooser(ui, chooser, buffer)),
        Popup::Form(shown) => form::draw(ui, shown, buffer),
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
        put_item(item, row, (on(Role::Popup), on(Role::Dim)), buffer);
    }
    let below = chooser.shown().len().saturating_sub(skip).saturating_sub(usize::from(list.height));
    more(ui, below, area, buffer);
    cursor
}

/// A command is to be read whole; what it does is cut, where not both fit and half of the row is left to it.
fn put_item(item: &Item, row: Rect, styles: (Style, Style), buffer: &mut Buffer) {
    let room = u16::try_from(width(&item.detail)).unwrap_or(u16::MAX);
    let words = row.width.saturating_sub(room.saturating_add(2)).max(row.width / 2);
    let label = clip_with_ellipsis(&item.label, words);
    let end = text::put(buffer, row.x, row.y, row.width, &label, styles.0);
    let at = row.right().saturating_sub(room).max(row.x.saturating_add(end).saturating_add(2));
    let detail = clip_with_ellipsis(&item.detail, row.right().saturating_sub(at));
    text::put(buffer, at, row.y, row.right().saturating_sub(at), &detail, styles.1);
}

fn draw_question(ui: &Ui, question: &Question, buffer: &mut Buffer) {
    let page = QuestionPage::new(question, &ui.style.lang, ui.viewport.screen());
    let area = frame(ui, &ui.style.lang.text("popup-question"), page.rows(), buffer);
    let rows = page.visible(question.top).chain(page.footer());
    for (row, y) in rows.zip(area.top()..area.bottom()) {
        let role = match row.role {
            RowRole::Asked => Role::Popup,
            RowRole::Number => Role::PopupTitle,
            RowRole::Choice => Role::Key,
            RowRole::Error => Role::Error,
        };
        let style = ui.style.theme.style(Role::Popup).patch(ui.style.theme.style(role));
        text::put(buffer, area.x, y, area.width, &row.text, style);
    }
    more(ui, page.below(question.top), area, buffer);
}
