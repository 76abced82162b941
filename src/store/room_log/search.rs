//! Searches in the messages of all rooms, the newest first, and the index that they ask.

use rusqlite::{Connection, Row};

use super::super::db::{self, MAX_STEP, MAX_STEP_BYTES};
use super::archive::RoomMessage;
use super::{rooms, rows};
use crate::model::room_log::{Place, PlacedRecord};
use crate::model::search::{Search, index_text};

type Sql<T> = rusqlite::Result<T>;

/// What is searched for. An author is a member's name, a place a room's; nobody is "me".
#[derive(Clone, Debug, Default)]
pub struct RoomSearch {
    pub search: Search,
    /// Only in this room.
    pub room: Option<String>,
    /// Only before this place.
    pub before: Option<Place>,
    pub limit: usize,
}

/// What was found, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomHits {
    pub hits: Vec<RoomMessage>,
    /// There are others that are older.
    pub more: bool,
}

/// The token that stands for a room.
fn room_token(room: i64) -> String {
    format!("r{room}")
}

/// Indexes the next messages, once there is nothing to merge. Says up to which one, or nothing when all is done.
pub(super) fn index_step(connection: &mut Connection, indexed_to: i64) -> Sql<Option<i64>> {
    if db::merge(connection)? {
        return Ok(Some(indexed_to));
    }
    let transaction = connection.transaction()?;
    let mut last = None;
    {
        let sql = "SELECT place, room, body FROM said WHERE place > ?1 AND kind = 0 ORDER BY place";
        let mut statement = transaction.prepare_cached(sql)?;
        let mut found = statement.query([indexed_to])?;
        let (mut messages, mut bytes) = (0_usize, 0_usize);
        while messages < MAX_STEP && bytes < MAX_STEP_BYTES {
            let Some(row) = found.next()? else { break };
            let words = index_text(&String::from_utf8_lossy(rows::bytes(row, 2)));
            let (place, room) = (db::integer(row, 0), db::integer(row, 1));
            db::add(&transaction, place, &words, &room_token(room))?;
            (messages, bytes) = (messages.saturating_add(1), bytes.saturating_add(words.len()));
            last = Some(place);
        }
    }
    if let Some(last) = last {
        db::note_indexed(&transaction, last)?;
    }
    transaction.commit()?;
    Ok(last)
}

/// All of it sees the log at one moment.
pub(super) fn search(connection: &Connection, lookup: &RoomSearch) -> Sql<RoomHits> {
    let moment = connection.unchecked_transaction()?;
    let room = rooms::wanted(&moment, lookup.room.as_deref())?;
    let mut cursor = RoomCursor { connection: &moment, lookup, room, found: RoomHits::default() };
    cursor.run()?;
    Ok(cursor.found)
}

/// A search while it is carried out.
struct RoomCursor<'a> {
    connection: &'a Connection,
    lookup: &'a RoomSearch,
    room: Option<i64>,
    found: RoomHits,
}

impl RoomCursor<'_> {
    fn run(&mut self) -> Sql<()> {
        let before = self.lookup.before.map_or(i64::MAX, rows::number);
        let indexed_to = db::indexed_to(self.connection)?;
        match self.lookup.search.fts() {
            Some(words) if indexed_to >= 0 => {
                self.scan(before, indexed_to)?;
                self.ask_index(&words, before.min(indexed_to.saturating_add(1)))
            }
            Some(_) | None => self.scan(before, 0),
        }
    }

    /// Looks at the messages between these two.
    fn scan(&mut self, before: i64, after: i64) -> Sql<()> {
        let by = if self.room.is_some() { "s.room = ?3" } else { "?3 IS NULL" };
        let sql = format!(
            "SELECT {}, r.name FROM said s CROSS JOIN room r ON r.id = s.room \
             WHERE s.place < ?1 AND s.place > ?2 AND {by} ORDER BY s.place DESC",
            rows::COLUMNS
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = statement.query((before, after, self.room))?;
        while !self.found.more {
            let Some(row) = found.next()? else { break };
            self.look(row);
        }
        Ok(())
    }

    fn ask_index(&mut self, words: &str, before: i64) -> Sql<()> {
        let room = self.room.map(|room| format!(" AND place : \"{}\"", room_token(room))).unwrap_or_default();
        let expression = format!("body : ({words}){room}");
        let fetch = format!(
            "SELECT {}, r.name FROM said s CROSS JOIN room r ON r.id = s.room WHERE s.place = ?1",
            rows::COLUMNS
        );
        let mut fetch = self.connection.prepare_cached(&fetch)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC",
        )?;
        let mut found = statement.query((expression, before))?;
        while !self.found.more {
            let Some(row) = found.next()? else { break };
            let mut message = fetch.query([db::integer(row, 0)])?;
            if let Some(message) = message.next()? {
                self.look(message);
            }
        }
        Ok(())
    }

    /// Takes the message of this row if it is asked for.
    fn look(&mut self, row: &Row<'_>) {
        let room = db::text(row, 7);
        let Some(placed) = rows::placed(row).filter(|placed| self.passes(placed, &room)) else { return };
        if self.found.hits.len() < self.lookup.limit {
            self.found.hits.push(RoomMessage { room, placed });
        } else {
            self.found.more = true;
        }
    }

    fn passes(&self, placed: &PlacedRecord<'_>, room: &str) -> bool {
        let (search, record) = (&self.lookup.search, &placed.record);
        search.covers(record.at)
            && search.covers_place(&[room])
            && search.covers_author(false, &[&record.name])
            && search.matches(&String::from_utf8_lossy(&record.body))
    }
}
