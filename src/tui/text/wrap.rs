//! Wrapping by UAX #14 with a grapheme fall-back, shared by the scrollback and the composer.
//!
//! One pass, and nothing is allocated but the rows. It must not trim: every byte but the line feeds belongs to a
//! row, so the composer can find its cursor in them.

use std::iter::Peekable;
use std::ops::Range;

use unicode_linebreak::{BreakClass, break_property, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use super::find_links;
use super::width::{cluster_width, is_printable_ascii, width as text_width};

/// The byte ranges of the visual rows of `text` at `width` cells (0 counts as 1).
///
/// Line feeds end rows and belong to none: an empty line, an empty text and the end after a last line feed are
/// empty rows. Spaces at a row's end hang: they belong to the row but may exceed the width, and whoever draws
/// clips them. A cluster wider than `width` has a row of its own.
pub fn wrap(text: &str, width: u16) -> Vec<Range<usize>> {
    let mut wrapper = Wrapper { width: usize::from(width.max(1)), rows: Vec::new() };
    let mut start = 0;
    for line in text.split('\n') {
        wrapper.line(line, start);
        start += line.len() + 1;
    }
    wrapper.rows
}

/// Wraps one line after the other.
struct Wrapper {
    width: usize,
    rows: Vec<Range<usize>>,
}

impl Wrapper {
    /// `offset` is where the line stands in the text.
    fn line(&mut self, line: &str, offset: usize) {
        let width = self.width;
        // No character takes more cells than bytes, so most messages are done here.
        if line.len() <= width {
            self.rows.push(offset..offset + line.len());
            return;
        }
        let breaks = linebreaks(line).map(|(at, _)| at).peekable();
        let (start, held) = (BreakPoint::default(), unbroken(line, width));
        let mut filler =
            Filler { offset, width, breaks, held, rows: &mut self.rows, start, soft: None, hard: None };
        let mut here = BreakPoint::default();
        if is_printable_ascii(line) {
            for next in 1..=line.len() {
                filler.place(here, line.get(here.at..next).unwrap_or_default(), 1);
                here = BreakPoint { at: next, cells: next };
            }
        } else {
            for (at, cluster) in line.grapheme_indices(true) {
                let cells = cluster_width(cluster);
                filler.place(here, cluster, cells);
                here = BreakPoint { at: at + cluster.len(), cells: here.cells + cells };
            }
        }
        filler.end_row(here);
    }
}

/// Links that have room on a row of their own: half a link is of no use, and a row that ends in `https://` least of all.
fn unbroken(line: &str, width: usize) -> Vec<Range<usize>> {
    let mut links = find_links(line);
    links.retain(|link| line.get(link.clone()).is_some_and(|link| text_width(link) <= width));
    links
}

/// A place between two clusters: bytes and cells since the line's start.
#[derive(Clone, Copy, Debug, Default)]
struct BreakPoint {
    at: usize,
    cells: usize,
}

/// Fills one row after the other.
struct Filler<'a, B: Iterator<Item = usize>> {
    offset: usize,
    width: usize,
    breaks: Peekable<B>,
    /// What stays whole.
    held: Vec<Range<usize>>,
    rows: &'a mut Vec<Range<usize>>,
    start: BreakPoint,
    /// The last place in this row where the line may break.
    soft: Option<BreakPoint>,
    /// The last place in this row where a word may be cut without a row beginning in closing punctuation.
    hard: Option<BreakPoint>,
}

impl<B: Iterator<Item = usize>> Filler<'_, B> {
    /// Adds the cluster that begins at `here`, ending rows before it as needed.
    fn place(&mut self, here: BreakPoint, cluster: &str, cells: usize) {
        while self.breaks.next_if(|at| *at < here.at).is_some() {}
        let may_break = self.breaks.next_if(|at| *at == here.at).is_some();
        if here.at > self.start.at && !self.is_held(here.at) {
            if may_break {
                self.soft = Some(here);
            }
            if may_begin_row(cluster) {
                self.hard = Some(here);
            }
        }
        if cluster == " " {
            return;
        }
        while here.at > self.start.at && here.cells - self.start.cells + cells > self.width {
            self.end_row(self.soft.or(self.hard).unwrap_or(here));
        }
    }

    fn is_held(&self, at: usize) -> bool {
        let near = self.held.partition_point(|held| held.end <= at);
        self.held.get(near).is_some_and(|held| held.start < at)
    }

    fn end_row(&mut self, end: BreakPoint) {
        self.rows.push(self.offset + self.start.at..self.offset + end.at);
        self.start = end;
        self.soft = self.soft.filter(|mark| mark.at > end.at);
        self.hard = self.hard.filter(|mark| mark.at > end.at);
    }
}

/// Kinsoku for words that had to be cut: UAX #14 has looked after all other places.
fn may_begin_row(cluster: &str) -> bool {
    let Some(first) = cluster.chars().next() else { return false };
    first != ' '
        && !matches!(
            break_property(u32::from(first)),
            BreakClass::ClosePunctuation
                | BreakClass::CloseParenthesis
                | BreakClass::Exclamation
                | BreakClass::InfixSeparator
                | BreakClass::NonStarter
                | BreakClass::ConditionalJapaneseStarter
        )
}
