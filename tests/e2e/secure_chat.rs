//! What is said about messages between two of us, seen on the other's screen: answers, edits, deletions, emoji, who writes
//! and what was read.

use std::fs;
use std::time::Duration;

use crate::secure_steps::{Pair, Setting, URSULA, kill};
use crate::support::history::History;
use crate::support::ipmsg::Member;
use crate::support::screen::{self, Look};

/// Says something, and waits until it stands on the other's screen.
fn say(one: &Member, other: &Member, text: &str) {
    one.terminal.line(text);
    other.wait_row(&["▌", text]);
    one.wait_mark(text, "✓✓");
}

/// Presses these keys about the newest message.
fn about_the_newest(member: &Member, keys: &[&str]) {
    member.terminal.key("C-o");
    for key in keys {
        member.terminal.key(key);
    }
}

/// Blocks until all of these drafts are saved.
fn wait_drafts(member: &Member, drafts: &[&str]) {
    let is_saved = || {
        let saved = History::live(&member.profile.path("history.db")).drafts();
        drafts.iter().all(|draft| saved.iter().any(|one| one == draft))
    };
    for _ in 0..1_000 {
        if is_saved() {
            return;
        }
        let _pause = member.terminal.bytes_come(usize::MAX, Duration::from_millis(5));
    }
    panic!("not saved; screen:\n{}", member.terminal.screen());
}

/// Opens a conversation by its name.
fn go_to(member: &Member, name: &str) {
    member.terminal.key("C-g");
    member.terminal.send(name);
    member.terminal.key("Enter");
    member.wait_header(name);
    member.terminal.wait_text(&format!("Write to {name}"));
}

#[test]
fn an_answer_shows_what_it_answers() {
    let pair = Pair::start();
    say(&pair.us, &pair.them, "are you there?");
    about_the_newest(&pair.them, &["r"]);
    pair.them.wait_row(&["reply to ursula"]);
    pair.them.terminal.line("yes");
    pair.us.wait_row(&["▏ursula", "are you there?"]);
    pair.us.wait_row(&["yes"]);
    pair.them.wait_row(&["▏ursula", "are you there?"]);
}

#[test]
fn words_for_a_message_and_an_answer_that_were_not_sent_are_there_after_a_kill() {
    let mut pair = Pair::start();
    say(&pair.us, &pair.them, "helo");
    say(&pair.them, &pair.us, "what?");
    about_the_newest(&pair.us, &["r"]);
    pair.us.terminal.wait_text("reply to viktor");
    pair.us.terminal.send("nothing");
    about_the_newest(&pair.us, &["Up", "e"]);
    pair.us.terminal.wait_text("editing");
    pair.us.terminal.send(" there");
    wait_drafts(&pair.us, &["nothing", "helo there"]);
    kill(&pair.us);
    pair.us.again_with_draft("~  helo there");
    pair.us.wait_row(&["editing"]);
    pair.us.terminal.key("Enter");
    pair.them.wait_row(&["▌", "helo there", "edited"]);
    pair.us.wait_row(&["reply to viktor"]);
    pair.us.terminal.wait_text("▏what?");
    pair.us.terminal.key("Enter");
    pair.them.wait_row(&["▏viktor", "what?"]);
    pair.them.wait_row(&["nothing"]);
}

#[test]
fn an_edit_replaces_the_words_and_says_so() {
    let pair = Pair::start();
    say(&pair.us, &pair.them, "helo");
    about_the_newest(&pair.us, &["e"]);
    pair.us.terminal.wait_text("editing");
    pair.us.terminal.key("Backspace");
    pair.us.terminal.send("lo");
    pair.us.terminal.wait_text("~  hello");
    pair.us.terminal.key("Enter");
    pair.them.wait_row(&["▌", "hello", "edited"]);
    pair.us.wait_row(&["✓✓", "hello", "edited"]);
    for member in [&pair.us, &pair.them] {
        assert_eq!(member.terminal.rows_with("helo").len(), 0, "{}", member.terminal.screen());
    }
}

#[test]
fn words_that_were_changed_while_the_other_was_away_never_get_there() {
    let mut pair = Pair::start();
    kill(&pair.them);
    kill(&pair.us);
    pair.us.again_in_profile();
    pair.us.terminal.line("meet at nine");
    pair.us.wait_mark("meet at nine", "…");
    about_the_newest(&pair.us, &["e"]);
    pair.us.terminal.wait_text("editing");
    for _ in "nine".chars() {
        pair.us.terminal.key("Backspace");
    }
    pair.us.terminal.send("ten");
    pair.us.terminal.wait_text("~  meet at ten");
    pair.us.terminal.key("Enter");
    pair.us.wait_mark("meet at ten", "…");
    kill(&pair.us);
    pair.us.again_in_profile();
    pair.them.again_in_profile();
    pair.them.wait_row(&["▌", "meet at ten"]);
    pair.us.wait_mark("meet at ten", "✓✓");
    say(&pair.us, &pair.them, "good?");
    for member in [&pair.us, &pair.them] {
        for words in ["nine", "edited"] {
            assert_eq!(member.terminal.rows_with(words).len(), 0, "{}", member.terminal.screen());
        }
    }
    kill(&pair.them);
    let kept = ["history.db", "history.db-wal"]
        .map(|name| fs::read(pair.them.profile.path(name)).unwrap_or_default());
    let has =
        |words: &str| kept.iter().any(|bytes| bytes.windows(words.len()).any(|at| at == words.as_bytes()));
    assert!(has("meet at ten") && !has("meet at nine"));
}

#[test]
fn what_is_taken_back_is_gone_on_both_sides() {
    let pair = Pair::start();
    say(&pair.us, &pair.them, "my secret");
    about_the_newest(&pair.us, &["Delete"]);
    pair.us.terminal.wait_text("Delete this on both sides, for good? my secret");
    pair.us.terminal.key("Enter");
    for member in [&pair.us, &pair.them] {
        member.terminal.wait_text("message deleted");
        member.terminal.wait_gone("my secret");
    }
    say(&pair.them, &pair.us, "what was that?");
}

#[test]
fn an_emoji_stands_under_the_message_until_it_is_taken_back() {
    let pair = Pair::start();
    say(&pair.us, &pair.them, "good news");
    for shown in [true, false] {
        about_the_newest(&pair.them, &["+"]);
        pair.them.terminal.wait_text("1👍");
        pair.them.terminal.key("1");
        pair.them.terminal.wait_gone("1👍");
        for member in [&pair.us, &pair.them] {
            let is = |screen: &vt100::Screen| screen::find(screen, "👍").is_some() == shown;
            member.terminal.wait_for(&format!("the emoji: {shown}"), is);
        }
    }
}

/// Whether what has been drawn so far ever said that somebody is writing.
fn saw_writing(member: &Member) -> bool {
    String::from_utf8_lossy(&member.terminal.raw()).contains("is writing")
}

#[test]
fn one_sees_that_the_other_is_writing_unless_they_keep_it_to_themselves() {
    let pair = Pair::start();
    // What is told at most so often is told of the first letter.
    say(&pair.them, &pair.us, "hello");
    pair.us.terminal.send("well");
    pair.them.terminal.wait_text("is writing");
    assert!(saw_writing(&pair.them));

    let silent = Setting { lines: "typing = false\n", ..Setting::default() };
    let pair = Pair::start_with(silent, Setting::default());
    say(&pair.them, &pair.us, "hello");
    pair.us.terminal.send("well");
    pair.us.terminal.wait_text("well");
    pair.us.terminal.line(", here I am");
    pair.them.wait_row(&["▌", "well, here I am"]);
    assert!(!saw_writing(&pair.them), "{}", pair.them.terminal.screen());
}

#[test]
fn what_was_read_is_marked_if_both_want_that() {
    let silent = Setting { lines: "reads = false\n", ..Setting::default() };
    let open = Setting::default();
    for (ours, theirs, told) in [(open, open, true), (silent, open, false), (open, silent, false)] {
        let pair = Pair::start_with(ours, theirs);
        say(&pair.us, &pair.them, "are we here?");
        go_to(&pair.them, "echo");
        pair.us.terminal.line("in secret");
        pair.us.wait_mark("in secret", "✓✓");
        let kept = pair.us.terminal.look(last_mark);
        go_to(&pair.them, URSULA);
        pair.them.wait_row(&["▌", "in secret"]);
        if told {
            let read = |screen: &vt100::Screen| last_mark(screen) != kept;
            pair.us.terminal.wait_for("the mark of what was read", read);
        } else {
            for number in 0..3 {
                say(&pair.them, &pair.us, &format!("<{number}>"));
            }
            assert_eq!(pair.us.terminal.look(last_mark), kept);
        }
    }
}

/// How the lowest mark of what the peer has is drawn.
fn last_mark(screen: &vt100::Screen) -> Option<Look> {
    let row = screen::rows(screen).iter().rposition(|row| row.contains("✓✓"))?;
    let row = u16::try_from(row).unwrap();
    let cells = (0..screen::width(screen)).filter_map(|column| screen.cell(row, column));
    cells.into_iter().find(|cell| cell.contents() == "✓").map(Look::of)
}
