//! Which key a person means who clicks on what is said about it: read from the row as it is drawn, so that whatever shows a
//! key can be clicked.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;

use super::candidates::menu_hint_covers;
use super::{header, wire};
use crate::app::State;
use crate::tui::action::Action;
use crate::tui::keymap::{ARROWS, is_key, key_of};
use crate::tui::popup::Popup;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// What ends the words about one key, besides two blanks.
const BOUNDS: [&str; 7] = ["·", "─", "│", "╭", "╮", "╰", "╯"];

/// The key that is shown there, with the words for it.
pub(in crate::tui) fn key_at(state: &State, ui: &Ui, at: Position) -> Option<String> {
    let areas = ui.viewport.areas();
    let may_show_keys = match &ui.popup {
        Some(Popup::Wire) => wire::keys_area(ui).is_some_and(|area| area.contains(at)),
        Some(_) => true,
        None => {
            let own = [areas.status, areas.rule, areas.quote, areas.header];
            let is_first_page = ui.viewport.scene().rows.is_empty() && areas.scrollback.contains(at);
            let is_own = is_first_page || own.iter().any(|area| area.contains(at));
            is_own || (ui.is_editing() && areas.composer.contains(at)) || menu_hint_covers(ui, at)
        }
    };
    if !may_show_keys {
        return None;
    }
    let mut buffer = Buffer::empty(ui.viewport.screen());
    super::draw(state, ui, &mut buffer);
    let row = DrawnRow::new(&buffer, at.y);
    let is_behind = || areas.status.contains(at) && !row.is_framed();
    let shows_keys = match &ui.popup {
        None | Some(Popup::Wire | Popup::Question(_)) => true,
        Some(_) => row.is_edge_at(usize::from(at.x)) || is_behind(),
    };
    if !shows_keys {
        return None;
    }
    if ui.popup.is_none() && areas.rule.contains(at) {
        // Names stand there, too; the one key is that of the end.
        let newest = key_of(Action::Newest);
        let is_below = !ui.viewport.scene().at_end && row.words_from(usize::from(at.x)).ends_with(newest);
        return is_below.then(|| newest.to_owned());
    }
    let said = row.said_at(usize::from(at.x))?;
    if ui.popup.is_none() && areas.header.contains(at) {
        // Names and addresses stand there, too; the one hint is known by its words.
        let hint = ui.conversation(state).and_then(|place| header::hint(ui, place))?;
        return (row.text(said).trim() == hint).then(|| key_of(Action::AddContact).to_owned());
    }
    row.key_in(ui, said, usize::from(at.x))
}

/// The cells of one row; `None`: the second half of a wide character.
struct DrawnRow<'a> {
    cells: Vec<Option<&'a Cell>>,
}

impl<'a> DrawnRow<'a> {
    fn new(buffer: &'a Buffer, y: u16) -> Self {
        let mut cells = Vec::new();
        for x in buffer.area.left()..buffer.area.right() {
            let is_half =
                cells.last().copied().flatten().is_some_and(|before: &Cell| width(before.symbol()) > 1);
            cells.push(buffer.cell((x, y)).filter(|_| !is_half));
        }
        Self { cells }
    }

    /// Beyond the row stands a line.
    fn symbol(&self, column: usize) -> &str {
        self.cells.get(column).map_or("─", |cell| cell.map_or("", |cell| cell.symbol()))
    }

    fn text(&self, columns: std::ops::Range<usize>) -> String {
        columns.map(|column| self.symbol(column)).collect()
    }

    /// The lower edge of a popup goes through that column.
    fn is_edge_at(&self, column: usize) -> bool {
        let has =
            |mut columns: std::ops::Range<usize>, sign| columns.any(|column| self.symbol(column) == sign);
        has(0..column, "╰") && has(column..self.cells.len(), "╯")
    }

    /// A popup goes through the row.
    fn is_framed(&self) -> bool {
        (0..self.cells.len()).any(|column| ["│", "├", "╭", "╰"].contains(&self.symbol(column)))
    }

    /// What stands from there on up to the line.
    fn words_from(&self, column: usize) -> String {
        let words =
            (column..self.cells.len()).map(|column| self.symbol(column)).take_while(|symbol| *symbol != "─");
        words.collect::<String>().trim_end().to_owned()
    }

    /// Nothing that belongs to one key goes on there.
    fn ends(&self, column: usize) -> bool {
        let symbol = self.symbol(column);
        BOUNDS.contains(&symbol) || (symbol == " " && self.symbol(column.saturating_add(1)) == " ")
    }

    /// The columns of what is said around there.
    fn said_at(&self, column: usize) -> Option<std::ops::Range<usize>> {
        if self.ends(column)
            || self.symbol(column) == " " && column.checked_sub(1).is_none_or(|before| self.ends(before))
        {
            return None;
        }
        let is_bound = |column: &usize| {
            self.ends(*column) || (self.symbol(*column) == " " && self.ends(column.saturating_add(1)))
        };
        let start = (0..column).rev().find(is_bound).map_or(0, |bound| bound.saturating_add(1));
        let end = (column..self.cells.len()).find(is_bound).unwrap_or(self.cells.len());
        Some(start..end)
    }

    /// The key among these words that stands nearest before the column, or else the first.
    fn key_in(&self, ui: &Ui, said: std::ops::Range<usize>, column: usize) -> Option<String> {
        let look = ui.style.theme.style(Role::Key);
        let is_key_look =
            |cell: &Cell| look.fg.is_none_or(|fg| cell.fg == fg) && cell.modifier.contains(look.add_modifier);
        let mut found: Option<String> = None;
        let mut start = said.start;
        while start < said.end {
            let end = (start..said.end).find(|at| self.symbol(*at) == " ").unwrap_or(said.end);
            let is_shown = self.cells.get(start).copied().flatten().is_some_and(is_key_look);
            let key = if is_shown { self.key_of_word(start..end, column) } else { None };
            if key.is_some() && (found.is_none() || start <= column) {
                found = key;
            }
            start = end.saturating_add(1);
        }
        found
    }

    /// The key that a word names. Of several (`Tab/↑↓`) it is the arrow in that column, or else the first.
    fn key_of_word(&self, word: std::ops::Range<usize>, column: usize) -> Option<String> {
        let whole = self.text(word.clone());
        if is_key(&whole) {
            return Some(whole);
        }
        let arrow = Some(self.symbol(column)).filter(|sign| word.contains(&column) && ARROWS.contains(sign));
        let first = whole.split('/').next().filter(|first| is_key(first));
        let first = first.or_else(|| ARROWS.into_iter().find(|sign| whole.starts_with(sign)));
        arrow.or(first).map(str::to_owned)
    }
}
