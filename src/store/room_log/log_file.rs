//! The file and the one connection that writes it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::super::Private;
use super::super::db::{self, FileIdentity, StoreError};
use super::schema;
use crate::model::room_log::LogEpoch;

pub(super) struct LogFile {
    path: PathBuf,
    private: Private,
    /// Nothing after some failures.
    connection: Option<Connection>,
    /// Of the file that was opened.
    identity: FileIdentity,
    /// Whether a commit waits for the disk.
    waits: bool,
}

impl LogFile {
    pub(super) fn new(path: PathBuf, private: Private) -> Self {
        Self { path, private, connection: None, identity: FileIdentity::default(), waits: false }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a connection, and one that is of use: one that could not even give up a transaction that failed is
    /// not.
    pub(super) fn is_open(&self) -> bool {
        self.connection.as_ref().is_some_and(Connection::is_autocommit)
    }

    pub(super) fn open(&mut self) -> Result<LogEpoch, StoreError> {
        self.connection = None;
        let opened = schema::open(&self.path, self.private)?;
        (self.identity, self.waits) = (FileIdentity::of(&self.path), false);
        self.connection = Some(opened.connection);
        Ok(opened.epoch)
    }

    pub(super) fn reader(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    pub(super) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or(StoreError::CannotOpen)
    }

    /// The connection; whether its commits wait for the disk.
    pub(super) fn writer(&mut self, waits: bool) -> Result<&mut Connection, StoreError> {
        if waits != self.waits {
            self.connection()?.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" })?;
            self.waits = waits;
        }
        self.connection()
    }

    /// What was written into a file that has no name is not kept. Where only its log is gone, all is in the file
    /// afterwards, and the connection closed.
    pub(super) fn check(&mut self) -> Result<(), StoreError> {
        if self.identity.is_gone(&self.path) {
            return Err(StoreError::CannotOpen);
        }
        // The lost log can be read as long as it is open.
        if self.identity.has_lost_log(&self.path) {
            if !db::empty_log(self.connection()?)? {
                return Err(StoreError::CannotOpen);
            }
            self.connection = None;
        }
        Ok(())
    }

    pub(super) fn close(&mut self) {
        self.connection = None;
    }

    /// Ends the connection to a file with which something is wrong, and leaves that as it is.
    pub(super) fn abandon(&mut self) {
        if let Some(connection) = self.connection.take() {
            db::abandon(connection);
        }
    }
}
