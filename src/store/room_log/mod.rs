//! The log of a relay's rooms in a file of SQLite: what has been said, in one order, kept for as long as is wanted.
//!
//! Nothing is reported before it is on the disk. What cannot be kept is refused, and after a failure nothing is taken until
//! another try has worked. A damaged file is left as it is. See [`crate::model::room_log`] for what is asked and answered.

mod archive;
mod batch;
mod followed;
mod import;
mod offline;
mod page;
mod removal;
mod retention;
mod rooms;
mod rows;
mod schema;
mod search;
mod thread;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::db::{self, CleanupStep, CleanupTime, FileIdentity, Residue, StoreError};
use super::{Lock, LockError, Private};
use crate::model::room_log::{
    BackplaneRefusal, BackplaneReport, BackplaneRequest, DownCause, LogEpoch, Place, PlacedRecord,
};
use crate::model::{Phrase, WallTime};
pub use archive::{RoomFilter, RoomMember, RoomMessage, RoomSummary};
use batch::{Batch, Outcome};
use followed::FollowedRooms;
pub use import::ImportedRooms;
pub use retention::RoomRetention;
use retention::{SweepStep, Sweeper};
use rooms::StoredRooms;
pub use search::{RoomHits, RoomSearch};
pub use thread::RoomLogThread;

/// The file, and what says that somebody writes it.
const FILE: &str = "rooms.db";
const LOCK: &str = "rooms.lock";

/// How often a group is tried while another program holds the file, a quarter of a second each.
const MAX_TRIES: usize = 4;

/// While messages come without end, one group of so many leaves time for what can wait.
const GROUPS_WITHOUT_WORK: u8 = 16;

/// What a try after a failure writes: as much as the largest message takes.
const PROBE_BYTES: i64 = 64 * 1024;

/// The log and the one connection that writes it.
pub struct RoomLog {
    path: PathBuf,
    private: Private,
    _lock: Lock,
    /// Nothing after some failures.
    connection: Option<Connection>,
    file: FileIdentity,
    epoch: LogEpoch,
    down: Option<DownCause>,
    followed: FollowedRooms,
    rooms: StoredRooms,
    sweeper: Sweeper,
    indexing: Indexing,
    residue: Residue,
    /// Whether a commit waits for the disk.
    waits: bool,
    /// Groups since there was time for what can wait.
    busy_groups: u8,
}

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Indexing {
    UpTo(i64),
    /// It was damaged and is made anew.
    Anew(i64),
    /// Damaged again: searches look at the messages.
    Off,
}

impl std::fmt::Debug for RoomLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("RoomLog");
        shown.field("epoch", &self.epoch).field("down", &self.down).finish_non_exhaustive()
    }
}

/// Why the log cannot be used, as a sentence for a person.
fn told(key: &'static str, error: &StoreError) -> Phrase {
    error.told_of(key, "rooms.db")
}

fn locked(error: &LockError) -> Phrase {
    match error {
        LockError::InUse { pid: Some(pid) } => Phrase::new("room-log-in-use-by").text("pid", pid.to_string()),
        LockError::InUse { pid: None } => Phrase::new("room-log-in-use"),
        LockError::Io(error) => Phrase::new("room-log-no-lock").text("code", error.kind().to_string()),
    }
}

impl RoomLog {
    /// Opens the log in this folder, or begins one. As long as it lives nobody else can.
    pub fn open(folder: &Path, private: Private, retention: RoomRetention) -> Result<Self, Phrase> {
        let lock = Lock::take_file(&folder.join(LOCK), private).map_err(|error| locked(&error))?;
        let mut sweeper = Sweeper::default();
        sweeper.set_policy(retention);
        let mut log = Self {
            path: folder.join(FILE),
            private,
            _lock: lock,
            connection: None,
            file: FileIdentity::default(),
            epoch: LogEpoch::default(),
            down: None,
            followed: FollowedRooms::default(),
            rooms: StoredRooms::default(),
            sweeper,
            indexing: Indexing::Off,
            residue: Residue::Nowhere,
            waits: false,
            busy_groups: 0,
        };
        log.connection().map_err(|error| told("room-log-not-opened", &error))?;
        Ok(log)
    }

    /// Which history this is.
    pub const fn epoch(&self) -> LogEpoch {
        self.epoch
    }

    /// Whether nothing is taken.
    pub const fn is_down(&self) -> bool {
        self.down.is_some()
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            // One that could not even give up a transaction that failed is of no use any more.
            Some(connection) if connection.is_autocommit() => connection,
            Some(_) | None => self.connect()?,
        };
        Ok(self.connection.insert(connection))
    }

    fn connect(&mut self) -> Result<Connection, StoreError> {
        let opened = schema::open(&self.path, self.private)?;
        let connection = opened.connection;
        self.sweeper.restart(&connection)?;
        self.residue = Residue::left(&connection)?;
        self.indexing = Indexing::UpTo(db::indexed_to(&connection)?);
        self.file = FileIdentity::of(&self.path);
        self.rooms.forget();
        if self.epoch != opened.epoch {
            self.followed.forget_places();
        }
        (self.epoch, self.waits) = (opened.epoch, false);
        Ok(connection)
    }

    /// Whether commits wait for the disk from now on.
    fn wait_for_disk(&mut self, waits: bool) -> Result<&mut Connection, StoreError> {
        self.connection()?;
        if waits != self.waits {
            self.connection()?.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" })?;
            self.waits = waits;
        }
        self.connection()
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
        let writes = requests.iter().any(|request| matches!(request, BackplaneRequest::Append { .. }));
        if writes {
            self.wait_for_disk(true)?;
        }
        self.connection()?;
        let connection = self.connection.as_mut().ok_or(StoreError::CannotOpen)?;
        let behavior = if writes { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
        let transaction = connection.transaction_with_behavior(behavior)?;
        let mut batch = Batch::new(&transaction, &mut self.rooms);
        let outcomes = requests.iter().map(|request| batch.carry_out(request)).collect::<Result<_, _>>();
        let added = batch.added;
        // What is remembered of the rooms is of a transaction that may fail.
        let done = outcomes.and_then(|outcomes: Vec<Outcome>| {
            self.sweeper.store(&transaction, &added)?;
            transaction.commit()?;
            Ok(outcomes)
        });
        let outcomes = done.inspect_err(|_| self.rooms.forget())?;
        self.sweeper.note(added);
        if writes {
            self.find_file()?;
        }
        Ok(outcomes)
    }

    /// What was written into a file that has no name is not kept.
    fn find_file(&mut self) -> Result<(), StoreError> {
        if self.file.is_gone(&self.path) {
            return Err(StoreError::CannotOpen);
        }
        if self.file.has_lost_log(&self.path) {
            // The lost log can be read as long as it is open: all of it goes into the file, and another log begins.
            let connection =
                self.connection.take_if(|connection| matches!(db::empty_log(connection), Ok(true)));
            drop(connection.ok_or(StoreError::CannotOpen)?);
            self.connection()?;
        }
        Ok(())
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
            (BackplaneRequest::Page { ticket, .. }, Outcome::Page(page)) => {
                report(BackplaneReport::Page { ticket, records: page.records, more: page.more });
            }
            (BackplaneRequest::Append { ticket, .. } | BackplaneRequest::Page { ticket, .. }, _) => {
                report(BackplaneReport::Refused { ticket, why: BackplaneRefusal::Down });
            }
            (BackplaneRequest::Follow { room }, outcome) => {
                let last = if let Outcome::Last(last) = outcome { last } else { None };
                self.followed.follow(&room, last);
                report(BackplaneReport::Following { room, last });
            }
            (BackplaneRequest::Unfollow { room }, _) => self.followed.unfollow(&room),
        }
    }

    /// From now on nothing is taken.
    fn fail(&mut self, error: &StoreError) -> DownCause {
        let cause = if matches!(error, StoreError::Full) { DownCause::Full } else { DownCause::Broken };
        self.rooms.forget();
        self.sweeper.forget_counts();
        if cause == DownCause::Broken
            && let Some(connection) = self.connection.take()
        {
            // Whatever is wrong with the file, nothing more is written into it.
            db::abandon(connection);
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
            let is_append = matches!(request, BackplaneRequest::Append { .. });
            let can_read = !is_append && self.connection.is_some();
            let outcome = match self.try_read(&request, can_read) {
                Some(outcome) => outcome,
                None => Outcome::Nothing,
            };
            match (&request, &outcome) {
                (BackplaneRequest::Follow { room }, Outcome::Nothing) => self.followed.follow_later(room),
                _ => self.answer(request, outcome, report),
            }
        }
    }

    fn try_read(&mut self, request: &BackplaneRequest<'static>, can_read: bool) -> Option<Outcome> {
        let connection = self.connection.as_ref().filter(|_| can_read)?;
        Batch::new(connection, &mut self.rooms).carry_out(request).ok()
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
        let connection = self.wait_for_disk(true)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch("CREATE TABLE IF NOT EXISTS probe (bytes BLOB); DELETE FROM probe;")?;
        transaction.execute("INSERT INTO probe VALUES (zeroblob(?1))", [PROBE_BYTES])?;
        transaction.commit()?;
        connection.execute_batch("DROP TABLE probe")?;
        self.find_file()
    }

    /// What those who follow rooms have not been told: of a transaction that failed it may turn out that it did not.
    fn catch_up(&mut self) -> Result<Vec<BackplaneReport<'static>>, StoreError> {
        self.connection()?;
        let connection = self.connection.as_ref().ok_or(StoreError::CannotOpen)?;
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
        told.into_iter().for_each(|(room, last): (String, Option<Place>)| self.followed.follow(&room, last));
        Ok(reports)
    }

    /// One step of what can wait, of a few milliseconds: asked for while nothing else is to be done. Says whether there is
    /// more.
    pub fn work(&mut self, now: WallTime) -> bool {
        if self.down.is_some() {
            return false;
        }
        self.busy_groups = 0;
        match self.step(now, CleanupTime::Last) {
            Ok(more) => more,
            Err(StoreError::Damaged | StoreError::Index) => self.reindex(),
            // The next message meets it as well.
            Err(_) => false,
        }
    }

    /// The same after each group, whatever waits: without it a flood would leave no moment for it. `group`: how many
    /// requests that was.
    pub fn work_under_load(&mut self, now: WallTime, group: usize) {
        self.busy_groups = self.busy_groups.saturating_add(1);
        if self.busy_groups >= GROUPS_WITHOUT_WORK {
            self.work(now);
        } else if self.down.is_none() && self.sweeper.is_urgent() {
            // What it meets, the next step and the next message meet as well.
            let _done = self.sweep(now, group.saturating_mul(2)).is_ok();
        }
    }

    fn step(&mut self, now: WallTime, when: CleanupTime) -> Result<bool, StoreError> {
        let mut residue = self.residue;
        let cleaned = residue.step(self.wait_for_disk(false)?, when, db::rewrite);
        self.residue = residue;
        if matches!(cleaned?, CleanupStep::More) || self.sweep(now, 0)? {
            return Ok(true);
        }
        if db::give_back(self.wait_for_disk(false)?)? {
            return Ok(true);
        }
        let (Indexing::UpTo(to) | Indexing::Anew(to)) = self.indexing else { return Ok(false) };
        let Some(to) = search::index_step(self.wait_for_disk(false)?, to)? else {
            self.indexing = Indexing::UpTo(to);
            return Ok(false);
        };
        self.indexing = match self.indexing {
            Indexing::Anew(_) => Indexing::Anew(to),
            Indexing::UpTo(_) | Indexing::Off => Indexing::UpTo(to),
        };
        Ok(true)
    }

    /// Says whether there is more.
    fn sweep(&mut self, now: WallTime, at_least: usize) -> Result<bool, StoreError> {
        self.wait_for_disk(false)?;
        let connection = self.connection.as_mut().ok_or(StoreError::CannotOpen)?;
        match self.sweeper.step(connection, now, at_least)? {
            SweepStep::Nothing => Ok(false),
            SweepStep::Looked => Ok(true),
            SweepStep::Removed { emptied } => {
                if emptied {
                    self.rooms.forget();
                }
                Ok(true)
            }
        }
    }

    /// The index can be made anew, once: damage that is met again is not the index's. Says whether there is more to do.
    fn reindex(&mut self) -> bool {
        let again = matches!(self.indexing, Indexing::UpTo(_))
            && self.connection().is_ok_and(|connection| db::reset(connection).is_ok());
        self.indexing = if again { Indexing::Anew(-1) } else { Indexing::Off };
        again
    }
}
