//! What searches found: one in the open conversation, one everywhere.

use std::sync::Arc;

use super::conversation::Conversation;
use super::event::Effect;
use super::state::State;
use crate::model::history::{SearchHits, SearchQuery};
use crate::model::search::Search;
use crate::model::{ConversationId, Message, MessageId, Phrase};

/// Hits of one answer: more than a screen.
const HITS: usize = 100;

/// Hits held; who needs more of them looks for too little.
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

/// A new search. One without a word or a filter finds nothing.
pub(super) fn look_up(
    state: &mut State,
    within: Option<ConversationId>,
    search: Search,
    effects: &mut Vec<Effect>,
) {
    let running = !search.is_empty();
    let ticket = next_ticket(state);
    let fresh = SearchResults { search, within, running, ticket, ..SearchResults::default() };
    if running {
        effects.push(Effect::Search(lookup(&fresh)));
    }
    *slot(state, within.is_none()) = fresh;
}

/// Older hits than those that are there.
pub(super) fn look_further(state: &mut State, everywhere: bool, effects: &mut Vec<Effect>) {
    let ticket = next_ticket(state);
    let results = slot(state, everywhere);
    if results.running || !results.more || results.hits.len() >= MAX_HITS {
        return;
    }
    results.running = true;
    results.ticket = ticket;
    effects.push(Effect::Search(lookup(results)));
}

pub(super) fn found(state: &mut State, found: SearchHits) {
    // What was removed while the search ran is not found.
    let is_there = |hit: &Arc<Message>| {
        let place = state.conversation(hit.conversation);
        place.is_some_and(|place| !place.unsaved.is_cleared(hit.id))
    };
    let fresh: Vec<Arc<Message>> = found.hits.into_iter().filter(is_there).collect();
    let Some(results) = asked(state, found.ticket) else { return };
    results.running = false;
    results.more = found.more;
    // One that came while the search ran may be in both.
    let oldest = results.hits.last().map(|oldest| oldest.id);
    results.hits.extend(fresh.into_iter().filter(|hit| oldest.is_none_or(|oldest| hit.id < oldest)));
}

pub(super) fn failed(state: &mut State, ticket: u64, why: Phrase) {
    let Some(results) = asked(state, ticket) else { return };
    results.running = false;
    results.more = false;
    results.failed = Some(why);
}

/// A message came that was not there when the search was asked for.
pub(super) fn arrived(state: &mut State, message: &Arc<Message>) {
    let results = &mut state.located;
    let Some(place) = state.conversations.get(message.conversation) else { return };
    if results.within == Some(place.id) && is_hit(&results.search, place, message) {
        let known = results.hits.first().is_some_and(|newest| newest.id >= message.id);
        if !known {
            results.hits.insert(0, Arc::clone(message));
            results.more |= results.hits.len() > MAX_HITS;
            results.hits.truncate(MAX_HITS);
        }
    }
}

fn is_hit(search: &Search, place: &Conversation, message: &Message) -> bool {
    let address = place.address.to_string();
    let names = [place.name.as_str(), address.as_str()];
    let source = message.source().map(|source| source.to_string()).unwrap_or_default();
    let author =
        [place.name.as_str(), address.as_str(), source.as_str(), message.sender().unwrap_or_default()];
    !search.is_empty()
        && !message.is_joining()
        && search.covers(message.time)
        && search.covers_place(&names)
        && search.covers_author(message.is_outgoing(), &author)
        && search.matches(&message.text)
}

/// The messages of a conversation up to this one are gone.
pub(super) fn gone(state: &mut State, conversation: ConversationId, up_to: MessageId) {
    for results in [&mut state.found, &mut state.located] {
        results.hits.retain(|hit| hit.conversation != conversation || hit.id > up_to);
    }
}

fn lookup(results: &SearchResults) -> SearchQuery {
    SearchQuery {
        ticket: results.ticket,
        search: results.search.clone(),
        within: results.within,
        before: results.hits.last().map(|oldest| oldest.id),
        limit: HITS,
    }
}

const fn next_ticket(state: &mut State) -> u64 {
    state.next_ticket = state.next_ticket.saturating_add(1);
    state.next_ticket
}

const fn slot(state: &mut State, everywhere: bool) -> &mut SearchResults {
    if everywhere { &mut state.found } else { &mut state.located }
}

fn asked(state: &mut State, ticket: u64) -> Option<&mut SearchResults> {
    [&mut state.found, &mut state.located].into_iter().find(|one| one.running && one.ticket == ticket)
}
