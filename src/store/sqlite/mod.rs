//! The backend that keeps the history in a file of SQLite.
//!
//! It owns the one connection that writes. What it cannot keep it says, and goes on: after any failure the next
//! change is tried anew.

mod change;
mod erase;
mod faults;
mod files;
mod import;
mod index;
mod merge;
mod open;
mod page;
mod reader;
mod rows;
mod schema;
mod search;
mod searcher;
mod start;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::{Backend, Found, Lock, Lookup, Memory, Op, Page, PageQuery, Private, Searcher, Work};
use crate::model::history::{Card, Remembered};
use crate::model::{ConversationId, Phrase, WallTime};
use erase::{Chores, Step, Traces};
use faults::Trouble;
pub use import::{Imported, import};
pub use reader::{Reader, Summary};
use searcher::Shared;

/// Steps of what is to be removed that are still taken when the program ends: about a second's. The next start
/// goes on.
const MAX_LAST_STEPS: usize = 200;

/// How often a start tries a file that another program holds, a quarter of a second each: without it the whole run
/// would keep nothing.
const MAX_STARTS: usize = 8;

/// What a start is given.
pub struct Opened {
    pub backend: Box<dyn Backend>,
    pub remembered: Remembered,
    /// What a person should know: the file was damaged, or nothing can be kept.
    pub told: Vec<Phrase>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { backend: _, remembered, told } = self;
        let mut shown = f.debug_struct("Opened");
        shown.field("remembered", remembered).field("told", told).finish_non_exhaustive()
    }
}

/// Opens the history, or begins one. Where none can be kept, memory takes its place.
///
/// The lock is held as long as the backend lives: nobody else may write meanwhile.
/// `private` creates a file that only the person can read and fails if there is one. `now` names a damaged file.
pub fn open(path: &Path, lock: Lock, private: Private, now: WallTime) -> Opened {
    let mut told = Vec::new();
    match Sqlite::start(path, private, now, &mut told) {
        Ok((mut sqlite, remembered)) => {
            sqlite.lock = Some(lock);
            Opened { backend: Box::new(sqlite), remembered, told }
        }
        Err(trouble) => {
            told.push(trouble.in_memory());
            Opened { backend: Box::new(Memory::default()), remembered: Remembered::default(), told }
        }
    }
}

struct Sqlite {
    path: PathBuf,
    private: Private,
    /// Nothing after a failure, until the next thing is asked for.
    connection: Option<Connection>,
    lock: Option<Lock>,
    /// Messages up to this one are in the index.
    indexed_to: i64,
    /// Whether a commit waits for the disk.
    waits: bool,
    chores: Chores,
    told: VecDeque<Phrase>,
    /// What a new file has to know if this one turns out to be damaged.
    cards: BTreeMap<ConversationId, Card>,
    last_message: i64,
    last_conversation: i64,
    /// The index has been made anew because of damage, and not all that can wait is done since: damage that this
    /// work meets again is not the index's.
    reindexed: bool,
    /// The time of the newest message: there is no clock here.
    newest: WallTime,
    shared: Arc<Shared>,
}

impl Sqlite {
    fn start(
        path: &Path,
        private: Private,
        now: WallTime,
        told: &mut Vec<Phrase>,
    ) -> Result<(Self, Remembered), Trouble> {
        let mut sqlite = Self {
            path: path.to_owned(),
            private,
            connection: None,
            lock: None,
            indexed_to: -1,
            waits: false,
            chores: Chores::default(),
            told: VecDeque::new(),
            cards: BTreeMap::new(),
            last_message: -1,
            last_conversation: -1,
            reindexed: false,
            newest: now,
            shared: Arc::default(),
        };
        let mut loaded = sqlite.load(now);
        for _ in 1..MAX_STARTS {
            if !matches!(loaded, Err(Trouble::Busy)) {
                break;
            }
            loaded = sqlite.load(now);
        }
        let remembered = match loaded {
            Err(Trouble::Damaged | Trouble::Index) => {
                sqlite.begin_anew()?;
                sqlite.load(now)
            }
            loaded => loaded,
        }?;
        told.extend(sqlite.told.drain(..));
        let cards = remembered.conversations.iter().map(|kept| (kept.card.conversation, kept.card.clone()));
        sqlite.cards = cards.collect();
        sqlite.last_message = remembered.last_message.map_or(-1, rows::number);
        sqlite.last_conversation = remembered.last_conversation.map_or(-1, |last| last.0.into());
        Ok((sqlite, remembered))
    }

    /// Opens the file, settles what the last run left behind, and reads what a start needs.
    fn load(&mut self, now: WallTime) -> Result<Remembered, Trouble> {
        let connection = self.connection()?;
        start::settle(connection, now)?;
        Ok(start::remembered(connection)?)
    }

    fn connection(&mut self) -> Result<&mut Connection, Trouble> {
        let connection = match self.connection.take() {
            // One that could not even give up a transaction that failed is of no use any more.
            Some(connection) if connection.is_autocommit() => connection,
            Some(_) | None => self.connect()?,
        };
        Ok(self.connection.insert(connection))
    }

    fn connect(&mut self) -> Result<Connection, Trouble> {
        let mut connection = open::writer(&self.path, self.private)?;
        if !index::is_current(&connection)? {
            index::begin_anew(&mut connection)?;
        }
        self.indexed_to = index::indexed_to(&connection)?;
        self.chores = erase::left(&connection)?;
        self.waits = false;
        self.shared.renew();
        Ok(connection)
    }

    fn try_commit(&mut self, ops: &[Op]) -> Result<(), Trouble> {
        let waits = ops.iter().any(|op| !op.is_bookkeeping());
        self.connection()?;
        if waits != self.waits {
            // A message is shown as kept after this, so it has to be on the disk; a draft may wait.
            self.connection()?.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" })?;
            self.waits = waits;
        }
        let indexed_to = self.indexed_to;
        Ok(change::commit(self.connection()?, ops, indexed_to)?)
    }

    /// What is remembered of changes that are lasting now.
    fn note(&mut self, op: &Op) {
        match op {
            Op::Insert(message) | Op::Keep(message) => {
                self.newest = message.time;
                self.last_message = self.last_message.max(rows::number(message.id));
                self.last_conversation = self.last_conversation.max(message.conversation.0.into());
            }
            Op::Know(card) => {
                self.last_conversation = self.last_conversation.max(card.conversation.0.into());
                self.cards.insert(card.conversation, card.clone());
            }
            Op::Clear { .. } => self.chores = Chores { rows: true, traces: Traces::Index },
            Op::Forget { conversation } => {
                self.cards.remove(conversation);
                self.chores = Chores { rows: true, traces: Traces::Index };
            }
            Op::Evict { conversation } => {
                self.cards.remove(conversation);
                self.chores.rows = true;
            }
            Op::Trim { .. } => self.chores.rows = true,
            Op::Replace(_) | Op::Read { .. } | Op::Draft { .. } | Op::Stand { .. } | Op::Open { .. } => {}
        }
    }

    /// Does what can be done about a failure. `true`: it is worth another try at once.
    fn mend(&mut self, trouble: &Trouble, only_index: bool) -> bool {
        match trouble {
            Trouble::Damaged if !only_index => self.begin_anew().is_ok(),
            Trouble::Damaged | Trouble::Index => self.reindex() || self.begin_anew().is_ok(),
            Trouble::Full | Trouble::Busy | Trouble::Interrupted | Trouble::Taken => false,
            // The connection may not be able to do anything any more; another one may. SQLite opens a file only
            // to be read when it gets no more, and never asks again.
            Trouble::Io | Trouble::ReadOnly | Trouble::CannotOpen | Trouble::Foreign | Trouble::Other(_) => {
                self.connection = None;
                false
            }
        }
    }

    /// Throws the index away; `work` makes it anew.
    fn reindex(&mut self) -> bool {
        let done = self.connection().is_ok_and(|connection| index::begin_anew(connection).is_ok());
        if done {
            self.reindexed = true;
            self.indexed_to = -1;
            self.told.push_back(Phrase::new("store-index-damaged"));
        }
        done
    }

    /// Moves the damaged file aside and begins another one, which knows the conversations and which ids are given.
    fn begin_anew(&mut self) -> Result<(), Trouble> {
        if let Some(connection) = self.connection.take() {
            open::abandon(connection);
        }
        let name = open::move_aside(&self.path, self.private, self.newest)?;
        self.told.push_back(Phrase::new("store-moved-aside").text("name", name));
        let connection = self.connect()?;
        for card in self.cards.values() {
            change::write_card(&connection, card)?;
        }
        schema::raise(&connection, "last_message", self.last_message)?;
        schema::raise(&connection, "last_conversation", self.last_conversation)?;
        self.connection = Some(connection);
        self.reindexed = false;
        Ok(())
    }

    /// Reads something; a damaged file is moved aside.
    fn read<T>(&mut self, read: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, Phrase> {
        let result = self.connection().and_then(|connection| Ok(read(connection)?));
        result.map_err(|trouble| {
            self.mend(&trouble, false);
            trouble.not_read()
        })
    }

    /// One step of what can wait: what is to be removed goes before what is to be found.
    fn step(&mut self) -> Result<Work, Trouble> {
        if self.shared.take_suspicion() && !self.reindexed {
            // The thread that searches met damage. If the index is to blame a new one is made; if not, filling it
            // meets the damage. Searches that had begun before are no reason to begin again.
            return if self.mend(&Trouble::Index, true) { Ok(Work::More) } else { Err(Trouble::Index) };
        }
        let mut chores = self.chores;
        let step = erase::step(self.quick()?, &mut chores, false);
        self.chores = chores;
        match step? {
            Step::More => return Ok(Work::More),
            // The index would be filled with what is about to be made anew.
            Step::Later => return Ok(Work::Done),
            Step::Done => {}
        }
        let indexed_to = self.indexed_to;
        if let Some(to) = index::step(self.quick()?, indexed_to)? {
            self.indexed_to = to;
            return Ok(Work::More);
        }
        self.reindexed = false;
        Ok(Work::Done)
    }

    /// The connection, with commits that do not wait for the disk: all of this can be done again.
    fn quick(&mut self) -> Result<&mut Connection, Trouble> {
        self.connection()?;
        if self.waits {
            self.connection()?.pragma_update(None, "synchronous", "NORMAL")?;
            self.waits = false;
        }
        self.connection()
    }
}

impl Backend for Sqlite {
    fn commit(&mut self, ops: &[Op]) -> Result<(), Phrase> {
        let mut result = self.try_commit(ops);
        if let Err(trouble) = &result
            && self.mend(&trouble.clone(), false)
        {
            result = self.try_commit(ops);
        }
        match result {
            Ok(()) => {
                for op in ops {
                    self.note(op);
                }
                Ok(())
            }
            Err(trouble) => Err(trouble.not_kept()),
        }
    }

    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase> {
        self.read(|connection| page::page(connection, query))
    }

    fn sent(&mut self, conversation: ConversationId, limit: usize) -> Result<Vec<String>, Phrase> {
        self.read(|connection| page::sent(connection, conversation, limit))
    }

    fn search(&mut self, lookup: &Lookup) -> Result<Found, Phrase> {
        let result = self.connection().and_then(|connection| Ok(search::search(connection, lookup)?));
        result.map_err(|trouble| {
            self.mend(&trouble, true);
            trouble.not_read()
        })
    }

    fn searcher(&self) -> Option<Box<dyn Searcher>> {
        Some(Box::new(searcher::Hunter::new(self.path.clone(), Arc::clone(&self.shared))))
    }

    fn work(&mut self) -> Work {
        if let Some(phrase) = self.told.pop_front() {
            return Work::Told(phrase);
        }
        match self.step() {
            Ok(work) => work,
            Err(Trouble::Damaged | Trouble::Index) if self.reindexed => {
                if self.begin_anew().is_ok() {
                    Work::More
                } else {
                    Work::Done
                }
            }
            Err(trouble) if self.mend(&trouble, true) => Work::More,
            // The disk is full, or the like: nothing of this is lost, and the next request asks for it again.
            Err(_) => Work::Done,
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        for _ in 0..MAX_LAST_STEPS {
            let mut chores = self.chores;
            let step = self.quick().and_then(|connection| Ok(erase::step(connection, &mut chores, true)?));
            self.chores = chores;
            if !matches!(step, Ok(Step::More)) {
                break;
            }
        }
    }
}
