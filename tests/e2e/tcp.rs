//! Text over TCP: who connects to whom, what is shown when a peer goes, and what slow, broken and many peers can do.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::{Domain, SockRef, Type};

use crate::steps::{go_to, shows_unread, wait_open};
use crate::support::PATIENCE;
use crate::support::command::run;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;
use crate::support::screen;

/// A server inside the test, for exact bytes.
struct Server(TcpListener);

impl Server {
    fn start() -> Self {
        Self::over(&socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap())
    }

    /// One that takes next to nothing before it reads.
    #[cfg(target_os = "linux")]
    fn narrow() -> Self {
        let socket = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        // Or the other side would begin with room for ten segments of 64 KiB.
        socket.set_tcp_mss(536).unwrap();
        Self::over(&socket)
    }

    fn over(socket: &socket2::Socket) -> Self {
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any.into()).unwrap();
        socket.listen(128).unwrap();
        // For `accept` too.
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(socket.try_clone().unwrap().into())
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    fn accept(&self) -> TcpStream {
        let (stream, _) = self.0.accept().expect("a connection to the peer");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

/// What comes next, exactly.
fn expect(stream: &mut TcpStream, text: &str) {
    let mut bytes = vec![0; text.len()];
    stream.read_exact(&mut bytes).expect(text);
    assert_eq!(String::from_utf8_lossy(&bytes), text);
}

/// The messenger, which takes streams at this port.
fn start(profile: &Profile) -> (Terminal, u16) {
    let port = free_port();
    let listen = format!("tcp=127.0.0.1:{port}");
    let terminal = Terminal::spawn(&profile.args_and(&["--listen", &listen]), (100, 30));
    terminal.wait_text(&format!(":{port}"));
    (terminal, port)
}

/// The messenger with an open conversation named `peer` at this place.
fn talking_to(place: &str, address: &str) -> (Terminal, u16, Profile) {
    let profile = Profile::with_contacts(&[("peer", place)]);
    let (terminal, port) = start(&profile);
    wait_open(&terminal, "peer", address);
    (terminal, port, profile)
}

/// Blocks until the header of the open conversation says this.
fn wait_header(terminal: &Terminal, text: &str) {
    terminal.wait_for(&format!("{text:?} in the header"), |screen| {
        screen::rows(screen).first().is_some_and(|row| row.contains(text))
    });
}

fn wait_header_without(terminal: &Terminal, text: &str) {
    terminal.wait_for(&format!("a header without {text:?}"), |screen| {
        screen::rows(screen).first().is_some_and(|row| !row.contains(text))
    });
}

#[test]
fn the_tutorials_server_gets_the_text_and_its_answer_is_shown() {
    let Some(server) = Peer::start("tcp_server.py", &["0"]) else { return };
    let (terminal, _, _profile) = talking_to(&format!("tcp://{}", server.address()), &server.address());
    terminal.line("在吗");
    server.wait_text("在吗");
    terminal.wait_text("hello");
    assert!(terminal.look_of("hello").is_on_blue());
    terminal.wait_text("✓");
    terminal.key("C-q");
    server.wait_text("is gone");
}

#[test]
fn nothing_is_connected_before_something_is_sent() {
    let server = Server::start();
    let (terminal, _, _profile) = talking_to(&format!("tcp://{}", server.address()), &server.address());
    terminal.send("only a draft");
    terminal.wait_text("only a draft");
    server.0.set_nonblocking(true).unwrap();
    assert!(server.0.accept().is_err(), "nobody has connected");
    server.0.set_nonblocking(false).unwrap();
    terminal.key("Enter");
    expect(&mut server.accept(), "only a draft");
}

#[test]
fn a_client_that_connects_is_answered_and_offline_when_it_closes() {
    let profile = Profile::new();
    let (terminal, port) = start(&profile);
    let Some(mut client) = Peer::start("tcp_client.py", &[&port.to_string(), "有人吗"]) else { return };
    let address = client.address();
    terminal.wait_for("unread 1 at the stranger", |screen| shows_unread(screen, &address, 1));
    terminal.key("M-a");
    terminal.wait_text("有人吗");
    assert!(terminal.look_of("有人吗").is_on_blue());
    terminal.line("有，我在");
    client.wait_text("received 有，我在");
    client.say("再见");
    terminal.wait_text("再见");
    assert_eq!(client.finish().0, Some(0));
    wait_header(&terminal, "offline");
    terminal.line("还在吗");
    wait_header(&terminal, "nothing is listening");
    terminal.wait_text("×");
}

#[test]
fn a_peer_that_closes_is_offline_and_the_next_message_connects_again() {
    let server = Server::start();
    let (terminal, _, _profile) = talking_to(&format!("tcp://{}", server.address()), &server.address());
    terminal.line("one");
    let mut stream = server.accept();
    expect(&mut stream, "one");
    stream.write_all(b"bye").unwrap();
    drop(stream);
    terminal.wait_text("bye");
    wait_header(&terminal, "offline");
    terminal.line("two");
    let mut stream = server.accept();
    expect(&mut stream, "two");
    wait_header_without(&terminal, "offline");
    stream.write_all("in time".as_bytes()).unwrap();
    terminal.wait_text("in time");
}

#[test]
fn a_peer_that_starts_after_us_fails_first_and_is_reached_then() {
    let server = Server::start();
    let address = server.address();
    drop(server);
    let (terminal, _, _profile) = talking_to(&format!("tcp://{address}"), &address);
    terminal.line("too early");
    terminal.wait_text("×");
    wait_header(&terminal, "nothing is listening");
    let server = TcpListener::bind(&address).unwrap();
    SockRef::from(&server).set_read_timeout(Some(PATIENCE)).unwrap();
    terminal.line("in time");
    let (mut stream, _) = server.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    expect(&mut stream, "in time");
}

#[test]
fn a_connection_that_breaks_says_so_and_the_next_message_connects_again() {
    let server = Server::start();
    let (terminal, _, _profile) = talking_to(&format!("tcp://{}", server.address()), &server.address());
    terminal.line("one");
    let mut stream = server.accept();
    expect(&mut stream, "one");
    // A reset, as a machine sends that was restarted and knows nothing of the connection.
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    wait_header(&terminal, "ECONNRESET");
    terminal.line("two");
    expect(&mut server.accept(), "two");
    wait_header_without(&terminal, "ECONNRESET");
}

#[test]
fn with_framing_each_line_is_a_message() {
    let server = Server::start();
    let place = format!("tcp://{}?framing=line", server.address());
    let (terminal, _, _profile) = talking_to(&place, &server.address());
    terminal.line("hello there");
    let mut stream = server.accept();
    expect(&mut stream, "hello there\n");
    stream.write_all("one.\ntwo.\r\n半".as_bytes()).unwrap();
    terminal.wait_text("two.");
    let (one, two) = (terminal.rows_with("one."), terminal.rows_with("two."));
    assert!(one != two, "{one:?}");
    stream.write_all("句.\n".as_bytes()).unwrap();
    terminal.wait_text("半句.");
    stream.write_all(b"no end").unwrap();
    drop(stream);
    terminal.wait_text("no end");
}

#[cfg(target_os = "linux")]
#[test]
fn a_peer_that_reads_nothing_keeps_its_messages_waiting_and_stops_nobody_else() {
    let (slow, good) = (Server::narrow(), Server::start());
    let (slow_at, good_at) = (slow.address(), good.address());
    let contacts = [("slow", format!("tcp://{slow_at}")), ("good", format!("tcp://{good_at}"))];
    let profile = Profile::with_contacts(&contacts.each_ref().map(|(name, place)| (*name, place.as_str())));
    let (terminal, _) = start(&profile);
    wait_open(&terminal, "slow", &slow_at);
    for _ in 0..6 {
        let before = terminal.raw_len();
        terminal.paste(&"x".repeat(60_000));
        terminal.wait_bytes_after(before);
        terminal.key("Enter"); // yes, paste it
        terminal.wait_gone("Write to ");
        terminal.key("Enter"); // send it
        terminal.wait_text("Write to ");
    }
    terminal.line("behind all that");
    let stream = slow.accept();
    let resident = resident_kib(&terminal);
    go_to(&terminal, "good", &good_at);
    for number in 0..20 {
        let text = format!("round {number}.");
        terminal.line(&text);
        if number == 0 {
            let mut stream = good.accept();
            expect(&mut stream, &text);
            std::thread::spawn(move || answer_all(stream));
        }
    }
    terminal.wait_text("answer 19.");
    assert!(resident_kib(&terminal) < resident + 32 * 1024);
    go_to(&terminal, "slow", &slow_at);
    let row = terminal.rows_with("behind all that").concat();
    assert!(row.contains('…') && !row.contains('✓'), "{row}");
    drop(stream);
    terminal.wait_text("Not sent");
    assert!(terminal.rows_with("behind all that").concat().contains('×'), "{}", terminal.screen());
}

/// Answers each text that comes with a full stop at its end.
#[cfg(target_os = "linux")]
fn answer_all(mut stream: TcpStream) {
    let mut text = Vec::new();
    let mut buffer = [0; 1_024];
    let mut number = 0;
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        text.extend_from_slice(&buffer[..length]);
        for _ in text.iter().filter(|byte| **byte == b'.') {
            number += 1;
            // In one write, which is one message. The messenger may have ended.
            let _gone = stream.write_all(format!("answer {number}.").as_bytes());
        }
        text.clear();
    }
}

#[cfg(target_os = "linux")]
fn resident_kib(terminal: &Terminal) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", terminal.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_connections_of_one_host_do_not_stop_a_good_contact() {
    let good = Server::start();
    let (terminal, port, _profile) = talking_to(&format!("tcp://{}", good.address()), &good.address());
    terminal.line("before");
    let mut stream = good.accept();
    expect(&mut stream, "before");
    let to: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let mut held = VecDeque::new();
    for _ in 0..1_000 {
        held.push_back(connect_from("127.0.0.2:0", to));
        // As many as most systems let one process have.
        if held.len() > 400 {
            held.pop_front();
        }
    }
    stream.write_all(b"still here").unwrap();
    terminal.wait_text("still here");
    terminal.line("so am I");
    expect(&mut stream, "so am I");
    let mut last = connect_from("127.0.0.2:0", to);
    last.write_all(b"the last one").unwrap();
    terminal.wait_text(&last.local_addr().unwrap().to_string());
    assert!(resident_kib(&terminal) < 200 * 1024);
    // One that is turned away has its connection closed.
    let mut first = held.pop_front().unwrap();
    first.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(matches!(first.read(&mut [0; 8]), Ok(0) | Err(_)));
}

/// A connection that comes from another address of this machine.
#[cfg(target_os = "linux")]
fn connect_from(own: &str, to: SocketAddr) -> TcpStream {
    let socket = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let own: SocketAddr = own.parse().unwrap();
    socket.bind(&own.into()).unwrap();
    socket.connect_timeout(&to.into(), PATIENCE).unwrap();
    socket.into()
}

#[test]
fn send_connects_writes_exactly_the_text_and_closes() {
    let server = Server::start();
    let profile = Profile::new();
    let place = format!("tcp://{}", server.address());
    let sender = std::thread::spawn(move || run(&profile.args_and(&["send", &place, "你好"]), b""));
    let mut text = String::new();
    server.accept().read_to_string(&mut text).unwrap();
    assert_eq!(text, "你好");
    let outcome = sender.join().unwrap();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""), "{outcome:?}");
}
