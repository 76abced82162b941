//! Which number a room has, and what of it was said last, remembered for the rooms that are in use.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::db;

type Sql<T> = rusqlite::Result<T>;

/// Rooms that are remembered; more are asked for again.
const MAX_REMEMBERED: usize = 4_096;

#[derive(Clone, Copy, Debug)]
pub(super) struct StoredRoom {
    pub(super) id: i64,
    /// Place and time of its newest message; nought and as early as can be if there is none.
    pub(super) last: i64,
    pub(super) at: i64,
}

/// Holds what a transaction has changed also if that fails: to be forgotten then.
#[derive(Debug, Default)]
pub(super) struct StoredRooms(HashMap<String, StoredRoom>);

impl StoredRooms {
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// `None`: nothing has been said there yet.
    pub(super) fn find(&mut self, connection: &Connection, name: &str) -> Sql<Option<StoredRoom>> {
        if let Some(known) = self.0.get(name) {
            return Ok(Some(*known));
        }
        let Some(id) = id(connection, name)? else { return Ok(None) };
        let room = newest(connection, id)?;
        self.remember(name, room);
        Ok(Some(room))
    }

    pub(super) fn find_or_create(&mut self, connection: &Connection, name: &str) -> Sql<StoredRoom> {
        if let Some(known) = self.find(connection, name)? {
            return Ok(known);
        }
        connection.prepare_cached("INSERT INTO room (name) VALUES (?1)")?.execute([name])?;
        let room = StoredRoom { id: connection.last_insert_rowid(), last: 0, at: i64::MIN };
        self.remember(name, room);
        Ok(room)
    }

    /// Something was said there.
    pub(super) fn remember(&mut self, name: &str, room: StoredRoom) {
        if let Some(known) = self.0.get_mut(name) {
            *known = room;
            return;
        }
        if self.0.len() >= MAX_REMEMBERED {
            self.0.clear();
        }
        self.0.insert(name.to_owned(), room);
    }
}

/// No room has this number.
const NO_ROOM: i64 = -1;

/// The number of a room if one is named.
pub(super) fn wanted(connection: &Connection, name: Option<&str>) -> Sql<Option<i64>> {
    name.map(|name| Ok(id(connection, name)?.unwrap_or(NO_ROOM))).transpose()
}

fn id(connection: &Connection, name: &str) -> Sql<Option<i64>> {
    let mut ask = connection.prepare_cached("SELECT id FROM room WHERE name = ?1")?;
    ask.query_row([name], |row| Ok(db::integer(row, 0))).optional()
}

fn newest(connection: &Connection, id: i64) -> Sql<StoredRoom> {
    let sql = "SELECT place, at FROM said WHERE room = ?1 ORDER BY place DESC LIMIT 1";
    let mut ask = connection.prepare_cached(sql)?;
    let row =
        |row: &rusqlite::Row<'_>| Ok(StoredRoom { id, last: db::integer(row, 0), at: db::integer(row, 1) });
    Ok(ask.query_row([id], row).optional()?.unwrap_or(StoredRoom { id, last: 0, at: i64::MIN }))
}
