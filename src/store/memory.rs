//! The backend that keeps the history in memory, until the program ends: where no file can be written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conversation_log::{ConversationLog, ids};
use super::related;
use super::seen::SeenMessages;
use super::sieve::Sieve;
use super::{
    Backend, ExpiredPart, OutboxPage, OutboxQuery, Page, PageQuery, SearchHits, SearchQuery, StoreCommand,
};
use crate::model::history::{ConversationRecord, MAX_PAGE_BYTES, PageAnchor, Purpose};
use crate::model::{ConversationId, Message, MessageId, Phrase, WallTime};

/// Messages by conversation, oldest first. The oldest go when a conversation is full.
#[derive(Clone, Debug, Default)]
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

    fn find(&self, conversation: ConversationId, id: MessageId) -> Option<&Arc<Message>> {
        self.conversations.get(&conversation)?.find(id)
    }

    /// Whether the message has not come before, or is what stands under its id. From now on it has.
    fn is_new(&mut self, message: &Message) -> bool {
        let is_it = |there: &Arc<Message>| there.incoming_uid() == message.incoming_uid();
        self.seen.note(message) || self.find(message.conversation, message.id).is_some_and(is_it)
    }

    fn apply(&mut self, op: &StoreCommand) {
        match op {
            StoreCommand::Insert(message) | StoreCommand::Keep(message) => self.put(message),
            StoreCommand::Replace(message) => {
                if self.find(message.conversation, message.id).is_some() {
                    self.put(message);
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
            StoreCommand::Merge { from, into } => self.merge(*from, into),
            StoreCommand::Know(card) => {
                drop(self.cards.insert(card.conversation, ConversationRecord::clone(card)));
            }
            StoreCommand::Trim { conversations, before } => {
                for conversation in conversations {
                    self.trim(*conversation, *before);
                }
            }
            // There is no next start that could ask.
            StoreCommand::Read { .. }
            | StoreCommand::PeerRead { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Stand { .. }
            | StoreCommand::Session { .. }
            | StoreCommand::Unheard { .. }
            | StoreCommand::Open { .. } => {}
        }
    }

    fn put(&mut self, message: &Arc<Message>) {
        let room = self.conversations.entry(message.conversation).or_default();
        let Ok(stands) = related::as_it_stands(room, message);
        let stands = stands.map_or_else(|| Arc::clone(message), Arc::new);
        room.put(&stands);
        let Ok(()) = room.carry_out(&stands);
    }

    fn merge(&mut self, from: ConversationId, into: &ConversationRecord) {
        let to = into.conversation;
        self.cards.remove(&from);
        self.cards.insert(to, into.clone());
        let gone = self.conversations.remove(&from).unwrap_or_default();
        let twin = |message: &Arc<Message>| {
            let uid = message.incoming_uid();
            uid.is_some_and(|uid| self.seen.has_come(to, uid))
        };
        let moved: Vec<_> = gone.messages.iter().chain(&gone.changes).filter(|one| !twin(one)).collect();
        for message in moved {
            self.put(&Arc::new(Message { conversation: to, ..Message::clone(message) }));
        }
        self.seen.merge(from, to);
    }

    fn trim(&mut self, conversation: ConversationId, before: MessageId) {
        let Some(room) = self.conversations.get_mut(&conversation) else { return };
        room.trim(before);
        if room.messages.is_empty() && room.changes.is_empty() {
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
        let all = room.into_iter().flat_map(|room| room.messages.iter().chain(&room.changes));
        let mut behind: Vec<&Arc<Message>> =
            all.filter(|message| message.is_in_outbox() && message.id.0 >= after).collect();
        behind.sort_unstable_by_key(|message| message.id);
        let page = query.answer(behind.into_iter().cloned());
        let Some(room) = room else { return Ok(page) };
        let as_it_goes_out = |message: &Arc<Message>| {
            let Ok(stands) = related::as_it_goes_out(room, message);
            stands
        };
        Ok(OutboxPage { messages: page.messages.iter().map(as_it_goes_out).collect(), ..page })
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
            PageAnchor::Named { uid, ours } => {
                let is_meant = |message: &&Arc<Message>| message.is_outgoing() == ours;
                let found = ids(&room.names, uid).filter_map(|id| room.find(id)).find(is_meant);
                let messages = found.cloned().into_iter().collect();
                return Ok(Page { messages, older: false, newer: false, ..room.page(query, 0..0) });
            }
            PageAnchor::Around(id) => {
                let at = room.position(id);
                room.up(at, len / 2, most / 2)..room.down(at, len / 2, most / 2)
            }
        };
        let mut page = room.page(query, range);
        if matches!(query.purpose, Purpose::Show | Purpose::LastWords) {
            let Ok(answered) = related::answered(room, &page.messages);
            let Ok(found) = related::related(room, answered, &page.messages);
            page.related = found;
        }
        Ok(page)
    }

    fn expire(&mut self, now: WallTime) -> Result<ExpiredPart, Phrase> {
        let mut expired = ExpiredPart::default();
        for log in self.conversations.values_mut() {
            log.expire(now, &mut expired);
        }
        self.conversations.retain(|_, log| !log.messages.is_empty() || !log.changes.is_empty());
        Ok(expired)
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
            .flat_map(|room| room.messages.iter().map(move |message| (room, message)))
            .filter(|(_, message)| sieve.passes(message))
            .filter_map(|(room, message)| {
                let Ok(hit) = room.matching(message, &lookup.search);
                hit
            })
            .collect();
        hits.sort_unstable_by_key(|message| std::cmp::Reverse(message.id));
        let more = hits.len() > lookup.limit;
        hits.truncate(lookup.limit);
        Ok(SearchHits { ticket: lookup.ticket, hits, more })
    }
}
