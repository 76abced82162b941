//! Members that move: relays that have their rooms in common are killed one after the other, or hang, while people talk. Each
//! message comes to everybody once, and in one order.
//!
//! A few kills; `UDPQQ_KILLS` asks for more, and to be strict about what a busy machine may exceed: 30 of them are a minute.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::chance::Chance;
use crate::failures::alone;
use crate::lan::Node;
use crate::lines::Talker;
use crate::lossy::LossyPath;
use crate::nats_servers::NatsCluster;
use crate::ports::free_port;
use crate::processes::RelayProcess;

const KILLS: &str = "UDPQQ_KILLS";
const FEW: usize = 4;
/// Between two kills.
const BETWEEN: Duration = Duration::from_secs(2);
/// Between two messages.
const BEAT: Duration = Duration::from_millis(50);
/// How long nobody may hear anything: where nothing is at the port of the relay any more, and where it is silent.
const REFUSED: Duration = Duration::from_secs(2);
const SILENT: Duration = Duration::from_secs(8);
/// Of so many datagrams of members one is lost: 5 %.
const ONE_IN: u64 = 20;
const WAITING: &str = "[waiting]";

#[expect(clippy::disallowed_methods, reason = "how long nobody hears anything is what is measured")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "people take their time while relays are killed")]
pub(crate) fn pause() {
    thread::sleep(BEAT);
}

/// Relays over one server, each at an address of its own, to which members may have a bad path.
struct Relays {
    servers: NatsCluster,
    at: Vec<SocketAddr>,
    running: Vec<Option<RelayProcess>>,
    chance: Option<Chance>,
    paths: Vec<Option<LossyPath>>,
}

impl Relays {
    fn start(count: usize, chance: Option<Chance>) -> Option<Self> {
        let servers = NatsCluster::start(1)?;
        let at = (0..count).map(|_| SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()))).collect();
        let running = (0..count).map(|_| None).collect();
        let paths = (0..count).map(|_| None).collect();
        let mut relays = Self { servers, at, running, chance, paths };
        (0..count).for_each(|number| relays.restart(number));
        Some(relays)
    }

    /// As a member writes all of them, beginning with that one.
    fn address(&self, first: usize) -> String {
        let mut hosts: Vec<String> = self.at.iter().map(SocketAddr::to_string).collect();
        hosts.rotate_left(first);
        format!("relay://{}/dev", hosts.join(","))
    }

    fn kill(&mut self, number: usize) {
        self.running[number] = None;
        self.paths[number] = None;
    }

    fn restart(&mut self, number: usize) {
        let address = self.at[number].to_string();
        let cluster = self.servers.addresses(0).join(",");
        let options = ["--rate", "1000", "--cluster", &cluster];
        let Some(chance) = &self.chance else {
            self.running[number] = Some(RelayProcess::start_at(&address, &options));
            return;
        };
        // Members know the path alone.
        let options = [&options[..], &["--public", &address]].concat();
        let relay = RelayProcess::start_at("127.0.0.1:0", &options);
        let chance = chance.branch(u64::from(relay.address.port()));
        self.paths[number] = Some(LossyPath::open(self.at[number], relay.address, ONE_IN, chance));
        self.running[number] = Some(relay);
    }
}

/// Somebody who talks in plain lines.
pub(crate) struct Person {
    name: &'static str,
    pub(crate) talk: Talker,
    pub(crate) said: usize,
    /// The line of others that was heard last, and since when there is none behind it.
    heard: (usize, Instant),
    longest: Duration,
    _profile: TempDir,
}

impl Person {
    fn join(name: &'static str, room: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udpqq"));
        command.args(["--interface", "lo"]);
        Self::join_by(command, name, room)
    }

    /// From a machine of its own.
    pub(crate) fn join_on(machine: &Node, name: &'static str, room: &str) -> Self {
        Self::join_by(machine.command(env!("CARGO_BIN_EXE_udpqq")), name, room)
    }

    fn join_by(mut command: Command, name: &'static str, room: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        command.env_clear().env("LANG", "C.UTF-8").env("TZ", "UTC").env("HOME", profile.path());
        command.arg("--profile").arg(profile.path()).args(["--name", name, "chat", room]);
        let talk = Talker::start(&mut command);
        Self { name, talk, said: 0, heard: (0, now()), longest: Duration::ZERO, _profile: profile }
    }

    pub(crate) fn says_one(&mut self) {
        self.said += 1;
        self.talk.say(&format!("<{} {:05}>", self.name, self.said));
    }

    /// What this one has of `name`, in its order. A line of its own that has to wait is printed again with its mark.
    pub(crate) fn has_of(&self, name: &str) -> Vec<usize> {
        let before = format!("<{name} ");
        let number = |line: String| {
            let (_, rest) = line.split_once(&before)?;
            rest.get(..5)?.parse().ok()
        };
        self.talk.lines().into_iter().filter(|line| !line.ends_with(WAITING)).filter_map(number).collect()
    }

    /// Looks whether something new came, and how long that took.
    pub(crate) fn listens(&mut self, speaker: &str) {
        let (count, since) = self.heard;
        let heard = self.has_of(speaker).len();
        if heard > count {
            self.longest = self.longest.max(since.elapsed());
            self.heard = (heard, now());
        }
    }
}

/// Both are in the room: the speaker is heard.
pub(crate) fn meet(speaker: &mut Person, listener: &mut Person) {
    while listener.heard.0 == 0 {
        speaker.says_one();
        pause();
        listener.listens(speaker.name);
    }
    listener.longest = Duration::ZERO;
}

/// The speaker says a line each moment for so long.
fn talk_for(speaker: &mut Person, listener: &mut Person, time: Duration) {
    let begun = now();
    while begun.elapsed() < time {
        speaker.says_one();
        pause();
        listener.listens(speaker.name);
    }
}

/// What the speaker has said is there, each line once and in its order.
fn assert_all(speaker: &mut Person, listener: &Person) {
    speaker.says_one();
    let last = format!("<{} {:05}>", speaker.name, speaker.said);
    listener.talk.wait_text(&last);
    speaker
        .talk
        .wait_line("a mark", |line| line.contains(&last) && line.ends_with(']') && !line.ends_with(WAITING));
    let said: Vec<usize> = (1..=speaker.said).collect();
    assert_eq!(speaker.has_of(speaker.name), said, "the speaker");
    let heard = listener.has_of(speaker.name);
    let other_name = format!("{}-", speaker.name);
    let renamed = listener.talk.lines().into_iter().find(|line| line.contains(&other_name));
    assert_eq!(renamed, None, "its name has moved with it");
    // It came while the first of these were said.
    let first = heard.first().copied().unwrap_or_default();
    assert_eq!(heard, said[first.saturating_sub(1)..], "the listener");
}

/// Relays are killed one after the other while people talk, who may hear nothing for so long.
fn talk_while_relays_are_killed(chance: Option<Chance>) {
    let asked: Option<usize> = std::env::var(KILLS).ok().map(|kills| kills.parse().expect(KILLS));
    let slack = if asked.is_some() { 1 } else { 4 };
    let Some(mut relays) = Relays::start(3, chance) else { return };
    let mut ann = Person::join("ann", &relays.address(0));
    let mut ben = Person::join("ben", &relays.address(1));
    meet(&mut ann, &mut ben);
    for kill in 0..asked.unwrap_or(FEW) {
        let number = kill % 3;
        relays.kill(number);
        talk_for(&mut ann, &mut ben, BETWEEN);
        relays.restart(number);
    }
    assert_all(&mut ann, &ben);
    let line = format!("{} lines; nothing was heard for {:?} at most\n", ann.said, ben.longest);
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    assert!(ben.longest <= REFUSED * slack, "{line}");
}

#[test]
fn a6_everything_is_heard_once_and_in_order_while_relays_are_killed_one_after_the_other() {
    alone(async { talk_while_relays_are_killed(None) });
}

#[test]
fn a6_so_it_is_where_datagrams_of_members_are_lost() {
    alone(async { talk_while_relays_are_killed(Some(Chance::new())) });
}

#[test]
fn a6_a_relay_that_hangs_is_left_for_another_within_eight_seconds() {
    alone(async {
        let Some(relays) = Relays::start(2, None) else { return };
        let mut ann = Person::join("ann", &relays.address(0));
        let mut ben = Person::join("ben", &relays.address(1));
        meet(&mut ann, &mut ben);
        for hanging in 0..2 {
            let relay = relays.running[hanging].as_ref().unwrap();
            relay.signal(Signal::SIGSTOP);
            talk_for(&mut ann, &mut ben, SILENT);
            relay.signal(Signal::SIGCONT);
            talk_for(&mut ann, &mut ben, BETWEEN);
        }
        assert_all(&mut ann, &ben);
        let slack = if std::env::var(KILLS).is_ok() { 1 } else { 2 };
        assert!(ben.longest <= SILENT * slack, "nothing was heard for {:?}", ben.longest);
    });
}
