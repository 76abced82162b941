//! The peers this dialect follows, their socket addresses, and which of them a stream belongs to.
//!
//! Opens nothing and decodes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use super::codec::Style;
use crate::model::{Address, ConversationId, LinkId, MessageId};
use crate::wire::naming::{MAX_TARGETS, Naming, same_endpoint, same_host};

/// Contacts and strangers together; the app keeps at most 4,096 strangers.
pub(super) const MAX_PEERS: usize = 8_192;

/// What the app was told last of whether a peer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    Seeking,
    Up,
    Down,
}

#[derive(Debug)]
pub(super) struct Peer {
    pub(super) address: Address,
    pub(super) naming: Naming,
    /// Messages that wait for a stream, in order.
    pub(super) waiting: VecDeque<MessageId>,
    /// The stream that is being opened.
    pub(super) dial: Option<LinkId>,
    /// Where to try next if that fails.
    pub(super) left: VecDeque<SocketAddr>,
    pub(super) told: Told,
    rank: u32,
    targets: Vec<SocketAddr>,
    /// When we last wrote to it, as a count of writes; 0: never.
    wrote: u64,
}

impl Peer {
    const fn new(address: Address) -> Self {
        Self {
            address,
            naming: Naming::Unknown,
            waiting: VecDeque::new(),
            dial: None,
            left: VecDeque::new(),
            told: Told::Nothing,
            rank: 0,
            targets: Vec::new(),
            wrote: 0,
        }
    }

    /// All its addresses, the one to try first in front.
    pub(super) fn targets(&self) -> &[SocketAddr] {
        &self.targets
    }

    /// Whether `at` is this very peer and not just its host.
    pub(super) fn is_at(&self, at: SocketAddr) -> bool {
        self.targets.iter().any(|target| same_endpoint(*target, at))
    }

    fn is_on_host_of(&self, at: SocketAddr) -> bool {
        self.targets.iter().any(|target| same_host(*target, at))
    }

    pub(super) const fn was_written_to(&self) -> bool {
        self.wrote > 0
    }

    pub(super) fn style(&self) -> Style {
        Style::of(&self.address)
    }
}

/// All peers, found by conversation and by IP address.
#[derive(Debug, Default)]
pub(super) struct Peers {
    table: BTreeMap<ConversationId, Peer>,
    /// Every target, without the scope of IPv6 addresses: that is compared afterwards.
    by_address: BTreeSet<(IpAddr, u16, ConversationId)>,
    /// Only whom we wrote to, so that a new stream never makes us walk through the strangers of its host.
    written: BTreeSet<(IpAddr, ConversationId)>,
    writes: u64,
}

impl Peers {
    pub(super) fn get(&self, conversation: ConversationId) -> Option<&Peer> {
        self.table.get(&conversation)
    }

    pub(super) fn get_mut(&mut self, conversation: ConversationId) -> Option<&mut Peer> {
        self.table.get_mut(&conversation)
    }

    pub(super) fn style(&self, owner: Option<ConversationId>) -> Style {
        owner.and_then(|id| self.get(id)).map_or(Style::PLAIN, Peer::style)
    }

    /// Takes a peer in, or gives a known one another address and rank; where it is then has to be found out anew.
    /// `false` when there is no room.
    pub(super) fn follow(&mut self, conversation: ConversationId, address: Address, rank: u32) -> bool {
        if !self.table.contains_key(&conversation) && self.table.len() >= MAX_PEERS {
            return false;
        }
        let peer = self.table.entry(conversation).or_insert_with(|| Peer::new(address.clone()));
        let moved = !peer.address.is_same_place(&address);
        peer.rank = rank;
        peer.address = address;
        if moved {
            peer.naming = Naming::Unknown;
        }
        if peer.naming == Naming::Unknown {
            let literal = peer.address.literal();
            if literal.is_some() {
                peer.naming = Naming::Literal;
            }
            if moved || literal.is_some() {
                self.set_targets(conversation, literal.as_slice());
            }
        }
        true
    }

    pub(super) fn remove(&mut self, conversation: ConversationId) -> Option<Peer> {
        self.set_targets(conversation, &[]);
        self.table.remove(&conversation)
    }

    pub(super) fn set_targets(&mut self, conversation: ConversationId, addresses: &[SocketAddr]) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        for target in std::mem::take(&mut peer.targets) {
            self.by_address.remove(&(target.ip(), target.port(), conversation));
            self.written.remove(&(target.ip(), conversation));
        }
        for at in addresses.iter().take(MAX_TARGETS) {
            if !peer.targets.contains(at) {
                peer.targets.push(*at);
                self.by_address.insert((at.ip(), at.port(), conversation));
            }
        }
        if peer.wrote > 0 {
            self.written.extend(peer.targets.iter().map(|at| (at.ip(), conversation)));
        }
    }

    /// Somebody took a stream at `at`: the next one is tried there first.
    pub(super) fn note_reached(&mut self, conversation: ConversationId, at: SocketAddr) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        if let Some(index) = peer.targets.iter().position(|target| *target == at) {
            peer.targets.swap(0, index);
        }
    }

    pub(super) fn note_write(&mut self, conversation: ConversationId) {
        self.writes = self.writes.saturating_add(1);
        if let Some(peer) = self.table.get_mut(&conversation) {
            peer.wrote = self.writes;
            self.written.extend(peer.targets.iter().map(|at| (at.ip(), conversation)));
        }
    }

    /// Whose a stream from `from` is: the peer's at that very address, else of those on that host the one we wrote to
    /// last, else the only one; `None` is a stranger's. `served` ones have their own stream and are not meant by another
    /// one from their host.
    pub(super) fn route(
        &self,
        from: SocketAddr,
        served: &BTreeSet<ConversationId>,
    ) -> Option<ConversationId> {
        self.exact(from).or_else(|| self.last_written(from, served)).or_else(|| self.only(from, served))
    }

    /// The same address and port: of several, the one we wrote to last, else the lowest rank.
    fn exact(&self, from: SocketAddr) -> Option<ConversationId> {
        let all = span(from.ip(), from.port()..=from.port());
        let there = self.by_address.range(all).filter_map(|(_, _, id)| Some((*id, self.get(*id)?)));
        let there = there.filter(|(_, peer)| peer.is_at(from));
        there.max_by_key(|(id, peer)| (peer.wrote, Reverse(peer.rank), Reverse(*id))).map(|(id, _)| id)
    }

    fn last_written(&self, from: SocketAddr, served: &BTreeSet<ConversationId>) -> Option<ConversationId> {
        let ip = from.ip();
        let all = (ip, ConversationId(u32::MIN))..=(ip, ConversationId(u32::MAX));
        let there = self.written.range(all).map(|(_, id)| *id).filter(|id| !served.contains(id));
        let there = there.filter_map(|id| Some((self.get(id)?, id)));
        let there = there.filter(|(peer, _)| peer.is_on_host_of(from));
        there.max_by_key(|(peer, _)| peer.wrote).map(|(_, id)| id)
    }

    fn only(&self, from: SocketAddr, served: &BTreeSet<ConversationId>) -> Option<ConversationId> {
        let all = span(from.ip(), u16::MIN..=u16::MAX);
        let there = self.by_address.range(all).map(|(_, _, id)| *id).filter(|id| !served.contains(id));
        let mut there = there.filter(|id| self.get(*id).is_some_and(|peer| peer.is_on_host_of(from)));
        there.next().filter(|_| there.next().is_none())
    }
}

fn span(ip: IpAddr, ports: RangeInclusive<u16>) -> RangeInclusive<(IpAddr, u16, ConversationId)> {
    (ip, *ports.start(), ConversationId(u32::MIN))..=(ip, *ports.end(), ConversationId(u32::MAX))
}
