//! The conversations that come and go, and what a look-up means for the messages that wait for it.

use std::net::SocketAddr;

use super::engine::{Ear, Ipmsg};
use crate::model::traffic::FIRST_STRANGER;
use crate::model::{Address, ConversationId, Fault, Now};
use crate::wire::resolution::{Answer, Name, Resolution, Resolved};

impl Ipmsg {
    /// Whether a message has a chance to go out: the socket is there, or will be at once.
    pub(super) const fn may_send(&self) -> bool {
        matches!(self.udp, Ear::Up(_) | Ear::Opening)
    }

    pub(super) fn follow(&mut self, now: Now, conversation: ConversationId, address: Address, rank: u32) {
        let before = self.contacts.get(conversation).map(|contact| contact.naming);
        if !self.contacts.follow(conversation, address, rank) {
            return;
        }
        let after = self.contacts.get(conversation).map(|contact| contact.naming);
        if let Some(before) = before.filter(|before| Some(*before) != after) {
            self.lookups.withdraw(conversation, before);
        }
        match after {
            // A name is looked up at once: who writes from there first must be recognised.
            Some(Resolution::Unknown) => self.ask(now, conversation),
            Some(Resolution::Literal) => self.settle(now, conversation),
            Some(Resolution::Asked(_) | Resolution::Known(_)) | None => {}
        }
    }

    /// It is known where a conversation's peer is.
    fn settle(&mut self, now: Now, conversation: ConversationId) {
        let target = self.contacts.get(conversation).and_then(super::contacts::Contact::target);
        if let Some(at) = target {
            self.greet_followed(now, conversation, at);
        }
        self.advance(now, conversation);
    }

    fn greet_followed(&mut self, now: Now, conversation: ConversationId, at: SocketAddr) {
        if self.peers.get(at).is_some_and(|peer| peer.here) {
            self.tell_peer(at);
        }
        self.introduce_to(conversation, at);
        self.tell_held(conversation, at);
        // A stranger is followed because it spoke, which chooses nobody (invariant I3).
        let added = self.contacts.get(conversation).is_some_and(|contact| contact.rank < FIRST_STRANGER);
        if added && !self.is_broadcast(at.ip()) {
            let gone = self.peers.choose(now.mono, at);
            if let Some((at, about)) = gone {
                self.tell_left(at, about);
            }
        }
    }

    pub(super) fn forget(&mut self, conversation: ConversationId) {
        let flight = self.contacts.flights.remove(&conversation);
        if let Some(flight) = flight.filter(|flight| !flight.told) {
            self.fail(flight.message, Fault::NoSuchPeer);
        }
        let Some(contact) = self.contacts.remove(conversation) else { return };
        self.lookups.withdraw(conversation, contact.naming);
        for letter in contact.waiting {
            self.fail(letter.message, Fault::NoSuchPeer);
        }
    }

    pub(super) fn ask(&mut self, now: Now, conversation: ConversationId) {
        let Some(contact) = self.contacts.get_mut(conversation) else { return };
        let question = self.lookups.ask(now, conversation, &contact.address, &mut contact.naming);
        self.outbox.extend(question);
    }

    pub(super) fn resolved(&mut self, now: Now, answer: &Answer<'_>) {
        let conversation = answer.conversation;
        let Some(contact) = self.contacts.get_mut(conversation) else { return };
        let known = contact.target().is_some();
        let name = Name { address: &contact.address, resolution: &mut contact.naming, known };
        match self.lookups.answer(now, answer, name) {
            None => {}
            Some(Resolved::Nowhere) => self.give_back(conversation),
            Some(Resolved::AsBefore) => self.settle(now, conversation),
            Some(Resolved::At(addresses)) => {
                self.contacts.set_targets(conversation, &addresses);
                self.settle(now, conversation);
            }
        }
    }

    /// The name has no address: nothing that waits for it can go out.
    fn give_back(&mut self, conversation: ConversationId) {
        let Some(contact) = self.contacts.get_mut(conversation) else { return };
        let host = contact.address.host.to_string();
        for letter in std::mem::take(&mut contact.waiting) {
            self.fail(letter.message, Fault::NameNotFound { host: host.clone() });
        }
    }

    /// What would come back is not sent: nobody answers it.
    pub(super) fn refuse_ourselves(&mut self, conversation: ConversationId) {
        let Some(contact) = self.contacts.get_mut(conversation) else { return };
        for letter in std::mem::take(&mut contact.waiting) {
            self.fail(letter.message, Fault::Ourselves);
        }
    }

    /// The socket is gone, and with it whatever the kernel has not taken.
    pub(super) fn ground(&mut self) {
        for conversation in self.contacts.ids() {
            let told = self.contacts.flights.get(&conversation).map(|flight| flight.told);
            if told == Some(false)
                && let Some(flight) = self.contacts.flights.remove(&conversation)
            {
                self.fail(flight.message, Fault::NotListening);
            }
            let waiting = self.contacts.get_mut(conversation).map(|contact| &mut contact.waiting);
            for letter in waiting.map(std::mem::take).unwrap_or_default() {
                self.fail(letter.message, Fault::NotListening);
            }
        }
    }

    pub(super) fn expire(&mut self, now: Now) {
        while let Some(conversation) = self.lookups.overdue(now) {
            let host = self.contacts.get(conversation).map(|contact| contact.address.host.to_string());
            let host = &host.unwrap_or_default();
            self.resolved(now, &Answer { conversation, host, addresses: &[] });
        }
    }

    pub(super) fn release_all(&mut self, now: Now) {
        for conversation in self.contacts.ids() {
            self.advance(now, conversation);
        }
    }
}
