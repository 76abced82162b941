//! Reads messages back in: all of a file, or nothing of it.

use std::io::{BufRead, Read as _};

use super::History;
use super::conversation_matcher::ConversationMatcher;
use super::line::{LineError, Read, read};
use crate::model::history::ConversationRecord;
use crate::model::{Address, Message, Phrase};
use crate::net::{clock, parse_address};
use crate::runtime::opened_store::private;
use crate::runtime::profile::Profile;
use crate::store::{self, Imported, Lock};

/// Bytes of one line. The largest datagram, all of it spelled out and its payload behind it, takes half a MiB.
pub(super) const MAX_LINE: u64 = 2 * 1024 * 1024;

/// Takes the messages of `input` into the history of a profile, which nobody else may be writing. `source` names
/// the input in what is said of a bad line.
pub fn import(profile: &Profile, input: impl BufRead, source: &str) -> Result<Imported, Phrase> {
    let contacts = profile.load_contacts(&parse_address).map_err(|error| error.phrase())?.value;
    let address_of = |name: &str| {
        let contact = contacts.iter().find(|contact| contact.name == name)?;
        Some(contact.address.clone())
    };
    let messages = Messages { input, source, address_of, line: 0, ended: false };
    let lock = Lock::take(&profile.history_lock_path(), private).map_err(|error| error.phrase())?;
    let cards = History::open(profile)?.list()?.into_iter().map(|summary| summary.card).collect();
    let mut rooms = ConversationMatcher::new(&contacts, cards);
    let mut placed = messages.map(|item| item.map(|(card, message)| (rooms.of(card), message)));
    store::import(&profile.history_path(), &lock, private, clock::now().wall, &mut placed)
}

/// The messages of a file, line by line; nothing comes after the first that is wrong.
pub(super) struct Messages<'a, R, F> {
    pub(super) input: R,
    pub(super) source: &'a str,
    pub(super) address_of: F,
    /// The number of the last line, from 1.
    pub(super) line: u64,
    pub(super) ended: bool,
}

impl<R: BufRead, F: Fn(&str) -> Option<Address>> Iterator for Messages<'_, R, F> {
    type Item = Result<(ConversationRecord, Message), Phrase>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let item = self.read_line().map(|line| line.filter(|line| !line.trim_ascii().is_empty()));
            match item {
                Ok(None) => {}
                Ok(Some(line)) => {
                    let message = self.message(&line);
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

impl<R: BufRead, F: Fn(&str) -> Option<Address>> Messages<'_, R, F> {
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

    fn message(&self, line: &[u8]) -> Result<(ConversationRecord, Message), Phrase> {
        let text = str::from_utf8(line).map_err(|error| {
            self.wrong("import-not-utf8").number("at", error.valid_up_to().saturating_add(1))
        })?;
        match read(text, &self.address_of) {
            Ok(Read { card, message }) => Ok((card, message)),
            Err(LineError::Json(reason)) => Err(self.wrong("import-not-json").text("reason", reason)),
            Err(LineError::Field { field, value }) => {
                Err(self.wrong("import-field").text("field", field).text("value", value))
            }
        }
    }

    fn wrong(&self, key: &'static str) -> Phrase {
        Phrase::new(key).text("path", self.source).number("line", self.line)
    }
}
