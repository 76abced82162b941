//! The only sockets and the only clock.
//!
//! One task owns them all; the program talks to it through [`NetHandle`], in plain data of `model`. Nothing that
//! arrives from the network ends it.

mod actor;
mod bind;
mod bulk;
pub mod checkup;
pub mod clock;
mod coalescer;
mod datagram_socket;
mod disk_channels;
mod echo;
mod edge;
mod executor;
mod fault;
mod flow;
mod groups;
mod ifaces;
mod ingress;
mod interface_filter;
mod kernel;
mod keys;
mod lab;
mod lab_switch;
mod links;
mod listen_socket;
mod losses;
mod mux;
mod queue;
pub mod relay;
mod relisten;
mod resolve;
mod start;
mod streams;
mod tap;
#[cfg(test)]
mod tests;
mod throttle;
mod timer;
mod udp;
mod watch;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::dialects::{self, DIALECTS, Dialect, ListenMode};
use crate::model::traffic::OwnNetwork;
use crate::model::{
    Address, AddressError, ConversationId, Fault, LinkId, ListenSetting, NetCommand, NetEvent, PeerCommand,
    Registry,
};
use crate::wire::{Encoding, plain};
pub use echo::{DropReason, EchoOutcome, EchoServer, Echoed, MAX_ANSWERS};
pub use fault::{OpenError, code_of, disk_error_of};
use ifaces::NetInterface;
pub use tap::TapReceiver;

pub use crate::wire::KeyPair;

/// Orders on their way: room to follow every peer at the start in one go. Full is answered with `Fault::Busy`.
const MAX_COMMANDS: usize = 8_192;
/// Orders that may wait for each other: well below what fits on the way.
const MAX_CORKED: usize = 64;
/// Events on their way; `queue` bounds their bytes as well. When it is full datagrams wait in `ingress`, and
/// streams in the kernel.
const MAX_EVENTS: usize = 256;

/// How long going out of the rooms and saying goodbye may take: a datagram or two each.
const MAX_CLOSING: Duration = Duration::from_secs(1);

const MAIN: LinkId = LinkId(0);
const SIDE: LinkId = LinkId(1);

/// What to open.
#[derive(Clone, Debug)]
pub struct NetOptions {
    /// Where dialects listen, by the names of their schemes. The others listen at their usual port, or at any free one: a
    /// default that cannot be had is no reason to stop.
    pub listen: BTreeMap<&'static str, ListenSetting>,
    /// Any free port will do where one of those cannot be had; `NetEvent::Listening` says so.
    pub fallback: bool,
    /// Use this interface only; the loopback interface keeps every byte on this machine.
    pub interface: Option<String>,
    /// Open the built-in echo peer.
    pub echo: bool,
    /// A person reads what comes: what no person writes, so fast and so much, is not taken. A script may want all of it.
    pub throttled: bool,
    /// What nobody can foresee of this run.
    pub secret: [u8; 32],
    /// Who we are; `None`: dialects that prove it are off.
    pub key_pair: Option<Arc<KeyPair>>,
}

/// The network side while it runs. Dropping it closes every socket.
#[derive(Debug)]
pub struct NetHandle {
    commands: mpsc::Sender<NetCommand>,
    events: queue::EventReceiver,
    /// Orders that leave together; `None`: each leaves at once.
    corked: Option<Vec<NetCommand>>,
    /// Kept until it begins.
    actor: Option<Box<actor::Actor>>,
    tasks: JoinSet<()>,
    tap: Option<TapReceiver>,
}

impl NetHandle {
    /// Starts the task, which executes the orders that wait before it listens: the peers that they name are no strangers
    /// from the first datagram on. Must be called inside a tokio runtime with I/O and time.
    pub fn begin(&mut self) {
        if let Some(actor) = self.actor.take() {
            self.tasks.spawn(actor.run());
        }
    }

    /// Gives an order without waiting. `Busy` when too many are on their way.
    pub fn order(&mut self, command: NetCommand) -> Result<(), Fault> {
        let Some(corked) = &mut self.corked else { return send(&self.commands, command) };
        if self.commands.is_closed() {
            return Err(Fault::NotListening);
        }
        if corked.len() >= self.commands.capacity() {
            return Err(Fault::Busy);
        }
        corked.push(command);
        if corked.len() >= MAX_CORKED {
            self.uncork();
            self.cork();
        }
        Ok(())
    }

    /// Orders wait for each other until [`NetHandle::uncork`]: the other task wakes up once for all of them.
    pub fn cork(&mut self) {
        self.corked.get_or_insert_default();
    }

    /// Ends the wait of all of them if any is urgent.
    pub fn uncork_urgent(&mut self) {
        if self.corked.as_ref().is_some_and(|corked| !corked.iter().all(NetCommand::can_wait)) {
            self.uncork();
        }
    }

    /// From now on each order leaves at once again.
    pub fn uncork(&mut self) {
        for command in self.corked.take().into_iter().flatten() {
            // There is room, as only this handle gives orders; when the task has ended, `next` says so.
            let _ended = send(&self.commands, command);
        }
    }

    /// The next event. Cancel-safe. `None` when the task has ended, which only a bug of ours can cause.
    pub async fn next(&mut self) -> Option<NetEvent> {
        self.events.recv().await
    }

    /// The next event if there is one already.
    pub fn try_next(&mut self) -> Option<NetEvent> {
        self.events.try_recv()
    }

    /// What passes the sockets, for whoever watches them. There is one.
    pub const fn take_tap(&mut self) -> Option<TapReceiver> {
        self.tap.take()
    }

    /// Goes out of these rooms, whose members should not believe us there, says goodbye to whoever is connected, and closes
    /// every socket.
    pub async fn close(self, rooms: Vec<ConversationId>) {
        let Self { commands, mut events, actor, tasks, corked: _, tap: _ } = self;
        drop(actor);
        for conversation in rooms {
            let _full = commands.try_send(NetCommand::Peer(conversation, PeerCommand::Forget));
        }
        let _full = commands.try_send(NetCommand::Leave);
        drop(commands);
        let ended = tokio::time::timeout(MAX_CLOSING, async { while events.recv().await.is_some() {} });
        if ended.await.is_err() {
            tracing::warn!("left before the others were told");
        }
        drop(tasks);
    }
}

fn send(commands: &mpsc::Sender<NetCommand>, command: NetCommand) -> Result<(), Fault> {
    commands.try_send(command).map_err(|refused| match refused {
        mpsc::error::TrySendError::Full(_) => Fault::Busy,
        mpsc::error::TrySendError::Closed(_) => Fault::NotListening,
    })
}

/// Opens the sockets, which wait until [`NetHandle::begin`]. Must be called inside a tokio runtime with I/O and time.
pub fn open(options: NetOptions) -> Result<NetHandle, OpenError> {
    let make: Vec<start::EngineFactory> = DIALECTS.iter().map(start::EngineFactory::of).collect();
    start::open(make, options)
}

fn find_interface(name: String) -> Result<NetInterface, OpenError> {
    let all = ifaces::list();
    let known: Vec<String> = all.iter().map(|interface| interface.name.clone()).collect();
    let found = all.into_iter().find(|interface| interface.name == name);
    found.ok_or(OpenError::UnknownInterface { name, known })
}

/// What the command line, the settings and the texts have to know of the dialects.
pub fn registry() -> Registry {
    dialects::registry(DIALECTS)
}

/// The text of bytes that are no UTF-8, as it reads in another encoding. `None`: it does not, or nobody would write it.
pub fn read_as(label: &str, bytes: &[u8]) -> Option<String> {
    let (text, lossy) = Encoding::from_label(label)?.decode(bytes);
    let odd = |c: char| c.is_control() && !c.is_ascii_whitespace() || matches!(c, '\u{e000}'..='\u{f8ff}');
    (!lossy && !text.is_empty() && !text.contains(odd)).then_some(text)
}

/// The same of bytes that are a text among others, such as those of a protocol: control characters may stand between.
pub fn read_packet_as(label: &str, bytes: &[u8]) -> Option<String> {
    let (text, lossy) = Encoding::from_label(label)?.decode(bytes);
    let (private, letters) = ('\u{e000}'..='\u{f8ff}', |c: char| !c.is_ascii() && c.is_alphabetic());
    let is_text = !lossy && text.contains(letters) && !text.chars().any(|c| private.contains(&c));
    is_text.then_some(text)
}

/// What these bytes say to whoever is there, and whether some of them did not decode.
pub fn decode(address: &Address, bytes: &[u8]) -> (String, bool) {
    plain::encoding_of(address).decode(bytes)
}

/// Reads an address and lets its dialect judge the options.
pub fn parse_address(text: &str) -> Result<Address, AddressError> {
    dialects::parse_address(DIALECTS, text)
}

/// Would this text be taken for sending there? Its size on the wire in bytes, or why not.
pub fn check(address: &Address, text: &str) -> Result<usize, Fault> {
    dialect_of(address).map_or(Err(Fault::NotListening), |dialect| (dialect.check)(address, text))
}

/// Whether what is said to peers of this dialect goes through streams, of which no datagram can be lost.
pub fn is_stream(scheme: &str) -> bool {
    let dialect = DIALECTS.iter().find(|dialect| dialect.scheme.name == scheme);
    dialect.is_some_and(|dialect| matches!(dialect.listens, ListenMode::Streams(_)))
}

/// Whether this is a label of an encoding that texts can be read and written in.
pub fn is_encoding(label: &str) -> bool {
    Encoding::from_label(label).is_some()
}

/// Where others on a network reach this machine, or this interface of it: IPv4 first. Loopback alone if it is named.
pub fn host_addresses(interface: Option<&str>) -> Vec<IpAddr> {
    let only = interface.and_then(|name| ifaces::list().into_iter().find(|one| one.name == name));
    let loops = only.as_ref().is_some_and(|only| only.loopback);
    let found = ifaces::addresses(only.as_ref()).into_iter();
    let usable = found.filter(|one| one.loopback == loops && !ifaces::is_link_local(one.address));
    let mut addresses: Vec<IpAddr> = usable.map(|one| one.address).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The networks that this machine is on, or those of one interface.
pub fn own_networks(interface: Option<&str>) -> Vec<OwnNetwork> {
    let only = interface.and_then(|name| ifaces::list().into_iter().find(|one| one.name == name));
    ifaces::networks(&ifaces::addresses(only.as_ref()), only.is_some_and(|only| only.loopback))
}

/// The interfaces that `NetOptions::interface` can name.
pub fn interfaces() -> Vec<String> {
    ifaces::list().into_iter().map(|interface| interface.name).collect()
}

fn dialect_of(address: &Address) -> Option<&'static Dialect> {
    DIALECTS.iter().find(|dialect| dialect.scheme.name == address.scheme.name)
}
