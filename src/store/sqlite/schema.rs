//! The tables, as a list of steps from nothing to now. A step that has been in a release is never changed.

use rusqlite::Connection;

use super::super::db::{self, FileKind, INDEX};
pub(super) use super::super::db::{FileFormat, raise, set, setting};
use crate::model::MessageId;

/// Says that a file is a history of ours: "udpq".
pub(super) const HISTORY: FileKind = FileKind { application: 0x7564_7071, version: VERSION };

/// One step: what it creates, and what it does with what is there.
struct Migration {
    sql: &'static str,
    then: Option<fn(&Connection) -> rusqlite::Result<()>>,
}

const MIGRATIONS: &[Migration] = &[
    Migration { sql: TABLES, then: None },
    Migration { sql: INDEX, then: Some(db::stamp) },
    Migration { sql: ROOMS, then: None },
    Migration { sql: FILES, then: None },
    Migration { sql: UIDS, then: None },
    Migration { sql: CHANGES, then: None },
    Migration { sql: WITHDRAWALS, then: None },
    Migration { sql: DRAFTS, then: None },
    Migration { sql: EXPIRY, then: None },
    Migration { sql: REMOVED, then: None },
    Migration { sql: SESSIONS, then: None },
    Migration { sql: UNHEARD, then: None },
    Migration { sql: REMOVALS, then: None },
];

/// The version that this program writes.
pub(super) const VERSION: usize = MIGRATIONS.len();

/// `-1` stands before every id. `message_of` answers pages, the newest message and what is unread without
/// touching a message; `outgoing` what was sent; `waiting` what a run that ended too early left behind (by now only
/// messages without a uid).
const TABLES: &str = "
PRAGMA application_id = 0x75647071;
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2,
    known INTEGER NOT NULL DEFAULT 1,
    read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '',
    reading_message INTEGER,
    reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1,
    forgotten INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL,
    dialect TEXT NOT NULL,
    time INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    source TEXT,
    lossy INTEGER,
    authenticated INTEGER,
    mark INTEGER,
    reason TEXT,
    marked INTEGER,
    text TEXT NOT NULL,
    payload BLOB
);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
";

/// Who wrote what in a room, and whether it only says that somebody came in (1). `joined` takes those out of what is
/// unread without touching a message; `named` says in which conversations anybody has a name of their own.
const ROOMS: &str = "
ALTER TABLE message ADD COLUMN sender TEXT;
ALTER TABLE message ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
";

/// What a message offers, and what became of that. From here on `kind` also says more than whether somebody came in, of
/// messages in both directions.
const FILES: &str = "
ALTER TABLE message ADD COLUMN files TEXT;
";

/// What both sides know a message by, and which one it is about; what a person thinks of the peer's key; which messages
/// have come (by now only those that are gone); and which the peer does not have yet. Nothing of this costs a message
/// without a uid anything. Those with one are not `waiting`: they are in the outbox, and a start has nothing to do with
/// them.
const UIDS: &str = "
ALTER TABLE message ADD COLUMN uid BLOB;
ALTER TABLE message ADD COLUMN about BLOB;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
DROP INDEX waiting;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
ALTER TABLE conversation ADD COLUMN trust TEXT NOT NULL DEFAULT '';
CREATE TABLE seen (
    conversation INTEGER NOT NULL,
    uid BLOB NOT NULL,
    number INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)
) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (
    conversation INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (conversation, message)
) WITHOUT ROWID;
";

/// What an answer quotes, and up to where the peer has read. Edits, deletions and reactions are messages with no place of
/// their own in a conversation: `change` takes them out of what is counted without touching a message, `change_of` finds
/// the newest of each kind and side about one message, however many there are. A message that changes nothing costs neither
/// anything.
const CHANGES: &str = "
ALTER TABLE message ADD COLUMN quote TEXT;
ALTER TABLE conversation ADD COLUMN peer_read INTEGER NOT NULL DEFAULT -1;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10);
";

/// Taking back what a message offers is one of what changes others.
const WITHDRAWALS: &str = "
DROP INDEX change;
DROP INDEX change_of;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
";

/// What a draft answers, and which message is being edited, with what words.
const DRAFTS: &str = "
ALTER TABLE conversation ADD COLUMN reply_message INTEGER;
ALTER TABLE conversation ADD COLUMN edit_message INTEGER;
ALTER TABLE conversation ADD COLUMN edit_text TEXT NOT NULL DEFAULT '';
";

/// When our copy of a message is to be removed. `expiring` finds the next without a look at any other message, and costs those
/// nothing.
const EXPIRY: &str = "
ALTER TABLE message ADD COLUMN expires INTEGER;
CREATE INDEX expiring ON message (expires) WHERE expires IS NOT NULL;
";

/// From now on `seen` has only what is gone: what is there says itself that it has come, but for what was there when a person
/// removed the conversation.
const REMOVED: &str = "
ALTER TABLE conversation ADD COLUMN forgotten_to INTEGER NOT NULL DEFAULT -1;
UPDATE conversation SET forgotten_to = cleared_to WHERE forgotten;
DELETE FROM seen WHERE EXISTS
    (SELECT 1 FROM message m WHERE m.conversation = seen.conversation AND m.uid = seen.uid AND m.direction = 0);
";

/// What the engine of a conversation wants back at the next start.
const SESSIONS: &str = "
ALTER TABLE conversation ADD COLUMN session BLOB;
";

/// At whose address nobody listened when it came.
const UNHEARD: &str = "
ALTER TABLE conversation ADD COLUMN unheard_message INTEGER;
";

/// So is what the people in charge of a room have removed.
const REMOVALS: &str = "
DROP INDEX change;
DROP INDEX change_of;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12, 13);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12, 13);
";

/// Which messages have files that a start has to do with, by what the column says: where a file of ours is, or that one was
/// on its way. No name of a file can say so, since its quotes are escaped.
macro_rules! is_unfinished {
    () => {
        "instr(files, '\"source\":') + instr(files, '\"fate\":\"moving\"') > 0"
    };
}

pub(super) const IS_UNFINISHED: &str = is_unfinished!();

/// They are found without a look at any other message, and cost those nothing. An index is no part of what a version
/// promises: it is made where there is none.
const UNFINISHED: &str =
    concat!("CREATE INDEX IF NOT EXISTS unfinished ON message (id) WHERE ", is_unfinished!(), ";");

/// Where a conversation says that its peer got another key. As above.
const KEY_CHANGED: &str =
    "CREATE INDEX IF NOT EXISTS key_changed ON message (conversation, id) WHERE kind = 11;";

/// The first versions whose messages say who wrote them, what they offer, what both sides know them by, what they quote, whose
/// drafts say what they answer or change, and when they are to be removed.
const WITH_SENDERS: usize = 3;
const WITH_FILES: usize = 4;
const WITH_UIDS: usize = 5;
const WITH_QUOTES: usize = 6;
const WITH_EDITS: usize = 8;
const WITH_EXPIRY: usize = 9;

/// What stands for the messages of older versions where nothing may be written, and for their conversations.
const WITHOUT_SENDERS: &str = "
CREATE TEMP VIEW message AS
    SELECT *, NULL AS sender, 0 AS kind, NULL AS files, NULL AS uid, NULL AS about, NULL AS quote, NULL AS expires FROM main.message;
";
const WITHOUT_FILES: &str = "
CREATE TEMP VIEW message AS
    SELECT *, NULL AS files, NULL AS uid, NULL AS about, NULL AS quote, NULL AS expires FROM main.message;
";
const WITHOUT_UIDS: &str = "
CREATE TEMP VIEW message AS SELECT *, NULL AS uid, NULL AS about, NULL AS quote, NULL AS expires FROM main.message;
";
const WITHOUT_QUOTES: &str = "
CREATE TEMP VIEW message AS SELECT *, NULL AS quote, NULL AS expires FROM main.message;
CREATE TEMP VIEW conversation AS
    SELECT *, -1 AS peer_read, NULL AS reply_message, NULL AS edit_message, '' AS edit_text FROM main.conversation;
";
const WITHOUT_EDITS: &str = "
CREATE TEMP VIEW message AS SELECT *, NULL AS expires FROM main.message;
CREATE TEMP VIEW conversation AS
    SELECT *, NULL AS reply_message, NULL AS edit_message, '' AS edit_text FROM main.conversation;
";
const WITHOUT_EXPIRY: &str = "
CREATE TEMP VIEW message AS SELECT *, NULL AS expires FROM main.message;
";
const WITHOUT_TRUST: &str = "
CREATE TEMP VIEW conversation AS SELECT *, '' AS trust, -1 AS peer_read, NULL AS reply_message, NULL AS edit_message,
    '' AS edit_text FROM main.conversation;
CREATE TEMP VIEW outbox AS SELECT 0 AS conversation, 0 AS message WHERE 0;
";

/// Makes a history of an older version, which is only read, look like one of this version.
pub(super) fn adapt(connection: &Connection) -> rusqlite::Result<()> {
    let messages = match format(connection)? {
        FileFormat::Ours(version) if (1..WITH_SENDERS).contains(&version) => WITHOUT_SENDERS,
        FileFormat::Ours(version) if (WITH_SENDERS..WITH_FILES).contains(&version) => WITHOUT_FILES,
        FileFormat::Ours(version) if (WITH_FILES..WITH_UIDS).contains(&version) => WITHOUT_UIDS,
        FileFormat::Ours(version) if (WITH_UIDS..WITH_QUOTES).contains(&version) => {
            return connection.execute_batch(WITHOUT_QUOTES);
        }
        FileFormat::Ours(version) if (WITH_QUOTES..WITH_EDITS).contains(&version) => {
            return connection.execute_batch(WITHOUT_EDITS);
        }
        FileFormat::Ours(version) if (WITH_EDITS..WITH_EXPIRY).contains(&version) => {
            return connection.execute_batch(WITHOUT_EXPIRY);
        }
        FileFormat::Ours(_) | FileFormat::Foreign => return Ok(()),
    };
    connection.execute_batch(messages)?;
    connection.execute_batch(WITHOUT_TRUST)
}

/// Whether the messages are a view, which `adapt` or `hide_due` made: such a one has no indexes of its own.
pub(super) fn is_adapted(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM temp.sqlite_schema WHERE name = 'message'")?.exists([])
}

/// Whether the messages in the file have this column, whatever `adapt` made of them.
pub(super) fn has_column(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM pragma_table_info('message', 'main') WHERE name = ?1";
    connection.prepare_cached(sql)?.exists([name])
}

pub(super) fn format(connection: &Connection) -> rusqlite::Result<FileFormat> {
    db::format(connection, HISTORY)
}

/// Carries out the steps that are missing, each whole or not at all; then nothing is missing.
pub(super) fn migrate(connection: &mut Connection, from: usize) -> rusqlite::Result<()> {
    for (step, version) in MIGRATIONS.iter().zip(1_i64..).skip(from) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step.sql)?;
        if let Some(then) = step.then {
            then(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    connection.execute_batch(UNFINISHED)?;
    connection.execute_batch(KEY_CHANGED)
}

/// Before messages are removed: none of their ids is given again.
pub(super) fn note_last_message(connection: &Connection) -> rusqlite::Result<()> {
    let mut ask = connection.prepare_cached("SELECT max(id) FROM message WHERE id <= ?1")?;
    let last = ask.query_row([super::rows::MAX_ID], |row| Ok(super::rows::integer(row, 0)))?;
    raise(connection, "last_message", last)?;
    raise(connection, BACKFILLED, backfilled(connection)?)
}

/// How many ids below those of arrivals were given to messages from the histories of rooms.
pub(super) const BACKFILLED: &str = "backfilled";

pub(super) fn backfilled(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT ?2 - coalesce(min(id), ?2) FROM message WHERE id >= ?1 AND id < ?2";
    let bounds = [MessageId::BACKFILL, MessageId::ARRIVALS].map(|id| super::rows::number(MessageId(id)));
    let there = connection.prepare_cached(sql)?.query_row(bounds, |row| Ok(super::rows::integer(row, 0)))?;
    Ok(setting(connection, BACKFILLED)?.unwrap_or(0).max(there))
}
