//! Files of ours that are offered: known from when their message goes to the store until they are withdrawn.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::file::FileSource;
use crate::model::{ConversationId, Message, MessageId};

/// Offers that stand at once. The oldest is withdrawn for a new one.
const MAX_OFFERS: usize = 64;

/// How long an offer stands (invariant I15).
const MAX_AGE: Duration = Duration::from_hours(24);
/// The same of one that outlives the program.
const MAX_LASTING: Duration = Duration::from_hours(30 * 24);

#[derive(Clone, Debug)]
struct OutboundOffer {
    message: Arc<Message>,
    sources: Arc<[FileSource]>,
    since: Instant,
}

/// The offers of this run.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct OutboundOffers {
    /// Those whose messages are on their way to the store.
    coming: BTreeMap<MessageId, Arc<[FileSource]>>,
    active: BTreeMap<MessageId, OutboundOffer>,
}

impl OutboundOffers {
    pub(in crate::app) fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.active.get(&id).map(|offer| &offer.message)
    }

    pub(in crate::app) fn renew(&mut self, message: &Arc<Message>) {
        if let Some(offer) = self.active.get_mut(&message.id) {
            offer.message.clone_from(message);
        }
    }

    pub(in crate::app) fn sources(&self, id: MessageId) -> Option<&Arc<[FileSource]>> {
        self.active.get(&id).map(|offer| &offer.sources)
    }

    /// The offers in one conversation.
    pub(in crate::app) fn of(&self, conversation: ConversationId) -> Vec<MessageId> {
        let there = self.active.values().filter(|offer| offer.message.conversation == conversation);
        there.map(|offer| offer.message.id).collect()
    }

    /// The message that offers these was given to the store.
    pub(in crate::app) fn announce(&mut self, id: MessageId, sources: Arc<[FileSource]>) {
        self.coming.insert(id, sources);
    }

    /// Whether it is known where the files of this message are, or that they are gone.
    pub(in crate::app) fn is_known(&self, id: MessageId) -> bool {
        self.coming.contains_key(&id) || self.active.contains_key(&id)
    }

    /// The message of an offer is stored, or is gone: what it offers.
    pub(in crate::app) fn take_announced(&mut self, id: MessageId) -> Arc<[FileSource]> {
        self.coming.remove(&id).unwrap_or_else(|| Arc::from([]))
    }

    pub(in crate::app) fn add(&mut self, message: Arc<Message>, sources: Arc<[FileSource]>, now: Instant) {
        self.active.insert(message.id, OutboundOffer { message, sources, since: now });
    }

    pub(in crate::app) fn remove(&mut self, id: MessageId) -> Option<Arc<Message>> {
        self.active.remove(&id).map(|offer| offer.message)
    }

    pub(in crate::app) fn is_full(&self) -> bool {
        self.active.len() >= MAX_OFFERS
    }

    /// The offer that goes first: the oldest that is not busy, if there is one.
    pub(in crate::app) fn oldest(&self, is_busy: impl Fn(MessageId) -> bool) -> Option<MessageId> {
        let mut ids = self.active.keys();
        ids.clone().find(|id| !is_busy(**id)).or_else(|| ids.next()).copied()
    }

    /// Those that have stood for as long as an offer may.
    pub(in crate::app) fn expired(&self, now: Instant) -> Vec<MessageId> {
        let limit = |offer: &OutboundOffer| match offer.message.files.sources() {
            Some(_) => MAX_LASTING,
            None => MAX_AGE,
        };
        let is_old = |offer: &&OutboundOffer| now.saturating_duration_since(offer.since) >= limit(offer);
        self.active.values().filter(is_old).map(|offer| offer.message.id).collect()
    }
}
