//! Searches: newest first, by the index as far as it reaches and by looking at the messages beyond it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::super::sieve::Sieve;
use super::{amend, index, rows, schema, start};
use crate::model::history::{ConversationRecord, SearchHits, SearchQuery};
use crate::model::{ConversationId, Message};

type Sql<T> = rusqlite::Result<T>;

/// Conversations that the index is asked for by name; more of them are told apart message by message.
const MAX_PLACES: usize = 64;

/// A search while it is carried out.
struct SearchCursor<'a> {
    connection: &'a Connection,
    /// The messages are a view.
    adapted: bool,
    sieve: Sieve<'a>,
    hits: Vec<Arc<Message>>,
}

/// All of it sees the history at one moment.
pub(super) fn search(connection: &Connection, lookup: &SearchQuery) -> Sql<SearchHits> {
    let moment = connection.unchecked_transaction()?;
    let cards = if Sieve::needs_cards(lookup) { cards(&moment)? } else { Vec::new() };
    let adapted = schema::is_adapted(&moment)?;
    let named = !lookup.search.from.is_empty() && schema::has_column(&moment, "sender")?;
    let rooms = if named { rooms(&moment)? } else { BTreeSet::new() };
    let sieve = Sieve::new(lookup, &cards.iter(), &rooms);
    let mut cursor = SearchCursor { connection: &moment, adapted, sieve, hits: Vec::new() };
    if cursor.sieve.can_pass() {
        cursor.run()?;
    }
    let mut hits = cursor.hits;
    let more = hits.len() > lookup.limit;
    hits.truncate(lookup.limit);
    Ok(SearchHits { ticket: lookup.ticket, hits, more })
}

pub(super) fn cards(connection: &Connection) -> Sql<Vec<ConversationRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, address, standing, known, trust FROM conversation WHERE NOT forgotten ORDER BY id",
    )?;
    let mut found = statement.query([])?;
    let mut cards = Vec::new();
    while let Some(row) = found.next()? {
        cards.extend(start::card(row));
    }
    Ok(cards)
}

/// Where senders have names of their own.
fn rooms(connection: &Connection) -> Sql<BTreeSet<ConversationId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM conversation c WHERE EXISTS (SELECT 1 FROM main.message m INDEXED BY named \
         WHERE m.conversation = c.id AND m.sender IS NOT NULL)",
    )?;
    let mut found = statement.query([])?;
    let mut rooms = BTreeSet::new();
    while let Some(row) = found.next()? {
        rooms.extend(rows::conversation_id(rows::integer(row, 0)));
    }
    Ok(rooms)
}

impl SearchCursor<'_> {
    fn run(&mut self) -> Sql<()> {
        let before = self.sieve.lookup.before.map_or(i64::MAX, rows::number);
        let indexed_to = index::indexed_to(self.connection)?;
        match self.expression() {
            Some(expression) if indexed_to >= 0 => {
                self.scan(before, indexed_to)?;
                self.ask_index(&expression, before.min(indexed_to.saturating_add(1)))
            }
            Some(_) | None => self.scan(before, -1),
        }
    }

    fn is_full(&self) -> bool {
        self.hits.len() > self.sieve.lookup.limit
    }

    /// What the index is asked for; nothing if it can say nothing.
    fn expression(&self) -> Option<String> {
        let words = self.sieve.lookup.search.fts().map(|words| format!("body : ({words})"));
        let places = self.sieve.places.as_ref().and_then(tokens);
        let peers = self.sieve.peers().and_then(tokens);
        let author = match self.sieve.authors() {
            (true, false) => Some(format!("place : {}", index::FROM_US)),
            (false, true) => Some(format!("place : {}", index::FROM_THEM)),
            (true, true) | (false, false) => None,
        };
        let parts: Vec<String> = [words, places, peers, author].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    fn ask_index(&mut self, expression: &str, before: i64) -> Sql<()> {
        let fetch = format!(
            "SELECT {} FROM message m JOIN conversation c ON c.id = m.conversation \
             WHERE m.id = ?1 AND m.id > c.cleared_to",
            rows::COLUMNS
        );
        let mut fetch = self.connection.prepare_cached(&fetch)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC",
        )?;
        let mut found = statement.query((expression, before))?;
        let literals = self.sieve.lookup.search.has_literals();
        while !self.is_full() {
            let Some(row) = found.next()? else { break };
            let message =
                fetch.query_row([rows::integer(row, 0)], |row| Ok(rows::message(row))).optional()?;
            let Some(message) = message.flatten() else { continue };
            if !self.sieve.passes(&message) {
                continue;
            }
            if message.uid.is_some() {
                self.hits.extend(amend::matching(self.connection, message, &self.sieve.lookup.search)?);
            } else if !literals || self.sieve.lookup.search.matches(&message.with_file_names(&message.text)) {
                self.hits.push(message);
            }
        }
        Ok(())
    }

    /// Looks at the messages between these two, the newest first.
    fn scan(&mut self, before: i64, after: i64) -> Sql<()> {
        let within = self.sieve.lookup.within;
        let (by, filter) = match within {
            Some(_) => ("INDEXED BY message_of", "m.conversation = ?5"),
            None => ("NOT INDEXED", "?5 IS NULL"),
        };
        let by = if self.adapted { "" } else { by };
        let sql = format!(
            "SELECT {} FROM message m {by} CROSS JOIN conversation c ON c.id = m.conversation \
             WHERE m.id < ?1 AND m.id > ?2 AND m.id > c.cleared_to AND (?3 IS NULL OR m.time >= ?3) \
             AND (?4 IS NULL OR m.time < ?4) AND {filter} ORDER BY m.id DESC",
            rows::COLUMNS
        );
        let search = &self.sieve.lookup.search;
        let (first, end) = (search.after.map(|after| after.0), search.before.map(|before| before.0));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = statement.query((before, after, first, end, within.map(|within| within.0)))?;
        while !self.is_full() {
            let Some(row) = found.next()? else { break };
            let hit = look(self.connection, &self.sieve, row)?;
            self.hits.extend(hit);
        }
        Ok(())
    }
}

/// What asks the index for these conversations, unless they are too many. None of them cannot be asked for.
fn tokens(places: &BTreeSet<ConversationId>) -> Option<String> {
    let tokens: Vec<String> = places.iter().map(|place| index::conversation_token(*place)).collect();
    (1..=MAX_PLACES).contains(&tokens.len()).then(|| format!("place : ({})", tokens.join(" OR ")))
}

/// The message of this row if it is asked for.
fn look(connection: &Connection, sieve: &Sieve<'_>, row: &Row<'_>) -> Sql<Option<Arc<Message>>> {
    let search = &sieve.lookup.search;
    let named = row.get_ref(16)?.as_blob().is_ok();
    let offers = row.get_ref(15)?.as_bytes().is_ok();
    // Most have other words: they are not copied.
    let words = row.get_ref(11)?.as_bytes().unwrap_or_default();
    if !named && !offers && !search.matches(&String::from_utf8_lossy(words)) {
        return Ok(None);
    }
    match rows::message(row).filter(|message| sieve.passes(message)) {
        Some(message) if named => amend::matching(connection, message, search),
        Some(message) if offers && !search.matches(&message.with_file_names(&message.text)) => Ok(None),
        found => Ok(found),
    }
}
