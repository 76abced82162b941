//! Several udpqq under one virtual clock, with whatever happens to datagrams between them.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::wildcard_enum_match_arm,
    clippy::needless_pass_by_value,
    reason = "a lab counts, begins its clock somewhere, and notes what it looks for"
)]

mod asking;
mod chat;
mod discovery;
mod disk;
mod files;
mod first;
mod folders;
mod frozen;
mod liars;
mod line;
mod quiet;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::SCHEME;
use super::engine::Secure;
use crate::dialects::Setup;
use crate::model::traffic::{Audience, LocalIdentity, Received};
use crate::model::{
    Address, ConversationId, LinkId, MessageCommand, MessageId, NetCommand, NetEvent, Now, OutgoingMessage,
    PeerCommand, PublicKey, Trust, Uid, WallTime,
};
use crate::wire::{
    Batch, DiskEvent, Driver, Ecn, Engine, Input, Interface, KeyPair, Output, Rng, Segments, SocketSpec, bulk,
};
use zeroize::Zeroizing;

/// What happens to what is on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    /// Of a hundred datagrams.
    pub lost: u32,
    pub doubled: u32,
    pub latency: Duration,
    pub jitter: Duration,
}

pub(super) const CALM: Weather =
    Weather { lost: 0, doubled: 0, latency: Duration::from_millis(1), jitter: Duration::ZERO };

/// One program, its history and what it said to the app.
pub(super) struct Node {
    engine: Driver<Secure>,
    pair: KeyPair,
    pub at: SocketAddr,
    deadline: Option<Instant>,
    pub events: Vec<NetEvent>,
    /// What is stored: by uid, once.
    seen: BTreeSet<Uid>,
    pub texts: Vec<String>,
    /// What was handed over and is not delivered, to be given again after a restart.
    outbox: BTreeMap<MessageId, OutgoingMessage>,
    delivered: BTreeSet<MessageId>,
    to: BTreeMap<ConversationId, PublicKey>,
    /// Its history takes nothing, and whether what comes is wanted all the same.
    pub unkept: Option<bool>,
    /// How long its history takes.
    commit: Duration,
    pub sent: usize,
    /// Of those, what went to everybody.
    pub shouted: usize,
    starts: u8,
    /// What the engine opened for itself.
    sockets: BTreeMap<LinkId, SocketSpec>,
    visible: Audience,
    disk: disk::MemoryDisk,
    line: line::SlowLine,
}

enum Arrival {
    Datagram { to: SocketAddr, from: SocketAddr, ecn: Option<Ecn>, bytes: Arc<[u8]> },
    Disk { node: usize, link: LinkId, event: DiskEvent },
    Answer { node: usize, answer: MessageCommand },
}

pub(super) struct Lab {
    pub now: Now,
    pub nodes: Vec<Node>,
    flying: BTreeMap<(Instant, u64), Arrival>,
    number: u64,
    rng: Rng,
    pub weather: Weather,
    pub carried: usize,
    longest: BTreeMap<SocketAddr, usize>,
    /// Nothing gets through until then.
    pub blackout: Option<Instant>,
}

pub(super) const PEER: ConversationId = ConversationId(1);

fn interface(address: IpAddr) -> Interface {
    Interface {
        name: "lab".to_owned(),
        index: 1,
        address,
        prefix: 24,
        broadcast: Some(Ipv4Addr::new(10, 0, 0, 255)),
        loopback: false,
        limited: true,
    }
}

fn is_everybody(to: SocketAddr) -> bool {
    to.ip().is_multicast() || to.ip() == Ipv4Addr::BROADCAST
}

impl Node {
    /// The socket that what is sent there comes to.
    fn hears(&self, to: SocketAddr) -> Option<LinkId> {
        let at = if to.ip() == Ipv4Addr::BROADCAST { (Ipv4Addr::UNSPECIFIED, to.port()).into() } else { to };
        let own = self.sockets.iter().find(|(_, socket)| socket.at == at).map(|(link, _)| *link);
        own.filter(|_| is_everybody(to)).or_else(|| (to == self.at).then_some(LinkId(0)))
    }
}

impl Lab {
    pub(super) fn new(seed: u64, weather: Weather) -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(1_790_000_000_000_000) };
        let rng = Rng::new(seed);
        Self {
            now,
            nodes: Vec::new(),
            flying: BTreeMap::new(),
            number: 0,
            rng,
            weather,
            carried: 0,
            longest: BTreeMap::new(),
            blackout: None,
        }
    }

    pub(super) fn add(&mut self) -> usize {
        let number = u8::try_from(self.nodes.len() + 1).expect("few");
        let pair = KeyPair::from_seed(Zeroizing::new([number; 32])).expect("a key");
        let at = SocketAddr::from(([10, 0, 0, number], 7_781));
        self.nodes.push(Node {
            engine: Driver::new(0, Secure::new(&Setup::default())),
            pair,
            at,
            deadline: None,
            events: Vec::new(),
            seen: BTreeSet::new(),
            texts: Vec::new(),
            outbox: BTreeMap::new(),
            delivered: BTreeSet::new(),
            to: BTreeMap::new(),
            unkept: None,
            commit: Duration::from_millis(3),
            sent: 0,
            shouted: 0,
            starts: 0,
            sockets: BTreeMap::new(),
            visible: Audience::Nobody,
            disk: disk::MemoryDisk::default(),
            line: line::SlowLine::default(),
        });
        let index = self.nodes.len() - 1;
        self.start(index);
        index
    }

    /// Starts the program, anew if it ran: what was on its way to the history is lost with it.
    pub(super) fn start(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        node.starts += 1;
        node.sockets.clear();
        node.disk.crash();
        let secret = [node.at.ip().to_string().as_bytes()[7].wrapping_mul(16) + node.starts; 32];
        let setup = Setup {
            seed: u64::from(node.starts) << 8 | u64::try_from(index).expect("few"),
            secret,
            key_pair: Some(Arc::new(node.pair.clone())),
            listen: None,
        };
        node.engine = Driver::new(setup.seed, Secure::new(&setup));
        self.flying.retain(|_, arrival| match arrival {
            Arrival::Answer { node, .. } | Arrival::Disk { node, .. } => *node != index,
            Arrival::Datagram { .. } => true,
        });
        let (at, to) = (self.nodes[index].at, self.nodes[index].to.clone());
        self.input(index, Input::Interfaces(&[interface(at.ip())]));
        self.input(index, Input::LinkUp { link: LinkId(0), address: at, only: None });
        self.show(index, self.nodes[index].visible);
        for (conversation, key) in to {
            self.follow(index, conversation, key);
        }
        for message in self.nodes[index].outbox.clone().into_values() {
            self.input(index, Input::Command(NetCommand::Message(PEER, MessageCommand::Send(message))));
        }
    }

    /// Whether the others are told that it is there.
    pub(super) fn show(&mut self, index: usize, visible: impl Into<Audience>) {
        let visible = visible.into();
        self.nodes[index].visible = visible;
        let own = LocalIdentity { name: format!("node {index}"), visible, ..LocalIdentity::default() };
        self.input(index, Input::Command(NetCommand::Introduce(own)));
    }

    pub(super) fn key(&self, index: usize) -> PublicKey {
        self.nodes[index].pair.public()
    }

    /// Both become contacts of each other.
    pub(super) fn befriend(&mut self, one: usize, other: usize) {
        let (first, second) = (self.key(one), self.key(other));
        self.follow(one, PEER, second);
        self.follow(other, PEER, first);
    }

    fn follow(&mut self, index: usize, conversation: ConversationId, key: PublicKey) {
        let at = self.nodes.iter().find(|node| node.pair.public() == key).expect("known").at;
        let address = Address { key: Some(key), ..Address::from_socket(SCHEME, at) };
        self.nodes[index].to.insert(conversation, key);
        let follow = PeerCommand::Follow { address, rank: 0, session: None };
        self.input(index, Input::Command(NetCommand::Peer(conversation, follow)));
        self.input(index, Input::Command(NetCommand::Trust(conversation, Trust::Pinned)));
    }

    pub(super) fn say(&mut self, index: usize, id: u64, text: &str) {
        let node = &mut self.nodes[index];
        let mut uid = [0; 16];
        uid[0] = u8::try_from(index).expect("few");
        uid[8..].copy_from_slice(&id.to_be_bytes());
        let message =
            OutgoingMessage { uid: Some(Uid(uid)), ..OutgoingMessage::text(MessageId(id), text.to_owned()) };
        node.outbox.insert(message.id, message.clone());
        self.input(index, Input::Command(NetCommand::Message(PEER, MessageCommand::Send(message))));
    }

    /// Somebody whose key nobody here has: it follows, and is not followed.
    pub(super) fn admire(&mut self, stranger: usize, whom: usize) {
        let key = self.key(whom);
        self.follow(stranger, PEER, key);
    }

    /// A datagram from somewhere.
    pub(super) fn throw(&mut self, to: usize, from: SocketAddr, bytes: &[u8]) {
        let ip = self.nodes[to].at.ip();
        let batch = Batch { from, to: Some(ip), ecn: None, stride: bytes.len(), bytes };
        self.input(to, Input::Datagrams { link: LinkId(0), batch });
    }

    pub(super) fn undelivered(&self, index: usize) -> usize {
        self.nodes[index].outbox.len()
    }

    pub(super) fn input(&mut self, index: usize, input: Input<'_>) {
        let now = self.now;
        let (mut opened, mut turn) = (Vec::new(), 0);
        self.nodes[index].engine.handle(now, input);
        loop {
            match self.nodes[index].engine.poll(now) {
                Output::Wait(deadline) => {
                    self.nodes[index].deadline = deadline;
                    break;
                }
                Output::Datagram { link, to, bytes, .. } => self.send(index, (link, to, None), bytes),
                Output::Datagrams { link, to, segments: Segments { size, ecn, .. }, bytes, .. } => {
                    for bytes in bulk::datagrams(&bytes, size) {
                        turn += 1;
                        self.send(index, (link, to, ecn), bytes.into());
                    }
                }
                Output::Open { link, socket } => {
                    self.nodes[index].sockets.insert(link, socket);
                    opened.push((link, socket.at));
                }
                Output::Close { link } if self.nodes[index].disk.close(link) => {}
                Output::Close { link } => drop(self.nodes[index].sockets.remove(&link)),
                Output::Disk { link, step } => self.disk_step(index, link, step),
                Output::Join { .. } | Output::Resolve { .. } => {}
                Output::Event(event) => self.report(index, event),
                other => panic!("not asked for: {other:?}"),
            }
        }
        // Others wait meanwhile. A Retry is no part of it.
        assert!(turn <= 64 + 1, "{turn} packets in one turn");
        for (link, address) in opened {
            self.input(index, Input::LinkUp { link, address, only: None });
        }
    }

    fn send(&mut self, index: usize, way: (LinkId, SocketAddr, Option<Ecn>), bytes: Arc<[u8]>) {
        let (link, to, ecn) = way;
        let own = self.nodes[index].at;
        let from = self.nodes[index]
            .sockets
            .get(&link)
            .map_or(own, |socket| SocketAddr::new(own.ip(), socket.at.port()));
        self.nodes[index].sent += 1;
        self.nodes[index].shouted += usize::from(is_everybody(to));
        let longest = self.longest.entry(to).or_default();
        *longest = bytes.len().max(*longest);
        let copies = 1 + u32::from(self.rng.below(100) < self.weather.doubled);
        for _ in 0..copies {
            if self.rng.below(100) < self.weather.lost
                || self.blackout.is_some_and(|until| self.now.mono < until)
            {
                continue;
            }
            let Some(queued) = self.nodes[index].line.queue(self.now.mono, bytes.len()) else { continue };
            let delay = queued + self.weather.latency + self.rng.within(self.weather.jitter);
            self.carried += 1;
            self.fly(delay, Arrival::Datagram { to, from, ecn, bytes: Arc::clone(&bytes) });
        }
    }

    fn fly(&mut self, delay: Duration, arrival: Arrival) {
        self.number += 1;
        self.flying.insert((self.now.mono + delay, self.number), arrival);
    }

    fn report(&mut self, index: usize, event: NetEvent) {
        let node = &mut self.nodes[index];
        match &event {
            NetEvent::Received(Received { uid: Some(uid), text, .. }) => {
                let (uid, text, delay) = (*uid, text.clone(), node.commit);
                let stored =
                    MessageCommand::Stored { source: node.at, payload: Arc::from([]), uid: Some(uid) };
                let answer = node.unkept.map_or(stored, |wanted| MessageCommand::Unkept { uid, wanted });
                if node.unkept.is_none() && node.seen.insert(uid) {
                    node.texts.push(text);
                }
                self.fly(delay, Arrival::Answer { node: index, answer });
            }
            NetEvent::Delivered { message } => {
                node.outbox.remove(message);
                assert!(node.delivered.insert(*message), "delivered twice");
            }
            _ => {}
        }
        self.nodes[index].events.push(event);
    }

    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now.mono + time;
        let mut rounds = 0;
        loop {
            let arrival = self.flying.first_key_value().map(|((at, _), _)| *at);
            let deadlines = self.nodes.iter().filter_map(|node| node.deadline);
            let Some(next) = deadlines.chain(arrival).min().filter(|next| *next <= end) else { break };
            rounds = if next > self.now.mono { 0 } else { rounds + 1 };
            assert!(
                rounds < 10_000,
                "time stands still: {:?}",
                self.nodes.iter().map(|it| it.deadline).collect::<Vec<_>>()
            );
            self.now = self.now.after(next.saturating_duration_since(self.now.mono));
            if arrival == Some(next) {
                let (_, arrival) = self.flying.pop_first().expect("there");
                self.arrive(arrival);
            }
            for index in 0..self.nodes.len() {
                if self.nodes[index].deadline.is_some_and(|deadline| deadline <= self.now.mono) {
                    self.input(index, Input::Tick);
                }
            }
        }
        self.now = self.now.after(end.saturating_duration_since(self.now.mono));
    }

    fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Datagram { to, from, ecn, bytes } => {
                for index in 0..self.nodes.len() {
                    let Some(link) = self.nodes[index].hears(to) else { continue };
                    let (to, bytes, stride) = (Some(to.ip()), &*bytes, bytes.len());
                    let datagram = match link {
                        LinkId(0) => Input::Datagrams { link, batch: Batch { from, to, ecn, stride, bytes } },
                        _ => Input::Datagram { link, from, to, bytes },
                    };
                    self.input(index, datagram);
                }
            }
            Arrival::Disk { node, link, event } => {
                if self.nodes[node].disk.answer(link) {
                    self.input(node, Input::Disk { link, event });
                }
            }
            Arrival::Answer { node, answer } => {
                self.input(node, Input::Command(NetCommand::Message(PEER, answer)));
            }
        }
    }
}
