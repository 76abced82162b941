//! Networks that carry only small packets: two meet there, and what is said and given comes whole.

use std::fs;
use std::io::{Write as _, stderr};
use std::time::Duration;

use crate::lan::{Lan, Node};
use crate::lan_steps::{Resident, lan};
use crate::steps::go_to;
use crate::support::history::Mark;
use crate::support::ipmsg::{content, write};
use crate::support::pty::Terminal;

/// The longest message there is.
const LONGEST: usize = 60_000;
const FILE: usize = 700_001;
/// From the first word to where it is shown, with the session that it needs.
const FIRST_WORD: Duration = Duration::from_secs(5);

/// Where the small packets are.
#[derive(Clone, Copy, Debug)]
enum Narrow {
    /// At both of the two: the kernel itself refuses what is larger.
    Ends,
    /// On the way between: what is larger and may not be cut is lost.
    Middle,
}

#[test]
fn packets_of_1280_bytes_carry_everything() {
    everything_comes(1_280, Narrow::Ends);
}

#[test]
fn packets_of_576_bytes_carry_everything() {
    everything_comes(576, Narrow::Ends);
}

#[test]
fn a_way_that_carries_packets_of_576_bytes_carries_everything() {
    everything_comes(576, Narrow::Middle);
}

fn everything_comes(bytes: u32, narrow: Narrow) {
    let Some(mut lan) = lan() else { return };
    let people = ["mei", "ben"].map(|name| Resident::new(&mut lan, name));
    let _router = make_narrow(&mut lan, &people, bytes, narrow);
    let terminals = [0, 1].map(|who: usize| people[who].start());
    for (terminal, other) in [(&terminals[0], "ben"), (&terminals[1], "mei")] {
        terminal.wait_text(other);
    }
    let took = first_word(&terminals);
    stderr().write_all(format!("{bytes} bytes, {narrow:?}: {took:?}\n").as_bytes()).unwrap();
    assert!(took <= FIRST_WORD, "{took:?} until the first word stood there");
    for (writer, letter) in [(0, "m"), (1, "b"), (0, "n")] {
        say_at_length(&people, &terminals, writer, letter);
    }
    a_file_comes_whole(&people, &terminals);
    drop(lan);
}

/// Lets only packets of so many bytes through between the two.
fn make_narrow(lan: &mut Lan, people: &[Resident; 2], bytes: u32, narrow: Narrow) -> Option<Node> {
    match narrow {
        Narrow::Ends => {
            for person in people {
                person.node.ip(&format!("link set eth0 mtu {bytes}"));
            }
            None
        }
        Narrow::Middle => {
            let router = lan.node("router");
            forward(&router);
            for (person, other) in [(&people[0], &people[1]), (&people[1], &people[0])] {
                person.node.ip(&format!("route add {}/32 via {}", other.node.address, router.address));
                router.ip(&format!("route add {}/32 dev eth0 mtu lock {bytes}", person.node.address));
            }
            Some(router)
        }
    }
}

/// Makes it pass on what is for others, and tell nobody of a shorter way.
fn forward(router: &Node) {
    for (name, value) in [("ip_forward", 1), ("conf/all/send_redirects", 0), ("conf/eth0/send_redirects", 0)]
    {
        let script = format!("echo {value} > /proc/sys/net/ipv4/{name}");
        let status = router.command("sh").args(["-c", &script]).status();
        assert!(status.is_ok_and(|status| status.success()), "{script}");
    }
}

/// The first opens the second and writes; how long it took until that stood there. The second lets the first in.
fn first_word(terminals: &[Terminal; 2]) -> Duration {
    let [mei, ben] = terminals;
    go_to(mei, "ben", "not compared");
    mei.wait_text("◇ to ben");
    let before = mei.raw_len();
    mei.line("hello.");
    let written = mei.wait_bytes_after(before);
    let heard = ben.wait_arrival("a request", |screen| screen.contents().contains("Requests"));
    go_to(ben, "mei", "wants to talk to you");
    ben.wait_text("hello.");
    ben.line("/accept");
    ben.wait_text("◇ to mei");
    ben.line("hello to you.");
    mei.wait_text("hello to you.");
    mei.wait_text("✓✓ hello.");
    heard.saturating_duration_since(written)
}

fn say_at_length(people: &[Resident; 2], terminals: &[Terminal; 2], writer: usize, letter: &str) {
    let text = letter.repeat(LONGEST - 5) + " end.";
    let terminal = &terminals[writer];
    terminal.paste(&text);
    terminal.wait_text("Paste ");
    // Yes, and then away with it.
    terminal.key("Enter");
    terminal.wait_gone("Write to ");
    terminal.key("Enter");
    let after = format!("after {letter}.");
    terminal.line(&after);
    terminal.wait_text(&format!("✓✓ {after}"));
    assert_eq!(people[writer].marks(&text), [Mark::Delivered]);
    assert_eq!(people[1 - writer].marks(&text), [Mark::None], "once, as it was written");
}

fn a_file_comes_whole(people: &[Resident; 2], terminals: &[Terminal; 2]) {
    let bytes = content(FILE, 4);
    let path = write(&people[0].profile.path("out"), "small packets.bin", &bytes);
    terminals[0].paste(&format!("/file \"{}\"", path.display()));
    terminals[0].wait_text("/file");
    terminals[0].key("Enter");
    terminals[1].wait_text("offered");
    terminals[1].line("/accept");
    let landed = people[1].profile.path("in").join("small packets.bin");
    let whole = |_: &vt100::Screen| fs::read(&landed).is_ok_and(|found| found == bytes);
    terminals[1].wait_for("the whole file", whole);
    terminals[0].wait_text("fetched");
}
