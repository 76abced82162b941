//! The rooms that are followed: what is heard of each, and when to ask the log for what may have got lost.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use async_nats::Client;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::follow::{FilledRange, LiveRecord, MissingRange, RoomOrder};
use super::jetstream;
use crate::model::room_log::{Place, PlacedRecord};

/// What was heard and not looked at yet. Where it is full, what comes waits with the client.
const MAX_HEARD: usize = 1_024;
/// After so long a message of ours should have come back.
const ECHO: Duration = Duration::from_millis(300);
/// The loss of the last message shows in no later one: so often the log is asked for it.
const CHECK: Duration = Duration::from_secs(5);
/// The first time sooner: the servers may have learned late that somebody listens.
const FIRST_CHECK: Duration = Duration::from_secs(1);
/// A room that was quiet for so long is not asked for.
const QUIET: Duration = Duration::from_mins(1);
/// After something that failed.
const PAUSE: Duration = Duration::from_millis(250);

/// One time of following a room: what was asked for another one says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FollowId {
    pub(super) room: String,
    life: u64,
}

#[derive(Debug)]
pub(super) struct HeardLive {
    pub(super) id: FollowId,
    /// `None`: from now on what is said is heard.
    pub(super) live: Option<LiveRecord>,
}

/// What the log has to be asked for a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RoomNeed {
    /// Where it begins.
    Beginning,
    Range(MissingRange),
}

#[derive(Debug)]
struct ClusterRoom {
    life: u64,
    order: RoomOrder,
    /// It begins behind this place, though the log may go further.
    floor: Option<u64>,
    is_heard: bool,
    /// The log is being asked where it begins.
    is_beginning: bool,
    /// A message of ours that has not come back, and when it should have.
    expected: Option<(u64, Instant)>,
    check: Instant,
    active: Instant,
    /// Nothing is read before.
    pause: Option<Instant>,
    /// Ends with the room.
    _listener: JoinSet<()>,
}

#[derive(Debug)]
pub(super) struct ClusterRooms {
    table: BTreeMap<String, ClusterRoom>,
    lives: u64,
    heard: mpsc::Sender<HeardLive>,
}

impl ClusterRooms {
    pub(super) fn new() -> (Self, mpsc::Receiver<HeardLive>) {
        let (heard, hearing) = mpsc::channel(MAX_HEARD);
        (Self { table: BTreeMap::new(), lives: 0, heard }, hearing)
    }

    /// Follows it anew where it is followed already.
    pub(super) fn follow(&mut self, now: Instant, client: &Client, room: &str, subject: String) {
        self.lives = self.lives.wrapping_add(1);
        let id = FollowId { room: room.to_owned(), life: self.lives };
        let mut listener = JoinSet::new();
        listener.spawn(listen(client.clone(), subject, id, self.heard.clone()));
        let followed = ClusterRoom {
            life: self.lives,
            order: RoomOrder::default(),
            floor: None,
            is_heard: false,
            is_beginning: false,
            expected: None,
            check: now + FIRST_CHECK,
            active: now,
            pause: None,
            _listener: listener,
        };
        self.table.insert(room.to_owned(), followed);
    }

    /// Follows it in a log that took the place of another one. What came and was behind all that was known had a place of
    /// its own: it is told, and what follows.
    pub(super) fn follow_anew(&mut self, now: Instant, client: &Client, room: &str, subject: String) {
        let late = self.table.get(room).and_then(|followed| followed.order.late());
        self.follow(now, client, room, subject);
        if let Some(followed) = self.table.get_mut(room) {
            followed.floor = late.map(|late| late.saturating_sub(1));
        }
    }

    /// It begins there at the latest.
    pub(super) fn begin_behind(&mut self, room: &str, place: Option<u64>) {
        if let Some(followed) = self.table.get_mut(room) {
            followed.floor = followed.floor.into_iter().chain(place).min();
        }
    }

    pub(super) fn is_current(&self, id: &FollowId) -> bool {
        self.table.get(&id.room).is_some_and(|followed| followed.life == id.life)
    }

    /// Whether something came that is behind what was known.
    pub(super) fn is_late(&self, room: &str) -> bool {
        self.table.get(room).is_some_and(|followed| followed.order.late().is_some())
    }

    /// The log is as it was.
    pub(super) fn forgive(&mut self) {
        self.table.values_mut().for_each(|followed| followed.order.forgive());
    }

    pub(super) fn unfollow(&mut self, room: &str) {
        self.table.remove(room);
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.table.keys().cloned().collect()
    }

    /// Up to which place all of a room is known; 0: nothing.
    pub(super) fn covered(&self, room: &str) -> u64 {
        self.table.get(room).map_or(0, |followed| followed.order.covered())
    }

    /// What can be told of what was heard.
    pub(super) fn hear(&mut self, now: Instant, heard: HeardLive) -> Vec<PlacedRecord<'static>> {
        let Some(followed) = self.get(&heard.id) else { return Vec::new() };
        followed.is_heard = true;
        let Some(live) = heard.live else { return Vec::new() };
        followed.active = now;
        let told = followed.order.live(live);
        let covered = followed.order.covered();
        followed.expected.take_if(|(place, _)| *place <= covered);
        told
    }

    /// Where a room whose newest message is the last begins: behind that place, 0 if there is none. `None`: nobody wants to
    /// know any more.
    pub(super) fn begin(&mut self, id: &FollowId, last: Option<Place>) -> Option<u64> {
        let followed = self.get(id).filter(|followed| !followed.order.has_begun())?;
        let last = Place::or_zero(last);
        let behind = followed.floor.map_or(last, |floor| floor.min(last));
        followed.order.begin(behind);
        followed.order.announce(last);
        Some(behind)
    }

    /// What can be told of what waited for the beginning of a room.
    pub(super) fn waited(&mut self, id: &FollowId) -> Vec<PlacedRecord<'static>> {
        self.get(id).map(|followed| followed.order.settle()).unwrap_or_default()
    }

    pub(super) fn fill(&mut self, id: &FollowId, gap: FilledRange) -> Vec<PlacedRecord<'static>> {
        self.get(id).map(|followed| followed.order.fill(gap)).unwrap_or_default()
    }

    /// What was asked for a room did not come.
    pub(super) fn failed(&mut self, now: Instant, id: &FollowId) {
        if let Some(followed) = self.get(id) {
            followed.is_beginning = false;
            followed.order.not_filled();
            followed.pause = Some(now + PAUSE);
        }
    }

    /// The log has a message of ours, which should come back soon.
    pub(super) fn expect(&mut self, now: Instant, room: &str, place: Place) {
        let Some(followed) = self.table.get_mut(room) else { return };
        followed.active = now;
        if place.get() > followed.order.covered() {
            let (highest, _) = followed.expected.unwrap_or((0, now));
            followed.expected = Some((place.get().max(highest), now + ECHO));
        }
    }

    /// The log has a message of a room at that place.
    pub(super) fn announce(&mut self, room: &str, place: Place) {
        if let Some(followed) = self.table.get_mut(room) {
            followed.order.announce(place.get());
        }
    }

    /// Something may have got lost in any room.
    pub(super) fn check_all(&mut self, now: Instant) {
        for followed in self.table.values_mut() {
            (followed.check, followed.active, followed.pause) = (now, now, None);
        }
    }

    /// The rooms whose newest message the log has to be asked for.
    pub(super) fn unchecked(&mut self, now: Instant) -> Vec<String> {
        let due = |followed: &ClusterRoom| followed.order.has_begun() && followed.check <= now;
        let due = self.table.iter_mut().filter(|(_, followed)| due(followed));
        due.map(|(room, followed)| {
            let is_quiet = now.saturating_duration_since(followed.active) >= QUIET;
            followed.check = now + if is_quiet { QUIET } else { CHECK };
            room.clone()
        })
        .collect()
    }

    /// What has to be asked for any room.
    pub(super) fn needs(&mut self, now: Instant) -> Vec<(FollowId, RoomNeed)> {
        let needs = self.table.iter_mut().filter_map(|(room, followed)| {
            let need = followed.need(now)?;
            Some((FollowId { room: room.clone(), life: followed.life }, need))
        });
        needs.collect()
    }

    /// What has to be asked for this room.
    pub(super) fn need(&mut self, now: Instant, room: &str) -> Option<(FollowId, RoomNeed)> {
        let followed = self.table.get_mut(room)?;
        let need = followed.need(now)?;
        Some((FollowId { room: room.to_owned(), life: followed.life }, need))
    }

    fn get(&mut self, id: &FollowId) -> Option<&mut ClusterRoom> {
        self.table.get_mut(&id.room).filter(|followed| followed.life == id.life)
    }
}

impl ClusterRoom {
    fn need(&mut self, now: Instant) -> Option<RoomNeed> {
        if self.pause.is_some_and(|until| now < until) {
            return None;
        }
        if let Some((place, _)) = self.expected.take_if(|(_, due)| *due <= now) {
            self.order.announce(place);
        }
        if self.order.has_begun() {
            return self.order.gap().map(RoomNeed::Range);
        }
        let asks = self.is_heard && !self.is_beginning;
        self.is_beginning |= asks;
        asks.then_some(RoomNeed::Beginning)
    }
}

/// Hands on what is said in a room.
async fn listen(client: Client, subject: String, id: FollowId, heard: mpsc::Sender<HeardLive>) {
    loop {
        // The client is gone, or has no room.
        let Ok(mut messages) = client.subscribe(subject.clone()).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let mut live = None;
        loop {
            if heard.send(HeardLive { id: id.clone(), live }).await.is_err() {
                return;
            }
            live = loop {
                let Some(message) = messages.next().await else { break None };
                if let Some(live) = jetstream::live(&message) {
                    break Some(live);
                }
            };
            if live.is_none() {
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
