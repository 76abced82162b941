//! What a protocol has at hand while it handles one input: the time, its random numbers, the paths to its peers, and the
//! queue of what is to be done outside.
//!
//! Owned by the [`Driver`](super::Driver) and lent for the length of one call, so that no part of a dialect has to keep a
//! queue or a clock of its own.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::engine::{Output, Ticket};
use super::path::Paths;
use super::rng::Rng;
use crate::model::{Fault, LinkId, MessageId, NetEvent, Now};

#[derive(Debug)]
pub struct Ctx<'a> {
    pub now: Now,
    pub rng: &'a mut Rng,
    pub paths: &'a mut Paths,
    pub(super) links: &'a mut LinkIds,
    pub(super) outputs: &'a mut VecDeque<Output>,
}

impl Ctx<'_> {
    /// The same for a while, for who puts it together with something else.
    pub const fn reborrow(&mut self) -> Ctx<'_> {
        let Self { now, rng, paths, links, outputs } = self;
        Ctx { now: *now, rng, paths, links, outputs }
    }

    /// Has one thing done outside, after what was asked for before.
    pub fn push(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// Has all of these done.
    pub fn extend(&mut self, outputs: impl IntoIterator<Item = Output>) {
        self.outputs.extend(outputs);
    }

    /// Tells the app.
    pub fn report(&mut self, event: NetEvent) {
        self.push(Output::Event(event));
    }

    /// Answers a message that is not sent.
    pub fn fail(&mut self, message: MessageId, fault: Fault) {
        self.report(NetEvent::Failed { message, fault });
    }

    /// Sends a datagram to one peer, from the address of ours that this peer speaks to.
    pub fn send(&mut self, link: LinkId, to: SocketAddr, bytes: Arc<[u8]>, ticket: Option<Ticket>) {
        let from = self.paths.local(to);
        self.push(Output::Datagram { link, to, from, via: None, bytes, ticket });
    }

    pub fn close(&mut self, link: LinkId) {
        self.push(Output::Close { link });
    }

    /// The number of a socket or stream that is opened next.
    pub const fn next_link(&mut self) -> LinkId {
        self.links.next()
    }

    pub fn after(&self, delay: Duration) -> Instant {
        self.now.after(delay).mono
    }

    /// After `delay` or up to a quarter later, so that peers which lost something together do not return together.
    pub fn after_about(&mut self, delay: Duration) -> Instant {
        let delay = self.rng.spread(delay);
        self.after(delay)
    }
}

/// Numbers of the sockets and streams that one engine opens.
#[derive(Debug)]
pub(super) struct LinkIds {
    next: u32,
}

impl LinkIds {
    pub(super) const FIRST: Self = Self { next: LinkId::FIRST_OWN };

    /// Two thousand million sockets later the first ones are long closed, and their numbers are free.
    const fn next(&mut self) -> LinkId {
        let link = LinkId(self.next);
        let last = LinkId::FIRST_ACCEPTED.saturating_sub(1);
        self.next = if self.next < last { self.next.saturating_add(1) } else { LinkId::FIRST_OWN };
        link
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_links_stay_between_those_of_others() {
        let mut links = LinkIds { next: LinkId::FIRST_ACCEPTED - 2 };
        let given = [links.next(), links.next(), links.next()].map(|link| link.0);
        assert_eq!(given, [LinkId::FIRST_ACCEPTED - 2, LinkId::FIRST_ACCEPTED - 1, LinkId::FIRST_OWN]);
    }
}
