//! A message as a row, and back. Whatever stands in a row is read without a panic.

use std::borrow::Cow;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::super::db;
use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, PlacedRecord};

/// The columns of a message in the order in which [`placed`] reads them; `s` is the table.
pub(super) const COLUMNS: &str = "s.place, s.at, s.id, s.number, s.name, s.body";

/// What a message takes besides its name and its text, about.
const ROW_BYTES: usize = 64;

/// What a row takes, in SQL; the same as [`weight`].
pub(super) const WEIGHT: &str = "octet_length(name) + octet_length(body) + 64";

/// What a message takes of what may be kept.
pub(super) fn weight(record: &LogRecord<'_>) -> i64 {
    let bytes = record.name.len().saturating_add(record.body.len()).saturating_add(ROW_BYTES);
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// `None`: nobody can have stored this row.
pub(super) fn placed(row: &Row<'_>) -> Option<PlacedRecord<'static>> {
    let record = LogRecord {
        at: WallTime(db::integer(row, 1)),
        id: db::integer(row, 2).cast_unsigned(),
        number: u32::try_from(db::integer(row, 3)).unwrap_or_default(),
        name: Cow::Owned(db::text(row, 4)),
        body: Cow::Owned(bytes(row, 5).to_vec()),
    };
    Some(PlacedRecord { place: place(db::integer(row, 0))?, record })
}

/// Bytes; anything else counts as none.
pub(super) fn bytes<'a>(row: &'a Row<'_>, column: usize) -> &'a [u8] {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => bytes,
        Ok(_) | Err(_) => &[],
    }
}

pub(super) fn place(number: i64) -> Option<Place> {
    u64::try_from(number).ok().and_then(Place::new)
}

/// What lies beyond the numbers of SQLite is no place.
pub(super) fn number(place: Place) -> i64 {
    i64::try_from(place.get()).unwrap_or(i64::MAX)
}
