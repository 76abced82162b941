//! Changes of the history, and what became of them. The store carries them out; app and fronts read them.

use std::sync::Arc;

use super::{ConversationId, Mark, Message, MessageId, Phrase};

/// Bytes one conversation keeps, as `Message::weight` counts them; the oldest messages go first. A thousand of the
/// largest messages, or some hundred thousand short ones.
pub const MAX_CONVERSATION_BYTES: usize = 64 * 1024 * 1024;

/// One change of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// A new message; its id is higher than every one before it in its conversation.
    Insert(Arc<Message>),
    /// Another version of a stored message: decoded again, or its payload became known.
    Replace(Arc<Message>),
    /// What is now known about an outgoing message.
    SetMark { conversation: ConversationId, message: MessageId, mark: Mark },
    /// Removes all messages of a conversation.
    Clear { conversation: ConversationId },
    /// Removes the messages of these conversations that are older than `before`.
    Trim { conversations: Vec<ConversationId>, before: MessageId },
}

/// What became of changes, in the order they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    Committed(Vec<Op>),
    /// Nothing of these is kept; the chat goes on.
    Refused {
        ops: Vec<Op>,
        why: Phrase,
    },
}
