//! What the doctor says of a real machine: ports that others have, firewalls, and peers that answer or do not.

use std::io::{Write as _, stderr};
use std::process::{Command, Stdio};

use crate::lan_steps::{lan, two};
use crate::relay_server;
use crate::steps::with_alex;
use crate::support::command::run;
use crate::support::profile::Profile;
use crate::support::socket::Socket;

#[test]
fn a_port_that_another_program_has_is_named_with_the_program() {
    let holder = Socket::bind();
    let place = format!("udp={}", holder.address());
    let profile = Profile::new();
    let outcome = run(&profile.args_and(&["--listen", &place, "doctor"]), b"");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let said = outcome.stdout.clone();
    let wanted = format!("{} is taken by ", holder.address().port());
    assert!(said.contains(&wanted) && said.contains(&format!("({})", std::process::id())), "{said}");
    assert!(said.contains("udpqq --listen udp="), "{said}");
    assert!(outcome.stderr.contains("found something"), "{outcome:?}");
}

#[test]
fn no_words_go_to_a_peer_whose_dialect_has_no_question() {
    let peer = Socket::bind();
    let profile = Profile::new();
    let outcome = run(&profile.args_and(&["doctor", &peer.address().to_string(), "--json"]), b"");
    let said = outcome.stdout.clone();
    for part in ["\"check\":\"machine\"", "\"check\":\"peer\",\"verdict\":\"good\"", "\"check\":\"way\""] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.contains(&format!("listens at {}", peer.address())), "{said}");
    peer.assert_silent();
}

#[test]
fn of_a_local_port_that_nobody_has_the_last_line_says_what_to_do() {
    let peer = Socket::bind();
    let closed = peer.address();
    drop(peer);
    let profile = Profile::new();
    for address in [closed.to_string(), format!("tcp://{closed}")] {
        let outcome = run(&profile.args_and(&["doctor", &address]), b"");
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(outcome.stdout.contains(&format!("nothing is listening at {closed}")), "{outcome:?}");
        let last = outcome.stdout.lines().last().unwrap();
        let todo =
            format!("What to do: Start the program there; it has to listen at port {}.", closed.port());
        assert_eq!(last, todo, "{outcome:?}");
    }
}

#[test]
fn a_relay_is_asked_whether_it_is_there_and_nobody_joins() {
    let profile = Profile::new();
    let doctor = |at: &str| run(&profile.args_and(&["doctor", &format!("relay://{at}/class")]), b"");
    let silent = Socket::bind();
    let outcome = doctor(&silent.address().to_string());
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("nothing came back in 2 s"), "{outcome:?}");
    assert!(outcome.stdout.contains("Is the relay running at "), "{outcome:?}");
    let heard = silent.waiting();
    let is_hello = |bytes: &Vec<u8>| bytes.starts_with(b"\xff\x71\x01H") && bytes.len() == 64;
    assert!(!heard.is_empty() && heard.iter().all(is_hello), "nothing but hellos: {heard:?}");
    let closed = silent.address().to_string();
    drop(silent);
    let outcome = doctor(&closed);
    assert!(outcome.stdout.contains(&format!("nothing is listening at {closed}")), "{outcome:?}");
    assert!(outcome.stdout.contains("  udpqq relay "), "{outcome:?}");
    let relay = relay_server::start(&Profile::new(), &[], &[]);
    let at = relay_server::listening(&relay).to_string();
    let outcome = doctor(&at);
    assert!(outcome.stdout.contains("answered after "), "{outcome:?}");
    assert!(outcome.stdout.contains("Only relay://"), "who was asked is said: {outcome:?}");
}

/// Whether there is a tool that makes rules.
fn has_nft() -> bool {
    let tried = Command::new("nft").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

#[test]
fn a_rule_that_drops_our_port_is_found_with_the_rule_that_lets_it_in() {
    let Some(mut lan) = lan() else { return };
    if !has_nft() {
        stderr().write_all(b"skipped: no firewall without nft\n").unwrap();
        return;
    }
    let (node, profile) = (lan.node("mei"), Profile::new());
    let doctor = || {
        let folder = profile.path("");
        let mut command = node.command(env!("CARGO_BIN_EXE_udpqq"));
        let args =
            ["--language", "en", "--interface", "eth0", "--profile", folder.to_str().unwrap(), "doctor"];
        let output = command.args(args).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = doctor();
    assert_eq!(code, Some(0), "{said}");
    for words in ["eth0 10.77.0.1/24", "heard ourselves on eth0", " parts", "everybody on eth0"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for rule in [
        "add table inet filter",
        "add chain inet filter input { type filter hook input priority 0 ; policy accept ; }",
        "add rule inet filter input udp dport 2425 drop",
    ] {
        assert!(node.command("nft").arg(rule).status().unwrap().success(), "{rule}");
    }
    let (code, said) = doctor();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nft drops udp 2425 (table inet filter, chain input)"), "{said}");
    assert!(said.contains("  sudo nft insert rule inet filter input udp dport 2425 accept"), "{said}");
    // What it says to do helps.
    let insert = "insert rule inet filter input udp dport 2425 accept";
    assert!(node.command("nft").arg(insert).status().unwrap().success());
    assert_eq!(doctor().0, Some(0));
}

#[test]
fn people_who_are_there_answer_a_look_and_the_doctor() {
    let Some((_lan, mei, ben)) = two() else { return };
    let options = ["--listen", "udp=off"];
    let (at_mei, at_ben) = (mei.start_with(&options), ben.start_with(&options));
    at_mei.wait_text("ben");
    at_ben.wait_text("mei");
    at_mei.line("/look");
    at_mei.wait_text("1 person has answered");
    at_mei.line("/doctor ben");
    at_mei.wait_text("answered after");
    at_mei.wait_text("heard ourselves on eth0");
    at_mei.key("Esc");
    at_mei.wait_gone("answered after");
    at_ben.quit();
}

#[test]
fn an_address_that_was_only_asked_about_leaves_no_conversation_behind() {
    let (terminal, ..) = with_alex();
    terminal.line("/doctor udp://127.0.0.1:9");
    terminal.wait_text("127.0.0.1:9");
    terminal.wait_text("Esc close");
    terminal.key("Esc");
    terminal.wait_gone("127.0.0.1:9");
    terminal.wait_text("Write to alex");
}
