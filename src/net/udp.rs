//! A link that carries datagrams: its socket, the groups it hears, and what waits for room in the kernel.
//!
//! Knows no dialect and no conversation.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::Interest;

use super::bind;
use super::bulk::Bulk;
use super::datagram_socket::DatagramSocket;
use super::groups::Groups;
use super::ifaces::NetInterface;
use super::interface_filter::InterfaceFilter;
use super::kernel::{self, Egress};
use crate::model::ErrorCode;
use crate::wire::{Segments, SocketSpec, Ticket, bulk};

/// Datagrams that wait for room in the kernel's send buffer: 16 MiB at the very most.
const MAX_OUTGOING: usize = 256;

/// A datagram on its way out.
#[derive(Clone, Debug)]
pub(super) struct Transmit {
    pub(super) to: SocketAddr,
    /// From this address of ours, if it still is one.
    pub(super) from: Option<IpAddr>,
    /// Out of the interface with this number.
    pub(super) via: Option<u32>,
    pub(super) segments: Segments,
    pub(super) bytes: Arc<[u8]>,
    /// Of the bytes, so many are out.
    pub(super) sent: usize,
    pub(super) ticket: Option<Ticket>,
}

/// What the kernel said to a datagram.
pub(super) type SendResult = Result<(), ErrorCode>;

#[derive(Debug)]
pub(super) struct UdpLink {
    /// The only peer of this link, if it has but one.
    pub(super) only: Option<SocketAddr>,
    pub(super) socket: DatagramSocket,
    /// `None`: each datagram goes and comes alone, and may be cut into fragments.
    pub(super) bulk: Option<Bulk>,
    filter: InterfaceFilter,
    groups: Groups,
    /// They wait for room.
    pub(super) outgoing: VecDeque<Transmit>,
}

impl UdpLink {
    pub(super) fn new(socket: DatagramSocket, filter: InterfaceFilter) -> Self {
        Self { only: None, socket, bulk: None, filter, groups: Groups::default(), outgoing: VecDeque::new() }
    }

    pub(super) fn open(wanted: &SocketSpec, interface: Option<&NetInterface>) -> io::Result<Self> {
        Ok(Self::new(bind::open(wanted, interface)?, InterfaceFilter::to(interface)))
    }

    /// One that carries datagrams in bulk.
    pub(super) fn open_bulk(wanted: &SocketSpec, interface: Option<&NetInterface>) -> io::Result<Self> {
        let mut link = Self::open(wanted, interface)?;
        link.bulk = Some(Bulk::new(&link.socket));
        Ok(link)
    }

    /// Waits until there is something to read, an error to look at or room to send what waits. Cancel-safe.
    pub(super) async fn ready(&mut self) {
        poll_fn(|context| self.poll_ready(context)).await;
    }

    /// The same in one poll.
    pub(super) fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let waits = if self.outgoing.is_empty() { Interest::READABLE } else { Interest::WRITABLE };
        self.socket.poll_ready(context, Interest::READABLE | waits)
    }

    /// Sends at once, or keeps the datagram until there is room (`None`).
    pub(super) fn send(&mut self, mut datagram: Transmit) -> Option<SendResult> {
        match self.filter.egress(datagram.to.ip(), datagram.via) {
            Ok(via) => datagram.via = via,
            Err(no_route) => return Some(Err(no_route)),
        }
        let result = if self.outgoing.is_empty() { self.try_send(&mut datagram) } else { None };
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
        let mut datagram = self.outgoing.pop_front()?;
        if let Some(result) = self.try_send(&mut datagram) {
            return Some((datagram, result));
        }
        self.outgoing.push_front(datagram);
        None
    }

    fn try_send(&mut self, transmit: &mut Transmit) -> Option<SendResult> {
        let Segments { size, fragment, .. } = transmit.segments;
        let Some(bulk) = self.bulk.as_mut() else { return self.send_each(transmit, None) };
        bulk.set_fragments(&self.socket, fragment);
        let Some(size) = size.filter(|size| transmit.bytes.len() > usize::from(*size)) else {
            return self.send_each(transmit, None);
        };
        if bulk.cuts && transmit.sent == 0 {
            let bytes = Arc::clone(&transmit.bytes);
            match self.attempt(transmit, &bytes, Some(size))? {
                Err(error) if kernel::cannot_segment(&error) => {}
                result => return Some(result.map_err(ErrorCode::from)),
            }
            let alone = self.send_each(transmit, Some(size));
            // Else it is not the cutting that cannot be had. Nor is it where each may be larger than a packet.
            if let (Some(Ok(())), Some(bulk), false) = (&alone, self.bulk.as_mut(), fragment) {
                bulk.cuts = false;
            }
            return alone;
        }
        self.send_each(transmit, Some(size))
    }

    /// The datagrams one by one; `None`: there is no room for the rest.
    fn send_each(&mut self, transmit: &mut Transmit, size: Option<u16>) -> Option<SendResult> {
        let (bytes, mut result) = (Arc::clone(&transmit.bytes), Ok(()));
        // One that is empty is a datagram as well.
        let empty = bytes.is_empty().then_some(&*bytes);
        for datagram in bulk::datagrams(bytes.get(transmit.sent..).unwrap_or_default(), size).chain(empty) {
            result = result.and(self.attempt(transmit, datagram, None)?);
            transmit.sent += datagram.len();
        }
        Some(result.map_err(ErrorCode::from))
    }

    fn attempt(&mut self, transmit: &Transmit, bytes: &[u8], segment: Option<u16>) -> Option<io::Result<()>> {
        let (to, via) = (self.socket.target(transmit.to), transmit.via);
        let ecn = self.bulk.as_ref().and_then(|bulk| bulk.ecn_bits(transmit.segments.ecn));
        // A socket that listens at one address sends from no other.
        let from = transmit.from.filter(|_| self.socket.local.ip().is_unspecified());
        let mut attempt = |from| {
            self.socket.send(|socket| kernel::send(socket, bytes, to, Egress { from, via, segment, ecn }))
        };
        let result = attempt(from)?;
        // That address may be gone, which kernels say in several ways. What is wrong with all is said again.
        if from.is_some() && result.is_err() { attempt(None) } else { Some(result) }
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
