//! Who is there on an IP Messenger network: peers that appear and leave by themselves, absence, names, and the two kinds
//! of peers among themselves.

use std::net::UdpSocket;

use crate::ipmsg_steps::{FEIQ, OFFICIAL, OTTO, Pair, URSULA, count};
use crate::steps::go_to;
use crate::support::ipmsg::{Member, Network, PORT, write};
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;

/// That the sender is away.
const ABSENT: &str = "0x";

#[test]
fn a_peer_appears_by_itself_and_leaves_by_itself() {
    for script in [FEIQ, OFFICIAL] {
        let network = Network::new();
        let (here, there) = (network.at(1), network.at(2));
        let us = Member::start(URSULA, &here, &[&there]);
        let Some(mut peer) = Peer::start(script, &[&there, "小王", &here]) else { return };
        us.terminal.wait_text("小王");
        peer.wait_line("our name and group", |line| line.contains(&here) && line.contains("ursula|attic"));
        peer.say("leave");
        us.terminal.wait_gone("小王");
        peer.say("enter");
        us.terminal.wait_text("小王");
    }
}

#[test]
fn a_peer_that_was_there_before_us_is_found() {
    for script in [FEIQ, OFFICIAL] {
        let Some(pair) = Pair::start(script) else { return };
        pair.finish();
    }
}

#[test]
fn what_a_peer_tells_of_itself_is_in_the_list_and_among_the_details() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.us.terminal.wait_text("lab 1");
    pair.us.terminal.key("M-n");
    for told in ["otto-pc", "IPMsg", "UTF-8"] {
        pair.us.terminal.wait_text(told);
    }
    pair.us.terminal.key("Esc");
    pair.peer.say("rename 奥托");
    pair.us.wait_header("奥托");
    pair.finish();
}

#[test]
fn a_pinned_peer_stays_in_the_list_while_it_is_away() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.us.terminal.key("M-c");
    pair.us.terminal.key("Enter");
    pair.peer.say("leave");
    pair.us.wait_header("left");
    pair.us.terminal.wait_text(OTTO);
    pair.us.terminal.quit();
    assert!(pair.us.profile.read("contacts.toml").contains(&format!("ipmsg://{}", pair.there)));
}

#[test]
fn peers_are_told_when_we_go() {
    for script in [FEIQ, OFFICIAL] {
        let Some(pair) = Pair::start(script) else { return };
        pair.us.terminal.quit();
        pair.heard("gone", "");
        pair.finish();
    }
}

#[test]
fn who_is_invisible_says_nothing_until_it_writes() {
    let network = Network::new();
    let (here, there) = (network.at(1), network.at(2));
    let us = Member::start_with(URSULA, &here, "visible = false\n");
    let Some(mut peer) = Peer::start(FEIQ, &[&there, OTTO, &here]) else { return };
    us.talk_to(OTTO, &there);
    peer.say(&format!("say {here} who is there"));
    us.terminal.wait_text("who is there");
    us.terminal.line("it is me");
    peer.wait_text("it is me");
    let lines = peer.lines();
    let said = lines.iter().position(|line| line.starts_with(&format!("said {here} "))).unwrap();
    let entry = lines.iter().position(|line| line.starts_with(&format!("entry {here} "))).unwrap();
    let ours = |line: &&String| line.contains(&format!(" {here} "));
    assert_eq!(lines.iter().find(ours), lines.get(entry), "it hears nothing of us before: {lines:#?}");
    assert!(entry < said, "it knows who writes: {lines:#?}");
    assert_eq!(count(&peer, "answer", &here), 0, "{lines:#?}");
}

#[test]
fn who_is_away_says_so_and_answers_once() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.us.command("/away at lunch");
    pair.heard("absence", ABSENT);
    pair.tell("ask-absence", "");
    pair.heard("told", "at lunch");
    pair.tell("say", "are you there?");
    let rest = pair.heard("said", "at lunch");
    assert_ne!(crate::ipmsg_steps::flags(&rest) & 0x2000, 0, "it is known as automatic: {rest}");
    pair.us.terminal.wait_text("are you there?");
    pair.us.command("/away");
    pair.tell("ask-absence", "");
    pair.tell("say", "and now?");
    pair.us.terminal.wait_text("and now?");
    pair.us.terminal.line("now I am");
    pair.heard("said", "now I am");
    assert_eq!(pair.count("said"), 2, "{:#?}", pair.peer.lines());
    pair.finish();
}

#[test]
fn that_a_peer_is_away_is_shown() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    pair.peer.say("away gone fishing");
    pair.us.wait_header("gone fishing");
    pair.peer.say("back");
    pair.us.terminal.wait_gone("gone fishing");
    pair.finish();
}

#[test]
fn an_entry_is_answered_once_and_an_answer_never() {
    for script in [FEIQ, OFFICIAL] {
        let Some(mut pair) = Pair::start(script) else { return };
        pair.peer.say("leave");
        pair.us.wait_header("left");
        let before = pair.count("answer");
        pair.peer.say("enter");
        pair.heard("answer", URSULA);
        // What comes after a message would have come before its receipt.
        pair.tell("say", "fence");
        pair.heard("receipt", "");
        assert_eq!(pair.count("answer"), before + 1, "{:#?}", pair.peer.lines());
        pair.finish();
    }
}

#[test]
fn where_another_program_has_the_port_the_rest_goes_on() {
    let network = Network::new();
    let _other = UdpSocket::bind((network.at(1).as_str(), PORT)).unwrap();
    let profile = Profile::new();
    let listen = format!("ipmsg={}:{PORT}", network.at(1));
    let terminal = Terminal::spawn(&profile.args_and(&["--listen", &listen]), (100, 30));
    terminal.wait_text("Port 2425 is in use by another program: ipmsg is off");
    go_to(&terminal, "echo", "inside this program");
    terminal.line("hello, myself");
    terminal.wait_for("the text twice: sent and come back", |screen| {
        screen.contents().matches("hello, myself").count() >= 2
    });
}

#[test]
fn the_peers_of_the_tests_understand_each_other() {
    let network = Network::new();
    let (one, two, three) = (network.at(1), network.at(2), network.at(3));
    let Some(mut ada) = Peer::start(OFFICIAL, &[&one, "ada"]) else { return };
    let mut cleo = Peer::start(OFFICIAL, &[&two, "cleo", &one]).unwrap();
    let mut fei = Peer::start(FEIQ, &[&three, "飞飞", &one]).unwrap();
    ada.wait_text("cleo|lab");
    ada.wait_text("飞飞|lab");
    cleo.wait_text("ada|lab");
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "中 文.txt", b"content");
    write(folder.path(), "sub/深/b", b"deep");

    ada.say(&format!("say {three} 你好"));
    fei.wait_text("你好");
    fei.say(&format!("say {one} 早"));
    ada.wait_text("早{");
    fei.wait_text(&format!("receipt {one}"));
    ada.say(&format!("seal {two} secret"));
    cleo.wait_text("sealed");
    cleo.say(&format!("open {one}"));
    cleo.wait_text("read-known");
    // What she writes about it may come a moment later.
    ada.wait_text(&format!("read {two} "));
    assert_eq!(count(&ada, "read", &two), 1);
    for (peer, at) in [(&mut cleo, &two), (&mut fei, &three)] {
        ada.say(&format!("offer {at} '{}'", path.display()));
        peer.wait_text("中 文.txt");
        let place = folder.path().join(at);
        std::fs::create_dir(&place).unwrap();
        peer.say(&format!("fetch {one} '{}'", place.display()));
        peer.wait_text("fetched");
        assert_eq!(std::fs::read(place.join("中 文.txt")).unwrap(), b"content");
    }
    let place = folder.path().join("whole");
    std::fs::create_dir(&place).unwrap();
    ada.say(&format!("offer {two} '{}'", folder.path().join("sub").display()));
    cleo.wait_line("the folder", |line| line.starts_with("offered") && line.ends_with(" sub"));
    cleo.say(&format!("fetch {one} '{}'", place.display()));
    cleo.wait_text("folder");
    assert_eq!(std::fs::read(place.join("sub/深/b")).unwrap(), b"deep");
}
