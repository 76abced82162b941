//! A line that is filled from both ends: what has no room is left out whole, never cut.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text;
use crate::tui::action::Action;
use crate::tui::keymap::key_of;
use crate::tui::text::{clip_words, width};
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Keys and the words for them.
pub(super) type Hints = &'static [Hint];

/// A key and the key of the word for it.
pub(super) type Hint = (Action, &'static str);

/// Cells between two of them.
const HINT_GAP: usize = 2;

/// A status line while it is filled from both ends.
pub(super) struct StatusLine<'a> {
    ui: &'a Ui,
    area: Rect,
    /// What is still free lies between these columns.
    left: u16,
    right: u16,
    buffer: &'a mut Buffer,
}

impl<'a> StatusLine<'a> {
    pub(super) fn new(ui: &'a Ui, area: Rect, buffer: &'a mut Buffer) -> Self {
        let (left, right) = (area.x.saturating_add(1), area.right().saturating_sub(1));
        Self { ui, area, left, right, buffer }
    }

    /// Cells that are still free.
    pub(super) const fn free(&self) -> u16 {
        self.right.saturating_sub(self.left)
    }

    fn style(&self, role: Role) -> Style {
        let theme = &self.ui.style.theme;
        theme.style(Role::Status).patch(theme.style(role))
    }

    /// Something a person has to read: whole words of it in what is left of the row, with the number it has among others,
    /// and what Esc does.
    pub(super) fn put_note(&mut self, text: &str, is_fault: bool, beside: (Option<&str>, Option<&str>)) {
        let gap = |text: &str| if text.is_empty() { 0 } else { width(text).saturating_add(3) };
        let esc = beside.1.map_or(0, |does| width(does).saturating_add("Esc    ".len()));
        let taken = gap(beside.0.unwrap_or_default()).saturating_add(esc);
        let free = usize::from(self.area.width.saturating_sub(2));
        let has_beside = width(text).saturating_add(taken) <= free;
        let text = format!(" {} ", clip_words(text, self.area.width.saturating_sub(2)));
        let ground = self.style(if is_fault { Role::Error } else { Role::Notice });
        let end = text::put_all(self.buffer, self.area.x, self.area.y, self.area.right(), &[(&text, ground)]);
        self.left = end.saturating_add(2);
        self.put_beside(if has_beside { beside } else { (beside.0, None) });
    }

    /// The number that a note has among others, and what Esc does.
    pub(super) fn put_beside(&mut self, beside: (Option<&str>, Option<&str>)) {
        if self.put_left(&[(beside.0.unwrap_or_default(), self.style(Role::Status))]) {
            self.left = self.left.saturating_sub(1);
        }
        if let Some(does) = beside.1 {
            let does = format!(" {does}");
            self.put_left(&[("Esc", self.style(Role::Key)), (&does, self.style(Role::Status))]);
        }
    }

    /// Puts pieces at the left end of what is free, if all of them fit.
    pub(super) fn put_left(&mut self, pieces: &[(&str, Style)]) -> bool {
        let cells: usize = pieces.iter().map(|(text, _)| width(text)).sum();
        let fits = cells > 0 && cells <= usize::from(self.free());
        if fits {
            let end = text::put_all(self.buffer, self.left, self.area.y, self.right, pieces);
            self.left = end.saturating_add(3);
        }
        fits
    }

    fn hint(&self, hint: &Hint) -> (&'static str, String) {
        let (action, label) = hint;
        (key_of(*action), format!(" {}", self.ui.style.lang.text(label)))
    }

    /// As many of them as fit, the first ones first; of the last one perhaps only the key.
    pub(super) fn hints_left(&mut self, hints: &[Hint]) {
        for hint in hints {
            let (key, label) = self.hint(hint);
            let key = (key, self.style(Role::Key));
            if !self.put_left(&[key, (&label, self.style(Role::Status))]) {
                self.put_left(&[key]);
                return;
            }
            self.left = self.left.saturating_sub(1);
        }
    }

    /// The same for a mode: always with the last one, which leaves it, and of no other only the key.
    pub(super) fn mode_hints(&mut self, hints: &[Hint]) {
        let Some((last, others)) = hints.split_last() else { return };
        let (last, does) = self.hint(last);
        let reserved = width(last).saturating_add(HINT_GAP);
        for hint in others {
            let (key, label) = self.hint(hint);
            let cells = width(key).saturating_add(width(&label)).saturating_add(reserved);
            if cells > usize::from(self.free()) {
                break;
            }
            self.put_left(&[(key, self.style(Role::Key)), (&label, self.style(Role::Status))]);
            self.left = self.left.saturating_sub(1);
        }
        let last = (last, self.style(Role::Key));
        if !self.put_left(&[last, (&does, self.style(Role::Status))]) {
            self.put_left(&[last]);
        }
        self.left = self.left.saturating_sub(1);
    }

    /// Puts them at the right end of what is free, if all of them fit.
    pub(super) fn put_right(&mut self, hints: Hints) -> bool {
        let all: Vec<(&str, String)> = hints.iter().map(|hint| self.hint(hint)).collect();
        let cells = |(key, label): &(&str, String)| width(key).saturating_add(width(label)).saturating_add(2);
        let total: usize = all.iter().map(cells).sum();
        let total = u16::try_from(total.saturating_sub(2)).unwrap_or(u16::MAX);
        let fits = total <= self.free();
        if fits {
            let start = self.right.saturating_sub(total);
            let mut x = start;
            for (key, label) in all {
                let pieces = [(key, self.style(Role::Key)), (label.as_str(), self.style(Role::Status))];
                x = text::put_all(self.buffer, x, self.area.y, self.area.right(), &pieces).saturating_add(2);
            }
            self.right = start.saturating_sub(2);
        }
        fits
    }

    /// Puts a text at the right end of what is free, where it has to fit.
    pub(super) fn put_text_right(&mut self, text: &str, style: Style) {
        let cells = u16::try_from(width(text)).unwrap_or(u16::MAX).min(self.free());
        self.right = self.right.saturating_sub(cells);
        text::put(self.buffer, self.right, self.area.y, cells, text, style);
    }
}
