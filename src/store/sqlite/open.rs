//! Opening the file: private before SQLite sees it, in the shape of now, or moved aside if it makes no sense.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::{Private, lock};
use super::error::StoreError;
use super::rows;
use super::schema::{self, FileFormat};
use super::seen;
use crate::model::{ErrorCode, WallTime};

/// How long another program that holds the file is waited for: nobody notices this.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_millis(250);

/// Statements that are kept ready: all that there are.
const STATEMENTS: usize = 64;

/// Names that are tried for a damaged file of one second.
const MAX_NAMES: u32 = 1_000;

/// How SQLite calls it that pages can be given back one by one.
const INCREMENTAL: i64 = 2;

/// WAL lets readers read while one writes; what is deleted is overwritten; the cache has 4 MiB; nothing that
/// stands in the file itself is carried out; a log that has grown in a burst is cut to 4 MiB.
const PRAGMAS: &str = "
PRAGMA journal_mode = WAL;
PRAGMA secure_delete = ON;
PRAGMA synchronous = NORMAL;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -4096;
PRAGMA journal_size_limit = 4194304;
";

/// The history, ready to be written.
pub(super) fn writer(path: &Path, private: Private) -> Result<Connection, StoreError> {
    lock::create(path, private)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    careful(&connection)?;
    // Until it is known to be ours nothing is changed in it, not even by closing it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let FileFormat::Ours(version) = schema::format(&connection)? else { return Err(StoreError::Foreign) };
    if !is_incremental(&connection)? {
        // Pages that are free can be given back; of a file that is there already only once it has been written anew.
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    connection.execute_batch(PRAGMAS)?;
    schema::migrate(&mut connection, version)?;
    seen::follow_removals(&connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

/// Another connection, which only reads. `None`: SQLite cannot read it as it is.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    careful(&connection)?;
    Ok(connection)
}

/// What stands in the file is data, whoever wrote it.
pub(super) fn careful(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    Ok(())
}

/// Ends a connection to a damaged file and leaves the file as it is.
pub(super) fn abandon(connection: Connection) {
    // If it cannot be said, SQLite may still take its log into the file: not worse than going on.
    let _said = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).is_ok();
    drop(connection);
}

/// Moves the file and what belongs to it aside, over nothing that is there. Says under which name, which says `why`.
pub(super) fn move_aside(
    path: &Path,
    private: Private,
    why: &str,
    now: WallTime,
) -> Result<String, StoreError> {
    let time = jiff::Timestamp::from_microsecond(now.0).unwrap_or_default();
    let time = time.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y%m%d-%H%M%S").to_string();
    for number in 1..=MAX_NAMES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("history-{why}-{time}{suffix}.db");
        let aside = path.with_file_name(&name);
        if LOGS.iter().any(|log| beside(&aside, log).symlink_metadata().is_ok()) {
            continue;
        }
        // The name is created exclusively first: a rename would overwrite another process's file.
        match private(&aside) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error.into()),
        }
        rename_all(path, &aside)?;
        return Ok(name);
    }
    Err(StoreError::Other(ErrorCode::EEXIST.to_string()))
}

/// What SQLite keeps beside a file.
pub(super) const LOGS: [&str; 2] = ["-wal", "-shm"];

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn rename_all(path: &Path, aside: &Path) -> Result<(), StoreError> {
    // The logs first: if it ends in between, a file without its log is only older, while a log without its
    // file would be taken for the log of the next one.
    for log in LOGS {
        match fs::rename(beside(path, log), beside(aside, log)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    fs::rename(path, aside).map_err(StoreError::from)
}

/// Whether pages that are free can be given back one by one.
pub(super) fn is_incremental(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA auto_vacuum", [], |row| Ok(rows::integer(row, 0) == INCREMENTAL))
}

/// Takes the write-ahead log into the file and cuts it to nothing. `false`: somebody is still reading from it.
pub(super) fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(rows::integer(row, 0)));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(busy? == 0)
}
