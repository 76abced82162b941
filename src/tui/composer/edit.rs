//! The editing actions that keys are bound to, and what each does.
//!
//! Names no key: that is the key table's business.

use super::undo::EditKind;
use super::{Composer, motion};

/// One editing action. The letters in the comments are readline's, by which people know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    InsertNewline,
    Left,
    Right,
    /// To the start of a word of UAX #29 (Alt-B).
    WordLeft,
    /// To the end of a word of UAX #29 (Alt-F).
    WordRight,
    /// To the start of the line between line feeds, whatever its rows (Ctrl-A).
    LineStart,
    /// Ctrl-E.
    LineEnd,
    TextStart,
    TextEnd,
    /// One row of the screen up, in the same column as far as rows allow.
    Up,
    Down,
    Backspace,
    /// Ctrl-D.
    Delete,
    /// Back to white space (Ctrl-W).
    KillWordLeft,
    /// Back to where `WordLeft` goes (Alt-Backspace).
    KillWordBackward,
    /// On to where `WordRight` goes (Alt-D).
    KillWordForward,
    /// Ctrl-U.
    KillToLineStart,
    /// At the end of a line the line feed itself (Ctrl-K).
    KillToLineEnd,
    /// Ctrl-Y.
    Yank,
    /// Swaps the clusters around the cursor; at the end of a line the two before it (Ctrl-T).
    Transpose,
    Undo,
    Redo,
}

impl Composer {
    /// Does `edit`; `width` is that of the rows on the screen. `false`: nothing changed and nothing moved, as
    /// with `Up` on the first row, which the caller may then use otherwise.
    pub fn apply(&mut self, edit: Edit, width: u16) -> bool {
        let (text, at) = (self.text.as_str(), self.cursor);
        match edit {
            Edit::InsertNewline => self.insert("\n", EditKind::Other),
            Edit::Left => self.go(motion::previous(text, at)),
            Edit::Right => self.go(motion::next(text, at)),
            Edit::WordLeft => self.go(motion::word_left(text, at)),
            Edit::WordRight => self.go(motion::word_right(text, at)),
            Edit::LineStart => self.go(motion::line_start(text, at)),
            Edit::LineEnd => self.go(motion::line_end(text, at)),
            Edit::TextStart => self.go(0),
            Edit::TextEnd => self.go(text.len()),
            Edit::Up => self.go_row(false, width),
            Edit::Down => self.go_row(true, width),
            Edit::Backspace => self.delete_left(),
            Edit::Delete => self.splice(at..motion::next(text, at), "", at, EditKind::Other),
            Edit::KillWordLeft => self.kill(motion::space_word_left(text, at)..at),
            Edit::KillWordBackward => self.kill(motion::word_left(text, at)..at),
            Edit::KillWordForward => self.kill(at..motion::word_right(text, at)),
            Edit::KillToLineStart => self.kill(motion::line_start(text, at)..at),
            Edit::KillToLineEnd => self.kill_to_line_end(),
            Edit::Yank => self.yank(),
            Edit::Transpose => self.transpose(),
            Edit::Undo => self.undo(),
            Edit::Redo => self.redo(),
        }
    }

    /// A move ends typing and killing, even one that leads nowhere: the person has stopped to look around.
    /// Puts the cursor where that row and column are drawn at `width` cells, or as near as there is a place for it.
    pub fn place_cursor(&mut self, row: usize, column: u16, width: u16) -> bool {
        let place = self.layout(width).place_at(&self.text, row, column);
        self.go(place.unwrap_or(self.cursor))
    }

    fn go(&mut self, to: usize) -> bool {
        self.last = EditKind::Move;
        self.goal = None;
        std::mem::replace(&mut self.cursor, to) != to
    }

    fn go_row(&mut self, down: bool, width: u16) -> bool {
        let layout = self.layout(width);
        let goal = self.goal.unwrap_or(layout.cursor_col);
        let Some(to) = layout.vertical(&self.text, self.cursor, goal, down) else {
            self.last = EditKind::Move;
            return false;
        };
        let moved = self.go(to);
        self.goal = Some(goal);
        moved
    }

    fn delete_left(&mut self) -> bool {
        let start = motion::previous(&self.text, self.cursor);
        self.splice(start..self.cursor, "", start, EditKind::Backspace)
    }

    fn kill_to_line_end(&mut self) -> bool {
        let end = motion::line_end(&self.text, self.cursor);
        let end = if end == self.cursor { motion::next(&self.text, end) } else { end };
        self.kill(self.cursor..end)
    }

    fn yank(&mut self) -> bool {
        let text = self.kills.latest().to_owned();
        self.insert(&text, EditKind::Other)
    }

    fn transpose(&mut self) -> bool {
        let text = self.text.as_str();
        let (start, end) = (motion::line_start(text, self.cursor), motion::line_end(text, self.cursor));
        let middle = if self.cursor == end { motion::previous(text, end) } else { self.cursor };
        if middle <= start {
            return false;
        }
        let (left, right) = (motion::previous(text, middle), motion::next(text, middle));
        let swapped = [motion::part(text, middle..right), motion::part(text, left..middle)].concat();
        self.splice(left..right, &swapped, right, EditKind::Other)
    }

    fn undo(&mut self) -> bool {
        let step = self.undo.undo(&mut self.text);
        self.settle(step)
    }

    fn redo(&mut self) -> bool {
        let step = self.undo.redo(&mut self.text);
        self.settle(step)
    }

    fn settle(&mut self, step: Option<(usize, EditKind)>) -> bool {
        let Some((cursor, kind)) = step else { return false };
        // The entry that was browsed to is no longer what stands here, or stands here as a draft.
        if kind == EditKind::Recall {
            self.browsing = None;
        }
        self.go(motion::snap_up(&self.text, cursor));
        true
    }
}
