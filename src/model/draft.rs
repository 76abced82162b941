//! What is written in a conversation and has not left, as it is kept for the next start.

use super::MessageId;

/// What stands in the composer, and what it becomes when it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// While a message is edited: what stood there before, and comes back after that.
    pub text: String,
    /// What it answers.
    pub reply: Option<MessageId>,
    pub edit: Option<EditDraft>,
}

/// Other words for a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditDraft {
    pub message: MessageId,
    pub text: String,
}

impl Draft {
    /// Nothing is written.
    pub const EMPTY: Self = Self { text: String::new(), reply: None, edit: None };

    /// One that answers and changes nothing.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::EMPTY }
    }

    pub const fn is_empty(&self) -> bool {
        self.text.is_empty() && self.edit.is_none()
    }

    /// The bytes of its texts.
    pub fn weight(&self) -> usize {
        self.text.len().saturating_add(self.edit.as_ref().map_or(0, |edit| edit.text.len()))
    }
}
