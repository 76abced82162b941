//! Executes what engines want done outside: sockets, streams, files and look-ups. Has no idea of any dialect.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use super::bind::{self, Call};
use super::disk_channels::DiskChannels;
use super::ifaces::{self, NetInterface};
use super::keys::{EngineId, LinkKey, PendingInputs};
use super::lab_switch::LabSwitch;
use super::links::UdpLinks;
use super::listen_socket::ListenSocket;
use super::resolve::{Lookup, Lookups};
use super::streams::{Listeners, StreamTable};
use super::tap::Tap;
use super::udp::{SendResult, Transmit, UdpLink};
use crate::model::{ErrorCode, NetEvent};
use crate::wire::{Input, Interface, Output, Segments};

/// Datagram sockets in all. A dialect wants one for each family and port, or one for each interface.
const MAX_SOCKETS: usize = 64;
/// Sockets that take streams: a dialect wants one, or one for each interface.
const MAX_LISTENERS: usize = 16;

#[derive(Debug)]
pub(super) struct Executor {
    pub(super) links: UdpLinks,
    pub(super) streams: StreamTable,
    pub(super) disks: DiskChannels,
    pub(super) listeners: Listeners,
    pub(super) lookups: Lookups,
    /// The only one that may be used.
    pub(super) interface: Option<NetInterface>,
    /// As the engines know them.
    interfaces: Arc<[Interface]>,
    /// Events the app has no room for yet. What one input causes, and what the orders executed meanwhile do: the actor
    /// takes nothing else in before it is empty, and bounds the orders.
    pub(super) events: VecDeque<NetEvent>,
    pub(super) inputs: PendingInputs,
    pub(super) tap: Tap,
    pub(super) lab: LabSwitch,
}

impl Executor {
    /// Without any socket. Must be called inside a tokio runtime.
    pub(super) fn new(interface: Option<NetInterface>, tap: Tap, seed: u64) -> Self {
        let confined = interface.as_ref().is_some_and(|interface| interface.loopback);
        Self {
            links: UdpLinks::default(),
            streams: StreamTable::new(tap.clone()),
            disks: DiskChannels::new(),
            listeners: Listeners::default(),
            lookups: Lookups::new(confined),
            interface,
            interfaces: Arc::default(),
            events: VecDeque::new(),
            inputs: PendingInputs::default(),
            tap,
            lab: LabSwitch::new(seed),
        }
    }

    /// The interfaces, if they are others than those that are known.
    pub(super) fn look_at_interfaces(&mut self) -> Option<Arc<[Interface]>> {
        let now = ifaces::addresses(self.interface.as_ref());
        if *now == *self.interfaces {
            return None;
        }
        self.interfaces = now.into();
        let known = Arc::clone(&self.interfaces);
        for link in self.links.all.values_mut() {
            link.keep_groups(|index| known.iter().any(|one| one.index == index));
        }
        Some(known)
    }

    /// A person is told on which networks others see us.
    pub(super) fn tell_networks(&mut self) {
        let loops = self.interface.as_ref().is_some_and(|only| only.loopback);
        self.events.push_back(NetEvent::Networks(ifaces::networks(&self.interfaces, loops)));
    }

    pub(super) fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// Does one thing an engine wants.
    pub(super) fn execute(&mut self, engine: EngineId, output: Output) {
        let key = |link| LinkKey { engine, link };
        match output {
            Output::Datagram { link, to, from, via, bytes, ticket } => {
                let segments = Segments::ONE;
                self.send(key(link), Transmit { to, from, via, segments, bytes, sent: 0, ticket });
            }
            Output::Datagrams { link, to, from, segments, bytes } => {
                self.links.sent = self.links.sent.saturating_add(bytes.len());
                let (via, ticket) = (None, None);
                self.send(key(link), Transmit { to, from, via, segments, bytes, sent: 0, ticket });
            }
            Output::Open { link, socket } => {
                self.open(key(link), self.links.all.len() >= MAX_SOCKETS, |interface| {
                    let link = UdpLink::open(&socket, interface)?;
                    Ok(ListenSocket::Datagrams(Box::new(link)))
                });
            }
            Output::Join { link, group, interface } => {
                if let Some(link) = self.links.all.get_mut(&key(link)) {
                    link.join(group, interface);
                }
            }
            Output::Listen { link, at } => {
                self.open(key(link), self.listeners.all.len() >= MAX_LISTENERS, |interface| {
                    bind::open_listener(at, bind::MAX_BACKLOG, interface).map(ListenSocket::Streams)
                });
            }
            Output::Dial { link, to, from, paced } => {
                let call = Call { to, from, paced };
                self.streams.dial(key(link), call, self.interface.as_ref(), &mut self.inputs);
            }
            Output::Step { link, step } => self.streams.step(key(link), step, &mut self.inputs),
            Output::Disk { link, step } => self.disks.step(key(link), step),
            Output::Write { link, bytes, ticket } => {
                self.streams.write(key(link), bytes, ticket, &mut self.inputs);
            }
            Output::Close { link } => self.close(key(link)),
            Output::Resolve { conversation, host, port } => {
                self.lookups.ask(Lookup { engine, conversation, host, port, addresses: Vec::new() });
            }
            Output::Event(event) => self.events.push_back(event),
            Output::Wait(_) => {}
        }
    }

    fn open(
        &mut self,
        key: LinkKey,
        is_full: bool,
        open: impl FnOnce(Option<&NetInterface>) -> io::Result<ListenSocket>,
    ) {
        let LinkKey { engine, link } = key;
        let opened = if !key.is_own() || self.local(key).is_some() {
            Err(ErrorCode::EINVAL)
        } else if is_full {
            Err(ErrorCode::EMFILE)
        } else {
            open(self.interface.as_ref()).map_err(ErrorCode::from)
        };
        let answer = match opened {
            Ok(socket) => Input::LinkUp { link, address: self.insert(key, socket), only: None },
            Err(code) => Input::LinkDown { link, code: Some(code) },
        };
        self.inputs.push(engine, answer);
    }

    fn send(&mut self, key: LinkKey, datagram: Transmit) {
        if self.tap.is_busy() {
            self.send_watched(key, datagram);
        } else {
            // Whoever wants to know has a ticket.
            let _refused = self.send_now(key, datagram).is_err();
        }
    }

    /// `Err`: it is known at once that it does not leave.
    pub(super) fn send_now(&mut self, key: LinkKey, datagram: Transmit) -> SendResult {
        let ticket = datagram.ticket;
        let result = match self.links.all.get_mut(&key) {
            Some(link) => link.send(datagram),
            None => Some(Err(ErrorCode::ENOTCONN)),
        };
        if let Some(result) = &result {
            self.inputs.hand(key.engine, ticket, result.clone());
        }
        result.unwrap_or(Ok(()))
    }

    pub(super) fn close(&mut self, key: LinkKey) {
        let closed = self.streams.close(key) || self.disks.close(key);
        if closed || self.listeners.all.remove(&key).is_some() {
            return;
        }
        for datagram in self.links.all.remove(&key).into_iter().flat_map(|link| link.outgoing) {
            self.inputs.hand(key.engine, datagram.ticket, Err(ErrorCode::ENOTCONN));
        }
    }

    /// Takes what a link has for its engine besides datagrams: ICMP answers, and datagrams that found room at last.
    /// Says whether that was something.
    pub(super) fn take_answers(&mut self, key: LinkKey) -> bool {
        let Some(link) = self.links.all.get_mut(&key) else { return false };
        for to in link.socket.unreachable.drain(..) {
            self.inputs.push(key.engine, Input::Unreachable { link: key.link, to });
        }
        while let Some((datagram, result)) = link.send_waiting() {
            self.inputs.hand(key.engine, datagram.ticket, result);
        }
        !self.inputs.is_empty()
    }

    /// From now on this is its socket; says where it listens.
    pub(super) fn insert(&mut self, key: LinkKey, socket: ListenSocket) -> SocketAddr {
        let local = socket.local();
        match socket {
            ListenSocket::Datagrams(link) => drop(self.links.all.insert(key, *link)),
            ListenSocket::Streams(listener) => drop(self.listeners.all.insert(key, listener)),
        }
        local
    }

    /// Where a link listens.
    pub(super) fn local(&self, key: LinkKey) -> Option<SocketAddr> {
        let datagrams = self.links.all.get(&key).map(|link| link.socket.local);
        datagrams.or_else(|| self.listeners.all.get(&key).map(|listener| listener.local))
    }

    /// Tells engines of the links that they were given, in the order of their numbers.
    pub(super) fn announce(&mut self) {
        let links = self.links.all.iter().map(|(key, link)| (key, link.socket.local, link.only));
        let listeners = self.listeners.all.iter().map(|(key, listener)| (key, listener.local, None));
        for (key, address, only) in links.chain(listeners).filter(|(key, ..)| !key.is_own()) {
            self.inputs.push(key.engine, Input::LinkUp { link: key.link, address, only });
        }
    }
}
