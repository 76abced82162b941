//! The only sockets and the only clock.
//!
//! One task owns them all; the program talks to it through [`NetHandle`], in plain data of `model`. Nothing that
//! arrives from the network ends it.

mod actor;
mod bind;
pub mod clock;
mod echo;
mod fault;
mod icmp;
mod ifaces;
mod mux;
mod ports;
mod reflector;
pub mod relay;
mod resolve;
#[cfg(test)]
mod tests;
mod udp;

use std::collections::VecDeque;
use std::net::SocketAddr;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::dialects::{DIALECTS, Dialect};
use crate::model::traffic::Listening;
use crate::model::{Address, AddressError, Fault, LinkId, NetCommand, NetEvent, Scheme};
pub use fault::StartError;
use ifaces::Interface;
pub use reflector::{Answer, MAX_ANSWERS, Reflected, Reflector, Withheld};

/// Orders on their way: room to follow every peer at the start in one go. Full is answered with `Fault::Busy`.
const MAX_COMMANDS: usize = 8_192;
/// Events on their way. Large messages count 128 KiB each, so that 32 MiB are the most; when it is full the
/// sockets wait.
const MAX_EVENTS: usize = 256;

const MAIN: LinkId = LinkId(0);
const SIDE: LinkId = LinkId(1);

/// What to open.
#[derive(Clone, Debug)]
pub struct NetOptions {
    pub listen: Listen,
    /// Use this interface only; the loopback interface keeps every byte on this machine.
    pub interface: Option<String>,
    /// Open the built-in echo peer.
    pub echo: bool,
    /// Where the engines take their chance from.
    pub seed: u64,
}

/// Where the plain dialect listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Off,
    /// With `fallback` any free port will do when that one cannot be had; `NetEvent::Listening` says so.
    At {
        address: SocketAddr,
        fallback: bool,
    },
}

/// The network side while it runs. Dropping it closes every socket.
#[derive(Debug)]
pub struct NetHandle {
    commands: mpsc::Sender<NetCommand>,
    events: mpsc::Receiver<NetEvent>,
    /// Until it has begun.
    actor: Option<Box<actor::Actor>>,
    tasks: JoinSet<()>,
}

impl NetHandle {
    /// Starts the task, which obeys the orders that wait before it listens: whom they name is no stranger from the
    /// first datagram on. Must be called inside a tokio runtime with I/O and time.
    pub fn begin(&mut self) {
        if let Some(actor) = self.actor.take() {
            self.tasks.spawn(actor.run());
        }
    }

    /// Gives an order without waiting. `Busy` when too many are on their way.
    pub fn order(&self, command: NetCommand) -> Result<(), Fault> {
        self.commands.try_send(command).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Fault::Busy,
            mpsc::error::TrySendError::Closed(_) => Fault::NotListening,
        })
    }

    /// The next event. Cancel-safe. `None` when the task has ended, which only a bug of ours can cause.
    pub async fn next(&mut self) -> Option<NetEvent> {
        self.events.recv().await
    }

    /// The next event if there is one already.
    pub fn try_next(&mut self) -> Option<NetEvent> {
        self.events.try_recv().ok()
    }
}

/// Opens the sockets, which wait until [`NetHandle::begin`]. Must be called inside a tokio runtime with I/O and time.
pub fn open(options: NetOptions) -> Result<NetHandle, StartError> {
    let interface = options.interface.map(find_interface).transpose()?;
    let confined = interface.as_ref().is_some_and(|interface| interface.loopback);
    let mut first = VecDeque::new();
    let main = open_main(&options.listen, interface.as_ref(), &mut first)?;
    let main = main.map(|bound| udp::UdpLink::new(MAIN, bound, None, confined));
    // Without it everything but the echo peer works, so a machine without 127.0.0.1 is no reason to stop.
    let (echo, side) = options.echo.then(echo::Echo::open).and_then(Result::ok).unzip();
    let only = echo.as_ref().map(|echo| echo.address);
    let side = side.map(|bound| udp::UdpLink::new(SIDE, bound, only, true));
    let scheme = DIALECTS.first().map(|dialect| dialect.scheme);
    let echo_address = only.zip(scheme).map(|(at, scheme)| Address::from_socket(scheme, at));
    first.extend(echo_address.map(|address| NetEvent::EchoReady { address }));

    let mut ports = ports::Ports::new(main, side, resolve::Lookups::new(confined));
    ports.pending = first;
    let (commands, orders) = mpsc::channel(MAX_COMMANDS);
    let (reports, events) = mpsc::channel(MAX_EVENTS);
    let actor = actor::Actor::new(mux::Mux::new(options.seed), ports, echo, orders, reports);
    Ok(NetHandle { commands, events, actor: Some(Box::new(actor)), tasks: JoinSet::new() })
}

fn find_interface(name: String) -> Result<Interface, StartError> {
    let all = ifaces::list();
    let known: Vec<String> = all.iter().map(|interface| interface.name.clone()).collect();
    let found = all.into_iter().find(|interface| interface.name == name);
    found.ok_or(StartError::UnknownInterface { name, known })
}

/// Opens the listening socket and notes what came out of it.
fn open_main(
    listen: &Listen,
    interface: Option<&Interface>,
    events: &mut VecDeque<NetEvent>,
) -> Result<Option<bind::Bound>, StartError> {
    let scheme = DIALECTS.first().map_or("", |dialect| dialect.scheme.name);
    let mut listening = Listening { scheme, address: None, wanted: None, code: None };
    let mut bound = None;
    if let Listen::At { address: wanted, fallback } = *listen {
        match bind::open(wanted, interface) {
            Ok(open) => bound = Some(open),
            Err(error) if !fallback => return Err(StartError::from_bind(wanted, &error)),
            Err(error) => {
                listening.wanted = Some(wanted);
                listening.code = Some(fault::code_of(&error));
                bound = bind::open(SocketAddr::new(wanted.ip(), 0), interface).ok();
            }
        }
        listening.address = bound.as_ref().map(|open| open.local);
    }
    events.push_back(NetEvent::Listening(listening));
    Ok(bound)
}

/// The schemes an address can start with; the first is meant when there is none.
pub fn schemes() -> Vec<Scheme> {
    DIALECTS.iter().map(|dialect| dialect.scheme).collect()
}

/// Reads an address and lets its dialect judge the options.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    let address = Address::parse(text, &schemes())?;
    match dialect_of(&address) {
        Some(dialect) => (dialect.validate)(&address).map(|()| address),
        None => Err(AddressError::Scheme(address.scheme.name.to_owned())),
    }
}

/// Would this text be taken for sending there? Its size on the wire in bytes, or why not.
pub fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    dialect_of(address).map_or(Err(Fault::NotListening), |dialect| (dialect.check)(address, text))
}

/// The interfaces that `NetOptions::interface` can name.
pub fn interfaces() -> Vec<String> {
    ifaces::list().into_iter().map(|interface| interface.name).collect()
}

fn dialect_of(address: &Address) -> Option<&'static Dialect> {
    DIALECTS.iter().find(|dialect| dialect.scheme.name == address.scheme.name)
}
