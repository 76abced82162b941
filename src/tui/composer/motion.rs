//! Where clusters, words and lines begin and end.
//!
//! Pure functions over a text and a byte offset. Offsets that come in are on cluster boundaries (except for
//! the `snap`s and `char_floor`, which make them so), and offsets that go out are on cluster boundaries.

use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// `text[range]`, empty where the range is none of the text's.
pub(super) fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// The nearest character boundary at or before `at`.
pub(super) fn char_floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// The nearest cluster boundary at or before `at`.
pub(super) fn snap_down(text: &str, at: usize) -> usize {
    let at = char_floor(text, at);
    if is_boundary(text, at) { at } else { previous(text, at) }
}

/// The nearest cluster boundary at or behind `at`.
pub(super) fn snap_up(text: &str, at: usize) -> usize {
    let at = char_floor(text, at);
    if is_boundary(text, at) { at } else { next(text, at) }
}

// The whole text is handed over in one chunk, so the cursor never asks for more: no error can come back.
fn is_boundary(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

pub(super) fn next(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

pub(super) fn previous(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// The end of the word that `at` stands in or before. Words are UAX #29's: an ideograph may be one alone.
pub(super) fn word_right(text: &str, at: usize) -> usize {
    let behind = part(text, at..text.len());
    let end = behind.unicode_word_indices().next().map(|(start, word)| at + start + word.len());
    end.map_or(text.len(), |end| snap_up(text, end))
}

/// The start of the word that `at` stands in or behind.
pub(super) fn word_left(text: &str, at: usize) -> usize {
    let start = part(text, 0..at).unicode_word_indices().next_back().map(|(start, _)| start);
    start.map_or(0, |start| snap_down(text, start))
}

/// The start of the last run of clusters that are no white space, as the shell's Ctrl-W sees words.
pub(super) fn space_word_left(text: &str, at: usize) -> usize {
    let is_space = |cluster: &str| cluster.chars().all(char::is_whitespace);
    let mut start = at;
    let mut seen_word = false;
    for (index, cluster) in part(text, 0..at).grapheme_indices(true).rev() {
        if seen_word && is_space(cluster) {
            break;
        }
        seen_word |= !is_space(cluster);
        start = index;
    }
    start
}

/// Lines here are what line feeds part, not the rows of the screen.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    part(text, 0..at).rfind('\n').map_or(0, |feed| feed + 1)
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = part(text, at..text.len()).find('\n').map_or(text.len(), |feed| at + feed);
    // CR LF is a single cluster: the line ends before both.
    snap_down(text, end)
}
