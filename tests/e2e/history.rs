//! The history from outside: listed, searched, exported and imported, beside a messenger and without one.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use serde_json::Value;

use crate::steps::with_alex;
use crate::support::command::{Outcome, run, udpqq};
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

/// What the peer answers: all that could leave its line or move a cursor.
const HOSTILE: &str = "在的\n2026-01-01 x: \x1b[2J\u{9b}31m\r\u{202e}end";

fn with_input(profile: &Profile, words: &[&str], input: &[u8]) -> Outcome {
    run(&profile.args_and(&[&["history"], words].concat()), input)
}

fn history(profile: &Profile, words: &[&str]) -> Outcome {
    with_input(profile, words, b"")
}

/// What a command that succeeds prints, line by line.
fn printed(profile: &Profile, words: &[&str]) -> Vec<String> {
    let outcome = history(profile, words);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{words:?}: {outcome:?}");
    outcome.stdout.lines().map(str::to_owned).collect()
}

fn objects(lines: &[String]) -> Vec<Value> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A messenger in which one message went to alex and one came back, and alex.
fn after_some_words() -> (Terminal, Socket, Profile) {
    let (terminal, port, peer, profile) = with_alex();
    terminal.line("在吗");
    assert_eq!(peer.receive().0, "在吗".as_bytes());
    terminal.wait_text("✓");
    peer.send(HOSTILE.as_bytes(), port);
    terminal.wait_text("在的");
    (terminal, peer, profile)
}

fn quit(terminal: &Terminal) {
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

/// A line as an export writes it, without what is not needed.
fn line(number: usize) -> String {
    let (minute, second) = (number / 60 % 60, number % 60);
    let time = format!("2026-11-21T{:02}:{minute:02}:{second:02}.000001Z", number / 3600);
    format!(r#"{{"time":"{time}","text":"number {number}","from":"127.0.0.1:9"}}"#) + "\n"
}

fn file_names(profile: &Profile) -> Vec<String> {
    let entries = fs::read_dir(profile.path("")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn what_was_said_is_listed_found_and_exported_while_the_messenger_runs_and_after() {
    let (terminal, peer, profile) = after_some_words();
    let address = peer.address().to_string();
    let look = || {
        let listed = printed(&profile, &["list"]);
        assert_eq!(listed.len(), 1, "only where something was said: {listed:?}");
        assert!(listed[0].starts_with("alex  ") && listed[0].contains("2 messages"), "{listed:?}");
        let listed = objects(&printed(&profile, &["list", "--json"]));
        assert_eq!(listed[0]["conversation"], "alex");
        assert_eq!(listed[0]["address"], format!("udp://{address}"));
        assert_eq!(listed[0]["messages"], 2);
        let found = printed(&profile, &["search", "在"]);
        assert_eq!(found.len(), 2);
        assert!(
            found[0].contains(&format!(" alex ({address}): 在的^J2026-01-01 x: ")),
            "newest first: {found:?}"
        );
        assert!(found[1].ends_with(" alex ← me: 在吗"), "{found:?}");
        assert_eq!(printed(&profile, &["search", "--limit", "1", "在", "from:me"]).len(), 1);
        let exported = objects(&printed(&profile, &["export", "alex"]));
        let texts: Vec<&Value> = exported.iter().map(|line| &line["text"]).collect();
        assert_eq!(texts, ["在吗", HOSTILE]);
        let marks: Vec<&Value> = exported.iter().map(|line| &line["mark"]).collect();
        assert_eq!(marks, [&Value::from("sent"), &Value::Null]);
        assert_eq!(exported[0]["direction"], "out");
        assert_eq!(exported[1]["from"], address.as_str());
        printed(&profile, &["export"])
    };
    let beside = look();
    quit(&terminal);
    assert_eq!(look(), beside);
    assert_eq!(printed(&profile, &["export", &address]), beside);
}

#[test]
fn files_are_found_by_their_names_and_shown_with_what_became_of_them() {
    let profile = Profile::new();
    let offer = r#"{"time":"2026-11-21T10:00:00Z","text":"","from":"127.0.0.1:9","files":[
        {"name":"schedule.pdf","size":7,"fate":"done /tmp/schedule.pdf"},{"name":"b","size":1,"fate":"declined"}]}"#
        .replace('\n', "");
    let outcome = with_input(&profile, &["import", "-"], format!("{offer}\n{}", line(1)).as_bytes());
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let found = printed(&profile, &["search", "schedule"]);
    let shown =
        "127.0.0.1:9: file “schedule.pdf”, 7 bytes: done, /tmp/schedule.pdf  file “b”, 1 bytes: declined";
    assert!(found.len() == 1 && found[0].ends_with(shown), "{found:?}");
    let found = objects(&printed(&profile, &["search", "--json", "schedule"]));
    assert_eq!((found.len(), &found[0]["files"][0]["name"]), (1, &Value::from("schedule.pdf")));
    assert_eq!(found[0]["files"][0]["fate"], "done /tmp/schedule.pdf");
}

#[test]
fn no_text_leaves_its_line_or_reaches_the_edge_of_a_transcript() {
    let (_terminal, peer, profile) = after_some_words();
    for words in [&["search", "在的"][..], &["search", "--json", "在的"], &["export", "alex"]] {
        let lines = printed(&profile, words);
        assert_eq!(lines.len(), if words[0] == "export" { 2 } else { 1 }, "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains(char::is_control) && !line.contains('\u{202e}')));
    }
    let transcript = printed(&profile, &["export", "--text"]);
    assert_eq!(transcript[0], format!("alex — udp://{}", peer.address()));
    assert!(transcript[3].ends_with(" me: 在吗"), "{transcript:?}");
    assert!(transcript[4].ends_with(" alex: 在的"), "{transcript:?}");
    assert_eq!(transcript[5], "      2026-01-01 x: ^[[2J<U+009B>31m^M<U+202E>end");
}

#[test]
fn an_import_gives_a_new_profile_the_same_history_once() {
    let (terminal, peer, profile) = after_some_words();
    quit(&terminal);
    let file = profile.path("all.jsonl").to_str().unwrap().to_owned();
    assert_eq!(printed(&profile, &["export", "--output", &file]), Vec::<String>::new());
    let other = Profile::new();
    assert_eq!(printed(&other, &["import", &file]), ["2 new, 0 there already"]);
    assert_eq!(printed(&other, &["import", &file]), ["0 new, 2 there already"]);
    let without_ids = |profile| {
        let mut lines = objects(&printed(profile, &["export"]));
        for line in &mut lines {
            line["id"].take();
        }
        lines
    };
    assert_eq!(without_ids(&other), without_ids(&profile));
    // There it is nobody's contact, which makes it no other conversation.
    let terminal = other.open((100, 30));
    terminal.wait_text(&peer.address().to_string());
    quit(&terminal);
    assert_eq!(printed(&other, &["import", &file]), ["0 new, 2 there already"]);
}

#[test]
fn nothing_is_imported_beside_a_messenger() {
    let (terminal, _peer, profile) = after_some_words();
    let outcome = with_input(&profile, &["import", "-"], line(1).as_bytes());
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let said = outcome.only_error_line();
    assert!(said.contains(&terminal.pid().to_string()), "which messenger: {said}");
    quit(&terminal);
    assert_eq!(printed(&profile, &["export"]).len(), 2);
}

#[test]
fn nothing_of_a_file_with_a_bad_line_is_imported() {
    let profile = Profile::new();
    let bad = format!("{}{}{{}}\n{}", line(1), line(2), line(3));
    let outcome = with_input(&profile, &["import", "-"], bad.as_bytes());
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let said = outcome.only_error_line();
    assert!(said.contains("line 3") && said.contains("time"), "{said}");
    assert_eq!(printed(&profile, &["export"]), Vec::<String>::new());
    let outcome = history(&profile, &["import", profile.path("nowhere").to_str().unwrap()]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains("nowhere"));
}

#[test]
fn a_log_of_listen_can_be_imported() {
    let profile = Profile::new();
    let log = r#"{"time":"2026-11-21T17:30:12.345678+08:00","dialect":"udp","from":"127.0.0.1:8081","contact":null,"conversation":"127.0.0.1:8081","text":"在吗","bytes":6,"lossy":false,"authenticated":false}"#;
    let outcome = with_input(&profile, &["import", "-"], log.as_bytes());
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), "1 new, 0 there already\n"), "{outcome:?}");
    let overdue = log.replace('}', r#","expires":"2020-01-01T00:00:00Z"}"#);
    let outcome = with_input(&profile, &["import", "-"], overdue.as_bytes());
    assert_eq!(outcome.stdout, "0 new, 0 there already, 1 overdue and left out\n", "{outcome:?}");
    let exported = objects(&printed(&profile, &["export", "127.0.0.1:8081"]));
    assert_eq!(exported[0]["time"], "2026-11-21T09:30:12.345678+00:00");
    assert_eq!(exported[0]["direction"], "in");
    assert_eq!(exported[0]["standing"], "stranger");
}

#[test]
fn a_file_that_is_there_is_never_written_over_and_a_new_one_is_private() {
    let profile = Profile::new();
    with_input(&profile, &["import", "-"], line(1).as_bytes());
    profile.write("mine.txt", "mine");
    let (mine, new) = (profile.path("mine.txt"), profile.path("new.jsonl"));
    let outcome = history(&profile, &["export", "--output", mine.to_str().unwrap()]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains("mine.txt"));
    assert_eq!(profile.read("mine.txt"), "mine");
    printed(&profile, &["export", "--output", new.to_str().unwrap()]);
    assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(profile.read("new.jsonl").lines().count(), 1);
    assert!(!file_names(&profile).iter().any(|name| name.contains("tmp")), "{:?}", file_names(&profile));
}

#[test]
fn without_a_history_there_is_nothing_and_none_is_made() {
    let profile = Profile::new();
    for words in [&["list"][..], &["list", "--json"], &["export"], &["export", "--text"]] {
        assert_eq!(printed(&profile, words), Vec::<String>::new(), "{words:?}");
    }
    let outcome = history(&profile, &["search", "x"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    outcome.only_error_line();
    let outcome = history(&profile, &["export", "nobody"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains("nobody"));
    assert!(!file_names(&profile).iter().any(|name| name.contains("history")), "{:?}", file_names(&profile));
}

#[test]
fn a_wrong_date_is_wrong_usage() {
    let outcome = history(&Profile::new(), &["search", "x", "before:2026-13-41"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome:?}");
    assert!(outcome.stderr.contains("2026-13-41"), "{outcome:?}");
}

#[test]
fn all_of_a_long_history_is_found_and_exported_in_order() {
    let profile = Profile::new();
    let all: String = (0..3_000).map(line).collect();
    let outcome = with_input(&profile, &["import", "-"], all.as_bytes());
    assert_eq!(outcome.stdout, "3000 new, 0 there already\n", "{outcome:?}");
    let texts = |words: &[&str]| -> Vec<String> {
        let lines = objects(&printed(&profile, words));
        lines.iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect()
    };
    let mut wanted: Vec<String> = (0..3_000).map(|number| format!("number {number}")).collect();
    // Thousands of lines say nothing in a failure.
    let same = |words: &[&str], wanted: &[String]| {
        let texts = texts(words);
        assert!(texts == wanted, "{words:?}: {} lines, first {:?}", texts.len(), texts.first());
    };
    same(&["export"], &wanted);
    wanted.reverse();
    same(&["search", "--json", "--limit", "0", "number"], &wanted);
    same(&["search", "--json", "number"], &wanted[..50]);
    same(&["search", "--json", "--limit", "777", "number"], &wanted[..777]);
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let profile = Profile::new();
    let all: String = (0..3_000).map(line).collect();
    with_input(&profile, &["import", "-"], all.as_bytes());
    let mut command = udpqq(&profile.args_and(&["history", "export"]));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("number 0"), "{first}");
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn the_messenger_exports_the_open_conversation() {
    let (terminal, _peer, profile) = after_some_words();
    let path = |name: &str| profile.path(name).to_str().unwrap().to_owned();
    terminal.line(&format!("/export {}", path("talk.jsonl")));
    terminal.wait_text("2 messages are now in");
    assert_eq!(printed(&profile, &["export", "alex"]).join("\n") + "\n", profile.read("talk.jsonl"));
    terminal.line(&format!("/export {}", path("talk.txt")));
    terminal.wait_text("talk.txt");
    terminal.wait_for("the file", |_| profile.path("talk.txt").exists());
    assert!(profile.read("talk.txt").starts_with("alex — udp://"), "{}", profile.read("talk.txt"));
    profile.write("mine.txt", "mine");
    terminal.line(&format!("/export {}", path("mine.txt")));
    terminal.wait_text("there already");
    assert_eq!(profile.read("mine.txt"), "mine");
    quit(&terminal);
}
