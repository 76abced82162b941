//! What plain members read of the log of their room, as lines.

use std::time::Instant;

use jiff::tz::TimeZone;

use super::Relay;
use super::api::RelayLimit;
use super::backplane::Asker;
use super::text_keys;
use super::texts;
use crate::model::room_archive::MAX_SEARCH;
use crate::model::room_log::{BackplaneRefusal, PageStart, PlacedRecord, RecordKind};
use crate::model::search::Search;
use crate::model::{Phrase, WallTime};

/// Messages that are read at once, and as long as a member does not say how many.
const MAX_LATEST: u16 = 50;
const USUAL: u16 = 10;

/// Messages that are found at once.
const MAX_FOUND: u16 = 20;

/// A plain member reads the last messages of its room. `Some`: what it is told at once.
pub(super) fn read(relay: &mut Relay, now: Instant, id: u64, wanted: Option<u16>) -> Option<Phrase> {
    let Some(backplane) = &mut relay.backplane else { return Some(Phrase::new(text_keys::NO_HISTORY)) };
    let count = wanted.unwrap_or(USUAL).clamp(1, MAX_LATEST);
    let member = relay.directory.members().get(id);
    let asked = member.is_some_and(|member| {
        let asker = Asker::Latest { id, room: member.room.clone(), count };
        // Of some the log has only that they were removed.
        backplane.page(asker, &member.room, PageStart::Latest, MAX_LATEST)
    });
    if !asked {
        relay.refuse(now, id, RelayLimit::Log, 0);
    }
    None
}

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
    show(relay, now, id, &said(records), text_keys::NOTHING_FOUND);
    let member = relay.directory.members().get(id).filter(|_| more);
    if let Some((address, language)) = member.map(|member| (member.address, member.language())) {
        relay.tell(now, address, language, &Phrase::new(text_keys::MORE_FOUND));
    }
}

/// The last messages of the room for whoever reads there.
pub(super) fn show_latest(
    relay: &mut Relay,
    now: Instant,
    id: u64,
    records: &[PlacedRecord<'_>],
    count: usize,
) {
    let said = said(records);
    let latest = said.get(said.len().saturating_sub(count)..).unwrap_or_default();
    let nothing = if records.is_empty() { text_keys::EMPTY_HISTORY } else { text_keys::REMOVED };
    show(relay, now, id, latest, nothing);
}

/// Without those that say of another one that it was removed.
fn said<'a>(records: &'a [PlacedRecord<'a>]) -> Vec<&'a PlacedRecord<'a>> {
    records.iter().filter(|placed| placed.record.kind == RecordKind::Said).collect()
}

/// Nothing was found out.
pub(super) fn refused(relay: &mut Relay, now: Instant, asker: &Asker, why: BackplaneRefusal) {
    let (Asker::Page { id, .. } | Asker::Latest { id, .. } | Asker::Search { id, .. }) = *asker else {
        return;
    };
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
fn show(relay: &mut Relay, now: Instant, id: u64, said: &[&PlacedRecord<'_>], nothing: &'static str) {
    let Some(member) = relay.directory.members().get(id) else { return };
    let (address, language) = (member.address, member.language());
    if said.is_empty() {
        return relay.tell(now, address, language, &Phrase::new(nothing));
    }
    let bytes = said.iter().map(|placed| placed.record.body.len()).fold(0, usize::saturating_add);
    relay.limits.charge(now, bytes);
    for placed in said {
        relay.out.bytes(address, &texts::history_line(&placed.record));
    }
}
