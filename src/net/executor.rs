//! Executes what engines want done outside: sockets, streams, files and look-ups. Has no idea of any dialect.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use super::bind::Call;
use super::ifaces;
use super::keys::{EngineId, LinkKey, PendingInputs};
use super::links::UdpLinks;
use super::listen_socket::ListenSocket;
use super::resolve::{Lookup, Lookups};
use super::streams::{Listeners, StreamTable};
use super::udp::{Transmit, UdpLink};
use crate::model::{ErrorCode, NetEvent};
use crate::wire::{Input, Interface, Output};

#[derive(Debug)]
pub(super) struct Executor {
    pub(super) links: UdpLinks,
    pub(super) streams: StreamTable,
    pub(super) listeners: Listeners,
    pub(super) lookups: Lookups,
    /// The only one that may be used.
    interface: Option<ifaces::NetInterface>,
    /// As the engines know them.
    interfaces: Arc<[Interface]>,
    /// Events the app has no room for yet. What one input causes, and what the orders executed meanwhile do: the actor
    /// takes nothing else in before it is empty, and bounds the orders.
    pub(super) events: VecDeque<NetEvent>,
    pub(super) inputs: PendingInputs,
}

impl Executor {
    /// Without any socket. Must be called inside a tokio runtime.
    pub(super) fn new(interface: Option<ifaces::NetInterface>) -> Self {
        let confined = interface.as_ref().is_some_and(|interface| interface.loopback);
        Self {
            links: UdpLinks::default(),
            streams: StreamTable::new(interface.clone()),
            listeners: Listeners::default(),
            lookups: Lookups::new(confined),
            interface,
            interfaces: Arc::default(),
            events: VecDeque::new(),
            inputs: PendingInputs::default(),
        }
    }

    pub(super) const fn interface(&self) -> Option<&ifaces::NetInterface> {
        self.interface.as_ref()
    }

    /// The interfaces, if they are others than those that are known.
    pub(super) fn look_at_interfaces(&mut self) -> Option<Arc<[Interface]>> {
        let now = ifaces::addresses(self.interface.as_ref());
        if *now == *self.interfaces {
            return None;
        }
        self.interfaces = now.into();
        let known = Arc::clone(&self.interfaces);
        for link in self.links.all_mut() {
            link.keep_groups(|index| known.iter().any(|one| one.index == index));
        }
        Some(known)
    }

    /// Does one thing an engine wants.
    pub(super) fn execute(&mut self, engine: EngineId, output: Output) {
        let interface = self.interface.as_ref();
        let key = |link| LinkKey::new(engine, link);
        match output {
            Output::Datagram { link, to, from, via, bytes, ticket } => {
                self.send(key(link), Transmit { to, from, via, bytes, ticket });
            }
            Output::Open { link, socket } => {
                let opened = self.links.open(key(link), &socket, interface);
                self.answer_open(key(link), opened);
            }
            Output::Join { link, group, interface } => {
                if let Some(link) = self.links.get_mut(key(link)) {
                    link.join(group, interface);
                }
            }
            Output::Listen { link, at } => {
                let opened = self.listeners.open(key(link), at, interface);
                self.answer_open(key(link), opened);
            }
            Output::Dial { link, to, from, paced } => {
                self.streams.dial(key(link), Call { to, from, paced }, &mut self.inputs);
            }
            Output::Step { link, step } => self.streams.step(key(link), step, &mut self.inputs),
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

    fn answer_open(&mut self, key: LinkKey, opened: Result<SocketAddr, ErrorCode>) {
        let LinkKey { engine, link } = key;
        let answer = match opened {
            Ok(address) => Input::LinkUp { link, address, only: None },
            Err(code) => Input::LinkDown { link, code: Some(code) },
        };
        self.inputs.push(engine, answer);
    }

    fn send(&mut self, key: LinkKey, datagram: Transmit) {
        let ticket = datagram.ticket;
        let result = match self.links.get_mut(key) {
            Some(link) => link.send(datagram),
            None => Some(Err(ErrorCode::ENOTCONN)),
        };
        if let Some(result) = result {
            self.inputs.hand(key.engine, ticket, result);
        }
    }

    pub(super) fn close(&mut self, key: LinkKey) {
        if self.streams.close(key) || self.listeners.remove(key) {
            return;
        }
        for datagram in self.links.remove(key).map(UdpLink::into_waiting).into_iter().flatten() {
            self.inputs.hand(key.engine, datagram.ticket, Err(ErrorCode::ENOTCONN));
        }
    }

    /// Takes what a link has for its engine besides datagrams: ICMP answers, and datagrams that found room at last.
    /// Says whether that was something.
    pub(super) fn take_answers(&mut self, key: LinkKey) -> bool {
        let Some(link) = self.links.get_mut(key) else { return false };
        while let Some(to) = link.socket.take_unreachable() {
            self.inputs.push(key.engine, Input::Unreachable { link: key.link, to });
        }
        while let Some((datagram, result)) = link.send_waiting() {
            self.inputs.hand(key.engine, datagram.ticket, result);
        }
        !self.inputs.is_empty()
    }

    pub(super) fn insert(&mut self, key: LinkKey, socket: ListenSocket) {
        match socket {
            ListenSocket::Datagrams(link) => self.links.insert(key.engine, *link),
            ListenSocket::Streams(listener) => self.listeners.insert(key, listener),
        }
    }

    /// Where a link listens.
    pub(super) fn local(&self, key: LinkKey) -> Option<SocketAddr> {
        self.links.get(key).map(|link| link.socket.local).or_else(|| self.listeners.local(key))
    }

    /// Tells engines of the links that they were given, in the order of their numbers.
    pub(super) fn announce(&mut self) {
        for (key, link) in self.links.all().filter(|(key, _)| !key.is_own()) {
            let up = Input::LinkUp { link: link.id, address: link.socket.local, only: link.only };
            self.inputs.push(key.engine, up);
        }
        for key in self.listeners.keys().filter(|key| !key.is_own()) {
            if let Some(address) = self.listeners.local(key) {
                self.inputs.push(key.engine, Input::LinkUp { link: key.link, address, only: None });
            }
        }
    }
}
