//! Which messages a search asks for, apart from their words: written by whom, where and when.

use std::collections::BTreeSet;

use crate::model::history::{ConversationRecord, SearchQuery};
use crate::model::search::Author;
use crate::model::{ConversationId, Message};

/// A lookup, with its names looked up once for all messages.
#[derive(Debug)]
pub(super) struct Sieve<'a> {
    pub(super) lookup: &'a SearchQuery,
    /// The conversations that are asked for; `None`: all.
    pub(super) places: Option<BTreeSet<ConversationId>>,
    /// Those whose peer is an author that is asked for, unless nobody asked.
    named: BTreeSet<ConversationId>,
    /// The same, and those where peers have names of their own.
    peers: BTreeSet<ConversationId>,
}

impl<'a> Sieve<'a> {
    /// `rooms`: where senders have names of their own. Whoever asks only `passes` needs none.
    pub(super) fn new<'c>(
        lookup: &'a SearchQuery,
        cards: &(impl Iterator<Item = &'c ConversationRecord> + Clone),
        rooms: &BTreeSet<ConversationId>,
    ) -> Self {
        let search = &lookup.search;
        let select = |wanted: &dyn Fn(&[&str]) -> bool| {
            let chosen = cards.clone().filter(|card| wanted(&[&card.name, &card.address]));
            chosen.map(|card| card.conversation).collect::<BTreeSet<_>>()
        };
        let mut places = (!search.places.is_empty()).then(|| select(&|names| search.covers_place(names)));
        if let Some(within) = lookup.within {
            let covered = places.is_none_or(|places| places.contains(&within));
            places = Some(covered.then_some(within).into_iter().collect());
        }
        let named = if search.from.is_empty() {
            BTreeSet::new()
        } else {
            select(&|names| search.covers_author(false, names))
        };
        let peers = named.union(rooms).copied().collect();
        Self { lookup, places, named, peers }
    }

    /// Whether names have to be known to tell.
    pub(super) fn needs_cards(lookup: &SearchQuery) -> bool {
        !lookup.search.places.is_empty() || !lookup.search.from.is_empty()
    }

    /// Whether our own messages can be among them, and those of peers.
    pub(super) fn authors(&self) -> (bool, bool) {
        let from = &self.lookup.search.from;
        let named = |author: &Author| matches!(author, Author::Named(_));
        (self.lookup.search.covers_author(true, &[]), from.is_empty() || from.iter().any(named))
    }

    /// The conversations whose peers alone can be asked for: where no author can be the source address of a peer.
    pub(super) fn peers(&self) -> Option<&BTreeSet<ConversationId>> {
        let from = &self.lookup.search.from;
        let is_name = |author: &Author| match author {
            Author::Me => false,
            Author::Named(needle) => {
                needle.contains(|c: char| !c.is_ascii_hexdigit() && !".:[]%".contains(c))
            }
        };
        (!from.is_empty() && from.iter().all(is_name)).then_some(&self.peers)
    }

    /// Whether any message can be asked for.
    pub(super) fn can_pass(&self) -> bool {
        let some = |set: Option<&BTreeSet<_>>| set.is_none_or(|set| !set.is_empty());
        some(self.places.as_ref()) && some(self.peers())
    }

    /// Whether this message is asked for, if its words are.
    pub(super) fn passes(&self, message: &Message) -> bool {
        let search = &self.lookup.search;
        !message.is_event()
            && !message.is_change()
            && !message.is_emptied()
            && search.covers(message.time)
            && self.lookup.before.is_none_or(|before| message.id < before)
            && self.places.as_ref().is_none_or(|places| places.contains(&message.conversation))
            && self.covers_author(message)
    }

    fn covers_author(&self, message: &Message) -> bool {
        let search = &self.lookup.search;
        search.from.is_empty()
            || match message.source() {
                None => search.covers_author(true, &[]),
                Some(_) if self.named.contains(&message.conversation) => true,
                // In a room the peers have addresses and names of their own.
                Some(source) => {
                    let sender = message.sender().unwrap_or_default();
                    search.covers_author(false, &[&source.to_string(), sender])
                }
            }
    }
}
