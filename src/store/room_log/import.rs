//! Taking messages in from elsewhere: all of them or none, those that are there already only once, and each at its time in
//! its room.
//!
//! The order of messages is that of their places. So what was said after a message that is taken in gets another place, and
//! since members know places, the log is another history from then on.

use std::collections::BTreeMap;
use std::collections::hash_map::{DefaultHasher, HashMap};
use std::hash::{Hash as _, Hasher as _};

use rusqlite::{Connection, Transaction};

use super::super::db::{self, StoreError};
use super::rooms::StoredRooms;
use super::{retention, rows, schema};
use crate::model::Phrase;
use crate::model::room_log::LogRecord;

type Sql<T> = rusqlite::Result<T>;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedRooms {
    pub new: u64,
    /// Were there already.
    pub known: u64,
    /// Some that were there have other places now, and the log another epoch.
    pub moved: bool,
}

/// Why nothing was taken in.
#[derive(Debug)]
pub(super) enum RoomImportError {
    /// One of the messages cannot be taken in.
    Rejected(Phrase),
    Store(StoreError),
}

impl From<rusqlite::Error> for RoomImportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

pub(super) fn import(
    connection: &mut Connection,
    messages: &mut dyn Iterator<Item = Result<(String, LogRecord<'static>), Phrase>>,
) -> Result<ImportedRooms, RoomImportError> {
    let transaction = connection.transaction()?;
    let mut intake = RoomIntake::new(&transaction)?;
    for message in messages {
        let (room, record) = message.map_err(RoomImportError::Rejected)?;
        intake.take(&room, &record)?;
    }
    let (mut imported, disorder, last) = (intake.imported, intake.disorder, intake.last);
    for (room, from) in disorder {
        imported.moved |= settle(&transaction, room, from, last)?;
    }
    if imported.moved {
        schema::renew_epoch(&transaction).map_err(RoomImportError::Store)?;
    }
    retention::recount(&transaction)?;
    transaction.commit()?;
    Ok(imported)
}

struct RoomIntake<'a> {
    transaction: &'a Transaction<'a>,
    rooms: StoredRooms,
    /// What of plain members is in the log: the marks of the messages, and one that has it.
    plain: HashMap<u64, i64>,
    /// The last place before the import.
    last: i64,
    /// Rooms in which a message stands behind a later one, and the time of the earliest of these.
    disorder: BTreeMap<i64, i64>,
    imported: ImportedRooms,
}

impl<'a> RoomIntake<'a> {
    fn new(transaction: &'a Transaction<'a>) -> Sql<Self> {
        let mut plain = HashMap::new();
        {
            let sql = "SELECT place, room, at, id, body FROM said WHERE number = 0 AND kind = 0";
            let mut statement = transaction.prepare(sql)?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                let key =
                    (db::integer(row, 1), db::integer(row, 2), db::integer(row, 3), rows::bytes(row, 4));
                plain.insert(fingerprint(key), db::integer(row, 0));
            }
        }
        let (rooms, disorder) = (StoredRooms::default(), BTreeMap::new());
        let (last, imported) = (last_place(transaction)?, ImportedRooms::default());
        Ok(Self { transaction, rooms, plain, last, disorder, imported })
    }

    fn take(&mut self, name: &str, record: &LogRecord<'_>) -> Sql<()> {
        let mut room = self.rooms.find_or_create(self.transaction, name)?;
        let (id, at) = (record.id.cast_signed(), record.at.0);
        let mark = fingerprint((room.id, at, id, &record.body));
        if record.number == 0 && self.is_there(mark, (room.id, at, id, &record.body))? {
            self.imported.known = self.imported.known.saturating_add(1);
            return Ok(());
        }
        let sql = "INSERT INTO said (room, at, id, number, name, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                   ON CONFLICT (id, number) WHERE number > 0 DO NOTHING";
        let row = (room.id, at, id, record.number, &*record.name, &*record.body);
        if self.transaction.prepare_cached(sql)?.execute(row)? == 0 {
            self.imported.known = self.imported.known.saturating_add(1);
            return Ok(());
        }
        self.imported.new = self.imported.new.saturating_add(1);
        let place = self.transaction.last_insert_rowid();
        if record.number == 0 {
            self.plain.insert(mark, place);
        }
        if at < room.at {
            let earliest = self.disorder.entry(room.id).or_insert(at);
            *earliest = at.min(*earliest);
        }
        (room.last, room.at) = (place, at.max(room.at));
        self.rooms.remember(name, room);
        Ok(())
    }

    /// Looks at the message itself: two may have the same mark.
    fn is_there(&self, mark: u64, key: PlainKey<'_>) -> Sql<bool> {
        let Some(place) = self.plain.get(&mark) else { return Ok(false) };
        let sql = "SELECT 1 FROM said WHERE place = ?1 AND room = ?2 AND at = ?3 AND id = ?4 AND body = ?5";
        let (room, at, id, body) = key;
        self.transaction.prepare_cached(sql)?.exists((place, room, at, id, body))
    }
}

/// What tells a plain member's messages apart: room, time, id and text.
type PlainKey<'a> = (i64, i64, i64, &'a [u8]);

fn fingerprint(key: PlainKey<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// The last place that was given.
fn last_place(connection: &Connection) -> Sql<i64> {
    let sql = "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'said'), 0), \
               coalesce((SELECT max(place) FROM said), 0))";
    connection.query_row(sql, [], |row| Ok(db::integer(row, 0)))
}

/// Gives the messages of a room from that time on new places in the order of their times. Says whether one of them stood
/// there before: at `last` or earlier.
fn settle(transaction: &Transaction<'_>, room: i64, from: i64, last: i64) -> Sql<bool> {
    let places: Vec<i64> = {
        let sql = "SELECT place FROM said WHERE room = ?1 AND at >= ?2 ORDER BY at, place";
        let mut statement = transaction.prepare_cached(sql)?;
        let found = statement.query_map([room, from], |row| Ok(db::integer(row, 0)))?;
        found.collect::<Sql<_>>()?
    };
    let mut next = last_place(transaction)?;
    for place in &places {
        next = next.saturating_add(1);
        db::remove(transaction, *place)?;
        transaction.prepare_cached("UPDATE said SET place = ?2 WHERE place = ?1")?.execute([*place, next])?;
    }
    transaction.prepare_cached("UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'said'")?.execute([next])?;
    Ok(places.iter().any(|place| *place <= last))
}
