//! The work of the backend that can wait: removing, giving back, indexing. In steps of some milliseconds, while nothing
//! else is to be done, and one after each group of changes, so that no flood keeps all of it waiting for ever.

use rusqlite::Connection;

use super::super::Work;
use super::super::db::{self, CleanupStep, CleanupTime, StoreError};
use super::erase::{self, FreePages};
use super::{Sqlite, index, open};

/// Steps of what is to be removed that are still taken when the program ends: about a second's. The next start
/// goes on.
const MAX_LAST_STEPS: usize = 200;

impl Sqlite {
    /// One step of what can wait: what is to be removed goes before what is to be found.
    pub(super) fn step(&mut self) -> Result<Work, StoreError> {
        if self.shared.take_suspicion() && !self.reindexed {
            // The thread that searches met damage. If the index is to blame a new one is made; if not, filling it
            // meets the damage. Searches that had begun before are no reason to begin again.
            return if self.recover(&StoreError::Index, true) {
                Ok(Work::More)
            } else {
                Err(StoreError::Index)
            };
        }
        match self.clean_up(CleanupTime::Idle)? {
            CleanupStep::More => return Ok(Work::More),
            // The index would be filled with what is about to be made anew.
            CleanupStep::Later => return Ok(Work::Done),
            CleanupStep::Done => {}
        }
        if self.convert()? || self.give_back()? {
            return Ok(Work::More);
        }
        let indexed_to = self.indexed_to;
        if let Some(to) = index::step(self.background_connection()?, indexed_to)? {
            self.indexed_to = to;
            return Ok(Work::More);
        }
        self.reindexed = false;
        Ok(Work::Done)
    }

    /// One step of what is to be removed.
    fn clean_up(&mut self, when: CleanupTime) -> Result<CleanupStep, StoreError> {
        let mut cleanup = self.cleanup;
        let step = self
            .background_connection()
            .and_then(|connection| Ok(erase::step(connection, &mut cleanup, when)?));
        self.cleanup = cleanup;
        step
    }

    /// Gives some pages back that nothing stands on. Says whether there may be more.
    fn give_back(&mut self) -> Result<bool, StoreError> {
        Ok(self.free_pages == FreePages::GoBack && db::give_back(self.background_connection()?)?)
    }

    /// Writes a small file of an earlier version anew, so that what is removed from it can be given back.
    fn convert(&mut self) -> Result<bool, StoreError> {
        if self.free_pages != FreePages::Unknown {
            return Ok(false);
        }
        self.free_pages = FreePages::Stay;
        erase::convert(self.background_connection()?)?;
        if open::is_incremental(self.background_connection()?)? {
            self.free_pages = FreePages::GoBack;
        }
        Ok(true)
    }

    /// A step of each chore that takes a few milliseconds only.
    pub(super) fn step_under_load(&mut self) -> Result<(), StoreError> {
        let step = self.clean_up(CleanupTime::Busy)?;
        let _more = self.give_back()?;
        if step == CleanupStep::Done {
            let indexed_to = self.indexed_to;
            self.indexed_to = index::step(self.background_connection()?, indexed_to)?.unwrap_or(indexed_to);
        }
        Ok(())
    }

    /// The connection, with commits that do not wait for the disk: all of this can be done again.
    pub(super) fn background_connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection()?;
        if self.waits {
            self.connection()?.pragma_update(None, "synchronous", "NORMAL")?;
            self.waits = false;
        }
        self.connection()
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        for _ in 0..MAX_LAST_STEPS {
            let more = match self.clean_up(CleanupTime::Last) {
                Ok(CleanupStep::Done) => self.give_back().unwrap_or(false),
                Ok(CleanupStep::More) => true,
                Ok(CleanupStep::Later) | Err(_) => false,
            };
            if !more {
                break;
            }
        }
    }
}
