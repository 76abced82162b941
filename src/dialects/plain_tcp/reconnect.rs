//! Connections that a person wants kept: opened now, and again when they end, ever less often. Opens nothing itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::model::{ConversationId, Now};
use crate::wire::{Backoff, Ctx};

/// When a connection that was lost is tried again.
pub(super) const AGAIN: Backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_mins(1) };

/// One connection that is kept.
#[derive(Clone, Copy, Debug, Default)]
struct KeptConnection {
    /// When the connection is to be opened; `None`: it is there, or being opened.
    at: Option<Instant>,
    /// How often it was tried in vain since the peer last said something.
    tries: u32,
}

/// The peers whose connections are kept.
#[derive(Debug, Default)]
pub(super) struct Reconnects {
    table: BTreeMap<ConversationId, KeptConnection>,
    due: BTreeSet<(Instant, ConversationId)>,
}

impl Reconnects {
    /// A person wants a connection to this peer: now, and for as long as it is followed.
    pub(super) fn keep(&mut self, conversation: ConversationId) {
        self.drop(conversation);
        self.table.insert(conversation, KeptConnection::default());
    }

    /// One that is kept is wanted now, wherever the pauses are.
    pub(super) fn retry_now(&mut self, conversation: ConversationId) {
        if let Some(kept) = self.table.get_mut(&conversation)
            && let Some(at) = kept.at.take()
        {
            self.due.remove(&(at, conversation));
        }
    }

    /// The connection is not kept any more.
    pub(super) fn drop(&mut self, conversation: ConversationId) {
        self.retry_now(conversation);
        self.table.remove(&conversation);
    }

    /// Whether the connection is to be there now.
    pub(super) fn wants(&self, conversation: ConversationId) -> bool {
        self.table.get(&conversation).is_some_and(|kept| kept.at.is_none())
    }

    /// The peer said something.
    pub(super) fn heard(&mut self, conversation: ConversationId) {
        if let Some(kept) = self.table.get_mut(&conversation) {
            kept.tries = 0;
        }
    }

    /// A connection has ended, or could not be opened: one that is kept is tried again later.
    pub(super) fn later(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        self.retry_now(conversation);
        let Some(kept) = self.table.get_mut(&conversation) else { return };
        let at = cx.after_about(AGAIN.pause(kept.tries));
        *kept = KeptConnection { at: Some(at), tries: kept.tries.saturating_add(1) };
        self.due.insert((at, conversation));
    }

    /// One whose time has come: it is wanted now.
    pub(super) fn overdue(&mut self, now: Now) -> Option<ConversationId> {
        let (_, conversation) = self.due.first().copied().filter(|(at, _)| *at <= now.mono)?;
        self.retry_now(conversation);
        Some(conversation)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }
}
