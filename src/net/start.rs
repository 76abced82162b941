//! Opens what the engines are given at the start: the sockets they listen at, the echo peer, and their chance.

use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::actor::Actor;
use super::echo::EchoServer;
use super::executor::Executor;
use super::fault::code_of;
use super::ingress::Ingress;
use super::interface_filter::InterfaceFilter;
use super::keys::{EngineId, LinkKey};
use super::listen_socket::ListenSocket;
use super::mux::{FIRST, Mux};
use super::udp::UdpLink;
use super::{Listen, MAIN, MAX_COMMANDS, NetHandle, NetOptions, OpenError, SIDE, find_interface, queue};
use crate::dialects::{Dialect, ListenMode, Setup};
use crate::model::traffic::Listening;
use crate::model::{Address, NetEvent, Scheme};
use crate::wire::Engine;

/// Makes a state machine, once.
type Make = Box<dyn FnOnce(&Setup) -> Box<dyn Engine>>;

/// A dialect, and how its engine is made.
pub(super) struct EngineFactory {
    pub(super) scheme: Scheme,
    pub(super) listens: ListenMode,
    pub(super) engine: Make,
}

impl EngineFactory {
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self { scheme: dialect.scheme, listens: dialect.listens, engine: Box::new(dialect.engine) }
    }
}

/// What is being opened.
struct Start {
    executor: Executor,
    options: NetOptions,
}

pub(super) fn open(members: Vec<EngineFactory>, mut options: NetOptions) -> Result<NetHandle, OpenError> {
    let interface = options.interface.take().map(find_interface).transpose()?;
    // Its keys, which the standard library takes from the system, are known to nobody else: an engine's seed cannot be
    // guessed, even from another's.
    let chance = RandomState::new();
    let first = members.first().map(|member| member.scheme);
    let mut start = Start { executor: Executor::new(interface), options };
    let mut engines = Vec::new();
    for (engine, member) in members.into_iter().enumerate() {
        let listen = start.listen(engine, &member)?;
        let setup = Setup { seed: chance.hash_one(engine), listen };
        engines.push((member.scheme.name, (member.engine)(&setup)));
    }
    let echo = start.options.echo.then(|| start.open_echo(first)).flatten();

    let Start { executor, options } = start;
    let ingress = Ingress::new(options.throttled);
    let (commands, orders) = mpsc::channel(MAX_COMMANDS);
    let (reports, events) = queue::channel();
    let actor = Actor::new(Mux::new(engines), executor, echo, ingress, orders, reports);
    Ok(NetHandle { commands, events, corked: None, actor: Some(Box::new(actor)), tasks: JoinSet::new() })
}

impl Start {
    /// Opens where a dialect listens. The address is for those that open it themselves.
    fn listen(&mut self, engine: EngineId, member: &EngineFactory) -> Result<Option<SocketAddr>, OpenError> {
        let (ListenMode::Datagrams(usual) | ListenMode::Streams(usual) | ListenMode::Itself(usual)) =
            member.listens
        else {
            return Ok(None);
        };
        let scheme = member.scheme.name;
        let listen = self.options.listen.get(scheme).cloned().unwrap_or_else(|| Listen::new(usual, true));
        let mut listening = Listening { scheme, address: None, wanted: None, code: None };
        match (ListenSocket::opener(member.listens), listen) {
            (None, Listen::Off) => return Ok(None),
            (None, Listen::At { address, .. }) => return Ok(Some(address)),
            (Some(_), Listen::Off) => {}
            (Some(open), Listen::At { address, fallback }) => {
                let mut opened = open(address, self.executor.interface());
                if let Err(error) = &opened {
                    if !fallback {
                        return Err(OpenError::from_bind(address, error));
                    }
                    (listening.wanted, listening.code) = (Some(address), Some(code_of(error)));
                    opened = open(SocketAddr::new(address.ip(), 0), self.executor.interface());
                }
                if let Ok(socket) = opened {
                    let key = LinkKey::new(engine, MAIN);
                    self.executor.insert(key, socket);
                    listening.address = self.executor.local(key);
                }
            }
        }
        self.executor.events.push_back(NetEvent::Listening(listening));
        Ok(None)
    }

    /// Without it everything but the echo peer works, so a machine without 127.0.0.1 is no reason to stop.
    fn open_echo(&mut self, scheme: Option<Scheme>) -> Option<EchoServer> {
        let (echo, at, partner) = EchoServer::built_in().ok()?;
        let mut link = UdpLink::new(SIDE, partner, InterfaceFilter::Loopback(0));
        link.only = Some(at);
        self.executor.links.insert(FIRST, link);
        let address = Address::from_socket(scheme?, at);
        self.executor.events.push_back(NetEvent::EchoReady { address });
        Some(echo)
    }
}
