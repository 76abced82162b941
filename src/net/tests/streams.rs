//! Streams: both ways, and their ends.
//!
//! The peers block their thread, and the network side goes on meanwhile on others.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::probe::{Heard, Rig, close, confined, write};
use super::{FOUR, LIMIT, SIX, has, loopback};
use crate::dialects::ListenMode;
use crate::model::{ErrorCode, LinkId, ListenSetting, NetEvent};
use crate::net::{NetOptions, ifaces};
use crate::wire::{Output, StreamError};

pub(super) const MIB: usize = 1024 * 1024;
pub(super) const FIRST: u32 = LinkId::FIRST_ACCEPTED;

pub(super) fn listens() -> ListenMode {
    ListenMode::Streams(ListenSetting::At(FOUR.parse().expect("address")))
}

/// A network side that listens, and where.
pub(super) async fn listening(talks: bool) -> (Rig, SocketAddr) {
    let mut rig = Rig::start_with(&[("probe", listens())], talks, confined());
    let Heard::LinkUp(0, place) = rig.next().await else { panic!("listens") };
    let Some(NetEvent::Listening(_)) = rig.handle.next().await else { panic!("says so") };
    (rig, place)
}

pub(super) fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).expect("connect");
    stream.set_read_timeout(Some(LIMIT)).expect("timeout");
    stream.set_write_timeout(Some(LIMIT)).expect("timeout");
    stream
}

pub(super) fn listener(at: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(at).expect("bind");
    let place = listener.local_addr().expect("bound");
    (listener, place)
}

pub(super) fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = listener.accept().expect("accept");
    stream.set_read_timeout(Some(LIMIT)).expect("timeout");
    stream
}

pub(super) fn read(stream: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).expect("bytes");
    bytes
}

/// All that comes of one stream until there are so many bytes, whatever the others do.
pub(super) async fn data(rig: &mut Rig, link: u32, length: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < length {
        if let Heard::Data(from, bytes) = rig.next().await
            && from == link
        {
            all.extend(bytes);
        }
    }
    all
}

/// The next that is no `StreamUp`.
async fn next_but_up(rig: &mut Rig) -> Heard {
    loop {
        let heard = rig.next().await;
        if !matches!(heard, Heard::StreamUp { .. }) {
            return heard;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_we_open_carry_bytes_both_ways() {
    for at in [FOUR, SIX].into_iter().filter(|at| has(at)) {
        let mut rig = Rig::start();
        let ((one, first), (other, second)) = (listener(at), listener(at));
        rig.dial(16, first).await;
        rig.dial(17, second).await;
        let (mut one, mut other) = (accept(&one), accept(&other));
        rig.ask_of(0, [write(16, *b"to one", 1), write(17, *b"to ", 2), write(17, *b"other", 3)]);
        let mut handed = [rig.next().await, rig.next().await, rig.next().await];
        handed.sort_by_key(|heard| matches!(heard, Heard::Handed(message, _) if *message != 1));
        assert_eq!(handed, [1, 2, 3].map(|message| Heard::Handed(message, Ok(()))), "{at}");
        assert_eq!((read(&mut one, 6), read(&mut other, 8)), (b"to one".to_vec(), b"to other".to_vec()));
        one.write_all(b"back").expect("written");
        assert_eq!(data(&mut rig, 16, 4).await, b"back");
        other.write_all(b"too").expect("written");
        assert_eq!(data(&mut rig, 17, 3).await, b"too");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_somebody_opens_carries_bytes_both_ways() {
    let (mut rig, place) = listening(false).await;
    let mut alex = connect(place);
    let peer = alex.local_addr().expect("bound");
    assert_eq!(rig.next().await, Heard::StreamUp { link: FIRST, peer, accepted: true });
    alex.write_all(b"hello").expect("written");
    assert_eq!(data(&mut rig, FIRST, 5).await, b"hello");
    rig.ask(write(FIRST, *b"hi", 1));
    assert_eq!(read(&mut alex, 2), b"hi");
    assert_eq!(rig.next().await, Heard::Handed(1, Ok(())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_before_the_stream_is_open_goes_out_with_it() {
    let (mut rig, (there, place)) = (Rig::start(), listener(FOUR));
    rig.ask_of(
        0,
        [
            Output::Dial { from: None, paced: false, link: LinkId(16), to: place },
            write(16, *b"early", 1),
            close(16),
        ],
    );
    let mut alex = accept(&there);
    let mut all = Vec::new();
    alex.read_to_end(&mut all).expect("bytes and an end");
    assert_eq!(all, b"early");
    drop(alex);
    assert_eq!(rig.next().await, Heard::Handed(1, Ok(())), "and nothing of a stream that was closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_there_is_said_and_what_was_written_fails() {
    let (mut rig, gone) = (Rig::start(), listener(FOUR).1);
    rig.ask_of(
        0,
        [Output::Dial { from: None, paced: false, link: LinkId(16), to: gone }, write(16, *b"x", 1)],
    );
    let refused = ErrorCode::ECONNREFUSED;
    assert_eq!(rig.next().await, Heard::Handed(1, Err(refused.clone())));
    assert_eq!(rig.next().await, Heard::StreamDown(16, Some(StreamError::Peer(refused))));
    rig.ask(write(16, *b"x", 2));
    assert_eq!(rig.next().await, Heard::Handed(2, Err("ENOTCONN".into())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_closes_is_told_apart_from_one_that_breaks_off() {
    let (mut rig, place) = listening(false).await;
    let mut alex = connect(place);
    alex.write_all(b"bye").expect("written");
    drop(alex);
    assert!(matches!(rig.next().await, Heard::StreamUp { .. }));
    assert_eq!(rig.next().await, Heard::Data(FIRST, b"bye".to_vec()));
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, None));
    let alex = connect(place);
    socket2::SockRef::from(&alex).set_linger(Some(Duration::ZERO)).expect("set");
    drop(alex);
    assert_eq!(
        next_but_up(&mut rig).await,
        Heard::StreamDown(FIRST + 1, Some(StreamError::Peer(ErrorCode::ECONNRESET)))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_only_stopped_sending_still_gets_what_was_written() {
    let (mut rig, place) = listening(false).await;
    let mut alex = connect(place);
    assert!(matches!(rig.next().await, Heard::StreamUp { .. }));
    // More than the kernel takes while nobody reads.
    rig.ask_of(0, (0..16).map(|message| write(FIRST, vec![7; MIB / 16], message)));
    assert_eq!(rig.next().await, Heard::Handed(0, Ok(())));
    alex.shutdown(Shutdown::Write).expect("shut");
    let all = tokio::task::spawn_blocking(move || read(&mut alex, MIB)).await.expect("read");
    assert!(all.iter().all(|byte| *byte == 7));
    for message in 1..16 {
        assert_eq!(rig.next().await, Heard::Handed(message, Ok(())));
    }
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_loopback_interface_no_stream_leaves_the_machine() {
    let name = ifaces::list().into_iter().find(|one| one.loopback).map(|one| one.name);
    let options = NetOptions { interface: name, ..confined() };
    let mut rig = Rig::start_with(&[("probe", ListenMode::Nowhere)], false, options);
    for to in ["192.0.2.1:9", "[2001:db8::1]:9", "0.0.0.0:9"] {
        rig.ask(Output::Dial {
            from: None,
            paced: false,
            link: LinkId(16),
            to: to.parse().expect("address"),
        });
        assert_eq!(
            rig.next().await,
            Heard::StreamDown(16, Some(StreamError::Refused(ErrorCode::ENETUNREACH))),
            "{to}"
        );
    }
    let (_there, to) = listener(FOUR);
    rig.dial(16, to).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_opens_from_the_address_that_was_named_and_from_another_where_that_is_none_of_ours() {
    let (mut rig, (there, to)) = (Rig::start(), listener(FOUR));
    let mut open = Vec::new();
    for (link, named, left) in [(16, "127.0.0.5", "127.0.0.5"), (17, "192.0.2.55", "127.0.0.1")] {
        rig.ask(Output::Dial { from: named.parse().ok(), paced: false, link: LinkId(link), to });
        assert_eq!(rig.next().await, Heard::StreamUp { link, peer: to, accepted: false });
        let (stream, peer) = there.accept().expect("a stream");
        assert_eq!(peer.ip().to_string(), left, "{named}");
        open.push(stream);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_is_in_use_or_not_the_engines_own_opens_nothing() {
    let (mut rig, (_there, to)) = (Rig::start(), listener(FOUR));
    rig.dial(16, to).await;
    for link in [16, 3, FIRST] {
        rig.ask(Output::Dial { from: None, paced: false, link: LinkId(link), to: loopback(9) });
        assert_eq!(rig.next().await, Heard::StreamDown(link, Some(StreamError::Refused(ErrorCode::EINVAL))));
    }
}
