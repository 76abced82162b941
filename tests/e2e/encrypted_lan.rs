//! In a network of their own: people who find each other, a laptop that sleeps and goes elsewhere.

use std::io::{Write as _, stderr};
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::lan_steps::{meet, two};
use crate::support::history::Mark;
use crate::support::pty::Life;

#[test]
fn whoever_starts_first_both_see_each_other_and_the_first_word_is_encrypted() {
    for turn in 0..2 {
        let Some((_lan, mei, ben)) = two() else { return };
        let (first, second) = if turn == 0 { (&mei, &ben) } else { (&ben, &mei) };
        let at_first = first.start();
        at_first.wait_text(":7781");
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

/// Longer than a session lives without a word.
const ASLEEP: Duration = Duration::from_secs(35);

/// Both write while they cannot reach each other; one of the machines sleeps, and wakes up with another address. Nobody
/// presses a key from then on (E5, E16).
#[test]
fn what_both_wrote_while_a_laptop_slept_comes_by_itself() {
    let Some((lan, mei, ben)) = two() else { return };
    let (at_mei, at_ben) = (mei.start(), ben.start());
    at_mei.wait_text("ben");
    at_ben.wait_text("mei");
    meet(&at_mei, &at_ben, ["mei", "ben"]);
    let [meis, bens] = ["mei", "ben"].map(|name| [1, 2, 3].map(|number| format!("{name} wrote {number}.")));
    ben.node.ip("link set eth0 down");
    at_ben.wait_text("eth0 is down: nobody is reached over it");
    for line in &bens {
        at_ben.line(line);
        at_ben.wait_for("it is kept", |_| ben.marks(line).len() == 1);
    }
    at_ben.signal(Signal::SIGSTOP);
    at_ben.wait_life(Life::Stopped);
    for line in &meis {
        at_mei.line(line);
        at_mei.wait_for("it is kept", |_| mei.marks(line).len() == 1);
    }
    let old = ben.node.address.as_str();
    ben.node.ip(&format!("addr del {old}/24 dev eth0"));
    ben.node.ip("addr add 10.77.0.123/24 broadcast 10.77.0.255 dev eth0");
    ben.node.ip("link set eth0 up");
    ben.node.ip("route add default dev eth0");
    let written = at_ben.raw_len();
    assert!(!at_ben.bytes_come(written, ASLEEP), "it sleeps");
    at_ben.signal(Signal::SIGCONT);
    for (terminal, lines) in [(&at_ben, &meis), (&at_mei, &bens)] {
        terminal.wait_text(&lines[2]);
    }
    at_mei.wait_text(&format!("✓✓ {}", meis[2]));
    at_ben.wait_text(&format!("✓✓ {}", bens[2]));
    at_ben.wait_text("eth0 is up again");
    for person in [&mei, &ben] {
        for lines in [&meis, &bens] {
            assert_eq!(person.kept_of(lines), *lines, "what {} has", person.name);
        }
    }
    for (writer, lines) in [(&mei, &meis), (&ben, &bens)] {
        assert!(lines.iter().all(|line| writer.marks(line) == [Mark::Delivered]));
    }
    drop(lan);
}
