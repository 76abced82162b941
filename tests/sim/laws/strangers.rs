//! Whoever has no key that counts learns nothing and changes nothing: strangers, what is said again or changed, and who
//! stands in between.

use std::net::SocketAddr;
use std::time::Duration;

use udpqq::dialects::{Dialect, Setup};
use udpqq::model::{LinkId, NetEvent, Now};
use udpqq::wire::{Engine, Input, Output};

use crate::sim::chance::Chance;
use crate::sim::datagrams::Sent;
use crate::sim::network::Given;
use crate::sim::stage::{Cast, Company, Stage, everywhere};
use crate::sim::{Verdict, ensure};

const NOISE: usize = 2_000;
const MUTATED: usize = 2_000;
/// A datagram and its answer.
const SOON: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_mins(5);

fn elsewhere() -> SocketAddr {
    ([203, 0, 113, 9], 5_000).into()
}

fn quiet_two(dialect: &Dialect, seed: u64) -> Verdict<Stage> {
    Stage::new(Cast { visible: false, seed, ..Cast::of(dialect) })
}

/// Two who have talked, and every datagram of that.
fn recorded(dialect: &Dialect, seed: u64) -> Verdict<(Stage, Vec<Sent>)> {
    let mut stage = quiet_two(dialect, seed)?;
    stage.net.tap = Some(Vec::new());
    for number in 0..5 {
        for member in 0..2 {
            stage.say(member, &format!("{member} {number}"));
        }
        stage.run(Duration::from_secs(1))?;
    }
    let sent = stage.net.tap.take().unwrap_or_default();
    ensure!(stage.undelivered() == 0 && !sent.is_empty(), "they did not talk");
    Ok((stage, sent))
}

/// A datagram that says nothing: noise, or the first one of QUIC as scanners send it, in this version or another.
fn noise(chance: &mut Chance, number: usize) -> Vec<u8> {
    let length = chance.index(1_400) + 1;
    let mut bytes: Vec<u8> = (0..length).map(|_| chance.next().to_be_bytes()[0]).collect();
    if number.is_multiple_of(2) {
        bytes.resize(1_200, 0);
        bytes[0] |= 0xC0;
        let version = if number.is_multiple_of(4) { 1_u32 } else { 0x0A0A_0A0A };
        bytes[1..5].copy_from_slice(&version.to_be_bytes());
        bytes[5] = 20;
    }
    bytes
}

fn mutated(chance: &mut Chance, sent: &[Sent]) -> Vec<u8> {
    let mut bytes = sent[chance.index(sent.len())].bytes.to_vec();
    let other = &sent[chance.index(sent.len())].bytes;
    let at = chance.index(bytes.len());
    match chance.below(5) {
        0 => bytes.truncate(at + 1),
        1 => bytes[at] ^= 1 << chance.below(8),
        2 => bytes.splice(at.., other.iter().skip(at).copied()).for_each(drop),
        3 => bytes.extend_from_slice(other),
        _ => {}
    }
    bytes
}

/// No answer to who does not know our key; to who does, one that is no longer than what it answers, and nothing is
/// kept (E1, E2).
pub(crate) fn strangers_learn_nothing(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let (_, sent) = recorded(dialect, 1)?;
    let cast = Cast { company: Company::Nobody, visible: false, seed: 2, ..Cast::of(dialect) };
    let (mut stage, mut chance) = (Stage::new(cast)?, Chance::new(7));
    stage.run(Duration::from_secs(10))?;
    let program = stage.members[0].program;
    let before = (stage.net.program(program).wakes(), stage.events(0).len());
    let mut answered = 0;
    for number in 0..NOISE + MUTATED {
        let knows = number >= NOISE;
        let bytes = if knows { mutated(&mut chance, &sent) } else { noise(&mut chance, number) };
        stage.net.tap = Some(Vec::new());
        stage.net.datagram_from_outside(program, elsewhere(), &bytes);
        stage.run(SOON)?;
        let answers = stage.net.tap.take().unwrap_or_default();
        answered += answers.len();
        let most = usize::from(knows);
        ensure!(answers.len() <= most, "{} answers to {bytes:x?}", answers.len());
        let longest = answers.iter().map(|answer| answer.bytes.len()).max().unwrap_or_default();
        ensure!(longest <= bytes.len(), "{longest} bytes answer {}", bytes.len());
    }
    ensure!(answered > 0, "not even who knows the key is answered");
    stage.net.tap = Some(Vec::new());
    stage.run(PATIENCE)?;
    ensure!(stage.net.tap.take().is_none_or(|sent| sent.is_empty()), "something is sent later");
    let after = (stage.net.program(program).wakes(), stage.events(0).len());
    ensure!(before == after, "something was kept: {before:?}, then {after:?}");
    Ok(())
}

/// What was said is worth nothing when it is said again: to the same, to another, back to who said it, changed or not
/// (E3, E9).
pub(crate) fn what_is_said_again_is_not_heard(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let (mut stage, sent) = recorded(dialect, 3)?;
    let third = stage.join(5, 5, &[])?;
    let rows = |stage: &Stage| (0..3).map(|member| stage.heard(member).len()).collect::<Vec<_>>();
    let before = rows(&stage);
    let mut chance = Chance::new(7);
    for round in 0..3 {
        for Sent { from, to, bytes, .. } in &sent {
            let bytes = if round == 0 { bytes.to_vec() } else { mutated(&mut chance, &sent) };
            for member in [0, 1, third] {
                for source in [*from, *to, elsewhere()] {
                    stage.net.datagram_from_outside(stage.members[member].program, source, &bytes);
                }
            }
            stage.run(SOON)?;
        }
    }
    stage.run(Duration::from_secs(10))?;
    ensure!(rows(&stage) == before, "had {before:?} messages, now {:?}", rows(&stage));
    for member in 0..2 {
        stage.say(member, "after");
    }
    stage.run(PATIENCE)?;
    ensure!(stage.undelivered() == 0, "they do not talk any more");
    let after: Vec<usize> = before.iter().zip([1, 1, 0]).map(|(count, more)| count + more).collect();
    ensure!(rows(&stage) == after, "had {before:?} messages, then {:?}", rows(&stage));
    Ok(())
}

/// Whoever is where a contact should be and has another key, even our own, gets nothing and is nobody's contact
/// (E9).
pub(crate) fn a_place_proves_nothing(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    for key in [9, 1] {
        let mut stage = Stage::new(Cast { company: Company::Nobody, visible: false, ..Cast::of(dialect) })?;
        let other = stage.join(2, key, &[1])?;
        stage.say(0, "for one alone");
        stage.say(other, "it is me");
        stage.run(PATIENCE)?;
        ensure!(stage.heard(other).is_empty(), "with key {key} it has {:?}", stage.heard(other));
        let taken = stage.heard(0).into_iter().find(|received| received.conversation.is_some());
        ensure!(taken.is_none(), "with key {key} it is taken for a contact: {taken:?}");
        let wrong = stage
            .events(0)
            .iter()
            .find(|event| matches!(event, NetEvent::Handed { .. } | NetEvent::Delivered { .. }));
        ensure!(wrong.is_none(), "with key {key}: {wrong:?}");
    }
    Ok(())
}

/// Passes on all that two others say to it, each to the other.
#[derive(Default)]
struct Between {
    ends: Vec<SocketAddr>,
    outputs: Vec<Output>,
}

impl Engine for Between {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        if let Input::Datagram { link: link @ LinkId(0), from, bytes, .. } = input {
            let to = self.ends.iter().copied().find(|end| *end != from);
            self.outputs.extend(to.map(|to| {
                let bytes = bytes.into();
                Output::Datagram { link, to, from: None, via: None, bytes, ticket: None }
            }));
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outputs.pop().unwrap_or(Output::Wait(None))
    }
}

/// Somebody passes on to another what is for itself: neither ends with a session that it takes for something
/// else (E9).
pub(crate) fn nobody_stands_between(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let mut stage = Stage::new(Cast { company: Company::Nobody, visible: false, ..Cast::of(dialect) })?;
    let (writer, victim) = (stage.join(8, 8, &[3])?, stage.join(2, 2, &[8])?);
    let port = dialect.scheme.default_port;
    let ends = [8, 2].map(|number| ([192, 0, 2, number], port).into()).to_vec();
    let host = stage.net.host(3, "between.lan");
    let between = Box::new(Between { ends, ..Between::default() });
    stage.net.launch(host, between, Given::Datagrams(everywhere(port)));
    stage.say(writer, "for 3 alone");
    stage.run(PATIENCE)?;
    ensure!(stage.heard(victim).is_empty(), "another has it: {:?}", stage.heard(victim));
    ensure!(stage.undelivered() == 1, "it is said to be delivered");
    stage.nothing_was_answered()
}

/// Without a key of ours there is nobody to be.
pub(crate) fn without_a_key_nothing_is_sent(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let cast = Cast { company: Company::Nobody, ..Cast::of(dialect) };
    let mut stage = Stage::new(cast)?;
    let program = stage.members[0].program;
    let keyless = (dialect.engine)(&Setup { seed: 1, ..Setup::default() });
    stage.net.restart(program, keyless, Given::Datagrams(everywhere(dialect.scheme.default_port)));
    let before = stage.net.program(program).tally.sent;
    stage.say(0, "from nobody");
    stage.run(PATIENCE)?;
    ensure!(stage.net.program(program).tally.sent == before, "it speaks without a key");
    stage.all_was_answered()
}
