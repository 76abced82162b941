//! Which messages speak to us by name, and which of them nobody has read yet.

use std::collections::BTreeSet;

use crate::model::MessageId;

/// Messages remembered: more than anybody goes back through one by one.
const MAX_REMEMBERED: usize = 99;

/// The newest messages of a room that speak to us.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    messages: BTreeSet<MessageId>,
    /// Everything up to here has been read.
    read_to: Option<MessageId>,
}

impl Mentions {
    pub(super) fn add(&mut self, message: MessageId) {
        self.messages.insert(message);
        if self.messages.len() > MAX_REMEMBERED {
            self.messages.pop_first();
        }
    }

    /// What another conversation had was in this one.
    pub(super) fn merge(&mut self, other: &Self) {
        other.messages.iter().for_each(|message| self.add(*message));
    }

    /// Those that are unread.
    pub(super) fn unread(&self) -> u32 {
        let unread = self.messages.iter().rev().take_while(|message| Some(**message) > self.read_to);
        u32::try_from(unread.count()).unwrap_or(u32::MAX)
    }

    /// Everything up to this message has been read.
    pub(super) fn read(&mut self, up_to: Option<MessageId>) {
        self.read_to = self.read_to.max(up_to);
    }

    /// The newest of them, or the one before another message.
    pub(super) fn before(&self, message: Option<MessageId>) -> Option<MessageId> {
        match message {
            Some(message) => self.messages.range(..message).next_back(),
            None => self.messages.last(),
        }
        .copied()
    }

    pub(super) fn remove(&mut self, message: MessageId) {
        self.messages.remove(&message);
    }

    /// Nothing older than this message is there any more.
    pub(super) fn drop_before(&mut self, message: MessageId) {
        self.messages = self.messages.split_off(&message);
    }

    pub(super) fn clear(&mut self) {
        self.messages.clear();
    }
}
