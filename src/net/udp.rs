//! One UDP socket: receives one datagram at a time, sends or queues, and collects what ICMP says.
//!
//! Knows no dialect and no conversation. No error of the network ever closes it.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, SocketAddrV6};
use std::sync::Arc;

use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::bind::Bound;
use super::fault::code_of;
use super::icmp;
use crate::model::LinkId;
use crate::wire::Ticket;

/// Datagrams that wait for room in the kernel's send buffer: 16 MiB at the very most.
const MAX_OUTGOING: usize = 256;
/// Errors met in a row before a receive turn ends: each stands for one ICMP answer, not for a broken socket.
const MAX_RECEIVE_ERRORS: usize = 64;

/// A datagram on its way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) to: SocketAddr,
    pub(super) bytes: Arc<[u8]>,
    pub(super) ticket: Option<Ticket>,
}

/// What the kernel said to a datagram: `Err` is the short name of the error.
pub(super) type Outcome = Result<(), String>;

#[derive(Debug)]
pub(super) struct UdpLink {
    pub(super) id: LinkId,
    /// The only peer of this link, if it has but one.
    pub(super) only: Option<SocketAddr>,
    pub(super) local: SocketAddr,
    /// Nothing may leave this machine.
    confined: bool,
    socket: UdpSocket,
    outgoing: VecDeque<Outgoing>,
    unreachable: VecDeque<SocketAddr>,
}

impl UdpLink {
    pub(super) fn new(id: LinkId, bound: Bound, only: Option<SocketAddr>, confined: bool) -> Self {
        Self {
            id,
            only,
            local: canonical(bound.local),
            confined,
            socket: bound.socket,
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
    pub(super) fn receive(&mut self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        for _ in 0..MAX_RECEIVE_ERRORS {
            match self.socket.try_recv_from(buffer) {
                Ok((length, from)) => return Some((length, canonical(from))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                // An ICMP answer to something we sent shows up here once; the queue has the details.
                Err(_) => {}
            }
        }
        None
    }

    /// Sends at once, or keeps the datagram until there is room (`None`).
    pub(super) fn send(&mut self, datagram: Outgoing) -> Option<Outcome> {
        if self.confined && !datagram.to.ip().is_loopback() {
            return Some(Err("ENETUNREACH".to_owned()));
        }
        let outcome = if self.outgoing.is_empty() { self.try_send(&datagram) } else { None };
        if outcome.is_none() {
            if self.outgoing.len() >= MAX_OUTGOING {
                return Some(Err("ENOBUFS".to_owned()));
            }
            self.outgoing.push_back(datagram);
        }
        outcome
    }

    /// Sends the oldest that waits; `None` when nothing waits or there is still no room.
    pub(super) fn send_waiting(&mut self) -> Option<(Outgoing, Outcome)> {
        let datagram = self.outgoing.pop_front()?;
        if let Some(outcome) = self.try_send(&datagram) {
            return Some((datagram, outcome));
        }
        self.outgoing.push_front(datagram);
        None
    }

    fn try_send(&mut self, datagram: &Outgoing) -> Option<Outcome> {
        let to = self.on_this_socket(datagram.to);
        let mut result = self.socket.try_send_to(&datagram.bytes, to);
        if result.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            // The error may be the ICMP answer to an earlier datagram, which says nothing about this one.
            icmp::drain(&self.socket, &mut self.unreachable);
            result = self.socket.try_send_to(&datagram.bytes, to);
        }
        match result {
            Ok(_) => Some(Ok(())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => Some(Err(code_of(&error))),
        }
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
