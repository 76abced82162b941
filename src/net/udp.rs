//! One UDP socket: receives one datagram at a time, sends or queues, and collects what ICMP says.
//!
//! Knows no dialect and no conversation. No error of the network ever closes it.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::Arc;

use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::bind::Bound;
use super::fault::code_of;
use super::groups::Groups;
use super::icmp;
use super::interface_filter::InterfaceFilter;
use super::losses::Losses;
use super::pktinfo::{self, RecvMeta, Way};
use crate::model::{ErrorCode, LinkId};
use crate::wire::Ticket;

/// Datagrams that wait for room in the kernel's send buffer: 16 MiB at the very most.
const MAX_OUTGOING: usize = 256;
/// Errors met in a row before a receive turn ends: each stands for one ICMP answer, not for a broken socket.
const MAX_RECEIVE_ERRORS: usize = 64;

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
    pub(super) id: LinkId,
    /// The only peer of this link, if it has but one.
    pub(super) only: Option<SocketAddr>,
    pub(super) local: SocketAddr,
    filter: InterfaceFilter,
    socket: UdpSocket,
    pub(super) losses: Losses,
    groups: Groups,
    outgoing: VecDeque<Transmit>,
    unreachable: VecDeque<SocketAddr>,
}

impl UdpLink {
    pub(super) fn new(id: LinkId, bound: Bound, only: Option<SocketAddr>, filter: InterfaceFilter) -> Self {
        Self {
            id,
            only,
            local: canonical(bound.local),
            filter,
            socket: bound.socket,
            losses: Losses::default(),
            groups: Groups::default(),
            outgoing: VecDeque::new(),
            unreachable: VecDeque::new(),
        }
    }

    /// Waits until there is something to read, an error to look at or room to send what waits. Cancel-safe.
    pub(super) async fn ready(&self) {
        let mut interest = Interest::READABLE;
        if cfg!(target_os = "linux") {
            interest |= Interest::ERROR;
        }
        if !self.outgoing.is_empty() {
            interest |= Interest::WRITABLE;
        }
        if self.socket.ready(interest).await.is_err() {
            // Only when the runtime goes down: there will be nothing more.
            std::future::pending::<()>().await;
        }
    }

    /// Takes one datagram into `buffer`; `None` when there is none.
    pub(super) fn receive(&mut self, buffer: &mut [u8]) -> Option<RecvMeta> {
        for _ in 0..MAX_RECEIVE_ERRORS {
            match pktinfo::receive(&self.socket, buffer) {
                Ok(arrived) => {
                    self.losses.count(arrived.lost);
                    return Some(RecvMeta { from: canonical(arrived.from), ..arrived });
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                // An ICMP answer to something we sent shows up here once; the queue has the details.
                Err(_) => {}
            }
        }
        None
    }

    /// Sends at once, or keeps the datagram until there is room (`None`).
    pub(super) fn send(&mut self, mut datagram: Transmit) -> Option<SendResult> {
        match self.filter.egress(datagram.to.ip(), datagram.via) {
            Ok(via) => datagram.via = via,
            Err(no_route) => return Some(Err(no_route)),
        }
        let outcome = if self.outgoing.is_empty() { self.try_send(&datagram) } else { None };
        if outcome.is_none() {
            if self.outgoing.len() >= MAX_OUTGOING {
                return Some(Err(ErrorCode::ENOBUFS));
            }
            self.outgoing.push_back(datagram);
        }
        outcome
    }

    /// Sends the oldest that waits; `None` when nothing waits or there is still no room.
    pub(super) fn send_waiting(&mut self) -> Option<(Transmit, SendResult)> {
        let datagram = self.outgoing.pop_front()?;
        if let Some(outcome) = self.try_send(&datagram) {
            return Some((datagram, outcome));
        }
        self.outgoing.push_front(datagram);
        None
    }

    fn try_send(&mut self, datagram: &Transmit) -> Option<SendResult> {
        let to = self.on_this_socket(datagram.to);
        // A socket that listens at one address sends from no other.
        let from = datagram.from.filter(|_| self.local.ip().is_unspecified());
        let attempt = |from| match (from, datagram.via) {
            (None, None) => self.socket.try_send_to(&datagram.bytes, to),
            (from, via) => pktinfo::send(&self.socket, &datagram.bytes, to, Way { from, via }),
        };
        let mut result = attempt(from);
        if result.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            // The error may be the ICMP answer to an earlier datagram, which says nothing about this one.
            icmp::drain(&self.socket, &mut self.unreachable);
            result = attempt(from);
        }
        if from.is_some() && result.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            // That address may be gone, which kernels say in several ways. What is wrong with all is said again.
            result = attempt(None);
        }
        match result {
            Ok(_) => Some(Ok(())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => Some(Err(code_of(&error))),
        }
    }

    /// The datagrams that still wait, when the socket is to be closed.
    pub(super) fn into_waiting(self) -> VecDeque<Transmit> {
        self.outgoing
    }

    /// Hears a group on the interface with this number, where that can be.
    pub(super) fn join(&mut self, group: IpAddr, interface: u32) {
        if self.filter.includes(interface) {
            self.groups.join(&self.socket, group, interface);
        }
    }

    /// Lets go of what was joined on interfaces that are gone.
    pub(super) fn keep_groups(&mut self, is_there: impl Fn(u32) -> bool) {
        self.groups.keep(&self.socket, is_there);
    }

    /// Something is known that ICMP said.
    pub(super) fn has_unreachable(&self) -> bool {
        !self.unreachable.is_empty()
    }

    /// One address at which nobody gets what we sent.
    pub(super) fn take_unreachable(&mut self) -> Option<SocketAddr> {
        self.unreachable.pop_front()
    }

    pub(super) fn read_errors(&mut self) {
        icmp::drain_ready(&self.socket, &mut self.unreachable);
    }

    /// An IPv6 socket reaches IPv4 through mapped addresses (RFC 4291, section 2.5.5.2).
    fn on_this_socket(&self, to: SocketAddr) -> SocketAddr {
        match to {
            SocketAddr::V4(v4) if self.local.is_ipv6() => {
                SocketAddr::V6(SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0))
            }
            SocketAddr::V4(_) | SocketAddr::V6(_) => to,
        }
    }
}

/// The one form of an address everything above compares: plain IPv4, and no flow label.
pub(super) fn canonical(at: SocketAddr) -> SocketAddr {
    match at {
        SocketAddr::V4(_) => at,
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(v4) => SocketAddr::new(v4.into(), v6.port()),
            None => SocketAddr::V6(SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id())),
        },
    }
}
