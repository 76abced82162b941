//! In a network of their own: people who find each other, a laptop that sleeps and goes elsewhere.

use std::io::{Write as _, stderr};

use nix::sys::signal::Signal;

use crate::lan::{Lan, Node};
use crate::steps::go_to;
use crate::support::history::{History, Mark};
use crate::support::profile::Profile;
use crate::support::pty::Terminal;

const SIZE: (u16, u16) = (100, 30);

/// One who runs udpqq on a machine of its own.
struct Member {
    name: &'static str,
    node: Node,
    profile: Profile,
}

impl Member {
    fn new(lan: &mut Lan, name: &'static str) -> Self {
        let profile = Profile::new();
        let settings = format!("language = \"en\"\ntheme = \"classic\"\nname = \"{name}\"\nvisible = true\n");
        profile.write("config.toml", &settings);
        Self { name, node: lan.node(name), profile }
    }

    fn start(&self) -> Terminal {
        let folder = self.profile.path("");
        let place = ["--interface", "eth0", "--profile", folder.to_str().unwrap()];
        let own = place.into_iter().chain(["--listen", "udp=off", "--listen", "ipmsg=off"]);
        let words = self.node.enter().into_iter().chain([env!("CARGO_BIN_EXE_udpqq").to_owned()]);
        let words: Vec<String> = words.chain(own.map(str::to_owned)).collect();
        Terminal::spawn_behind(&words, SIZE)
    }

    fn marks(&self, text: &str) -> Vec<Mark> {
        let rows = History::live(&self.profile.path("history.db")).rows_after(-1);
        rows.iter().filter(|row| row.text == text).map(|row| row.mark).collect()
    }
}

/// `None`, and why: it cannot be done here.
fn two() -> Option<(Lan, Member, Member)> {
    if let Some(why) = Lan::obstacle() {
        stderr()
            .write_all(format!("skipped: no people in a network of their own: {why}\n").as_bytes())
            .unwrap();
        return None;
    }
    let mut lan = Lan::new();
    let (mei, ben) = (Member::new(&mut lan, "mei"), Member::new(&mut lan, "ben"));
    Some((lan, mei, ben))
}

/// The first opens the second, who is near, and writes; the second lets the first in, and answers.
fn meet(one: &Terminal, other: &Terminal, names: [&str; 2]) {
    go_to(one, names[1], "not compared");
    one.wait_text(&format!("◇ to {}", names[1]));
    one.line("hello.");
    other.wait_text("Requests");
    go_to(other, names[0], "wants to talk to you");
    other.wait_text("hello.");
    other.line("/accept");
    other.wait_text(&format!("◇ to {}", names[0]));
    other.line("hello to you.");
    one.wait_text("hello to you.");
    one.wait_text("✓✓ hello.");
    other.wait_text("✓✓ hello to you.");
}

#[test]
fn whoever_starts_first_both_see_each_other_and_the_first_word_is_encrypted() {
    for turn in 0..2 {
        let Some((_lan, mei, ben)) = two() else { return };
        let (first, second) = if turn == 0 { (&mei, &ben) } else { (&ben, &mei) };
        let at_first = first.start();
        at_first.wait_text("udpqq [::]:7781");
        let at_second = second.start();
        let begun = at_second.wait_bytes_after(0);
        let seen = at_second.wait_arrival("the first", |screen| screen.contents().contains(first.name));
        let seen_too = at_first.wait_arrival("the second", |screen| screen.contents().contains(second.name));
        let [here, there] = [seen, seen_too].map(|at| at.saturating_duration_since(begun));
        stderr().write_all(format!("seen after {here:?} and {there:?}\n").as_bytes()).unwrap();
        meet(&at_first, &at_second, [first.name, second.name]);
        for terminal in [&at_first, &at_second] {
            assert!(terminal.screen().contains("not compared"), "{}", terminal.screen());
        }
        // Whoever quits is gone at once, and what is written now waits.
        at_second.quit();
        at_first.wait_text(&format!("{}  left", second.name));
        at_first.line("after you left.");
        at_first.wait_text("…  after you left.");
        assert_eq!(first.marks("after you left."), [Mark::Waiting]);
    }
}

/// Nothing is lost or doubled when a machine sleeps, loses its network and wakes up in another place (E5, E16).
#[test]
fn a_laptop_that_sleeps_and_goes_elsewhere_misses_nothing() {
    let Some((_lan, mei, ben)) = two() else { return };
    let (at_mei, at_ben) = (mei.start(), ben.start());
    at_mei.wait_text("ben");
    at_ben.wait_text("mei");
    meet(&at_mei, &at_ben, ["mei", "ben"]);
    for (place, address) in ["10.77.0.99", "10.77.0.77"].into_iter().enumerate() {
        at_ben.line(&format!("going, {place}."));
        at_ben.wait_text(&format!("✓✓ going, {place}."));
        at_ben.signal(Signal::SIGSTOP);
        ben.node.ip("link set eth0 down");
        let away = [1, 2, 3].map(|number| format!("in your sleep {place}, {number}."));
        for line in &away {
            at_mei.line(line);
            at_mei.wait_text(line);
        }
        ben.node.ip("addr flush dev eth0 scope global");
        ben.node.ip(&format!("addr add {address}/24 broadcast 10.77.0.255 dev eth0"));
        ben.node.ip("link set eth0 up");
        ben.node.ip("route add default dev eth0");
        at_ben.signal(Signal::SIGCONT);
        let back = format!("back from {place}.");
        at_ben.line(&back);
        for line in &away {
            at_ben.wait_text(line);
        }
        at_mei.wait_text(&back);
        at_ben.wait_text(&format!("✓✓ {back}"));
        at_mei.wait_text(&format!("✓✓ {}", away[2]));
        for line in away.iter().chain([&back]) {
            assert_eq!(mei.marks(line).len(), 1, "{line}");
            assert_eq!(ben.marks(line).len(), 1, "{line}");
        }
    }
}
