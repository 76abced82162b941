//! A relay that keeps its rooms (`--history`): what it took is there after every end, each message once and in one order.
//!
//! 20 kills; `UDPQQ_KILLS` asks for more. `UDPQQ_SEED` repeats a run.

use std::fs;
use std::io::{Write as _, stderr};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use nix::sys::signal::Signal;

use crate::relay_chat::Member;
use crate::relay_rooms::{self, kill};
use crate::relay_server::{http, listening, start_with};
use crate::support::chance::Chance;
use crate::support::command::{run, udpqq};
use crate::support::faults::Disk;
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};

const KILLS: &str = "UDPQQ_KILLS";
const FEW: usize = 20;
const WAITING: &str = "[waiting]";

/// A relay with a file of its own, at a port that stays the same.
pub(crate) struct KeepingRelay {
    pub(crate) profile: Profile,
    pub(crate) port: u16,
}

impl KeepingRelay {
    pub(crate) fn new() -> Self {
        Self { profile: Profile::new(), port: free_port() }
    }

    fn args(&self, more: &[&str]) -> Vec<String> {
        let address = format!("127.0.0.1:{}", self.port);
        self.profile.args_and(&[&["relay", &address, "--history"], more].concat())
    }

    pub(crate) fn start(&self) -> Talker {
        let relay = start_with(&self.args(&["--rate", "1000"]), &[]);
        listening(&relay);
        relay
    }
}

/// Somebody who talks in plain lines.
struct Person {
    name: &'static str,
    talk: Talker,
    said: usize,
    _profile: Profile,
}

impl Person {
    fn join(name: &'static str, home: &KeepingRelay, relay: &Talker) -> Self {
        let profile = Profile::new();
        let room = format!("relay://127.0.0.1:{}/dev", home.port);
        let talk = Talker::start(&mut udpqq(&profile.args_and(&["--name", name, "chat", &room])));
        relay.wait_text(&format!(" {name} (127.0.0.1:"));
        Self { name, talk, said: 0, _profile: profile }
    }

    fn says(&mut self, count: usize) {
        for _ in 0..count {
            self.said += 1;
            self.talk.say(&format!("<{} {:05}>", self.name, self.said));
        }
    }

    /// What this one has of `name`, in its order. A line of its own that has to wait is printed again with its mark.
    fn has_of(&self, name: &str) -> Vec<usize> {
        let before = format!("<{name} ");
        let number = |line: String| {
            let (_, rest) = line.split_once(&before)?;
            rest.get(..5)?.parse().ok()
        };
        self.talk.lines().into_iter().filter(|line| !line.ends_with(WAITING)).filter_map(number).collect()
    }

    fn waits_for(&self, of: &Self) {
        if of.said > 0 {
            self.talk.wait_text(&format!("<{} {:05}>", of.name, of.said));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long it takes to be back is what is told")]
fn now() -> Instant {
    Instant::now()
}

/// Each line of `ann`, `ben` and `eve` is with the two others once and in its order, and where two have the lines of a
/// third they have them mixed in the same way.
fn assert_one_order(people: &[Person; 3]) {
    for speaker in people {
        let said: Vec<usize> = (1..=speaker.said).collect();
        for listener in people {
            let has = listener.has_of(speaker.name);
            assert_eq!(has, said, "{} has of {}", listener.name, speaker.name);
        }
    }
}

#[test]
fn a2_nothing_is_lost_or_doubled_by_a_relay_that_is_killed_while_people_write() {
    let kills = std::env::var(KILLS).map_or(FEW, |kills| kills.parse().expect(KILLS));
    let mut chance = Chance::new();
    let home = KeepingRelay::new();
    let mut relay = home.start();
    let mut people = ["ann", "ben", "eve"].map(|name| Person::join(name, &home, &relay));
    let mut back = Vec::new();
    for _ in 0..kills {
        for person in &mut people[..2] {
            person.says(usize::try_from(chance.within(5..=20)).unwrap());
        }
        // A moment among those in which these are taken, kept and passed on.
        let [ann, _, eve] = &people;
        let behind = usize::try_from(chance.within(1..=5)).unwrap();
        eve.talk.wait_text(&format!("<ann {:05}>", ann.said.saturating_sub(behind).max(1)));
        let _never = relay.wait_line_for(chance.micros(0..=15_000), |_| false);
        kill(relay);
        relay = home.start();
        let begin = now();
        people[0].says(1);
        people[2].waits_for(&people[0]);
        back.push(begin.elapsed());
    }
    people[2].says(1);
    for listener in &people {
        for speaker in &people {
            listener.waits_for(speaker);
        }
        // Of its own also that it was taken.
        let last = format!("<{} {:05}>", listener.name, listener.said);
        let is_marked = |line: &str| line.ends_with(']') && !line.ends_with(WAITING);
        listener.talk.wait_line("a mark", |line| line.contains(&last) && is_marked(line));
    }
    assert_one_order(&people);
    for person in &people {
        let lines = person.talk.lines();
        let own = lines.iter().filter(|line| line.contains(&format!("<{} ", person.name)));
        let taken = own.filter(|line| line.ends_with("[delivered]")).count();
        assert_eq!(taken, person.said, "{lines:?}");
        assert_eq!(person.talk.errors(), Vec::<String>::new());
    }
    if std::env::var(KILLS).is_ok() {
        let all: usize = people.iter().map(|person| person.said).sum();
        back.sort_unstable();
        let [half, longest] = [back[back.len() / 2], back[back.len() - 1]];
        let line = format!("{kills} kills: {all} messages; back after {half:?}, {longest:?} at most\n");
        stderr().write_all(line.as_bytes()).unwrap();
    }
    drop(relay);
}

#[test]
fn a_plain_member_reads_what_was_said_before_the_relay_was_killed() {
    let home = KeepingRelay::new();
    let at = ([127, 0, 0, 1], home.port).into();
    let relay = home.start();
    let [ada, bob] = ["ada", "bob"].map(|name| Member::join(at, name));
    for number in 1..=15 {
        ada.say(&format!("line {number:02}"));
        bob.wait_for(&format!("line {number:02}"));
    }
    kill(relay);
    let _relay = home.start();
    let eve = Member::join(at, "eve");
    eve.say("/history");
    for number in 6..=15 {
        let line = eve.wait_for("line");
        assert!(line.starts_with("* ") && line.ends_with(&format!("ada: line {number:02}\n")), "{line}");
    }
    eve.say("/history 2");
    assert!(eve.wait_for("line").ends_with("line 14\n"));
    assert!(eve.wait_for("line").ends_with("line 15\n"));
}

#[test]
fn it_says_where_and_how_long_it_keeps_and_nobody_else_reads_or_writes_there() {
    let home = KeepingRelay::new();
    let mut relay = start_with(&home.args(&["--keep", "12h", "--keep-messages", "all"]), &[]);
    let line = relay.wait_text("what is said in the rooms is kept for 12 hours, 1.0 GiB in all: ");
    let path = home.profile.path("rooms.db");
    assert!(line.ends_with(path.to_str().unwrap()), "{line}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let second = run(&home.profile.args_and(&["relay", "127.0.0.1:0", "--history"]), b"");
    assert_eq!(second.code, Some(1), "{second:?}");
    let told = second.only_error_line();
    assert!(
        told.contains(&format!("Another relay keeps the log of its rooms here: process {}", relay.pid()))
    );
    relay.signal(Signal::SIGTERM);
    assert_eq!(relay.finish().0, Some(0));
}

#[test]
fn the_settings_ask_for_it_as_well_and_a_bound_alone_asks_for_nothing() {
    let profile = Profile::new();
    let refused = run(&profile.args_and(&["relay", "127.0.0.1:0", "--keep", "1d"]), b"");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.only_error_line().contains("add --history"), "{refused:?}");
    profile.write("config.toml", "language = \"en\"\n[relay]\nhistory = true\nkeep = \"2d\"\n");
    let relay = start_with(&profile.args_and(&["relay", "127.0.0.1:0", "--keep-bytes", "20MB"]), &[]);
    relay.wait_text("kept for 2 days, 100000 messages of each room at most, 20.0 MiB in all");
}

#[test]
fn while_the_disk_is_full_nothing_is_taken_and_everybody_is_told() {
    let Some(disk) = Disk::new(1) else { return };
    let home = KeepingRelay::new();
    let environment = disk.environment();
    let environment = environment.each_ref().map(|(key, value)| (key.as_str(), value.as_str()));
    let relay = start_with(&home.args(&["--metrics", "0"]), &environment);
    let figures = crate::relay_server::address_in(&relay, "figures at http://", "/metrics");
    let mut ann = Person::join("ann", &home, &relay);
    let ada = Member::join(([127, 0, 0, 1], home.port).into(), "ada");
    ada.say("/join dev");
    ada.wait_for("dev");
    ann.says(1);
    ada.wait_for("<ann 00001>");
    assert!(http(figures, "GET /healthz").ends_with("\nup\n"));

    disk.fail(&["write ENOSPC 100", "truncate ENOSPC 100"]);
    ada.say("is there room?");
    ada.wait_for("cannot keep messages at the moment");
    relay.wait_text("has no room left on its disk");
    assert!(http(figures, "GET /healthz").contains(" 503 "));
    assert!(http(figures, "GET /healthz").ends_with("\nfull\n"));
    ann.says(1);

    disk.recover();
    relay.wait_text("takes messages again");
    ada.wait_for("<ann 00002>");
    ada.say("/history 5");
    let lines = [ada.wait_for("<ann"), ada.wait_for("<ann")];
    assert!(lines[0].ends_with("<ann 00001>\n") && lines[1].ends_with("<ann 00002>\n"), "{lines:?}");
    assert!(http(figures, "GET /healthz").ends_with("\nup\n"));
}

#[test]
fn a_message_is_marked_as_delivered_once_it_is_kept_and_not_before() {
    let Some(disk) = Disk::new(1) else { return };
    let home = KeepingRelay::new();
    let environment = disk.environment();
    let environment = environment.each_ref().map(|(key, value)| (key.as_str(), value.as_str()));
    let relay = start_with(&home.args(&[]), &environment);
    let ann = relay_rooms::Person::open("ann", home.port, "dev");
    ann.hears("1 here");
    ann.says("<kept>");
    ann.terminal.wait_text("✓✓ <kept>");
    disk.fail(&["write ENOSPC 100", "truncate ENOSPC 100"]);
    ann.says("<later>");
    relay.wait_text("has no room left on its disk");
    ann.wait_mark('…', "<later>");
    disk.recover();
    ann.terminal.wait_text("✓✓ <later>");
}

#[test]
fn what_was_ordered_holds_after_the_relay_was_killed() {
    let home = KeepingRelay::new();
    let at = ([127, 0, 0, 1], home.port).into();
    let relay = home.start();
    let ada = Member::join(at, "ada");
    ada.say("/join dev");
    ada.wait_for("dev");
    let order = |words: &[&str]| run(&home.profile.args_and(&[&["relay", "order"], words].concat()), b"");
    for words in [&["topic", "dev", "page 7"][..], &["ban", "ada", "2h"], &["close", "attic"]] {
        assert_eq!(order(words).code, Some(0), "{words:?}");
    }
    let bans = order(&["bans"]).stdout;
    assert!(bans.starts_with("ada (127.0.0.1:"), "{bans}");
    kill(relay);
    let _relay = home.start();
    let bob = Member::join(at, "bob");
    bob.say("/join dev");
    bob.wait_for("* Topic: page 7");
    bob.say("/join attic");
    bob.wait_for("This room is closed");
    assert_eq!(order(&["bans"]).stdout, bans);
    assert_eq!(order(&["unban", "ada"]).code, Some(0));
    assert_eq!(order(&["open", "attic"]).code, Some(0));
    bob.say("/join attic");
    bob.wait_for("in attic");
}

#[test]
fn the_page_says_that_rooms_are_kept() {
    let home = KeepingRelay::new();
    let terminal = Terminal::spawn(&home.args(&["--tui"]), (100, 24));
    terminal.wait_text("rooms are kept");
    terminal.send("q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
    assert!(home.profile.path("rooms.db").exists());
}
