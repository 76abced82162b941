//! Address validation (as RFC 9000, section 8, has it): what an address gets that has not proved that it receives, and how
//! it proves that, by a code in a text or by a cookie in a frame.
//!
//! The relay must be no weapon against an address whose name somebody else used (R1): in all no more bytes than came from
//! there, and one datagram a second. A forgotten address loses what it had not used yet, so
//! forgetting can only make answers fewer.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::api::count;
use super::expiring_map::ExpiringMap;
use super::limits::{ALL_JOINS, JOINS};
use super::names::folded;
use super::outputs::Outputs;
use super::phrasebook::Phrasebooks;
use super::proof::{Code, CookieKeys, PROOF_SPAN};
use super::texts::{self, MAX_ANSWER};
use crate::dialects::relay::frame::{FromRelay, MemberToken};
use crate::model::bucket::{Bucket, Rate};

/// Addresses remembered, if not as many as there may be members; more than can be answered without a proof within a
/// second, so that none is answered twice in one.
const LEAST_NEWCOMERS: usize = 4_096;
/// Between two answers to one address.
const ANSWER_PAUSE: Duration = Duration::from_secs(1);
/// Answers to all addresses together, twice this at most within any second: all people there may be can come within
/// `COMING`.
const LEAST_ANSWERS: u64 = 500;
const COMING: u64 = 2;
const ANSWERS_BURST: Duration = Duration::from_secs(1);
/// Texts to one address that does nothing with them: then it is no person. What answers everything (a time service, a
/// bot) would go on for ever.
const MAX_VAIN_TEXTS: u8 = 8;
/// After so long without a word the texts count anew.
const VAIN_REST: Duration = Duration::from_mins(1);
/// Joins of rooms that are remembered, and how long: then the limit has forgotten them, too.
const MAX_JOINS: usize = 65_536;
const JOINS_MEMORY: Duration = Duration::from_secs(10);
/// Guesses of one address within the span of a code.
const MAX_WRONG_PROOFS: u8 = 5;

#[derive(Debug)]
struct Newcomer {
    received: u64,
    sent: u64,
    heard: Instant,
    answered: Option<Instant>,
    vain: u8,
    /// Until then codes sent there are good.
    told: Option<Instant>,
    wrong: u8,
    wrong_since: Instant,
    joins: Bucket,
}

#[derive(Debug)]
pub(super) struct AddressValidator {
    pub(super) keys: CookieKeys,
    table: BTreeMap<SocketAddr, Newcomer>,
    /// Oldest first, each address once.
    order: VecDeque<SocketAddr>,
    max: usize,
    answers: Bucket,
    rate: Rate,
    /// By a hash of address and room.
    joins: ExpiringMap<u64, Bucket>,
}

impl AddressValidator {
    /// `members`: how many there may be.
    pub(super) fn new(now: Instant, seed: &[u8; 16], members: usize) -> Self {
        let per_second = u64::try_from(members).unwrap_or(u64::MAX).div_ceil(COMING).max(LEAST_ANSWERS);
        Self {
            keys: CookieKeys::new(now, seed),
            table: BTreeMap::new(),
            order: VecDeque::new(),
            max: members.max(LEAST_NEWCOMERS),
            answers: Bucket::default(),
            rate: Rate { per_second, burst: ANSWERS_BURST },
            joins: ExpiringMap::new(JOINS_MEMORY, MAX_JOINS),
        }
    }

    /// Something of `length` bytes came from there.
    pub(super) fn heard(&mut self, now: Instant, from: SocketAddr, length: usize) {
        let newcomer = self.entry(now, from);
        if now.saturating_duration_since(newcomer.heard) >= VAIN_REST {
            newcomer.vain = 0;
        }
        newcomer.heard = now;
        newcomer.received = newcomer.received.saturating_add(u64::try_from(length).unwrap_or_default());
    }

    /// Bytes that may be sent there now.
    pub(super) fn budget(&self, now: Instant, to: SocketAddr) -> usize {
        let Some(newcomer) = self.table.get(&to) else { return 0 };
        let early = newcomer.answered.is_some_and(|last| now.saturating_duration_since(last) < ANSWER_PAUSE);
        if early || !self.answers.is_open(now, self.rate) {
            return 0;
        }
        let left = newcomer.received.saturating_sub(newcomer.sent);
        usize::try_from(left).unwrap_or(MAX_ANSWER).min(MAX_ANSWER)
    }

    /// A code is on its way there.
    fn told(&mut self, now: Instant, to: SocketAddr) {
        let newcomer = self.entry(now, to);
        newcomer.vain = newcomer.vain.saturating_add(1);
        newcomer.told = now.checked_add(PROOF_SPAN.saturating_mul(2));
    }

    /// The address is real. `false`: it joins and leaves so often, this room or any, that it has to wait.
    pub(super) fn may_join(&mut self, now: Instant, from: SocketAddr, room: &str) -> bool {
        let newcomer = self.entry(now, from);
        newcomer.vain = 0;
        if !newcomer.joins.pass(now, ALL_JOINS) {
            return false;
        }
        let key = self.keys.fingerprint(format!("{from} {}", folded(room)).as_bytes());
        let mut joins = self.joins.get(now, key).copied().unwrap_or_default();
        let may = joins.pass(now, JOINS);
        self.joins.put(now, key, joins);
        may
    }

    /// Tells an address how to prove itself, unless many such texts led to nothing.
    pub(super) fn challenge(&mut self, now: Instant, to: SocketAddr, books: &Phrasebooks, out: &mut Outputs) {
        if self.entry(now, to).vain >= MAX_VAIN_TEXTS {
            return;
        }
        let budget = self.budget(now, to);
        let Some(text) = texts::challenge(books, self.keys.code(now, to), budget) else {
            // Once: what comes after it adds up.
            if budget >= texts::MORE.len() && self.entry(now, to).sent == 0 {
                self.answer(now, to, texts::MORE.as_bytes(), out);
            }
            return;
        };
        self.told(now, to);
        self.answer(now, to, text.as_bytes(), out);
        count(&mut out.counters.challenges, 1);
    }

    /// Whether this is the code that was sent there. It counts only where one was, and not too many wrong ones came back.
    pub(super) fn is_proof(&mut self, now: Instant, from: SocketAddr, code: &[u8]) -> bool {
        let right = self.keys.is_code(now, from, code);
        let newcomer = self.entry(now, from);
        let fresh = now.saturating_duration_since(newcomer.wrong_since) >= PROOF_SPAN;
        let told = newcomer.told.is_some_and(|until| now < until);
        if !told || (!fresh && newcomer.wrong >= MAX_WRONG_PROOFS) {
            return false;
        }
        if !right {
            if fresh {
                (newcomer.wrong, newcomer.wrong_since) = (0, now);
            }
            newcomer.wrong = newcomer.wrong.saturating_add(1);
        }
        right
    }

    pub(super) fn send_cookie(&mut self, now: Instant, to: SocketAddr, nonce: u64, out: &mut Outputs) {
        let cookie = self.keys.cookie(now, to);
        if self.answer_frame(now, to, &FromRelay::Challenge { nonce, cookie }, out) {
            count(&mut out.counters.challenges, 1);
        }
    }

    /// A member that is none any more proves where it is by what it is told that with, if its budget allows it: a hello would be
    /// the second datagram within a second, and get no answer.
    pub(super) fn send_unknown(
        &mut self,
        now: Instant,
        to: SocketAddr,
        token: MemberToken,
        out: &mut Outputs,
    ) {
        let cookie = Some(self.keys.cookie(now, to));
        if !self.answer_frame(now, to, &FromRelay::Unknown { token, cookie }, out) {
            self.answer_frame(now, to, &FromRelay::Unknown { token, cookie: None }, out);
        }
    }

    /// A frame for an address that has proved nothing, if its budget allows it.
    fn answer_frame(
        &mut self,
        now: Instant,
        to: SocketAddr,
        frame: &FromRelay<'_>,
        out: &mut Outputs,
    ) -> bool {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes);
        let may = self.budget(now, to) >= bytes.len();
        if may {
            self.answer(now, to, &bytes, out);
        }
        may
    }

    /// Sends to an address that is no member; the budget was looked at, or it is proved.
    pub(super) fn answer(&mut self, now: Instant, to: SocketAddr, bytes: &[u8], out: &mut Outputs) {
        self.answers.pass(now, self.rate);
        let newcomer = self.entry(now, to);
        newcomer.sent = newcomer.sent.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        newcomer.answered = Some(now);
        out.bytes(to, bytes);
    }

    /// The code for a member that was silent for too long, by which it returns.
    pub(super) fn code_for_return(&mut self, now: Instant, to: SocketAddr) -> Code {
        self.told(now, to);
        self.keys.code(now, to)
    }

    fn entry(&mut self, now: Instant, address: SocketAddr) -> &mut Newcomer {
        if !self.table.contains_key(&address) {
            self.forget_oldest(now);
            self.order.push_back(address);
        }
        self.table.entry(address).or_insert_with(|| Newcomer {
            received: 0,
            sent: 0,
            heard: now,
            answered: None,
            vain: 0,
            told: None,
            wrong: 0,
            wrong_since: now,
            joins: Bucket::default(),
        })
    }

    /// Makes room for one more. Who was answered just now stays, or it would be answered again at once; unless all of
    /// them were, as when many proofs come in the same second.
    fn forget_oldest(&mut self, now: Instant) {
        let mut spared = 0;
        while self.table.len() >= self.max {
            let Some(oldest) = self.order.pop_front() else { return };
            let answered = self.table.get(&oldest).and_then(|newcomer| newcomer.answered);
            let just_now = answered.is_some_and(|last| now.saturating_duration_since(last) < ANSWER_PAUSE);
            if just_now && spared < self.max {
                spared = spared.saturating_add(1);
                self.order.push_back(oldest);
            } else {
                self.table.remove(&oldest);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.table.len().max(self.order.len())
    }
}

// What the person reads is the span of a code.
const _: () = assert!(PROOF_SPAN.as_secs() == 15, "the challenge says 15 seconds");
