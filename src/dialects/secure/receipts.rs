//! Which entries of the peer are in our history: a prefix of its message stream is what it is told of.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::frame::Rejection;
use super::frame::control::Control;
use crate::model::Uid;

/// Entries that are with the history: no more are read before some of them are kept.
pub(super) const MAX_PENDING: usize = 512;
/// Their bytes: as many as an app hands over ahead. One more entry may come on top of them.
const MAX_PENDING_BYTES: usize = 256 * 1024;
/// While more is with the history, the peer is told at most so often, or after so many; else at once.
const PAUSE: Duration = Duration::from_millis(20);
const MAX_UNTOLD: u32 = 64;

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryFate {
    /// The history has still to answer.
    Open,
    Stored,
    /// It will never be kept, and its sender is told.
    Refused(Rejection),
    /// There was no room for it: it has to come again.
    Dropped,
}

#[derive(Debug)]
struct UnkeptEntry {
    /// `None`: it could not be read.
    uid: Option<Uid>,
    bytes: usize,
    fate: EntryFate,
}

/// The receipts of one connection.
#[derive(Debug, Default)]
pub(super) struct ReceiptTracker {
    /// Read and not kept yet, or not all before them are; oldest first.
    pending: VecDeque<UnkeptEntry>,
    pending_bytes: usize,
    kept: u32,
    told: u32,
    due: Option<Instant>,
}

impl ReceiptTracker {
    /// No more is to be read before the history answers; `most`: entries that may be with it.
    pub(super) fn is_full(&self, most: usize) -> bool {
        self.pending.len() >= most || self.pending_bytes >= MAX_PENDING_BYTES
    }

    /// An entry of so many bytes was read.
    pub(super) fn note_read(&mut self, uid: Uid, bytes: usize) {
        self.pending_bytes = self.pending_bytes.saturating_add(bytes);
        self.pending.push_back(UnkeptEntry { uid: Some(uid), bytes, fate: EntryFate::Open });
    }

    /// What was read is nothing that could be kept.
    pub(super) fn note_refused(&mut self, why: Rejection) {
        self.pending.push_back(UnkeptEntry { uid: None, bytes: 0, fate: EntryFate::Refused(why) });
    }

    /// What became of an entry. That the history has it is for good.
    pub(super) fn note_fate(&mut self, uid: Uid, fate: EntryFate) {
        let open = |entry: &&mut UnkeptEntry| entry.uid == Some(uid) && entry.fate != EntryFate::Stored;
        for entry in self.pending.iter_mut().filter(open) {
            entry.fate = fate;
        }
    }

    /// Something was dropped, and what comes after it has to wait for it.
    pub(super) fn lacks_some(&self) -> bool {
        self.pending.iter().any(|entry| entry.fate == EntryFate::Dropped)
    }

    /// The peer may know what is kept, and there is room for more: what it is told at once.
    pub(super) fn settle(&mut self, now: Instant) -> Vec<Control> {
        let mut refusals = Vec::new();
        while let Some(entry) = self.pending.front() {
            match entry.fate {
                EntryFate::Open | EntryFate::Dropped => break,
                EntryFate::Stored => {}
                EntryFate::Refused(why) => {
                    refusals.push(Control::Refused { position: self.kept, code: why.code() });
                }
            }
            self.pending_bytes = self.pending_bytes.saturating_sub(entry.bytes);
            self.pending.pop_front();
            self.kept = self.kept.saturating_add(1);
        }
        if self.kept > self.told && self.pending.is_empty() {
            self.due = Some(now);
        } else if self.kept > self.told && self.due.is_none() {
            self.due = now.checked_add(PAUSE);
        }
        refusals
    }

    /// How many are kept, where the peer is to be told now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<u32> {
        let many = self.kept.saturating_sub(self.told) >= MAX_UNTOLD;
        if !many && self.due.is_none_or(|due| due > now) {
            return None;
        }
        self.take_untold()
    }

    /// How many are kept, where the peer was not told, due or not.
    pub(super) fn take_untold(&mut self) -> Option<u32> {
        self.due = None;
        let told = std::mem::replace(&mut self.told, self.kept);
        (told < self.kept).then_some(self.kept)
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
            receipts.note_read(Uid([number; 16]), 10);
        }
        receipts.note_fate(Uid([1; 16]), EntryFate::Stored);
        let _told = receipts.settle(now);
        assert_eq!(receipts.take_due(later), None, "the first is missing");
        receipts.note_fate(Uid([0; 16]), EntryFate::Stored);
        let _told = receipts.settle(now);
        assert_eq!(receipts.take_due(now), None, "several go together");
        receipts.note_fate(Uid([3; 16]), EntryFate::Stored);
        let _told = receipts.settle(now);
        assert_eq!(receipts.take_due(later), Some(2));
        assert_eq!(receipts.take_due(later), None, "told once");
        receipts.note_fate(Uid([2; 16]), EntryFate::Stored);
        let _told = receipts.settle(later);
        assert_eq!(receipts.take_due(later), Some(4), "nothing more is with the history");
    }
}
