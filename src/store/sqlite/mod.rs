//! The backend that keeps the history in a file of SQLite.
//!
//! It owns the one connection that writes. What it cannot keep it says, and goes on: after any failure the next
//! change is tried anew.

mod amend;
mod change;
mod cleanup;
mod db_file;
mod erase;
mod expiry;
mod files;
mod import;
mod index;
mod merge;
mod moving;
mod open;
mod outbox;
mod page;
mod prefetch;
mod reader;
mod rows;
mod schema;
mod search;
mod searcher;
mod seed;
mod seen;
mod start;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::db::{Residue, StoreError};
use super::{
    Backend, ExpiredPart, FreeSpace, Lock, Memory, OutboxPage, OutboxQuery, Page, PageQuery, Private,
    SearchHits, SearchQuery, Searcher, StoreCommand, StoreEvent, Work,
};
use crate::model::history::StoreSnapshot;
use crate::model::{ConversationId, Phrase, WallTime};
use db_file::DbFile;
use erase::{CleanupTasks, FreePages};
pub use import::{Imported, import};
pub use reader::{Reader, Summary};
use searcher::SearchSignals;
use seed::Seed;

/// How often a start tries a file that another program holds, a quarter of a second each: without it the whole run
/// would keep nothing.
const MAX_STARTS: usize = 8;

/// What a start is given.
pub struct OpenedBackend {
    pub backend: Box<dyn Backend>,
    pub remembered: StoreSnapshot,
    /// What a person should know: the file was damaged, or nothing can be kept.
    pub told: Vec<Phrase>,
}

impl std::fmt::Debug for OpenedBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { backend: _, remembered, told } = self;
        let mut shown = f.debug_struct("OpenedBackend");
        shown.field("remembered", remembered).field("told", told).finish_non_exhaustive()
    }
}

/// Opens the history, or begins one. Where none can be kept, memory takes its place.
///
/// The lock is held as long as the backend lives: nobody else may write meanwhile.
/// `private` creates a file that only the person can read and fails if there is one. `now` names a damaged file.
pub fn open(path: &Path, lock: Lock, private: Private, now: WallTime) -> OpenedBackend {
    let mut sqlite = Sqlite::new(path, private, now);
    match sqlite.start(now) {
        Ok(remembered) => {
            sqlite.lock = Some(lock);
            let told = sqlite.told.drain(..).collect();
            OpenedBackend { backend: Box::new(sqlite), remembered, told }
        }
        Err(error) => {
            let (backend, told) = (Box::new(Memory::default()), vec![error.in_memory()]);
            OpenedBackend { backend, remembered: StoreSnapshot::default(), told }
        }
    }
}

struct Sqlite {
    file: DbFile,
    /// Nothing after a failure, until the next thing is asked for.
    connection: Option<Connection>,
    lock: Option<Lock>,
    /// Messages up to this one are in the index.
    indexed_to: i64,
    /// Whether a commit waits for the disk.
    waits: bool,
    cleanup: CleanupTasks,
    free_pages: FreePages,
    told: VecDeque<Phrase>,
    news: VecDeque<StoreEvent>,
    seed: Seed,
    /// The file was gone; why, until a new one has begun.
    gone: Option<Phrase>,
    /// The index has been made anew because of damage, and not all that can wait is done since: damage that this
    /// work meets again is not the index's.
    reindexed: bool,
    /// The time of the newest message: there is no clock here.
    newest: WallTime,
    /// What was due then could not be removed, and is not shown.
    hidden_to: Option<WallTime>,
    shared: Arc<SearchSignals>,
}

impl Sqlite {
    fn new(path: &Path, private: Private, now: WallTime) -> Self {
        Self {
            file: DbFile::new(path, private),
            connection: None,
            lock: None,
            indexed_to: -1,
            waits: false,
            cleanup: CleanupTasks::default(),
            free_pages: FreePages::Unknown,
            told: VecDeque::new(),
            news: VecDeque::new(),
            seed: Seed::new(),
            gone: None,
            reindexed: false,
            newest: now,
            hidden_to: None,
            shared: Arc::default(),
        }
    }

    /// Reads what a start needs; a damaged file is moved aside.
    fn start(&mut self, now: WallTime) -> Result<StoreSnapshot, StoreError> {
        let mut loaded = self.load(now);
        for _ in 1..MAX_STARTS {
            if !matches!(loaded, Err(StoreError::Busy)) {
                break;
            }
            loaded = self.load(now);
        }
        let remembered = match loaded {
            Err(StoreError::Damaged | StoreError::Index) => {
                self.recreate()?;
                self.load(now)
            }
            loaded => loaded,
        }?;
        self.seed = Seed::of(&remembered);
        Ok(remembered)
    }

    /// Opens the file, settles what the last run left behind, and reads what a start needs.
    fn load(&mut self, now: WallTime) -> Result<StoreSnapshot, StoreError> {
        let connection = self.connection()?;
        start::settle(connection, now)?;
        let expired = expiry::expire_all(connection, now).map_err(StoreError::from);
        // A full disk is no reason to do without the history: the app asks again.
        self.hidden_to = matches!(expired, Err(StoreError::Full)).then_some(now);
        expired.or_else(|error| if matches!(error, StoreError::Full) { Ok(()) } else { Err(error) })?;
        Ok(start::remembered(self.connection()?)?)
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        if self.file.is_gone() {
            let connection = self.connection.take();
            self.shared.renew();
            self.gone = Some(self.file.abandon(connection, self.newest)?);
        } else if self.file.has_lost_log() {
            // The lost log can be read as long as it is open: all of it goes into the file, and another log begins.
            self.shared.renew();
            self.connection.take_if(|connection| open::empty_log(connection).is_ok_and(|whole| whole));
        }
        let connection = match self.connection.take() {
            // One that could not even give up a transaction that failed is of no use any more.
            Some(connection) if connection.is_autocommit() => connection,
            Some(_) | None => self.connect()?,
        };
        Ok(self.connection.insert(connection))
    }

    fn connect(&mut self) -> Result<Connection, StoreError> {
        let mut connection = open::writer(&self.file.path, self.file.private)?;
        self.file.adopt();
        if self.gone.is_some() {
            self.seed.plant(&connection)?;
            self.news.extend(self.gone.take().map(StoreEvent::BegunAnew));
        }
        index::prepare(&mut connection)?;
        self.indexed_to = index::indexed_to(&connection)?;
        self.cleanup = erase::left(&connection)?;
        if open::is_incremental(&connection)? {
            self.free_pages = FreePages::GoBack;
        }
        self.waits = false;
        self.shared.renew();
        Ok(connection)
    }

    fn try_commit(&mut self, ops: &[StoreCommand]) -> Result<Vec<usize>, StoreError> {
        let waits = ops.iter().any(|op| !op.is_bookkeeping());
        self.connection()?;
        if waits != self.waits {
            // A message is shown as kept after this, so it has to be on the disk; a draft may wait.
            self.connection()?.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" })?;
            self.waits = waits;
        }
        let indexed_to = self.indexed_to;
        let mut known = change::commit(self.connection()?, ops, indexed_to)?;
        if self.file.is_gone() {
            // The file was removed during the commit: the new file takes the changes.
            known = change::commit(self.connection()?, ops, -1)?;
        } else if self.file.has_lost_log() {
            self.connection()?;
        }
        Ok(known)
    }

    /// What is remembered of changes that are lasting now.
    fn note(&mut self, op: &StoreCommand) {
        self.seed.note(op);
        match op {
            StoreCommand::Insert(message) | StoreCommand::Keep(message) => {
                self.newest = if message.id.is_backfilled() { self.newest } else { message.time };
            }
            StoreCommand::Clear { .. } | StoreCommand::Forget { .. } => {
                self.cleanup = CleanupTasks { rows: true, residue: Residue::Index };
            }
            StoreCommand::Evict { .. }
            | StoreCommand::Merge { .. }
            | StoreCommand::Trim { .. }
            | StoreCommand::Know(_)
            | StoreCommand::Replace(_)
            | StoreCommand::Read { .. }
            | StoreCommand::PeerRead { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Stand { .. }
            | StoreCommand::Session { .. }
            | StoreCommand::Unheard { .. }
            | StoreCommand::Open { .. } => {}
        }
    }

    /// Does what can be done about a failure. `true`: it is worth another try at once.
    fn recover(&mut self, error: &StoreError, only_index: bool) -> bool {
        match error {
            StoreError::Damaged if !only_index => self.recreate().is_ok(),
            StoreError::Damaged | StoreError::Index => self.reindex() || self.recreate().is_ok(),
            StoreError::Full | StoreError::Busy | StoreError::Interrupted | StoreError::Taken => false,
            // The connection may not be able to do anything any more; another one may. SQLite opens a file only
            // to be read when it gets no more, and never asks again.
            StoreError::Io
            | StoreError::ReadOnly
            | StoreError::CannotOpen
            | StoreError::Foreign
            | StoreError::Other(_) => {
                self.connection = None;
                false
            }
        }
    }

    /// Throws the index away; `work` makes it anew.
    fn reindex(&mut self) -> bool {
        let done = self.connection().is_ok_and(|connection| index::reset(connection).is_ok());
        if done {
            self.reindexed = true;
            self.indexed_to = -1;
            self.told.push_back(Phrase::new("store-index-damaged"));
        }
        done
    }

    /// Moves the damaged file aside and begins another one, which knows the conversations and which ids are given.
    fn recreate(&mut self) -> Result<(), StoreError> {
        if let Some(connection) = self.connection.take() {
            open::abandon(connection);
        }
        let name = open::move_aside(&self.file.path, self.file.private, "damaged", self.newest)?;
        self.told.push_back(Phrase::new("store-moved-aside").text("name", name));
        let connection = self.connect()?;
        self.seed.plant(&connection)?;
        self.connection = Some(connection);
        self.reindexed = false;
        Ok(())
    }

    /// Reads something; a damaged file is moved aside.
    fn read<T>(&mut self, read: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, Phrase> {
        let result = self.connection().and_then(|connection| Ok(read(connection)?));
        result.map_err(|error| {
            self.recover(&error, false);
            error.not_read()
        })
    }
}

impl Backend for Sqlite {
    fn commit(&mut self, ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase> {
        let mut result = self.try_commit(ops);
        if let Err(error) = &result
            && self.recover(&error.clone(), false)
        {
            result = self.try_commit(ops);
        }
        match result {
            Ok(known) => {
                for op in ops {
                    self.note(op);
                }
                self.news.extend(self.file.low().map(StoreEvent::DiskLow));
                Ok(known)
            }
            Err(error) => Err(error.not_kept()),
        }
    }

    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase> {
        let hidden_to = self.hidden_to;
        self.read(|connection| page::page(connection, query, hidden_to))
    }

    fn outbox(&mut self, query: &OutboxQuery) -> Result<OutboxPage, Phrase> {
        self.read(|connection| page::outbox_page(connection, query))
    }

    fn expire(&mut self, now: WallTime) -> Result<ExpiredPart, Phrase> {
        let result = self.background_connection().and_then(|connection| Ok(expiry::step(connection, now)?));
        let is_all = result.as_ref().is_ok_and(|expired| expired.next.is_none_or(|next| next > now));
        self.hidden_to = (!is_all).then_some(now);
        result.map_err(|error| {
            self.recover(&error, false);
            error.not_kept()
        })
    }

    fn sent(&mut self, conversation: ConversationId, limit: usize) -> Result<Vec<String>, Phrase> {
        self.read(|connection| page::sent(connection, conversation, limit))
    }

    fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        let result = self.connection().and_then(|connection| Ok(search::search(connection, lookup)?));
        result.map_err(|error| {
            self.recover(&error, true);
            error.not_read()
        })
    }

    fn searcher(&self) -> Option<Box<dyn Searcher>> {
        Some(Box::new(searcher::SqliteSearcher::new(self.file.path.clone(), Arc::clone(&self.shared))))
    }

    fn news(&mut self) -> Option<StoreEvent> {
        self.news.pop_front()
    }

    fn check_file(&mut self) {
        if self.file.is_gone() || self.file.has_lost_log() {
            // If no other can begin, the next change says so.
            let _begun = self.connection().is_ok();
        }
    }

    fn watch_space(&mut self, free_space: FreeSpace) {
        self.file.watch_space(free_space);
        self.news.extend(self.file.low().map(StoreEvent::DiskLow));
    }

    fn work_under_load(&mut self) {
        // What it meets, `work` and the next change meet as well.
        let _done = self.step_under_load().is_ok();
    }

    fn work(&mut self) -> Work {
        if let Some(phrase) = self.told.pop_front() {
            return Work::Told(phrase);
        }
        match self.step() {
            Ok(work) => work,
            Err(StoreError::Damaged | StoreError::Index) if self.reindexed => {
                if self.recreate().is_ok() {
                    Work::More
                } else {
                    Work::Done
                }
            }
            Err(error) if self.recover(&error, true) => Work::More,
            // The disk is full, or the like: nothing of this is lost, and the next request asks for it again.
            Err(_) => Work::Done,
        }
    }
}
