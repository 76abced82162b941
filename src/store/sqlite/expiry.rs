//! Removes messages whose time has come, with what was said about them, or hides them where nothing may be removed.
//!
//! What has not gone out yet stays until it has. Which uids have come stays known, see `seen`.

use std::sync::Arc;

use rusqlite::Connection;

use super::{index, rows, schema};
use crate::model::history::ExpiredPart;
use crate::model::{Message, WallTime};

type Sql<T> = rusqlite::Result<T>;

/// Messages of one step, and their bytes: what takes a few milliseconds.
const MAX_STEP: usize = 200;
const MAX_STEP_BYTES: usize = 256 * 1024;

/// Nothing else could send a message of ours, or what we have said about one: it waits for that.
const OWED: &str = "((m.mark IS 0 AND m.uid IS NULL) \
     OR EXISTS (SELECT 1 FROM outbox o WHERE o.conversation = m.conversation AND o.message = m.id) \
     OR EXISTS (SELECT 1 FROM main.message c CROSS JOIN outbox o ON o.conversation = c.conversation AND o.message = c.id \
     WHERE c.conversation = m.conversation AND c.about = m.uid AND c.kind IN (8, 9, 10, 12, 13)))";

/// What is not to be shown, where what is due then could not be removed.
pub(super) fn hidden(now: WallTime) -> String {
    format!("(m.expires IS NOT NULL AND m.expires <= {} AND NOT {OWED})", now.0)
}

/// What is due and owed to nobody, the first first.
pub(super) fn due_sql() -> String {
    format!(
        "SELECT {} FROM message m INDEXED BY expiring WHERE m.expires <= ?1 AND NOT {OWED} ORDER BY m.expires",
        rows::COLUMNS
    )
}

/// When the first message behind `?1` is due.
pub(super) const NEXT: &str =
    "SELECT expires FROM message INDEXED BY expiring WHERE expires > ?1 ORDER BY expires LIMIT 1";

const ANY_DUE: &str = "SELECT 1 FROM message INDEXED BY expiring WHERE expires <= ?1 LIMIT 1";

/// The same, whatever hides it.
const ANY_STORED_DUE: &str = "SELECT 1 FROM main.message INDEXED BY expiring WHERE expires <= ?1 LIMIT 1";

/// A change stands as long as the message that it is about: without it older words would come back.
const STAYS: &str = "UPDATE message SET expires = NULL WHERE id = ?1 AND EXISTS \
     (SELECT 1 FROM message t WHERE t.conversation = ?2 AND t.uid = ?3 AND t.kind NOT IN (8, 9, 10, 12, 13))";
const ALL_STAY: &str = "UPDATE message SET expires = NULL WHERE conversation = ?1 AND about = ?2 \
     AND kind IN (8, 9, 10, 12, 13) AND expires IS NOT NULL";

/// What was said about a message of this name, once there is none.
const ORPHANS: &str = "DELETE FROM message WHERE conversation = ?1 AND about = ?2 AND kind IN (8, 9, 10, 12, 13) AND NOT EXISTS \
     (SELECT 1 FROM message t WHERE t.conversation = ?1 AND t.uid = ?2 AND t.kind NOT IN (8, 9, 10, 12, 13))";

/// What was written for a message that is gone is a draft by itself.
const DRAFTS: &str = "UPDATE conversation SET reply_message = nullif(reply_message, ?2), \
     edit_message = nullif(edit_message, ?2) WHERE id = ?1 AND (reply_message = ?2 OR edit_message = ?2)";

/// Hides what is due and owed to nobody, and what was said about it, from whoever reads by this connection: nobody has removed
/// it yet.
pub(super) fn hide_due(connection: &Connection, now: WallTime) -> Sql<()> {
    if !schema::has_column(connection, "expires")?
        || !connection.prepare_cached(ANY_STORED_DUE)?.exists([now.0])?
    {
        return Ok(());
    }
    let due = format!("m.expires <= {} AND NOT {OWED}", now.0);
    connection.execute_batch(&format!(
        "DROP VIEW IF EXISTS temp.message; \
         CREATE TEMP VIEW message AS SELECT * FROM main.message v WHERE NOT (v.expires IS NOT NULL AND EXISTS \
         (SELECT 1 FROM main.message m WHERE m.id = v.id AND {due})) AND NOT (v.kind IN (8, 9, 10, 12, 13) AND EXISTS \
         (SELECT 1 FROM main.message m WHERE m.conversation = v.conversation AND m.uid = v.about \
         AND m.kind NOT IN (8, 9, 10, 12, 13) AND {due}))"
    ))
}

/// A message was stored: a change goes with the message that it is about, whichever came first.
pub(super) fn follow_target(connection: &Connection, message: &Message) -> Sql<()> {
    let conversation = message.conversation.0;
    if !message.is_change() {
        let Some(uid) = message.uid else { return Ok(()) };
        return connection.prepare_cached(ALL_STAY)?.execute((conversation, uid.0)).map(drop);
    }
    let Some(about) = message.about.filter(|_| message.expires.is_some()) else { return Ok(()) };
    let params = (rows::number(message.id), conversation, about.0);
    connection.prepare_cached(STAYS)?.execute(params).map(drop)
}

/// Removes all that is due, before anything of it is shown.
pub(super) fn expire_all(connection: &mut Connection, now: WallTime) -> Sql<()> {
    while expire(connection, now)?.next.is_some_and(|next| next <= now) {}
    Ok(())
}

/// Removes a step's worth of what is due, and merges a step's worth of the index that it was removed from.
pub(super) fn step(connection: &mut Connection, now: WallTime) -> Sql<ExpiredPart> {
    let expired = expire(connection, now)?;
    let _more = index::merge(connection)?;
    Ok(expired)
}

/// Removes a step's worth of what is due. Merging can wait where somebody waits for all of it to be removed.
pub(super) fn expire(connection: &mut Connection, now: WallTime) -> Sql<ExpiredPart> {
    let transaction = connection.transaction()?;
    let due = due(&transaction, now)?;
    if !due.is_empty() {
        schema::note_last_message(&transaction)?;
    }
    due.iter().try_for_each(|(id, message)| remove(&transaction, *id, message.as_deref()))?;
    let is_all = due.len() < MAX_STEP && weight(&due) < MAX_STEP_BYTES;
    let next = if is_all { next_after(&transaction, now)? } else { Some(now) };
    let owed = is_all && transaction.prepare_cached(ANY_DUE)?.exists([now.0])?;
    transaction.commit()?;
    Ok(ExpiredPart { messages: due.into_iter().filter_map(|(_, message)| message).collect(), next, owed })
}

/// Messages with their ids; `None`: one that cannot be read goes all the same.
type Due = (i64, Option<Arc<Message>>);

fn weight(due: &[Due]) -> usize {
    due.iter().filter_map(|(_, message)| message.as_ref()).map(|message| message.weight()).sum()
}

fn due(connection: &Connection, now: WallTime) -> Sql<Vec<Due>> {
    let mut statement = connection.prepare_cached(&due_sql())?;
    let mut found = statement.query([now.0])?;
    let (mut due, mut bytes) = (Vec::new(), 0_usize);
    while due.len() < MAX_STEP && bytes < MAX_STEP_BYTES {
        let Some(row) = found.next()? else { break };
        let message = rows::message(row);
        bytes = bytes.saturating_add(message.as_ref().map_or(0, |message| message.weight()));
        due.push((rows::integer(row, 0), message));
    }
    Ok(due)
}

fn remove(connection: &Connection, id: i64, message: Option<&Message>) -> Sql<()> {
    index::remove(connection, id)?;
    let _row = connection.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    let Some(message) = message else { return Ok(()) };
    let conversation = message.conversation.0;
    if let Some(uid) = message.uid.filter(|_| !message.is_change()) {
        let _rows = connection.prepare_cached(ORPHANS)?.execute((conversation, uid.0))?;
    }
    connection.prepare_cached(DRAFTS)?.execute((conversation, id)).map(drop)
}

/// When the first message is due, whether that is past or not.
pub(super) fn next(connection: &Connection) -> Sql<Option<WallTime>> {
    next_after(connection, WallTime(i64::MIN))
}

fn next_after(connection: &Connection, after: WallTime) -> Sql<Option<WallTime>> {
    use rusqlite::OptionalExtension as _;
    let mut ask = connection.prepare_cached(NEXT)?;
    ask.query_row([after.0], |row| Ok(WallTime(rows::integer(row, 0)))).optional()
}
