//! Messages of ours that the peer has not kept yet: they survive the end of the program as what they are.

use rusqlite::Connection;

use super::rows;
use crate::model::history::{OutboxPage, OutboxQuery};
use crate::model::{ConversationId, Message, MessageId};

type Sql<T> = rusqlite::Result<T>;

/// The message is stored as it is here: whether the peer has to get it yet.
pub(super) fn note(connection: &Connection, message: &Message) -> Sql<()> {
    if !message.is_outgoing() || message.uid.is_none() {
        return Ok(());
    }
    let sql = if message.is_in_outbox() {
        "INSERT INTO outbox (conversation, message) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM outbox WHERE conversation = ?1 AND message = ?2"
    };
    let row = (message.conversation.0, rows::number(message.id));
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

/// The messages up to this one are gone: nothing of them can be written any more.
pub(super) fn remove(connection: &Connection, conversation: ConversationId, up_to: i64) -> Sql<()> {
    let sql = "DELETE FROM outbox WHERE conversation = ?1 AND message <= ?2";
    connection.prepare_cached(sql)?.execute((conversation.0, up_to)).map(drop)
}

pub(super) const FIRST: &str =
    "SELECT min(message) FROM outbox WHERE conversation = ?1 AND message BETWEEN 0 AND ?2";

/// The oldest message in it.
pub(super) fn first(connection: &Connection, conversation: ConversationId) -> Sql<Option<MessageId>> {
    let mut ask = connection.prepare_cached(FIRST)?;
    let first: Option<i64> = ask.query_row((conversation.0, rows::MAX_ID), |row| row.get(0))?;
    Ok(first.and_then(rows::message_id))
}

/// What the messages behind one are read with.
pub(super) fn behind() -> String {
    format!(
        "SELECT {} FROM outbox o CROSS JOIN message m ON m.id = o.message AND m.conversation = o.conversation \
         WHERE o.conversation = ?1 AND o.message > ?2 ORDER BY o.message",
        rows::COLUMNS
    )
}

pub(super) fn page(connection: &Connection, query: &OutboxQuery) -> Sql<OutboxPage> {
    let mut statement = connection.prepare_cached(&behind())?;
    let after = query.after.map_or(-1, rows::number);
    let found = statement.query_map((query.conversation.0, after), |row| Ok(rows::message(row)))?;
    let mut failed = None;
    let readable = found.map_while(|row| row.map_err(|error| failed = Some(error)).ok());
    let page = query.answer(readable.flatten().filter(|message| message.is_in_outbox()));
    failed.map_or(Ok(page), Err)
}
