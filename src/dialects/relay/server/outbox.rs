//! What waits for the next flush and does not belong to a room: answers, and what a room had to let go early.

use std::net::SocketAddr;
use std::ops::Range;

use super::api::{Counters, Sink};

/// Memory kept from one flush to the next; what a rare burst took beyond is given back.
const MAX_KEPT: usize = 1 << 20;

#[derive(Debug)]
struct Parcel {
    to: Range<usize>,
    bytes: Range<usize>,
    segment: usize,
}

/// Parcels in order, in two buffers, so that one more costs no allocation.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    to: Vec<SocketAddr>,
    bytes: Vec<u8>,
    parcels: Vec<Parcel>,
}

impl Outbox {
    /// One datagram, as `write` appends it.
    pub(super) fn put(&mut self, to: SocketAddr, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let end = self.bytes.len();
        let first = self.to.len();
        self.to.push(to);
        let segment = end.saturating_sub(start);
        self.parcels.push(Parcel { to: first..self.to.len(), bytes: start..end, segment });
    }

    pub(super) fn empty_into(&mut self, sink: &mut dyn Sink) {
        for parcel in self.parcels.drain(..) {
            if let (Some(to), Some(bytes)) = (self.to.get(parcel.to), self.bytes.get(parcel.bytes)) {
                sink.send(to, bytes, parcel.segment);
            }
        }
        self.to.clear();
        self.bytes.clear();
        self.bytes.shrink_to(MAX_KEPT);
    }
}

impl Sink for Outbox {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        let (first, start) = (self.to.len(), self.bytes.len());
        self.to.extend_from_slice(to);
        self.bytes.extend_from_slice(bytes);
        let parcel = Parcel { to: first..self.to.len(), bytes: start..self.bytes.len(), segment };
        self.parcels.push(parcel);
    }
}

/// Counts what goes through.
pub(super) struct Counted<'a> {
    pub(super) sink: &'a mut dyn Sink,
    pub(super) counters: &'a mut Counters,
}

impl Sink for Counted<'_> {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        let receivers = u64::try_from(to.len()).unwrap_or(u64::MAX);
        let datagrams = u64::try_from(bytes.len().div_ceil(segment.max(1))).unwrap_or(u64::MAX);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let counters = &mut *self.counters;
        counters.datagrams_out = counters.datagrams_out.saturating_add(datagrams.saturating_mul(receivers));
        counters.bytes_out = counters.bytes_out.saturating_add(length.saturating_mul(receivers));
        self.sink.send(to, bytes, segment);
    }
}
