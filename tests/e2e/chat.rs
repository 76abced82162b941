//! A conversation in plain lines: what a pipe, a screen reader and a terminal that cannot place anything get.

use std::io::Write as _;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::ipmsg_steps::{FEIQ, OTTO, Pair};
use crate::steps::with_alex;
use crate::support::PATIENCE;
use crate::support::command::{Outcome, run, udpqq};
use crate::support::ipmsg::Network;
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::socket::Socket;

/// A profile with a contact `alex`, who is a socket of the test, and the port that it listens at.
fn alex() -> (Profile, Socket, u16) {
    let (peer, port) = (Socket::bind(), free_port());
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())])
        .listening_at(&format!("127.0.0.1:{port}"));
    profile.write("config.toml", "language = \"en\"\nname = \"lena\"\n");
    (profile, peer, port)
}

fn chat(profile: &Profile, words: &[&str]) -> Talker {
    Talker::start(&mut udpqq(&profile.args_and(&[&["chat"], words].concat())))
}

/// What a whole input comes to.
fn piped(profile: &Profile, words: &[&str], input: &str) -> Outcome {
    run(&profile.args_and(&[&["chat"], words].concat()), input.as_bytes())
}

/// A line without its time.
fn said(line: &str) -> &str {
    line.split_once(' ').map_or("", |(_, said)| said)
}

#[test]
fn lines_are_sent_and_what_comes_is_a_line() {
    let (profile, peer, port) = alex();
    let mut talk = chat(&profile, &["alex"]);
    talk.say("在吗");
    assert_eq!(peer.receive(), ("在吗".as_bytes().to_vec(), ([127, 0, 0, 1], port).into()));
    assert_eq!(said(&talk.wait_text("在吗")), "lena: 在吗 [sent]");
    peer.send(b"yes \x1b[2J\nand \x9b31m more", port);
    assert_eq!(said(&talk.wait_text("yes")), "alex: yes ^[[2J");
    talk.wait_line("the second row", |line| line.starts_with("      and ") && !line.contains('\u{9b}'));
    talk.say("//etc/passwd");
    assert_eq!(peer.receive().0, b"/etc/passwd");
    talk.say("/me waves");
    assert_eq!(peer.receive().0, b"* lena waves");
    talk.say("/hex 48 65 0x00 ff");
    assert_eq!(peer.receive().0, b"He\0\xff");
    talk.say("/quit");
    let (code, lines) = talk.finish();
    assert_eq!(code, Some(0), "{lines:?}");
    assert!(lines.iter().all(|line| !line.chars().any(char::is_control)), "{lines:?}");
}

#[test]
fn a_pipe_loses_no_line_and_ends_with_the_last() {
    let (profile, peer, _) = alex();
    let lines: Vec<String> = (0..150).map(|number| format!("line {number}")).collect();
    // Its end is no line of its own, and an empty line is no message.
    let outcome = piped(&profile, &["alex"], &format!("{}\r\n\nlast", lines.join("\n")));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    for line in lines.iter().map(String::as_str).chain(["last"]) {
        assert_eq!(String::from_utf8(peer.receive().0).unwrap(), line);
    }
    peer.assert_silent();
    let printed: Vec<&str> = outcome.stdout.lines().map(said).collect();
    assert_eq!((printed.len(), printed[149]), (151, "lena: line 149 [sent]"), "{outcome:?}");
    // The history has them, and the next chat begins with its end.
    let outcome = piped(&profile, &["alex", "--history", "2"], "");
    let tail: Vec<&str> = outcome.stdout.lines().map(said).collect();
    assert_eq!((outcome.code, tail), (Some(0), vec!["lena: line 149 [sent]", "lena: last [sent]"]));
}

#[test]
fn what_was_not_read_comes_first_and_once() {
    let (profile, peer, port) = alex();
    let other = Socket::bind().address().to_string();
    let mut talk = chat(&profile, &[&other]);
    // It tells nobody when it is ready.
    let elsewhere = (0..100).any(|number| {
        peer.send(format!("while you were away {number}").as_bytes(), port);
        talk.say("/help");
        let _pause = talk.wait_line_for(Duration::from_millis(50), |_| false);
        talk.errors().iter().any(|line| line.contains("Somebody else has written"))
    });
    assert!(elsewhere);
    talk.say("/quit");
    let (_, lines) = talk.finish();
    assert!(!lines.iter().any(|line| line.contains("while you were away")), "{lines:?}");
    let first = piped(&profile, &["alex", "--history", "0"], "");
    assert!(
        first.stdout.starts_with("--- ") && first.stdout.contains("alex: while you were away"),
        "{first:?}"
    );
    let second = piped(&profile, &["alex", "--history", "0"], "");
    assert_eq!(second.stdout, "", "{second:?}");
}

#[test]
fn all_that_was_not_read_is_printed_however_long_and_the_end_wherever_one_was_reading() {
    const MISSED: usize = 450;
    let (profile, peer, port) = alex();
    // Read up to here, and left far above the end.
    let lines: Vec<String> = (0..300).map(|number| format!("old {number}.")).collect();
    assert_eq!(piped(&profile, &["alex", "--history", "0"], &lines.join("\n")).code, Some(0));
    let _read = peer.waiting();
    let messenger = profile.open((100, 30));
    messenger.wait_text("old 299.");
    messenger.key("M-Home");
    messenger.wait_text("old 0.");
    assert_eq!(messenger.quit(), Exit::Code(0));
    let outcome = piped(&profile, &["alex", "--history", "1"], "");
    assert_eq!(said(outcome.stdout.trim_end()), "lena: old 299. [sent]", "{outcome:?}");

    let other = Socket::bind();
    let messenger = Terminal::spawn(&profile.args_and(&[&other.address().to_string()]), (100, 30));
    messenger.wait_text("Write to");
    for number in 0..MISSED {
        peer.send(format!("missed {number}.").as_bytes(), port);
        if (number + 1) % 50 == 0 {
            messenger.wait_text(&format!("{} unread", number + 1));
        }
    }
    assert_eq!(messenger.quit(), Exit::Code(0));
    let outcome = piped(&profile, &["alex", "--history", "2"], "");
    let printed: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(printed[0], format!("--- {MISSED} new ---"), "{outcome:?}");
    let told: Vec<&str> = printed[1..].iter().map(|line| said(line)).collect();
    let missed: Vec<String> = (0..MISSED).map(|number| format!("alex: missed {number}.")).collect();
    assert_eq!(told, missed);
    assert_eq!(piped(&profile, &["alex", "--history", "0"], "").stdout, "");
}

#[test]
fn a_line_of_the_program_about_the_conversation_is_told_too() {
    let (profile, peer, _) = alex();
    let outcome = piped(&profile, &["alex"], &"x".repeat(2_000));
    assert_eq!(peer.receive().0.len(), 2_000);
    assert!(outcome.code == Some(0) && outcome.stderr.contains("2000 bytes in one datagram"), "{outcome:?}");
}

#[test]
fn a_reader_that_has_stopped_reading_does_not_keep_it() {
    let (profile, peer, _) = alex();
    let mut command = udpqq(&profile.args_and(&["chat", "alex"]));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than a pipe holds.
    for _ in 0..5 {
        writeln!(input, "{}", "y".repeat(60_000)).unwrap();
        peer.receive();
    }
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let (ended, told) = mpsc::channel();
    let waiting = thread::spawn(move || ended.send(child.wait().unwrap().code()));
    let code = told.recv_timeout(PATIENCE).expect("its end");
    waiting.join().unwrap().unwrap();
    assert_eq!(code, Some(130));
}

#[test]
fn in_a_new_profile_nobody_has_to_answer_a_form_first() {
    let (relay, profile) = (Socket::bind(), Profile::new());
    std::fs::remove_file(profile.path("config.toml")).unwrap();
    let mut talk = chat(&profile, &[&format!("relay://{}/lobby", relay.address())]);
    talk.say("hello");
    assert!(!relay.receive().0.is_empty(), "it asks to be let in");
    assert!(!profile.path("config.toml").exists(), "and settles nothing");
}

#[test]
fn where_nobody_reads_what_it_prints_it_fails_instead_of_passing_over_lines() {
    let (profile, peer, _) = alex();
    let mut child = udpqq(&profile.args_and(&["chat", "alex"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    // The first line that is printed says that nobody reads it.
    while writeln!(input, "hello").is_ok() {
        assert!(peer.waiting().len() <= 100, "it goes on");
    }
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn what_cannot_be_done_is_said_and_is_the_exit_status() {
    let nobody = free_port();
    let profile = Profile::new();
    let lines = "hello\n".repeat(9);
    let outcome = piped(&profile, &[&format!("127.0.0.1:{nobody}")], &lines);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let told = outcome.stderr.matches(&format!("Nothing is listening at 127.0.0.1:{nobody}")).count();
    assert_eq!(told, 1, "once is enough: {outcome:?}");

    let (profile, peer, _) = alex();
    let outcome = piped(&profile, &["alex"], "/qiut\n/rename x\n");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(
        outcome.stderr.contains("did you mean /quit") && outcome.stderr.contains("/rename"),
        "{outcome:?}"
    );
    peer.assert_silent();
    let long = "x".repeat(70_000);
    let outcome = piped(&profile, &["alex"], &format!("{long}\nshort\n"));
    assert!(outcome.code == Some(1) && outcome.stderr.contains("65507"), "{outcome:?}");
    assert_eq!(peer.receive().0, b"short", "the next line is sent all the same");

    let outcome = piped(&profile, &["nobody"], "hello\n");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains("nobody is neither a contact nor an address"));
}

#[test]
fn whoever_was_talked_with_is_known_by_name_without_being_a_contact() {
    let Some(pair) = Pair::start(FEIQ) else { return };
    let us = &pair.us;
    us.talk_to(OTTO, &pair.there);
    us.terminal.line("to be remembered");
    us.terminal.wait_text("to be remembered");
    us.wait_mark("to be remembered", "✓✓");
    pair.us.terminal.quit();
    let listen = format!("ipmsg={}:2425", pair.here);
    let options = ["--listen", &listen];
    let outcome = run(&pair.us.profile.args_and(&[&options[..], &["chat", OTTO]].concat()), b"by name");
    assert!(outcome.code == Some(0) && outcome.stdout.contains("by name"), "{outcome:?}");
    let outcome = run(&pair.us.profile.args_and(&[&options[..], &["send", OTTO, "so too"]].concat()), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    pair.heard("said", "so too");
}

#[test]
fn a_profile_that_the_messenger_has_is_refused() {
    let (first, port, peer, profile) = with_alex();
    let outcome = piped(&profile, &["alex"], "hello\n");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.only_error_line().contains(&first.pid().to_string()), "{outcome:?}");
    peer.assert_silent();
    peer.send(b"still here", port);
    first.wait_text("still here");
}

#[test]
fn a_terminal_that_places_nothing_has_a_chat_and_is_told_so() {
    let (profile, peer, port) = alex();
    let dumb = [("TERM", "dumb")];
    let messenger = Terminal::spawn_with(&profile.args(), (100, 30), &dumb);
    messenger.wait_text("udpqq chat");
    assert_eq!(messenger.wait_exit(), Exit::Code(1));
    assert!(!messenger.screen().contains('┌'), "{}", messenger.screen());

    // A terminal that does not know its size either.
    let script = "stty rows 0 cols 0; TERM=dumb exec \"$@\"";
    let talk = Terminal::spawn_in_shell(script, &profile.args_and(&["chat", "alex"]), (100, 30));
    talk.send("hello\n");
    assert_eq!(peer.receive().0, b"hello");
    peer.send(b"good morning", port);
    talk.wait_text("alex: good morning");
    let rest = String::from_utf8(talk.raw()).unwrap();
    assert!(rest.contains("lena: hello [sent]") && !rest.contains('\u{1b}'), "{rest:?}");
    assert!(rest.contains("not encrypted"), "{rest:?}");
    talk.key("C-d");
    assert_eq!(talk.wait_exit(), Exit::Code(0));
}

#[test]
fn an_encrypted_message_is_delivered_when_the_other_has_it() {
    let network = Network::new();
    let [here, there] = [1, 2].map(|number| format!("{}:2426", network.at(number)));
    let [ursula, viktor] = [&here, &there].map(|at| Profile::new().listening_at("off").encrypted_at(at));
    let [(ursulas, _), (viktors, _)] = [&ursula, &viktor].map(Profile::address);
    ursula.write("contacts.toml", &format!("[contacts]\nviktor = \"udpqq://{viktors}@{there}\"\n"));
    viktor.write("contacts.toml", &format!("[contacts]\nursula = \"udpqq://{ursulas}@{here}\"\n"));
    let mut talk = chat(&ursula, &["viktor"]);
    talk.say("are you there?");
    talk.wait_line("that it waits", |line| line.ends_with("are you there? [waiting]"));
    let mut other = chat(&viktor, &["ursula"]);
    other.wait_text("are you there?");
    talk.wait_line("that it is there", |line| line.ends_with("are you there? [delivered]"));
    other.say("yes");
    talk.wait_line("the answer", |line| line.ends_with("viktor: yes"));
    other.wait_line("that it is there", |line| line.ends_with("yes [delivered]"));
    assert_eq!([&mut talk, &mut other].map(|one| one.finish().0), [Some(0), Some(0)]);
}
