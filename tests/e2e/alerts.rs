//! What calls a person who looks elsewhere: notices of the terminal, a command, the title; and links as the terminal gets
//! them.

use std::time::Duration;

use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;
use crate::support::socket::Socket;

/// What a terminal reports when its window loses the focus.
const FOCUS_LOST: &str = "\x1b[O";
const HOSTILE: &str = "hi;\x1b]0;owned\x07\u{9c}`touch owned` $(touch owned)";

/// udpqq with one contact that is open, and more lines of its config.
fn with_settings(lines: &str, env: &[(&str, &str)]) -> (Terminal, u16, Socket, Profile) {
    let (peer, port) = (Socket::bind(), free_port());
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())])
        .listening_at(&format!("127.0.0.1:{port}"));
    let config = profile.read("config.toml");
    profile.write("config.toml", &format!("{lines}\n{config}"));
    let terminal = Terminal::spawn_with(&profile.args_and(&["alex"]), (100, 30), env);
    terminal.wait_text("alex");
    (terminal, port, peer, profile)
}

fn count(terminal: &Terminal, sequence: &str) -> usize {
    terminal.raw().windows(sequence.len()).filter(|window| *window == sequence.as_bytes()).count()
}

/// The window loses the focus, after `away` was typed: a key would tell that somebody is there. What follows the report is a
/// click, which does not, and which shows that the report was read.
pub(crate) fn look_away(terminal: &Terminal) {
    terminal.send("away");
    terminal.wait_text("away");
    let (row, column) = terminal.look(|screen| screen::find(screen, "away")).unwrap();
    terminal.send(FOCUS_LOST);
    terminal.click(column, row);
    terminal.wait_for("the cursor before what was typed", |screen| screen.cursor_position() == (row, column));
}

#[test]
fn a_notice_is_shown_only_while_one_looks_elsewhere_and_tells_what_was_said() {
    let (terminal, port, peer, _profile) = with_settings("", &[("TERM", "foot")]);
    peer.send(b"seen", port);
    terminal.wait_text("seen");
    assert_eq!(count(&terminal, "\x1b]777;"), 0);
    look_away(&terminal);
    peer.send(HOSTILE.as_bytes(), port);
    terminal.wait_text("$(touch owned)");
    assert_eq!(
        count(&terminal, "\x1b]777;notify;alex;hi;^[]0;owned^G"),
        1,
        "{}",
        terminal.raw().escape_ascii()
    );
    assert_eq!(count(&terminal, "\x1b]0;"), 0);
    for _ in 0..5 {
        peer.send(b"again", port);
    }
    terminal.wait_text("again");
    assert_eq!(count(&terminal, "\x1b]777;"), 1, "not for each message");
    assert_eq!(terminal.quit(), Exit::Code(0));
}

#[test]
fn the_title_counts_what_is_unread_and_is_given_back() {
    let (terminal, port, peer, _profile) = with_settings("bell = false", &[]);
    let other = Socket::bind();
    peer.send(b"open", port);
    terminal.wait_text("open");
    assert_eq!((count(&terminal, "\x1b[22;0t"), count(&terminal, "\x1b]2;udpqq\x1b\\")), (1, 1));
    other.send(b"unread", port);
    terminal.wait_text("1 unread");
    assert_eq!(count(&terminal, "\x1b]2;(1) udpqq\x1b\\"), 1);
    terminal.key("C-q");
    terminal.expect_sane_exit();
    assert_eq!(count(&terminal, "\x1b]2;\x1b\\\x1b[23;0t"), 1);
}

#[test]
fn nothing_of_it_is_there_where_a_person_does_not_want_it() {
    let lines = "title = false\nhyperlinks = false\nnotify = \"off\"\nbell = false";
    let (terminal, port, peer, _profile) = with_settings(lines, &[("TERM", "xterm-kitty")]);
    look_away(&terminal);
    peer.send(b"http://a.example/x", port);
    terminal.wait_text("http://a.example/x");
    for sequence in ["\x1b]2;", "\x1b]8;", "\x1b]99;", "\x07"] {
        assert_eq!(count(&terminal, sequence), 0, "{sequence:?}");
    }
}

#[test]
fn a_command_is_run_with_what_was_said_in_its_environment() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let line = format!(
        "printf '%s|%s' \"$UDPQQ_FROM\" \"$UDPQQ_TEXT\" > {0}.part && mv {0}.part {0}",
        out.display()
    );
    let (terminal, port, peer, _profile) = with_settings(&format!("notify-command = '''{line}'''"), &[]);
    look_away(&terminal);
    peer.send(HOSTILE.as_bytes(), port);
    terminal.wait_text("$(touch owned)");
    let told = (0..200).find_map(|_| {
        let told = std::fs::read_to_string(&out).ok();
        if told.is_none() {
            terminal.comes_within("never", Duration::from_millis(50));
        }
        told
    });
    assert_eq!(told.as_deref(), Some("alex|hi;^[]0;owned^G<U+009C>`touch owned` $(touch owned)"));
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_that_a_command_has_started_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let line = format!("sleep 987 & echo $! > {0}.part; mv {0}.part {0}; wait", out.display());
    let (terminal, port, peer, _profile) = with_settings(&format!("notify-command = '''{line}'''"), &[]);
    look_away(&terminal);
    peer.send(b"call", port);
    terminal.wait_text("call");
    let told = (0..200).find_map(|_| {
        let told = std::fs::read_to_string(&out).ok();
        if told.is_none() {
            terminal.comes_within("never", Duration::from_millis(50));
        }
        told
    });
    let stat = format!("/proc/{}/stat", told.expect("it runs").trim());
    // One that has ended and that nobody has waited for runs no more.
    let runs = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(runs(), "{stat}");
    terminal.key("C-c");
    assert_eq!(terminal.quit(), Exit::Code(0));
    assert!(!runs(), "{stat}");
}

#[test]
fn the_mouse_wakes_nobody_by_moving_and_alt_is_what_it_was_afterwards() {
    let (terminal, _port, _peer, _profile) = with_settings("", &[]);
    assert_eq!((count(&terminal, "\x1b[?1000h"), count(&terminal, "\x1b[?1006h")), (1, 1));
    assert_eq!((count(&terminal, "\x1b[?1002h"), count(&terminal, "\x1b[?1003h")), (0, 0));
    assert_eq!(count(&terminal, "\x1b[?1036s\x1b[?1036h"), 1);
    terminal.key("C-q");
    terminal.expect_sane_exit();
    assert_eq!(count(&terminal, "\x1b[?1036r"), 1);
}

#[test]
fn links_are_links_for_the_terminal_too() {
    let (terminal, port, peer, _profile) = with_settings("", &[]);
    peer.send("see http://例.example/a\u{202e}b and udp://127.0.0.1:9".as_bytes(), port);
    terminal.wait_text("udp://127.0.0.1:9");
    assert_eq!(count(&terminal, ";http://%E4%BE%8B.example/a\x1b\\"), 1, "{}", terminal.raw().escape_ascii());
    assert_eq!(count(&terminal, ";udp://"), 0);
    let begun = count(&terminal, "\x1b]8;id=");
    assert_eq!(count(&terminal, "\x1b]8;;\x1b\\"), begun, "each is ended");
}
