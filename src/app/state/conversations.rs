//! All conversations by their ids, and what finds them: their addresses, the list, and which strangers may go. All of
//! that follows whatever changes one.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::accepting::AutomaticAccepts;
use super::addresses::AddressIndex;
use super::declined::DeclinedKeys;
use super::lab::LabState;
use super::listing::{ListRow, Listing};
use super::presence_only::PresenceOnlyPeers;
use super::retention::Retention;
use super::stranger_lru::StrangerLru;
use crate::app::conversation::Conversation;
use crate::model::person::PERSON;
use crate::model::{Address, ConversationId, Host, Network, PeerKind, Person};

#[derive(Debug, Default)]
pub(in crate::app) struct Conversations {
    all: BTreeMap<ConversationId, Conversation>,
    /// Those that may stand elsewhere in the list now.
    touched: Vec<ConversationId>,
    listing: Listing,
    addresses: AddressIndex,
    pub(in crate::app) presence_only: PresenceOnlyPeers,
    /// Which strangers go first.
    pub(in crate::app) strangers: StrangerLru,
    /// Whose requests a person has declined in this run.
    pub(in crate::app) declined: DeclinedKeys,
    /// Whose files are fetched without asking.
    pub(in crate::app) accepting: AutomaticAccepts,
    /// Whose messages are removed after some time.
    pub(in crate::app) retention: Retention,
    /// Who has a bad network on purpose.
    pub(in crate::app) lab: Option<LabState>,
    last_id: u32,
    /// How many were looked at one after another.
    #[cfg(test)]
    pub(super) visits: std::sync::atomic::AtomicUsize,
}

impl Conversations {
    pub(in crate::app) fn len(&self) -> usize {
        self.all.len()
    }

    pub(in crate::app) fn get(&self, id: ConversationId) -> Option<&Conversation> {
        self.all.get(&id)
    }

    pub(in crate::app) fn get_mut(&mut self, id: ConversationId) -> Option<&mut Conversation> {
        let conversation = self.all.get_mut(&id)?;
        self.touched.push(id);
        Some(conversation)
    }

    /// In the order of their ids.
    pub(in crate::app) fn values(&self) -> impl Iterator<Item = &Conversation> {
        self.all.values().inspect(|_one| {
            #[cfg(test)]
            self.note_visit();
        })
    }

    /// The rows of the list, from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = &ListRow> {
        self.listing.rows().inspect(|_one| {
            #[cfg(test)]
            self.note_visit();
        })
    }

    /// One of many was looked at.
    #[cfg(test)]
    fn note_visit(&self) {
        self.visits.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    pub(in crate::app) fn values_mut(&mut self) -> impl Iterator<Item = &mut Conversation> {
        self.touched.extend(self.all.keys().copied());
        self.all.values_mut()
    }

    /// No id up to this one is given again.
    pub(in crate::app) const fn set_last_id(&mut self, last: u32) {
        self.last_id = last;
    }

    pub(in crate::app) const fn new_id(&mut self) -> ConversationId {
        self.last_id = self.last_id.saturating_add(1);
        ConversationId(self.last_id)
    }

    pub(in crate::app) fn insert(&mut self, conversation: Conversation) {
        let id = conversation.id;
        self.addresses.add(&conversation.address, id);
        if conversation.kind == PeerKind::Stranger {
            let age = conversation.activity.age();
            let network = Network::of_address(&conversation.address);
            self.strangers.add(id, conversation.is_unasked().then_some((network, age)));
        }
        self.touched.push(id);
        self.all.insert(id, conversation);
    }

    pub(super) fn remove(&mut self, id: ConversationId) {
        self.touched.push(id);
        if let Some(gone) = self.all.remove(&id) {
            self.addresses.remove(&gone.address, id);
        }
        self.presence_only.remove(id);
        self.strangers.remove(id);
        self.accepting.set(id, None);
        self.retention.set(id, None);
    }

    /// The conversation has this address from now on.
    pub(in crate::app) fn move_to(&mut self, id: ConversationId, address: Address) {
        let Some(conversation) = self.all.get_mut(&id) else { return };
        self.touched.push(id);
        self.addresses.remove(&conversation.address, id);
        self.addresses.add(&address, id);
        conversation.move_to(address);
    }

    /// Those at this address, whatever its options.
    pub(in crate::app) fn there<'s>(&'s self, address: &Address) -> impl Iterator<Item = &'s Conversation> {
        let ids = self.addresses.there(address);
        let there = ids.iter().filter_map(|id| self.get(*id));
        there.filter(move |conversation| conversation.address.is_same_place(address))
    }

    /// See [`super::State::at_address`].
    pub(in crate::app) fn at_address(&self, address: &Address) -> Option<&Conversation> {
        let person = Person::of(address);
        let others = |address: &Address| address.clone().with_option(PERSON, None).options;
        let options = others(address);
        self.there(address)
            .filter(|conversation| options.is_empty() || others(&conversation.address) == options)
            .filter(|conversation| conversation.may_be(person.as_ref()))
            .min_by_key(|conversation| {
                let theirs = person.is_some() && conversation.address.option(PERSON).is_some();
                (!theirs, conversation.kind == PeerKind::Stranger, conversation.rank)
            })
    }

    pub(in crate::app) fn stranger_at(
        &self,
        scheme: &'static str,
        source: SocketAddr,
    ) -> Option<&Conversation> {
        let ids = self.addresses.at(scheme, Host::from_socket(source), source.port());
        let mut there = ids.iter().filter_map(|id| self.get(*id));
        there.find(|conversation| conversation.kind == PeerKind::Stranger)
    }

    /// An event was taken in: the list shows what came of it.
    pub(in crate::app) fn update_listing(&mut self) {
        self.touched.sort_unstable();
        self.touched.dedup();
        for id in self.touched.drain(..) {
            self.listing.update(id, self.all.get(&id));
        }
    }

    pub(super) const fn listing(&self) -> &Listing {
        &self.listing
    }
}
