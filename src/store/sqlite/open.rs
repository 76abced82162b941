//! Opening the file: private before SQLite sees it, in the shape of now, or moved aside if it makes no sense.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::super::Private;
use super::super::db::{self, LOGS, StoreError, beside};
pub(super) use super::super::db::{abandon, empty_log, is_incremental};
use super::{schema, seen};
use crate::model::{ErrorCode, WallTime};

/// Names that are tried for a damaged file of one second.
const MAX_NAMES: u32 = 1_000;

/// The history, ready to be written.
pub(super) fn writer(path: &Path, private: Private) -> Result<Connection, StoreError> {
    let (mut connection, version) = db::writer(path, private, schema::HISTORY)?;
    schema::migrate(&mut connection, version)?;
    seen::follow_removals(&connection)?;
    db::allow_checkpoints(&connection)?;
    Ok(connection)
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
