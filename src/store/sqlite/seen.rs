//! Which messages have come, by their uids, also those that are gone since: a peer that does not know that we have one
//! writes it again.
//!
//! What is there is found there; what goes is noted by a trigger, whoever removes it, in a list of its conversation, so that
//! nobody can use up another one's. A message that comes costs the list nothing.

use rusqlite::Connection;

use super::super::{MAX_SEEN, SEEN_FOR};
use super::rows;
use crate::model::{ConversationId, Message};

type Sql<T> = rusqlite::Result<T>;

/// Notes what goes, for as long as this connection lasts: a trigger in the file itself would not be carried out, since anybody
/// may have written it. Each takes at most two old ones along, so that there are never more than [`MAX_SEEN`] of a conversation
/// or older ones than [`SEEN_FOR`], and a clock that is wrong for a moment does not forget all at once.
pub(super) fn follow_removals(connection: &Connection) -> Sql<()> {
    connection.execute_batch(&format!(
        "CREATE TEMP TRIGGER IF NOT EXISTS removed AFTER DELETE ON main.message WHEN old.uid IS NOT NULL AND old.direction = 0 BEGIN
            INSERT OR IGNORE INTO seen (conversation, uid, number, time)
                SELECT id, old.uid, coalesce((SELECT max(number) FROM seen WHERE conversation = id), 0) + 1, old.time
                FROM conversation WHERE id = old.conversation AND old.id > forgotten_to;
            DELETE FROM seen WHERE conversation = old.conversation AND uid IN
                (SELECT uid FROM seen WHERE conversation = old.conversation ORDER BY number LIMIT 2)
                AND (number <= (SELECT max(number) FROM seen WHERE conversation = old.conversation) - {MAX_SEEN}
                    OR time < old.time - {SEEN_FOR});
        END"
    ))
}

/// Whether the message has not come before; one without a uid never has. What is stored under its own id is the message
/// itself, as when a group is carried out again.
pub(super) fn is_new(connection: &Connection, message: &Message) -> Sql<bool> {
    let Some(uid) = message.incoming_uid() else { return Ok(true) };
    let mut ask = connection.prepare_cached(CAME)?;
    Ok(!ask.exists((message.conversation.0, uid.0, rows::number(message.id)))?)
}

pub(super) const CAME: &str = "
SELECT 1 FROM message m WHERE m.conversation = ?1 AND m.uid = ?2 AND m.id <> ?3 AND m.direction = 0
    AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = ?1 AND c.forgotten_to >= m.id)
UNION ALL SELECT 1 FROM seen WHERE conversation = ?1 AND uid = ?2
";

/// The message has come, and is not kept.
pub(super) fn note(connection: &Connection, message: &Message) -> Sql<()> {
    let Some(uid) = message.incoming_uid() else { return Ok(()) };
    connection.prepare_cached(NOTE)?.execute((message.conversation.0, uid.0, message.time.0)).map(drop)
}

pub(super) const NOTE: &str = "
INSERT OR IGNORE INTO seen (conversation, uid, number, time)
VALUES (?1, ?2, coalesce((SELECT max(number) FROM seen WHERE conversation = ?1), 0) + 1, ?3)
";

/// The conversation is gone.
pub(super) fn forget(connection: &Connection, conversation: ConversationId) -> Sql<()> {
    connection.prepare_cached("DELETE FROM seen WHERE conversation = ?1")?.execute([conversation.0]).map(drop)
}
