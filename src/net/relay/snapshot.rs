//! How a relay is at one moment, for the page and for the figures. Made only when asked for.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{Counters, LogState, MemberView, RelayOptions, RoomView, SendCounters};

/// The relay at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub at: Instant,
    /// Since the start.
    pub up: Duration,
    pub options: RelayOptions,
    pub log: LogState,
    pub counters: Counters,
    pub sending: SendCounters,
    /// Datagrams that arrived faster than they were taken: the kernel threw them away.
    pub overflowed: u64,
    /// By name.
    pub rooms: Vec<RoomView>,
    /// By room, then name; as many as were asked for.
    pub members: Vec<MemberView>,
}

impl Snapshot {
    /// All of them, also those that are not listed.
    pub fn member_count(&self) -> usize {
        self.rooms.iter().map(|room| room.members).sum()
    }
}

/// A request for a snapshot.
#[derive(Debug)]
pub(super) struct SnapshotRequest {
    /// Members that are listed at most.
    pub(super) members: usize,
    pub(super) reply: oneshot::Sender<Snapshot>,
}
