//! What later messages have made of an earlier one: its versions, whether it was taken back, the emoji under it.

use std::sync::Arc;

use crate::model::{Mark, Message, WallTime};

/// What came after a message and is about it. Only the author changes and deletes; anybody reacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Its later versions, oldest first.
    pub(super) edits: Vec<Arc<Message>>,
    pub(super) deleted: Option<Arc<Message>>,
    /// Whose emoji stands under it: at most one of each side.
    pub(super) reactions: Vec<Reaction>,
}

/// An emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    pub emoji: String,
    /// It is ours.
    pub own: bool,
}

impl Changes {
    /// The words that stand now, where they are not those of the message.
    pub fn text(&self) -> Option<&str> {
        self.edits.last().map(|edit| edit.text.as_str())
    }

    /// When the words were changed, with the words of each version, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = (WallTime, &str)> {
        self.edits.iter().map(|edit| (edit.time, edit.text.as_str()))
    }

    /// When it was taken back.
    pub fn deleted(&self) -> Option<WallTime> {
        self.deleted.as_ref().map(|deletion| deletion.time)
    }

    pub fn reactions(&self) -> &[Reaction] {
        &self.reactions
    }

    /// What the peer has of the words that stand now: the mark of the last of our changes to them.
    pub fn mark(&self) -> Option<&Mark> {
        self.deleted.as_ref().or_else(|| self.edits.last()).and_then(|change| change.mark())
    }
}
