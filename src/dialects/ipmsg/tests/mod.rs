//! The engine under a virtual clock, with a network that opens every socket it is asked for.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test names what it expects; all else fails it"
)]

mod asking;
mod captures;
mod chat;
mod corpus;
mod encodings;
mod field;
mod groups;
mod moving;
mod persons;
mod pictures;
mod presence;
mod receiving;
mod sending;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::SCHEME;
use super::engine::Ipmsg;
use super::packet::{self, Packet};
use crate::model::traffic::{LocalIdentity, MessageKind, PeerInfo, Received};
use crate::model::{
    Address, ConversationId, Fault, LinkId, MessageCommand, MessageId, NetCommand, NetEvent, Now,
    OutgoingMessage, PeerCommand, WallTime,
};
use crate::wire::{Driver, Encoding, Engine, Input, Interface, Output, Ticket};

const ANNA: ConversationId = ConversationId(1);
const BEN: ConversationId = ConversationId(2);
const ANNA_AT: &str = "10.0.0.7:2425";
const BEN_AT: &str = "10.0.0.8:2425";
/// In another network: nobody there is answered unless a person chose it.
const FAR: &str = "203.0.113.9:2425";
const SECOND: Duration = Duration::from_secs(1);

fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

fn address(text: &str) -> Address {
    Address::parse(&format!("ipmsg://{text}"), &[SCHEME]).expect(text)
}

/// `name index address broadcast`; a `*` behind the name says that 255.255.255.255 leaves there.
fn interface(line: &str) -> Interface {
    let parts: Vec<&str> = line.split_whitespace().collect();
    Interface {
        name: parts[0].trim_end_matches('*').to_owned(),
        index: parts[1].parse().expect(line),
        address: parts[2].parse().expect(line),
        prefix: if parts[0].starts_with("lo") { 8 } else { 24 },
        broadcast: parts.get(3).map(|text| text.parse().expect(line)),
        loopback: parts[0].starts_with("lo"),
        limited: parts[0].ends_with('*'),
    }
}

const LO: &str = "lo 1 127.0.0.1 127.255.255.255";
const ETH: &str = "eth0* 2 10.0.0.5 10.0.0.255";
const USUAL: &[&str] = &[LO, ETH];

fn own(visible: bool) -> LocalIdentity {
    LocalIdentity {
        name: "侯哥".to_owned(),
        visible: visible.into(),
        group: "机房".to_owned(),
        user: "hou".to_owned(),
        host: "desk".to_owned(),
        ..LocalIdentity::default()
    }
}

/// A packet of somebody else.
fn packet(number: u32, command: u32, body: &[u8]) -> Vec<u8> {
    said_by("1", number, command, body)
}

fn said_by(version: &str, number: u32, command: u32, body: &[u8]) -> Vec<u8> {
    packet::write(version.as_bytes(), number, (b"anna", b"pc"), command, body)
}

/// A datagram of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sent {
    to: SocketAddr,
    from: Option<std::net::IpAddr>,
    bytes: Vec<u8>,
    ticket: Option<Ticket>,
}

impl Sent {
    fn packet(&self) -> Packet<'_> {
        Packet::read(&self.bytes).expect("ours is one")
    }

    fn kind(&self) -> u8 {
        self.packet().kind()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.packet().strings().next().unwrap_or_default()).into_owned()
    }
}

/// What one input caused.
#[derive(Debug, Default)]
struct Effects {
    sent: Vec<Sent>,
    events: Vec<NetEvent>,
    /// Everything else.
    others: Vec<Output>,
}

impl Effects {
    fn kinds(&self) -> Vec<u8> {
        self.sent.iter().map(Sent::kind).collect()
    }

    fn received(&self) -> Vec<&Received> {
        let received = self.events.iter().filter_map(|event| match event {
            NetEvent::Received(received) => Some(received),
            _ => None,
        });
        received.collect()
    }

    fn texts(&self) -> Vec<&str> {
        self.received().into_iter().map(|received| received.text.as_str()).collect()
    }

    fn peers(&self) -> Vec<&PeerInfo> {
        let peers = self.events.iter().filter_map(|event| match event {
            NetEvent::Peer(peer) => Some(peer),
            _ => None,
        });
        peers.collect()
    }

    fn join(&mut self, more: Self) {
        self.sent.extend(more.sent);
        self.events.extend(more.events);
        self.others.extend(more.others);
    }
}

/// An engine with a clock of its own, and short words for what goes in and out.
struct Bench {
    engine: Driver<Ipmsg>,
    /// The sockets that were opened last, for datagrams and for streams.
    udp: LinkId,
    tcp: LinkId,
    now: Now,
    messages: u64,
    /// The port is free.
    willing: bool,
    /// The history takes messages.
    keeps: bool,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn bare() -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(1_795_000_000_000_000) };
        let engine = Driver::new(5, Ipmsg::new(Some(at("0.0.0.0:2425"))));
        let (udp, tcp) = (LinkId(0), LinkId(0));
        Self { engine, udp, tcp, now, messages: 0, willing: true, keeps: true }
    }

    /// Listens with the usual interfaces, and follows two people.
    fn new(visible: bool) -> Self {
        let mut bench = Self::bare();
        bench.interfaces(USUAL);
        bench.order(NetCommand::Introduce(own(visible)));
        bench.follow(ANNA, ANNA_AT);
        bench.follow(BEN, BEN_AT);
        bench
    }

    fn feed(&mut self, input: Input<'_>) -> Effects {
        self.engine.handle(self.now, input);
        let mut effects = Effects::default();
        loop {
            match self.engine.poll(self.now) {
                Output::Wait(_) => return effects,
                Output::Datagram { to, from, bytes, ticket, .. } => {
                    effects.sent.push(Sent { to, from, bytes: bytes.to_vec(), ticket });
                }
                Output::Event(event) => effects.events.push(event),
                Output::Open { link, socket } if self.willing => {
                    if !socket.at.ip().is_multicast() {
                        self.udp = link;
                    }
                    let input = Input::LinkUp { link, address: socket.at, only: None };
                    self.engine.handle(self.now, input);
                }
                Output::Open { link, .. } => {
                    let input = Input::LinkDown { link, code: Some("EADDRINUSE".into()) };
                    self.engine.handle(self.now, input);
                }
                output => {
                    if let Output::Listen { link, .. } = output {
                        self.tcp = link;
                    }
                    effects.others.push(output);
                }
            }
        }
    }

    /// The same, and the kernel takes whatever it is given.
    fn run(&mut self, input: Input<'_>) -> Effects {
        let mut effects = self.feed(input);
        let (mut answered, mut stored) = (0, 0);
        while answered < effects.sent.len() || stored < effects.events.len() {
            if let Some(sent) = effects.sent.get(answered) {
                answered += 1;
                if let Some(ticket) = sent.ticket {
                    effects.join(self.feed(Input::Handed { ticket, result: Ok(()) }));
                }
            } else {
                stored += 1;
                if let Some(order) = effects.events.get(stored - 1).and_then(|event| self.keep(event)) {
                    effects.join(self.feed(Input::Command(order)));
                }
            }
        }
        effects
    }

    /// The history takes what came.
    fn keep(&self, event: &NetEvent) -> Option<NetCommand> {
        let NetEvent::Received(received) = event else { return None };
        let (conversation, source) = (received.conversation.unwrap_or(ANNA), received.source);
        let payload = Arc::clone(&received.payload);
        self.keeps.then_some(NetCommand::Message(
            conversation,
            MessageCommand::Stored { source, payload, uid: None },
        ))
    }

    fn interfaces(&mut self, lines: &[&str]) -> Effects {
        let interfaces: Vec<Interface> = lines.iter().map(|line| interface(line)).collect();
        self.run(Input::Interfaces(&interfaces))
    }

    fn order(&mut self, command: NetCommand) -> Effects {
        self.run(Input::Command(command))
    }

    fn follow(&mut self, conversation: ConversationId, text: &str) -> Effects {
        self.order(NetCommand::Peer(
            conversation,
            PeerCommand::Follow { address: address(text), rank: conversation.0, session: None },
        ))
    }

    /// The next id of a message, and what sending it causes.
    fn send(&mut self, conversation: ConversationId, kind: MessageKind, text: &str) -> (MessageId, Effects) {
        self.messages += 1;
        let message = MessageId(self.messages);
        let files = [].into();
        let text = text.to_owned();
        let effects = self.order(NetCommand::Message(
            conversation,
            MessageCommand::Send(OutgoingMessage { kind, files, ..OutgoingMessage::text(message, text) }),
        ));
        (message, effects)
    }

    fn hear(&mut self, from: &str, bytes: &[u8]) -> Effects {
        self.run(Input::Datagram { link: self.udp, from: at(from), to: None, bytes })
    }

    fn decoder_for(&mut self, from: &str) -> super::text::TextDecoder {
        self.engine.call(self.now, |ipmsg, cx| ipmsg.split(cx).0.decoder_for(at(from)))
    }

    /// Sent to everybody.
    fn overhear(&mut self, from: &str, bytes: &[u8]) -> Effects {
        let to = Some(at("10.0.0.255:1").ip());
        self.run(Input::Datagram { link: self.udp, from: at(from), to, bytes })
    }

    /// All that happens by itself within a time, which then has passed.
    fn wait(&mut self, span: Duration) -> Effects {
        let end = self.now.after(span);
        let mut effects = Effects::default();
        loop {
            let Output::Wait(deadline) = self.engine.poll(self.now) else { panic!("not drained") };
            let Some(due) = deadline.filter(|due| *due <= end.mono) else { break };
            self.now = self.now.after(due.saturating_duration_since(self.now.mono));
            effects.join(self.run(Input::Tick));
        }
        self.now = end;
        effects
    }
}
