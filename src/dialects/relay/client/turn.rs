//! What a session may use while it works on one input.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::clock::later;
use crate::dialects::relay::frame::FromMember;
use crate::model::{LinkId, NetEvent, Now};
use crate::wire::{Output, Paths, Rng};

/// The numbers of the links that sessions ask for; each is given once.
#[derive(Debug)]
pub(super) struct Links {
    next: u32,
}

impl Links {
    pub(super) const FIRST: Self = Self { next: LinkId::FIRST_OWN };

    pub(super) const fn give(&mut self) -> LinkId {
        let given = LinkId(self.next);
        // Two thousand million sockets later the first ones are long closed.
        let last = LinkId::FIRST_ACCEPTED.saturating_sub(1);
        self.next = if self.next < last { self.next.saturating_add(1) } else { LinkId::FIRST_OWN };
        given
    }
}

#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) now: Now,
    /// Our own, as a relay would take it; none before we were introduced.
    pub(super) name: Option<&'a str>,
    pub(super) chance: &'a mut Rng,
    pub(super) links: &'a mut Links,
    pub(super) paths: &'a mut Paths,
    pub(super) outbox: &'a mut VecDeque<Output>,
}

impl Turn<'_> {
    pub(super) fn report(&mut self, event: NetEvent) {
        self.outbox.push_back(Output::Event(event));
    }

    pub(super) fn send(&mut self, link: LinkId, to: SocketAddr, frame: &FromMember<'_>) {
        let mut bytes = Vec::new();
        frame.encode(&mut bytes);
        let (from, bytes) = (self.paths.local(to), bytes.into());
        self.outbox.push_back(Output::Datagram { link, to, from, via: None, bytes, ticket: None });
    }

    /// After `by`, or a little later.
    pub(super) fn about(&mut self, by: Duration) -> Instant {
        later(self.now.mono, self.chance.spread(by))
    }
}
