//! The table `setting`: numbers by name that a file keeps about itself.

use rusqlite::{Connection, OptionalExtension as _};

use super::columns::integer;

pub(in crate::store) fn setting(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
    statement.query_row([key], |row| Ok(integer(row, 0))).optional()
}

pub(in crate::store) fn set(connection: &Connection, key: &str, value: i64) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?;
    statement.execute((key, value)).map(drop)
}

/// Only ever higher.
pub(in crate::store) fn raise(connection: &Connection, key: &str, value: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO setting (key, value) VALUES (?1, ?2) \
         ON CONFLICT (key) DO UPDATE SET value = ?2 WHERE value < ?2",
    )?;
    statement.execute((key, value)).map(drop)
}
