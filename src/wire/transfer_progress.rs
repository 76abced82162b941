//! How far one transfer is, how often that is told, and when it has been silent for too long.

use std::time::{Duration, Instant};

use super::ctx::Ctx;
use crate::model::file::{Progress, TransferId};
use crate::model::{Fault, LinkId, NetEvent};

/// A bar moves smoothly enough with five steps a second.
const TELL: Duration = Duration::from_millis(200);

#[derive(Debug)]
pub struct TransferProgress {
    pub transfer: TransferId,
    /// What earlier steps have moved.
    before: u64,
    /// What this step has moved so far.
    step: u64,
    of: Option<u64>,
    told: Option<Instant>,
    /// So long there may be no progress.
    patience: Duration,
    /// When it will have been silent for too long.
    pub until: Instant,
}

impl TransferProgress {
    /// `before`: what an earlier try has moved. `of`: how much there will be.
    pub fn new(cx: &Ctx<'_>, transfer: TransferId, before: u64, of: Option<u64>, patience: Duration) -> Self {
        Self { transfer, before, step: 0, of, told: None, patience, until: cx.after(patience) }
    }

    pub const fn bytes(&self) -> u64 {
        self.before.saturating_add(self.step)
    }

    /// The present step has moved so many bytes. The app is told now and then.
    pub fn moved(&mut self, cx: &mut Ctx<'_>, bytes: u64) {
        // Only what really moves is a sign of life.
        if bytes > self.step {
            self.step = bytes;
            self.alive(cx);
        }
        if self.told.is_none_or(|told| cx.now.mono.saturating_duration_since(told) >= TELL) {
            self.told = Some(cx.now.mono);
            report(cx, self.transfer, Progress::Moved { bytes: self.bytes(), of: self.of });
        }
    }

    /// The step is over, with so many bytes in all.
    pub fn stepped(&mut self, cx: &Ctx<'_>, bytes: u64) {
        self.before = self.before.saturating_add(bytes);
        self.step = 0;
        self.alive(cx);
    }

    pub fn alive(&mut self, cx: &Ctx<'_>) {
        self.until = cx.after(self.patience);
    }

    pub fn wait(&mut self, cx: &Ctx<'_>, patience: Duration) {
        self.patience = patience;
        self.alive(cx);
    }

    pub fn broken(&self, cx: &mut Ctx<'_>, fault: Fault) {
        report(cx, self.transfer, Progress::Broken { fault, bytes: self.bytes() });
    }

    /// The same, and we close the stream.
    pub fn break_off(&self, cx: &mut Ctx<'_>, link: LinkId, fault: Fault) {
        cx.close(link);
        self.broken(cx, fault);
    }
}

pub fn report(cx: &mut Ctx<'_>, transfer: TransferId, progress: Progress) {
    cx.report(NetEvent::Transfer { transfer, progress });
}
