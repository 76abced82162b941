//! A network in memory: clients and a real relay under one virtual clock, with datagrams that get lost, doubled and
//! late as the seed has it.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::weather::Weather;
use crate::dialects::relay::client::Client;
use crate::dialects::relay::server::{MESSAGES_PER_SECOND, Operator, Relay, RelayOptions, Sink};
use crate::dialects::relay::test_log::{EPOCH, SECRETS, TestLog};
use crate::model::room_log::BackplaneReport;
use crate::model::traffic::{LocalIdentity, Received};
use crate::model::{
    BackfillCommand, ConversationId, LinkId, MessageCommand, MessageId, NetCommand, NetEvent, Now,
    PeerCommand, SessionState, WallTime,
};
use crate::wire::{Driver, Engine, Input, Output, Rng};

/// The one room of each client.
pub(super) const ROOM: ConversationId = ConversationId(1);
/// Inputs at one moment: more is an engine that wants to be woken for ever.
const MAX_STEPS: usize = 20_000;

/// What happens next: a datagram arrives, the log is heard, somebody is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Parcel,
    Report,
    Relay,
    Client(usize),
}

/// What the relay sends, for as long as it has its turn.
#[derive(Default)]
struct Sent(Vec<(SocketAddr, Arc<[u8]>)>);

impl Sink for Sent {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        for datagram in bytes.chunks(segment.max(1)) {
            self.0.extend(to.iter().map(|to| (*to, datagram.into())));
        }
    }
}

#[derive(Debug)]
struct Parcel {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Arc<[u8]>,
}

pub(super) struct Member {
    pub(super) engine: Driver<Client>,
    /// Its sockets.
    pub(super) links: Vec<LinkId>,
    /// How often it was woken by its own wish.
    pub(super) woken: u64,
    pub(super) wake: Option<Instant>,
    pub(super) events: Vec<(Instant, NetEvent)>,
    /// What it wants back in another run.
    pub(super) session: Option<SessionState>,
}

pub(super) struct World {
    pub(super) now: Now,
    pub(super) weather: Weather,
    pub(super) chance: Rng,
    pub(super) relay: Option<Relay>,
    /// What is behind each relay, if there is something: it outlives them.
    pub(super) log: Option<TestLog>,
    /// What the log says, and when it is heard.
    reports: VecDeque<(Instant, BackplaneReport<'static>)>,
    pub(super) log_delay: Duration,
    pub(super) members: Vec<Member>,
    parcels: BTreeMap<(Instant, u64), Parcel>,
    pub(super) posted: u64,
    pub(super) message: u64,
    pub(super) said: BTreeMap<MessageId, String>,
    /// Nothing from there reaches the relay, and nothing of the relay gets there.
    pub(super) cut_off: Option<usize>,
    /// Messages that each relay takes of one member in a second.
    pub(super) rate: u32,
    /// Who speaks to a relay that is not there is told so.
    pub(super) icmp: bool,
    /// What comes to members is kept there.
    pub(super) keeps: bool,
    /// What they want back in another run is, too.
    pub(super) keeps_sessions: bool,
    /// Who may be in charge of each relay.
    pub(super) operators: Vec<Operator>,
    /// Which relay it is: each has other secrets.
    life: u64,
}

pub(super) fn relay_address() -> SocketAddr {
    ([10, 0, 0, 1], 6_000).into()
}

#[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
pub(super) fn origin() -> Instant {
    Instant::now()
}

impl World {
    pub(super) fn new(seed: u64, weather: Weather) -> Self {
        Self::with_log(seed, weather, None)
    }

    pub(super) fn with_log(seed: u64, weather: Weather, log: Option<TestLog>) -> Self {
        let now = Now { mono: origin(), wall: WallTime(0) };
        let mut world = Self {
            now,
            weather,
            chance: Rng::new(seed),
            relay: None,
            log,
            reports: VecDeque::new(),
            log_delay: Duration::from_millis(3),
            members: Vec::new(),
            parcels: BTreeMap::new(),
            posted: 0,
            message: 0,
            said: BTreeMap::new(),
            cut_off: None,
            icmp: false,
            rate: MESSAGES_PER_SECOND,
            keeps: true,
            keeps_sessions: true,
            operators: Vec::new(),
            life: seed,
        };
        world.start_relay();
        world
    }

    pub(super) fn start_relay(&mut self) {
        self.life = self.life.wrapping_add(1);
        let (log, rate) = (self.log.as_ref().map(|_| EPOCH), self.rate);
        let operators = self.operators.clone();
        let options = RelayOptions { rate, log, operators, ..RelayOptions::default() };
        let mut relay = Relay::new(self.now, u128::from(self.life).to_be_bytes(), options);
        if self.log.is_some() {
            relay.report(self.now, BackplaneReport::Secrets(SECRETS));
        }
        self.relay = Some(relay);
    }

    /// As `kill -9` does it: what was sent is sent, and nobody is told. What the log has said to it is lost.
    pub(super) fn kill_relay(&mut self) {
        self.relay = None;
        self.reports.clear();
        self.log.iter_mut().for_each(TestLog::disconnect);
    }

    /// One more member, on its way into the room.
    pub(super) fn add(&mut self, name: &str) -> usize {
        let who = self.members.len();
        let engine = Driver::new(self.chance.next(), Client::default());
        self.members.push(Member {
            engine,
            links: Vec::new(),
            woken: 0,
            wake: None,
            events: Vec::new(),
            session: None,
        });
        self.begin(who, name);
        who
    }

    pub(super) fn begin(&mut self, who: usize, name: &str) {
        self.order(who, NetCommand::Introduce(own(name)));
        self.follow(who, ROOM, "class");
    }

    pub(super) fn chance(&mut self, below: u64) -> u64 {
        self.chance.next() % below
    }
}

// Time.
impl World {
    pub(super) fn run(&mut self, by: Duration) {
        let end = self.now.after(by).mono;
        let mut steps = 0;
        while let Some((at, what)) = self.next().filter(|(at, _)| *at <= end) {
            steps = if at > self.now.mono { 0 } else { steps + 1 };
            assert!(steps < MAX_STEPS, "time stands still");
            self.go_to(at);
            match what {
                Next::Parcel => self.deliver(),
                Next::Report => {
                    let (_, report) = self.reports.pop_front().expect("a report");
                    self.turn(|relay, now| relay.report(now, report));
                }
                Next::Relay => self.turn(Relay::tick),
                Next::Client(who) => {
                    self.members[who].woken += 1;
                    self.feed(who, Input::Tick);
                }
            }
        }
        self.go_to(end);
    }

    /// Runs until everybody is in.
    pub(super) fn settle(&mut self, limit: Duration) {
        let end = self.now.after(limit).mono;
        while (0..self.members.len()).any(|who| !self.is_up(who)) {
            assert!(self.now.mono < end, "not everybody is in");
            self.run(Duration::from_millis(50));
        }
    }

    fn go_to(&mut self, at: Instant) {
        self.now = self.now.after(at.saturating_duration_since(self.now.mono));
    }

    fn next(&self) -> Option<(Instant, Next)> {
        let parcel = self.parcels.keys().next().map(|(at, _)| (*at, Next::Parcel));
        let report = self.reports.front().map(|(at, _)| (*at, Next::Report));
        let relay = self.relay.as_ref().and_then(Relay::deadline).map(|at| (at, Next::Relay));
        let members = self.members.iter().enumerate();
        let members = members.filter_map(|(who, member)| Some((member.wake?, Next::Client(who))));
        members.chain(parcel).chain(report).chain(relay).min_by_key(|(at, _)| *at)
    }

    fn post(&mut self, parcel: Parcel) {
        let (least, more) = self.weather.delay;
        let range = u64::try_from(more.as_micros()).expect("short") + 1;
        let delay = least + Duration::from_micros(self.chance(range));
        self.posted += 1;
        self.parcels.insert((self.now.after(delay).mono, self.posted), parcel);
    }

    fn send(&mut self, parcel: Parcel) {
        let ends = [parcel.from, parcel.to].map(|end| self.owner(end).map(|(who, _)| who));
        if self.cut_off.is_some() && ends.contains(&self.cut_off) {
            return;
        }
        if self.chance(100) < self.weather.doubled {
            let Parcel { from, to, ref bytes } = parcel;
            self.post(Parcel { from, to, bytes: Arc::clone(bytes) });
        }
        if self.chance(100) >= self.weather.lost {
            self.post(parcel);
        }
    }

    fn deliver(&mut self) {
        let Some((_, Parcel { from, to, bytes })) = self.parcels.pop_first() else { return };
        if to == relay_address() && self.relay.is_none() && self.icmp {
            let Some((who, link)) = self.owner(from) else { return };
            return self.feed(who, Input::Unreachable { link, to });
        }
        if to == relay_address() {
            return self.turn(|relay, now| relay.handle(now, from, &bytes));
        }
        if let Some((who, link)) = self.owner(to) {
            self.feed(who, Input::Datagram { link, from, to: None, bytes: &bytes });
        }
    }

    /// ICMP for everything a member sent to the relay.
    pub(super) fn refuse(&mut self, who: usize) {
        let link = *self.members[who].links.last().expect("a socket");
        self.feed(who, Input::Unreachable { link, to: relay_address() });
    }

    fn owner(&self, socket: SocketAddr) -> Option<(usize, LinkId)> {
        let mut all = self
            .members
            .iter()
            .enumerate()
            .flat_map(|(who, member)| member.links.iter().map(move |link| (who, *link)));
        all.find(|(who, link)| address_of(*who, *link) == socket)
    }

    /// A turn of the relay, if there is one: what it sends, and what it asks of its log.
    pub(super) fn turn(&mut self, act: impl FnOnce(&mut Relay, Now)) {
        let Some(relay) = &mut self.relay else { return };
        let mut sent = Sent::default();
        act(relay, self.now);
        relay.flush(&mut sent);
        while relay.take_event().is_some() {}
        let due = self.now.after(self.log_delay).mono;
        while let Some(request) = relay.take_request() {
            let reports = self.log.as_mut().expect("a log").answer(request);
            self.reports.extend(reports.into_iter().map(|report| (due, report)));
        }
        for (to, bytes) in sent.0 {
            self.send(Parcel { from: relay_address(), to, bytes });
        }
    }

    /// One input of a client, and everything that comes of it.
    pub(super) fn feed(&mut self, who: usize, input: Input<'_>) {
        let now = self.now;
        let mut outputs = Vec::new();
        let engine = &mut self.members[who].engine;
        engine.handle(now, input);
        self.members[who].wake = loop {
            match self.members[who].engine.poll(now) {
                Output::Wait(deadline) => break deadline,
                output => outputs.push(output),
            }
            assert!(outputs.len() < 2_000, "it talks for ever");
        };
        for output in outputs {
            self.act(who, output);
        }
    }

    /// What the app does with it: what comes is kept, and said to be.
    fn take(&mut self, who: usize, event: NetEvent) {
        let arrived = match &event {
            NetEvent::Received(received) | NetEvent::Recalled { received, .. } => Some(received.clone()),
            NetEvent::Session { conversation: ROOM, state } if self.keeps_sessions => {
                self.members[who].session = Some(state.clone());
                let kept = PeerCommand::History(BackfillCommand::Kept(state.clone()));
                self.order(who, NetCommand::Peer(ROOM, kept));
                None
            }
            _ => None,
        };
        self.members[who].events.push((self.now.mono, event));
        if let Some(Received { conversation, source, payload, uid, .. }) = arrived.filter(|_| self.keeps) {
            let conversation = conversation.expect("a room");
            self.order(
                who,
                NetCommand::Message(conversation, MessageCommand::Stored { source, payload, uid }),
            );
        }
    }

    fn act(&mut self, who: usize, output: Output) {
        match output {
            Output::Datagram { link, to, bytes, .. } => {
                assert!(self.members[who].links.contains(&link), "a socket that is not there");
                self.send(Parcel { from: address_of(who, link), to, bytes });
            }
            Output::Open { link, .. } => {
                self.members[who].links.push(link);
                self.feed(who, Input::LinkUp { link, address: address_of(who, link), only: None });
            }
            Output::Close { link } => self.members[who].links.retain(|known| *known != link),
            Output::Event(event) => self.take(who, event),
            output => panic!("{who} wants {output:?}"),
        }
    }
}

pub(super) fn own(name: &str) -> LocalIdentity {
    LocalIdentity {
        name: name.to_owned(),
        visible: true.into(),
        greeting: String::new(),
        ..LocalIdentity::default()
    }
}

fn address_of(who: usize, link: LinkId) -> SocketAddr {
    let host = u8::try_from(who + 10).expect("few members");
    ([10, 0, 0, host], 50_000 + u16::try_from(link.0).expect("few sockets")).into()
}
