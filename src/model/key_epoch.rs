//! Since when a peer has the key that it has: what was said to it before went to another one.

use super::{Direction, Mark, Message, MessageId, WallTime};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyEpoch {
    /// The line of the conversation that says so.
    pub line: MessageId,
    pub since: WallTime,
}

impl KeyEpoch {
    /// The message of ours went out before, and nobody with the present key has said since that it is there. What waited
    /// then goes to the present key.
    pub fn is_after(&self, message: &Message) -> bool {
        match &message.direction {
            Direction::Outgoing { mark: Mark::Sent | Mark::Delivered | Mark::Read, marked, .. } => {
                message.id < self.line && *marked <= self.since
            }
            Direction::Outgoing { mark: Mark::Waiting | Mark::Failed(_), .. }
            | Direction::Incoming { .. }
            | Direction::Notice(_) => false,
        }
    }
}
