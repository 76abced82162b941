//! What comes out of the relay: answers and what a room had to let go early, until the next flush; events for the log;
//! figures.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Range;

use super::api::{Counters, RelayEvent, Sink, count};
use super::limits::MAX_EVENTS;
use super::log::Scratch;
use crate::dialects::relay::frame::FromRelay;

/// Memory kept from one flush to the next; what a rare burst took beyond is given back.
const MAX_KEPT: usize = 1 << 20;

#[derive(Debug)]
struct QueuedTransmit {
    to: Range<usize>,
    bytes: Range<usize>,
    segment: usize,
}

/// Datagrams in order, in two buffers, so that one more costs no allocation.
#[derive(Debug, Default)]
pub(super) struct TransmitQueue {
    to: Vec<SocketAddr>,
    bytes: Vec<u8>,
    transmits: Vec<QueuedTransmit>,
}

impl TransmitQueue {
    fn put(&mut self, to: SocketAddr, frame: &FromRelay<'_>) {
        let (first, start) = (self.to.len(), self.bytes.len());
        self.to.push(to);
        frame.encode(&mut self.bytes);
        self.close(first, start, self.bytes.len().saturating_sub(start));
    }

    fn close(&mut self, first: usize, start: usize, segment: usize) {
        let (to, bytes) = (first..self.to.len(), start..self.bytes.len());
        self.transmits.push(QueuedTransmit { to, bytes, segment });
    }

    fn empty_into(&mut self, sink: &mut dyn Sink) {
        for transmit in self.transmits.drain(..) {
            if let (Some(to), Some(bytes)) = (self.to.get(transmit.to), self.bytes.get(transmit.bytes)) {
                sink.send(to, bytes, transmit.segment);
            }
        }
        self.to.clear();
        self.bytes.clear();
        self.bytes.shrink_to(MAX_KEPT);
    }
}

impl Sink for TransmitQueue {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        let (first, start) = (self.to.len(), self.bytes.len());
        self.to.extend_from_slice(to);
        self.bytes.extend_from_slice(bytes);
        self.close(first, start, segment);
    }
}

/// Everything that waits outside of the rooms, and the buffers for making it.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    pub(super) queue: TransmitQueue,
    pub(super) scratch: Scratch,
    pub(super) counters: Counters,
    events: VecDeque<RelayEvent>,
}

impl Outputs {
    pub(super) fn frame(&mut self, to: SocketAddr, frame: &FromRelay<'_>) {
        self.queue.put(to, frame);
    }

    pub(super) fn bytes(&mut self, to: SocketAddr, bytes: &[u8]) {
        self.queue.send(&[to], bytes, bytes.len());
    }

    pub(super) fn report(&mut self, event: RelayEvent) {
        if self.events.len() < MAX_EVENTS {
            self.events.push_back(event);
        }
    }

    pub(super) fn take_event(&mut self) -> Option<RelayEvent> {
        self.events.pop_front()
    }

    /// Sends what waits, then what `rest` has.
    pub(super) fn flush(&mut self, sink: &mut dyn Sink, rest: impl FnOnce(&mut Scratch, &mut dyn Sink)) {
        let mut sink = CountingSink { sink, counters: &mut self.counters };
        self.queue.empty_into(&mut sink);
        rest(&mut self.scratch, &mut sink);
    }
}

/// Counts what goes through.
struct CountingSink<'a> {
    sink: &'a mut dyn Sink,
    counters: &'a mut Counters,
}

impl Sink for CountingSink<'_> {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        count(
            &mut self.counters.datagrams_out,
            bytes.len().div_ceil(segment.max(1)).saturating_mul(to.len()),
        );
        count(&mut self.counters.bytes_out, bytes.len().saturating_mul(to.len()));
        self.sink.send(to, bytes, segment);
    }
}
