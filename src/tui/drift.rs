//! Clusters that are one cell to ratatui and several to a terminal: families, flags, conjuncts, emoji made by a
//! variation selector.
//!
//! A terminal that adds up characters may draw them wider than the layout says, over what stands behind them, and
//! at the right edge over the start of the next row. Only changed cells are sent, so that would stay. Here the
//! cells in reach are marked to be sent after the cluster, each frame, and those inside it to be sent when it goes:
//! ratatui trusts the terminal to clear them. Decides nothing about how text is laid out.

use ratatui::buffer::{Buffer, CellDiffOption};
use unicode_width::UnicodeWidthChar as _;

use super::text::width;

/// What else makes a terminal see another width: text and emoji presentation.
const SELECTORS: [char; 2] = ['\u{fe0e}', '\u{fe0f}'];

/// Marks what stands within reach of such a cluster.
pub(super) fn mark(buffer: &mut Buffer) {
    let area = buffer.area;
    // Cells at the start of a row that the row above may have run over.
    let mut over: u16 = 0;
    for y in area.top()..area.bottom() {
        let mut drifting = false;
        let mut inside: u16 = 0;
        let mut reach = area.left();
        for x in area.left()..area.right() {
            let Some(cell) = buffer.cell_mut((x, y)) else { continue };
            if inside > 0 {
                inside = inside.saturating_sub(1);
                // Behind an emoji presentation ratatui would send the second cell too, at the wrong column.
                // And once the cluster is gone, a cell that is no longer skipped counts as changed.
                if drifting {
                    cell.set_diff_option(CellDiffOption::Skip);
                }
                continue;
            }
            if drifting || x.saturating_sub(area.left()) < over {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
            if let Some(widest) = disputed(cell.symbol()) {
                drifting = true;
                reach = reach.max(x.saturating_add(widest));
            }
            inside = cells(width(cell.symbol())).saturating_sub(1);
        }
        // A wide character with one cell left for it goes to the next row whole, which is one cell more.
        over =
            reach.checked_sub(area.right()).filter(|over| *over > 0).map_or(0, |over| over.saturating_add(1));
    }
}

/// The widest that a terminal may draw the cluster, if it is more than one character with marks.
fn disputed(symbol: &str) -> Option<u16> {
    symbol.chars().nth(1)?;
    let widths = || symbol.chars().map(|c| c.width().unwrap_or(0));
    let widened = symbol.chars().filter(|c| SELECTORS.contains(c)).count();
    let several = widths().filter(|width| *width > 0).nth(1).is_some();
    let sum: usize = widths().sum();
    (widened > 0 || several || sum != width(symbol)).then(|| cells(sum.saturating_add(widened)))
}

fn cells(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn drawn(rows: &[&str], width: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, u16::try_from(rows.len()).unwrap()));
        for (y, row) in (0..).zip(rows) {
            buffer.set_string(0, y, row, Style::new());
        }
        mark(&mut buffer);
        buffer
    }

    /// The cells that are sent although nothing changed.
    fn resent(rows: &[&str], width: u16) -> Vec<(u16, u16)> {
        let buffer = drawn(rows, width);
        buffer.diff(&buffer).iter().map(|(x, y, _)| (*x, *y)).collect()
    }

    #[test]
    fn plain_and_wide_text_is_sent_only_when_it_changes() {
        assert_eq!(resent(&["在吗 👍 e\u{301}", "abc"], 12), []);
    }

    #[test]
    fn what_stands_behind_a_family_is_sent_after_it() {
        assert_eq!(resent(&["a👨\u{200d}👩\u{200d}👧b", "xyz"], 7), [(3, 0), (4, 0), (5, 0), (6, 0)]);
    }

    #[test]
    fn a_family_at_the_right_edge_has_the_start_of_the_next_row_sent() {
        assert_eq!(resent(&["ab👨\u{200d}👩\u{200d}👧", "xyz", "xyz"], 4), [(0, 1), (1, 1), (2, 1), (3, 1)]);
    }

    #[test]
    fn a_wide_character_that_does_not_fit_on_the_row_takes_a_cell_more_of_the_next() {
        assert_eq!(resent(&["ab👨\u{200d}👩c", "uvwxyz"], 5), [(4, 0), (0, 1), (1, 1)]);
    }

    #[test]
    fn a_cluster_of_several_characters_leaves_nothing_behind() {
        let before = drawn(&["क\u{94d}क\u{94d}क"], 4);
        assert_eq!(width("क\u{94d}क\u{94d}क"), 3);
        let after = drawn(&[""], 4);
        let sent: Vec<u16> = before.diff(&after).iter().map(|(x, ..)| *x).collect();
        assert_eq!(&sent[..3], [0, 1, 2]);
    }

    #[test]
    fn no_cell_of_a_cluster_is_sent_on_its_own() {
        let before = Buffer::with_lines(["xxxx"]);
        let after = drawn(&["❤\u{fe0f}ab"], 4);
        let sent: Vec<u16> = before.diff(&after).iter().map(|(x, ..)| *x).collect();
        assert_eq!(sent, [0, 2, 3], "the cursor is moved to column 2");
    }
}
