//! Reads messages back in: all of a file, or nothing of it.

use std::io::BufRead;

use super::History;
use super::conversation_matcher::ConversationMatcher;
use super::import_lines::ImportLines;
use super::line::read;
use crate::model::Phrase;
use crate::net::{clock, parse_address};
use crate::runtime::opened_store::private;
use crate::runtime::profile::Profile;
use crate::store::{self, Imported, Lock};

/// Takes the messages of `input` into the history of a profile, which nobody else may be writing. `source` names
/// the input in what is said of a bad line.
pub fn import(profile: &Profile, input: impl BufRead, source: &str) -> Result<Imported, Phrase> {
    let contacts = profile.load_contacts(&parse_address).map_err(|error| error.phrase())?.value;
    let address_of = |name: &str| {
        let contact = contacts.iter().find(|contact| contact.name == name)?;
        Some(contact.address.clone())
    };
    let messages = ImportLines::new(input, source, |line: &str| read(line, &address_of));
    let lock = Lock::take(&profile.history_lock_path(), private).map_err(|error| error.phrase())?;
    let cards = History::open(profile)?.list()?.into_iter().map(|summary| summary.card).collect();
    let mut rooms = ConversationMatcher::new(&contacts, cards);
    let mut placed = messages.map(|item| item.map(|read| (rooms.of(read.card), read.message)));
    store::import(&profile.history_path(), &lock, private, clock::now().wall, &mut placed)
}
