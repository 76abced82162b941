//! Answers to what comes in: each goes out as soon as the budget has room for it (invariant I3). People who write several
//! lines at once get a receipt for each, later.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::budget::{Budget, MAX_ANSWER};
use super::engine::{Ipmsg, SHORT_VERSION};
use crate::model::Now;

/// Answers that wait, and those of one source among them: as many lines as people type in a minute. What is beyond gets
/// none; its sender says it again.
const MAX_WAITING: usize = 1_024;
const MAX_OF_ONE: usize = 64;
/// By then no program looks for an answer any more.
const TOO_LATE: Duration = Duration::from_mins(1);
/// When there may be room again where too many sources are at it.
const FORGOTTEN: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Waiting {
    to: SocketAddr,
    command: u32,
    body: Vec<u8>,
    since: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The oldest first.
    waiting: VecDeque<Waiting>,
    due: Option<Instant>,
}

impl Answers {
    fn add(&mut self, answer: Waiting, chosen: bool) {
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

    /// The oldest that may go out now. Whoever has had enough keeps nobody else waiting.
    fn next(
        &mut self,
        now: Instant,
        budget: &mut Budget,
        chosen: impl Fn(SocketAddr) -> bool,
    ) -> Option<Waiting> {
        self.waiting.retain(|one| now.saturating_duration_since(one.since) < TOO_LATE);
        self.due = None;
        for (at, one) in self.waiting.iter().enumerate() {
            match budget.free_from(now, one.to.ip(), chosen(one.to)) {
                Some(free) if free <= now => {
                    budget.take(now, one.to.ip(), chosen(one.to));
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

impl Ipmsg {
    /// Answers, if that is allowed: few bytes, seldom, and nobody far away.
    pub(super) fn answer(&mut self, now: Now, to: SocketAddr, command: u32, body: &[u8]) {
        if self.may_speak() && self.may_answer(to) {
            let chosen = self.peers.get(to).is_some_and(|peer| peer.chosen);
            self.answers.add(Waiting { to, command, body: body.to_vec(), since: now.mono }, chosen);
            self.send_answers(now);
        }
    }

    pub(super) fn send_answers(&mut self, now: Now) {
        if !self.may_speak() {
            self.answers = Answers::default();
        }
        let Self { answers, budget, peers, .. } = self;
        let chosen = |at: SocketAddr| peers.get(at).is_some_and(|peer| peer.chosen);
        let mut ready = Vec::new();
        while let Some(answer) = answers.next(now.mono, budget, chosen) {
            ready.push(answer);
        }
        for Waiting { to, command, body, .. } in ready {
            let (encoding, number) = (self.encoding_at(to), self.plain_number(now));
            let bytes = self.compose_as(SHORT_VERSION, encoding, number, command, &body);
            if bytes.len() <= MAX_ANSWER {
                self.post(to, bytes.into(), None);
            }
        }
    }

    pub(super) const fn answers_deadline(&self) -> Option<Instant> {
        self.answers.due
    }
}
