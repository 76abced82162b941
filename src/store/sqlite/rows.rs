//! A message and a conversation as rows, and back.
//!
//! Whatever stands in a row is read without a panic, also what no version of ours has written: it is clamped
//! to something that can be shown, or the row is left out.

use std::borrow::Cow;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, Statement};

pub(super) use super::super::db::{integer, text};
use crate::model::history::PeerKind;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Direction, Fault, Mark, Message, MessageId, Trust, Uid, WallTime};

/// The columns of a message in the order in which [`message`] reads them; `m` is the table.
pub(super) const COLUMNS: &str = "m.id, m.conversation, m.dialect, m.time, m.direction, m.source, m.lossy, \
     m.authenticated, m.mark, m.reason, m.marked, m.text, m.payload, m.sender, m.kind, m.files, m.uid, m.about, \
     m.quote, m.expires";

/// Fails where the id is taken.
const INSERT: &str = "INSERT INTO message (id, conversation, dialect, time, direction, source, lossy, \
     authenticated, mark, reason, marked, text, payload, sender, kind, files, uid, about, quote, expires) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";

/// When a message is to be removed is said once, and stays as it was.
const OVER: &str = "ON CONFLICT (id) DO UPDATE SET conversation = ?2, dialect = ?3, time = ?4, direction = ?5, source = ?6, \
     lossy = ?7, authenticated = ?8, mark = ?9, reason = ?10, marked = ?11, text = ?12, payload = ?13, \
     sender = ?14, kind = ?15, files = ?16, uid = ?17, about = ?18, quote = ?19";

pub(super) const INCOMING: i64 = 0;
pub(super) const OUTGOING: i64 = 1;

const TEXT: i64 = 0;
/// A message that only says that somebody came in.
const JOINED: i64 = 1;
const SEALED: i64 = 2;
const OPENED: i64 = 3;
const SEVERAL: i64 = 4;
const EVERYONE: i64 = 5;
const AUTOMATIC: i64 = 6;
const UNREADABLE: i64 = 7;
/// The kinds of what changes another message; `NO_CHANGE` says of a row `m` that it is none of them.
pub(super) const NO_CHANGE: &str = "m.kind NOT IN (8, 9, 10, 12, 13)";
const EDIT: i64 = 8;
const DELETION: i64 = 9;
const REACTION: i64 = 10;
const KEY_CHANGE: i64 = 11;
const WITHDRAWAL: i64 = 12;
const REMOVAL: i64 = 13;

pub(super) const WAITING: i64 = 0;
const SENT: i64 = 1;
const DELIVERED: i64 = 2;
pub(super) const FAILED: i64 = 3;
const READ: i64 = 4;

const CONTACT: i64 = 0;
const ECHO: i64 = 1;
pub(super) const STRANGER: i64 = 2;

/// In `known`: a person has to do with it and does not talk with it. Else 1, and 0 where nobody has to do with it.
pub(super) const ASIDE: i64 = 2;

/// In `known`: a room that one is in.
pub(super) const IN_ROOM: i64 = 3;

/// Ids of messages that can have been given: they count from nought, so a higher one is no id of ours. An import has
/// room above, and numbers can be added without a thought.
pub(super) const MAX_ID: i64 = 1 << 60;

/// Ids of conversations that a new one can follow: half of what there is, so that there is always another one.
pub(super) const MAX_CONVERSATION: u32 = 1 << 31;

/// Ids count from nought; what lies beyond the numbers of SQLite cannot be told apart there.
pub(super) fn number(id: MessageId) -> i64 {
    i64::try_from(id.0).unwrap_or(i64::MAX)
}

pub(super) fn message_id(number: i64) -> Option<MessageId> {
    u64::try_from(number).ok().filter(|_| number <= MAX_ID).map(MessageId)
}

pub(super) fn conversation_id(number: i64) -> Option<ConversationId> {
    u32::try_from(number).ok().map(ConversationId)
}

pub(super) const fn peer_kind_number(kind: PeerKind) -> i64 {
    match kind {
        PeerKind::Contact => CONTACT,
        PeerKind::Echo => ECHO,
        PeerKind::Stranger => STRANGER,
    }
}

/// A kind that is not known here gives no rights to anything.
pub(super) const fn peer_kind(number: i64) -> PeerKind {
    match number {
        CONTACT => PeerKind::Contact,
        ECHO => PeerKind::Echo,
        _ => PeerKind::Stranger,
    }
}

/// A mark, and its reason if it has one.
pub(super) fn mark_columns(mark: &Mark) -> (i64, Option<String>) {
    match mark {
        Mark::Waiting => (WAITING, None),
        Mark::Sent => (SENT, None),
        Mark::Delivered => (DELIVERED, None),
        Mark::Read => (READ, None),
        Mark::Failed(fault) => (FAILED, Some(fault.code())),
    }
}

/// A mark that is not known here says nothing of what became of the message.
fn mark(number: i64, reason: &str) -> Mark {
    match number {
        WAITING => Mark::Waiting,
        SENT => Mark::Sent,
        DELIVERED => Mark::Delivered,
        READ => Mark::Read,
        FAILED => Mark::Failed(Fault::from_code(reason)),
        _ => Mark::Failed(Fault::Interrupted),
    }
}

pub(super) const fn kind_number(kind: MessageKind) -> i64 {
    match kind {
        MessageKind::Text => TEXT,
        MessageKind::Joined => JOINED,
        MessageKind::Sealed => SEALED,
        MessageKind::Opened => OPENED,
        MessageKind::Several => SEVERAL,
        MessageKind::Everyone => EVERYONE,
        MessageKind::Automatic => AUTOMATIC,
        MessageKind::Unreadable => UNREADABLE,
        MessageKind::Edit => EDIT,
        MessageKind::Deletion => DELETION,
        MessageKind::Reaction => REACTION,
        MessageKind::KeyChange => KEY_CHANGE,
        MessageKind::Withdrawal => WITHDRAWAL,
        MessageKind::Removal => REMOVAL,
    }
}

/// A kind that is not known here is a text.
const fn kind(number: i64) -> MessageKind {
    match number {
        JOINED => MessageKind::Joined,
        SEALED => MessageKind::Sealed,
        OPENED => MessageKind::Opened,
        SEVERAL => MessageKind::Several,
        EVERYONE => MessageKind::Everyone,
        AUTOMATIC => MessageKind::Automatic,
        UNREADABLE => MessageKind::Unreadable,
        EDIT => MessageKind::Edit,
        DELETION => MessageKind::Deletion,
        REACTION => MessageKind::Reaction,
        KEY_CHANGE => MessageKind::KeyChange,
        WITHDRAWAL => MessageKind::Withdrawal,
        REMOVAL => MessageKind::Removal,
        _ => MessageKind::Text,
    }
}

/// Whether a message of this kind only says that something happened, or changes another one.
pub(super) const fn is_never_unread(number: i64) -> bool {
    kind(number).is_event() || kind(number).is_change()
}

/// The payload's column. Most payloads are the text itself, and stand as NULL.
fn payload_column(message: &Message) -> Option<&[u8]> {
    (*message.payload != *message.text.as_bytes()).then_some(&*message.payload)
}

/// Stores a message, over what was stored under its id.
pub(super) fn put(connection: &Connection, message: &Message) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(&format!("{INSERT} {OVER}"))?;
    write(&mut statement, message)
}

/// Stores a new message; fails if its id is taken.
pub(super) fn insert(connection: &Connection, message: &Message) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(INSERT)?;
    write(&mut statement, message)
}

/// Stores what has become of a message of ours.
pub(super) fn put_mark(connection: &Connection, message: &Message) -> rusqlite::Result<()> {
    let Some(side) = SideColumns::of(&message.direction) else { return Ok(()) };
    let sql = "UPDATE message SET mark = ?2, reason = ?3, marked = ?4 WHERE id = ?1";
    let row = (number(message.id), side.mark, side.reason, side.marked);
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

/// Whether a message of ours is stored as it is, but for what has become of it.
pub(super) fn has_only_new_mark(stored: &Message, message: &Message) -> bool {
    let (expires, direction) = (stored.expires, stored.direction.clone());
    message.is_outgoing()
        && stored.is_outgoing()
        && stored.kind() == message.kind()
        && *stored == Message { expires, direction, ..message.clone() }
}

/// The columns that depend on who wrote a message; those that only the other side has are NULL.
#[derive(Default)]
struct SideColumns<'a> {
    direction: i64,
    kind: i64,
    source: Option<String>,
    lossy: Option<bool>,
    authenticated: Option<bool>,
    sender: Option<&'a str>,
    mark: Option<i64>,
    reason: Option<String>,
    marked: Option<i64>,
}

impl<'a> SideColumns<'a> {
    /// `None`: a notice is the program's own and is not stored.
    fn of(direction: &'a Direction) -> Option<Self> {
        match direction {
            Direction::Incoming { source, lossy, authenticated, sender, kind } => Some(Self {
                direction: INCOMING,
                kind: kind_number(*kind),
                source: Some(source.to_string()),
                lossy: Some(*lossy),
                authenticated: Some(*authenticated),
                sender: sender.as_deref(),
                ..Self::default()
            }),
            Direction::Outgoing { mark, marked, kind } => {
                let (mark, reason) = mark_columns(mark);
                let (direction, kind) = (OUTGOING, kind_number(*kind));
                let (mark, marked) = (Some(mark), Some(marked.0));
                Some(Self { direction, kind, mark, reason, marked, ..Self::default() })
            }
            Direction::Notice(_) => None,
        }
    }
}

fn write(statement: &mut Statement<'_>, message: &Message) -> rusqlite::Result<()> {
    let id =
        i64::try_from(message.id.0).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let Some(side) = SideColumns::of(&message.direction) else { return Ok(()) };
    let row = rusqlite::params![
        id,
        message.conversation.0,
        &*message.dialect,
        message.time.0,
        side.direction,
        side.source,
        side.lossy,
        side.authenticated,
        side.mark,
        side.reason,
        side.marked,
        message.text,
        payload_column(message),
        side.sender,
        side.kind,
        super::files::column(&message.files),
        message.uid.map(|uid| uid.0),
        message.about.map(|about| about.0),
        message.quote.as_deref(),
        message.expires.map(|expires| expires.0),
    ];
    statement.execute(row).map(drop)
}

/// A uid; nothing else counts.
pub(super) fn uid(row: &Row<'_>, column: usize) -> Option<Uid> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(bytes)) => bytes.try_into().ok().map(Uid),
        Ok(_) | Err(_) => None,
    }
}

/// What a person has decided about a key. What cannot be read is no leave to write to it.
pub(super) fn trust(row: &Row<'_>, column: usize) -> Option<Trust> {
    match row.get_ref(column) {
        Ok(ValueRef::Text(b"")) => None,
        Ok(ValueRef::Text(code)) => Some(Trust::from_code(&String::from_utf8_lossy(code))),
        Ok(_) | Err(_) => Some(Trust::Blocked),
    }
}

/// Stands for a source that cannot be read.
const NOWHERE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));

/// Whether [`message`] takes a row; all of it stands in `message_of`.
pub(super) const READABLE: &str =
    "m.id BETWEEN 0 AND (1 << 60) AND (typeof(m.direction) <> 'integer' OR m.direction IN (0, 1))";

/// `None`: nobody can have stored this row.
pub(super) fn message(row: &Row<'_>) -> Option<Arc<Message>> {
    let text_of = |column| text(row, column);
    let words = text_of(11);
    let payload = match row.get_ref(12) {
        Ok(ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => Arc::from(bytes),
        Ok(_) | Err(_) => Arc::from(words.as_bytes()),
    };
    Some(Arc::new(Message {
        files: super::files::files(row, 15),
        id: message_id(integer(row, 0))?,
        uid: uid(row, 16),
        about: uid(row, 17),
        quote: Some(text_of(18)).filter(|quote| !quote.is_empty()).map(Arc::from),
        conversation: conversation_id(integer(row, 1))?,
        dialect: Cow::Owned(text_of(2)),
        time: WallTime(integer(row, 3)),
        expires: row.get::<_, Option<i64>>(19).unwrap_or_default().map(WallTime),
        direction: match integer(row, 4) {
            INCOMING => Direction::Incoming {
                source: text_of(5).parse().unwrap_or(NOWHERE),
                lossy: integer(row, 6) != 0,
                authenticated: integer(row, 7) != 0,
                sender: Some(text_of(13)).filter(|name| !name.is_empty()).map(Arc::from),
                kind: kind(integer(row, 14)),
            },
            OUTGOING => Direction::Outgoing {
                kind: kind(integer(row, 14)),
                mark: mark(integer(row, 8), &text_of(9)),
                marked: WallTime(integer(row, 10)),
            },
            _ => return None,
        },
        text: words,
        payload,
    }))
}

/// What is stored under this id.
pub(super) fn stored(connection: &Connection, id: i64) -> rusqlite::Result<Option<Arc<Message>>> {
    let sql = format!("SELECT {COLUMNS} FROM message m WHERE m.id = ?1");
    let found = connection.prepare_cached(&sql)?.query_row([id], |row| Ok(message(row))).optional()?;
    Ok(found.flatten())
}

/// Whether both are one message, whatever has become known about it since: which text its bytes make, with which
/// bytes its text was sent, and its mark.
pub(super) fn is_same(one: &Message, other: &Message) -> bool {
    identity(one) == identity(other) && content(one) == content(other) && !has_other_uid(one, other)
}

/// Whether both have a uid, and not the same.
fn has_other_uid(one: &Message, other: &Message) -> bool {
    one.uid.zip(other.uid).is_some_and(|(one, other)| one != other)
}

/// Where a message stands and who wrote it: what of it never changes, besides its content.
pub(super) fn identity(message: &Message) -> (ConversationId, WallTime, Option<SocketAddr>, Option<&str>) {
    (message.conversation, message.time, message.source(), message.sender())
}

/// What of a message never changes: the bytes that a peer sent, the text that we wrote.
pub(super) fn content(message: &Message) -> &[u8] {
    if message.is_outgoing() || message.payload.is_empty() {
        message.text.as_bytes()
    } else {
        &message.payload
    }
}
