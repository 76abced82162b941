//! The corpus of hostile datagrams, at three widths: nothing of them reaches the terminal as a command, each is shown,
//! and the messenger goes on.

use std::collections::BTreeSet;

use vt100::Screen;

use crate::isolation::{outside, pane_left};
use crate::support::corpus::{self, Case};
use crate::support::oracle::{self, Allowed};
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;
use crate::support::socket::Socket;

/// Longest payload whose beginning is looked for: escaped, it still fits the screen together with its end.
const SHORT: usize = 150;
/// Wide enough that both markers of a short message stand unbroken or broken once.
const WIDE: u16 = 200;

#[test]
fn the_corpus_is_harmless_at_20_columns() {
    run_corpus(20);
}

#[test]
fn the_corpus_is_harmless_at_80_columns() {
    run_corpus(80);
}

#[test]
fn the_corpus_is_harmless_and_shown_at_200_columns() {
    run_corpus(WIDE);
}

#[test]
fn every_view_of_a_hostile_message_is_clean_and_leaves_nothing_behind() {
    let hostile = Socket::bind();
    let profile = Profile::with_contacts(&[("hostile", &hostile.address().to_string())]);
    let (terminal, port) = profile.start();
    hostile.send(b"harmless", port);
    terminal.wait_text("harmless");
    let pane = terminal.look(pane_left);
    let before = terminal.look(|screen| outside(screen, pane));
    let mut starts = Vec::new();
    let mut classes = BTreeSet::new();
    // The first of each class that has a row to choose.
    let cases = corpus::cases();
    for case in cases.iter().filter(|case| case.expects("shown")) {
        if !classes.insert(case.class.clone()) {
            continue;
        }
        starts.push((terminal.raw_len(), case.id.as_str()));
        hostile.send(&case.payload, port);
        hostile.send(format!("fence {}.", case.id).as_bytes(), port);
        terminal.wait_text(&format!("fence {}.", case.id));
        terminal.key("C-o");
        terminal.key("Up");
        for (key, title) in [("i", "Datagram, "), ("d", "Details"), ("o", "The whole message")] {
            terminal.key(key);
            terminal.wait_text(title);
            terminal.key("Esc");
            terminal.wait_gone(title);
        }
        // Quoted in the composer, then found, then dropped.
        terminal.key("r");
        terminal.wait_gone("Write to ");
        terminal.key("C-s");
        terminal.send(&case.id);
        terminal.wait_text("find ");
        terminal.key("Esc");
        terminal.wait_gone("find ");
        terminal.key("C-c");
        terminal.wait_text("Write to ");
        let after = terminal.look(|screen| outside(screen, pane));
        assert!(before == after, "{}:\n{}", case.id, terminal.screen());
    }
    assert!(classes.len() > 10, "{classes:?}");
    hostile.assert_silent();
    terminal.key("C-q");
    terminal.expect_sane_exit();
    assert_clean(&terminal.raw(), &starts);
}

fn run_corpus(width: u16) {
    let (hostile, good) = (Socket::bind(), Socket::bind());
    let port = free_port();
    let good_address = good.address().to_string();
    let profile =
        Profile::with_contacts(&[("hostile", &hostile.address().to_string()), ("good", &good_address)])
            .listening_at(&format!("127.0.0.1:{port}"));
    let terminal = profile.open((width, 50));
    terminal.send("#");
    terminal.wait_text("#");

    let cases = corpus::cases();
    assert!(cases.len() > 50, "the corpus is there");
    let mut starts = Vec::new();
    let mut missing = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        starts.push((terminal.raw_len(), case.id.as_str()));
        hostile.send(&case.payload, port);
        // From the same socket, so it comes after; short, so it stands unbroken at any width.
        let fence = format!("fence{index}.");
        hostile.send(fence.as_bytes(), port);
        terminal.wait_text(&fence);
        if width == WIDE {
            missing.extend(missing_in_whole(&terminal, case));
        }
    }
    hostile.assert_silent();
    good.send(b"control", port);
    terminal.key("C-u");
    terminal.key("C-g");
    terminal.send("good");
    terminal.key("Enter");
    terminal.wait_text("control");
    terminal.key("C-q");
    terminal.expect_sane_exit();
    assert_clean(&terminal.raw(), &starts);
    assert!(missing.is_empty(), "not shown: {missing:#?}");
}

/// Names the datagram after which the first violation of each kind came.
pub(crate) fn assert_clean(raw: &[u8], starts: &[(usize, &str)]) {
    let report: Vec<String> = oracle::judge(raw, Allowed::default())
        .into_iter()
        .map(|(kind, (count, at))| {
            let case = starts.iter().rev().find(|(start, _)| *start <= at).map_or("start", |(_, id)| id);
            let near = raw[at.saturating_sub(30)..raw.len().min(at + 30)].escape_ascii();
            format!("{count} x {kind}, first after {case}: {near}")
        })
        .collect();
    assert!(report.is_empty(), "the stream is not clean:\n{}", report.join("\n"));
}

pub(crate) fn missing_markers(terminal: &Terminal, case: &Case) -> Vec<String> {
    if !case.expects("shown") {
        return Vec::new();
    }
    let short = case.payload.len() <= SHORT;
    let whole = !case.expects("start") && !case.expects("truncview");
    // Escaped it may be longer than what is shown of one message; then a row says how to see the rest.
    let cut = terminal.look(|screen| screen::find(screen, "more bytes").is_some());
    let wanted = [(short, case.opening()), (whole && !cut, case.closing())];
    let missing = |screen: &Screen| {
        let wanted = wanted.iter().filter(|(wanted, marker)| *wanted && !shows(screen, marker));
        wanted.map(|(_, marker)| format!("{marker} of {} ({})", case.id, case.class)).collect()
    };
    terminal.look(missing)
}

/// The same, where the end of what takes more rows than are shown at once is looked for in the whole message.
fn missing_in_whole(terminal: &Terminal, case: &Case) -> Vec<String> {
    let mut missing = missing_markers(terminal, case);
    let is_end = |marker: &String| marker.starts_with(']');
    if terminal.screen().contains(" more line") && missing.iter().any(is_end) {
        // The one above the fence.
        terminal.key("C-o");
        terminal.key("Up");
        terminal.key("o");
        terminal.wait_text("The whole message");
        terminal.key("End");
        terminal.wait_for("the end of the message", |screen| shows(screen, &case.closing()));
        terminal.key("Esc");
        terminal.wait_gone("The whole message");
        terminal.key("Esc");
        missing.retain(|marker| !is_end(marker));
    }
    missing
}

/// Whether a marker stands in one row, or in two with the break anywhere in it.
fn shows(screen: &Screen, marker: &str) -> bool {
    let rows: Vec<String> = screen::rows(screen);
    let ends = |row: &str, part: &str| row.trim_end_matches([' ', '│', '┃', '║', '▐', '█']).ends_with(part);
    rows.iter().any(|row| row.contains(marker))
        || rows.windows(2).any(|pair| {
            (1..marker.len()).any(|at| ends(&pair[0], &marker[..at]) && pair[1].contains(&marker[at..]))
        })
}
