//! Follows one shard of the log: reads on from where it ended whenever something is said there.
//!
//! What is heard only says that there is more to read. What is read comes in the order of the places without holes, so
//! nothing can get lost on the way; a place where nothing stands had something that was removed or too old.

use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::json;
use tokio::sync::{mpsc, watch};

use super::super::jetstream::{self, ApiError, JetStream};
use super::super::{record, subjects};
use super::{ArchiveInput, ArchiveNotice};
use crate::dialects::relay::server::is_room_key;
use crate::model::room_archive::ArchivePart;
use crate::model::room_log::{Place, PlacedRecord};

/// Messages, and bytes, read at once.
const BATCH: usize = 512;
const MAX_BATCH_BYTES: usize = 1_024 * 1_024;
/// So often it is read on though nothing was heard.
const CHECK: Duration = Duration::from_secs(5);
/// After something that failed.
const PAUSE: Duration = Duration::from_millis(250);
/// A server that answers may lag behind the one that was heard: it gets so many moments.
const LAG_TRIES: u32 = 10;
const LAG_PAUSE: Duration = Duration::from_millis(30);

/// Reads a shard at the servers.
pub(super) struct ShardReader {
    pub(super) jetstream: JetStream,
    pub(super) shard: u16,
    pub(super) stream: String,
    /// All messages of it, and where it is heard that there is another.
    pub(super) messages: String,
    pub(super) live: String,
}

/// What was read.
struct ReadPart {
    part: ArchivePart,
    /// Messages that follow.
    pending: u64,
    /// Places before the last of these where nothing stands.
    holes: u64,
}

impl ShardReader {
    /// The messages behind that place.
    async fn read(&self, after: u64) -> Result<ReadPart, ApiError> {
        let body = json!({
            "seq": after.saturating_add(1), "next_by_subj": self.messages,
            "batch": BATCH, "max_bytes": MAX_BATCH_BYTES,
        });
        let part = ArchivePart { shard: self.shard, up_to: after, records: Vec::new() };
        let mut read = ReadPart { part, pending: 0, holes: 0 };
        let mut take = |message: &Message| read.take(message);
        read.pending = self.jetstream.read_direct(&self.stream, &body, &mut take).await?;
        Ok(read)
    }

    async fn listen(&self) -> Option<Subscriber> {
        self.jetstream.client.subscribe(self.live.clone()).await.ok()
    }
}

impl ReadPart {
    /// What says nothing to us has its place all the same.
    fn take(&mut self, message: &Message) {
        let Some(place) = jetstream::place_of(message) else { return };
        if place.get() <= self.part.up_to {
            return;
        }
        let holes = place.get().saturating_sub(self.part.up_to).saturating_sub(1);
        self.holes = self.holes.saturating_add(holes);
        self.part.up_to = place.get();
        let subject = jetstream::header(message, "Nats-Subject").unwrap_or_default();
        let room = subject.rsplit('.').next().and_then(subjects::name);
        let room = room.filter(|room| is_room_key(room));
        let record = record::decode(&message.payload);
        let placed = record.map(|record| PlacedRecord { place, record });
        self.part.records.extend(room.zip(placed));
    }
}

pub(super) struct ShardFollower {
    reader: ShardReader,
    /// All up to this place was handed on.
    reached: u64,
    /// There is a message at this place.
    heard: u64,
    backlog: Option<Backlog>,
}

/// What comes until all that the log had meanwhile is there.
#[derive(Default)]
struct Backlog {
    taken: u64,
    missed: u64,
    /// From the beginning: nobody misses what was there before.
    is_first: bool,
}

impl ShardFollower {
    pub(super) fn new(reader: ShardReader, kept: u64) -> Self {
        let backlog = Some(Backlog { is_first: kept == 0, ..Backlog::default() });
        Self { reader, reached: kept, heard: 0, backlog }
    }

    /// Until nobody keeps anything any more.
    pub(super) async fn run(
        mut self,
        mut lost: watch::Receiver<u64>,
        inputs: mpsc::Sender<ArchiveInput>,
        notices: mpsc::Sender<ArchiveNotice>,
    ) {
        loop {
            let Some(mut live) = self.reader.listen().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            loop {
                if self.read_on(&inputs, &notices).await.is_none() {
                    return;
                }
                // Each takes its item only in the poll that returns it.
                let message = tokio::select! {
                    message = live.next() => message,
                    changed = lost.changed() => {
                        if changed.is_err() {
                            return;
                        }
                        self.backlog.get_or_insert_default();
                        continue;
                    }
                    () = tokio::time::sleep(CHECK) => continue,
                };
                let Some(message) = message else { break };
                self.hear(&message);
                while let Some(Some(message)) = live.next().now_or_never() {
                    self.hear(&message);
                }
            }
        }
    }

    fn hear(&mut self, message: &Message) {
        self.heard = self.heard.max(jetstream::place_of(message).map_or(0, Place::get));
    }

    /// Reads all there is. `None`: nobody keeps anything any more.
    async fn read_on(
        &mut self,
        inputs: &mpsc::Sender<ArchiveInput>,
        notices: &mpsc::Sender<ArchiveNotice>,
    ) -> Option<()> {
        let mut tries = 0_u32;
        while tries < LAG_TRIES {
            let Ok(ReadPart { part, pending, holes }) = self.reader.read(self.reached).await else {
                tries = tries.saturating_add(1);
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            // While it is level, too, something may have been dropped before it was read.
            if holes > 0 {
                self.backlog.get_or_insert_default();
            }
            if let Some(backlog) = &mut self.backlog {
                backlog.take(&part, holes);
            }
            if part.up_to > self.reached {
                (self.reached, tries) = (part.up_to, 0);
                inputs.send(ArchiveInput::Part(part)).await.ok()?;
            }
            if pending == 0 && self.reached >= self.heard {
                return self.tell_level(notices).await;
            }
            if pending == 0 {
                tries = tries.saturating_add(1);
                tokio::time::sleep(LAG_PAUSE).await;
            }
        }
        // What was heard and is not there has been removed.
        self.heard = self.reached;
        Some(())
    }

    /// All that was missing is there. Nobody may listen any more.
    async fn tell_level(&mut self, notices: &mpsc::Sender<ArchiveNotice>) -> Option<()> {
        let Some(Backlog { taken, missed, .. }) = self.backlog.take() else { return Some(()) };
        let shard = self.reader.shard;
        let told = [
            (missed > 0).then_some(ArchiveNotice::Missed { shard, at_most: missed }),
            (taken > 0).then_some(ArchiveNotice::Level { shard, taken }),
        ];
        for notice in told.into_iter().flatten() {
            let _heard = notices.send(notice).await.is_ok();
        }
        Some(())
    }
}

impl Backlog {
    fn take(&mut self, part: &ArchivePart, holes: u64) {
        let messages = u64::try_from(part.records.len()).unwrap_or(u64::MAX);
        self.taken = self.taken.saturating_add(messages);
        if !self.is_first {
            self.missed = self.missed.saturating_add(holes);
        }
    }
}
