//! Answers to what comes in: each goes out as soon as the budget has room for it (invariant I3). People who write several
//! lines at once get a receipt for each, later.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::budget::Budget;

/// Answers that wait, and those of one source among them: as many lines as people type in a minute. What is beyond gets
/// none; its sender says it again.
const MAX_WAITING: usize = 1_024;
const MAX_OF_ONE: usize = 64;
/// By then no program looks for an answer any more.
const TOO_LATE: Duration = Duration::from_mins(1);
/// When there may be room again where too many sources are at it.
const FORGOTTEN: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct PendingAnswer {
    pub to: SocketAddr,
    pub command: u32,
    pub body: Vec<u8>,
    pub since: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The oldest first.
    waiting: VecDeque<PendingAnswer>,
    due: Option<Instant>,
    /// How much may be answered at all.
    pub budget: Budget,
}

impl Answers {
    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// Nobody gets one any more.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.due = None;
    }

    pub(super) fn add(&mut self, answer: PendingAnswer, chosen: bool) {
        let theirs = || self.waiting.iter().filter(|other| other.to.ip() == answer.to.ip());
        let is_same = |other: &PendingAnswer| {
            (other.to, other.command, &other.body) == (answer.to, answer.command, &answer.body)
        };
        // However many strangers there are, they leave room for those that a person chose.
        let most = if chosen { MAX_WAITING } else { MAX_WAITING / 2 };
        if self.waiting.len() < most && theirs().count() < MAX_OF_ONE && !theirs().any(is_same) {
            self.waiting.push_back(answer);
        }
    }

    /// The oldest that may go out now. A source that has used up its budget keeps no other one waiting.
    pub(super) fn next(
        &mut self,
        now: Instant,
        chosen: impl Fn(SocketAddr) -> bool,
    ) -> Option<PendingAnswer> {
        self.waiting.retain(|one| now.saturating_duration_since(one.since) < TOO_LATE);
        self.due = None;
        for (at, one) in self.waiting.iter().enumerate() {
            let (to, chosen) = (one.to.ip(), chosen(one.to));
            if self.budget.take(now, to, chosen) {
                return self.waiting.remove(at);
            }
            // Forged sources are forgotten soon.
            let free = self.budget.free_from(now, to, chosen).or_else(|| now.checked_add(FORGOTTEN));
            self.due = [self.due, free].into_iter().flatten().min();
        }
        None
    }
}
