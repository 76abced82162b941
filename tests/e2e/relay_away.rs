//! A relay that goes away, comes back, or was never there; and members that it has not heard for too long.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::relay_chat::Member;
use crate::relay_rooms::{Person, kill, relay};
use crate::relay_server::{listening, start_with};
use crate::support::command::{run, udpqq};
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::socket::Socket;

const NO_ANSWER: &str = "The relay does not answer";
/// In which everybody is back after a relay has come again.
const BACK: Duration = Duration::from_secs(10);
/// Longer than a message waits for a relay.
const LIFE: Duration = Duration::from_secs(25);

/// The relay at a port that it had before.
fn again(port: u16) -> Talker {
    let relay = start_with(&Profile::new().args_and(&["relay", &format!("127.0.0.1:{port}")]), &[]);
    listening(&relay);
    relay
}

#[expect(clippy::disallowed_methods, reason = "how long it takes to come back is what is promised")]
fn now() -> Instant {
    Instant::now()
}

fn two_in_a_room(port: u16) -> [Person; 2] {
    let people = ["ann", "ben"].map(|name| Person::open(name, port, "lobby"));
    for one in &people {
        one.hears("2 here");
    }
    people
}

#[test]
fn after_a_relay_was_killed_everybody_is_back_and_what_waited_arrives_once() {
    let (relay, port) = relay(&[]);
    let [ann, ben] = two_in_a_room(port);
    ann.says("<before>");
    ben.hears("<before>");
    ann.wait_mark('✓', "<before>");
    kill(relay);
    for one in [&ann, &ben] {
        one.hears(NO_ANSWER);
    }
    ann.says("<from ann>");
    ben.says("<from ben>");
    ann.wait_mark('…', "<from ann>");
    ben.wait_mark('…', "<from ben>");

    let begin = now();
    let _relay = again(port);
    ben.hears("<from ann>");
    ann.hears("<from ben>");
    ann.wait_mark('✓', "<from ann>");
    ben.wait_mark('✓', "<from ben>");
    for one in [&ann, &ben] {
        one.terminal.wait_gone(NO_ANSWER);
    }
    let took = begin.elapsed();
    assert!(took <= BACK, "{took:?}");
    ann.says("<after ann>");
    ben.hears("<after ann>");
    ben.says("<after ben>");
    ann.hears("<after ben>");
    for one in [&ann, &ben] {
        let mut words = one.words();
        words.sort();
        assert_eq!(
            words,
            ["<after ann>", "<after ben>", "<before>", "<from ann>", "<from ben>"],
            "{}",
            one.terminal.screen()
        );
    }
}

#[test]
fn nothing_is_lost_doubled_or_turned_round_by_a_relay_that_is_killed_while_people_write() {
    let (mut relay, port) = relay(&[]);
    let [ann, ben] = two_in_a_room(port);
    let said = |who: &str, number: usize| format!("<{who} {number:02}>");
    let mut number = 0;
    for before in [3, 1, 2] {
        for _ in 0..before {
            ann.says(&said("ann", number));
            ben.says(&said("ben", number));
            number += 1;
        }
        kill(relay);
        ann.says(&said("ann", number));
        ben.says(&said("ben", number));
        number += 1;
        relay = again(port);
        ben.hears(&said("ann", number - 1));
        ann.hears(&said("ben", number - 1));
    }
    for (one, own, other) in [(&ann, "ann", "ben"), (&ben, "ben", "ann")] {
        let of = |who: &str| (0..number).map(|number| said(who, number)).collect::<Vec<_>>();
        for word in of(own) {
            one.wait_mark('✓', &word);
        }
        let of_other: Vec<String> = one.words().into_iter().filter(|word| word.contains(other)).collect();
        assert_eq!(of_other, of(other), "{}", one.terminal.screen());
    }
}

#[test]
fn without_a_relay_a_message_fails_with_the_reason_and_can_be_said_again() {
    // Somebody has the port and never says a word.
    let silent = Socket::bind();
    let port = silent.address().port();
    let ann = Person::open("ann", port, "lobby");
    ann.hears("connecting…");
    ann.says("<into the dark>");
    ann.hears(NO_ANSWER);
    ann.wait_mark('…', "<into the dark>");
    let failed = "×  <into the dark>";
    assert!(ann.terminal.comes(failed) || ann.terminal.comes(failed), "{}", ann.terminal.screen());
    ann.hears("The relay did not answer; not sent");

    drop(silent);
    let _relay = again(port);
    ann.terminal.wait_gone(NO_ANSWER);
    ann.terminal.key("C-o");
    ann.terminal.send("x");
    ann.wait_mark('✓', "<into the dark>");
    assert_eq!(ann.words().len(), 2, "the failed one stays: {}", ann.terminal.screen());
}

#[test]
fn a_script_is_told_whether_the_relay_took_its_message() {
    let silent = Socket::bind();
    let closed = free_port();
    let wanting: Vec<Talker> = [silent.address().port(), closed].map(|port| sending(port, "lost")).into();
    let (_relay, port) = relay(&[]);
    let ada = Member::join(([127, 0, 0, 1], port).into(), "ada");
    let profile = Profile::new();
    let to = format!("relay://127.0.0.1:{port}");
    let outcome = run(&profile.args_and(&["--name", "tom", "send", &to, "在吗"]), b"");
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(ada.wait_for("在吗"), "tom: 在吗");
    // In another room nobody hears it, and it is taken all the same.
    let outcome = run(&profile.args_and(&["send", &format!("{to}/attic"), "alone"]), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    ada.say("/ping");
    assert!(ada.hear().contains("pong"));

    for mut one in wanting {
        let line = one.wait_line_for(LIFE, |_| true).expect("a reason");
        assert!(line.contains("The relay does not answer"), "{line}");
        let (code, lines) = one.finish();
        assert_eq!((code, lines.len()), (Some(1), 1), "{lines:?}");
    }
}

/// A script that sends to a relay; both of its streams are one.
fn sending(port: u16, text: &str) -> Talker {
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" \"$@\" 2>&1", env!("CARGO_BIN_EXE_udpqq")]);
    let to = format!("relay://127.0.0.1:{port}");
    Talker::start(command.args(Profile::new().args_and(&["send", &to, text])).env("LANG", "C.UTF-8"))
}

#[test]
fn a_script_hears_a_room_with_the_names_of_its_members() {
    let (relay, port) = relay(&[]);
    let ada = Member::join(([127, 0, 0, 1], port).into(), "艾达");
    let address = format!("relay://127.0.0.1:{port}/lobby");
    for (form, name) in
        [(&["listen", "--count", "2"][..], "tom"), (&["listen", "--json", "--count", "2"], "tim")]
    {
        let profile = Profile::with_contacts(&[("class", &address)]);
        let words = [&["--name", name], form].concat();
        let mut listener = Talker::start(&mut udpqq(&profile.args_and(&words)));
        relay.wait_line("the script to come in", |line| {
            line.contains(&format!("{name} (")) && line.contains("joined lobby with udpqq")
        });
        ada.say("在吗 \u{1b}[31m");
        ada.say("👋");
        let (code, lines) = listener.finish();
        assert_eq!((code, lines.len()), (Some(0), 2), "{lines:?}");
        if form.contains(&"--json") {
            let line: Value = serde_json::from_str(&lines[0]).unwrap();
            assert_eq!((&line["sender"], &line["text"]), (&"艾达".into(), &"在吗 \x1b[31m".into()), "{line}");
            assert_eq!((&line["dialect"], &line["contact"]), (&"relay".into(), &"class".into()), "{line}");
            assert_eq!(line["authenticated"], false, "{line}");
        } else {
            assert!(lines[0].contains(" class <艾达>: 在吗 ^[[31m"), "{lines:?}");
            assert!(lines[1].ends_with(" class <艾达>: 👋"), "{lines:?}");
        }
    }
}

#[test]
fn a_silent_member_is_told_how_to_return_and_can() {
    let (_relay, port) = relay(&["--silence", "2"]);
    let at = ([127, 0, 0, 1], port).into();
    let (ada, bob) = (Member::join(at, "ada"), Member::join(at, "bob"));
    let ann = Person::open("ann", port, "lobby");
    let told = [&ada, &bob].map(|member| member.wait_for("Nothing came from you for 2 seconds"));
    ann.says("while they are away");
    ann.wait_mark('✓', "while they are away");

    let proof = told[0].lines().find(|line| line.starts_with("/prove ")).expect("a line to send back");
    ada.say(proof);
    let back = ada.hear();
    assert!(back.contains("You are ada, in lobby"), "under the name it had: {back}");
    bob.say("anything that is long enough");
    let proof = bob.wait_for("/prove ");
    bob.say(proof.lines().find(|line| line.starts_with("/prove ")).unwrap());
    assert!(bob.hear().contains("You are bob, in lobby"));

    ada.say("here again");
    assert_eq!(bob.wait_for("ada: "), "ada: here again");
    ann.hears("here again");
    ann.says("welcome");
    assert_eq!(ada.hear(), "ann: welcome");
    assert_eq!(bob.hear(), "ann: welcome");
}
