//! The conversations that are followed: where their peers are, what waits to be said there, and which of them a packet
//! belongs to.
//!
//! Sends nothing and decodes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use super::flight::Flight;
use crate::model::file::FileSource;
use crate::model::traffic::MessageKind;
use crate::model::{Address, ConversationId, MessageId, Person};
use crate::wire::endpoint::canonical;
use crate::wire::resolution::{MAX_TARGETS, Resolution};

/// Contacts and strangers together; the app keeps at most 4,096 strangers.
const MAX_CONTACTS: usize = 8_192;

/// A message that waits for its turn.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub message: MessageId,
    pub text: String,
    pub kind: MessageKind,
    pub files: Arc<[FileSource]>,
}

#[derive(Debug)]
pub(super) struct Contact {
    pub address: Address,
    pub naming: Resolution,
    pub waiting: VecDeque<Letter>,
    pub rank: u32,
    /// Nobody else is meant.
    pub person: Option<Person>,
    targets: Vec<SocketAddr>,
    /// When we last wrote there, as a count of writes.
    wrote: Option<u64>,
}

impl Contact {
    /// Where it is reached. What the family speaks is IPv4.
    pub(super) fn target(&self) -> Option<SocketAddr> {
        let v4 = self.targets.iter().find(|at| at.is_ipv4());
        v4.or_else(|| self.targets.first()).copied()
    }
}

#[derive(Debug, Default)]
pub(super) struct Contacts {
    /// The message that is on its way to each: one after the other, since iptux drops one that comes behind a later one.
    pub flights: BTreeMap<ConversationId, Flight>,
    /// Whose messages wait for the peer to say what it is, and until when.
    pub held: BTreeMap<ConversationId, Instant>,
    table: BTreeMap<ConversationId, Contact>,
    by_address: BTreeSet<(SocketAddr, ConversationId)>,
    writes: u64,
}

impl Contacts {
    pub(super) fn get(&self, conversation: ConversationId) -> Option<&Contact> {
        self.table.get(&conversation)
    }

    pub(super) fn get_mut(&mut self, conversation: ConversationId) -> Option<&mut Contact> {
        self.table.get_mut(&conversation)
    }

    pub(super) fn ids(&self) -> Vec<ConversationId> {
        self.table.keys().copied().collect()
    }

    /// Takes a peer in, or gives a known one another address and rank. `false`: there is no room for one more.
    pub(super) fn follow(&mut self, conversation: ConversationId, address: Address, rank: u32) -> bool {
        if let Some(contact) = self.table.get_mut(&conversation) {
            let moved = contact.address.host != address.host || contact.address.port != address.port;
            contact.person = Person::of(&address);
            (contact.address, contact.rank) = (address, rank);
            if moved {
                contact.naming = Resolution::Unknown;
                self.set_targets(conversation, &[]);
            }
        } else if self.table.len() >= MAX_CONTACTS {
            return false;
        } else {
            self.table.insert(conversation, Contact::new(address, rank));
        }
        let contact = self.table.get_mut(&conversation);
        if let Some(contact) = contact
            && let (Some(at), Resolution::Unknown) = (contact.address.literal(), contact.naming)
        {
            contact.naming = Resolution::Literal;
            self.set_targets(conversation, &[at]);
        }
        true
    }

    pub(super) fn remove(&mut self, conversation: ConversationId) -> Option<Contact> {
        self.set_targets(conversation, &[]);
        self.held.remove(&conversation);
        self.table.remove(&conversation)
    }

    pub(super) fn set_targets(&mut self, conversation: ConversationId, found: &[SocketAddr]) {
        let Some(contact) = self.table.get_mut(&conversation) else { return };
        for at in &contact.targets {
            self.by_address.remove(&(*at, conversation));
        }
        contact.targets = found.iter().take(MAX_TARGETS).map(|at| canonical(*at)).collect();
        for at in &contact.targets {
            self.by_address.insert((*at, conversation));
        }
    }

    pub(super) fn note_write(&mut self, conversation: ConversationId) {
        self.writes = self.writes.saturating_add(1);
        if let Some(contact) = self.table.get_mut(&conversation) {
            contact.wrote = Some(self.writes);
        }
    }

    /// All with this person at this very address; `None`: whoever it is.
    pub(super) fn of(&self, at: SocketAddr, who: Option<&Person>) -> Vec<ConversationId> {
        self.at(at).filter(|id| self.is_for(*id, who)).collect()
    }

    /// All that have this very address.
    fn at(&self, at: SocketAddr) -> impl Iterator<Item = ConversationId> {
        let all = (at, ConversationId(u32::MIN))..=(at, ConversationId(u32::MAX));
        self.by_address.range(all).map(|(_, id)| *id)
    }

    /// The conversation a packet of this person belongs to: of several at one address one that is known to be theirs,
    /// then the one we wrote to last, else the first. From another port of a host the one we wrote to there, if `known`
    /// says that it is no peer of its own.
    pub(super) fn route(
        &self,
        from: SocketAddr,
        who: Option<&Person>,
        known: bool,
    ) -> Option<ConversationId> {
        let theirs =
            |id: &ConversationId| who.is_some() && self.table.get(id).is_some_and(|c| c.person.is_some());
        let exact = self.at(from).filter(|id| self.is_for(*id, who));
        let exact = exact.max_by_key(|id| (theirs(id), self.weight(*id)));
        let host = || {
            let there = self.on_host(from.ip()).filter(|id| self.is_for(*id, who));
            there.filter(|id| self.weight(*id).0.is_some())
        };
        exact.or_else(|| if known { None } else { host().max_by_key(|id| self.weight(*id)) })
    }

    /// Whether a conversation can be with this person.
    fn is_for(&self, id: ConversationId, who: Option<&Person>) -> bool {
        let person = self.table.get(&id).and_then(|contact| contact.person.as_ref());
        person.zip(who).is_none_or(|(person, who)| person.is_same(who))
    }

    fn weight(&self, id: ConversationId) -> (Option<u64>, Reverse<u32>, Reverse<ConversationId>) {
        let contact = self.table.get(&id);
        let rank = contact.map_or(u32::MAX, |contact| contact.rank);
        (contact.and_then(|contact| contact.wrote), Reverse(rank), Reverse(id))
    }

    fn on_host(&self, ip: IpAddr) -> impl Iterator<Item = ConversationId> {
        let all = (SocketAddr::new(ip, u16::MIN), ConversationId(u32::MIN))
            ..=(SocketAddr::new(ip, u16::MAX), ConversationId(u32::MAX));
        self.by_address.range(all).map(|(_, id)| *id)
    }
}

impl Contact {
    fn new(address: Address, rank: u32) -> Self {
        Self {
            person: Person::of(&address),
            address,
            naming: Resolution::Unknown,
            waiting: VecDeque::new(),
            rank,
            targets: Vec::new(),
            wrote: None,
        }
    }
}
