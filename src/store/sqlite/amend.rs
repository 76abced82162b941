//! What was said about messages: how it is found, and what a deletion or a withdrawal takes with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::related::{self, Named};
use super::{outbox, rows};
use crate::model::message::CHANGEABLE_FOR;
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Message, Uid};

type Sql<T> = rusqlite::Result<T>;

/// Whether nothing at all was said about a message of this name: true of nearly all, and one step of an index.
const ANYTHING: &str =
    "SELECT 1 FROM message m WHERE m.conversation = ?1 AND m.about = ?2 AND m.kind IN (8, 9, 10, 12, 13)";

/// The messages of a history, by their names. `cleared_to`: those up to this one are not there any more.
pub(super) struct NamedMessages<'a> {
    pub(super) connection: &'a Connection,
    pub(super) cleared_to: i64,
}

impl<'a> NamedMessages<'a> {
    pub(super) const fn all(connection: &'a Connection) -> Self {
        Self { connection, cleared_to: -1 }
    }
}

pub(super) fn changes_sql() -> String {
    format!(
        "SELECT {} FROM message m WHERE m.conversation = ?1 AND m.about = ?2 AND m.kind IN (8, 9, 10, 12, 13) \
         AND m.kind = ?3 AND m.direction = ?4 AND m.time <= ?5 AND m.id > ?6 ORDER BY m.id DESC",
        rows::COLUMNS
    )
}

/// The uids in `?2`, which are 16 bytes each: `uid.at` is where one begins.
pub(super) const UIDS: &str =
    "WITH RECURSIVE uid (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM uid WHERE at + 16 < length(?2))";

pub(super) fn joined(uids: &BTreeSet<Uid>) -> Vec<u8> {
    uids.iter().flat_map(|uid| uid.0).collect()
}

pub(super) fn first_named_sql() -> String {
    format!(
        "{UIDS} SELECT {} FROM uid CROSS JOIN message m WHERE m.id = (SELECT m.id FROM message m INDEXED BY message_uid \
         WHERE m.conversation = ?1 AND m.uid = substr(?2, uid.at, 16) AND m.id > ?3 AND {} AND {} \
         ORDER BY m.id LIMIT 1)",
        rows::COLUMNS,
        rows::READABLE,
        rows::NO_CHANGE
    )
}

impl Named for NamedMessages<'_> {
    type Error = rusqlite::Error;

    fn named(&self, conversation: ConversationId, uid: Uid) -> Sql<Vec<Arc<Message>>> {
        let sql = format!(
            "SELECT {} FROM message m WHERE m.conversation = ?1 AND m.uid = ?2 AND m.id > ?3 AND {} ORDER BY m.id",
            rows::COLUMNS,
            rows::NO_CHANGE
        );
        let mut ask = self.connection.prepare_cached(&sql)?;
        let found = ask.query_map((conversation.0, uid.0, self.cleared_to), |row| Ok(rows::message(row)))?;
        found.filter_map(Result::transpose).collect()
    }

    fn first_named(&self, conversation: ConversationId, uids: &BTreeSet<Uid>) -> Sql<Vec<Arc<Message>>> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let mut ask = self.connection.prepare_cached(&first_named_sql())?;
        let params = (conversation.0, joined(uids), self.cleared_to);
        let found = ask.query_map(params, |row| Ok(rows::message(row)))?;
        found.filter_map(Result::transpose).collect()
    }

    fn has_changes(&self, target: &Message) -> Sql<bool> {
        let Some(uid) = target.uid else { return Ok(false) };
        self.connection.prepare_cached(ANYTHING)?.exists((target.conversation.0, uid.0))
    }

    fn changes(
        &self,
        target: &Message,
        kind: MessageKind,
        ours: bool,
        limit: usize,
    ) -> Sql<Vec<Arc<Message>>> {
        let Some(uid) = target.uid else { return Ok(Vec::new()) };
        if !self.has_changes(target)? {
            return Ok(Vec::new());
        }
        let deadline = target.time.0.saturating_add(CHANGEABLE_FOR);
        let last = if kind.has_deadline() { deadline } else { i64::MAX };
        let direction = if ours { rows::OUTGOING } else { rows::INCOMING };
        let params =
            (target.conversation.0, uid.0, rows::kind_number(kind), direction, last, self.cleared_to);
        let mut ask = self.connection.prepare_cached(&changes_sql())?;
        let mut found = ask.query(params)?;
        let mut changes = Vec::new();
        while changes.len() < limit {
            let Some(row) = found.next()? else { break };
            changes.extend(rows::message(row).filter(|change| change.counts_for(target)));
        }
        Ok(changes)
    }
}

/// The words of a message as the index of the search has them: all that it ever said, and the names of what it offers.
pub(super) fn words(connection: &Connection, message: &Message) -> Sql<String> {
    let mut words = message.with_file_names(&message.text).into_owned();
    for version in related::versions(&NamedMessages::all(connection), message, usize::MAX)? {
        words.push('\n');
        words.push_str(&version.text);
    }
    Ok(words)
}

/// The message with the newest of its words that match, if any do.
pub(super) fn matching(
    connection: &Connection,
    message: Arc<Message>,
    search: &Search,
) -> Sql<Option<Arc<Message>>> {
    let versions = related::versions(&NamedMessages::all(connection), &message, usize::MAX)?;
    let matches = |text: &str| search.matches(&message.with_file_names(text));
    if let Some(version) = versions.iter().find(|version| matches(&version.text)) {
        return Ok(Some(Arc::new(Message { text: version.text.clone(), ..Message::clone(&message) })));
    }
    let is_hit = matches(&message.text);
    Ok(is_hit.then_some(message))
}

/// A message has been stored: what it does to the one it is about, which may come later; or, as one that was taken back
/// before it came, to its versions. Gives those that are to be found by other words now.
pub(super) fn carry_out(connection: &Connection, change: &Message) -> Sql<Vec<Arc<Message>>> {
    let all = NamedMessages::all(connection);
    let mut changed = Vec::new();
    if change.is_emptied() && !change.is_change() {
        empty_versions(&all, change)?;
    }
    let Some(about) = change.about.filter(|_| change.is_change()) else { return Ok(changed) };
    for target in all.named(change.conversation, about)? {
        if change.declines(&target) {
            rows::put(connection, &target.declined())?;
        } else if !change.counts_for(&target) {
            // Nobody changes what somebody else has said.
        } else if change.takes_back() {
            empty_versions(&all, &target)?;
            empty(connection, &target)?;
            changed.push(Arc::new(target.emptied()));
        } else if change.kind() == Some(MessageKind::Edit) {
            changed.push(target);
        } else if change.kind() == Some(MessageKind::Withdrawal) {
            rows::put(connection, &target.withdrawn())?;
        }
    }
    Ok(changed)
}

fn empty_versions(all: &NamedMessages<'_>, target: &Message) -> Sql<()> {
    related::versions(all, target, usize::MAX)?.iter().try_for_each(|version| empty(all.connection, version))
}

fn empty(connection: &Connection, message: &Message) -> Sql<()> {
    let empty = message.emptied();
    rows::put(connection, &empty)?;
    outbox::note(connection, &empty)
}

/// Removes changes behind that message, of messages that are not behind it as well: what is cleared goes with all that was
/// said about it.
pub(super) fn drop_orphans(
    connection: &Connection,
    conversation: ConversationId,
    cleared_to: i64,
) -> Sql<()> {
    let gone = connection.prepare_cached(ORPHANS)?.execute((conversation.0, cleared_to))?;
    if gone == 0 {
        return Ok(());
    }
    let sql = "DELETE FROM outbox WHERE conversation = ?1 AND NOT EXISTS \
               (SELECT 1 FROM message m WHERE m.id = outbox.message)";
    connection.prepare_cached(sql)?.execute([conversation.0]).map(drop)
}

const ORPHANS: &str = "
DELETE FROM message AS m WHERE m.conversation = ?1 AND m.id > ?2 AND m.kind IN (8, 9, 10, 12, 13) AND NOT EXISTS
(SELECT 1 FROM message t WHERE t.conversation = ?1 AND t.uid = m.about AND t.id > ?2 AND t.kind NOT IN (8, 9, 10, 12, 13))
";
