//! Where the file is, and whether it still is: somebody may remove it, rename it, or put another one in its place while
//! the program runs, and SQLite would go on writing into what has no name any more.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::super::{FreeSpace, Private};
use super::error::StoreError;
use super::open;
use crate::model::{Phrase, WallTime};

/// Bytes that have to be free again beyond what is to stay, before the disk counts as having enough.
const ENOUGH: u64 = 64 * 1024 * 1024;

/// By which a file is known whatever it is called.
type FileId = (u64, u64);

#[derive(Debug)]
pub(super) struct DbFile {
    pub(super) path: PathBuf,
    pub(super) private: Private,
    /// Of the file that was opened.
    identity: Option<FileId>,
    /// Of the write-ahead log and its index beside it, once there are any.
    logs: [Option<FileId>; open::LOGS.len()],
    free_space: Option<FreeSpace>,
    is_low: bool,
}

impl DbFile {
    pub(super) fn new(path: &Path, private: Private) -> Self {
        Self {
            path: path.to_owned(),
            private,
            identity: None,
            logs: [None; open::LOGS.len()],
            free_space: None,
            is_low: false,
        }
    }

    pub(super) const fn watch_space(&mut self, free_space: FreeSpace) {
        self.free_space = Some(free_space);
    }

    /// The file under that name is ours from now on.
    pub(super) fn adopt(&mut self) {
        self.identity = identity(&self.path).ok();
        self.logs = [None; open::LOGS.len()];
    }

    /// The name of the write-ahead log, or of its index, leads to no file or to another one: what is only in the log would
    /// be lost with the program, and nobody else sees it.
    pub(super) fn has_lost_log(&mut self) -> bool {
        let mut lost = false;
        for (suffix, known) in open::LOGS.iter().zip(&mut self.logs) {
            lost |= match (&*known, identity(&open::beside(&self.path, suffix))) {
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
    pub(super) fn is_gone(&self) -> bool {
        let Some(known) = self.identity else { return false };
        match identity(&self.path) {
            Ok(now) => now != known,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        }
    }

    /// Lets go of the file that is here no more, and makes the name free. Says what happened.
    pub(super) fn abandon(
        &mut self,
        connection: Option<Connection>,
        now: WallTime,
    ) -> Result<Phrase, StoreError> {
        if let Some(connection) = connection {
            // What the log holds goes to wherever the file is now.
            let _whole = open::empty_log(&connection).is_ok();
            drop(connection);
        }
        if self.path.symlink_metadata().is_ok() {
            // Our own log is empty by now, and what shares it between programs says nothing about that file.
            let [log, shared] = open::LOGS.map(|log| open::beside(&self.path, log));
            let is_ours = fs::metadata(&log).is_ok_and(|log| log.len() == 0);
            for ours in [Some(shared), is_ours.then_some(log)].into_iter().flatten() {
                let _none = fs::remove_file(ours);
            }
            let name = open::move_aside(&self.path, self.private, "replaced", now)?;
            self.identity = None;
            return Ok(Phrase::new("store-replaced").text("name", name));
        }
        // The next file must not take it for its own.
        for log in open::LOGS {
            let _none = fs::remove_file(open::beside(&self.path, log));
        }
        self.identity = None;
        Ok(Phrase::new("store-gone"))
    }

    /// Whether the disk is low, if that is news.
    pub(super) fn low(&mut self) -> Option<bool> {
        let free_space = self.free_space?(self.path.parent()?).ok()?;
        let low = if self.is_low { free_space < ENOUGH } else { free_space == 0 };
        (low != self.is_low).then(|| {
            self.is_low = low;
            low
        })
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
