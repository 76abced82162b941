//! The rooms whose messages are wanted, and up to where they have been told.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::rows;
use crate::model::room_log::{Place, PlacedRecord};

type Sql<T> = rusqlite::Result<T>;

/// By name. `None`: that it is followed could not be confirmed yet.
#[derive(Debug, Default)]
pub(super) struct FollowedRooms(BTreeMap<String, Option<i64>>);

impl FollowedRooms {
    pub(super) fn follow(&mut self, room: &str, last: Option<Place>) {
        self.0.insert(room.to_owned(), Some(last.map_or(0, rows::number)));
    }

    /// It cannot be said now what its newest message is.
    pub(super) fn follow_later(&mut self, room: &str) {
        self.0.insert(room.to_owned(), None);
    }

    pub(super) fn unfollow(&mut self, room: &str) {
        self.0.remove(room);
    }

    /// Whether somebody wants the message at this place; from now on it has been told.
    pub(super) fn wants(&mut self, room: &str, place: Place) -> bool {
        match self.0.get_mut(room) {
            Some(last) => {
                *last = Some(rows::number(place));
                true
            }
            None => false,
        }
    }

    /// All of them, and up to where they have been told.
    pub(super) fn all(&self) -> Vec<(String, Option<i64>)> {
        self.0.iter().map(|(room, last)| (room.clone(), *last)).collect()
    }

    /// What was told is of another history.
    pub(super) fn forget_places(&mut self) {
        for last in self.0.values_mut() {
            *last = None;
        }
    }
}

/// What a room has behind that place.
pub(super) fn missed(connection: &Connection, room: i64, after: i64) -> Sql<Vec<PlacedRecord<'static>>> {
    let sql = format!(
        "SELECT {} FROM said s INDEXED BY said_in WHERE s.room = ?1 AND s.place > ?2 ORDER BY s.place",
        rows::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query([room, after])?;
    let mut records = Vec::new();
    while let Some(row) = found.next()? {
        records.extend(rows::placed(row));
    }
    Ok(records)
}
