//! The peers that a dialect follows: where they are, what was heard from where, when we wrote to them last, and whom a
//! source belongs to by the rule of `wire/attribution.rs`.
//!
//! Decodes nothing, and causes nothing but look-ups. What else a dialect keeps of a peer is its own, `T`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::attribution::AttributedSources;
use super::ctx::Ctx;
use super::endpoint::{is_nobody, same_endpoint};
use super::peer::{Evidence, TargetAddress};
pub use super::peer::{Followed, Peer};
use super::resolution::{Answer, MAX_TARGETS, Name, Resolution, Resolved, Resolver};
use crate::model::traffic::FIRST_STRANGER;
use crate::model::{Address, ConversationId, LinkId, Now};

/// Contacts and strangers together; the app keeps at most 4,096 strangers.
pub const MAX_PEERS: usize = 8_192;
/// Sources that wrote and that the app has no conversation for yet. It has after a turn or two.
const MAX_UNCLAIMED: usize = 256;

/// All peers, found by conversation and by address.
#[derive(Debug, Default)]
pub struct Peers<T> {
    table: BTreeMap<ConversationId, Peer<T>>,
    /// Every target, without the scope of IPv6 addresses: that is compared afterwards.
    by_address: BTreeSet<(IpAddr, u16, ConversationId)>,
    /// The hosts of those a person has to do with: contacts, and whom we wrote to. A flood from one host never makes us
    /// walk through its strangers.
    familiar: BTreeSet<(IpAddr, ConversationId)>,
    sources: AttributedSources,
    unclaimed: VecDeque<SocketAddr>,
    resolver: Resolver,
    writes: u64,
}

// Who is followed.
impl<T: Default> Peers<T> {
    pub fn get(&self, conversation: ConversationId) -> Option<&Peer<T>> {
        self.table.get(&conversation)
    }

    pub fn get_mut(&mut self, conversation: ConversationId) -> Option<&mut Peer<T>> {
        self.table.get_mut(&conversation)
    }

    pub fn ids(&self) -> impl Iterator<Item = ConversationId> {
        self.table.keys().copied()
    }

    /// Takes a peer in, or gives a known one another address and rank; where it is then has to be found out anew. A name
    /// is looked up at once, since who writes from there first must be recognised. `None` when there is no room.
    pub fn follow(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: Address,
        rank: u32,
    ) -> Option<Followed> {
        let followed = self.place(conversation, address, rank)?;
        if self.get(conversation).is_some_and(|peer| peer.resolution == Resolution::Unknown) {
            self.look_up(cx, conversation);
        }
        Some(followed)
    }

    /// As [`Peers::follow`], without looking anything up.
    pub(super) fn place(
        &mut self,
        conversation: ConversationId,
        address: Address,
        rank: u32,
    ) -> Option<Followed> {
        let known = self.table.contains_key(&conversation);
        if !known && self.table.len() >= MAX_PEERS {
            return None;
        }
        let peer = self.table.entry(conversation).or_insert_with(|| Peer::new(address.clone(), rank));
        let moved = !peer.address.is_same_place(&address);
        let leaves = peer.is_contact() && rank >= FIRST_STRANGER;
        (peer.address, peer.rank) = (address, rank);
        if moved {
            self.resolver.withdraw(conversation, peer.resolution);
            peer.resolution = Resolution::Unknown;
        }
        let literal = peer.address.literal().filter(|_| peer.resolution == Resolution::Unknown);
        if literal.is_some() {
            peer.resolution = Resolution::Literal;
        }
        if leaves {
            self.sources.retain(conversation, |_| false);
        }
        if moved || literal.is_some() {
            self.set_targets(conversation, literal.as_slice());
        }
        self.reindex(conversation);
        Some(if known { Followed::Known { moved } } else { Followed::New })
    }

    pub fn remove(&mut self, conversation: ConversationId) -> Option<Peer<T>> {
        self.set_targets(conversation, &[]);
        let peer = self.table.remove(&conversation)?;
        self.resolver.withdraw(conversation, peer.resolution);
        Some(peer)
    }

    /// Looks the peer's name up, unless that is under way.
    pub fn look_up(&mut self, cx: &mut Ctx<'_>, conversation: ConversationId) {
        if let Some(Peer { address, resolution, .. }) = self.table.get_mut(&conversation) {
            let look_up = self.resolver.ask(cx.now, conversation, address, resolution);
            cx.extend(look_up);
        }
    }

    /// Takes an answer, and the addresses that are in it; `None` when it is stale.
    pub fn resolved(&mut self, now: Now, answer: &Answer<'_>) -> Option<Resolved> {
        let peer = self.table.get_mut(&answer.conversation)?;
        let known = !peer.targets.is_empty();
        let name = Name { address: &peer.address, resolution: &mut peer.resolution, known };
        let resolved = self.resolver.answer(now, answer, name)?;
        if let Resolved::At(addresses) = &resolved {
            self.set_targets(answer.conversation, addresses);
        }
        Some(resolved)
    }

    /// A look-up that took too long, and what that means: to be called until there is none.
    pub fn overdue(&mut self, now: Now) -> Option<(ConversationId, Option<Resolved>)> {
        let conversation = self.resolver.overdue(now)?;
        let host = self.get(conversation).map(|peer| peer.address.host.to_string()).unwrap_or_default();
        let answer = Answer { conversation, host: &host, addresses: &[] };
        Some((conversation, self.resolved(now, &answer)))
    }

    /// When the next look-up is overdue.
    pub fn deadline(&self) -> Option<Instant> {
        self.resolver.deadline()
    }

    /// Gives a peer these addresses. What is known about one that it had before stays.
    pub fn set_targets(&mut self, conversation: ConversationId, addresses: &[SocketAddr]) {
        let mut targets: Vec<TargetAddress> = Vec::new();
        for at in addresses.iter().take(MAX_TARGETS) {
            if !targets.iter().any(|target| target.at == *at) {
                targets.push(TargetAddress { at: *at, evidence: self.evidence(conversation, *at) });
            }
        }
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        let preferred = peer.targets().next();
        let before = std::mem::replace(&mut peer.targets, targets);
        peer.preferred =
            peer.targets.iter().position(|target| Some(target.at) == preferred).unwrap_or_default();
        for target in before {
            self.by_address.remove(&(target.at.ip(), target.at.port(), conversation));
            self.familiar.remove(&(target.at.ip(), conversation));
        }
        for target in &peer.targets {
            self.by_address.insert((target.at.ip(), target.at.port(), conversation));
        }
        self.sources.retain(conversation, |at| peer.is_on_host_of(at));
        self.reindex(conversation);
    }

    /// What is known of an address that a peer gets: by itself, by others that have it, or since it wrote before anybody
    /// followed it.
    fn evidence(&self, conversation: ConversationId, at: SocketAddr) -> Evidence {
        let own = |target: &&TargetAddress| same_endpoint(target.at, at);
        let known = |peer: &Peer<T>| peer.targets.iter().find(own).map(|target| target.evidence);
        let before = self.get(conversation).and_then(known);
        let others = || self.at(at).find_map(|id| self.get(id).and_then(known));
        let wrote = || self.unclaimed.contains(&at).then_some(Evidence::Heard);
        before.or_else(others).or_else(wrote).unwrap_or(Evidence::Nothing)
    }

    fn reindex(&mut self, conversation: ConversationId) {
        let Some(peer) = self.table.get(&conversation) else { return };
        let familiar = peer.is_contact() || peer.wrote.is_some();
        for target in &peer.targets {
            if familiar {
                self.familiar.insert((target.at.ip(), conversation));
            } else {
                self.familiar.remove(&(target.at.ip(), conversation));
            }
        }
    }
}

// What is written.
impl<T: Default> Peers<T> {
    /// Where the next message goes: where the peer is, or where it spoke from last if nobody is there any more.
    pub fn destination(&self, conversation: ConversationId) -> Option<SocketAddr> {
        let peer = self.get(conversation)?;
        self.elsewhere(conversation).or_else(|| peer.targets().next())
    }

    /// Where it speaks from, since nobody is at its own address.
    pub fn elsewhere(&self, conversation: ConversationId) -> Option<SocketAddr> {
        let gone = self.get(conversation).is_some_and(Peer::is_gone);
        self.sources.newest(conversation).filter(|_| gone)
    }

    /// An address that is not among `tried`, the best one first.
    pub fn untried(&self, conversation: ConversationId, tried: &[SocketAddr]) -> Option<SocketAddr> {
        let peer = self.get(conversation)?;
        let mut all = self.elsewhere(conversation).into_iter().chain(peer.targets());
        all.find(|at| !tried.contains(at))
    }

    /// Whether there may be another address to try.
    pub fn has_choice(&self, conversation: ConversationId) -> bool {
        let targets = self.get(conversation).map_or(0, |peer| peer.targets.len());
        targets > 1 || self.sources.newest(conversation).is_some()
    }

    pub fn note_write(&mut self, conversation: ConversationId, link: LinkId) {
        self.writes = self.writes.saturating_add(1);
        if let Some(peer) = self.table.get_mut(&conversation) {
            peer.wrote = Some((self.writes, link));
            self.reindex(conversation);
        }
    }

    /// The socket of `link` is gone, and with it what was written from it: no answer comes to that.
    pub fn drop_link(&mut self, gone: LinkId) {
        let written = |peer: &Peer<T>| peer.wrote.is_some_and(|(_, link)| link == gone);
        let of: Vec<ConversationId> =
            self.table.iter().filter(|(_, peer)| written(peer)).map(|(id, _)| *id).collect();
        for conversation in of {
            if let Some(peer) = self.table.get_mut(&conversation) {
                peer.wrote = None;
            }
            self.reindex(conversation);
        }
    }

    /// Nobody is at `at` any more. Gives the peers that we wrote to there, and whether they would have got their next
    /// message there.
    pub fn note_gone(&mut self, at: SocketAddr) -> Vec<(ConversationId, bool)> {
        let there: Vec<ConversationId> = self.at(at).collect();
        let mut gone = Vec::new();
        for id in there {
            let was_next = self.destination(id) == Some(at);
            let Some(peer) = self.table.get_mut(&id) else { continue };
            peer.set_evidence(at, Evidence::Gone);
            if peer.wrote.is_some() {
                gone.push((id, was_next));
            }
            if was_next {
                peer.turn();
            }
        }
        if let Some(owner) = self.sources.owner(at) {
            gone.push((owner, self.destination(owner) == Some(at)));
            self.sources.remove(at);
            // Its own address is as good as any again.
            if let Some(peer) = self.table.get_mut(&owner).filter(|peer| peer.is_gone()) {
                peer.targets.iter_mut().for_each(|target| target.evidence = Evidence::Nothing);
            }
        }
        gone
    }

    /// The one stream from this very address has ended, or it takes none.
    pub fn note_left(&mut self, conversation: ConversationId, at: SocketAddr) {
        if let Some(peer) = self.table.get_mut(&conversation) {
            peer.set_evidence(at, Evidence::Gone);
        }
    }

    /// Somebody took a stream at `at`: the next one is tried there first.
    pub fn note_reached(&mut self, conversation: ConversationId, at: SocketAddr) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        if let Some(index) = peer.targets.iter().position(|target| target.at == at) {
            peer.preferred = index;
        }
        if peer.is_gone() {
            peer.set_evidence(at, Evidence::Nothing);
        }
    }
}

// What is heard.
impl<T: Default> Peers<T> {
    /// The peer that words from `from` belong to, which are there now; `None`: a stranger's.
    pub fn attribute(&mut self, from: SocketAddr) -> Option<ConversationId> {
        if let Some(owner) = self.exact(from) {
            self.note_heard(owner, from);
            return Some(owner);
        }
        let owner = self.owner(from);
        match owner {
            Some(owner) => self.note_heard(owner, from),
            None => self.note_unclaimed(from),
        }
        owner
    }

    /// The same, without taking note.
    pub fn owner(&self, from: SocketAddr) -> Option<ConversationId> {
        let before = || self.sources.owner(from);
        let host = || if is_nobody(from) { None } else { self.another_port(from) };
        self.exact(from).or_else(before).or_else(host)
    }

    /// This peer was heard from `from`: that address works, so it is preferred from now on. An IPv6 address that was
    /// given without its interface learns it here.
    pub fn note_heard(&mut self, conversation: ConversationId, from: SocketAddr) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        let exact = peer.targets.iter().position(|target| same_endpoint(target.at, from));
        let host = || peer.targets.iter().position(|target| target.at.ip() == from.ip());
        if let Some(index) = exact.or_else(host) {
            peer.preferred = index;
        }
        if exact.is_none() {
            return self.sources.note(conversation, from);
        }
        // Whoever else is followed there is the same program.
        self.note_at(from, Evidence::Heard);
        if let Some(target) = self.table.get_mut(&conversation).and_then(Peer::first_mut) {
            target.at = from;
        }
    }

    /// A socket of our own is for whoever is at `at`: the other programs of that host have nothing to do with it.
    pub fn set_apart(&mut self, at: SocketAddr) {
        self.note_at(at, Evidence::Apart);
    }

    fn note_at(&mut self, at: SocketAddr, evidence: Evidence) {
        let there: Vec<ConversationId> = self.at(at).collect();
        for id in there {
            if let Some(peer) = self.table.get_mut(&id) {
                peer.set_evidence(at, evidence);
            }
        }
    }

    fn note_unclaimed(&mut self, from: SocketAddr) {
        if !self.unclaimed.contains(&from) {
            self.unclaimed.push_back(from);
        }
        if self.unclaimed.len() > MAX_UNCLAIMED {
            self.unclaimed.pop_front();
        }
    }

    /// Those that have an address of this host, whatever its port.
    pub fn on_host(&self, ip: IpAddr) -> impl Iterator<Item = ConversationId> {
        let all = (ip, u16::MIN, ConversationId(u32::MIN))..=(ip, u16::MAX, ConversationId(u32::MAX));
        self.by_address.range(all).map(|(_, _, id)| *id)
    }

    /// Those that have this very address.
    pub fn at(&self, at: SocketAddr) -> impl Iterator<Item = ConversationId> {
        let (ip, port) = (at.ip(), at.port());
        let all = (ip, port, ConversationId(u32::MIN))..=(ip, port, ConversationId(u32::MAX));
        let there = move |id: &ConversationId| self.get(*id).is_some_and(|peer| peer.is_at(at));
        self.by_address.range(all).map(|(_, _, id)| *id).filter(there)
    }

    /// The same address and port: of several, the one we wrote to last, else the lowest rank.
    fn exact(&self, from: SocketAddr) -> Option<ConversationId> {
        let there = self.at(from).filter_map(|id| Some((self.get(id)?.precedence(), Reverse(id))));
        there.max().map(|(_, Reverse(id))| id)
    }

    /// How many peers are looked at for a source of this host that nobody has.
    #[cfg(test)]
    pub(super) fn familiar_at(&self, ip: IpAddr) -> usize {
        self.familiar.iter().filter(|(host, _)| *host == ip).count()
    }

    /// The same host, another port: of those that do not speak from their own address the one we wrote to last, else
    /// the only contact there.
    fn another_port(&self, from: SocketAddr) -> Option<ConversationId> {
        let ip = from.ip();
        let all = (ip, ConversationId(u32::MIN))..=(ip, ConversationId(u32::MAX));
        let there = || {
            let peers = self.familiar.range(all.clone()).filter_map(|(_, id)| Some((self.get(*id)?, *id)));
            peers.filter(|(peer, _)| peer.is_on_host_of(from))
        };
        let open = there().filter(|(peer, _)| !peer.is_settled());
        let written = open.filter_map(|(peer, id)| Some((peer.order()?, id))).max();
        let only = || {
            let mut contacts = there().filter(|(peer, _)| peer.is_contact() && !peer.is_apart());
            let first = contacts.next().filter(|(peer, _)| !peer.is_settled())?;
            contacts.next().is_none().then_some(first.1)
        };
        written.map(|(_, id)| id).or_else(only)
    }
}
