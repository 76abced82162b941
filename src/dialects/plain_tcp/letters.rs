//! The messages that were ordered and are not answered yet: those that wait for a stream, and those that one was
//! chosen for, where they wait for the kernel. Decides nothing about where.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{ConversationId, LinkId, MessageId};

/// For one peer: more than a person types while a connection is made.
pub(super) const MAX_FOR_PEER: usize = 64;
/// For one peer, in bytes: a few messages of the largest size. A peer that reads nothing gets no more of our memory.
pub(super) const MAX_FOR_PEER_BYTES: usize = 4 * 1024 * 1024;
/// For all peers. Many of them have to read nothing before others get no room.
pub(super) const MAX_LETTERS: usize = 4_096;
pub(super) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// One message under way.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) conversation: ConversationId,
    pub(super) bytes: Arc<[u8]>,
    /// The stream it goes on.
    pub(super) on: Option<LinkId>,
    /// And it was written to it: some of it may be out.
    pub(super) written: bool,
}

#[derive(Debug, Default)]
pub(super) struct Letters {
    table: BTreeMap<MessageId, Letter>,
    /// How many messages and bytes there are for each peer that has some.
    load: BTreeMap<ConversationId, (usize, usize)>,
    bytes: usize,
}

impl Letters {
    /// Takes a message in; `false` when there is no room for it.
    pub(super) fn insert(
        &mut self,
        message: MessageId,
        conversation: ConversationId,
        bytes: Arc<[u8]>,
    ) -> bool {
        let length = bytes.len();
        let (count, weight) = self.load.get(&conversation).copied().unwrap_or_default();
        let room = count < MAX_FOR_PEER
            && weight.saturating_add(length) <= MAX_FOR_PEER_BYTES
            && self.table.len() < MAX_LETTERS
            && self.bytes.saturating_add(length) <= MAX_BYTES;
        if room {
            self.load.insert(conversation, (count.saturating_add(1), weight.saturating_add(length)));
            self.bytes = self.bytes.saturating_add(length);
            self.table.insert(message, Letter { conversation, bytes, on: None, written: false });
        }
        room
    }

    pub(super) fn contains(&self, message: MessageId) -> bool {
        self.table.contains_key(&message)
    }

    pub(super) fn get(&self, message: MessageId) -> Option<&Letter> {
        self.table.get(&message)
    }

    pub(super) fn get_mut(&mut self, message: MessageId) -> Option<&mut Letter> {
        self.table.get_mut(&message)
    }

    pub(super) fn remove(&mut self, message: MessageId) -> Option<Letter> {
        let letter = self.table.remove(&message)?;
        let length = letter.bytes.len();
        self.bytes = self.bytes.saturating_sub(length);
        if let Some((count, weight)) = self.load.get_mut(&letter.conversation) {
            *count = count.saturating_sub(1);
            *weight = weight.saturating_sub(length);
            if *count == 0 {
                self.load.remove(&letter.conversation);
            }
        }
        Some(letter)
    }

    /// Those for which `wanted` holds, in the order they were written by a person.
    pub(super) fn which(&self, wanted: impl Fn(&Letter) -> bool) -> Vec<MessageId> {
        self.table.iter().filter(|(_, letter)| wanted(letter)).map(|(id, _)| *id).collect()
    }
}
