//! What is told of somebody: to each conversation that it has.
//!
//! Sends nothing.

use std::net::SocketAddr;

use super::engine::Ipmsg;
use crate::model::traffic::{PeerInfo, Profile};
use crate::model::{Address, ConversationId, NetEvent, Person};

impl Ipmsg {
    /// Says what is known of a peer: to each conversation it has, or to nobody's.
    pub(super) fn tell_peer(&mut self, at: SocketAddr) {
        let Some(peer) = self.peers.get(at) else { return };
        let (about, here) = (peer.about.clone(), peer.here);
        let all = self.contacts.of(at, Person::new(&about.user, &about.host).as_ref());
        if all.is_empty() {
            self.tell_one(None, at, here, about);
        } else {
            for id in all {
                self.tell_one(Some(id), at, here, about.clone());
            }
        }
    }

    /// Nobody's peer that leaves is told of all the same: the app may be about to follow it.
    pub(super) fn tell_left(&mut self, at: SocketAddr, about: Profile) {
        let all = self.contacts.of(at, Person::new(&about.user, &about.host).as_ref());
        if all.is_empty() {
            self.tell_one(None, at, false, about);
        } else {
            for id in all {
                self.tell_one(Some(id), at, false, about.clone());
            }
        }
    }

    /// Says who somebody is that has written without having come in.
    pub(super) fn introduce_peer(&mut self, at: SocketAddr) {
        for conversation in self.contacts.of(at, self.who(at)) {
            self.introduce_to(conversation, at);
        }
    }

    pub(super) fn introduce_to(&mut self, conversation: ConversationId, at: SocketAddr) {
        let Some(peer) = self.peers.get(at).filter(|peer| peer.spoke && !peer.here) else { return };
        let about = Box::new(self.about_to(Some(conversation), at, peer.about.clone()));
        self.report(NetEvent::Introduced { conversation, about });
    }

    /// What is known of somebody, with what we write to it in.
    fn about_to(&self, conversation: Option<ConversationId>, at: SocketAddr, about: Profile) -> Profile {
        let contact = conversation.and_then(|id| self.contacts.get(id));
        let chosen = contact.and_then(|contact| super::codec::chosen(&contact.address));
        let encoding = self.encoding_for(chosen, Some(at)).name().to_owned();
        Profile { encoding, ..about }
    }

    fn tell_one(&mut self, conversation: Option<ConversationId>, at: SocketAddr, here: bool, about: Profile) {
        let address = Box::new(address_of(at, &about));
        let about = self.about_to(conversation, at, about);
        self.report(NetEvent::Peer(PeerInfo { conversation, address, here, about }));
    }
}

/// Where somebody is, and who that is.
fn address_of(at: SocketAddr, about: &Profile) -> Address {
    let address = Address::from_socket(super::SCHEME, at);
    match Person::new(&about.user, &about.host) {
        Some(person) => person.at(address),
        None => address,
    }
}
