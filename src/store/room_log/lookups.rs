//! Searches that relays ask for, beside the thread of the log: a long one keeps no message waiting.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use jiff::tz::TimeZone;
use tokio::sync::mpsc::Sender;

use super::archive::RoomMessage;
use super::reader::RoomLogReader;
use super::search::RoomSearch;
use crate::model::room_log::{BackplaneRefusal, BackplaneReport, Ticket};
use crate::model::search::Search;
use crate::store::Clock;

/// Searches that wait.
const MAX_WAITING: usize = 16;

/// What is looked for in one room.
pub(super) struct RoomLookup {
    pub(super) ticket: Ticket,
    pub(super) room: String,
    pub(super) words: String,
    pub(super) limit: u16,
}

/// Carries out searches one after the other. Ends when it is dropped, after what was asked for.
pub(super) struct LookupThread(SyncSender<RoomLookup>);

impl LookupThread {
    /// Of the log in this folder.
    pub(super) fn start(
        folder: PathBuf,
        clock: Clock,
        reports: Sender<BackplaneReport<'static>>,
    ) -> io::Result<Self> {
        let (ask, lookups) = mpsc::sync_channel::<RoomLookup>(MAX_WAITING);
        let mut searcher = LookupReader { folder, clock, reader: None };
        let run = move || {
            for lookup in lookups {
                // Whoever asks for others as well does not wait for this one.
                let _heard = reports.blocking_send(searcher.answer(lookup)).is_ok();
            }
        };
        thread::Builder::new().name("room-search".to_owned()).spawn(run)?;
        Ok(Self(ask))
    }

    /// `Some`: it is refused.
    pub(super) fn ask(&self, lookup: RoomLookup) -> Option<BackplaneReport<'static>> {
        let ticket = lookup.ticket;
        let asked = self.0.try_send(lookup);
        asked.err().map(|_full| BackplaneReport::Refused { ticket, why: BackplaneRefusal::Busy })
    }
}

struct LookupReader {
    folder: PathBuf,
    clock: Clock,
    reader: Option<RoomLogReader>,
}

impl LookupReader {
    fn answer(&mut self, lookup: RoomLookup) -> BackplaneReport<'static> {
        let ticket = lookup.ticket;
        self.search(lookup).unwrap_or(BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down })
    }

    /// `None`: it cannot be read.
    fn search(&mut self, lookup: RoomLookup) -> Option<BackplaneReport<'static>> {
        let RoomLookup { ticket, room, words, limit } = lookup;
        // The relay has looked whether it is a search.
        let search = Search::parse(&words, &TimeZone::UTC, (self.clock)()).ok()?;
        if self.reader.is_none() {
            self.reader = RoomLogReader::open(&self.folder).ok()?;
        }
        let lookup = RoomSearch { search, room: Some(room), before: None, limit: limit.into() };
        let found = self.reader.as_mut()?.search(&lookup).ok()?;
        let records = found.hits.into_iter().rev().map(|RoomMessage { placed, .. }| placed).collect();
        Some(BackplaneReport::Page { ticket, records, more: found.more })
    }
}
