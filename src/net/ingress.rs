//! Datagrams on their way to the engines. In the kernel's buffer all sources would wait behind a flood and lose what they
//! send next; here each source has a rate limit, waits by itself while the app has no room, and loses only its own.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::flow::{Flow, Hosts};
use super::keys::LinkKey;
use super::throttle::Throttle;
use crate::model::FairQueue;
use crate::model::fair_queue::{Bounds, QueueClass};
use crate::wire::Ecn;

/// What waits: a burst that is promised to pass, and half as much beside it; that burst of short ones, or a hundred of
/// the largest.
const WAITING: Bounds = Bounds { items: 16_384, bytes: 8 * 1024 * 1024 };

/// A datagram, and where it came in.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReceivedDatagram<B> {
    pub(super) key: LinkKey,
    pub(super) from: SocketAddr,
    pub(super) to: Option<IpAddr>,
    pub(super) ecn: Option<Ecn>,
    /// Bytes of each but the last, on a link that carries datagrams in bulk.
    pub(super) stride: Option<usize>,
    pub(super) bytes: B,
}

impl ReceivedDatagram<&[u8]> {
    /// Its socket, as often as it is datagrams.
    pub(super) fn keys(&self) -> impl Iterator<Item = LinkKey> + use<> {
        let count = self.stride.map_or(1, |stride| self.bytes.len().div_ceil(stride.max(1)).max(1));
        std::iter::repeat_n(self.key, count)
    }
}

impl ReceivedDatagram<Box<[u8]>> {
    pub(super) fn borrowed(&self) -> ReceivedDatagram<&[u8]> {
        let Self { key, from, to, ecn, stride, ref bytes } = *self;
        ReceivedDatagram { key, from, to, ecn, stride, bytes }
    }
}

#[derive(Debug)]
pub(super) struct Ingress {
    waiting: FairQueue<Flow, ReceivedDatagram<Box<[u8]>>>,
    pub(super) hosts: Hosts,
    /// `None`: everything that comes is taken, as fast as it comes.
    throttle: Option<Throttle>,
}

impl Ingress {
    pub(super) fn new(throttled: bool) -> Self {
        Self {
            waiting: FairQueue::new(WAITING),
            hosts: Hosts::default(),
            throttle: throttled.then(Throttle::default),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether more of this source is looked at.
    pub(super) fn allows(&self, now: Instant, from: SocketAddr) -> bool {
        self.throttle.as_ref().is_none_or(|throttle| throttle.allows(now, self.hosts.flow(from)))
    }

    /// It caused an event.
    pub(super) fn count(&mut self, now: Instant, from: SocketAddr) {
        if let Some(throttle) = &mut self.throttle {
            throttle.count(now, self.hosts.flow(from));
        }
    }

    /// Queues a datagram. The answer is the sockets whose datagrams were dropped, where there is no room for all, once for
    /// each of them.
    pub(super) fn push(&mut self, taken: ReceivedDatagram<&[u8]>) -> Vec<LinkKey> {
        let ReceivedDatagram { key, from, to, ecn, stride, bytes } = taken;
        let flow = self.hosts.flow(from);
        let class = if flow.is_known() { QueueClass::Known } else { QueueClass::Stranger };
        let weight = size_of::<ReceivedDatagram<Box<[u8]>>>().saturating_add(bytes.len());
        if self.waiting.is_full_for(&flow, weight) {
            return taken.keys().collect();
        }
        let kept = ReceivedDatagram { key, from, to, ecn, stride, bytes: bytes.into() };
        let dropped = self.waiting.push(class, flow, weight, kept);
        dropped.into_iter().flat_map(|(_, dropped)| dropped.borrowed().keys()).collect()
    }

    /// The next whose turn it is.
    pub(super) fn pop(&mut self) -> Option<ReceivedDatagram<Box<[u8]>>> {
        self.waiting.pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn only_what_comes_for_a_person_is_throttled() {
        let (now, from) = (Instant::now(), SocketAddr::from(([127, 0, 0, 2], 5_000)));
        for (throttled, allows) in [(true, false), (false, true)] {
            let mut ingress = Ingress::new(throttled);
            for _ in 0..20_000 {
                ingress.count(now, from);
            }
            assert_eq!(ingress.allows(now, from), allows);
        }
    }
}
