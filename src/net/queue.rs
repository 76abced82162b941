//! The events on their way to the app, bounded in number and in bytes: a flood of the largest datagrams takes no more
//! memory than one of the smallest (invariant G11).

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, error::TrySendError};

use super::MAX_EVENTS;
use crate::model::NetEvent;

/// KiB on their way at once: thirty of the largest messages, each of which is there as bytes and as text.
const MAX_EVENT_KIB: u32 = 4 * 1024;

#[derive(Debug)]
pub(super) struct EventSender {
    events: mpsc::Sender<NetEvent>,
    room: Arc<Semaphore>,
}

#[derive(Debug)]
pub(super) struct EventReceiver {
    events: mpsc::Receiver<NetEvent>,
    room: Arc<Semaphore>,
}

pub(super) fn channel() -> (EventSender, EventReceiver) {
    let (sender, receiver) = mpsc::channel(MAX_EVENTS);
    let room = Arc::new(Semaphore::new(usize::try_from(MAX_EVENT_KIB).unwrap_or(usize::MAX)));
    (EventSender { events: sender, room: Arc::clone(&room) }, EventReceiver { events: receiver, room })
}

/// What an event takes; one that is larger than all there is room for goes when there is nothing else.
fn kib(event: &NetEvent) -> u32 {
    u32::try_from(event.weight() / 1024).unwrap_or(MAX_EVENT_KIB).min(MAX_EVENT_KIB)
}

impl EventSender {
    /// Gives the event back when the app has no room for it.
    pub(super) fn try_send(&self, event: NetEvent) -> Option<NetEvent> {
        let Ok(room) = self.room.try_acquire_many(kib(&event)) else { return Some(event) };
        match self.events.try_send(event) {
            Ok(()) => {
                // The receiver gives it back.
                room.forget();
                None
            }
            Err(TrySendError::Full(event)) => Some(event),
            // The receiver is gone.
            Err(TrySendError::Closed(_)) => None,
        }
    }

    /// Waits until the app has room for this event; `false`: it is gone. Cancel-safe. Room that was found is not kept:
    /// this is the only sender, so it stays.
    pub(super) async fn room(&self, event: Option<&NetEvent>) -> bool {
        let wanted = event.map_or(0, kib);
        tokio::select! {
            () = self.events.closed() => false,
            room = self.room.acquire_many(wanted) => room.is_ok() && self.events.reserve().await.is_ok(),
        }
    }
}

impl EventReceiver {
    pub(super) async fn recv(&mut self) -> Option<NetEvent> {
        let event = self.events.recv().await?;
        self.give_back(&event);
        Some(event)
    }

    pub(super) fn try_recv(&mut self) -> Option<NetEvent> {
        let event = self.events.try_recv().ok()?;
        self.give_back(&event);
        Some(event)
    }

    fn give_back(&self, event: &NetEvent) {
        self.room.add_permits(usize::try_from(kib(event)).unwrap_or_default());
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }
}
