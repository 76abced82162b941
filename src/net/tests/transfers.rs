//! Files that come through streams, from peers that are plain sockets, and every way to break off. Those that go are in
//! `pours`.
//!
//! The peers block their thread, and the network side goes on meanwhile on others.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::probe::{Heard, Rig, close, step, write};
use super::streams::{FIRST, MIB, accept, connect, listener, read};
use super::{FOUR, LIMIT};
use crate::model::file::{DownloadTarget, FileSource};
use crate::model::{ErrorCode, LinkId};
use crate::wire::{Output, Receive, Step, StepEvent, StreamError};

const LISTENER: u32 = 17;
const DIALLED: u32 = 20;
pub(super) const SIZE: usize = 3 * MIB;

/// Bytes that show where one is missing or moved.
pub(super) fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 31 + at / 251) % 256).expect("a byte")).collect()
}

pub(super) fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).expect("a size")
}

pub(super) fn offered(folder: &TempDir, bytes: &[u8]) -> FileSource {
    let path = folder.path().join("offered.bin");
    fs::write(&path, bytes).expect("written");
    crate::disk::survey(&[path]).expect("surveyed").sources.remove(0)
}

pub(super) fn place(folder: &TempDir) -> DownloadTarget {
    DownloadTarget {
        folder: Arc::from(folder.path()),
        name: "kept.bin".to_owned(),
        part: "1-0.part".to_owned(),
    }
}

pub(super) fn pour(source: &FileSource, at: u64) -> Step {
    Step::Pour { head: Arc::from(*b"HEAD"), source: source.clone(), at }
}

/// A network side whose engine listens, and where.
pub(super) async fn listening() -> (Rig, SocketAddr) {
    let mut rig = Rig::start();
    rig.ask(Output::Listen { link: LinkId(LISTENER), at: FOUR.parse().expect("address") });
    let Heard::LinkUp(LISTENER, place) = rig.next().await else { panic!("listens") };
    (rig, place)
}

pub(super) async fn accepted(rig: &mut Rig, place: SocketAddr) -> TcpStream {
    let peer = connect(place);
    let address = peer.local_addr().expect("bound");
    assert_eq!(rig.next().await, Heard::StreamUp { link: FIRST, peer: address, accepted: true });
    peer
}

/// A paced stream, and its other end.
async fn paced(rig: &mut Rig) -> TcpStream {
    let (there, to) = listener(FOUR);
    dial_paced(rig, &there, to).await
}

async fn dial_paced(rig: &mut Rig, there: &TcpListener, to: SocketAddr) -> TcpStream {
    rig.ask(Output::Dial { link: LinkId(DIALLED), to, from: None, paced: true });
    assert_eq!(rig.next().await, Heard::StreamUp { link: DIALLED, peer: to, accepted: false });
    accept(there)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_comes_from_the_address_that_it_is_to_come_from() {
    let (mut rig, (there, to)) = (Rig::start(), listener(FOUR));
    let from = Some([127, 0, 0, 9].into());
    rig.ask(Output::Dial { link: LinkId(DIALLED), to, from, paced: true });
    assert_eq!(rig.next().await, Heard::StreamUp { link: DIALLED, peer: to, accepted: false });
    assert_eq!(accept(&there).peer_addr().map(|peer| peer.ip()).ok(), from);
}

/// The next that is no progress.
pub(super) async fn after_progress(rig: &mut Rig) -> Heard {
    loop {
        let heard = rig.next().await;
        if !matches!(heard, Heard::Stepped(_, StepEvent::Moved { .. })) {
            return heard;
        }
    }
}

/// Reads on a thread of its own, to the end.
pub(super) fn reading(mut peer: TcpStream) -> tokio::task::JoinHandle<Vec<u8>> {
    tokio::task::spawn_blocking(move || {
        let mut all = Vec::new();
        peer.read_to_end(&mut all).map(|_| all).expect("bytes and an end")
    })
}

/// Writes on a thread of its own, and gives the stream back. It may break off.
fn writing(mut peer: TcpStream, bytes: Vec<u8>) -> tokio::task::JoinHandle<TcpStream> {
    tokio::task::spawn_blocking(move || {
        let _broken: std::io::Result<()> = peer.write_all(&bytes);
        peer
    })
}

fn receive(folder: &TempDir, bytes: usize, from: u64) -> [Output; 3] {
    let what = Receive::File { size: size(bytes), from };
    [
        step(DIALLED, Step::Receive { place: place(folder), what }),
        step(DIALLED, Step::Fill { bytes: size(bytes) - from }),
        step(DIALLED, Step::Finish { modified: Some(1_000_000_000) }),
    ]
}

fn kept(folder: &TempDir, name: &str) -> Heard {
    let path = folder.path().join(name).to_string_lossy().into_owned();
    Heard::Stepped(DIALLED, StepEvent::Kept { path })
}

pub(super) fn part(folder: &TempDir) -> Vec<u8> {
    fs::read(folder.path().join("1-0.part")).expect("the part is there")
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_received_whole_and_gets_its_name() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let mut rig = Rig::start();
    let mut peer = paced(&mut rig).await;
    rig.ask(write(DIALLED, *b"request", 1));
    assert_eq!(rig.next().await, Heard::Handed(1, Ok(())));
    assert_eq!(read(&mut peer, 7), b"request");
    rig.ask_of(0, receive(&folder, SIZE, 0));
    let _peer = writing(peer, bytes.clone()).await.expect("written");
    assert_eq!(after_progress(&mut rig).await, Heard::Stepped(DIALLED, StepEvent::Filled));
    assert_eq!(rig.next().await, kept(&folder, "kept.bin"));
    let there = fs::read(folder.path().join("kept.bin")).expect("read");
    assert!(there == bytes, "{} bytes", there.len());
    assert_eq!(names(folder.path()), ["kept.bin"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_closes_early_leaves_the_part_and_another_stream_goes_on_from_there() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let mut rig = Rig::start();
    let peer = paced(&mut rig).await;
    rig.ask_of(0, receive(&folder, SIZE, 0));
    drop(writing(peer, bytes[..SIZE / 2].to_vec()).await.expect("written"));
    assert_eq!(after_progress(&mut rig).await, Heard::StreamDown(DIALLED, None));
    assert!(part(&folder) == bytes[..SIZE / 2]);
    assert_eq!(names(folder.path()), ["1-0.part"]);

    let from = crate::disk::left_of(&place(&folder));
    assert_eq!(from, size(SIZE / 2));
    let peer = paced(&mut rig).await;
    rig.ask_of(0, receive(&folder, SIZE, from));
    let _peer = writing(peer, bytes[SIZE / 2..].to_vec()).await.expect("written");
    assert_eq!(after_progress(&mut rig).await, Heard::Stepped(DIALLED, StepEvent::Filled));
    assert_eq!(rig.next().await, kept(&folder, "kept.bin"));
    assert!(fs::read(folder.path().join("kept.bin")).expect("read") == bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_brings_exactly_so_many_bytes_and_leaves_the_rest() {
    let mut rig = Rig::start();
    let mut peer = paced(&mut rig).await;
    peer.write_all(b"12345headtail").expect("written");
    rig.ask_of(0, [5, 4].map(|bytes| step(DIALLED, Step::Take { bytes })));
    assert_eq!(rig.next().await, Heard::Data(DIALLED, b"12345".to_vec()));
    assert_eq!(rig.next().await, Heard::Data(DIALLED, b"head".to_vec()));
    // The largest, in many pieces.
    rig.ask(step(DIALLED, Step::Take { bytes: 65_536 }));
    let rest = pattern(65_536 - 4);
    for piece in rest.chunks(10_000) {
        peer.write_all(piece).expect("written");
    }
    let Heard::Data(DIALLED, taken) = rig.next().await else { panic!("bytes") };
    assert!(taken == [b"tail".as_slice(), &rest].concat());
    rig.ask(step(DIALLED, Step::Take { bytes: 65_537 }));
    assert_eq!(rig.next().await, Heard::StreamDown(DIALLED, Some(StreamError::Refused(ErrorCode::EINVAL))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_from_a_paced_stream_but_what_is_asked_for() {
    let mut rig = Rig::start();
    let peer = paced(&mut rig).await;
    peer.set_nonblocking(true).expect("set");
    let (mut sent, mut still) = (0, 0);
    while still < 2_000 {
        match (&peer).write(&[7; 8 * 1024]) {
            Ok(length) => (sent, still) = (sent + length, 0),
            Err(_) => still += 1,
        }
        tokio::task::yield_now().await;
        assert!(sent < 256 * MIB, "it takes all");
    }
    assert!(rig.hears_nothing());
    rig.ask(step(DIALLED, Step::Take { bytes: 3 }));
    assert_eq!(rig.next().await, Heard::Data(DIALLED, vec![7; 3]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_is_received_entry_by_entry() {
    let folder = TempDir::new().expect("a folder");
    let mut rig = Rig::start();
    let mut peer = paced(&mut rig).await;
    peer.write_all(b"h1onetwo!").expect("written");
    let file = |name: &str, size| Step::File { name: name.to_owned(), size };
    let done = || Step::Close { modified: None };
    let steps = [
        Step::Receive { place: place(&folder), what: Receive::Folder },
        Step::Take { bytes: 2 },
        file("one", 3),
        Step::Fill { bytes: 3 },
        done(),
        Step::Enter { name: "in".to_owned() },
        file("two", 4),
        Step::Fill { bytes: 4 },
        done(),
        file("empty", 0),
        done(),
        Step::Leave,
        Step::Finish { modified: None },
    ];
    rig.ask_of(0, steps.map(|one| step(DIALLED, one)));
    assert_eq!(rig.next().await, Heard::Data(DIALLED, b"h1".to_vec()));
    for _ in 0..2 {
        assert_eq!(rig.next().await, Heard::Stepped(DIALLED, StepEvent::Filled));
    }
    assert_eq!(rig.next().await, kept(&folder, "kept.bin"));
    let whole = folder.path().join("kept.bin");
    assert_eq!(names(&whole), ["in", "one"]);
    assert_eq!(fs::read(whole.join("one")).expect("read"), b"one");
    assert_eq!(names(&whole.join("in")), ["empty", "two"]);
    assert_eq!(fs::read(whole.join("in/two")).expect("read"), b"two!");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_file_is_to_have_is_not_taken() {
    let folder = TempDir::new().expect("a folder");
    let mut rig = Rig::start();
    let mut peer = paced(&mut rig).await;
    peer.write_all(&[7; 100]).expect("written");
    let what = Receive::File { size: 10, from: 0 };
    let steps = [Step::Receive { place: place(&folder), what }, Step::Fill { bytes: 11 }];
    rig.ask_of(0, steps.map(|one| step(DIALLED, one)));
    assert_eq!(
        rig.next().await,
        Heard::StreamDown(DIALLED, Some(StreamError::Disk(ErrorCode::EFBIG.into())))
    );
    assert!(names(folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_a_paced_stream_end_one_that_is_not() {
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    rig.ask(step(FIRST, Step::Take { bytes: 1 }));
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, Some(StreamError::Refused(ErrorCode::EINVAL))));
    assert_eq!(peer.read(&mut [0]).expect("an end"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_step_too_many_ends_the_stream() {
    let mut rig = Rig::start();
    let _silent = paced(&mut rig).await;
    rig.ask_of(0, (0..1_100).map(|_| step(DIALLED, Step::Take { bytes: 1 })));
    assert_eq!(rig.next().await, Heard::StreamDown(DIALLED, Some(StreamError::Refused(ErrorCode::ENOBUFS))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_in_the_middle_keeps_the_part_and_frees_the_place() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let mut rig = Rig::start();
    let peer = paced(&mut rig).await;
    rig.ask_of(0, receive(&folder, 2 * SIZE, 0));
    let mut peer = writing(peer, bytes.clone()).await.expect("written");
    // Though nothing more comes.
    while rig.next().await != Heard::Stepped(DIALLED, StepEvent::Moved { bytes: size(SIZE) }) {}
    rig.ask(close(DIALLED));
    // An end, or a reset since not all was read.
    assert_eq!(peer.read(&mut [0]).unwrap_or(0), 0);
    let left = crate::disk::left_of(&place(&folder));
    assert_eq!(left, size(SIZE));
    assert!(part(&folder) == bytes);
    assert_eq!(names(folder.path()), ["1-0.part"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_silent_streams_do_not_end_a_transfer() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let (mut rig, at) = listening().await;
    let mut good = accepted(&mut rig, at).await;
    let ((there, to), source) = (listener(FOUR), offered(&folder, &bytes));
    let peer = dial_paced(&mut rig, &there, to).await;
    rig.ask(step(FIRST, pour(&source, 0)));
    rig.ask_of(0, receive(&folder, SIZE, 0));
    let mut peer = writing(peer, bytes[..SIZE / 2].to_vec()).await.expect("written");
    let mut poured = read(&mut good, SIZE / 2);
    let mut silent = Vec::new();
    for _ in 0..1_000 {
        silent.push(connect(at));
        tokio::task::yield_now().await;
    }
    // The newest is in, so all before it were dealt with.
    let last = silent.last().and_then(|last| last.local_addr().ok()).expect("bound");
    let mut ends = Vec::new();
    loop {
        match rig.next().await {
            Heard::StreamUp { peer, .. } if peer == last => break,
            Heard::Stepped(link, end) if !matches!(end, StepEvent::Moved { .. }) => ends.push((link, end)),
            Heard::StreamDown(link, error) => {
                assert!(link > FIRST, "{link} gave way");
                assert_eq!(error, Some(StreamError::Refused(ErrorCode::ECONNABORTED)));
            }
            _ => {}
        }
    }
    peer.write_all(&bytes[SIZE / 2..]).expect("written");
    poured.extend(read(&mut good, SIZE + 4 - SIZE / 2));
    assert!(poured == [b"HEAD".as_slice(), &bytes].concat());
    while ends.len() < 3 {
        if let Heard::Stepped(link, end) = after_progress(&mut rig).await {
            ends.push((link, end));
        }
    }
    for end in [(FIRST, StepEvent::Poured), (DIALLED, StepEvent::Filled)] {
        assert!(ends.contains(&end), "{ends:?}");
    }
    assert!(fs::read(folder.path().join("kept.bin")).expect("read") == bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_or_a_number_that_is_not_its_own_listens_nowhere() {
    let (mut rig, taken) = listening().await;
    for (link, at, code) in [(18, taken, "EADDRINUSE"), (LISTENER, taken, "EINVAL"), (3, taken, "EINVAL")] {
        rig.ask(Output::Listen { link: LinkId(link), at });
        assert_eq!(rig.next().await, Heard::LinkDown(link, Some(code.into())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_is_closed_leaves_its_streams_open() {
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    rig.ask_of(0, [close(LISTENER), write(FIRST, *b"on", 1)]);
    assert_eq!(read(&mut peer, 2), b"on");
    assert!(TcpStream::connect_timeout(&place, LIMIT).is_err(), "nobody listens");
}
