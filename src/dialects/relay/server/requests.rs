//! What members ask for and say, in frames or in text, within their limits.

use std::net::SocketAddr;
use std::time::Instant;

use super::Relay;
use super::admission;
use super::api::{Leaving, RelayEvent, RelayLimit, count};
use super::claims::{self, Renaming};
use super::command::PlainCommand;
use super::governing;
use super::keeping;
use super::limits::reason;
use super::members::{FramedMember, RelayMember};
use super::names::{acceptable, folded};
use super::operators;
use super::phrasebook::LanguageId;
use super::plain;
use super::room::{RelayRoom, Said};
use super::text_keys;
use super::texts;
use crate::dialects::relay::frame::{
    FromMember, FromRelay, MAX_BUNDLE, MAX_TEXT, MemberPage, MemberRequest, MemberToken, NewsList,
    RefusalReason, RoomNews,
};
use crate::model::{Now, Phrase};

/// Bytes of what is new in rooms in one datagram.
const MAX_NEWS: usize = 74 * RoomNews::LENGTH;
/// Bytes sent again for one request; a member that missed more asks once more.
const MAX_RESENT: usize = 16 * MAX_BUNDLE;

// Frames.
impl Relay {
    pub(super) fn on_frame(&mut self, clock: Now, from: SocketAddr, bytes: &[u8]) {
        let now = clock.mono;
        match FromMember::decode(bytes) {
            None => count(&mut self.out.counters.malformed, 1),
            Some(FromMember::Hello { nonce }) => {
                self.validator.heard(now, from, bytes.len());
                self.validator.send_cookie(now, from, nonce, &mut self.out);
            }
            Some(FromMember::Join(join)) => {
                self.validator.heard(now, from, bytes.len());
                let proves = self.validator.keys.is_cookie(now, from, &join.cookie);
                if !self.count_proof(proves) {
                    // It may only be old.
                    self.validator.send_cookie(now, from, join.nonce, &mut self.out);
                } else if self.validator.may_join(now, from, join.room) {
                    admission::join(self, now, from, join);
                }
            }
            Some(FromMember::Request { token, request }) => {
                if let Some(id) = self.member_of(now, from, token) {
                    return self.on_request(clock, id, request);
                }
                self.unknown(now, from, token, bytes.len());
            }
        }
    }

    /// The member whose token that is. At any other address it is worth nothing.
    fn member_of(&mut self, now: Instant, from: SocketAddr, token: MemberToken) -> Option<u64> {
        let has = |member: &&RelayMember| member.framed().is_some_and(|framed| framed.has(token));
        let id = self.directory.members().all_at(from).find(has)?.id;
        let member = self.directory.member_mut(id)?;
        member.heard = now;
        if let Some(framed) = member.framed_mut() {
            framed.used(token);
        }
        Some(id)
    }

    /// Of somebody who is here in other rooms it is known that it receives.
    fn unknown(&mut self, now: Instant, from: SocketAddr, token: MemberToken, length: usize) {
        match self.directory.members().at(from).first().copied() {
            Some(other) if self.may_ask(now, other) => self.say_unknown(now, from, token),
            Some(_) => {}
            None => {
                self.validator.heard(now, from, length);
                self.validator.send_unknown(now, from, token, &mut self.out);
            }
        }
    }

    /// To an address that is proved, or was until now.
    pub(super) fn say_unknown(&mut self, now: Instant, to: SocketAddr, token: MemberToken) {
        let cookie = Some(self.validator.keys.cookie(now, to));
        self.out.frame(to, &FromRelay::Unknown { token, cookie });
    }

    fn may_ask(&mut self, now: Instant, id: u64) -> bool {
        let may = self.directory.member_mut(id).is_some_and(|member| member.quota.may_ask(now));
        if !may {
            count(&mut self.out.counters.limited, 1);
        }
        may
    }

    fn on_request(&mut self, clock: Now, id: u64, request: MemberRequest<'_>) {
        let now = clock.mono;
        let speaks = matches!(request, MemberRequest::Say { .. });
        if !speaks && !self.may_ask(now, id) {
            return;
        }
        match request {
            MemberRequest::Say { number, after, text } => self.say(clock, id, number, after, text),
            MemberRequest::Ping => self.pong(now, id),
            MemberRequest::Missing { stream, from, count } => self.resend(now, id, stream, from, count),
            MemberRequest::Members { from } => self.list(id, from),
            MemberRequest::Read { ticket, start, count } => {
                keeping::read_log(self, now, id, ticket, start, count);
            }
            MemberRequest::Nick { name } => self.nick(now, id, name),
            MemberRequest::Order { number, proof, words } => {
                operators::order(self, clock, id, number, &proof, &words);
            }
            MemberRequest::Leave => self.remove(now, id, Leaving::Asked),
        }
    }

    fn say(&mut self, now: Now, id: u64, number: u32, after: u32, text: &[u8]) {
        if self.backplane.as_ref().is_some_and(|backplane| backplane.is_waiting(id, number)) {
            return;
        }
        let Some(member) = self.directory.members().get(id) else { return };
        let Some(framed) = member.framed() else { return };
        if framed.window.knows(number) {
            count(&mut self.out.counters.repeated, 1);
            if self.may_ask(now.mono, id) {
                self.say_taken(id, number);
            }
        } else if number < framed.window.newest() {
            // Late: whoever says a later one has given this one up, and it would stand behind what follows it.
            count(&mut self.out.counters.repeated, 1);
        } else if (after == 0 || framed.window.is_taken(after)) && !self.is_appending(id) {
            self.take(now, id, number, text);
            self.say_held(now, id);
        } else if text.len() > MAX_TEXT {
            self.refuse(now.mono, id, RelayLimit::TooLong, number);
        } else if let Some(framed) = self.framed_mut(id) {
            framed.held.hold(now.mono, number, after, text);
        }
    }

    /// A message whose turn it is.
    fn take(&mut self, now: Now, id: u64, number: u32, text: &[u8]) -> bool {
        let speaks = self.speak(now, id, number, text);
        if speaks
            && self.backplane.is_none()
            && let Some(framed) = self.framed_mut(id)
        {
            framed.window.take(number);
        }
        speaks
    }

    /// The messages that waited for those of the same member that are taken now.
    pub(super) fn say_held(&mut self, now: Now, id: u64) {
        while !self.is_appending(id)
            && let Some(FramedMember { window, held, .. }) = self.framed_mut(id)
            && let Some((number, text)) =
                held.take_next(now.mono, window.newest(), |number| window.is_taken(number))
            && self.take(now, id, number, &text)
        {}
    }

    /// Whether what it says has to wait: for the message before, or for its name.
    fn is_appending(&self, id: u64) -> bool {
        self.claims.is_pending(id)
            || self.backplane.as_ref().is_some_and(|backplane| backplane.is_appending(id))
    }

    fn framed_mut(&mut self, id: u64) -> Option<&mut FramedMember> {
        self.directory.member_mut(id).and_then(RelayMember::framed_mut)
    }

    pub(super) fn say_taken(&mut self, id: u64, number: u32) {
        let Some((member, room)) = self.directory.seat(id) else { return };
        let seq = room.buffer.find(member.index, number).unwrap_or_default();
        self.out.frame(member.address, &FromRelay::Taken { stream: room.buffer.id, number, seq });
    }

    /// A member that has been here for long is given a token that will be good tomorrow, too.
    fn renew_token(&mut self, id: u64) {
        let next = self.tokens.derive(id);
        if let Some(member) = self.directory.member_mut(id)
            && let Some(next) = next.filter(|next| *next != member.token())
        {
            let (address, token) = (member.address, member.token());
            if let Some(framed) = member.framed_mut() {
                framed.next = Some(next);
            }
            self.out.frame(address, &FromRelay::Renewed { token, next });
        }
    }

    /// One program asks for all the rooms that it is in.
    fn pong(&mut self, now: Instant, id: u64) {
        let Some(address) = self.directory.members().get(id).map(|member| member.address) else { return };
        self.directory.heard_at(now, address);
        for id in self.directory.members().at(address).to_vec() {
            self.renew_token(id);
        }
        let mut news = Vec::new();
        let members = self.directory.members().all_at(address);
        for room in members.filter_map(|member| self.directory.rooms().of(member)) {
            let RelayRoom { buffer, .. } = room;
            RoomNews { stream: buffer.id, seq: buffer.newest(), count: members_of(room) }.encode(&mut news);
        }
        for rooms in news.chunks(MAX_NEWS).filter_map(NewsList::decode) {
            self.out.frame(address, &FromRelay::Pong { rooms });
        }
    }

    fn resend(&mut self, now: Instant, id: u64, stream: u32, from: u64, wanted: u16) {
        let Some((member, room)) = self.directory.seat(id) else { return };
        let buffer = &room.buffer;
        // It asks about the room it was in before.
        if buffer.id != stream {
            return;
        }
        // What one member asks for again must not run the others into debt; it asks once more.
        if !self.limits.has_bandwidth(now) {
            return count(&mut self.out.counters.limited, 1);
        }
        let (to, first) = ([member.address], buffer.first);
        if from < first {
            self.out.frame(member.address, &FromRelay::Gone { stream, seq: first });
        }
        let until = from.saturating_add(wanted.into());
        let from = from.max(first);
        let (end, bytes) = buffer.end_within(from, until, MAX_RESENT);
        buffer.send(from..end, &to, &mut self.out);
        count(&mut self.out.counters.resent, end.saturating_sub(from));
        self.limits.charge(now, bytes);
    }

    fn list(&mut self, id: u64, from: u32) {
        let Some((member, room)) = self.directory.seat(id) else { return };
        let lines = room.roster.page(from);
        if let Some(roster) = MemberPage::decode(&lines) {
            let (stream, count) = (room.buffer.id, members_of(room));
            self.out.frame(member.address, &FromRelay::Members { stream, count, roster });
        }
    }

    fn nick(&mut self, now: Instant, id: u64, name: &str) {
        if let Err(limit) = self.afford(now, id, name.len(), self.directory.room_size(id)) {
            return self.refuse(now, id, limit, 0);
        }
        let why = match acceptable(name).map(|name| claims::rename(self, id, name, true)) {
            None => RefusalReason::BadName,
            Some(Renaming::Done) => return self.tell_name(id),
            Some(Renaming::Asked) => return,
            Some(Renaming::Taken) => RefusalReason::NameTaken,
            Some(Renaming::Refused(limit)) => return self.refuse(now, id, limit, 0),
        };
        self.refuse_name(id, why);
    }

    /// A framed member has the name that it asked for, which a crowded room is not told.
    pub(super) fn tell_name(&mut self, id: u64) {
        let crowded = self.directory.seat(id).filter(|(_, room)| room.crowd.is_crowded());
        if let Some(index) = crowded.filter(|(member, _)| member.is_framed()).map(|(member, _)| member.index)
        {
            self.list(id, index);
        }
    }

    /// To a framed member.
    pub(super) fn refuse_name(&mut self, id: u64, why: RefusalReason) {
        if let Some(member) = self.directory.members().get(id).filter(|member| member.is_framed()) {
            self.out.frame(member.address, &FromRelay::Refused { to: member.token(), number: 0, why });
        }
    }
}

// Text of plain members.
impl Relay {
    pub(super) fn on_text(&mut self, clock: Now, id: u64, bytes: &[u8]) {
        let now = clock.mono;
        let Some(member) = self.directory.member_mut(id) else { return };
        member.heard = now;
        let from = member.address;
        // Nothing but a sign of life.
        if bytes.is_empty() || self.claims.hold(id, bytes) {
            return;
        }
        if let Some(command) = PlainCommand::parse(bytes) {
            // The room is told of new names and of members that come.
            let told = matches!(command, PlainCommand::Nick(_) | PlainCommand::Join(_));
            let receivers = if told { self.directory.room_size(id) } else { 1 };
            match self.afford(now, id, bytes.len(), receivers) {
                Ok(()) => plain::execute(self, now, id, &command),
                Err(limit) => self.refuse(now, id, limit, 0),
            }
        } else if self.echoes.is_echo(now, &self.validator.keys, bytes) {
            count(&mut self.out.counters.repeated, 1);
            if self.directory.member_mut(id).is_some_and(|member| member.quota.may_be_told_of_echo(now)) {
                self.tell(now, from, self.language_of(id), &Phrase::new(text_keys::ECHO));
            }
        } else {
            self.speak(clock, id, 0, bytes);
        }
    }

    /// Name and room of the member, a sentence a line.
    pub(super) fn place_of(&self, id: u64) -> Vec<Phrase> {
        governing::place_of(self, id).unwrap_or_default()
    }

    /// In which the relay speaks to the member.
    pub(super) fn language_of(&self, id: u64) -> LanguageId {
        self.directory.members().get(id).map(RelayMember::language).unwrap_or_default()
    }

    pub(super) fn move_to(&mut self, id: u64, room: &str) -> Result<(), RelayLimit> {
        self.moderation.opens(&folded(room))?;
        let stream = self.validator.keys.draw_stream();
        self.directory.move_to(id, room, stream, &mut self.out)
    }
}

// Messages, and what comes of saying too much.
impl Relay {
    /// A new message of a member, to all others of its room; where there is a log, when it comes out of that.
    fn speak(&mut self, now: Now, id: u64, number: u32, text: &[u8]) -> bool {
        let receivers = self.directory.room_size(id).saturating_sub(1);
        let allowed = if let Err(limit) = governing::lets_speak(self, now.mono, id) {
            Err(limit)
        } else if text.len() > MAX_TEXT {
            Err(RelayLimit::TooLong)
        } else if self.backplane.as_ref().is_some_and(|backplane| !backplane.takes(text.len())) {
            Err(RelayLimit::Log)
        } else {
            self.afford(now.mono, id, text.len(), receivers)
        };
        if let Err(limit) = allowed {
            self.refuse(now.mono, id, limit, number);
            return false;
        }
        if let Some(member) = self.directory.member_mut(id) {
            member.wrote = Some(now.mono);
        }
        if self.backplane.is_some() {
            keeping::append(self, now, id, number, text);
        } else {
            let said = Said { number, kept: None, text };
            if let Some(sent) = self.directory.say(id, &said, &mut self.out) {
                self.echoes.sent(now.mono, &self.validator.keys, sent);
            }
            self.count_message(receivers);
        }
        true
    }

    /// A message went to so many.
    pub(super) fn count_message(&mut self, receivers: usize) {
        count(&mut self.out.counters.messages, 1);
        count(&mut self.out.counters.deliveries, receivers);
    }

    /// Whether the limits allow so many bytes to so many. What they refuse costs nothing.
    fn afford(&mut self, now: Instant, id: u64, bytes: usize, receivers: usize) -> Result<(), RelayLimit> {
        let member = self.directory.member_mut(id).ok_or(RelayLimit::Members)?;
        self.limits.afford(now, &mut member.quota, bytes, receivers)
    }

    /// Tells a member that a limit is met, once a second at most.
    pub(super) fn refuse(&mut self, now: Instant, id: u64, limit: RelayLimit, number: u32) {
        count(&mut self.out.counters.limited, 1);
        let Some(member) = self.directory.member_mut(id) else { return };
        if !member.quota.may_be_noticed(now) {
            return;
        }
        let (address, framed, to) = (member.address, member.is_framed(), member.token());
        let language = member.language();
        self.out.report(RelayEvent::Limited { member: address, limit });
        if framed {
            self.out.frame(address, &FromRelay::Refused { to, number, why: reason(limit) });
        } else {
            self.tell(now, address, language, &texts::refused(limit));
        }
    }
}

fn members_of(room: &RelayRoom) -> u32 {
    u32::try_from(room.everybody()).unwrap_or(u32::MAX)
}
