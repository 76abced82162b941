//! Frames: the handshake with its cookie, and what framed members ask for.

use std::net::SocketAddr;
use std::time::Instant;

use super::api::{Leaving, Limit, RelayEvent};
use super::joining::Wish;
use super::limits::{BANDWIDTH_BURST, BURST, REQUESTS_PER_SECOND};
use super::members::Speech;
use super::names::{acceptable, acceptable_room};
use super::past::{Claim, Window};
use super::speaking::refusal;
use super::{Relay, count};
use crate::dialects::relay::frame::{
    Cookie, FromMember, FromRelay, MAX_BUNDLE, MemberPage, RefusalReason, Welcome,
};

/// Bytes sent again for one request; who missed more asks once more.
const MAX_RESENT: usize = 16 * MAX_BUNDLE;

/// The fields of a join beside its cookie.
#[derive(Clone, Copy, Debug)]
struct Join<'a> {
    nonce: u64,
    id: u64,
    token: u64,
    name: &'a str,
    room: &'a str,
}

impl Relay {
    pub(super) fn frame(&mut self, now: Instant, from: SocketAddr, member: Option<usize>, bytes: &[u8]) {
        match FromMember::decode(bytes) {
            None => count(&mut self.counters.malformed, 1),
            Some(FromMember::Hello { nonce }) => {
                self.newcomers.heard(now, from, bytes.len());
                self.send_cookie(now, from, nonce);
            }
            Some(FromMember::Join { nonce, cookie, id, token, name, room }) => {
                self.newcomers.heard(now, from, bytes.len());
                self.try_join(now, from, &cookie, Join { nonce, id, token, name, room });
            }
            Some(FromMember::Say { token, number, text }) => {
                if let Some(key) = self.framed(now, from, member, token, bytes.len()) {
                    self.say(now, key, number, text);
                }
            }
            Some(
                request @ (FromMember::Ping { token }
                | FromMember::Missing { token, .. }
                | FromMember::Members { token, .. }
                | FromMember::Nick { token, .. }
                | FromMember::Leave { token }),
            ) => {
                if let Some(key) = self.framed(now, from, member, token, bytes.len())
                    && self.may_ask(now, key)
                {
                    self.request(now, key, &request);
                }
            }
        }
    }

    /// The member whose token that is. At any other address it is worth nothing.
    fn framed(
        &mut self,
        now: Instant,
        from: SocketAddr,
        member: Option<usize>,
        token: u64,
        length: usize,
    ) -> Option<usize> {
        if let Some(key) = member
            && let Some(known) = self.members.get_mut(key)
            && token != 0
            && known.token() == token
        {
            known.heard = now;
            return Some(key);
        }
        self.newcomers.heard(now, from, length);
        let mut answer = Vec::new();
        FromRelay::Unknown { token }.encode(&mut answer);
        if self.newcomers.budget(now, from) >= answer.len() {
            self.answer(now, from, &answer);
        }
        None
    }

    fn may_ask(&mut self, now: Instant, key: usize) -> bool {
        let member = self.members.get_mut(key);
        let may = member.is_some_and(|member| member.pace.requests.take(now, REQUESTS_PER_SECOND, BURST));
        if !may {
            count(&mut self.counters.limited, 1);
        }
        may
    }

    fn request(&mut self, now: Instant, key: usize, request: &FromMember<'_>) {
        match *request {
            FromMember::Ping { .. } => self.pong(key),
            FromMember::Missing { stream, from, count, .. } => self.resend(now, key, stream, from, count),
            FromMember::Members { from, .. } => self.list(key, from),
            FromMember::Nick { token, name } => self.frame_nick(now, key, token, name),
            FromMember::Leave { .. } => self.remove(now, key, Leaving::Asked),
            FromMember::Hello { .. } | FromMember::Join { .. } | FromMember::Say { .. } => {}
        }
    }

    fn send_cookie(&mut self, now: Instant, to: SocketAddr, nonce: u64) {
        let mut answer = Vec::new();
        FromRelay::Challenge { nonce, cookie: self.secret.cookie(now, to) }.encode(&mut answer);
        if self.newcomers.budget(now, to) >= answer.len() {
            self.answer(now, to, &answer);
            count(&mut self.counters.challenges, 1);
        }
    }

    fn try_join(&mut self, now: Instant, from: SocketAddr, cookie: &Cookie, join: Join<'_>) {
        if !self.secret.is_cookie(now, from, cookie) {
            count(&mut self.counters.wrong_proofs, 1);
            // It may only be old.
            return self.send_cookie(now, from, join.nonce);
        }
        count(&mut self.counters.proofs, 1);
        if !self.newcomers.proved(now, from) {
            return;
        }
        if let Some(key) = self.owner(from, join) {
            self.take_over(now, key, from, join);
            return self.welcome_framed(key, join.nonce);
        }
        match self.admit_framed(now, from, join) {
            Ok(key) => self.welcome_framed(key, join.nonce),
            Err(limit) => self.turn_away_framed(from, join.nonce, limit),
        }
    }

    /// The member that comes again: same id, and its token or its address.
    fn owner(&self, from: SocketAddr, join: Join<'_>) -> Option<usize> {
        let key = self.members.with_id(join.id)?;
        let member = self.members.get(key)?;
        let same = (join.token != 0 && member.token() == join.token) || member.address == from;
        (member.is_framed() && same).then_some(key)
    }

    fn take_over(&mut self, now: Instant, key: usize, from: SocketAddr, join: Join<'_>) {
        self.make_place(now, key, from);
        self.readdress(key, from);
        if let Some(member) = self.members.get_mut(key) {
            member.heard = now;
        }
        if let Some(name) = acceptable(join.name) {
            self.rename(key, name);
        }
        if let Some(room) = acceptable_room(join.room)
            && let Err(limit) = self.move_to(key, room)
        {
            self.refuse(now, key, limit, 0);
        }
    }

    /// One room per address: whoever else was a member there is none any more.
    fn make_place(&mut self, now: Instant, key: usize, address: SocketAddr) {
        if let Some(other) = self.members.at(address).filter(|other| *other != key) {
            self.remove(now, other, Leaving::Asked);
        }
    }

    fn admit_framed(&mut self, now: Instant, from: SocketAddr, join: Join<'_>) -> Result<usize, Limit> {
        self.make_place(now, usize::MAX, from);
        // Before the id is claimed, or its memory would be lost to somebody who is turned away.
        if self.members.len() >= self.options.members {
            return Err(Limit::Members);
        }
        let (id, window) = self.identity(now, join);
        let speech = Speech::Framed { token: self.secret.draw(), window };
        self.admit(now, Wish { address: from, id, name: Some(join.name), room: join.room, speech })
    }

    /// The id that was asked for, unless it is another's.
    fn identity(&mut self, now: Instant, join: Join<'_>) -> (u64, Window) {
        if join.id == 0 || self.members.with_id(join.id).is_some() {
            return (self.fresh_id(), Window::default());
        }
        match self.past.claim(now, join.id, join.token) {
            Claim::New => (join.id, Window::default()),
            Claim::Theirs(window) => (join.id, window),
            Claim::Others => (self.fresh_id(), Window::default()),
        }
    }

    fn welcome_framed(&mut self, key: usize, nonce: u64) {
        let Some(member) = self.members.get(key) else { return };
        let Some(room) = self.rooms.get(member.room) else { return };
        let welcome = Welcome {
            nonce,
            token: member.token(),
            id: member.id,
            index: member.index,
            stream: room.stream().id(),
            seq: room.stream().newest(),
            expiry: u16::try_from(self.options.silence.as_secs()).unwrap_or(u16::MAX),
            name: &member.name,
            room: &room.name,
        };
        self.post.outbox.put(member.address, |out| FromRelay::Welcome(welcome).encode(out));
    }

    /// The address is proved, so this needs no budget.
    fn turn_away_framed(&mut self, from: SocketAddr, nonce: u64, limit: Limit) {
        count(&mut self.counters.limited, 1);
        self.report(RelayEvent::Limited { member: from, limit });
        let refused = FromRelay::Refused { to: nonce, number: 0, why: refusal(limit) };
        self.post.outbox.put(from, |out| refused.encode(out));
    }

    fn say(&mut self, now: Instant, key: usize, number: u32, text: &[u8]) {
        let Some(member) = self.members.get(key) else { return };
        let Speech::Framed { window, .. } = &member.speech else { return };
        if window.is_taken(number) {
            count(&mut self.counters.repeated, 1);
            if self.may_ask(now, key) {
                self.say_taken(key, number);
            }
        } else if self.speak(now, key, number, text)
            && let Some(member) = self.members.get_mut(key)
            && let Speech::Framed { window, .. } = &mut member.speech
        {
            window.take(number);
        }
    }

    fn say_taken(&mut self, key: usize, number: u32) {
        let Some(member) = self.members.get(key) else { return };
        let Some(stream) = self.rooms.get(member.room).map(super::room::Room::stream) else { return };
        let seq = stream.find(member.index, number).unwrap_or_default();
        let taken = FromRelay::Taken { stream: stream.id(), number, seq };
        self.send(key, &taken);
    }

    fn pong(&mut self, key: usize) {
        let Some(room) = self.room_of(key) else { return };
        let count = u32::try_from(room.len()).unwrap_or(u32::MAX);
        let pong = FromRelay::Pong { stream: room.stream().id(), seq: room.stream().newest(), count };
        self.send(key, &pong);
    }

    fn resend(&mut self, now: Instant, key: usize, stream: u32, from: u64, wanted: u16) {
        let Some(member) = self.members.get(key) else { return };
        let Some(room) = self.rooms.get(member.room) else { return };
        let kept = room.stream();
        // It asks about the room it was in before.
        if kept.id() != stream {
            return;
        }
        // What one member asks for again must not run the others into debt; it asks once more.
        if !self.total.has_room(now, BANDWIDTH_BURST) {
            return count(&mut self.counters.limited, 1);
        }
        let (to, first) = ([member.address], kept.first());
        if from < first {
            self.post.outbox.put(member.address, |out| FromRelay::Gone { stream, seq: first }.encode(out));
        }
        let until = from.saturating_add(wanted.into());
        let from = from.max(first);
        let (end, bytes) = kept.end_within(from, until, MAX_RESENT);
        kept.send(from..end, &to, &mut self.post.scratch, &mut self.post.outbox);
        count(&mut self.counters.resent, end.saturating_sub(from));
        self.charge_total(now, bytes);
    }

    fn list(&mut self, key: usize, from: u32) {
        let Some(member) = self.members.get(key) else { return };
        let Some(room) = self.rooms.get(member.room) else { return };
        let mut lines = Vec::new();
        for listed in room.roster().from(from) {
            let whole = lines.len();
            listed.encode(&mut lines);
            // The header of the frame takes 12.
            if lines.len() > MAX_BUNDLE.saturating_sub(12) {
                lines.truncate(whole);
                break;
            }
        }
        let count = u32::try_from(room.len()).unwrap_or(u32::MAX);
        if let Some(roster) = MemberPage::decode(&lines) {
            let members = FromRelay::Members { stream: room.stream().id(), count, roster };
            self.post.outbox.put(member.address, |out| members.encode(out));
        }
    }

    fn frame_nick(&mut self, now: Instant, key: usize, token: u64, name: &str) {
        let receivers = self.room_of(key).map_or(0, super::room::Room::len);
        if let Err(limit) = self.afford(now, key, name.len(), receivers) {
            return self.refuse(now, key, limit, 0);
        }
        let why = match acceptable(name) {
            None => RefusalReason::BadName,
            Some(name) if self.rename(key, name) => return,
            Some(_) => RefusalReason::NameTaken,
        };
        self.send(key, &FromRelay::Refused { to: token, number: 0, why });
    }
}
