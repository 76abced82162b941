//! Relays of one cluster that speak and listen, here or each on a machine of its own, and what each of them got to know.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Handle, Runtime};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};
use udpqq::model::room_log::{BackplaneReport, BackplaneRequest, PageStart, Place, Ticket};
use udpqq::net::relay::BackplanePort;
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::lan::Node;
use crate::nats_servers::NatsCluster;
use crate::relay::{Relay, record};

pub(crate) const RELAYS: usize = 3;
const STREAM: &str = "load_LOG_0";
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
pub(crate) struct Talked {
    port: BackplanePort,
    pub(crate) acknowledged: BTreeMap<Name, Place>,
    entries: BTreeMap<String, Vec<(Place, Name)>>,
    /// How long the longest acknowledgement took, and the longest time in which nothing was heard.
    pub(crate) longest: Duration,
    pub(crate) silence: Duration,
    heard: Option<Instant>,
    pub(crate) downs: usize,
    pub(crate) refusals: usize,
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
                let since = self.talked.heard.replace(now).unwrap_or(now);
                self.talked.silence = self.talked.silence.max(now - since);
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
        silence: Duration::ZERO,
        heard: None,
        downs: 0,
        refusals: 0,
    };
    let next = (first..first + MEMBERS).map(|id| (id, Instant::now())).collect();
    let mut relay = Talker { talked, tickets: 0, saying: BTreeMap::new(), next };
    for room in ROOMS {
        let follow = BackplaneRequest::Follow { room: Cow::Borrowed(room) };
        relay.talked.port.requests.send(follow).await.unwrap();
    }
    let mut following = 0;
    while following < ROOMS.len() {
        let report = relay.talked.port.reports.recv().await.unwrap();
        following += usize::from(matches!(report, BackplaneReport::Following { .. }));
        relay.note(report);
    }
    ready.send(()).await.unwrap();
    phase.wait_for(|phase| *phase == Phase::Talk).await.unwrap();
    let mut ticks = interval(Duration::from_millis(10));
    while *phase.borrow() == Phase::Talk || !relay.saying.is_empty() {
        let goes_on = *phase.borrow() == Phase::Talk;
        tokio::select! {
            report = relay.talked.port.reports.recv() => relay.note(report.unwrap()),
            _ = ticks.tick() => relay.speak(goes_on).await,
        }
    }
    relay.talked
}

/// Relays of one cluster, each with another server first.
pub(crate) struct ClusterLoad {
    pub(crate) servers: NatsCluster,
    talking: JoinSet<Talked>,
    _backplanes: Vec<NatsBackplane>,
    phase: watch::Sender<Phase>,
    /// Of each relay, and what stands behind it where that is another machine.
    handles: Vec<Handle>,
    _behind: Vec<MachineRuntime>,
}

/// What runs in it runs on another machine.
struct MachineRuntime(Option<Runtime>);

impl MachineRuntime {
    fn start(machine: &Arc<Node>) -> Self {
        let machine = Arc::clone(machine);
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(1).enable_all().on_thread_start(move || machine.enter_thread());
        Self(Some(runtime.build().unwrap()))
    }

    fn handle(&self) -> Handle {
        self.0.as_ref().unwrap().handle().clone()
    }
}

impl Drop for MachineRuntime {
    fn drop(&mut self) {
        // Nobody may wait for it inside of another runtime.
        self.0.take().unwrap().shutdown_background();
    }
}

fn setup(servers: &NatsCluster, first: usize) -> NatsSetup {
    let servers = NatsServers { addresses: servers.addresses(first), ..NatsServers::default() };
    NatsSetup { servers, prefix: "load".to_owned(), shards: 1, log: NatsLog::default() }
}

impl ClusterLoad {
    pub(crate) async fn gather() -> Option<Self> {
        let handles = vec![Handle::current(); RELAYS];
        Self::gather_with(NatsCluster::start(RELAYS)?, handles, Vec::new()).await
    }

    /// A server and a relay on each of these.
    pub(crate) async fn gather_on(machines: &[Arc<Node>; RELAYS]) -> Option<Self> {
        let servers =
            NatsCluster::start_on(&machines.each_ref().map(|machine| Some(Arc::clone(machine))), "")?;
        let behind: Vec<MachineRuntime> = machines.iter().map(MachineRuntime::start).collect();
        let handles = behind.iter().map(MachineRuntime::handle).collect();
        Self::gather_with(servers, handles, behind).await
    }

    async fn gather_with(
        servers: NatsCluster,
        handles: Vec<Handle>,
        behind: Vec<MachineRuntime>,
    ) -> Option<Self> {
        let (phase, told) = watch::channel(Phase::Gather);
        let (ready, mut all_ready) = mpsc::channel(RELAYS);
        let (mut talking, mut backplanes, mut secrets) = (JoinSet::new(), Vec::new(), Vec::new());
        for (relay, first) in (0..RELAYS).zip([1000, 2000, 3000]) {
            let (setup, handle) = (setup(&servers, relay), &handles[relay]);
            let opened = handle.spawn(async move { NatsBackplane::open(&setup).await.unwrap() });
            let (backplane, port) = opened.await.unwrap();
            backplanes.push(backplane);
            secrets.push((port.epoch, port.secrets));
            talking.spawn_on(talk(port, first, told.clone(), ready.clone()), handle);
        }
        assert!(secrets.iter().all(|other| *other == secrets[0]), "one log and one secret");
        for _ in 0..RELAYS {
            all_ready.recv().await.unwrap();
        }
        phase.send(Phase::Talk).unwrap();
        sleep(Duration::from_secs(1)).await;
        Some(Self { servers, talking, _backplanes: backplanes, phase, handles, _behind: behind })
    }

    /// What the leader of the log is.
    pub(crate) fn leader(&self) -> usize {
        self.servers.leader(STREAM)
    }

    /// All that was acknowledged is in the log once, and all relays were told all of the log in its order.
    pub(crate) async fn end(mut self) -> Vec<Talked> {
        self.phase.send(Phase::Enough).unwrap();
        let mut all = Vec::new();
        while let Some(talked) = timeout(PATIENCE, self.talking.join_next()).await.expect("acknowledged") {
            all.push(talked.unwrap());
        }
        for room in ROOMS {
            let read = self.handles[0].spawn(read(setup(&self.servers, 0), room));
            let log = read.await.unwrap();
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
async fn read(setup: NatsSetup, room: &str) -> Vec<(Place, Name)> {
    let (backplane, port) = NatsBackplane::open(&setup).await.unwrap();
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
