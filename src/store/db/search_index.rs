//! The index of a search, the table `search`: made, emptied and filled; what goes into it whoever keeps messages knows.
//!
//! It follows the messages at a distance: new ones are indexed while nothing else is to be done, up to `indexed_to`, and
//! whatever reaches less far than the messages is made up for by the search itself.

use rusqlite::{Connection, OptionalExtension as _, Transaction};

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
pub(in crate::store) const INDEX: &str = "
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT OR REPLACE INTO setting (key, value) VALUES ('indexed_to', -1);
";

/// Its pieces are merged by [`merge`] alone, when there are eight of a kind: with four, as is usual, filling it is half as
/// fast. What SQLite would merge by itself with each transaction has no bound: where messages are removed it is thousands of
/// pages, up to 2.7 s with a million messages. A piece half of whose messages are gone is written anew: SQLite's tenth would
/// write all of it again for each tenth that goes.
const MERGING: &str = "
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 1000);
INSERT INTO search (search, rank) VALUES ('usermerge', 8);
INSERT INTO search (search, rank) VALUES ('deletemerge', 50);
";

/// Pages of it that one step of merging writes: some milliseconds, 0.2 s now and then while most of a million messages go.
const MERGED_PAGES: i64 = 16;

/// Throws the index away and begins anew.
const REINDEX: &str = "DROP TABLE IF EXISTS search;";

/// Says that the index, which is empty, will hold the words of now, and how it is merged.
pub(in crate::store) fn stamp(connection: &Connection) -> Sql<()> {
    connection.execute_batch(MERGING)?;
    set(connection, "index_version", INDEX_VERSION.into())
}

/// Up to which message everything is in the index.
pub(in crate::store) fn indexed_to(connection: &Connection) -> Sql<i64> {
    Ok(setting(connection, "indexed_to")?.unwrap_or(-1))
}

pub(in crate::store) fn note_indexed(connection: &Connection, to: i64) -> Sql<()> {
    set(connection, "indexed_to", to)
}

/// Sees to it that the words in the index are the ones that searches look for, and that it does not merge by itself.
pub(in crate::store) fn prepare(connection: &mut Connection) -> Sql<()> {
    if setting(connection, "index_version")? != Some(INDEX_VERSION.into()) {
        return reset(connection);
    }
    // On a full disk the next start tries it again; what is damaged is found when the index is filled.
    let _is_set = set_merging(connection).is_ok();
    Ok(())
}

fn set_merging(connection: &mut Connection) -> Sql<()> {
    let sql = "SELECT 1 FROM search_config WHERE k = 'automerge' AND v = 0";
    if connection.query_row(sql, [], |_row| Ok(())).optional()?.is_some() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    transaction.execute_batch(MERGING)?;
    transaction.commit()
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

/// One step of merging pieces of the index, where there are many or much of one was removed: to be taken with each step that
/// adds or removes. Says whether there may be more.
pub(in crate::store) fn merge(connection: &Connection) -> Sql<bool> {
    merge_pages(connection, MERGED_PAGES)
}

/// One step of making all of it one piece, without the words of messages that are gone. Says whether there may be more.
pub(super) fn merge_all(connection: &Connection) -> Sql<bool> {
    // Asked for less than nothing, SQLite goes on until all is one piece.
    merge_pages(connection, -MERGED_PAGES)
}

fn merge_pages(connection: &Connection, pages: i64) -> Sql<bool> {
    let before = connection.total_changes();
    let sql = "INSERT INTO search (search, rank) VALUES ('merge', ?1)";
    let _rows = connection.prepare_cached(sql)?.execute([pages])?;
    // Where nothing was merged one change is counted at most: the command itself.
    Ok(connection.total_changes().saturating_sub(before) > 1)
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
