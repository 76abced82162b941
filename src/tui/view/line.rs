//! A line that is filled from both ends: what has no room is left out whole, never cut.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text;
use crate::tui::action::Action;
use crate::tui::keymap::key_of;
use crate::tui::text::width;
use crate::tui::theme::Role;
use crate::tui::ui::Ui;

/// Keys and the words for them.
pub(super) type Hints = &'static [Hint];

/// A key and the key of the word for it.
pub(super) type Hint = (Action, &'static str);

/// A status line while it is filled from both ends; `left` and `right` are what is still free.
pub(super) struct StatusLine<'a> {
    pub(super) ui: &'a Ui,
    pub(super) area: Rect,
    pub(super) left: u16,
    pub(super) right: u16,
    pub(super) buffer: &'a mut Buffer,
}

impl StatusLine<'_> {
    /// Puts pieces at the left end of what is free, if all of them fit.
    pub(super) fn put_left(&mut self, pieces: &[(&str, Style)]) -> bool {
        let cells: usize = pieces.iter().map(|(text, _)| width(text)).sum();
        let fits = cells > 0 && cells <= usize::from(self.right.saturating_sub(self.left));
        if fits {
            let end = text::put_all(self.buffer, self.left, self.area.y, self.right, pieces);
            self.left = end.saturating_add(2);
        }
        fits
    }

    fn hint(&self, hint: &Hint) -> (&'static str, String) {
        let (action, label) = hint;
        (key_of(*action), format!(" {}", self.ui.style.lang.text(label)))
    }

    pub(super) fn hints_left(&mut self, hints: &[Hint]) {
        let theme = &self.ui.style.theme;
        for hint in hints {
            let (key, label) = self.hint(hint);
            if !self.put_left(&[(key, theme.style(Role::Key)), (&label, theme.style(Role::Status))]) {
                return;
            }
        }
    }

    /// The first of them that fit, at the right end. `true`: all of them.
    pub(super) fn hints_right(&mut self, hints: Hints) -> bool {
        let all: Vec<(&str, String)> = hints.iter().map(|hint| self.hint(hint)).collect();
        let cells = |(key, label): &(&str, String)| width(key).saturating_add(width(label)).saturating_add(2);
        let room = usize::from(self.right.saturating_sub(self.left));
        let mut taken = 0_usize;
        let fitting = all.iter().take_while(|hint| {
            taken = taken.saturating_add(cells(hint));
            taken <= room
        });
        let fitting: Vec<&(&str, String)> = fitting.collect();
        let shown = fitting.len();
        let total: usize = fitting.iter().map(|hint| cells(hint)).sum();
        let theme = &self.ui.style.theme;
        let start = self.right.saturating_sub(u16::try_from(total).unwrap_or(u16::MAX));
        let mut x = start;
        for (key, label) in fitting {
            let pieces = [(*key, theme.style(Role::Key)), (label.as_str(), theme.style(Role::Status))];
            x = text::put_all(self.buffer, x, self.area.y, self.area.right(), &pieces).saturating_add(2);
        }
        if total > 0 {
            self.right = start.saturating_sub(2);
        }
        shown == all.len()
    }
}
