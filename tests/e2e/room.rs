//! The room without a server: programs that share a port on one machine, and machines that share a network. Python
//! peers and udpqq hear each other exactly once.

use std::io::{BufRead as _, BufReader};
use std::ops::DerefMut;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use crate::steps::wait_open;
use crate::support::faults::skipped;
use crate::support::lines::Talker;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::python::Peer;
use crate::support::{PATIENCE, screen};

/// High enough for a round of everybody.
const SIZE: (u16, u16) = (100, 60);
const ROOM: &str = "机房";
/// What a program says that has come in, and how udpqq shows that.
const NOTICE: &str = "***加入了聊天室";
const CAME: &str = "joined the room";
/// How long one knock waits for its effect before the next.
const KNOCK: Duration = Duration::from_millis(200);

/// Somebody in the room.
enum Member {
    Script(Box<dyn DerefMut<Target = Talker>>),
    Person(Messenger),
}

struct Messenger {
    terminal: Terminal,
    /// Must not vanish before the program.
    _profile: Profile,
}

impl Member {
    fn person(terminal: Terminal, profile: Profile) -> Self {
        Self::Person(Messenger { terminal, _profile: profile })
    }

    fn says(&mut self, text: &str) {
        match self {
            Self::Script(script) => script.say(text),
            Self::Person(Messenger { terminal, .. }) => terminal.line(text),
        }
    }

    fn wait_text(&self, text: &str) {
        match self {
            Self::Script(script) => drop(script.wait_text(text)),
            Self::Person(Messenger { terminal, .. }) => terminal.wait_text(text),
        }
    }

    fn hears_soon(&self, text: &str) -> bool {
        match self {
            Self::Script(script) => script.wait_line_for(KNOCK, |line| line.contains(text)).is_some(),
            Self::Person(Messenger { terminal, .. }) => {
                let _came = terminal.bytes_come(terminal.raw_len(), KNOCK);
                terminal.screen().contains(text)
            }
        }
    }

    fn terminal(&self) -> &Terminal {
        match self {
            Self::Person(Messenger { terminal, .. }) => terminal,
            Self::Script(_) => panic!("a script has no screen"),
        }
    }

    /// The lines a script has printed; it ends by that.
    fn into_lines(self) -> Vec<String> {
        match self {
            Self::Script(mut script) => script.finish().1,
            Self::Person(_) => panic!("a person does not print lines"),
        }
    }
}

fn said(round: &str, index: usize) -> String {
    format!("<{round}{index}>")
}

/// Each says something, and then something else: behind that nothing of the first can come any more. What came of the
/// first stands on each screen once, one's own as well.
fn talk(members: &mut [Member], round: &str) {
    for end in ["", "-end"] {
        let round = format!("{round}{end}");
        for (index, member) in members.iter_mut().enumerate() {
            member.says(&said(&round, index));
        }
        for (listener, index) in
            (0..members.len()).flat_map(|one| (0..members.len()).map(move |other| (one, other)))
        {
            members[listener].wait_text(&said(&round, index));
        }
    }
    for member in members.iter() {
        if let Member::Person(Messenger { terminal, .. }) = member {
            for index in 0..members.len() {
                assert_eq!(terminal.rows_with(&said(round, index)).len(), 1, "{}", terminal.screen());
            }
        }
    }
}

/// Says something again and again until it is heard: nobody tells when a network is there again.
fn knock(members: &mut [Member], speaker: usize, listener: usize, word: &str) {
    for count in 0..PATIENCE.as_millis() / KNOCK.as_millis() {
        members[speaker].says(&format!("<{word}{count}>"));
        if members[listener].hears_soon(&format!("<{word}")) {
            return;
        }
    }
    members[listener].wait_text(&format!("<{word}"));
}

fn count(lines: &[String], text: &str) -> usize {
    lines.iter().filter(|line| line.contains(text)).count()
}

// --- One machine. ---

/// udpqq in the room at 127.255.255.255, and nowhere else.
fn person_on_loopback(port: u16) -> Member {
    let address = format!("127.255.255.255:{port}");
    let profile = Profile::with_contacts(&[(ROOM, &format!("room://{address}"))]);
    let listen = format!("room={port}");
    let terminal = Terminal::spawn(&profile.args_and(&["--listen", &listen, ROOM]), SIZE);
    wait_open(&terminal, ROOM, &address);
    Member::person(terminal, profile)
}

fn script_on_loopback(port: u16) -> Option<Member> {
    let script = Peer::start("room.py", &[&port.to_string(), "127.255.255.255"])?;
    // Whoever comes later does not hear it any more.
    script.wait_text(NOTICE);
    Some(Member::Script(Box::new(script)))
}

#[test]
fn four_programs_on_one_port_hear_each_other_exactly_once() {
    let port = free_port();
    let (Some(first), Some(second)) = (script_on_loopback(port), script_on_loopback(port)) else { return };
    let mut members = vec![first, second, person_on_loopback(port)];
    talk(&mut members, "three");
    members.push(person_on_loopback(port));
    members[2].wait_text(CAME);
    talk(&mut members, "four");
    let came = |member: &Member| member.terminal().rows_with(CAME);
    assert_eq!(came(&members[2]).len(), 1, "{}", members[2].terminal().screen());
    assert!(came(&members[2])[0].contains(&format!("[127.0.0.1 : {port}]")), "{:?}", came(&members[2]));
    assert_eq!(came(&members[3]), [""; 0], "one's own notice is not shown");

    for member in &members[2..] {
        let sources = member.terminal().rows_with(&format!("[127.0.0.1 : {port}]"));
        assert!(sources.len() >= 3, "each message shows where it came from:\n{}", member.terminal().screen());
        assert!(!member.terminal().screen().contains(NOTICE), "{}", member.terminal().screen());
    }
    members.truncate(2);
    let second = members.pop().unwrap().into_lines();
    let first = members.pop().unwrap().into_lines();
    assert_eq!((count(&first, NOTICE), count(&second, NOTICE)), (4, 3), "{first:?}\n{second:?}");
    for lines in [first, second] {
        for (round, size) in [("three", 3), ("four", 4)] {
            for index in 0..size {
                assert_eq!(count(&lines, &said(round, index)), 1, "{lines:?}");
            }
        }
    }
}

#[test]
fn two_programs_on_one_machine_may_say_the_same() {
    let port = free_port();
    let mut members = vec![person_on_loopback(port), person_on_loopback(port)];
    talk(&mut members, "before");
    for member in &mut members {
        member.says("<same>");
    }
    for member in &members {
        let rows =
            |screen: &vt100::Screen| screen::rows(screen).iter().filter(|row| row.contains("<same>")).count();
        member.terminal().wait_for("it twice: one's own and the other's", |screen| rows(screen) == 2);
    }
    talk(&mut members, "after");
    for member in &members {
        assert_eq!(member.terminal().rows_with("<same>").len(), 2, "{}", member.terminal().screen());
    }
}

// --- Three machines. ---

/// A machine of its own as far as the network goes: a namespace that lives as long as the process in it.
pub(crate) struct Host(Child);

impl Host {
    fn new() -> Option<Self> {
        let mut command = Command::new("unshare");
        command.args(["-n", "sh", "-c", "echo ready; exec cat"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut host = Self(command.spawn().ok()?);
        let mut line = String::new();
        let read = BufReader::new(host.0.stdout.take()?).read_line(&mut line);
        (read.is_ok() && line == "ready\n").then_some(host)
    }

    fn enter(&self) -> [String; 4] {
        ["nsenter".to_owned(), "-t".to_owned(), self.0.id().to_string(), "-n".to_owned()]
    }

    fn run(&self, script: &str) -> bool {
        let [program, args @ ..] = self.enter();
        let mut command = Command::new(program);
        command.args(args).args(["sh", "-ec", script]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _status = self.0.wait();
    }
}

/// Three hosts on one bridge. The third has no default route: 255.255.255.255 leads nowhere there.
pub(crate) struct Network {
    hub: Host,
    hosts: Vec<Host>,
}

static NO_NETWORK: Once = Once::new();

impl Network {
    /// `None`: there can be none here, and the test returns.
    pub(crate) fn new() -> Option<Self> {
        let network = Self::build();
        if network.is_none() {
            skipped(&NO_NETWORK, "no networks of our own: they need root, ip, nsenter, bridges and python3");
        }
        network
    }

    fn build() -> Option<Self> {
        let hosts: Vec<Host> = (0..3).filter_map(|_| Host::new()).collect();
        let network = Self { hub: Host::new()?, hosts };
        let bridge = "python3 --version; ip link add br0 type bridge mcast_snooping 0; ip link set br0 up";
        let built =
            network.hosts.len() == 3 && network.hub.run(bridge) && (1..=3).all(|n| network.plug_in(n));
        built.then_some(network)
    }

    /// A fresh interface for host `number`, counted from 1.
    fn plug_in(&self, number: usize) -> bool {
        let host = &self.hosts[number - 1];
        let cable = format!(
            "ip link add p{number} type veth peer name eth0 netns {}; ip link set p{number} master br0 up",
            host.0.id()
        );
        self.hub.run(&cable) && self.switch_on(number)
    }

    fn pull_out(&self, number: usize) -> bool {
        self.hub.run(&format!("ip link del p{number}"))
    }

    fn switch_on(&self, number: usize) -> bool {
        let address = format!(
            "ip link set lo up; ip link set eth0 addrgenmode none; ip link set eth0 up; \
             ip addr replace 10.77.0.{number}/24 brd + dev eth0"
        );
        // Not everywhere; the test that needs it asks.
        let six = format!("ip -6 addr replace fe80::{number}/64 dev eth0 nodad || true");
        let route = if number == 3 { "" } else { "; ip route replace default via 10.77.0.254" };
        self.hosts[number - 1].run(&format!("{address}; {six}{route}"))
    }

    fn switch_off(&self, number: usize) -> bool {
        self.hosts[number - 1].run("ip link set eth0 down")
    }

    fn has_ipv6(&self) -> bool {
        self.hosts[0].run("ip -6 addr show dev eth0 | grep -q fe80::1")
    }

    /// A program on host `number`, counted from 1; it has the address 10.77.0.`number`.
    pub(crate) fn start(&self, number: usize, words: &[&str]) -> Talker {
        let [program, args @ ..] = self.hosts[number - 1].enter();
        let mut command = Command::new(program);
        Talker::start(command.args(args).args(words).env("PYTHONUTF8", "1"))
    }

    fn script_on(&self, number: usize, address: &str) -> Member {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/room.py");
        let script = Box::new(self.start(number, &["python3", "-u", path, "7788", address]));
        script.wait_text(NOTICE);
        Member::Script(Box::new(script))
    }

    /// udpqq with the usual room port. It cannot be kept to loopback here; its network ends at the bridge.
    fn person_on(&self, number: usize, address: &str) -> Member {
        let profile = Profile::with_contacts(&[(ROOM, &format!("room://{address}"))]);
        let folder = profile.path("").to_str().unwrap().trim_end_matches('/').to_owned();
        let program =
            [env!("CARGO_BIN_EXE_udpqq"), "--profile", &folder, "--defaults", "--listen", "udp=off", ROOM];
        let mut args = self.hosts[number - 1].enter().to_vec();
        args.extend(program.map(str::to_owned));
        let terminal = Terminal::spawn_behind(&args, SIZE);
        wait_open(&terminal, ROOM, address);
        Member::person(terminal, profile)
    }
}

/// How a network goes away from under a host, and comes back.
type Fault = (fn(&Network, usize) -> bool, fn(&Network, usize) -> bool);

/// A script and two udpqq on three hosts, of which the third loses its network for a while. `third`: its address.
fn three_hosts(network: &Network, (script, room): (&str, &str), third: &str, (gone, back): Fault) {
    let mut members = vec![network.script_on(1, script), network.person_on(2, room)];
    talk(&mut members, "two");
    members.push(network.person_on(3, room));
    members[1].wait_text(CAME);
    talk(&mut members, "three");
    let came = members[1].terminal().rows_with(CAME);
    assert!(came.len() == 1 && came[0].contains(third), "{}", members[1].terminal().screen());

    assert!(gone(network, 3));
    talk(&mut members[..2], "without");
    assert!(back(network, 3));
    knock(&mut members, 0, 2, "to-third");
    knock(&mut members, 2, 0, "from-third");
    talk(&mut members, "again");
    assert!(!members[2].terminal().screen().contains("without"), "{}", members[2].terminal().screen());

    let lines = members.swap_remove(0).into_lines();
    assert_eq!(count(&lines, NOTICE), 3, "one of each, for all that happened: {lines:?}");
    for (round, size) in [("two", 2), ("three", 3), ("without", 2), ("again", 3)] {
        for index in 0..size {
            assert_eq!(count(&lines, &said(round, index)), 1, "{lines:?}");
        }
    }
}

#[test]
fn three_hosts_hear_each_other_over_a_broadcast_address_with_and_without_a_default_route() {
    let Some(network) = Network::new() else { return };
    let room = ("255.255.255.255", "255.255.255.255:7788");
    three_hosts(&network, room, "[10.77.0.3 : 7788]", (Network::switch_off, Network::switch_on));
}

#[test]
fn three_hosts_hear_each_other_over_a_group() {
    let Some(network) = Network::new() else { return };
    let room = ("239.7.7.88", "239.7.7.88:7788");
    three_hosts(&network, room, "[10.77.0.3 : 7788]", (Network::pull_out, Network::plug_in));
}

static NO_IPV6: Once = Once::new();

#[test]
fn three_hosts_hear_each_other_over_an_ipv6_group() {
    let Some(network) = Network::new() else { return };
    if !network.has_ipv6() {
        return skipped(&NO_IPV6, "there is no IPv6 here");
    }
    let room = ("ff02::7788%eth0", "[ff02::7788]:7788");
    three_hosts(&network, room, "fe80::3", (Network::pull_out, Network::plug_in));
}
