//! What comes out of the relay: answers and what a room had to let go early, until the next flush; events for the log;
//! figures.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::api::{Counters, RelayEvent, Sink, count};
use super::limits::MAX_EVENTS;
use crate::dialects::relay::frame::FromRelay;

#[derive(Debug)]
struct QueuedTransmit {
    to: Vec<SocketAddr>,
    bytes: Vec<u8>,
    segment: usize,
}

/// Everything that waits outside of the rooms.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    queue: Vec<QueuedTransmit>,
    pub(super) counters: Counters,
    events: VecDeque<RelayEvent>,
}

impl Outputs {
    pub(super) fn frame(&mut self, to: SocketAddr, frame: &FromRelay<'_>) {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes);
        self.bytes(to, &bytes);
    }

    pub(super) fn bytes(&mut self, to: SocketAddr, bytes: &[u8]) {
        self.send(&[to], bytes, bytes.len());
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
    pub(super) fn flush(&mut self, sink: &mut dyn Sink, rest: impl FnOnce(&mut dyn Sink)) {
        let mut sink = CountingSink { sink, counters: &mut self.counters };
        for QueuedTransmit { to, bytes, segment } in self.queue.drain(..) {
            sink.send(&to, &bytes, segment);
        }
        rest(&mut sink);
    }
}

impl Sink for Outputs {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        self.queue.push(QueuedTransmit { to: to.to_vec(), bytes: bytes.to_vec(), segment });
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
