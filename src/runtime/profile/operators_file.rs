//! `operators.key`: who is in charge among the members of a relay, a line for each: name, salt, and the key that the password
//! stretches to. Whoever has a key is in charge, so a file that others may read is refused.
//!
//! Empty lines, and those that begin with `#`, stay as they are.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file::replace;
use super::identity_key::read_secret;
use super::permissions::open_to_others;
use crate::model::Phrase;
use crate::net::relay::Operator;

const MAX_BYTES: usize = 64 * 1_024;

/// The file, as it is.
#[derive(Debug)]
pub struct OperatorsFile {
    path: PathBuf,
    text: Zeroizing<String>,
}

impl OperatorsFile {
    /// `None`: there is none.
    ///
    /// # Errors
    /// A sentence: what is wrong with it, and what to do.
    pub fn open(path: &Path) -> Result<Option<Self>, Phrase> {
        let about = |key| Phrase::new(key).text("path", path.to_string_lossy());
        let unreadable = |error: io::Error| about("operators-unreadable").text("reason", error.to_string());
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(unreadable(io::ErrorKind::InvalidInput.into()));
        }
        if let Some(mode) = open_to_others(path) {
            return Err(about("operators-open").text("mode", mode));
        }
        let bytes = read_secret(file, MAX_BYTES).map_err(unreadable)?;
        let text = str::from_utf8(&bytes).ok().filter(|text| text.len() < MAX_BYTES);
        let text = text.ok_or_else(|| unreadable(io::ErrorKind::InvalidData.into()))?;
        Ok(Some(Self { path: path.to_owned(), text: Zeroizing::new(text.to_owned()) }))
    }

    /// The same, where it is made if it is missing.
    pub fn open_or_new(path: &Path) -> Result<Self, Phrase> {
        Ok(Self::open(path)?.unwrap_or_else(|| Self { path: path.to_owned(), text: Zeroizing::default() }))
    }

    /// Who is in charge.
    ///
    /// # Errors
    /// A sentence: in which line nobody is.
    pub fn operators(&self) -> Result<Vec<Operator>, Phrase> {
        let lines = self.text.lines().enumerate().filter(|(_, line)| !is_idle(line));
        let wrong = |at: usize| {
            let path = self.path.to_string_lossy();
            Phrase::new("operators-line").text("path", path).number("line", at.saturating_add(1))
        };
        lines.map(|(at, line)| Operator::parse(line).ok_or_else(|| wrong(at))).collect()
    }

    /// Somebody is in charge from now on, or by another password.
    pub fn put(&self, operator: &Operator) -> Result<(), Phrase> {
        self.write(operator.name(), &operator.line())
    }

    /// Somebody is not in charge any longer. `false`: nobody is called so.
    pub fn remove(&self, name: &str) -> Result<bool, Phrase> {
        let is_there = self.operators()?.iter().any(|operator| operator.is_called(name));
        if is_there {
            self.write(name, "")?;
        }
        Ok(is_there)
    }

    fn write(&self, name: &str, line: &str) -> Result<(), Phrase> {
        let is_other = |line: &&str| !Operator::parse(line).is_some_and(|one| one.is_called(name));
        // As long from the beginning as it may get: a text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(self.text.len() + line.len() + 2));
        let lines = self.text.lines().filter(is_other).chain([line]);
        for line in lines.filter(|line| !line.is_empty()) {
            text.push_str(line);
            text.push('\n');
        }
        replace(&self.path, &text).map_err(|error| error.phrase())
    }
}

fn is_idle(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}
