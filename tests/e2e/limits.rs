//! The largest and the smallest datagrams, both ways.

use std::process::Command;

use crate::steps::shows_number;
use crate::support::command::run;
use crate::support::profile::Profile;
use crate::support::python::Peer;
use crate::support::socket::Socket;

/// The most that fits into one IPv4 datagram: 65,535 minus 20 (IP) minus 8 (UDP).
const LARGEST: usize = 65_507;

#[test]
fn the_largest_datagram_arrives_and_is_shown_from_its_start_or_its_end() {
    let (terminal, port) = Profile::new().start();
    let Some(peer) = Peer::start("big.py", &[&port.to_string(), &LARGEST.to_string()]) else { return };
    peer.wait_text("sent 65507");
    terminal.wait_text(&peer.address());
    terminal.key("M-a");
    terminal.wait_for("a part of the long text", |screen| screen.contents().contains("xxxxxxxx"));
    let control = Socket::bind();
    control.send(b"and on it goes", port);
    // The ports of one host are one row.
    terminal.wait_text("Strangers 2");
}

#[test]
fn the_largest_text_goes_out_whole_and_one_byte_more_is_refused_with_its_size() {
    let peer = Socket::bind();
    let (profile, address) = (Profile::new(), peer.address().to_string());
    let args = profile.args_and(&["send", &address, "-"]);

    let outcome = run(&args, &vec![b'x'; LARGEST + 1]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let line = outcome.only_error_line().replace(',', "");
    assert!(line.contains("65508"), "{line}");

    let outcome = run(&args, &vec![b'y'; LARGEST]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let (bytes, _) = peer.receive();
    assert_eq!((bytes.len(), bytes[0]), (LARGEST, b'y'), "the refused text never left");
}

#[test]
fn a_paste_that_is_too_long_is_asked_about_then_refused_and_kept() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, _) = profile.start();
    terminal.wait_text("alex");
    let before = terminal.raw_len();
    terminal.paste(&"x".repeat(LARGEST + 1));
    terminal.wait_bytes_after(before);
    terminal.key("Enter"); // yes, paste it
    terminal.wait_text("xxxxxxxx");
    terminal.key("Enter"); // send it
    terminal.wait_for("a refusal with the size", |screen| shows_number(screen, LARGEST + 1));
    peer.assert_silent();
}

#[test]
fn an_empty_datagram_makes_no_row_and_no_stranger() {
    let (terminal, port) = Profile::new().start();
    let (empty, control) = (Socket::bind(), Socket::bind());
    empty.send(b"", port);
    control.send(b"after the empty one", port);
    terminal.wait_text(&control.address().to_string());
    let address = empty.address().to_string();
    assert!(terminal.rows_with(&address).is_empty(), "{}", terminal.screen());
    empty.assert_silent();
}

/// What a relay takes of one text.
const LARGEST_FOR_A_RELAY: usize = 60_000;

#[test]
fn a_text_that_is_too_long_for_a_relay_is_refused_before_it_is_sent() {
    let relay = Socket::bind();
    let room = format!("relay://{}/cellar", relay.address());
    let profile = Profile::with_contacts(&[("cellar", &room)]);
    let outcome = run(&profile.args_and(&["send", "cellar", "-"]), &vec![b'x'; LARGEST_FOR_A_RELAY + 1]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let line = outcome.only_error_line().replace(',', "");
    assert!(line.contains("60001"), "{line}");

    let (terminal, _) = profile.start();
    terminal.wait_text("cellar");
    let before = terminal.raw_len();
    terminal.paste(&"x".repeat(LARGEST_FOR_A_RELAY + 1));
    terminal.wait_bytes_after(before);
    terminal.key("Enter"); // yes, paste it
    terminal.wait_text("xxxxxxxx");
    terminal.key("Enter"); // send it
    terminal.wait_for("a refusal with the size", |screen| shows_number(screen, LARGEST_FOR_A_RELAY + 1));
}

#[test]
fn too_few_open_files_are_said_in_one_line_and_a_low_limit_is_raised_where_that_is_allowed() {
    let profile = Profile::new();
    let limited = |limit: &str| {
        let words = ["-c", &format!("ulimit {limit} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_udpqq")];
        let mut command = Command::new("sh");
        command.args(words).args(profile.args_and(&["listen", "--timeout", "0"]));
        command.env_clear().env("LANG", "C.UTF-8").env("PATH", "/usr/bin:/bin");
        command.output().unwrap()
    };
    for files in ["16", "20", "24"] {
        let output = limited(&format!("-n {files}"));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), errors.lines().count()), (Some(1), 1), "{errors}");
        assert!(errors.contains(files) && errors.contains("ulimit"), "{errors}");
        assert_eq!(limited(&format!("-Sn {files}")).status.code(), Some(0), "{files}");
    }
}
