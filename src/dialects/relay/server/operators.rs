//! People in charge among the members: who is one, what proves it, and what they order.
//!
//! Whoever joins may say to be one of the relay's operators, and is let in as such or not at all: told why not, it joins again
//! without. That there is no such name is not told apart from a wrong password. Guesses are few of one network and few in all.
//! An order is signed, so that whoever has only seen the token of an operator pass orders nothing.

use std::net::SocketAddr;
use std::time::Instant;

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use super::Relay;
use super::api::{RelayEvent, count};
use super::governing;
use super::members::RelayMember;
use super::moderation::network;
use super::names::folded;
use super::operator::Operator;
use super::operator_seat::OperatorSeat;
use super::orders::RelayOrder;
use crate::dialects::relay::frame::{
    ClaimRefusal, FromRelay, Join, KeyProof, MAX_BUNDLE, SALT_LENGTH, SentenceList, WordList,
    encode_sentences,
};
use crate::model::{Now, Phrase};

/// People in charge of one relay.
const MAX_OPERATORS: usize = 64;
/// Bytes of the sentences of one answer.
const MAX_SAID: usize = MAX_BUNDLE - 20;

/// Whether a join may go on: it says nothing of being in charge, or proves it.
pub(super) fn may_join(relay: &mut Relay, now: Instant, from: SocketAddr, join: &Join<'_>) -> bool {
    let Err(why) = judge(relay, now, from, join) else { return true };
    let salt = join.operator.map(|claim| salt_of(relay, claim.name)).unwrap_or_default();
    // The address is proved, so this needs no budget.
    relay.out.frame(from, &FromRelay::Unclaimed { nonce: join.nonce, why, salt });
    false
}

fn judge(relay: &mut Relay, now: Instant, from: SocketAddr, join: &Join<'_>) -> Result<(), ClaimRefusal> {
    let Some(claim) = join.operator else { return Ok(()) };
    if relay.options.operators.is_empty() {
        return Err(ClaimRefusal::Nobody);
    }
    let origin = relay.validator.keys.fingerprint(network(from.ip()).to_string().as_bytes());
    if !relay.limits.claims.is_open(now, origin) {
        count(&mut relay.out.counters.limited, 1);
        return Err(ClaimRefusal::Later);
    }
    // Not a guess: it cannot know the salt yet.
    if claim.salt != salt_of(relay, claim.name) {
        return Err(ClaimRefusal::Unproved);
    }
    let operator = find(relay, claim.name);
    let name = folded(claim.name);
    if operator.is_some_and(|one| one.key().is_operator(&claim.proof, join.nonce, &join.cookie, &name)) {
        return Ok(());
    }
    relay.limits.claims.on_wrong(now, origin);
    count(&mut relay.out.counters.limited, 1);
    relay.out.report(RelayEvent::ClaimRefused { member: from, operator: claim.name.to_owned() });
    Err(ClaimRefusal::Wrong)
}

/// From now on these are in charge. Members that have proved to be another one, or by another password, are not any more: their
/// ids, and the nonces of their joins.
pub(super) fn replace(relay: &mut Relay, operators: Vec<Operator>) -> Vec<(u64, u64)> {
    let before = std::mem::replace(&mut relay.options.operators, operators);
    let of = |all: &[Operator], name: &str| {
        all.iter().find(|one| one.is_called(name)).map(|one| one.key().to_keep().to_vec())
    };
    let seats = relay.directory.members().iter().filter_map(|member| {
        let seat = member.framed().and_then(|framed| framed.operator.as_ref())?;
        let is_same = of(&before, &seat.name) == of(&relay.options.operators, &seat.name);
        (!is_same).then_some((member.id, seat.nonce))
    });
    let over: Vec<(u64, u64)> = seats.collect();
    for (id, _) in &over {
        if let Some(framed) = relay.directory.member_mut(*id).and_then(RelayMember::framed_mut) {
            framed.operator = None;
        }
    }
    let count = relay.options.operators.len();
    relay.out.report(RelayEvent::OperatorsRead { count });
    over
}

fn find<'r>(relay: &'r Relay, name: &str) -> Option<&'r Operator> {
    relay.options.operators.iter().take(MAX_OPERATORS).find(|one| one.is_called(name))
}

/// Of a name that there is not it is always the same as well, so that nobody learns which there are.
fn salt_of(relay: &Relay, name: &str) -> [u8; SALT_LENGTH] {
    if let Some(operator) = find(relay, name) {
        return operator.key().salt;
    }
    let keys = relay.options.operators.iter().map(|one| one.key().to_keep().as_slice());
    let made =
        Zeroizing::new([keys.collect::<Vec<_>>().concat().as_slice(), folded(name).as_bytes()].concat());
    let hash = digest(&SHA256, &made);
    let mut salt = [0; SALT_LENGTH];
    salt.iter_mut().zip(hash.as_ref()).for_each(|(byte, of)| *byte = *of);
    salt
}

/// A member has joined, and has proved to be in charge, or has not said so.
pub(super) fn seat(relay: &mut Relay, id: u64, join: &Join<'_>) {
    let claimed = join.operator.and_then(|claim| find(relay, claim.name)).map(|one| one.name().to_owned());
    let Some(member) = relay.directory.member_mut(id) else { return };
    let (address, member_name) = (member.address, member.name.clone());
    let Some(framed) = member.framed_mut() else { return };
    let Some(name) = claimed else {
        framed.operator = None;
        return;
    };
    // A join that came twice.
    if framed.operator.as_ref().is_some_and(|seat| seat.nonce == join.nonce && seat.name == name) {
        return;
    }
    framed.operator = Some(OperatorSeat::new(name.clone(), join.nonce));
    relay.out.report(RelayEvent::Claimed { member: address, name: member_name, operator: name });
}

/// A member orders something. What is not signed by who it should be gets no answer.
pub(super) fn order(
    relay: &mut Relay,
    now: Now,
    id: u64,
    number: u32,
    proof: &KeyProof,
    words: &WordList<'_>,
) {
    let Some(seat) = seat_of(relay, id) else {
        let said = said(&[Phrase::new("relay-order-not-operator")]);
        return answer(relay, id, number, false, &said);
    };
    let (name, nonce) = (seat.name.clone(), seat.nonce);
    let signs = |one: &Operator| one.key().has_ordered(proof, nonce, number, words.bytes());
    if !find(relay, &name).is_some_and(signs) {
        return count(&mut relay.out.counters.malformed, 1);
    }
    let Some(seat) = seat_of(relay, id) else { return };
    if !seat.takes(number) {
        if let Some((done, said)) = seat.answer(number) {
            answer(relay, id, number, done, &said);
        }
        return;
    }
    // Whoever orders may put itself out.
    let to = relay.directory.members().get(id).map(|member| (member.address, member.token()));
    let outcome = carry_out(relay, now, id, words);
    let done = outcome.is_ok();
    let said = said(&outcome.unwrap_or_else(|why| vec![why]));
    if let Some(seat) = seat_of(relay, id) {
        seat.keep(number, done, said.clone());
    }
    if let (Some((address, token)), Some(said)) = (to, SentenceList::decode(&said)) {
        relay.out.frame(address, &FromRelay::Ordered { token, number, done, said });
    }
}

fn carry_out(relay: &mut Relay, now: Now, id: u64, words: &WordList<'_>) -> Result<Vec<Phrase>, Phrase> {
    let words = words.words();
    // Whoever reads the datagram would know the password.
    if words.first().is_some_and(|verb| verb.trim() == "password") {
        return Err(Phrase::new("relay-order-only-there").text("order", "password ROOM"));
    }
    if let Some(member) = relay.directory.members().get(id)
        && let Some(seat) = member.framed().and_then(|framed| framed.operator.as_ref())
    {
        let (member, operator) = (member.address, seat.name.clone());
        relay.out.report(RelayEvent::OrderedBy { member, operator, order: words.join(" ") });
    }
    governing::order(relay, now, &RelayOrder::parse(&words)?)
}

fn seat_of(relay: &mut Relay, id: u64) -> Option<&mut OperatorSeat> {
    relay.directory.member_mut(id)?.framed_mut()?.operator.as_mut()
}

fn answer(relay: &mut Relay, id: u64, number: u32, done: bool, said: &[u8]) {
    if let (Some(member), Some(said)) = (relay.directory.members().get(id), SentenceList::decode(said)) {
        relay.out.frame(member.address, &FromRelay::Ordered { token: member.token(), number, done, said });
    }
}

/// As many sentences as one datagram has room for.
fn said(sentences: &[Phrase]) -> Vec<u8> {
    encode_sentences(sentences, MAX_SAID, |left| Phrase::new("relay-order-more").number("count", left))
}
