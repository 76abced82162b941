//! How a session ends: nothing that was asked for is lost, and nobody believes us there any more.

use std::time::Duration;

use super::net_client::broken;
use super::session::Session;
use super::session_event::SessionEvent;
use crate::app::{Event, Intent};
use crate::model::{ConversationId, Fault, FileCommand, NetCommand};

/// How long closing the history may take: erasing what was cleared, mostly.
const MAX_CLOSING: Duration = Duration::from_secs(3);

impl Session {
    /// Goes on until everything that was asked for is sent and written, for `limit` at most, and ends. What is still
    /// being moved breaks off, and its row says so. Says how many messages the history could not take.
    pub async fn finish(mut self, limit: Duration) -> u64 {
        self.end_transfers();
        self.ask(Intent::Flush);
        let settled = tokio::time::timeout(limit, async {
            while self.is_busy() {
                match self.next().await {
                    SessionEvent::App(event) => self.apply(event),
                    SessionEvent::Refused { why, .. } => self.tell(why),
                    SessionEvent::Config | SessionEvent::Completed { .. } | SessionEvent::Captured(_) => {}
                    SessionEvent::Broken => return,
                }
            }
        });
        if settled.await.is_err() {
            tracing::warn!("left before everything was sent");
        }
        self.break_off();
        let unkept =
            u64::try_from(self.state.unsaved()).unwrap_or(u64::MAX).saturating_add(self.state.lost());
        let store = self.leave().await;
        let closing = tokio::task::spawn_blocking(move || store.close());
        // What a disk that has stopped answering keeps us from is found by the next start.
        if tokio::time::timeout(MAX_CLOSING, closing).await.is_err() {
            tracing::warn!("left before the history was closed");
        }
        unkept
    }

    /// Ends a session of which nothing is kept.
    pub async fn end(self) {
        drop(self.leave().await);
    }

    /// Says goodbye, goes out of the rooms and closes every socket.
    async fn leave(mut self) -> crate::store::StoreHandle {
        // A command of a script was never announced: it runs beside the messenger, which must not seem to leave with it.
        if let Some(own) = self.identity.farewell(self.is_interactive) {
            let _full = self.order(NetCommand::Introduce(own));
        }
        let left = self.left();
        let Self { net, store, .. } = self;
        net.close(left).await;
        store
    }

    /// The rooms that we are in.
    fn left(&self) -> Vec<ConversationId> {
        let places = self.state.conversations();
        places.filter(|one| one.is_room() && !one.is_out()).map(|one| one.id).collect()
    }

    fn is_busy(&self) -> bool {
        let is_writing = !self.edits.is_empty() || !self.exports.is_empty();
        self.store.in_flight() > 0 || self.net.is_sending() || is_writing || !self.state.transfers.is_empty()
    }

    /// Nothing more is moved from now on.
    pub(super) fn end_transfers(&mut self) {
        for transfer in self.files.close() {
            self.apply(broken(transfer, Fault::Interrupted, 0));
        }
        let moving = self.state.transfers.iter();
        let moving: Vec<_> = moving.map(|(id, moving)| (*id, moving.message.conversation)).collect();
        for (transfer, conversation) in moving {
            self.command(NetCommand::File(conversation, FileCommand::Stop { transfer }));
        }
    }

    /// What the network side has said nothing of in time is told as far as it was known to be.
    fn break_off(&mut self) {
        let moving = self.state.transfers.iter();
        let events: Vec<Event> =
            moving.map(|(id, moving)| broken(*id, Fault::Interrupted, moving.bytes)).collect();
        for event in events {
            self.apply(event);
        }
    }
}
