//! What rows depend on besides the message: words, time zone and names; and the columns that no text can reach.

use std::time::Instant;

use jiff::tz::TimeZone;

use crate::lang::Lang;
use crate::model::text::escape;
use crate::tui::pictures::Gallery;
use crate::tui::text::wrap;

/// What the words on the rows depend on, the same for every conversation.
#[derive(Clone, Copy, Debug)]
pub struct RenderCtx<'a> {
    pub lang: &'a Lang,
    pub zone: &'a TimeZone,
    /// Our own name.
    pub me: &'a str,
    /// The encoding of those who do not say theirs.
    pub legacy: &'a str,
    /// The moment that is drawn; `None`: it does not matter yet.
    pub moment: Option<Instant>,
    /// The pictures that are shown below files; `None`: none are.
    pub gallery: Option<&'a Gallery>,
    /// Rows of the screen: with few of them there is no air between what is said.
    pub screen_rows: u16,
    /// Long texts are shown to their end.
    pub whole: bool,
}

/// Cells of the gutter that stands before every row of a text: room for a mark and a blank, and no text can reach it.
pub(in crate::tui) const fn gutter(width: u16) -> u16 {
    let quarter = width / 4;
    if quarter < 3 { quarter } else { 3 }
}

/// Cells before a file's name, for its glyph; with less room there are none.
const GLYPH: u16 = 2;

/// Cells before all rows of a file.
pub(in crate::tui) const fn indent(width: u16) -> u16 {
    if width < 12 { 0 } else { GLYPH }
}

/// Cells of a row of text at most: longer ones are hard to read.
const MEASURE: u16 = 100;

/// Cells behind the gutter that text may take: one at the right end is the edge of its ground.
pub(in crate::tui) fn text_width(width: u16) -> u16 {
    width.saturating_sub(gutter(width)).saturating_sub(u16::from(width >= 12)).clamp(1, MEASURE)
}

/// A line of the program itself as rows behind the gutter, for a pane of that width.
pub(super) fn wrapped(text: &str, width: u16) -> Vec<String> {
    let escaped = escape(text);
    let rows = wrap(escaped.as_str(), text_width(width)).into_iter();
    rows.map(|range| escaped.as_str().get(range).unwrap_or_default().to_owned()).collect()
}
