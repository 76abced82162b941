//! What the log of the rooms says, and what members read of it.

use std::borrow::Cow;
use std::time::Instant;

use super::Relay;
use super::admission;
use super::api::{Leaving, RelayEvent, RelayLimit, count};
use super::backplane::Asker;
use super::governing;
use super::members::RelayMember;
use super::naming;
use super::plain_log;
use super::room::RelayRoom;
use super::text_keys;
use crate::dialects::relay::frame::{
    FromRelay, Kept, LogLines, LogPart, MAX_BUNDLE, RefusalReason, put_line,
};
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, DownCause, LogEpoch, LogRecord, PageStart, Place, PlacedRecord,
    RecordKind, Ticket,
};
use crate::model::{Now, Phrase};

/// Messages of one page that a member reads.
const MAX_PAGE: u16 = 100;
/// Bytes of the lines in one datagram, behind the header of the frame.
const MAX_LINES: usize = MAX_BUNDLE - 17;

// Between the relay and its log.

/// What the log says. What it causes goes out with the next flush.
pub(super) fn report(relay: &mut Relay, now: Now, report: BackplaneReport<'_>) {
    match report {
        BackplaneReport::Secrets(secrets) => relay.tokens.turn(secrets),
        BackplaneReport::Up(epoch) => up(relay, now.mono, epoch),
        BackplaneReport::Down(cause) => set_down(relay, Some(cause)),
        BackplaneReport::Following { room, last } => following(relay, now.mono, &room, last),
        BackplaneReport::Appended { ticket, again, .. } => appended(relay, now, ticket, again),
        BackplaneReport::Refused { ticket, why } => not_done(relay, now, ticket, why),
        BackplaneReport::Setting { key, value } => governing::learn(relay, now, &key, &value),
        BackplaneReport::Claimed { ticket, is_held } => claimed(relay, now, ticket, is_held),
        BackplaneReport::NameLost { name } => naming::lost(relay, &name),
        BackplaneReport::Presence(presence) => relay.directory.learn(&presence, &mut relay.out),
        BackplaneReport::MovedAway { id } => naming::moved_away(relay, now.mono, id),
        BackplaneReport::Announced { notice } => governing::hear(relay, now, &notice),
        BackplaneReport::Entry { room, placed } => publish(relay, now.mono, &room, &placed),
        BackplaneReport::Page { ticket, records, more } => {
            show_page(relay, now.mono, ticket, &records, more);
        }
    }
}

/// The rooms that there are now are followed, and no others.
pub(super) fn follow_rooms(relay: &mut Relay) {
    if let Some(backplane) = &mut relay.backplane {
        backplane.follow_only(relay.directory.rooms());
    }
}

/// Those who came into a room before its newest message was known are welcomed.
fn following(relay: &mut Relay, now: Instant, room: &str, last: Option<Place>) {
    relay.directory.following(room, last);
    let members = relay.directory.members();
    let is_there = |id: &u64| members.get(*id).is_some_and(|member| member.room == room);
    let waiting: Vec<(u64, Option<u64>)> = relay.unwelcomed.extract_if(.., |id, _| is_there(id)).collect();
    for (id, nonce) in waiting {
        admission::welcome(relay, now, id, nonce);
    }
}

/// It may be another log than before, whose places say nothing to who knows those of the last: framed members come in
/// again and are told.
fn up(relay: &mut Relay, now: Instant, epoch: LogEpoch) {
    if relay.options.log.replace(epoch) != Some(epoch) {
        let members = relay.directory.members().iter();
        let framed: Vec<u64> = members.filter(|member| member.is_framed()).map(|member| member.id).collect();
        for id in framed {
            relay.remove(now, id, Leaving::Asked);
        }
    }
    set_down(relay, None);
}

fn set_down(relay: &mut Relay, cause: Option<DownCause>) {
    let Some(backplane) = &mut relay.backplane else { return };
    let before = std::mem::replace(&mut backplane.down, cause);
    match cause {
        Some(cause) => relay.out.report(RelayEvent::LogDown(cause)),
        None if before.is_some() => relay.out.report(RelayEvent::LogUp),
        None => {}
    }
    if cause == Some(DownCause::Apart) && before != cause {
        say_apart(relay);
    }
}

/// Who can go to another relay goes, and need not find out by writing.
fn say_apart(relay: &mut Relay) {
    for member in relay.directory.members().iter().filter(|member| member.is_framed()) {
        let (to, why) = (member.token(), RefusalReason::Apart);
        relay.out.frame(member.address, &FromRelay::Refused { to, number: 0, why });
    }
}

fn answered(relay: &mut Relay, ticket: Ticket) -> Option<Asker> {
    relay.backplane.as_mut().and_then(|backplane| backplane.answered(ticket))
}

fn appended(relay: &mut Relay, now: Now, ticket: Ticket, again: bool) {
    let Some(Asker::Append { id, number, .. }) = answered(relay, ticket) else { return };
    if let Some(framed) = relay.directory.member_mut(id).and_then(RelayMember::framed_mut) {
        framed.window.take(number);
        // No entry follows that would tell.
        if again {
            count(&mut relay.out.counters.repeated, 1);
            relay.say_taken(id, number);
        }
        relay.say_held(now, id);
    }
}

fn claimed(relay: &mut Relay, now: Now, ticket: Ticket, is_held: bool) {
    if let Some(Asker::Name { id }) = answered(relay, ticket) {
        naming::answered(relay, now, id, ticket, Some(is_held));
    }
}

fn not_done(relay: &mut Relay, now: Now, ticket: Ticket, why: BackplaneRefusal) {
    match answered(relay, ticket) {
        Some(Asker::Append { id, number, .. }) => relay.refuse(now.mono, id, RelayLimit::Log, number),
        Some(Asker::Removal { room, message }) => {
            let told = Phrase::new("relay-order-not-removed").text("room", room);
            relay.out.report(RelayEvent::Ordered(told.number("place", message.get())));
        }
        Some(asker @ (Asker::Page { .. } | Asker::Latest { .. } | Asker::Search { .. })) => {
            plain_log::refused(relay, now.mono, &asker, why);
        }
        Some(Asker::Name { id }) => naming::answered(relay, now, id, ticket, None),
        None => {}
    }
}

fn publish(relay: &mut Relay, now: Instant, room: &str, placed: &PlacedRecord<'_>) {
    let PlacedRecord { place, record: LogRecord { at, kind, .. } } = *placed;
    if let RecordKind::Removed(message) = kind {
        let (books, told) = (&relay.options.phrasebooks, Phrase::new(text_keys::REMOVED));
        let told = |language| books.say(language, &told);
        return relay.directory.tell_removal(room, message, Kept { place, at }, told, &mut relay.out);
    }
    if let Some(sent) = relay.directory.publish(room, placed, &mut relay.out) {
        relay.echoes.sent(now, &relay.validator.keys, sent);
    }
    let others = relay.directory.rooms().get(room).map_or(0, RelayRoom::len).saturating_sub(1);
    relay.count_message(others);
}

// What members say and read.

/// Has a message kept; it is passed on when it comes out of the log.
pub(super) fn append(relay: &mut Relay, now: Now, id: u64, number: u32, text: &[u8]) {
    let (Some(backplane), Some((member, room))) = (&mut relay.backplane, relay.directory.seat(id)) else {
        return;
    };
    let (name, body) = (Cow::Owned(member.name.clone()), Cow::Owned(text.to_vec()));
    backplane.append(
        &member.room,
        room.buffer.id,
        LogRecord { at: now.wall, kind: RecordKind::Said, id, number, name, body },
    );
}

/// A framed member reads the log of its room.
pub(super) fn read_log(relay: &mut Relay, now: Instant, id: u64, ticket: u32, start: PageStart, wanted: u16) {
    let Some(backplane) = &mut relay.backplane else { return send_page(relay, id, ticket, &[], false) };
    if !relay.limits.has_bandwidth(now) {
        return count(&mut relay.out.counters.limited, 1);
    }
    let asked = relay.directory.members().get(id).is_some_and(|member| {
        let asker = Asker::Page { id, room: member.room.clone(), ticket };
        backplane.page(asker, &member.room, start, wanted.clamp(1, MAX_PAGE))
    });
    if !asked {
        relay.refuse(now, id, RelayLimit::Log, 0);
    }
}

fn show_page(relay: &mut Relay, now: Instant, ticket: Ticket, records: &[PlacedRecord<'_>], more: bool) {
    let Some(asker) = answered(relay, ticket) else { return };
    let (Asker::Page { id, room, .. } | Asker::Latest { id, room, .. } | Asker::Search { id, room }) = &asker
    else {
        return;
    };
    // It may have gone to another room meanwhile.
    if relay.directory.members().get(*id).is_none_or(|member| member.room != *room) {
        return;
    }
    match asker {
        Asker::Page { id, ticket, .. } => {
            let bytes = records.iter().map(|placed| placed.record.body.len()).fold(0, usize::saturating_add);
            relay.limits.charge(now, bytes);
            send_page(relay, id, ticket, records, more);
        }
        Asker::Latest { id, count, .. } => plain_log::show_latest(relay, now, id, records, count.into()),
        Asker::Search { id, .. } => plain_log::show_found(relay, now, id, records, more),
        Asker::Append { .. } | Asker::Removal { .. } | Asker::Name { .. } => {}
    }
}

fn send_page(relay: &mut Relay, id: u64, ticket: u32, records: &[PlacedRecord<'_>], more: bool) {
    let Some((member, room)) = relay.directory.seat(id) else { return };
    let datagrams = divided(records);
    let parts = u16::try_from(datagrams.len()).unwrap_or(u16::MAX);
    for (part, lines) in (0..).zip(&datagrams) {
        let Some(lines) = LogLines::decode(lines) else { continue };
        let stream = room.buffer.id;
        let part = LogPart { stream, ticket, part, parts, more, lines };
        relay.out.frame(member.address, &FromRelay::Log(part));
    }
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
