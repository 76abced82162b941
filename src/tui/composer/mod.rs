//! The composer: a text editor of several lines that moves by grapheme clusters (UAX #29), never by `char`.
//!
//! Pure state: no I/O, no drawing, no clock. It does not know what a message or a contact is, and it sends
//! nothing; the text it holds is exactly what was typed, the escaping is done for the screen alone.

#[cfg(test)]
mod cursor_tests;
mod edit;
mod history;
mod kill;
mod layout;
mod motion;
#[cfg(test)]
mod tests;
mod undo;

use std::ops::Range;

pub use edit::Edit;
pub use layout::Layout;

use history::{Browsing, older};
use kill::Kills;
use undo::{Change, EditKind, UndoLog};

/// Longest draft in bytes. Every key press escapes and wraps the whole draft, so it has to stay small; four
/// times the largest datagram leaves room to paste too much, be told so, and shorten it.
pub const MAX_TEXT: usize = 256 * 1024;

/// A draft and everything that belongs to editing it. The cursor stands on a cluster boundary at all times.
///
/// Whatever changes the text returns `false` where nothing changed, as do moves that lead nowhere. An
/// insertion that would make the draft longer than [`MAX_TEXT`] is refused whole, never cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composer {
    text: String,
    cursor: usize,
    /// The column that a run of Up and Down aims for, so that a short row does not forget it.
    goal: Option<u16>,
    /// What the last action was: decides whether the next one joins its undo step or its kill.
    last: EditKind,
    undo: UndoLog,
    kills: Kills,
    browsing: Option<Browsing>,
}

impl Composer {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A byte offset into [`Self::text`], always on a cluster boundary.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// One typed character. Terminals hand over a family emoji or an accent as one `char` after another, so
    /// what is inserted may join the cluster before it or after it; the cursor then stands behind the whole.
    pub fn insert_char(&mut self, c: char) -> bool {
        let kind = EditKind::Typing { space: c.is_whitespace() };
        self.insert(c.encode_utf8(&mut [0; 4]), kind)
    }

    /// Several characters typed at once. The same as one after the other, and so it is undone word by word.
    pub fn insert_typed(&mut self, text: &str) -> bool {
        if self.text.len().saturating_add(text.len()) > MAX_TEXT {
            return false;
        }
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let space = first.is_whitespace();
            let end = rest.find(|c: char| c.is_whitespace() != space).unwrap_or(rest.len());
            let (run, behind) = rest.split_at(end);
            self.insert(run, EditKind::Typing { space });
            rest = behind;
        }
        !text.is_empty()
    }

    /// A paste: one undo step, whatever its length. The caller has cleaned it (`model::text::clean_paste`).
    pub fn insert_str(&mut self, text: &str) -> bool {
        self.insert(text, EditKind::Other)
    }

    /// Replaces the whole draft in one undo step (an external editor, a search result); the cursor goes to
    /// the end and browsing what was sent ends.
    pub fn set_text(&mut self, text: impl Into<String>) -> bool {
        let text = text.into();
        self.browsing = None;
        self.splice(0..self.text.len(), &text, text.len(), EditKind::Other)
    }

    /// Takes the draft away to be sent: the composer is empty and browses no history. Undo brings back what was sent,
    /// and yank what was killed before.
    pub fn take(&mut self) -> String {
        let text = self.text.clone();
        self.set_text("");
        self.last = EditKind::Move;
        text
    }

    /// Clears the draft, which undo and yank both bring back.
    pub fn clear(&mut self) -> String {
        self.browsing = None;
        self.last = EditKind::Move;
        let text = self.text.clone();
        self.kill(0..text.len());
        text
    }

    /// Keeps a text that did not go in, to be yanked. One that is too long for a draft is not kept.
    pub fn keep(&mut self, text: &str) {
        if text.len() <= MAX_TEXT {
            self.last = EditKind::Move;
            self.kills.add(text, true, false);
        }
    }

    /// Puts a completion in the place of `range` and the cursor behind it. A range that reaches too far or
    /// cuts a character is taken as the nearest one that does not.
    pub fn replace(&mut self, range: Range<usize>, with: &str) -> bool {
        let start = motion::char_floor(&self.text, range.start.min(range.end));
        let end = motion::char_floor(&self.text, range.end);
        self.splice(start..end, with, start + with.len(), EditKind::Other)
    }

    /// The draft as it is drawn at `width` cells, and where its cursor stands.
    pub fn layout(&self, width: u16) -> Layout {
        Layout::of(&self.text, self.cursor, width)
    }

    /// Recalls the next older entry; the draft is put aside first. `false`: there is none.
    ///
    /// `history` is in the order of sending, the newest last.
    pub fn history_up(&mut self, history: &[String]) -> bool {
        let back = self.browsing.as_ref().map_or(0, |browsing| browsing.back) + 1;
        let Some(entry) = older(history, back) else { return false };
        let mut browsing = self.browsing.take().unwrap_or_else(|| self.put_draft_aside());
        browsing.back = back;
        self.browsing = Some(browsing);
        self.recall(entry, entry.len());
        true
    }

    /// Recalls the next newer entry, and behind the newest the draft. `false`: the draft is what is shown.
    pub fn history_down(&mut self, history: &[String]) -> bool {
        let Some(mut browsing) = self.browsing.take() else { return false };
        browsing.back -= 1;
        if let Some(entry) = older(history, browsing.back) {
            self.browsing = Some(browsing);
            self.recall(entry, entry.len());
        } else {
            self.recall(&browsing.draft, browsing.cursor);
        }
        true
    }

    fn put_draft_aside(&self) -> Browsing {
        Browsing { back: 0, draft: self.text.clone(), cursor: self.cursor }
    }

    /// Undo leads from any recalled entry back to the draft in one step; an edit of an entry that was then
    /// browsed away is a step of its own, so it can be had back too.
    fn recall(&mut self, text: &str, cursor: usize) {
        self.splice(0..self.text.len(), text, motion::char_floor(text, cursor), EditKind::Recall);
    }

    fn insert(&mut self, text: &str, kind: EditKind) -> bool {
        self.splice(self.cursor..self.cursor, text, self.cursor + text.len(), kind)
    }

    /// The only place where text changes outside undo and redo. `cursor` is where the cursor should stand
    /// afterwards; it is moved on to the end of its cluster, because clusters may have joined there.
    fn splice(&mut self, range: Range<usize>, with: &str, cursor: usize, kind: EditKind) -> bool {
        let length = self.text.len().saturating_sub(range.len()) + with.len();
        if (range.is_empty() && with.is_empty()) || (length > MAX_TEXT && with.len() > range.len()) {
            return false;
        }
        let joined = self.last.joins(kind);
        self.last = kind;
        self.goal = None;
        let before = self.cursor;
        let removed = motion::part(&self.text, range.clone()).to_owned();
        if removed != with {
            let change = Change { at: range.start, removed, inserted: with.to_owned() };
            change.redo(&mut self.text);
            self.cursor = motion::snap_up(&self.text, cursor);
            self.undo.record(change, (before, self.cursor), kind, joined);
            return true;
        }
        // As when two equal clusters swap places: a move at most, and nothing to undo.
        self.cursor = motion::snap_up(&self.text, cursor);
        self.cursor != before
    }

    fn kill(&mut self, range: Range<usize>) -> bool {
        if range.is_empty() {
            return false;
        }
        let forward = range.start >= self.cursor;
        self.kills.add(motion::part(&self.text, range.clone()), forward, self.last == EditKind::Kill);
        self.splice(range.clone(), "", range.start, EditKind::Kill)
    }
}
