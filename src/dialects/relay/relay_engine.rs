//! The relay as an engine: what two clients need between them in a test.
//!
//! The program itself drives the relay from its own loop, which can send to many at once.

use std::net::SocketAddr;
use std::time::Instant;

use super::server::{Relay, RelayOptions, Sink};
use crate::model::{ConversationId, LinkId, PeerCommand};
use crate::wire::{Ctx, Protocol, SocketEvent};

#[derive(Debug, Default)]
pub(super) struct RelayEngine {
    relay: Option<Relay>,
    link: Option<LinkId>,
}

/// Datagrams as outputs, all from one socket.
struct CtxSink<'a, 'b> {
    link: LinkId,
    cx: &'a mut Ctx<'b>,
}

impl Sink for CtxSink<'_, '_> {
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize) {
        for datagram in bytes.chunks(segment.max(1)) {
            for to in to {
                self.cx.send(self.link, *to, datagram.into(), None);
            }
        }
    }
}

impl RelayEngine {
    fn flush(&mut self, cx: &mut Ctx<'_>) {
        let Some(relay) = &mut self.relay else { return };
        // Nobody reads the log here.
        while relay.take_event().is_some() {}
        if let Some(link) = self.link {
            relay.flush(&mut CtxSink { link, cx });
        }
    }
}

impl Protocol for RelayEngine {
    fn on_start(&mut self, cx: &mut Ctx<'_>) {
        let seed = u128::from(cx.rng.next()).to_be_bytes();
        self.relay = Some(Relay::new(cx.now, seed, RelayOptions::default()));
    }

    fn on_socket(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: SocketEvent<'_>) {
        let Some(relay) = &mut self.relay else { return };
        match event {
            SocketEvent::Up { .. } => self.link = Some(link),
            SocketEvent::Down { .. } => self.link = self.link.filter(|known| *known != link),
            SocketEvent::Datagram { from, bytes, .. } => relay.handle(cx.now, from, bytes),
            SocketEvent::Unreachable { to } => relay.unreachable(cx.now, to),
        }
        self.flush(cx);
    }

    fn on_peer(&mut self, _cx: &mut Ctx<'_>, _conversation: ConversationId, _command: PeerCommand) {}

    fn on_tick(&mut self, cx: &mut Ctx<'_>) {
        if let Some(relay) = &mut self.relay {
            relay.tick(cx.now);
        }
        self.flush(cx);
    }

    fn deadline(&self) -> Option<Instant> {
        self.relay.as_ref().and_then(Relay::deadline)
    }
}
