//! Tells many announced addresses one after the other, at a rate that no network minds. Once it is through, nothing wakes
//! anybody.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::context::Scope;

/// Datagrams of one step, and the time between two steps: fifty a second.
const STEP: usize = 5;
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
pub(super) struct Sweep {
    waiting: VecDeque<SocketAddr>,
    bytes: Arc<[u8]>,
    next: Option<Instant>,
}

impl Sweep {
    /// Tells all of them this from now on. What has not been said yet of an earlier one is not true any more.
    pub(super) fn begin(&mut self, cx: &mut Scope<'_>, bytes: &Arc<[u8]>) {
        self.stop();
        if cx.local.sweeps() {
            self.waiting = cx.local.announced().collect();
            self.bytes = Arc::clone(bytes);
            self.next = Some(cx.wire.now.mono);
            self.tick(cx);
        }
    }

    pub(super) fn stop(&mut self) {
        self.waiting.clear();
        self.next = None;
    }

    /// Sends what is due.
    pub(super) fn tick(&mut self, cx: &mut Scope<'_>) {
        if self.next.take_if(|next| *next <= cx.wire.now.mono).is_none() {
            return;
        }
        for _ in 0..STEP {
            let Some(to) = self.waiting.pop_front() else { return };
            cx.post(to, Arc::clone(&self.bytes), None);
        }
        self.next = (!self.waiting.is_empty()).then(|| cx.wire.after(PAUSE));
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.next
    }
}
