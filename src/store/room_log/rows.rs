//! A message as a row, and back. Whatever stands in a row is read without a panic.

use std::borrow::Cow;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::super::db;
use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, PlacedRecord, RecordKind};

/// The columns of a message in the order in which [`placed`] reads them; `s` is the table.
pub(super) const COLUMNS: &str = "s.place, s.at, s.id, s.number, s.name, s.body, s.kind";

/// Of `kind`: a message, and that the message is removed whose place stands in its `body`, in 8 bytes.
pub(super) const SAID: i64 = 0;
pub(super) const REMOVED: i64 = 1;

/// What a message takes besides its name and its text, about.
const ROW_BYTES: usize = 64;

/// What a row takes, in SQL; the same as [`weight`].
pub(super) const WEIGHT: &str = "octet_length(name) + octet_length(body) + 64";

/// What a message takes of what may be kept.
pub(super) fn weight(record: &LogRecord<'_>) -> i64 {
    let bytes = record.name.len().saturating_add(record.body.len()).saturating_add(ROW_BYTES);
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// What stands in `kind` and in `body`.
pub(super) fn content<'a>(record: &'a LogRecord<'_>, place: &'a mut [u8; 8]) -> (i64, &'a [u8]) {
    match record.kind {
        RecordKind::Said => (SAID, &*record.body),
        RecordKind::Removed(removed) => {
            *place = removed.get().to_be_bytes();
            (REMOVED, place)
        }
    }
}

/// `None`: nobody can have stored this row, or a later udpqq has.
pub(super) fn placed(row: &Row<'_>) -> Option<PlacedRecord<'static>> {
    let at = WallTime(db::integer(row, 1));
    if db::integer(row, 6) == REMOVED {
        let removed = u64::from_be_bytes(bytes(row, 5).try_into().ok()?);
        let record = LogRecord::removal(at, Place::new(removed)?);
        return Some(PlacedRecord { place: place(db::integer(row, 0))?, record });
    }
    let record = LogRecord {
        at,
        kind: RecordKind::Said,
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
