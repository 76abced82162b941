//! The engine under a virtual clock, with a network that opens every socket it is asked for.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names what it expects; all else fails it")]

mod addresses;
mod format;
mod greeting;
mod hearing;
mod laws;
mod own;
mod sending;
mod sockets;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::SCHEME;
use super::engine::BroadcastRooms;
use crate::model::traffic::{LocalIdentity, Received};
use crate::model::{
    Address, ConversationId, ErrorCode, Fault, LinkId, MessageId, NetCommand, NetEvent, Now, PeerCommand,
    WallTime,
};
use crate::wire::{Driver, Engine, Input, Interface, Output, SocketSpec, Ticket};

const HALL: ConversationId = ConversationId(1);
const LAB: ConversationId = ConversationId(2);
const GREETING: &str = "***加入了聊天室";

fn at(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

fn address(text: &str) -> Address {
    Address::parse(&format!("room://{text}"), &[SCHEME]).expect(text)
}

/// `name index address broadcast`; a name that begins with `lo` is the loopback interface, a `*` behind it says that
/// 255.255.255.255 leaves there.
fn interface(line: &str) -> Interface {
    let parts: Vec<&str> = line.split_whitespace().collect();
    Interface {
        name: parts[0].trim_end_matches('*').to_owned(),
        index: parts[1].parse().expect(line),
        address: parts[2].parse().expect(line),
        prefix: 24,
        broadcast: parts.get(3).map(|text| text.parse().expect(line)),
        loopback: parts[0].starts_with("lo"),
        limited: parts[0].ends_with('*'),
    }
}

const LO: &str = "lo 1 127.0.0.1 127.255.255.255";
const LO6: &str = "lo 1 ::1";
const ETH: &str = "eth0* 2 10.0.0.5 10.0.0.255";
const ETH6: &str = "eth0 2 fe80::5";
const WLAN: &str = "wlan0 3 192.168.1.5 192.168.1.255";
const WLAN6: &str = "wlan0 3 fe80::6";
const USUAL: &[&str] = &[LO, LO6, ETH, ETH6, WLAN, WLAN6];

/// An engine with a clock of its own, and short words for what goes in and out.
struct Bench {
    engine: Driver<BroadcastRooms>,
    now: Now,
    /// What is open, in the order it was opened.
    open: Vec<(LinkId, SocketSpec)>,
    /// Sockets are there as soon as they are asked for.
    willing: bool,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn bare(listen: Option<&str>) -> Self {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        Self {
            engine: Driver::new(0, BroadcastRooms::new(listen.map(at))),
            now,
            open: Vec::new(),
            willing: true,
        }
    }

    /// Listens at 7788 with the usual interfaces, known to others under a name, not visible.
    fn new() -> Self {
        let mut bench = Self::bare(Some("0.0.0.0:7788"));
        bench.interfaces(USUAL);
        bench.introduce(false);
        bench
    }

    /// One input and what it causes, sockets that are opened or refused for it included.
    fn feed(&mut self, input: Input<'_>) -> Vec<Output> {
        self.engine.handle(self.now, input);
        let mut outputs = Vec::new();
        loop {
            let fresh = self.drain();
            let mut answers = Vec::new();
            for output in &fresh {
                match output {
                    Output::Open { link, socket } if self.willing => answers.push((*link, *socket)),
                    Output::Close { link } => self.open.retain(|(open, _)| open != link),
                    _ => {}
                }
            }
            outputs.extend(fresh);
            if answers.is_empty() {
                return outputs;
            }
            for (link, socket) in answers {
                self.open.push((link, socket));
                self.engine.handle(self.now, Input::LinkUp { link, address: socket.at, only: None });
            }
        }
    }

    fn drain(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        loop {
            match self.engine.poll(self.now) {
                Output::Wait(_) => return outputs,
                output => outputs.push(output),
            }
        }
    }

    fn deadline(&mut self) -> Option<Instant> {
        match self.engine.poll(self.now) {
            Output::Wait(deadline) => deadline,
            other => panic!("{other:?}"),
        }
    }

    fn later(&mut self, millis: u64) -> Vec<Output> {
        self.now = self.now.after(Duration::from_millis(millis));
        self.feed(Input::Tick)
    }

    fn interfaces(&mut self, lines: &[&str]) -> Vec<Output> {
        let all: Vec<Interface> = lines.iter().map(|line| interface(line)).collect();
        self.feed(Input::Interfaces(&all))
    }

    fn order(&mut self, command: NetCommand) -> Vec<Output> {
        self.feed(Input::Command(command))
    }

    fn introduce(&mut self, visible: bool) -> Vec<Output> {
        let own = LocalIdentity {
            name: "侯哥".to_owned(),
            visible: visible.into(),
            greeting: GREETING.to_owned(),
            ..LocalIdentity::default()
        };
        self.order(NetCommand::Introduce(own))
    }

    fn follow(&mut self, conversation: ConversationId, text: &str) -> Vec<Output> {
        self.order(NetCommand::Peer(
            conversation,
            PeerCommand::Follow { address: address(text), rank: conversation.0, session: None },
        ))
    }

    fn enter(&mut self, conversation: ConversationId) -> Vec<Output> {
        self.order(NetCommand::Peer(conversation, PeerCommand::Enter))
    }

    fn forget(&mut self, conversation: ConversationId) -> Vec<Output> {
        self.order(NetCommand::Peer(conversation, PeerCommand::Forget))
    }

    fn send(&mut self, conversation: ConversationId, message: u64, text: &str) -> Vec<Output> {
        let (message, text) = (MessageId(message), text.to_owned());
        self.order(NetCommand::plain(conversation, message, text))
    }

    fn handed(&mut self, message: u64, to: &str, result: Result<(), &str>) -> Vec<Output> {
        let ticket = Ticket { message: MessageId(message), to: at(to) };
        self.feed(Input::Handed { ticket, result: result.map_err(ErrorCode::from) })
    }

    /// The link of the socket that listens at `listening`.
    fn link(&self, listening: &str) -> LinkId {
        self.open.iter().find(|(_, socket)| socket.at == at(listening)).expect(listening).0
    }

    fn listening(&self) -> Vec<String> {
        let mut all: Vec<String> = self.open.iter().map(|(_, socket)| socket.at.to_string()).collect();
        all.sort();
        all
    }

    /// A datagram at the socket that listens at `socket`.
    fn arrive(&mut self, socket: &str, from: &str, to: Option<&str>, bytes: &[u8]) -> Vec<Output> {
        let link = self.link(socket);
        let to = to.map(|to| to.parse::<IpAddr>().expect(to));
        self.feed(Input::Datagram { link, from: at(from), to, bytes })
    }

    fn hear_at(&mut self, socket: &str, from: &str, to: Option<&str>, bytes: &[u8]) -> Received {
        match self.arrive(socket, from, to, bytes).as_slice() {
            [Output::Event(NetEvent::Received(received))] => received.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// A datagram from a neighbour at 7788, sent to everybody.
    fn hear(&mut self, bytes: &[u8]) -> Received {
        self.hear_at("0.0.0.0:7788", "10.0.0.9:7788", Some("255.255.255.255"), bytes)
    }
}

/// Every datagram as `text > destination`, with `%interface` where one is named.
fn sent(outputs: &[Output]) -> Vec<String> {
    let line = |output: &Output| match output {
        Output::Datagram { to, via, bytes, .. } => {
            let via = via.map_or_else(String::new, |via| format!(" via {via}"));
            Some(format!("{} > {to}{via}", String::from_utf8_lossy(bytes)))
        }
        _ => None,
    };
    outputs.iter().filter_map(line).collect()
}

/// Every socket that was opened.
fn opened(outputs: &[Output]) -> Vec<SocketSpec> {
    let socket = |output: &Output| match output {
        Output::Open { socket, .. } => Some(*socket),
        _ => None,
    };
    outputs.iter().filter_map(socket).collect()
}

/// The interfaces on which groups were joined.
fn joined(outputs: &[Output]) -> Vec<(String, u32)> {
    let join = |output: &Output| match output {
        Output::Join { group, interface, .. } => Some((group.to_string(), *interface)),
        _ => None,
    };
    outputs.iter().filter_map(join).collect()
}

fn events(outputs: Vec<Output>) -> Vec<NetEvent> {
    let event = |output: Output| match output {
        Output::Event(event) => Some(event),
        _ => None,
    };
    outputs.into_iter().filter_map(event).collect()
}

fn failed(message: u64, fault: Fault) -> NetEvent {
    NetEvent::Failed { message: MessageId(message), fault }
}

fn no_network(to: &str) -> Fault {
    Fault::Network { to: Some(at(to)), code: "ENETUNREACH".into() }
}
