//! Values of a row, read without a panic whatever stands there.

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// A whole number; anything else counts as nought.
pub(in crate::store) fn integer(row: &Row<'_>, column: usize) -> i64 {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => number,
        Ok(_) | Err(_) => 0,
    }
}

/// A text; bytes that are no UTF-8 stand as U+FFFD.
pub(in crate::store) fn text(row: &Row<'_>, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Ok(_) | Err(_) => String::new(),
    }
}
