//! What is said about messages is a message as every other: an answer, an edit, a reaction, a deletion comes there once, in
//! its place between the others, about what it was about, and its receipt is true (E5, E6).

use std::time::Duration;

use udpqq::dialects::Dialect;
use udpqq::model::traffic::{MessageKind, Received};
use udpqq::model::{ChatCaps, MessageId, NetEvent, OutgoingMessage, Uid};

use super::delivery::{BRIEF, STORM, settle, two};
use crate::sim::network::Weather;
use crate::sim::stage::Stage;
use crate::sim::{Verdict, ensure};

const PACE: Duration = Duration::from_millis(50);
const SEEDS: u64 = 2;
const ROUNDS: u32 = 20;
/// Said at once before one of the two is killed.
const AT_ONCE: u32 = 3;
/// Outputs from one kill to the next.
const STEP: usize = 5;

/// What of a message has to arrive.
#[derive(Debug, PartialEq, Eq)]
struct SaidThing<'a> {
    uid: Option<Uid>,
    about: Option<Uid>,
    kind: MessageKind,
    quote: Option<&'a str>,
    text: &'a str,
}

impl<'a> SaidThing<'a> {
    fn of(said: &'a OutgoingMessage) -> Self {
        let OutgoingMessage { uid, about, kind, quote, text, .. } = said;
        Self { uid: *uid, about: *about, kind: *kind, quote: quote.as_deref(), text }
    }

    fn in_row(row: &'a Received) -> Self {
        let Received { uid, about, kind, quote, text, .. } = row;
        Self { uid: *uid, about: *about, kind: *kind, quote: quote.as_deref(), text }
    }
}

/// One of each kind that the dialect knows, each about the one before it.
fn changes(dialect: &Dialect, number: u32) -> Vec<OutgoingMessage> {
    let ChatCaps { replies, edits, reactions, .. } = dialect.scheme.caps.chat;
    let change = |kind, text: &str| OutgoingMessage {
        kind,
        quote: (kind == MessageKind::Text).then(|| "first words".into()),
        ..OutgoingMessage::text(MessageId(0), text.to_owned())
    };
    let (words, others) = (number.to_string(), format!("{number}!"));
    let kinds = [
        (replies, MessageKind::Text, words.as_str()),
        (edits, MessageKind::Edit, &others),
        (reactions, MessageKind::Reaction, "👍"),
        (edits, MessageKind::Deletion, ""),
        (reactions, MessageKind::Reaction, ""),
    ];
    kinds.iter().filter(|(known, ..)| *known).map(|(_, kind, text)| change(*kind, text)).collect()
}

fn talk(stage: &mut Stage, dialect: &Dialect, number: u32) {
    for member in 0..2 {
        stage.say(member, &format!("{member} {number}"));
        for change in changes(dialect, number) {
            stage.change(member, &change);
        }
    }
}

/// Over a storm with restarts, and over kills at any moment.
pub(crate) fn they_go_the_way_of_all_messages(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.outbox || changes(dialect, 0).is_empty() {
        return Ok(());
    }
    for seed in 1..=SEEDS {
        in_a_storm(dialect, seed).map_err(|fault| format!("in a storm, seed {seed}: {fault}"))?;
    }
    for victim in [0, 1] {
        for outputs in (0..).step_by(STEP) {
            if !killed_after(dialect, victim, outputs)
                .map_err(|fault| format!("member {victim} killed after {outputs} outputs: {fault}"))?
            {
                break;
            }
        }
    }
    Ok(())
}

fn in_a_storm(dialect: &Dialect, seed: u64) -> Verdict {
    let mut stage = two(dialect, STORM, seed)?;
    for number in 0..ROUNDS {
        talk(&mut stage, dialect, number);
        if number % 8 == 4 {
            stage.restart_member(usize::from(number % 16 == 4))?;
        }
        stage.run(PACE)?;
    }
    all_is_there(&mut stage)
}

/// `false`: there were not so many outputs.
fn killed_after(dialect: &Dialect, victim: usize, outputs: usize) -> Verdict<bool> {
    let mut stage = two(dialect, Weather::CALM, 1)?;
    stage.net.strike(stage.members[victim].program, outputs);
    for number in 0..AT_ONCE {
        talk(&mut stage, dialect, number);
    }
    stage.run(BRIEF)?;
    if !stage.net.was_struck(stage.members[victim].program) {
        return Ok(false);
    }
    receipts_are_true(&stage)?;
    stage.restart_member(victim)?;
    all_is_there(&mut stage)?;
    Ok(true)
}

fn rows(stage: &Stage, member: usize) -> &[Received] {
    &stage.net.program(stage.members[member].program).history.rows
}

fn all_is_there(stage: &mut Stage) -> Verdict {
    settle(stage)?;
    receipts_are_true(stage)?;
    for (reader, writer) in [(0, 1), (1, 0)] {
        let kept = rows(stage, reader);
        let is_kept = |uid: Option<Uid>| kept.iter().any(|row| row.uid == uid);
        let is_deletion = |thing: &SaidThing<'_>| thing.kind == MessageKind::Deletion;
        let said = || stage.members[writer].outbox.iter().map(|(_, message)| message);
        // What was taken back while it waited need not come; what takes it back may come in its place.
        let due =
            said().filter(|message| is_kept(message.uid) || deletion_of(stage, writer, message).is_none());
        let due = due.filter(|message| message.kind != MessageKind::Deletion);
        let things = kept.iter().map(SaidThing::in_row).filter(|thing| !is_deletion(thing));
        let (due, things): (Vec<_>, Vec<_>) = (due.collect(), things.collect());
        let mut pairs = due.iter().zip(&things);
        let other = pairs.find(|(said, thing)| !is_said(stage, writer, said, thing));
        ensure!(other.is_none(), "member {reader} does not have that as it was said: {other:?}");
        ensure!(due.len() == things.len(), "member {reader} has {} of {}", things.len(), due.len());
        for deletion in said().filter(|message| message.kind == MessageKind::Deletion) {
            let there = kept.iter().map(SaidThing::in_row).filter(|thing| thing.uid == deletion.uid);
            ensure!(there.eq([SaidThing::of(deletion)]), "{deletion:?} is not there once at member {reader}");
        }
    }
    Ok(())
}

/// Whether that is what this member said: with its own words, or with those that it was given while it waited.
fn is_said(stage: &Stage, writer: usize, message: &OutgoingMessage, thing: &SaidThing<'_>) -> bool {
    let mut said = stage.members[writer].outbox.iter().map(|(_, message)| message);
    let edit = said.find(|it| it.kind == MessageKind::Edit && it.about.is_some() && it.about == message.uid);
    let texts = [Some(message), edit].into_iter().flatten().map(|it| it.text.as_str());
    texts.into_iter().any(|text| *thing == SaidThing { text, ..SaidThing::of(message) })
}

/// What takes a message back that this member said, or what it changed.
fn deletion_of<'a>(stage: &'a Stage, writer: usize, of: &OutgoingMessage) -> Option<&'a OutgoingMessage> {
    let names = [of.uid, of.about.filter(|_| of.kind.is_change())];
    let mut said =
        stage.members[writer].outbox.iter().map(|(_, message)| message).filter(|it| it.uid != of.uid);
    said.find(|it| it.kind == MessageKind::Deletion && it.about.is_some() && names.contains(&it.about))
}

/// What is said to be kept stands in the history of the peer, or what takes it back does.
fn receipts_are_true(stage: &Stage) -> Verdict {
    for (writer, reader) in [(0, 1), (1, 0)] {
        for event in stage.events(writer) {
            let NetEvent::Delivered { message } = event else { continue };
            let mut said = stage.members[writer].outbox.iter().map(|(_, message)| message);
            let said = said.find(|said| said.id == *message);
            let deletion = said.and_then(|said| deletion_of(stage, writer, said));
            let names = [said, deletion].map(|it| it.and_then(|it| it.uid));
            let kept = rows(stage, reader).iter().any(|row| row.uid.is_some() && names.contains(&row.uid));
            ensure!(kept, "{message:?} is said to be kept by member {reader}, and is not");
        }
    }
    Ok(())
}
