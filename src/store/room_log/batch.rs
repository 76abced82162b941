//! What came of requests inside of one transaction, which is not done before that is.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::db::{self, Residue};
use super::rooms::StoredRooms;
use super::{removal, rows, shared};
use crate::model::WallTime;
use crate::model::room_log::{BackplaneRequest, LogRecord, Place, RecordKind};

type Sql<T> = rusqlite::Result<T>;

/// Does nothing if the message has come before.
const APPEND: &str = "INSERT INTO said (room, at, id, number, name, body, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
     ON CONFLICT (id, number) WHERE number > 0 DO NOTHING";

const KNOWN: &str = "SELECT place FROM said WHERE id = ?1 AND number = ?2 AND number > 0";

/// What came of one request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It stands there now, with this time.
    Placed(Place, WallTime),
    /// It stood there before.
    Known(Place),
    /// To be read once the transaction is over, without what stands behind this place: SQLite writes no more in a transaction
    /// that has met damage.
    UpTo(i64),
    Set,
    /// The newest message of the room.
    Last(Option<Place>),
    Nothing,
}

/// Whether this changes the file.
pub(super) fn writes(request: &BackplaneRequest<'_>) -> bool {
    matches!(request, BackplaneRequest::Append { .. } | BackplaneRequest::Set { .. })
}

/// What a transaction adds.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// By how many messages there are more, by the numbers of their rooms.
    pub(super) rooms: BTreeMap<i64, i64>,
    pub(super) bytes: i64,
    /// Messages were removed as well, for good.
    pub(super) has_removed: bool,
}

/// Carries out requests inside of a transaction.
pub(super) struct LogBatch<'a> {
    connection: &'a Connection,
    rooms: &'a mut StoredRooms,
    /// The last place that this batch has given.
    last: Option<i64>,
    pub(super) added: Added,
}

impl<'a> LogBatch<'a> {
    pub(super) fn new(connection: &'a Connection, rooms: &'a mut StoredRooms) -> Self {
        Self { connection, rooms, last: None, added: Added::default() }
    }

    pub(super) fn carry_out(&mut self, request: &BackplaneRequest<'_>) -> Sql<Outcome> {
        match request {
            BackplaneRequest::Append { room, record, .. } => match record.kind {
                RecordKind::Said => self.append(room, record),
                RecordKind::Removed(place) => self.remove(room, record, place),
            },
            BackplaneRequest::Set { key, value } => {
                shared::set(self.connection, key, value).map(|()| Outcome::Set)
            }
            BackplaneRequest::Page { .. } => Ok(Outcome::UpTo(self.last()?)),
            BackplaneRequest::Follow { room } => {
                let room = self.rooms.find(self.connection, room)?;
                Ok(Outcome::Last(room.and_then(|room| rows::place(room.last))))
            }
            BackplaneRequest::Unfollow { .. }
            | BackplaneRequest::Announce { .. }
            | BackplaneRequest::Claim { .. }
            | BackplaneRequest::Presence(_)
            | BackplaneRequest::Search { .. }
            | BackplaneRequest::Release { .. } => Ok(Outcome::Nothing),
        }
    }

    /// The last place that was given.
    fn last(&self) -> Sql<i64> {
        if let Some(last) = self.last {
            return Ok(last);
        }
        let mut ask = self.connection.prepare_cached("SELECT max(place) FROM said")?;
        ask.query_row([], |row| Ok(db::integer(row, 0)))
    }

    /// The message at this place goes for good, and that it is gone stands at a place of its own. Nothing is removed of another
    /// room, or twice.
    fn remove(&mut self, name: &str, record: &LogRecord<'_>, place: Place) -> Sql<Outcome> {
        let Some(room) = self.rooms.find(self.connection, name)? else { return Ok(Outcome::Nothing) };
        if !removal::is_said(self.connection, room.id, place)? {
            return Ok(Outcome::Nothing);
        }
        Residue::note(self.connection)?;
        let removed = removal::delete(self.connection, &[rows::number(place)])?;
        self.added.has_removed = true;
        self.added.bytes = self.added.bytes.saturating_sub(removed.bytes);
        let messages = self.added.rooms.entry(room.id).or_default();
        *messages = messages.saturating_sub(removed.messages.cast_signed());
        self.append(name, record)
    }

    /// The time of a message is never earlier than that of the one before it in its room.
    fn append(&mut self, name: &str, record: &LogRecord<'_>) -> Sql<Outcome> {
        let mut room = self.rooms.find_or_create(self.connection, name)?;
        let (id, at) = (record.id.cast_signed(), record.at.0.max(room.at));
        let mut place = [0; 8];
        let (kind, body) = rows::content(record, &mut place);
        let row = (room.id, at, id, record.number, &*record.name, body, kind);
        if self.connection.prepare_cached(APPEND)?.execute(row)? == 0 {
            let known = self
                .connection
                .prepare_cached(KNOWN)?
                .query_row((id, record.number), |row| Ok(db::integer(row, 0)));
            return Ok(known.optional()?.and_then(rows::place).map_or(Outcome::Nothing, Outcome::Known));
        }
        (room.last, room.at) = (self.connection.last_insert_rowid(), at);
        self.rooms.remember(name, room);
        self.last = Some(room.last);
        let messages = self.added.rooms.entry(room.id).or_default();
        *messages = messages.saturating_add(1);
        self.added.bytes = self.added.bytes.saturating_add(rows::weight(record));
        Ok(rows::place(room.last).map_or(Outcome::Nothing, |place| Outcome::Placed(place, WallTime(at))))
    }
}
