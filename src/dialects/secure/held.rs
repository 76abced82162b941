//! What a peer has not kept yet: it is written to each new session again, from the oldest on.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::MAX_FRAME;
use super::frame::entry::Entry;
use crate::model::traffic::MessageKind;
use crate::model::{MessageId, Uid};

/// What an entry is known by: its own name, and that of the message it is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryNames {
    pub uid: Uid,
    pub about: Option<Uid>,
    pub kind: MessageKind,
}

impl EntryNames {
    /// It is this message, or changes it.
    fn is_of(&self, uid: Uid) -> bool {
        self.uid == uid || (self.kind.is_change() && self.about == Some(uid))
    }

    fn answers(&self, uid: Uid) -> bool {
        !self.kind.is_change() && self.about == Some(uid)
    }

    /// A change of this kind takes the place of its words: of the same kind, or, where those are words of the message, the
    /// message itself.
    fn gives_way_to(&self, kind: MessageKind) -> bool {
        self.kind == kind || (kind == MessageKind::Edit && !self.kind.is_change())
    }
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
        for entry in self.entries.iter_mut().filter(|entry| entry.names.is_of(uid)) {
            entry.payload = Arc::clone(deletion);
        }
    }

    /// A message gets other words, or another emoji: what never went out of the ones before goes out with these. What did
    /// go out stays as it is, and so does what would not fit a frame. Gives the messages that say something else now.
    pub(super) fn reword(&mut self, uid: Uid, kind: MessageKind, text: &str) -> Vec<MessageId> {
        let mut reworded = Vec::new();
        let is_unsaid = |entry: &&mut HeldEntry| {
            !entry.written && entry.names.is_of(uid) && entry.names.gives_way_to(kind)
        };
        for entry in self.entries.iter_mut().filter(is_unsaid) {
            let payload = Entry::reworded(&entry.payload, text).filter(|payload| payload.len() <= MAX_FRAME);
            if let Some(payload) = payload {
                entry.payload = payload.into();
                reworded.push(entry.message);
            }
        }
        reworded
    }

    /// What is answered has other words, or none any more: answers that never went out quote those. Of what was taken back
    /// nothing goes out once more either. Gives the messages that quote something else now.
    pub(super) fn requote(&mut self, uid: Uid, quote: Option<&str>) -> Vec<MessageId> {
        let mut requoted = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.names.answers(uid)) {
            if entry.written && quote.is_some() {
                continue;
            }
            let payload = Entry::requoted(&entry.payload, quote.unwrap_or_default());
            if let Some(payload) = payload.filter(|payload| payload.len() <= MAX_FRAME) {
                entry.payload = payload.into();
                requoted.push(entry.message);
            }
        }
        requoted
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
