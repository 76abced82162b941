//! Opens what the engines are given at the start: the sockets they listen at, the echo peer, and their chance.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::actor::Actor;
use super::confine::Confinement;
use super::echo::Echo;
use super::ingress::Ingress;
use super::mux::{FIRST, Mux, Slot};
use super::ports::Ports;
use super::udp::UdpLink;
use super::{
    Listen, MAIN, MAX_COMMANDS, NetHandle, NetOptions, SIDE, StartError, bind, fault, find_interface, queue,
};
use crate::dialects::{Dialect, ListenMode, Setup};
use crate::model::traffic::Listening;
use crate::model::{Address, NetEvent, Scheme};
use crate::wire::Engine;

/// Makes a state machine, once.
type Make = Box<dyn FnOnce(&Setup) -> Box<dyn Engine>>;

/// A dialect, and how its engine is made.
pub(super) struct Member {
    pub(super) scheme: Scheme,
    pub(super) listens: ListenMode,
    pub(super) engine: Make,
}

impl Member {
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self { scheme: dialect.scheme, listens: dialect.listens, engine: Box::new(dialect.engine) }
    }
}

/// What is being opened.
struct Start {
    ports: Ports,
    events: VecDeque<NetEvent>,
    options: NetOptions,
}

pub(super) fn open(members: Vec<Member>, mut options: NetOptions) -> Result<NetHandle, StartError> {
    let interface = options.interface.take().map(find_interface).transpose()?;
    // Nobody outside knows its keys, which the standard library takes from the system; so nobody can guess one
    // engine's seed, even from another's.
    let chance = RandomState::new();
    let first = members.first().map(|member| member.scheme);
    let mut start = Start { ports: Ports::new(interface), events: VecDeque::new(), options };
    let mut engines = Vec::new();
    for (slot, member) in members.into_iter().enumerate() {
        let listen = start.listen(slot, &member)?;
        let setup = Setup { seed: chance.hash_one(slot), listen };
        engines.push((member.scheme.name, (member.engine)(&setup)));
    }
    let echo = start.options.echo.then(|| start.open_echo(first)).flatten();

    let Start { mut ports, events, options } = start;
    let ingress = Ingress::new(options.throttled);
    ports.pending = events;
    let (commands, orders) = mpsc::channel(MAX_COMMANDS);
    let (reports, events) = queue::channel();
    let actor = Actor::new(Mux::new(engines), ports, echo, ingress, orders, reports);
    Ok(NetHandle { commands, events, held: None, actor: Some(Box::new(actor)), tasks: JoinSet::new() })
}

impl Start {
    /// Opens where a dialect listens. The address is for those that open it themselves.
    fn listen(&mut self, slot: Slot, member: &Member) -> Result<Option<SocketAddr>, StartError> {
        let (ListenMode::Datagrams(usual) | ListenMode::Streams(usual) | ListenMode::Itself(usual)) =
            member.listens
        else {
            return Ok(None);
        };
        let scheme = member.scheme.name;
        let listen = self.options.listen.get(scheme).cloned().unwrap_or_else(|| Listen::new(usual, true));
        match member.listens {
            ListenMode::Datagrams(_) => self.open_datagrams(slot, scheme, &listen)?,
            ListenMode::Streams(_) => self.open_streams(slot, scheme, &listen)?,
            ListenMode::Itself(_) | ListenMode::Nowhere => {
                return Ok(match listen {
                    Listen::Off => None,
                    Listen::At { address, fallback: _ } => Some(address),
                });
            }
        }
        Ok(None)
    }

    fn open_datagrams(
        &mut self,
        slot: Slot,
        scheme: &'static str,
        listen: &Listen,
    ) -> Result<(), StartError> {
        let interface = self.ports.interface();
        let (open, listening) = open_at(scheme, listen, |at| {
            let bound = bind::open(&bind::plain(at), interface)?;
            let local = bound.local;
            Ok((bound, local))
        })?;
        if let Some(bound) = open {
            let link = UdpLink::new(MAIN, bound, None, Confinement::to(interface));
            self.ports.links.insert(slot, link);
        }
        self.events.push_back(NetEvent::Listening(listening));
        Ok(())
    }

    fn open_streams(&mut self, slot: Slot, scheme: &'static str, listen: &Listen) -> Result<(), StartError> {
        let interface = self.ports.interface();
        let (open, listening) = open_at(scheme, listen, |at| {
            let listener: TcpListener = bind::open_listener(at, interface)?;
            let local = listener.local_addr()?;
            Ok((listener, local))
        })?;
        if let Some(listener) = open {
            self.ports.listeners.insert((slot, MAIN), listener);
        }
        self.events.push_back(NetEvent::Listening(listening));
        Ok(())
    }

    /// Without it everything but the echo peer works, so a machine without 127.0.0.1 is no reason to stop.
    fn open_echo(&mut self, scheme: Option<Scheme>) -> Option<Echo> {
        let (echo, side) = Echo::open().ok()?;
        let link = UdpLink::new(SIDE, side, Some(echo.address), Confinement::Loopback(0));
        self.ports.links.insert(FIRST, link);
        let address = Address::from_socket(scheme?, echo.address);
        self.events.push_back(NetEvent::EchoReady { address });
        Some(echo)
    }
}

/// Opens one listening socket and notes what came out of it.
fn open_at<T>(
    scheme: &'static str,
    listen: &Listen,
    open: impl Fn(SocketAddr) -> std::io::Result<(T, SocketAddr)>,
) -> Result<(Option<T>, Listening), StartError> {
    let mut listening = Listening { scheme, address: None, wanted: None, code: None };
    let Listen::At { address: wanted, fallback } = *listen else { return Ok((None, listening)) };
    let opened = match open(wanted) {
        Ok(opened) => Some(opened),
        Err(error) if !fallback => return Err(StartError::from_bind(wanted, &error)),
        Err(error) => {
            listening.wanted = Some(wanted);
            listening.code = Some(fault::code_of(&error));
            open(SocketAddr::new(wanted.ip(), 0)).ok()
        }
    };
    listening.address = opened.as_ref().map(|(_, local)| *local);
    Ok((opened.map(|(socket, _)| socket), listening))
}
