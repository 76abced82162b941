//! What lies over the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use super::dialog::{frame, more};
use super::{chooser, code, doctor, form, help, on_popup, pager, picker, popup_keys, search, text, wire};
use crate::app::State;
use crate::tui::layout::{inner_width, inside, outline};
use crate::tui::popup::Popup;
use crate::tui::question::{Question, QuestionPage, RowRole};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// The first row when the end of the text is visible: nobody scrolls further.
pub(in crate::tui) fn last_top(ui: &Ui) -> usize {
    let width = inner_width(ui.viewport.screen());
    let count = match &ui.popup {
        Some(Popup::Help(page)) => return help::last_top(ui, page),
        Some(Popup::Pager(reader)) => pager::rows(&reader.parts, width).len(),
        Some(Popup::Doctor(page)) => page.rows(&ui.style.lang, width).len(),
        Some(Popup::Question(question)) => {
            return QuestionPage::new(question, &ui.style.lang, ui.viewport.screen()).last_top();
        }
        _ => 0,
    };
    count.saturating_sub(usize::from(inside(outline(ui.viewport.screen(), count)).height))
}

/// The answer is where the cursor stands, if the popup has a text field.
pub(super) fn draw(state: &State, ui: &Ui, popup: &Popup, buffer: &mut Buffer) -> Option<Position> {
    match popup {
        Popup::Help(page) => Some(help::draw(ui, page, buffer)),
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
        Popup::Chooser(shown) => Some(chooser::draw(state, ui, shown, buffer)),
        Popup::Form(shown) => form::draw(ui, shown, buffer),
        Popup::Picker(shown) => Some(picker::draw(ui, shown, buffer)),
        Popup::Question(question) => {
            draw_question(ui, question, buffer);
            None
        }
    }
}

fn draw_question(ui: &Ui, question: &Question, buffer: &mut Buffer) {
    let page = QuestionPage::new(question, &ui.style.lang, ui.viewport.screen());
    let area = frame(ui, &ui.style.lang.text(question.title()), page.rows(), buffer);
    let rows = page.visible(question.top).chain(page.footer());
    for (row, y) in rows.zip(area.top()..area.bottom()) {
        let role = match row.role {
            RowRole::Asked => Role::Popup,
            RowRole::Number => Role::PopupTitle,
            RowRole::Choice => Role::Key,
            RowRole::Error => Role::Error,
        };
        let style = on_popup(ui, role);
        text::put(buffer, area.x, y, area.width, &row.text, style);
    }
    if let Some(choices) = page.edge() {
        popup_keys::draw_choices(ui, choices, area, buffer);
    }
    more(ui, page.below(question.top), area, buffer);
}
