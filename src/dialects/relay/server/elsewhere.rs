//! The members of one room that are at other relays of the same log. They are in its list like all others, and nothing is sent
//! to them from here.

use std::collections::{BTreeMap, BTreeSet};

/// As many as relays tell each other of one room. Who is beyond it is seen when it writes.
const MAX_ELSEWHERE: usize = 65_536;

#[derive(Debug, Default)]
pub(super) struct MembersElsewhere {
    /// Their indexes in the room.
    table: BTreeMap<u64, u32>,
    /// Members here that another relay has as well: one of the two has not noticed yet.
    twice: BTreeSet<u64>,
}

impl MembersElsewhere {
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Its index here.
    pub(super) fn index_of(&self, id: u64) -> Option<u32> {
        self.table.get(&id).copied()
    }

    /// Whether there is room for one more.
    pub(super) fn has_room(&self) -> bool {
        self.len() < MAX_ELSEWHERE
    }

    /// A member that has that index is there.
    pub(super) fn go(&mut self, id: u64, index: u32) {
        let _before = self.table.insert(id, index);
    }

    /// A member that is here is there as well.
    pub(super) fn meet(&mut self, id: u64) {
        self.twice.insert(id);
    }

    /// It is here now: the index that it had.
    pub(super) fn come(&mut self, id: u64) -> Option<u32> {
        let index = self.table.remove(&id)?;
        self.twice.insert(id);
        Some(index)
    }

    /// It is not here any more. Whether it is there.
    pub(super) fn part(&mut self, id: u64) -> bool {
        self.twice.remove(&id)
    }

    /// It is not there any more: the index that is free then.
    pub(super) fn leave(&mut self, id: u64) -> Option<u32> {
        self.twice.remove(&id);
        self.table.remove(&id)
    }
}
