//! `cargo bench --bench relays --features nats -- cluster`: relays that share their rooms over three servers.
//!
//! - Until all members of three relays have a message, beside a single relay that has as many, and beside the three
//!   servers alone, which forward to as many subscribers and keep nothing.
//! - Messages a second into one shard, beside bare tables of rusqlite.
//! - A page of 50 out of a million messages.
//!
//! Everything shares the cores that there are. `UDPQQ_MESSAGES`: how many instead of a million.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use udpqq::model::WallTime;
use udpqq::model::room_log::{BackplaneReport, BackplaneRequest, LogRecord, RecordKind, Ticket};
use udpqq::net::relay::BackplanePort;
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::figure::{Figure, quantile};
use crate::kept;
use crate::nats_servers::NatsCluster;
use crate::party::Party;
use crate::ports::free_port;
use crate::rivals::{Rival, Server, ours};

const RELAYS: usize = 3;
const MEMBERS: usize = 300;
const TURNS: usize = 5;
const SAID: usize = 100;
const PAUSE: Duration = Duration::from_millis(20);
/// Members that each have a message on its way, at each relay, and for how long.
const SPEAKERS: u64 = 150;
const TIME: Duration = Duration::from_secs(8);
const MESSAGES: &str = "UDPQQ_MESSAGES";
const MILLION: u64 = 1_000_000;
const ROOM: &str = "lobby";

pub(crate) fn run() {
    let Some(servers) = NatsCluster::start(RELAYS) else { return };
    delays(&servers);
    drop(servers);
    let Some(servers) = NatsCluster::start(RELAYS) else { return };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    let all = std::env::var(MESSAGES).map_or(MILLION, |count| count.parse().expect(MESSAGES));
    runtime.block_on(async {
        let mut speakers = Vec::new();
        for relay in 0..RELAYS {
            let (backplane, port) = NatsBackplane::open(&setup(&servers, relay)).await.unwrap();
            speakers.push(Speakers::new(backplane, port, relay));
        }
        let throughput = throughput(&mut speakers, Instant::now() + TIME).await;
        let bare = kept::commits();
        println!(
            "A3: {throughput:.0} messages/s through one shard (goal: at least 10000), {:.2}x of bare tables",
            throughput / bare
        );
        fill(&mut speakers, all).await;
    });
    let relay = relay(&servers, 0, &["--keep-messages", "all"]);
    kept::read_pages(relay.address, "nats", all);
}

fn setup(servers: &NatsCluster, first: usize) -> NatsSetup {
    let servers = NatsServers { addresses: servers.addresses(first), ..NatsServers::default() };
    let log = NatsLog { keep_messages: Some(0), ..NatsLog::default() };
    NatsSetup { servers, prefix: "udpqq".to_owned(), shards: 1, log }
}

fn relay(servers: &NatsCluster, first: usize, more: &[&str]) -> Server {
    let port = free_port();
    let mut command = ours(env!("CARGO_BIN_EXE_udpqq"), &format!("127.0.0.1:{port}"));
    command.args(["--cluster", &servers.addresses(first).join(",")]).args(more);
    Server::start_anywhere(command, port, None).expect("ours is there")
}

/// How long until each of all members has a message that one of them says.
fn delays(servers: &NatsCluster) {
    let port = free_port();
    let command = ours(env!("CARGO_BIN_EXE_udpqq"), &format!("127.0.0.1:{port}"));
    let single = [Server::start_anywhere(command, port, None).expect("ours is there")];
    let many = [0, 1, 2].map(|first| relay(servers, first, &[]));
    let alone = servers.addresses(0);
    let alone = alone.iter().map(|address| address.trim_start_matches("nats://").parse().unwrap()).collect();
    let at = |relays: &[Server]| relays.iter().map(|relay| relay.address).collect();
    let places: [(Rival, Vec<_>); 3] =
        [(Rival::OursFramed, at(&single)), (Rival::OursFramed, at(&many)), (Rival::Nats, alone)];
    let mut lanes = places.map(|(rival, at)| (Party::join_all(rival, &at, MEMBERS), Vec::new()));
    for _ in 0..TURNS {
        for (party, delays) in &mut lanes {
            delays.extend(party.pace(SAID, PAUSE));
        }
    }
    let [(_, single), (_, many), (_, core)] = &mut lanes;
    for (what, share, goal) in [("median", 0.5, 4.0), ("p99", 0.99, 6.0)] {
        let [single, many, core] =
            [&mut *single, &mut *many, &mut *core].map(|delays| quantile(delays, share));
        for (who, delay) in [
            ("a single relay".to_owned(), single),
            (format!("{RELAYS} relays over 3 servers"), many),
            ("3 servers without relays, that keep nothing".to_owned(), core),
        ] {
            println!("{}", Figure::time(format!("{who}, {MEMBERS} members, {what}"), delay));
        }
        let times = |other: Duration| many.as_secs_f64() / other.as_secs_f64();
        println!(
            "{}",
            Figure::new(format!("A3: {what}: times the single relay"), times(single), "x").goal(goal)
        );
        println!("{}", Figure::new(format!("{what}: times the servers alone"), times(core), "x"));
    }
}

/// Members of one relay, each with one message on its way.
struct Speakers {
    _backplane: NatsBackplane,
    port: BackplanePort,
    first: u64,
    tickets: u64,
    said: BTreeMap<Ticket, (u64, u32)>,
    stored: u64,
}

impl Speakers {
    fn new(backplane: NatsBackplane, port: BackplanePort, relay: usize) -> Self {
        let first = (relay as u64 + 1) * 1_000;
        Self { _backplane: backplane, port, first, tickets: 0, said: BTreeMap::new(), stored: 0 }
    }

    async fn say(&mut self, id: u64, number: u32) {
        self.tickets += 1;
        let body = Cow::Owned(format!("message {number} of somebody who writes to the room").into_bytes());
        let at = WallTime(1_700_000_000_000_000 + i64::from(number));
        let name = Cow::Borrowed("ann");
        let record = LogRecord { kind: RecordKind::Said, at, id, number, name, body };
        let ticket = Ticket(self.tickets);
        self.said.insert(ticket, (id, number));
        let request = BackplaneRequest::Append { ticket, room: Cow::Borrowed(ROOM), record };
        self.port.requests.send(request).await.unwrap();
    }

    /// All of them speak until it is enough, and until what they said is stored.
    async fn speak(&mut self, is_enough: impl Fn(u64) -> bool) {
        let first_number = u32::try_from(self.tickets + 1).unwrap();
        for id in self.first..self.first + SPEAKERS {
            self.say(id, first_number).await;
        }
        while !self.said.is_empty() {
            let report = self.port.reports.recv().await.unwrap();
            let BackplaneReport::Appended { ticket, .. } = report else { continue };
            let Some((id, number)) = self.said.remove(&ticket) else { continue };
            self.stored += 1;
            if !is_enough(self.stored) {
                self.say(id, number + 1).await;
            }
        }
    }
}

/// Messages a second of all relays together.
async fn throughput(speakers: &mut [Speakers], until: Instant) -> f64 {
    let start = Instant::now();
    let speaking = speakers.iter_mut().map(|relay| relay.speak(move |_| Instant::now() >= until));
    futures_util::future::join_all(speaking).await;
    let stored: u64 = speakers.iter().map(|relay| relay.stored).sum();
    stored as f64 / start.elapsed().as_secs_f64()
}

/// Until there are so many messages in all.
async fn fill(speakers: &mut [Speakers], all: u64) {
    let each = all.div_ceil(RELAYS as u64);
    let speaking = speakers.iter_mut().map(|relay| relay.speak(move |stored| stored >= each));
    futures_util::future::join_all(speaking).await;
}
