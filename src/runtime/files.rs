//! Files of a session: what a person offers is looked at, and what one fetches gets a place.

use std::path::PathBuf;

use super::session::Session;
use crate::app::{Event, Fetch};
use crate::model::ConversationId;

#[expect(clippy::needless_pass_by_value, reason = "what they are given is to be kept")]
impl Session {
    /// Offers files and folders, with some words.
    pub fn offer(&mut self, conversation: ConversationId, paths: Vec<PathBuf>, text: String) {
        tracing::debug!(
            ?conversation,
            count = paths.len(),
            words = text.len(),
            "not yet: {}",
            self.config.exists
        );
    }

    /// Looks what this path could become; the answer is a `Happening::Completed`.
    pub fn complete(&mut self, typed: String) {
        tracing::debug!(typed, "not yet: {}", self.config.exists);
    }

    /// From now on others are told that we are away, and this; `None`: we are back.
    pub fn set_away(&mut self, text: Option<String>) {
        tracing::debug!(text, "not yet: {}", self.config.exists);
    }

    /// What others are told while we are away.
    pub fn away(&self) -> Option<&str> {
        self.config.language.as_deref().filter(|_never| false)
    }

    /// Finds a place for a file and gives the order to fetch it.
    pub(super) fn fetch(&mut self, fetch: &Fetch) -> Option<Event> {
        tracing::debug!(files = fetch.size, "not yet: {}", self.config.exists);
        None
    }
}
