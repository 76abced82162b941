//! The datagram sockets of all engines, and which of them has its turn.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Instant;

use super::keys::{EngineId, LinkKey};
use super::udp::UdpLink;

#[derive(Debug, Default)]
pub(super) struct UdpLinks {
    pub(super) all: BTreeMap<LinkKey, UdpLink>,
    /// The one that had the last turn.
    pub(super) served: Option<LinkKey>,
    /// Bytes that were sent in bulk in this turn.
    pub(super) sent: usize,
}

impl UdpLinks {
    /// Waits until a socket has something; the one that had the last turn comes behind the others. Cancel-safe.
    pub(super) async fn ready(&mut self) -> LinkKey {
        let Self { all, served, .. } = self;
        poll_fn(|context| {
            let mut ready = |after: bool| {
                let mut some = all.iter_mut().filter(|(key, _)| (*served < Some(**key)) == after);
                some.find_map(|(key, link)| link.poll_ready(context).is_ready().then_some(*key))
            };
            ready(true).or_else(|| ready(false)).map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// When losses are to be told.
    pub(super) fn untold_deadline(&self) -> Option<Instant> {
        self.all.values().filter_map(|link| link.socket.losses.deadline()).min()
    }

    /// The losses that are to be told now: whose socket, where it listens, how many.
    pub(super) fn take_untold(&mut self, now: Instant) -> Vec<(EngineId, SocketAddr, u64)> {
        let untold = |key: &LinkKey, link: &mut UdpLink| {
            Some((key.engine, link.socket.local, link.socket.losses.take(now)?))
        };
        self.all.iter_mut().filter_map(|(key, link)| untold(key, link)).collect()
    }

    /// A socket to which ICMP said that something cannot be reached.
    pub(super) fn with_unreachable(&self) -> Option<LinkKey> {
        self.all.iter().find(|(_, link)| !link.socket.unreachable.is_empty()).map(|(key, _)| *key)
    }
}
