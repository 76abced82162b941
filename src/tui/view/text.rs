//! Puts escaped text into cells.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::tui::text::{clip, clip_with_ellipsis, width};

/// Draws `text` on one row, cut to `width` cells; the answer is how many cells it took.
///
/// `text` has to be escaped already, or be the program's own.
pub(super) fn put(buffer: &mut Buffer, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
    let area = buffer.area;
    if y >= area.bottom() || x >= area.right() || width == 0 {
        return 0;
    }
    let width = width.min(area.right().saturating_sub(x));
    let (end, _) = buffer.set_stringn(x, y, clip(text, width), usize::from(width), style);
    end.saturating_sub(x)
}

/// Draws pieces one behind the other; the answer is the column behind the last.
pub(super) fn put_all(buffer: &mut Buffer, x: u16, y: u16, right: u16, pieces: &[(&str, Style)]) -> u16 {
    let mut at = x;
    for (text, style) in pieces {
        at = at.saturating_add(put(buffer, at, y, right.saturating_sub(at), text, *style));
    }
    at
}

/// Cells of a name that stay visible whatever stands beside it.
const LEAST_NAME: u16 = 4;

/// Cells that a name takes at least.
pub(super) fn least_name(name: &str) -> u16 {
    u16::try_from(width(name)).unwrap_or(u16::MAX).min(LEAST_NAME)
}

/// A name cut so that within `room` there is space for `beside` cells more.
pub(super) fn name_beside(name: &str, room: u16, beside: u16) -> String {
    clip_with_ellipsis(name, room.saturating_sub(beside).max(least_name(name))).into()
}

/// A row of text cut into the pieces whose style differs.
///
/// `layers` are lists of byte ranges in rising order with the style each puts on; later layers win.
pub(super) fn pieces<'a>(
    text: &'a str,
    row: &Range<usize>,
    base: Style,
    layers: &[(&[Range<usize>], Style)],
) -> Vec<(&'a str, Style)> {
    let near: Vec<(&[Range<usize>], Style)> =
        layers.iter().map(|(ranges, style)| (overlapping(ranges, row), *style)).collect();
    let mut cuts = vec![row.start, row.end];
    for (ranges, _) in &near {
        for range in *ranges {
            cuts.extend([range.start, range.end].into_iter().filter(|cut| row.contains(cut)));
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    let spans = cuts.iter().zip(cuts.iter().skip(1));
    spans
        .filter_map(|(start, end)| {
            let style = near.iter().fold(base, |style, (ranges, on)| {
                if ranges.iter().any(|range| range.contains(start)) { style.patch(*on) } else { style }
            });
            Some((text.get(*start..*end)?, style))
        })
        .collect()
}

/// The part of a rising list that touches `row`: a long message must not cost on each of its rows.
pub(super) fn overlapping<'a>(ranges: &'a [Range<usize>], row: &Range<usize>) -> &'a [Range<usize>] {
    let from = ranges.partition_point(|range| range.end <= row.start);
    let to = ranges.partition_point(|range| range.start < row.end);
    ranges.get(from..to).unwrap_or_default()
}
