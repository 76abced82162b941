//! The members of one room by index, and those who left while their words can still be asked for.

use std::collections::{BTreeMap, VecDeque};

use crate::dialects::relay::frame::{Listed, MAX_BUNDLE};

/// Bytes of the lines of one page: the header of the frame takes 12.
const MAX_PAGE: usize = MAX_BUNDLE - 12;

#[derive(Debug)]
struct RosterLine {
    id: u64,
    name: String,
    here: bool,
}

#[derive(Debug, Default)]
pub(super) struct RoomRoster {
    known: BTreeMap<u32, RosterLine>,
    next: u32,
    /// Who left, and at which entry of the stream. Never more than the ring has entries.
    left: VecDeque<(u64, u32)>,
}

impl RoomRoster {
    /// Gives an index nobody had in this room before.
    pub(super) fn enter(&mut self, id: u64, name: &str) -> u32 {
        let index = self.next;
        self.next = self.next.wrapping_add(1);
        self.known.insert(index, RosterLine { id, name: name.to_owned(), here: true });
        index
    }

    /// The newest index of somebody.
    pub(super) fn find(&self, id: u64) -> Option<u32> {
        self.known.iter().rev().find(|(_, line)| line.id == id).map(|(index, _)| *index)
    }

    /// `false`: it has that name.
    pub(super) fn rename(&mut self, index: u32, name: &str) -> bool {
        let Some(known) = self.known.get_mut(&index).filter(|known| known.name != name) else { return false };
        name.clone_into(&mut known.name);
        true
    }

    /// Who is here at that index.
    pub(super) fn id_of(&self, index: u32) -> Option<u64> {
        self.known.get(&index).filter(|known| known.here).map(|known| known.id)
    }

    /// Somebody left of whom nothing can be asked for.
    pub(super) fn remove(&mut self, index: u32) {
        self.known.remove(&index);
    }

    /// `seq` is the entry that tells of it.
    pub(super) fn leave(&mut self, index: u32, seq: u64) {
        if let Some(known) = self.known.get_mut(&index) {
            known.here = false;
            self.left.push_back((seq, index));
        }
    }

    /// Nothing before `first` can be had any more.
    pub(super) fn forget(&mut self, first: u64) {
        while let Some((_, index)) = self.left.front().copied().filter(|(seq, _)| *seq < first) {
            self.left.pop_front();
            self.known.remove(&index);
        }
    }

    pub(super) fn from(&self, index: u32) -> impl Iterator<Item = Listed<'_>> {
        self.known.range(index..).map(|(index, known)| Listed {
            index: *index,
            id: known.id,
            here: known.here,
            name: &known.name,
        })
    }

    /// The encoded lines of one page of the list: from this index on, as many as a frame has room for.
    pub(super) fn page(&self, from: u32) -> Vec<u8> {
        let mut lines = Vec::new();
        for listed in self.from(from) {
            let whole = lines.len();
            listed.encode(&mut lines);
            if lines.len() > MAX_PAGE {
                lines.truncate(whole);
                break;
            }
        }
        lines
    }
}
