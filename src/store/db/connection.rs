//! Connections: private before SQLite sees the file, and nothing that stands in it is carried out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::{Private, lock};
use super::columns::integer;
use super::error::StoreError;
use super::format::{FileFormat, FileKind, format};

/// How long another program that holds the file is waited for: nobody notices this.
const BUSY_TIMEOUT: Duration = Duration::from_millis(250);

/// Statements that are kept ready: all that there are.
const STATEMENTS: usize = 64;

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

/// A file that is ours and the version of what is in it. Until the tables are those of now it is not written by being
/// closed; then see [`allow_checkpoints`].
pub(in crate::store) fn writer(
    path: &Path,
    private: Private,
    kind: FileKind,
) -> Result<(Connection, usize), StoreError> {
    lock::create(path, private)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    careful(&connection)?;
    // Until it is known to be ours nothing is changed in it, not even by closing it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let FileFormat::Ours(version) = format(&connection, kind)? else { return Err(StoreError::Foreign) };
    if !is_incremental(&connection)? {
        // Pages that are free can be given back; of a file that is there already only once it has been written anew.
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    connection.execute_batch(PRAGMAS)?;
    Ok((connection, version))
}

/// From now on the end of the connection takes the write-ahead log into the file.
pub(in crate::store) fn allow_checkpoints(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map(drop)
}

/// A connection that only reads, with these flags besides; a URI needs one.
pub(in crate::store) fn reader(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    careful(&connection)?;
    Ok(connection)
}

/// What stands in the file is data, whoever wrote it.
fn careful(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    Ok(())
}

/// Ends a connection to a damaged file and leaves the file as it is.
pub(in crate::store) fn abandon(connection: Connection) {
    // If it cannot be said, SQLite may still take its log into the file: not worse than going on.
    let _said = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).is_ok();
    drop(connection);
}

/// What SQLite keeps beside a file.
pub(in crate::store) const LOGS: [&str; 2] = ["-wal", "-shm"];

pub(in crate::store) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether pages that are free can be given back one by one.
pub(in crate::store) fn is_incremental(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA auto_vacuum", [], |row| Ok(integer(row, 0) == INCREMENTAL))
}

/// Takes the write-ahead log into the file and cuts it to nothing. `false`: somebody is still reading from it.
pub(in crate::store) fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(integer(row, 0)));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(busy? == 0)
}
