//! After how long messages are removed, and when the next are due.
//!
//! When a message goes is fixed when it is stored and stands in the message: what is said here holds for those to come.

use std::collections::BTreeMap;

use crate::model::{ConversationId, KeepPeriod, WallTime};

/// How long after the store could remove nothing it is asked again, in microseconds.
const RETRY: i64 = 60 * 1_000_000;

#[derive(Debug, Default)]
pub(in crate::app) struct Retention {
    /// As the list of contacts has it.
    periods: BTreeMap<ConversationId, KeepPeriod>,
    /// When the next message is due, as far as is known.
    next: Option<WallTime>,
    /// The store has been asked, and has yet to answer.
    asked: bool,
    /// Messages are due that have to go out first.
    owed: bool,
}

impl Retention {
    pub(in crate::app) fn set(&mut self, id: ConversationId, period: Option<KeepPeriod>) {
        match period {
            Some(period) => drop(self.periods.insert(id, period)),
            None => drop(self.periods.remove(&id)),
        }
    }

    pub(in crate::app) fn period(&self, id: ConversationId) -> Option<KeepPeriod> {
        self.periods.get(&id).copied()
    }

    /// When a message that is stored there now is to be removed.
    pub(in crate::app) fn expiry(&self, id: ConversationId, now: WallTime) -> Option<WallTime> {
        self.period(id).map(|period| period.expiry(now))
    }

    /// When there is something to do; `None`: nothing is due before something else happens.
    pub(in crate::app) fn next(&self) -> Option<WallTime> {
        self.next.filter(|_| !self.asked)
    }

    /// The store has a message that is to be removed then.
    pub(in crate::app) fn note(&mut self, expires: Option<WallTime>) {
        self.next = [self.next, expires].into_iter().flatten().min();
    }

    /// A message of ours has gone out, or never will: what waited for that may go.
    pub(in crate::app) fn on_gone_out(&mut self, now: WallTime) {
        if std::mem::take(&mut self.owed) {
            self.note(Some(now));
        }
    }

    /// Whether the store is to be asked now.
    pub(in crate::app) fn ask(&mut self, now: WallTime) -> bool {
        let is_due = self.next().is_some_and(|next| next <= now);
        if is_due {
            (self.asked, self.next) = (true, None);
        }
        is_due
    }

    /// The store has answered. What came meanwhile may be due earlier than what it knew of.
    pub(in crate::app) fn on_answer(&mut self, next: Option<WallTime>, owed: bool) {
        self.asked = false;
        self.owed |= owed;
        self.note(next);
    }

    /// The store could not do it.
    pub(in crate::app) fn on_failed(&mut self, now: WallTime) {
        self.on_answer(Some(WallTime(now.0.saturating_add(RETRY))), false);
    }
}
