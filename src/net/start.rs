//! Opens what the engines are given at the start: the sockets they listen at, the echo peer, and their chance.

use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::actor::Actor;
use super::coalescer::Coalescer;
use super::datagram_socket::BUFFER;
use super::echo::EchoServer;
use super::executor::Executor;
use super::ingress::Ingress;
use super::interface_filter::InterfaceFilter;
use super::keys::{EngineId, LinkKey};
use super::listen_socket::ListenSocket;
use super::mux::{FIRST, Mux};
use super::timer::Timer;
use super::udp::UdpLink;
use super::watch::Watch;
use super::{MAIN, MAX_COMMANDS, NetHandle, NetOptions, OpenError, SIDE, clock, find_interface, queue, tap};
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
    let (tap, watched) = tap::channel(members.iter().map(|member| member.scheme.name).collect());
    let mut start =
        Start { executor: Executor::new(interface, tap, chance.hash_one(members.len())), options };
    let mut engines = Vec::new();
    for (engine, member) in members.into_iter().enumerate() {
        let listen = start.listen(engine, &member)?;
        let setup = Setup {
            seed: chance.hash_one(engine),
            listen,
            secret: start.options.secret,
            key_pair: start.options.key_pair.clone(),
        };
        engines.push((member.scheme.name, (member.engine)(&setup)));
    }
    let echo = start.options.echo.then(|| start.open_echo(first)).flatten().unwrap_or_default();

    let Start { executor, options } = start;
    let (commands, orders) = mpsc::channel(MAX_COMMANDS);
    let (reports, events) = queue::channel();
    let actor = Actor {
        mux: Mux::new(engines),
        executor,
        echo,
        watch: Watch::start(),
        timer: Timer::new(),
        commands: orders,
        events: reports,
        coalescer: Coalescer::new(clock::now().mono),
        ingress: Ingress::new(options.throttled),
        buffer: vec![0; BUFFER],
    };
    let (actor, tasks) = (Some(Box::new(actor)), JoinSet::new());
    Ok(NetHandle { commands, events, corked: None, actor, tasks, tap: Some(watched) })
}

impl Start {
    /// Opens where a dialect listens. The address is for those that open it themselves.
    fn listen(&mut self, engine: EngineId, member: &EngineFactory) -> Result<Option<SocketAddr>, OpenError> {
        let Some(usual) = member.listens.usual() else { return Ok(None) };
        let scheme = member.scheme.name;
        let chosen = self.options.listen.get(scheme);
        let (setting, fallback) = chosen.map_or((usual, true), |chosen| (*chosen, self.options.fallback));
        let Some(open) = ListenSocket::opener(member.listens) else { return Ok(setting.address()) };
        let mut listening = Listening { scheme, address: None, wanted: None, code: None };
        if let Some(address) = setting.address() {
            let interface = self.executor.interface.as_ref();
            let opened = match open(address, interface) {
                Err(error) if fallback => {
                    (listening.wanted, listening.code) = (Some(address), Some(error.into()));
                    open(SocketAddr::new(address.ip(), 0), interface).ok()
                }
                opened => Some(opened.map_err(|error| OpenError::from_listen(scheme, address, &error))?),
            };
            let key = LinkKey { engine, link: MAIN };
            listening.address = opened.map(|socket| self.executor.insert(key, socket));
        }
        self.executor.events.push_back(NetEvent::Listening(listening));
        Ok(None)
    }

    /// Without it everything but the echo peer works, so a machine without 127.0.0.1 is no reason to stop.
    fn open_echo(&mut self, scheme: Option<Scheme>) -> Option<EchoServer> {
        let (echo, at, partner) = EchoServer::built_in().ok()?;
        let mut link = UdpLink::new(partner, InterfaceFilter::Loopback(0));
        link.only = Some(at);
        self.executor.links.all.insert(LinkKey { engine: FIRST, link: SIDE }, link);
        let address = Address::from_socket(scheme?, at);
        self.executor.events.push_back(NetEvent::EchoReady { address });
        Some(echo)
    }
}
