//! What is kept no longer: too old, too many of one room, too much in all. The oldest goes first, some at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::db;
use super::batch::Added;
use super::{removal, rows};
use crate::model::{RoomRetention, WallTime};

type Sql<T> = rusqlite::Result<T>;

/// Messages that one step removes: a few milliseconds.
const MAX_REMOVED: usize = 200;

/// Rooms that one step looks at.
const MAX_LOOKED_AT: usize = 64;

/// After a look at all rooms none is looked at for so long, in microseconds: a message may be kept this much longer.
const PAUSE: i64 = 5_000_000;

/// What is removed next, and what there is.
#[derive(Debug, Default)]
pub(super) struct Sweeper {
    policy: RoomRetention,
    /// What all messages take.
    bytes: i64,
    /// Messages of the rooms that were counted.
    counts: BTreeMap<i64, u64>,
    /// Rooms that may have too many.
    suspects: BTreeSet<i64>,
    /// Rooms up to this one have nothing that is too old.
    looked_to: i64,
    /// When rooms were looked at last.
    rested: Option<i64>,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkStep {
    Done,
    /// There may be more to do.
    More,
    /// The same, and the names of some rooms are gone.
    Emptied,
}

impl Sweeper {
    pub(super) fn new(policy: RoomRetention) -> Self {
        Self { policy, ..Self::default() }
    }

    /// What is in this file is not known yet.
    pub(super) fn restart(&mut self, connection: &Connection) -> Sql<()> {
        let bytes = db::setting(connection, BYTES)?.unwrap_or_default().max(0);
        let suspects = match self.policy.keep_messages {
            Some(_) => rooms(connection, i64::MIN, usize::MAX)?.into_iter().collect(),
            None => BTreeSet::new(),
        };
        *self = Self { policy: self.policy, bytes, suspects, ..Self::default() };
        Ok(())
    }

    /// What counting has found may be wrong: a transaction failed.
    pub(super) fn forget_counts(&mut self) {
        self.suspects.extend(self.counts.keys().copied());
        self.counts.clear();
    }

    /// As a part of the transaction that adds these.
    pub(super) fn store(&self, connection: &Connection, added: &Added) -> Sql<()> {
        if added.bytes == 0 { Ok(()) } else { store(connection, self.bytes.saturating_add(added.bytes)) }
    }

    /// These have been added.
    pub(super) fn note(&mut self, added: Added) {
        self.bytes = self.bytes.saturating_add(added.bytes);
        let Some(most) = self.policy.keep_messages else { return };
        for (room, messages) in added.rooms {
            let count = self.counts.get_mut(&room).map(|count| {
                *count = count.saturating_add_signed(messages);
                *count
            });
            if count.is_none_or(|count| count > most) {
                self.suspects.insert(room);
            }
        }
    }

    /// Whether more is there than may be, as far as is known without a look.
    pub(super) fn is_urgent(&self) -> bool {
        self.has_too_much() || !self.suspects.is_empty()
    }

    fn has_too_much(&self) -> bool {
        let most = self.policy.keep_bytes.map(|most| i64::try_from(most).unwrap_or(i64::MAX));
        most.is_some_and(|most| self.bytes > most)
    }

    /// `at_least`: so many are removed if they are too many, also if that takes longer.
    pub(super) fn step(
        &mut self,
        connection: &mut Connection,
        now: WallTime,
        at_least: usize,
    ) -> Sql<WorkStep> {
        let limit = at_least.max(MAX_REMOVED);
        if self.has_too_much() {
            let places = oldest(connection, self.surplus(), limit)?;
            if !places.is_empty() {
                return self.remove(connection, &places);
            }
            // The number says more than there is.
            self.bytes = 0;
            store(connection, 0)?;
        }
        if let Some(most) = self.policy.keep_messages
            && let Some(room) = self.suspects.first().copied()
        {
            return self.shorten(connection, room, most, limit);
        }
        match self.policy.keep {
            Some(keep) => self.age(connection, now, keep),
            None => Ok(WorkStep::Done),
        }
    }

    fn surplus(&self) -> i64 {
        let most = self.policy.keep_bytes.map_or(i64::MAX, |most| i64::try_from(most).unwrap_or(i64::MAX));
        self.bytes.saturating_sub(most)
    }

    /// Removes what a room has too many.
    fn shorten(&mut self, connection: &mut Connection, room: i64, most: u64, limit: usize) -> Sql<WorkStep> {
        let count = match self.counts.get(&room) {
            Some(count) => *count,
            None => count(connection, room)?,
        };
        self.counts.insert(room, count);
        let surplus = usize::try_from(count.saturating_sub(most)).unwrap_or(usize::MAX);
        if surplus <= limit {
            self.suspects.remove(&room);
        }
        if surplus == 0 {
            return Ok(WorkStep::More);
        }
        let places = oldest_of(connection, room, i64::MAX, surplus.min(limit))?;
        if places.is_empty() {
            // The number said more than there is.
            self.counts.remove(&room);
            self.suspects.remove(&room);
        }
        self.remove(connection, &places)
    }

    /// Removes what is too old. Times rise in each room.
    fn age(&mut self, connection: &mut Connection, now: WallTime, keep: Duration) -> Sql<WorkStep> {
        if self.rested.is_some_and(|rested| (rested..rested.saturating_add(PAUSE)).contains(&now.0)) {
            return Ok(WorkStep::Done);
        }
        self.rested = None;
        let before = now.0.saturating_sub(i64::try_from(keep.as_micros()).unwrap_or(i64::MAX));
        for room in rooms(connection, self.looked_to, MAX_LOOKED_AT)? {
            let places = oldest_of(connection, room, before, MAX_REMOVED)?;
            if !places.is_empty() {
                return self.remove(connection, &places);
            }
            self.looked_to = room;
        }
        if rooms(connection, self.looked_to, 1)?.is_empty() {
            (self.looked_to, self.rested) = (0, Some(now.0));
            return Ok(WorkStep::Done);
        }
        Ok(WorkStep::More)
    }

    fn remove(&mut self, connection: &mut Connection, places: &[i64]) -> Sql<WorkStep> {
        let transaction = connection.transaction()?;
        let mut removed: BTreeMap<i64, u64> = BTreeMap::new();
        for place in places {
            let room = room_of(&transaction, *place)?.unwrap_or_default();
            let count = removed.entry(room).or_default();
            *count = count.saturating_add(1);
        }
        let bytes = self.bytes.saturating_sub(removal::delete(&transaction, places)?.bytes).max(0);
        store(&transaction, bytes)?;
        let mut emptied = false;
        for room in removed.keys() {
            emptied |= removal::delete_empty_room(&transaction, *room)?;
        }
        transaction.commit()?;
        let _more = db::merge(connection)?;
        self.bytes = bytes;
        for (room, removed) in removed {
            if let Some(count) = self.counts.get_mut(&room) {
                *count = count.saturating_sub(removed);
            }
        }
        Ok(if emptied { WorkStep::Emptied } else { WorkStep::More })
    }
}

/// What all messages take.
const BYTES: &str = "bytes";

fn store(connection: &Connection, bytes: i64) -> Sql<()> {
    db::set(connection, BYTES, bytes)
}

/// Messages have come or gone in another way than by appending: what all of them take is found out anew.
pub(super) fn recount(connection: &Connection) -> Sql<()> {
    let sql = format!("SELECT coalesce(sum({}), 0) FROM said s", rows::WEIGHT);
    let bytes = connection.query_row(&sql, [], |row| Ok(db::integer(row, 0)))?;
    store(connection, bytes)
}

fn room_of(connection: &Connection, place: i64) -> Sql<Option<i64>> {
    let mut ask = connection.prepare_cached("SELECT room FROM said WHERE place = ?1")?;
    ask.query_row([place], |row| Ok(db::integer(row, 0))).optional()
}

/// The numbers of the next rooms behind this one.
fn rooms(connection: &Connection, after: i64, limit: usize) -> Sql<Vec<i64>> {
    let sql = "SELECT id FROM room WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement.query_map([after, limit], |row| Ok(db::integer(row, 0)))?.collect()
}

fn count(connection: &Connection, room: i64) -> Sql<u64> {
    let mut ask = connection.prepare_cached("SELECT count(*) FROM said WHERE room = ?1")?;
    ask.query_row([room], |row| Ok(u64::try_from(db::integer(row, 0)).unwrap_or_default()))
}

/// The oldest messages of all that take so many bytes, and no more than this.
fn oldest(connection: &Connection, bytes: i64, limit: usize) -> Sql<Vec<i64>> {
    let sql = format!("SELECT s.place, {} FROM said s ORDER BY s.place", rows::WEIGHT);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([])?;
    let (mut places, mut sum) = (Vec::new(), 0_i64);
    while sum < bytes && places.len() < limit {
        let Some(row) = found.next()? else { break };
        places.push(db::integer(row, 0));
        sum = sum.saturating_add(db::integer(row, 1));
    }
    Ok(places)
}

/// The oldest messages of a room up to the first that is not from before that time.
fn oldest_of(connection: &Connection, room: i64, before: i64, limit: usize) -> Sql<Vec<i64>> {
    let sql = "SELECT place, at FROM said INDEXED BY said_in WHERE room = ?1 ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query([room])?;
    let mut places = Vec::new();
    while places.len() < limit {
        let Some(row) = found.next()? else { break };
        if db::integer(row, 1) >= before {
            break;
        }
        places.push(db::integer(row, 0));
    }
    Ok(places)
}
