//! The order of the contact list under the hand: rows stand still while somebody steps through them, whatever
//! arrives. Knows no clock: the moment comes in.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::app::{ListRow, State};
use crate::model::ConversationId;

/// Without a key or the mouse for so long nobody is about to press one more: the list may be sorted again.
const QUIET: Duration = Duration::from_secs(10);

/// Where the rows stand.
#[derive(Debug, Default)]
pub(super) struct ListOrder {
    /// The place of each row when somebody touched the program; empty: nobody does, and the app's order holds.
    places: BTreeMap<ConversationId, usize>,
    /// When that was the last time.
    touched: Option<Instant>,
}

impl ListOrder {
    /// There was a key, or the mouse: from now on the rows stay where they are.
    pub(super) fn touch(&mut self, state: &State, now: Option<Instant>) {
        if self.places.is_empty() {
            self.renew(state);
        }
        self.touched = now;
    }

    /// Sorts the list, because the person went somewhere else than to the next row.
    pub(super) fn renew(&mut self, state: &State) {
        self.places = state.list().map(|row| row.id).zip(0..).collect();
    }

    /// The rows as they stand; what has come since is at the end of its section.
    pub(super) fn listed(&self, state: &State) -> Vec<ListRow> {
        let mut listed: Vec<ListRow> = state.list().collect();
        if !self.places.is_empty() {
            let place = |row: &ListRow| self.places.get(&row.id).copied().unwrap_or(usize::MAX);
            listed.sort_by_cached_key(|row| (row.section, place(row)));
        }
        listed
    }

    /// When the list may be sorted again.
    pub(super) fn rests_at(&self) -> Option<Instant> {
        self.touched.filter(|_| !self.places.is_empty()).and_then(|touched| touched.checked_add(QUIET))
    }

    /// Nobody has touched anything for long enough. `true`: rows move.
    pub(super) fn rest(&mut self, state: &State) -> bool {
        let stood: Vec<ConversationId> = self.listed(state).iter().map(|row| row.id).collect();
        self.places.clear();
        !stood.into_iter().eq(state.list().map(|row| row.id))
    }
}
