//! Which entries of the peer are in our history: a prefix of its message stream is what it is told of.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::model::Uid;

/// Entries that are with the history: no more are read before some of them are kept.
pub(super) const MAX_PENDING: usize = 512;
/// The peer is told at most so often, or after so many.
const PAUSE: Duration = Duration::from_millis(20);
const MAX_UNTOLD: u32 = 64;

#[derive(Debug)]
struct UnkeptEntry {
    uid: Uid,
    stored: bool,
}

/// The receipts of one connection.
#[derive(Debug, Default)]
pub(super) struct ReceiptTracker {
    /// Read and not kept yet, or not all before them are; oldest first.
    pending: VecDeque<UnkeptEntry>,
    kept: u32,
    told: u32,
    due: Option<Instant>,
}

impl ReceiptTracker {
    /// Entries that are with the history.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// An entry was read.
    pub(super) fn note_read(&mut self, uid: Uid) {
        self.pending.push_back(UnkeptEntry { uid, stored: false });
    }

    /// The history has it.
    pub(super) fn note_stored(&mut self, uid: Uid) {
        for entry in self.pending.iter_mut().filter(|entry| entry.uid == uid) {
            entry.stored = true;
        }
    }

    /// The peer may know what is kept, and there is room for more.
    pub(super) fn settle(&mut self, now: Instant) {
        while self.pending.front().is_some_and(|entry| entry.stored) {
            self.pending.pop_front();
            self.kept = self.kept.saturating_add(1);
        }
        if self.kept > self.told && self.due.is_none() {
            self.due = now.checked_add(PAUSE);
        }
    }

    /// How many are kept, where the peer is to be told now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<u32> {
        let many = self.kept.saturating_sub(self.told) >= MAX_UNTOLD;
        if !many && self.due.is_none_or(|due| due > now) {
            return None;
        }
        self.due = None;
        self.told = self.kept;
        Some(self.kept)
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.due
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_covers_a_prefix_however_the_history_answers() {
        let now = Instant::now();
        let later = now.checked_add(PAUSE).expect("later");
        let mut receipts = ReceiptTracker::default();
        for number in 0..4 {
            receipts.note_read(Uid([number; 16]));
        }
        receipts.note_stored(Uid([1; 16]));
        receipts.settle(now);
        assert_eq!(receipts.take_due(later), None, "the first is missing");
        receipts.note_stored(Uid([0; 16]));
        receipts.settle(now);
        assert_eq!(receipts.take_due(now), None, "several go together");
        receipts.note_stored(Uid([3; 16]));
        receipts.settle(now);
        assert_eq!(receipts.take_due(later), Some(2));
        assert_eq!(receipts.take_due(later), None, "told once");
    }
}
