//! The text of one message, escaped and wrapped for a width; kept for the messages seen lately.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::code::{CodeBlock, CodeRows};
use crate::model::text::{Escaped, FoldedText, TokenRun, escape};
use crate::model::{Message, MessageId};
use crate::tui::text::{find_links, width as cells_of, wrap};

/// Bytes of a message that are shown in the pane; the rest is a key away.
pub(super) const MAX_SHOWN: usize = 16 * 1024;

/// Bodies kept: several screens up and down.
const MAX_BODIES: usize = 512;

/// A message's text as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedText {
    pub escaped: Escaped,
    /// Which of its tokens stand for several characters.
    pub runs: Vec<TokenRun>,
    /// Byte ranges of `escaped`, one a row.
    pub rows: Vec<Range<usize>>,
    /// Byte ranges of `escaped` that are links.
    pub links: Vec<Range<usize>>,
    /// Rows that have a ground of their own.
    pub code: Vec<CodeBlock>,
    /// Bytes of the text that are not shown.
    pub hidden: usize,
    /// Cells of the widest row.
    pub widest: u16,
}

/// Rows of a message that are shown at once, before a person asks for all of it.
pub(super) const MAX_ROWS: usize = 40;

impl WrappedText {
    /// The first `limit` bytes of `text` (whole characters) in rows of `width` cells.
    pub fn new(text: &str, width: u16, limit: usize) -> Self {
        let (shown, hidden) = beginning(text, limit);
        let escaped = escape(shown);
        let rows = wrap(escaped.as_str(), width);
        Self { hidden, ..Self::of(FoldedText { escaped, runs: Vec::new() }, rows, Vec::new()) }
    }

    /// The same of what somebody said: code has a ground, and what is said many times over is folded.
    pub fn said(text: &str, width: u16, limit: usize) -> Self {
        let (shown, hidden) = beginning(text, limit);
        let folded = escape(shown).folded();
        let CodeRows { rows, blocks } =
            CodeRows::new(folded.escaped.as_str(), width, folded.escaped.tokens());
        Self { hidden, ..Self::of(folded, rows, blocks) }
    }

    fn of(folded: FoldedText, rows: Vec<Range<usize>>, code: Vec<CodeBlock>) -> Self {
        let FoldedText { escaped, runs } = folded;
        let links = find_links(escaped.as_str());
        let cells = |row: &Range<usize>| escaped.as_str().get(row.clone()).map_or(0, cells_of);
        let widest = rows.iter().map(cells).max().unwrap_or_default();
        let widest = u16::try_from(widest).unwrap_or(u16::MAX);
        Self { escaped, runs, rows, links, code, hidden: 0, widest }
    }

    /// Cells of the ground below this row, where it is code.
    pub fn code_cells(&self, row: usize) -> Option<u16> {
        let at = self.code.partition_point(|block| block.rows.end <= row);
        self.code.get(at).filter(|block| block.rows.contains(&row)).map(|block| block.cells)
    }

    /// The text of one row.
    pub fn row(&self, row: usize) -> &str {
        self.rows.get(row).and_then(|range| self.escaped.as_str().get(range.clone())).unwrap_or_default()
    }

    /// The link that stands at this byte of the escaped text.
    pub fn link_at(&self, byte: usize) -> Option<&str> {
        let range = self.links.iter().find(|range| range.contains(&byte))?;
        self.escaped.as_str().get(range.clone())
    }
}

/// What is shown of a text, and how many bytes are not.
fn beginning(text: &str, limit: usize) -> (&str, usize) {
    let end = text.floor_char_boundary(limit.min(text.len()));
    let shown = text.get(..end).unwrap_or(text);
    // Many programs end each message with a line feed; an empty row would say nothing. Inspect shows it.
    let line = shown.strip_suffix("\r\n").or_else(|| shown.strip_suffix('\n')).unwrap_or(shown);
    (line, text.len().saturating_sub(end))
}

/// The bodies of the messages seen lately, at one width.
#[derive(Debug, Default)]
pub struct WrapCache {
    width: u16,
    bodies: BTreeMap<MessageId, CachedBody>,
}

/// A body, and what it was made of.
#[derive(Debug)]
struct CachedBody {
    of: Arc<Message>,
    /// Of a message that was edited: its words.
    edited: Option<String>,
    body: Arc<WrappedText>,
}

impl CachedBody {
    fn is_of(&self, message: &Arc<Message>, edited: Option<&str>) -> bool {
        let same = || Arc::ptr_eq(&self.of, message) || self.of.text == message.text;
        self.edited.as_deref() == edited && (edited.is_some() || same())
    }
}

impl WrapCache {
    /// How many are kept.
    #[cfg(test)]
    pub(in crate::tui) fn len(&self) -> usize {
        self.bodies.len()
    }

    /// The body of `message`, or of the words in the place of its own; made if it is not there, was made for another
    /// width, or of another text.
    pub fn body(&mut self, message: &Arc<Message>, edited: Option<&str>, width: u16) -> Arc<WrappedText> {
        if self.width != width || self.bodies.len() >= MAX_BODIES {
            self.bodies.clear();
            self.width = width;
        }
        if let Some(cached) = self.bodies.get(&message.id).filter(|cached| cached.is_of(message, edited)) {
            return Arc::clone(&cached.body);
        }
        let body = Arc::new(WrappedText::said(edited.unwrap_or(&message.text), width, MAX_SHOWN));
        let (of, edited) = (Arc::clone(message), edited.map(str::to_owned));
        self.bodies.insert(message.id, CachedBody { of, edited, body: Arc::clone(&body) });
        body
    }
}
