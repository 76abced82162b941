//! A relay that is cut off from the servers while its members are not: it takes nothing and says so, whoever can go elsewhere
//! goes, and nobody has missed anything once it is back.
//!
//! For some seconds; `UDPQQ_APART=60` asks for so many, and to be strict about what a busy machine may exceed.

use std::io::Write as _;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use crate::failures::{alone, machines};
use crate::lan::{Lan, Node};
use crate::moving::{Person, meet, now, pause};
use crate::nats_servers::NatsCluster;
use crate::processes::{PlainMember, RelayProcess};

const APART: &str = "UDPQQ_APART";
const SOME: u64 = 10;
/// Until members are told, until one that knows another relay is there, and until all that was said meanwhile has come.
const TOLD: Duration = Duration::from_secs(6);
const MOVED: Duration = Duration::from_secs(1);
const LEVEL: Duration = Duration::from_secs(5);
/// How long a test waits for any of it.
const LONG: Duration = Duration::from_mins(1);
/// Of the network between relays and servers.
const BACK: &str = "10.78.0";
const PORT: u16 = 6000;

/// Two relays that people reach over one network and servers over another, in which the first can be cut off.
struct Site {
    front: Lan,
    back: Lan,
    /// Of the first relay in the other network.
    cable: String,
    machines: [Node; 2],
    people: Node,
    _servers: NatsCluster,
    _relays: [RelayProcess; 2],
}

impl Site {
    fn start(mut front: Lan) -> Option<Self> {
        let mut back = Lan::with_prefix(BACK);
        let machines = [front.node("first"), front.node("second")];
        let [cable, _] = machines.each_ref().map(|machine| back.join(machine, "eth1"));
        let servers = NatsCluster::start_on(&[Some(Arc::new(back.node("servers")))], "")?;
        let cluster = servers.addresses(0).join(",");
        let options = ["--rate", "1000", "--cluster", &cluster];
        let relays = machines
            .each_ref()
            .map(|machine| RelayProcess::start_on(machine, &format!("{}:{PORT}", machine.address), &options));
        let people = front.node("people");
        Some(Self { front, back, cable, machines, people, _servers: servers, _relays: relays })
    }

    fn person(&self, name: &'static str, relays: &[usize]) -> Person {
        let at = |relay: &usize| format!("{}:{PORT}", self.machines[*relay].address);
        let hosts: Vec<String> = relays.iter().map(at).collect();
        Person::join_on(&self.people, name, &format!("relay://{}/dev", hosts.join(",")))
    }

    /// Somebody at the first relay without udpqq.
    fn plain_member(&self, name: &str) -> PlainMember {
        let socket = self.people.inside(|| UdpSocket::bind("0.0.0.0:0").unwrap());
        let at: SocketAddr = format!("{}:{PORT}", self.machines[0].address).parse().unwrap();
        let member = PlainMember::join_by(socket, at, name);
        member.say("/join dev");
        member.wait_for("dev");
        member
    }
}

/// Both talk until it is so. How long that took.
fn talk_until(people: [&mut Person; 2], what: &str, is_so: impl Fn(&Person) -> bool) -> Duration {
    let [ann, ben] = people;
    let begun = now();
    while !is_so(ben) {
        assert!(begun.elapsed() < LONG, "waited in vain for {what}");
        ann.says_one();
        ben.says_one();
        pause();
    }
    begun.elapsed()
}

#[test]
fn a7_a_relay_that_is_apart_takes_nothing_and_is_level_again_soon() {
    let Some(front) = machines() else { return };
    let asked: Option<u64> = std::env::var(APART).ok().map(|seconds| seconds.parse().expect(APART));
    let slack = if asked.is_some() { 1 } else { 5 };
    alone(async {
        let Some(site) = Site::start(front) else { return };
        let (mut ann, mut ben) = (site.person("ann", &[0, 1]), site.person("ben", &[1]));
        let (mut eve, joe) = (site.person("eve", &[0]), site.plain_member("joe"));
        meet(&mut ann, &mut ben);
        meet(&mut ben, &mut eve);
        site.back.cut(&site.cable);
        let cut = now();
        let is_told = |_: &Person| eve.talk.errors().iter().any(|line| line.contains("and takes none"));
        let told = talk_until([&mut ann, &mut ben], "eve to be told", is_told);
        let said = ann.said;
        let moved =
            talk_until([&mut ann, &mut ben], "ann to move", |ben| ben.has_of("ann").last() > Some(&said));
        joe.say("for nobody");
        joe.wait_for("cannot keep messages at the moment");
        let time = Duration::from_secs(asked.unwrap_or(SOME));
        talk_until([&mut ann, &mut ben], "the end of it", |_| cut.elapsed() > time);
        eve.says_one();
        talk_until([&mut ann, &mut ben], "a moment more", |_| cut.elapsed() > time + MOVED);
        assert!(!ben.has_of("eve").contains(&eve.said), "it was taken");
        site.back.heal(&site.cable);
        let (last, healed) = (format!("<ben {:05}>", ben.said), now());
        eve.talk.wait_line_for(LONG, |line| line.contains(&last)).expect("eve is told all of it");
        let level = healed.elapsed();
        let line = format!(
            "a relay apart for {time:?}: told after {told:?}, moved in {moved:?}, level in {level:?}\n"
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        assert!(told <= TOLD * slack && moved <= MOVED * slack && level <= LEVEL * slack, "{line}");
        assert_one_history(&ann, &ben, &eve);
        assert!(!ben.talk.lines().iter().any(|line| line.contains("for nobody")));
        drop(site.front);
    });
}

/// What was said in the room is with all of them, each line once and in one order.
fn assert_one_history(ann: &Person, ben: &Person, eve: &Person) {
    for listener in [ben, eve] {
        for speaker in ["ann", "ben"] {
            let has = listener.has_of(speaker);
            let first = has.first().copied().unwrap();
            assert_eq!(has, (first..first + has.len()).collect::<Vec<_>>(), "{speaker}");
        }
    }
    // The one who came first has more before.
    let [bens, eves] = [ben, eve].map(|listener| listener.has_of("ann"));
    let both = bens.len().min(eves.len());
    assert_eq!(bens[bens.len() - both..], eves[eves.len() - both..], "no more and no less than ben");
    assert!(eves.last() >= Some(&ann.said.saturating_sub(20)), "{eves:?}");
}
