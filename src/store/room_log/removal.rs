//! Removes messages with their words in the index.

use rusqlite::Connection;

use super::super::db;
use super::rows;
use crate::model::room_log::Place;

type Sql<T> = rusqlite::Result<T>;

/// What was removed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Removed {
    pub(super) messages: u64,
    /// What they took of what may be kept.
    pub(super) bytes: i64,
}

/// Whether a message of that room stands at this place.
pub(super) fn is_said(connection: &Connection, room: i64, place: Place) -> Sql<bool> {
    let sql = "SELECT 1 FROM said WHERE place = ?1 AND room = ?2 AND kind = ?3";
    connection.prepare_cached(sql)?.exists((rows::number(place), room, rows::SAID))
}

/// Removes the messages at these places.
pub(super) fn delete(connection: &Connection, places: &[i64]) -> Sql<Removed> {
    let sql = format!("DELETE FROM said WHERE place = ?1 RETURNING {}", rows::WEIGHT);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut removed = Removed::default();
    for place in places {
        db::remove(connection, *place)?;
        let mut found = statement.query([place])?;
        while let Some(row) = found.next()? {
            removed.messages = removed.messages.saturating_add(1);
            removed.bytes = removed.bytes.saturating_add(db::integer(row, 0));
        }
    }
    Ok(removed)
}

/// Removes the name of a room in which nothing is left. Says whether it was.
pub(super) fn delete_empty_room(connection: &Connection, room: i64) -> Sql<bool> {
    let sql = "DELETE FROM room WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM said WHERE room = ?1)";
    Ok(connection.prepare_cached(sql)?.execute([room])? > 0)
}

/// Removes the names of all rooms in which nothing is left.
pub(super) fn delete_empty_rooms(connection: &Connection) -> Sql<()> {
    let sql = "DELETE FROM room WHERE NOT EXISTS (SELECT 1 FROM said WHERE said.room = room.id)";
    connection.execute(sql, []).map(drop)
}
