//! What is kept of strangers together, so that no flood fills the disk.
//!
//! Counts only those whom nobody wrote to or opened: the others are as few as a person can have to do with. Where there
//! is too much the network that has most gives its oldest, so that a flood drives out nothing but its own.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::conversation::Conversation;
use super::super::event::Effect;
use super::super::state::State;
use crate::model::history::{QuotaEntry, StoreCommand};
use crate::model::{ConversationId, Message, MessageId, Network};

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
        for one in held {
            self.add(network(one.conversation), one);
        }
    }

    fn add(&mut self, network: Network, one: QuotaEntry) {
        self.change(network, |share| {
            share.bytes = share.bytes.saturating_add(one.bytes);
            share.held.push_back(one);
        });
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
    fn settle(&mut self, counts: impl Fn(ConversationId) -> bool) {
        let networks: Vec<Network> = self.shares.keys().copied().collect();
        for network in networks {
            self.change(network, |share| {
                share.held.retain(|one| counts(one.conversation));
                share.bytes = share.held.iter().map(|one| one.bytes).sum();
            });
        }
    }
}

/// A message was added to its conversation: if that is too much, the oldest go.
pub(in crate::app) fn note(state: &mut State, message: &Message, effects: &mut Vec<Effect>) {
    let Some(one) = state.conversation(message.conversation).filter(|one| one.is_unasked()) else { return };
    let network = Network::of_address(&one.address);
    let (conversation, bytes) = (message.conversation, message.weight());
    let joined = message.is_joining();
    state.ledger.add(network, QuotaEntry { message: message.id, conversation, bytes, joined });
    if state.ledger.exceeds(MAX_MESSAGES, MAX_BYTES) {
        trim(state, effects);
    }
}

/// What goes of one network: everything older than `before` in these conversations, and how many of it were unread.
struct Gone {
    before: MessageId,
    unread: BTreeMap<ConversationId, u32>,
}

fn trim(state: &mut State, effects: &mut Vec<Effect>) {
    let mut ledger = std::mem::take(&mut state.ledger);
    ledger.settle(|id| state.conversation(id).is_some_and(Conversation::is_unasked));
    let mut gone: BTreeMap<Network, Gone> = BTreeMap::new();
    if ledger.exceeds(MAX_MESSAGES, MAX_BYTES) {
        while ledger.exceeds(LEFT_MESSAGES, LEFT_BYTES)
            && let Some((network, oldest)) = ledger.drop_oldest()
        {
            let none = || Gone { before: oldest.message, unread: BTreeMap::new() };
            let gone = gone.entry(network).or_insert_with(none);
            gone.before = MessageId(oldest.message.0.saturating_add(1));
            let count = gone.unread.entry(oldest.conversation).or_default();
            *count = count.saturating_add(u32::from(!oldest.joined));
        }
    }
    for (network, gone) in gone {
        let left = ledger.shares.get(&network).map(|share| share.held.iter());
        move_markers(state, left.into_iter().flatten(), gone.before);
        drop_before(state, gone, effects);
    }
    state.ledger = ledger;
}

/// Nobody has read any of them: what is left is what is unread.
fn move_markers<'a>(state: &mut State, left: impl Iterator<Item = &'a QuotaEntry>, before: MessageId) {
    for one in left.filter(|one| !one.joined) {
        if let Some(place) = state.conversations.get_mut(one.conversation) {
            place.activity.move_marker(before, one.message);
        }
    }
}

fn drop_before(state: &mut State, gone: Gone, effects: &mut Vec<Effect>) {
    let Gone { before, unread } = gone;
    for (id, count) in &unread {
        if let Some(place) = state.conversations.get_mut(*id) {
            place.activity.trim(*count);
            place.drop_before(before);
        }
    }
    effects.push(Effect::Store(StoreCommand::Trim { conversations: unread.into_keys().collect(), before }));
}
