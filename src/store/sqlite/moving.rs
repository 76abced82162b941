//! Two conversations with one peer become one: what was said in the one stands in the other from then on.

use rusqlite::Connection;

use super::{index, rows};
use crate::model::ConversationId;

type Sql<T> = rusqlite::Result<T>;

/// What came to `?2` as well: it stands there, or stood there.
const TWINS: &str = "SELECT f.id FROM message f WHERE f.conversation = ?1 AND f.direction = 0 AND f.uid IS NOT NULL \
     AND (EXISTS (SELECT 1 FROM message m WHERE m.conversation = ?2 AND m.uid = f.uid AND m.direction = 0) \
     OR EXISTS (SELECT 1 FROM seen s WHERE s.conversation = ?2 AND s.uid = f.uid))";

/// What is older than what a person has cleared in `?2`: it could not be seen there.
const HIDDEN: &str = "SELECT f.id FROM message f JOIN conversation c ON c.id = ?2 \
     WHERE f.conversation = ?1 AND f.id <= c.cleared_to";

/// Everything was read there up to here, unless something older waits to be read.
const READ: &str = "UPDATE conversation SET read_to = \
     max(read_to, coalesce((SELECT f.read_to FROM conversation f WHERE f.id = ?1), -1)) \
     WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation = ?2 AND m.direction = 0 \
     AND m.id > max(conversation.read_to, conversation.cleared_to))";

const SEEN: &str = "INSERT OR IGNORE INTO seen (conversation, uid, number, time) \
     SELECT ?2, uid, number + coalesce((SELECT max(number) FROM seen WHERE conversation = ?2), 0), time \
     FROM seen WHERE conversation = ?1";

/// Messages up to `indexed_to` are in the index of the search, under the conversation that they are in.
pub(super) fn move_messages(
    connection: &Connection,
    from: ConversationId,
    into: ConversationId,
    indexed_to: i64,
) -> Sql<()> {
    let both = (from.0, into.0);
    let run = |sql: &str| connection.prepare_cached(sql)?.execute(both).map(drop);
    run(READ)?;
    remove(connection, HIDDEN, (from.0, from.0))?;
    // What was cleared stays known. What is removed from here on and was confirmed to nobody may come once more.
    run(SEEN)?;
    remove(connection, TWINS, both)?;
    remove(connection, HIDDEN, both)?;
    let moved = found(connection, "SELECT id FROM message WHERE conversation = ?1", [from.0])?;
    run("UPDATE OR IGNORE outbox SET conversation = ?2 WHERE conversation = ?1")?;
    run("UPDATE message SET conversation = ?2 WHERE conversation = ?1")?;
    for id in moved.into_iter().filter(|id| *id <= indexed_to) {
        if let Some(message) = rows::stored(connection, id)? {
            index::replace(connection, &message)?;
        }
    }
    Ok(())
}

fn remove(connection: &Connection, sql: &str, both: (u32, u32)) -> Sql<()> {
    for id in found(connection, sql, both)? {
        index::remove(connection, id)?;
        let _row = connection.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}

fn found(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> Sql<Vec<i64>> {
    let mut ask = connection.prepare_cached(sql)?;
    let ids = ask.query_map(params, |row| Ok(rows::integer(row, 0)))?;
    ids.collect()
}
