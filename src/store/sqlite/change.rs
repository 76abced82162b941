//! Changes of the history: one transaction for all of a group.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::super::db::Residue;
use super::super::related::{Named as _, as_it_stands};
use super::amend::{self, NamedMessages};
use super::{expiry, index, moving, outbox, rows, schema, seen};
use crate::model::backfill::MAX_SESSION_STATE;
use crate::model::history::{ConversationRecord, ScrollPosition, StoreCommand};
use crate::model::{ConversationId, Direction, Draft, Message, MessageId, Trust};

type Sql<T> = rusqlite::Result<T>;

/// One group of changes while it is carried out.
pub(super) struct Group<'a> {
    transaction: Transaction<'a>,
    /// Messages up to this one are in the index of the search.
    indexed_to: i64,
    /// Up to where the conversations are cleared, of those with new messages in this group.
    cleared: BTreeMap<ConversationId, i64>,
}

/// Carries out all of `ops` or nothing. Says which of them are messages that came before, by their places.
pub(super) fn commit(connection: &mut Connection, ops: &[StoreCommand], indexed_to: i64) -> Sql<Vec<usize>> {
    let transaction = connection.transaction()?;
    let mut group = Group { transaction, indexed_to, cleared: BTreeMap::new() };
    let mut known = Vec::new();
    for (place, op) in ops.iter().enumerate() {
        match op.arrival() {
            Some(message) if !seen::is_new(&group.transaction, message)? => known.push(place),
            Some(_) | None => group.apply(op)?,
        }
    }
    group.transaction.commit()?;
    Ok(known)
}

impl Group<'_> {
    fn apply(&mut self, op: &StoreCommand) -> Sql<()> {
        match op {
            StoreCommand::Insert(message) => self.insert(message),
            StoreCommand::Keep(message) => self.put(message),
            StoreCommand::Replace(message) => self.replace(message),
            StoreCommand::Know(card) => self.know(card),
            StoreCommand::Read { conversation, up_to } => self.read("read_to", *conversation, *up_to),
            StoreCommand::PeerRead { conversation, up_to } => self.read("peer_read", *conversation, *up_to),
            StoreCommand::Draft { conversation, draft } => self.draft(*conversation, draft),
            StoreCommand::Stand { conversation, at } => self.stand(*conversation, *at),
            StoreCommand::Session { conversation, state } => {
                let sql = "UPDATE conversation SET session = ?2 WHERE id = ?1 AND NOT forgotten";
                // Without any the engine begins anew; with an old one it would go on where it does not stand any more.
                let fits = state.0.len() <= usize::try_from(MAX_SESSION_STATE).unwrap_or_default();
                self.run(sql, (conversation.0, Some(&*state.0).filter(|_| fits))).map(drop)
            }
            StoreCommand::Unheard { conversation, message } => {
                let sql = "UPDATE conversation SET unheard_message = ?2 WHERE id = ?1 AND NOT forgotten";
                self.run(sql, (conversation.0, message.map(rows::number))).map(drop)
            }
            StoreCommand::Open { conversation } => {
                schema::set(&self.transaction, "open", conversation.0.into())
            }
            StoreCommand::Clear { conversation, up_to } => {
                self.hide(*conversation, rows::number(*up_to))?;
                Residue::note(&self.transaction)
            }
            StoreCommand::Forget { conversation } => {
                self.forget(*conversation)?;
                Residue::note(&self.transaction)
            }
            StoreCommand::Evict { conversation } => self.evict(*conversation),
            StoreCommand::Merge { from, into } => {
                write_card(&self.transaction, into)?;
                moving::move_messages(&self.transaction, *from, into.conversation, self.indexed_to)?;
                self.evict(*from)
            }
            StoreCommand::Trim { conversations, before } => {
                let last = rows::number(*before).saturating_sub(1);
                conversations.iter().try_for_each(|conversation| self.trim(*conversation, last))
            }
        }
    }

    fn trim(&mut self, conversation: ConversationId, last: i64) -> Sql<()> {
        self.hide(conversation, last)?;
        self.erase(conversation, last)
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Sql<usize> {
        self.transaction.prepare_cached(sql)?.execute(params)
    }

    /// Up to where the conversation is cleared; a row is made for it if it has none, or had none any more.
    fn cleared_to(&mut self, conversation: ConversationId) -> Sql<i64> {
        if let Some(known) = self.cleared.get(&conversation) {
            return Ok(*known);
        }
        let mut ask = self
            .transaction
            .prepare_cached("SELECT cleared_to FROM conversation WHERE id = ?1 AND NOT forgotten")?;
        let there = ask.query_row([conversation.0], |row| Ok(rows::integer(row, 0))).optional()?;
        drop(ask);
        let cleared = there.map_or_else(|| self.begin(conversation), Ok)?;
        self.cleared.insert(conversation, cleared);
        Ok(cleared)
    }

    /// A row for a conversation that has none, or had none any more. Up to where it is cleared.
    fn begin(&self, conversation: ConversationId) -> Sql<i64> {
        let mut add = self.transaction.prepare_cached(
            "INSERT INTO conversation (id) VALUES (?1) ON CONFLICT (id) DO UPDATE SET forgotten = 0 RETURNING cleared_to",
        )?;
        add.query_row([conversation.0], |row| Ok(rows::integer(row, 0)))
    }

    /// A message never takes the place of another one. The same one is there already when a group is carried out
    /// again that was lasting although its commit failed.
    fn insert(&mut self, message: &Message) -> Sql<()> {
        if !self.can_stand(message)? {
            return seen::note(&self.transaction, message);
        }
        let is_concerned = self.is_concerned(message)?;
        let stands = self.as_it_stands(message, is_concerned)?;
        let message = stands.as_ref().unwrap_or(message);
        match rows::insert(&self.transaction, message) {
            Ok(()) => self.follow_up(message, is_concerned),
            Err(error) => {
                let there = rows::stored(&self.transaction, rows::number(message.id))?;
                if there.is_some_and(|there| rows::is_same(&there, message)) { Ok(()) } else { Err(error) }
            }
        }
    }

    fn put(&mut self, message: &Message) -> Sql<()> {
        if !self.can_stand(message)? {
            return seen::note(&self.transaction, message);
        }
        let is_concerned = self.is_concerned(message)?;
        let stands = self.as_it_stands(message, is_concerned)?;
        let message = stands.as_ref().unwrap_or(message);
        rows::put(&self.transaction, message)?;
        self.follow_up(message, is_concerned)
    }

    /// Whether it changes another message or another one changes it. That is so of few, and spares the others every further
    /// question.
    fn is_concerned(&self, message: &Message) -> Sql<bool> {
        Ok(message.is_change() || NamedMessages::all(&self.transaction).has_changes(message)?)
    }

    fn as_it_stands(&self, message: &Message, is_concerned: bool) -> Sql<Option<Message>> {
        if is_concerned { as_it_stands(&NamedMessages::all(&self.transaction), message) } else { Ok(None) }
    }

    fn follow_up(&self, message: &Message, is_concerned: bool) -> Sql<()> {
        outbox::note(&self.transaction, message)?;
        if message.id.is_backfilled() {
            // It is older than all that comes, and nobody has to read it.
            self.read("read_to", message.conversation, message.id)?;
        }
        if is_concerned {
            expiry::follow_target(&self.transaction, message)?;
        }
        self.index(message)?;
        let changed = amend::carry_out(&self.transaction, message)?;
        changed.iter().try_for_each(|target| self.index(target))
    }

    /// What has been cleared does not come back, even when it was refused before.
    fn can_stand(&mut self, message: &Message) -> Sql<bool> {
        let stored = !matches!(message.direction, Direction::Notice(_));
        Ok(stored && rows::number(message.id) > self.cleared_to(message.conversation)?)
    }

    /// What comes behind the index is added to it later.
    fn index(&self, message: &Message) -> Sql<()> {
        let late = rows::number(message.id) <= self.indexed_to;
        if late { index::replace(&self.transaction, message) } else { Ok(()) }
    }

    fn replace(&mut self, message: &Message) -> Sql<()> {
        let sql = format!(
            "SELECT {} FROM message m JOIN conversation c ON c.id = m.conversation \
             WHERE m.id = ?1 AND m.conversation = ?2 AND m.id > c.cleared_to",
            rows::COLUMNS
        );
        let mut ask = self.transaction.prepare_cached(&sql)?;
        let params = (rows::number(message.id), message.conversation.0);
        let stored = ask.query_row(params, |row| Ok(rows::message(row))).optional()?;
        drop(ask);
        match stored {
            // Its indexes, and what follows from its words, are as they were.
            Some(Some(stored)) if rows::has_only_new_mark(&stored, message) => {
                rows::put_mark(&self.transaction, message)?;
                outbox::note(&self.transaction, message)
            }
            Some(_) => self.put(message),
            None => Ok(()),
        }
    }

    fn know(&self, card: &ConversationRecord) -> Sql<()> {
        write_card(&self.transaction, card)
    }

    /// Up to where we have read, or the peer has.
    fn read(&self, column: &str, conversation: ConversationId, up_to: MessageId) -> Sql<()> {
        let sql = format!("UPDATE conversation SET {column} = ?2 WHERE id = ?1 AND {column} < ?2");
        self.run(&sql, (conversation.0, rows::number(up_to))).map(drop)
    }

    fn draft(&self, conversation: ConversationId, draft: &Draft) -> Sql<()> {
        let Draft { text, reply, edit } = draft;
        let reply = reply.map(rows::number);
        let edit = edit.as_ref().map(|edit| (rows::number(edit.message), edit.text.as_str())).unzip();
        let sql = "UPDATE conversation SET draft = ?2, reply_message = ?3, edit_message = ?4, edit_text = ?5 \
                   WHERE id = ?1 AND NOT forgotten";
        self.run(sql, (conversation.0, text, reply, edit.0, edit.1.unwrap_or_default())).map(drop)
    }

    fn stand(&self, conversation: ConversationId, at: Option<ScrollPosition>) -> Sql<()> {
        let (message, row) = (at.map(|spot| rows::number(spot.message)), at.map(|spot| spot.row));
        let sql = "UPDATE conversation SET reading_message = ?2, reading_row = ?3 WHERE id = ?1";
        self.run(sql, (conversation.0, message, row)).map(drop)
    }

    /// From now on the messages up to this one are not shown; `erase` removes them. Only up to one that is
    /// there, so that nothing that comes later can be hidden.
    fn hide(&mut self, conversation: ConversationId, up_to: i64) -> Sql<()> {
        let mut ask = self
            .transaction
            .prepare_cached("SELECT max(id) FROM message WHERE conversation = ?1 AND id <= ?2")?;
        let last: Option<i64> =
            ask.query_row((conversation.0, up_to.min(rows::MAX_ID)), |row| row.get(0)).optional()?.flatten();
        drop(ask);
        schema::note_last_message(&self.transaction)?;
        if let Some(last) = last {
            self.cleared.remove(&conversation);
            let _rows = self.run(
                "UPDATE conversation SET cleared_to = ?2 WHERE id = ?1 AND cleared_to < ?2",
                (conversation.0, last),
            )?;
            outbox::remove(&self.transaction, conversation, last)?;
        }
        amend::drop_orphans(&self.transaction, conversation, up_to)
    }

    /// Removes what a flood brought in the same transaction: it is a bounded part, and a flood leaves no later moment.
    fn erase(&self, conversation: ConversationId, up_to: i64) -> Sql<()> {
        let mut ask = self
            .transaction
            .prepare_cached("SELECT id FROM message WHERE conversation = ?1 AND id <= ?2 AND id <= ?3")?;
        let mut indexed = ask.query((conversation.0, up_to, self.indexed_to))?;
        while let Some(row) = indexed.next()? {
            index::remove(&self.transaction, rows::integer(row, 0))?;
        }
        self.run("DELETE FROM message WHERE conversation = ?1 AND id <= ?2", (conversation.0, up_to))
            .map(drop)
    }

    fn evict(&mut self, conversation: ConversationId) -> Sql<()> {
        self.forget(conversation)?;
        self.erase(conversation, i64::MAX)?;
        self.run("DELETE FROM conversation WHERE id = ?1", [conversation.0]).map(drop)
    }

    /// The name and the address go at once, and what was known of its messages.
    fn forget(&mut self, conversation: ConversationId) -> Sql<()> {
        self.hide(conversation, i64::MAX)?;
        let _rows = self.run(
            "UPDATE conversation SET forgotten = 1, forgotten_to = cleared_to, name = '', address = '', standing = 2, known = 1, \
             draft = '', reply_message = NULL, edit_message = NULL, edit_text = '', reading_message = NULL, reading_row = NULL, trust = '', session = NULL, unheard_message = NULL, peer_read = -1 WHERE id = ?1",
            [conversation.0],
        )?;
        seen::forget(&self.transaction, conversation)?;
        let _rows = self.run("DELETE FROM setting WHERE key = 'open' AND value = ?1", [conversation.0])?;
        self.cleared.remove(&conversation);
        schema::raise(&self.transaction, "last_conversation", conversation.0.into())
    }
}

/// What is known of a conversation; one that was forgotten begins anew.
pub(super) fn write_card(connection: &Connection, card: &ConversationRecord) -> Sql<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO conversation (id, name, address, standing, known, trust) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (id) DO UPDATE SET name = ?2, address = ?3, standing = ?4, known = ?5, trust = ?6, forgotten = 0",
    )?;
    let kind = rows::peer_kind_number(card.kind);
    let known = match card {
        ConversationRecord { known: true, aside: true, .. } => rows::ASIDE,
        ConversationRecord { known: true, joined: true, .. } => rows::IN_ROOM,
        ConversationRecord { known, .. } => i64::from(*known),
    };
    let trust = card.trust.as_ref().map(Trust::code).unwrap_or_default();
    statement.execute((card.conversation.0, &card.name, &card.address, kind, known, trust)).map(drop)
}
