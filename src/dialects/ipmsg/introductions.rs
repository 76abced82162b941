//! Who others are: to whom a packet belongs, whom it shows at its address, and what the app is told of them.
//!
//! Sends nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use super::context::Scope;
use super::entry::{self, PeerEntry};
use super::occupant::By;
use super::packet::Packet;
use super::peers::RemotePeer;
use crate::model::traffic::{PeerInfo, Profile, Received};
use crate::model::{Address, ConversationId, NetEvent, Person, Phrase};

// To whom a packet belongs.
impl Scope<'_> {
    /// The conversation that a packet from there belongs to.
    pub(super) fn conversation_of(&self, from: SocketAddr) -> Option<ConversationId> {
        self.contacts.route(from, self.peers.who(from), self.peers.is_here(from))
    }

    /// A message from there, of whoever that is as far as is known.
    pub(super) fn received(&self, from: SocketAddr, payload: Arc<[u8]>) -> Received {
        let at = Address::from_socket(super::SCHEME, from);
        let place = self.peers.who(from).map(|who| Box::new(who.at(at)));
        let received = Received::new(super::SCHEME, from, self.wire.now.wall, payload);
        Received { conversation: self.conversation_of(from), place, ..received }
    }

    /// Something came from there: makes the peer known if it was not.
    pub(super) fn touch(&mut self, from: SocketAddr) {
        if let Some((at, about)) = self.peers.touch(self.wire.now.mono, from, false) {
            self.tell_left(at, &about);
        }
    }

    /// A person chose the peer at this address.
    pub(super) fn choose(&mut self, at: SocketAddr) {
        if let Some((at, about)) = self.peers.touch(self.wire.now.mono, at, true) {
            self.tell_left(at, &about);
        }
    }

    /// A packet came from there that names its sender. Nothing is taken over of another person who was there before.
    pub(super) fn recognise(&mut self, from: SocketAddr, person: Option<Person>, by: By) {
        let Some(peer) = self.peers.get_mut(from) else { return };
        if !peer.occupant.heard(person, by) {
            return;
        }
        let before = peer.give_way();
        if by == By::Entry {
            self.transfers.gone(&mut self.wire, from);
        }
        if let Some(about) = before {
            self.tell_left(from, &about);
        }
    }

    /// The same for a packet that is no entry. What it tells of its sender.
    pub(super) fn recognise_words(&mut self, from: SocketAddr, packet: &Packet<'_>) -> PeerEntry {
        let header = entry::read_header(packet, self.decoder_for(from));
        self.touch(from);
        let (about, theirs) = (&header.about, header.quirks);
        let is_same = |peer: &RemotePeer| {
            peer.here && (peer.quirks.feiq, peer.quirks.iptux) == (theirs.feiq, theirs.iptux)
        };
        let same_program = self.peers.get(from).is_some_and(is_same);
        self.recognise(from, Person::new(&about.user, &about.host), By::Words { same_program });
        header
    }
}

// What the app is told.
impl Scope<'_> {
    /// Says what is known of a peer: to each conversation it has, or to nobody's.
    pub(super) fn tell_peer(&mut self, at: SocketAddr) {
        if let Some(peer) = self.peers.get(at) {
            let (here, about) = (peer.here, peer.about.clone());
            self.tell(at, here, &about);
        }
    }

    /// Nobody's peer that leaves is told of all the same: the app may be about to follow it.
    pub(super) fn tell_left(&mut self, at: SocketAddr, about: &Profile) {
        self.tell(at, false, about);
    }

    fn tell(&mut self, at: SocketAddr, here: bool, about: &Profile) {
        let (address, person) =
            (Address::from_socket(super::SCHEME, at), Person::new(&about.user, &about.host));
        let all = self.contacts.of(at, person.as_ref());
        let address = match person {
            Some(person) => person.at(address),
            None => address,
        };
        let nobody = all.is_empty().then_some(None);
        for conversation in all.into_iter().map(Some).chain(nobody) {
            let address = Box::new(address.clone());
            let about = self.about_to(conversation, at, about.clone());
            self.wire.report(NetEvent::Peer(PeerInfo { conversation, address, here, about }));
        }
    }

    /// Says who somebody is that has written without having come in.
    pub(super) fn introduce_peer(&mut self, at: SocketAddr) {
        for conversation in self.contacts.of(at, self.peers.who(at)) {
            self.introduce_to(conversation, at);
        }
    }

    pub(super) fn introduce_to(&mut self, conversation: ConversationId, at: SocketAddr) {
        let Some(peer) = self.peers.get(at).filter(|peer| peer.spoke && !peer.here) else { return };
        let about = Box::new(self.about_to(Some(conversation), at, peer.about.clone()));
        self.wire.report(NetEvent::Introduced { conversation, about });
    }

    /// What is known of somebody, with what we write to it in.
    fn about_to(&self, conversation: Option<ConversationId>, at: SocketAddr, about: Profile) -> Profile {
        let chosen = conversation.and_then(|id| self.contacts.encoding(id));
        Profile { encoding: self.encoding_for(chosen, at).name().to_owned(), ..about }
    }

    /// A stranger has no conversation yet: it is told as soon as there is one.
    pub(super) fn notify(&mut self, conversation: Option<ConversationId>, from: SocketAddr, notice: Phrase) {
        if let Some(conversation) = conversation {
            self.wire.report(NetEvent::Noticed { conversation, notice });
        } else if let Some(peer) = self.peers.get_mut(from) {
            peer.held = Some(notice);
        }
    }

    /// Somebody's conversation has begun.
    pub(super) fn tell_held(&mut self, conversation: ConversationId, at: SocketAddr) {
        let held = self.peers.get_mut(at).and_then(|peer| peer.held.take());
        if let Some(notice) = held {
            self.wire.report(NetEvent::Noticed { conversation, notice });
        }
    }
}
