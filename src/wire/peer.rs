//! One peer: its addresses, and what was heard from each. Whom words belong to is decided in `wire/peers.rs`.

use std::cmp::Reverse;
use std::net::SocketAddr;

use super::endpoint::{same_endpoint, same_host};
use super::resolution::Resolution;
use crate::model::traffic::FIRST_STRANGER;
use crate::model::{Address, LinkId};

/// What is known of one address of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    Nothing,
    /// Something came from exactly there.
    Heard,
    /// A socket of our own is for it: it speaks from there and by that socket alone.
    Apart,
    /// Nobody is there, as ICMP says or a stream that was refused.
    Gone,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct TargetAddress {
    pub(super) at: SocketAddr,
    pub(super) evidence: Evidence,
}

/// What following a peer meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    New,
    /// It was followed before; `moved`: somewhere else.
    Known {
        moved: bool,
    },
}

#[derive(Debug)]
pub struct Peer<T> {
    pub address: Address,
    pub resolution: Resolution,
    pub state: T,
    pub(super) rank: u32,
    pub(super) targets: Vec<TargetAddress>,
    pub(super) preferred: usize,
    /// When we last wrote to it, as a count of writes, and from which link.
    pub(super) wrote: Option<(u64, LinkId)>,
}

impl<T> Peer<T> {
    /// All its addresses, the one to try first in front.
    pub fn targets(&self) -> impl Iterator<Item = SocketAddr> {
        let (rest, first) = self.targets.split_at(self.preferred.min(self.targets.len()));
        first.iter().chain(rest).map(|target| target.at)
    }

    /// The same in the order of the newest look-up.
    pub fn listed(&self) -> impl Iterator<Item = SocketAddr> {
        self.targets.iter().map(|target| target.at)
    }

    /// Whether `at` is this very peer and not just its host.
    pub fn is_at(&self, at: SocketAddr) -> bool {
        self.targets.iter().any(|target| same_endpoint(target.at, at))
    }

    pub const fn was_written_to(&self) -> bool {
        self.wrote.is_some()
    }

    pub(super) fn is_on_host_of(&self, at: SocketAddr) -> bool {
        self.targets.iter().any(|target| same_host(target.at, at))
    }

    /// A person has added it.
    pub const fn is_contact(&self) -> bool {
        self.rank < FIRST_STRANGER
    }

    /// It speaks from the address it is followed at, so not from others.
    pub(super) fn is_settled(&self) -> bool {
        self.targets.iter().any(|target| matches!(target.evidence, Evidence::Heard | Evidence::Apart))
    }

    pub(super) fn is_apart(&self) -> bool {
        self.targets.iter().any(|target| target.evidence == Evidence::Apart)
    }

    pub(super) fn is_gone(&self) -> bool {
        !self.targets.is_empty() && self.targets.iter().all(|target| target.evidence == Evidence::Gone)
    }

    /// Whom we wrote to last comes first, then whoever stands first in the person's file.
    pub fn precedence(&self) -> (Option<u64>, Reverse<u32>) {
        (self.order(), Reverse(self.rank))
    }

    pub(super) fn order(&self) -> Option<u64> {
        self.wrote.map(|(order, _link)| order)
    }
}

impl<T: Default> Peer<T> {
    pub(super) fn new(address: Address, rank: u32) -> Self {
        Self {
            address,
            resolution: Resolution::Unknown,
            state: T::default(),
            rank,
            targets: Vec::new(),
            preferred: 0,
            wrote: None,
        }
    }

    pub(super) fn first_mut(&mut self) -> Option<&mut TargetAddress> {
        self.targets.get_mut(self.preferred)
    }

    pub(super) fn set_evidence(&mut self, at: SocketAddr, evidence: Evidence) {
        let known =
            |target: &&mut TargetAddress| target.evidence != Evidence::Apart && same_endpoint(target.at, at);
        for target in self.targets.iter_mut().filter(known) {
            target.evidence = evidence;
        }
    }

    /// The next address takes the place of the preferred one.
    pub(super) fn turn(&mut self) {
        let next = self.preferred.saturating_add(1);
        self.preferred = if next < self.targets.len() { next } else { 0 };
    }
}
