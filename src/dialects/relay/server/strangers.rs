//! Text from addresses that are no members: proofs, and the answer that tells how to prove.
//!
//! What may be an answer of some other program gets none: a datagram with a line `/prove` in it comes from another
//! relay or from something that sends everything back.

use std::net::SocketAddr;
use std::time::Instant;

use super::api::{Limit, RelayEvent};
use super::joining::Wish;
use super::members::Speech;
use super::proof::{CODE_LENGTH, PROOF_SPAN};
use super::rooms::LOBBY;
use super::{Relay, count, texts};

const PROVE: &[u8] = b"/prove ";

/// What a text says about proofs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Proof<'a> {
    /// It is exactly the line: what stands behind the word.
    Given(&'a [u8]),
    /// The line stands somewhere in it.
    Quoted,
    Absent,
}

pub(super) fn proof_in(bytes: &[u8]) -> Proof<'_> {
    let mut end = bytes;
    while let [rest @ .., b'\r' | b'\n' | b' '] = end {
        end = rest;
    }
    if let Some(code) = end.strip_prefix(PROVE).filter(|code| code.len() == CODE_LENGTH)
        && code.iter().all(u8::is_ascii_alphanumeric)
    {
        return Proof::Given(code);
    }
    let quoted = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).any(|line| {
        // Whatever the case: some services answer in capitals.
        line.get(..PROVE.len()).is_some_and(|start| start.eq_ignore_ascii_case(PROVE))
    });
    if quoted { Proof::Quoted } else { Proof::Absent }
}

impl Relay {
    pub(super) fn stranger(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        self.newcomers.heard(now, from, bytes.len());
        match proof_in(bytes) {
            Proof::Given(code) => self.prove(now, from, code),
            Proof::Quoted => count(&mut self.counters.malformed, 1),
            Proof::Absent if bytes.is_empty() => count(&mut self.counters.malformed, 1),
            Proof::Absent if self.options.open => self.walk_in(now, from, bytes),
            Proof::Absent => self.challenge(now, from),
        }
    }

    fn challenge(&mut self, now: Instant, to: SocketAddr) {
        let budget = self.newcomers.text_budget(now, to);
        let code = self.secret.code(now, to);
        let Some(text) = texts::challenge(code, budget) else { return };
        self.newcomers.told(now, to);
        self.answer(now, to, text.as_bytes());
        count(&mut self.counters.challenges, 1);
    }

    fn prove(&mut self, now: Instant, from: SocketAddr, code: &[u8]) {
        let looked_at = self.newcomers.may_prove(now, from);
        if !looked_at || !self.secret.is_code(now, from, code) {
            if looked_at {
                self.newcomers.guessed_wrong(now, from);
            }
            return count(&mut self.counters.wrong_proofs, 1);
        }
        count(&mut self.counters.proofs, 1);
        if let Some(key) = self.welcome(now, from) {
            self.greet(now, key);
        }
    }

    /// Where no proof is asked for, the first datagram is the first message, too.
    fn walk_in(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        if self.is_echo(now, bytes) || self.members.at(from).is_some() {
            return count(&mut self.counters.malformed, 1);
        }
        if let Some(key) = self.welcome(now, from) {
            self.greet(now, key);
            self.plain(now, key, bytes);
        }
    }

    /// A plain member at a proved address, with the name and the room it had if it was here before.
    fn welcome(&mut self, now: Instant, from: SocketAddr) -> Option<usize> {
        if !self.newcomers.proved(now, from) {
            return None;
        }
        // What spoke in frames there before speaks in text now.
        if let Some(key) = self.members.at(from) {
            self.remove(now, key, super::Leaving::Asked);
        }
        let before = self.past.plain_returns(now, from);
        let (name, room) =
            before.as_ref().map_or((None, LOBBY), |(name, room)| (Some(name.as_str()), &**room));
        let id = self.fresh_id();
        // Its room may have ended, and another begun in its stead.
        let room = if self.rooms.is_open(room, self.options.rooms) { room } else { LOBBY };
        let wish = Wish { address: from, id, name, room, speech: Speech::Plain };
        self.admit(now, wish).map_err(|limit| self.turn_away(now, from, limit)).ok()
    }

    fn greet(&mut self, now: Instant, key: usize) {
        let Some(member) = self.members.get(key) else { return };
        let Some(room) = self.rooms.get(member.room) else { return };
        let text = texts::welcome(&member.name, room);
        self.tell(now, key, &text);
    }

    fn turn_away(&mut self, now: Instant, from: SocketAddr, limit: Limit) {
        count(&mut self.counters.limited, 1);
        let text = texts::refused(limit);
        // Only what was proved may be told more than it asked for.
        if self.options.open && self.newcomers.budget(now, from) < text.len() {
            return;
        }
        self.answer(now, from, text.as_bytes());
        self.report(RelayEvent::Limited { member: from, limit });
    }

    /// Sends to an address that is no member; the budget was looked at, or it is proved.
    pub(super) fn answer(&mut self, now: Instant, to: SocketAddr, bytes: &[u8]) {
        self.newcomers.answered(now, to, bytes.len());
        self.post.outbox.put(to, |out| out.extend_from_slice(bytes));
    }
}

// What the person reads is the span of a code.
const _: () = assert!(PROOF_SPAN.as_secs() == 15, "the challenge says 15 seconds");
