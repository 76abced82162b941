//! The messages that a dialect was given and has not answered for: each once, in the order they were given, within limits.
//!
//! Where a message goes and when is the dialect's; what it keeps of one meanwhile is `S`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{ConversationId, Fault, MessageId};

/// Messages for one peer: more than a person types while a connection is made or a name is looked up.
pub const MAX_FOR_PEER: usize = 256;
/// The same in bytes: a few messages of the largest size. A peer that reads nothing gets no more of our memory.
pub const MAX_FOR_PEER_BYTES: usize = 4 * 1024 * 1024;
/// For all peers. Many of them have to read nothing before others get no room.
pub const MAX_MESSAGES: usize = 4_096;
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// One message.
#[derive(Debug)]
pub struct Queued<S> {
    pub conversation: ConversationId,
    /// As it goes over the wire.
    pub payload: Arc<[u8]>,
    pub state: S,
    sequence: u64,
}

#[derive(Debug)]
pub struct Outbox<S> {
    table: BTreeMap<MessageId, Queued<S>>,
    /// Those of each peer, oldest first.
    order: BTreeMap<(ConversationId, u64), MessageId>,
    bytes: usize,
    pushed: u64,
}

impl<S> Default for Outbox<S> {
    fn default() -> Self {
        Self { table: BTreeMap::new(), order: BTreeMap::new(), bytes: 0, pushed: 0 }
    }
}

impl<S: Default> Outbox<S> {
    /// Takes a message in, behind the others; `Fault::Busy` when there is no room for it.
    pub fn push(
        &mut self,
        conversation: ConversationId,
        message: MessageId,
        payload: Arc<[u8]>,
    ) -> Result<(), Fault> {
        let length = payload.len();
        let (count, weight) =
            self.of(conversation).fold((0_usize, length), |(count, weight), (_, queued)| {
                (count.saturating_add(1), weight.saturating_add(queued.payload.len()))
            });
        let room = count < MAX_FOR_PEER
            && weight <= MAX_FOR_PEER_BYTES
            && self.table.len() < MAX_MESSAGES
            && self.bytes.saturating_add(length) <= MAX_BYTES;
        if !room {
            return Err(Fault::Busy);
        }
        self.pushed = self.pushed.saturating_add(1);
        self.bytes = self.bytes.saturating_add(length);
        self.order.insert((conversation, self.pushed), message);
        let queued = Queued { conversation, payload, state: S::default(), sequence: self.pushed };
        self.table.insert(message, queued);
        Ok(())
    }
}

impl<S> Outbox<S> {
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub fn contains(&self, message: MessageId) -> bool {
        self.table.contains_key(&message)
    }

    pub fn get(&self, message: MessageId) -> Option<&Queued<S>> {
        self.table.get(&message)
    }

    pub fn get_mut(&mut self, message: MessageId) -> Option<&mut Queued<S>> {
        self.table.get_mut(&message)
    }

    pub fn remove(&mut self, message: MessageId) -> Option<Queued<S>> {
        let queued = self.table.remove(&message)?;
        self.bytes = self.bytes.saturating_sub(queued.payload.len());
        self.order.remove(&(queued.conversation, queued.sequence));
        Some(queued)
    }

    /// The messages of one peer, oldest first.
    pub fn of(&self, conversation: ConversationId) -> impl Iterator<Item = (MessageId, &Queued<S>)> {
        let all = (conversation, 0)..=(conversation, u64::MAX);
        self.order.range(all).filter_map(|(_, message)| Some((*message, self.table.get(message)?)))
    }

    /// The messages of all peers, one peer after the other.
    pub fn iter(&self) -> impl Iterator<Item = (MessageId, &Queued<S>)> {
        self.order.values().filter_map(|message| Some((*message, self.table.get(message)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const _: () = assert!(MAX_BYTES > 15 * MAX_FOR_PEER_BYTES, "one peer is a small part");

    const ANNA: ConversationId = ConversationId(1);
    const BEN: ConversationId = ConversationId(2);

    #[test]
    fn the_order_is_that_of_giving_and_not_that_of_ids() {
        let mut outbox = Outbox::<()>::default();
        for (peer, id) in [(ANNA, 7), (BEN, 6), (ANNA, 3), (ANNA, 5)] {
            outbox.push(peer, MessageId(id), Arc::from([])).expect("room");
        }
        outbox.remove(MessageId(3));
        let ids = |peer| outbox.of(peer).map(|(id, _)| id.0).collect::<Vec<_>>();
        assert_eq!((ids(ANNA), ids(BEN)), (vec![7, 5], vec![6]));
    }

    #[test]
    fn one_peer_that_takes_nothing_leaves_room_for_the_others() {
        let mut outbox = Outbox::<()>::default();
        let large: Arc<[u8]> = vec![0; MAX_FOR_PEER_BYTES / 2].into();
        for (id, room) in [(1, true), (2, true), (3, false)] {
            assert_eq!(outbox.push(ANNA, MessageId(id), Arc::clone(&large)).is_ok(), room, "{id}");
        }
        outbox.push(BEN, MessageId(4), large).expect("room");
        for id in (10..).take(MAX_FOR_PEER - 1) {
            outbox.push(BEN, MessageId(id), Arc::from([1])).expect("room");
        }
        assert_eq!(outbox.push(BEN, MessageId(9), Arc::from([1])), Err(Fault::Busy));
        outbox.remove(MessageId(4));
        outbox.push(BEN, MessageId(9), Arc::from([1])).expect("room");
    }
}
