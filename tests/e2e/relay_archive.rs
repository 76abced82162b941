//! What a relay has kept, for its operator: listed, found and exported while it runs, taken in elsewhere, and removed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::relay_chat::Member;
use crate::relay_history::KeepingRelay;
use crate::support::command::{Outcome, run, udpqq};
use crate::support::lines::Talker;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};

/// What could leave its line or move a cursor.
const HOSTILE: &str = "schnittlauch \u{1b}[2J\u{202e}end";

fn with_input(profile: &Profile, words: &[&str], input: &[u8]) -> Outcome {
    run(&profile.args_and(&[&["relay", "history"], words].concat()), input)
}

fn history(profile: &Profile, words: &[&str]) -> Outcome {
    with_input(profile, words, b"")
}

/// What a command that succeeds prints.
fn printed(profile: &Profile, words: &[&str]) -> Vec<String> {
    let outcome = history(profile, words);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{words:?}: {outcome:?}");
    outcome.stdout.lines().map(str::to_owned).collect()
}

/// The one line of a command that fails.
fn refused(profile: &Profile, words: &[&str]) -> String {
    let outcome = history(profile, words);
    assert_eq!(outcome.code, Some(1), "{words:?}: {outcome:?}");
    outcome.only_error_line().to_owned()
}

fn objects(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file_names(profile: &Profile) -> Vec<String> {
    let entries = fs::read_dir(profile.path("")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Which files of a profile hold these bytes.
fn holding(profile: &Profile, word: &str) -> Vec<String> {
    let holds = |name: &String| {
        let bytes = fs::read(profile.path(name)).unwrap_or_default();
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    };
    file_names(profile).into_iter().filter(holds).collect()
}

/// Two plain members and one with udpqq have said two things each, in two rooms.
struct Talk {
    home: KeepingRelay,
    relay: Talker,
    ann: Talker,
    _profile: Profile,
}

impl Talk {
    fn new() -> Self {
        let home = KeepingRelay::new();
        let relay = home.start();
        let at = ([127, 0, 0, 1], home.port).into();
        let [ada, bob] = ["ada", "bob"].map(|name| Member::join(at, name));
        ada.say("who brings petersilie?");
        bob.wait_for("petersilie");
        bob.say(HOSTILE);
        ada.wait_for("schnittlauch");
        bob.say("/join dev");
        bob.wait_for("dev");
        let profile = Profile::new();
        let room = format!("relay://{at}/Dev");
        let mut ann = Talker::start(&mut udpqq(&profile.args_and(&["--name", "ann", "chat", &room])));
        for text in ["kerbel in dev", "在吗"] {
            ann.say(text);
            bob.wait_for(text);
        }
        bob.say("basilikum in dev");
        ann.wait_text("basilikum");
        ada.say("petersilie again");
        // The relay has it once it reads it back.
        ada.say("/history");
        ada.wait_for("petersilie again");
        Self { home, relay, ann, _profile: profile }
    }

    fn end(mut self) -> Profile {
        self.relay.signal(Signal::SIGTERM);
        assert_eq!(self.relay.finish().0, Some(0));
        self.home.profile
    }
}

fn assert_listed(profile: &Profile) {
    let listed = printed(profile, &["list"]);
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(
        listed.iter().any(|line| line.starts_with("dev    ") && line.contains("3 messages")),
        "{listed:?}"
    );
    let listed = objects(&printed(profile, &["list", "--json"]));
    assert_eq!((&listed[0]["room"], &listed[0]["messages"]), (&Value::from("lobby"), &Value::from(3)));
    assert!(listed[0]["first"].as_str() < listed[0]["last"].as_str());
}

fn assert_found(profile: &Profile) {
    let found = printed(profile, &["search", "petersilie"]);
    assert!(
        found.len() == 2 && found[0].ends_with(" lobby <ada>: petersilie again"),
        "newest first: {found:?}"
    );
    assert!(found[1].starts_with("#1 "), "{found:?}");
    assert_eq!(printed(profile, &["search", "--limit", "1", "from:bob"]).len(), 1);
    let found = printed(profile, &["search", "from:BOB", "--room", "DEV"]);
    assert!(found.len() == 1 && found[0].ends_with(" dev <bob>: basilikum in dev"), "{found:?}");
    assert!(printed(profile, &["search", "schnittlauch"])[0].ends_with("schnittlauch ^[[2J<U+202E>end"));
    assert!(refused(profile, &["search", "thymian"]).contains("Nothing was found"));
    assert!(refused(profile, &["search", "in", "--room", "cellar"]).contains("cellar"));
}

/// Says what the whole export is.
fn assert_exported(profile: &Profile) -> Vec<String> {
    let exported = objects(&printed(profile, &["export"]));
    let texts: Vec<&Value> = exported.iter().map(|line| &line["text"]).collect();
    assert_eq!(texts[..4], ["who brings petersilie?", HOSTILE, "kerbel in dev", "在吗"]);
    let [first, ann] = [&exported[0], &exported[2]];
    assert_eq!((&first["sender"], &first["number"]), (&Value::from("ada"), &Value::from(0)));
    assert_eq!((&ann["room"], &ann["sender"]), (&Value::from("dev"), &Value::from("ann")));
    assert_ne!(ann["number"], 0, "it counts its messages");
    // Who is called so, and who has that id.
    let of_ann = printed(profile, &["export", "--member", "ann"]);
    assert_eq!(of_ann.len(), 2);
    assert_eq!(printed(profile, &["export", "--member", ann["member"].as_str().unwrap()]), of_ann);
    assert_eq!(printed(profile, &["export", "--room", "lobby", "--member", "bob"]).len(), 1);
    assert!(refused(profile, &["export", "--member", "eve"]).contains("Nothing was found"));
    let transcript = printed(profile, &["export", "--text", "--room", "dev"]);
    assert_eq!(transcript[0], "dev");
    assert!(transcript[3].ends_with(" ann: kerbel in dev"), "{transcript:?}");
    printed(profile, &["export"])
}

#[test]
fn what_was_said_is_listed_found_and_exported_while_the_relay_runs_and_after() {
    let talk = Talk::new();
    let look = |profile: &Profile| {
        assert_listed(profile);
        assert_found(profile);
        assert_exported(profile)
    };
    let before = file_names(&talk.home.profile);
    let beside = look(&talk.home.profile);
    assert_eq!(file_names(&talk.home.profile), before, "who reads creates nothing");
    let bytes = |profile: &Profile| fs::read(profile.path("rooms.db")).unwrap();
    let profile = talk.end();
    let (files, kept) = (file_names(&profile), bytes(&profile));
    assert_eq!(look(&profile), beside);
    assert_eq!((file_names(&profile), bytes(&profile)), (files, kept));
    for lines in [&beside, &printed(&profile, &["search", "schnittlauch"])] {
        assert!(lines.iter().all(|line| !line.contains(char::is_control) && !line.contains('\u{202e}')));
    }
}

#[test]
fn nothing_is_taken_in_while_the_relay_runs() {
    let talk = Talk::new();
    let profile = &talk.home.profile;
    let before = printed(profile, &["export"]);
    let told = refused(profile, &["import", "-"]);
    assert!(told.contains(&format!("process {}", talk.relay.pid())), "which relay: {told}");
    assert!(told.contains("has to end first"), "{told}");
    assert_eq!(printed(profile, &["export"]), before);
}

/// The relay removes it itself: it tells those who are there, and after it no file has the words any more.
#[test]
fn what_is_removed_while_the_relay_runs_is_gone_for_everybody_at_once() {
    let talk = Talk::new();
    let profile = &talk.home.profile;
    let place = printed(profile, &["search", "kerbel"])[0].split(' ').next().unwrap()[1..].to_owned();
    let removed = |words: &[&str]| printed(profile, &[&["remove"], words].concat());
    assert_eq!(removed(&["--place", &place]), ["1 message is gone for good"]);
    talk.ann.wait_text("[those in charge removed an earlier message]");
    assert_eq!(removed(&["--member", "bob", "--yes"]), ["2 messages are gone for good"]);
    let left = objects(&printed(profile, &["export"]));
    let texts: Vec<&Value> = left.iter().map(|line| &line["text"]).collect();
    assert_eq!(texts, ["who brings petersilie?", "在吗", "petersilie again"]);
    let at = ([127, 0, 0, 1], talk.home.port).into();
    let eve = Member::join(at, "eve");
    eve.say("/history");
    eve.wait_for("ada: who brings petersilie?");
    assert!(eve.hear().ends_with("ada: petersilie again\n"), "nothing of bob's between them");
    let profile = talk.end();
    for word in ["schnittlauch", "basilikum", "kerbel"] {
        assert_eq!(holding(&profile, word), Vec::<String>::new(), "{word}");
    }
}

/// What was exported from one profile and is in another, twice offered.
fn taken_elsewhere() -> (KeepingRelay, Profile, std::path::PathBuf) {
    let profile = Talk::new().end();
    let file = profile.path("all.jsonl");
    assert_eq!(printed(&profile, &["export", "--output", file.to_str().unwrap()]), Vec::<String>::new());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(refused(&profile, &["export", "--output", file.to_str().unwrap()]).contains("all.jsonl"));

    let home = KeepingRelay::new();
    let other = &home.profile;
    assert_eq!(printed(other, &["import", file.to_str().unwrap()]), ["6 new, 0 there already"]);
    let again = with_input(other, &["import", "-"], &fs::read(&file).unwrap());
    assert_eq!(again.stdout, "0 new, 6 there already\n", "{again:?}");
    assert_eq!(history(other, &["export"]).stdout.into_bytes(), fs::read(&file).unwrap(), "byte for byte");
    let bad = with_input(other, &["import", "-"], b"\n{\"time\":1}\n");
    assert_eq!(bad.code, Some(1), "{bad:?}");
    assert!(bad.only_error_line().contains("line 2"), "{bad:?}");
    (home, profile, file)
}

#[test]
fn another_profile_has_the_same_history_once_and_a_member_goes_without_a_trace() {
    let (home, _profile, file) = taken_elsewhere();
    let other = &home.profile;
    let words = ["schnittlauch", "basilikum", "bob"];
    assert!(words.iter().all(|word| holding(other, word) == ["rooms.db"]));
    assert_eq!(printed(other, &["remove", "--member", "Bob"]), ["2 messages are gone for good"]);
    for word in words {
        assert_eq!(holding(other, word), Vec::<String>::new(), "{word}");
    }
    let before = fs::read_to_string(&file).unwrap();
    let others: Vec<&str> = before.lines().filter(|line| !line.contains(r#""sender":"bob""#)).collect();
    assert_eq!(printed(other, &["export"]), others);
    assert!(refused(other, &["remove", "--member", "bob"]).contains("Nothing was found"));

    // The relay goes on with what is left.
    let _relay = home.start();
    let eve = Member::join(([127, 0, 0, 1], home.port).into(), "eve");
    eve.say("/history");
    assert!(eve.wait_for("petersilie").ends_with("ada: who brings petersilie?\n"));
    assert!(eve.wait_for("petersilie").ends_with("ada: petersilie again\n"));
}

#[test]
fn a_person_is_asked_before_anything_is_removed() {
    let profile = Profile::new();
    let line = |number: usize| {
        format!(
            r#"{{"time":"2026-11-21T10:00:0{number}Z","room":"dev","sender":"ann","text":"number {number}","member":"00000000000000af","number":{number}}}"#
        ) + "\n"
    };
    let taken = with_input(&profile, &["import", "-"], (1..=3).map(line).collect::<String>().as_bytes());
    assert_eq!((taken.code, taken.stdout.as_str()), (Some(0), "3 new, 0 there already\n"), "{taken:?}");
    let remove = |answer: &str, words: &[&str]| {
        let args = profile.args_and(&[&["relay", "history", "remove"], words].concat());
        let terminal = Terminal::spawn(&args, (100, 10));
        terminal.wait_text("for good? y or n");
        assert!(terminal.screen().contains("Remove 1 message ") || words.contains(&"--room"));
        terminal.line(answer);
        terminal.wait_exit()
    };
    assert_eq!(remove("n", &["--place", "2"]), Exit::Code(1));
    assert_eq!(printed(&profile, &["export"]).len(), 3);
    assert_eq!(remove("y", &["--place", "2"]), Exit::Code(0));
    let found = printed(&profile, &["search", "number"]);
    assert!(found.len() == 2 && found[0].starts_with("#3 ") && found[1].starts_with("#1 "), "{found:?}");
    assert_eq!(remove("yes", &["--room", "dev"]), Exit::Code(0));
    assert_eq!(printed(&profile, &["list"]), Vec::<String>::new());
    assert_eq!(holding(&profile, "number 1"), Vec::<String>::new());
}

#[test]
fn where_no_relay_has_kept_anything_there_is_nothing_and_none_is_made() {
    let profile = Profile::new();
    let before = file_names(&profile);
    for words in [&["list"][..], &["list", "--json"], &["export"], &["export", "--text"]] {
        assert_eq!(printed(&profile, words), Vec::<String>::new(), "{words:?}");
    }
    for words in [&["search", "x"][..], &["export", "--room", "dev"], &["remove", "--room", "dev", "--yes"]] {
        refused(&profile, words);
    }
    assert_eq!(file_names(&profile), before);
}
