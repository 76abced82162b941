//! The whole state, and the look-ups that the rest needs.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use super::bell::Bell;
use super::conversation::Conversation;
use super::conversations::Conversations;
use super::flood::{Gate, Queue, QuotaLedger};
use super::listing::ListRow;
use super::moving::ActiveTransfer;
use super::nearby::PresenceOnlyPeers;
use super::offers::OutboundOffers;
use super::places::Places;
use super::receipts::Receipts;
use super::search::SearchResults;
use super::stranger_lru::StrangerLru;
use crate::model::file::TransferId;
use crate::model::history::StoreCommand;
use crate::model::person::PERSON;
use crate::model::traffic::{Dropped, Listening};
use crate::model::{Address, ConversationId, Host, Message, MessageId, Network, PeerKind, Person, Phrase};

/// Lines that wait to be read: more than a start has to say. The oldest go.
const MAX_TOLD: usize = 8;

/// Things that happened and leave no row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventCounters {
    /// Empty datagrams.
    pub empty: u64,
    /// Datagrams and requests that made no sense.
    pub malformed: u64,
    /// Messages of strangers that are ignored.
    pub ignored: u64,
    /// Datagrams from where no person's program sends.
    pub nobody: u64,
    /// Datagrams that came faster than they could be taken, or than anybody sends them to a person.
    pub kernel_drops: u64,
    /// Messages that came faster than people write, or that there was no room for.
    pub dropped: u64,
}

/// Everything the messenger knows. Changed by [`super::update()`] only.
#[derive(Debug, Default)]
pub struct State {
    pub(super) conversations: Conversations,
    places: Places,
    /// Strangers who never said anything, and whom nobody has to do with.
    pub(super) silent: PresenceOnlyPeers,
    pub counters: EventCounters,
    /// The sockets, by scheme.
    pub listening: Vec<Listening>,
    /// The newest lines for the status line with their numbers, which start at one.
    told: VecDeque<(u64, Phrase)>,
    told_count: u64,
    pub(super) bell: Bell,
    /// Which strangers go first.
    pub(super) crowd: StrangerLru,
    pub(super) gate: Gate,
    /// What waits for its turn at the store.
    pub(super) queue: Queue,
    pub(super) ledger: QuotaLedger,
    /// What the last search in a conversation found, and the last one everywhere.
    pub located: SearchResults,
    pub found: SearchResults,
    /// There is no history to keep anything in.
    pub forgets: bool,
    /// The conversation that was open when the last run ended.
    pub was_open: Option<ConversationId>,
    /// Messages given to the network side, until it has said what became of them.
    pub(super) sending: BTreeMap<MessageId, Arc<Message>>,
    /// Messages whose payload is being decoded again.
    pub(super) redecoding: BTreeMap<MessageId, Arc<Message>>,
    /// Versions of messages that the store has yet to answer for.
    pub(super) changing: BTreeMap<MessageId, Arc<Message>>,
    /// Sealed messages that are being opened.
    pub(super) unsealing: BTreeMap<MessageId, Arc<Message>>,
    pub(super) receipts: Receipts,
    pub(super) offers: OutboundOffers,
    /// Files that are being moved now, or wait for their turn.
    pub transfers: BTreeMap<TransferId, ActiveTransfer>,
    /// There may be messages that the store refused; so many of them it was given again.
    pub(super) has_unkept: bool,
    pub(super) keeping: usize,
    /// What else the store refused and is asked for again.
    pub(super) put_off: Vec<StoreCommand>,
    /// Nobody looks. What arrives before somebody's eyes is no reason to ring, and does not count as a ring.
    pub(super) away: bool,
    pub(super) next_conversation: u32,
    pub(super) next_message: u64,
    pub(super) next_ticket: u64,
}

impl State {
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations.get(id)
    }

    /// For the tests of fronts: a conversation as no event has made it yet.
    #[cfg(test)]
    pub(crate) fn change(&mut self, id: ConversationId, change: impl FnOnce(&mut Conversation)) {
        self.conversations.get_mut(id).map(change).expect("a conversation");
        self.conversations.settle();
    }

    /// Every conversation, in the order of their ids.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.values()
    }

    /// A contact, or the echo peer, by its name.
    pub fn contact_named(&self, name: &str) -> Option<&Conversation> {
        self.conversations().find(|one| one.kind != PeerKind::Stranger && one.name == name)
    }

    /// The conversation with this address: one that is known to be with the person it names, then a contact's before a
    /// stranger's. Other options that are given have to be the same; an address without any means the peer as it is
    /// known.
    pub fn at_address(&self, address: &Address) -> Option<&Conversation> {
        let person = Person::of(address);
        let others = |address: &Address| address.clone().with_option(PERSON, None).options;
        let options = others(address);
        self.there(address)
            .filter(|one| options.is_empty() || others(&one.address) == options)
            .filter(|one| one.may_be(person.as_ref()))
            .min_by_key(|one| {
                let theirs = person.is_some() && one.address.option(PERSON).is_some();
                (!theirs, one.kind == PeerKind::Stranger, one.rank)
            })
    }

    /// The address of a conversation as a person would write it: who is there stands in it where there are several.
    pub fn short_address(&self, one: &Conversation) -> Address {
        let alone = self.there(&one.address).all(|other| other.id == one.id);
        let address = one.address.clone();
        if alone { address.with_option(PERSON, None) } else { address }
    }

    /// Messages that are shown and that the history does not have.
    pub fn unkept(&self) -> usize {
        if self.has_unkept { self.conversations().map(|one| one.unsaved.messages().count()).sum() } else { 0 }
    }

    /// Messages that the history refused and that are not even shown any more.
    pub const fn lost(&self) -> u64 {
        self.conversations.listing().lost()
    }

    /// Unread messages in all conversations but this one.
    pub fn unread_elsewhere(&self, here: Option<ConversationId>) -> u32 {
        self.conversations.listing().unread_elsewhere(here)
    }

    /// The list as it is shown: contacts, rooms, those nearby, strangers.
    pub fn list(&self) -> impl Iterator<Item = ListRow> {
        self.conversations.listing().rows()
    }

    /// The same, with all that is known of them.
    pub fn listed(&self) -> impl Iterator<Item = &Conversation> {
        self.list().filter_map(|row| self.conversation(row.id))
    }

    pub(super) fn stranger_at(&self, scheme: &'static str, source: SocketAddr) -> Option<ConversationId> {
        let there = self.places.at(scheme, Host::from_socket(source), source.port());
        let mut there = there.iter().filter_map(|id| self.conversation(*id));
        there.find(|one| one.kind == PeerKind::Stranger).map(|one| one.id)
    }

    /// Those at this place, whatever its options.
    pub(super) fn there<'s>(&'s self, address: &Address) -> impl Iterator<Item = &'s Conversation> {
        let there = self.places.at(address.scheme.name, address.host.clone(), address.port);
        let there = there.iter().filter_map(|id| self.conversation(*id));
        there.filter(move |one| one.address.is_same_place(address))
    }

    pub(super) fn insert(&mut self, one: Conversation) {
        self.places.add(&one.address, one.id);
        if one.kind == PeerKind::Stranger {
            let age = one.activity.age();
            let evictable = one.is_unasked().then(|| (Network::of_address(&one.address), age));
            self.crowd.add(one.id, evictable);
        }
        self.conversations.insert(one.id, one);
    }

    pub(super) fn remove(&mut self, id: ConversationId) {
        if let Some(gone) = self.conversations.remove(id) {
            self.places.remove(&gone.address, id);
        }
        self.silent.remove(id);
        self.crowd.remove(id);
        self.gate.forget(id);
    }

    /// It has this address from now on.
    pub(super) fn move_to(&mut self, id: ConversationId, address: Address) {
        let Some(one) = self.conversations.get_mut(id) else { return };
        self.places.remove(&one.address, id);
        self.places.add(&address, id);
        one.move_to(address);
    }

    /// The oldest kept line whose number is higher, and its number; `seen` is 0 at first.
    pub fn told_after(&self, seen: u64) -> Option<(u64, &Phrase)> {
        self.told.iter().find(|(number, _)| *number > seen).map(|(number, phrase)| (*number, phrase))
    }

    /// Said once as it begins: in a flood the count in the status line is enough.
    pub(super) fn note_dropped(&mut self, lost: &Dropped) {
        if self.counters.kernel_drops == 0 {
            self.tell(lost.phrase());
        }
        self.counters.kernel_drops = self.counters.kernel_drops.saturating_add(lost.count);
    }

    /// The same line again takes no second place, so that a repeated one does not push out the others.
    pub(super) fn tell(&mut self, phrase: Phrase) {
        self.told_count = self.told_count.saturating_add(1);
        self.told.retain(|(_, known)| *known != phrase);
        if self.told.len() >= MAX_TOLD {
            self.told.pop_front();
        }
        self.told.push_back((self.told_count, phrase));
    }

    /// The line has nothing to say any more.
    pub(super) fn withdraw(&mut self, phrase: &Phrase) {
        self.told.retain(|(_, known)| known != phrase);
    }

    /// A line with a count that goes on: the same line with the new one, shown again only if it is `anew`.
    pub(super) fn tell_count(&mut self, phrase: Phrase, anew: bool) {
        let is_same = |known: &Phrase| {
            known.key == phrase.key && known.args.iter().skip(1).eq(phrase.args.iter().skip(1))
        };
        if anew {
            self.told.retain(|(_, known)| !is_same(known));
            self.tell(phrase);
        } else if let Some((_, known)) = self.told.iter_mut().find(|(_, known)| is_same(known)) {
            *known = phrase;
        }
    }

    pub(super) const fn new_conversation_id(&mut self) -> ConversationId {
        self.next_conversation = self.next_conversation.saturating_add(1);
        ConversationId(self.next_conversation)
    }

    /// The id that the next message will get.
    pub(super) const fn next_message_id(&self) -> MessageId {
        MessageId(self.next_message.saturating_add(1))
    }

    pub(super) const fn new_message_id(&mut self) -> MessageId {
        self.next_message = self.next_message.saturating_add(1);
        MessageId(self.next_message)
    }
}
