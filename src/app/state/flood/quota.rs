//! What is kept of strangers together, so that no flood fills the disk.
//!
//! Counts only those whom nobody wrote to or opened: the others are as few as a person can have to do with. Where there
//! is too much the network that has most gives its oldest, so that a flood drives out nothing but its own.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::history::QuotaEntry;
use crate::model::{ConversationId, MessageId, Network};

/// Messages of all such strangers: more than anybody reads, and the burst that one of them may send.
const MAX_MESSAGES: usize = 10_000;

/// Their bytes: a hundred and sixty of the largest messages, or all of the short ones.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is left when there was too much: a sixteenth less, so that counting anew is rare.
const LEFT_MESSAGES: usize = MAX_MESSAGES - MAX_MESSAGES / 16;
const LEFT_BYTES: usize = MAX_BYTES - MAX_BYTES / 16;

/// What a message weighs beside its bytes when networks are compared: both limits count alike.
const ONE: usize = MAX_BYTES / MAX_MESSAGES;

/// The messages of one network, oldest first. May still name some of conversations that count no more.
#[derive(Clone, Debug, Default)]
struct Share {
    held: VecDeque<QuotaEntry>,
    bytes: usize,
}

impl Share {
    fn weight(&self) -> usize {
        self.held.len().saturating_mul(ONE).saturating_add(self.bytes)
    }
}

/// What goes of one network: everything older than `before` in some conversations.
pub(in crate::app) struct Trim {
    pub before: MessageId,
    /// How many of the messages that go were unread, by conversation: nobody has read any of them.
    pub unread: BTreeMap<ConversationId, u32>,
    /// What is left, and so the first that is unread, by conversation.
    pub first_left: BTreeMap<ConversationId, MessageId>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct QuotaLedger {
    shares: BTreeMap<Network, Share>,
    /// The networks by what they have.
    order: BTreeSet<(usize, Network)>,
    messages: usize,
    bytes: usize,
}

impl QuotaLedger {
    /// What the last run left, oldest first.
    pub(in crate::app) fn restore(
        &mut self,
        held: Vec<QuotaEntry>,
        network: impl Fn(ConversationId) -> Network,
    ) {
        *self = Self::default();
        for entry in held {
            self.add(network(entry.conversation), entry);
        }
    }

    /// Nothing is kept any more.
    pub(in crate::app) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(in crate::app) fn add(&mut self, network: Network, entry: QuotaEntry) {
        self.change(network, |share| {
            share.bytes = share.bytes.saturating_add(entry.bytes);
            share.held.push_back(entry);
        });
    }

    /// If there is too much: what goes, by network. Only conversations of which `counts` is true have a part in it.
    pub(in crate::app) fn trim(&mut self, counts: impl Fn(ConversationId) -> bool) -> Vec<Trim> {
        if !self.exceeds(MAX_MESSAGES, MAX_BYTES) {
            return Vec::new();
        }
        self.drop_uncounted(counts);
        let mut trims: BTreeMap<Network, Trim> = BTreeMap::new();
        if self.exceeds(MAX_MESSAGES, MAX_BYTES) {
            while self.exceeds(LEFT_MESSAGES, LEFT_BYTES)
                && let Some((network, oldest)) = self.drop_oldest()
            {
                let trim = trims.entry(network).or_insert_with(|| Trim::before(oldest.message));
                trim.before = MessageId(oldest.message.0.saturating_add(1));
                let count = trim.unread.entry(oldest.conversation).or_default();
                *count = count.saturating_add(u32::from(!oldest.joined));
            }
        }
        for (network, trim) in &mut trims {
            let left = self.shares.get(network).into_iter().flat_map(|share| &share.held);
            for entry in left.filter(|entry| !entry.joined) {
                trim.first_left.entry(entry.conversation).or_insert(entry.message);
            }
        }
        trims.into_values().collect()
    }

    /// Changes a share and what depends on it.
    fn change<T>(&mut self, network: Network, change: impl FnOnce(&mut Share) -> T) -> T {
        let share = self.shares.entry(network).or_default();
        self.order.remove(&(share.weight(), network));
        self.messages = self.messages.saturating_sub(share.held.len());
        self.bytes = self.bytes.saturating_sub(share.bytes);
        let done = change(share);
        self.messages = self.messages.saturating_add(share.held.len());
        self.bytes = self.bytes.saturating_add(share.bytes);
        if share.held.is_empty() {
            self.shares.remove(&network);
        } else {
            self.order.insert((share.weight(), network));
        }
        done
    }

    const fn exceeds(&self, messages: usize, bytes: usize) -> bool {
        self.messages > messages || self.bytes > bytes
    }

    /// The oldest message of the network that has most.
    fn drop_oldest(&mut self) -> Option<(Network, QuotaEntry)> {
        let (_, network) = *self.order.last()?;
        self.change(network, |share| {
            let oldest = share.held.pop_front()?;
            share.bytes = share.bytes.saturating_sub(oldest.bytes);
            Some((network, oldest))
        })
    }

    /// Without those that count no more.
    fn drop_uncounted(&mut self, counts: impl Fn(ConversationId) -> bool) {
        let networks: Vec<Network> = self.shares.keys().copied().collect();
        for network in networks {
            self.change(network, |share| {
                share.held.retain(|entry| counts(entry.conversation));
                share.bytes = share.held.iter().map(|entry| entry.bytes).sum();
            });
        }
    }
}

impl Trim {
    const fn before(message: MessageId) -> Self {
        Self { before: message, unread: BTreeMap::new(), first_left: BTreeMap::new() }
    }
}
