//! A card with two addresses, and one whose address changes: the real program in network namespaces, against peers that
//! hear nobody but the address they speak to.
//!
//! Skipped, in plain words, where there is no root or no network namespace.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[expect(dead_code, reason = "nothing here is slow")]
#[path = "../support/lan.rs"]
mod lan;
#[expect(dead_code, reason = "two addresses need little of what tests stand on")]
#[path = "../support/mod.rs"]
mod support;

use std::io::Write as _;
use std::process::Command;
use std::sync::Once;

use lan::{Lan, Node};
use support::ipmsg::Member;
use support::lines::Talker;
use support::profile::{Profile, listening_port};
use support::pty::Terminal;
use support::python::Peer;

/// The second address of our card. Nothing leaves from there by itself.
const SECOND: &str = "10.77.0.111";
/// The one it has instead of all others.
const INSTEAD: &str = "10.77.0.177";
const RELAY: &str = "6000";

/// A network with a node for us, whose card has two addresses, and one for a peer. `None`, and why: it cannot be done.
fn nodes() -> Option<(Lan, Node, Node)> {
    static SAID: Once = Once::new();
    if let Some(why) = Lan::obstacle() {
        // Past the test harness, which keeps what a passing test prints to itself.
        let line = format!("skipped: no tests with two addresses on one card: {why}\n");
        SAID.call_once(|| std::io::stderr().write_all(line.as_bytes()).unwrap());
        return None;
    }
    let mut lan = Lan::new();
    let (here, there) = (lan.node("here"), lan.node("there"));
    here.ip(&format!("addr add {SECOND}/24 broadcast 10.77.0.255 dev eth0"));
    Some((lan, here, there))
}

/// A peer that speaks to our second address and hears no other.
fn peer(there: &Node, own: &str, port: &str) -> Option<Peer> {
    Peer::start_by(there.command("python3"), "one_address.py", &[own, SECOND, port])
}

fn udpqq(node: &Node, profile: &Profile, words: &[&str]) -> Command {
    let mut command = node.command("sh");
    command.args(["-c", "exec \"$0\" \"$@\" 2>&1", env!("CARGO_BIN_EXE_udpqq")]);
    command.args(["--defaults", "--profile", profile.path("").to_str().unwrap()]).args(words);
    command.env("LANG", "C.UTF-8").env("TZ", "UTC").env("HOME", profile.path(""));
    command
}

fn relay(node: &Node, profile: &Profile) -> Talker {
    let relay = Talker::start(&mut udpqq(node, profile, &["relay", &format!("0.0.0.0:{RELAY}")]));
    relay.wait_text("listening on relay");
    relay
}

#[test]
fn what_is_answered_in_the_messenger_leaves_from_the_address_that_was_spoken_to() {
    let Some((_lan, here, there)) = nodes() else { return };
    let profile = Profile::new();
    let own = ["--defaults", "--listen", "udp=8081", "--listen", "ipmsg=off", "--profile"].map(str::to_owned);
    let mut words = here.enter();
    words.push(env!("CARGO_BIN_EXE_udpqq").to_owned());
    words.extend(own);
    words.push(profile.path("").to_str().unwrap().to_owned());
    let terminal = Terminal::spawn_behind(&words, (100, 30));
    assert_eq!(listening_port(&terminal), 8081);
    let Some(mut peer) = peer(&there, "5000", "8081") else { return };
    peer.say("good morning");
    terminal.wait_text("10.77.0.2:5000");
    terminal.key("M-a");
    terminal.wait_text("good morning");
    terminal.line("and to you");
    peer.wait_text(&format!("heard {SECOND} and to you"));
}

#[test]
fn an_ipmsg_peer_gets_answers_and_receipts_from_the_address_that_it_speaks_to() {
    let Some((_lan, here, there)) = nodes() else { return };
    let us = Member::start_behind(&here.enter(), "eth0", "ursula");
    let Some(mut peer) = peer(&there, "2425", "2425") else { return };
    peer.say(r"1:7:igor:pc:1:igor\0lab\0");
    peer.wait_line("an answer to the entry", |line| line.starts_with("heard") && line.contains(":ursula"));
    peer.say("1:8:igor:pc:288:good morning");
    peer.wait_line("a receipt", |line| line.starts_with("heard") && line.contains(":33:8"));
    us.talk_to("igor", "10.77.0.2");
    us.terminal.line("and to you");
    let said = peer.wait_text("and to you");
    assert!(said.starts_with(&format!("heard {SECOND} ")), "{said}");
}

#[test]
fn another_address_of_ours_is_told_to_ipmsg_neighbours_at_once() {
    let Some((_lan, here, there)) = nodes() else { return };
    let us = Member::start_behind(&here.enter(), "eth0", "ursula");
    us.terminal.wait_text(":2425");
    let Some(neighbour) = Peer::start_by(there.command("python3"), "one_address.py", &["2425"]) else {
        return;
    };
    here.ip("addr flush dev eth0");
    here.ip(&format!("addr add {INSTEAD}/24 broadcast 10.77.0.255 dev eth0"));
    neighbour.wait_line("an entry from the new address", |line| {
        line.starts_with(&format!("heard {INSTEAD} ")) && line.contains("ursula")
    });
}

#[test]
fn a_plain_member_of_a_relay_hears_it_from_the_address_that_it_speaks_to() {
    let Some((_lan, here, there)) = nodes() else { return };
    let profile = Profile::new();
    let _relay = relay(&here, &profile);
    let Some(mut one) = peer(&there, "0", RELAY) else { return };
    let Some(mut other) = peer(&there, "0", RELAY) else { return };
    for member in [&mut one, &mut other] {
        member.say("hello, is there a relay?");
        let told = member.wait_text("/prove ");
        let (_, code) = told.split_once("/prove ").unwrap();
        member.say(&format!("/prove {}", code.trim_end_matches("\\n")));
        member.wait_text("You are guest");
    }
    one.say("good morning");
    other.wait_text("good morning");
}

#[test]
fn a_framed_member_of_a_relay_hears_it_from_the_address_that_it_speaks_to() {
    let Some((_lan, here, there)) = nodes() else { return };
    let (profile, theirs) = (Profile::new(), Profile::new());
    let relay = relay(&here, &profile);
    let room = format!("relay://{SECOND}:{RELAY}/attic");
    let mut send = udpqq(&there, &theirs, &["send", &room, "good morning"]);
    let output = send.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    relay.wait_text("attic");
}

#[test]
fn the_echo_command_answers_from_the_address_that_was_asked() {
    let Some((_lan, here, there)) = nodes() else { return };
    let profile = Profile::new();
    let echo = Talker::start(&mut udpqq(&here, &profile, &["--listen", "udp=8081", "echo"]));
    echo.wait_text("listening on udp");
    let Some(mut peer) = peer(&there, "0", "8081") else { return };
    peer.say("is anybody there?");
    peer.wait_text(&format!("heard {SECOND} is anybody there?"));
}
