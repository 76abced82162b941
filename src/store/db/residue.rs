//! What is left of messages that were removed, and how it is written over: in steps, and gone on with at the next start if
//! the program ends in between.
//!
//! `secure_delete` overwrites a row that is deleted, but not the copies of it that were left in unused parts of
//! pages when the tree was balanced; the index keeps the words of a message until its pieces are merged; and
//! the write-ahead log keeps old pages. So after the rows the index is written anew, then the whole file, and the
//! log is cut to nothing.

use rusqlite::Connection;

use super::columns::integer;
use super::connection::empty_log;
use super::search_index::merge_all;
use super::settings::{set, setting};

type Sql<T> = rusqlite::Result<T>;

/// A file up to this size is written anew in the memory, and in the moment before the program ends; a larger one
/// by a temporary file, and only while the program runs.
const SMALL_FILE: i64 = 64 * 1024 * 1024;

/// Pages that are given back in one step, and those that stay free for what comes next.
const GIVEN_BACK: i64 = 128;
const STAYS_FREE: i64 = 1_024;

/// When a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum CleanupTime {
    /// Nothing else is to be done.
    Idle,
    /// Messages wait: no step that takes long.
    Busy,
    /// The program ends.
    Last,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum CleanupStep {
    More,
    Done,
    /// To be tried again later: somebody reads the file, or it would take too long.
    Later,
}

/// Where there may be something left of what has been removed: there, and in what stands below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) enum Residue {
    Index,
    File,
    Log,
    #[default]
    Nowhere,
}

impl Residue {
    /// What the last run left.
    pub(in crate::store) fn left(connection: &Connection) -> Sql<Self> {
        let purge = setting(connection, "purge")?.is_some();
        Ok(if purge { Self::Index } else { Self::Nowhere })
    }

    /// Something is removed in this transaction: if the program ends, the next start goes on.
    pub(in crate::store) fn note(connection: &Connection) -> Sql<()> {
        set(connection, "purge", 1)
    }

    /// One step. `rewrite` writes the whole file anew; `true`: in the memory.
    pub(in crate::store) fn step(
        &mut self,
        connection: &Connection,
        when: CleanupTime,
        rewrite: impl FnOnce(&Connection, bool) -> Sql<()>,
    ) -> Sql<CleanupStep> {
        match self {
            Self::Index => {
                if !merge_all(connection)? {
                    *self = Self::File;
                }
            }
            Self::File => {
                let small = size(connection)? <= SMALL_FILE;
                if when == CleanupTime::Busy || (when == CleanupTime::Last && !small) {
                    return Ok(CleanupStep::Later);
                }
                // If it fails, on a full disk, it would fail again and again: the next start tries it again.
                *self = Self::Nowhere;
                rewrite(connection, small)?;
                *self = Self::Log;
            }
            Self::Log => {
                if !empty_log(connection)? {
                    return Ok(CleanupStep::Later);
                }
                let _rows = connection.execute("DELETE FROM setting WHERE key = 'purge'", [])?;
                *self = Self::Nowhere;
            }
            Self::Nowhere => return Ok(CleanupStep::Done),
        }
        Ok(CleanupStep::More)
    }
}

/// Gives some pages back. Says whether there may be more.
pub(in crate::store) fn give_back(connection: &Connection) -> Sql<bool> {
    let free = free_pages(connection)?;
    let excess = free.saturating_sub(STAYS_FREE).min(GIVEN_BACK);
    if excess <= 0 {
        return Ok(false);
    }
    // With each step of the statement it gives back one.
    let mut give_back = connection.prepare(&format!("PRAGMA incremental_vacuum({excess})"))?;
    let mut given = give_back.query([])?;
    while given.next()?.is_some() {}
    Ok(free_pages(connection)? < free)
}

fn free_pages(connection: &Connection) -> Sql<i64> {
    let sql = "SELECT freelist_count FROM pragma_freelist_count";
    connection.prepare_cached(sql)?.query_row([], |row| Ok(integer(row, 0)))
}

fn size(connection: &Connection) -> Sql<i64> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    connection.query_row(sql, [], |row| Ok(integer(row, 0)))
}

/// Writes the whole file anew, without its unused parts.
pub(in crate::store) fn rewrite(connection: &Connection, in_memory: bool) -> Sql<()> {
    if in_memory {
        return connection.execute_batch("VACUUM");
    }
    connection.execute_batch("PRAGMA temp_store = FILE")?;
    let done = connection.execute_batch("VACUUM");
    let back = connection.execute_batch("PRAGMA temp_store = MEMORY");
    done.and(back)
}
