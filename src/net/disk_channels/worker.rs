//! One channel from its task's side: takes its steps to threads that may block, and reports what came of each.

use std::io;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::hashed_io::HashedIo;
use super::{ChannelId, QueuedStep, StepResult};
use crate::net::fault::disk_error_of;
use crate::wire::DiskEvent;

#[derive(Debug)]
pub(super) struct Worker {
    pub(super) id: ChannelId,
    pub(super) steps: mpsc::Receiver<QueuedStep>,
    pub(super) results: mpsc::Sender<StepResult>,
    pub(super) io: HashedIo,
}

impl Worker {
    /// Works until the channel is closed or a step fails. Without steps it holds no thread.
    pub(super) async fn run(mut self) {
        while let Some(step) = self.steps.recv().await {
            let (id, results) = (self.id, self.results.clone());
            match spawn_blocking(move || self.work(step)).await {
                Ok(Some(rest)) => self = rest,
                Ok(None) => return,
                Err(broken) => {
                    // A step that panicked is a fault of ours, and takes the file with it.
                    let error = disk_error_of(&io::Error::other(broken));
                    let _ended = results.send((id, DiskEvent::Failed { error })).await;
                    return;
                }
            }
        }
    }

    /// Does this step and those that wait behind it; `None`: nothing more is to be done. Blocks.
    fn work(mut self, first: QueuedStep) -> Option<Self> {
        let mut next = Some(first);
        while let Some(step) = next {
            let Self { steps, io, .. } = &mut self;
            let is_closed = || steps.is_closed();
            if is_closed() {
                return None;
            }
            let event = match step {
                Ok(step) => io.carry_out(step, is_closed),
                Err(code) => DiskEvent::Failed { error: code.into() },
            };
            let is_last = matches!(event, DiskEvent::Failed { .. });
            if is_last {
                // The place is free when the engine hears it, and may try again.
                *io = HashedIo::default();
            }
            if self.results.blocking_send((self.id, event)).is_err() || is_last {
                return None;
            }
            next = self.steps.try_recv().ok();
        }
        Some(self)
    }
}
