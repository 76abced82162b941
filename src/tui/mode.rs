//! What the keys speak to: the draft, a message that is chosen, or a word that is looked for.

use super::query::Query;
use super::scrollback::Position;
use crate::model::MessageId;

/// What the keys speak to when no popup is open.
#[derive(Clone, Debug, Default)]
pub(super) enum Mode {
    #[default]
    Writing,
    /// One message is chosen.
    Selecting(Selection),
    /// A word is looked for in the conversation.
    Finding(Box<Find>),
}

/// What is chosen in select mode: a message, or one file of it, or all messages from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    pub message: MessageId,
    pub file: Option<u16>,
    /// Where the range begins that ends with the message.
    pub mark: Option<MessageId>,
    /// Where one read before, to go back to.
    pub from: Position,
    /// The end of the conversation that one is on the way to.
    pub towards: Option<Edge>,
    /// The edge of what can be seen that is chosen when the page has come that one scrolls to.
    pub paging: Option<Edge>,
}

/// An end of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Oldest,
    Newest,
}

impl Selection {
    /// This message alone, chosen from there.
    pub(super) const fn new(message: MessageId, from: Position) -> Self {
        Self { message, file: None, mark: None, from, towards: None, paging: None }
    }

    /// The message, and with a range all of it.
    pub(super) fn holds(&self, message: MessageId) -> bool {
        let mark = self.mark.unwrap_or(self.message);
        (self.message.min(mark)..=self.message.max(mark)).contains(&message)
    }
}

/// A search in the open conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Find {
    pub query: Query,
    pub current: Option<MessageId>,
    /// Where one goes as soon as the matches are known that far.
    pub goal: Option<Goal>,
    /// The current match has yet to be brought into sight, within its message too.
    pub reveal: bool,
    /// How many matches were known when more of them were asked for.
    pub asked: Option<usize>,
    /// The word is being typed; otherwise the composer has the keys again and F3 goes on.
    pub typing: bool,
}

/// A match that one goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Newest,
    /// Older, or newer, than the current one.
    Older,
    Newer,
}
