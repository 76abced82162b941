//! Hostile traffic by the thousand and by the million: whoever has no key that counts costs nothing that stays, and
//! what is changed on its way is as if it had not come.

use std::time::Duration;

use allocation_counter::measure;
use udpqq::dialects::Dialect;

use crate::sim::chance::Chance;
use crate::sim::datagrams::Sent;
use crate::sim::stage::{Cast, Company, Stage};
use crate::sim::{Verdict, ensure};

use super::strangers::{elsewhere, recorded};

const STRANGERS: u32 = 12_000;
/// Every buffer has its size by then.
const WARM: u32 = 2_000;
/// Between two datagrams of a flood: a hundred thousand of them come in a second.
const PACE: Duration = Duration::from_micros(10);
const PATIENCE: Duration = Duration::from_mins(5);
const MUTATED: u32 = 20_000;
/// Between two lines of a conversation that is disturbed.
const AT_A_TIME: u32 = 5_000;
/// Datagrams of a conversation that an attacker has seen last.
const MAX_SEEN: usize = 400;
/// QUIC version 2 (RFC 9369), one that is never used, the one that means that others are offered, and none.
const VERSIONS: [u32; 4] = [0x6B33_43CF, 0x0A0A_0A0A, 0, u32::MAX];

/// What a stranger may send, from what says nothing to what only who knows the key can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bait {
    Random,
    /// The first datagram of a connection, as scanners send it.
    NoKnock,
    /// One that is to be answered with the versions that are known.
    Version,
    /// One that belongs to no connection, to be answered with a reset.
    Reset,
    /// A true head, and nothing behind it.
    Knock,
    /// Of a conversation that another start of the same program had.
    Recording,
}

impl Bait {
    const ALL: [Self; 6] =
        [Self::Random, Self::NoKnock, Self::Version, Self::Reset, Self::Knock, Self::Recording];

    /// Only who knows the key can send it, so there may be an answer that asks for a proof of the address.
    const fn knows(self) -> bool {
        matches!(self, Self::Knock | Self::Recording)
    }

    fn make(self, chance: &mut Chance, sent: &[Sent]) -> Vec<u8> {
        let seen = &sent[chance.index(sent.len())].bytes;
        match self {
            Self::Random => random(chance, 1_400),
            Self::NoKnock => {
                let mut bytes = random(chance, 1);
                bytes.splice(.., [0xC0, 0, 0, 0, 1, 20]);
                bytes.resize_with(1_200, || chance.next().to_be_bytes()[0]);
                bytes
            }
            Self::Version => {
                let mut bytes = seen.to_vec();
                bytes.resize(1_200.max(bytes.len()), 0);
                bytes[0] |= 0xC0;
                bytes[1..5].copy_from_slice(&VERSIONS[chance.index(VERSIONS.len())].to_be_bytes());
                bytes
            }
            Self::Reset => {
                let mut bytes = random(chance, 1_400);
                bytes[0] = bytes[0] & 0x7F | 0x40;
                bytes
            }
            Self::Knock => {
                let mut bytes = seen.to_vec();
                let true_ = chance.index(bytes.len());
                bytes.iter_mut().skip(true_.max(26)).for_each(|byte| *byte = chance.next().to_be_bytes()[0]);
                bytes
            }
            Self::Recording => mutated(chance, sent),
        }
    }
}

fn random(chance: &mut Chance, most: usize) -> Vec<u8> {
    (0..=chance.index(most)).map(|_| chance.next().to_be_bytes()[0]).collect()
}

/// Cut, changed by a bit or a byte, continued with another one, followed by another one, or as it was.
pub(super) fn mutated(chance: &mut Chance, sent: &[Sent]) -> Vec<u8> {
    let mut bytes = sent[chance.index(sent.len())].bytes.to_vec();
    let other = &sent[chance.index(sent.len())].bytes;
    let at = chance.index(bytes.len());
    match chance.below(6) {
        0 => bytes.truncate(at + 1),
        1 => bytes[at] ^= 1 << chance.below(8),
        2 => bytes.splice(at.., other.iter().skip(at).copied()).for_each(drop),
        3 => bytes.extend_from_slice(other),
        4 => bytes[at] = chance.next().to_be_bytes()[0],
        _ => {}
    }
    bytes
}

/// So many datagrams of every kind to the first member; how many were answered.
fn flood(stage: &mut Stage, chance: &mut Chance, sent: &[Sent], count: u32) -> Verdict<usize> {
    let mut answered = 0;
    for number in 0..count {
        let bait = Bait::ALL[usize::try_from(number).unwrap_or_default() % Bait::ALL.len()];
        let bytes = bait.make(chance, sent);
        stage.net.tap = Some(Vec::new());
        stage.net.throw(stage.members[0].program, elsewhere(), &bytes);
        stage.run(PACE)?;
        let answers = stage.net.tap.take().unwrap_or_default();
        ensure!(answers.len() <= usize::from(bait.knows()), "{bait:?}: {answers:x?} answers {bytes:x?}");
        for Sent { to, bytes: answer, .. } in &answers {
            // The first byte of a retry (RFC 9000, section 17.2.5).
            let retry = *to == elsewhere() && answer.first().is_some_and(|first| first >> 4 == 0xF);
            ensure!(retry && answer.len() <= bytes.len(), "{bait:?}: {answer:x?} answers {bytes:x?}");
        }
        answered += answers.len();
    }
    Ok(answered)
}

/// No answer to who does not know our key; to who does, one that is no longer than what it answers. Nothing is kept,
/// not even a byte of memory (E1, E2).
pub(crate) fn strangers_learn_nothing(dialect: &Dialect) -> Verdict {
    a_flood_of_strangers(dialect, STRANGERS)
}

pub(crate) fn a_flood_of_strangers(dialect: &Dialect, count: u32) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let (_, sent) = recorded(dialect, 1)?;
    let cast = Cast { company: Company::Nobody, visible: false, seed: 2, ..Cast::of(dialect) };
    let (mut stage, mut chance) = (Stage::new(cast)?, Chance::new(7));
    stage.run(Duration::from_secs(10))?;
    let known = |stage: &Stage| (stage.net.program(stage.members[0].program).wakes(), stage.events(0).len());
    let before = known(&stage);
    flood(&mut stage, &mut chance, &sent, WARM)?;
    let mut answered = Ok(0);
    let memory = measure(|| answered = flood(&mut stage, &mut chance, &sent, count));
    ensure!(answered? > 0, "not even who knows the key is answered");
    let (bytes, pieces) = (memory.bytes_current, memory.count_current);
    ensure!(bytes <= 0, "{bytes} bytes in {pieces} pieces were kept");
    stage.net.tap = Some(Vec::new());
    stage.run(PATIENCE)?;
    ensure!(stage.net.tap.take().is_none_or(|sent| sent.is_empty()), "something is sent later");
    let after = known(&stage);
    ensure!(before == after, "something was kept: {before:?}, then {after:?}");
    Ok(())
}

/// While two talk somebody on the way says again what was said, changed and as it was, to them, to a third, from their
/// addresses and from elsewhere: they hear each other as if nobody were there, and nobody else is sent more than three
/// times what came from there (E2, E3).
pub(crate) fn changed_traffic_changes_nothing(dialect: &Dialect) -> Verdict {
    under_attack(dialect, MUTATED)
}

pub(crate) fn under_attack(dialect: &Dialect, count: u32) -> Verdict {
    if !dialect.scheme.caps.keys {
        return Ok(());
    }
    let (mut stage, mut seen) = recorded(dialect, 3)?;
    stage.join(5, 5, &[])?;
    let (mut chance, mut talk) = (Chance::new(11), Talk::of(&stage));
    for done in (0..count).step_by(usize::try_from(AT_A_TIME).unwrap_or(1)) {
        let (sent, back) = attack(&mut stage, &mut chance, &seen)?;
        ensure!(back <= 3 * sent, "{back} bytes went elsewhere for {sent}");
        let fresh = talk.go_on(&mut stage).map_err(|fault| format!("after {done} datagrams: {fault}"))?;
        seen.extend(fresh);
        let old = seen.len().saturating_sub(MAX_SEEN);
        // The first ones, of the handshake, stay.
        seen.drain((MAX_SEEN / 4).min(seen.len())..(MAX_SEEN / 4 + old).min(seen.len())).for_each(drop);
    }
    Ok(())
}

/// Bytes that came from elsewhere, and those that went there.
fn attack(stage: &mut Stage, chance: &mut Chance, seen: &[Sent]) -> Verdict<(usize, usize)> {
    let mut sent = 0;
    stage.net.tap = Some(Vec::new());
    for _ in 0..AT_A_TIME {
        let bytes = mutated(chance, seen);
        let of = &seen[chance.index(seen.len())];
        let from = [of.from, of.to, elsewhere()][chance.index(3)];
        sent += if from == elsewhere() { bytes.len() } else { 0 };
        let target = stage.members[chance.index(3)].program;
        stage.net.throw(target, from, &bytes);
    }
    stage.run(Duration::from_secs(1))?;
    let answers = stage.net.tap.take().unwrap_or_default();
    let back = answers.iter().filter(|answer| answer.to == elsewhere());
    Ok((sent, back.map(|answer| answer.bytes.len()).sum()))
}

/// What each of three has heard, as it has to be.
struct Talk {
    heard: [usize; 3],
    lines: u32,
}

impl Talk {
    fn of(stage: &Stage) -> Self {
        Self { heard: [0, 1, 2].map(|member| stage.heard(member).len()), lines: 0 }
    }

    /// The two say a line each, which the other hears, and nobody anything else. Gives the datagrams of that.
    fn go_on(&mut self, stage: &mut Stage) -> Verdict<Vec<Sent>> {
        self.lines += 1;
        stage.net.tap = Some(Vec::new());
        for member in 0..2 {
            stage.say(member, &format!("{member} {}", self.lines));
        }
        let end = stage.net.now.after(PATIENCE).mono;
        while stage.undelivered() > 0 && stage.net.now.mono < end {
            stage.run(Duration::from_secs(1))?;
        }
        ensure!(stage.undelivered() == 0, "they do not talk any more");
        for (member, more) in [(0, 1), (1, 1), (2, 0)] {
            self.heard[member] += more;
            let heard = stage.heard(member);
            ensure!(heard.len() == self.heard[member], "member {member} has heard {}", heard.len());
            let last = heard.last().map(|received| received.text.clone());
            let said = format!("{} {}", 1 - member.min(1), self.lines);
            ensure!(
                more == 0 || last.as_ref() == Some(&said),
                "member {member} heard {last:?}, not {said:?}"
            );
        }
        Ok(stage.net.tap.take().unwrap_or_default())
    }
}
