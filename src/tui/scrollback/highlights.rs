//! Where the words that are looked for stand in what is visible.
//!
//! They are found in the text as it came, not as it is drawn: `^[` on the screen is one character that nobody
//! typed, and no search for it finds that.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use unicode_segmentation::GraphemeCursor;

use super::{RowKind, Scene, WrappedText};
use crate::app::Conversation;
use crate::model::MessageId;
use crate::model::search::Search;
use crate::model::text::{Escaped, TokenRun};
use crate::tui::chat::words;

/// The matches in the bodies of a scene.
#[derive(Debug, Default)]
pub struct Highlights {
    search: Search,
    of: BTreeMap<MessageId, (Arc<WrappedText>, Vec<Range<usize>>)>,
}

impl Highlights {
    /// Byte ranges of the escaped text, in rising order.
    pub fn of(&self, message: MessageId) -> &[Range<usize>] {
        self.of.get(&message).map_or(&[], |(_, ranges)| ranges)
    }

    /// Follows the scene: what is still visible is not searched again.
    pub fn follow(&mut self, scene: &Scene, place: Option<&Conversation>, search: &Search) {
        let mut known = std::mem::take(&mut self.of);
        if self.search != *search {
            self.search.clone_from(search);
            known.clear();
        }
        let Some(place) = place.filter(|_| !search.is_empty()) else { return };
        for row in &scene.rows {
            let RowKind::Body { body, .. } = &row.kind else { continue };
            if self.of.contains_key(&row.message) {
                continue;
            }
            let same = known.remove(&row.message).filter(|(of, _)| Arc::ptr_eq(of, body));
            let fresh = || {
                let text = place.message(row.message).map_or("", |message| words(place, message));
                (Arc::clone(body), body.marks(text, search))
            };
            self.of.insert(row.message, same.unwrap_or_else(fresh));
        }
    }
}

impl WrappedText {
    /// Where the search stands in what is shown of `text`, which this is the body of.
    pub fn marks(&self, text: &str, search: &Search) -> Vec<Range<usize>> {
        let shown = text.len().saturating_sub(self.hidden);
        let found = search.ranges(text.get(..shown).unwrap_or(text));
        let found = on_screen(&found, text, TokenMap { escaped: &self.escaped, runs: &self.runs });
        whole_clusters(self.escaped.as_str(), found)
    }
}

/// The escaped form of a text, and which of its tokens stand for several characters.
#[derive(Clone, Copy, Debug)]
pub struct TokenMap<'a> {
    pub escaped: &'a Escaped,
    pub runs: &'a [TokenRun],
}

/// The same ranges in the escaped form of a text: a token stands for one character or a run of them, all others for
/// themselves. They have to be in rising order.
pub fn on_screen(ranges: &[Range<usize>], text: &str, map: TokenMap<'_>) -> Vec<Range<usize>> {
    let escaped = map.escaped;
    if escaped.tokens().is_empty() {
        return ranges.to_vec();
    }
    let mut way = DualCursor { text, tokens: escaped.tokens(), passed: 0, runs: map.runs, raw: 0, shown: 0 };
    let end = escaped.as_str().len();
    let moved = ranges.iter().map(|range| {
        let start = way.walk(range.start);
        start.min(end)..way.walk(range.end).min(end)
    });
    moved.filter(|range| !range.is_empty()).collect()
}

/// The same ranges, each with the whole of the clusters it touches: drawn in parts, a cluster would fall apart.
pub fn whole_clusters(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let widened = ranges.into_iter().map(|range| floor(text, range.start)..ceil(text, range.end));
    widened.collect()
}

fn floor(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(at),
        _ => at,
    }
}

fn ceil(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(at),
        _ => at,
    }
}

/// How far one has come in both forms.
struct DualCursor<'a> {
    text: &'a str,
    /// Those ahead, and how many are behind.
    tokens: &'a [Range<usize>],
    passed: usize,
    /// Those of the tokens ahead that stand for several characters.
    runs: &'a [TokenRun],
    raw: usize,
    shown: usize,
}

impl DualCursor<'_> {
    /// Characters that the next token stands for.
    const fn characters(&mut self) -> usize {
        match self.runs.split_first() {
            Some((run, rest)) if run.token == self.passed => {
                self.runs = rest;
                run.count
            }
            _ => 1,
        }
    }

    /// Goes on to this byte of the text; the answer is where it stands on the screen.
    fn walk(&mut self, to: usize) -> usize {
        while let Some((token, rest)) = self.tokens.split_first() {
            let plain = token.start.saturating_sub(self.shown);
            if self.raw.saturating_add(plain) >= to {
                break;
            }
            let hidden = self.raw.saturating_add(plain);
            let one = self.text.get(hidden..).and_then(|from| from.chars().next()).map_or(1, char::len_utf8);
            self.raw = hidden.saturating_add(one.saturating_mul(self.characters()));
            self.shown = token.end;
            self.tokens = rest;
            self.passed = self.passed.saturating_add(1);
        }
        self.shown = self.shown.saturating_add(to.saturating_sub(self.raw));
        self.raw = self.raw.max(to);
        self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::escape;

    #[test]
    fn matches_are_marked_where_they_are_drawn() {
        let text = "a\u{1b}b\u{202e}hit\thi\u{7}t hit";
        let escaped = escape(text);
        let hits: Vec<Range<usize>> = text.match_indices("hit").map(|(at, hit)| at..at + hit.len()).collect();
        let drawn = |ranges: &[Range<usize>]| -> Vec<String> {
            let moved = on_screen(ranges, text, TokenMap { escaped: &escaped, runs: &[] });
            moved.into_iter().filter_map(|range| escaped.as_str().get(range).map(str::to_owned)).collect()
        };
        assert_eq!(drawn(&hits), ["hit", "hit"]);
        let bell = text.find("hi\u{7}t").expect("there");
        assert_eq!(drawn(&[0..2, bell..bell + 4]), ["a^[", "hi^Gt"]);
    }

    #[test]
    fn what_stands_behind_a_folded_run_is_marked_where_it_is_drawn() {
        let text = "\0\0\0hit\u{7}\u{200b}\u{200b}\u{200b}\u{200b}hit";
        let folded = escape(text).folded();
        let hits: Vec<Range<usize>> = text.match_indices("hit").map(|(at, hit)| at..at + hit.len()).collect();
        let moved = on_screen(&hits, text, TokenMap { escaped: &folded.escaped, runs: &folded.runs });
        let drawn: Vec<&str> =
            moved.into_iter().filter_map(|range| folded.escaped.as_str().get(range)).collect();
        assert_eq!(drawn, ["hit", "hit"]);
        assert_eq!(folded.escaped.as_str(), "^@×3hit^G<U+200B>×4hit");
    }
}
