//! How many cells a text takes, and the part of it that fits.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

const ELLIPSIS: &str = "…";

/// The cells of one cluster. Controls are never drawn, so they have none.
pub(in crate::tui) fn cluster_width(cluster: &str) -> usize {
    if cluster.contains(char::is_control) { 0 } else { usize::from(cluster.cell_width()) }
}

pub(in crate::tui) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The cells of a whole text, as if drawn in one row.
pub fn width(text: &str) -> usize {
    if is_printable_ascii(text) {
        return text.len();
    }
    text.graphemes(true).map(cluster_width).sum()
}

/// The longest beginning of whole clusters that fits.
pub fn clip(text: &str, width: u16) -> &str {
    if is_printable_ascii(text) {
        return text.get(..usize::from(width)).unwrap_or(text);
    }
    let mut left = usize::from(width);
    let end = text
        .grapheme_indices(true)
        .find(|(_, cluster)| left.checked_sub(cluster_width(cluster)).map(|rest| left = rest).is_none())
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// `text` if it fits, otherwise what fits before `…`.
pub fn clip_with_ellipsis(text: &str, width: u16) -> Cow<'_, str> {
    if clip(text, width).len() == text.len() {
        return Cow::Borrowed(text);
    }
    match width.checked_sub(1) {
        Some(room) => Cow::Owned(format!("{}{ELLIPSIS}", clip(text, room))),
        None => Cow::Borrowed(""),
    }
}

/// The same, cut between words where there is such a place: half a number looks like another one.
pub fn clip_words(text: &str, width: u16) -> Cow<'_, str> {
    let cut = clip_with_ellipsis(text, width);
    let Cow::Owned(cut) = cut else { return cut };
    let kept = cut.strip_suffix(ELLIPSIS).unwrap_or(&cut);
    // What was cut may end with a word.
    if text.get(kept.len()..).is_some_and(|rest| rest.starts_with(char::is_whitespace)) {
        return Cow::Owned(format!("{}{ELLIPSIS}", kept.trim_end()));
    }
    // A script without blanks may be cut anywhere, but no number and no word of letters.
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_' | '/' | '@');
    let whole = kept.trim_end_matches(is_part);
    let whole = if whole.is_empty() { kept } else { whole };
    Cow::Owned(format!("{}{ELLIPSIS}", whole.trim_end()))
}
