//! The history for who only reads it: commands for scripts, also while the messenger runs. Nothing is created or
//! changed. What is due to be removed is left out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags};

use super::super::db::{StoreError, beside, reader};
use super::schema::{self, FileFormat};
use super::{expiry, rows, search, start};
use crate::model::history::{ConversationRecord, SearchHits, SearchQuery};
use crate::model::{ConversationId, Message, MessageId, Phrase, WallTime};
use crate::store::Clock;

type Sql<T> = rusqlite::Result<T>;

/// Reads while somebody else may write.
pub struct Reader {
    path: PathBuf,
    connection: Connection,
    /// How the file looked when it was opened as one that nobody writes; `None`: it is read with its log.
    alone: Option<Stamp>,
    clock: Clock,
}

/// What changes when somebody begins to write.
type Stamp = (u64, Option<SystemTime>, bool);

/// What the history holds of one conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub card: ConversationRecord,
    pub messages: u64,
    /// Incoming messages that were not seen.
    pub unread: u32,
    /// When its oldest and its newest message were received or written.
    pub first: Option<WallTime>,
    pub last: Option<WallTime>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens a history. `None`: there is none yet.
    pub fn open(path: &Path, clock: Clock) -> Result<Option<Self>, Phrase> {
        match path.metadata() {
            Ok(file) if file.len() > 0 || has_log(path) => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::from(error).not_read()),
        }
        let (connection, alone) = connect(path).map_err(|error| error.not_read())?;
        match schema::format(&connection) {
            Ok(FileFormat::Ours(0)) => Ok(None),
            Ok(FileFormat::Ours(_)) => Ok(Some(Self { path: path.to_owned(), connection, alone, clock })),
            Ok(FileFormat::Foreign) => Err(StoreError::Foreign.not_read()),
            Err(error) => Err(StoreError::from(error).not_read()),
        }
    }

    /// All conversations, in the order of their ids.
    pub fn list(&mut self) -> Result<Vec<Summary>, Phrase> {
        self.read(summaries)
    }

    /// The conversations about whose keys a person has decided anything, in the order of their ids.
    pub fn decided(&mut self) -> Result<Vec<ConversationRecord>, Phrase> {
        self.read(decided)
    }

    /// Messages that match.
    pub fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        self.read(|connection| search::search(connection, lookup))
    }

    /// The next messages behind `after`, of one conversation or of all, in the order of their ids.
    pub fn walk(
        &mut self,
        conversation: Option<ConversationId>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, Phrase> {
        let after = after.map_or(-1, rows::number);
        self.read(|connection| walk(connection, conversation, after, limit))
    }

    /// Reads something. If meanwhile somebody has begun to write, what was read may be of two minds: it is read
    /// once more, with the log.
    fn read<T>(&mut self, read: impl Fn(&Connection) -> Sql<T>) -> Result<T, Phrase> {
        let now = (self.clock)();
        let read = |connection: &Connection| {
            expiry::hide_due(connection, now)?;
            read(connection)
        };
        let result = read(&self.connection);
        let result = if self.alone.is_none_or(|alone| stamp(&self.path) == alone) {
            result.map_err(StoreError::from)
        } else {
            connect(&self.path).and_then(|(connection, alone)| {
                self.alone = alone;
                self.connection = connection;
                Ok(read(&self.connection)?)
            })
        };
        result.map_err(|error| error.not_read())
    }
}

fn has_log(path: &Path) -> bool {
    beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0)
}

fn stamp(path: &Path) -> Stamp {
    let file = path.metadata().ok();
    let len = file.as_ref().map_or(0, std::fs::Metadata::len);
    (len, file.and_then(|file| file.modified().ok()), beside(path, "-wal").symlink_metadata().is_ok())
}

/// With a log somebody writes, or was killed: it has to be read too. Without one SQLite would create it, so the
/// file is read as one that never changes; as it is where SQLite needs a file and may not create it.
fn connect(path: &Path) -> Result<(Connection, Option<Stamp>), StoreError> {
    let before = stamp(path);
    let (_, _, log) = before;
    if log {
        let connection = reader(path, OpenFlags::empty())?;
        match schema::format(&connection).map_err(StoreError::from) {
            Err(StoreError::CannotOpen | StoreError::ReadOnly) => {}
            Err(error) => return Err(error),
            Ok(_) => return adapted(connection, None),
        }
    }
    let uri = format!("file:{}?immutable=1", in_uri(path));
    let connection = reader(Path::new(&uri), OpenFlags::SQLITE_OPEN_URI)?;
    adapted(connection, Some(before))
}

fn adapted(connection: Connection, alone: Option<Stamp>) -> Result<(Connection, Option<Stamp>), StoreError> {
    schema::adapt(&connection)?;
    Ok((connection, alone))
}

/// A path as a part of a URI: everything but letters and digits stands as a number.
fn in_uri(path: &Path) -> String {
    let spell = |byte: &u8| match byte {
        b'/' | b'.' | b'-' | b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_encoded_bytes().iter().map(spell).collect()
}

fn summaries(connection: &Connection) -> Sql<Vec<Summary>> {
    let moment = connection.unchecked_transaction()?;
    let mut summaries = Vec::new();
    for kept in start::kept(&moment)? {
        let mut ask = moment.prepare_cached(
            "SELECT count(*) - (SELECT count(*) FROM message WHERE conversation = ?1 AND id > c.cleared_to \
             AND kind IN (8, 9, 10, 12)), min(m.id) FROM message m JOIN conversation c ON c.id = m.conversation \
             WHERE m.conversation = ?1 AND m.id > c.cleared_to",
        )?;
        let (messages, first) = ask.query_row([kept.card.conversation.0], |row| {
            Ok((rows::integer(row, 0), rows::integer(row, 1)))
        })?;
        let messages = u64::try_from(messages).unwrap_or_default();
        let last = kept.newest.map_or(first, rows::number);
        let ends = (messages > 0).then_some((first, last));
        let (first, last) = match ends {
            Some((first, last)) => (Some(time(&moment, first)?), Some(time(&moment, last)?)),
            None => (None, None),
        };
        summaries.push(Summary { card: kept.card, messages, unread: kept.unread, first, last });
    }
    Ok(summaries)
}

fn decided(connection: &Connection) -> Sql<Vec<ConversationRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, address, standing, known, trust FROM conversation \
         WHERE NOT forgotten AND trust <> '' ORDER BY id",
    )?;
    let found = statement.query_map([], |row| Ok(start::card(row)))?;
    Ok(found.collect::<Sql<Vec<_>>>()?.into_iter().flatten().collect())
}

fn time(connection: &Connection, id: i64) -> Sql<WallTime> {
    let mut ask = connection.prepare_cached("SELECT time FROM message WHERE id = ?1")?;
    ask.query_row([id], |row| Ok(WallTime(rows::integer(row, 0))))
}

fn walk(
    connection: &Connection,
    conversation: Option<ConversationId>,
    after: i64,
    limit: usize,
) -> Sql<Vec<Arc<Message>>> {
    let filter = if conversation.is_some() { "m.conversation = ?2" } else { "?2 IS NULL" };
    let sql = format!(
        "SELECT {} FROM message m CROSS JOIN conversation c ON c.id = m.conversation \
         WHERE m.id > ?1 AND m.id > c.cleared_to AND {filter} ORDER BY m.id",
        rows::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query((after, conversation.map(|conversation| conversation.0)))?;
    let mut messages = Vec::new();
    while messages.len() < limit {
        let Some(row) = found.next()? else { break };
        messages.extend(rows::message(row));
    }
    Ok(messages)
}
