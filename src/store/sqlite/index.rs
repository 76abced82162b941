//! What of the messages goes into the index of the search, see `db/search_index`.

use rusqlite::{Connection, Row};

use super::super::db::{self, MAX_STEP, MAX_STEP_BYTES};
pub(super) use super::super::db::{empty, indexed_to, merge, prepare, remove, reset};
use super::{amend, rows};
use crate::model::search::index_text;
use crate::model::{ConversationId, Message};

type Sql<T> = rusqlite::Result<T>;

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

fn add(connection: &Connection, entry: &IndexEntry) -> Sql<()> {
    db::add(connection, entry.id, &entry.body, &entry.place)
}

/// Indexes the next messages, once there is nothing to merge. Says up to which one, or nothing when all is done.
pub(super) fn step(connection: &mut Connection, indexed_to: i64) -> Sql<Option<i64>> {
    if merge(connection)? {
        return Ok(Some(indexed_to));
    }
    let (entries, last) = next(connection, indexed_to)?;
    let Some(last) = last else { return Ok(None) };
    let transaction = connection.transaction()?;
    entries.iter().try_for_each(|entry| add(&transaction, entry))?;
    db::note_indexed(&transaction, last)?;
    transaction.commit()?;
    Ok(Some(last))
}

/// The next messages to be indexed, and the last that was looked at. What has been cleared is not indexed any more, and
/// words of joining never.
fn next(connection: &Connection, indexed_to: i64) -> Sql<(Vec<IndexEntry>, Option<i64>)> {
    let mut statement = connection.prepare_cached(
        "SELECT m.id, m.conversation, m.direction, m.text, m.id > c.cleared_to AND m.kind NOT IN (1, 8, 9, 10, 11, 12), m.uid, m.files \
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
    // What was said about it, or what it offers, is in its whole.
    let is_whole = row.get_ref(5)?.as_blob().is_ok() || row.get_ref(6)?.as_bytes().is_ok();
    let whole = if is_whole { rows::stored(connection, id)? } else { None };
    let words = match whole {
        Some(message) => amend::words(connection, &message)?,
        None => rows::text(row, 3),
    };
    Ok(Some(IndexEntry { id, body: index_text(&words), place: place(conversation, outgoing) }))
}
