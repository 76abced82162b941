//! The screen at every size, with text of every width and a long conversation.

use crate::steps::wait_ready;
use crate::support::ports::free_port;
use crate::support::profile::{Profile, listening_port};
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;
use crate::support::socket::Socket;

const SIZES: [(u16, u16); 5] = [(120, 40), (80, 24), (40, 10), (20, 5), (1, 1)];

/// Text that is hard to lay out: wide, joined, without a break, and with many breaks.
fn hard_texts() -> Vec<String> {
    vec![
        "今天下午三点在机房开会，请大家准时参加，带上各自的笔记本。".to_owned(),
        "👨‍👩‍👧‍👦👩🏽‍🚀🇨🇳🏳️‍🌈 familie 👍🏿".repeat(4),
        "Donaudampfschifffahrtsgesellschaft".repeat(6),
        "e\u{301}a\u{308}o\u{302} ".repeat(30),
        "one\ntwo\n\n\nfive".to_owned(),
        "ﷺ ༀ สวัสดี नमस्ते שלום".to_owned(),
    ]
}

#[test]
fn every_size_takes_hard_text_and_keeps_the_composer() {
    for size in SIZES {
        let peer = Socket::bind();
        let port = free_port();
        let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())])
            .listening_at(&format!("127.0.0.1:{port}"));
        // Nothing can be read from a single cell.
        let terminal = if size == (1, 1) { profile.launch(size) } else { profile.open(size) };
        terminal.wait_bytes_after(0);
        for text in hard_texts() {
            peer.send(text.as_bytes(), port);
        }
        peer.send(b"last", port);
        if size != (1, 1) {
            terminal.wait_text("last");
            terminal.send("abc");
            terminal.wait_text("abc");
        }
        terminal.resize(100, 30);
        terminal.wait_text("last");
        terminal.send("xyz");
        terminal.wait_text("xyz");
    }
}

/// Where a terminal that shows updates whole would show an empty screen in between.
fn clears_outside_updates(raw: &[u8]) -> usize {
    let at = |sequence: &[u8]| {
        let starts = raw.windows(sequence.len()).enumerate();
        starts.filter(|(_, window)| *window == sequence).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (begun, ended) = (at(b"\x1b[?2026h"), at(b"\x1b[?2026l"));
    let before = |marks: &[usize], clear| marks.partition_point(|mark| *mark < clear);
    at(b"\x1b[2J").into_iter().filter(|clear| before(&begun, *clear) == before(&ended, *clear)).count()
}

#[test]
fn a_window_that_is_dragged_never_shows_an_empty_screen() {
    let profile = Profile::with_contacts(&[("alex", "127.0.0.1:9")]);
    let (terminal, _) = profile.start();
    wait_ready(&terminal, "alex");
    for step in 1..40_u16 {
        let before = terminal.raw_len();
        terminal.resize(100 - step, 30 - step / 4);
        terminal.wait_bytes_after(before);
    }
    terminal.key("C-l");
    terminal.send("end");
    terminal.wait_text("end");
    let raw = terminal.raw();
    assert!(raw.windows(4).filter(|window| window == b"\x1b[2J").count() > 1, "it was cleared");
    assert_eq!(clears_outside_updates(&raw), 0);
}

#[test]
fn a_window_that_changes_through_all_sizes_ends_as_if_nothing_was() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    wait_ready(&terminal, "alex");
    for (index, size) in SIZES.iter().chain(SIZES.iter().rev()).enumerate() {
        terminal.resize(size.0, size.1);
        for text in hard_texts() {
            peer.send(text.as_bytes(), port);
        }
        peer.send(format!("round {index}").as_bytes(), port);
        if *size != (1, 1) {
            terminal.wait_text(&format!("round {index}"));
        }
    }
    terminal.resize(100, 30);
    terminal.send("done");
    terminal.wait_text("done");
    terminal.wait_text("round 9");
}

#[test]
fn ten_thousand_messages_leave_keys_and_scrolling_alive() {
    /// Sent before the last of them is waited for: fits any receive buffer.
    const CHUNK: usize = 100;
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, port) = profile.start();
    wait_ready(&terminal, "alex");
    for chunk in 0..10_000 / CHUNK {
        for index in 0..CHUNK {
            peer.send(format!("message {:05} 你好", chunk * CHUNK + index).as_bytes(), port);
        }
        terminal.wait_text(&format!("message {:05}", chunk * CHUNK + CHUNK - 1));
    }
    terminal.send("typed");
    terminal.wait_text("typed");
    terminal.key("C-u");
    terminal.wait_gone("typed");
    terminal.key("PgUp");
    terminal.wait_gone("message 09999");
    terminal.key("M-Home");
    terminal.wait_text("message 00000");
    peer.send(b"while you were reading", port);
    terminal.key("M-End");
    terminal.wait_text("while you were reading");
}

#[test]
fn a_taken_port_falls_back_and_says_so() {
    let taken = Socket::bind();
    let address = taken.address().to_string();
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]).listening_at(&address);
    let terminal = profile.open((100, 30));
    terminal.wait_text(&format!("Port {} is taken", taken.address().port()));
    terminal.send("read"); // The next key takes the line away.
    let port = listening_port(&terminal);
    assert_ne!(port, taken.address().port());
    terminal.key("C-u");
    peer.send(b"found you", port);
    terminal.wait_text("found you");
}

#[test]
fn a_mono_terminal_and_no_color_still_show_everything() {
    use crate::support::pty::Terminal;
    let peer = Socket::bind();
    let port = free_port();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())])
        .listening_at(&format!("127.0.0.1:{port}"));
    for env in [("NO_COLOR", "1"), ("TERM", "vt100")] {
        let terminal = Terminal::spawn_with(&profile.args(), (80, 24), &[env]);
        wait_ready(&terminal, "alex");
        peer.send(b"in black and white", port);
        terminal.wait_text("in black and white");
        assert_eq!(terminal.look_of("in black and white").bg, vt100::Color::Default, "{env:?}");
        terminal.key("C-q");
        terminal.expect_sane_exit();
    }
}

#[test]
fn a_terminal_that_does_not_know_its_size_is_taken_for_80_by_24() {
    let profile = Profile::new();
    let script = "stty rows 0 cols 0; exec \"$@\"";
    let terminal = Terminal::spawn_in_shell(script, &profile.args(), (100, 30));
    terminal.wait_text("Ctrl-Q");
    terminal.send("here");
    terminal.wait_text("here");
    let rows = terminal.look(screen::rows);
    assert!(rows[23].contains("F1") && rows[23].trim_end().chars().count() <= 80, "{}", terminal.screen());
    assert!(rows[24..].iter().all(|row| row.trim().is_empty()), "{}", terminal.screen());
    assert_eq!(terminal.quit(), Exit::Code(0));
}
