//! Parts of a conversation, as they are read from the history.

use std::sync::Arc;

use super::{ConversationId, Message, MessageId, Uid};

/// Which part of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageAnchor {
    Newest,
    Oldest,
    /// The message somewhere in the middle, or where it would stand.
    Around(MessageId),
    /// What stands right above this message.
    Before(MessageId),
    /// What stands right below this message.
    After(MessageId),
    /// The message of ours, or of the peer's, that both sides know by this name, and no other.
    Named {
        uid: Uid,
        ours: bool,
    },
}

/// What a page is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be read.
    Show,
    /// Its payloads are decoded again, since the encoding has changed.
    Redecode,
    /// To know where it stands: the peer has read up to there.
    Locate,
    /// For what was said last, where that is gone by now.
    LastWords,
    /// To know which of them speak to us by name.
    Mentions,
    /// To remove what was begun of what the peer does not offer any more.
    Withdrawn,
}

/// A part of a conversation is wanted. A page ends after `messages`, or at the first one beyond [`MAX_PAGE_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageQuery {
    pub conversation: ConversationId,
    pub at: PageAnchor,
    pub messages: usize,
    pub purpose: Purpose,
}

/// Messages of one page: several screens.
pub const PAGE: usize = 200;

/// Bytes of one page, as `Message::weight` counts them: sixteen of the largest messages, each more than a screen.
/// The first message is always whole.
pub const MAX_PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Earlier versions of one message that come with a page, the newest: all of them are kept, and exported.
pub const MAX_VERSIONS: usize = 50;

/// A part of a conversation, oldest first. Changes of other messages are none of its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub query: PageQuery,
    pub messages: Vec<Arc<Message>>,
    /// What its messages answer, and what was said about both: of each at most whether it was taken back, the words that
    /// stand now, and an emoji of each side; then earlier versions, the newest, up to [`MAX_VERSIONS`] of a message and
    /// [`MAX_PAGE_BYTES`] of all. In order of their ids.
    pub related: Vec<Arc<Message>>,
    /// There are messages above the first, or below the last.
    pub older: bool,
    pub newer: bool,
}
