//! What can wait: removing what is kept no longer, writing over what is left of it, and the index. In steps of a few
//! milliseconds.

use rusqlite::Connection;

use super::super::db::{self, CleanupStep, CleanupTime, Residue, StoreError};
use super::batch::Added;
use super::log_file::LogFile;
use super::retention::{Sweeper, WorkStep};
use super::search;
use crate::model::{RoomRetention, WallTime};

/// While messages come without end, one group of so many leaves time for all that can wait.
const GROUPS_WITHOUT_WORK: u8 = 16;

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Indexing {
    UpTo(i64),
    /// It was damaged and is made anew.
    Anew(i64),
    /// Damaged again: searches look at the messages.
    Off,
}

pub(super) struct Chores {
    sweeper: Sweeper,
    indexing: Indexing,
    residue: Residue,
    /// Groups since there was time for all that can wait.
    busy_groups: u8,
}

impl Chores {
    pub(super) fn new(retention: RoomRetention) -> Self {
        let sweeper = Sweeper::new(retention);
        Self { sweeper, indexing: Indexing::Off, residue: Residue::Nowhere, busy_groups: 0 }
    }

    /// Begins with another connection.
    pub(super) fn restart(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.sweeper.restart(connection)?;
        self.residue = Residue::left(connection)?;
        self.indexing = Indexing::UpTo(db::indexed_to(connection)?);
        Ok(())
    }

    /// As a part of the transaction that adds these.
    pub(super) fn store(&self, connection: &Connection, added: &Added) -> rusqlite::Result<()> {
        self.sweeper.store(connection, added)
    }

    /// These have been added. What was removed with them is written over as soon as there is time.
    pub(super) fn note(&mut self, added: Added) {
        if added.has_removed {
            self.residue = Residue::Index;
        }
        self.sweeper.note(added);
    }

    /// A transaction failed.
    pub(super) fn forget_counts(&mut self) {
        self.sweeper.forget_counts();
    }

    /// A step while nothing else is to be done.
    pub(super) fn step(&mut self, file: &mut LogFile, now: WallTime) -> WorkStep {
        self.busy_groups = 0;
        match self.try_step(file, now) {
            Ok(step) => step,
            Err(StoreError::Damaged | StoreError::Index) => self.reindex(file),
            // The next message meets it as well.
            Err(_) => WorkStep::Done,
        }
    }

    /// A step after a group of so many requests, whatever waits.
    pub(super) fn step_under_load(&mut self, file: &mut LogFile, now: WallTime, group: usize) -> WorkStep {
        self.busy_groups = self.busy_groups.saturating_add(1);
        if self.busy_groups >= GROUPS_WITHOUT_WORK {
            return self.step(file, now);
        }
        if !self.sweeper.is_urgent() {
            return WorkStep::Done;
        }
        // More than have come. What it meets, the next step and the next message meet as well.
        let at_least = group.saturating_mul(2);
        let swept =
            file.writer(false).and_then(|connection| Ok(self.sweeper.step(connection, now, at_least)?));
        swept.unwrap_or(WorkStep::Done)
    }

    fn try_step(&mut self, file: &mut LogFile, now: WallTime) -> Result<WorkStep, StoreError> {
        let connection = file.writer(false)?;
        // Who writes messages cannot wait until a large file is written anew.
        if self.residue.step(connection, CleanupTime::Last, db::rewrite)? == CleanupStep::More {
            return Ok(WorkStep::More);
        }
        let swept = self.sweeper.step(connection, now, 0)?;
        if swept != WorkStep::Done {
            return Ok(swept);
        }
        if db::give_back(connection)? {
            return Ok(WorkStep::More);
        }
        let (Indexing::UpTo(to) | Indexing::Anew(to)) = self.indexing else { return Ok(WorkStep::Done) };
        let Some(to) = search::index_step(connection, to)? else {
            self.indexing = Indexing::UpTo(to);
            return Ok(WorkStep::Done);
        };
        self.indexing = match self.indexing {
            Indexing::Anew(_) => Indexing::Anew(to),
            Indexing::UpTo(_) | Indexing::Off => Indexing::UpTo(to),
        };
        Ok(WorkStep::More)
    }

    /// The index can be made anew, once: damage that is met again is not the index's.
    fn reindex(&mut self, file: &mut LogFile) -> WorkStep {
        let again = matches!(self.indexing, Indexing::UpTo(_))
            && file.writer(false).is_ok_and(|connection| db::reset(connection).is_ok());
        self.indexing = if again { Indexing::Anew(-1) } else { Indexing::Off };
        if again { WorkStep::More } else { WorkStep::Done }
    }
}
