//! Which messages have come, by their uids, also those that are gone since: a peer that does not know that we have one
//! writes it again.
//!
//! A conversation has its own list, so nobody can use up another one's. What has come is numbered, so that the oldest are
//! found without counting.

use rusqlite::Connection;

use super::super::{MAX_SEEN, SEEN_FOR};
use super::rows;
use crate::model::{ConversationId, Message};

type Sql<T> = rusqlite::Result<T>;

/// The message has come; one without a uid is always new. `false`: it came before, and is not what is stored under its
/// id, as when a group is carried out again.
pub(super) fn note(connection: &Connection, message: &Message) -> Sql<bool> {
    let Some(uid) = message.incoming_uid() else { return Ok(true) };
    let mut add = connection.prepare_cached(ADD)?;
    if add.execute((message.conversation.0, uid.0, message.time.0))? > 0 {
        expire(connection, message)?;
        return Ok(true);
    }
    let mut ask = connection.prepare_cached(STORED)?;
    ask.exists((rows::number(message.id), message.conversation.0, uid.0))
}

pub(super) const ADD: &str = "
INSERT INTO seen (conversation, uid, number, time)
VALUES (?1, ?2, coalesce((SELECT max(number) FROM seen WHERE conversation = ?1), 0) + 1, ?3)
ON CONFLICT (conversation, uid) DO NOTHING
";

/// Whether it is stored under this id.
const STORED: &str =
    "SELECT 1 FROM message WHERE id = ?1 AND conversation = ?2 AND uid = ?3 AND direction = 0";

/// With each new one at most two old ones go: so it never gets more, and a clock that is wrong for a moment does not
/// forget all at once. Without being told SQLite looks at all that came in the conversation.
pub(super) const EXPIRE: &str = "
DELETE FROM seen INDEXED BY seen_number WHERE conversation = ?1
AND number IN (SELECT number FROM seen WHERE conversation = ?1 ORDER BY number LIMIT 2)
AND (number <= (SELECT max(number) FROM seen WHERE conversation = ?1) - ?2 OR time < ?3)
";

fn expire(connection: &Connection, newest: &Message) -> Sql<()> {
    let oldest = newest.time.0.saturating_sub(SEEN_FOR);
    let most = i64::try_from(MAX_SEEN).unwrap_or(i64::MAX);
    connection.prepare_cached(EXPIRE)?.execute((newest.conversation.0, most, oldest)).map(drop)
}

/// The conversation is gone.
pub(super) fn forget(connection: &Connection, conversation: ConversationId) -> Sql<()> {
    connection.prepare_cached("DELETE FROM seen WHERE conversation = ?1")?.execute([conversation.0]).map(drop)
}
