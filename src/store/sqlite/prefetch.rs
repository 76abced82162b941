//! What was said about all messages of a page, by one statement: asked for one by one it would cost several times the
//! page itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::related::Named;
use super::amend::{NamedMessages, UIDS, joined};
use super::rows;
use crate::model::history::MAX_PAGE_BYTES;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Message, Uid};

type Sql<T> = rusqlite::Result<T>;

/// Changes of one kind and side that are read ahead: a page asks for the newest that counts, and of edits for all, which
/// are few. Whoever needs more asks for that message.
const NEWEST: usize = 4;

/// In the order of what they are about. Where nothing changes anything in a conversation that is known at the first step;
/// and that nothing changes one message, which is so of nearly all, before the kinds and sides of it are looked at. With
/// `EXISTS` SQLite would look at those first.
pub(super) fn changes_sql() -> String {
    format!(
        "{UIDS}, side (kind, direction) AS (VALUES (8, 0), (8, 1), (9, 0), (9, 1), (10, 0), (10, 1), (12, 1), \
         (13, 0)) \
         SELECT {} FROM uid CROSS JOIN side CROSS JOIN message m \
         WHERE (SELECT 1 FROM message m WHERE m.conversation = ?1 AND m.kind IN (8, 9, 10, 12, 13) LIMIT 1) \
         AND (SELECT 1 FROM message m WHERE m.conversation = ?1 AND m.about = substr(?2, uid.at, 16) \
         AND m.kind IN (8, 9, 10, 12, 13) LIMIT 1) \
         AND m.id IN (SELECT m.id FROM message m WHERE m.conversation = ?1 AND m.about = substr(?2, uid.at, 16) \
         AND m.kind IN (8, 9, 10, 12, 13) AND m.kind = side.kind AND m.direction = side.direction \
         AND m.id > ?3 AND m.id <= ?4 ORDER BY m.id DESC LIMIT ?5)",
        rows::COLUMNS
    )
}

/// The messages of a history, by their names; what was said about some of them is here already.
pub(super) struct PrefetchedChanges<'a> {
    names: NamedMessages<'a>,
    /// The newest of each kind and side, the newest first, by what they are about. A name that is missing was not read.
    found: BTreeMap<Uid, Vec<Arc<Message>>>,
}

impl<'a> PrefetchedChanges<'a> {
    /// Reads ahead for messages of these names, as far as they fit into a page.
    pub(super) fn read(
        names: NamedMessages<'a>,
        conversation: ConversationId,
        uids: &BTreeSet<Uid>,
    ) -> Sql<Self> {
        let mut found: BTreeMap<Uid, Vec<Arc<Message>>> = uids.iter().map(|uid| (*uid, Vec::new())).collect();
        if uids.is_empty() {
            return Ok(Self { names, found });
        }
        let mut ask = names.connection.prepare_cached(&changes_sql())?;
        let most = i64::try_from(NEWEST).unwrap_or(i64::MAX);
        let mut read = ask.query((conversation.0, joined(uids), names.cleared_to, rows::MAX_ID, most))?;
        let mut bytes = 0_usize;
        while let Some(row) = read.next()? {
            let Some(change) = rows::message(row) else { continue };
            let Some(about) = change.about else { continue };
            bytes = bytes.saturating_add(change.weight());
            if bytes > MAX_PAGE_BYTES {
                // It and those behind it are not whole.
                drop(found.split_off(&about));
                break;
            }
            found.entry(about).or_default().push(change);
        }
        for changes in found.values_mut() {
            changes.sort_unstable_by_key(|change| std::cmp::Reverse(change.id));
        }
        Ok(Self { names, found })
    }
}

impl Named for PrefetchedChanges<'_> {
    type Error = rusqlite::Error;

    fn named(&self, conversation: ConversationId, uid: Uid) -> Sql<Vec<Arc<Message>>> {
        self.names.named(conversation, uid)
    }

    fn has_changes(&self, target: &Message) -> Sql<bool> {
        let found = target.uid.and_then(|uid| self.found.get(&uid));
        found.map_or_else(|| self.names.has_changes(target), |changes| Ok(!changes.is_empty()))
    }

    fn changes(
        &self,
        target: &Message,
        kind: MessageKind,
        ours: bool,
        limit: usize,
    ) -> Sql<Vec<Arc<Message>>> {
        let Some(found) = target.uid.and_then(|uid| self.found.get(&uid)) else {
            return self.names.changes(target, kind, ours, limit);
        };
        let is_wanted = |change: &&Arc<Message>| change.kind() == Some(kind) && change.is_outgoing() == ours;
        let newest: Vec<&Arc<Message>> = found.iter().filter(is_wanted).collect();
        let is_all = newest.len() < NEWEST;
        let counting = newest.into_iter().filter(|change| change.counts_for(target));
        let counting: Vec<Arc<Message>> = counting.take(limit).cloned().collect();
        if is_all || counting.len() == limit {
            Ok(counting)
        } else {
            self.names.changes(target, kind, ours, limit)
        }
    }
}
