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
    wrap_whole(text, width, &[])
}

/// The same, with these ranges of the text whole wherever a row has room for them. They have to be in rising order.
pub fn wrap_whole(text: &str, width: u16, whole: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut wrapper = Wrapper { width: usize::from(width.max(1)), whole, rows: Vec::new() };
    let mut start = 0;
    for line in text.split('\n') {
        wrapper.line(line, start);
        start += line.len() + 1;
    }
    wrapper.rows
}

/// Wraps one line after the other.
struct Wrapper<'a> {
    width: usize,
    /// What stays whole.
    whole: &'a [Range<usize>],
    rows: Vec<Range<usize>>,
}

impl Wrapper<'_> {
    /// The ranges of a line that stay whole.
    fn held(&self, line: &str, offset: usize) -> Vec<Range<usize>> {
        let mut held = unbroken(line, self.width);
        let from = self.whole.partition_point(|range| range.end <= offset);
        let end = offset + line.len();
        let here = self.whole.iter().skip(from).take_while(|range| range.start < end);
        let here = here.map(|range| range.start.saturating_sub(offset)..range.end.saturating_sub(offset));
        held.extend(here.filter(|range| line.get(range.clone()).is_some_and(|one| one.len() <= self.width)));
        held.sort_unstable_by_key(|held| held.start);
        held
    }

    /// `offset` is where the line stands in the text.
    fn line(&mut self, line: &str, offset: usize) {
        let width = self.width;
        // No character takes more cells than bytes, so most messages are done here.
        if line.len() <= width {
            self.rows.push(offset..offset + line.len());
            return;
        }
        let breaks = linebreaks(line).map(|(at, _)| at).peekable();
        let mut filler = Filler {
            offset,
            width,
            breaks,
            held: self.held(line, offset),
            rows: &mut self.rows,
            start: BreakPoint::default(),
            soft: None,
            hard: None,
            is_behind_blank: false,
        };
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

/// Links that have room on a row of their own: half a link is of no use, and a row that ends in `https://` least of all. And
/// the names of keys and commands: a row that ends in `Ctrl-` or a slash names none.
fn unbroken(line: &str, width: usize) -> Vec<Range<usize>> {
    let mut links = find_links(line);
    links.retain(|link| line.get(link.clone()).is_some_and(|link| text_width(link) <= width));
    let keys = KEYS.iter().flat_map(|prefix| names(line, prefix)).chain(commands(line));
    let keys: Vec<Range<usize>> = keys.collect();
    let is_apart = |key: &Range<usize>| {
        let near = links.partition_point(|link| link.end <= key.start);
        links.get(near).is_none_or(|link| key.end <= link.start)
    };
    let mut held: Vec<Range<usize>> = keys.into_iter().filter(is_apart).collect();
    held.extend(links);
    held
}

/// How the names of keys begin that have a hyphen.
const KEYS: [&str; 2] = ["Ctrl-", "Alt-"];

/// Each place of this beginning, with one character more.
fn names<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    line.match_indices(prefix).map(move |(start, _)| {
        let end = start + prefix.len();
        let key = line.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        start..end + key
    })
}

/// Slashes that begin a word, each with the letter behind it.
fn commands(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    names(line, " /").map(|found| found.start + 1..found.end)
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
    is_behind_blank: bool,
}

impl<B: Iterator<Item = usize>> Filler<'_, B> {
    /// Adds the cluster that begins at `here`, ending rows before it as needed.
    fn place(&mut self, here: BreakPoint, cluster: &str, cells: usize) {
        while self.breaks.next_if(|at| *at < here.at).is_some() {}
        // UAX #14 knows the slash as what stands between words (LB13), and not as the beginning of a command.
        let is_command = std::mem::replace(&mut self.is_behind_blank, cluster == " ") && cluster == "/";
        let may_break = self.breaks.next_if(|at| *at == here.at).is_some() || is_command;
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
