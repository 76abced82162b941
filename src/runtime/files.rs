//! Files of a session: what a person offers is looked at, and what one fetches gets a place.

use super::session::Session;
use crate::app::{Event, Fetch};

impl Session {
    /// Finds a place for a file and gives the order to fetch it.
    pub(super) fn fetch(&mut self, fetch: &Fetch) -> Option<Event> {
        tracing::debug!(files = fetch.size, "not yet: {}", self.config.exists);
        None
    }
}
