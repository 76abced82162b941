//! The datagram sockets of all engines: whose each is, and whose turn it is.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::ops::Bound::{Excluded, Unbounded};
use std::task::Poll;
use std::time::Instant;

use super::bind;
use super::confine::Confinement;
use super::fault::code_of;
use super::ifaces::Interface;
use super::mux::Slot;
use super::udp::UdpLink;
use crate::model::{ErrorCode, LinkId};
use crate::wire::{Input, SocketSpec};

/// Sockets in all. A dialect wants one for each family and port, or one for each interface.
const MAX_SOCKETS: usize = 64;

/// A link among those of all engines.
pub(super) type Key = (Slot, LinkId);

#[derive(Debug, Default)]
pub(super) struct Links {
    all: BTreeMap<Key, UdpLink>,
    /// Who had the last turn: the others are looked at before it.
    served: Option<Key>,
}

impl Links {
    pub(super) fn insert(&mut self, slot: Slot, link: UdpLink) {
        self.all.insert((slot, link.id), link);
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut UdpLink> {
        self.all.get_mut(&key)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Slot, &UdpLink)> {
        self.all.iter().map(|((slot, _), link)| (*slot, link))
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut UdpLink> {
        self.all.values_mut()
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<UdpLink> {
        self.all.remove(&key)
    }

    /// Opens what an engine asks for; the answer is for it.
    pub(super) fn open(
        &mut self,
        key: Key,
        wanted: &SocketSpec,
        interface: Option<&Interface>,
    ) -> Input<'static> {
        let down = |code| Input::LinkDown { link: key.1, code: Some(code) };
        if !(LinkId::FIRST_OWN..LinkId::FIRST_ACCEPTED).contains(&key.1.0) || self.all.contains_key(&key) {
            return down(ErrorCode::EINVAL);
        }
        if self.all.len() >= MAX_SOCKETS {
            return down(ErrorCode::EMFILE);
        }
        match bind::open(wanted, interface) {
            Ok(bound) => {
                let link = UdpLink::new(key.1, bound, None, Confinement::to(interface));
                let up = Input::LinkUp { link: key.1, address: link.local, only: None };
                self.all.insert(key, link);
                up
            }
            Err(error) => down(code_of(&error)),
        }
    }

    /// Waits until a socket has something, the one that was served last after all others. Cancel-safe.
    pub(super) async fn ready(&self) -> Key {
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

    pub(super) const fn note_served(&mut self, key: Key) {
        self.served = Some(key);
    }

    /// When losses are to be told.
    pub(super) fn untold_deadline(&self) -> Option<Instant> {
        self.all.values().filter_map(|link| link.losses.deadline()).min()
    }

    /// The losses that are to be told now: whose socket, where it listens, how many.
    pub(super) fn take_untold(
        &mut self,
        now: Instant,
    ) -> impl Iterator<Item = ((Slot, SocketAddr), u64)> + use<'_> {
        let untold = move |((slot, _), link): (&Key, &mut UdpLink)| {
            Some(((*slot, link.local), link.losses.take(now)?))
        };
        self.all.iter_mut().filter_map(untold)
    }

    /// A socket that was told by ICMP that somebody is not there.
    pub(super) fn with_unreachable(&self) -> Option<Key> {
        self.all.iter().find(|(_, link)| link.has_unreachable()).map(|(key, _)| *key)
    }
}
