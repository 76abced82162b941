//! What a peer has not kept yet: it is written to each new session again, from the oldest on.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{MessageId, Uid};

/// What an entry is known by: its own name, and that of the message it changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryNames {
    pub uid: Uid,
    pub changes: Option<Uid>,
}

#[derive(Debug)]
pub(super) struct HeldEntry {
    pub message: MessageId,
    pub payload: Arc<[u8]>,
    names: EntryNames,
    /// It was written to a session at least once.
    pub written: bool,
    number: u64,
}

/// Oldest first. The app bounds how much it hands over.
#[derive(Debug, Default)]
pub(super) struct HeldEntries {
    entries: VecDeque<HeldEntry>,
    given: u64,
}

impl HeldEntries {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn contains(&self, message: MessageId) -> bool {
        self.entries.iter().any(|entry| entry.message == message)
    }

    pub(super) fn push(&mut self, message: MessageId, names: EntryNames, payload: Arc<[u8]>) {
        self.given = self.given.saturating_add(1);
        self.entries.push_back(HeldEntry { message, payload, names, written: false, number: self.given });
    }

    /// A message is taken back: in the place of its words, and of those that changed them, goes what says so. It comes more
    /// than once then, which its name tells.
    pub(super) fn take_back(&mut self, uid: Uid, deletion: &Arc<[u8]>) {
        let is_of_it = |entry: &&mut HeldEntry| entry.names.uid == uid || entry.names.changes == Some(uid);
        for entry in self.entries.iter_mut().filter(is_of_it) {
            entry.payload = Arc::clone(deletion);
        }
    }

    /// What waited for another one goes on waiting here, behind what is here.
    pub(super) fn take_over(&mut self, mut other: Self) {
        for entry in other.drain() {
            self.push(entry.message, entry.names, entry.payload);
        }
    }

    /// The oldest one after the one with this number, and its own.
    pub(super) fn after(&mut self, number: u64) -> Option<(u64, &mut HeldEntry)> {
        let index = self.entries.partition_point(|entry| entry.number <= number);
        self.entries.get_mut(index).map(|entry| (entry.number, entry))
    }

    /// The peer has it, or never will.
    pub(super) fn remove(&mut self, number: u64) -> Option<HeldEntry> {
        let index = self.entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        self.entries.remove(index)
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = HeldEntry> {
        self.entries.drain(..)
    }
}
