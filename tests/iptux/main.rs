//! With the real iptux: both in a network of their own, udpqq in a real terminal, iptux on a real screen.
//!
//! Skipped, in plain words, where there is no root, no network namespace or no iptux.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[path = "../support/iptux.rs"]
mod iptux;
#[expect(dead_code, reason = "nothing is cut off here")]
#[path = "../support/lan.rs"]
mod lan;
#[expect(dead_code, reason = "one peer needs little of what tests stand on")]
#[path = "../support/mod.rs"]
mod support;

use std::io::Write as _;
use std::sync::Once;

use nix::sys::signal::Signal;

use iptux::{Iptux, until};
use lan::{Lan, Node};
use support::ipmsg::{self, Member, content, tree};
use support::python::Peer;

const MIB: usize = 1 << 20;
/// Our name, and iptux's.
const URSULA: &str = "ursula";
const IGOR: &str = "igor";
/// In megabits a second: a transfer that somebody can be killed in.
const SLOW_MEGABITS: u32 = 40;

/// udpqq and iptux in one network.
struct Pair {
    us: Member,
    iptux: Iptux,
    here: Node,
    _lan: Lan,
}

impl Pair {
    /// Both, knowing each other; our conversation with it is open. `None`: it cannot be done here.
    fn start() -> Option<Self> {
        let (lan, here, there) = nodes()?;
        let iptux = Iptux::start(there, IGOR);
        let us = Member::start_behind(&here.enter(), "eth0", URSULA);
        us.talk_to(IGOR, iptux.address());
        iptux.open(&here.address, URSULA);
        Some(Self { us, iptux, here, _lan: lan })
    }

    fn at(&self) -> &str {
        &self.here.address
    }
}

/// A network with a node for us and one for iptux. `None`, and why: it cannot be done here.
fn nodes() -> Option<(Lan, Node, Node)> {
    static SAID: Once = Once::new();
    if let Some(why) = Iptux::obstacle().or_else(Lan::obstacle) {
        // Past the test harness, which keeps what a passing test prints to itself.
        let line = format!("skipped: no tests with the real iptux: {why}\n");
        SAID.call_once(|| std::io::stderr().write_all(line.as_bytes()).unwrap());
        return None;
    }
    let mut lan = Lan::new();
    let (here, there) = (lan.node("udpqq-host"), lan.node("iptux-host"));
    Some((lan, here, there))
}

#[test]
fn a_python_peer_and_iptux_do_everything_that_the_other_tests_stand_on() {
    let Some((_lan, here, there)) = nodes() else { return };
    let mut iptux = Iptux::start(there, IGOR);
    let (at, to) = (here.address.clone(), iptux.address().to_owned());
    let script = "ipmsg_official.py";
    let Some(mut peer) = Peer::start_by(here.command("python3"), script, &[&at, "pia", &to]) else { return };
    peer.wait_text("igor|lab");
    iptux.open(&at, "pia");

    iptux.say(&at, "good morning");
    peer.wait_text("good morning");
    peer.say(&format!("say {to} and to you"));
    iptux.wait_chat_log("and to you");

    let (ours, bytes) = (tempfile::tempdir().unwrap(), content(MIB, 1));
    let first = iptux.file("中文 名.bin", &bytes);
    let second = iptux.file("second.bin", b"2");
    iptux.offer(&at, &[&first, &second]);
    peer.wait_line("two files", |line| line.starts_with("offered") && line.ends_with("second.bin"));
    peer.say(&format!("fetch {to} {}", ours.path().display()));
    // In any order; and the peer reads names as the official client does, which takes them for GBK.
    for size in [MIB, 1] {
        let size = format!(" {size} ");
        peer.wait_line("both files", |line| line.starts_with("fetched") && line.contains(&size));
    }
    assert!(tree(ours.path()).into_values().any(|found| found == bytes));

    let theirs = ipmsg::write(ours.path(), "for iptux.bin", &bytes);
    peer.say(&format!("offer {to} '{}'", theirs.display()));
    peer.wait_text("receipt");
    iptux.accept(&at);
    iptux.wait_received("for iptux.bin", &bytes);

    iptux.rename("igor2");
    peer.wait_text("igor2|lab");
    iptux.quit();
    peer.wait_text(&format!("gone {to}"));
    iptux.come_back();
    // The peer's sockets hear no broadcasts, so it has to ask.
    peer.say("enter");
    peer.wait_line("an answer", |line| line.starts_with("answer") && line.contains("igor2|lab"));
    iptux.kill();
}

#[test]
fn both_appear_in_each_others_lists_and_talk_in_chinese() {
    let Some(pair) = Pair::start() else { return };
    for text in ["你好，飞鸽传书", "Grüße aus Köln €5", "ещё раз שלום"] {
        pair.us.terminal.line(text);
        pair.us.wait_mark(text, "✓✓");
        pair.iptux.wait_chat_log(text);
    }
    for text in ["收到，下午三点开会", "plain words", "été здравствуй 한글"] {
        pair.iptux.say(pair.at(), text);
        pair.us.terminal.wait_text(text);
        assert!(pair.us.terminal.look_of(text).is_on_blue());
    }
}

#[test]
fn a_message_that_iptux_sends_four_times_is_one_row() {
    let Some(pair) = Pair::start() else { return };
    pair.us.terminal.signal(Signal::SIGSTOP);
    pair.iptux.say(pair.at(), "once and only once");
    until("four sends", || (pair.iptux.sent("once and only once") >= 4).then_some(()));
    pair.us.terminal.signal(Signal::SIGCONT);
    pair.us.terminal.wait_text("once and only once");
    pair.iptux.say(pair.at(), "what comes after");
    pair.us.terminal.wait_text("what comes after");
    assert_eq!(pair.us.terminal.rows_with("once and only once").len(), 1, "{}", pair.us.terminal.screen());
}

#[test]
fn iptux_takes_another_name_leaves_and_returns() {
    let Some(mut pair) = Pair::start() else { return };
    pair.iptux.rename("igor-the-second");
    pair.us.wait_header("igor-the-second");
    pair.iptux.quit();
    pair.us.terminal.wait_for("nobody of that name to be here", |screen| {
        !screen.contents().contains("igor-the-second") || screen.contents().contains("left")
    });
    pair.iptux.come_back();
    pair.us.talk_to("igor-the-second", pair.iptux.address());
    // Its numbers start again: nothing of it is taken for a duplicate, and nothing of ours dropped.
    pair.iptux.open(pair.at(), URSULA);
    pair.iptux.say(pair.at(), "back again");
    pair.us.terminal.wait_text("back again");
    pair.us.terminal.line("welcome back");
    pair.us.wait_mark("welcome back", "✓✓");
    pair.iptux.wait_chat_log("welcome back");
}

#[test]
fn iptux_knows_us_again_after_we_have_left() {
    let Some(mut pair) = Pair::start() else { return };
    pair.us.terminal.line("before");
    pair.iptux.wait_chat_log("before");
    pair.us.terminal.key("C-q");
    pair.us.terminal.expect_sane_exit();
    pair.us.again_behind(&pair.here.enter(), "eth0");
    pair.us.talk_to(IGOR, pair.iptux.address());
    pair.us.terminal.line("and after");
    pair.us.wait_mark("and after", "✓✓");
    pair.iptux.wait_chat_log("and after");
}

#[test]
fn files_come_from_iptux_two_at_once() {
    let Some(pair) = Pair::start() else { return };
    let (one, two) = (content(3 * MIB, 1), content(3 * MIB, 2));
    let (first, second) = (pair.iptux.file("季度报告.bin", &one), pair.iptux.file("with space.bin", &two));
    pair.iptux.offer(pair.at(), &[&first, &second]);
    pair.us.terminal.wait_text("季度报告.bin");
    pair.us.terminal.wait_text("with space.bin");
    assert!(tree(&pair.us.downloads()).is_empty());
    pair.us.command("/accept");
    pair.us.wait_file("季度报告.bin", &one);
    pair.us.wait_file("with space.bin", &two);
}

#[test]
fn files_go_to_iptux_two_at_once() {
    let Some(pair) = Pair::start() else { return };
    let (one, two) = (content(3 * MIB, 3), content(3 * MIB, 4));
    let (first, second) = (pair.us.file("会议纪要.bin", &one), pair.us.file("two words.bin", &two));
    pair.us.command_for("/file", &[&first, &second]);
    pair.us.terminal.wait_text("two words.bin");
    // Nothing is written right behind it: iptux reads the list of an offer where its next packet is already being put.
    pair.iptux.accept(pair.at());
    pair.iptux.wait_received("会议纪要.bin", &one);
    pair.iptux.wait_received("two words.bin", &two);
}

#[test]
fn a_folder_comes_from_iptux_whole() {
    let Some(pair) = Pair::start() else { return };
    pair.iptux.file("项目/readme.txt", b"first");
    pair.iptux.file("项目/empty.bin", b"");
    pair.iptux.file("项目/图 片/大.bin", &content(MIB, 5));
    let folder = pair.iptux.file("项目/z", b"last").parent().unwrap().to_owned();
    pair.iptux.offer(pair.at(), &[&folder]);
    pair.us.terminal.wait_text("项目");
    pair.us.command("/accept");
    let downloads = pair.us.downloads();
    pair.us.terminal.wait_for("the whole folder", |_| {
        downloads.join("项目").is_dir() && tree(&downloads.join("项目")) == tree(&folder)
    });
}

#[test]
fn an_offer_of_iptux_can_be_declined() {
    let Some(pair) = Pair::start() else { return };
    let path = pair.iptux.file("unwanted.bin", b"spam");
    pair.iptux.offer(pair.at(), &[&path]);
    pair.us.terminal.wait_text("unwanted.bin");
    pair.us.command("/decline");
    pair.us.wait_row(&["unwanted.bin", "declined"]);
    pair.iptux.say(pair.at(), "no hard feelings");
    pair.us.terminal.wait_text("no hard feelings");
    assert!(tree(&pair.us.downloads()).is_empty());
}

#[test]
fn when_iptux_dies_in_the_middle_the_part_is_kept_and_the_row_says_why() {
    let Some(mut pair) = Pair::start() else { return };
    if !pair.iptux.slow_down(SLOW_MEGABITS) {
        std::io::stderr().write_all(b"skipped: a transfer cannot be slowed down here\n").unwrap();
        return;
    }
    let path = pair.iptux.file("never whole.bin", &content(64 * MIB, 6));
    pair.iptux.offer(pair.at(), &[&path]);
    pair.us.terminal.wait_text("never whole.bin");
    pair.us.command("/accept");
    // A rate is known only when something has come.
    pair.us.wait_row(&["━", "%", "left"]);
    pair.iptux.kill();
    let downloads = pair.us.downloads();
    // Its kernel closes the connection.
    pair.us.terminal.wait_for("the row to say why", |screen| {
        let rows = support::screen::rows(screen);
        let at = rows.iter().position(|row| row.contains("never whole.bin"));
        at.is_some_and(|at| rows[at..].iter().take(2).any(|row| !row.contains('%') && row.contains("broke")))
    });
    let found = tree(&downloads);
    let (name, part) = found.first_key_value().expect("the part is kept");
    assert!(name.extension().is_some_and(|extension| extension == "part"), "{}", name.display());
    assert!(!part.is_empty() && part.len() < 64 * MIB, "{} bytes", part.len());
    assert_eq!(found.len(), 1, "{:?}", found.keys());
}
