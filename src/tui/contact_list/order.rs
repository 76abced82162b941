//! The order of the contact list under the hand: rows stand still while somebody uses the program, whatever arrives.
//! Knows no clock: the moment comes in.

use std::time::{Duration, Instant};

use crate::app::{ListRow, Section, State};
use crate::model::ConversationId;

/// Without a key or the mouse for so long nobody is about to press one more: the list may be sorted again.
const QUIET: Duration = Duration::from_secs(10);

/// Where the rows stand.
#[derive(Debug, Default)]
pub(super) struct ListOrder {
    /// The place of each row, by their ids; empty: they are sorted when they are asked for next.
    places: Vec<(ConversationId, usize)>,
    /// When there was a key, or the mouse, for the last time. A start is like one.
    touched: Option<Instant>,
    /// The app would have them stand otherwise.
    is_stale: bool,
}

impl ListOrder {
    /// There was a key, or the mouse: from now on the rows stay where they are.
    pub(super) fn touch(&mut self, now: Option<Instant>) {
        self.touched = now.or(self.touched);
    }

    /// Sorts the list, because the person went somewhere else than to the next row.
    pub(super) fn renew(&mut self) {
        self.places.clear();
        self.is_stale = true;
    }

    /// When rows are to move, if nobody touches anything until then.
    pub(super) fn rests_at(&self) -> Option<Instant> {
        self.touched.filter(|_| self.is_stale)?.checked_add(QUIET)
    }

    /// Rows are to move now.
    pub(super) fn is_due(&self, now: Option<Instant>) -> bool {
        self.is_stale && (self.places.is_empty() || self.is_quiet(now))
    }

    /// Nobody has touched anything for long enough.
    fn is_quiet(&self, now: Option<Instant>) -> bool {
        let until = self.touched.and_then(|touched| touched.checked_add(QUIET));
        until.is_none_or(|until| now.is_some_and(|now| now >= until))
    }

    /// The rows as they stand now; what has come since they were sorted is at the end of its section, or of its group.
    pub(super) fn listed<'s>(&mut self, state: &'s State, now: Option<Instant>) -> Vec<&'s ListRow> {
        let sorted: Vec<&ListRow> = state.list().collect();
        if self.places.is_empty() || self.is_quiet(now) {
            self.touched = self.touched.or(now);
            self.number(&sorted);
            return sorted;
        }
        self.number_new(&sorted);
        let mut listed = sorted.clone();
        listed.sort_by_cached_key(|row| (row.section, group(row), self.place(row.id)));
        self.is_stale = listed.iter().zip(&sorted).any(|(one, other)| one.id != other.id);
        listed
    }

    fn number(&mut self, rows: &[&ListRow]) {
        self.places = rows.iter().map(|row| row.id).zip(0..).collect();
        self.places.sort_unstable();
        self.is_stale = false;
    }

    /// Each of those that have come since stands behind those before.
    fn number_new(&mut self, rows: &[&ListRow]) {
        let new: Vec<ConversationId> =
            rows.iter().map(|row| row.id).filter(|id| self.place(*id).is_none()).collect();
        if new.is_empty() {
            return;
        }
        let behind = self.places.iter().map(|(_, place)| place.saturating_add(1)).max().unwrap_or(0);
        self.places.extend(new.into_iter().zip(behind..));
        self.places.sort_unstable();
    }

    fn place(&self, id: ConversationId) -> Option<usize> {
        let at = self.places.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.places.get(at).map(|(_, place)| *place)
    }
}

/// The group that a row stands with, where the list has groups.
fn group(row: &ListRow) -> Option<&str> {
    row.cluster.as_deref().filter(|_| row.section == Section::Nearby)
}
