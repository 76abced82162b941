//! Which messages were shown: the relay that restarted gives new sequence numbers to what it gets again, but sender
//! and number of a message stay.

use std::collections::{BTreeSet, VecDeque};

/// Numbers remembered. A message is said again for 20 seconds at most, and a relay takes 20 a second of one member:
/// enough for ten that write as fast as they may.
const MAX_SEEN: usize = 4_096;

/// The newest messages, by sender and number.
#[derive(Debug, Default)]
pub(super) struct Seen {
    known: BTreeSet<(u64, u32)>,
    /// The oldest first.
    order: VecDeque<(u64, u32)>,
}

impl Seen {
    /// Whether this message is new. A plain member numbers nothing (0): each of its messages is new.
    pub(super) fn insert(&mut self, sender: u64, number: u32) -> bool {
        if number == 0 {
            return true;
        }
        if !self.known.insert((sender, number)) {
            return false;
        }
        self.order.push_back((sender, number));
        if self.order.len() > MAX_SEEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
