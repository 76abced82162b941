//! What the engines reach the outside by: the sockets, the streams, the look-ups and the events for the app.
//!
//! Does what an engine asked for and keeps what that gave back; decides nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use super::bind::Call;
use super::ifaces;
use super::links::{Key, Links};
use super::mux::Slot;
use super::resolve::{Lookup, Lookups};
use super::streams::{Listeners, Streams};
use super::udp::{Outgoing, UdpLink};
use crate::model::{ErrorCode, LinkId, NetEvent};
use crate::wire::{Input, Interface, Output, Ticket};

/// What engines are to be told, and which.
pub(super) type Told = VecDeque<(Slot, Input<'static>)>;

#[derive(Debug)]
pub(super) struct Ports {
    pub(super) links: Links,
    pub(super) streams: Streams,
    pub(super) listeners: Listeners,
    pub(super) lookups: Lookups,
    /// The only one that may be used.
    interface: Option<ifaces::Interface>,
    /// As the engines know them.
    interfaces: Arc<[Interface]>,
    /// Events the app has no room for yet. What one input causes, and what the orders obeyed meanwhile do: the actor
    /// takes nothing else in before it is empty, and bounds the orders.
    pub(super) pending: VecDeque<NetEvent>,
    pub(super) told: Told,
}

impl Ports {
    /// Without any socket. Must be called inside a tokio runtime.
    pub(super) fn new(interface: Option<ifaces::Interface>) -> Self {
        let confined = interface.as_ref().is_some_and(|interface| interface.loopback);
        Self {
            links: Links::default(),
            streams: Streams::new(),
            listeners: Listeners::default(),
            lookups: Lookups::new(confined),
            interface,
            interfaces: Arc::default(),
            pending: VecDeque::new(),
            told: VecDeque::new(),
        }
    }

    pub(super) const fn interface(&self) -> Option<&ifaces::Interface> {
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

    pub(super) fn known_interfaces(&mut self) -> Arc<[Interface]> {
        self.interfaces = ifaces::addresses(self.interface.as_ref()).into();
        Arc::clone(&self.interfaces)
    }

    /// Does one thing an engine wants.
    pub(super) fn perform(&mut self, slot: Slot, output: Output) {
        let interface = self.interface.as_ref();
        match output {
            Output::Datagram { link, to, from, via, bytes, ticket } => {
                self.send((slot, link), Outgoing { to, from, via, bytes, ticket });
            }
            Output::Open { link, socket } => {
                let answer = self.links.open((slot, link), &socket, interface);
                self.told.push_back((slot, answer));
            }
            Output::Join { link, group, interface } => {
                if let Some(link) = self.links.get_mut((slot, link)) {
                    link.join(group, interface);
                }
            }
            Output::Listen { link, at } => {
                let answer = self.listeners.open((slot, link), at, interface);
                self.told.push_back((slot, answer));
            }
            Output::Dial { link, to, from, paced } => {
                let call = Call { to, from, paced };
                self.streams.dial((slot, link), call, interface, &mut self.told);
            }
            Output::Step { link, step } => self.streams.step((slot, link), step, &mut self.told),
            Output::Write { link, bytes, ticket } => {
                self.streams.write((slot, link), bytes, ticket, &mut self.told);
            }
            Output::Close { link } => self.close((slot, link)),
            Output::Resolve { conversation, host, port } => {
                self.lookups.ask(Lookup { slot, conversation, host, port, addresses: Vec::new() });
            }
            Output::Event(event) => self.pending.push_back(event),
            Output::Wait(_) => {}
        }
    }

    fn send(&mut self, key: Key, datagram: Outgoing) {
        let ticket = datagram.ticket;
        let result = match self.links.get_mut(key) {
            Some(link) => link.send(datagram),
            None => Some(Err(ErrorCode::ENOTCONN)),
        };
        if let Some(result) = result {
            self.hand(key.0, ticket, result);
        }
    }

    pub(super) fn close(&mut self, key: Key) {
        if self.streams.close(key) || self.listeners.remove(key) {
            return;
        }
        for datagram in self.links.remove(key).map(UdpLink::into_waiting).into_iter().flatten() {
            self.hand(key.0, datagram.ticket, Err(ErrorCode::ENOTCONN));
        }
    }

    fn hand(&mut self, slot: Slot, ticket: Option<Ticket>, result: Result<(), ErrorCode>) {
        if let Some(ticket) = ticket {
            self.told.push_back((slot, Input::Handed { ticket, result }));
        }
    }

    /// What a link has for its engine besides datagrams: ICMP answers, and datagrams that found room at last.
    pub(super) fn take_news(&mut self, (slot, id): Key) -> Option<(Slot, Input<'static>)> {
        let link = self.links.get_mut((slot, id))?;
        if let Some(to) = link.take_unreachable() {
            return Some((slot, Input::Unreachable { link: id, to }));
        }
        while let Some((datagram, result)) = link.send_waiting() {
            if let Some(ticket) = datagram.ticket {
                return Some((slot, Input::Handed { ticket, result }));
            }
        }
        None
    }

    /// What engines are told of the links that are there before they start, in the order of their numbers.
    pub(super) fn given(&self) -> Told {
        let up =
            |(slot, link, address, only): (Slot, LinkId, _, _)| (slot, Input::LinkUp { link, address, only });
        let sockets = self.links.all().map(|(slot, link)| (slot, link.id, link.local, link.only));
        let listeners = self.listeners.places().into_iter().map(|((slot, id), at)| (slot, id, at, None));
        sockets.chain(listeners).map(up).collect()
    }
}
