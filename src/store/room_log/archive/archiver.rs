//! The log as the archive of a cluster: it takes in what relays have appended elsewhere, and knows of each message where that
//! stands there.
//!
//! A message has a place of its own in this file, as in any log of rooms, and in the column `log` its place at the cluster,
//! by which relays know it; negative once the cluster has begun another history. How far each part of the log is taken in is
//! written with the messages, so that whoever begins again goes on right behind them. A commit does not wait for the disk:
//! what a power cut takes, the cluster still has, and what says how far all goes is lost with it.

use std::borrow::Cow;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::super::super::Private;
use super::super::super::db::{self, StoreError};
use super::super::batch::{LogBatch, Outcome};
use super::super::refusal::told;
use super::super::{RoomLog, rows};
use crate::model::room_archive::{ArchivePart, ArchivedLog};
use crate::model::room_log::{
    BackplaneRequest, LogEpoch, LogRecord, Place, PlacedRecord, RecordKind, Ticket,
};
use crate::model::{Phrase, RoomRetention, WallTime};

type Sql<T> = rusqlite::Result<T>;

/// Where a message stands at the cluster. Only in the file of an archive.
const COLUMN: &str = "ALTER TABLE said ADD COLUMN log INTEGER";
const INDEX: &str = "CREATE INDEX IF NOT EXISTS said_of ON said (room, log) WHERE log IS NOT NULL";

/// Which history of the cluster is followed, and how far, in the table `setting`.
pub(super) const EPOCH: &str = "archive.epoch";
const SHARDS: &str = "archive.shards";

fn cursor(shard: u16) -> String {
    format!("archive.{shard}")
}

/// Why a part was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// The same may be taken in a moment.
    Again(Phrase),
    /// The file is another one than before.
    Over(Phrase),
}

/// Writes the archive. As long as it lives nobody else can.
#[derive(Debug)]
pub struct RoomArchiver {
    log: RoomLog,
    /// Of the file, as it was opened.
    file: LogEpoch,
}

impl RoomArchiver {
    /// Opens the log in this folder, or begins one.
    pub fn open(folder: &Path, private: Private, retention: RoomRetention) -> Result<Self, Phrase> {
        let mut log = RoomLog::open(folder, private, retention)?;
        let prepared = log.connection().and_then(|connection| Ok(prepare(connection)?));
        prepared.map_err(|error| told("room-log-not-opened", &error))?;
        let file = log.epoch();
        Ok(Self { log, file })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.log.path()
    }

    /// Follows this log from now on. Says up to which place each of its shards has been taken in.
    pub fn follow(&mut self, followed: ArchivedLog) -> Result<Vec<u64>, Phrase> {
        let cursors = self.try_follow(followed);
        cursors.map_err(|error| told("room-log-not-written", &error))
    }

    fn try_follow(&mut self, followed: ArchivedLog) -> Result<Vec<u64>, StoreError> {
        self.log.connection()?;
        let connection = self.log.file.writer(false)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !is_followed(&transaction, followed)? {
            begin(&transaction, followed)?;
        }
        let cursors = (0..followed.shards).map(|shard| taken_to(&transaction, shard));
        let cursors = cursors.collect::<Sql<Vec<u64>>>()?;
        transaction.commit()?;
        Ok(cursors)
    }

    /// Takes in the next messages of a shard: all of them, or nothing after a failure. Those that are there already only get
    /// their places.
    pub fn take(&mut self, part: &ArchivePart) -> Result<(), ArchiveError> {
        let taken = self.try_take(part);
        // A file that somebody has put in the place of this one does not know how far it goes.
        if self.log.epoch() != self.file {
            return Err(ArchiveError::Over(told("room-log-not-written", &StoreError::CannotOpen)));
        }
        taken.map_err(|error| {
            self.log.rooms.forget();
            self.log.chores.forget_counts();
            if !matches!(error, StoreError::Full | StoreError::Busy) {
                self.log.file.abandon();
            }
            ArchiveError::Again(told("room-log-not-written", &error))
        })
    }

    fn try_take(&mut self, part: &ArchivePart) -> Result<(), StoreError> {
        self.log.connection()?;
        if self.log.epoch() != self.file {
            return Ok(());
        }
        let RoomLog { file, rooms, chores, .. } = &mut self.log;
        let transaction = file.writer(false)?.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut batch = LogBatch::new(&transaction, rooms);
        for (room, placed) in &part.records {
            take_in(&transaction, &mut batch, room, placed)?;
        }
        let added = batch.added;
        db::raise(&transaction, &cursor(part.shard), rows_of(part.up_to))?;
        chores.store(&transaction, &added)?;
        transaction.commit()?;
        chores.note(added);
        file.check()?;
        self.log.connection()?;
        Ok(())
    }

    /// One step of what can wait. Says whether there is more.
    pub fn work(&mut self, now: WallTime) -> bool {
        self.log.work(now)
    }

    /// The same after each part, whatever waits: so many messages have come.
    pub fn work_under_load(&mut self, now: WallTime, messages: usize) {
        self.log.work_under_load(now, messages);
    }
}

fn rows_of(place: u64) -> i64 {
    Place::new(place).map_or(0, rows::number)
}

fn prepare(connection: &Connection) -> Sql<()> {
    let sql = "SELECT 1 FROM pragma_table_info('said') WHERE name = 'log'";
    if !connection.prepare(sql)?.exists([])? {
        connection.execute_batch(COLUMN)?;
    }
    connection.execute_batch(INDEX)
}

/// Whether the file goes on where it ended.
fn is_followed(connection: &Connection, followed: ArchivedLog) -> Sql<bool> {
    let epoch = db::setting(connection, EPOCH)?.map(i64::cast_unsigned);
    let shards = db::setting(connection, SHARDS)?;
    Ok(epoch == Some(followed.epoch.0) && shards == Some(followed.shards.into()))
}

/// Another history: its places are others, and what it still has of the last one is known by what it says.
fn begin(transaction: &Transaction<'_>, followed: ArchivedLog) -> Sql<()> {
    transaction.execute("UPDATE said SET log = NULL WHERE log < 0", [])?;
    transaction.execute("UPDATE said SET log = -log WHERE log > 0", [])?;
    transaction.execute("DELETE FROM setting WHERE key GLOB 'archive.*'", [])?;
    db::set(transaction, EPOCH, followed.epoch.0.cast_signed())?;
    db::set(transaction, SHARDS, followed.shards.into())
}

fn taken_to(connection: &Connection, shard: u16) -> Sql<u64> {
    Ok(db::setting(connection, &cursor(shard))?.unwrap_or_default().max(0).unsigned_abs())
}

fn take_in(
    transaction: &Transaction<'_>,
    batch: &mut LogBatch<'_>,
    room: &str,
    placed: &PlacedRecord<'static>,
) -> Sql<()> {
    if let RecordKind::Removed(place) = placed.record.kind {
        return take_out(transaction, batch, room, placed.record.at, place);
    }
    let at = rows::number(placed.place);
    let Some(place) = place_of(transaction, batch, room, placed)? else { return Ok(()) };
    // One that the cluster has twice stands where it came first.
    let sql = "UPDATE said SET log = ?2 WHERE place = ?1 AND (log IS NULL OR log < 0)";
    transaction.prepare_cached(sql)?.execute([place, at]).map(drop)
}

/// The message that stood at that place of the cluster goes here, too, for good. So does what the history before had there: it
/// is the same one, or nobody's any more.
fn take_out(
    transaction: &Transaction<'_>,
    batch: &mut LogBatch<'_>,
    room: &str,
    at: WallTime,
    removed: Place,
) -> Sql<()> {
    let sql = "SELECT s.place FROM said s JOIN room r ON r.id = s.room \
               WHERE r.name = ?1 AND s.log IN (?2, -?2) AND s.kind = 0";
    let mut statement = transaction.prepare_cached(sql)?;
    let here = statement.query_map((room, rows::number(removed)), |row| Ok(db::integer(row, 0)))?;
    for place in here.collect::<Sql<Vec<i64>>>()?.into_iter().filter_map(rows::place) {
        let (room, record) = (Cow::Owned(room.to_owned()), LogRecord::removal(at, place));
        batch.carry_out(&BackplaneRequest::Append { ticket: Ticket(0), room, record })?;
    }
    Ok(())
}

/// Where it stands in this file, now if it did not before.
fn place_of(
    transaction: &Transaction<'_>,
    batch: &mut LogBatch<'_>,
    room: &str,
    PlacedRecord { place, record }: &PlacedRecord<'static>,
) -> Sql<Option<i64>> {
    if record.number == 0
        && let Some(known) = unnumbered(transaction, room, rows::number(*place), record)?
    {
        return Ok(Some(known));
    }
    let (room, record) = (Cow::Owned(room.to_owned()), record.clone());
    Ok(match batch.carry_out(&BackplaneRequest::Append { ticket: Ticket(0), room, record })? {
        Outcome::Placed(place, _) | Outcome::Known(place) => Some(rows::number(place)),
        Outcome::UpTo(_) | Outcome::Set | Outcome::Last(_) | Outcome::Nothing => None,
    })
}

/// A plain member's message that the history before had at that place: nothing else tells that it is the same.
fn unnumbered(
    transaction: &Transaction<'_>,
    room: &str,
    at: i64,
    record: &LogRecord<'_>,
) -> Sql<Option<i64>> {
    let sql = "SELECT s.place FROM said s JOIN room r ON r.id = s.room \
               WHERE r.name = ?1 AND s.log = ?2 AND s.id = ?3 AND s.number = 0 AND s.kind = 0 AND s.body = ?4";
    let row = (room, at.saturating_neg(), record.id.cast_signed(), &*record.body);
    transaction.prepare_cached(sql)?.query_row(row, |row| Ok(db::integer(row, 0))).optional()
}
