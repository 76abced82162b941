//! Three servers, three relays that speak and listen, and what happens to servers: nothing is lost, nothing is doubled, and
//! all relays have the same order.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};
use udpqq::model::room_log::{BackplaneReport, BackplaneRequest, PageStart, Place, Ticket};
use udpqq::net::relay::BackplanePort;
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::nats_servers::NatsCluster;
use crate::relay::{Relay, record};

const RELAYS: usize = 3;
const STREAM: &str = "crowd_LOG_0";
const ROOMS: [&str; 2] = ["a", "b"];
/// Members of each relay, and how often each says something.
const MEMBERS: u64 = 8;
const PACE: Duration = Duration::from_millis(40);
/// A member that was refused says the same again after a while.
const AGAIN: Duration = Duration::from_millis(300);
/// How long servers and relays have to come back.
const PATIENCE: Duration = Duration::from_mins(1);

/// A message by its sender's id and number.
type Name = (u64, u32);

/// What a relay got to know.
struct Talked {
    port: BackplanePort,
    acknowledged: BTreeMap<Name, Place>,
    entries: BTreeMap<String, Vec<(Place, Name)>>,
    /// How long the longest acknowledgement took.
    longest: Duration,
    downs: usize,
    refusals: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Gather,
    Talk,
    Enough,
}

struct Saying {
    name: Name,
    since: Instant,
    /// `None`: it was refused.
    ticket: Option<Ticket>,
}

struct Talker {
    talked: Talked,
    tickets: u64,
    saying: BTreeMap<u64, Saying>,
    next: BTreeMap<u64, Instant>,
}

fn room_of(id: u64) -> &'static str {
    ROOMS[usize::from(id.is_multiple_of(2))]
}

impl Talker {
    async fn say(&mut self, id: u64, number: u32) -> Ticket {
        self.tickets += 1;
        let (ticket, room) = (Ticket(self.tickets), Cow::Borrowed(room_of(id)));
        let request = BackplaneRequest::Append { ticket, room, record: record(id, number, "hi") };
        self.talked.port.requests.send(request).await.unwrap();
        ticket
    }

    /// Each member says its next message, or the last once more.
    async fn speak(&mut self, goes_on: bool) {
        let now = Instant::now();
        let due: Vec<u64> = self.next.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for id in due {
            let number = match self.saying.get(&id) {
                Some(Saying { ticket: Some(_), .. }) => continue,
                Some(Saying { name, .. }) => name.1,
                None if goes_on => {
                    let said = self.talked.acknowledged.range((id, 0)..=(id, u32::MAX)).count();
                    u32::try_from(said).unwrap() + 1
                }
                None => continue,
            };
            let ticket = Some(self.say(id, number).await);
            let since = self.saying.get(&id).map_or(now, |saying| saying.since);
            self.saying.insert(id, Saying { name: (id, number), since, ticket });
        }
    }

    fn note(&mut self, report: BackplaneReport<'static>) {
        let now = Instant::now();
        match report {
            BackplaneReport::Entry { room, placed } => {
                let name = (placed.record.id, placed.record.number);
                self.talked.entries.entry(room.into_owned()).or_default().push((placed.place, name));
            }
            BackplaneReport::Appended { ticket, place, .. } => {
                let (id, saying) =
                    self.saying.iter().find(|(_, saying)| saying.ticket == Some(ticket)).unwrap();
                self.talked.acknowledged.insert(saying.name, place);
                self.talked.longest = self.talked.longest.max(now - saying.since);
                let id = *id;
                self.saying.remove(&id);
                self.next.insert(id, now + PACE);
            }
            BackplaneReport::Refused { ticket, .. } => {
                self.talked.refusals += 1;
                let refused = self.saying.iter_mut().find(|(_, saying)| saying.ticket == Some(ticket));
                let (id, saying) = refused.unwrap();
                saying.ticket = None;
                self.next.insert(*id, now + AGAIN);
            }
            BackplaneReport::Down(_) => self.talked.downs += 1,
            BackplaneReport::Up(_)
            | BackplaneReport::Following { .. }
            | BackplaneReport::Secrets(_)
            | BackplaneReport::Setting { .. }
            | BackplaneReport::Presence(_)
            | BackplaneReport::Announced { .. } => {}
            other @ (BackplaneReport::Page { .. }
            | BackplaneReport::Claimed { .. }
            | BackplaneReport::NameLost { .. }
            | BackplaneReport::MovedAway { .. }) => panic!("{other:?}"),
        }
    }
}

/// Members of a relay speak until it is enough, and until all that they said is acknowledged.
async fn talk(
    port: BackplanePort,
    first: u64,
    mut phase: watch::Receiver<Phase>,
    ready: mpsc::Sender<()>,
) -> Talked {
    let talked = Talked {
        port,
        acknowledged: BTreeMap::new(),
        entries: BTreeMap::new(),
        longest: Duration::ZERO,
        downs: 0,
        refusals: 0,
    };
    let next = (first..first + MEMBERS).map(|id| (id, Instant::now())).collect();
    let mut crowd = Talker { talked, tickets: 0, saying: BTreeMap::new(), next };
    for room in ROOMS {
        let follow = BackplaneRequest::Follow { room: Cow::Borrowed(room) };
        crowd.talked.port.requests.send(follow).await.unwrap();
    }
    let mut following = 0;
    while following < ROOMS.len() {
        let report = crowd.talked.port.reports.recv().await.unwrap();
        following += usize::from(matches!(report, BackplaneReport::Following { .. }));
        crowd.note(report);
    }
    ready.send(()).await.unwrap();
    phase.wait_for(|phase| *phase == Phase::Talk).await.unwrap();
    let mut ticks = interval(Duration::from_millis(10));
    while *phase.borrow() == Phase::Talk || !crowd.saying.is_empty() {
        let goes_on = *phase.borrow() == Phase::Talk;
        tokio::select! {
            report = crowd.talked.port.reports.recv() => crowd.note(report.unwrap()),
            _ = ticks.tick() => crowd.speak(goes_on).await,
        }
    }
    crowd.talked
}

/// Relays of one cluster, each with another server first.
struct Crowd {
    servers: NatsCluster,
    talking: JoinSet<Talked>,
    _backplanes: Vec<NatsBackplane>,
    phase: watch::Sender<Phase>,
}

fn setup(servers: &NatsCluster, first: usize) -> NatsSetup {
    let servers = NatsServers { addresses: servers.addresses(first), ..NatsServers::default() };
    NatsSetup { servers, prefix: "crowd".to_owned(), shards: 1, log: NatsLog::default() }
}

impl Crowd {
    async fn gather() -> Option<Self> {
        let servers = NatsCluster::start(RELAYS)?;
        let (phase, told) = watch::channel(Phase::Gather);
        let (ready, mut all_ready) = mpsc::channel(RELAYS);
        let (mut talking, mut backplanes, mut secrets) = (JoinSet::new(), Vec::new(), Vec::new());
        for (relay, first) in (0..RELAYS).zip([1000, 2000, 3000]) {
            let (backplane, port) = NatsBackplane::open(&setup(&servers, relay)).await.unwrap();
            backplanes.push(backplane);
            secrets.push((port.epoch, port.secrets));
            talking.spawn(talk(port, first, told.clone(), ready.clone()));
        }
        assert!(secrets.iter().all(|other| *other == secrets[0]), "one log and one secret");
        for _ in 0..RELAYS {
            all_ready.recv().await.unwrap();
        }
        phase.send(Phase::Talk).unwrap();
        sleep(Duration::from_secs(1)).await;
        Some(Self { servers, talking, _backplanes: backplanes, phase })
    }

    /// What the leader of the log is.
    fn leader(&self) -> usize {
        self.servers.leader(STREAM)
    }

    /// All that was acknowledged is in the log once, and all relays were told all of the log in its order.
    async fn end(mut self) -> Vec<Talked> {
        self.phase.send(Phase::Enough).unwrap();
        let mut all = Vec::new();
        while let Some(talked) = timeout(PATIENCE, self.talking.join_next()).await.expect("acknowledged") {
            all.push(talked.unwrap());
        }
        for room in ROOMS {
            let log = read(&self.servers, room).await;
            let names: BTreeSet<Name> = log.iter().map(|(_, name)| *name).collect();
            assert_eq!(names.len(), log.len(), "doubled in {room}");
            let places: BTreeMap<Name, Place> = log.iter().map(|(place, name)| (*name, *place)).collect();
            for talked in &mut all {
                for (name, place) in talked.acknowledged.iter().filter(|(name, _)| room_of(name.0) == room) {
                    assert_eq!(places.get(name), Some(place), "{name:?} is lost, or elsewhere");
                }
                listen(talked, room, log.len()).await;
                assert_eq!(talked.entries[room], log, "the order of {room}");
            }
        }
        all
    }
}

/// Until the relay was told so many messages of the room.
async fn listen(talked: &mut Talked, room: &str, count: usize) {
    while talked.entries[room].len() < count {
        let heard = timeout(PATIENCE, talked.port.reports.recv()).await;
        let heard = heard.unwrap_or_else(|_| panic!("{} of {count}", talked.entries[room].len()));
        if let BackplaneReport::Entry { room, placed } = heard.unwrap() {
            let name = (placed.record.id, placed.record.number);
            talked.entries.entry(room.into_owned()).or_default().push((placed.place, name));
        }
    }
}

/// All that the log has of a room.
async fn read(servers: &NatsCluster, room: &str) -> Vec<(Place, Name)> {
    let (backplane, port) = NatsBackplane::open(&setup(servers, 0)).await.unwrap();
    let mut relay = Relay::new(port, Box::pin(backplane.join())).await;
    let (mut log, mut start) = (Vec::new(), PageStart::Oldest);
    loop {
        let (page, more) = relay.page(room, start, 1_000).await;
        log.extend(page.iter().map(|placed| (placed.place, (placed.record.id, placed.record.number))));
        if !more {
            relay.close().await;
            return log;
        }
        start = PageStart::After(page[page.len() - 1].place);
    }
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// One after the other: a cluster of servers takes all of a small machine.
pub(crate) fn alone(test: impl Future<Output = ()>) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(test);
}

#[test]
fn the_leader_is_killed() {
    alone(async {
        let Some(mut crowd) = Crowd::gather().await else { return };
        let leader = crowd.leader();
        crowd.servers.kill(leader);
        sleep(Duration::from_secs(12)).await;
        crowd.servers.start_node(leader);
        sleep(Duration::from_secs(2)).await;
        let all = crowd.end().await;
        assert!(all.iter().all(|talked| talked.refusals == 0 && talked.downs == 0), "nobody notices");
        assert!(all.iter().all(|talked| talked.longest < Duration::from_secs(10)));
    });
}

#[test]
fn the_leader_hangs_for_a_while() {
    alone(async {
        let Some(crowd) = Crowd::gather().await else { return };
        let leader = crowd.leader();
        crowd.servers.signal(leader, Signal::SIGSTOP);
        sleep(Duration::from_secs(6)).await;
        crowd.servers.signal(leader, Signal::SIGCONT);
        sleep(Duration::from_secs(6)).await;
        let all = crowd.end().await;
        assert!(all.iter().all(|talked| talked.longest < Duration::from_secs(10)));
    });
}

#[test]
fn the_leader_is_ended_in_order() {
    alone(async {
        let Some(mut crowd) = Crowd::gather().await else { return };
        let leader = crowd.leader();
        crowd.servers.terminate(leader);
        sleep(Duration::from_secs(5)).await;
        crowd.servers.start_node(leader);
        sleep(Duration::from_secs(2)).await;
        let all = crowd.end().await;
        assert!(all.iter().all(|talked| talked.refusals == 0 && talked.downs == 0), "nobody notices");
    });
}

#[test]
fn all_servers_are_killed_and_started_again() {
    alone(async {
        let Some(mut crowd) = Crowd::gather().await else { return };
        (0..RELAYS).for_each(|server| crowd.servers.kill(server));
        sleep(Duration::from_secs(2)).await;
        (0..RELAYS).for_each(|server| crowd.servers.start_node(server));
        sleep(Duration::from_secs(12)).await;
        let all = crowd.end().await;
        assert!(all.iter().all(|talked| talked.downs > 0), "everybody is told");
        assert_eq!(all.len(), RELAYS);
    });
}
