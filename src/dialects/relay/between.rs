//! The relay as an engine: what two clients need between them in a test.
//!
//! The program itself drives the relay from its own loop, which can send to many at once.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use super::server::{Relay, RelayOptions, Sink};
use crate::model::{LinkId, Now};
use crate::wire::{Engine, Input, Output, Paths};

#[derive(Debug)]
pub(super) struct Between {
    seed: u64,
    /// There is none before the first input, since it has to know what time it is.
    relay: Option<Relay>,
    link: Option<LinkId>,
    paths: Paths,
    outbox: VecDeque<Output>,
}

/// Datagrams as outputs, all from one socket.
struct Outbox<'a> {
    link: LinkId,
    paths: &'a mut Paths,
    outputs: &'a mut VecDeque<Output>,
}

impl Sink for Outbox<'_> {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        for datagram in bytes.chunks(segment.max(1)) {
            let bytes: Arc<[u8]> = datagram.into();
            for to in to {
                let (link, to, bytes) = (self.link, *to, Arc::clone(&bytes));
                let from = self.paths.local(to);
                self.outputs.push_back(Output::Datagram { link, to, from, via: None, bytes, ticket: None });
            }
        }
    }
}

impl Between {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, relay: None, link: None, paths: Paths::default(), outbox: VecDeque::new() }
    }
}

impl Engine for Between {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        let seed = u128::from(self.seed).to_be_bytes();
        let relay = self.relay.get_or_insert_with(|| Relay::new(now, seed, RelayOptions::default()));
        match input {
            Input::LinkUp { link, .. } => self.link = Some(link),
            Input::LinkDown { link, .. } if self.link == Some(link) => self.link = None,
            Input::Datagram { from, to, bytes, .. } => {
                self.paths.heard(from, to);
                relay.handle(now, from, bytes);
            }
            Input::Interfaces(interfaces) => self.paths.keep(interfaces),
            Input::Unreachable { to, .. } => relay.unreachable(now, to),
            Input::Tick => relay.tick(now),
            Input::LinkDown { .. }
            | Input::Stepped { .. }
            | Input::StreamUp { .. }
            | Input::StreamData { .. }
            | Input::StreamDown { .. }
            | Input::Handed { .. }
            | Input::Resolved { .. }
            | Input::Command(_) => {}
        }
        // Nobody reads the log here.
        while relay.take_event().is_some() {}
        if let Some(link) = self.link {
            relay.flush(&mut Outbox { link, paths: &mut self.paths, outputs: &mut self.outbox });
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        let deadline = self.relay.as_ref().and_then(Relay::deadline);
        self.outbox.pop_front().unwrap_or(Output::Wait(deadline))
    }
}
