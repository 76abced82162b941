//! What the engines reach the outside by: the sockets, the look-ups and the events for the app.
//!
//! Does what an engine asked for and keeps what that gave back; decides nothing.

use std::collections::VecDeque;

use super::mux::{FIRST, Slot};
use super::resolve::{Lookup, Lookups};
use super::udp::{Outgoing, UdpLink};
use crate::model::{LinkId, NetEvent};
use crate::wire::{Input, Output};

#[derive(Debug)]
pub(super) struct Ports {
    /// The socket of the plain dialect, unless it is off.
    pub(super) main: Option<UdpLink>,
    /// The socket that talks to the echo peer alone.
    pub(super) side: Option<UdpLink>,
    pub(super) lookups: Lookups,
    /// Events the app has no room for yet. What one input causes, and what the orders obeyed meanwhile do: the actor
    /// takes nothing else in before it is empty, and bounds the orders.
    pub(super) pending: VecDeque<NetEvent>,
    feedback: VecDeque<(Slot, Input<'static>)>,
}

impl Ports {
    pub(super) fn new(main: Option<UdpLink>, side: Option<UdpLink>, lookups: Lookups) -> Self {
        Self { main, side, lookups, pending: VecDeque::new(), feedback: VecDeque::new() }
    }

    pub(super) fn links(&self) -> impl Iterator<Item = &UdpLink> {
        self.main.iter().chain(&self.side)
    }

    pub(super) fn link_mut(&mut self, id: LinkId) -> Option<&mut UdpLink> {
        self.main.iter_mut().chain(&mut self.side).find(|link| link.id == id)
    }

    /// Does one thing an engine wants.
    pub(super) fn perform(&mut self, slot: Slot, output: Output) {
        match output {
            Output::Datagram { link, to, via: _, bytes, ticket } => {
                let outgoing = Outgoing { to, bytes, ticket };
                let result = match self.link_mut(link) {
                    Some(link) => link.send(outgoing),
                    None => Some(Err("ENOTCONN".to_owned())),
                };
                if let (Some(ticket), Some(result)) = (ticket, result) {
                    self.feedback.push_back((slot, Input::Handed { ticket, result }));
                }
            }
            Output::Resolve { conversation, host, port } => {
                self.lookups.ask(Lookup { slot, conversation, host, port, addresses: Vec::new() });
            }
            Output::Event(event) => self.pending.push_back(event),
            Output::Open { .. }
            | Output::Join { .. }
            | Output::Dial { .. }
            | Output::Write { .. }
            | Output::Close { .. }
            | Output::Wait(_) => {}
        }
    }

    /// What the last outputs gave back, for the engines.
    pub(super) fn take_feedback(&mut self) -> Option<(Slot, Input<'static>)> {
        self.feedback.pop_front()
    }

    /// What a link has for its engine besides datagrams: ICMP answers, and datagrams that found room at last.
    pub(super) fn take_news(&mut self, id: LinkId) -> Option<(Slot, Input<'static>)> {
        let link = self.link_mut(id)?;
        if let Some(to) = link.take_unreachable() {
            return Some((FIRST, Input::Unreachable { link: id, to }));
        }
        while let Some((datagram, result)) = link.send_waiting() {
            if let Some(ticket) = datagram.ticket {
                return Some((FIRST, Input::Handed { ticket, result }));
            }
        }
        None
    }
}
