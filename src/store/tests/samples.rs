//! Messages, and a history in a folder that vanishes with the test.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use tempfile::TempDir;

use crate::model::file::{FileFingerprint, FileSource};
use crate::model::history::{
    ConversationRecord, Page, PageAnchor, PageQuery, PeerKind, Purpose, SearchQuery, StoreCommand,
};
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{
    ConversationId, Direction, Fault, File, Files, Mark, Message, MessageId, TransferState, WallTime,
};
use crate::store::{Backend, Lock, OpenedBackend, Work, open};

pub(in crate::store) const ALEX: ConversationId = ConversationId(1);
pub(in crate::store) const MEI: ConversationId = ConversationId(2);

/// Where it comes from.
const SOURCE: &str = "192.168.1.20:8081";

/// 2026-11-21 in the morning.
pub(in crate::store) const NOW: WallTime = WallTime(1_795_250_000_000_000);

pub(in crate::store) fn private(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(path).map(drop)
}

/// A lock of nobody else's, for tests that open a history again as if its first program had been killed.
pub(in crate::store) fn a_lock() -> Lock {
    let folder = tempfile::tempdir().expect("a folder");
    Lock::take(&folder.path().join("history.lock"), private).expect("free")
}

pub(in crate::store) fn incoming(id: u64, conversation: ConversationId, text: &str) -> Message {
    Message {
        uid: None,
        about: None,
        quote: None,
        expires: None,
        files: Files::default(),
        id: MessageId(id),
        conversation,
        dialect: "udp".into(),
        time: WallTime(NOW.0 + i64::try_from(id).expect("small") * 1_000_000),
        direction: Direction::incoming(SOURCE.parse().expect("literal")),
        text: text.to_owned(),
        payload: Arc::from(text.as_bytes()),
    }
}

/// From a member of a room, by its name there.
pub(in crate::store) fn from_member(id: u64, room: ConversationId, name: &str, text: &str) -> Message {
    in_room(Some(name), MessageKind::Text, incoming(id, room, text))
}

/// Somebody came into a room.
pub(in crate::store) fn joining(id: u64, room: ConversationId, text: &str) -> Message {
    in_room(None, MessageKind::Joined, incoming(id, room, text))
}

fn in_room(name: Option<&str>, kind: MessageKind, message: Message) -> Message {
    let source = SOURCE.parse().expect("literal");
    let sender = name.map(Arc::from);
    let direction = Direction::Incoming { source, lossy: false, authenticated: false, sender, kind };
    Message { direction, ..message }
}

pub(in crate::store) fn outgoing(id: u64, conversation: ConversationId, text: &str) -> Message {
    let direction = Direction::Outgoing { kind: MessageKind::Text, mark: Mark::Sent, marked: NOW };
    Message { direction, ..incoming(id, conversation, text) }
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

pub(in crate::store) fn insert(message: &Message) -> StoreCommand {
    StoreCommand::Insert(Arc::new(message.clone()))
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

pub(in crate::store) fn show(conversation: ConversationId, at: PageAnchor, messages: usize) -> PageQuery {
    PageQuery { conversation, at, messages, purpose: Purpose::Show }
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

pub(in crate::store) fn lookup(typed: &str) -> SearchQuery {
    let search = Search::parse(typed, &TimeZone::UTC, NOW).expect("a search");
    SearchQuery { ticket: 7, search, within: None, before: None, limit: 50 }
}

pub(in crate::store) fn hits(backend: &mut dyn Backend, typed: &str) -> Vec<u64> {
    let found = backend.search(&lookup(typed)).expect("searched");
    assert_eq!(found.ticket, 7);
    found.hits.iter().map(|message| message.id.0).collect()
}

/// Does everything that can wait. Says what a person is told.
pub(in crate::store) fn rest(backend: &mut dyn Backend) -> Vec<&'static str> {
    let mut told = Vec::new();
    for _ in 0..100_000 {
        match backend.work() {
            Work::More => {}
            Work::Told(phrase) => told.push(phrase.key),
            Work::Done => return told,
        }
    }
    panic!("the work has no end");
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
