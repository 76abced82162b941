//! The keep-alive timer of a membership: when to ask whether the relay is still there, and what was missed. Sends nothing
//! itself.

use std::time::{Duration, Instant};

use super::clock::{later, since};
use crate::wire::Rng;

/// Silence of the relay after which it is asked.
const QUIET: Duration = Duration::from_secs(5);
/// As many questions without an answer, and the relay is gone.
const MAX_UNANSWERED: u8 = 3;
/// The last message of many is the only one whose loss no later one shows: soon after it, then once more if that
/// question was lost as well, the relay is asked for the newest.
const SOON: Duration = Duration::from_millis(250);
const LATER: Duration = Duration::from_secs(1);
/// Who only listens speaks up this often, however much it hears: the relay ends a silent membership after a minute.
const MAX_PATIENCE: Duration = Duration::from_secs(20);

/// The times of one membership.
#[derive(Debug)]
pub(super) struct KeepAlive {
    heard: Instant,
    sent: Instant,
    /// The last question of those that stay without an answer.
    asked: Option<Instant>,
    unanswered: u8,
    soon: Option<Instant>,
    later: Option<Instant>,
    quiet: Duration,
    patience: Duration,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeepAliveDue {
    Nothing,
    Ping,
    /// The relay does not answer.
    Lost,
}

impl KeepAlive {
    /// `expiry`: silence after which the relay ends the membership.
    pub(super) fn new(now: Instant, expiry: Duration, rng: &mut Rng) -> Self {
        // A third of it leaves room for two lost pings, and a second is as often as anybody may be asked to speak.
        let third = expiry.checked_div(3).unwrap_or_default();
        let patience = third.clamp(Duration::from_secs(1), MAX_PATIENCE);
        Self {
            heard: now,
            sent: now,
            asked: None,
            unanswered: 0,
            soon: None,
            later: None,
            quiet: rng.spread(QUIET),
            patience: rng.spread(patience),
        }
    }

    /// The relay said something.
    pub(super) const fn on_heard(&mut self, now: Instant) {
        self.heard = now;
        self.asked = None;
        self.unanswered = 0;
    }

    /// We sent something.
    pub(super) const fn on_sent(&mut self, now: Instant) {
        self.sent = now;
    }

    /// Something new came, and may not be the last of its kind.
    pub(super) fn schedule_probe(&mut self, now: Instant, rng: &mut Rng) {
        self.soon = Some(later(now, rng.spread(SOON)));
        self.later = Some(later(now, rng.spread(LATER)));
    }

    /// The relay named its newest entry.
    pub(super) const fn on_pong(&mut self) {
        // An answer from before the question that is still to come says nothing of what came meanwhile.
        if self.soon.is_none() {
            self.later = None;
        }
    }

    /// Asks at the next opportunity.
    pub(super) const fn probe_now(&mut self, now: Instant) {
        self.soon = Some(now);
    }

    pub(super) fn deadline(&self) -> Instant {
        let soonest = [self.soon, self.later].into_iter().flatten();
        soonest.fold(self.silent().min(later(self.sent, self.patience)), Instant::min)
    }

    /// When the relay will have been silent for too long.
    fn silent(&self) -> Instant {
        later(self.asked.map_or(self.heard, |asked| asked.max(self.heard)), self.quiet)
    }

    pub(super) fn due(&mut self, now: Instant) -> KeepAliveDue {
        let silent = self.silent() <= now;
        if silent && self.unanswered >= MAX_UNANSWERED {
            return KeepAliveDue::Lost;
        }
        let shy = since(self.sent, now) >= self.patience;
        let soon = self.soon.take_if(|at| *at <= now).is_some();
        let later = self.later.take_if(|at| *at <= now).is_some();
        if silent {
            self.unanswered = self.unanswered.saturating_add(1);
            self.asked = Some(now);
        }
        if silent || shy || soon || later { KeepAliveDue::Ping } else { KeepAliveDue::Nothing }
    }
}
