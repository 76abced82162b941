//! A log of rooms in memory, as the tests of the relay need one.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, BackplaneRequest, LogEpoch, LogRecord, LogSecret, LogSecrets,
    NameClaim, PageStart, Place, PlacedRecord, RecordKind, Ticket,
};

pub(super) const EPOCH: LogEpoch = LogEpoch(77);
pub(super) const SECRETS: LogSecrets = LogSecrets::first(LogSecret::new([5; 16]));

#[derive(Debug, Default)]
pub(super) struct TestLog {
    /// With their rooms, by rising place.
    pub(super) records: Vec<(String, PlacedRecord<'static>)>,
    newest: u64,
    followed: BTreeSet<String>,
    pub(super) settings: BTreeMap<String, Vec<u8>>,
    /// Which of several relays asks.
    pub(super) relay: usize,
    /// Who has a name: which members, each with its relay.
    pub(super) names: BTreeMap<String, BTreeMap<u64, usize>>,
}

impl TestLog {
    /// The relay that asked is gone.
    pub(super) fn disconnect(&mut self) {
        self.followed.clear();
    }

    pub(super) fn texts(&self) -> Vec<String> {
        let text = |placed: &PlacedRecord<'_>| String::from_utf8_lossy(&placed.record.body).into_owned();
        let said = self.records.iter().filter(|(_, placed)| placed.record.kind == RecordKind::Said);
        said.map(|(_, placed)| text(placed)).collect()
    }

    pub(super) fn answer(&mut self, request: BackplaneRequest<'static>) -> Vec<BackplaneReport<'static>> {
        match request {
            BackplaneRequest::Follow { room } => {
                self.followed.insert(room.clone().into_owned());
                let last = self.of(&room).last().map(|placed| placed.place);
                vec![BackplaneReport::Following { room, last }]
            }
            BackplaneRequest::Unfollow { room } => {
                self.followed.remove(room.as_ref());
                Vec::new()
            }
            BackplaneRequest::Set { key, value } => {
                self.settings.insert(key.clone().into_owned(), value.clone().into_owned());
                vec![BackplaneReport::Setting { key, value }]
            }
            BackplaneRequest::Announce { .. } | BackplaneRequest::Presence(_) => Vec::new(),
            BackplaneRequest::Claim { ticket, claim } => {
                vec![BackplaneReport::Claimed { ticket, is_held: self.claim(&claim) }]
            }
            BackplaneRequest::Release { name, id } => {
                self.release(name.into_owned(), id);
                Vec::new()
            }
            BackplaneRequest::Append { ticket, room, record } => self.append(ticket, room, record),
            BackplaneRequest::Page { ticket, room, start, limit } => {
                let (records, more) = self.page(&room, start, limit.into());
                vec![BackplaneReport::Page { ticket, records, more }]
            }
            BackplaneRequest::Search { ticket, room, words, limit } => {
                let text =
                    |placed: &PlacedRecord<'_>| String::from_utf8_lossy(&placed.record.body).into_owned();
                let hits: Vec<_> = self.of(&room).filter(|placed| text(placed).contains(&*words)).collect();
                let older = hits.len().saturating_sub(limit.into());
                let records = hits[older..].iter().map(|placed| (*placed).clone()).collect();
                vec![BackplaneReport::Page { ticket, records, more: older > 0 }]
            }
        }
    }

    /// One person has a name: it is at this relay, or has proved its id.
    fn claim(&mut self, claim: &NameClaim<'_>) -> bool {
        let NameClaim { name, id, is_proved, .. } = claim;
        let holders = self.names.entry(name.clone().into_owned()).or_default();
        let is_person = |(other, relay): (&u64, &usize)| *relay == self.relay || (*is_proved && other == id);
        let is_held = holders.is_empty() || holders.iter().any(is_person);
        if is_held {
            holders.insert(*id, self.relay);
        }
        is_held
    }

    fn release(&mut self, name: String, id: u64) {
        if let Entry::Occupied(mut holders) = self.names.entry(name) {
            if holders.get().get(&id) == Some(&self.relay) {
                holders.get_mut().remove(&id);
            }
            if holders.get().is_empty() {
                holders.remove();
            }
        }
    }

    fn append(
        &mut self,
        ticket: Ticket,
        room: Cow<'static, str>,
        record: LogRecord<'static>,
    ) -> Vec<BackplaneReport<'static>> {
        let same = |placed: &&PlacedRecord<'_>| {
            record.number > 0 && (placed.record.id, placed.record.number) == (record.id, record.number)
        };
        if let Some(before) = self.records.iter().map(|(_, placed)| placed).find(same) {
            return vec![BackplaneReport::Appended { ticket, place: before.place, again: true }];
        }
        if let RecordKind::Removed(removed) = record.kind {
            let before = self.records.len();
            let is_it =
                |placed: &PlacedRecord<'_>| placed.place == removed && placed.record.kind == RecordKind::Said;
            self.records.retain(|(of, placed)| *of != *room || !is_it(placed));
            if self.records.len() == before {
                return vec![BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down }];
            }
        }
        // Places have gaps.
        self.newest = self.newest.saturating_add(3);
        let place = Place::new(self.newest).expect("a place");
        let placed = PlacedRecord { place, record };
        self.records.push((room.clone().into_owned(), placed.clone()));
        let mut reports = vec![BackplaneReport::Appended { ticket, place, again: false }];
        if self.followed.contains(room.as_ref()) {
            reports.push(BackplaneReport::Entry { room, placed });
        }
        reports
    }

    fn of(&self, room: &str) -> impl DoubleEndedIterator<Item = &PlacedRecord<'static>> {
        self.records.iter().filter(move |(of, _)| of == room).map(|(_, placed)| placed)
    }

    fn page(&self, room: &str, start: PageStart, limit: usize) -> (Vec<PlacedRecord<'static>>, bool) {
        let all: Vec<_> = match start {
            PageStart::Oldest | PageStart::Latest => self.of(room).collect(),
            PageStart::Before(place) => self.of(room).filter(|placed| placed.place < place).collect(),
            PageStart::After(place) => self.of(room).filter(|placed| placed.place > place).collect(),
        };
        let more = all.len() > limit;
        let page = match start {
            PageStart::Oldest | PageStart::After(_) => &all[..limit.min(all.len())],
            PageStart::Latest | PageStart::Before(_) => &all[all.len().saturating_sub(limit)..],
        };
        (page.iter().map(|placed| (*placed).clone()).collect(), more)
    }
}
