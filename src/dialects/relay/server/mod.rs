//! The relay as a state machine: rooms, members, proofs, limits. No socket, no clock, no chance of its own.
//!
//! The caller hands in datagrams, then takes what is to be sent with [`Relay::flush`]: after each, or after all that
//! were waiting, which is when messages share datagrams.
//!
//! ```text
//! a datagram → is it from a member? ─ no ─→ validation: proof, challenge, cookie → directory
//!                    │ yes
//!                    ├─ plain: commands ─┐
//!                    └─ framed: frames ──┴→ requests: limits → room: plain text and frames → flush
//! ```

mod admission;
mod api;
mod backplane;
mod claim_guard;
mod claims;
mod command;
mod crowd;
mod departed;
mod directory;
mod echoes;
mod elsewhere;
mod expiring_map;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod governing;
mod hold_back;
mod keeping;
mod leaving;
mod limits;
mod members;
mod moderation;
mod moderation_records;
mod names;
mod naming;
mod notices;
mod operator;
mod operator_seat;
mod operators;
mod orders;
mod other_relays;
mod outputs;
mod phrasebook;
mod plain;
mod plain_log;
mod proof;
mod requests;
mod resend_buffer;
mod room;
mod rooms;
mod roster;
#[cfg(test)]
mod tests;
mod text_keys;
mod texts;
mod tokens;
mod validation;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use super::frame::{FromRelay, is_frame};
use crate::model::room_log::{BackplaneReport, BackplaneRequest};
use crate::model::{Now, Phrase};
use crate::wire::endpoint::is_nobody;

pub use api::{
    BANDWIDTH, BYTES_PER_SECOND, Counters, Leaving, LogState, MAX_MEMBERS, MAX_ROOMS, MESSAGES_PER_SECOND,
    MemberView, RelayEvent, RelayLimit, RelayOptions, RoomView, SILENCE, Sink,
};
pub use operator::Operator;
pub use orders::RelayOrder;
pub use phrasebook::{Phrasebook, Phrasebooks};
pub use text_keys::RelayText;

pub(crate) use names::acceptable;
pub(super) use names::acceptable_room;
pub use names::{is_member_name, is_room_key};

use api::count;
use backplane::Backplane;
use claims::NameClaims;
use command::{Proof, proof_in};
use departed::Departed;
use directory::RelayDirectory;
use echoes::EchoFilter;
use limits::RelayLimits;
use members::{JoinRequest, Speech};
use moderation::Moderation;
use names::folded;
use other_relays::{OtherRelays, run_of};
use outputs::Outputs;
use phrasebook::LanguageId;
use rooms::LOBBY;
use tokens::TokenKeys;
use validation::AddressValidator;

/// The relay.
#[derive(Debug)]
pub struct Relay {
    options: RelayOptions,
    validator: AddressValidator,
    directory: RelayDirectory,
    limits: RelayLimits,
    tokens: TokenKeys,
    departed: Departed,
    echoes: EchoFilter,
    out: Outputs,
    /// Asks the log of the rooms, if there is one.
    backplane: Option<Backplane>,
    /// Members whose room's newest message the log has not told yet, and of framed ones the nonce of their last join.
    unwelcomed: BTreeMap<u64, Option<u64>>,
    claims: NameClaims,
    moderation: Moderation,
    others: OtherRelays,
    /// Of the last input.
    clock: Instant,
    closed: bool,
}

impl Relay {
    /// All chance comes from `seed`, which nobody may know: proofs stand on it.
    pub fn new(now: Now, seed: [u8; 16], options: RelayOptions) -> Self {
        Self {
            validator: AddressValidator::new(now.mono, &seed, options.members),
            directory: RelayDirectory::new(&options),
            limits: RelayLimits::new(&options),
            tokens: TokenKeys::default(),
            departed: Departed::new(options.members),
            echoes: EchoFilter::new(options.open, texts::starts_of_a_relay(&options.phrasebooks)),
            out: Outputs::default(),
            backplane: options.log.map(|_| Backplane::default()),
            unwelcomed: BTreeMap::new(),
            claims: NameClaims::default(),
            moderation: Moderation::default(),
            others: OtherRelays::new(now.mono, run_of(&seed), &options),
            clock: now.mono,
            closed: false,
            options,
        }
    }

    /// One datagram. IPv4-mapped sources are plain IPv4 already.
    pub fn handle(&mut self, now: Now, from: SocketAddr, bytes: &[u8]) {
        self.clock = now.mono;
        count(&mut self.out.counters.datagrams_in, 1);
        count(&mut self.out.counters.bytes_in, bytes.len());
        if self.closed {
            return;
        }
        if is_nobody(from) {
            return count(&mut self.out.counters.malformed, 1);
        }
        if is_frame(bytes) {
            return self.on_frame(now, from, bytes);
        }
        match self.directory.members().plain_at(from) {
            Some(id) => self.on_text(now, id, bytes),
            None => self.on_stranger(now, from, bytes),
        }
    }

    /// ICMP: no program listens there.
    pub fn unreachable(&mut self, now: Now, to: SocketAddr) {
        for id in self.directory.members().at(to).to_vec() {
            self.remove(now.mono, id, Leaving::Unreachable);
        }
    }

    /// When [`Relay::tick`] is wanted. It may have moved to later by then.
    pub fn deadline(&self) -> Option<Instant> {
        let rooms = self.directory.rooms().deadline();
        let deadlines = [self.directory.members().deadline(), rooms, self.others.deadline()];
        deadlines.into_iter().flatten().min().filter(|_| !self.closed)
    }

    pub fn tick(&mut self, now: Now) {
        self.clock = now.mono;
        self.directory.mark_lulls(now.mono, &mut self.out);
        for id in self.directory.silent(now.mono) {
            self.remove(now.mono, id, Leaving::Silent);
        }
        if let Some(here) = self.others.take_due(now.mono) {
            governing::announce(self, &here);
            naming::replace_lost(self);
        }
    }

    /// Tells every member that the relay ends. Later datagrams are dropped; `flush` still has to be called.
    pub fn close(&mut self, _now: Now) {
        self.directory.flush(self.clock, &mut self.out);
        for member in self.directory.members().iter() {
            if member.is_framed() {
                let next = self.others.of(member.id).first().copied();
                self.out.frame(member.address, &FromRelay::Closing { token: member.token(), next });
            } else {
                let closing =
                    self.options.phrasebooks.say(member.language(), &Phrase::new(text_keys::CLOSING));
                self.out.bytes(member.address, closing.as_bytes());
            }
        }
        claims::release_plain(self);
        self.closed = true;
    }

    /// Everything that is to be sent since the last call.
    pub fn flush(&mut self, sink: &mut dyn Sink) {
        keeping::follow_rooms(self);
        self.out.flush(sink, |sink| self.directory.flush(self.clock, sink));
    }

    /// What the log of the rooms says. What it causes goes out with the next flush.
    pub fn report(&mut self, now: Now, report: BackplaneReport<'_>) {
        self.clock = now.mono;
        keeping::report(self, now, report);
    }

    /// What the log of the rooms is to be asked, in that order.
    pub fn take_request(&mut self) -> Option<BackplaneRequest<'static>> {
        let request = self.backplane.as_mut()?.take_request();
        request.or_else(|| self.directory.take_presence().map(BackplaneRequest::Presence))
    }

    /// Does what somebody in charge wants. What came of it, or why nothing did, in sentences.
    pub fn order(&mut self, now: Now, order: &RelayOrder) -> Result<Vec<Phrase>, Phrase> {
        governing::order(self, now, order)
    }

    /// From now on these are in charge among the members, and nobody else. Who is not any more is told.
    pub fn set_operators(&mut self, now: Now, operators: Vec<Operator>) {
        for (id, nonce) in operators::replace(self, operators) {
            admission::welcome(self, now.mono, id, Some(nonce));
        }
    }

    pub fn take_event(&mut self) -> Option<RelayEvent> {
        self.out.take_event()
    }

    pub const fn options(&self) -> &RelayOptions {
        &self.options
    }

    /// How the log of the rooms is.
    pub fn log_state(&self) -> LogState {
        self.backplane.as_ref().map_or(LogState::Absent, Backplane::state)
    }

    pub const fn counters(&self) -> &Counters {
        &self.out.counters
    }

    /// By name.
    pub fn rooms(&self) -> Vec<RoomView> {
        self.directory.rooms().views()
    }

    /// By room, then name; `limit` at most.
    pub fn members(&self, limit: usize) -> Vec<MemberView> {
        self.directory.views(limit)
    }
}

// Who comes and goes.
impl Relay {
    /// Text from an address that is no member. What may be an answer of some other program gets none: a datagram with a
    /// line `/prove` in it comes from another relay or from something that sends everything back.
    fn on_stranger(&mut self, clock: Now, from: SocketAddr, bytes: &[u8]) {
        let now = clock.mono;
        self.validator.heard(now, from, bytes.len());
        match proof_in(bytes) {
            Proof::Given(code) => {
                let proves = self.validator.is_proof(now, from, code);
                if self.count_proof(proves) {
                    self.admit_plain(now, from);
                }
            }
            Proof::Quoted => count(&mut self.out.counters.malformed, 1),
            Proof::Absent if bytes.is_empty() => count(&mut self.out.counters.malformed, 1),
            Proof::Absent if self.options.open => self.walk_in(clock, from, bytes),
            Proof::Absent => self.validator.challenge(now, from, &self.options.phrasebooks, &mut self.out),
        }
    }

    fn count_proof(&mut self, proves: bool) -> bool {
        let counters = &mut self.out.counters;
        count(if proves { &mut counters.proofs } else { &mut counters.wrong_proofs }, 1);
        proves
    }

    /// Where no proof is asked for, the first datagram is the first message, too.
    fn walk_in(&mut self, now: Now, from: SocketAddr, bytes: &[u8]) {
        let echo = self.echoes.is_echo(now.mono, &self.validator.keys, bytes);
        if echo || !self.directory.members().at(from).is_empty() {
            return count(&mut self.out.counters.malformed, 1);
        }
        if let Some(id) = self.admit_plain(now.mono, from) {
            self.on_text(now, id, bytes);
        }
    }

    /// Whether the log of the rooms cannot be reached.
    fn is_apart(&self) -> bool {
        self.backplane.as_ref().is_some_and(Backplane::is_apart)
    }

    /// A plain member at a proved address, with the name and the room it had if it was here before.
    fn admit_plain(&mut self, now: Instant, from: SocketAddr) -> Option<u64> {
        if !self.validator.may_join(now, from, "") {
            return None;
        }
        // What spoke in frames there before speaks in text now.
        for other in self.directory.members().at(from).to_vec() {
            self.remove(now, other, Leaving::Asked);
        }
        let before = self.departed.plain_returns(now, from);
        let (name, room) = before
            .as_ref()
            .map_or((None, LOBBY), |before| (Some(before.name.as_str()), before.room.as_str()));
        let language = before.as_ref().map(|before| before.language).unwrap_or_default();
        let (id, stream) = (self.fresh_id(), self.validator.keys.draw_stream());
        // Its room may have ended or be closed, and another begun in its stead.
        let may = self.moderation.opens_to_plain(&folded(room)).is_ok();
        let room = if may && self.directory.rooms().is_open(room, None) { room } else { LOBBY };
        // Where the room is cannot be known, and another relay may know it.
        let apart = if self.is_apart() { Err(RelayLimit::Log) } else { Ok(()) };
        if let Err(limit) = apart.and_then(|()| self.moderation.admits(now, id, from)) {
            self.turn_away(now, from, language, limit);
            return None;
        }
        let request = JoinRequest { address: from, id, name, room, speech: Speech::Plain(language), stream };
        if let Err(limit) = admission::admit(self, now, request, None, false) {
            self.turn_away(now, from, language, limit);
            return None;
        }
        admission::welcome(self, now, id, None);
        Some(id)
    }

    fn turn_away(&mut self, now: Instant, from: SocketAddr, language: LanguageId, limit: RelayLimit) {
        count(&mut self.out.counters.limited, 1);
        let text = self.options.phrasebooks.say(language, &texts::refused(limit));
        // Only what was proved may be told more than it asked for.
        if self.options.open && self.validator.budget(now, from) < text.len() {
            return;
        }
        self.validator.answer(now, from, text.as_bytes(), &mut self.out);
        self.out.report(RelayEvent::Limited { member: from, limit });
    }

    /// Ends a membership, and tells the member if it can be told.
    fn remove(&mut self, now: Instant, id: u64, why: Leaving) {
        leaving::remove(self, now, id, why);
    }

    /// The id of a member that brings none, or one that is another's.
    fn fresh_id(&mut self) -> u64 {
        loop {
            let id = self.validator.keys.draw();
            if self.directory.members().get(id).is_none() {
                return id;
            }
        }
    }

    /// A sentence for one plain member, in its language.
    fn tell(&mut self, now: Instant, to: SocketAddr, language: LanguageId, phrase: &Phrase) {
        let text = self.options.phrasebooks.say(language, phrase);
        self.say_text(now, to, &text);
    }

    /// A text for one plain member.
    fn say_text(&mut self, now: Instant, to: SocketAddr, text: &str) {
        self.echoes.sent(now, &self.validator.keys, text.as_bytes());
        self.out.bytes(to, text.as_bytes());
    }
}
