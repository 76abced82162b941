//! The quota for each conversation and source: what comes faster than people write, for longer than a burst, is not
//! taken. A source that floods uses up its own quota first; what all sources of a conversation may do together bounds
//! those that are forged, and takes nothing from who was heard before and keeps to the pace of a person.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::bucket::{Bucket, Limit};
use crate::model::{ConversationId, Network};

/// One source: the burst of 10,000 messages that is promised to pass and 16 MiB, then twenty messages or KiB in a second,
/// which no person writes.
pub(super) const SOURCE: Limit = Limit { burst: 16_384, each: Duration::from_millis(50) };
/// All sources of one conversation, and all strangers: two such bursts, then what a lively room of a thousand brings.
pub(super) const TOGETHER: Limit = Limit { burst: 32_768, each: Duration::from_millis(10) };
/// What somebody writes who sits at a keyboard, with all that they paste: it passes whatever others send, and while the
/// disk is low.
pub(super) const PERSON: Limit = Limit { burst: 1_024, each: Duration::from_secs(1) };

/// Lanes of one place. More sources than that are new every time, and share what all may do together.
const MAX_LANES: usize = 256;

/// A source that was silent for so long is as good as a new one where the lanes are all taken.
const REMEMBERED: Duration = Duration::from_mins(10);

/// A flood that goes on is told of again after this time.
const TOLD_FOR: Duration = Duration::from_mins(1);

/// What shares a quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::app) enum QuotaScope {
    /// Everybody who is no contact, and whom nobody opened or wrote to.
    Strangers,
    Conversation(ConversationId),
}

/// What has a quota of its own there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::app) enum QuotaKey {
    Network(Network),
    /// An address; behind a relay also the name its member goes by.
    Source(SocketAddr, Option<Arc<str>>),
}

#[derive(Clone, Copy, Debug)]
struct SourceQuota {
    quota: Bucket,
    as_person: Bucket,
    heard: Instant,
}

#[derive(Clone, Debug, Default)]
struct ScopeQuota {
    together: Bucket,
    /// What all new sources together may send while the disk is low.
    as_person: Bucket,
    lanes: BTreeMap<QuotaKey, SourceQuota>,
    dropped: u64,
    told: Option<Instant>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Gate {
    scopes: BTreeMap<QuotaScope, ScopeQuota>,
    disk_is_low: bool,
    /// Everything that comes is taken, as fast as it comes.
    unlimited: bool,
}

impl Gate {
    /// Whether a message of so many units is taken.
    pub(in crate::app) fn admit(
        &mut self,
        now: Instant,
        scope: &QuotaScope,
        lane: &QuotaKey,
        units: u32,
    ) -> bool {
        let low = self.disk_is_low;
        let shared = match self.scopes.get_mut(scope) {
            Some(shared) => shared,
            None => self.scopes.entry(scope.clone()).or_default(),
        };
        if low {
            return shared.admit_person(now, lane, units);
        }
        shared.admit(now, lane, units)
    }

    /// One more that was not taken there: how many there were, and whether a line is to say so anew.
    pub(in crate::app) fn count_dropped(&mut self, now: Instant, scope: &QuotaScope) -> (u64, bool) {
        let shared = self.scopes.entry(scope.clone()).or_default();
        shared.dropped = shared.dropped.saturating_add(1);
        let anew = shared.told.is_none_or(|told| now.saturating_duration_since(told) >= TOLD_FOR);
        if anew {
            shared.told = Some(now);
        }
        (shared.dropped, anew)
    }

    /// The conversation is gone.
    pub(in crate::app) fn forget(&mut self, conversation: ConversationId) {
        self.scopes.remove(&QuotaScope::Conversation(conversation));
    }

    /// Nothing is kept, so there is nothing to protect.
    pub(in crate::app) const fn set_unlimited(&mut self) {
        self.unlimited = true;
    }

    pub(in crate::app) const fn is_unlimited(&self) -> bool {
        self.unlimited
    }

    pub(in crate::app) const fn is_disk_low(&self) -> bool {
        self.disk_is_low
    }

    /// The disk has less free than is to stay so.
    pub(in crate::app) const fn set_disk_low(&mut self, low: bool) {
        self.disk_is_low = low;
    }
}

impl ScopeQuota {
    fn admit(&mut self, now: Instant, lane: &QuotaKey, units: u32) -> bool {
        if let Some(used) = self.lanes.get_mut(lane) {
            used.heard = now;
            let as_person = used.as_person.take(now, units, PERSON);
            return used.quota.take(now, units, SOURCE)
                && (self.together.take(now, units, TOGETHER) || as_person);
        }
        // Forged sources are new each time: they take no lane from those that are known.
        self.together.take(now, units, TOGETHER) && self.remember(now, lane, units)
    }

    /// While the disk is low: what people write goes on being kept, and nothing that comes faster.
    fn admit_person(&mut self, now: Instant, lane: &QuotaKey, units: u32) -> bool {
        match self.lanes.get_mut(lane) {
            Some(used) => used.as_person.take(now, units, PERSON),
            None => self.as_person.take(now, units, PERSON) && self.remember(now, lane, units),
        }
    }

    fn remember(&mut self, now: Instant, lane: &QuotaKey, units: u32) -> bool {
        if self.lanes.len() >= MAX_LANES {
            self.lanes.retain(|_, used| now.saturating_duration_since(used.heard) < REMEMBERED);
        }
        let mut used = SourceQuota { quota: Bucket::default(), as_person: Bucket::default(), heard: now };
        // More than a person writes at once is not a person's, and is taken all the same while there is room.
        let _as_person = used.as_person.take(now, units, PERSON);
        let passes = used.quota.take(now, units, SOURCE);
        if passes && self.lanes.len() < MAX_LANES {
            self.lanes.insert(lane.clone(), used);
        }
        passes
    }
}
