//! What of a conversation only memory has: notices, and what the store refused; and what the store still has to be told.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::model::{ConversationId, Direction, Message, MessageId, Uid};

/// Messages that only memory has: notices, and what the store refused. The oldest go first.
const MAX_UNSTORED: usize = 10_000;

/// Their bytes, as `Message::weight` counts them.
const MAX_UNSTORED_BYTES: usize = 16 * 1024 * 1024;

/// Messages of a run without a history that are known one by one; of what is older only the number is.
const MAX_EPHEMERAL: usize = 10_000;

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Unsaved {
    messages: VecDeque<Arc<Message>>,
    /// What they weigh together.
    bytes: usize,
    /// Messages that the store refused and that memory had no room for any more.
    lost: u64,
    /// Messages of a run that has no history.
    ephemeral: BTreeSet<MessageId>,
    /// How many of those are older than what is known one by one.
    older: usize,
    /// Messages up to this one are about to be removed, or have been.
    clearing: Option<MessageId>,
    cleared: Option<MessageId>,
    /// What the history knows of the conversation besides its messages is out of date.
    outdated: bool,
}

impl Unsaved {
    pub(in crate::app) const fn lost(&self) -> u64 {
        self.lost
    }

    /// How many messages are gone when the program ends.
    pub(in crate::app) fn count(&self) -> usize {
        self.messages().count().saturating_add(self.ephemeral.len()).saturating_add(self.older)
    }

    /// There is no history that could have the message.
    pub(in crate::app) fn add_ephemeral(&mut self, id: MessageId) {
        self.ephemeral.insert(id);
        self.count_oldest();
    }

    fn count_oldest(&mut self) {
        while self.ephemeral.len() > MAX_EPHEMERAL && self.ephemeral.pop_first().is_some() {
            self.older = self.older.saturating_add(1);
        }
    }

    /// Messages that the history does not have, or not as they are shown.
    pub(in crate::app) fn messages(&self) -> impl Iterator<Item = &Arc<Message>> {
        let is_going = |message: &Message| self.clearing.is_some_and(|clearing| message.id <= clearing);
        let is_unsaved = move |message: &&Arc<Message>| {
            !matches!(message.direction, Direction::Notice(_)) && !is_going(message)
        };
        self.messages.iter().filter(is_unsaved)
    }

    pub(super) fn get(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// Whether it holds a message that came with this uid.
    pub(in crate::app) fn has_uid(&self, uid: Uid) -> bool {
        self.messages.iter().any(|message| message.incoming_uid() == Some(uid))
    }

    /// Everything that only memory has, oldest first.
    pub(super) fn all(&mut self) -> &[Arc<Message>] {
        self.messages.make_contiguous()
    }

    /// Keeps a message in memory, since the store did not or never will.
    pub(in crate::app) fn add(&mut self, message: Arc<Message>) {
        self.bytes = self.bytes.saturating_add(message.weight());
        let at = self.messages.partition_point(|one| one.id < message.id);
        match self.messages.get_mut(at) {
            Some(slot) if slot.id == message.id => {
                self.bytes = self.bytes.saturating_sub(slot.weight());
                *slot = message;
            }
            Some(_) | None => self.messages.insert(at, message),
        }
        while (self.messages.len() > MAX_UNSTORED || self.bytes > MAX_UNSTORED_BYTES)
            && let Some(oldest) = self.messages.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.weight());
            let is_message = !matches!(oldest.direction, Direction::Notice(_));
            self.lost = self.lost.saturating_add(u64::from(is_message));
        }
    }

    /// What only memory has of another conversation belongs to this one.
    pub(super) fn merge(&mut self, other: &Self, into: ConversationId) {
        for message in &other.messages {
            self.add(Arc::new(Message { conversation: into, ..Message::clone(message) }));
        }
        self.lost = self.lost.saturating_add(other.lost);
        self.ephemeral.extend(&other.ephemeral);
        self.older = self.older.saturating_add(other.older);
        self.count_oldest();
    }

    /// The history has the message now as it is here. A version that has changed meanwhile stays.
    pub(in crate::app) fn release(&mut self, message: &Message) {
        self.retain(|one| *one != *message);
    }

    pub(super) fn remove(&mut self, id: MessageId) {
        self.ephemeral.remove(&id);
        self.retain(|message| message.id != id);
    }

    pub(super) fn replace(&mut self, message: &Arc<Message>) {
        if let Some(slot) = self.messages.iter_mut().find(|one| one.id == message.id) {
            self.bytes = self.bytes.saturating_sub(slot.weight()).saturating_add(message.weight());
            slot.clone_from(message);
        }
    }

    /// Drops what is older than that message.
    pub(super) fn drop_before(&mut self, id: MessageId) {
        self.retain(|message| message.id >= id);
        self.ephemeral = self.ephemeral.split_off(&id);
        self.older = 0;
    }

    fn retain(&mut self, stays: impl Fn(&Message) -> bool) {
        self.messages.retain(|message| stays(message));
        self.bytes = self.messages.iter().map(|message| message.weight()).sum();
    }

    /// The store was asked to remove everything up to this message.
    pub(in crate::app) const fn begin_clearing(&mut self, up_to: MessageId) {
        self.clearing = Some(up_to);
    }

    /// The store did not remove it.
    pub(in crate::app) const fn cancel_clearing(&mut self) {
        self.clearing = None;
    }

    pub(super) fn end_clearing(&mut self, up_to: MessageId) {
        self.clearing = None;
        self.cleared = self.cleared.max(Some(up_to));
    }

    /// Whether the message was removed.
    pub(in crate::app) fn is_cleared(&self, id: MessageId) -> bool {
        self.cleared.is_some_and(|cleared| cleared >= id)
    }

    pub(in crate::app) const fn set_outdated(&mut self, outdated: bool) {
        self.outdated = outdated;
    }

    pub(in crate::app) const fn take_outdated(&mut self) -> bool {
        std::mem::replace(&mut self.outdated, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_without_a_history_counts_all_and_knows_the_newest() {
        let (mut unsaved, many) = (Unsaved::default(), MAX_EPHEMERAL + 5);
        (1..).take(many).for_each(|id| unsaved.add_ephemeral(MessageId(id)));
        assert_eq!((unsaved.count(), unsaved.ephemeral.len()), (many, MAX_EPHEMERAL));
        let mut merged = Unsaved::default();
        merged.add_ephemeral(MessageId(0));
        merged.merge(&unsaved, ConversationId(1));
        assert_eq!((merged.count(), merged.ephemeral.len()), (many + 1, MAX_EPHEMERAL));
        merged.drop_before(MessageId(u64::MAX));
        assert_eq!(merged.count(), 0);
    }
}
