//! Of whom a crowded room is told: of those who write, so that their names are known, and of nobody who comes and goes in
//! silence. Else each of many would be told of each.

use std::collections::BTreeMap;

/// A room with more members, those at other relays included, is crowded, and is so until it has no more than `SPARSE`: one
/// that comes and goes does not change it each time.
const CROWDED: usize = 1_000;
const SPARSE: usize = 900;

#[derive(Debug, Default)]
pub(super) struct RoomCrowd {
    is_crowded: bool,
    /// Members that came so far.
    arrivals: u64,
    /// Of whom the room was told, and how many had come by then.
    introduced: BTreeMap<u32, u64>,
}

impl RoomCrowd {
    pub(super) const fn is_crowded(&self) -> bool {
        self.is_crowded
    }

    /// There are so many members now. Whether that makes it a crowd or none, where it changes anything.
    pub(super) fn weigh(&mut self, count: usize) -> Option<bool> {
        let is_crowded = count > if self.is_crowded { SPARSE } else { CROWDED };
        let changes = is_crowded != self.is_crowded;
        self.is_crowded = is_crowded;
        if changes {
            self.introduced.clear();
        }
        changes.then_some(is_crowded)
    }

    /// Somebody came who knows nobody.
    pub(super) const fn on_arrival(&mut self) {
        self.arrivals = self.arrivals.saturating_add(1);
    }

    /// Whether the room is told what becomes of this member.
    pub(super) fn knows(&self, index: u32) -> bool {
        !self.is_crowded || self.introduced.contains_key(&index)
    }

    /// Whether some do not know this member, which writes. From now on they do.
    pub(super) fn introduce(&mut self, index: u32) -> bool {
        self.is_crowded && self.introduced.insert(index, self.arrivals) != Some(self.arrivals)
    }

    pub(super) fn forget(&mut self, index: u32) {
        self.introduced.remove(&index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_at_the_limit_is_not_crowded_by_turns() {
        let mut crowd = RoomCrowd::default();
        assert_eq!(crowd.weigh(CROWDED), None);
        assert_eq!(crowd.weigh(CROWDED + 1), Some(true));
        for count in [CROWDED, CROWDED + 1, SPARSE + 1] {
            assert_eq!(crowd.weigh(count), None);
            assert!(crowd.is_crowded());
        }
        assert_eq!(crowd.weigh(SPARSE), Some(false));
        assert_eq!(crowd.weigh(CROWDED), None);
    }

    #[test]
    fn whoever_writes_is_introduced_once_for_all_who_are_there() {
        let mut crowd = RoomCrowd::default();
        assert!(crowd.knows(1) && !crowd.introduce(1), "everybody is told of everybody");
        crowd.weigh(CROWDED + 1);
        assert!(!crowd.knows(1));
        assert_eq!([crowd.introduce(1), crowd.introduce(1)], [true, false]);
        crowd.on_arrival();
        assert!(crowd.introduce(1), "somebody has come who does not know it");
        crowd.forget(1);
        assert!(!crowd.knows(1));
    }
}
