//! The tables of the log, and the file: opened, or begun with an epoch of its own.

use std::path::Path;

use rusqlite::Connection;

use super::super::Private;
use super::super::db::{self, FileKind, StoreError};
use crate::model::room_log::LogEpoch;

/// Says that a file is a log of rooms: "udpr".
pub(super) const ROOMS: FileKind = FileKind { application: 0x7564_7072, version: 1 };

/// A room is a number in every message. `said_in` answers pages and the newest message; `said_once` knows a message that
/// is said again. No place and no number of a room is given twice, so nothing that is gone can be taken for something else.
const TABLES: &str = "
PRAGMA application_id = 0x75647072;
CREATE TABLE room (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE said (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    room INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL DEFAULT 0,
    id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX said_in ON said (room, place);
CREATE UNIQUE INDEX said_once ON said (id, number) WHERE number > 0;
CREATE TABLE secret (id INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL, since INTEGER NOT NULL);
CREATE TABLE shared (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
";

/// What a try after a failure writes: as much as the largest message takes.
pub(super) const PROBE_BYTES: i64 = 64 * 1024;

/// Also where the next message is to stand.
pub(super) const PROBE: &str = "
CREATE TABLE IF NOT EXISTS probe (bytes BLOB);
DELETE FROM probe;
SAVEPOINT trial;
INSERT INTO said (room, at, id, number, name, body) VALUES (-1, 0, 0, 0, '', x'');
ROLLBACK TO trial;
RELEASE trial;
";

/// The file, ready to be written, and which history it holds.
#[derive(Debug)]
pub(super) struct OpenedLog {
    pub(super) connection: Connection,
    pub(super) epoch: LogEpoch,
}

pub(super) fn open(path: &Path, private: Private) -> Result<OpenedLog, StoreError> {
    let (mut connection, version) = db::writer(path, private, ROOMS)?;
    if version == 0 {
        begin(&mut connection)?;
    }
    let epoch = match epoch(&connection)? {
        Some(epoch) => epoch,
        None => renew_epoch(&connection)?,
    };
    db::prepare(&mut connection)?;
    db::allow_checkpoints(&connection)?;
    Ok(OpenedLog { connection, epoch })
}

fn begin(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(db::INDEX)?;
    db::stamp(&transaction)?;
    renew_epoch(&transaction)?;
    transaction.pragma_update(None, "user_version", ROOMS.version.cast_signed())?;
    Ok(transaction.commit()?)
}

fn epoch(connection: &Connection) -> rusqlite::Result<Option<LogEpoch>> {
    let kept = db::setting(connection, "epoch")?.map(i64::cast_unsigned);
    Ok(kept.filter(|epoch| *epoch != 0).map(LogEpoch))
}

/// All places are void from now on.
pub(super) fn renew_epoch(connection: &Connection) -> Result<LogEpoch, StoreError> {
    let chance = getrandom::u64().map_err(|error| StoreError::Other(error.to_string()))?;
    // Nought says that nothing is kept.
    let epoch = chance.max(1);
    db::set(connection, "epoch", epoch.cast_signed())?;
    Ok(LogEpoch(epoch))
}
