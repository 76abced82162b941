//! A program that does what it is told with the files of its host, to see that the network carries disk steps out.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use udpqq::model::file::{DownloadTarget, FileFingerprint, FileSource};
use udpqq::model::{ErrorCode, LinkId, Now};
use udpqq::wire::disk::{FileHash, MAX_BYTES, MAX_STEPS};
use udpqq::wire::{DiskEvent, DiskStep, Engine, Input, Output, Receive};

use super::network::{Given, Network, Weather};
use super::program::ProgramId;

const CONTENT: &[u8] = b"what is in the file";

/// Asks for some steps, then for one more whenever one is answered.
struct Clerk {
    at_once: usize,
    steps: VecDeque<(LinkId, DiskStep)>,
    heard: mpsc::Sender<DiskEvent>,
    outputs: VecDeque<Output>,
}

impl Engine for Clerk {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        let wanted = match input {
            Input::Interfaces(_) => self.at_once,
            Input::Disk { event, .. } => {
                self.heard.send(event).expect("somebody listens");
                1
            }
            _ => 0,
        };
        let steps = self.steps.drain(..wanted.min(self.steps.len()));
        self.outputs.extend(steps.map(|(link, step)| Output::Disk { link, step }));
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Wait(None))
    }
}

struct Desk {
    net: Network,
    program: ProgramId,
    heard: mpsc::Receiver<DiskEvent>,
}

impl Desk {
    fn new(steps: &[(u32, DiskStep)], at_once: usize) -> Self {
        let mut net = Network::new(5, Weather::CALM);
        let host = net.host(1, "desk");
        let (sender, heard) = mpsc::channel();
        let steps = steps.iter().cloned();
        let steps = steps.map(|(link, step)| (LinkId(LinkId::FIRST_OWN + link), step)).collect();
        let clerk = Clerk { at_once, steps, heard: sender, outputs: VecDeque::new() };
        let program = net.launch(host, Box::new(clerk), Given::Nothing);
        net.put_file(program, Path::new("/offered/a"), CONTENT);
        Self { net, program, heard }
    }

    fn content(&self, path: &str) -> Option<&[u8]> {
        let there = self.net.files_below(self.program, Path::new(path));
        there.first().and_then(|(_, content)| *content)
    }
}

/// Whatever the answers are.
fn work(steps: &[(u32, DiskStep)], at_once: usize) -> Result<(Desk, Vec<DiskEvent>), String> {
    let mut desk = Desk::new(steps, at_once);
    desk.net.run(Duration::from_secs(10))?;
    let heard = desk.heard.try_iter().collect();
    Ok((desk, heard))
}

fn hash(bytes: &[u8]) -> FileHash {
    blake3::hash(bytes).into()
}

fn opened(bytes: &[u8]) -> DiskEvent {
    DiskEvent::Opened { hash: hash(bytes) }
}

fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).expect("small")
}

fn open(length: usize, from: usize) -> DiskStep {
    let source = FileSource {
        path: Path::new("/offered/a").into(),
        name: "a".to_owned(),
        size: size(length),
        modified: 0,
        stamp: FileFingerprint::default(),
        entries: None,
    };
    DiskStep::Open { source, from: size(from) }
}

const READ: DiskStep = DiskStep::Read { bytes: 9 };

fn receive(what: Receive) -> DiskStep {
    let folder = Path::new("/got").into();
    let target = DownloadTarget { folder, name: "a".to_owned(), part: "a.part".to_owned() };
    DiskStep::Receive { target, what }
}

fn receive_file(length: usize, from: usize) -> DiskStep {
    receive(Receive::File { size: size(length), from: size(from) })
}

fn write(bytes: &[u8]) -> DiskStep {
    DiskStep::Write { bytes: bytes.to_vec().into() }
}

fn finish(bytes: &[u8]) -> DiskStep {
    DiskStep::Finish { modified: None, hash: Some(hash(bytes)) }
}

fn file(name: &str, bytes: usize) -> DiskStep {
    DiskStep::File { name: name.to_owned(), size: size(bytes) }
}

fn close(bytes: &[u8]) -> DiskStep {
    DiskStep::Close { modified: None, hash: hash(bytes) }
}

fn enter(name: &str) -> DiskStep {
    DiskStep::Enter { name: name.to_owned() }
}

#[test]
fn a_file_is_read_from_where_it_is_to_be_and_hashed_from_its_start() {
    let steps = [(1, open(CONTENT.len(), 5)), (1, READ), (1, READ), (1, READ), (1, READ)];
    let (_, heard) = work(&steps, MAX_STEPS).expect("the contract is kept");
    let read = |bytes: &[u8]| DiskEvent::Read { bytes: bytes.to_vec().into() };
    let end = DiskEvent::End { hash: hash(CONTENT) };
    let expected = [opened(&CONTENT[..5]), read(&CONTENT[5..14]), read(&CONTENT[14..]), end.clone(), end];
    assert_eq!(heard, expected);
    let (_, heard) = work(&[(1, open(5, 0)), (1, open(CONTENT.len(), 0))], 1).expect("kept");
    assert_eq!(heard, [DiskEvent::Changed, opened(b"")]);
}

#[test]
fn what_is_received_gets_its_name_when_it_is_what_was_sent() {
    let steps = [
        (1, receive_file(6, 0)),
        (1, write(b"abc")),
        (2, receive_file(6, 0)),
        (1, write(b"deg")),
        (1, finish(b"abcdef")),
        (3, receive_file(6, 5)),
        (3, write(b"f")),
        (3, finish(b"abcdef")),
    ];
    let (desk, heard) = work(&steps, 1).expect("the contract is kept");
    let written = |bytes| DiskEvent::Written { bytes };
    let busy = DiskEvent::Failed { error: ErrorCode::EBUSY.into() };
    let kept = DiskEvent::Kept { path: "/got/a".into() };
    let expected =
        [opened(b""), written(3), busy, written(3), DiskEvent::Mismatch, opened(b"abcde"), written(1), kept];
    assert_eq!(heard, expected);
    assert_eq!(desk.content("/got"), Some(b"abcdef".as_slice()));
    let (_, heard) = work(&[(1, receive_file(6, 1))], 1).expect("kept");
    assert_eq!(heard, [DiskEvent::Failed { error: ErrorCode::ESTALE.into() }]);
}

#[test]
fn a_folder_is_received_file_by_file() {
    let steps = [
        receive(Receive::Folder),
        enter("in/side"),
        file("..", 3),
        write(b"abc"),
        close(b"abc"),
        file("..", 0),
        close(b""),
        DiskStep::Leave,
        DiskStep::Finish { modified: None, hash: None },
    ];
    let (desk, heard) = work(&steps.map(|step| (1, step)), MAX_STEPS).expect("the contract is kept");
    assert_eq!(heard.last(), Some(&DiskEvent::Kept { path: "/got/a".into() }));
    let got = desk.net.files_below(desk.program, Path::new("/got"));
    let contents: Vec<_> = got.iter().map(|(_, content)| *content).collect();
    assert_eq!(contents, [None, None, Some(b"abc".as_slice()), Some(b"".as_slice())]);
    assert!(got.iter().all(|(path, _)| path.iter().all(|name| name != "..")), "{got:?}");
}

#[test]
fn a_kill_leaves_what_was_answered_and_frees_the_place() {
    let steps =
        [receive_file(4, 0), write(b"a"), write(b"b"), write(b"c"), write(b"d")].map(|step| (1, step));
    let mut lefts = Vec::new();
    for inputs in 0..8 {
        let mut desk = Desk::new(&steps, MAX_STEPS);
        desk.net.run_inputs(inputs, Duration::from_secs(10)).expect("the contract is kept");
        desk.net.kill(desk.program);
        desk.net.run(Duration::from_secs(10)).expect("nobody is there");
        let written =
            desk.heard.try_iter().filter(|event| matches!(event, DiskEvent::Written { .. })).count();
        assert_eq!(desk.content("/got").unwrap_or_default(), &b"abcd"[..written]);
        lefts.push(written);
    }
    assert_eq!(lefts, [0, 0, 1, 2, 3, 4, 4, 4]);
}

#[test]
fn disk_steps_that_make_no_sense_break_the_contract() {
    let folder = || receive(Receive::Folder);
    for steps in [
        vec![READ],
        vec![write(b"")],
        vec![open(CONTENT.len(), CONTENT.len() + 1)],
        vec![open(CONTENT.len(), 0), DiskStep::Read { bytes: 0 }],
        vec![open(CONTENT.len(), 0), DiskStep::Read { bytes: MAX_BYTES + 1 }],
        vec![open(CONTENT.len(), 0), write(b"")],
        vec![receive_file(2, 0), READ],
        vec![receive_file(2, 0), write(b"abc")],
        vec![receive_file(2, 0), finish(b"")],
        vec![receive_file(2, 0), file("a", 2)],
        vec![folder(), write(b"a")],
        vec![folder(), DiskStep::Leave],
        vec![folder(), file("a", 2), close(b"")],
        vec![folder(), file("a", 2), file("b", 2)],
        vec![folder(), enter("in"), DiskStep::Finish { modified: None, hash: None }],
    ] {
        let steps: Vec<_> = steps.into_iter().map(|step| (1, step)).collect();
        assert!(work(&steps, MAX_STEPS).is_err(), "{steps:?}");
    }
    let many = vec![(1, open(CONTENT.len(), 0)); MAX_STEPS + 1];
    assert!(work(&many, MAX_STEPS + 1).is_err(), "too many at once");
    assert!(work(&many, MAX_STEPS).is_ok());
}
