//! The conversations that are followed: with whom, where their peers are, and which of them a packet belongs to.
//!
//! Sends nothing and decodes nothing.

use std::cmp::Reverse;
use std::net::SocketAddr;

use crate::model::{Address, ConversationId, Person};
use crate::wire::peers::Peer;
use crate::wire::resolution::Resolution;
use crate::wire::{Ctx, Encoding, Peers, plain};

#[derive(Debug, Default)]
pub(super) struct Correspondents {
    /// With a person nobody else is meant.
    pub peers: Peers<Option<Person>>,
}

impl Correspondents {
    /// Where a conversation's peer is reached. What the family speaks is IPv4.
    pub(super) fn target(&self, conversation: ConversationId) -> Option<SocketAddr> {
        let peer = self.peers.get(conversation)?;
        peer.listed().find(SocketAddr::is_ipv4).or_else(|| peer.listed().next())
    }

    /// The encoding that a person has set for the peer of a conversation.
    pub(super) fn encoding(&self, conversation: ConversationId) -> Option<Encoding> {
        self.peers.get(conversation)?.address.option(plain::ENCODING).and_then(Encoding::from_label)
    }

    /// Takes a peer in, or gives a known one another address and rank. Whether the peer can be written to now.
    pub(super) fn follow(
        &mut self,
        cx: &mut Ctx<'_>,
        conversation: ConversationId,
        address: Address,
        rank: u32,
    ) -> bool {
        let person = Person::of(&address);
        self.peers.follow(cx, conversation, address, rank);
        self.peers.get_mut(conversation).is_some_and(|peer| {
            peer.state = person;
            peer.resolution == Resolution::Literal
        })
    }

    /// All with this person at this very address; `None`: with anybody.
    pub(super) fn of(&self, at: SocketAddr, who: Option<&Person>) -> Vec<ConversationId> {
        self.peers.at(at).filter(|id| self.is_for(*id, who)).collect()
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
        let theirs = |id| who.is_some() && self.peers.get(id).is_some_and(|peer| peer.state.is_some());
        let order = |id| (self.peers.get(id).map(Peer::precedence), Reverse(id));
        let exact = self.of(from, who).into_iter().max_by_key(|id| (theirs(*id), order(*id)));
        let host = || {
            let there = self.peers.on_host(from.ip()).filter(|id| self.is_for(*id, who));
            let written = there.filter(|id| self.peers.get(*id).is_some_and(Peer::was_written_to));
            written.max_by_key(|id| order(*id))
        };
        exact.or_else(|| if known { None } else { host() })
    }

    /// Whether a conversation can be with this person.
    fn is_for(&self, id: ConversationId, who: Option<&Person>) -> bool {
        let person = self.peers.get(id).and_then(|peer| peer.state.as_ref());
        person.zip(who).is_none_or(|(person, who)| person.is_same(who))
    }
}
