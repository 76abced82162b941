//! Disk channels with real files, and every way to break off. In which order and how often they answer is in
//! `disk_order`.

use std::fs::{self, OpenOptions};
use std::path::Path;

use bytes::Bytes;
use tempfile::TempDir;

use super::LIMIT;
use super::probe::{Heard, Rig, close};
use super::transfers::{SIZE, names, offered, part, pattern, place, size};
use crate::model::file::FileSource;
use crate::model::{DiskError, ErrorCode, LinkId};
use crate::wire::disk::{FileHash, MAX_BYTES};
use crate::wire::{DiskEvent, DiskStep, Output, Receive};

pub(super) const CHANNEL: u32 = 30;
const OTHER: u32 = 31;
const NOTHING: &[u8] = &[];

pub(super) fn disk(link: u32, step: DiskStep) -> Output {
    Output::Disk { link: LinkId(link), step }
}

pub(super) fn hash(bytes: &[u8]) -> FileHash {
    blake3::hash(bytes).into()
}

pub(super) fn opened(bytes: &[u8]) -> DiskEvent {
    DiskEvent::Opened { hash: hash(bytes) }
}

pub(super) fn failed(code: ErrorCode) -> DiskEvent {
    DiskEvent::Failed { error: code.into() }
}

pub(super) fn open(source: &FileSource, from: usize) -> DiskStep {
    DiskStep::Open { source: source.clone(), from: size(from) }
}

pub(super) const READ: DiskStep = DiskStep::Read { bytes: MAX_BYTES };

pub(super) fn receive(folder: &TempDir, bytes: usize, from: usize) -> DiskStep {
    let what = Receive::File { size: size(bytes), from: size(from) };
    DiskStep::Receive { target: place(folder), what }
}

fn receive_folder(folder: &TempDir) -> DiskStep {
    DiskStep::Receive { target: place(folder), what: Receive::Folder }
}

pub(super) fn write(bytes: &[u8]) -> DiskStep {
    DiskStep::Write { bytes: Bytes::copy_from_slice(bytes) }
}

pub(super) fn finish(bytes: &[u8]) -> DiskStep {
    DiskStep::Finish { modified: Some(1_000_000_000), hash: Some(hash(bytes)) }
}

pub(super) fn file(name: &str, bytes: usize) -> DiskStep {
    DiskStep::File { name: name.to_owned(), size: size(bytes) }
}

pub(super) fn close_file(bytes: &[u8]) -> DiskStep {
    DiskStep::Close { modified: None, hash: hash(bytes) }
}

pub(super) fn kept(folder: &TempDir) -> DiskEvent {
    DiskEvent::Kept { path: folder.path().join("kept.bin").to_string_lossy().into() }
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// What a channel says next; no other one says anything meanwhile.
pub(super) async fn answer(rig: &mut Rig, link: u32) -> DiskEvent {
    match rig.next().await {
        Heard::Disk(of, event) if of == link => event,
        other => panic!("{other:?}"),
    }
}

/// One step after the other, each with its answer.
pub(super) async fn all(rig: &mut Rig, steps: impl IntoIterator<Item = (DiskStep, DiskEvent)>) {
    for (step, event) in steps {
        let asked = format!("{step:?}");
        rig.ask(disk(CHANNEL, step));
        assert_eq!(answer(rig, CHANNEL).await, event, "{asked}");
    }
}

/// The rest of the file that is open, and its hash.
async fn read_all(rig: &mut Rig) -> (Vec<u8>, FileHash) {
    let mut bytes = Vec::new();
    loop {
        rig.ask(disk(CHANNEL, READ));
        match answer(rig, CHANNEL).await {
            DiskEvent::Read { bytes: more } => bytes.extend(more),
            DiskEvent::End { hash } => return (bytes, hash),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_read_from_any_byte_on_with_the_hash_of_what_is_before_and_of_all() {
    let (folder, bytes) = (folder(), pattern(SIZE + 1));
    let source = offered(&folder, &bytes);
    let mut rig = Rig::start();
    for from in [0, 1, MAX_BYTES - 1, MAX_BYTES, MAX_BYTES + 1, SIZE, SIZE + 1] {
        all(&mut rig, [(open(&source, from), opened(&bytes[..from]))]).await;
        let (read, whole) = read_all(&mut rig).await;
        assert!(read == bytes[from..], "from {from}: {} bytes", read.len());
        assert_eq!(whole, hash(&bytes), "from {from}");
    }
    let end = DiskEvent::End { hash: hash(&bytes) };
    all(&mut rig, [(READ, end.clone()), (READ, end)]).await;
    all(&mut rig, [(open(&source, SIZE + 2), failed(ErrorCode::EINVAL))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_bytes_are_read_as_are_asked_for() {
    let (folder, bytes) = (folder(), pattern(10));
    let source = offered(&folder, &bytes);
    let read = |range: std::ops::Range<usize>| DiskEvent::Read { bytes: bytes[range].to_vec().into() };
    let mut rig = Rig::start();
    all(
        &mut rig,
        [
            (open(&source, 2), opened(&bytes[..2])),
            (DiskStep::Read { bytes: 3 }, read(2..5)),
            (DiskStep::Read { bytes: 1 }, read(5..6)),
            (READ, read(6..10)),
        ],
    )
    .await;
    for bytes in [0, MAX_BYTES + 1, usize::MAX] {
        all(
            &mut rig,
            [(open(&source, 0), opened(NOTHING)), (DiskStep::Read { bytes }, failed(ErrorCode::EINVAL))],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_file_than_was_offered_is_not_read_and_the_channel_goes_on() {
    let (folder, bytes) = (folder(), pattern(1_000));
    let source = offered(&folder, &bytes);
    let longer = [bytes.as_slice(), b"more"].concat();
    fs::write(&*source.path, &longer).expect("written");
    let mut rig = Rig::start();
    all(&mut rig, [(open(&source, 0), DiskEvent::Changed), (open(&source, 9), DiskEvent::Changed)]).await;
    let now = offered(&folder, &longer);
    all(&mut rig, [(open(&now, 0), opened(NOTHING)), (READ, DiskEvent::Read { bytes: longer.into() })]).await;
    fs::remove_file(&*now.path).expect("removed");
    // Nothing is open then.
    all(&mut rig, [(open(&now, 0), DiskEvent::Changed), (READ, failed(ErrorCode::EINVAL))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_becomes_shorter_while_it_is_read_is_not_sent_on() {
    let (folder, bytes) = (folder(), pattern(SIZE));
    let source = offered(&folder, &bytes);
    let mut rig = Rig::start();
    let first = DiskEvent::Read { bytes: bytes[..MAX_BYTES].to_vec().into() };
    all(&mut rig, [(open(&source, 0), opened(NOTHING)), (READ, first)]).await;
    let there = OpenOptions::new().write(true).open(&*source.path).expect("open");
    there.set_len(size(MAX_BYTES + 100)).expect("cut");
    all(&mut rig, [(READ, failed(ErrorCode::ESTALE))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_received_whole_and_gets_its_name() {
    let (folder, bytes) = (folder(), pattern(SIZE + 7));
    let mut rig = Rig::start();
    all(&mut rig, [(receive(&folder, SIZE + 7, 0), opened(NOTHING))]).await;
    for piece in bytes.chunks(MAX_BYTES) {
        all(&mut rig, [(write(piece), DiskEvent::Written { bytes: piece.len() })]).await;
    }
    assert_eq!(names(folder.path()), ["1-0.part"]);
    all(&mut rig, [(finish(&bytes), kept(&folder))]).await;
    assert_eq!(names(folder.path()), ["kept.bin"]);
    let there = folder.path().join("kept.bin");
    assert!(fs::read(&there).expect("read") == bytes);
    let modified = fs::metadata(&there).and_then(|there| there.modified()).expect("a time");
    assert_eq!(modified, std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000));
    // The channel holds nothing any more, and takes the next.
    all(&mut rig, [(receive(&folder, 0, 0), opened(NOTHING))]).await;
    let path = folder.path().join("kept (2).bin").to_string_lossy().into();
    all(&mut rig, [(finish(NOTHING), DiskEvent::Kept { path })]).await;
    all(&mut rig, [(write(NOTHING), failed(ErrorCode::EINVAL))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_try_goes_on_from_what_was_left_and_knows_its_hash() {
    let (folder, bytes) = (folder(), pattern(SIZE));
    let mut rig = Rig::start();
    all(&mut rig, [(receive(&folder, SIZE, 0), opened(NOTHING))]).await;
    for piece in bytes[..SIZE / 2].chunks(MAX_BYTES) {
        all(&mut rig, [(write(piece), DiskEvent::Written { bytes: piece.len() })]).await;
    }
    rig.ask(close(CHANNEL));
    // Less than there is, all that there is, and then more.
    let from = SIZE / 2 - 3;
    all_after_close(&mut rig, receive(&folder, SIZE, SIZE / 2), opened(&bytes[..SIZE / 2])).await;
    all(&mut rig, [(receive(&folder, SIZE, from), opened(&bytes[..from]))]).await;
    assert!(part(&folder) == bytes[..from]);
    all(&mut rig, [(receive(&folder, SIZE, from + 1), failed(ErrorCode::ESTALE))]).await;
    all(&mut rig, [(receive(&folder, SIZE, from), opened(&bytes[..from]))]).await;
    for piece in bytes[from..].chunks(MAX_BYTES) {
        all(&mut rig, [(write(piece), DiskEvent::Written { bytes: piece.len() })]).await;
    }
    all(&mut rig, [(finish(&bytes), kept(&folder))]).await;
    assert!(fs::read(folder.path().join("kept.bin")).expect("read") == bytes);
}

/// The channel that was closed may be in the middle of something.
async fn all_after_close(rig: &mut Rig, step: DiskStep, event: DiskEvent) {
    loop {
        rig.ask(disk(CHANNEL, step.clone()));
        let heard = answer(rig, CHANNEL).await;
        if heard != failed(ErrorCode::EBUSY) {
            return assert_eq!(heard, event);
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_what_was_sent_stays_a_part() {
    let (folder, bytes) = (folder(), pattern(100));
    let mut rig = Rig::start();
    all(
        &mut rig,
        [
            (receive(&folder, 100, 0), opened(NOTHING)),
            (write(&bytes[..99]), DiskEvent::Written { bytes: 99 }),
            (finish(&bytes[..99]), failed(ErrorCode::EINVAL)),
        ],
    )
    .await;
    all(
        &mut rig,
        [
            (receive(&folder, 100, 99), opened(&bytes[..99])),
            (write(b"!"), DiskEvent::Written { bytes: 1 }),
            (finish(&bytes), DiskEvent::Mismatch),
        ],
    )
    .await;
    assert_eq!(names(folder.path()), ["1-0.part"]);
    assert!(part(&folder)[..99] == bytes[..99]);
    // The place is free at once, and the channel holds nothing.
    all(&mut rig, [(receive(&folder, 100, 99), opened(&bytes[..99]))]).await;
    all(&mut rig, [(write(&bytes[99..]), DiskEvent::Written { bytes: 1 }), (finish(&bytes), kept(&folder))])
        .await;
    all(&mut rig, [(finish(&bytes), failed(ErrorCode::EINVAL))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_was_declared_or_than_there_is_room_for_is_not_written() {
    let folder = folder();
    let mut rig = Rig::start();
    let room = DiskStep::Receive { target: place(&folder), what: Receive::File { size: u64::MAX, from: 0 } };
    rig.ask(disk(CHANNEL, room));
    let refused = answer(&mut rig, CHANNEL).await;
    let DiskEvent::Failed { error: DiskError::NoRoom(shortage) } = refused else { panic!("{refused:?}") };
    assert_eq!((shortage.reserved, shortage.wanted), (crate::disk::MIN_FREE, u64::MAX));
    all(&mut rig, [(receive(&folder, 10, 0), opened(NOTHING)), (write(&[7; 11]), failed(ErrorCode::EFBIG))])
        .await;
    let large = vec![0; MAX_BYTES + 1];
    all(&mut rig, [(receive(&folder, SIZE, 0), opened(NOTHING)), (write(&large), failed(ErrorCode::EINVAL))])
        .await;
    assert!(names(folder.path()).is_empty());
    all(&mut rig, [(receive(&folder, 10, 5), failed(ErrorCode::ENOENT))]).await;
    all(&mut rig, [(receive(&folder, 10, 11), failed(ErrorCode::EINVAL))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_a_peer_lead_nowhere_but_into_the_folder() {
    let folder = folder();
    let mut rig = Rig::start();
    all(&mut rig, [(receive_folder(&folder), opened(NOTHING))]).await;
    let hostile =
        ["../up", "/etc/passwd", "..", ".", "", "a/b\\c", "nul\0l", "\u{1b}[2J", "twice", "twice", "con"];
    for name in hostile {
        all(
            &mut rig,
            [
                (file(name, 3), opened(NOTHING)),
                (write(b"abc"), DiskEvent::Written { bytes: 3 }),
                (close_file(b"abc"), DiskEvent::Closed),
                (DiskStep::Enter { name: name.to_owned() }, DiskEvent::Closed),
                (file("inside", 0), opened(NOTHING)),
                (close_file(NOTHING), DiskEvent::Closed),
                (DiskStep::Leave, DiskEvent::Closed),
            ],
        )
        .await;
    }
    let whole = DiskStep::Finish { modified: None, hash: None };
    all(&mut rig, [(whole, kept(&folder))]).await;
    assert_eq!(names(folder.path()), ["kept.bin"]);
    let inside = names(&folder.path().join("kept.bin"));
    assert_eq!(inside.len(), 2 * hostile.len(), "{inside:?}");
    assert!(inside.iter().all(|name| !name.chars().any(char::is_control)), "{inside:?}");
    assert!(!Path::new("/etc/passwd (2)").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_in_a_folder_that_is_not_what_was_sent_ends_the_folder() {
    let folder = folder();
    let mut rig = Rig::start();
    all(
        &mut rig,
        [
            (receive_folder(&folder), opened(NOTHING)),
            (file("one", 3), opened(NOTHING)),
            (write(b"abc"), DiskEvent::Written { bytes: 3 }),
            (close_file(b"abd"), DiskEvent::Mismatch),
            (file("two", 3), failed(ErrorCode::EINVAL)),
        ],
    )
    .await;
    assert_eq!(names(folder.path()), ["1-0.part"]);
    for step in [DiskStep::Leave, close_file(NOTHING), finish(NOTHING), write(b"a")] {
        all(&mut rig, [(receive_folder(&folder), opened(NOTHING)), (step, failed(ErrorCode::EINVAL))]).await;
    }
    // Not before the last one is closed.
    all(
        &mut rig,
        [
            (receive_folder(&folder), opened(NOTHING)),
            (file("one", 3), opened(NOTHING)),
            (file("two", 3), failed(ErrorCode::EINVAL)),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_channels_do_not_receive_into_one_place() {
    let folder = folder();
    let mut rig = Rig::start();
    all(&mut rig, [(receive(&folder, 10, 0), opened(NOTHING))]).await;
    rig.ask(disk(OTHER, receive(&folder, 10, 0)));
    assert_eq!(answer(&mut rig, OTHER).await, failed(ErrorCode::EBUSY));
    all(&mut rig, [(write(b"0123456789"), DiskEvent::Written { bytes: 10 })]).await;
    all(&mut rig, [(finish(b"0123456789"), kept(&folder))]).await;
}

/// What takes minutes to hash is given up when it is not wanted any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_ends_the_hashing_of_what_is_there() {
    const HUGE: u64 = 512 * 1024 * 1024 * 1024;
    let folder = folder();
    let mut rig = Rig::start();
    all(
        &mut rig,
        [(receive(&folder, 10, 0), opened(NOTHING)), (write(b"x"), DiskEvent::Written { bytes: 1 })],
    )
    .await;
    let there = OpenOptions::new().write(true).open(folder.path().join("1-0.part")).expect("the part");
    if there.set_len(HUGE).is_err() {
        return println!("skipped: no file of {HUGE} bytes can be made here");
    }
    let what = Receive::File { size: HUGE, from: HUGE };
    rig.ask(disk(CHANNEL, DiskStep::Receive { target: place(&folder), what }));
    // By now it has begun.
    let source = offered(&folder, &pattern(SIZE));
    rig.ask(disk(OTHER, open(&source, SIZE)));
    assert_eq!(answer(&mut rig, OTHER).await, opened(&pattern(SIZE)));
    rig.ask(close(CHANNEL));
    let soon = all_after_close(&mut rig, receive(&folder, 1, 1), opened(b"x"));
    tokio::time::timeout(LIMIT, soon).await.expect("soon");
}
