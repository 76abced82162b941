//! The backend that keeps the history in memory, until the program ends.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Backend, Op};
use crate::model::history::MAX_CONVERSATION_BYTES;
use crate::model::{ConversationId, Direction, Message, MessageId, Phrase};

/// Messages kept per conversation: two bursts of the size the network side promises to survive, times five.
const MAX_MESSAGES: usize = 100_000;

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<Arc<Message>>,
    /// What they weigh together.
    bytes: usize,
}

impl Kept {
    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.messages.pop_front() {
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
    }
}

/// Messages by conversation, oldest first. The oldest go when a conversation is full.
#[derive(Debug, Default)]
pub struct Memory {
    conversations: BTreeMap<ConversationId, Kept>,
}

impl Memory {
    /// What is kept of one conversation, oldest first.
    pub fn messages(&self, conversation: ConversationId) -> impl Iterator<Item = &Arc<Message>> {
        self.conversations.get(&conversation).into_iter().flat_map(|kept| &kept.messages)
    }

    fn find(&mut self, conversation: ConversationId, id: MessageId) -> Option<&mut Arc<Message>> {
        let messages = &mut self.conversations.get_mut(&conversation)?.messages;
        let at = messages.binary_search_by_key(&id, |message| message.id).ok()?;
        messages.get_mut(at)
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Insert(message) => self.insert(message),
            Op::Replace(message) => self.replace(message),
            Op::SetMark { conversation, message, mark } => {
                if let Some(slot) = self.find(*conversation, *message) {
                    Arc::make_mut(slot).direction = Direction::Outgoing { mark: mark.clone() };
                }
            }
            Op::Clear { conversation } => {
                self.conversations.remove(conversation);
            }
            Op::Trim { conversations, before } => {
                for conversation in conversations {
                    self.trim(*conversation, *before);
                }
            }
        }
    }

    fn insert(&mut self, message: &Arc<Message>) {
        let kept = self.conversations.entry(message.conversation).or_default();
        kept.bytes = kept.bytes.saturating_add(message.weight());
        kept.messages.push_back(Arc::clone(message));
        while kept.messages.len() > MAX_MESSAGES || kept.bytes > MAX_CONVERSATION_BYTES {
            kept.drop_oldest();
        }
    }

    fn replace(&mut self, message: &Arc<Message>) {
        let Some(slot) = self.find(message.conversation, message.id) else { return };
        let before = std::mem::replace(slot, Arc::clone(message)).weight();
        if let Some(kept) = self.conversations.get_mut(&message.conversation) {
            kept.bytes = kept.bytes.saturating_sub(before).saturating_add(message.weight());
        }
    }

    fn trim(&mut self, conversation: ConversationId, before: MessageId) {
        let Some(kept) = self.conversations.get_mut(&conversation) else { return };
        while kept.messages.front().is_some_and(|oldest| oldest.id < before) {
            kept.drop_oldest();
        }
        if kept.messages.is_empty() {
            self.conversations.remove(&conversation);
        }
    }
}

impl Backend for Memory {
    fn commit(&mut self, ops: &[Op]) -> Result<(), Phrase> {
        for op in ops {
            self.apply(op);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Mark, WallTime};

    const HERE: ConversationId = ConversationId(1);

    fn message(id: u64, bytes: usize) -> Arc<Message> {
        Arc::new(Message {
            id: MessageId(id),
            conversation: HERE,
            time: WallTime(0),
            direction: Direction::Outgoing { mark: Mark::Waiting },
            text: "x".repeat(bytes),
            payload: Arc::from([]),
        })
    }

    fn ids(memory: &Memory) -> Vec<u64> {
        memory.messages(HERE).map(|message| message.id.0).collect()
    }

    #[test]
    fn the_oldest_go_when_the_bytes_are_too_many() {
        let mut memory = Memory::default();
        let third = MAX_CONVERSATION_BYTES / 3 - 1_024;
        for id in 1..=3 {
            memory.commit(&[Op::Insert(message(id, third))]).expect("kept");
        }
        assert_eq!(ids(&memory), [1, 2, 3]);
        memory.commit(&[Op::Replace(message(3, 1))]).expect("kept");
        memory.commit(&[Op::Insert(message(4, third))]).expect("kept");
        assert_eq!(ids(&memory), [1, 2, 3, 4]);
        memory.commit(&[Op::Insert(message(5, third))]).expect("kept");
        assert_eq!(ids(&memory), [2, 3, 4, 5]);
    }

    #[test]
    fn trimming_takes_what_is_older() {
        let mut memory = Memory::default();
        for id in 1..=4 {
            memory.commit(&[Op::Insert(message(id, 1))]).expect("kept");
        }
        let trim = |before| [Op::Trim { conversations: vec![HERE], before: MessageId(before) }];
        memory.commit(&trim(3)).expect("kept");
        assert_eq!(ids(&memory), [3, 4]);
        memory.commit(&trim(9)).expect("kept");
        assert!(ids(&memory).is_empty() && memory.conversations.is_empty());
    }
}
