//! What passes the sockets, as a person sees it: `udpqq wire`, its file, and the page in the messenger.

use std::time::Duration;

use crate::support::PATIENCE;
use crate::support::command::udpqq;
use crate::support::lines::Talker;
use crate::support::profile::Profile;
use crate::support::socket::{Socket, free_port};

/// How long one knock waits for its effect before the next.
const KNOCK: Duration = Duration::from_millis(100);

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
    // The messenger alone confirms, and nobody else says anything.
    alex.assert_silent();
    // What is there stays.
    let again = crate::support::command::run(&profile.args_and(&words), b"");
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
