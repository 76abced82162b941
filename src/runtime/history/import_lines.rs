//! Reads the lines of a file that is to be imported; whoever reads bounds them and counts them.

use std::io::{BufRead, Read as _};

use super::fields::LineError;
use crate::model::Phrase;

/// Bytes of one line. The largest datagram, all of it spelled out and its payload behind it, takes half a MiB.
pub(in crate::runtime) const MAX_LINE: u64 = 2 * 1024 * 1024;

/// What the lines of a file say; nothing comes after the first that is wrong, and empty ones say nothing.
pub(in crate::runtime) struct ImportLines<'a, R, P> {
    input: R,
    /// Names the input in what is said of a bad line.
    source: &'a str,
    /// Makes sense of one line.
    parse: P,
    /// The number of the last line, from 1.
    line: u64,
    ended: bool,
}

impl<'a, R, P> ImportLines<'a, R, P> {
    pub(in crate::runtime) const fn new(input: R, source: &'a str, parse: P) -> Self {
        Self { input, source, parse, line: 0, ended: false }
    }
}

impl<T, R: BufRead, P: Fn(&str) -> Result<T, LineError>> Iterator for ImportLines<'_, R, P> {
    type Item = Result<T, Phrase>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let item = self.read_line().map(|line| line.filter(|line| !line.trim_ascii().is_empty()));
            match item {
                Ok(None) => {}
                Ok(Some(line)) => {
                    let message = self.parsed(&line);
                    self.ended = message.is_err();
                    return Some(message);
                }
                Err(why) => {
                    self.ended = true;
                    return Some(Err(why));
                }
            }
        }
        None
    }
}

impl<T, R: BufRead, P: Fn(&str) -> Result<T, LineError>> ImportLines<'_, R, P> {
    /// The next line without its end; `None`: there is none.
    fn read_line(&mut self) -> Result<Option<Vec<u8>>, Phrase> {
        let mut line = Vec::new();
        let unreadable = |error: std::io::Error| {
            Phrase::new("file-unreadable").text("path", self.source).text("reason", error.to_string())
        };
        let length = (&mut self.input).take(MAX_LINE + 1).read_until(b'\n', &mut line).map_err(unreadable)?;
        self.line = self.line.saturating_add(1);
        self.ended = length == 0;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if u64::try_from(line.len()).is_ok_and(|length| length > MAX_LINE) {
            return Err(self.wrong("import-too-long").number("limit", MAX_LINE));
        }
        Ok(Some(line))
    }

    fn parsed(&self, line: &[u8]) -> Result<T, Phrase> {
        let text = str::from_utf8(line).map_err(|error| {
            self.wrong("import-not-utf8").number("at", error.valid_up_to().saturating_add(1))
        })?;
        (self.parse)(text).map_err(|error| match error {
            LineError::Json(reason) => self.wrong("import-not-json").text("reason", reason),
            LineError::Field { field, value } => {
                self.wrong("import-field").text("field", field).text("value", value)
            }
        })
    }

    fn wrong(&self, key: &'static str) -> Phrase {
        Phrase::new(key).text("path", self.source).number("line", self.line)
    }
}
