//! What the log of the rooms says, and what members read of it.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Instant;

use super::Relay;
use super::api::{RelayEvent, RelayLimit, count};
use super::backplane::{Asker, Backplane};
use super::members::Speech;
use super::room::RelayRoom;
use super::texts;
use crate::dialects::relay::frame::{FromRelay, LogLines, LogPart, MAX_BUNDLE, put_line};
use crate::model::Now;
use crate::model::room_log::{
    BackplaneReport, BackplaneRequest, DownCause, LogRecord, PageStart, Place, PlacedRecord, Ticket,
};

/// Messages of one page that a member reads.
const MAX_PAGE: u16 = 100;
/// Of those that a plain member reads, and as long as it does not say how many.
const MAX_PLAIN_PAGE: u16 = 50;
const PLAIN_PAGE: u16 = 10;
/// Bytes of the lines in one datagram, behind the header of the frame.
const MAX_LINES: usize = MAX_BUNDLE - 17;

// Between the relay and its log.
impl Relay {
    /// What the log says. What it causes goes out with the next flush.
    pub fn report(&mut self, now: Now, report: BackplaneReport<'_>) {
        match report {
            BackplaneReport::Up(_epoch) => self.set_down(None),
            BackplaneReport::Down(cause) => self.set_down(Some(cause)),
            BackplaneReport::Following { room, last } => self.following(&room, last),
            BackplaneReport::Appended { ticket, again, .. } => self.appended(ticket, again),
            BackplaneReport::Refused { ticket, .. } => self.not_done(now.mono, ticket),
            BackplaneReport::Entry { room, placed } => self.publish(now.mono, &room, &placed),
            BackplaneReport::Page { ticket, records, more } => {
                self.show_page(now.mono, ticket, &records, more)
            }
        }
    }

    /// What the log is to be asked, in that order.
    pub fn take_request(&mut self) -> Option<BackplaneRequest<'static>> {
        self.backplane.as_mut()?.take_request()
    }

    /// The rooms that there are now are followed, and no others.
    pub(super) fn follow_rooms(&mut self) {
        if let Some(backplane) = &mut self.backplane {
            backplane.follow_only(self.directory.rooms());
        }
    }

    /// Those who came into a room before its newest message was known are welcomed.
    fn following(&mut self, room: &str, last: Option<Place>) {
        self.directory.following(room, last);
        let members = self.directory.members();
        let is_there = |id: &u64| members.get(*id).is_some_and(|member| member.room == room);
        let waiting: Vec<(u64, u64)> = self.unwelcomed.extract_if(.., |id, _| is_there(id)).collect();
        for (id, nonce) in waiting {
            self.welcome(id, nonce);
        }
    }

    fn set_down(&mut self, cause: Option<DownCause>) {
        let Some(backplane) = &mut self.backplane else { return };
        let was = std::mem::replace(&mut backplane.down, cause.is_some());
        match cause {
            Some(cause) => self.out.report(RelayEvent::LogDown(cause)),
            None if was => self.out.report(RelayEvent::LogUp),
            None => {}
        }
    }

    fn answered(&mut self, ticket: Ticket) -> Option<Asker> {
        self.backplane.as_mut().and_then(|backplane| backplane.answered(ticket))
    }

    fn appended(&mut self, ticket: Ticket, again: bool) {
        let Some(Asker::Append { id, number, .. }) = self.answered(ticket) else { return };
        if let Some(member) = self.directory.member_mut(id)
            && let Speech::Framed { window, .. } = &mut member.speech
        {
            window.take(number);
            // No entry follows that would tell.
            if again {
                count(&mut self.out.counters.repeated, 1);
                self.say_taken(id, number);
            }
        }
    }

    fn not_done(&mut self, now: Instant, ticket: Ticket) {
        match self.answered(ticket) {
            Some(Asker::Append { id, number, .. }) => self.refuse(now, id, RelayLimit::Log, number),
            Some(Asker::Page { id, .. }) => self.refuse(now, id, RelayLimit::Log, 0),
            None => {}
        }
    }

    fn publish(&mut self, now: Instant, room: &str, placed: &PlacedRecord<'_>) {
        if let Some(sent) = self.directory.publish(room, placed, &mut self.out) {
            self.echoes.sent(now, &self.validator.keys, sent);
        }
        let others = self.directory.rooms().get(room).map_or(0, RelayRoom::len).saturating_sub(1);
        self.count_message(others);
    }
}

// What members say and read.
impl Relay {
    /// Has a message kept; it is passed on when it comes out of the log.
    pub(super) fn append(&mut self, now: Now, id: u64, number: u32, text: &[u8]) {
        let (Some(backplane), Some((member, room))) = (&mut self.backplane, self.directory.seat(id)) else {
            return;
        };
        let (name, body) = (Cow::Owned(member.name.clone()), Cow::Owned(text.to_vec()));
        backplane.append(&member.room, room.buffer.id, LogRecord { at: now.wall, id, number, name, body });
    }

    /// A framed member reads the log of its room.
    pub(super) fn read_log(&mut self, now: Instant, id: u64, ticket: u32, start: PageStart, wanted: u16) {
        let Some(backplane) = &mut self.backplane else { return self.send_page(id, ticket, &[], false) };
        if !self.limits.has_bandwidth(now) {
            return count(&mut self.out.counters.limited, 1);
        }
        let asked = self.directory.members().get(id).is_some_and(|member| {
            ask(backplane, id, &member.room, Some(ticket), start, wanted.clamp(1, MAX_PAGE))
        });
        if !asked {
            self.refuse(now, id, RelayLimit::Log, 0);
        }
    }

    /// A plain member reads the last messages of its room. `Some`: what it is told at once.
    pub(super) fn read_plain(&mut self, now: Instant, id: u64, wanted: Option<u16>) -> Option<String> {
        let Some(backplane) = &mut self.backplane else { return Some(texts::NO_HISTORY.to_owned()) };
        let limit = wanted.unwrap_or(PLAIN_PAGE).clamp(1, MAX_PLAIN_PAGE);
        let asked = self
            .directory
            .members()
            .get(id)
            .is_some_and(|member| ask(backplane, id, &member.room, None, PageStart::Latest, limit));
        if !asked {
            self.refuse(now, id, RelayLimit::Log, 0);
        }
        None
    }

    fn show_page(&mut self, now: Instant, ticket: Ticket, records: &[PlacedRecord<'_>], more: bool) {
        let Some(Asker::Page { id, room, ticket }) = self.answered(ticket) else { return };
        // It may have gone to another room meanwhile.
        let Some(member) = self.directory.members().get(id).filter(|member| member.room == room) else {
            return;
        };
        let address = member.address;
        let bytes = records.iter().map(|placed| placed.record.body.len()).fold(0, usize::saturating_add);
        self.limits.charge(now, bytes);
        match ticket {
            Some(ticket) => self.send_page(id, ticket, records, more),
            None => self.send_lines(now, address, records),
        }
    }

    /// One datagram for each message, as messages come; so many bytes were never asked for by an address that is not proved.
    fn send_lines(&mut self, now: Instant, address: SocketAddr, records: &[PlacedRecord<'_>]) {
        if records.is_empty() {
            return self.say_text(now, address, texts::EMPTY_HISTORY);
        }
        for placed in records {
            self.out.bytes(address, &texts::history_line(&placed.record));
        }
    }

    fn send_page(&mut self, id: u64, ticket: u32, records: &[PlacedRecord<'_>], more: bool) {
        let Some((member, room)) = self.directory.seat(id) else { return };
        let datagrams = divided(records);
        let parts = u16::try_from(datagrams.len()).unwrap_or(u16::MAX);
        for (part, lines) in (0..).zip(&datagrams) {
            let Some(lines) = LogLines::decode(lines) else { continue };
            let stream = room.buffer.id;
            let part = LogPart { stream, ticket, part, parts, more, lines };
            self.out.frame(member.address, &FromRelay::Log(part));
        }
    }
}

fn ask(
    backplane: &mut Backplane,
    id: u64,
    room: &str,
    ticket: Option<u32>,
    start: PageStart,
    limit: u16,
) -> bool {
    backplane.page(Asker::Page { id, room: room.to_owned(), ticket }, room, start, limit)
}

/// The lines of each datagram. One is left without lines where there are none.
fn divided(records: &[PlacedRecord<'_>]) -> Vec<Vec<u8>> {
    let mut datagrams = vec![Vec::new()];
    for placed in records {
        let mut line = Vec::new();
        put_line(&mut line, placed);
        match datagrams.last_mut() {
            Some(open) if open.is_empty() || open.len().saturating_add(line.len()) <= MAX_LINES => {
                open.extend_from_slice(&line);
            }
            Some(_) | None => datagrams.push(line),
        }
    }
    datagrams
}
