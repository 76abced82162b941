//! Files of ours that go through streams, to peers that are plain sockets.
//!
//! The peers block their thread, and the network side goes on meanwhile on others.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;

use tempfile::TempDir;

use super::probe::{Heard, close, step, write};
use super::streams::{FIRST, MIB, connect, data, read};
use super::transfers::{SIZE, accepted, after_progress, listening, offered, pattern, pour, reading, size};
use crate::model::ErrorCode;
use crate::wire::{Step, StepEvent, StreamError};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_poured_whole_into_a_stream_that_somebody_opened() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    peer.write_all(b"request").expect("written");
    assert_eq!(data(&mut rig, FIRST, 7).await, b"request");
    let reading = reading(peer);
    rig.ask_of(0, [step(FIRST, pour(&offered(&folder, &bytes), 0)), write(FIRST, *b"END", 1)]);
    assert_eq!(after_progress(&mut rig).await, Heard::Stepped(FIRST, StepEvent::Poured));
    assert_eq!(rig.next().await, Heard::Handed(1, Ok(())));
    rig.ask(close(FIRST));
    let all = reading.await.expect("read");
    assert!(all == [b"HEAD".as_slice(), &bytes, b"END"].concat(), "{} bytes", all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_stops_sending_after_its_request_gets_the_file() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    rig.prepare(0, [step(FIRST, pour(&offered(&folder, &bytes), 0))]);
    peer.write_all(b"?").expect("written");
    peer.shutdown(Shutdown::Write).expect("shut");
    let all = reading(peer).await.expect("read");
    assert!(all == [b"HEAD".as_slice(), &bytes].concat(), "{} bytes", all.len());
    assert_eq!(data(&mut rig, FIRST, 1).await, b"?");
    assert_eq!(after_progress(&mut rig).await, Heard::Stepped(FIRST, StepEvent::Poured));
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pouring_goes_on_from_where_the_peer_says() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let (mut rig, place) = listening().await;
    let reading = reading(accepted(&mut rig, place).await);
    let source = offered(&folder, &bytes);
    // At the very end there is nothing left but the head.
    rig.ask_of(0, [size(SIZE - 1000), size(SIZE)].map(|at| step(FIRST, pour(&source, at))));
    for _ in 0..2 {
        assert_eq!(after_progress(&mut rig).await, Heard::Stepped(FIRST, StepEvent::Poured));
    }
    rig.ask(step(FIRST, pour(&source, size(SIZE) + 1)));
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, Some(StreamError::Disk(ErrorCode::EINVAL.into()))));
    assert_eq!(reading.await.expect("read"), [b"HEAD", &bytes[SIZE - 1000..], b"HEAD"].concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_has_changed_is_refused_and_the_stream_goes_on() {
    let folder = TempDir::new().expect("a folder");
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    let source = offered(&folder, b"as offered");
    fs::write(&source.path, b"as changed, and longer").expect("written");
    rig.ask_of(0, [step(FIRST, pour(&source, 0)), write(FIRST, *b"sorry", 1)]);
    assert_eq!(rig.next().await, Heard::Stepped(FIRST, StepEvent::Refused));
    assert_eq!(read(&mut peer, 5), b"sorry");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_peer_reads_the_end_after_the_last_byte_and_may_go_on_sending() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(SIZE));
    let (mut rig, place) = listening().await;
    let peer = accepted(&mut rig, place).await;
    let mut sender = peer.try_clone().expect("cloned");
    let reading = reading(peer);
    rig.ask_of(0, [step(FIRST, pour(&offered(&folder, &bytes), 0)), step(FIRST, Step::End)]);
    assert_eq!(after_progress(&mut rig).await, Heard::Stepped(FIRST, StepEvent::Poured));
    let all = reading.await.expect("read");
    assert!(all == [b"HEAD".as_slice(), &bytes].concat(), "{} bytes", all.len());
    sender.write_all(b"thanks").expect("written");
    assert_eq!(data(&mut rig, FIRST, 6).await, b"thanks");
    drop(sender);
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, None));
}

/// As only a file system says it: what was open is cut while it is on its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_on_its_way_ends_the_stream() {
    let folder = TempDir::new().expect("a folder");
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    let source = offered(&folder, &vec![7; 64 * MIB]);
    rig.ask(step(FIRST, pour(&source, 0)));
    // It has begun, and cannot be through while nobody reads.
    assert_eq!(read(&mut peer, 4), b"HEAD");
    fs::File::options().write(true).open(&source.path).and_then(|file| file.set_len(1)).expect("cut");
    let reading = reading(peer);
    assert_eq!(
        after_progress(&mut rig).await,
        Heard::StreamDown(FIRST, Some(StreamError::Disk(ErrorCode::ESTALE.into())))
    );
    assert!(reading.await.expect("read").len() < 64 * MIB);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_while_a_file_is_poured_ends_it_at_once() {
    let folder = TempDir::new().expect("a folder");
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    rig.ask(step(FIRST, pour(&offered(&folder, &vec![7; 64 * MIB]), 0)));
    assert_eq!(read(&mut peer, 4), b"HEAD");
    rig.ask(close(FIRST));
    assert!(reading(peer).await.expect("read").len() < 64 * MIB);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_goes_while_a_file_is_poured_is_noticed() {
    let folder = TempDir::new().expect("a folder");
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    rig.ask(step(FIRST, pour(&offered(&folder, &vec![7; 64 * MIB]), 0)));
    assert_eq!(read(&mut peer, 4), b"HEAD");
    drop(peer);
    let Heard::StreamDown(FIRST, error) = after_progress(&mut rig).await else { panic!("an end") };
    let reset = [ErrorCode::ECONNRESET, ErrorCode::EPIPE].map(StreamError::Peer);
    assert!(error.as_ref().is_none_or(|error| reset.contains(error)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_file_is_poured_what_the_peer_sends_is_heard() {
    let folder = TempDir::new().expect("a folder");
    let (mut rig, place) = listening().await;
    let mut peer = accepted(&mut rig, place).await;
    rig.ask(step(FIRST, pour(&offered(&folder, &vec![7; 64 * MIB]), 0)));
    assert_eq!(read(&mut peer, 4), b"HEAD");
    peer.write_all(b"still here").expect("written");
    assert_eq!(data(&mut rig, FIRST, 10).await, b"still here");
}

/// Its file comes all the same, a little at a time, and another one is not held up by it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_peer_gets_its_file_and_holds_nobody_up() {
    let (folder, bytes) = (TempDir::new().expect("a folder"), pattern(16 * MIB));
    let (mut rig, place) = listening().await;
    let mut slow = accepted(&mut rig, place).await;
    let source = offered(&folder, &bytes);
    rig.ask(step(FIRST, pour(&source, 0)));
    assert_eq!(read(&mut slow, 4), b"HEAD");
    let quick = connect(place);
    while !matches!(rig.next().await, Heard::StreamUp { .. }) {}
    rig.ask_of(0, [step(FIRST + 1, pour(&source, 0)), close(15)]);
    let quick = reading(quick);
    while rig.next().await != Heard::Stepped(FIRST + 1, StepEvent::Poured) {}
    rig.ask(close(FIRST + 1));
    assert_eq!(quick.await.expect("read").len(), bytes.len() + 4);
    let all = tokio::task::spawn_blocking(move || {
        let (mut all, mut little) = (Vec::new(), [0; 1_000]);
        while all.len() < 16 * MIB {
            let count = slow.read(&mut little).expect("more");
            assert!(count > 0, "an end");
            all.extend_from_slice(&little[..count]);
        }
        all
    });
    assert!(all.await.expect("read") == bytes);
    assert_eq!(after_progress(&mut rig).await, Heard::Stepped(FIRST, StepEvent::Poured));
}
