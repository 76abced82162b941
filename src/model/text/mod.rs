//! The one escaper: the only way text that came from outside reaches a terminal, a log line or stdout.

use std::ops::Range;

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

    /// Where the tokens stand, in rising order, never overlapping, on character boundaries.
    pub fn tokens(&self) -> &[Range<usize>] {
        &self.tokens
    }
}

/// For a pane of several rows: line feeds stay.
pub fn escape(text: &str) -> Escaped {
    Escaped { text: text.chars().filter(|c| !c.is_control() || *c == '\n').collect(), tokens: Vec::new() }
}

/// For a single row (a name, a title, a status): a line feed is a token too.
pub fn escape_line(text: &str) -> Escaped {
    Escaped { text: text.chars().filter(|c| !c.is_control()).collect(), tokens: Vec::new() }
}

/// `escape_line` as a string, for stdout, stderr and logs: one record, one line.
pub fn plain_line(text: &str) -> String {
    escape_line(text).text
}

/// What a paste puts into the composer: line ends become `\n`, escape sequences and control characters go.
pub fn clean_paste(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
