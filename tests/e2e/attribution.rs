//! Under whose name words stand, and where the answers go.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};

use crate::steps::{go_to, wait_open};
use crate::support::PATIENCE;
use crate::support::profile::{Profile, listening_port};
use crate::support::screen;
use crate::support::socket::Socket;

#[test]
fn a_source_stays_with_its_contact_and_the_row_says_that_it_is_another_port() {
    let (one, two, other) = (Socket::bind(), Socket::bind(), Socket::bind());
    let (first, second) = (one.address().to_string(), two.address().to_string());
    let profile = Profile::with_contacts(&[("one", &first), ("two", &second)]);
    let (terminal, port) = profile.start();
    wait_open(&terminal, "one", &first);
    terminal.line("to one");
    one.receive();
    other.send(b"first words", port);
    terminal.wait_text("first words");
    terminal.wait_text("from another port");
    go_to(&terminal, "two", &second);
    terminal.line("to two");
    two.receive();
    other.send(b"second words", port);
    two.send(b"words of two", port);
    terminal.wait_text("words of two");
    assert!(terminal.rows_with("second words").is_empty(), "{}", terminal.screen());
    go_to(&terminal, "one", &first);
    terminal.wait_text("second words");
    terminal.line("an answer");
    assert_eq!(one.receive().0, b"an answer");
    other.assert_silent();
}

#[test]
fn a_contact_that_speaks_from_another_port_and_first_is_that_contact() {
    let (contact, speaker) = (Socket::bind(), Socket::bind());
    let address = contact.address().to_string();
    let profile = Profile::with_contacts(&[("alex", &address)]);
    let (terminal, port) = profile.start();
    wait_open(&terminal, "alex", &address);
    speaker.send(b"me first", port);
    terminal.wait_text("me first");
    terminal.wait_text("from another port");
    // Whoever hears nothing at its own address is answered where it spoke from.
    drop(contact);
    terminal.line("are you there");
    assert_eq!(speaker.receive().0, b"are you there");
}

#[test]
fn who_writes_beside_a_contact_that_has_answered_is_a_stranger_and_gets_the_answer() {
    let (contact, other) = (Socket::bind(), Socket::bind());
    let profile = Profile::with_contacts(&[("alex", &contact.address().to_string())]);
    let (terminal, port) = profile.start();
    wait_open(&terminal, "alex", &contact.address().to_string());
    terminal.line("hello");
    contact.receive();
    contact.send(b"hello yourself", port);
    terminal.wait_text("hello yourself");
    let stranger = other.address().to_string();
    other.send(b"me too", port);
    terminal.wait_text(&stranger);
    terminal.key("M-a");
    terminal.wait_text("me too");
    terminal.line("for you");
    assert_eq!(other.receive().0, b"for you");
    contact.assert_silent();
}

#[test]
fn our_own_address_is_recognised_and_one_command_moves_our_port() {
    let (_, port) = Profile::new().start();
    let own = format!("127.0.0.1:{port}");
    let profile = Profile::with_contacts(&[("alex", &own)]).listening_at(&own);
    let (terminal, here) = profile.start();
    assert_eq!(here, port);
    terminal.wait_text("this is udpqq itself");
    terminal.line("talking to myself");
    terminal.wait_text("That address is udpqq itself");
    terminal.line("/listen udp 127.0.0.1:0");
    terminal.wait_for("another port", |screen| {
        screen::rows(screen).last().is_some_and(|row| !row.contains(&format!(":{port} ")))
    });
    let moved = listening_port(&terminal);
    let server = Socket::bind_at(&own);
    terminal.wait_gone("this is udpqq itself");
    terminal.line("hello, server");
    assert_eq!(server.receive().0, b"hello, server");
    server.send(b"HELLO", moved);
    terminal.wait_text("HELLO");
    terminal.line("/listen udp off");
    terminal.wait_for("that udp is off, in the status line", |screen| {
        screen::rows(screen).last().is_some_and(|row| !row.contains(&format!(":{moved} ")))
    });
    drop(UdpSocket::bind(("127.0.0.1", moved)).expect("the port is free"));
    assert!(profile.read("config.toml").contains("off"));
}

#[test]
fn a_tcp_server_that_speaks_first_is_heard_and_comes_back() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let (terminal, _) = Profile::new().start();
    terminal.line(&format!("/join tcp://{address}"));
    for greeting in ["220 welcome", "221 welcome back"] {
        let mut stream: TcpStream = server.accept().unwrap().0;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(greeting.as_bytes()).unwrap();
        terminal.wait_text(greeting);
        terminal.line("hi");
        let mut bytes = [0; 2];
        stream.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"hi");
    }
    terminal.line("/disconnect");
    terminal.wait_text("offline");
}

#[test]
fn what_is_not_utf_8_says_what_it_would_be_and_one_key_takes_it() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("alex");
    peer.send(&[0xc4, 0xe3, 0xba, 0xc3], port);
    terminal.wait_text("not UTF-8; as GB18030: 你好");
    terminal.key("M-t");
    terminal.wait_gone("not UTF-8");
    terminal.wait_text("你好");
    terminal.line("再见");
    assert_eq!(peer.receive().0, [0xd4, 0xd9, 0xbc, 0xfb]);
}

#[test]
fn a_program_that_reads_lines_gets_its_line_ends() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("nc", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("nc");
    terminal.line("one");
    assert_eq!(peer.receive().0, b"one");
    peer.send(b"a line\n", port);
    terminal.wait_text("a line");
    terminal.line("two");
    assert_eq!(peer.receive().0, b"two\n");
}
