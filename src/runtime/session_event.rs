//! What a session tells its front.

use super::completion::FoundPath;
use crate::app::Event;
use crate::model::{Capture, ConversationId, Phrase};

/// Something that happened to the session.
#[derive(Debug)]
pub enum SessionEvent {
    /// To be handed to [`Session::apply`](super::Session::apply).
    App(Event),
    /// `config.toml` was read again.
    Config,
    /// What a path could become, as it is to be inserted: the answer to [`Session::complete`](super::Session::complete).
    Completed { typed: String, found: Vec<FoundPath> },
    /// A command could not be done, which only the disk could tell. It was typed in that conversation; `None`: or was filled
    /// in elsewhere.
    Refused { conversation: Option<ConversationId>, typed: String, why: Phrase },
    /// What passed the sockets, while [`Session::watch_wire`](super::Session::watch_wire) is on.
    Captured(Capture),
    /// The network side or the store has ended, which only a bug of ours can cause.
    Broken,
}
