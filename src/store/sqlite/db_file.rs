//! Where the file is, and whether it still is: somebody may remove it, rename it, or put another one in its place while
//! the program runs, and SQLite would go on writing into what has no name any more.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::super::db::{FileIdentity, LOGS, StoreError, beside};
use super::super::{FreeSpace, Private};
use super::open;
use crate::model::{Phrase, WallTime};

/// Bytes that have to be free again beyond what is to stay, before the disk counts as having enough.
const ENOUGH: u64 = 64 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct DbFile {
    pub(super) path: PathBuf,
    pub(super) private: Private,
    identity: FileIdentity,
    free_space: Option<FreeSpace>,
    is_low: bool,
}

impl DbFile {
    pub(super) fn new(path: &Path, private: Private) -> Self {
        Self {
            path: path.to_owned(),
            private,
            identity: FileIdentity::default(),
            free_space: None,
            is_low: false,
        }
    }

    pub(super) const fn watch_space(&mut self, free_space: FreeSpace) {
        self.free_space = Some(free_space);
    }

    /// The file under that name is ours from now on.
    pub(super) fn adopt(&mut self) {
        self.identity = FileIdentity::of(&self.path);
    }

    /// The name of the write-ahead log, or of its index, leads to no file or to another one: what is only in the log would
    /// be lost with the program, and nobody else sees it.
    pub(super) fn has_lost_log(&mut self) -> bool {
        self.identity.has_lost_log(&self.path)
    }

    /// The name leads to no file, or to another one. Where nobody can tell it does not count.
    pub(super) fn is_gone(&self) -> bool {
        self.identity.is_gone(&self.path)
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
            let [log, shared] = LOGS.map(|log| beside(&self.path, log));
            let is_ours = fs::metadata(&log).is_ok_and(|log| log.len() == 0);
            for ours in [Some(shared), is_ours.then_some(log)].into_iter().flatten() {
                let _none = fs::remove_file(ours);
            }
            let name = open::move_aside(&self.path, self.private, "replaced", now)?;
            self.identity = FileIdentity::default();
            return Ok(Phrase::new("store-replaced").text("name", name));
        }
        // The next file must not take it for its own.
        for log in LOGS {
            let _none = fs::remove_file(beside(&self.path, log));
        }
        self.identity = FileIdentity::default();
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
