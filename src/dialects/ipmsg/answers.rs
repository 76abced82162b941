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
    budget: Budget,
}

impl Answers {
    /// How much may be answered at all.
    pub(super) const fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// When the answer to an entry may go out at the soonest.
    pub(super) fn next_for_entry(&self) -> Option<Instant> {
        self.budget.next_for_entry()
    }

    /// Nobody gets one any more.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.due = None;
    }

    pub(super) fn add(&mut self, answer: PendingAnswer, chosen: bool) {
        let theirs = self.waiting.iter().filter(|other| other.to.ip() == answer.to.ip());
        let (mut count, mut again) = (0_usize, false);
        for other in theirs {
            count = count.saturating_add(1);
            let same = (other.to, other.command, &other.body) == (answer.to, answer.command, &answer.body);
            again |= same;
        }
        // However many strangers there are, they leave room for those that a person chose.
        let most = if chosen { MAX_WAITING } else { MAX_WAITING / 2 };
        if !again && count < MAX_OF_ONE && self.waiting.len() < most {
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
            match self.budget.free_from(now, one.to.ip(), chosen(one.to)) {
                Some(free) if free <= now => {
                    self.budget.take(now, one.to.ip(), chosen(one.to));
                    return self.waiting.remove(at);
                }
                free => {
                    // Forged sources are forgotten soon.
                    let free = free.or_else(|| now.checked_add(FORGOTTEN));
                    self.due = [self.due, free].into_iter().flatten().min();
                }
            }
        }
        None
    }
}
