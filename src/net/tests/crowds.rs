//! Streams that are many, or whose peers take nothing: what all of them may hold, and for how long.
//!
//! The peers block their thread, and the network side goes on meanwhile on others.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::probe::{Heard, Rig, close, confined, open, write};
use super::streams::{FIRST, MIB, accept, connect, data, listener, listening, listens, read};
use super::{FOUR, LIMIT, loopback};
use crate::model::{ErrorCode, LinkId};
use crate::net::MAX_EVENTS;
use crate::net::streams::Timeouts;
use crate::wire::{Output, StreamError};

/// As the streams count.
const MAX_STREAMS: usize = 256;
const MAX_PER_PEER: usize = 64;
/// The shortest that still is patience on a busy machine.
const SOON: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_never_reads_holds_a_bounded_number_of_bytes_and_others_go_on() {
    let (mut rig, place) = listening(false).await;
    let (_stuck, mut good) = (connect(place), connect(place));
    for _ in 0..2 {
        assert!(matches!(rig.next().await, Heard::StreamUp { .. }));
    }
    let (mut taken, mut refused) = (0, 0);
    // What the kernel itself holds of it is bounded too (tcp_wmem), or this would not end.
    while refused < 10 {
        rig.ask(write(FIRST, vec![0; MIB / 8], 1));
        rig.ask(write(FIRST + 1, *b"on", 2));
        assert_eq!(read(&mut good, 2), b"on");
        loop {
            match rig.next().await {
                Heard::Handed(1, Err(code)) => {
                    assert_eq!(code, ErrorCode::ENOBUFS);
                    refused += 1;
                }
                Heard::Handed(1, Ok(())) => taken += 1,
                Heard::Handed(2, Ok(())) => break,
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(taken > 0);
}

/// A network side that listens and has little patience, and a peer that takes nothing.
async fn stuck(impatient: impl FnOnce(&mut Timeouts)) -> (Rig, TcpStream) {
    let mut rig = open(&[("probe", listens())], false, confined()).expect("open");
    impatient(&mut rig.handle.actor.as_mut().expect("not begun").executor.streams.timeouts);
    rig.handle.begin();
    let Heard::LinkUp(0, place) = rig.next().await else { panic!("listens") };
    let peer = connect(place);
    assert!(matches!(rig.next().await, Heard::StreamUp { .. }));
    (rig, peer)
}

/// Writes until there is no room for long, and says how many writes are not answered by then.
async fn fill(rig: &mut Rig, link: u32) -> usize {
    let (mut waiting, mut refused) = (0, 0);
    while refused < 200 {
        // Nobody has the second one, so it is answered at once.
        rig.ask_of(0, [write(link, vec![0; MIB / 8], 1), write(15, *b"", 2)]);
        waiting += 1;
        while let Heard::Handed(1, result) = rig.next().await {
            waiting -= 1;
            refused = if result.is_ok() { 0 } else { refused + 1 };
        }
    }
    waiting
}

/// Takes the answers to so many writes and says what the last of them was.
async fn last_answer(rig: &mut Rig, waiting: usize) -> Result<(), ErrorCode> {
    let mut last = Ok(());
    for _ in 0..waiting {
        let Heard::Handed(1, result) = rig.next().await else { panic!("an answer") };
        last = result;
    }
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_takes_nothing_for_long_is_given_up_and_all_is_answered() {
    let (mut rig, _peer) = stuck(|patience| patience.stall = SOON).await;
    let waiting = fill(&mut rig, FIRST).await;
    let late = ErrorCode::ETIMEDOUT;
    assert_eq!(last_answer(&mut rig, waiting).await, Err(late.clone()));
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, Some(StreamError::Peer(late))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_closed_waits_for_its_peer_only_so_long() {
    let (mut rig, _peer) = stuck(|patience| patience.closing = SOON).await;
    let waiting = fill(&mut rig, FIRST).await;
    rig.ask(close(FIRST));
    assert!(last_answer(&mut rig, waiting).await.is_err());
}

/// A full queue of connections leaves the next one without an answer on Linux.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_answer_at_all_is_given_up() {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("socket");
    socket.bind(&loopback(0).into()).expect("bind");
    socket.listen(0).expect("listen");
    let to = socket.local_addr().expect("bound").as_socket().expect("an address");
    let _queued = connect(to);
    let (mut rig, _peer) = stuck(|patience| patience.connecting = SOON).await;
    rig.ask(Output::Dial { from: None, paced: false, link: LinkId(16), to });
    assert_eq!(rig.next().await, Heard::StreamDown(16, Some(StreamError::Peer(ErrorCode::ETIMEDOUT))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_streams_together_hold_a_bounded_number_of_bytes() {
    let (mut rig, place) = listening(false).await;
    let stuck: Vec<TcpStream> = (0..24).map(|_| connect(place)).collect();
    for _ in &stuck {
        assert!(matches!(rig.next().await, Heard::StreamUp { .. }));
    }
    let (mut asked, mut refused) = (0, 0);
    let everybody = FIRST..FIRST + 24;
    // In one turn: the kernel has none of it yet, and what is refused is answered first.
    rig.ask_of(0, everybody.flat_map(|link| (0..8).map(move |_| write(link, vec![0; MIB / 8], 1))));
    while asked < 24 * 8 - 16 * 8 {
        asked += 1;
        if let Heard::Handed(1, Err(code)) = rig.next().await {
            assert_eq!(code, ErrorCode::ENOBUFS);
            refused += 1;
        }
    }
    assert_eq!(refused, 8 * 8, "beyond 16 MiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_that_the_app_does_not_take_waits_at_its_sender() {
    let (mut rig, place) = listening(true).await;
    let flood = connect(place);
    assert!(matches!(rig.next().await, Heard::StreamUp { .. }));
    flood.set_nonblocking(true).expect("set");
    let (mut sent, mut still) = (0, 0);
    while rig.handle.events.len() < MAX_EVENTS || still < 2_000 {
        match (&flood).write(&[0; 8 * 1024]) {
            Ok(length) => (sent, still) = (sent + length, 0),
            Err(_) => still += 1,
        }
        tokio::task::yield_now().await;
        assert!(sent < 256 * MIB, "it takes all");
    }
    // An order is obeyed nevertheless.
    let (there, to) = listener(FOUR);
    rig.ask(Output::Dial { from: None, paced: false, link: LinkId(16), to });
    let _alex = tokio::task::spawn_blocking(move || accept(&there)).await.expect("connected");
    // And all of it comes, once the app takes its events.
    let mut received = 0;
    while received < sent {
        while rig.handle.try_next().is_some() {}
        if let Heard::Data(FIRST, bytes) = rig.next().await {
            received += bytes.len();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_at_once_do_not_disturb_a_good_one() {
    let (mut rig, place) = listening(false).await;
    let mut good = connect(place);
    good.write_all(b"first").expect("written");
    assert!(matches!(rig.next().await, Heard::StreamUp { link: FIRST, .. }));
    assert_eq!(data(&mut rig, FIRST, 5).await, b"first");
    let mut flood = Vec::new();
    let (mut up, mut down, mut most) = (0, 0, 0);
    for round in 0..100_u64 {
        flood.extend((0..10).map(|_| connect(place)));
        rig.ask(write(FIRST, round.to_be_bytes(), round));
        assert_eq!(read(&mut good, 8), round.to_be_bytes());
        loop {
            match rig.next().await {
                Heard::StreamUp { accepted: true, .. } => up += 1,
                Heard::StreamDown(link, Some(error)) if link != FIRST => {
                    assert_eq!(error, StreamError::Refused(ErrorCode::ECONNABORTED));
                    down += 1;
                }
                Heard::Handed(message, Ok(())) if message == round => break,
                other => panic!("{other:?}"),
            }
            most = most.max(up - down);
        }
    }
    assert!(most < MAX_PER_PEER, "{most} besides the good one");
    assert!(up > MAX_PER_PEER, "the newest has the better right: {up}");
    good.write_all(b"last").expect("written");
    assert_eq!(data(&mut rig, FIRST, 4).await, b"last");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_talk_keep_their_places_from_one_host_and_from_all() {
    let (mut rig, place) = listening(false).await;
    let mut busy = Vec::new();
    // All of 127/8 is this machine.
    for host in 1..=4 {
        for _ in 0..MAX_PER_PEER {
            busy.push(connect_from(Ipv4Addr::new(127, 0, 0, host), place));
        }
    }
    assert_eq!(busy.len(), MAX_STREAMS);
    for (link, stream) in (FIRST..).zip(&mut busy) {
        stream.write_all(b"!").expect("written");
        assert_eq!(data(&mut rig, link, 1).await, b"!");
    }
    for host in [1, 5] {
        let mut late = connect_from(Ipv4Addr::new(127, 0, 0, host), place);
        assert_eq!(late.read(&mut [0]).expect("an end"), 0, "closed at once");
    }
    assert!(rig.hears_nothing());
    // Neither can one more be opened from here, until one goes.
    let (_there, to) = listener(FOUR);
    rig.ask(Output::Dial { from: None, paced: false, link: LinkId(16), to });
    assert_eq!(rig.next().await, Heard::StreamDown(16, Some(StreamError::Refused(ErrorCode::EMFILE))));
    drop(busy.remove(0));
    assert_eq!(rig.next().await, Heard::StreamDown(FIRST, None));
    rig.dial(16, to).await;
}

fn connect_from(host: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("socket");
    socket.bind(&SocketAddr::from((host, 0)).into()).expect("bind");
    socket.set_read_timeout(Some(LIMIT)).expect("timeout");
    socket.connect(&to.into()).expect("connect");
    socket.into()
}
