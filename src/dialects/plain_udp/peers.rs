//! The peers this dialect follows, their socket addresses, and which of them a datagram belongs to.
//!
//! Sends nothing and decodes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::model::{Address, ConversationId, LinkId, MessageId};
use crate::wire::naming::{MAX_TARGETS, Naming, same_endpoint, same_host};

/// Contacts and strangers together; the app keeps at most 4,096 strangers.
pub(super) const MAX_PEERS: usize = 8_192;
/// Ports below this need a privilege to send from: services, not people (and the usual ends of forged loops).
const FIRST_USER_PORT: u16 = 1_024;

/// One socket address of a peer.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) at: SocketAddr,
    /// When we last wrote there, as a count of writes, and from which link.
    wrote: Option<(u64, LinkId)>,
}

/// A message that waits for its peer's name.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) message: MessageId,
    pub(super) payload: Arc<[u8]>,
}

#[derive(Debug)]
pub(super) struct Peer {
    pub(super) address: Address,
    pub(super) held: VecDeque<Held>,
    pub(super) naming: Naming,
    /// The notice about large datagrams was given.
    pub(super) warned: bool,
    rank: u32,
    targets: Vec<Target>,
    preferred: usize,
}

impl Peer {
    /// Where the next message goes.
    pub(super) fn preferred(&self) -> Option<SocketAddr> {
        self.targets.get(self.preferred).map(|target| target.at)
    }

    pub(super) fn target_count(&self) -> usize {
        self.targets.len()
    }

    /// An address that is not among `tried`, the preferred one first.
    pub(super) fn untried(&self, tried: &[SocketAddr]) -> Option<SocketAddr> {
        let rest = self.targets.iter().map(|target| target.at);
        self.preferred().into_iter().chain(rest).find(|at| !tried.contains(at))
    }

    /// Nobody answers at the preferred address: the next one takes its place.
    pub(super) fn turn(&mut self) {
        let next = self.preferred.saturating_add(1);
        self.preferred = if next < self.targets.len() { next } else { 0 };
    }

    fn wrote_to(&self, at: SocketAddr) -> Option<(u64, LinkId)> {
        self.targets.iter().find(|target| same_endpoint(target.at, at)).and_then(|target| target.wrote)
    }
}

/// All peers, found by conversation, by socket address, and by the IP addresses we wrote to.
#[derive(Debug, Default)]
pub(super) struct Peers {
    table: BTreeMap<ConversationId, Peer>,
    /// Every target, without the scope of IPv6 addresses: that is compared afterwards.
    by_address: BTreeSet<(IpAddr, u16, ConversationId)>,
    /// Only what we wrote to, so that a flood from one host never makes us walk through its strangers.
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

    /// Takes a peer in, or gives a known one another address and rank. `false` when there is no room.
    pub(super) fn follow(&mut self, conversation: ConversationId, address: Address, rank: u32) -> bool {
        let known = self.table.get_mut(&conversation);
        if let Some(peer) = known {
            let moved = peer.address.host != address.host || peer.address.port != address.port;
            peer.rank = rank;
            peer.address = address;
            if moved {
                peer.naming = Naming::Unknown;
                self.set_targets(conversation, &[]);
            }
        } else {
            if self.table.len() >= MAX_PEERS {
                return false;
            }
            self.table.insert(conversation, Peer::new(address, rank));
        }
        self.set_literal(conversation);
        true
    }

    pub(super) fn remove(&mut self, conversation: ConversationId) -> Option<Peer> {
        self.set_targets(conversation, &[]);
        self.table.remove(&conversation)
    }

    fn set_literal(&mut self, conversation: ConversationId) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        if let (Some(at), Naming::Unknown) = (peer.address.literal(), peer.naming) {
            peer.naming = Naming::Literal;
            self.set_targets(conversation, &[at]);
        }
    }

    /// Gives a peer these addresses. What is known about one that it had before stays.
    pub(super) fn set_targets(&mut self, conversation: ConversationId, addresses: &[SocketAddr]) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        let old = std::mem::take(&mut peer.targets);
        let preferred = old.get(peer.preferred).map(|target| target.at);
        for at in addresses.iter().take(MAX_TARGETS) {
            if !peer.targets.iter().any(|target| target.at == *at) {
                let wrote = old.iter().find(|target| target.at == *at).and_then(|target| target.wrote);
                peer.targets.push(Target { at: *at, wrote });
            }
        }
        peer.preferred =
            peer.targets.iter().position(|target| Some(target.at) == preferred).unwrap_or_default();
        for target in &old {
            self.by_address.remove(&(target.at.ip(), target.at.port(), conversation));
            self.written.remove(&(target.at.ip(), conversation));
        }
        for target in &peer.targets {
            self.by_address.insert((target.at.ip(), target.at.port(), conversation));
            if target.wrote.is_some() {
                self.written.insert((target.at.ip(), conversation));
            }
        }
    }

    /// A datagram for this peer goes out to `to` on `link`.
    pub(super) fn note_write(&mut self, conversation: ConversationId, to: SocketAddr, link: LinkId) {
        self.writes = self.writes.saturating_add(1);
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        if let Some(target) = peer.targets.iter_mut().find(|target| target.at == to) {
            target.wrote = Some((self.writes, link));
            self.written.insert((to.ip(), conversation));
        }
    }

    /// A datagram from `from` belongs to this peer: that address works, so it is preferred from now on.
    /// An IPv6 address that was given without its interface learns it here.
    pub(super) fn note_heard(&mut self, conversation: ConversationId, from: SocketAddr) {
        let Some(peer) = self.table.get_mut(&conversation) else { return };
        let exact = peer.targets.iter().position(|target| same_endpoint(target.at, from));
        let host = || peer.targets.iter().position(|target| target.at.ip() == from.ip());
        let Some(index) = exact.or_else(host) else { return };
        peer.preferred = index;
        if exact.is_some()
            && let Some(target) = peer.targets.get_mut(index)
        {
            target.at = from;
        }
    }

    /// The socket of `link` is gone, and with it what was written from it.
    pub(super) fn drop_link(&mut self, gone: LinkId) {
        for (conversation, peer) in &mut self.table {
            for target in &mut peer.targets {
                if target.wrote.is_some_and(|(_, link)| link == gone) {
                    target.wrote = None;
                    self.written.remove(&(target.at.ip(), *conversation));
                }
            }
        }
    }

    /// The peers that have this very address and that we wrote to there.
    pub(super) fn written_at(&self, to: SocketAddr) -> Vec<ConversationId> {
        let wrote = |id: &ConversationId| self.get(*id).is_some_and(|peer| peer.wrote_to(to).is_some());
        self.at_endpoint(to).filter(wrote).collect()
    }

    /// The conversation a datagram belongs to; `None` is a stranger's.
    pub(super) fn route(&self, link: LinkId, own: SocketAddr, from: SocketAddr) -> Option<ConversationId> {
        self.exact(from).or_else(|| if may_be_sibling(own, from) { self.sibling(link, from) } else { None })
    }

    fn at_endpoint(&self, at: SocketAddr) -> impl Iterator<Item = ConversationId> {
        let (ip, port) = (at.ip(), at.port());
        let all = (ip, port, ConversationId(u32::MIN))..=(ip, port, ConversationId(u32::MAX));
        let there = move |id: &ConversationId| {
            self.get(*id).is_some_and(|peer| peer.targets.iter().any(|target| same_endpoint(target.at, at)))
        };
        self.by_address.range(all).map(|(_, _, id)| *id).filter(there)
    }

    /// The same address and port: of several, the one we wrote to last, else the lowest rank.
    fn exact(&self, from: SocketAddr) -> Option<ConversationId> {
        self.at_endpoint(from).max_by_key(|id| {
            let peer = self.get(*id);
            let wrote = peer.and_then(|peer| peer.wrote_to(from)).map(|(order, _link)| order);
            (wrote, Reverse(peer.map(|peer| peer.rank)), Reverse(*id))
        })
    }

    /// The same host, another port: the one we wrote to last from this very socket.
    fn sibling(&self, link: LinkId, from: SocketAddr) -> Option<ConversationId> {
        let ip = from.ip();
        let all = (ip, ConversationId(u32::MIN))..=(ip, ConversationId(u32::MAX));
        let order = |id: ConversationId| {
            let targets = self.get(id)?.targets.iter().filter(|target| same_host(target.at, from));
            targets.filter_map(|target| target.wrote).filter(|(_, from)| *from == link).max()
        };
        let written = self.written.range(all).map(|(_, id)| *id);
        written.filter_map(|id| Some((order(id)?, id))).max().map(|(_, id)| id)
    }
}

impl Peer {
    const fn new(address: Address, rank: u32) -> Self {
        Self {
            address,
            held: VecDeque::new(),
            naming: Naming::Unknown,
            warned: false,
            rank,
            targets: Vec::new(),
            preferred: 0,
        }
    }
}

/// Only a source that can be a person's program is taken for another port of a known host: no service port, no
/// group or broadcast address, and not ourselves.
fn may_be_sibling(own: SocketAddr, from: SocketAddr) -> bool {
    let ip = from.ip();
    let group = ip.is_multicast() || ip.is_unspecified() || ip == IpAddr::from([255, 255, 255, 255]);
    let ourselves = from.port() == own.port() && (ip.is_loopback() || ip == own.ip());
    from.port() >= FIRST_USER_PORT && !group && !ourselves
}
