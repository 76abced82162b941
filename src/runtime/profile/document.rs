//! A parsed TOML file that still knows where in the text everything stands, and the splicing of edits.
//!
//! Knows no key of any file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, Table};

use super::comment_column::realigned;
use super::{ConfigError, EditError, Problem, ValueKind};
use crate::model::Phrase;

/// The text of a file and its structure.
#[derive(Debug)]
pub(super) struct TomlFile {
    pub(super) path: PathBuf,
    document: Document<String>,
}

impl TomlFile {
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        match Document::parse(text.to_owned()) {
            Ok(document) => Ok(Self { path: path.to_owned(), document }),
            Err(error) => {
                let (line, column) = place(text, error.span().unwrap_or_default().start);
                let what = Problem::Syntax(error.message().to_owned());
                Err(ConfigError { path: path.to_owned(), line, column, what })
            }
        }
    }

    pub(super) fn text(&self) -> &str {
        self.document.raw()
    }

    pub(super) fn root(&self) -> &Table {
        self.document.as_table()
    }

    pub(super) fn line(&self, span: Option<Range<usize>>) -> usize {
        place(self.text(), span.unwrap_or_default().start).0
    }

    pub(super) fn error(&self, span: Option<Range<usize>>, what: Problem) -> ConfigError {
        let (line, column) = place(self.text(), span.unwrap_or_default().start);
        ConfigError { path: self.path.clone(), line, column, what }
    }

    /// A value that is none of its kind.
    pub(super) fn wants(&self, item: &Item, key: &str, kind: ValueKind) -> ConfigError {
        self.error(item.span(), Problem::Wants { key: key.to_owned(), kind })
    }

    /// A key that has no effect, named with its line.
    pub(super) fn unknown_key(&self, key: &str, line: usize) -> Phrase {
        let path = self.path.to_string_lossy();
        Phrase::new("file-unknown-key").text("path", path).text("key", key).number("line", line)
    }

    pub(super) fn unusual(&self, span: Option<Range<usize>>) -> EditError {
        EditError::Unusual { path: self.path.clone(), line: self.line(span) }
    }

    /// The text with `range` replaced. A comment behind it in its line stays in its column, where there is room.
    pub(super) fn spliced(&self, range: &Range<usize>, new: &str) -> String {
        let text = self.text();
        let (blanks, wanted) = realigned(text, range, new).unwrap_or((range.end..range.end, String::new()));
        let before = text.get(..range.start).unwrap_or_default();
        let code = text.get(range.end..blanks.start).unwrap_or_default();
        let after = text.get(blanks.end..).unwrap_or_default();
        [before, new, code, &wanted, after].concat()
    }

    /// The whole lines that `range` touches, with the line end of the last.
    pub(super) fn lines_of(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.text();
        let before = text.get(..range.start).unwrap_or_default();
        let after = text.get(range.end..).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(text.len(), |at| range.end + at + 1);
        start..end
    }

    /// The text with new lines put in after the line in which `after` ends.
    pub(super) fn with_lines_after(&self, after: usize, lines: &[String]) -> String {
        let at = self.lines_of(&(after..after)).end;
        self.with_lines_at(at, lines)
    }

    /// The text with new lines at its end.
    pub(super) fn with_lines_at_end(&self, lines: &[String]) -> String {
        self.with_lines_at(self.text().len(), lines)
    }

    /// The text with a new first line, behind a byte order mark.
    pub(super) fn with_line_on_top(&self, line: String) -> String {
        let at = if self.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        self.with_lines_at(at, &[line])
    }

    fn with_lines_at(&self, at: usize, lines: &[String]) -> String {
        let text = self.text();
        // The line ends of the file, so that an editor elsewhere does not see a mixture.
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let before = text.get(..at).unwrap_or_default();
        let open = !before.is_empty() && !before.ends_with(['\n', '\u{feff}']);
        let mut new = String::from(if open { end } else { "" });
        for line in lines {
            new.push_str(line);
            new.push_str(end);
        }
        self.spliced(&(at..at), &new)
    }
}

/// Where the last value directly in `table` ends; dotted keys count as being in it.
pub(super) fn last_value_end(table: &Table) -> Option<usize> {
    let end = |item: &Item| match item {
        Item::Table(inner) if inner.is_dotted() => last_value_end(inner),
        Item::Value(value) => value.span().map(|span| span.end),
        Item::None | Item::Table(_) | Item::ArrayOfTables(_) => None,
    };
    // Inline values with dotted keys have their parts' spans within their own.
    table.iter().filter_map(|(_, item)| end(item)).max()
}

/// Line and column, from 1, of a byte offset.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
