//! What a person keeps only for a time is gone when it is over: from the screen, the file and what is read of it.

use crate::steps::with_alex;
use crate::support::command::run;
use crate::support::history::{History, expire_in};
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::screen;

fn quit(terminal: &Terminal) {
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

fn header_says(terminal: &Terminal, words: &str) {
    terminal.wait_for(words, |screen| screen::rows(screen).first().is_some_and(|row| row.contains(words)));
}

/// What is overdue is in no output of a command, although no messenger has removed it yet.
fn nobody_reads(profile: &Profile, text: &str) {
    let history = |words: &[&str]| run(&profile.args_and(&[&["history"], words].concat()), b"");
    for words in [["export", "--text"].as_slice(), &["export"], &["export", "alex"], &["search", "gone"]] {
        let read = history(words);
        assert!(read.stdout.contains("gone while running") && !read.stdout.contains(text), "{read:?}");
    }
    let unfound = history(&["search", text]);
    assert_eq!((unfound.code, &*unfound.stdout), (Some(1), ""), "{unfound:?}");
    assert!(history(&["list"]).stdout.contains("3 messages"));
}

#[test]
fn messages_go_when_their_time_is_over_whether_the_messenger_runs_or_not() {
    let (terminal, port, peer, profile) = with_alex();
    let say = |terminal: &Terminal, text: &str| {
        terminal.line(text);
        assert_eq!(peer.receive().0, text.as_bytes());
    };
    say(&terminal, "said before");
    terminal.line("/keep 1m");
    header_says(&terminal, "kept 1m");
    assert!(profile.read("contacts.toml").contains("keep = \"1m\""));
    say(&terminal, "gone while off");
    peer.send(b"gone while running", port);
    terminal.wait_text("gone while running");
    say(&terminal, "gone later");
    quit(&terminal);
    let file = profile.path("history.db");
    expire_in(&file, "gone while off", -3600);
    nobody_reads(&profile, "gone while off");
    expire_in(&file, "gone while running", 10);
    let (terminal, _) = profile.start();
    header_says(&terminal, "kept 1m");
    terminal.wait_text("gone while running");
    assert!(!terminal.screen().contains("gone while off"));
    terminal.wait_gone("gone while running");
    terminal.wait_text("gone later");
    terminal.line("/keep off");
    terminal.wait_text("from now on is kept");
    quit(&terminal);
    let left: Vec<String> = History::left_at(&file).rows_after(-1).into_iter().map(|row| row.text).collect();
    assert_eq!(left, ["said before", "gone later"]);
    let exported = run(&profile.args_and(&["history", "export", "alex"]), b"");
    assert!(
        exported.stdout.contains("gone later") && !exported.stdout.contains("gone while"),
        "{exported:?}"
    );
    assert!(!profile.read("contacts.toml").contains("keep"));
}
