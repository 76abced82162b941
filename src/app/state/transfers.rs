//! Files on their way: how far they are, and how fast.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::{Message, MessageId, Now, TransferId, TransferState};

/// The rate is that of so long a time: steady enough to be read, and soon true again after a change.
const WINDOW: Duration = Duration::from_secs(5);

/// Before that a rate says nothing.
const LEAST: Duration = Duration::from_secs(1);

/// Points of the window are so far apart, which makes them few.
const APART: Duration = Duration::from_millis(250);

/// Without a byte for so long the rate of before says nothing any more.
const STALLS: Duration = Duration::from_secs(3);

/// A file that is being moved now, or waits for its turn.
#[derive(Clone, Debug)]
pub struct ActiveTransfer {
    pub message: Arc<Message>,
    pub bytes: u64,
    /// How many it will be; `None`: nobody knows.
    pub of: Option<u64>,
    pub since: Instant,
    /// Bytes a second of late; `None`: too early to say.
    pub rate: Option<u64>,
    /// Others of the same peer are fetched before it.
    pub waits: bool,
    /// A person has ended it, as this. The network side has yet to say so.
    ends_as: Option<TransferState>,
    /// When the last byte moved.
    moved: Instant,
    /// How far it was at times within the window.
    points: VecDeque<(Instant, u64)>,
}

/// All transfers that a message can have.
pub(in crate::app) const fn files_of(message: MessageId) -> RangeInclusive<TransferId> {
    TransferId { message, file: 0 }..=TransferId { message, file: u16::MAX }
}

impl ActiveTransfer {
    pub(in crate::app) fn begun(message: Arc<Message>, of: Option<u64>, now: Now) -> Self {
        let (since, points) = (now.mono, VecDeque::new());
        let moved = since;
        Self { message, bytes: 0, of, since, rate: None, waits: false, ends_as: None, moved, points }
    }

    /// One that is asked for when those before it are done.
    pub(in crate::app) fn waiting(message: Arc<Message>, of: Option<u64>, now: Now) -> Self {
        let mut transfer = Self::begun(message, of, now);
        transfer.waits = true;
        transfer
    }

    /// For the tests of fronts: one that is so far.
    #[cfg(test)]
    pub(crate) fn at(
        message: Arc<Message>,
        bytes: u64,
        of: Option<u64>,
        rate: Option<u64>,
        now: Now,
    ) -> Self {
        Self { bytes, rate, ..Self::begun(message, of, now) }
    }

    /// Its turn has come.
    pub(in crate::app) const fn start(&mut self, now: Now) {
        self.waits = false;
        (self.since, self.moved) = (now.mono, now.mono);
    }

    /// When it is said to wait, if no byte moves until then; `None`: it has not begun, or all of it has moved.
    pub fn stalls_at(&self) -> Option<Instant> {
        let goes_on = !self.waits && self.of.is_none_or(|of| self.bytes < of);
        goes_on.then(|| self.moved + STALLS)
    }

    pub(in crate::app) fn advance(&mut self, now: Instant, bytes: u64, of: Option<u64>) {
        // A peer that begins at the start again is no faster for it.
        if self.points.back().is_some_and(|(_, before)| bytes < *before) {
            self.points.clear();
        }
        if bytes != self.bytes {
            self.moved = now;
        }
        (self.bytes, self.of) = (bytes, of.or(self.of));
        let age = |at: &Instant| now.saturating_duration_since(*at);
        while self.points.get(1).is_some_and(|(second, _)| age(second) >= WINDOW) {
            self.points.pop_front();
        }
        if self.points.back().is_none_or(|(last, _)| age(last) >= APART) {
            self.points.push_back((now, bytes));
        }
        let first = self.points.front().filter(|(at, _)| age(at) >= LEAST);
        self.rate = first.and_then(|(at, before)| per_second(bytes.saturating_sub(*before), age(at)));
    }

    /// A person has ended it, or the peer has.
    pub(in crate::app) fn end_as(&mut self, outcome: TransferState) {
        self.ends_as = Some(outcome);
    }

    pub(in crate::app) const fn is_ending(&self) -> bool {
        self.ends_as.is_some()
    }

    /// How it was to end, now that it does after so many bytes.
    pub(in crate::app) fn take_outcome(&mut self, bytes: u64) -> Option<TransferState> {
        let outcome = self.ends_as.take()?;
        let is_kept = matches!(outcome, TransferState::Stopped { .. }) && self.message.is_incoming();
        Some(if is_kept { TransferState::Stopped { bytes } } else { outcome })
    }
}

fn per_second(bytes: u64, time: Duration) -> Option<u64> {
    let rate = u128::from(bytes).saturating_mul(1_000).checked_div(time.as_millis())?;
    Some(u64::try_from(rate).unwrap_or(u64::MAX))
}
