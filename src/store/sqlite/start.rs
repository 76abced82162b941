//! What a start reads of the history.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::super::related;
use super::amend::NamedMessages;
use super::{expiry, outbox, rows, schema};
use crate::model::backfill::MAX_SESSION_STATE;
use crate::model::history::{
    ConversationRecord, QuotaEntry, ScrollPosition, StoreSnapshot, StoredConversation,
};
use crate::model::{
    ConversationId, Draft, EditDraft, KeyEpoch, LastWords, Message, MessageId, SessionState, Uid, WallTime,
};

type Sql<T> = rusqlite::Result<T>;

/// Unread messages that are counted in one conversation. Nobody reads so many, and counting them in each of
/// hundreds would keep a start waiting.
const MAX_UNREAD: i64 = 9_999;

/// Messages that are looked at for the newest that came.
const MAX_LATELY: i64 = 100;

/// Messages of strangers that are looked at: the quota of all of them, with room for a flood that ended before
/// it was trimmed.
const MAX_HELD: i64 = 20_000;

/// Messages whose files are taken up again: several times the offers that can stand at once.
const MAX_UNFINISHED: i64 = 256;

/// Pointers to messages, and what stands for none: whatever is no id of ours becomes that. A text would hide all
/// that ever comes; a number near the end would leave no ids to give.
const POINTERS: [(&str, &str); 7] = [
    ("cleared_to", "-1"),
    ("read_to", "-1"),
    ("reading_message", "NULL"),
    ("peer_read", "-1"),
    ("reply_message", "NULL"),
    ("edit_message", "NULL"),
    ("unheard_message", "NULL"),
];

/// Makes sense of the numbers that ids are counted by.
pub(super) fn settle_numbers(connection: &Connection) -> Sql<()> {
    for (column, none) in POINTERS {
        let sql = format!(
            "UPDATE conversation SET {column} = {none} \
             WHERE typeof({column}) NOT IN ('integer', 'null') OR {column} NOT BETWEEN -1 AND ?1"
        );
        let _rows = connection.execute(&sql, [rows::MAX_ID])?;
    }
    let backfilled = rows::number(MessageId(MessageId::ARRIVALS - MessageId::BACKFILL));
    let bounds = [
        ("last_message", rows::MAX_ID),
        ("last_conversation", rows::MAX_CONVERSATION.into()),
        (schema::BACKFILLED, backfilled),
    ];
    let sql =
        "DELETE FROM setting WHERE key = ?1 AND (typeof(value) <> 'integer' OR value NOT BETWEEN -1 AND ?2)";
    bounds.into_iter().try_for_each(|bound| connection.execute(sql, bound).map(drop))
}

pub(super) const INTERRUPT: &str =
    "UPDATE message SET mark = ?1, reason = 'interrupted', marked = ?2 WHERE mark = 0 AND uid IS NULL";

/// A message that was waiting when a run ended may have gone out or not. One with a uid waits on: the peer tells it from
/// its double.
pub(super) fn settle(connection: &Connection, now: WallTime) -> Sql<()> {
    settle_numbers(connection)?;
    connection.execute(INTERRUPT, (rows::FAILED, now.0)).map(drop)
}

pub(super) fn remembered(connection: &Connection) -> Sql<StoreSnapshot> {
    let mut conversations = kept(connection)?;
    for kept in &mut conversations {
        kept.session = session(connection, kept.card.conversation)?;
        kept.unheard = unheard(connection, kept.card.conversation)?;
    }
    let open = schema::setting(connection, "open")?.and_then(rows::conversation_id);
    let open = open.filter(|id| conversations.iter().any(|one| one.card.conversation == *id));
    Ok(StoreSnapshot {
        open,
        last_message: last_message(connection)?,
        first_backfilled: first_backfilled(connection)?,
        last_conversation: last_conversation(connection)?,
        held: held(connection)?,
        unfinished: unfinished(connection)?,
        next_expiry: expiry::next(connection)?,
        conversations,
    })
}

pub(super) fn unfinished_sql() -> String {
    format!(
        "SELECT {} FROM message m CROSS JOIN conversation c ON c.id = m.conversation \
         WHERE {} AND m.id > c.cleared_to AND NOT c.forgotten ORDER BY m.id DESC LIMIT ?1",
        rows::COLUMNS,
        schema::IS_UNFINISHED
    )
}

fn unfinished(connection: &Connection) -> Sql<Vec<Arc<Message>>> {
    let mut statement = connection.prepare(&unfinished_sql())?;
    let mut found = statement.query([MAX_UNFINISHED])?;
    let mut messages = Vec::new();
    while let Some(row) = found.next()? {
        messages.extend(rows::message(row));
    }
    messages.reverse();
    Ok(messages)
}

fn last_message(connection: &Connection) -> Sql<Option<MessageId>> {
    let sql = "SELECT max(coalesce((SELECT max(id) FROM message WHERE id <= ?1), -1), \
               coalesce((SELECT max(max(read_to, cleared_to, peer_read)) FROM conversation), -1))";
    let last = connection.query_row(sql, [rows::MAX_ID], |row| Ok(rows::integer(row, 0)))?;
    let counter = schema::setting(connection, "last_message")?.unwrap_or(-1);
    Ok(rows::message_id(last.max(counter)))
}

fn first_backfilled(connection: &Connection) -> Sql<Option<MessageId>> {
    let given = u64::try_from(schema::backfilled(connection)?).unwrap_or_default();
    Ok(MessageId::ARRIVALS.checked_sub(given).map(MessageId).filter(|id| given > 0 && id.is_backfilled()))
}

/// What the engine of a conversation wants back.
fn session(connection: &Connection, conversation: ConversationId) -> Sql<Option<SessionState>> {
    let sql = "SELECT session FROM conversation WHERE id = ?1 AND typeof(session) = 'blob' AND length(session) <= ?2";
    let read = |row: &Row<'_>| row.get::<_, Vec<u8>>(0);
    let found =
        connection.prepare_cached(sql)?.query_row((conversation.0, MAX_SESSION_STATE), read).optional()?;
    Ok(found.map(|state| SessionState(state.into())))
}

/// The message that nobody listened to.
fn unheard(connection: &Connection, conversation: ConversationId) -> Sql<Option<MessageId>> {
    let sql = "SELECT unheard_message FROM conversation WHERE id = ?1 AND unheard_message > cleared_to";
    let found = connection.prepare_cached(sql)?.query_row([conversation.0], |row| Ok(pointer(row, 0)));
    found.optional().map(Option::flatten)
}

pub(super) fn last_conversation(connection: &Connection) -> Sql<Option<ConversationId>> {
    let sql = "SELECT coalesce(max(id), -1) FROM conversation WHERE id <= ?1";
    let last = connection.query_row(sql, [rows::MAX_CONVERSATION], |row| Ok(rows::integer(row, 0)))?;
    let counter = schema::setting(connection, "last_conversation")?.unwrap_or(-1);
    Ok(rows::conversation_id(last.max(counter)))
}

/// A card, from columns `id, name, address, standing, known, trust`.
pub(super) fn card(row: &Row<'_>) -> Option<ConversationRecord> {
    Some(ConversationRecord {
        conversation: rows::conversation_id(rows::integer(row, 0))?,
        name: rows::text(row, 1),
        address: rows::text(row, 2),
        kind: rows::peer_kind(rows::integer(row, 3)),
        known: rows::integer(row, 4) != 0,
        aside: rows::integer(row, 4) == rows::ASIDE,
        joined: rows::integer(row, 4) == rows::IN_ROOM,
        trust: rows::trust(row, 5),
    })
}

/// All conversations, in the order of their ids.
pub(super) fn kept(connection: &Connection) -> Sql<Vec<StoredConversation>> {
    let mut statement = connection.prepare(
        "SELECT id, name, address, standing, known, trust, cleared_to, read_to, draft, reading_message, \
         reading_row, peer_read, reply_message, edit_message, edit_text FROM conversation WHERE NOT forgotten ORDER BY id",
    )?;
    let mut found = statement.query([])?;
    let mut conversations = Vec::new();
    while let Some(row) = found.next()? {
        let Some(card) = card(row) else { continue };
        let (cleared_to, read_to) = (rows::integer(row, 6), rows::integer(row, 7));
        let (unread, first_unread) = unread(connection, card.conversation, read_to.max(cleared_to))?;
        let ConversationEnd { newest, last, heard } = end(connection, card.conversation, cleared_to)?;
        conversations.push(StoredConversation {
            newest,
            last,
            unread,
            first_unread,
            heard,
            peer_read: rows::message_id(rows::integer(row, 11)),
            draft: draft(row, cleared_to),
            reading: spot(row).filter(|spot| rows::number(spot.message) > cleared_to),
            outbox: outbox::first(connection, card.conversation)?,
            epoch: epoch(connection, card.conversation, cleared_to)?,
            session: None,
            unheard: None,
            cleared: cleared_to >= 0,
            card,
        });
    }
    Ok(conversations)
}

/// What was written for a message that is gone is not lost, if nothing else is written.
fn draft(row: &Row<'_>, cleared_to: i64) -> Draft {
    let (text, edited) = (rows::text(row, 8), rows::text(row, 14));
    let message = |column| pointer(row, column).filter(|message| rows::number(*message) > cleared_to);
    let edit = message(13).filter(|_| !edited.is_empty());
    if edit.is_none() && text.is_empty() {
        return Draft { text: edited, ..Draft::EMPTY };
    }
    let edit = edit.map(|message| EditDraft { message, text: edited });
    Draft { text, reply: message(12), edit }
}

fn spot(row: &Row<'_>) -> Option<ScrollPosition> {
    Some(ScrollPosition {
        message: pointer(row, 9)?,
        row: u32::try_from(rows::integer(row, 10)).unwrap_or_default(),
    })
}

/// A pointer to a message; `None`: to none.
fn pointer(row: &Row<'_>, column: usize) -> Option<MessageId> {
    row.get::<_, Option<i64>>(column).ok().flatten().and_then(rows::message_id)
}

/// What is known of the end of a conversation.
#[derive(Default)]
struct ConversationEnd {
    newest: Option<MessageId>,
    last: Option<Box<LastWords>>,
    heard: Option<Uid>,
}

/// The newest message says nearly always all of it.
fn end(connection: &Connection, conversation: ConversationId, after: i64) -> Sql<ConversationEnd> {
    let sql = format!(
        "SELECT {} FROM message m WHERE m.conversation = ?1 AND m.id > ?2 AND m.id <= ?3 AND {} \
         ORDER BY m.id DESC LIMIT 1",
        rows::COLUMNS,
        rows::NO_CHANGE
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let params = (conversation.0, after, rows::MAX_ID);
    let read = |row: &Row<'_>| Ok((rows::message_id(rows::integer(row, 0)), rows::message(row)));
    let Some((newest, message)) = statement.query_row(params, read).optional()? else {
        return Ok(ConversationEnd::default());
    };
    let said = match message.filter(|message| !message.is_event()) {
        Some(said) => Some(said),
        None => lately(connection, conversation, after)?,
    };
    let heard = match &said {
        Some(said) if said.is_incoming() => said.uid,
        Some(_) => heard(connection, conversation, after)?,
        None => None,
    };
    let last = said.map(|said| standing(connection, &said)).transpose()?.flatten();
    Ok(ConversationEnd { newest, last, heard })
}

/// What was said last, with the words that stand for it.
fn standing(connection: &Connection, said: &Message) -> Sql<Option<Box<LastWords>>> {
    let Some(mut last) = LastWords::of(said) else { return Ok(None) };
    let all = NamedMessages::all(connection);
    related::versions(&all, said, 1)?.iter().for_each(|version| last.amend(version));
    Ok(Some(Box::new(last)))
}

/// What was said last, if that was lately: people may have come in since.
fn lately(connection: &Connection, conversation: ConversationId, after: i64) -> Sql<Option<Arc<Message>>> {
    let sql = format!(
        "SELECT {} FROM (SELECT id FROM message WHERE conversation = ?1 AND id > ?2 AND id <= ?3 \
         ORDER BY id DESC LIMIT ?4) n CROSS JOIN message m ON m.id = n.id \
         WHERE m.kind NOT IN (1, 8, 9, 10, 11, 12) LIMIT 1",
        rows::COLUMNS
    );
    let params = (conversation.0, after, rows::MAX_ID, MAX_LATELY);
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params, |row| Ok(rows::message(row))).optional()?.flatten())
}

/// The name of the newest message that came, if it came lately: only then can it matter to the peer.
fn heard(connection: &Connection, conversation: ConversationId, after: i64) -> Sql<Option<Uid>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.uid FROM (SELECT id FROM message WHERE conversation = ?1 AND id > ?2 AND id <= ?3 \
         ORDER BY id DESC LIMIT ?4) n CROSS JOIN message m ON m.id = n.id \
         WHERE m.direction = 0 AND m.kind NOT IN (1, 8, 9, 10, 11, 12) LIMIT 1",
    )?;
    let params = (conversation.0, after, rows::MAX_ID, MAX_LATELY);
    Ok(statement.query_row(params, |row| Ok(rows::uid(row, 0))).optional()?.flatten())
}

pub(super) const EPOCH: &str = "SELECT id, time FROM message WHERE conversation = ?1 AND kind = 11 \
     AND id > ?2 AND id <= ?3 ORDER BY id DESC LIMIT 1";

/// Since when the peer has its key, where it had another one before.
fn epoch(connection: &Connection, conversation: ConversationId, after: i64) -> Sql<Option<KeyEpoch>> {
    let mut statement = connection.prepare_cached(EPOCH)?;
    let read = |row: &Row<'_>| {
        let since = WallTime(rows::integer(row, 1));
        Ok(rows::message_id(rows::integer(row, 0)).map(|line| KeyEpoch { line, since }))
    };
    Ok(statement.query_row((conversation.0, after, rows::MAX_ID), read).optional()?.flatten())
}

fn unread(
    connection: &Connection,
    conversation: ConversationId,
    after: i64,
) -> Sql<(u32, Option<MessageId>)> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*), min(id) FROM (SELECT id FROM message \
         WHERE conversation = ?1 AND id > ?2 AND id <= ?4 AND direction = 0 AND id NOT IN \
         (SELECT id FROM message WHERE kind = 1 AND conversation = ?1 AND id > ?2) AND id NOT IN \
         (SELECT id FROM message WHERE kind IN (8, 9, 10, 12, 13) AND conversation = ?1 AND id > ?2) \
         ORDER BY id LIMIT ?3)",
    )?;
    statement.query_row((conversation.0, after, MAX_UNREAD, rows::MAX_ID), |row| {
        let first: Option<i64> = row.get(1)?;
        Ok((u32::try_from(rows::integer(row, 0)).unwrap_or_default(), first.and_then(rows::message_id)))
    })
}

/// The newest of them, oldest first.
fn held(connection: &Connection) -> Sql<Vec<QuotaEntry>> {
    let mut statement = connection.prepare(
        "SELECT m.id, m.conversation, octet_length(m.text), octet_length(m.payload), m.kind, \
         octet_length(m.files) \
         FROM conversation c CROSS JOIN message m \
         ON m.conversation = c.id AND m.id > c.cleared_to \
         WHERE c.standing = ?1 AND NOT c.known AND NOT c.forgotten ORDER BY m.id DESC LIMIT ?2",
    )?;
    let mut found = statement.query((rows::STRANGER, MAX_HELD))?;
    let mut held = Vec::new();
    while let Some(row) = found.next()? {
        let (id, conversation) = (rows::message_id(rows::integer(row, 0)), rows::integer(row, 1));
        let (Some(message), Some(conversation)) = (id, rows::conversation_id(conversation)) else { continue };
        let bytes = |column| usize::try_from(rows::integer(row, column)).unwrap_or_default();
        let text = bytes(2);
        // A payload of NULL is the text.
        let payload: Option<i64> = row.get(3).unwrap_or_default();
        let payload = if payload.is_some() { bytes(3) } else { text };
        let files = row.get::<_, Option<i64>>(5).unwrap_or_default().map_or(0, |_| bytes(5));
        let bytes = size_of::<Message>().saturating_add(text).saturating_add(payload).saturating_add(files);
        let joined = rows::is_never_unread(rows::integer(row, 4));
        held.push(QuotaEntry { message, conversation, bytes, joined });
    }
    held.reverse();
    Ok(held)
}
