//! What relays share besides messages: who is banned, and how rooms are run. Keys and values are theirs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rusqlite::Connection;

use super::super::db;
use super::rows;
use crate::model::room_log::BackplaneReport;

type Sql<T> = rusqlite::Result<T>;

/// Settings at most: more than any relay sets.
const MAX_SETTINGS: i64 = 10_000;

/// Those that could not be written yet: the last of each key.
#[derive(Debug, Default)]
pub(super) struct SharedSettings(BTreeMap<String, Vec<u8>>);

impl SharedSettings {
    /// It could not be written: it is when messages can be.
    pub(super) fn postpone(&mut self, key: Cow<'_, str>, value: Cow<'_, [u8]>) {
        self.0.insert(key.into_owned(), value.into_owned());
    }

    pub(super) fn write(&self, connection: &Connection) -> Sql<()> {
        self.0.iter().try_for_each(|(key, value)| set(connection, key, value))
    }

    /// They are written.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Beyond the bound nothing new is kept.
pub(super) fn set(connection: &Connection, key: &str, value: &[u8]) -> Sql<()> {
    if value.is_empty() {
        return connection.prepare_cached("DELETE FROM shared WHERE key = ?1")?.execute([key]).map(drop);
    }
    let sql = "INSERT INTO shared (key, value) SELECT ?1, ?2 \
               WHERE (SELECT count(*) FROM shared) < ?3 OR EXISTS (SELECT 1 FROM shared WHERE key = ?1) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection.prepare_cached(sql)?.execute((key, value, MAX_SETTINGS)).map(drop)
}

/// All of them, by key.
pub(super) fn all(connection: &Connection) -> Sql<Vec<BackplaneReport<'static>>> {
    let mut statement = connection.prepare_cached("SELECT key, value FROM shared ORDER BY key")?;
    let found = statement.query_map([], |row| {
        let (key, value) = (db::text(row, 0), rows::bytes(row, 1).to_vec());
        Ok(BackplaneReport::Setting { key: key.into(), value: value.into() })
    })?;
    found.collect()
}
