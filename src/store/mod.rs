//! The history behind one interface, on a thread of its own.
//!
//! A message is shown as received, and sent to the network, only after [`StoreEvent::Committed`] came back
//! for it. What the backend is nobody outside this folder can tell.

mod conversation_log;
mod db;
mod lock;
mod memory;
mod related;
mod room_log;
mod search_thread;
mod seen;
mod sieve;
mod sqlite;
mod thread;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(any(test, fuzzing))]
#[path = "tests/messages.rs"]
#[cfg_attr(not(test), expect(dead_code, reason = "the fuzzer needs less of it"))]
#[expect(clippy::expect_used, clippy::panic, reason = "tests have them, too")]
mod messages;
#[cfg(test)]
mod tests;
#[cfg(any(test, fuzzing))]
#[path = "tests/twins.rs"]
#[expect(clippy::panic, reason = "a difference is the failure of a test")]
mod twins;

use std::io;
use std::path::Path;

use crate::model::{ConversationId, Phrase, WallTime};

pub use crate::model::history::{
    ExpiredPart, OutboxPage, OutboxQuery, Page, PageQuery, SearchHits, SearchQuery, StoreCommand, StoreEvent,
};
pub use lock::{Lock, LockError};
pub use memory::Memory;
pub use room_log::{
    ArchiveError, ImportedRooms, RemovedMessages, RoomArchiver, RoomFilter, RoomHits, RoomLog, RoomLogReader,
    RoomLogThread, RoomMember, RoomMessage, RoomRemoval, RoomSearch, RoomSummary,
};
pub use sqlite::{Imported, OpenedBackend, Reader, Summary, import, open};
pub use thread::{MAX_IN_FLIGHT, StoreHandle};

/// Creates a file that only the person can read; fails with `AlreadyExists` if there is one. The store cannot
/// know how a system says that.
pub type Private = fn(&Path) -> io::Result<()>;

/// Bytes that may still be written in a folder before the disk has less free than is to stay so.
pub type FreeSpace = fn(&Path) -> io::Result<u64>;

/// Tells the time to whoever reads.
pub type Clock = fn() -> WallTime;

/// Messages of one conversation that are known by their uids although they may be gone, and for how long, in
/// microseconds. What came longer ago no peer writes again: it has either heard that we have it or lost it.
const MAX_SEEN: usize = 100_000;
const SEEN_FOR: i64 = 400 * 86_400 * 1_000_000;

/// Where the history is kept.
pub trait Backend: Send {
    /// Makes all of `ops` lasting, or none of them. A message is lasting when it survives the end of the
    /// program by any cause; what is only bookkeeping may wait for the next message. Says which of `ops`, by their places
    /// in rising order, are messages that came before: of them nothing was done. What a failing disk refuses is none of it
    /// promised, and all of it may turn out to be there.
    fn commit(&mut self, ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase>;

    /// A part of a conversation.
    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase>;

    /// A part of what is to be sent in a conversation and has not been kept by the peer.
    fn outbox(&mut self, query: &OutboxQuery) -> Result<OutboxPage, Phrase>;

    /// Removes some of the messages that are due by now, with what was said about them, and says which. Their uids stay known.
    fn expire(&mut self, now: WallTime) -> Result<ExpiredPart, Phrase>;

    /// The last texts that were sent in a conversation, oldest first; one that was sent several times in a row
    /// stands once, and files without a word and changes of other messages not at all.
    fn sent(&mut self, conversation: ConversationId, limit: usize) -> Result<Vec<String>, Phrase>;

    /// Messages that match.
    fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase>;

    /// A way to search on another thread, so that no message waits for it. Without one `search` is asked.
    fn searcher(&self) -> Option<Box<dyn Searcher>> {
        None
    }

    /// Whether everything is gone when the program ends.
    fn forgets(&self) -> bool {
        false
    }

    /// One step of work that can wait, of a few milliseconds: asked for while nothing else is to be done.
    fn work(&mut self) -> Work {
        Work::Done
    }

    /// The same after each group of changes, whatever waits: without it a flood would leave no moment for it. Nothing
    /// that takes longer than a step.
    fn work_under_load(&mut self) {}

    /// What the app has to know before anything else is answered.
    fn news(&mut self) -> Option<StoreEvent> {
        None
    }

    /// Looks whether what was kept is still there.
    fn check_file(&mut self) {}

    /// From now on it says when the disk gets low.
    fn watch_space(&mut self, _room: FreeSpace) {}
}

/// Whether there is more work that can wait.
#[derive(Debug)]
pub enum Work {
    More,
    Done,
    /// Something was found out that a person should know.
    Told(Phrase),
}

/// Searches while the backend goes on.
pub trait Searcher: Send {
    /// `None`: it was interrupted.
    fn search(&mut self, lookup: &SearchQuery) -> Result<Option<SearchHits>, Phrase>;

    /// Makes a running search end at once when called; to be kept by another thread.
    fn interrupter(&self) -> Box<dyn Fn() + Send>;
}

/// Keeps nothing, for who only looks at what goes by; what goes by twice is told apart all the same.
#[derive(Debug, Default)]
pub struct Discard {
    seen: seen::SeenMessages,
}

impl Backend for Discard {
    fn commit(&mut self, ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase> {
        let mut known = Vec::new();
        for (place, op) in ops.iter().enumerate() {
            if let StoreCommand::Forget { conversation } | StoreCommand::Evict { conversation } = op {
                self.seen.forget(*conversation);
            }
            if let StoreCommand::Merge { from, into } = op {
                self.seen.merge(*from, into.conversation);
            }
            if op.arrival().is_some_and(|message| !self.seen.note(message)) {
                known.push(place);
            }
        }
        Ok(known)
    }

    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase> {
        Ok(Page { query: *query, messages: Vec::new(), related: Vec::new(), older: false, newer: false })
    }

    fn outbox(&mut self, query: &OutboxQuery) -> Result<OutboxPage, Phrase> {
        Ok(OutboxPage { query: *query, messages: Vec::new(), more: false })
    }

    fn expire(&mut self, _now: WallTime) -> Result<ExpiredPart, Phrase> {
        Ok(ExpiredPart::default())
    }

    fn sent(&mut self, _conversation: ConversationId, _limit: usize) -> Result<Vec<String>, Phrase> {
        Ok(Vec::new())
    }

    fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        Ok(SearchHits { ticket: lookup.ticket, hits: Vec::new(), more: false })
    }
}
