//! What searches found: one in the open conversation, one everywhere.

use std::sync::Arc;

use crate::app::conversation::Conversation;
use crate::model::history::{SearchHits, SearchQuery};
use crate::model::search::Search;
use crate::model::{ConversationId, Message, MessageId, Phrase};

/// Hits of one answer: more than a screen.
const HITS: usize = 100;

/// Hits held; a search with more of them is too broad to be read.
const MAX_HITS: usize = 2_000;

/// The results of the last search, newest first.
#[derive(Clone, Debug, Default)]
pub struct SearchResults {
    pub search: Search,
    pub within: Option<ConversationId>,
    pub hits: Vec<Arc<Message>>,
    /// There are older ones.
    pub more: bool,
    /// An answer is on its way.
    pub running: bool,
    /// Why there is none.
    pub failed: Option<Phrase>,
    ticket: u64,
}

/// The last search in a conversation, and the last one everywhere.
#[derive(Clone, Debug, Default)]
pub struct SearchState {
    located: SearchResults,
    found: SearchResults,
    last_ticket: u64,
}

impl SearchState {
    /// What the last search in a conversation found.
    pub const fn located(&self) -> &SearchResults {
        &self.located
    }

    /// What the last search everywhere found.
    pub const fn found(&self) -> &SearchResults {
        &self.found
    }

    /// A new search. One without a word or a filter finds nothing.
    pub(in crate::app) fn start(
        &mut self,
        within: Option<ConversationId>,
        search: Search,
    ) -> Option<SearchQuery> {
        let running = !search.is_empty();
        let ticket = self.new_ticket();
        let results = SearchResults { search, within, running, ticket, ..SearchResults::default() };
        let query = running.then(|| results.query());
        *self.slot(within.is_none()) = results;
        query
    }

    /// Older hits than those that are there.
    pub(in crate::app) fn continue_search(&mut self, everywhere: bool) -> Option<SearchQuery> {
        let ticket = self.new_ticket();
        let results = self.slot(everywhere);
        if results.running || !results.more || results.hits.len() >= MAX_HITS {
            return None;
        }
        results.running = true;
        results.ticket = ticket;
        Some(results.query())
    }

    pub(in crate::app) fn on_found(&mut self, found: SearchHits) {
        let Some(results) = self.running(found.ticket) else { return };
        results.running = false;
        results.more = found.more;
        // One that came while the search ran may be in both.
        let oldest = results.hits.last().map(|oldest| oldest.id);
        let is_older = |hit: &Arc<Message>| oldest.is_none_or(|oldest| hit.id < oldest);
        results.hits.extend(found.hits.into_iter().filter(is_older));
    }

    pub(in crate::app) fn on_failed(&mut self, ticket: u64, why: Phrase) {
        let Some(results) = self.running(ticket) else { return };
        results.running = false;
        results.more = false;
        results.failed = Some(why);
    }

    /// A message came that was not there when the search was asked for.
    pub(in crate::app) fn on_message(&mut self, conversation: &Conversation, message: &Arc<Message>) {
        let results = &mut self.located;
        if results.within == Some(conversation.id) && is_hit(&results.search, conversation, message) {
            let known = results.hits.first().is_some_and(|newest| newest.id >= message.id);
            if !known {
                results.hits.insert(0, Arc::clone(message));
                results.more |= results.hits.len() > MAX_HITS;
                results.hits.truncate(MAX_HITS);
            }
        }
    }

    /// The messages of a conversation up to this one are gone.
    pub(in crate::app) fn remove(&mut self, conversation: ConversationId, up_to: MessageId) {
        for results in [&mut self.found, &mut self.located] {
            results.hits.retain(|hit| hit.conversation != conversation || hit.id > up_to);
        }
    }

    /// The message has lost its words.
    pub(in crate::app) fn drop_hit(&mut self, message: MessageId) {
        for results in [&mut self.found, &mut self.located] {
            results.hits.retain(|hit| hit.id != message);
        }
    }

    /// The conversation was left.
    pub(in crate::app) fn close(&mut self, conversation: ConversationId) {
        if self.located.within == Some(conversation) {
            self.located = SearchResults::default();
        }
    }

    const fn new_ticket(&mut self) -> u64 {
        self.last_ticket = self.last_ticket.saturating_add(1);
        self.last_ticket
    }

    const fn slot(&mut self, everywhere: bool) -> &mut SearchResults {
        if everywhere { &mut self.found } else { &mut self.located }
    }

    fn running(&mut self, ticket: u64) -> Option<&mut SearchResults> {
        let mut both = [&mut self.found, &mut self.located].into_iter();
        both.find(|results| results.running && results.ticket == ticket)
    }
}

impl SearchResults {
    fn query(&self) -> SearchQuery {
        SearchQuery {
            ticket: self.ticket,
            search: self.search.clone(),
            within: self.within,
            before: self.hits.last().map(|oldest| oldest.id),
            limit: HITS,
        }
    }
}

fn is_hit(search: &Search, conversation: &Conversation, message: &Message) -> bool {
    let address = conversation.address.to_string();
    let name = conversation.name.as_str();
    let source = message.source().map(|source| source.to_string()).unwrap_or_default();
    let author = [name, address.as_str(), source.as_str(), message.sender().unwrap_or_default()];
    !search.is_empty()
        && !message.is_event()
        && !message.is_change()
        && search.covers(message.time)
        && search.covers_place(&[name, address.as_str()])
        && search.covers_author(message.is_outgoing(), &author)
        && search.matches(&message.with_file_names(&message.text))
}
