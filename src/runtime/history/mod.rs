//! The history apart from the messenger: read beside one that runs, written out, and read back in.
//!
//! Nothing here creates a history or changes one, but for [`import()`], which wants it for itself.

mod cards;
mod conversation_matcher;
mod export;
mod exports;
mod fields;
mod import;
mod import_lines;
mod json;
mod line;
mod pages;
mod transcript;
mod wording;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use super::local_zone::local_zone;
use super::profile::Profile;
use crate::model::contact::ECHO_NAME;
use crate::model::history::{ConversationRecord, SearchHits, SearchQuery};
use crate::model::search::Search;
use crate::model::{Address, Contact, ConversationId, Message, MessageId, Phrase};
use crate::net::{clock, parse_address};
use crate::store;

pub use cards::Cards;
pub use export::{Export, ExportFormat};
pub(in crate::runtime) use exports::expanded;
pub use exports::{ExportRequest, Exports};
pub use fields::LineError;
pub(super) use fields::{moment, not_json, payload, payload_field, wrong};
pub use import::import;
pub(super) use import_lines::ImportLines;
pub use json::{NameFields, json, local, rfc3339};
pub use line::{Read, line, read};
pub use pages::{LinePages, write_new};
pub use store::{Imported, Summary};
pub use transcript::TranscriptStyle;
pub(super) use transcript::{TranscriptLayout, said};
pub use wording::{file_words, stands_in};

/// What is kept, for reading.
#[derive(Debug)]
pub struct History {
    /// `None`: nothing has been kept yet.
    reader: Option<store::Reader>,
}

impl History {
    pub fn open(profile: &Profile) -> Result<Self, Phrase> {
        Ok(Self { reader: store::Reader::open(&profile.history_path(), || clock::now().wall)? })
    }

    /// Nothing has ever been kept here.
    pub const fn is_missing(&self) -> bool {
        self.reader.is_none()
    }

    /// Every conversation.
    pub fn list(&mut self) -> Result<Vec<Summary>, Phrase> {
        self.reader.as_mut().map_or_else(|| Ok(Vec::new()), store::Reader::list)
    }

    /// The newest hits.
    pub fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        let nothing = || SearchHits { ticket: lookup.ticket, hits: Vec::new(), more: false };
        self.reader.as_mut().map_or_else(|| Ok(nothing()), |reader| reader.search(lookup))
    }

    /// The next messages in order, of one conversation or of all.
    fn walk(
        &mut self,
        conversation: Option<ConversationId>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, Phrase> {
        let Some(reader) = &mut self.reader else { return Ok(Vec::new()) };
        reader.walk(conversation, after, limit)
    }
}

/// The conversation that a person means: a contact of today, a name in the history, or an address.
pub fn find<'a>(
    cards: &'a [ConversationRecord],
    contacts: &[Contact],
    target: &str,
) -> Option<&'a ConversationRecord> {
    let contact = contacts.iter().find(|contact| contact.name == target);
    let at = contact.and_then(|contact| at_address(cards, &contact.address));
    at.or_else(|| cards.iter().find(|card| card.name == target))
        .or_else(|| at_address(cards, &parse_address(target).ok()?))
}

/// The address of somebody who is known by name to the history alone: talked with, and in no list of contacts. `None`: no
/// such name, or the target says itself who is meant.
pub fn address_named(profile: Option<&Path>, target: &str) -> Option<String> {
    let target = target.trim();
    let profile = Profile::open_existing(profile).ok()?;
    let contacts = profile.load_contacts(&parse_address).ok()?.value;
    let is_contact = target == ECHO_NAME || contacts.iter().any(|contact| contact.name == target);
    if is_contact || parse_address(target).is_ok() {
        return None;
    }
    let list = History::open(&profile).ok()?.list().ok()?;
    // Of several the one that was talked with last, as the list has it first.
    list.into_iter().find(|summary| summary.card.name == target).map(|summary| summary.card.address)
}

/// An address with options means exactly what it says; without, any conversation at that place.
fn at_address<'a>(cards: &'a [ConversationRecord], address: &Address) -> Option<&'a ConversationRecord> {
    let whole = address.to_string();
    let same_place = |card: &&ConversationRecord| {
        let there = parse_address(&card.address).ok();
        address.options.is_empty() && there.is_some_and(|there| there.is_same_place(address))
    };
    cards.iter().find(|card| card.address == whole).or_else(|| cards.iter().find(same_place))
}

/// What a person looks for, with the dates of this place. `Err`: a part of it makes no sense.
pub fn parse_search(words: &str) -> Result<Search, Phrase> {
    Search::parse(words, &local_zone(), clock::now().wall).map_err(|error| error.phrase())
}

/// Does `act` where it may wait for the disk, and gives back what it worked with.
pub async fn aside<T, R>(
    mut thing: T,
    act: impl FnOnce(&mut T) -> R + Send + 'static,
) -> Result<(T, R), Phrase>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let done = tokio::task::spawn_blocking(move || {
        let result = act(&mut thing);
        (thing, result)
    });
    done.await.map_err(|_panicked| Phrase::new("headless-broken"))
}
