//! What commands do with a log that no relay has open: taking messages in, and removing them for good.

use std::path::Path;

use rusqlite::Connection;

use super::super::Private;
use super::super::db::{self, CleanupStep, CleanupTime, Residue, StoreError};
use super::archive::{self, RoomRemoval};
use super::import::{self, ImportedRooms, RoomImportError};
use super::refusal::{busy, told};
use super::{RoomLog, removal, retention};
use crate::model::room_log::LogRecord;
use crate::model::{Phrase, RoomRetention};

/// What removing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovedMessages {
    pub messages: u64,
    /// Nothing of them is left in unused parts of the file either. Otherwise whoever opens the log next goes on with that.
    pub is_scrubbed: bool,
}

impl RoomLog {
    /// Opens the log in this folder to change it, or begins one. Nothing in it is too old or too much.
    pub fn open_offline(folder: &Path, private: Private) -> Result<Self, Phrase> {
        Self::open_as(folder, private, RoomRetention::default(), busy)
    }

    /// Takes messages in, each with the name of its room. What is there already is known by id and number, and of plain
    /// members by room, time, id and text. A failure among the messages, or of the file, leaves the log as it was.
    pub fn import(
        &mut self,
        messages: &mut dyn Iterator<Item = Result<(String, LogRecord<'static>), Phrase>>,
    ) -> Result<ImportedRooms, Phrase> {
        let writer = self.durable_writer().map_err(RoomImportError::Store);
        let imported = writer.and_then(|connection| import::import(connection, messages));
        let imported = imported.map_err(|error| match error {
            RoomImportError::Rejected(phrase) => phrase,
            RoomImportError::Store(error) => told("room-log-not-written", &error),
        })?;
        // What is known of the file is read anew.
        self.file.close();
        self.connection().map_err(|error| told("room-log-not-opened", &error))?;
        Ok(imported)
    }

    /// Removes messages for good.
    pub fn remove(&mut self, removal: &RoomRemoval) -> Result<RemovedMessages, Phrase> {
        let removed = self.try_remove(removal).map_err(|error| told("room-log-not-written", &error));
        // They are gone whatever comes of this.
        let removed = removed.map(|messages| {
            let is_scrubbed = self.scrub().unwrap_or(false);
            RemovedMessages { messages, is_scrubbed }
        });
        // What is known of the file is read anew by whoever needs it.
        self.file.close();
        removed
    }

    fn try_remove(&mut self, removal: &RoomRemoval) -> Result<u64, StoreError> {
        let transaction = self.durable_writer()?.transaction()?;
        let places = archive::places(&transaction, removal)?;
        Residue::note(&transaction)?;
        let removed = removal::delete(&transaction, &places)?;
        removal::delete_empty_rooms(&transaction)?;
        retention::recount(&transaction)?;
        transaction.commit()?;
        Ok(removed.messages)
    }

    /// Writes over what is left of what was removed. `false`: somebody reads the file, so it is not all done.
    fn scrub(&mut self) -> Result<bool, StoreError> {
        let connection = self.connection()?;
        let mut residue = Residue::left(connection)?;
        loop {
            match residue.step(connection, CleanupTime::Idle, db::rewrite)? {
                CleanupStep::More => {}
                CleanupStep::Done => return Ok(true),
                CleanupStep::Later => return Ok(false),
            }
        }
    }

    /// The connection, whose commits wait for the disk.
    fn durable_writer(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection()?;
        self.file.writer(true)
    }
}
