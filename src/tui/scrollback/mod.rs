//! The rows of a conversation: which are visible, and how scrolling moves over them.
//!
//! Only what is visible is laid out, whatever the length of the conversation: a position is a message and a
//! row within it, never a row number from the top.

mod anchor;
mod code;
mod context;
mod files;
mod highlights;
mod mentions;
mod remarks;
mod row;
mod rows;
mod separators;
mod wrapped_text;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::app::Conversation;
use crate::model::MessageId;
use crate::tui::offers::Transfers;

pub use anchor::Anchor;
pub use context::RenderCtx;
pub(super) use context::{gutter, indent, text_width};
pub use files::{FileLine, FilePart};
pub(super) use files::{kept, state, why};
pub use highlights::{Highlights, TokenMap, on_screen, whole_clusters};
pub use mentions::MentionMarks;
pub use row::{Beside, Chip, FaultKey, Glyph, Ground, Row, RowKind};

pub(super) use rows::glyph;
use rows::{BlockBuilder, Neighbours};
pub use wrapped_text::{WrapCache, WrappedText};

/// Where in a conversation one reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// At the end; new messages push the rows up.
    #[default]
    Newest,
    /// This place of this message's block stands on top, whatever arrives and however wide the rows are.
    Top { message: MessageId, at: Anchor },
}

impl Position {
    /// The message in whose text one reads.
    const fn read(self) -> Option<MessageId> {
        match self {
            Self::Top { message, at: Anchor::Text(_) } => Some(message),
            Self::Top { .. } | Self::Newest => None,
        }
    }
}

/// A way over rows: from what stands on top at `from` so many further down, or up when negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrollBy {
    pub from: Position,
    pub rows: isize,
}

/// Where a way over rows leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrolled {
    pub position: Position,
    /// What is left of the way, where there are rows that are not held.
    pub rest: Option<ScrollBy>,
}

/// The rows that are visible, top first.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub rows: Vec<Row>,
    /// The end of the conversation is visible.
    pub at_end: bool,
}

impl Scene {
    /// The top row's place, to scroll from.
    fn top(&self) -> Option<(MessageId, usize)> {
        self.rows.first().map(|row| (row.message, row.of_block))
    }

    /// Whether any row of what the message itself says is visible: of its text, or of what it offers.
    pub fn shows(&self, message: MessageId) -> bool {
        let said = |kind: &RowKind| {
            matches!(kind, RowKind::Body { .. } | RowKind::Closed { .. } | RowKind::File { .. })
        };
        self.rows.iter().any(|row| row.message == message && said(&row.kind))
    }

    /// Whether any row of that file is visible.
    pub fn shows_file(&self, message: MessageId, file: u16) -> bool {
        self.rows.iter().any(|row| row.message == message && row.file() == Some(file))
    }
}

/// One conversation as rows of a given width.
#[derive(Debug)]
pub struct ScrollbackLayout<'a> {
    pub place: &'a Conversation,
    pub width: u16,
    pub looks: RenderCtx<'a>,
    /// Files that are being moved now.
    pub transfers: &'a Transfers,
    pub cache: &'a mut WrapCache,
    /// This long message is shown to its end: one reads in it.
    pub unfolded: Option<MessageId>,
}

impl ScrollbackLayout<'_> {
    /// The visible rows at `position`. A position past the end comes out as the end.
    pub fn scene(&mut self, position: Position, height: u16) -> Scene {
        self.unfolded = position.read();
        let height = usize::from(height);
        if let Position::Top { message, at } = position {
            let rows = self.downwards(message, at, height);
            let end = self.place.messages().last().map(|last| last.id);
            let last = rows.last().map(|row| (row.message, row.of_block));
            let at_last = end.is_none_or(|end| {
                last.is_some_and(|(id, of_block)| {
                    id == end && of_block.saturating_add(1) == self.block_len(id)
                })
            });
            let at_end = at_last && !self.place.has_newer();
            if rows.len() >= height {
                return Scene { rows, at_end };
            }
        }
        Scene { rows: self.upwards_from_end(height), at_end: !self.place.has_newer() }
    }

    /// Goes a way over rows, as far as they are held.
    pub fn scrolled(&mut self, way: ScrollBy, height: u16) -> Scrolled {
        self.unfolded = way.from.read();
        let (at, row) = match way.from {
            Position::Newest if way.rows >= 0 => return Scrolled { position: Position::Newest, rest: None },
            Position::Newest => self.end(height),
            Position::Top { message, at } => self.row_at(message, at),
        };
        if way.rows < 0 {
            self.scrolled_up(at, row, way.rows.unsigned_abs())
        } else {
            self.scrolled_down(at, row, way.rows.unsigned_abs(), height)
        }
    }

    fn scrolled_up(&mut self, at: usize, row: usize, rows: usize) -> Scrolled {
        let (at, row, left) = self.climb(at, row, rows);
        // Counted from the last row of the first message: what stands above its text depends on what comes before it.
        let rest = (left > 0 && self.place.has_older()).then(|| {
            let last = self.block(0).len().saturating_sub(1);
            let rows = isize::try_from(left.saturating_add(last)).unwrap_or(isize::MAX);
            ScrollBy { from: self.place_of(0, last), rows: rows.saturating_neg() }
        });
        Scrolled { position: self.place_of(at, row), rest }
    }

    fn scrolled_down(&mut self, at: usize, row: usize, rows: usize, height: u16) -> Scrolled {
        let (at, row) = self.descend(at, row, rows);
        let count = self.place.messages().len();
        if at < count || !self.place.has_newer() {
            return Scrolled { position: self.place_of(at, row), rest: None };
        }
        // What comes below is not here yet.
        let at_last = count.saturating_sub(1);
        let last = self.block(at_last).len().saturating_sub(1);
        let rows = isize::try_from(row.saturating_add(1)).unwrap_or(isize::MAX);
        let rest = ScrollBy { from: self.place_of(at_last, last), rows };
        let (at, row) = self.end(height);
        Scrolled { position: self.place_of(at, row), rest: Some(rest) }
    }

    /// The top row where the last of what is held fills the pane.
    fn end(&mut self, height: u16) -> (usize, usize) {
        let last = Scene { rows: self.upwards_from_end(usize::from(height)), at_end: false };
        last.top().map_or((0, 0), |(message, row)| (self.place.position(message), row))
    }

    /// The row of a place. Where its message is not held, what comes next is read from its beginning.
    fn row_at(&mut self, message: MessageId, at: Anchor) -> (usize, usize) {
        let index = self.place.position(message);
        let row = self.place.message(message).map_or(0, |_| at.row(&self.block(index)));
        (index, row)
    }

    /// A position that shows `message`, with a third of the pane above it.
    pub fn showing(&mut self, message: MessageId, height: u16) -> Position {
        let at = self.place.position(message);
        self.up(at, 0, usize::from(height / 3))
    }

    /// A position that shows this byte of the message's escaped text, with a third of the pane above it.
    pub fn showing_byte(&mut self, message: MessageId, byte: usize, height: u16) -> Position {
        self.unfolded = Some(message);
        let at = self.place.position(message);
        let row = self.block(at).iter().position(|row| row.text().is_some_and(|text| text.contains(&byte)));
        self.up(at, row.unwrap_or(0), usize::from(height / 3))
    }

    /// A position that shows that file of the message, with a third of the pane above it.
    pub fn showing_file(&mut self, message: MessageId, file: u16, height: u16) -> Position {
        let at = self.place.position(message);
        let row = self.block(at).iter().position(|row| row.file() == Some(file));
        self.up(at, row.unwrap_or(0), usize::from(height / 3))
    }

    /// The very first row.
    pub fn oldest(&self) -> Position {
        let first = self.place.messages().first();
        first.map_or(Position::Newest, |first| Position::Top { message: first.id, at: Anchor::Row(0) })
    }

    fn up(&mut self, at: usize, row: usize, rows: usize) -> Position {
        let (at, row, _) = self.climb(at, row, rows);
        self.place_of(at, row)
    }

    /// The row so many further up, or the first that is held and how many are left then.
    fn climb(&mut self, mut at: usize, mut row: usize, mut left: usize) -> (usize, usize, usize) {
        while left > row && at > 0 {
            left = left.saturating_sub(row);
            at = at.saturating_sub(1);
            row = self.block(at).len();
        }
        (at, row.saturating_sub(left), left.saturating_sub(row))
    }

    /// The row so many further down; beyond the last message that is held, how many rows below its end.
    fn descend(&mut self, mut at: usize, row: usize, rows: usize) -> (usize, usize) {
        let mut row = row.saturating_add(rows);
        while at < self.place.messages().len() {
            let len = self.block(at).len();
            if row < len {
                break;
            }
            row = row.saturating_sub(len);
            at = at.saturating_add(1);
        }
        (at, row)
    }

    fn place_of(&mut self, at: usize, row: usize) -> Position {
        let Some(message) = self.place.messages().get(at).map(|message| message.id) else {
            return Position::Newest;
        };
        Position::Top { message, at: Anchor::of(&self.block(at), row) }
    }

    fn downwards(&mut self, message: MessageId, from: Anchor, height: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut at = self.place.position(message);
        // Where it is not held, what comes next is read from its beginning.
        let mut from = self.place.message(message).map(|_| from);
        while rows.len() < height && at < self.place.messages().len() {
            let block = self.block(at);
            let skip = from.take().map_or(0, |from| from.row(&block));
            rows.extend(block.into_iter().skip(skip));
            at = at.saturating_add(1);
        }
        rows.truncate(height);
        rows
    }

    fn upwards_from_end(&mut self, height: usize) -> Vec<Row> {
        let mut rows: VecDeque<Row> = VecDeque::new();
        let mut at = self.place.messages().len();
        while rows.len() < height && at > 0 {
            at = at.saturating_sub(1);
            for row in self.block(at).into_iter().rev() {
                rows.push_front(row);
            }
        }
        let extra = rows.len().saturating_sub(height);
        rows.drain(..extra);
        rows.into()
    }

    /// The rows of the `at`-th message.
    fn block(&mut self, at: usize) -> Vec<Row> {
        let messages = self.place.messages();
        let Some(message) = messages.get(at) else { return Vec::new() };
        let (before, after) = messages.split_at_checked(at).unwrap_or_default();
        let neighbours = Neighbours { before, after: after.get(1).map(Arc::as_ref) };
        let (place, width, transfers) = (self.place, self.width, self.transfers);
        let whole = self.looks.whole || self.unfolded == Some(message.id);
        let looks = RenderCtx { whole, ..self.looks };
        let builder = BlockBuilder { place, width, looks, transfers, cache: self.cache, kinds: Vec::new() };
        builder.build(neighbours, message)
    }

    fn block_len(&mut self, message: MessageId) -> usize {
        let at = self.place.position(message);
        self.block(at).len()
    }
}
