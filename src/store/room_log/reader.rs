//! The log for who only reads it: the operator's commands, also while the relay runs. Nothing is created or changed.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::super::db::FileReader;
use super::FILE;
use super::archive::{self, RoomFilter, RoomMessage, RoomRemoval, RoomSummary};
use super::page::RoomPage;
use super::refusal::told;
use super::schema::ROOMS;
use super::search::{self, RoomHits, RoomSearch};
use crate::model::Phrase;
use crate::model::room_archive::ArchiveAnswer;
use crate::model::room_log::{LogEpoch, Place};
use crate::model::text::plain_line;

/// Reads while a relay may write.
#[derive(Debug)]
pub struct RoomLogReader {
    file: FileReader,
}

impl RoomLogReader {
    /// Opens the log in this folder. `None`: there is none yet.
    pub fn open(folder: &Path) -> Result<Option<Self>, Phrase> {
        let as_it_is = |_connection: &Connection| Ok(());
        let file = FileReader::open(&folder.join(FILE), ROOMS, as_it_is);
        Ok(file.map_err(|error| told("room-log-not-read", &error))?.map(|file| Self { file }))
    }

    /// The rooms in which there is something, by name.
    pub fn list(&mut self) -> Result<Vec<RoomSummary>, Phrase> {
        self.read(archive::list)
    }

    /// Messages that match, the newest first.
    pub fn search(&mut self, lookup: &RoomSearch) -> Result<RoomHits, Phrase> {
        self.read(|connection| search::search(connection, lookup))
    }

    /// What the archive of a cluster has of a room, by the places that are known there: the last messages before this one.
    pub fn archived(
        &mut self,
        epoch: LogEpoch,
        room: &str,
        before: Place,
        limit: u16,
    ) -> Result<ArchiveAnswer, Phrase> {
        let RoomPage { records, more } = self.read(|file| archive::page(file, epoch, room, before, limit))?;
        Ok(ArchiveAnswer { records, more })
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

    /// How many messages would be removed.
    pub fn count(&mut self, removal: &RoomRemoval) -> Result<u64, Phrase> {
        self.read(|connection| archive::count(connection, removal))
    }

    /// Which messages would be, by their rooms and places.
    pub fn places(&mut self, removal: &RoomRemoval) -> Result<BTreeMap<String, Vec<Place>>, Phrase> {
        self.read(|connection| archive::places_by_room(connection, removal))
    }

    /// What SQLite finds wrong with it, in its words; `None`: nothing.
    pub fn damage(&mut self) -> Result<Option<String>, Phrase> {
        let said: String = self.read(|file| file.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        Ok(if said == "ok" { None } else { Some(plain_line(&said)) })
    }

    fn read<T>(&mut self, read: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, Phrase> {
        self.file.read(read).map_err(|error| told("room-log-not-read", &error))
    }
}
