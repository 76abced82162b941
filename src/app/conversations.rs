//! All conversations by their ids, and the list of them, which follows whatever changes one.

use std::collections::BTreeMap;

use super::Conversation;
use super::listing::Listing;
use crate::model::ConversationId;

#[derive(Debug, Default)]
pub(super) struct Conversations {
    all: BTreeMap<ConversationId, Conversation>,
    /// Those that may stand elsewhere in the list now.
    touched: Vec<ConversationId>,
    listing: Listing,
}

impl Conversations {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, id: ConversationId) -> Option<&Conversation> {
        self.all.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: ConversationId) -> Option<&mut Conversation> {
        let one = self.all.get_mut(&id)?;
        self.touched.push(id);
        Some(one)
    }

    /// In the order of their ids.
    pub(super) fn values(&self) -> impl Iterator<Item = &Conversation> {
        self.all.values()
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Conversation> {
        self.touched.extend(self.all.keys().copied());
        self.all.values_mut()
    }

    pub(super) fn insert(&mut self, id: ConversationId, one: Conversation) {
        self.touched.push(id);
        self.all.insert(id, one);
    }

    pub(super) fn remove(&mut self, id: ConversationId) -> Option<Conversation> {
        self.touched.push(id);
        self.all.remove(&id)
    }

    /// An event was taken in: the list shows what came of it.
    pub(super) fn settle(&mut self) {
        self.touched.sort_unstable();
        self.touched.dedup();
        for id in self.touched.drain(..) {
            self.listing.renew(id, self.all.get(&id));
        }
    }

    pub(super) const fn listing(&self) -> &Listing {
        &self.listing
    }
}
