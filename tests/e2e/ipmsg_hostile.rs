//! Hostile peers of the IP Messenger family: the corpus of packets, requests and streams, forged answers, names that
//! climb, sizes that lie, and a thousand connections that say nothing.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::thread;
use std::time::Duration;

use nix::sys::statvfs::statvfs;

use crate::ipmsg_steps::{OFFICIAL, OTTO, Pair, URSULA};
use crate::mallory::{Giver, Mallory, ask};
use crate::safety::{assert_clean, missing_markers};
use crate::support::corpus;
use crate::support::ipmsg::{Member, Network, PORT, content, tree, write};
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;
use crate::support::screen;

/// Wide enough that both markers of a short message stand unbroken or broken once.
const WIDE: u16 = 200;
/// The longest automatic answer, and how many of them one source is given in a second.
const MAX_ANSWER: usize = 512;
const MAX_ANSWERS: usize = 10;
/// Of every file that the corpus offers.
const SIXTEEN: &[u8] = b"sixteen bytes, y";
/// The largest size that is believed.
const MAX_SIZE: u64 = 1 << 40;
const SECRET: &[u8] = b"nobody but the one it was offered to";

// --- Datagrams. ---

#[test]
fn the_corpus_is_harmless_at_20_columns() {
    run_corpus(20);
}

#[test]
fn the_corpus_is_harmless_at_80_columns() {
    run_corpus(80);
}

#[test]
fn the_corpus_is_harmless_and_shown_at_200_columns() {
    run_corpus(WIDE);
}

/// Who must not be answered has an address of its own, so that a late answer is not taken for another's.
fn run_corpus(width: u16) {
    let network = Network::new();
    let hostile = Mallory::at(&network, 3);
    let unanswered = Mallory::at(&network, 4);
    let (terminal, _profile) = listener(&network, width, &[("hostile", &hostile.contact())]);
    let mut cases = corpus::ipmsg("ipmsg-udp");
    cases.extend(corpus::noise());
    assert!(cases.len() > 70, "the corpus is there: {}", cases.len());
    let (mut starts, mut missing, mut answerable) = (Vec::new(), Vec::new(), 0);
    for (index, case) in cases.iter().enumerate() {
        starts.push((terminal.raw_len(), case.id.as_str()));
        if case.expects("noreply") {
            unanswered.send(&case.payload);
        } else {
            answerable += 1;
            hostile.send(&case.payload);
        }
        hostile.say(&format!("fence{index}."));
        terminal.wait_text(&format!("fence{index}."));
        if width == WIDE {
            missing.extend(missing_markers(&terminal, case));
        }
    }
    unanswered.assert_silent();
    let answers = hostile.received();
    assert!(answers.len() <= answerable, "{} answers", answers.len());
    assert!(answers.iter().all(|answer| answer.len() <= MAX_ANSWER), "{answers:?}");
    terminal.quit();
    assert_clean(&terminal.raw(), &starts);
    assert!(missing.is_empty(), "not shown: {missing:#?}");
}

#[test]
fn a_thousand_of_each_that_begs_for_an_answer_get_a_few() {
    let network = Network::new();
    let friend = Mallory::at(&network, 3);
    let (terminal, _profile) = listener(&network, 80, &[("friend", &friend.contact())]);
    let loops: Vec<_> =
        corpus::ipmsg("ipmsg-udp").into_iter().filter(|case| case.class == "reflect-loop").collect();
    assert!(loops.len() > 3, "the corpus is there");
    for (case, number) in loops.iter().zip(10..) {
        let begging = Mallory::at(&network, number);
        for repeat in 0..1_000 {
            begging.send(&case.payload);
            // Whatever the receive buffer is.
            if repeat % 100 == 99 {
                friend.say(&format!("fence {} {repeat}.", case.id));
                terminal.wait_text(&format!("fence {} {repeat}.", case.id));
            }
        }
        let answers = begging.received();
        assert!(answers.len() <= MAX_ANSWERS, "{}: {} answers", case.id, answers.len());
        assert!(answers.iter().all(|answer| answer.len() <= MAX_ANSWER), "{}: {answers:?}", case.id);
    }
}

#[test]
fn what_a_third_address_says_of_our_messages_changes_nothing() {
    let network = Network::new();
    let (friend, hostile) = (Mallory::at(&network, 3), Mallory::at(&network, 4));
    let (terminal, _profile) =
        listener(&network, 100, &[("friend", &friend.contact()), ("hostile", &hostile.contact())]);
    friend.send(b"1:1:friend:pc:1:friend\0lab\0");
    terminal.line("are you there");
    let number = friend.number_of("are you there");
    let forged = [(0x21, number), (0x30, number), (0x10_0030, number), (0x61, number)];
    for (command, number) in forged {
        hostile.send(format!("1:9:friend:pc:{command}:{number}\0").as_bytes());
    }
    hostile.send(b"1:10:friend:pc:2:friend\0");
    // From both, so that the mark is looked at after all of it.
    hostile.say("forged fence");
    friend.say("true fence");
    terminal.wait_text("true fence");
    let rows = terminal.rows_with("are you there");
    assert!(rows.iter().all(|row| !row.contains("✓✓")), "{rows:?}");
    friend.send(format!("1:11:friend:pc:33:{number}\0").as_bytes());
    terminal.wait_for("the true receipt", |screen| {
        screen::rows(screen).iter().any(|row| row.contains("are you there") && row.contains("✓✓"))
    });
}

#[test]
fn who_takes_the_name_of_another_stays_apart_from_it() {
    let network = Network::new();
    let (alice, hostile) = (Mallory::at(&network, 3), Mallory::at(&network, 4));
    let (terminal, _profile) = listener(&network, 100, &[("alice", &alice.contact())]);
    alice.say("the true alice");
    terminal.wait_text("the true alice");
    for case in corpus::ipmsg("ipmsg-udp").iter().filter(|case| case.expects("distinct")) {
        hostile.send(&case.payload);
    }
    hostile.say("the false alice");
    alice.say("fence");
    terminal.wait_text("fence");
    assert!(terminal.rows_with("the false alice").is_empty(), "{}", terminal.screen());
    terminal.key("M-a");
    terminal.wait_text("the false alice");
    terminal.wait_for("its true address above it", |screen| {
        screen::rows(screen).first().is_some_and(|row| row.contains(hostile.address.as_str()))
    });
}

/// udpqq with these contacts; the conversation with the first is open.
fn listener(network: &Network, width: u16, contacts: &[(&str, &str)]) -> (Terminal, Profile) {
    let profile = Profile::with_contacts(contacts);
    profile.write("config.toml", "language = \"en\"\ntheme = \"classic\"\nlist = \"one\"\nvisible = true\n");
    let listen = format!("ipmsg={}:{PORT}", network.at(1));
    let terminal = Terminal::spawn(&profile.args_and(&["--listen", &listen]), (WIDE, 50));
    // A narrow screen has no room to say so.
    terminal.wait_text(&format!(":{PORT}"));
    terminal.resize(width, 50);
    (terminal, profile)
}

// --- Requests for files. ---

#[test]
fn no_request_gets_what_was_not_offered_to_it_and_each_is_closed() {
    let Some(pair) = Pair::start(OFFICIAL) else { return };
    let path = pair.us.file("secret.txt", SECRET);
    pair.us.command_for("/file", &[&path]);
    let offered = pair.heard("offered", "secret.txt");
    let mut fields = offered.split(' ').map(|field| field.parse::<u64>().unwrap_or_default());
    let (number, id) = (fields.next().unwrap(), fields.next().unwrap());
    let network = Network::new();
    let mut requests: Vec<(String, Vec<u8>)> =
        corpus::ipmsg("ipmsg-tcp-req").into_iter().map(|case| (case.id, case.payload)).collect();
    assert!(requests.len() > 10, "the corpus is there");
    // What the true receiver would ask, from another address and in its name.
    let body = format!("1:5:{OTTO}:{OTTO}-pc:96:{number:x}:{id:x}:0:\0");
    requests.push(("another address".to_owned(), body.into_bytes()));
    let asked: Vec<_> = requests
        .into_iter()
        .zip(10..)
        .map(|((name, request), from)| {
            let (from, to) = (network.at(from), pair.here.clone());
            thread::spawn(move || (ask(&from, &to, &request), name))
        })
        .collect();
    for asked in asked {
        let (answer, name) = asked.join().unwrap();
        let answer = answer.unwrap_or_else(|| panic!("{name}: the connection was never closed"));
        assert!(answer.is_empty(), "{name}: {}", answer.escape_ascii());
    }
    pair.finish();
}

#[test]
fn a_thousand_silent_connections_stop_no_good_transfer() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let network = Network::new();
    let (bytes, basket) = (content(64 << 20, 3), tempfile::tempdir().unwrap());
    let ours = pair.us.file("ours.bin", &bytes);
    pair.us.command_for("/file", &[&ours]);
    pair.heard("offered", "ours.bin");
    pair.peer.say(&format!("pause {}", bytes.len() / 2));
    pair.tell("fetch", basket.path().to_str().unwrap());
    pair.heard("paused", "ours.bin");
    pair.us.wait_row(&["━", "%"]);
    let port = PORT.to_string();
    let silent = Peer::start("silent.py", &[&pair.here, &port, "1000", &network.at(1)]).unwrap();
    silent.wait_text("open 1000");
    pair.peer.say("go");
    pair.heard("fetched", "ours.bin");
    assert!(fs::read(basket.path().join("ours.bin")).unwrap() == bytes);

    let theirs = write(basket.path(), "theirs.bin", &bytes);
    pair.tell("offer", theirs.to_str().unwrap());
    pair.us.terminal.wait_text("theirs.bin");
    pair.us.command("/accept");
    pair.us.wait_file("theirs.bin", &bytes);
    silent.wait_text("closed 1000");
    assert!(silent.lines().iter().all(|line| !line.starts_with("said")), "{:?}", silent.lines());
    pair.finish();
}

// --- What is offered to us. ---

#[test]
fn whatever_is_offered_nothing_leaves_the_downloads() {
    let (us, network) = victim();
    let giver = Giver::start(&network, 3, BTreeMap::new());
    let before = us.outside();
    let cases = corpus::ipmsg("ipmsg-udp");
    let offers: Vec<_> =
        cases.iter().filter(|case| ["ipmsg-attach", "path-name"].contains(&case.class.as_str())).collect();
    assert!(offers.len() > 15, "the corpus is there");
    for (index, case) in offers.iter().enumerate() {
        giver.mallory.send(&case.payload);
        giver.mallory.say(&format!("fence{index}."));
        us.terminal.wait_text(&format!("fence{index}."));
        accept_if_there_is_something(&us);
    }
    giver.offer(7_777, "0:good.bin:10:5f000000:1:");
    us.terminal.wait_text("good.bin");
    us.command("/accept");
    us.wait_file("good.bin", SIXTEEN);
    leave(&us);
    assert_safe(&us, &before);
}

/// A list that cannot be believed offers nothing.
fn accept_if_there_is_something(us: &Member) {
    const REFUSED: &str = "No file to accept here";
    us.terminal.send("/accept");
    us.terminal.wait_for("the command alone", |screen| {
        screen.contents().contains("/accept") && !screen.contents().contains(REFUSED)
    });
    us.terminal.key("Enter");
    us.terminal.wait_for("an answer", |screen| {
        screen.contents().contains("Write to ") || screen.contents().contains(REFUSED)
    });
    if us.terminal.screen().contains(REFUSED) {
        us.terminal.key("C-c");
        us.terminal.wait_text("Write to ");
    }
}

#[test]
fn whatever_comes_instead_of_a_file_or_a_folder_stays_in_its_place() {
    let (us, network) = victim();
    let mut streams: Vec<(String, &str, Vec<u8>)> = Vec::new();
    for (dialect, kind) in [("ipmsg-tcp-dir", "2"), ("ipmsg-tcp-file", "1")] {
        streams.extend(corpus::ipmsg(dialect).into_iter().map(|case| (case.id, kind, case.payload)));
    }
    assert!(streams.len() > 30, "the corpus is there");
    streams.push(("climb".to_owned(), "2", climbing()));
    let answers = streams.iter().zip(5_000..).map(|((_, _, bytes), number)| (number, bytes.clone()));
    let giver = Giver::start(&network, 3, answers.collect());
    let before = us.outside();
    for ((id, kind, _), number) in streams.iter().zip(5_000..) {
        giver.offer(number, &format!("0:{id}:10:5f000000:{kind}:"));
        us.terminal.wait_text(id);
        us.command("/accept");
        let closed = giver.wait_closed(number);
        assert!(closed < Duration::from_secs(10), "{id}: closed after {closed:?}");
    }
    leave(&us);
    assert_safe(&us, &before);
    for (name, bytes) in tree(&us.downloads()) {
        let whole = name.parent() == Some(Path::new("")) && !name.to_string_lossy().ends_with('/');
        let part = name.extension() == Some(OsStr::new("part"));
        assert!(!whole || part || bytes.len() == SIXTEEN.len(), "{}: {} bytes", name.display(), bytes.len());
        assert!(!whole || bytes.len() <= SIXTEEN.len(), "{}: more than was promised", name.display());
    }
}

/// A folder with a file that is above it, then out of it more often than it is deep, and another file.
fn climbing() -> Vec<u8> {
    let header = |rest: &str| format!("{:04x}:{rest}", rest.len() + 5).into_bytes();
    let mut stream = header("climb:0:2:");
    stream.extend(header("../../climbed:4:1:"));
    stream.extend(b"evil");
    for _ in 0..5 {
        stream.extend(header(".:0:3:"));
    }
    stream.extend(header("escaped:4:1:"));
    stream.extend(b"evil");
    stream
}

#[test]
fn a_symlink_in_the_downloads_is_not_followed() {
    let (us, network) = victim();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), us.downloads().join("gift")).unwrap();
    symlink(elsewhere.path().join("new"), us.downloads().join("present")).unwrap();
    let header = |rest: &str| format!("{:04x}:{rest}", rest.len() + 5);
    let folder = [header("gift:0:2:"), header("a:4:1:"), "evil".to_owned(), header(".:0:3:")].concat();
    let giver = Giver::start(&network, 3, BTreeMap::from([(1_000, folder.into_bytes())]));
    giver.offer(1_000, "0:gift:10:5f000000:2:");
    us.terminal.wait_text("gift");
    us.command("/accept");
    giver.wait_closed(1_000);
    giver.offer(1_001, "0:present:10:5f000000:1:");
    us.terminal.wait_text("present");
    us.command("/accept");
    us.wait_file("present (2)", SIXTEEN);
    // Before that it would be asked whether to quit all the same.
    us.wait_row(&["present", "done"]);
    leave(&us);
    assert!(tree(elsewhere.path()).is_empty(), "{:?}", tree(elsewhere.path()));
}

#[test]
fn a_size_that_no_disk_has_room_for_is_refused_before_a_byte() {
    let (us, network) = victim();
    let giver = Giver::start(&network, 3, BTreeMap::new());
    giver.offer(1_999, "0:unbelievable.bin:7fffffffffffffff:5f000000:1:");
    us.terminal.wait_text("bad attachment list");
    let disk = statvfs(&us.downloads()).unwrap();
    if disk.blocks_available() * disk.fragment_size() < MAX_SIZE {
        giver.offer(2_000, &format!("0:huge.bin:{MAX_SIZE:x}:5f000000:1:"));
        us.terminal.wait_text("huge.bin");
        us.command("/accept");
        us.terminal.wait_text("too little room");
    }
    giver.offer(2_001, "0:small.bin:10:5f000000:1:");
    us.terminal.wait_text("small.bin");
    us.command("/accept");
    us.wait_file("small.bin", SIXTEEN);
    let names: Vec<_> = tree(&us.downloads()).into_keys().collect();
    assert_eq!(names, [Path::new("small.bin")]);
}

/// udpqq with the hostile peer's conversation open, and a file beside its downloads.
fn victim() -> (Member, Network) {
    let network = Network::new();
    let mut us = Member::start(URSULA, &network.at(1), &[]);
    us.profile.write("contacts.toml", &format!("[contacts]\n\"mallory\" = \"ipmsg://{}\"\n", network.at(3)));
    us.terminal.quit();
    us.again(&network.at(1));
    us.talk_to("mallory", &network.at(3));
    us.file("precious.txt", b"mine");
    (us, network)
}

fn leave(us: &Member) {
    us.terminal.quit();
}

/// Nothing beside the downloads, nothing that others may read or anybody run, no name that is more than a name.
fn assert_safe(us: &Member, before: &BTreeMap<std::path::PathBuf, Vec<u8>>) {
    assert!(us.outside() == *before, "outside: {:?}", us.outside().keys());
    for name in tree(&us.downloads()).into_keys() {
        let text = name.to_str().expect("a name in UTF-8");
        let plain = |c: char| !c.is_control() && !"\u{202e}\u{202d}\u{2066}\u{2067}\u{200b}\\".contains(c);
        assert!(text.chars().all(plain), "{text:?}");
        for part in text.split('/').filter(|part| !part.is_empty()) {
            assert!(!part.starts_with(['.', '-']) && !part.ends_with([' ', '.']), "{text:?}");
        }
        let metadata = fs::symlink_metadata(us.downloads().join(&name)).unwrap();
        assert!(metadata.is_file() || metadata.is_dir(), "{text:?}: {metadata:?}");
        let allowed = if metadata.is_dir() { 0o700 } else { 0o600 };
        let mode = metadata.permissions().mode() & 0o7777;
        assert_eq!(mode & !allowed, 0, "{text:?}: {mode:o}");
    }
}
