//! The datagram sockets of all engines, and which of them has its turn.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::ops::Bound::{Excluded, Unbounded};
use std::task::Poll;
use std::time::Instant;

use super::bind;
use super::ifaces::NetInterface;
use super::interface_filter::InterfaceFilter;
use super::keys::{EngineId, LinkKey};
use super::udp::UdpLink;
use crate::model::ErrorCode;
use crate::wire::SocketSpec;

/// Sockets in all. A dialect wants one for each family and port, or one for each interface.
const MAX_SOCKETS: usize = 64;

#[derive(Debug, Default)]
pub(super) struct UdpLinks {
    all: BTreeMap<LinkKey, UdpLink>,
    /// The one that had the last turn: the others are looked at before it.
    served: Option<LinkKey>,
}

impl UdpLinks {
    pub(super) fn insert(&mut self, engine: EngineId, link: UdpLink) {
        self.all.insert(LinkKey::new(engine, link.id), link);
    }

    pub(super) fn get(&self, key: LinkKey) -> Option<&UdpLink> {
        self.all.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: LinkKey) -> Option<&mut UdpLink> {
        self.all.get_mut(&key)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (LinkKey, &UdpLink)> {
        self.all.iter().map(|(key, link)| (*key, link))
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut UdpLink> {
        self.all.values_mut()
    }

    pub(super) fn remove(&mut self, key: LinkKey) -> Option<UdpLink> {
        self.all.remove(&key)
    }

    /// Opens what an engine asks for, and says where it listens.
    pub(super) fn open(
        &mut self,
        key: LinkKey,
        wanted: &SocketSpec,
        interface: Option<&NetInterface>,
    ) -> Result<SocketAddr, ErrorCode> {
        if !key.is_own() || self.all.contains_key(&key) {
            return Err(ErrorCode::EINVAL);
        }
        if self.all.len() >= MAX_SOCKETS {
            return Err(ErrorCode::EMFILE);
        }
        let bound = bind::open(wanted, interface)?;
        let link = UdpLink::new(key.link, bound, InterfaceFilter::to(interface));
        let local = link.socket.local;
        self.all.insert(key, link);
        Ok(local)
    }

    /// Waits until a socket has something, the one that was served last after all others. Cancel-safe.
    pub(super) async fn ready(&self) -> LinkKey {
        let after = self.all.range((self.served.map_or(Unbounded, Excluded), Unbounded));
        let up_to = self.served.into_iter().flat_map(|last| self.all.range(..=last));
        let mut waiting: Vec<_> =
            after.chain(up_to).map(|(key, link)| (*key, Box::pin(link.ready()))).collect();
        poll_fn(|context| {
            let ready = waiting.iter_mut().find_map(|(key, wait)| {
                let ready = wait.as_mut().poll(context).is_ready();
                ready.then_some(*key)
            });
            ready.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    pub(super) const fn note_served(&mut self, key: LinkKey) {
        self.served = Some(key);
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
        self.all.iter().find(|(_, link)| link.socket.has_unreachable()).map(|(key, _)| *key)
    }
}
