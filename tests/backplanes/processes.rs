//! Two relays as people start them, over three servers: what is said at one is heard at both, in one order, also while
//! servers and relays are killed.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::failures::alone;
use crate::lan::Node;
use crate::nats_servers::NatsCluster;

/// How long a member waits for what must come: servers need some seconds to find another leader.
const PATIENCE: Duration = Duration::from_secs(30);
const MAX_DATAGRAM: usize = 65_535;

/// Ended with the test.
pub(crate) struct RelayProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    profile: TempDir,
}

impl RelayProcess {
    fn start(servers: &NatsCluster, first: usize) -> Self {
        Self::start_with(&["--cluster", &servers.addresses(first).join(",")])
    }

    /// With these options.
    pub(crate) fn start_with(options: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", options)
    }

    /// At this address.
    pub(crate) fn start_at(address: &str, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udpqq"));
        command.args(["--interface", "lo"]);
        Self::start_by(command, address, options)
    }

    /// On a machine of its own.
    pub(crate) fn start_on(machine: &Node, address: &str, options: &[&str]) -> Self {
        Self::start_by(machine.command(env!("CARGO_BIN_EXE_udpqq")), address, options)
    }

    fn start_by(mut command: Command, address: &str, options: &[&str]) -> Self {
        let profile = tempfile::tempdir().unwrap();
        command.env_clear().env("LANG", "C.UTF-8").env("TZ", "UTC").env("HOME", profile.path());
        command.arg("--profile").arg(profile.path()).args(["relay", address]).args(options);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = Vec::new();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {said:?}")).unwrap();
            if let Some((_, address)) = line.split_once("listening on relay ") {
                break address.trim().parse().unwrap();
            }
            said.push(line);
        };
        // It must not wait for somebody who reads.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, profile }
    }

    /// What whoever runs it orders, and is told.
    fn order(&self, words: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udpqq"));
        command.env_clear().env("LANG", "C.UTF-8").env("HOME", self.profile.path());
        command.arg("--profile").arg(self.profile.path()).args(["relay", "order"]).args(words);
        let told = command.stdin(Stdio::null()).output().unwrap();
        let told = [told.stdout, told.stderr].concat();
        String::from_utf8_lossy(&told).into_owned()
    }

    /// Its memory, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal).unwrap();
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RelayProcess {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        self.child.wait().unwrap();
    }
}

/// Somebody who needs nothing but a socket.
pub(crate) struct PlainMember(UdpSocket);

impl PlainMember {
    fn join(relay: &RelayProcess, name: &str) -> Self {
        Self::join_at(relay.address, name)
    }

    pub(crate) fn join_at(relay: SocketAddr, name: &str) -> Self {
        Self::join_by(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap(), relay, name)
    }

    pub(crate) fn join_by(socket: UdpSocket, relay: SocketAddr, name: &str) -> Self {
        socket.connect(relay).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let member = Self(socket);
        // The answer is no longer than what asked for it.
        member.say(&"?".repeat(200));
        let told = member.wait_for("/prove ");
        let proof = told.lines().find(|line| line.starts_with("/prove ")).unwrap().to_owned();
        // In whatever language the relay speaks.
        member.say(&proof);
        member.wait_for("lobby");
        member.say(&format!("/nick {name}"));
        member.wait_for(name);
        member
    }

    pub(crate) fn say(&self, text: &str) {
        self.0.send(text.as_bytes()).unwrap();
    }

    fn hear(&self) -> String {
        let mut datagram = vec![0; MAX_DATAGRAM];
        let length = self.0.recv(&mut datagram).expect("somebody says something");
        String::from_utf8_lossy(&datagram[..length]).into_owned()
    }

    pub(crate) fn wait_for(&self, wanted: &str) -> String {
        loop {
            let heard = self.hear();
            if heard.contains(wanted) {
                return heard;
            }
        }
    }

    /// Says something that somebody at another relay hears.
    pub(crate) fn say_to(&self, other: &Self, text: &str) {
        self.say(text);
        other.wait_for(text);
    }

    /// Says it until it is answered so: what was ordered at another relay is on its way.
    fn say_until_told(&self, text: &str, wanted: &str) {
        self.0.set_read_timeout(Some(PATIENCE / 20)).unwrap();
        let mut datagram = vec![0; MAX_DATAGRAM];
        let mut hear = || self.0.recv(&mut datagram).ok().map(|length| datagram[..length].to_vec());
        let heard = (0..20).any(|_| {
            self.say(text);
            std::iter::from_fn(&mut hear).any(|heard| String::from_utf8_lossy(&heard).contains(wanted))
        });
        self.0.set_read_timeout(Some(PATIENCE)).unwrap();
        assert!(heard, "{wanted} was not heard");
    }

    /// The next messages of others, without what the relay says itself.
    fn messages(&self, count: usize) -> Vec<String> {
        let mut heard = Vec::new();
        while heard.len() < count {
            let line = self.hear();
            if !line.starts_with('*') {
                heard.push(line.trim_end().to_owned());
            }
        }
        heard
    }
}

#[test]
fn what_is_said_at_one_relay_is_heard_at_the_other() {
    alone(async {
        let Some(mut servers) = NatsCluster::start(3) else { return };
        let relays = [RelayProcess::start(&servers, 0), RelayProcess::start(&servers, 1)];
        let (ann, ben) = (PlainMember::join(&relays[0], "ann"), PlainMember::join(&relays[1], "ben"));
        let (eve, joe) = (PlainMember::join(&relays[0], "eve"), PlainMember::join(&relays[1], "joe"));
        ann.say_to(&ben, "from here");
        ben.say("and back");
        assert_eq!(ann.wait_for("and back").trim_end(), "ben: and back");
        for number in 1..=20 {
            ann.say(&format!("a{number}"));
            ben.say(&format!("b{number}"));
        }
        let skip = |member: &PlainMember| member.wait_for("and back");
        skip(&eve);
        skip(&joe);
        let (here, there) = (eve.messages(40), joe.messages(40));
        assert_eq!(here, there, "one order");
        let of_ann: Vec<&String> = here.iter().filter(|line| line.starts_with("ann")).collect();
        assert_eq!(
            of_ann,
            (1..=20).map(|number| format!("ann: a{number}")).collect::<Vec<_>>().iter().collect::<Vec<_>>()
        );
        let leader = servers.leader("udpqq_LOG_0");
        servers.kill(leader);
        ann.say("after the leader");
        assert_eq!(joe.wait_for("after the leader").trim_end(), "ann: after the leader");
    });
}

#[test]
fn a_relay_that_is_killed_comes_back_with_what_was_said_elsewhere() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let (mut first, second) = (RelayProcess::start(&servers, 0), RelayProcess::start(&servers, 0));
        let ben = PlainMember::join(&second, "ben");
        ben.say("before");
        first.kill();
        ben.say("meanwhile");
        let third = RelayProcess::start(&servers, 0);
        let ann = PlainMember::join(&third, "ann");
        ann.say("hi");
        ben.wait_for("ann: hi");
        ann.say("/history 3");
        let lines: Vec<String> =
            ["before", "meanwhile", "hi"].iter().map(|text| ann.wait_for(text)).collect();
        assert!(lines[0].contains("ben: before") && lines[2].contains("ann: hi"), "{lines:?}");
    });
}

#[test]
fn an_order_at_one_relay_is_about_members_of_all_and_holds_at_those_that_start_later() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let relays = [RelayProcess::start(&servers, 0), RelayProcess::start(&servers, 0)];
        let (ann, ben) = (PlainMember::join(&relays[0], "ann"), PlainMember::join(&relays[1], "ben"));
        let told = relays[0].order(&["kick", "ben"]);
        assert!(told.contains("the other relays of the cluster have been told"), "{told}");
        ben.wait_for("You were put out");
        let told = relays[0].order(&["moderated", "lobby", "on"]);
        assert!(told.contains("lobby"), "{told}");
        ann.wait_for("Only");
        let eve = PlainMember::join(&relays[1], "eve");
        eve.say_until_told("may I", "not sent");
        relays[1].order(&["mute", "ann"]);
        let late = RelayProcess::start(&servers, 0);
        let joe = PlainMember::join(&late, "joe");
        joe.say_until_told("may I", "not sent");
        // Its own ban holds as well, whoever ordered it.
        while !late.order(&["bans"]).contains("ann") {
            std::thread::yield_now();
        }
    });
}

#[test]
fn a_name_is_one_persons_at_all_relays_and_free_once_it_is_given_up() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let relays = [RelayProcess::start(&servers, 0), RelayProcess::start(&servers, 0)];
        let (ann, ben) = (PlainMember::join(&relays[0], "ann"), PlainMember::join(&relays[1], "ben"));
        ben.say("/nick Ann");
        ben.wait_for("Somebody has that name.");
        ben.say_to(&ann, "still ben");
        ann.say("/nick eve");
        ann.wait_for("You are eve now.");
        // It is given back behind the answer.
        ben.say_until_told("/nick Ann", "You are Ann now.");
        ann.say("/nick ann");
        ann.wait_for("Somebody has that name.");
        ben.say("/leave");
        ann.say_until_told("/nick ann", "You are ann now.");
    });
}

#[test]
fn members_of_all_relays_are_in_the_list_and_counted() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let relays = [RelayProcess::start(&servers, 0), RelayProcess::start(&servers, 0)];
        let (ann, ben) = (PlainMember::join(&relays[0], "ann"), PlainMember::join(&relays[1], "ben"));
        ann.say_until_told("/who", "* ben\n");
        ben.say_until_told("/who", "* ann\n");
        // Somebody that begins later knows all who are there.
        let late = RelayProcess::start(&servers, 0);
        let eve = PlainMember::join(&late, "eve");
        eve.say_until_told("/who", "* eve\n");
        eve.say_until_told("/rooms", "3");
        ben.say("/leave");
        ann.say_until_told("/who", "* ann\n* eve\n");
    });
}
