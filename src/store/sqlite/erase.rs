//! Removing for good what is hidden already. In steps, and gone on with at the next start if the program ends in
//! between.
//!
//! `secure_delete` overwrites a row that is deleted, but not the copies of it that were left in unused parts of
//! pages when the tree was balanced; the index keeps the words of a message until its pieces are merged; and
//! the write-ahead log keeps old pages. So after the rows the index is written anew, then the whole file, and the
//! log is cut to nothing.

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::{index, open, rows, schema, seen};

type Sql<T> = rusqlite::Result<T>;

/// Messages of one step, and their bytes: what takes a few milliseconds.
const MAX_STEP: usize = 200;
const MAX_STEP_BYTES: i64 = 256 * 1024;

/// Pages of the index that one step writes anew.
const MERGED_PAGES: i64 = 64;

/// A file up to this size is written anew in the memory, and in the moment before the program ends; a larger one
/// by a temporary file, and only while the program runs.
const SMALL_FILE: i64 = 64 * 1024 * 1024;

/// What is written anew in the memory while the program runs, where a flood may take as much again.
const IN_MEMORY: i64 = 4 * 1024 * 1024;

/// Pages that are given back in one step, and those that stay free for what comes next.
const GIVEN_BACK: i64 = 128;
const STAYS_FREE: i64 = 1_024;

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

/// When a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CleanupTime {
    /// Nothing else is to be done.
    Idle,
    /// Messages wait: no step that takes long.
    Busy,
    /// The program ends.
    Last,
}

/// What is to be removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CleanupTasks {
    /// Rows that are hidden.
    pub(super) rows: bool,
    pub(super) residue: Residue,
}

/// Where there may be something left of what has been removed: there, and in what stands below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Residue {
    Index,
    File,
    Log,
    #[default]
    Nowhere,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CleanupStep {
    More,
    Done,
    /// To be tried again later: somebody reads the file, or it would take too long.
    Later,
}

/// What the last run left to be removed.
pub(super) fn left(connection: &Connection) -> Sql<CleanupTasks> {
    let purge = schema::setting(connection, "purge")?.is_some();
    let residue = if purge { Residue::Index } else { Residue::Nowhere };
    Ok(CleanupTasks { rows: hidden(connection)?.is_some(), residue })
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
    match cleanup.residue {
        Residue::Index => {
            if !merge(connection)? {
                cleanup.residue = Residue::File;
            }
        }
        Residue::File => {
            let small = size(connection)? <= SMALL_FILE;
            if when == CleanupTime::Busy || (when == CleanupTime::Last && !small) {
                return Ok(CleanupStep::Later);
            }
            // If it fails, on a full disk, it would fail again and again: the next start tries it again.
            cleanup.residue = Residue::Nowhere;
            rewrite(connection, small)?;
            cleanup.residue = Residue::Log;
        }
        Residue::Log => {
            if !open::empty_log(connection)? {
                return Ok(CleanupStep::Later);
            }
            let _rows = connection.execute("DELETE FROM setting WHERE key = 'purge'", [])?;
            cleanup.residue = Residue::Nowhere;
        }
        Residue::Nowhere => return Ok(CleanupStep::Done),
    }
    Ok(CleanupStep::More)
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

/// Writes a part of the index anew, without the words of messages that are gone. Says whether there may be more:
/// asked for less than nothing, SQLite goes on until all is one piece, and changes nothing after that.
fn merge(connection: &Connection) -> Sql<bool> {
    let before = connection.total_changes();
    let sql = "INSERT INTO search (search, rank) VALUES ('merge', ?1)";
    let _rows = connection.prepare_cached(sql)?.execute([-MERGED_PAGES])?;
    Ok(connection.total_changes().saturating_sub(before) > 1)
}

/// Gives some pages back. Says whether there may be more.
pub(super) fn give_back(connection: &Connection) -> Sql<bool> {
    let free = free_pages(connection)?;
    let excess = free.saturating_sub(STAYS_FREE).min(GIVEN_BACK);
    if excess <= 0 {
        return Ok(false);
    }
    connection.execute_batch(&format!("PRAGMA incremental_vacuum({excess})"))?;
    Ok(free_pages(connection)? < free)
}

fn free_pages(connection: &Connection) -> Sql<i64> {
    let sql = "SELECT freelist_count FROM pragma_freelist_count";
    connection.prepare_cached(sql)?.query_row([], |row| Ok(rows::integer(row, 0)))
}

/// Writes the file anew if that is little work. The connection has asked for pages that can be given back.
pub(super) fn convert(connection: &Connection) -> Sql<()> {
    let sql = "SELECT (page_count - freelist_count) * page_size \
               FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    let used = connection.query_row(sql, [], |row| Ok(rows::integer(row, 0)))?;
    if used <= CONVERTED { rewrite(connection, used <= IN_MEMORY) } else { Ok(()) }
}

fn size(connection: &Connection) -> Sql<i64> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    connection.query_row(sql, [], |row| Ok(rows::integer(row, 0)))
}

/// Writes the whole file anew, without its unused parts.
fn rewrite(connection: &Connection, in_memory: bool) -> Sql<()> {
    if in_memory {
        return connection.execute_batch("VACUUM");
    }
    connection.execute_batch("PRAGMA temp_store = FILE")?;
    let done = connection.execute_batch("VACUUM");
    let back = connection.execute_batch("PRAGMA temp_store = MEMORY");
    // What was temporary is gone with the place that it was in.
    seen::follow_removals(connection)?;
    done.and(back)
}
