//! What waits for the store, each source in its turn, and what is under way through it.
//!
//! Knows no conversation but by the name of its lane. A message has no number before its turn, so numbers stay in order.

use std::collections::BTreeSet;

use super::gate::{QuotaKey, QuotaScope};
use crate::model::fair_queue::{Bounds, QueueClass};
use crate::model::traffic::Received;
use crate::model::{ConversationId, FairQueue, Message, Uid};

/// What waits: the burst of messages that is promised to pass, and half as much beside it; that burst of short ones, or
/// sixty of the largest.
const WAITING: Bounds = Bounds { items: 16_384, bytes: 8 * 1024 * 1024 };
/// What bounds these is their dialect, peer by peer: it reads no more before it knows what became of what it has read.
const UNBOUNDED: Bounds = Bounds { items: usize::MAX, bytes: usize::MAX };
/// Messages on their way through the store: what it commits within some ten milliseconds, so that whoever comes next
/// waits for no more than that.
const MAX_UNDERWAY: usize = 256;
/// Their bytes: what takes a slow disk some ten milliseconds.
const MAX_UNDERWAY_BYTES: usize = 2 * 1024 * 1024;

/// A message that is not kept, and whose quota it counts for.
#[derive(Clone, Debug)]
pub(in crate::app) struct DroppedMessage {
    pub(in crate::app) scope: QuotaScope,
    pub(in crate::app) received: Received,
}

#[derive(Clone, Debug)]
pub(in crate::app) struct Queue {
    waiting: FairQueue<(QuotaScope, QuotaKey), Received>,
    /// What trusted peers say, before all others: nothing of it is dropped, since what comes after it would stand before it.
    trusted: FairQueue<ConversationId, Received>,
    underway: usize,
    underway_bytes: usize,
    /// Those of them that have one.
    underway_uids: BTreeSet<(ConversationId, Uid)>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            waiting: FairQueue::new(WAITING),
            trusted: FairQueue::new(UNBOUNDED),
            underway: 0,
            underway_bytes: 0,
            underway_uids: BTreeSet::new(),
        }
    }
}

/// As `Message::weight` counts it later.
fn weight(received: &Received) -> usize {
    let words = received.text.len().saturating_add(received.payload.len());
    size_of::<Message>().saturating_add(words).saturating_add(received.files.weight())
}

impl Queue {
    /// Waits for its turn. Where there is no room for all, what was dropped for it.
    pub(in crate::app) fn push(
        &mut self,
        key: (QuotaScope, QuotaKey),
        received: Received,
    ) -> Vec<DroppedMessage> {
        let class = match key.0 {
            QuotaScope::Strangers => QueueClass::Stranger,
            QuotaScope::Conversation(_) => QueueClass::Known,
        };
        let dropped = self.waiting.push(class, key, weight(&received), received);
        dropped.into_iter().map(|((scope, _), received)| DroppedMessage { scope, received }).collect()
    }

    /// What a trusted peer says waits for its turn. There is room for all of it.
    pub(in crate::app) fn push_trusted(&mut self, conversation: ConversationId, received: Received) {
        let bytes = weight(&received);
        let _dropped = self.trusted.push(QueueClass::Known, conversation, bytes, received);
    }

    /// The next whose turn it is, if the store has room.
    pub(in crate::app) fn next(&mut self) -> Option<Received> {
        let is_full = self.underway >= MAX_UNDERWAY || self.underway_bytes >= MAX_UNDERWAY_BYTES;
        if is_full { None } else { self.trusted.pop().or_else(|| self.waiting.pop()) }
    }

    /// This one is with the store now.
    pub(in crate::app) fn begin(&mut self, message: &Message) {
        self.underway = self.underway.saturating_add(1);
        self.underway_bytes = self.underway_bytes.saturating_add(message.weight());
        self.underway_uids.extend(message.uid.map(|uid| (message.conversation, uid)));
    }

    /// The store has said what became of it.
    pub(in crate::app) fn end(&mut self, message: &Message) {
        self.underway = self.underway.saturating_sub(1);
        self.underway_bytes = self.underway_bytes.saturating_sub(message.weight());
        if let Some(uid) = message.uid {
            self.underway_uids.remove(&(message.conversation, uid));
        }
    }

    /// Whether a message of this name is with the store.
    pub(in crate::app) fn is_underway(&self, conversation: ConversationId, uid: Uid) -> bool {
        self.underway_uids.contains(&(conversation, uid))
    }
}
