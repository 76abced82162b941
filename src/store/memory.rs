//! The backend that keeps the history in memory, until the program ends: where no file can be written.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use super::seen::SeenMessages;
use super::sieve::Sieve;
use super::{Backend, OutboxPage, OutboxQuery, Page, PageQuery, SearchHits, SearchQuery, StoreCommand};
use crate::model::history::{ConversationRecord, MAX_PAGE_BYTES, PageAnchor};
use crate::model::{ConversationId, Message, MessageId, Phrase};

/// Messages kept per conversation: two bursts of the size the network side promises to survive, times five.
const MAX_MESSAGES: usize = 100_000;

/// Bytes kept per conversation, as `Message::weight` counts them: a thousand of the largest messages, or some
/// hundred thousand short ones.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// How many of these messages weigh no more than `limit` together; the first does in any case.
fn fitting<'a>(messages: impl Iterator<Item = &'a Arc<Message>>, limit: usize) -> usize {
    let mut bytes: usize = 0;
    let fits = |message: &&Arc<Message>| {
        let first = bytes == 0;
        bytes = bytes.saturating_add(message.weight());
        first || bytes <= limit
    };
    messages.take_while(fits).count()
}

#[derive(Debug, Default)]
struct ConversationLog {
    messages: VecDeque<Arc<Message>>,
    /// What they weigh together.
    bytes: usize,
}

impl ConversationLog {
    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.messages.pop_front() {
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
    }

    /// Puts a message where its id belongs; one that is there already is replaced.
    fn put(&mut self, message: &Arc<Message>) {
        self.bytes = self.bytes.saturating_add(message.weight());
        let at = self.position(message.id);
        match self.messages.get_mut(at) {
            Some(slot) if slot.id == message.id => {
                self.bytes = self.bytes.saturating_sub(slot.weight());
                *slot = Arc::clone(message);
            }
            Some(_) | None => self.messages.insert(at, Arc::clone(message)),
        }
        while self.messages.len() > MAX_MESSAGES || self.bytes > MAX_BYTES {
            self.drop_oldest();
        }
    }

    fn position(&self, id: MessageId) -> usize {
        self.messages.partition_point(|message| message.id < id)
    }

    /// The page that ends before `end`: where it begins.
    fn up(&self, end: usize, messages: usize, bytes: usize) -> usize {
        end.saturating_sub(fitting(self.messages.range(..end).rev().take(messages), bytes))
    }

    /// The page that begins at `first`: where it ends.
    fn down(&self, first: usize, messages: usize, bytes: usize) -> usize {
        first.saturating_add(fitting(self.messages.range(first..).take(messages), bytes))
    }

    fn page(&self, query: &PageQuery, range: Range<usize>) -> Page {
        Page {
            query: *query,
            older: range.start > 0,
            newer: range.end < self.messages.len(),
            messages: self.messages.range(range).cloned().collect(),
        }
    }
}

/// Messages by conversation, oldest first. The oldest go when a conversation is full.
#[derive(Debug, Default)]
pub struct Memory {
    conversations: BTreeMap<ConversationId, ConversationLog>,
    /// Searches may ask for names.
    cards: BTreeMap<ConversationId, ConversationRecord>,
    /// Which messages have come, whether they are still there or not.
    seen: SeenMessages,
}

impl Memory {
    /// What is kept of one conversation, oldest first.
    pub fn messages(&self, conversation: ConversationId) -> impl Iterator<Item = &Arc<Message>> {
        self.conversations.get(&conversation).into_iter().flat_map(|room| &room.messages)
    }

    fn find(&mut self, conversation: ConversationId, id: MessageId) -> Option<&mut Arc<Message>> {
        let messages = &mut self.conversations.get_mut(&conversation)?.messages;
        let at = messages.binary_search_by_key(&id, |message| message.id).ok()?;
        messages.get_mut(at)
    }

    /// Whether the message has not come before, or is what stands under its id. From now on it has.
    fn is_new(&mut self, message: &Message) -> bool {
        let is_it = |there: &mut Arc<Message>| there.incoming_uid() == message.incoming_uid();
        self.seen.note(message) || self.find(message.conversation, message.id).is_some_and(is_it)
    }

    fn apply(&mut self, op: &StoreCommand) {
        match op {
            StoreCommand::Insert(message) | StoreCommand::Keep(message) => {
                self.conversations.entry(message.conversation).or_default().put(message);
            }
            StoreCommand::Replace(message) => {
                if self.find(message.conversation, message.id).is_some()
                    && let Some(room) = self.conversations.get_mut(&message.conversation)
                {
                    room.put(message);
                }
            }
            StoreCommand::Clear { conversation, up_to } => {
                self.trim(*conversation, MessageId(up_to.0.saturating_add(1)));
            }
            StoreCommand::Forget { conversation } | StoreCommand::Evict { conversation } => {
                self.conversations.remove(conversation);
                self.cards.remove(conversation);
                self.seen.forget(*conversation);
            }
            StoreCommand::Know(card) => drop(self.cards.insert(card.conversation, card.clone())),
            StoreCommand::Trim { conversations, before } => {
                for conversation in conversations {
                    self.trim(*conversation, *before);
                }
            }
            // There is no next start that could ask.
            StoreCommand::Read { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Stand { .. }
            | StoreCommand::Open { .. } => {}
        }
    }

    fn trim(&mut self, conversation: ConversationId, before: MessageId) {
        let Some(room) = self.conversations.get_mut(&conversation) else { return };
        while room.messages.front().is_some_and(|oldest| oldest.id < before) {
            room.drop_oldest();
        }
        if room.messages.is_empty() {
            self.conversations.remove(&conversation);
        }
    }
}

impl Backend for Memory {
    fn forgets(&self) -> bool {
        true
    }

    fn commit(&mut self, ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase> {
        let mut known = Vec::new();
        for (place, op) in ops.iter().enumerate() {
            match op.arrival() {
                Some(message) if !self.is_new(message) => known.push(place),
                Some(_) | None => self.apply(op),
            }
        }
        Ok(known)
    }

    fn outbox(&mut self, query: &OutboxQuery) -> Result<OutboxPage, Phrase> {
        let after = query.after.map_or(0, |after| after.0.saturating_add(1));
        let room = self.conversations.get(&query.conversation);
        let behind = room.into_iter().flat_map(|room| {
            room.messages.range(room.position(MessageId(after))..).filter(|message| message.is_in_outbox())
        });
        Ok(query.answer(behind.cloned()))
    }

    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase> {
        let nothing = ConversationLog::default();
        let room = self.conversations.get(&query.conversation).unwrap_or(&nothing);
        let (len, most) = (query.messages, MAX_PAGE_BYTES);
        let up = |end| room.up(end, len, most)..end;
        let down = |first| first..room.down(first, len, most);
        let range = match query.at {
            PageAnchor::Newest => up(room.messages.len()),
            PageAnchor::Oldest => down(0),
            PageAnchor::Before(id) => up(room.position(id)),
            PageAnchor::After(id) => down(room.position(MessageId(id.0.saturating_add(1)))),
            PageAnchor::Around(id) => {
                let at = room.position(id);
                room.up(at, len / 2, most / 2)..room.down(at, len / 2, most / 2)
            }
        };
        Ok(room.page(query, range))
    }

    fn sent(&mut self, conversation: ConversationId, limit: usize) -> Result<Vec<String>, Phrase> {
        let said = |message: &&Arc<Message>| message.is_outgoing() && !message.text.is_empty();
        let outgoing = self.messages(conversation).filter(said);
        let mut texts: Vec<String> = outgoing.map(|message| message.text.clone()).collect();
        texts.dedup();
        texts.drain(..texts.len().saturating_sub(limit));
        Ok(texts)
    }

    fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        let sieve = Sieve::new(lookup, &self.cards.values(), &BTreeSet::new());
        let mut hits: Vec<Arc<Message>> = self
            .conversations
            .values()
            .flat_map(|room| &room.messages)
            .filter(|message| sieve.passes(message) && lookup.search.matches(&message.text))
            .cloned()
            .collect();
        hits.sort_unstable_by_key(|message| std::cmp::Reverse(message.id));
        let more = hits.len() > lookup.limit;
        hits.truncate(lookup.limit);
        Ok(SearchHits { ticket: lookup.ticket, hits, more })
    }
}
