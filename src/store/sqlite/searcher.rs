//! Searches on a connection of their own, for another thread: it reads while the backend writes.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, InterruptHandle, OpenFlags};

use super::super::db::{StoreError, reader};
use super::super::{SearchHits, SearchQuery, Searcher};
use super::search;
use crate::model::Phrase;

/// What the backend and the searches tell each other.
#[derive(Debug, Default)]
pub(super) struct SearchSignals {
    /// Goes up when the file under that name may be another one.
    file: AtomicU64,
    /// A search met damage.
    suspicion: AtomicBool,
}

impl SearchSignals {
    pub(super) fn renew(&self) {
        let _before = self.file.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn take_suspicion(&self) -> bool {
        self.suspicion.swap(false, Ordering::Relaxed)
    }
}

pub(super) struct SqliteSearcher {
    path: PathBuf,
    shared: Arc<SearchSignals>,
    /// With the number of the file it reads.
    connection: Option<(u64, Connection)>,
    interrupts: Arc<Interrupts>,
}

/// The way to end a search from another thread.
#[derive(Default)]
struct Interrupts {
    /// Of the connection that is open.
    handle: Mutex<Option<InterruptHandle>>,
    /// So many times it was used: an interrupted index gives all kinds of errors.
    count: AtomicU64,
}

impl SqliteSearcher {
    pub(super) fn new(path: PathBuf, shared: Arc<SearchSignals>) -> Self {
        Self { path, shared, connection: None, interrupts: Arc::default() }
    }

    fn connection(&mut self) -> Result<&Connection, StoreError> {
        let file = self.shared.file.load(Ordering::Relaxed);
        let connection = match self.connection.take() {
            Some((read, connection)) if read == file => connection,
            Some(_) | None => {
                let connection = reader(&self.path, OpenFlags::empty())?;
                if let Ok(mut handle) = self.interrupts.handle.lock() {
                    *handle = Some(connection.get_interrupt_handle());
                }
                connection
            }
        };
        Ok(&self.connection.insert((file, connection)).1)
    }

    fn look(&mut self, lookup: &SearchQuery) -> Result<SearchHits, StoreError> {
        Ok(search::search(self.connection()?, lookup)?)
    }
}

impl Searcher for SqliteSearcher {
    fn search(&mut self, lookup: &SearchQuery) -> Result<Option<SearchHits>, Phrase> {
        let before = self.interrupts.count.load(Ordering::Relaxed);
        let result = self.look(lookup);
        // Where the end of the transaction was interrupted too, the connection would keep the log from being cut.
        if self.connection.as_ref().is_some_and(|(_, connection)| !connection.is_autocommit()) {
            self.connection = None;
        }
        match result {
            Ok(found) => Ok(Some(found)),
            Err(_) if before != self.interrupts.count.load(Ordering::Relaxed) => Ok(None),
            Err(error) => {
                self.connection = None;
                if matches!(error, StoreError::Damaged | StoreError::Index) {
                    self.shared.suspicion.store(true, Ordering::Relaxed);
                }
                Err(error.not_read())
            }
        }
    }

    fn interrupter(&self) -> Box<dyn Fn() + Send> {
        let interrupts = Arc::clone(&self.interrupts);
        Box::new(move || {
            let _before = interrupts.count.fetch_add(1, Ordering::Relaxed);
            if let Ok(handle) = interrupts.handle.lock()
                && let Some(handle) = &*handle
            {
                handle.interrupt();
            }
        })
    }
}
