//! The index of a search, the table `search`: made, emptied and filled; what goes into it whoever keeps messages knows.
//!
//! It follows the messages at a distance: new ones are indexed while nothing else is to be done, up to `indexed_to`, and
//! whatever reaches less far than the messages is made up for by the search itself.

use rusqlite::{Connection, Transaction};

use super::settings::{set, setting};
use crate::model::search::INDEX_VERSION;

type Sql<T> = rusqlite::Result<T>;

/// One step takes a few milliseconds: so many messages, or so many bytes of words.
pub(in crate::store) const MAX_STEP: usize = 100;
pub(in crate::store) const MAX_STEP_BYTES: usize = 32 * 1024;

/// The index of the search. It holds no text of its own, and forgets a message without being told its words;
/// `ascii` leaves the words as `index_text` made them. Single characters have lists of their own, half as much
/// again: otherwise looking for one, which is what typing Chinese begins with, takes a million messages 100 ms. So
/// have the first three letters of words, which cost little, for searches of several beginnings: 45 ms.
/// Pieces are merged when there are eight of a kind: with four, as is usual, steps are half as fast.
pub(in crate::store) const INDEX: &str = "
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT OR REPLACE INTO setting (key, value) VALUES ('indexed_to', -1);
";

/// Throws the index away and begins anew.
const REINDEX: &str = "DROP TABLE IF EXISTS search;";

/// Says that the index, which is empty, will hold the words of now.
pub(in crate::store) fn stamp(connection: &Connection) -> Sql<()> {
    set(connection, "index_version", INDEX_VERSION.into())
}

/// Up to which message everything is in the index.
pub(in crate::store) fn indexed_to(connection: &Connection) -> Sql<i64> {
    Ok(setting(connection, "indexed_to")?.unwrap_or(-1))
}

pub(in crate::store) fn note_indexed(connection: &Connection, to: i64) -> Sql<()> {
    set(connection, "indexed_to", to)
}

/// Whether the words in the index are the ones that searches look for.
pub(in crate::store) fn is_current(connection: &Connection) -> Sql<bool> {
    Ok(setting(connection, "index_version")? == Some(INDEX_VERSION.into()))
}

/// Throws the index away; it is filled again step by step.
pub(in crate::store) fn reset(connection: &mut Connection) -> Sql<()> {
    let transaction = connection.transaction()?;
    empty(&transaction)?;
    transaction.commit()
}

/// The same as a part of a transaction.
pub(in crate::store) fn empty(transaction: &Transaction<'_>) -> Sql<()> {
    transaction.execute_batch(REINDEX)?;
    transaction.execute_batch(INDEX)?;
    stamp(transaction)
}

pub(in crate::store) fn remove(connection: &Connection, id: i64) -> Sql<()> {
    connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id]).map(drop)
}

/// `body`: the words as `index_text` makes them; `place`: tokens that say where the message stands and whose it is.
pub(in crate::store) fn add(connection: &Connection, id: i64, body: &str, place: &str) -> Sql<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO search (rowid, body, place) VALUES (?1, ?2, ?3)")?;
    statement.execute((id, body, place)).map(drop)
}
