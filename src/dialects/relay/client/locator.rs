//! Where the relay of an address is: the address itself, or what its name was resolved to.

use std::net::SocketAddr;
use std::time::Instant;

use crate::model::{Address, ConversationId, Now};
use crate::wire::Ctx;
use crate::wire::endpoint::same_endpoint;
use crate::wire::resolution::{Answer, MAX_TARGETS, Name, Resolution, Resolved, Resolver};

#[derive(Debug)]
pub(super) struct RelayLocator {
    conversation: ConversationId,
    pub(super) address: Address,
    resolver: Resolver,
    resolution: Resolution,
    /// Where the relay may be.
    pub(super) targets: Vec<SocketAddr>,
}

impl RelayLocator {
    pub(super) fn new(conversation: ConversationId, address: Address) -> Self {
        let targets: Vec<SocketAddr> = address.literal().into_iter().collect();
        let resolution = if targets.is_empty() { Resolution::Unknown } else { Resolution::Literal };
        Self { conversation, address, resolver: Resolver::default(), resolution, targets }
    }

    /// The target that is this very program.
    pub(super) fn find(&self, at: SocketAddr) -> Option<SocketAddr> {
        self.targets.iter().copied().find(|target| same_endpoint(at, *target))
    }

    /// Looks the name up, unless that is under way or there is none.
    pub(super) fn look_up(&mut self, cx: &mut Ctx<'_>) {
        let Self { conversation, address, resolver, resolution, .. } = self;
        let look_up = resolver.ask(cx.now, *conversation, address, resolution);
        cx.extend(look_up);
    }

    /// Takes an answer. `false`: it is stale.
    pub(super) fn resolved(&mut self, now: Now, answer: &Answer<'_>) -> bool {
        // A name that is not found again just now is still where it was.
        let known = !self.targets.is_empty();
        let name = Name { address: &self.address, resolution: &mut self.resolution, known };
        let resolved = self.resolver.answer(now, answer, name);
        if let Some(Resolved::At(mut found)) = resolved {
            found.truncate(MAX_TARGETS);
            self.targets = found;
            return true;
        }
        resolved.is_some()
    }

    /// Whether the look-up has taken too long, which counts as an answer without addresses.
    pub(super) fn overdue(&mut self, now: Now) -> bool {
        self.resolver.overdue(now).is_some_and(|conversation| {
            let host = self.address.host.to_string();
            self.resolved(now, &Answer { conversation, host: &host, addresses: &[] })
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.resolver.deadline()
    }
}
