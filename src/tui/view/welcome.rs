//! What an empty conversation says: what one could do here, and who sees us. Draws nothing that has no room whole.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::ground::text_indent;
use super::text;
use crate::app::{Conversation, PeerKind, State};
use crate::tui::action::Action;
use crate::tui::keymap::key_of;
use crate::tui::naming::name_of;
use crate::tui::scrollback::{WrappedText, text_width};
use crate::tui::sight::Sight;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Columns of the keys, and the air behind them.
const KEYS: u16 = 9;

/// Fewer columns have no room for more than what is so.
const WITH_DOCTOR: u16 = 30;

/// Between two keys on one row.
const GAP: &str = "      ";

/// One row: pieces behind each other.
type WelcomeRow = Vec<(String, Role)>;

pub(super) fn draw(state: &State, ui: &Ui, area: Rect, buffer: &mut Buffer) {
    let page = WelcomePage { state, ui, columns: text_width(area.width) };
    let rows = page.rows(usize::from(area.height));
    let above = usize::from(area.height).saturating_sub(rows.len());
    let indent = text_indent(ui);
    for (row, y) in rows.iter().zip((area.top()..area.bottom()).skip(above)) {
        let theme = &ui.style.theme;
        let pieces: Vec<_> = row.iter().map(|(words, role)| (words.as_str(), theme.style(*role))).collect();
        text::put_all(buffer, area.x.saturating_add(indent), y, area.right(), &pieces);
    }
}

/// What is said, and for how many columns.
struct WelcomePage<'a> {
    state: &'a State,
    ui: &'a Ui,
    columns: u16,
}

impl WelcomePage<'_> {
    /// As many rows as there is room for: air goes first, then keys.
    fn rows(&self, height: usize) -> Vec<WelcomeRow> {
        let place = self.ui.conversation(self.state);
        let is_first = place.is_some_and(|place| place.kind == PeerKind::Echo);
        let intro = self.words(&self.intro(place));
        let sight = self.sight(is_first);
        let mut keys = if is_first { self.keys() } else { Vec::new() };
        let said = intro.len().saturating_add(sight.len());
        // The last one says where all the others are.
        while said.saturating_add(keys.iter().map(Vec::len).sum()) > height && !keys.is_empty() {
            keys.remove(keys.len().saturating_sub(2));
        }
        let parts = [intro, keys.concat(), sight];
        let parts = || parts.iter().filter(|part| !part.is_empty());
        let all: usize = parts().map(Vec::len).sum();
        let has_air = all.saturating_add(parts().count()) <= height;
        let mut rows = Vec::new();
        for part in parts() {
            if has_air && !rows.is_empty() {
                rows.push(WelcomeRow::new());
            }
            rows.extend(part.iter().cloned());
        }
        rows.truncate(height);
        rows
    }

    fn words(&self, words: &str) -> Vec<WelcomeRow> {
        let wrapped = WrappedText::new(words, self.columns, usize::MAX);
        (0..wrapped.rows.len()).map(|row| vec![(wrapped.row(row).to_owned(), Role::Dim)]).collect()
    }

    fn intro(&self, place: Option<&Conversation>) -> String {
        let lang = &self.ui.style.lang;
        match place {
            Some(place) if place.is_stuck() => lang.text("scrollback-unreadable"),
            Some(place) if place.kind == PeerKind::Echo => {
                lang.with("welcome-echo", &[("name", &name_of(lang, place))])
            }
            Some(_) => lang.text("scrollback-empty"),
            None if self.ui.navigation.is_gone() => lang.text("scrollback-gone"),
            None => lang.text("scrollback-nobody"),
        }
    }

    /// What one needs at first, what one needs most in front.
    fn keys(&self) -> Vec<Vec<WelcomeRow>> {
        let mut rows = self.entry(key_of(Action::Help), "welcome-help");
        let quit = [(GAP, Role::Dim), (key_of(Action::Quit), Role::Key), ("  ", Role::Dim)];
        let quit = quit.into_iter().map(|(words, role)| (words.to_owned(), role));
        let quit: WelcomeRow = quit.chain([(self.ui.style.lang.text("welcome-quit"), Role::Dim)]).collect();
        let cells = |row: &WelcomeRow| row.iter().map(|(words, _)| width(words)).sum::<usize>();
        if let Some(row) = rows.last_mut().filter(|row| cells(row) + cells(&quit) <= self.columns.into()) {
            row.extend(quit);
        }
        let entries = [
            (key_of(Action::AddContact), "welcome-add"),
            (key_of(Action::GoTo), "welcome-go"),
            ("/join", "welcome-join"),
            (key_of(Action::Select), "welcome-select"),
        ];
        entries.into_iter().map(|(key, text)| self.entry(key, text)).chain([rows]).collect()
    }

    /// A key, and beside it what it does: without what is said behind a colon where that has no room.
    fn entry(&self, key: &str, text: &'static str) -> Vec<WelcomeRow> {
        let words = self.ui.style.lang.text(text);
        let room = self.columns.saturating_sub(KEYS).max(1);
        let fits = width(&words) <= room.into();
        let short = words.split([':', '：']).next().filter(|_| !fits).unwrap_or(&words);
        let wrapped = WrappedText::new(short, room, usize::MAX);
        let row = |row: usize| {
            let (key, cells) = (if row == 0 { key } else { "" }, usize::from(KEYS));
            vec![(format!("{key:cells$}"), Role::Key), (wrapped.row(row).to_owned(), Role::Dim)]
        };
        (0..wrapped.rows.len()).map(row).collect()
    }

    /// Who sees us. On the first page that nobody does yet is no trouble, and what may be in the way is a command.
    fn sight(&self, is_first: bool) -> Vec<WelcomeRow> {
        let Some(sight) = Sight::of(self.state, self.ui) else { return Vec::new() };
        let Some(said) = sight.said(self.ui, is_first) else { return Vec::new() };
        let mut rows = self.words(&said);
        if is_first && sight == Sight::Alone && self.columns >= WITH_DOCTOR {
            rows.extend(self.entry("/doctor", "welcome-doctor"));
        }
        rows
    }
}
