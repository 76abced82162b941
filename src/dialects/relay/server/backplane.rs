//! What the relay has asked the log of its rooms for, and what it has not been answered yet.
//!
//! Without a log nothing is asked: a message has its place as soon as it is said.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::api::LogState;
use super::rooms::RelayRooms;
use crate::model::WallTime;
use crate::model::room_log::{BackplaneRequest, DownCause, LogRecord, NameClaim, PageStart, Place, Ticket};

/// Messages whose place is not known yet, and their bytes: what a disk or a cluster may be behind.
const MAX_APPENDS: usize = 4_096;
const MAX_APPEND_BYTES: usize = 4 * 1_024 * 1_024;
/// Pages that are being read.
const MAX_PAGES: usize = 256;
/// Settings that wait to be kept: more than there are bans and rooms with rules. Beyond it none is kept that waits not yet.
const MAX_SETTINGS: usize = 16_384;
/// What waits to be told to others. Nothing of it is worth more than a moment.
const MAX_NOTICES: usize = 256;

/// Who waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// For the place of its message, which has so many bytes.
    Append { id: u64, number: u32, bytes: usize },
    /// For a message of a room to be removed.
    Removal { room: String, message: Place },
    /// For a page of its room, with a ticket of its own.
    Page { id: u64, room: String, ticket: u32 },
    /// For so many of the last messages of its room, in plain text.
    Latest { id: u64, room: String, count: u16 },
    /// For what it looks for in its room, in plain text.
    Search { id: u64, room: String },
    /// For a name.
    Name { id: u64 },
}

#[derive(Debug, Default)]
pub(super) struct Backplane {
    requests: VecDeque<BackplaneRequest<'static>>,
    asked: BTreeMap<Ticket, Asker>,
    /// Of framed members: a message that is said again while it waits is not asked for again.
    waiting: BTreeSet<(u64, u32)>,
    /// Rooms by their folded names, and which life of each.
    followed: BTreeMap<String, u32>,
    /// The same as the log knows it.
    told: BTreeMap<String, u32>,
    /// Rooms in which the two differ: however often one comes and goes while nobody asks, its latest wish is told.
    untold: BTreeSet<String>,
    /// Keys and their latest values.
    settings: BTreeMap<String, Vec<u8>>,
    /// What the other relays are to be told.
    notices: VecDeque<Vec<u8>>,
    next: u64,
    appends: usize,
    /// Names that are claimed, one of each member.
    claims: usize,
    bytes: usize,
    /// Why it takes nothing at the moment.
    pub(super) down: Option<DownCause>,
}

impl Backplane {
    pub(super) const fn state(&self) -> LogState {
        match self.down {
            None => LogState::Up { waiting: self.appends },
            Some(cause) => LogState::Down(cause),
        }
    }

    /// Whether the log cannot be reached.
    pub(super) fn is_apart(&self) -> bool {
        self.down == Some(DownCause::Apart)
    }

    pub(super) fn is_waiting(&self, id: u64, number: u32) -> bool {
        number > 0 && self.waiting.contains(&(id, number))
    }

    /// Whether some message of this framed member waits for its place: until it has it, none may go after it.
    pub(super) fn is_appending(&self, id: u64) -> bool {
        self.waiting.range((id, 0)..=(id, u32::MAX)).next().is_some()
    }

    /// Whether it can take a message now.
    pub(super) fn takes(&self, bytes: usize) -> bool {
        self.down.is_none()
            && self.appends < MAX_APPENDS
            && self.bytes.saturating_add(bytes) <= MAX_APPEND_BYTES
    }

    /// `stream` is the life of the room.
    pub(super) fn append(&mut self, room: &str, stream: u32, record: LogRecord<'static>) {
        self.follow(room, stream);
        let (id, number, bytes) = (record.id, record.number, record.body.len());
        if number > 0 {
            self.waiting.insert((id, number));
        }
        self.appends = self.appends.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        let ticket = self.ask(Asker::Append { id, number, bytes });
        self.requests.push_back(BackplaneRequest::Append { ticket, room: owned(room), record });
    }

    /// The message at this place is to go. `false`: too much waits, or nothing is taken.
    pub(super) fn remove(&mut self, at: WallTime, room: &str, message: Place) -> bool {
        let takes = self.takes(0);
        if takes {
            self.appends = self.appends.saturating_add(1);
            let ticket = self.ask(Asker::Removal { room: room.to_owned(), message });
            let record = LogRecord::removal(at, message);
            self.requests.push_back(BackplaneRequest::Append { ticket, room: owned(room), record });
        }
        takes
    }

    /// What all relays of this log are to know; empty: no more.
    pub(super) fn set(&mut self, key: String, value: Vec<u8>) {
        if self.settings.len() < MAX_SETTINGS || self.settings.contains_key(&key) {
            self.settings.insert(key, value);
        }
    }

    /// What the other relays of this log are to be told now.
    pub(super) fn announce(&mut self, notice: Vec<u8>) {
        if self.notices.len() < MAX_NOTICES {
            self.notices.push_back(notice);
        }
    }

    fn reads(&self) -> bool {
        let pages = self.asked.len().saturating_sub(self.appends).saturating_sub(self.claims);
        self.down.is_none() && pages < MAX_PAGES
    }

    /// `false`: too many are being read.
    pub(super) fn search(&mut self, id: u64, room: &str, words: &str, limit: u16) -> bool {
        if !self.reads() {
            return false;
        }
        let ticket = self.ask(Asker::Search { id, room: room.to_owned() });
        let (room, words) = (owned(room), owned(words));
        self.requests.push_back(BackplaneRequest::Search { ticket, room, words, limit });
        true
    }

    /// `false`: too many are being read.
    pub(super) fn page(&mut self, asker: Asker, room: &str, start: PageStart, limit: u16) -> bool {
        if !self.reads() {
            return false;
        }
        let ticket = self.ask(asker);
        self.requests.push_back(BackplaneRequest::Page { ticket, room: owned(room), start, limit });
        true
    }

    /// A member is to have a name that no other relay knows of.
    pub(super) fn claim(&mut self, claim: NameClaim<'static>) -> Ticket {
        self.claims = self.claims.saturating_add(1);
        let ticket = self.ask(Asker::Name { id: claim.id });
        self.requests.push_back(BackplaneRequest::Claim { ticket, claim });
        ticket
    }

    /// A member does not have that name, which is folded, any more.
    pub(super) fn release(&mut self, name: String, id: u64) {
        self.requests.push_back(BackplaneRequest::Release { name: Cow::Owned(name), id });
    }

    /// The messages of these rooms are wanted, and no others.
    pub(super) fn follow_only(&mut self, rooms: &RelayRooms) {
        let gone: Vec<String> =
            self.followed.extract_if(.., |room, _| rooms.get(room).is_none()).map(|(room, _)| room).collect();
        for room in gone {
            self.wish(&room);
        }
        for (name, room) in rooms.iter() {
            self.follow(name, room.buffer.id);
        }
    }

    /// Its messages are wanted. A room that began anew has to know its newest message again.
    fn follow(&mut self, room: &str, stream: u32) {
        if self.followed.get(room) != Some(&stream) {
            self.followed.insert(room.to_owned(), stream);
            self.wish(room);
        }
    }

    fn wish(&mut self, room: &str) {
        if self.followed.get(room) == self.told.get(room) {
            self.untold.remove(room);
        } else {
            self.untold.insert(room.to_owned());
        }
    }

    /// Who asked; `None` if nobody did.
    pub(super) fn answered(&mut self, ticket: Ticket) -> Option<Asker> {
        let asker = self.asked.remove(&ticket)?;
        match asker {
            Asker::Append { id, number, bytes } => {
                self.waiting.remove(&(id, number));
                self.appends = self.appends.saturating_sub(1);
                self.bytes = self.bytes.saturating_sub(bytes);
            }
            Asker::Removal { .. } => self.appends = self.appends.saturating_sub(1),
            Asker::Name { .. } => self.claims = self.claims.saturating_sub(1),
            Asker::Page { .. } | Asker::Latest { .. } | Asker::Search { .. } => {}
        }
        Some(asker)
    }

    /// Rooms come first: what is said in one is told only after it is followed.
    pub(super) fn take_request(&mut self) -> Option<BackplaneRequest<'static>> {
        if let Some(room) = self.untold.pop_first() {
            return Some(self.tell(room));
        }
        if let Some((key, value)) = self.settings.pop_first() {
            return Some(BackplaneRequest::Set { key: Cow::Owned(key), value: Cow::Owned(value) });
        }
        if let Some(notice) = self.notices.pop_front() {
            return Some(BackplaneRequest::Announce { notice: Cow::Owned(notice) });
        }
        self.requests.pop_front()
    }

    fn tell(&mut self, room: String) -> BackplaneRequest<'static> {
        let name = Cow::Owned(room.clone());
        if let Some(stream) = self.followed.get(&room) {
            self.told.insert(room, *stream);
            BackplaneRequest::Follow { room: name }
        } else {
            self.told.remove(&room);
            BackplaneRequest::Unfollow { room: name }
        }
    }

    fn ask(&mut self, asker: Asker) -> Ticket {
        self.next = self.next.wrapping_add(1);
        let ticket = Ticket(self.next);
        self.asked.insert(ticket, asker);
        ticket
    }
}

fn owned(room: &str) -> Cow<'static, str> {
    Cow::Owned(room.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(backplane: &mut Backplane) -> Vec<BackplaneRequest<'static>> {
        std::iter::from_fn(|| backplane.take_request()).collect()
    }

    #[test]
    fn while_nobody_asks_only_the_latest_wish_for_each_room_waits() {
        let (mut backplane, nobody) = (Backplane::default(), RelayRooms::new(8));
        let follow = || BackplaneRequest::Follow { room: Cow::Borrowed("a") };
        for life in 0..1_000 {
            backplane.follow(&format!("room-{life}"), life);
            backplane.follow_only(&nobody);
        }
        assert_eq!(asked(&mut backplane), [], "nobody was told that they are");
        backplane.follow("a", 1);
        assert_eq!(asked(&mut backplane), [follow()]);
        for life in 2..1_000 {
            backplane.follow_only(&nobody);
            backplane.follow("a", life);
        }
        assert_eq!(asked(&mut backplane), [follow()], "its life began anew");
        backplane.follow_only(&nobody);
        assert_eq!(asked(&mut backplane), [BackplaneRequest::Unfollow { room: Cow::Borrowed("a") }]);
        assert_eq!(asked(&mut backplane), []);
    }

    #[test]
    fn of_a_setting_the_latest_value_waits() {
        let mut backplane = Backplane::default();
        for value in 0..=u8::MAX {
            backplane.set("rules.dev".to_owned(), vec![value]);
        }
        let latest = BackplaneRequest::Set { key: "rules.dev".into(), value: vec![u8::MAX].into() };
        assert_eq!(asked(&mut backplane), [latest]);
    }
}
