//! Messages, and a history in a folder that vanishes with the test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

pub(in crate::store) use super::super::messages::*;
use crate::model::file::{FileFingerprint, FileSource};
use crate::model::history::{ConversationRecord, Page, PageAnchor, PeerKind};
use crate::model::{ConversationId, Fault, File, Files, Message, TransferState};
use crate::store::{Backend, Lock, OpenedBackend, open};

/// A lock of nobody else's, for tests that open a history again as if its first program had been killed.
pub(in crate::store) fn a_lock() -> Lock {
    let folder = tempfile::tempdir().expect("a folder");
    Lock::take(&folder.path().join("history.lock"), private).expect("free")
}

/// A file or folder of every fate.
pub(in crate::store) fn files() -> Files {
    let fates = [
        TransferState::Offered,
        TransferState::Moving,
        TransferState::Done { path: "/home/a b/x \"1\".bin".to_owned() },
        TransferState::Declined,
        TransferState::Stopped { bytes: 0 },
        TransferState::Broken { fault: Fault::Disk { code: "ENOSPC".into() }, bytes: u64::MAX },
        TransferState::Withdrawn,
    ];
    let file =
        |(state, size)| File { name: format!("文件 {size}\u{202e}\n"), size, folder: size % 2 == 0, state };
    Files::new(fates.into_iter().zip(u64::MAX - 9..).map(file).collect())
}

/// A message that offers a file and a folder of ours.
pub(in crate::store) fn offering(id: u64, conversation: ConversationId) -> Message {
    let source = |name: &str, entries| FileSource {
        path: Path::new("/home/a \"b\"").join(name).into(),
        name: name.to_owned(),
        size: 12,
        modified: -3,
        stamp: FileFingerprint { device: u64::MAX, inode: 7, modified: 1_790_000_000_123_456_789 },
        entries,
    };
    let sources = [source("文.txt", None), source("tree", Some(Arc::from([])))];
    let file = |source: &FileSource| File {
        name: source.name.clone(),
        size: source.size,
        folder: source.entries.is_some(),
        state: TransferState::Offered,
    };
    let files = Files::new(sources.iter().map(file).collect()).with_sources(Arc::from(sources));
    Message { files, ..outgoing(id, conversation, "look") }
}

pub(in crate::store) fn card(conversation: ConversationId, name: &str, address: &str) -> ConversationRecord {
    let (name, address) = (name.to_owned(), address.to_owned());
    ConversationRecord {
        conversation,
        name,
        address,
        kind: PeerKind::Contact,
        known: true,
        aside: false,
        joined: false,
        trust: None,
    }
}

pub(in crate::store) fn page(
    backend: &mut dyn Backend,
    conversation: ConversationId,
    at: PageAnchor,
) -> Page {
    backend.page(&show(conversation, at, 1_000)).expect("read")
}

pub(in crate::store) fn ids(page: &Page) -> Vec<u64> {
    page.messages.iter().map(|message| message.id.0).collect()
}

pub(in crate::store) fn hits(backend: &mut dyn Backend, typed: &str) -> Vec<u64> {
    let found = backend.search(&lookup(typed)).expect("searched");
    assert_eq!(found.ticket, 7);
    found.hits.iter().map(|message| message.id.0).collect()
}

pub(in crate::store) struct Profile {
    folder: TempDir,
}

impl Profile {
    pub(in crate::store) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(in crate::store) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(in crate::store) fn path(&self) -> PathBuf {
        self.folder.path().join("history.db")
    }

    pub(in crate::store) fn open(&self) -> OpenedBackend {
        open(&self.path(), a_lock(), private, NOW)
    }

    /// Opens it where nothing can be wrong.
    pub(in crate::store) fn backend(&self) -> Box<dyn Backend> {
        let opened = self.open();
        assert_eq!(opened.told, []);
        opened.backend
    }

    pub(in crate::store) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }

    /// The files of the history that hold these bytes. What SQLite shares between processes has no content.
    pub(in crate::store) fn holding(&self, needle: &str) -> Vec<String> {
        let holds = |name: &String| {
            let bytes = fs::read(self.folder().join(name)).expect("a file");
            bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        };
        self.names().into_iter().filter(|name| !name.ends_with("-shm")).filter(holds).collect()
    }

    /// All runs of so many small letters in all files.
    pub(in crate::store) fn letters(&self, count: usize) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for name in self.names() {
            let bytes = fs::read(self.folder().join(name)).expect("a file");
            for run in bytes.split(|byte| !byte.is_ascii_lowercase()) {
                found.extend(run.windows(count).map(|word| String::from_utf8_lossy(word).into_owned()));
            }
        }
        found
    }
}

/// Counts what is written into a file of SQLite.
pub(in crate::store) struct PageCounter(rusqlite::Connection);

impl PageCounter {
    pub(in crate::store) fn new(file: &Path) -> Self {
        Self(rusqlite::Connection::open(file).expect("opened"))
    }

    /// Pages since the last count.
    pub(in crate::store) fn count(&self) -> i64 {
        self.0.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1)).expect("counted")
    }
}
