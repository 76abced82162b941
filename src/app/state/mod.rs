//! The whole state: parts that own their fields, and the look-ups that the rest needs.

mod accepting;
mod addresses;
mod alerts;
mod conversations;
mod declined;
mod doubles;
mod endpoints;
mod flood;
mod lab;
mod listing;
mod message_ids;
mod offers;
mod outboxes;
mod pending_writes;
mod presence_only;
mod receipts;
mod retention;
mod search;
mod status_lines;
mod stranger_lru;
mod transfers;
mod uids;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::conversation::Conversation;
use crate::model::file::FileSource;
use crate::model::person::PERSON;
use crate::model::traffic::{Dropped, Listening};
use crate::model::{
    Address, ConversationId, KeepPeriod, Message, MessageId, PeerKind, Phrase, Scheme, TransferId, WallTime,
};

pub(super) use flood::{DroppedMessage, QuotaKey, QuotaScope};
pub use lab::LabState;
pub use listing::{ListRow, Section};
pub(super) use message_ids::MessageIds;
pub use search::{SearchResults, SearchState};
pub use transfers::ActiveTransfer;
pub(super) use transfers::files_of;
pub(super) use uids::UidSource;
pub(super) use versions::MAX_REDECODE;

use alerts::Alerts;
use conversations::Conversations;
use flood::Flood;
use offers::OutboundOffers;
use outboxes::Outboxes;
use pending_writes::PendingWrites;
use status_lines::StatusLines;
use versions::MessageVersions;

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
    pub counters: EventCounters,
    /// The sockets, by scheme.
    pub listening: Vec<Listening>,
    status_lines: StatusLines,
    pub(super) alerts: Alerts,
    pub(super) flood: Flood,
    pub search: SearchState,
    /// There is no history to keep anything in.
    pub ephemeral: bool,
    /// The conversation that was open when the last run ended.
    pub last_open: Option<ConversationId>,
    pub(super) versions: MessageVersions,
    pub(super) offers: OutboundOffers,
    pub(super) outboxes: Outboxes,
    /// Files that are being moved now, or wait for their turn.
    pub transfers: BTreeMap<TransferId, ActiveTransfer>,
    pub(super) pending_writes: PendingWrites,
    pub(super) ids: MessageIds,
}

impl State {
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations.get(id)
    }

    /// Up to how many bytes what this contact offers in one message is fetched without asking; `None`: a person is asked.
    pub fn accepts_up_to(&self, id: ConversationId) -> Option<u64> {
        self.conversations.accepting.up_to(id)
    }

    /// After how long our own copy of what is said there from now on is removed; `None`: it stays.
    pub fn keeps_for(&self, id: ConversationId) -> Option<KeepPeriod> {
        self.conversations.retention.period(id)
    }

    /// When an [`Event::Due`](super::Event::Due) is wanted; `None`: nothing is to be removed.
    pub fn next_expiry(&self) -> Option<WallTime> {
        self.conversations.retention.next()
    }

    /// The bad network that one conversation has on purpose.
    pub const fn lab(&self) -> Option<&LabState> {
        self.conversations.lab.as_ref()
    }

    /// Where the files lie that this message of ours offers, as long as it does.
    pub fn offered_from<'a>(&'a self, message: &'a Message) -> Option<&'a Arc<[FileSource]>> {
        message.files.sources().or_else(|| self.offers.sources(message.id))
    }

    /// For the tests of fronts: a conversation as no event has made it yet.
    #[cfg(test)]
    pub(crate) fn change(&mut self, id: ConversationId, change: impl FnOnce(&mut Conversation)) {
        self.conversations.get_mut(id).map(change).expect("a conversation");
        self.conversations.update_listing();
    }

    /// How many conversations have been looked at one after another.
    #[cfg(test)]
    pub(crate) fn visits(&self) -> usize {
        self.conversations.visits.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Every conversation, in the order of their ids.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.values()
    }

    /// A contact, or the echo peer, by its name.
    pub fn contact_named(&self, name: &str) -> Option<&Conversation> {
        let is_named = |conversation: &&Conversation| {
            conversation.kind != PeerKind::Stranger && conversation.name == name
        };
        self.conversations().find(is_named)
    }

    /// The conversation with this address: one that is known to be with the person it names, then a contact's before a
    /// stranger's. Other options that are given have to be the same; an address without any means the peer as it is
    /// known.
    pub fn at_address(&self, address: &Address) -> Option<&Conversation> {
        self.conversations.at_address(address)
    }

    /// The address of a conversation as a person would write it: who is there stands in it where there are several.
    pub fn short_address(&self, conversation: &Conversation) -> Address {
        let mut there = self.conversations.there(&conversation.address);
        let alone = there.all(|other| other.id == conversation.id);
        let address = conversation.address.clone();
        if alone { address.with_option(PERSON, None) } else { address }
    }

    /// Messages that the history does not have: they are gone when the program ends.
    pub fn unsaved(&self) -> usize {
        let unsaved = |conversation: &Conversation| conversation.unsaved.count();
        if self.pending_writes.any() || self.ephemeral { self.conversations().map(unsaved).sum() } else { 0 }
    }

    /// Messages that the history refused and that are not even shown any more.
    pub const fn lost(&self) -> u64 {
        self.conversations.listing().lost()
    }

    /// Unread messages in all conversations but this one and those that are muted.
    pub fn unread_elsewhere(&self, here: Option<ConversationId>) -> u32 {
        self.conversations.listing().unread_elsewhere(here)
    }

    /// When the next of those stops who are taken to be writing to us now.
    pub fn typing_until(&self, now: Instant) -> Option<Instant> {
        self.conversations.listing().typing_until(now)
    }

    /// The list as it is shown: what is pinned, contacts, rooms, those nearby, strangers.
    pub fn list(&self) -> impl Iterator<Item = &ListRow> {
        self.conversations.rows()
    }

    /// The dialects of all conversations.
    pub fn schemes(&self) -> impl Iterator<Item = Scheme> {
        self.conversations.listing().schemes()
    }

    /// How many peers of that dialect are there: somebody each, and not all that are on a network.
    pub fn peers_here(&self, scheme: &str) -> usize {
        self.conversations.listing().peers_here(scheme)
    }

    /// Another number than before: rows of the list have changed.
    pub const fn list_revision(&self) -> u64 {
        self.conversations.listing().revision()
    }

    /// The same, with all that is known of them.
    pub fn listed(&self) -> impl Iterator<Item = &Conversation> {
        self.list().filter_map(|row| self.conversation(row.id))
    }

    /// The conversation that stands in the list instead of this one: the same person, encrypted.
    pub fn shown_instead(&self, id: ConversationId) -> Option<ConversationId> {
        self.conversations.listing().shown_instead(id)
    }

    /// The same person, encrypted, as long as nothing was said in this conversation, which is in the open.
    pub fn encrypted_instead(&self, id: ConversationId) -> Option<&Conversation> {
        let instead = self.conversations.listing().encrypted_instead(self.conversation(id)?)?;
        self.conversation(instead)
    }

    pub(super) fn remove(&mut self, id: ConversationId) {
        self.conversations.remove(id);
        self.flood.gate.forget(id);
        self.outboxes.forget(id);
    }

    /// The newest version of a message that somebody waits for something to become of.
    pub(super) fn newest_version(&self, id: MessageId) -> Option<Arc<Message>> {
        let offered = || self.offers.message(id);
        let moved = || self.transfers.range(files_of(id)).next().map(|(_, transfer)| &transfer.message);
        self.versions.newest(id).or_else(offered).or_else(moved).cloned()
    }

    /// The same, or the version that is held to be read.
    pub(super) fn find_message(&self, conversation: ConversationId, id: MessageId) -> Option<Arc<Message>> {
        let held = || self.conversation(conversation)?.held(id).cloned();
        let found = self.newest_version(id).or_else(held);
        found.filter(|message| message.conversation == conversation)
    }

    /// The message of the peer's that another one changes, where anything of it is held.
    pub(super) fn amended(&self, change: &Message) -> Option<Arc<Message>> {
        let counts = |message: &&Arc<Message>| change.counts_for(message);
        let moved = self.transfers.values().map(|transfer| &transfer.message).find(counts);
        let held = || self.conversation(change.conversation)?.named(change.about?, false).filter(counts);
        let found = moved.or_else(held)?;
        self.newest_version(found.id).or_else(|| Some(Arc::clone(found)))
    }

    /// The oldest kept line for the status line whose number is higher, and its number; `seen` is 0 at first.
    pub fn status_line_after(&self, seen: u64) -> Option<(u64, &Phrase)> {
        self.status_lines.after(seen)
    }

    /// How many of them have a higher number.
    pub fn status_lines_after(&self, seen: u64) -> usize {
        self.status_lines.count_after(seen)
    }

    /// A line for the status line.
    pub(super) fn tell(&mut self, phrase: Phrase) {
        self.status_lines.add(phrase);
    }

    /// The line has nothing to say any more.
    pub(super) fn withdraw(&mut self, phrase: &Phrase) {
        self.status_lines.remove(phrase);
    }

    /// A line with a count that goes on: the same line with the new one, shown again only if it is `anew`.
    pub(super) fn tell_count(&mut self, phrase: Phrase, anew: bool) {
        self.status_lines.set_count(phrase, anew);
    }

    /// Said once as it begins: in a flood the count in the status line is enough.
    pub(super) fn note_dropped(&mut self, lost: &Dropped) {
        if self.counters.kernel_drops == 0 {
            self.tell(lost.phrase());
        }
        self.counters.kernel_drops = self.counters.kernel_drops.saturating_add(lost.count);
    }

    /// The id that the next message will get.
    pub(super) const fn next_message_id(&self) -> MessageId {
        self.ids.next()
    }

    pub(super) const fn new_message_id(&mut self) -> MessageId {
        self.ids.give()
    }
}
