//! Files between two of a kind, where a dialect has them: what is fetched is what was offered, and a fetch ends once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use udpqq::dialects::Dialect;
use udpqq::model::file::{DownloadTarget, FileFingerprint, FileSource, FolderEntry, Progress, TransferId};
use udpqq::model::traffic::{MessageKind, Received};
use udpqq::model::{
    ConversationId, FileCommand, MessageCommand, MessageId, NetCommand, NetEvent, OutgoingMessage, Uid,
};

use crate::sim::network::Weather;
use crate::sim::stage::{ARRIVAL, Cast, Stage};
use crate::sim::{Verdict, ensure};

const OFFER: MessageId = MessageId(900);
/// What the receiver calls the message.
const HEARD: MessageId = MessageId(901);
const UID: Uid = Uid([9; 16]);
/// More than any transfer takes here, with everything that a silent peer is waited for.
const LONG: Duration = Duration::from_mins(2);
const GOT: &str = "/got";

fn content(number: usize) -> Vec<u8> {
    let length = [0, 1, 70_000, 5][number % 4];
    (0..length).map(|at| (at * 31 + number).to_le_bytes()[0]).collect()
}

fn file(stage: &mut Stage, number: usize, name: &str) -> FileSource {
    let (path, content) = (PathBuf::from(format!("/offered/{number}")), content(number));
    stage.net.put_file(stage.members[0].program, &path, &content);
    let size = u64::try_from(content.len()).unwrap_or_default();
    FileSource {
        path: path.into(),
        name: name.to_owned(),
        size,
        modified: 1_700_000_000,
        stamp: FileFingerprint::default(),
        entries: None,
    }
}

/// Three files, and a folder with one in a folder of its own.
fn sources(stage: &mut Stage) -> Arc<[FileSource]> {
    let inside = [
        FolderEntry::Enter { name: "下".to_owned(), modified: 1_700_000_000 },
        FolderEntry::File(file(stage, 6, "deep")),
        FolderEntry::Leave,
        FolderEntry::File(file(stage, 3, "flat")),
    ];
    let folder = FileSource { entries: Some(inside.into()), ..file(stage, 4, "folder") };
    [file(stage, 2, "long"), file(stage, 0, "empty"), file(stage, 1, "一 个"), folder].into()
}

/// The first member offers, the second has heard of it.
fn offer(dialect: &Dialect, seed: u64) -> Verdict<(Stage, Received)> {
    let weather = Weather { cut: true, ..Weather::CALM };
    let mut stage = Stage::new(Cast { weather, seed, ..Cast::of(dialect) })?;
    stage.run(ARRIVAL)?;
    let files = sources(&mut stage);
    let (conversation, text) = (ConversationId(2), "files".to_owned());
    let order = NetCommand::Message(
        conversation,
        MessageCommand::Send(OutgoingMessage {
            kind: MessageKind::Text,
            uid: Some(UID),
            files,
            ..OutgoingMessage::text(OFFER, text)
        }),
    );
    stage.net.order(stage.members[0].program, Duration::ZERO, order);
    stage.run(ARRIVAL)?;
    let heard = stage.net.program(stage.members[1].program).received();
    let heard = heard.filter(|received| !received.files.is_empty()).last().cloned();
    let heard = heard.ok_or("nobody heard of the files")?;
    ensure!(heard.files.as_slice().len() == 4, "not all files were heard of: {:?}", heard.files);
    Ok((stage, heard))
}

/// Has what is not all there fetched, from where an earlier try left it.
fn fetch(stage: &mut Stage, heard: &Received) {
    let program = stage.members[1].program;
    for (number, file) in (0_u16..).zip(heard.files.as_slice()) {
        let transfer = TransferId { message: HEARD, file: number };
        if done(stage, transfer).is_some() {
            continue;
        }
        let target = DownloadTarget {
            folder: Path::new(GOT).into(),
            name: file.name.clone(),
            part: format!("{}.part", file.name),
        };
        let left = stage.net.files_below(program, &Path::new(GOT).join(&target.part));
        let left = left.first().and_then(|(_, content)| *content).map_or(0, <[u8]>::len);
        let from = u64::try_from(left).unwrap_or_default();
        let (conversation, payload) = (ConversationId(1), Arc::clone(&heard.payload));
        let order = NetCommand::File(conversation, FileCommand::Fetch { transfer, payload, target, from });
        stage.net.order(program, Duration::ZERO, order);
    }
}

/// Where it lies since it is whole.
fn done(stage: &Stage, wanted: TransferId) -> Option<PathBuf> {
    stage.events(1).iter().find_map(|event| match event {
        NetEvent::Transfer { transfer, progress: Progress::Done { path, .. } } if *transfer == wanted => {
            Some(path.into())
        }
        _ => None,
    })
}

/// How the fetch of each file ended.
fn ends(stage: &Stage, member: usize, message: MessageId) -> Verdict<Vec<Progress>> {
    let end = |file: u16| {
        let wanted = TransferId { message, file };
        let events = stage.events(member).iter().filter_map(|event| match event {
            NetEvent::Transfer { transfer, progress } if *transfer == wanted => Some(progress),
            _ => None,
        });
        let ends: Vec<&Progress> = events.filter(|told| !matches!(told, Progress::Moved { .. })).collect();
        match ends.as_slice() {
            [end] => Ok((*end).clone()),
            ends => Err(format!("file {file} of {message:?} ended {} times: {ends:?}", ends.len())),
        }
    };
    (0..4).map(end).collect()
}

pub(crate) fn what_is_offered_is_fetched(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.files {
        return Ok(());
    }
    for seed in 0..4 {
        let (mut stage, heard) = offer(dialect, seed)?;
        fetch(&mut stage, &heard);
        stage.run(LONG)?;
        for (member, message) in [(0, OFFER), (1, HEARD)] {
            for (file, end) in ends(&stage, member, message)?.into_iter().enumerate() {
                ensure!(
                    matches!(end, Progress::Done { skipped: 0, .. }),
                    "seed {seed}, file {file} of {message:?}: {end:?}"
                );
            }
        }
        let got = stage.net.files_below(stage.members[1].program, Path::new(GOT));
        let expected = [
            ("/got/empty", Some(content(0))),
            ("/got/folder", None),
            ("/got/folder/flat", Some(content(3))),
            ("/got/folder/下", None),
            ("/got/folder/下/deep", Some(content(6))),
            ("/got/long", Some(content(2))),
            ("/got/一 个", Some(content(1))),
        ];
        let equal = got.len() == expected.len()
            && got.iter().zip(&expected).all(|((path, content), (name, meant))| {
                path == Path::new(name) && *content == meant.as_deref()
            });
        let paths: Vec<&PathBuf> = got.iter().map(|(path, _)| path).collect();
        ensure!(equal, "seed {seed}: what was fetched is not what was offered: {paths:?}");
    }
    Ok(())
}

pub(crate) fn what_is_withdrawn_is_not(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.files {
        return Ok(());
    }
    let (mut stage, heard) = offer(dialect, 1)?;
    let order = NetCommand::File(ConversationId(2), FileCommand::Withdraw { message: OFFER });
    stage.net.order(stage.members[0].program, Duration::ZERO, order);
    stage.run(ARRIVAL)?;
    fetch(&mut stage, &heard);
    stage.run(LONG)?;
    for (end, file) in ends(&stage, 1, HEARD)?.iter().zip(heard.files.as_slice()) {
        // Nothing has to come for an empty one.
        let broken = matches!(end, Progress::Broken { .. }) || file.size == 0;
        ensure!(broken, "{file:?} ended with {end:?}");
    }
    Ok(())
}

/// Who dies while files are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Receiver,
    Sender,
}

/// A kill at any moment leaves what came, and the next try goes on from there (E15).
pub(crate) fn a_kill_leaves_what_came(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.files {
        return Ok(());
    }
    // Close enough together that one of them falls between the first byte and the last, where a dialect is quick.
    for inputs in (1..60).step_by(3).chain([60, 80, 120]) {
        killed(dialect, Victim::Receiver, inputs)?;
        // Otherwise an offer ends with the program that made it.
        if dialect.scheme.caps.outbox {
            killed(dialect, Victim::Sender, inputs)?;
        }
    }
    Ok(())
}

fn killed(dialect: &Dialect, victim: Victim, inputs: usize) -> Verdict {
    let (mut stage, heard) = offer(dialect, 3)?;
    fetch(&mut stage, &heard);
    stage.net.run_inputs(inputs, LONG)?;
    if victim == Victim::Receiver {
        stage.restart_member(1)?;
    } else {
        stage.restart_member(0)?;
        let files = sources(&mut stage);
        let order = FileCommand::Offer { message: OFFER, uid: UID, files };
        let order = NetCommand::File(ConversationId(2), order);
        stage.net.order(stage.members[0].program, Duration::ZERO, order);
        // Some find their way by themselves, and some say that it broke off.
        stage.run(LONG)?;
    }
    stage.run(ARRIVAL)?;
    fetch(&mut stage, &heard);
    stage.run(LONG)?;
    let program = stage.members[1].program;
    for (number, file) in (0_u16..).zip(heard.files.as_slice()) {
        let path = done(&stage, TransferId { message: HEARD, file: number });
        let path = path.ok_or_else(|| format!("{file:?} is not there after {inputs} inputs, {victim:?}"))?;
        let there = stage.net.files_below(program, &path);
        let there: Vec<_> = there.iter().map(|(_, content)| *content).collect();
        let [long, empty, short] = [2, 0, 1].map(content);
        let [flat, deep] = [3, 6].map(content);
        let meant = match number {
            0 => vec![Some(long.as_slice())],
            1 => vec![Some(empty.as_slice())],
            2 => vec![Some(short.as_slice())],
            _ => vec![None, Some(flat.as_slice()), None, Some(deep.as_slice())],
        };
        ensure!(there == meant, "{file:?} is not what was offered after {inputs} inputs, {victim:?}");
    }
    Ok(())
}
