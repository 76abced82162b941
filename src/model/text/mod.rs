//! The one escaper: the only way text that came from outside reaches a terminal, a log line or stdout.
//!
//! It never drops a character: what must not be drawn becomes a token that names it. It must not measure rows
//! or know styles; that is the front's part.

use std::ops::Range;

mod classify;
mod cluster;
mod escape;
mod fold;
mod paste;
#[cfg(test)]
mod tests;

pub use fold::{FoldedText, TokenRun};
pub use paste::clean_paste;

use escape::{Escaper, LineFeed};

/// No terminal cell receives more than this: beyond it a grapheme cluster is a flood, not writing. The longest
/// emoji of four people and the longest Indic conjunct in use stay below.
pub const MAX_CLUSTER_BYTES: usize = 32;

/// Marks on one base. Stacked deeper they paint over the rows above and below.
pub const MAX_CLUSTER_MARKS: usize = 8;

/// Text that is safe to draw: printable characters and, between lines, `\n`. Byte ranges in `tokens` stand
/// for characters that could not be shown as they are (`^[`, `<U+202E>`); drawn in a style of their own they
/// cannot be imitated by plain text, which makes the escaping reversible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escaped {
    text: String,
    tokens: Vec<Range<usize>>,
}

impl Escaped {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the tokens stand, in rising order, never overlapping, on character boundaries. Each stands for
    /// exactly one character.
    pub fn tokens(&self) -> &[Range<usize>] {
        &self.tokens
    }
}

/// For a pane of several rows: line feeds stay.
pub fn escape(text: &str) -> Escaped {
    Escaper::new(text, LineFeed::Stays).run()
}

/// For a single row (a name, a title, a status): a line feed is a token too.
pub fn escape_line(text: &str) -> Escaped {
    Escaper::new(text, LineFeed::IsToken).run()
}

/// Whether this character may be drawn as it is, whatever stands around it. A name that becomes a file's keeps no other.
pub fn is_drawn(character: char) -> bool {
    !classify::is_forbidden(character) && !classify::is_conditional(character)
}

/// `escape_line` as a string, for stdout, stderr and logs: one record, one line.
pub fn plain_line(text: &str) -> String {
    escape_line(text).text
}
