//! The first words to somebody: it is told who we are, and whoever was never heard gets a moment to say what it is. What
//! it reads depends on that: `FeiQ` takes UTF-8 for GBK.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::codec;
use super::contacts::Contact;
use super::engine::Ipmsg;
use super::packet::command;
use crate::model::{ConversationId, Now};

/// An entry is answered at once by most, and by the official client within about this time.
const PATIENCE: Duration = Duration::from_secs(1);
/// Who is at an address is not asked again so soon after the last time.
const ANSWER_HOLDS: Duration = Duration::from_secs(2);

impl Ipmsg {
    /// Tells somebody who does not know of us that we are here, before a person's words reach it.
    pub(super) fn say_hello(&mut self, now: Now, to: SocketAddr) {
        self.peers.choose(now.mono, to);
        if self.may_speak() && self.peers.get(to).is_some_and(|peer| !peer.met) {
            self.say_entry(now, command::ENTRY, &[to]);
            if let Some(peer) = self.peers.get_mut(to) {
                peer.greeted = Some(now.mono);
            }
        }
    }

    /// Somebody else was heard where the person was whom these words are for. Whoever is there says who it is; before
    /// that nothing goes there.
    fn ask_who(&mut self, now: Now, to: SocketAddr) {
        let Some(peer) = self.peers.get_mut(to) else { return };
        let asked = peer.greeted.is_some_and(|at| now.mono.saturating_duration_since(at) <= ANSWER_HOLDS);
        if !asked {
            peer.met = false;
            self.say_hello(now, to);
        }
    }

    /// Whether the words for a conversation wait for the answer to our entry.
    pub(super) fn awaits_first_words(&mut self, now: Now, conversation: ConversationId) -> bool {
        self.contacts.held.remove(&conversation);
        let Some(contact) = self.contacts.get(conversation) else { return false };
        let (chosen, to) = (codec::chosen(&contact.address), contact.target());
        let Some(to) = to.filter(|to| !self.is_broadcast(to.ip())) else { return false };
        let taken = self.is_taken(conversation, to);
        if chosen.is_some() && !taken {
            return false;
        }
        if taken {
            self.ask_who(now, to);
        } else {
            self.say_hello(now, to);
        }
        let greeted = self.peers.get(to).filter(|peer| !peer.spoke || taken).and_then(|peer| peer.greeted);
        let until = greeted.and_then(|greeted| greeted.checked_add(PATIENCE));
        let until = until.filter(|until| *until > now.mono);
        self.contacts.held.extend(until.map(|until| (conversation, until)));
        until.is_some()
    }

    /// It is known now what somebody is.
    pub(super) fn spoke(&mut self, now: Now, from: SocketAddr) {
        let held: Vec<ConversationId> = self.contacts.held.keys().copied().collect();
        let at = |id: &ConversationId| self.contacts.get(*id).and_then(Contact::target) == Some(from);
        for conversation in held.into_iter().filter(at).collect::<Vec<_>>() {
            self.advance(now, conversation);
        }
    }

    pub(super) fn release_held(&mut self, now: Now) {
        let due = self.contacts.held.iter().filter(|(_, until)| **until <= now.mono);
        for conversation in due.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.contacts.held.remove(&conversation);
            self.advance(now, conversation);
        }
    }

    pub(super) fn held_deadline(&self) -> Option<Instant> {
        self.contacts.held.values().min().copied()
    }
}
