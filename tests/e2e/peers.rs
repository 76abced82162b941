//! Dialogues with peers that know nothing of udpqq: Python scripts, and the echo peer inside.

use std::net::UdpSocket;

use crate::steps::{go_to, shows_number, wait_open};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;
use crate::support::screen;
use crate::support::socket::Socket;

/// IPv6 on loopback is not everywhere, containers leave it out.
fn has_ipv6() -> bool {
    UdpSocket::bind("[::1]:0").is_ok()
}

/// Writes to the open conversation, and expects `answer` as coloured incoming text.
fn exchange(terminal: &Terminal, text: &str, answer: &str) {
    terminal.line(text);
    terminal.wait_text(answer);
    let look = terminal.look_of(answer);
    assert!(look.bold && look.is_on_blue(), "incoming text is bold on blue: {look:?}");
}

#[test]
fn the_third_of_four_names_at_one_address_gets_the_answer() {
    let Some(mut printer) = Peer::start("blue_printer.py", &["0"]) else { return };
    let address = printer.address();
    let names = ["alex", "瞎驴", "黎诗", "egon"];
    let profile = Profile::with_contacts(&names.map(|name| (name, address.as_str())));
    let (terminal, port) = profile.start();
    wait_open(&terminal, "alex", &address);

    terminal.key("Down");
    wait_open(&terminal, "瞎驴", &address);
    terminal.key("Down");
    wait_open(&terminal, "黎诗", &address);
    terminal.line("在吗");

    let line = printer.wait_text("一条消息：在吗");
    assert!(line.contains(&format!("来自[127.0.0.1:{port}]")), "{line}");
    assert!(line.contains("6 字节"), "{line}");
    terminal.wait_text("✓");

    printer.say("在的，刚到");
    terminal.wait_text("在的，刚到");
    let look = terminal.look_of("在的，刚到");
    assert!(look.bold && look.is_on_blue(), "{look:?}");
    let shown = terminal.rows_with(&address);
    assert!(shown.len() >= 2, "the header and the message both show the source: {shown:?}");
    wait_open(&terminal, "黎诗", &address);

    go_to(&terminal, "alex", &address);
    terminal.wait_gone("在的，刚到");
}

#[test]
fn a_peer_gets_exactly_the_bytes_of_the_text() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.wait_text("alex");
    terminal.line("在吗");
    let (bytes, from) = peer.receive();
    assert_eq!(bytes, "在吗".as_bytes());
    assert_eq!(from.port(), port, "answers to the source come to the listening port");
}

#[test]
fn the_upper_case_server_answers() {
    let Some(server) = Peer::start("upper_server.py", &["0"]) else { return };
    let profile = Profile::with_contacts(&[("upper", &server.address())]);
    let (terminal, _) = profile.start();
    terminal.wait_text("upper");
    exchange(&terminal, "hello there", "HELLO THERE");
}

#[test]
fn questions_are_answered_over_ipv4_and_ipv6() {
    for host in ["127.0.0.1", "::1"] {
        if host == "::1" && !has_ipv6() {
            continue;
        }
        let Some(mut server) = Peer::start("ask_answer.py", &[host, "0"]) else { return };
        let address = if host == "::1" { format!("[::1]:{}", server.port) } else { server.address() };
        let profile = Profile::with_contacts(&[("oracle", &address)]).listening_at("[::]:0");
        let terminal = profile.open((100, 30));
        wait_open(&terminal, "oracle", &address);
        terminal.line("几点了");
        server.wait_text("question: 几点了");
        server.say("十点半");
        terminal.wait_text("十点半");
    }
}

#[test]
fn a_script_that_exits_at_once_is_shown_and_answering_it_stops_nothing() {
    let profile = Profile::new();
    let (terminal, port) = profile.start();
    let Some(mut script) = Peer::start("send_only.py", &[&port.to_string(), "fire and forget"]) else {
        return;
    };
    let address = script.address();
    assert_eq!(script.finish().0, Some(0));
    terminal.wait_text(&address);
    terminal.key("M-a");
    terminal.wait_text("fire and forget");
    terminal.line("nobody hears this");
    go_to(&terminal, "echo", "inside this program");
    terminal.line("still here");
    terminal.wait_for("the text twice: sent and come back", |screen| {
        screen::rows(screen).iter().filter(|row| row.contains("still here")).count() >= 2
    });
}

#[test]
fn a_receiver_with_a_small_buffer_gets_what_fits_and_the_sender_is_warned() {
    let Some(receiver) = Peer::start("small_buffer.py", &["0"]) else { return };
    let profile = Profile::with_contacts(&[("small", &receiver.address())]);
    let (terminal, _) = profile.start();
    terminal.wait_text("small");
    terminal.paste(&"x".repeat(1500));
    terminal.wait_text("xxxx");
    terminal.key("Enter");
    receiver.wait_text("length 1024");
    terminal.wait_for("a warning that names the size", |screen| shows_number(screen, 1500));
}

#[test]
fn a_peer_may_start_after_us() {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let profile = Profile::with_contacts(&[("later", &address)]);
    let (terminal, _) = profile.start();
    wait_open(&terminal, "later", &address);
    terminal.line("too early");
    terminal.wait_text("✓");
    let Some(_server) = Peer::start("upper_server.py", &[&port.to_string()]) else { return };
    exchange(&terminal, "in time", "IN TIME");
}

#[test]
fn the_echo_contact_answers_a_person_who_is_alone() {
    let (terminal, _) = Profile::new().start();
    go_to(&terminal, "echo", "inside this program");
    terminal.line("hello, myself");
    terminal.wait_for("the text twice: sent and come back", |screen| {
        screen::rows(screen).iter().filter(|row| row.contains("hello, myself")).count() >= 2
    });
}

#[test]
fn a_name_is_resolved_while_the_screen_stays_alive() {
    let peer = Socket::bind();
    let address = format!("localhost:{}", peer.address().port());
    let profile = Profile::with_contacts(&[("named", &address)]);
    let (terminal, _) = profile.start();
    terminal.wait_text("named");
    terminal.line("by name");
    assert_eq!(peer.receive().0, b"by name");
}
