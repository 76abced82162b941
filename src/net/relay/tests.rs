//! What leaves the relay's socket, on loopback, and how a relay is opened, looked at and ended.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};

use std::time::Duration;

use super::transmitter::{Transmitter, WaitingSend};
use super::*;
use crate::dialects::relay::server::Sink as _;
use crate::model::room_log::DownCause;
use crate::net::ifaces;

const PATIENCE: Duration = Duration::from_secs(10);

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn loopback() -> ifaces::NetInterface {
    ifaces::list().into_iter().find(|interface| interface.loopback).expect("loopback")
}

async fn transmitter_at(address: &str) -> Transmitter {
    let bound = bind::open(&bind::plain(at(address)), None).expect("open");
    bound.socket.writable().await.expect("room");
    Transmitter::new(bound, Some(loopback()))
}

async fn transmitter() -> Transmitter {
    transmitter_at("127.0.0.1:0").await
}

fn member() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("bind");
    socket.set_read_timeout(Some(PATIENCE)).expect("patience");
    socket
}

fn address(member: &UdpSocket) -> SocketAddr {
    member.local_addr().expect("bound")
}

fn received(member: &UdpSocket) -> Vec<u8> {
    let mut buffer = vec![0; 65_536];
    let length = member.recv(&mut buffer).expect("a datagram");
    buffer.truncate(length);
    buffer
}

/// Bytes that show where each of them belongs.
fn counted(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).expect("small")).collect()
}

/// Takes what `bytes` in pieces of `segment` make.
fn assert_pieces(member: &UdpSocket, bytes: &[u8], segment: usize) {
    for piece in bytes.chunks(segment) {
        assert_eq!(received(member), piece);
    }
}

#[tokio::test]
async fn one_datagram_reaches_each_of_many_in_few_calls() {
    let members: Vec<UdpSocket> = (0..150).map(|_| member()).collect();
    let to: Vec<SocketAddr> = members.iter().map(address).collect();
    let mut transmitter = transmitter().await;
    transmitter.send(&to, b"hello", 5);
    transmitter.send(&to[..1], b"again", 1_200);
    for member in &members {
        assert_eq!(received(member), b"hello");
    }
    assert_eq!(received(&members[0]), b"again");
    assert_eq!(transmitter.sending.datagrams, 151);
    assert!(!cfg!(target_os = "linux") || transmitter.sending.calls == 4, "{:?}", transmitter.sending);
}

#[tokio::test]
async fn several_segments_arrive_as_datagrams_in_their_order() {
    let members = [member(), member()];
    let to = [address(&members[0]), address(&members[1])];
    let mut transmitter = transmitter().await;
    // More than one call takes, and a last one that is shorter.
    let bytes = counted(100 * 1_200 + 7);
    transmitter.send(&to, &bytes, 1_200);
    for member in &members {
        assert_pieces(member, &bytes, 1_200);
    }
    let few = if cfg!(target_os = "linux") { 4 } else { 202 };
    assert_eq!((transmitter.sending.datagrams, transmitter.sending.calls), (202, few));
}

#[tokio::test]
async fn a_kernel_that_does_not_cut_gets_the_same_datagrams_one_by_one() {
    let member = member();
    let mut transmitter = transmitter().await;
    transmitter.gso_pause = u32::MAX;
    let bytes = counted(3_000);
    transmitter.send(&[address(&member)], &bytes, 1_200);
    assert_pieces(&member, &bytes, 1_200);
    assert_eq!((transmitter.sending.datagrams, transmitter.sending.calls), (3, 3));
}

#[tokio::test]
async fn refusals_to_cut_are_tried_again_after_a_while() {
    let mut transmitter = transmitter().await;
    let asked = (0..2_000).filter(|_| transmitter.asks_for_gso()).count();
    assert_eq!(asked, 16, "eight, a long pause, eight");
}

#[tokio::test]
async fn a_socket_of_both_families_reaches_both() {
    let four = member();
    let six = UdpSocket::bind("[::1]:0").expect("IPv6");
    six.set_read_timeout(Some(PATIENCE)).expect("patience");
    let mut transmitter = transmitter_at("[::]:0").await;
    let to = [address(&four), address(&six), address(&four), address(&six)];
    transmitter.send(&to, b"hello", 5);
    for member in [&four, &four, &six, &six] {
        assert_eq!(received(member), b"hello");
    }
}

#[tokio::test]
async fn confined_to_this_machine_nothing_is_sent_elsewhere() {
    let member = member();
    let mut transmitter = transmitter().await;
    transmitter.send(&[at("192.0.2.1:9"), address(&member), at("[2001:db8::1]:9")], b"abcd", 2);
    assert_pieces(&member, b"abcd", 2);
    assert_eq!((transmitter.sending.datagrams, transmitter.sending.refused), (2, 4));
}

/// Takes the next datagram that comes to the transmitter.
async fn arrived(transmitter: &mut Transmitter) {
    let mut buffer = [0; 64];
    while transmitter.receive(crate::net::clock::now().mono, &mut buffer).is_none() {
        tokio::time::timeout(PATIENCE, transmitter.ready()).await.expect("a datagram");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn each_member_is_answered_from_the_address_that_it_speaks_to() {
    let mut transmitter = transmitter_at("0.0.0.0:0").await;
    let port = transmitter.socket.local.port();
    let members: Vec<UdpSocket> = (0..6).map(|_| member()).collect();
    let spoken_to = |at: usize| SocketAddr::from(([127, 0, 0, if at == 2 { 5 } else { 1 }], port));
    for (at, member) in members.iter().enumerate() {
        // It hears nobody else from now on, as behind a firewall.
        member.connect(spoken_to(at)).expect("connected");
        member.send(b"hello").expect("sent");
        arrived(&mut transmitter).await;
    }
    let to: Vec<SocketAddr> = members.iter().map(address).collect();
    transmitter.send(&to, b"to all", 6);
    let bytes = counted(3_000);
    transmitter.send(&to, &bytes, 1_200);
    for member in &members {
        assert_eq!(received(member), b"to all");
        assert_pieces(member, &bytes, 1_200);
    }
}

#[tokio::test]
async fn what_has_no_room_waits_in_its_order() {
    let members = [member(), member()];
    let to: Vec<SocketAddr> = members.iter().map(address).collect();
    let mut transmitter = transmitter().await;
    // The first has two of three datagrams already.
    transmitter.enqueue(WaitingSend { to: to.clone(), bytes: counted(6), segment: 2, offset: 4 });
    transmitter.send(&to, b"last", 4);
    assert_eq!((transmitter.is_waiting(), transmitter.sending.datagrams), (true, 0), "nothing overtakes it");
    assert!(transmitter.resume());
    assert!(!transmitter.is_waiting());
    assert_eq!(received(&members[0]), counted(6)[4..]);
    assert_pieces(&members[1], &counted(6), 2);
    for member in &members {
        assert_eq!(received(member), b"last");
    }
    assert_eq!(transmitter.sending, SendCounters { datagrams: 6, ..transmitter.sending });
}

#[tokio::test]
async fn what_the_kernel_does_not_take_goes_out_when_it_does() {
    let member = member();
    // Tokio takes a fresh socket for one without room until the first wait.
    let mut transmitter =
        Transmitter::new(bind::open(&bind::plain(at("127.0.0.1:0")), None).expect("open"), Some(loopback()));
    transmitter.send(&[address(&member)], b"first", 5);
    transmitter.send(&[address(&member)], b"second", 2);
    assert!(transmitter.is_waiting() && !transmitter.resume());
    tokio::time::timeout(PATIENCE, transmitter.ready()).await.expect("room");
    assert!(transmitter.resume() && !transmitter.is_waiting());
    assert_eq!(received(&member), b"first");
    assert_pieces(&member, b"second", 2);
    assert_eq!((transmitter.sending.datagrams, transmitter.sending.dropped), (4, 0));
}

#[tokio::test]
async fn what_waits_is_bounded_and_what_is_given_up_is_counted() {
    let mut transmitter = transmitter().await;
    let to = vec![at("127.0.0.1:9"); 3];
    let large = || WaitingSend { to: to.clone(), bytes: vec![0; 4 << 20], segment: 1 << 20, offset: 1 << 20 };
    for _ in 0..4 {
        transmitter.enqueue(large());
    }
    assert_eq!(transmitter.sending.dropped, 11, "16 MiB and some bytes are too much");
    transmitter.drop_waiting();
    assert_eq!((transmitter.is_waiting(), transmitter.sending.dropped), (false, 44));
    transmitter.enqueue(large());
    assert!(transmitter.is_waiting(), "there is room again");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn that_nobody_listens_is_noticed() {
    let gone = address(&member());
    let mut transmitter = transmitter().await;
    transmitter.send(&[gone], b"anybody?", 8);
    tokio::time::timeout(PATIENCE, transmitter.ready()).await.expect("an answer");
    transmitter.socket.read_errors();
    assert_eq!(transmitter.socket.unreachable, [gone]);
}

fn setup(address: SocketAddr) -> RelaySetup {
    RelaySetup {
        address,
        interface: Some(loopback().name),
        metrics: None,
        orders: None,
        options: RelayOptions::default(),
    }
}

#[tokio::test]
async fn a_relay_is_looked_at_and_ended() {
    let mut server = RelayServer::open(setup(at("127.0.0.1:0")), None).await.expect("open");
    let snapshot = server.viewer.look(10).await.expect("it runs");
    assert_eq!((snapshot.options, snapshot.rooms), (RelayOptions::default(), vec![]));
    server.stop();
    let ended = async { while server.next().await.is_some() {} };
    tokio::time::timeout(PATIENCE, ended).await.expect("ended");
    assert!(server.viewer.look(10).await.is_none());
}

#[tokio::test]
async fn a_taken_port_is_named_whichever_it_is() {
    let taken = address(&member());
    let holder = UdpSocket::bind(taken).expect("bind");
    let refused = RelayServer::open(setup(taken), None).await.expect_err("taken");
    assert_eq!(refused, OpenError::Taken { address: taken }.into());
    drop(holder);

    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let taken = holder.local_addr().expect("bound");
    let setup = RelaySetup { metrics: Some(taken), ..setup(at("127.0.0.1:0")) };
    let refused = RelayServer::open(setup, None).await.expect_err("taken");
    assert_eq!(refused, RelayError::Metrics(OpenError::Taken { address: taken }));
}

/// What the server says to `request`, all of it.
async fn said(to: SocketAddr, request: &'static str) -> String {
    let talk = move || {
        let mut stream = TcpStream::connect(to).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("patience");
        stream.write_all(request.as_bytes()).expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    tokio::task::spawn_blocking(talk).await.expect("no panic")
}

#[tokio::test]
async fn figures_are_served_and_nothing_else() {
    let setup = RelaySetup { metrics: Some(at("127.0.0.1:0")), ..setup(at("127.0.0.1:0")) };
    let server = RelayServer::open(setup, None).await.expect("open");
    let to = server.metrics.expect("served");
    let figures = said(to, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(figures.starts_with("HTTP/1.1 200 OK\r\n"), "{figures}");
    assert!(figures.contains("text/plain; version=0.0.4"), "{figures}");
    assert!(figures.contains("\nudpqq_relay_members 0\n"), "{figures}");
    let health = said(to, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(health.starts_with("HTTP/1.1 200 OK\r\n") && health.ends_with("\r\n\r\nup\n"), "{health}");
    for (request, status) in [
        ("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "405"),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "404"),
        ("nonsense\r\n\r\n", "400"),
    ] {
        let answer = said(to, request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
    }
}

#[test]
fn every_figure_is_explained_and_named_as_the_format_wants_it() {
    let now = crate::net::clock::now().mono;
    let room = |name: &str, members| RoomView { name: name.to_owned(), members, elsewhere: 0, messages: 1 };
    let snapshot = Snapshot {
        at: now,
        up: Duration::from_millis(1_500),
        options: RelayOptions::default(),
        log: LogState::Absent,
        counters: Counters { messages: 7, ..Counters::default() },
        sending: SendCounters { dropped: 3, ..SendCounters::default() },
        overflowed: 9,
        rooms: vec![room("lobby\n\"", 2), room("dev", 1)],
        members: vec![],
    };
    let text = exposition::exposition(&snapshot);
    let lines: Vec<&str> = text.lines().collect();
    for figure in lines.chunks(3) {
        let (name, value) = figure[2].split_once(' ').expect("a name and a value");
        assert!(figure[0].starts_with(&format!("# HELP {name} ")), "{figure:?}");
        let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
        assert_eq!(figure[1], format!("# TYPE {name} {kind}"));
        assert!(
            name.starts_with("udpqq_relay_") && name.bytes().all(|b| b == b'_' || b.is_ascii_lowercase())
        );
        assert!(value.parse::<f64>().is_ok_and(|value| value >= 0.0), "{figure:?}");
    }
    for wanted in [
        "messages_total 7",
        "dropped_datagrams_total 3",
        "overflowed_datagrams_total 9",
        "rooms 2",
        "members 3",
        "uptime_seconds 1.500",
    ] {
        assert!(lines.contains(&format!("udpqq_relay_{wanted}").as_str()), "{wanted}\n{text}");
    }
    assert!(!text.contains("lobby"), "names of rooms are no labels");
    assert!(!text.contains("backplane_up"), "there is no log");
    for (log, up, pending, health) in [
        (LogState::Up { waiting: 3 }, 1, 3, (true, "up\n")),
        (LogState::Down(DownCause::Full), 0, 0, (false, "full\n")),
    ] {
        let snapshot = Snapshot { log, ..snapshot.clone() };
        let text = exposition::exposition(&snapshot);
        assert!(text.contains(&format!("\nudpqq_relay_backplane_up {up}\n")), "{text}");
        assert!(text.contains(&format!("\nudpqq_relay_pending {pending}\n")), "{text}");
        assert_eq!(exposition::health(&snapshot), health);
    }
}
