//! The backend that keeps the history in memory, until the program ends.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Backend, Op};
use crate::model::{ConversationId, Direction, Message, MessageId, Phrase};

/// Messages kept per conversation: two bursts of the size the network side promises to survive, times five.
const MAX_MESSAGES: usize = 100_000;

/// Messages by conversation, oldest first. The oldest go when a conversation is full.
#[derive(Debug, Default)]
pub struct Memory {
    conversations: BTreeMap<ConversationId, VecDeque<Arc<Message>>>,
}

impl Memory {
    /// What is kept of one conversation, oldest first.
    pub fn messages(&self, conversation: ConversationId) -> impl Iterator<Item = &Arc<Message>> {
        self.conversations.get(&conversation).into_iter().flatten()
    }

    fn find(&mut self, conversation: ConversationId, id: MessageId) -> Option<&mut Arc<Message>> {
        let messages = self.conversations.get_mut(&conversation)?;
        let at = messages.binary_search_by_key(&id, |message| message.id).ok()?;
        messages.get_mut(at)
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Insert(message) => self.insert(message),
            Op::Replace(message) => {
                if let Some(slot) = self.find(message.conversation, message.id) {
                    *slot = Arc::clone(message);
                }
            }
            Op::SetMark { conversation, message, mark } => {
                if let Some(slot) = self.find(*conversation, *message) {
                    Arc::make_mut(slot).direction = Direction::Outgoing { mark: mark.clone() };
                }
            }
            Op::Clear { conversation } => {
                self.conversations.remove(conversation);
            }
        }
    }

    fn insert(&mut self, message: &Arc<Message>) {
        let messages = self.conversations.entry(message.conversation).or_default();
        if messages.len() >= MAX_MESSAGES {
            messages.pop_front();
        }
        messages.push_back(Arc::clone(message));
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
