//! The commands without a screen: what goes to stdout, one clear line on stderr, the exit status.

use std::fs::File;
use std::net::{SocketAddr, UdpSocket};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::support::PATIENCE;
use crate::support::command::{run, udpqq};
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::python::Peer;
use crate::support::socket::Socket;

/// How long one knock waits for its effect before the next.
const KNOCK: Duration = Duration::from_millis(100);

/// Sends `bytes` again and again until the listener prints a line: it tells nobody when it is ready.
fn knock(listener: &Talker, bytes: &[u8], port: u16) -> String {
    let socket = Socket::bind();
    for _ in 0..PATIENCE.as_millis() / KNOCK.as_millis() {
        socket.send(bytes, port);
        if let Some(line) = listener.wait_line_for(KNOCK, |_| true) {
            return line;
        }
    }
    listener.wait_line("a first line", |_| true)
}

/// A profile that listens at a port known beforehand, and the command `words` in it.
fn at_known_port(words: &[&str]) -> (Profile, u16, Command) {
    let port = free_port();
    let profile = Profile::new().listening_at(&format!("127.0.0.1:{port}"));
    let command = udpqq(&profile.args_and(words));
    (profile, port, command)
}

#[test]
fn send_with_wait_prints_the_answer() {
    let Some(server) = Peer::start("upper_server.py", &["0"]) else { return };
    let profile = Profile::new();
    let outcome = run(&profile.args_and(&["send", &server.address(), "hello", "--wait=2"]), b"");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), "HELLO\n"), "{outcome:?}");
}

#[test]
fn send_hands_over_exactly_the_text_and_prints_nothing() {
    let peer = Socket::bind();
    let address = peer.address().to_string();
    let profile = Profile::with_contacts(&[("alex", &address)]);
    for (words, input) in [
        (vec!["send", "alex", "在吗"], ""),
        (vec!["send", &address, "-"], "在吗"),
        (vec!["send", "alex"], "在吗"),
    ] {
        let outcome = run(&profile.args_and(&words), input.as_bytes());
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""), "{words:?}: {outcome:?}");
        assert_eq!(peer.receive().0, "在吗".as_bytes(), "{words:?}");
    }
}

#[test]
fn send_hands_over_bytes_as_they_are() {
    let peer = Socket::bind();
    let (address, bytes) = (peer.address().to_string(), b"\xff\0 raw\n");
    let profile = Profile::new();
    for (words, input) in [
        (["send", &address, "--hex", "ff 00 20726177 0x0a"], &b""[..]),
        (["send", &address, "-", "--hex"], b"\\xff\\x00 20:72:61:77:0a\n"),
        (["send", &address, "-", "--raw"], bytes),
    ] {
        let outcome = run(&profile.args_and(&words), input);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""), "{words:?}: {outcome:?}");
        assert_eq!(peer.receive().0, bytes, "{words:?}");
    }
    for (words, said) in [
        (["send", &address, "--hex", "ff 0g"], "At character 5"),
        (["send", "relay://127.0.0.1:9/lobby", "--hex", "ff"], "plain UDP and TCP only"),
    ] {
        let outcome = run(&profile.args_and(&words), b"");
        assert_eq!(outcome.code, Some(1), "{words:?}: {outcome:?}");
        assert!(outcome.only_error_line().contains(said), "{words:?}: {outcome:?}");
    }
    let outcome = run(&profile.args_and(&["send", &address]), b"\xff");
    assert!(outcome.code == Some(1) && outcome.stderr.contains("not UTF-8"), "{outcome:?}");
    peer.assert_silent();
}

#[test]
fn listen_json_prints_one_valid_line_and_ends() {
    let (_profile, port, mut command) = at_known_port(&["listen", "--json", "--count", "1"]);
    let mut listener = Talker::start(&mut command);
    knock(&listener, "在吗 \x1b[31m".as_bytes(), port);
    let (code, lines) = listener.finish();
    assert_eq!((code, lines.len()), (Some(0), 1), "{lines:?}");
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(line["text"], "在吗 \x1b[31m");
    assert_eq!(line["dialect"], "udp");
    assert_eq!(line["bytes"], 12);
    assert_eq!(line["lossy"], false);
    assert_eq!(line["authenticated"], false);
    assert_eq!(line["contact"], Value::Null);
    assert!(line["from"].as_str().unwrap().parse::<SocketAddr>().is_ok(), "{line}");
    assert!(line["time"].as_str().unwrap().contains('T'), "{line}");
    assert!(line["conversation"].is_string(), "{line}");
}

#[test]
fn listen_never_lets_a_control_byte_through() {
    let (_profile, port, mut command) = at_known_port(&["listen", "--count", "1"]);
    let mut listener = Talker::start(&mut command);
    let line = knock(&listener, b"two\nlines \x1b]0;title\x07 \x9b31m \xc2\x9b\r end", port);
    assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
    let (code, lines) = listener.finish();
    assert_eq!((code, lines.len()), (Some(0), 1), "one record, one line: {lines:?}");
}

#[test]
fn listen_ends_by_its_timeout() {
    let outcome = run(&Profile::new().args_and(&["listen", "--timeout", "1"]), b"");
    assert!(outcome.code.is_some() && outcome.stdout.is_empty(), "{outcome:?}");
}

#[test]
fn listen_tells_no_room_that_it_is_there() {
    let port = free_port();
    let heard = shared_socket(port);
    let profile = Profile::with_contacts(&[("hall", &format!("room://127.255.255.255:{port}"))]);
    profile.write("config.toml", "visible = true\n");
    run(&profile.args_and(&["listen", "--timeout", "1"]), b"");
    let mut buffer = [0; 64];
    let came = heard.recv_from(&mut buffer);
    assert!(came.is_err(), "{}", String::from_utf8_lossy(&buffer));
    let sent = run(&profile.args_and(&["send", "hall", "hello"]), b"");
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(heard.recv_from(&mut buffer).is_ok(), "whoever speaks is heard");
}

/// A socket that shares its port as rooms do, and does not wait.
fn shared_socket(port: u16) -> UdpSocket {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket.bind(&SocketAddr::from(([0, 0, 0, 0], port)).into()).unwrap();
    socket.into()
}

#[test]
fn an_interrupt_ends_listen_with_130() {
    let (_profile, port, mut command) = at_known_port(&["listen"]);
    let mut listener = Talker::start(&mut command);
    knock(&listener, b"up?", port);
    listener.signal(Signal::SIGINT);
    assert_eq!(listener.finish().0, Some(130));
}

#[test]
fn echo_answers_in_upper_case_when_asked_to() {
    for (words, answer) in [(vec!["echo"], "hello ß"), (vec!["echo", "--upper"], "HELLO SS")] {
        let (_profile, port, mut command) = at_known_port(&words);
        let _echo = Talker::start(&mut command);
        let profile = Profile::new();
        let to = format!("127.0.0.1:{port}");
        let answered = (0..15).any(|_| {
            let outcome = run(&profile.args_and(&["send", &to, "hello ß", "--wait=1"]), b"");
            outcome.stdout == format!("{answer}\n")
        });
        assert!(answered, "{words:?}");
    }
}

#[test]
fn bad_addresses_and_unknown_names_are_one_clear_line() {
    let profile = Profile::new();
    for target in ["127.0.0.1:99999", "udp://", "[::1:80", "nobody", "gopher://127.0.0.1:70", "127.0.0.1:x"] {
        let outcome = run(&profile.args_and(&["send", target, "hi"]), b"");
        assert!(matches!(outcome.code, Some(1 | 2)), "{target}: {outcome:?}");
        outcome.only_error_line();
    }
}

#[test]
fn send_says_what_is_known_when_nobody_gets_the_message() {
    let profile = Profile::new();
    let port = free_port();
    for (target, told) in [
        (format!("127.0.0.1:{port}"), format!("Nothing is listening at 127.0.0.1:{port}")),
        (format!("tcp://127.0.0.1:{port}"), "ECONNREFUSED".to_owned()),
        (format!("relay://127.0.0.1:{port}/lobby"), "The relay does not answer".to_owned()),
        (format!("udp://127.0.0.1:{port}?encoding=klingon"), "“klingon” is not an encoding".to_owned()),
    ] {
        let outcome = run(&profile.args_and(&["send", &target, "hi"]), b"");
        assert_eq!(outcome.code, Some(1), "{target}: {outcome:?}");
        assert!(outcome.only_error_line().contains(&told), "{target}: {outcome:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is promised")]
fn a_dead_relay_is_known_within_three_seconds() {
    // It is bound, so that no ICMP says the same at once, and never reads.
    let silent = Socket::bind();
    let target = format!("relay://{}/lobby", silent.address());
    let (begun, profile) = (Instant::now(), Profile::new());
    let outcome = run(&profile.args_and(&["send", &target, "hi"]), b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains("The relay does not answer"), "{outcome:?}");
    // The rest is for a machine that has other things to do as well.
    assert!(begun.elapsed() < Duration::from_millis(4_500), "{:?}", begun.elapsed());
}

#[test]
fn what_send_says_names_no_command_of_the_messenger() {
    let profile = Profile::new();
    for target in ["udp://127.0.0.1:9?encoding=klingon", "ipmsg://127.0.0.5", "gopher://127.0.0.1:70"] {
        let outcome = run(&profile.args_and(&["send", target, "hi"]), b"");
        assert_eq!(outcome.code, Some(1), "{target}: {outcome:?}");
        let line = outcome.only_error_line().to_owned();
        assert!(!line.contains("no contact") && !line.contains(" /"), "{line}");
    }
}

#[test]
fn wrong_usage_is_2() {
    for words in [vec!["--no-such-option"], vec!["listen", "--count", "many"], vec!["send"]] {
        let outcome = run(&Profile::new().args_and(&words), b"");
        assert_eq!(outcome.code, Some(2), "{words:?}: {outcome:?}");
        assert!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{outcome:?}");
    }
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let taken = Socket::bind();
    let address = taken.address().to_string();
    let profile = Profile::new().listening_at(&address);
    let outcome = run(&profile.args_and(&["listen", "--count", "1", "--timeout", "2"]), b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let line = outcome.only_error_line();
    assert!(line.contains(&address.rsplit_once(':').unwrap().1.to_owned()), "{line}");
    // Each of the ways out that it names is one.
    for (way, said) in [("udp=0", "127.0.0.1:"), ("udp=off", "127.0.0.1:")] {
        assert!(line.contains(&format!("--listen {way}")), "{line}");
        let args =
            profile.args_and(&["--listen", way, "--listen", "tcp=127.0.0.1:0", "listen", "--timeout", "1"]);
        let outcome = run(&args, b"");
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        assert!(outcome.stderr.contains(said), "{outcome:?}");
    }
}

#[test]
fn a_config_that_does_not_parse_is_named_with_its_line_and_left_alone() {
    let peer = Socket::bind();
    let profile = Profile::new();
    let bad = "language = \"en\"\ntheme = = 3\n";
    profile.write("config.toml", bad);
    let outcome = run(&profile.args_and(&["send", &peer.address().to_string(), "hi"]), b"");
    let line = outcome.only_error_line();
    assert!(line.contains("config.toml") && line.contains('2'), "{line}");
    assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:?}");
    assert_eq!(profile.read("config.toml"), bad);
}

#[test]
fn contacts_are_added_listed_renamed_and_removed() {
    let profile = Profile::new();
    profile.write("contacts.toml", "# my people\n[contacts]\nalex = \"127.0.0.1:8081\" # the first\n");
    let contacts = |words: &[&str]| {
        let outcome = run(&profile.args_and(&[&["contacts"], words].concat()), b"");
        assert_eq!(outcome.code, Some(0), "{words:?}: {outcome:?}");
        outcome.stdout
    };
    contacts(&["add", "瞎驴", "udp://127.0.0.1:8082?encoding=gb18030"]);
    contacts(&["rename", "alex", "alexis"]);
    let listed = contacts(&["list"]);
    for wanted in ["alexis", "127.0.0.1:8081", "瞎驴", "127.0.0.1:8082"] {
        assert!(listed.contains(wanted), "{wanted}: {listed}");
    }
    contacts(&["remove", "瞎驴"]);
    let file = profile.read("contacts.toml");
    assert!(!file.contains("瞎驴") && file.contains("alexis"), "{file}");
    assert!(file.contains("# my people"), "comments are kept: {file}");
}

/// What `words` end with when the disk that takes their result is full: the status, and what stderr says.
fn onto_a_full_disk(profile: &Profile, words: &[&str]) -> (Option<i32>, String) {
    let mut command = udpqq(&profile.args_and(words));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command.stdin(Stdio::null()).stdout(full).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure_of_every_command() {
    let profile = Profile::with_contacts(&[("alex", "127.0.0.1:9")]);
    // More lines than wait for the writer, so that the command learns of the end before it is done.
    let lines: String = (0..500)
        .map(|second| {
            let time = format!("2026-11-21T10:{:02}:{:02}Z", second / 60, second % 60);
            format!(r#"{{"time":"{time}","text":"number {second}","from":"127.0.0.1:9"}}"#) + "\n"
        })
        .collect();
    assert_eq!(run(&profile.args_and(&["history", "import", "-"]), lines.as_bytes()).code, Some(0));
    for words in [
        vec!["history", "export"],
        vec!["history", "export", "--text"],
        vec!["history", "search", "number", "--limit", "0"],
        vec!["history", "list"],
        vec!["history", "import", "-"],
        vec!["contacts", "list"],
        vec!["--help"],
        vec!["--version"],
    ] {
        let (code, said) = onto_a_full_disk(&profile, &words);
        assert_eq!(code, Some(1), "{words:?}: {said}");
        assert!(said.contains("No space left on device"), "{words:?}: {said}");
    }
}

#[test]
fn listen_fails_when_what_arrives_cannot_be_written() {
    let (_profile, port, mut command) = at_known_port(&["listen", "--count", "3"]);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::null()).spawn().unwrap();
    let (tell, ended) = mpsc::channel();
    thread::spawn(move || tell.send(child.wait().unwrap().code()));
    let socket = Socket::bind();
    let tries = PATIENCE.as_millis() / KNOCK.as_millis();
    let code = (0..tries).find_map(|_| {
        socket.send(b"up?", port);
        ended.recv_timeout(KNOCK).ok()
    });
    assert_eq!(code, Some(Some(1)));
}
