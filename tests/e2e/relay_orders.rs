//! `udpqq relay order`: whoever runs a relay puts people out, lets them in again, and says how a room is run.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use nix::sys::signal::Signal;

use crate::relay_chat::Member;
use crate::relay_rooms::{Person, kill};
use crate::relay_server::{listening, start};
use crate::support::command::{Outcome, run};
use crate::support::lines::Talker;
use crate::support::profile::Profile;

/// A relay, and the profile it runs with.
fn relay() -> (Talker, Profile, u16) {
    let profile = Profile::new();
    let relay = start(&profile, &[], &[]);
    let port = listening(&relay).port();
    (relay, profile, port)
}

fn order(profile: &Profile, words: &[&str]) -> Outcome {
    run(&profile.args_and(&[&["relay", "order"], words].concat()), b"")
}

/// What an order that was carried out says.
fn ordered(profile: &Profile, words: &[&str]) -> String {
    let outcome = order(profile, words);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    outcome.stdout
}

/// Somebody says to be the operator anna, by that password, which is typed unseen.
fn claim(person: &Person, password: &str) {
    person.says("/operator anna");
    person.hears("Password of the operator");
    person.terminal.send(password);
    person.hears(&"•".repeat(password.len()));
    person.terminal.key("Enter");
}

#[test]
fn a_member_is_put_out_and_muted_and_is_told_on_its_screen() {
    let (relay, profile, port) = relay();
    let [ann, ben] = ["ann", "ben"].map(|name| Person::open(name, port, "dev"));
    ann.hears("2 here");
    assert_eq!(ordered(&profile, &["mute", "ann", "1h"]), "ann may not write for an hour\n");
    ann.hears("do not let us write here");
    ann.says("<hello?>");
    ann.terminal.wait_text("×  <hello?>");
    assert_eq!(ordered(&profile, &["unmute", "ann"]), "ann may write again\n");
    ann.says("<at last>");
    ben.hears("<at last>");

    assert_eq!(ordered(&profile, &["kick", "ben"]), "ben was put out, and can come back in a minute\n");
    ben.hears("/join asks to come back");
    ann.hears("1 here");
    assert_eq!(ordered(&profile, &["unban", "ben"]), "ben may come in again\n");
    ben.says("/join");
    ben.hears("2 here");
    ben.says("<back>");
    ann.hears("<back>");

    assert_eq!(ordered(&profile, &["ban", "ben", "2h"]), "ben was put out and is kept out for 2 hours\n");
    ben.hears("do not let us into this room");
    ann.hears("1 here");
    relay.wait_text("was put out of dev");
    relay.wait_text("ben was put out and is kept out for 2 hours");
    assert!(ordered(&profile, &["bans"]).starts_with("ben (127.0.0.1:"), "{}", ordered(&profile, &["bans"]));
    assert_eq!(ordered(&profile, &["unban", "ben"]), "ben may come in again\n");
    assert_eq!(ordered(&profile, &["bans"]), "Nobody is banned or muted\n");
}

#[test]
fn a_room_with_a_password_asks_for_it_and_lets_in_who_knows_it() {
    let (relay, profile, port) = relay();
    let words = ["relay", "order", "password", "dev"];
    let outcome = run(&profile.args_and(&words), b"open sesame\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(outcome.stdout, "dev has a password now: only udpqq can come in\n");
    let told = run(&profile.args_and(&[&words[..], &["open sesame"]].concat()), b"");
    assert_eq!(told.code, Some(1), "not among the arguments: {told:?}");
    relay.wait_text("dev has a password now");

    let ann = Person::open("ann", port, "dev");
    ann.hears("Password of the room");
    // Unseen, so that there is nothing to be waited for but how long it is.
    let types = |password: &str| {
        ann.terminal.send(password);
        ann.hears(&"•".repeat(password.len()));
        ann.terminal.key("Enter");
    };
    types("open barley");
    ann.hears("That is not the password of the room");
    types("open sesame");
    ann.hears("1 here");
    ann.says("<in the cave>");
    ann.wait_mark('✓', "<in the cave>");
    relay.wait_text("was not let in: wrong password");
    // What proves it is kept, and not the password: the next start is a way in without a question.
    assert!(ann.file("rooms.key").contains("/dev") && !ann.file("rooms.key").contains("sesame"));
    let ann = ann.again("ann", port, "dev");
    ann.says("<once more>");
    ann.wait_mark('✓', "<once more>");
    let ada = Member::join(([127, 0, 0, 1], port).into(), "ada");
    ada.say("/join dev");
    ada.wait_for("* That room has a password");
    let outcome = run(&profile.args_and(&words), b"\n");
    assert_eq!(outcome.stdout, "dev has no password any more\n");
    ada.say("/join dev");
    ada.wait_for("in dev with 1 member");
    assert!(!ann.terminal.look(crate::support::screen::rows).concat().contains("sesame"));
}

#[test]
fn a_topic_is_seen_by_those_in_the_room_and_by_whoever_comes() {
    let (_relay, profile, port) = relay();
    let ann = Person::open("ann", port, "dev");
    ann.hears("1 here");
    let said = ordered(&profile, &["topic", "dev", "Homework: page 7"]);
    assert_eq!(said, "dev is about: Homework: page 7\n");
    ann.hears("Topic: Homework: page 7");
    assert_eq!(ordered(&profile, &["moderated", "dev", "on"]), "In dev only those in charge write\n");
    ann.hears("Only those in charge write in this room");
    let ben = Person::open("ben", port, "dev");
    ben.hears("Topic: Homework: page 7");
    let ada = Member::join(([127, 0, 0, 1], port).into(), "ada");
    ada.say("/join dev");
    assert!(ada.wait_for("Topic").contains("* Topic: Homework: page 7\n* Only those in charge"));
}

#[test]
fn orders_are_heard_by_the_relay_of_the_profile_and_no_other_user() {
    let profile = Profile::new();
    let none = order(&profile, &["bans"]);
    assert_eq!(none.code, Some(1), "{none:?}");
    assert!(none.only_error_line().contains("No relay runs with this profile"), "{none:?}");

    let relay = start(&profile, &[], &[]);
    listening(&relay);
    let path = profile.path("relay.sock");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let second = start(&profile, &[], &[]);
    second.wait_text("Orders are not heard at");
    listening(&second);
    for (words, told) in [
        (&["dance"][..], "There is no order “dance”"),
        (&["kick"], "This order is given so: kick NAME"),
        (&["kick", "nobody"], "Nobody called nobody is here"),
    ] {
        let outcome = order(&profile, words);
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(outcome.only_error_line().contains(told), "{outcome:?}");
    }
    // One that was killed leaves its socket behind, and the next takes its place.
    kill(relay);
    assert!(path.exists());
    let mut third = start(&profile, &[], &[]);
    listening(&third);
    assert_eq!(ordered(&profile, &["bans"]), "Nobody is banned or muted\n");
    third.signal(Signal::SIGTERM);
    assert_eq!(third.finish().0, Some(0));
    assert!(!path.exists());
}

#[test]
fn a_member_who_is_an_operator_bans_another_from_the_composer_and_nobody_learns_the_password() {
    let profile = Profile::new();
    let add = ["relay", "operator", "add", "anna"];
    let added = run(&profile.args_and(&add), b"open sesame\n");
    assert_eq!(added.code, Some(0), "{added:?}");
    let keys = profile.path("operators.key");
    assert_eq!(fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(
        profile.read("operators.key").starts_with("anna ")
            && !profile.read("operators.key").contains("sesame")
    );
    let key = profile.read("operators.key").split_whitespace().nth(2).unwrap().to_owned();
    assert_eq!(run(&profile.args_and(&["relay", "operator", "list"]), b"").stdout, "anna\n");

    let relay = start(&profile, &[], &[]);
    let port = listening(&relay).port();
    let [ann, ben] = ["ann", "ben"].map(|name| Person::open(name, port, "dev"));
    ann.hears("2 here");
    ann.says("/kick ben");
    ann.hears("Only operators give orders here");
    ann.terminal.send("\x15");
    claim(&ann, "open barley");
    ann.hears("That is not the password of the operator anna");
    relay.wait_text("has not proved to be the operator anna");
    claim(&ann, "open sesame");
    ann.hears("You are an operator of this relay, as anna");
    ann.hears("2 here");
    ann.says("/ban ben 2h");
    ann.hears("ben was put out and is kept out for 2 hours");
    ben.hears("do not let us into this room");
    relay.wait_text("The operator anna orders: ban ben 2h");
    relay.wait_text("ben was put out and is kept out for 2 hours");

    // The next start is in charge without a question.
    assert!(!ann.file("rooms.key").contains("sesame"));
    let ann = ann.again("ann", port, "dev");
    ann.hears("You are an operator of this relay, as anna");
    ann.says("/order unban ben");
    ann.hears("ben may come in again");
    let mut relay = relay;
    relay.signal(Signal::SIGTERM);
    let (_, lines) = relay.finish();
    let log = format!("{lines:?}");
    assert!(!log.contains("sesame") && !log.contains(&key), "{log}");

    // Where others can read the keys there is no relay.
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).unwrap();
    let elsewhere = Profile::new();
    let file = keys.to_str().unwrap();
    let refused = run(&elsewhere.args_and(&["relay", "127.0.0.1:0", "--operators", file]), b"");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.only_error_line().contains("chmod 600"), "{refused:?}");
}

#[test]
fn who_is_in_charge_changes_while_the_relay_runs() {
    let (relay, profile, port) = relay();
    let operator = |words: &[&str]| {
        let words = [&["relay", "operator"], words].concat();
        let outcome = run(&profile.args_and(&words), b"open sesame\n");
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
    };
    let ann = Person::open("ann", port, "dev");
    ann.hears("1 here");
    operator(&["add", "anna"]);
    relay.wait_text("Who is in charge was read again: one operator");
    claim(&ann, "open sesame");
    ann.hears("You are an operator of this relay, as anna");
    operator(&["remove", "anna"]);
    relay.wait_text("Who is in charge was read again: nobody");
    ann.hears("You are not an operator of this relay any more");
    ann.says("/topic mine");
    ann.hears("Only operators give orders here");
    // What cannot be read changes nothing, and is told.
    fs::write(profile.path("operators.key"), "nonsense\n").unwrap();
    relay.wait_text("operators.key");
}
