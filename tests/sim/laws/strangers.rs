//! Whoever has no key that counts learns nothing and changes nothing: strangers, what is said again or changed, and who
//! stands in between.

use std::net::SocketAddr;
use std::time::Duration;

use udpqq::dialects::{Dialect, Setup};
use udpqq::model::{ConversationId, LinkId, NetCommand, NetEvent, Now, PeerCommand, Trust};
use udpqq::wire::{Engine, Input, Output};

use crate::sim::chance::Chance;
use crate::sim::datagrams::Sent;
use crate::sim::network::Given;
use crate::sim::stage::{Cast, Company, Stage, everywhere};
use crate::sim::{Verdict, ensure};

use super::hostile::mutated;

/// A datagram and its answer.
const SOON: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_mins(5);

pub(super) fn elsewhere() -> SocketAddr {
    ([203, 0, 113, 9], 5_000).into()
}

fn quiet_two(dialect: &Dialect, seed: u64) -> Verdict<Stage> {
    Stage::new(Cast { visible: false, seed, ..Cast::of(dialect) })
}

/// Two who have talked, and every datagram of that.
pub(super) fn recorded(dialect: &Dialect, seed: u64) -> Verdict<(Stage, Vec<Sent>)> {
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

/// A contact has another key from now on, as a person has decided: what waits is for that key, and the one before has
/// nothing of it (E8).
pub(crate) fn what_waits_goes_to_the_new_key(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys || !dialect.scheme.caps.outbox {
        return Ok(());
    }
    let mut stage = Stage::new(Cast { company: Company::Nobody, visible: false, ..Cast::of(dialect) })?;
    let conversation = ConversationId(2);
    stage.say(0, "waits");
    stage.run(Duration::from_secs(5))?;
    let follow = PeerCommand::Follow { address: stage.cast.address(9)?, rank: 0, session: None };
    for order in [NetCommand::Peer(conversation, follow), NetCommand::Trust(conversation, Trust::Pinned)] {
        stage.net.order(stage.members[0].program, Duration::ZERO, order);
    }
    let (now, before) = (stage.join(9, 9, &[1])?, stage.join(2, 2, &[1])?);
    stage.run(PATIENCE)?;
    stage.say(0, "after");
    stage.run(PATIENCE)?;
    let heard: Vec<&str> = stage.heard(now).iter().map(|received| received.text.as_str()).collect();
    ensure!(heard == ["waits", "after"], "the new key has {heard:?}");
    ensure!(stage.heard(before).is_empty(), "the key before has {:?}", stage.heard(before));
    ensure!(stage.undelivered() == 0, "{} wait", stage.undelivered());
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

/// The first datagrams of a connection are answered with the versions that somebody on the way would rather have: the
/// two speak the one version there is, and nobody sends anything of another (E9).
pub(crate) fn nobody_talks_them_into_another_version(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let mut stage = quiet_two(dialect, 4)?;
    stage.net.tap = Some(Vec::new());
    for member in 0..2 {
        stage.say(member, &format!("{member} hello"));
    }
    for _ in 0..50 {
        stage.run(Duration::from_micros(200))?;
        let (port, number) = (dialect.scheme.default_port, stage.members.len());
        for (member, at) in (1..).zip(0..number) {
            let own: SocketAddr = ([192, 0, 2, member], port).into();
            let sent = stage.net.tap.iter().flatten().rfind(|sent| sent.from == own).cloned();
            if let Some((to, offer)) = sent.and_then(|sent| Some((sent.to, other_versions(&sent.bytes)?))) {
                stage.net.throw(stage.members[at].program, to, &offer);
            }
        }
    }
    stage.run(Duration::from_secs(5))?;
    ensure!(stage.undelivered() == 0, "they do not talk");
    let sent = stage.net.tap.take().unwrap_or_default();
    let long = sent.iter().filter(|sent| sent.bytes[0] & 0x80 != 0);
    let other = long.map(|sent| &sent.bytes[1..5]).find(|version| *version != [0, 0, 0, 1]);
    ensure!(other.is_none(), "something of version {other:x?} was sent");
    Ok(())
}

/// What asks the sender of a first datagram for another version (RFC 9000, section 17.2.1).
fn other_versions(first: &[u8]) -> Option<Vec<u8>> {
    let id = |at: usize| first.get(at..=at + usize::from(*first.get(at)?));
    let to = id(5).filter(|_| first[0] & 0x80 != 0)?;
    let from = id(5 + to.len())?;
    let versions = [0x6B33_43CF_u32, 0xFF00_001D].map(u32::to_be_bytes);
    Some([&[0xC0, 0, 0, 0, 0], from, to, versions.as_flattened()].concat())
}

/// Somebody has noted all that was said, and gets both keys afterwards, and all else that a start of the program has
/// but what chance gave it: that opens nothing (E10).
pub(crate) fn keys_of_today_open_nothing(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let (mut stage, sent) = recorded(dialect, 6)?;
    for member in 0..2 {
        let rows = stage.heard(member).len();
        let own: SocketAddr = ([192, 0, 2, [1, 2][member]], dialect.scheme.default_port).into();
        stage.rebuild_member(member)?;
        stage.net.kill(stage.members[1 - member].program);
        let program = stage.members[member].program;
        for sent in sent.iter().filter(|sent| sent.to == own) {
            stage.net.throw(program, sent.from, &sent.bytes);
            stage.run(SOON)?;
        }
        ensure!(stage.heard(member).len() == rows, "member {member} reads what was said before");
        stage.rebuild_member(1 - member)?;
    }
    Ok(())
}

/// Two who begin again with all that they had at first, but what chance gives, say nothing in the same bytes: the secrets
/// of a session come from nowhere else (E4, E10).
pub(crate) fn no_session_is_like_another(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let [(_, first), (_, second)] = [recorded(dialect, 6)?, recorded(dialect, 6)?];
    // What begins a connection is not secret, and is known by this bit.
    let said = |sent: &[u8]| sent.first().is_some_and(|bits| bits & 0x80 == 0);
    let both = first.iter().filter(|sent| said(&sent.bytes));
    let both = both.filter(|sent| second.iter().any(|other| other.bytes == sent.bytes)).count();
    ensure!(both == 0, "{both} datagrams of two sessions are the same");
    Ok(())
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
    stage.replace_member(0, keyless)?;
    let before = stage.net.program(program).tally.sent;
    stage.say(0, "from nobody");
    stage.run(PATIENCE)?;
    ensure!(stage.net.program(program).tally.sent == before, "it speaks without a key");
    // It waits for a start that has one.
    stage.nothing_was_answered()
}
