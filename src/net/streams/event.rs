//! What happens to a stream, in order, and how its task reports it.

use tokio::sync::mpsc;

use crate::net::tap::StreamTap;
use crate::wire::{StepEvent, StreamError};

/// Which stream of this run.
pub(in crate::net) type ConnectionId = u64;

#[derive(Debug)]
pub(in crate::net) enum ConnectionEvent {
    Up,
    Data(Vec<u8>),
    /// The kernel has so many more of the writes, whole.
    Written(usize),
    Step(StepEvent),
    /// The peer sends nothing more. What was asked for because of what it sent is still done.
    Quiet,
    /// The end, after so many more writes. Without an error the peer closed in good order.
    Down {
        written: usize,
        error: Option<StreamError>,
    },
}

/// The way of one stream's events into the queue of all.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    pub(super) id: ConnectionId,
    pub(super) queue: mpsc::Sender<(ConnectionId, ConnectionEvent)>,
    pub(super) tap: StreamTap,
}

impl Reporter {
    /// Waits for room. Refused only when the whole network side ends.
    pub(super) async fn report(&self, event: ConnectionEvent) {
        let _ended = self.queue.send((self.id, event)).await;
    }

    /// Whether there was room.
    pub(super) fn try_report(&self, event: ConnectionEvent) -> bool {
        self.queue.try_send((self.id, event)).is_ok()
    }
}
