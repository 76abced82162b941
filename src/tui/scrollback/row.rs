//! A row of the scrollback: what stands on it, and of which message. Does not know how it came about, nor how it is drawn.

use std::ops::Range;
use std::sync::Arc;

use super::files::FilePart;
use super::wrapped_text::WrappedText;
use crate::model::MessageId;
use crate::tui::text::width;
use crate::tui::theme::Role;

/// One row of the scrollback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The message whose block this row is part of.
    pub message: MessageId,
    /// Which row of that block.
    pub of_block: usize,
    /// Of a message that came.
    pub ground: Option<Ground>,
    pub kind: RowKind,
}

/// The ground that what a message says stands on, the same on all of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Cells of its text.
    pub cells: u16,
    /// Cells from the first of its text up to where the ground ends.
    pub even: u16,
    /// The bar beside it.
    pub bar: Role,
}

impl Row {
    /// Which bytes of the message's escaped text stand on it.
    pub fn text(&self) -> Option<&Range<usize>> {
        match &self.kind {
            RowKind::Body { body, row, .. } => body.rows.get(*row),
            _ => None,
        }
    }

    /// The part of a picture that stands on it.
    pub const fn picture(&self) -> Option<&FilePart> {
        match &self.kind {
            RowKind::File { part: part @ FilePart::Picture { .. }, .. } => Some(part),
            _ => None,
        }
    }

    /// Who wrote it, before the text on the same row; in cells, with the air between.
    pub fn lead(&self) -> u16 {
        match &self.kind {
            RowKind::Body { beside: Some(beside), .. } if !beside.lead.is_empty() => {
                u16::try_from(width(&beside.lead)).unwrap_or(u16::MAX)
            }
            _ => 0,
        }
    }

    /// Which file of the message it is about.
    pub const fn file(&self) -> Option<u16> {
        match &self.kind {
            RowKind::File { file, .. } => Some(*file),
            _ => None,
        }
    }
}

/// What stands on a row. All strings are escaped already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Nothing, so that what follows stands apart.
    Air,
    Day(String),
    /// What is to be known of the history of a room at this place.
    History(String),
    UnreadBelow(String),
    /// Who wrote what follows, from where, how, when. `colour`: the name is that of somebody in a room.
    Head {
        own: bool,
        name: String,
        source: String,
        /// To whom it went, or what else is special about it.
        tag: String,
        time: String,
        colour: Option<Role>,
        /// Who has no name bears the bar here already.
        barred: bool,
    },
    /// What the message answers, above its own words.
    Quote {
        own: bool,
        text: String,
        mark: Option<Glyph>,
    },
    /// One row of a message's text. `edited`: its last one, and the
    /// words are not those of its first version.
    Body {
        own: bool,
        body: Arc<WrappedText>,
        row: usize,
        mark: Option<Glyph>,
        edited: bool,
        /// Of whoever wrote it in a room.
        colour: Option<Role>,
        beside: Option<Box<Beside>>,
    },
    /// What is said in the place of a text that nobody can read, or not yet, or not any more.
    Closed {
        text: String,
        own: bool,
        mark: Option<Glyph>,
    },
    /// One row about a file that the message offers.
    File {
        own: bool,
        file: u16,
        part: FilePart,
        /// Of the message, where it has no text that could bear it.
        mark: Option<Glyph>,
    },
    /// The emoji under the message; of so many kinds more there is no room.
    Reactions {
        chips: Vec<Chip>,
        more: usize,
    },
    /// The text goes on: how to see it whole. As of the next two, a row of it.
    Cut(String),
    /// Something a person may want to know about the message above.
    Hint(String),
    /// Why a message was not sent, and what can be done about it.
    Fault {
        text: String,
        keys: &'static [FaultKey],
    },
    /// A row of a line of the program itself.
    System {
        text: String,
        first: bool,
    },
}

/// What stands on the first row of a message beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Who wrote it, where that has no row of its own.
    pub lead: String,
    /// When, at the right end.
    pub time: String,
}

/// A key, and the text that says what it does.
pub type FaultKey = (&'static str, &'static str);

/// The mark beside an outgoing message, and what it is drawn as.
pub type Glyph = (&'static str, Role);

/// An emoji under a message, with how many have put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Escaped, with a blank at each end.
    pub label: String,
    /// We are among them.
    pub own: bool,
}
