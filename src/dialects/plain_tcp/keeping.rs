//! Connections that a person wants kept: opened now, and again when they end, ever less often.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::engine::PlainTcp;
use crate::model::{ConversationId, Now};
use crate::wire::Rng;

/// The first try after a connection was lost, and the longest pause between two.
const FIRST: Duration = Duration::from_secs(1);
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// Whether a peer's connection is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Keep {
    #[default]
    No,
    /// It is there, or being opened.
    Now,
    /// It is to be opened at that time.
    Later(Instant),
}

#[derive(Debug, Default)]
pub(super) struct Keeping {
    due: BTreeSet<(Instant, ConversationId)>,
    chance: Rng,
}

impl Keeping {
    pub(super) fn new(seed: u64) -> Self {
        Self { due: BTreeSet::new(), chance: Rng::new(seed) }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    fn overdue(&mut self, now: Now) -> Option<ConversationId> {
        let first = self.due.first().copied().filter(|(at, _)| *at <= now.mono)?;
        self.due.remove(&first);
        Some(first.1)
    }

    pub(super) fn withdraw(&mut self, conversation: ConversationId, keep: Keep) {
        if let Keep::Later(at) = keep {
            self.due.remove(&(at, conversation));
        }
    }

    /// `tries` failed since the peer last said something.
    fn next(&mut self, now: Now, tries: u32) -> Instant {
        let pause = FIRST.saturating_mul(1_u32.checked_shl(tries.min(16)).unwrap_or(u32::MAX)).min(LONGEST);
        now.after(self.chance.spread(pause)).mono
    }
}

impl PlainTcp {
    /// A person wants a connection to this peer: now, and for as long as it is followed.
    pub(super) fn connect(&mut self, now: Now, conversation: ConversationId) {
        self.keep(conversation, Keep::Now);
        if let Some(peer) = self.peers.get_mut(conversation) {
            peer.state.tries = 0;
        }
        self.forward(now, conversation);
    }

    /// A connection that is kept has ended, or could not be opened.
    pub(super) fn try_later(&mut self, now: Now, conversation: ConversationId) {
        let up = self.streams.current(conversation).is_some();
        let Some(peer) = self.peers.get_mut(conversation).filter(|_| !up) else { return };
        if peer.state.keep == Keep::No || peer.state.dial.is_some() {
            return;
        }
        let tries = peer.state.tries;
        peer.state.tries = tries.saturating_add(1);
        let at = self.keeping.next(now, tries);
        self.keep(conversation, Keep::Later(at));
    }

    pub(super) fn keep(&mut self, conversation: ConversationId, keep: Keep) {
        let Some(peer) = self.peers.get_mut(conversation) else { return };
        let before = std::mem::replace(&mut peer.state.keep, keep);
        self.keeping.withdraw(conversation, before);
        if let Keep::Later(at) = keep {
            self.keeping.due.insert((at, conversation));
        }
    }

    pub(super) fn keep_due(&mut self, now: Now) {
        while let Some(conversation) = self.keeping.overdue(now) {
            self.keep(conversation, Keep::Now);
            self.forward(now, conversation);
        }
    }
}
