//! How fast a peer may say something. What is faster is not read, so that flow control holds the peer back; nothing is lost.
//! It counts for the peer over all its sessions: whoever comes again and again says no more for that.

use std::time::{Duration, Instant};

use crate::model::bucket::{Bucket, Limit};

/// As fast as anybody writes in the long run, and all that waited while it was away.
const ENTRIES: Limit = Limit { burst: 500, each: Duration::from_millis(50) };

/// The entries of one peer.
#[derive(Debug, Default)]
pub(super) struct EntryPace {
    entries: Bucket,
}

impl EntryPace {
    /// When it may say more; `None`: now.
    pub(super) fn throttled(&self, now: Instant) -> Option<Instant> {
        if self.entries.has_room(now, ENTRIES) { None } else { now.checked_add(ENTRIES.each) }
    }

    /// It has said something.
    pub(super) fn count(&mut self, now: Instant) {
        self.entries.take(now, 1, ENTRIES);
    }
}
