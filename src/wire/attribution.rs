//! To whom a source belongs: one rule for all dialects whose peers prove nothing, decided by evidence.
//!
//! A source is the address and port that a datagram or an accepted stream comes from. It belongs to
//! 1. the peer that is followed at exactly this address and port. Of several the one we wrote to last, else the first
//!    in the person's file;
//! 2. the peer it was attributed to before, until that peer goes: what we write in between changes nothing;
//! 3. a peer on the same host that may speak from another port, which many two-socket programs do: they hear at one
//!    port and speak from another. A peer that has been heard from its exact address speaks from there and is no such
//!    peer, until its port is reported unreachable. Of several such peers it is the one we wrote to last; where we wrote
//!    to none of them, the only contact of that host. A front says that the words came from another port;
//! 4. a stranger, in all other cases.
//!
//! What is answered goes to the peer's own address. Where that has been reported unreachable it goes where the peer's
//! words came from last: never to a program that wrote nothing while another one waits.
//!
//! Streams follow the same rule when they are accepted; bytes of a stream that we opened count as words from the exact
//! address. Words and answers then stay on the stream they came by.
//!
//! Where the address is the peer whatever the port (the IPMSG family), steps 1 to 3 compare the host only.
//!
//! Never another port of a peer: a port below 1,024, a group, and ourselves (services and the usual ends of forged
//! loops, not people's programs).
//!
//! This module keeps what was attributed by step 3. The table of peers, with steps 1 and 3, is in `wire/peers.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::model::ConversationId;

/// Sources kept of one peer. A script that opens a socket for every line has no use for its old ones, and a flood from
/// one host takes only the places of that host's peer.
const MAX_OF_PEER: usize = 64;
/// Sources kept in all: a hundred peers that use up all of theirs.
const MAX_SOURCES: usize = 8_192;

/// Whom other ports were attributed to.
#[derive(Debug, Default)]
pub(super) struct AttributedSources {
    /// The owner, and when it was heard from there last, as a count.
    owners: BTreeMap<SocketAddr, (ConversationId, u64)>,
    of_owner: BTreeSet<(ConversationId, u64, SocketAddr)>,
    heard: u64,
}

impl AttributedSources {
    pub(super) fn owner(&self, from: SocketAddr) -> Option<ConversationId> {
        self.owners.get(&from).map(|(owner, _)| *owner)
    }

    /// Where this peer was heard last, apart from its own address.
    pub(super) fn newest(&self, owner: ConversationId) -> Option<SocketAddr> {
        self.of(owner).next_back().map(|(_, _, at)| *at)
    }

    /// The peer was heard from there: the source stays with it.
    pub(super) fn note(&mut self, owner: ConversationId, from: SocketAddr) {
        self.remove(from);
        let full = self.of(owner).count() >= MAX_OF_PEER || self.owners.len() >= MAX_SOURCES;
        if full {
            // Where the peer has none to give up there is no room, and step 3 decides anew for its next words.
            let Some((_, _, oldest)) = self.of(owner).next().copied() else { return };
            self.remove(oldest);
        }
        self.heard = self.heard.saturating_add(1);
        self.owners.insert(from, (owner, self.heard));
        self.of_owner.insert((owner, self.heard, from));
    }

    pub(super) fn remove(&mut self, from: SocketAddr) -> Option<ConversationId> {
        let (owner, heard) = self.owners.remove(&from)?;
        self.of_owner.remove(&(owner, heard, from));
        Some(owner)
    }

    /// The peer is only where `stays` says.
    pub(super) fn retain(&mut self, owner: ConversationId, stays: impl Fn(SocketAddr) -> bool) {
        let gone: Vec<SocketAddr> = self.of(owner).map(|(_, _, at)| *at).filter(|at| !stays(*at)).collect();
        for at in gone {
            self.remove(at);
        }
    }

    /// Oldest first.
    fn of(
        &self,
        owner: ConversationId,
    ) -> impl DoubleEndedIterator<Item = &(ConversationId, u64, SocketAddr)> {
        let any = SocketAddr::from(([0, 0, 0, 0], 0));
        let end = ConversationId(owner.0.saturating_add(1));
        self.of_owner.range((owner, 0, any)..(end, 0, any)).filter(move |(id, _, _)| *id == owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        ([192, 0, 2, 7], port).into()
    }

    #[test]
    fn a_flood_takes_only_the_places_of_its_own_peer() {
        let (mut sources, alex, bob) = (AttributedSources::default(), ConversationId(1), ConversationId(2));
        sources.note(bob, ([192, 0, 2, 8], 5_000).into());
        for port in 2_000..60_000 {
            sources.note(alex, at(port));
        }
        assert_eq!((sources.owners.len(), sources.of_owner.len()), (MAX_OF_PEER + 1, MAX_OF_PEER + 1));
        assert_eq!(sources.newest(alex), Some(at(59_999)));
        assert_eq!(sources.owner(([192, 0, 2, 8], 5_000).into()), Some(bob));
    }

    #[test]
    fn there_is_an_end_to_all_of_them_together() {
        let mut sources = AttributedSources::default();
        for owner in 0..200 {
            for port in 2_000..2_064 {
                let from = ([10, 0, u8::try_from(owner).expect("few"), 1], port).into();
                sources.note(ConversationId(owner), from);
            }
        }
        assert_eq!(sources.owners.len(), MAX_SOURCES);
    }

    #[test]
    fn what_goes_leaves_nothing() {
        let (mut sources, alex) = (AttributedSources::default(), ConversationId(u32::MAX - 1));
        for port in [2_000, 2_001, 2_000] {
            sources.note(alex, at(port));
        }
        assert_eq!(sources.newest(alex), Some(at(2_000)));
        sources.retain(alex, |at| at.port() == 2_001);
        assert_eq!((sources.owner(at(2_000)), sources.owner(at(2_001))), (None, Some(alex)));
        sources.retain(alex, |_| false);
        assert!(sources.owners.is_empty() && sources.of_owner.is_empty());
    }
}
