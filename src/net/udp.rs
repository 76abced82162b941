//! A link that carries datagrams: its socket, the groups it hears, and what waits for room in the kernel.
//!
//! Knows no dialect and no conversation.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::io::Interest;

use super::bind;
use super::datagram_socket::DatagramSocket;
use super::groups::Groups;
use super::ifaces::NetInterface;
use super::interface_filter::InterfaceFilter;
use super::kernel::{self, Egress};
use crate::model::ErrorCode;
use crate::wire::{SocketSpec, Ticket};

/// Datagrams that wait for room in the kernel's send buffer: 16 MiB at the very most.
const MAX_OUTGOING: usize = 256;

/// A datagram on its way out.
#[derive(Debug)]
pub(super) struct Transmit {
    pub(super) to: SocketAddr,
    /// From this address of ours, if it still is one.
    pub(super) from: Option<IpAddr>,
    /// Out of the interface with this number.
    pub(super) via: Option<u32>,
    pub(super) bytes: Arc<[u8]>,
    pub(super) ticket: Option<Ticket>,
}

/// What the kernel said to a datagram.
pub(super) type SendResult = Result<(), ErrorCode>;

#[derive(Debug)]
pub(super) struct UdpLink {
    /// The only peer of this link, if it has but one.
    pub(super) only: Option<SocketAddr>,
    pub(super) socket: DatagramSocket,
    filter: InterfaceFilter,
    groups: Groups,
    /// They wait for room.
    pub(super) outgoing: VecDeque<Transmit>,
}

impl UdpLink {
    pub(super) fn new(socket: DatagramSocket, filter: InterfaceFilter) -> Self {
        Self { only: None, socket, filter, groups: Groups::default(), outgoing: VecDeque::new() }
    }

    pub(super) fn open(wanted: &SocketSpec, interface: Option<&NetInterface>) -> io::Result<Self> {
        Ok(Self::new(bind::open(wanted, interface)?, InterfaceFilter::to(interface)))
    }

    /// Waits until there is something to read, an error to look at or room to send what waits. Cancel-safe.
    pub(super) async fn ready(&self) {
        let waits = if self.outgoing.is_empty() { Interest::READABLE } else { Interest::WRITABLE };
        self.socket.ready(Interest::READABLE | waits).await;
    }

    /// Sends at once, or keeps the datagram until there is room (`None`).
    pub(super) fn send(&mut self, mut datagram: Transmit) -> Option<SendResult> {
        match self.filter.egress(datagram.to.ip(), datagram.via) {
            Ok(via) => datagram.via = via,
            Err(no_route) => return Some(Err(no_route)),
        }
        let result = if self.outgoing.is_empty() { self.try_send(&datagram) } else { None };
        if result.is_none() {
            if self.outgoing.len() >= MAX_OUTGOING {
                return Some(Err(ErrorCode::ENOBUFS));
            }
            self.outgoing.push_back(datagram);
        }
        result
    }

    /// Sends the oldest that waits; `None` when nothing waits or there is still no room.
    pub(super) fn send_waiting(&mut self) -> Option<(Transmit, SendResult)> {
        let datagram = self.outgoing.pop_front()?;
        if let Some(result) = self.try_send(&datagram) {
            return Some((datagram, result));
        }
        self.outgoing.push_front(datagram);
        None
    }

    fn try_send(&mut self, datagram: &Transmit) -> Option<SendResult> {
        let (to, via) = (self.socket.target(datagram.to), datagram.via);
        // A socket that listens at one address sends from no other.
        let from = datagram.from.filter(|_| self.socket.local.ip().is_unspecified());
        let mut attempt = |from| {
            self.socket
                .send(|socket| kernel::send(socket, &datagram.bytes, to, Egress { from, via, segment: None }))
        };
        let mut result = attempt(from)?;
        if from.is_some() && result.is_err() {
            // That address may be gone, which kernels say in several ways. What is wrong with all is said again.
            result = attempt(None)?;
        }
        Some(result.map_err(ErrorCode::from))
    }

    /// Hears a group on the interface with this number, where that can be.
    pub(super) fn join(&mut self, group: IpAddr, interface: u32) {
        if self.filter.includes(interface) {
            self.groups.join(&self.socket.socket, group, interface);
        }
    }

    /// Leaves the groups that were joined on interfaces that are gone.
    pub(super) fn keep_groups(&mut self, is_there: impl Fn(u32) -> bool) {
        self.groups.keep(&self.socket.socket, is_there);
    }
}
