//! Reading: the bell while one looks elsewhere, the wheel, finding, long messages, messages that failed.

use crate::alerts::look_away;
use crate::steps::with_alex;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::socket::Socket;

/// What a terminal reports when its window gets the focus.
const FOCUS_GAINED: &str = "\x1b[I";
const BEL: u8 = 0x07;

fn bells(terminal: &Terminal) -> usize {
    terminal.raw().split(|&byte| byte == BEL).count() - 1
}

fn burst(peer: &Socket, port: u16, name: &str) -> String {
    for index in 0..20 {
        peer.send(format!("{name} {index:02}.").as_bytes(), port);
    }
    format!("{name} 19.")
}

#[test]
fn the_bell_rings_once_for_a_burst_and_only_while_one_looks_elsewhere() {
    let (terminal, port, peer, _profile) = with_alex();
    terminal.wait_text(&burst(&peer, port, "seen"));
    assert_eq!(bells(&terminal), 0, "nobody rings for somebody who looks on");
    look_away(&terminal);
    terminal.wait_text(&burst(&peer, port, "unseen"));
    assert_eq!(bells(&terminal), 1, "once for a burst");
    terminal.send(&format!("{FOCUS_GAINED}back and "));
    terminal.wait_text("back and away");
    terminal.wait_text(&burst(&peer, port, "seen again"));
    assert_eq!(bells(&terminal), 1);
}

#[test]
fn the_wheel_scrolls_and_new_messages_wait_below() {
    let (terminal, port, peer, _profile) = with_alex();
    for index in 0..100 {
        peer.send(format!("line {index:03}").as_bytes(), port);
    }
    terminal.wait_text("line 099");
    terminal.wheel(50, 10, true);
    terminal.wait_gone("line 099");
    peer.send(b"the newest", port);
    terminal.wait_text("1 new");
    assert!(!terminal.screen().contains("the newest"), "reading is not disturbed");
    for _ in 0..4 {
        terminal.wheel(50, 10, false);
    }
    terminal.wait_text("the newest");
    terminal.wait_gone("↓ 1 new");
}

#[test]
fn what_is_found_is_highlighted() {
    let (terminal, port, peer, _profile) = with_alex();
    peer.send(b"the needle is here", port);
    terminal.wait_text("the needle is here");
    let plain = terminal.look_of("needle is here");
    terminal.key("C-s");
    terminal.send("needle");
    terminal.wait_for("the match in other colours", |screen| {
        let look = |text| crate::support::screen::look_of(screen, text);
        look("needle is here").is_some_and(|found| found != plain && look("the needle") == Some(plain))
    });
    terminal.key("Esc");
    terminal.wait_for("the match as before", |screen| {
        crate::support::screen::look_of(screen, "needle is here") == Some(plain)
    });
}

#[test]
fn a_long_message_is_cut_and_can_be_read_whole() {
    let (terminal, port, peer, _profile) = with_alex();
    peer.send(format!("{}END", "x".repeat(20_000)).as_bytes(), port);
    terminal.wait_text("more bytes");
    assert!(!terminal.screen().contains("END"));
    terminal.key("C-o");
    terminal.key("o");
    terminal.wait_text("The whole message");
    terminal.key("M-End");
    terminal.wait_text("END");
}

#[test]
fn a_message_that_failed_says_why_and_is_sent_again_by_a_key() {
    // Reached over IPv6 only, and IPv6 is not listened on.
    let profile = Profile::with_contacts(&[("far", "[::1]:9")]);
    let (terminal, _) = profile.start();
    terminal.wait_text("far");
    terminal.line("hello?");
    terminal.wait_text("Not sent");
    assert!(terminal.rows_with("hello?").iter().any(|row| row.contains('×')), "{}", terminal.screen());
    let before = terminal.raw_len();
    terminal.key("C-o");
    terminal.key("x");
    terminal.wait_bytes_after(before);
    terminal.send("alive");
    terminal.wait_text("alive");
    terminal.wait_text("Not sent");
}

#[test]
fn the_terminal_is_not_asked_where_its_cursor_is_or_what_keys_it_knows() {
    let (terminal, ..) = with_alex();
    terminal.key("C-l");
    terminal.send("drawn anew");
    terminal.wait_text("drawn anew");
    let raw = terminal.raw();
    for query in [&b"\x1b[6n"[..], b"\x1b[?u"] {
        assert!(
            !raw.windows(query.len()).any(|window| window == query),
            "a terminal may be silent: {query:?}"
        );
    }
}
