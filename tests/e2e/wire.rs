//! What passes the sockets, as a person sees it: `udpqq wire`, its file, and the page in the messenger.

use std::io::{Write as _, stderr};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::secure_steps::{Pair, VIKTOR};
use crate::support::PATIENCE;
use crate::support::command::{run, udpqq};
use crate::support::history::History;
use crate::support::ipmsg::Member;
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Exit;
use crate::support::screen;
use crate::support::socket::Socket;

/// How long one knock waits for its effect before the next.
const KNOCK: Duration = Duration::from_millis(100);

/// Where `tcpdump` is, it reads the file and finds nothing wrong with it.
fn read_by_tcpdump(file: &Path, line: &str) {
    let mut tcpdump = Command::new("tcpdump");
    match tcpdump.args(["-n", "-vv", "-r"]).arg(file).output() {
        Ok(read) => {
            let said = String::from_utf8_lossy(&read.stdout).into_owned();
            assert!(read.status.success(), "{read:?}");
            // It writes addresses with a dot before the port.
            let line = line.replacen(':', ".", 1);
            assert!(said.contains(&line), "{line}: {said}");
            assert!(!said.contains("bad"), "{said}");
        }
        Err(_none) => stderr().write_all(b"skipped: tcpdump is not here\n").unwrap(),
    }
}

#[test]
fn wire_prints_what_passes_and_writes_it_for_wireshark() {
    let (port, alex, other) = (free_port(), Socket::bind_at("127.0.0.8:0"), Socket::bind_at("127.0.0.9:0"));
    let profile = Profile::with_contacts(&[("alex", &alex.address().to_string())]);
    let profile = profile.listening_at(&format!("127.0.0.1:{port}"));
    let file = profile.path("wire.pcap");
    let words = ["wire", "alex", "--hex", "--count", "1", "--pcap", file.to_str().unwrap()];
    let mut wire = Talker::start(&mut udpqq(&profile.args_and(&words)));
    for _ in 0..PATIENCE.as_millis() / KNOCK.as_millis() {
        other.send(b"from elsewhere", port);
        alex.send(b"hi \x1b[31m", port);
        if wire.wait_line_for(KNOCK, |_| true).is_some() {
            break;
        }
    }
    let (code, lines) = wire.finish();
    assert_eq!((code, lines.len()), (Some(0), 2), "{lines:?}");
    let (packet, hex) = (&lines[0], &lines[1]);
    assert!(packet.contains(&format!("← {}", alex.address())), "{packet}");
    assert!(packet.ends_with("8  hi ^[[31m"), "{packet}");
    assert!(hex.starts_with("  0000  68 69 20 1b 5b 33 31 6d ") && hex.ends_with("hi ·[31m"), "{hex}");
    let written = std::fs::read(&file).unwrap();
    assert_eq!(&written[..4], &0xa1b2_c3d4_u32.to_le_bytes(), "a capture file");
    assert!(written.ends_with(b"hi \x1b[31m"), "the datagram is the last of it");
    assert_eq!(written.len(), 24 + 16 + 20 + 8 + 8, "and the only one");
    read_by_tcpdump(&file, &format!("{} > 127.0.0.1.{port}: [udp sum ok] UDP, length 8", alex.address()));
    // The messenger alone confirms, and nobody else says anything.
    alex.assert_silent();
    // What is there stays.
    let again = run(&profile.args_and(&words), b"");
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("is there already"), "{again:?}");
    assert_eq!(std::fs::read(&file).unwrap(), written);
}

#[test]
fn the_page_shows_what_passes_and_saves_it() {
    let alex = Socket::bind_at("127.0.0.8:0");
    let profile = Profile::with_contacts(&[("alex", &alex.address().to_string())]);
    let (terminal, port) = profile.start();
    terminal.line("/wire alex");
    terminal.wait_text("Nothing has passed");
    alex.send("收到 \u{1b}[31m".as_bytes(), port);
    terminal.wait_text("收到 ^[[31m");
    terminal.wait_text("5b 33 31 6d");
    let file = profile.path("talk.pcap");
    terminal.send("s");
    terminal.wait_text("Save 1 packet as wire-");
    terminal.send("\u{15}");
    terminal.line(&file.display().to_string());
    terminal.wait_text("One packet is in");
    assert!(std::fs::read(&file).unwrap().ends_with("收到 \u{1b}[31m".as_bytes()));
    terminal.send("\u{1b}");
    terminal.wait_text("No longer watching");
}

#[test]
fn a_lab_loses_what_is_sent_and_says_so_until_it_is_off() {
    let alex = Socket::bind_at("127.0.0.8:0");
    let profile = Profile::with_contacts(&[("alex", &alex.address().to_string())]);
    let (terminal, _) = profile.start();
    terminal.line("/lab loss=100%");
    terminal.wait_text("LAB on alex: loss 100 %");
    terminal.line("gone");
    terminal.wait_text("lost 1 of 1");
    terminal.line("/lab off");
    terminal.wait_text("is good again");
    terminal.line("there");
    assert_eq!(alex.receive().0, b"there", "the first never came");
}

/// The number behind a word of the banner.
fn counted(banner: &str, word: &str) -> u64 {
    let (_, behind) = banner.split_once(word).unwrap_or_else(|| panic!("no {word} in {banner}"));
    let digits: String = behind.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|error| panic!("{word} in {banner}: {error}"))
}

#[test]
fn an_encrypted_conversation_in_a_lab_has_every_message_once_and_in_order() {
    let mut pair = Pair::start();
    let us = &pair.us.terminal;
    us.line("/lab loss=20% delay=20ms dup=20% reorder=20%");
    us.wait_text("LAB on viktor: loss 20 %  delay 20 ms  dup 20 %  reorder 20 %");
    let texts: Vec<String> = (1..=20).map(|number| format!("number {number} of twenty")).collect();
    for text in &texts {
        us.line(text);
        pair.us.wait_mark(text, "✓✓");
    }
    let kept = |member: &Member| -> Vec<String> {
        let rows = History::live(&member.profile.path("history.db")).rows_after(-1);
        rows.into_iter().map(|row| row.text).filter(|text| text.starts_with("number ")).collect()
    };
    assert_eq!(kept(&pair.them), texts, "each once and in order");
    assert_eq!(kept(&pair.us), texts);
    // What it cost is counted, and said wherever one is.
    us.wait_for("counts of all of them", |screen| {
        let banner = screen::rows(screen).first().cloned().unwrap_or_default();
        let all = ["lost ", "doubled ", "late "].map(|word| counted(&banner, word));
        counted(&banner, "of ") >= 40 && all.iter().all(|count| *count > 0)
    });
    us.wait_for("a lab beside the name", |screen| {
        screen::rows(screen).iter().any(|row| row.contains(VIKTOR) && row.contains(" lab "))
    });
    us.key("C-g");
    us.send("echo");
    us.key("Enter");
    us.wait_text("Write to echo");
    us.wait_text("LAB on viktor");
    // It ends with the program, and nothing of it is kept.
    assert_eq!(us.quit(), Exit::Code(0));
    pair.us.again_in_profile();
    pair.us.terminal.key("C-g");
    pair.us.terminal.send(VIKTOR);
    pair.us.terminal.key("Enter");
    pair.us.terminal.wait_text(&texts[19]);
    assert!(!pair.us.terminal.screen().contains("LAB on"), "{}", pair.us.terminal.screen());
    for name in ["config.toml", "contacts.toml"] {
        assert!(!pair.us.profile.read(name).contains("loss"), "{name}");
    }
}

#[test]
fn watching_says_nothing_to_anybody_who_is_in_the_contacts() {
    let peers = [(); 3].map(|()| Socket::bind());
    let [plain, relay, near] = peers.each_ref().map(|peer| peer.address().to_string());
    let contacts =
        [("alex", plain), ("class", format!("relay://{relay}/class")), ("ben", format!("ipmsg://{near}"))];
    let contacts: Vec<(&str, &str)> = contacts.iter().map(|(name, at)| (*name, &**at)).collect();
    let profile = Profile::with_contacts(&contacts);
    let outcome = run(&profile.args_and(&["wire", "--timeout", "2"]), b"");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(outcome.stdout, "", "{outcome:?}");
    for peer in &peers {
        peer.assert_silent();
    }
}
