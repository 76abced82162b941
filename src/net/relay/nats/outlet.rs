//! What a relay tells the others in an order that has to be kept: one after the other, by a task of its own.

use async_nats::Client;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Messages that wait. Whoever hears that some are missing asks for all.
const MAX_WAITING: usize = 2_048;

pub(super) struct NewsOutlet {
    queue: mpsc::Sender<Bytes>,
    /// Ends with the outlet.
    _task: JoinSet<()>,
}

impl NewsOutlet {
    /// Must be called inside a tokio runtime.
    pub(super) fn new(client: Client, subject: String) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Bytes>(MAX_WAITING);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Some(message) = waiting.recv().await {
                let _told: Result<(), _> = client.publish(subject.clone(), message).await;
            }
        });
        Self { queue, _task: task }
    }

    /// Where it is full, the message is lost.
    pub(super) fn send(&self, message: Vec<u8>) {
        let _waits: Result<(), _> = self.queue.try_send(message.into());
    }
}
