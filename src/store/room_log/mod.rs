//! The log of a relay's rooms in a file of SQLite: what has been said, in one order, kept for as long as is wanted.
//!
//! Nothing is reported before it is on the disk. What cannot be kept is refused, and after a failure nothing is taken until
//! another try has worked. A damaged file is left as it is. See [`crate::model::room_log`] for what is asked and answered.

mod archive;
mod batch;
mod chores;
mod followed;
mod import;
mod log_file;
mod lookups;
mod offline;
mod page;
mod reader;
mod refusal;
mod removal;
mod retention;
mod rooms;
mod rows;
mod schema;
mod search;
mod secrets;
mod shared;
mod thread;

#[cfg(test)]
mod tests;

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{Lock, LockError, Private, db::StoreError};
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, BackplaneRequest, DownCause, LogEpoch, LogSecrets, PlacedRecord,
};
use crate::model::{Phrase, RoomRetention, WallTime};
pub use archive::{
    ArchiveError, RoomArchiver, RoomFilter, RoomMember, RoomMessage, RoomRemoval, RoomSummary,
};
use batch::{LogBatch, Outcome, writes};
use chores::Chores;
use followed::FollowedRooms;
pub use import::ImportedRooms;
use log_file::LogFile;
pub use offline::RemovedMessages;
use page::RoomPage;
pub use reader::RoomLogReader;
use refusal::{locked, told};
use retention::WorkStep;
use rooms::StoredRooms;
use schema::{PROBE, PROBE_BYTES};
pub use search::{RoomHits, RoomSearch};
use secrets::SecretKeeper;
use shared::SharedSettings;
pub use thread::RoomLogThread;

/// The file, and what says that somebody writes it.
const FILE: &str = "rooms.db";
const LOCK: &str = "rooms.lock";

/// How often a group is tried while another program holds the file, a quarter of a second each.
const MAX_TRIES: usize = 4;

/// The log of one relay.
pub struct RoomLog {
    file: LogFile,
    _lock: Lock,
    epoch: LogEpoch,
    down: Option<DownCause>,
    followed: FollowedRooms,
    rooms: StoredRooms,
    chores: Chores,
    secrets: SecretKeeper,
    shared: SharedSettings,
}

impl std::fmt::Debug for RoomLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("RoomLog");
        shown.field("epoch", &self.epoch).field("down", &self.down).finish_non_exhaustive()
    }
}

impl RoomLog {
    /// Opens the log in this folder, or begins one. As long as it lives nobody else can.
    pub fn open(folder: &Path, private: Private, retention: RoomRetention) -> Result<Self, Phrase> {
        Self::open_as(folder, private, retention, locked)
    }

    /// `refused`: what is said of a lock that cannot be had.
    fn open_as(
        folder: &Path,
        private: Private,
        retention: RoomRetention,
        refused: fn(&LockError) -> Phrase,
    ) -> Result<Self, Phrase> {
        let lock = Lock::take_file(&folder.join(LOCK), private).map_err(|error| refused(&error))?;
        let mut log = Self {
            file: LogFile::new(folder.join(FILE), private),
            _lock: lock,
            epoch: LogEpoch::default(),
            down: None,
            followed: FollowedRooms::default(),
            rooms: StoredRooms::default(),
            chores: Chores::new(retention),
            secrets: SecretKeeper::default(),
            shared: SharedSettings::default(),
        };
        log.connection().map_err(|error| told("room-log-not-opened", &error))?;
        Ok(log)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Which history this is.
    pub const fn epoch(&self) -> LogEpoch {
        self.epoch
    }

    /// What tokens are made with now, as a relay is told before anything else.
    pub fn secrets(&mut self, now: WallTime) -> Result<LogSecrets, Phrase> {
        self.secrets = SecretKeeper::default();
        let secrets =
            self.secrets.take(&mut self.file, now).and_then(|secrets| secrets.ok_or(StoreError::CannotOpen));
        secrets.map_err(|error| told("room-log-not-opened", &error))
    }

    /// The same, if they are others than were told last. Those that cannot be renewed at the moment are still good.
    pub fn take_secrets(&mut self, now: WallTime) -> Option<LogSecrets> {
        self.secrets.take(&mut self.file, now).ok().flatten()
    }

    /// Whether nothing is taken.
    pub const fn is_down(&self) -> bool {
        self.down.is_some()
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        if !self.file.is_open() {
            let epoch = self.file.open()?;
            self.rooms.forget();
            self.secrets.restart();
            if let Err(error) = self.chores.restart(self.file.connection()?) {
                self.file.abandon();
                return Err(error.into());
            }
            if self.epoch != epoch {
                self.followed.forget_places();
            }
            self.epoch = epoch;
        }
        self.file.connection()
    }

    /// Carries out all of these in one transaction, and reports what came of them in their order once that is on the disk.
    pub fn apply(
        &mut self,
        requests: Vec<BackplaneRequest<'static>>,
        report: &mut dyn FnMut(BackplaneReport<'static>),
    ) {
        if self.down.is_some() {
            self.refuse(requests, report);
            return;
        }
        let mut result = self.try_apply(&requests);
        for _ in 1..MAX_TRIES {
            if !matches!(result, Err(StoreError::Busy)) {
                break;
            }
            result = self.try_apply(&requests);
        }
        match result {
            Ok(outcomes) => {
                for (request, outcome) in requests.into_iter().zip(outcomes) {
                    self.answer(request, outcome, report);
                }
            }
            Err(error) => {
                let cause = self.fail(&error);
                self.refuse(requests, report);
                report(BackplaneReport::Down(cause));
            }
        }
    }

    fn try_apply(&mut self, requests: &[BackplaneRequest<'static>]) -> Result<Vec<Outcome>, StoreError> {
        let (writes, epoch) = (requests.iter().any(writes), self.epoch);
        self.connection()?;
        if self.epoch != epoch {
            // Another file has that name by now, of which nobody knows yet.
            return Err(StoreError::CannotOpen);
        }
        let connection = if writes { self.file.writer(true) } else { self.file.connection() }?;
        let behavior = if writes { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
        let transaction = connection.transaction_with_behavior(behavior)?;
        let mut batch = LogBatch::new(&transaction, &mut self.rooms);
        let outcomes = requests.iter().map(|request| batch.carry_out(request)).collect::<Result<_, _>>();
        let added = batch.added;
        // What is remembered of the rooms is of a transaction that may fail.
        let done = outcomes.and_then(|outcomes: Vec<Outcome>| {
            self.chores.store(&transaction, &added)?;
            transaction.commit()?;
            Ok(outcomes)
        });
        let outcomes = done.inspect_err(|_| self.rooms.forget())?;
        self.chores.note(added);
        if writes {
            self.file.check()?;
            self.connection()?;
        }
        Ok(outcomes)
    }

    /// Reports what came of one request.
    fn answer(
        &mut self,
        request: BackplaneRequest<'static>,
        outcome: Outcome,
        report: &mut dyn FnMut(BackplaneReport<'static>),
    ) {
        match (request, outcome) {
            (BackplaneRequest::Append { ticket, room, mut record }, Outcome::Placed(place, at)) => {
                report(BackplaneReport::Appended { ticket, place, again: false });
                if self.followed.wants(&room, place) {
                    record.at = at;
                    report(BackplaneReport::Entry { room, placed: PlacedRecord { place, record } });
                }
            }
            (BackplaneRequest::Append { ticket, .. }, Outcome::Known(place)) => {
                report(BackplaneReport::Appended { ticket, place, again: true });
            }
            (BackplaneRequest::Page { ticket, room, start, limit }, Outcome::UpTo(up_to)) => {
                let page = self.page(&room, |connection, id| page::page(connection, id, start, limit, up_to));
                report(match page {
                    Some(RoomPage { records, more }) => BackplaneReport::Page { ticket, records, more },
                    // What cannot be read is no reason to take nothing.
                    None => BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down },
                });
            }
            (BackplaneRequest::Follow { room }, outcome) => {
                let last = if let Outcome::Last(last) = outcome { last } else { None };
                self.followed.follow(&room, last);
                report(BackplaneReport::Following { room, last });
            }
            (BackplaneRequest::Unfollow { room }, _) => self.followed.unfollow(&room),
            (BackplaneRequest::Set { key, value }, Outcome::Nothing) => self.shared.postpone(key, value),
            // There is no other relay.
            (BackplaneRequest::Claim { ticket, .. }, _) => {
                report(BackplaneReport::Claimed { ticket, is_held: true });
            }
            (request, _) => {
                let why = BackplaneRefusal::Down;
                request
                    .ticket()
                    .into_iter()
                    .for_each(|ticket| report(BackplaneReport::Refused { ticket, why }));
            }
        }
    }

    /// What relays share besides messages.
    pub fn settings(&mut self) -> Vec<BackplaneReport<'static>> {
        let settings = self.connection().and_then(|connection| Ok(shared::all(connection)?));
        settings.unwrap_or_default()
    }

    /// Reads a page of a room. `None`: it cannot be read.
    fn page(
        &mut self,
        room: &str,
        read: impl Fn(&Connection, i64) -> rusqlite::Result<RoomPage>,
    ) -> Option<RoomPage> {
        let connection = self.file.reader()?;
        let room = self.rooms.find(connection, room).ok()?;
        room.map_or_else(|| Some(RoomPage::default()), |room| read(connection, room.id).ok())
    }

    /// From now on nothing is taken.
    fn fail(&mut self, error: &StoreError) -> DownCause {
        let cause = if matches!(error, StoreError::Full) { DownCause::Full } else { DownCause::Broken };
        self.rooms.forget();
        self.chores.forget_counts();
        if cause == DownCause::Broken {
            self.file.abandon();
        }
        self.down = Some(cause);
        cause
    }

    /// Takes no message; pages are answered as long as the file can be read.
    fn refuse(
        &mut self,
        requests: Vec<BackplaneRequest<'static>>,
        report: &mut dyn FnMut(BackplaneReport<'static>),
    ) {
        for request in requests {
            let outcome = if writes(&request) { None } else { self.try_read(&request) };
            let outcome = outcome.unwrap_or(Outcome::Nothing);
            match (&request, &outcome) {
                (BackplaneRequest::Follow { room }, Outcome::Nothing) => self.followed.follow_later(room),
                _ => self.answer(request, outcome, report),
            }
        }
    }

    fn try_read(&mut self, request: &BackplaneRequest<'static>) -> Option<Outcome> {
        LogBatch::new(self.file.reader()?, &mut self.rooms).carry_out(request).ok()
    }

    /// Tries whether messages can be taken again, if they could not.
    pub fn retry(&mut self, report: &mut dyn FnMut(BackplaneReport<'static>)) {
        let Some(before) = self.down else { return };
        let result = self.probe().and_then(|()| self.catch_up());
        match result {
            Ok(reports) => {
                self.down = None;
                report(BackplaneReport::Up(self.epoch));
                reports.into_iter().for_each(report);
            }
            Err(error) => {
                let cause = self.fail(&error);
                if cause != before {
                    report(BackplaneReport::Down(cause));
                }
            }
        }
    }

    /// Writes something, and waits until it is on the disk.
    fn probe(&mut self) -> Result<(), StoreError> {
        self.connection()?;
        let connection = self.file.writer(true)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(PROBE)?;
        transaction.execute("INSERT INTO probe VALUES (zeroblob(?1))", [PROBE_BYTES])?;
        self.shared.write(&transaction)?;
        transaction.commit()?;
        self.shared.forget();
        connection.execute_batch("DROP TABLE probe")?;
        self.file.check()
    }

    /// What those who follow rooms have not been told: of a transaction that failed it may turn out that it did not.
    fn catch_up(&mut self) -> Result<Vec<BackplaneReport<'static>>, StoreError> {
        self.connection()?;
        let connection = self.file.reader().ok_or(StoreError::CannotOpen)?;
        let (mut reports, mut told) = (Vec::new(), Vec::new());
        for (name, last) in self.followed.all() {
            let room = self.rooms.find(connection, &name)?;
            let newest = room.and_then(|room| rows::place(room.last));
            told.push((name.clone(), newest));
            match (room, last) {
                (Some(room), Some(last)) => {
                    let missed = followed::missed(connection, room.id, last)?.into_iter();
                    let entry = |placed| BackplaneReport::Entry { room: name.clone().into(), placed };
                    reports.extend(missed.map(entry));
                }
                (None, Some(_)) => {}
                (_, None) => reports.push(BackplaneReport::Following { room: name.into(), last: newest }),
            }
        }
        for (room, last) in told {
            self.followed.follow(&room, last);
        }
        Ok(reports)
    }

    /// One step of what can wait, of a few milliseconds: asked for while nothing else is to be done. Says whether there is
    /// more.
    pub fn work(&mut self, now: WallTime) -> bool {
        if self.down.is_some() || self.connection().is_err() {
            return false;
        }
        let step = self.chores.step(&mut self.file, now);
        self.worked(step)
    }

    /// The same after each group, whatever waits: without it a flood would leave no moment for it. `group`: how many
    /// requests that was.
    pub fn work_under_load(&mut self, now: WallTime, group: usize) {
        if self.down.is_none() {
            let step = self.chores.step_under_load(&mut self.file, now, group);
            self.worked(step);
        }
    }

    fn worked(&mut self, step: WorkStep) -> bool {
        if step == WorkStep::Emptied {
            self.rooms.forget();
        }
        step != WorkStep::Done
    }
}
