//! Taking messages in from elsewhere: all of them or none, those that are there already only once, and each at its
//! place in time.
//!
//! The order of messages is that of their ids, so what stands behind a message that is taken in gets another id.
//! Nobody else knows these ids: the lock of the one writer is held meanwhile.

use std::collections::BTreeSet;
use std::collections::hash_map::{DefaultHasher, Entry, HashMap};
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::super::db::StoreError;
use super::super::related::as_it_stands;
use super::super::{Lock, Private};
use super::amend::{self, NamedMessages};
use super::merge::{self, Placement};
use super::{change, erase, expiry, index, open, rows, schema};
use crate::model::history::{ConversationRecord, PeerKind};
use crate::model::{ConversationId, Direction, Fault, Mark, Message, MessageId, Phrase, Uid, WallTime};

type Sql<T> = rusqlite::Result<T>;

/// New messages wait at ids from here on until their places are known. Ids that are given one by one stay below.
const WAITING_ROOM: i64 = 1 << 62;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub new: u64,
    /// Were there already.
    pub known: u64,
    /// Were left out, since their time was over, or since they change one of those.
    pub overdue: u64,
}

/// Why nothing was taken in.
enum ImportError {
    /// One of the messages cannot be taken in.
    Rejected(Phrase),
    Store(StoreError),
}

impl From<rusqlite::Error> for ImportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Takes messages into a history, each with what is known of its conversation; the ids that they bring say nothing
/// here. A contact's conversation is the one of that name, a stranger's the one of that address. A failure among
/// the messages, or of the file, leaves the history as it was. What has been taken in counts as seen, unless there
/// is something unread in the conversation already.
pub fn import(
    path: &Path,
    _lock: &Lock,
    private: Private,
    now: WallTime,
    messages: &mut dyn Iterator<Item = Result<(ConversationRecord, Message), Phrase>>,
) -> Result<Imported, Phrase> {
    let mut connection = open::writer(path, private).map_err(|error| error.not_imported())?;
    run(&mut connection, now, messages).map_err(|error| match error {
        ImportError::Rejected(phrase) => phrase,
        ImportError::Store(error) => error.not_imported(),
    })
}

fn run(
    connection: &mut Connection,
    now: WallTime,
    messages: &mut dyn Iterator<Item = Result<(ConversationRecord, Message), Phrase>>,
) -> Result<Imported, ImportError> {
    // What is hidden is told by its id; those are about to change.
    while erase::erase(connection)? {}
    super::start::settle_numbers(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction()?;
    if transaction.prepare("SELECT 1 FROM message WHERE id >= ?1")?.exists([WAITING_ROOM])? {
        return Err(ImportError::Store(StoreError::Damaged));
    }
    let _rows = transaction.execute("UPDATE conversation SET cleared_to = -1", [])?;
    let mut intake = Intake::new(&transaction, now)?;
    for message in messages {
        let (card, message) = message.map_err(ImportError::Rejected)?;
        intake.take(&card, message)?;
    }
    let Intake { imported, waiting, conversations, .. } = intake;
    if imported.new == 0 {
        return Ok(imported);
    }
    settle(&transaction, &waiting)?;
    for conversation in conversations.into_values() {
        conversation.settle(&transaction)?;
    }
    transaction.commit()?;
    Ok(imported)
}

/// A conversation of the history that messages were taken into.
#[derive(Clone, Copy)]
struct Target {
    id: ConversationId,
    /// Everything in it has been seen.
    seen: bool,
}

impl Target {
    fn settle(self, transaction: &Transaction<'_>) -> Sql<()> {
        let sql = "UPDATE conversation SET read_to = max(read_to, \
                   coalesce((SELECT max(id) FROM message WHERE conversation = ?1), -1)) WHERE id = ?1 AND ?2";
        transaction.prepare_cached(sql)?.execute((self.id.0, self.seen)).map(drop)
    }
}

struct Intake<'a> {
    transaction: &'a Transaction<'a>,
    /// By kind, and by name or address.
    conversations: HashMap<(i64, String), Target>,
    /// What is in the history: the marks of the messages, and one that has it.
    there: HashMap<u64, i64>,
    /// The times of those that wait for their places, in their own order.
    waiting: Vec<i64>,
    imported: Imported,
    now: WallTime,
    /// What was left out, by the names that changes of it give.
    overdue: BTreeSet<Uid>,
}

impl<'a> Intake<'a> {
    fn new(transaction: &'a Transaction<'a>, now: WallTime) -> Sql<Self> {
        let mut there = HashMap::new();
        let sql = format!("SELECT {} FROM message m", rows::COLUMNS);
        let mut statement = transaction.prepare(&sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            if let Some(message) = rows::message(row) {
                there.insert(fingerprint(&message), rows::number(message.id));
            }
        }
        let (conversations, waiting, imported) = (HashMap::new(), Vec::new(), Imported::default());
        let overdue = BTreeSet::new();
        Ok(Self { transaction, conversations, there, waiting, imported, now, overdue })
    }

    fn take(&mut self, card: &ConversationRecord, mut message: Message) -> Sql<()> {
        if matches!(message.direction, Direction::Notice(_)) {
            return Ok(());
        }
        if self.is_overdue(&message) {
            self.imported.overdue = self.imported.overdue.saturating_add(1);
            return Ok(());
        }
        message.conversation = self.target(card)?.id;
        if self.is_there(&message)? {
            self.imported.known = self.imported.known.saturating_add(1);
            return Ok(());
        }
        let behind = i64::try_from(self.waiting.len()).unwrap_or(i64::MAX);
        message.id = MessageId(WAITING_ROOM.saturating_add(behind).unsigned_abs());
        self.waiting.push(message.time.0);
        self.imported.new = self.imported.new.saturating_add(1);
        rest(&mut message);
        let message = as_it_stands(&NamedMessages::all(self.transaction), &message)?.unwrap_or(message);
        rows::insert(self.transaction, &message)?;
        expiry::follow_target(self.transaction, &message)?;
        let indexed_to = index::indexed_to(self.transaction)?;
        let changed = amend::carry_out(self.transaction, &message)?;
        let found_by_other_words = changed.iter().filter(|target| rows::number(target.id) <= indexed_to);
        found_by_other_words.into_iter().try_for_each(|target| index::replace(self.transaction, target))
    }

    /// Whether its time is over, or that of the message that it changes: it came before it then.
    fn is_overdue(&mut self, message: &Message) -> bool {
        let is_due = message.expires.is_some_and(|expires| expires <= self.now);
        if is_due && !message.is_change() {
            self.overdue.extend(message.uid);
        }
        is_due || (message.is_change() && message.about.is_some_and(|about| self.overdue.contains(&about)))
    }

    /// Looks at the message itself: two may have the same mark.
    fn is_there(&self, message: &Message) -> Sql<bool> {
        if let Some(uid) = message.uid {
            let mut ask = self.transaction.prepare_cached(NAMED)?;
            let direction = if message.is_outgoing() { rows::OUTGOING } else { rows::INCOMING };
            if ask.exists((message.conversation.0, uid.0, direction))? {
                return Ok(true);
            }
        }
        let Some(id) = self.there.get(&fingerprint(message)) else { return Ok(false) };
        Ok(rows::stored(self.transaction, *id)?.is_some_and(|there| rows::is_same(&there, message)))
    }

    fn target(&mut self, card: &ConversationRecord) -> Sql<Target> {
        let (column, value) = match card.kind {
            PeerKind::Contact | PeerKind::Echo => ("name", &card.name),
            PeerKind::Stranger => ("address", &card.address),
        };
        let kind = rows::peer_kind_number(card.kind);
        match self.conversations.entry((kind, value.clone())) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(place) => Ok(*place.insert(find(self.transaction, card, column, value)?)),
        }
    }
}

/// The conversation of the history that this is, or a new one.
fn find(transaction: &Transaction<'_>, card: &ConversationRecord, column: &str, value: &str) -> Sql<Target> {
    let sql = format!(
        "SELECT id, EXISTS (SELECT 1 FROM message m WHERE m.conversation = c.id AND m.id > c.read_to \
         AND m.direction = 0 AND m.kind NOT IN (1, 8, 9, 10, 11, 12)) FROM conversation c WHERE standing = ?1 AND {column} = ?2 AND NOT forgotten \
         AND id BETWEEN 0 AND ?3 ORDER BY id LIMIT 1"
    );
    let kind = rows::peer_kind_number(card.kind);
    let found = transaction
        .query_row(&sql, (kind, value, u32::MAX), |row| {
            Ok((rows::integer(row, 0), rows::integer(row, 1) == 0))
        })
        .optional()?;
    if let Some((id, seen)) = found
        && let Some(id) = rows::conversation_id(id)
    {
        return Ok(Target { id, seen });
    }
    let last = super::start::last_conversation(transaction)?.map_or(0, |last| last.0);
    let id = ConversationId(last.saturating_add(1));
    change::write_card(transaction, &ConversationRecord { conversation: id, ..card.clone() })?;
    Ok(Target { id, seen: true })
}

/// Whether a conversation has a message of this uid.
pub(super) const NAMED: &str =
    "SELECT 1 FROM message WHERE conversation = ?1 AND uid = ?2 AND direction = ?3";

/// A message that waited elsewhere is not sent from here: what a start does with others that wait is done at once.
fn rest(message: &mut Message) {
    if let Direction::Outgoing { mark, .. } = &mut message.direction
        && message.uid.is_some()
        && *mark == Mark::Waiting
    {
        *mark = Mark::Failed(Fault::Interrupted);
    }
}

/// What makes two messages the same, as a number.
fn fingerprint(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    let (conversation, time, source, sender) = rows::identity(message);
    (conversation, time.0, source, sender, rows::content(message)).hash(&mut hasher);
    hasher.finish()
}

/// Gives every message its place, and everything that points to one the id that it has now.
fn settle(transaction: &Transaction<'_>, waiting: &[i64]) -> Sql<()> {
    let old = stored(transaction)?;
    let places = merge::places(&old, waiting);
    let first = places.iter().map(|place| place.to).min().unwrap_or(i64::MAX);
    point(transaction, &places)?;
    // From behind: what moves moves up, to where nobody stands any more.
    for place in places.iter().rev().filter(|place| place.from != place.to && !place.is_new) {
        step(transaction, place.from, place.to)?;
    }
    for place in places.iter().filter(|place| place.is_new) {
        step(transaction, WAITING_ROOM.saturating_add(place.from), place.to)?;
    }
    if first <= index::indexed_to(transaction)? {
        index::empty(transaction)?;
    }
    let last: Option<i64> = transaction.query_row("SELECT max(id) FROM message", [], |row| row.get(0))?;
    schema::raise(transaction, "last_message", last.unwrap_or(-1))
}

fn step(transaction: &Transaction<'_>, from: i64, to: i64) -> Sql<()> {
    transaction.prepare_cached("UPDATE message SET id = ?2 WHERE id = ?1")?.execute((from, to)).map(drop)
}

/// The ids and times of what was stored before.
fn stored(transaction: &Transaction<'_>) -> Sql<Vec<(i64, i64)>> {
    let mut statement = transaction.prepare("SELECT id, time FROM message WHERE id < ?1 ORDER BY id")?;
    let found =
        statement.query_map([WAITING_ROOM], |row| Ok((rows::integer(row, 0), rows::integer(row, 1))))?;
    found.collect()
}

/// Where one reads, and up to where it has been seen.
fn point(transaction: &Transaction<'_>, places: &[Placement]) -> Sql<()> {
    let moved: Vec<(i64, i64)> =
        places.iter().filter(|place| !place.is_new).map(|place| (place.from, place.to)).collect();
    let now = |id: i64| {
        let after = moved.partition_point(|(from, _)| *from <= id);
        // Before all that moves, or behind the last message there was.
        let last = after.checked_sub(1).and_then(|at| moved.get(at));
        last.map_or(id, |(_, to)| *to)
    };
    move_outbox(transaction, now)?;
    let sql = "SELECT id, read_to, reading_message, peer_read, reply_message, edit_message, unheard_message \
               FROM conversation";
    let mut ask = transaction.prepare(sql)?;
    let mut found = ask.query([])?;
    while let Some(row) = found.next()? {
        let (conversation, read_to) = (rows::integer(row, 0), rows::integer(row, 1));
        let pointer = |column| row.get::<_, Option<i64>>(column).unwrap_or_default().map(now);
        let (reading, reply, edit, unheard) = (pointer(2), pointer(4), pointer(5), pointer(6));
        transaction
            .prepare_cached(
                "UPDATE conversation SET read_to = ?2, reading_message = ?3, peer_read = ?4, \
                 reply_message = ?5, edit_message = ?6, unheard_message = ?7 WHERE id = ?1",
            )?
            .execute((
                conversation,
                now(read_to),
                reading,
                now(rows::integer(row, 3)),
                reply,
                edit,
                unheard,
            ))?;
    }
    Ok(())
}

/// From behind: what moves moves up, to where nothing stands any more.
fn move_outbox(transaction: &Transaction<'_>, now: impl Fn(i64) -> i64) -> Sql<()> {
    let mut ask = transaction.prepare("SELECT conversation, message FROM outbox ORDER BY message DESC")?;
    let found = ask.query_map([], |row| Ok((rows::integer(row, 0), rows::integer(row, 1))))?;
    let waiting: Vec<(i64, i64)> = found.collect::<Sql<_>>()?;
    let mut step =
        transaction.prepare("UPDATE outbox SET message = ?3 WHERE conversation = ?1 AND message = ?2")?;
    for (conversation, message) in waiting {
        let moved = now(message);
        if moved != message {
            let _rows = step.execute((conversation, message, moved))?;
        }
    }
    Ok(())
}
