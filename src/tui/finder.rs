//! The search through every conversation: what was typed, which result is chosen, and a line of each that is
//! visible. The results themselves are the app's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::query::Query;
use super::scrollback::{TokenMap, on_screen, whole_clusters};
use crate::app::SearchResults;
use crate::model::search::Search;
use crate::model::text::{Escaped, FoldedText, escape_line};
use crate::model::{Message, MessageId};

/// Bytes of a text kept before its first match: half a row of the widest characters.
const BEFORE: usize = 1024;

/// Bytes kept from its first match on: several rows, of which one is shown.
const AFTER: usize = 4 * 1024;

/// A search everywhere. It stays when its popup is closed, to be opened again.
#[derive(Debug, Default)]
pub(super) struct Finder {
    pub query: Query,
    /// What was looked for last in one conversation.
    pub looked_for: Query,
    /// It was opened again: the first character replaces what stands there.
    pub is_selected: bool,
    /// Enter was pressed before there was a result.
    pub is_awaited: bool,
    /// Which result is chosen, the newest being the first.
    pub chosen: usize,
    /// The result that stood on top when the choice was moved last.
    top: usize,
    /// The last result when older ones were asked for.
    pub asked: Option<usize>,
    excerpts: BTreeMap<MessageId, Excerpt>,
}

impl Finder {
    /// A new search begins at its newest result.
    pub(super) fn begin(&mut self) {
        self.is_awaited = false;
        self.chosen = 0;
        self.top = 0;
        self.asked = None;
        self.excerpts.clear();
    }

    /// Chooses a result; the list, which shows `height` of them, moves no more than it has to.
    pub(super) fn choose(&mut self, chosen: usize, height: usize) {
        self.chosen = chosen;
        self.top = self.top(height);
    }

    /// The first result that is visible, so that the chosen one is.
    pub(super) fn top(&self, height: usize) -> usize {
        let least = self.chosen.saturating_add(1).saturating_sub(height.max(1));
        self.top.clamp(least, self.chosen)
    }

    /// Makes the lines of the results that will be visible; those that are there stay.
    pub(super) fn prepare(&mut self, results: &SearchResults, height: usize) {
        let mut known = std::mem::take(&mut self.excerpts);
        for hit in results.hits.iter().skip(self.top(height)).take(height) {
            let excerpt = known.remove(&hit.id).unwrap_or_else(|| Excerpt::new(hit, &self.query.search));
            self.excerpts.insert(hit.id, excerpt);
        }
    }

    pub(super) fn excerpt(&self, message: MessageId) -> Option<&Excerpt> {
        self.excerpts.get(&message)
    }
}

/// The part of a text around its first match, as one line.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub text: Escaped,
    /// Where the matches stand in `text`.
    pub marks: Vec<Range<usize>>,
    /// There is more before it, or behind it.
    pub before: bool,
    pub behind: bool,
}

impl Excerpt {
    fn new(message: &Message, search: &Search) -> Self {
        let whole = with_files(message);
        let text = &*whole;
        let ranges = search.ranges(text);
        let first = ranges.first().map_or(0, |first| first.start);
        let from = cluster_behind(text, first.saturating_sub(BEFORE));
        let to = text.floor_char_boundary(first.saturating_add(AFTER).min(text.len()));
        let part = text.get(from..to).unwrap_or_default();
        // Each of these is one byte, so what stands behind it stays where it is.
        let line: String =
            part.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
        let FoldedText { escaped, runs } = escape_line(&line).folded();
        let here = ranges.into_iter().filter(|range| range.start >= from && range.start < to);
        let moved: Vec<Range<usize>> = here
            .map(|range| range.start.saturating_sub(from)..range.end.min(to).saturating_sub(from))
            .collect();
        let found = on_screen(&moved, &line, TokenMap { escaped: &escaped, runs: &runs });
        let marks = whole_clusters(escaped.as_str(), found);
        Self { text: escaped, marks, before: from > 0, behind: to < text.len() }
    }
}

/// The words of a message, and behind them what it offers.
fn with_files(message: &Message) -> Cow<'_, str> {
    let words = message.text.trim_end();
    let names: Vec<&str> = message.files.as_slice().iter().map(|file| file.name.as_str()).collect();
    match (words, names.join("  ")) {
        (words, _) if names.is_empty() => Cow::Borrowed(words),
        ("", names) => Cow::Owned(format!("▤ {names}")),
        (words, names) => Cow::Owned(format!("{words}  ▤ {names}")),
    }
}

/// Where the first whole cluster behind this byte begins; the start of the text is one.
fn cluster_behind(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    let cut = text.get(at..).filter(|_| at > 0).and_then(|rest| rest.graphemes(true).next());
    at.saturating_add(cut.map_or(0, str::len))
}
