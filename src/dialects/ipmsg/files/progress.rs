//! How far one transfer is, how often that is told, and when it has been silent for too long.

use std::time::{Duration, Instant};

use crate::model::NetEvent;
use crate::model::file::{Progress, TransferId};
use crate::wire::Ctx;

/// Without progress for so long nobody is there any more who fetches from us (invariant I14).
pub(super) const IDLE: Duration = Duration::from_secs(30);
/// A peer that gives us nothing for so long holds the stream for nothing. What came is kept, and a later try goes on from there.
pub(super) const GIVER_IDLE: Duration = Duration::from_secs(9);
/// A bar moves smoothly enough with five steps a second.
const TELL: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub(super) struct TransferProgress {
    /// What earlier steps have moved.
    before: u64,
    /// What this step has moved so far.
    step: u64,
    of: Option<u64>,
    told: Option<Instant>,
    idle: Duration,
    until: Instant,
}

impl TransferProgress {
    /// `idle`: so long there may be no progress. `before`: what an earlier try has moved. `of`: how much there will be.
    pub(super) fn new(cx: &Ctx<'_>, idle: Duration, before: u64, of: Option<u64>) -> Self {
        Self { before, step: 0, of, told: None, idle, until: cx.after(idle) }
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.before.saturating_add(self.step)
    }

    /// The present step has moved so many bytes. The app is told now and then.
    pub(super) fn moved(&mut self, cx: &mut Ctx<'_>, transfer: TransferId, bytes: u64) {
        // Only what really moves is a sign of life.
        if bytes > self.step {
            self.step = bytes;
            self.alive(cx);
        }
        if self.told.is_none_or(|told| cx.now.mono.saturating_duration_since(told) >= TELL) {
            self.told = Some(cx.now.mono);
            report(cx, transfer, Progress::Moved { bytes: self.bytes(), of: self.of });
        }
    }

    /// The step is over, with so many bytes in all.
    pub(super) fn stepped(&mut self, cx: &Ctx<'_>, bytes: u64) {
        self.before = self.before.saturating_add(bytes);
        self.step = 0;
        self.alive(cx);
    }

    pub(super) fn alive(&mut self, cx: &Ctx<'_>) {
        self.until = cx.after(self.idle);
    }

    /// When it will have been silent for too long.
    pub(super) const fn until(&self) -> Instant {
        self.until
    }
}

pub(super) fn report(cx: &mut Ctx<'_>, transfer: TransferId, progress: Progress) {
    cx.report(NetEvent::Transfer { transfer, progress });
}
