//! Which lines of a text are code: those that are set in by four blanks or a tab, and those between two fences. They are drawn
//! as such, and never changed.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::tui::text::{clip, width as cells_of, wrap, wrap_whole};

/// What sets a line in. The arrow is how a tab is drawn.
const INDENTS: [&str; 2] = ["    ", "→   "];

/// What code stands between, each on a line of its own.
const FENCE: &str = "```";

/// Rows of code below each other, which share a ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    pub rows: Range<usize>,
    /// Cells of the widest of them.
    pub cells: u16,
}

/// A text as rows.
#[derive(Debug, Default)]
pub(super) struct CodeRows {
    pub(super) rows: Vec<Range<usize>>,
    pub(super) blocks: Vec<CodeBlock>,
}

impl CodeRows {
    /// The rows that `wrap_whole` makes, but for code: it is cut where it has no more room, at blanks or not.
    pub(super) fn new(text: &str, width: u16, whole: &[Range<usize>]) -> Self {
        let may_have = text.contains(FENCE) || INDENTS.iter().any(|indent| text.contains(indent));
        let lines = if may_have { code_lines(text) } else { Vec::new() };
        if !lines.contains(&true) {
            return Self { rows: wrap_whole(text, width, whole), blocks: Vec::new() };
        }
        let mut all = Self::default();
        let mut start = 0_usize;
        for (line, is_code) in text.split('\n').zip(lines) {
            if is_code {
                all.code(line, start, width);
            } else {
                let here = |row: Range<usize>| row.start.saturating_add(start)..row.end.saturating_add(start);
                all.rows.extend(wrap(line, width).into_iter().map(here));
            }
            start = start.saturating_add(line.len()).saturating_add(1);
        }
        all
    }

    /// Adds a line of code that stands at `start`.
    fn code(&mut self, line: &str, start: usize, width: u16) {
        let (first, mut cells, mut at) = (self.rows.len(), 0, 0_usize);
        while at < line.len() || self.rows.len() == first {
            let rest = line.get(at..).unwrap_or_default();
            let piece = beginning(rest, width);
            cells = cells_of(piece).max(cells);
            let end = at.saturating_add(piece.len());
            self.rows.push(start.saturating_add(at)..start.saturating_add(end));
            at = end;
        }
        let (cells, rows) = (u16::try_from(cells).unwrap_or(u16::MAX), first..self.rows.len());
        match self.blocks.last_mut().filter(|block| block.rows.end == first) {
            Some(block) => {
                *block = CodeBlock { rows: block.rows.start..rows.end, cells: block.cells.max(cells) }
            }
            None => self.blocks.push(CodeBlock { rows, cells }),
        }
    }
}

/// What has room on a row; one cluster at least.
fn beginning(text: &str, width: u16) -> &str {
    let fits = clip(text, width);
    if fits.is_empty() { text.graphemes(true).next().unwrap_or(text) } else { fits }
}

fn is_fence(line: &str) -> bool {
    line.trim_start().strip_prefix(FENCE).is_some_and(|behind| !behind.contains('`'))
}

/// Whether each line is code. A fence that nothing closes is none; what is empty between two lines of code is code.
fn code_lines(text: &str) -> Vec<bool> {
    let lines: Vec<&str> = text.split('\n').collect();
    let is_set_in =
        |line: &str| !line.trim().is_empty() && INDENTS.iter().any(|indent| line.starts_with(indent));
    // A line alone is no program, and a ground of its own would part it from those around it.
    let mut is_code: Vec<bool> = lines.iter().map(|line| lines.len() > 1 && is_set_in(line)).collect();
    let mut fences = lines.iter().enumerate().filter(|(_, line)| is_fence(line)).map(|(at, _)| at);
    while let (Some(open), Some(close)) = (fences.next(), fences.next()) {
        mark(&mut is_code, open..close.saturating_add(1));
    }
    let marked: Vec<usize> = is_code.iter().enumerate().filter(|(_, is)| **is).map(|(at, _)| at).collect();
    for (one, next) in marked.iter().zip(marked.iter().skip(1)) {
        let between = one.saturating_add(1)..*next;
        let is_empty = |line: &&str| line.trim().is_empty();
        if lines.get(between.clone()).is_some_and(|lines| lines.iter().all(is_empty)) {
            mark(&mut is_code, between);
        }
    }
    is_code
}

fn mark(lines: &mut [bool], range: Range<usize>) {
    if let Some(lines) = lines.get_mut(range) {
        lines.fill(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a text, those of code behind a bar.
    fn shown(text: &str, width: u16) -> Vec<String> {
        let all = CodeRows::new(text, width, &[]);
        let is_code = |row: usize| all.blocks.iter().any(|block| block.rows.contains(&row));
        let row = |(at, row): (usize, &Range<usize>)| {
            format!(
                "{}{}",
                if is_code(at) { "|" } else { "" },
                text.get(row.clone()).expect("whole characters")
            )
        };
        all.rows.iter().enumerate().map(row).collect()
    }

    #[test]
    fn what_is_set_in_or_fenced_is_code() {
        assert_eq!(shown("see\n    let x;\n\n    y\nend", 20), ["see", "|    let x;", "|", "|    y", "end"]);
        assert_eq!(shown("→   tab\n→   more", 20), ["|→   tab", "|→   more"]);
        assert_eq!(shown("    one line alone", 20), ["    one line alone"]);
        assert_eq!(shown("```rs\na\n```\nb", 20), ["|```rs", "|a", "|```", "b"]);
        assert_eq!(shown("```\nnever closed", 20), ["```", "never closed"]);
        assert_eq!(shown("```inline``` words", 20), ["```inline``` words"]);
        assert_eq!(shown("    \nonly blanks", 20), ["    ", "only blanks"]);
        assert_eq!(shown("", 20), [""]);
    }

    #[test]
    fn code_is_cut_where_it_has_no_room_and_not_at_blanks() {
        assert_eq!(shown("    one two\n.", 9), ["|    one t", "|wo", "."]);
        assert_eq!(shown("one two three\n    会议室", 8), ["one two ", "three", "|    会议", "|室"]);
        let all = CodeRows::new("    a\n    bcd", 20, &[]);
        assert_eq!(all.blocks, [CodeBlock { rows: 0..2, cells: 7 }]);
        for width in 1..4 {
            let cut = CodeRows::new("    \n    会a", width, &[]);
            assert_eq!(cut.rows.last().map(|row| row.end), Some("    \n    会a".len()), "{width}");
        }
    }
}
