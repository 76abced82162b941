//! What commands ask of a log that no relay has open: reading all of it, taking messages in, and removing them for good.

use rusqlite::Connection;

use super::super::db::{self, CleanupStep, CleanupTime, Residue, StoreError};
use super::archive::{self, RoomFilter, RoomMember, RoomMessage, RoomSummary};
use super::import::{self, ImportedRooms, RoomImportError};
use super::search::{self, RoomHits, RoomSearch};
use super::{RoomLog, removal, retention, rows, told};
use crate::model::Phrase;
use crate::model::room_log::{LogRecord, Place};

impl RoomLog {
    /// The rooms in which there is something, by name.
    pub fn list(&mut self) -> Result<Vec<RoomSummary>, Phrase> {
        self.read(archive::list)
    }

    /// Messages that match, the newest first.
    pub fn search(&mut self, lookup: &RoomSearch) -> Result<RoomHits, Phrase> {
        self.read(|connection| search::search(connection, lookup))
    }

    /// The next messages behind `after` that are meant, in the order of their places, at most so many. None: there are no
    /// others.
    pub fn walk(
        &mut self,
        filter: &RoomFilter,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<RoomMessage>, Phrase> {
        self.read(|connection| archive::walk(connection, filter, after, limit))
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
        self.reconnect()?;
        Ok(imported)
    }

    /// Removes one message for good. `false`: there is none.
    pub fn remove(&mut self, place: Place) -> Result<bool, Phrase> {
        Ok(self.remove_where(&RoomFilter::default(), Some(place))? > 0)
    }

    /// Removes the messages that are meant for good, and says how many.
    pub fn remove_room(&mut self, room: &str) -> Result<u64, Phrase> {
        self.remove_where(&RoomFilter { room: Some(room.to_owned()), member: None }, None)
    }

    /// As above: of one member, in all rooms.
    pub fn remove_member(&mut self, member: &RoomMember) -> Result<u64, Phrase> {
        self.remove_where(&RoomFilter { room: None, member: Some(member.clone()) }, None)
    }

    fn read<T>(&mut self, read: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, Phrase> {
        let result = self.connection().and_then(|connection| Ok(read(connection)?));
        result.map_err(|error| told("room-log-not-read", &error))
    }

    fn remove_where(&mut self, filter: &RoomFilter, place: Option<Place>) -> Result<u64, Phrase> {
        let removed = self.try_remove(filter, place).and_then(|removed| self.scrub().map(|()| removed));
        let removed = removed.map_err(|error| told("room-log-not-written", &error))?;
        self.reconnect()?;
        Ok(removed)
    }

    fn try_remove(&mut self, filter: &RoomFilter, place: Option<Place>) -> Result<u64, StoreError> {
        let transaction = self.durable_writer()?.transaction()?;
        let places = match place {
            Some(place) => vec![rows::number(place)],
            None => archive::places(&transaction, filter)?,
        };
        Residue::note(&transaction)?;
        let removed = removal::delete(&transaction, &places)?;
        removal::delete_empty_rooms(&transaction)?;
        retention::recount(&transaction)?;
        transaction.commit()?;
        Ok(removed.messages)
    }

    /// Writes over what is left of what was removed; who reads meanwhile only delays it.
    fn scrub(&mut self) -> Result<(), StoreError> {
        let connection = self.connection()?;
        let mut residue = Residue::left(connection)?;
        while matches!(residue.step(connection, CleanupTime::Idle, db::rewrite)?, CleanupStep::More) {}
        Ok(())
    }

    /// The connection, whose commits wait for the disk.
    fn durable_writer(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection()?;
        self.file.writer(true)
    }

    /// Reads anew what is known of the file.
    fn reconnect(&mut self) -> Result<(), Phrase> {
        self.file.close();
        self.connection().map(drop).map_err(|error| told("room-log-not-opened", &error))
    }
}
