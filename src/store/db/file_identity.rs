//! By which it is noticed that somebody has removed or renamed an open file, or put another one in its place: SQLite would
//! go on writing into what has no name any more.

use std::fs;
use std::path::Path;

use super::connection::{LOGS, beside};

/// By which a file is known whatever it is called.
type FileId = (u64, u64);

#[derive(Debug, Default)]
pub(in crate::store) struct FileIdentity {
    /// Of the file that was opened.
    file: Option<FileId>,
    /// Of the write-ahead log and its index beside it, once there are any.
    logs: [Option<FileId>; LOGS.len()],
}

impl FileIdentity {
    /// Of the file under that name.
    pub(in crate::store) fn of(path: &Path) -> Self {
        Self { file: identity(path).ok(), logs: [None; LOGS.len()] }
    }

    /// The name of the write-ahead log, or of its index, leads to no file or to another one: what is only in the log would
    /// be lost with the program, and nobody else sees it.
    pub(in crate::store) fn has_lost_log(&mut self, path: &Path) -> bool {
        let mut lost = false;
        for (suffix, known) in LOGS.iter().zip(&mut self.logs) {
            lost |= match (&*known, identity(&beside(path, suffix))) {
                (None, found) => {
                    *known = found.ok();
                    false
                }
                (Some(known), Ok(now)) => now != *known,
                (Some(_), Err(error)) => error.kind() == std::io::ErrorKind::NotFound,
            };
        }
        lost
    }

    /// The name leads to no file, or to another one. Where nobody can tell it does not count.
    pub(in crate::store) fn is_gone(&self, path: &Path) -> bool {
        let Some(known) = self.file else { return false };
        match identity(path) {
            Ok(now) => now != known,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        }
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> std::io::Result<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).map(|found| (found.dev(), found.ino()))
}

/// Elsewhere a file that is open can neither be removed nor renamed.
#[cfg(not(unix))]
fn identity(path: &Path) -> std::io::Result<FileId> {
    fs::metadata(path).map(|_found| (0, 0))
}
