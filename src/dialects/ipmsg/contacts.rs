//! The conversations that are followed: where their peers are, what waits to be said there, and which of them a packet
//! belongs to.
//!
//! Sends nothing and decodes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::codec;
use crate::model::{Address, ConversationId, Now, Person};
use crate::wire::endpoint::canonical;
use crate::wire::resolution::{Answer, MAX_TARGETS, Name, Resolution, Resolved, Resolver};
use crate::wire::{Ctx, Encoding};

/// Contacts and strangers together; the app keeps at most 4,096 strangers.
const MAX_CONTACTS: usize = 8_192;

#[derive(Debug)]
pub(super) struct Correspondent {
    pub address: Address,
    pub resolution: Resolution,
    pub rank: u32,
    /// Nobody else is meant.
    pub person: Option<Person>,
    targets: Vec<SocketAddr>,
    /// When we last wrote there, as a count of writes.
    wrote: Option<u64>,
}

impl Correspondent {
    /// Where it is reached. What the family speaks is IPv4.
    pub(super) fn target(&self) -> Option<SocketAddr> {
        let v4 = self.targets.iter().find(|at| at.is_ipv4());
        v4.or_else(|| self.targets.first()).copied()
    }
}

#[derive(Debug, Default)]
pub(super) struct Correspondents {
    table: BTreeMap<ConversationId, Correspondent>,
    by_address: BTreeSet<(SocketAddr, ConversationId)>,
    resolver: Resolver,
    writes: u64,
}

impl Correspondents {
    pub(super) fn get(&self, conversation: ConversationId) -> Option<&Correspondent> {
        self.table.get(&conversation)
    }

    /// Where a conversation's peer is reached.
    pub(super) fn target(&self, conversation: ConversationId) -> Option<SocketAddr> {
        self.get(conversation)?.target()
    }

    /// The encoding that a person has set for the peer of a conversation.
    pub(super) fn encoding(&self, conversation: ConversationId) -> Option<Encoding> {
        codec::chosen(&self.get(conversation)?.address)
    }

    /// Takes a peer in, or gives a known one another address and rank. A name is looked up at once: who writes from there
    /// first must be recognised. Whether the peer can be written to now.
    pub(super) fn follow(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: Address,
        rank: u32,
    ) -> bool {
        if let Some(contact) = self.table.get_mut(&conversation) {
            let moved = contact.address.host != address.host || contact.address.port != address.port;
            contact.person = Person::of(&address);
            (contact.address, contact.rank) = (address, rank);
            if moved {
                let before = std::mem::replace(&mut contact.resolution, Resolution::Unknown);
                self.resolver.withdraw(conversation, before);
                self.set_targets(conversation, &[]);
            }
        } else if self.table.len() >= MAX_CONTACTS {
            return false;
        } else {
            self.table.insert(conversation, Correspondent::new(address, rank));
        }
        let Some(contact) = self.table.get_mut(&conversation) else { return false };
        match (contact.address.literal(), contact.resolution) {
            (_, Resolution::Literal) => true,
            (Some(at), Resolution::Unknown) => {
                contact.resolution = Resolution::Literal;
                self.set_targets(conversation, &[at]);
                true
            }
            (None, Resolution::Unknown) => {
                self.look_up(cx, conversation);
                false
            }
            (_, Resolution::Asked(_) | Resolution::Known(_)) => false,
        }
    }

    pub(super) fn remove(&mut self, conversation: ConversationId) {
        self.set_targets(conversation, &[]);
        if let Some(contact) = self.table.remove(&conversation) {
            self.resolver.withdraw(conversation, contact.resolution);
        }
    }

    /// Looks the peer's name up, where it has one and that is not under way.
    pub(super) fn look_up(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        let Some(contact) = self.table.get_mut(&conversation) else { return };
        let question = self.resolver.ask(cx.now, conversation, &contact.address, &mut contact.resolution);
        if let Some(question) = question {
            cx.push(question);
        }
    }

    /// Takes the answer to a look-up: `None` when it is stale.
    pub(super) fn resolved(&mut self, now: Now, answer: &Answer<'_>) -> Option<Resolved> {
        let contact = self.table.get_mut(&answer.conversation)?;
        let known = contact.target().is_some();
        let name = Name { address: &contact.address, resolution: &mut contact.resolution, known };
        let resolved = self.resolver.answer(now, answer, name)?;
        if let Resolved::At(addresses) = &resolved {
            self.set_targets(answer.conversation, addresses);
        }
        Some(resolved)
    }

    /// A look-up that took too long, and what follows.
    pub(super) fn overdue(&mut self, now: Now) -> Option<(ConversationId, Option<Resolved>)> {
        let conversation = self.resolver.overdue(now)?;
        let host = self.get(conversation).map(|contact| contact.address.host.to_string());
        let host = &host.unwrap_or_default();
        Some((conversation, self.resolved(now, &Answer { conversation, host, addresses: &[] })))
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.resolver.deadline()
    }

    fn set_targets(&mut self, conversation: ConversationId, found: &[SocketAddr]) {
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

    /// All with this person at this very address; `None`: with anybody.
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

impl Correspondent {
    fn new(address: Address, rank: u32) -> Self {
        Self {
            person: Person::of(&address),
            address,
            resolution: Resolution::Unknown,
            rank,
            targets: Vec::new(),
            wrote: None,
        }
    }
}
