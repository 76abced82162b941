//! The index of the search, which follows the messages at a distance: new ones are indexed while nothing else is
//! to be done, and whatever reaches less far than the messages is made up for by the search itself.

use rusqlite::{Connection, Row, Transaction};

use super::{amend, rows, schema};
use crate::model::search::{INDEX_VERSION, index_text};
use crate::model::{ConversationId, Message};

type Sql<T> = rusqlite::Result<T>;

/// One step takes a few milliseconds: so many messages, or so many bytes of words.
const MAX_STEP: usize = 100;
const MAX_STEP_BYTES: usize = 32 * 1024;

/// A message as the index has it.
struct IndexEntry {
    id: i64,
    body: String,
    place: String,
}

/// The token that stands for a conversation.
pub(super) fn conversation_token(conversation: ConversationId) -> String {
    format!("c{}", conversation.0)
}

pub(super) const FROM_THEM: &str = "i";
pub(super) const FROM_US: &str = "o";

fn place(conversation: ConversationId, outgoing: bool) -> String {
    let direction = if outgoing { FROM_US } else { FROM_THEM };
    format!("{} {direction}", conversation_token(conversation))
}

/// Up to which message everything is in the index.
pub(super) fn indexed_to(connection: &Connection) -> Sql<i64> {
    Ok(schema::setting(connection, "indexed_to")?.unwrap_or(-1))
}

/// Whether the words in the index are the ones that searches look for.
pub(super) fn is_current(connection: &Connection) -> Sql<bool> {
    Ok(schema::setting(connection, "index_version")? == Some(INDEX_VERSION.into()))
}

/// Throws the index away; it is filled again step by step.
pub(super) fn reset(connection: &mut Connection) -> Sql<()> {
    let transaction = connection.transaction()?;
    empty(&transaction)?;
    transaction.commit()
}

/// The same as a part of a transaction.
pub(super) fn empty(transaction: &Transaction<'_>) -> Sql<()> {
    transaction.execute_batch(schema::REINDEX)?;
    transaction.execute_batch(schema::INDEX)?;
    schema::stamp_index(transaction)
}

/// Indexes a message anew that has another text now, or that came late. Nobody looks for the words of a program that
/// came into a room. What changes a message is found with that one.
pub(super) fn replace(connection: &Connection, message: &Message) -> Sql<()> {
    let id = rows::number(message.id);
    remove(connection, id)?;
    if message.is_event() || message.is_change() {
        return Ok(());
    }
    let body = index_text(&amend::words(connection, message)?);
    add(connection, &IndexEntry { id, body, place: place(message.conversation, message.is_outgoing()) })
}

pub(super) fn remove(connection: &Connection, id: i64) -> Sql<()> {
    connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([id]).map(drop)
}

fn add(connection: &Connection, entry: &IndexEntry) -> Sql<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO search (rowid, body, place) VALUES (?1, ?2, ?3)")?;
    statement.execute((entry.id, &entry.body, &entry.place)).map(drop)
}

/// Indexes the next messages. Says up to which one, or nothing when there are none.
pub(super) fn step(connection: &mut Connection, indexed_to: i64) -> Sql<Option<i64>> {
    let (entries, last) = next(connection, indexed_to)?;
    let Some(last) = last else { return Ok(None) };
    let transaction = connection.transaction()?;
    entries.iter().try_for_each(|entry| add(&transaction, entry))?;
    schema::set(&transaction, "indexed_to", last)?;
    transaction.commit()?;
    Ok(Some(last))
}

/// The next messages to be indexed, and the last that was looked at. What has been cleared is not indexed any more, and
/// words of joining never.
fn next(connection: &Connection, indexed_to: i64) -> Sql<(Vec<IndexEntry>, Option<i64>)> {
    let mut statement = connection.prepare_cached(
        "SELECT m.id, m.conversation, m.direction, m.text, m.id > c.cleared_to AND m.kind NOT IN (1, 8, 9, 10, 11, 12), m.uid \
         FROM message m LEFT JOIN conversation c ON c.id = m.conversation WHERE m.id > ?1 AND m.id <= ?2 ORDER BY m.id",
    )?;
    let mut found = statement.query([indexed_to, rows::MAX_ID])?;
    let (mut entries, mut last, mut bytes) = (Vec::new(), None, 0_usize);
    while entries.len() < MAX_STEP && bytes < MAX_STEP_BYTES {
        let Some(row) = found.next()? else { break };
        last = Some(rows::integer(row, 0));
        if let Some(entry) = entry(connection, row)? {
            bytes = bytes.saturating_add(entry.body.len());
            entries.push(entry);
        }
    }
    Ok((entries, last))
}

fn entry(connection: &Connection, row: &Row<'_>) -> Sql<Option<IndexEntry>> {
    let conversation = rows::conversation_id(rows::integer(row, 1)).filter(|_| rows::integer(row, 4) != 0);
    let Some(conversation) = conversation else { return Ok(None) };
    let (id, outgoing) = (rows::integer(row, 0), rows::integer(row, 2) == rows::OUTGOING);
    let named = row.get_ref(5)?.as_blob().is_ok();
    let words = match rows::stored(connection, id)?.filter(|_| named) {
        Some(message) => amend::words(connection, &message)?,
        None => rows::text(row, 3),
    };
    Ok(Some(IndexEntry { id, body: index_text(&words), place: place(conversation, outgoing) }))
}
