//! Files under a virtual clock: over packets and streams that real programs sent, with peers that behave like them, and
//! with hostile ones.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it expects; all else fails it")]
#![expect(clippy::arithmetic_side_effects, reason = "an overflow is the failure of the test")]

mod codec;
mod fetching;
mod folders;
mod hostile;
mod laws;
mod machine;
mod serving;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::text::TextDecoder;
use super::ids::FileId;
use super::{DownloadRequest, Offer, OfferedFile, TransferPeer, Transfers};
use crate::model::file::{
    DownloadTarget, File, FileFingerprint, FileSource, FolderEntry, Progress, TransferId, TransferState,
};
use crate::model::{Fault, LinkId, MessageId, NetEvent, Now, WallTime};
use crate::wire::{Ctx, Driver, Encoding, Output, Receive, Step, StepEvent, StreamError, StreamEvent};

const PEER: &str = "192.0.2.7:2425";
const MESSAGE: MessageId = MessageId(5);
const NUMBER: u32 = 0x11;
/// Of the first file of an offer.
const FIRST: u32 = 100;

fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

fn peer() -> TransferPeer {
    TransferPeer {
        at: at(PEER),
        here: Some([192, 0, 2, 1].into()),
        user: b"ann".to_vec(),
        host: b"desk".to_vec(),
        flags: 0,
        resumes: true,
    }
}

fn file(name: &str, size: u64) -> FileSource {
    FileSource {
        path: Arc::from(Path::new("/home/ann").join(name)),
        name: name.to_owned(),
        size,
        modified: 0x6500_0000,
        stamp: FileFingerprint::default(),
        entries: None,
    }
}

fn folder(name: &str, entries: Vec<FolderEntry>) -> FileSource {
    FileSource { entries: Some(entries.into()), ..file(name, 0) }
}

fn transfer(file: u16) -> TransferId {
    TransferId { message: MESSAGE, file }
}

fn place() -> DownloadTarget {
    DownloadTarget { folder: Path::new("/tmp").into(), name: "x".to_owned(), part: "x.part".to_owned() }
}

fn offered(name: &str, size: u64, folder: bool) -> OfferedFile {
    let file = File { name: name.to_owned(), size, folder, state: TransferState::Offered };
    OfferedFile { id: FileId::read(b"a").expect("an id"), file, modified: Some(7) }
}

fn offer(message: MessageId, number: u32, sources: Vec<FileSource>) -> Offer {
    let (to, encoding) = (at(PEER), Encoding::UTF_8);
    Offer { message, to, encoding, number, first: FIRST, sources: sources.into() }
}

fn wanted(offered: OfferedFile) -> DownloadRequest {
    let (transfer, peer, number, place) = (transfer(0), peer(), NUMBER.to_string(), place());
    let inside =
        TextDecoder { chosen: None, declared: None, legacy: Encoding::GBK, feiq: false, paged: false };
    DownloadRequest { transfer, peer, number, own: 99, offered, inside, place, from: 0, unusual: false }
}

/// A capture in `tests/captures/ipmsg`, as bytes.
fn capture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/captures/ipmsg/{name}.hex", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let digits = lines.filter_map(|line| line.get(10..57));
    let byte = |pair: &str| u8::from_str_radix(pair, 16).expect(&path);
    digits.flat_map(str::split_whitespace).map(byte).collect()
}

/// The files of the corpus of one class, with their names.
fn corpus(class: &str) -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let index = std::fs::read_to_string(format!("{folder}/index.tsv")).expect("the index");
    let lines = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = lines.filter(|fields| fields[1] == class).map(|fields| fields[0].to_owned());
    let files: Vec<_> =
        names.map(|name| (name.clone(), std::fs::read(format!("{folder}/{name}")).expect(&name))).collect();
    assert!(!files.is_empty(), "{class} is not in the corpus");
    files
}

/// The transfers with a clock.
struct Bench {
    transfers: Driver<Transfers>,
    now: Now,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn new() -> Self {
        Self {
            transfers: Driver::new(1, Transfers::default()),
            now: Now { mono: Instant::now(), wall: WallTime(0) },
        }
    }

    /// One that offers these to the peer.
    fn offering(sources: Vec<FileSource>) -> Self {
        let mut bench = Self::new();
        bench.offer(MESSAGE, NUMBER, sources);
        bench
    }

    fn offer(&mut self, message: MessageId, number: u32, sources: Vec<FileSource>) {
        self.call(|transfers, cx| transfers.offer(cx, offer(message, number, sources)));
    }

    fn call<R>(&mut self, method: impl FnOnce(&mut Transfers, &mut Ctx<'_>) -> R) -> R {
        self.transfers.call(self.now, method)
    }

    fn stream(&mut self, link: LinkId, event: StreamEvent<'_>) {
        self.call(|transfers, cx| transfers.on_stream(cx, link, event));
    }

    fn deadline(&self) -> Option<Instant> {
        self.transfers.protocol().deadline()
    }

    /// What is to be done outside.
    fn outputs(&mut self) -> Vec<Output> {
        self.transfers.outputs().drain(..).collect()
    }

    /// Time passes, with the ticks that were asked for.
    fn wait(&mut self, span: Duration) {
        let end = self.now.after(span).mono;
        while let Some(due) = self.deadline().filter(|due| *due <= end) {
            self.now = self.now.after(due.saturating_duration_since(self.now.mono));
            self.call(Transfers::tick);
            let again = self.deadline();
            assert!(again.is_none_or(|again| again > self.now.mono), "a tick asks for a tick at once");
        }
        self.now = self.now.after(end.saturating_duration_since(self.now.mono));
    }

    /// A stream that somebody opens.
    fn accept(&mut self, link: u32, from: &str) -> LinkId {
        let link = LinkId(LinkId::FIRST_ACCEPTED + link);
        self.stream(link, StreamEvent::Accepted { peer: at(from) });
        link
    }

    /// A stream from the peer that asks for this.
    fn ask(&mut self, request: &[u8]) -> LinkId {
        let link = self.accept(1, "192.0.2.7:40001");
        self.data(link, request);
        link
    }

    fn data(&mut self, link: LinkId, bytes: &[u8]) {
        self.stream(link, StreamEvent::Data(bytes));
    }

    fn stepped(&mut self, link: LinkId, step: StepEvent) {
        self.stream(link, StreamEvent::Stepped(step));
    }

    fn down(&mut self, link: LinkId, code: Option<&str>) {
        self.broke(link, code.map(|code| StreamError::Peer(code.into())).as_ref());
    }

    fn broke(&mut self, link: LinkId, error: Option<&StreamError>) {
        self.stream(link, StreamEvent::Closed { error: error.cloned() });
    }

    /// Fetches, and the stream comes up; gives the stream and the request.
    fn fetch(&mut self, wanted: DownloadRequest) -> (LinkId, Vec<u8>) {
        let (to, from) = (wanted.peer.at, wanted.peer.here);
        self.call(|transfers, cx| transfers.fetch(cx, wanted));
        let outputs = self.outputs();
        let [Output::Dial { link, to: dialled, from: source, paced: true }] = outputs.as_slice() else {
            panic!("{outputs:?}")
        };
        assert_eq!((*dialled, *source), (to, from));
        self.stream(*link, StreamEvent::Opened);
        let request = match self.transfers.outputs().pop_front() {
            Some(Output::Write { bytes, ticket: None, .. }) => bytes.to_vec(),
            other => panic!("{other:?}"),
        };
        (*link, request)
    }
}

/// The steps among outputs.
fn steps(outputs: &[Output]) -> Vec<Step> {
    let step = |output: &Output| match output {
        Output::Step { step, .. } => Some(step.clone()),
        _ => None,
    };
    outputs.iter().filter_map(step).collect()
}

fn progress(outputs: &[Output]) -> Vec<Progress> {
    let progress = |output: &Output| match output {
        Output::Event(NetEvent::Transfer { progress, .. }) => Some(progress.clone()),
        _ => None,
    };
    outputs.iter().filter_map(progress).collect()
}

/// How transfers ended.
fn ends(outputs: &[Output]) -> Vec<Progress> {
    let mut all = progress(outputs);
    all.retain(|progress| !matches!(progress, Progress::Moved { .. }));
    all
}

fn is_closed(outputs: &[Output], link: LinkId) -> bool {
    outputs.contains(&Output::Close { link })
}

fn broken(fault: Fault, bytes: u64) -> Vec<Progress> {
    vec![Progress::Broken { fault, bytes }]
}

fn done() -> Vec<Progress> {
    vec![Progress::Done { path: String::new(), skipped: 0 }]
}

fn kept() -> StepEvent {
    StepEvent::Kept { path: "/tmp/x".to_owned() }
}
