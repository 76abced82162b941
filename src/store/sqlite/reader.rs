//! The history for who only reads it: commands for scripts, also while the messenger runs. Nothing is created or
//! changed. What is due to be removed is left out.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::db::{FileReader, StoreError};
use super::schema::{self, HISTORY};
use super::{expiry, rows, search, start};
use crate::model::history::{ConversationRecord, SearchHits, SearchQuery};
use crate::model::{ConversationId, Message, MessageId, Phrase, WallTime};
use crate::store::Clock;

type Sql<T> = rusqlite::Result<T>;

/// Reads while somebody else may write.
#[derive(Debug)]
pub struct Reader {
    file: FileReader,
    clock: Clock,
}

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

impl Reader {
    /// Opens a history. `None`: there is none yet.
    pub fn open(path: &Path, clock: Clock) -> Result<Option<Self>, Phrase> {
        let file = FileReader::open(path, HISTORY, schema::adapt).map_err(|error| error.not_read())?;
        Ok(file.map(|file| Self { file, clock }))
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

    fn read<T>(&mut self, read: impl Fn(&Connection) -> Sql<T>) -> Result<T, Phrase> {
        let now = (self.clock)();
        let read = |connection: &Connection| {
            expiry::hide_due(connection, now)?;
            read(connection)
        };
        self.file.read(read).map_err(|error: StoreError| error.not_read())
    }
}

fn summaries(connection: &Connection) -> Sql<Vec<Summary>> {
    let moment = connection.unchecked_transaction()?;
    let mut summaries = Vec::new();
    for kept in start::kept(&moment)? {
        let mut ask = moment.prepare_cached(
            "SELECT count(*) - (SELECT count(*) FROM message WHERE conversation = ?1 AND id > c.cleared_to \
             AND kind IN (8, 9, 10, 12, 13)), min(m.id) FROM message m JOIN conversation c ON c.id = m.conversation \
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
