//! Removing for good what is hidden already. In steps, and gone on with at the next start if the program ends in
//! between.
//!
//! First the rows go, then what is left of them elsewhere in the file, see `db/residue`.

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::super::db::{self, CleanupStep, CleanupTime, Residue};
use super::{index, rows, seen};

type Sql<T> = rusqlite::Result<T>;

/// Messages of one step, and their bytes: what takes a few milliseconds.
const MAX_STEP: usize = 200;
const MAX_STEP_BYTES: i64 = 256 * 1024;

/// What is written anew in the memory while the program runs, where a flood may take as much again.
const IN_MEMORY: i64 = 4 * 1024 * 1024;

/// A file whose messages take no more than this is written anew at once when it cannot give pages back yet: a second's
/// work of a slow disk.
const CONVERTED: i64 = 32 * 1024 * 1024;

/// What becomes of pages that nothing stands on any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FreePages {
    /// They are given back one by one.
    GoBack,
    /// They are used again, as in every file of an earlier version until it is written anew; that has not been tried.
    Unknown,
    /// The same, and the file is too large to be written anew for it.
    Stay,
}

/// What is to be removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CleanupTasks {
    /// Rows that are hidden.
    pub(super) rows: bool,
    pub(super) residue: Residue,
}

/// What the last run left to be removed.
pub(super) fn left(connection: &Connection) -> Sql<CleanupTasks> {
    Ok(CleanupTasks { rows: hidden(connection)?.is_some(), residue: Residue::left(connection)? })
}

/// One step of what is to be removed.
pub(super) fn step(
    connection: &mut Connection,
    cleanup: &mut CleanupTasks,
    when: CleanupTime,
) -> Sql<CleanupStep> {
    if cleanup.rows {
        cleanup.rows = erase(connection)?;
        return Ok(CleanupStep::More);
    }
    cleanup.residue.step(connection, when, rewrite)
}

/// A conversation with something to be removed, and up to where.
fn hidden(connection: &Connection) -> Sql<Option<(i64, i64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, cleared_to FROM conversation c WHERE forgotten OR (cleared_to >= 0 AND EXISTS \
         (SELECT 1 FROM message m WHERE m.conversation = c.id AND m.id <= c.cleared_to)) LIMIT 1",
    )?;
    statement.query_row([], |row| Ok((rows::integer(row, 0), rows::integer(row, 1)))).optional()
}

/// Removes some rows. Says whether there may be more.
pub(super) fn erase(connection: &mut Connection) -> Sql<bool> {
    let transaction = connection.transaction()?;
    let Some((conversation, cleared_to)) = hidden(&transaction)? else { return Ok(false) };
    let messages = some(&transaction, conversation, cleared_to)?;
    for id in &messages {
        index::remove(&transaction, *id)?;
        let _rows = transaction.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    }
    let mut changed = messages.len();
    if messages.is_empty() {
        let sql = "DELETE FROM conversation WHERE id = ?1 AND forgotten";
        changed = transaction.execute(sql, [conversation])?;
    }
    transaction.commit()?;
    let _more = index::merge(connection)?;
    Ok(changed > 0)
}

/// As many of the hidden messages of a conversation as one step removes.
fn some(transaction: &Transaction<'_>, conversation: i64, cleared_to: i64) -> Sql<Vec<i64>> {
    let mut statement = transaction.prepare_cached(
        "SELECT id, octet_length(text) + coalesce(octet_length(payload), 0) FROM message \
         WHERE conversation = ?1 AND id <= ?2 ORDER BY id",
    )?;
    let mut found = statement.query((conversation, cleared_to))?;
    let (mut messages, mut bytes) = (Vec::new(), 0_i64);
    while messages.len() < MAX_STEP && bytes < MAX_STEP_BYTES {
        let Some(row) = found.next()? else { break };
        messages.push(rows::integer(row, 0));
        bytes = bytes.saturating_add(rows::integer(row, 1));
    }
    Ok(messages)
}

/// Writes the file anew if that is little work. The connection has asked for pages that can be given back.
pub(super) fn convert(connection: &Connection) -> Sql<()> {
    let sql = "SELECT (page_count - freelist_count) * page_size \
               FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    let used = connection.query_row(sql, [], |row| Ok(rows::integer(row, 0)))?;
    if used <= CONVERTED { rewrite(connection, used <= IN_MEMORY) } else { Ok(()) }
}

/// Writes the whole file anew, without its unused parts.
fn rewrite(connection: &Connection, in_memory: bool) -> Sql<()> {
    let done = db::rewrite(connection, in_memory);
    if !in_memory {
        // What was temporary is gone with the place that it was in.
        seen::follow_removals(connection)?;
    }
    done
}
