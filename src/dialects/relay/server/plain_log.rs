//! What plain members read of the log of their room, as lines.

use std::net::SocketAddr;
use std::time::Instant;

use jiff::tz::TimeZone;

use super::Relay;
use super::api::RelayLimit;
use super::backplane::Asker;
use super::phrasebook::LanguageId;
use super::text_keys;
use super::texts;
use crate::model::room_archive::MAX_SEARCH;
use crate::model::room_log::{BackplaneRefusal, PlacedRecord, RecordKind};
use crate::model::search::Search;
use crate::model::{Phrase, WallTime};

/// Messages that are found at once.
const MAX_FOUND: u16 = 20;

/// A plain member looks for words in what was said in its room. `Some`: what it is told at once.
pub(super) fn search(relay: &mut Relay, now: Instant, id: u64, words: &str) -> Option<Phrase> {
    let Some(backplane) = &mut relay.backplane else { return Some(Phrase::new(text_keys::NO_HISTORY)) };
    // What “today” is makes no difference to whether it is a search.
    let search = Search::parse(words, &TimeZone::UTC, WallTime(0));
    if words.len() > MAX_SEARCH || !search.is_ok_and(|search| !search.is_empty()) {
        return Some(Phrase::new(text_keys::SEARCH_USAGE));
    }
    let member = relay.directory.members().get(id);
    let asked = member.is_some_and(|member| backplane.search(id, &member.room, words, MAX_FOUND));
    if !asked {
        relay.refuse(now, id, RelayLimit::Log, 0);
    }
    None
}

/// What was found for whoever searched.
pub(super) fn show_found(relay: &mut Relay, now: Instant, id: u64, records: &[PlacedRecord<'_>], more: bool) {
    let Some(member) = relay.directory.members().get(id) else { return };
    let (address, language) = (member.address, member.language());
    show(relay, now, (address, language), records, text_keys::NOTHING_FOUND);
    if more {
        relay.tell(now, address, language, &Phrase::new(text_keys::MORE_FOUND));
    }
}

/// Nothing was found out.
pub(super) fn refused(relay: &mut Relay, now: Instant, asker: &Asker, why: BackplaneRefusal) {
    let (Asker::Page { id, .. } | Asker::Search { id, .. }) = *asker else { return };
    let member = relay.directory.members().get(id);
    match member.map(|member| (member.address, member.language())) {
        Some((address, language)) if why == BackplaneRefusal::NoSearch => {
            relay.tell(now, address, language, &Phrase::new(text_keys::NO_SEARCH));
        }
        Some(_) | None => relay.refuse(now, id, RelayLimit::Log, 0),
    }
}

/// One datagram for each message, as messages come; so many bytes were never asked for by an address that is not proved.
/// `nothing`: what is said where there are none.
pub(super) fn show(
    relay: &mut Relay,
    now: Instant,
    to: (SocketAddr, LanguageId),
    records: &[PlacedRecord<'_>],
    nothing: &'static str,
) {
    let (address, language) = to;
    let mut said = records.iter().filter(|placed| placed.record.kind == RecordKind::Said).peekable();
    if said.peek().is_none() {
        relay.tell(now, address, language, &Phrase::new(nothing));
    }
    for placed in said {
        relay.out.bytes(address, &texts::history_line(&placed.record));
    }
}
