//! Which messages have come, by their uids, for backends without a file.

use std::collections::{BTreeSet, VecDeque};

use super::{MAX_SEEN, SEEN_FOR};
use crate::model::{Uid, WallTime};

/// What has come in one conversation, the oldest first.
#[derive(Debug, Default)]
pub(super) struct SeenUids {
    known: BTreeSet<Uid>,
    order: VecDeque<(Uid, WallTime)>,
}

impl SeenUids {
    /// This one has come. `false`: it had before.
    pub(super) fn note(&mut self, uid: Uid, time: WallTime) -> bool {
        if !self.known.insert(uid) {
            return false;
        }
        self.order.push_back((uid, time));
        // As many as a file forgets at once.
        for _ in 0..2 {
            self.expire(time);
        }
        true
    }

    fn expire(&mut self, now: WallTime) {
        let is_old = |(_, time): &(Uid, WallTime)| time.0 < now.0.saturating_sub(SEEN_FOR);
        if (self.order.len() > MAX_SEEN || self.order.front().is_some_and(is_old))
            && let Some((oldest, _)) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
