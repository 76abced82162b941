//! What the parts of the dialect share while one input is handled: all that is known of ourselves and of others, and the
//! ways to say something. What the app is told of somebody is in `introductions`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answers::{Answers, PendingAnswer};
use super::budget::MAX_ANSWER;
use super::contacts::Correspondents;
use super::entry::{self, ClientQuirks, Extent};
use super::files::Transfers;
use super::local::{LocalNode, SHORT_VERSION, VERSION};
use super::packet::command;
use super::peers::{PeerTable, RemotePeer};
use super::text::TextDecoder;
use crate::model::{ConversationId, Fault, MessageId, NetEvent};
use crate::wire::{Ctx, Encoding, Ticket};

/// Peers that are told one by one of a change or the end; those on our networks hear it anyway.
const MAX_TOLD: usize = 512;

/// A peer that was never heard gets a moment to say what it runs, since what it reads depends on that: `FeiQ` takes UTF-8
/// for GBK. An entry is answered at once by most, and by the official client within about this time.
const PATIENCE: Duration = Duration::from_secs(1);
/// An entry to the same address, to ask who is there, is not repeated sooner.
const ANSWER_HOLDS: Duration = Duration::from_secs(2);

pub(super) struct Scope<'a> {
    pub wire: Ctx<'a>,
    pub local: &'a mut LocalNode,
    pub contacts: &'a mut Correspondents,
    pub peers: &'a mut PeerTable,
    pub answers: &'a mut Answers,
    pub transfers: &'a mut Transfers,
}

// Which encodings.
impl Scope<'_> {
    /// The encoding that somebody is written to in: what a person said, else what is known of it.
    pub(super) fn encoding_for(&self, chosen: Option<Encoding>, to: SocketAddr) -> Encoding {
        if let Some(chosen) = chosen {
            return chosen;
        }
        let Some(RemotePeer { quirks, spoke, .. }) = self.peers.get(to) else { return Encoding::UTF_8 };
        // A peer that has spoken and said nothing of UTF-8 mostly runs an old program, where people are used to those:
        // UTF-8, which such a program cannot read, would be lost.
        let guessed = *spoke && self.local.identity.as_ref().is_some_and(|own| own.legacy_first);
        if quirks.feiq {
            Encoding::GBK
        } else if (quirks.legacy || guessed) && !quirks.utf8 && !quirks.iptux {
            self.local.code_page()
        } else {
            Encoding::UTF_8
        }
    }

    /// The encoding that a person has set for the contact at an address.
    fn chosen_at(&self, at: SocketAddr) -> Option<Encoding> {
        self.contacts.encoding(self.contacts.route(at, self.peers.who(at), true)?)
    }

    /// The encoding that the peer at an address is written to in.
    pub(super) fn encoding_at(&self, at: SocketAddr) -> Encoding {
        self.encoding_for(self.chosen_at(at), at)
    }

    /// How what comes from there is read.
    pub(super) fn decoder_for(&self, from: SocketAddr) -> TextDecoder {
        self.decoder(self.chosen_at(from), self.peers.quirks(from))
    }

    /// How somebody is read: with the encoding that a person has set, and what is known of the program.
    pub(super) fn decoder(&self, chosen: Option<Encoding>, quirks: ClientQuirks) -> TextDecoder {
        let (declared, feiq, paged) = (quirks.declared, quirks.feiq, quirks.legacy);
        TextDecoder { chosen, declared, legacy: self.local.legacy(), feiq, paged }
    }
}

// Who may be told what.
impl Scope<'_> {
    /// Whether a packet from there may be answered: it is on one of our networks, or a person chose it or announced us
    /// to it (invariant I3). Services have low ports.
    pub(super) fn may_answer(&self, to: SocketAddr) -> bool {
        let near = || self.local.is_near(to.ip()) || self.local.is_announced_to(to.ip());
        to.port() >= 1_024 && (near() || self.peers.is_chosen(to))
    }

    /// Whether somebody may know that we are here.
    pub(super) fn may_know(&self, at: SocketAddr) -> bool {
        self.local.is_visible() || self.peers.get(at).is_some_and(|peer| peer.knows.met)
    }

    /// Whether somebody else is where the peer of this conversation was.
    pub(super) fn is_taken(&self, conversation: ConversationId, at: SocketAddr) -> bool {
        let person = self.contacts.peers.get(conversation).and_then(|contact| contact.state.as_ref());
        let peer = self.peers.get(at);
        person.zip(peer).is_some_and(|(person, peer)| !peer.occupant.may_be(person))
    }

    /// Why nothing of this conversation goes there; `Ok`: it may.
    pub(super) fn meant_for(&self, conversation: ConversationId, at: SocketAddr) -> Result<(), Fault> {
        if !self.is_taken(conversation, at) {
            return Ok(());
        }
        let name = self.peers.who(at).map(ToString::to_string).unwrap_or_default();
        Err(Fault::AnotherPerson { name })
    }

    /// Those who know of us.
    pub(super) fn met(&self, which: impl Fn(&Self, SocketAddr) -> bool) -> Vec<SocketAddr> {
        let met = self.peers.iter().filter(|(_, peer)| peer.knows.met).map(|(at, _)| at);
        met.filter(|at| which(self, *at)).take(MAX_TOLD).collect()
    }
}

// What is said.
impl Scope<'_> {
    /// Sends one datagram, if there is a socket for it.
    pub(super) fn post(&mut self, to: SocketAddr, bytes: Arc<[u8]>, message: Option<MessageId>) {
        if let Some(link) = self.local.sockets.udp().filter(|_| self.local.identity.is_some()) {
            self.wire.send(link, to, bytes, message.map(|message| Ticket { message, to }));
        }
    }

    /// The number of a packet that somebody may confirm.
    pub(super) fn next_number(&mut self) -> u32 {
        self.local.numbers.next(self.wire.now.wall, self.wire.rng)
    }

    /// The number of a packet that nobody confirms.
    pub(super) fn plain_number(&mut self) -> u32 {
        self.local.numbers.plain(self.wire.now.wall, self.wire.rng)
    }

    /// A packet of ours that nobody confirms.
    pub(super) fn packet(&mut self, encoding: Encoding, command: u32, body: &[u8]) -> Arc<[u8]> {
        let number = self.plain_number();
        self.local.compose(VERSION, encoding, number, command, body)
    }

    /// Shakes the window of a peer. Nobody confirms that; some programs do not know it and pass it over.
    pub(super) fn nudge(&mut self, conversation: ConversationId) {
        let Some(to) = self.contacts.target(conversation) else { return };
        if self.local.may_speak() && self.meant_for(conversation, to).is_ok() {
            let bytes = self.packet(self.encoding_at(to), command::SHAKE.into(), b"\0");
            self.post(to, bytes, None);
        }
    }

    /// An entry, or a change, to each of these in its own encoding.
    pub(super) fn say_entry(&mut self, kind: u8, to: &[SocketAddr]) {
        for at in to {
            let encoding = self.encoding_at(*at);
            let Some(own) = &self.local.identity else { return };
            let (body, flags) = (entry::write(own, encoding, Extent::Whole), entry::flags(own, encoding));
            let bytes = self.packet(encoding, u32::from(kind) | flags, &body);
            self.post(*at, bytes, None);
            if let Some(peer) = self.peers.get_mut(*at) {
                (peer.knows.met, peer.knows.named) = (true, Some(encoding));
            }
        }
    }

    /// Tells somebody who does not know of us that we are here, before a person's words reach it.
    pub(super) fn say_hello(&mut self, to: SocketAddr) {
        self.choose(to);
        if self.local.may_speak() && self.peers.get(to).is_none_or(|peer| !peer.knows.met) {
            self.say_entry(command::ENTRY, &[to]);
            if let Some(peer) = self.peers.get_mut(to) {
                peer.knows.greeted = Some(self.wire.now.mono);
            }
        }
    }

    /// Until when the words for a conversation wait for the answer to our entry; `None`: they do not.
    pub(super) fn first_words_expected(&mut self, conversation: ConversationId) -> Option<Instant> {
        let (chosen, to) = (self.contacts.encoding(conversation), self.contacts.target(conversation));
        let to = to.filter(|to| !self.local.is_broadcast(to.ip()))?;
        let taken = self.is_taken(conversation, to);
        if chosen.is_some() && !taken {
            return None;
        }
        let now = self.wire.now.mono;
        let lately = |at: Instant| now.saturating_duration_since(at) <= ANSWER_HOLDS;
        match self.peers.get_mut(to).filter(|_| taken) {
            // Another person was heard at the address of the one these words are for. The peer there says who it is;
            // before that nothing goes there.
            Some(peer) if peer.knows.greeted.is_some_and(lately) => {}
            Some(peer) => {
                peer.knows.met = false;
                self.say_hello(to);
            }
            None => self.say_hello(to),
        }
        let peer = self.peers.get(to).filter(|peer| !peer.spoke || taken)?;
        peer.knows.greeted?.checked_add(PATIENCE).filter(|until| *until > now)
    }

    /// Our name for somebody who reads no UTF-8, as soon as that is known. What it is told is an answer like any other:
    /// anybody can forge what asks for it.
    pub(super) fn correct_name(&mut self, to: SocketAddr) {
        let encoding = self.encoding_at(to);
        let Some(own) = self.local.identity.as_ref().filter(|own| !entry::is_plain(own)) else { return };
        let Some(peer) = self.peers.get_mut(to) else { return };
        let knows = &mut peer.knows;
        if !knows.met || peer.answer.waits || encoding == Encoding::UTF_8 || knows.named == Some(encoding) {
            return;
        }
        knows.named = Some(encoding);
        let body = entry::write(own, encoding, Extent::Whole);
        let said = u32::from(command::ABSENCE) | entry::flags(own, encoding);
        self.answer(to, said, &body);
    }

    /// Answers, if that is allowed: few bytes, seldom, and nobody far away.
    pub(super) fn answer(&mut self, to: SocketAddr, command: u32, body: &[u8]) {
        if self.local.may_speak() && self.may_answer(to) {
            let answer = PendingAnswer { to, command, body: body.to_vec(), since: self.wire.now.mono };
            self.answers.add(answer, self.peers.is_chosen(to));
            self.send_answers();
        }
    }

    pub(super) fn send_answers(&mut self) {
        if !self.local.may_speak() {
            self.answers.clear();
        }
        while let Some(answer) = self.answers.next(self.wire.now.mono, |at| self.peers.is_chosen(at)) {
            let PendingAnswer { to, command, body, .. } = answer;
            let (encoding, number) = (self.encoding_at(to), self.plain_number());
            let bytes = self.local.compose(SHORT_VERSION, encoding, number, command, &body);
            if bytes.len() <= MAX_ANSWER {
                self.post(to, bytes, None);
            }
        }
    }

    /// The datagram is no packet of the family: a person can see that something came.
    pub(super) fn malformed(&mut self, source: SocketAddr) {
        self.wire.report(NetEvent::Malformed { source });
    }
}
