//! When disk channels answer: each step once, in order, nothing after a failure or after closing, and in turns.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tempfile::TempDir;

use super::disks::{CHANNEL, READ, answer, disk, failed, finish, hash, open, opened, receive, write};
use super::probe::{Heard, Rig, close};
use super::streams::MIB;
use super::transfers::{names, offered, part, pattern, place, size};
use crate::model::ErrorCode;
use crate::model::file::FileSource;
use crate::wire::disk::{MAX_BYTES, MAX_CHANNELS, MAX_STEPS};
use crate::wire::{DiskEvent, DiskStep, Receive};

fn channels() -> std::ops::Range<u32> {
    100..100 + u32::try_from(MAX_CHANNELS).expect("few")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_step_too_many_fails_after_all_others_are_answered() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(1_000));
    let source = offered(&folder, &bytes);
    let mut rig = Rig::start();
    let reads = std::iter::repeat_n(DiskStep::Read { bytes: 10 }, MAX_STEPS + 5);
    rig.ask_of(0, std::iter::once(open(&source, 0)).chain(reads).map(|step| disk(CHANNEL, step)));
    assert_eq!(answer(&mut rig, CHANNEL).await, opened(&[]));
    for piece in bytes.chunks(10).take(MAX_STEPS - 1) {
        assert_eq!(answer(&mut rig, CHANNEL).await, DiskEvent::Read { bytes: piece.to_vec().into() });
    }
    assert_eq!(answer(&mut rig, CHANNEL).await, failed(ErrorCode::EINVAL));
    // The link is free, and this is a channel of its own.
    rig.ask(disk(CHANNEL, open(&source, 1_000)));
    assert_eq!(answer(&mut rig, CHANNEL).await, opened(&bytes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_after_a_step_that_fails_is_done() {
    let folder = TempDir::new().expect("a folder");
    let mut rig = Rig::start();
    let steps = [receive(&folder, 10, 0), write(b"01234"), READ, write(b"56789"), finish(b"0123456789")];
    rig.ask_of(0, steps.map(|step| disk(CHANNEL, step)));
    assert_eq!(answer(&mut rig, CHANNEL).await, opened(&[]));
    assert_eq!(answer(&mut rig, CHANNEL).await, DiskEvent::Written { bytes: 5 });
    assert_eq!(answer(&mut rig, CHANNEL).await, failed(ErrorCode::EINVAL));
    assert_eq!(part(&folder), b"01234");
    // Neither a stream nor a link of somebody else.
    for link in [0, 3, crate::model::LinkId::FIRST_ACCEPTED] {
        rig.ask_of(0, [disk(link, receive(&folder, 10, 0)), disk(link, READ)]);
        assert_eq!(answer(&mut rig, link).await, failed(ErrorCode::EINVAL));
    }
    rig.ask(disk(CHANNEL, READ));
    assert_eq!(answer(&mut rig, CHANNEL).await, failed(ErrorCode::EINVAL));
    assert!(rig.hears_nothing());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_is_closed_says_nothing_any_more() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(10));
    let source = offered(&folder, &bytes);
    let mut rig = Rig::start();
    for _ in 0..100 {
        let steps = [open(&source, 0), READ, READ].map(|step| disk(CHANNEL, step));
        rig.ask_of(0, steps.into_iter().chain([close(CHANNEL), disk(CHANNEL, open(&source, 5))]));
        assert_eq!(answer(&mut rig, CHANNEL).await, opened(&bytes[..5]));
        rig.ask(close(CHANNEL));
    }
    // Nor does one that cannot be opened.
    rig.ask_of(0, [disk(3, READ), close(3), disk(CHANNEL, open(&source, 0))]);
    assert_eq!(answer(&mut rig, CHANNEL).await, opened(&[]));
    assert!(rig.hears_nothing());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_channels_have_their_turns_and_one_more_is_refused() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(MIB));
    let source = offered(&folder, &bytes);
    let mut rig = Rig::start();
    let reads = || std::iter::repeat_n(READ, MAX_STEPS - 1);
    let steps = channels()
        .flat_map(|link| std::iter::once(open(&source, 0)).chain(reads()).map(move |step| disk(link, step)));
    rig.ask_of(0, steps.chain([disk(CHANNEL, open(&source, 0)), disk(CHANNEL, READ)]));
    let (mut ended, mut refused) = (BTreeSet::new(), false);
    let mut read = vec![0; MAX_CHANNELS];
    while ended.len() < MAX_CHANNELS {
        match rig.next().await {
            Heard::Disk(CHANNEL, event) => {
                assert_eq!(event, failed(ErrorCode::EMFILE));
                assert!(!std::mem::replace(&mut refused, true), "told twice");
            }
            Heard::Disk(link, DiskEvent::Read { bytes: piece }) => {
                let read = &mut read[usize::try_from(link - 100).expect("few")];
                assert!(piece == bytes[*read..*read + MAX_BYTES], "{link} is out of order");
                *read += MAX_BYTES;
            }
            Heard::Disk(link, DiskEvent::End { hash: whole }) => {
                assert_eq!(whole, hash(&bytes));
                ended.insert(link);
            }
            Heard::Disk(_, DiskEvent::Opened { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(refused);
    rig.ask_of(0, channels().map(close));
    rig.ask(disk(CHANNEL, open(&source, 0)));
    // The others read their ends again, until they were closed.
    let last = loop {
        match rig.next().await {
            Heard::Disk(CHANNEL, event) => break event,
            Heard::Disk(_, DiskEvent::End { .. }) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(last, opened(&[]));
    assert!(rig.hears_nothing());
}

/// A step, with the files of a run filled in later.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Open { from: usize, gone: bool },
    Read { bytes: usize },
    File { size: usize, from: usize },
    Folder,
    Write { bytes: usize },
    Inside { size: usize },
    Close { right: bool },
    Enter,
    Leave,
    Finish { right: Option<bool> },
}

const LENGTH: usize = 1_000;

fn plans() -> impl Strategy<Value = Plan> {
    let size = || prop_oneof![Just(0), Just(1), Just(LENGTH), Just(LENGTH + 1), 0..LENGTH];
    prop_oneof![
        1 => (size(), any::<bool>()).prop_map(|(from, gone)| Plan::Open { from, gone }),
        1 => size().prop_map(|bytes| Plan::Read { bytes }),
        1 => (size(), prop_oneof![3 => Just(0), 1 => size()]).prop_map(|(size, from)| Plan::File { size, from }),
        1 => Just(Plan::Folder),
        3 => size().prop_map(|bytes| Plan::Write { bytes }),
        1 => size().prop_map(|size| Plan::Inside { size }),
        1 => any::<bool>().prop_map(|right| Plan::Close { right }),
        1 => Just(Plan::Enter),
        1 => Just(Plan::Leave),
        1 => any::<Option<bool>>().prop_map(|right| Plan::Finish { right }),
    ]
}

/// What lies there in a run, and what has been written into the file that is open.
struct World {
    folder: TempDir,
    source: FileSource,
    gone: FileSource,
    written: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let source = offered(&folder, &pattern(LENGTH));
        let gone = FileSource { path: folder.path().join("gone").into(), ..source.clone() };
        Self { folder, source, gone, written: Vec::new() }
    }

    fn step(&mut self, plan: Plan) -> DiskStep {
        let hashed = |right: bool| if right { hash(&self.written) } else { [7; 32] };
        match plan {
            Plan::Open { from, gone } => open(if gone { &self.gone } else { &self.source }, from),
            Plan::Read { bytes } => DiskStep::Read { bytes },
            Plan::File { size, from } => {
                self.written.truncate(from);
                receive(&self.folder, size, from)
            }
            Plan::Folder => DiskStep::Receive { target: place(&self.folder), what: Receive::Folder },
            Plan::Write { bytes } => {
                let more = pattern(bytes);
                self.written.extend(&more);
                write(&more)
            }
            Plan::Inside { size: bytes } => {
                self.written.clear();
                DiskStep::File { name: "in/side".to_owned(), size: size(bytes) }
            }
            Plan::Close { right } => DiskStep::Close { modified: Some(0), hash: hashed(right) },
            Plan::Enter => DiskStep::Enter { name: "..".to_owned() },
            Plan::Leave => DiskStep::Leave,
            Plan::Finish { right } => DiskStep::Finish { modified: None, hash: right.map(hashed) },
        }
    }
}

/// Whether this can be the answer to that.
fn fits(step: &DiskStep, event: &DiskEvent) -> bool {
    match (step, event) {
        (_, DiskEvent::Failed { .. })
        | (
            DiskStep::Open { .. } | DiskStep::Receive { .. } | DiskStep::File { .. },
            DiskEvent::Opened { .. },
        )
        | (DiskStep::Open { .. }, DiskEvent::Changed)
        | (DiskStep::Read { .. }, DiskEvent::End { .. })
        | (DiskStep::Close { .. } | DiskStep::Enter { .. } | DiskStep::Leave, DiskEvent::Closed)
        | (DiskStep::Close { .. } | DiskStep::Finish { .. }, DiskEvent::Mismatch)
        | (DiskStep::Finish { .. }, DiskEvent::Kept { .. }) => true,
        (DiskStep::Read { bytes: most }, DiskEvent::Read { bytes }) => (1..=*most).contains(&bytes.len()),
        (DiskStep::Write { bytes: all }, DiskEvent::Written { bytes }) => all.len() == *bytes,
        _ => false,
    }
}

/// Bursts of steps, each of which may end with closing.
async fn run(bursts: Vec<(Vec<Plan>, bool)>) -> Result<(), TestCaseError> {
    let (mut world, mut rig) = (World::new(), Rig::start());
    for (plans, closes) in bursts {
        let steps: Vec<DiskStep> = plans.into_iter().map(|plan| world.step(plan)).collect();
        let last = closes.then(|| close(CHANNEL));
        rig.ask_of(0, steps.iter().cloned().map(|step| disk(CHANNEL, step)).chain(last));
        for step in steps.iter().filter(|_| !closes) {
            let event = answer(&mut rig, CHANNEL).await;
            prop_assert!(fits(step, &event), "{step:?} was answered by {event:?}");
            if matches!(event, DiskEvent::Failed { .. }) {
                break;
            }
        }
        // What is heard of another channel comes after all that would have been said of this one.
        rig.ask(disk(CHANNEL + 1, open(&world.source, LENGTH)));
        prop_assert_eq!(answer(&mut rig, CHANNEL + 1).await, opened(&pattern(LENGTH)));
        rig.ask(close(CHANNEL + 1));
    }
    let strange = |name: &String| name != "offered.bin" && name != "1-0.part" && !name.starts_with("kept");
    prop_assert!(!names(world.folder.path()).iter().any(strange), "{:?}", names(world.folder.path()));
    Ok(())
}

/// A person who asks for anything in any order gets an answer to each, and breaks nothing.
#[test]
fn each_step_has_one_answer_in_order_whatever_it_is() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let bursts =
        || prop::collection::vec((prop::collection::vec(plans(), 1..=MAX_STEPS), any::<bool>()), 1..8);
    proptest!(ProptestConfig::with_cases(200), |(bursts in bursts())| {
        runtime.block_on(run(bursts))?;
    });
}
