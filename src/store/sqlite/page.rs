//! Pages of a conversation, read along its index from where they are wanted: as fast at the end of a million
//! messages as at the end of ten.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::related::{self, Named as _};
use super::amend::NamedMessages;
use super::prefetch::PrefetchedChanges;
use super::{expiry, outbox, rows};
use crate::model::history::{MAX_PAGE_BYTES, OutboxPage, OutboxQuery, Page, PageAnchor, PageQuery, Purpose};
use crate::model::{ConversationId, Message, Uid, WallTime};

type Sql<T> = rusqlite::Result<T>;

/// As many messages as fit; the first does in any case.
#[derive(Clone, Copy)]
struct PageLimit {
    messages: usize,
    bytes: usize,
}

/// One conversation, without what has been cleared.
struct VisibleConversation<'a> {
    connection: &'a Connection,
    conversation: ConversationId,
    cleared_to: i64,
    /// Which of it can be seen, as a condition.
    seen: String,
    hidden_to: Option<WallTime>,
}

/// `hidden_to`: what was due then and is still there is left out.
pub(super) fn page(connection: &Connection, query: &PageQuery, hidden_to: Option<WallTime>) -> Sql<Page> {
    // One look at the file: each statement by itself would take and give back the locks of its log.
    let moment = connection.unchecked_transaction()?;
    let view = VisibleConversation::open(&moment, query.conversation, hidden_to)?;
    let whole = PageLimit { messages: query.messages, bytes: MAX_PAGE_BYTES };
    let half = PageLimit { messages: whole.messages / 2, bytes: whole.bytes / 2 };
    let (pivot, messages) = match query.at {
        PageAnchor::Named { uid, ours } => return view.named(query, uid, ours),
        PageAnchor::Newest => (i64::MAX, view.up(i64::MAX, whole)?),
        PageAnchor::Oldest => (0, view.down(0, whole)?),
        PageAnchor::Before(id) => (rows::number(id), view.up(rows::number(id), whole)?),
        PageAnchor::After(id) => {
            let first = rows::number(id).saturating_add(1);
            (first, view.down(first, whole)?)
        }
        PageAnchor::Around(id) => {
            let id = rows::number(id);
            let mut messages = view.up(id, half)?;
            messages.extend(view.down(id, half)?);
            (id, messages)
        }
    };
    let first = messages.first().map_or(pivot, |first| rows::number(first.id));
    let after = messages.last().map_or(pivot, |last| rows::number(last.id).saturating_add(1));
    let (older, newer) = (view.has_before(first)?, view.has_from(after)?);
    let related = match query.purpose {
        Purpose::Show | Purpose::LastWords => view.related(&messages)?,
        Purpose::Redecode | Purpose::Locate | Purpose::Mentions | Purpose::Withdrawn => Vec::new(),
    };
    Ok(Page { query: *query, messages, related, older, newer })
}

/// What waits for a peer, with the words that stand.
pub(super) fn outbox_page(connection: &Connection, query: &OutboxQuery) -> Sql<OutboxPage> {
    let page = outbox::page(connection, query)?;
    let all = NamedMessages::all(connection);
    let messages = page.messages.iter().map(|message| related::as_it_goes_out(&all, message));
    Ok(OutboxPage { messages: messages.collect::<Sql<_>>()?, ..page })
}

impl<'a> VisibleConversation<'a> {
    fn open(
        connection: &'a Connection,
        conversation: ConversationId,
        hidden_to: Option<WallTime>,
    ) -> Sql<Self> {
        let mut ask = connection.prepare_cached("SELECT cleared_to FROM conversation WHERE id = ?1")?;
        let cleared_to = ask.query_row([conversation.0], |row| Ok(rows::integer(row, 0))).optional()?;
        let hidden = hidden_to.map(|now| format!(" AND NOT {}", expiry::hidden(now))).unwrap_or_default();
        let seen = format!("{}{hidden}", rows::NO_CHANGE);
        Ok(Self { connection, conversation, cleared_to: cleared_to.unwrap_or(-1), seen, hidden_to })
    }

    const fn names(&self) -> NamedMessages<'a> {
        NamedMessages { connection: self.connection, cleared_to: self.cleared_to }
    }

    /// What comes with a page of these messages.
    fn related(&self, messages: &[Arc<Message>]) -> Sql<Vec<Arc<Message>>> {
        let mut answered = related::answered(&self.names(), messages)?;
        let is_due =
            |message: &Message| self.hidden_to.is_some_and(|now| message.expires.is_some_and(|at| at <= now));
        answered.retain(|message| !is_due(message) || message.is_owed());
        let uids = answered.iter().chain(messages).filter_map(|message| message.uid).collect();
        let changes = PrefetchedChanges::read(self.names(), self.conversation, &uids)?;
        related::related(&changes, answered, messages)
    }

    /// The message of ours or of the peer's with this name; a page of one, or of none.
    fn named(&self, query: &PageQuery, uid: Uid, ours: bool) -> Sql<Page> {
        let mut messages = self.names().named(self.conversation, uid)?;
        messages.retain(|message| message.is_outgoing() == ours);
        messages.truncate(1);
        Ok(Page { query: *query, messages, related: Vec::new(), older: false, newer: false })
    }

    /// The messages before `end`, as many as fit; oldest first.
    fn up(&self, end: i64, limit: PageLimit) -> Sql<Vec<Arc<Message>>> {
        let mut messages =
            self.read("m.id > ?2 AND m.id < ?3 ORDER BY m.id DESC", self.cleared_to, end, limit)?;
        messages.reverse();
        Ok(messages)
    }

    /// The messages from `first` on, as many as fit.
    fn down(&self, first: i64, limit: PageLimit) -> Sql<Vec<Arc<Message>>> {
        self.read("m.id > ?2 AND m.id <= ?3 ORDER BY m.id", self.before(first), i64::MAX, limit)
    }

    /// What stands right before `first`, and is nothing that has been cleared. One bound, since of two SQLite
    /// would walk along the index from whichever it likes.
    fn before(&self, first: i64) -> i64 {
        first.saturating_sub(1).max(self.cleared_to)
    }

    fn read(&self, sql: &str, after: i64, to: i64, limit: PageLimit) -> Sql<Vec<Arc<Message>>> {
        let sql = format!(
            "SELECT {} FROM message m WHERE m.conversation = ?1 AND {} AND {sql}",
            rows::COLUMNS,
            self.seen
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = statement.query((self.conversation.0, after, to))?;
        let (mut messages, mut weight) = (Vec::new(), 0_usize);
        while messages.len() < limit.messages {
            let Some(row) = found.next()? else { break };
            let Some(message) = rows::message(row) else { continue };
            weight = weight.saturating_add(message.weight());
            if weight > limit.bytes && !messages.is_empty() {
                break;
            }
            messages.push(message);
        }
        Ok(messages)
    }

    fn has_before(&self, id: i64) -> Sql<bool> {
        self.has("m.id > ?2 AND m.id < ?3", self.cleared_to, id)
    }

    fn has_from(&self, id: i64) -> Sql<bool> {
        self.has("m.id > ?2 AND m.id <= ?3", self.before(id), i64::MAX)
    }

    /// Whether a message is there that a page would show: whoever asks for it gets it.
    fn has(&self, sql: &str, after: i64, to: i64) -> Sql<bool> {
        let sql = format!(
            "SELECT 1 FROM message m WHERE m.conversation = ?1 AND {sql} AND {} AND {}",
            rows::READABLE,
            self.seen
        );
        self.connection.prepare_cached(&sql)?.exists((self.conversation.0, after, to))
    }
}

/// What was sent last, oldest first; a text that stands several times in a row stands once, and files without a word
/// and changes of other messages not at all.
pub(super) fn sent(connection: &Connection, conversation: ConversationId, limit: usize) -> Sql<Vec<String>> {
    let view = VisibleConversation::open(connection, conversation, None)?;
    let mut statement = connection.prepare_cached(
        "SELECT text FROM message INDEXED BY outgoing WHERE conversation = ?1 AND direction = 1 AND id > ?2 \
         AND kind NOT IN (8, 9, 10, 12, 13) ORDER BY id DESC",
    )?;
    let mut found = statement.query((conversation.0, view.cleared_to))?;
    let mut texts: Vec<String> = Vec::new();
    while texts.len() < limit {
        let Some(row) = found.next()? else { break };
        let text = rows::text(row, 0);
        if !text.is_empty() && texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts.reverse();
    Ok(texts)
}
