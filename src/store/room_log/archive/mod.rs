//! What the log holds: its rooms, and its messages one after another; and how it follows another log.

mod archiver;
mod pages;

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::super::db;
use super::{rooms, rows};
use crate::model::WallTime;
use crate::model::room_log::{Place, PlacedRecord};

pub use archiver::{ArchiveError, RoomArchiver};
pub(super) use pages::page;

type Sql<T> = rusqlite::Result<T>;

/// What the log holds of one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSummary {
    pub name: String,
    pub messages: u64,
    /// When its oldest and its newest message were said.
    pub first: WallTime,
    pub last: WallTime,
}

/// A message, and in which room it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomMessage {
    pub room: String,
    pub placed: PlacedRecord<'static>,
}

/// Whose messages are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomMember {
    /// Who went by this name when they were said, in large or small letters.
    Named(String),
    Id(u64),
}

impl RoomMember {
    pub(super) fn wrote(&self, id: u64, name: &str) -> bool {
        match self {
            Self::Named(wanted) => wanted == name || wanted.to_lowercase() == name.to_lowercase(),
            Self::Id(wanted) => *wanted == id,
        }
    }
}

/// Which messages are meant. The default: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomFilter {
    pub room: Option<String>,
    pub member: Option<RoomMember>,
}

/// Which messages are removed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomRemoval {
    /// The one at this place.
    Place(Place),
    Room(String),
    /// Of one member, in all rooms.
    Member(RoomMember),
}

impl RoomFilter {
    /// Whether the author of this row is meant: a column has the id, another the name.
    fn takes(&self, row: &Row<'_>, id: usize, name: usize) -> bool {
        let Some(member) = &self.member else { return true };
        member.wrote(db::integer(row, id).cast_unsigned(), &db::text(row, name))
    }
}

/// The rooms in which there is something, by name.
pub(super) fn list(connection: &Connection) -> Sql<Vec<RoomSummary>> {
    let moment = connection.unchecked_transaction()?;
    let sql = "SELECT r.name, (SELECT count(*) FROM said WHERE room = r.id AND kind = 0), \
         (SELECT at FROM said WHERE room = r.id AND kind = 0 ORDER BY place LIMIT 1), \
         (SELECT at FROM said WHERE room = r.id AND kind = 0 ORDER BY place DESC LIMIT 1) FROM room r ORDER BY r.name";
    let mut statement = moment.prepare_cached(sql)?;
    let summary = |row: &Row<'_>| {
        Ok(RoomSummary {
            name: db::text(row, 0),
            messages: u64::try_from(db::integer(row, 1)).unwrap_or_default(),
            first: WallTime(db::integer(row, 2)),
            last: WallTime(db::integer(row, 3)),
        })
    };
    let mut rooms = statement.query_map([], summary)?.collect::<Sql<Vec<_>>>()?;
    rooms.retain(|room| room.messages > 0);
    Ok(rooms)
}

/// The next messages behind `after` that are meant, in the order of their places.
pub(super) fn walk(
    connection: &Connection,
    filter: &RoomFilter,
    after: Option<Place>,
    limit: usize,
) -> Sql<Vec<RoomMessage>> {
    let room = rooms::wanted(connection, filter.room.as_deref())?;
    let by = if room.is_some() { "s.room = ?2" } else { "?2 IS NULL" };
    let sql = format!(
        "SELECT {}, r.name FROM said s CROSS JOIN room r ON r.id = s.room \
         WHERE s.place > ?1 AND {by} AND s.kind = 0 ORDER BY s.place",
        rows::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query((after.map_or(0, rows::number), room))?;
    let mut messages = Vec::new();
    while messages.len() < limit {
        let Some(row) = found.next()? else { break };
        if filter.takes(row, 2, 4) {
            let room = db::text(row, 7);
            messages.extend(rows::placed(row).map(|placed| RoomMessage { room, placed }));
        }
    }
    Ok(messages)
}

/// The places of all messages that are to be removed.
pub(super) fn places(connection: &Connection, removal: &RoomRemoval) -> Sql<Vec<i64>> {
    Ok(meant(connection, removal)?.into_iter().map(|(_, place)| place).collect())
}

/// The same by the names of their rooms.
pub(super) fn places_by_room(
    connection: &Connection,
    removal: &RoomRemoval,
) -> Sql<BTreeMap<String, Vec<Place>>> {
    let mut rooms: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (room, place) in meant(connection, removal)? {
        if let Some(place) = rows::place(place) {
            rooms.entry(room).or_default().push(place);
        }
    }
    Ok(rooms)
}

/// Rooms and places, in the order of the places.
fn meant(connection: &Connection, removal: &RoomRemoval) -> Sql<Vec<(String, i64)>> {
    let (place, filter) = match removal {
        RoomRemoval::Place(place) => (Some(rows::number(*place)), RoomFilter::default()),
        RoomRemoval::Room(room) => (None, RoomFilter { room: Some(room.clone()), member: None }),
        RoomRemoval::Member(member) => (None, RoomFilter { room: None, member: Some(member.clone()) }),
    };
    let room = rooms::wanted(connection, filter.room.as_deref())?;
    let sql = "SELECT s.place, s.id, s.name, r.name FROM said s CROSS JOIN room r ON r.id = s.room \
         WHERE (?1 IS NULL OR s.room = ?1) AND (?2 IS NULL OR s.place = ?2) AND s.kind = 0 ORDER BY s.place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query([room, place])?;
    let mut places = Vec::new();
    while let Some(row) = found.next()? {
        if filter.takes(row, 1, 2) {
            places.push((db::text(row, 3), db::integer(row, 0)));
        }
    }
    Ok(places)
}

/// How many messages are to be removed.
pub(super) fn count(connection: &Connection, removal: &RoomRemoval) -> Sql<u64> {
    Ok(u64::try_from(places(connection, removal)?.len()).unwrap_or(u64::MAX))
}
