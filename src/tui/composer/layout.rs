//! The draft as rows of cells, its cursor in them, and the way from row to row.
//!
//! Works on the escaped draft, since a tab or a bidi control is drawn as a token of several cells. Draws nothing.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::motion::{char_floor, part};
use crate::model::text::{Escaped, escape};
use crate::tui::text::{clip, width as cells, wrap};

/// What the view draws: `rows` are byte ranges of `shown`, one per row of the screen. The cursor is always in
/// sight: `cursor_row` is one of `rows`, and `cursor_col` is less than the width (0 at no width at all).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub shown: Escaped,
    pub rows: Vec<Range<usize>>,
    pub cursor_row: usize,
    pub cursor_col: u16,
}

impl Layout {
    /// Wraps the draft and puts the cursor into its rows, adding an empty one where the cursor needs it.
    pub(super) fn of(text: &str, cursor: usize, width: u16) -> Self {
        let width = width.max(1);
        let shown = escape(text);
        let mut rows = wrap(shown.as_str(), width);
        let at = shown_offset(text, shown.as_str(), cursor);
        // The last row that starts here or before: at a soft wrap that is the one behind it.
        let mut cursor_row = rows.partition_point(|row| row.start <= at).saturating_sub(1);
        let row = rows.get(cursor_row).cloned().unwrap_or_default();
        let mut cursor_col = u16::try_from(cells(part(shown.as_str(), row.start..at))).unwrap_or(u16::MAX);
        if cursor_col >= width {
            // Behind a full row, or among the spaces that hang over its end.
            cursor_row += 1;
            cursor_col = 0;
            if rows.get(cursor_row).is_none_or(|next| next.start != row.end) {
                rows.insert(cursor_row, row.end..row.end);
            }
        }
        Self { shown, rows, cursor_row, cursor_col }
    }

    /// Where `cursor` gets one row up or down, as near to column `goal` as that row has a cluster boundary.
    /// `None`: it is on the first or the last row.
    pub(super) fn vertical(&self, text: &str, cursor: usize, goal: u16, down: bool) -> Option<usize> {
        let mut stops: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        stops.push(text.len());
        let mut row = self.cursor_row;
        loop {
            row = if down { row + 1 } else { row.checked_sub(1)? };
            self.rows.get(row)?;
            // A token wider than the screen has rows with no boundary in them, or with the one at its end
            // alone, where the cursor may be already: those are passed over.
            let to = self.nearest(text, &stops, row, goal);
            if let Some(to) = to.filter(|to| if down { *to > cursor } else { *to < cursor }) {
                return Some(to);
            }
        }
    }

    /// The boundary of a cluster that stands at that row and column, or nearest before it.
    pub(super) fn place_at(&self, text: &str, row: usize, column: u16) -> Option<usize> {
        let mut stops: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        stops.push(text.len());
        self.nearest(text, &stops, row.min(self.rows.len().checked_sub(1)?), column)
    }

    /// Of the cluster boundaries in `stops` that stand in `row`, the last one not beyond column `goal`. Halves
    /// its way there, because asking the escaper where one boundary stands costs a pass over the draft.
    fn nearest(&self, text: &str, stops: &[usize], row: usize, goal: u16) -> Option<usize> {
        let shown = self.shown.as_str();
        let range = self.rows.get(row)?;
        // At a soft wrap the boundary belongs to the next row; before a line feed it is this row's last.
        let soft = self.rows.get(row + 1).is_some_and(|next| next.start == range.end);
        let end = if soft { range.end } else { range.end + 1 };
        let first = stops.partition_point(|&stop| shown_offset(text, shown, stop) < range.start);
        let rest = stops.get(first..)?;
        let rest = rest.get(..rest.partition_point(|&stop| shown_offset(text, shown, stop) < end))?;
        let want = range.start + clip(part(shown, range.clone()), goal).len();
        let near = rest.partition_point(|&stop| shown_offset(text, shown, stop) <= want);
        rest.get(near.saturating_sub(1)).copied()
    }
}

/// Where the escaped text has reached when `offset` bytes of `text` are escaped. Escaping a prefix gives a
/// prefix as long as the cut is between clusters; should an escaper look further ahead, what stands behind the
/// cut is measured instead, and at the very last what both have in common.
fn shown_offset(text: &str, shown: &str, offset: usize) -> usize {
    let before = escape(part(text, 0..offset));
    if shown.starts_with(before.as_str()) {
        return before.as_str().len();
    }
    let behind = escape(part(text, offset..text.len()));
    if let Some(rest) = shown.strip_suffix(behind.as_str()) {
        return rest.len();
    }
    let common = shown.bytes().zip(before.as_str().bytes()).take_while(|(a, b)| a == b).count();
    char_floor(shown, common)
}
