//! What comes in: which packets mean something, and what is answered. Bad bytes are dropped without a word, and nothing
//! that is itself an answer is ever answered.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::engine::Ipmsg;
use super::entry;
use super::packet::{Number, Packet, command, flag, leading_decimal};
use super::text::{self, MAX_NAME, Reading};
use crate::model::{Address, ConversationId, NetEvent, Now, Phrase};
use crate::wire::endpoint::is_nobody;

/// What the official client answers when somebody asks for the words of an absence and there is none.
const NOT_AWAY: &str = "Not absence mode";
/// One notice for a peer that shakes our window over and over.
const SHAKE_PAUSE: Duration = Duration::from_secs(10);
const TYPING_PAUSE: Duration = Duration::from_secs(1);
/// A person who is away says so to each peer no more often.
const ABSENCE_PAUSE: Duration = Duration::from_mins(1);

impl Ipmsg {
    pub(super) fn receive(&mut self, now: Now, from: SocketAddr, to: Option<IpAddr>, bytes: &[u8]) {
        if self.is_own(from) {
            return;
        }
        let forged = from.port() == 0 || from.ip().is_unspecified() || self.is_broadcast(from.ip());
        // A service is no stranger that one could write to.
        if forged || (is_nobody(from) && self.conversation_of(from).is_none()) {
            return self.report(NetEvent::Nobody { source: from });
        }
        self.paths.heard(from, to);
        if bytes.is_empty() {
            return self.report(NetEvent::Empty { source: from });
        }
        let Some(packet) = Packet::read(bytes) else { return self.malformed(from) };
        let everybody = to.is_some_and(|to| self.is_broadcast(to));
        if let Some(peer) = self.peers.get_mut(from) {
            peer.missed = 0;
        }
        match packet.kind() {
            command::ENTRY => {
                self.learn(now, from, &packet);
                self.greet(now, from, (&packet, bytes.len()));
            }
            command::ANSWER_ENTRY | command::ABSENCE => self.learn(now, from, &packet),
            command::EXIT => self.leaves(from, &packet),
            command::MESSAGE => self.message_came(now, from, &packet, (bytes, everybody)),
            command::IN_GROUP => self.said_in_group(now, from, &packet, bytes),
            command::PIECE if !everybody => self.piece_came(now, from, &packet),
            command::TO_GROUP => self.message_came(now, from, &packet, (bytes, true)),
            command::RECEIPT => self.receipt_came(now, from, &packet),
            command::OPENED => self.opened_there(now, from, &packet),
            command::ANSWER_OPENED => match number_of(&packet) {
                Some(number) => self.notices.heard(from, number),
                None => self.malformed(from),
            },
            command::RELEASE_FILES => self.released(now, from, &packet),
            command::ASK_VERSION if !everybody && self.may_know(from) => self.tell_version(now, from),
            command::ASK_ABSENCE if !everybody && self.may_know(from) => self.tell_absence(now, from),
            command::MOTTO => self.motto_came(now, from, &packet),
            command::TYPING => self.typing(now, from),
            command::SHAKE => self.shaken(now, from, &packet),
            kind if command::is_passed_over(kind) => {}
            _ => self.malformed(from),
        }
    }

    /// It is none of what the family says: a person can see that there was something.
    pub(super) fn malformed(&mut self, source: SocketAddr) {
        self.report(NetEvent::Malformed { source });
    }

    /// How what comes from there is read.
    pub(super) fn reading_of(&self, from: SocketAddr) -> Reading {
        let contact = self.contacts.route(from, self.who(from), true).and_then(|id| self.contacts.get(id));
        let chosen = contact.and_then(|contact| super::codec::chosen(&contact.address));
        let traits = self.peers.get(from).map(|peer| peer.traits).unwrap_or_default();
        let (declared, feiq, paged) = (traits.declared, traits.feiq, traits.legacy);
        Reading { chosen, declared, legacy: self.legacy(), feiq, paged }
    }

    /// The conversation that a packet from there belongs to.
    pub(super) fn conversation_of(&self, from: SocketAddr) -> Option<ConversationId> {
        let known = self.peers.get(from).is_some_and(|peer| peer.here);
        self.contacts.route(from, self.who(from), known)
    }

    /// Where a packet from there comes from, and from whom, as the app knows places.
    pub(super) fn place_of(&self, from: SocketAddr) -> Option<Box<Address>> {
        let who = self.who(from)?;
        Some(Box::new(who.at(Address::from_socket(super::SCHEME, from))))
    }

    fn receipt_came(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        match number_of(packet) {
            Some(number) => self.confirmed(now, from, number),
            None => self.malformed(from),
        }
    }

    /// The peer wants nothing more of an offer; one that names a file as well, nothing more of that file alone.
    fn released(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        let Some(number) = number_of(packet) else { return self.malformed(from) };
        // Whoever declines an offer has it.
        self.confirmed(now, from, number);
        let mut fields = packet.strings().next().unwrap_or_default().split(|byte| *byte == b':').skip(1);
        let file = fields.next().filter(|id| !id.is_empty());
        self.transfers.released(from, number, file);
    }

    fn opened_there(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        let Some(number) = number_of(packet) else { return self.malformed(from) };
        if self.opened(now, from, number) && packet.has(flag::CHECK_OPENED) {
            let body = format!("{}\0", packet.number);
            self.answer(now, from, command::ANSWER_OPENED.into(), body.as_bytes());
        }
    }

    /// A message is in the history: its sender hears so, if it asked for that.
    pub(super) fn stored(&mut self, now: Now, from: SocketAddr, payload: &[u8]) {
        let Some(packet) = Packet::read(payload) else { return };
        if packet.kind() == command::PIECE {
            return self.picture_stored(now, from, &packet);
        }
        if self.peers.get_mut(from).is_some_and(|peer| peer.stored(&packet)) {
            self.confirm(now, from, packet.number);
        }
    }

    /// Confirms a message. Who hides from strangers does not show itself to them by that.
    pub(super) fn confirm(&mut self, now: Now, from: SocketAddr, number: Number<'_>) {
        let chosen = self.peers.get(from).is_some_and(|peer| peer.chosen);
        if chosen || self.may_know(from) {
            // Its own digits, and no flag with it: some take only the bare command for a receipt.
            let body = format!("{number}\0");
            self.answer(now, from, command::RECEIPT.into(), body.as_bytes());
        }
    }

    fn tell_version(&mut self, now: Now, from: SocketAddr) {
        let body = concat!("udpqq ", env!("CARGO_PKG_VERSION"), "\0");
        self.answer(now, from, command::VERSION.into(), body.as_bytes());
    }

    fn tell_absence(&mut self, now: Now, from: SocketAddr) {
        let encoding = self.encoding_at(from);
        let away = self.own.as_ref().and_then(|own| own.away.as_deref()).unwrap_or(NOT_AWAY);
        let mut body = text::name(encoding, away, MAX_NAME);
        body.push(0);
        let said = u32::from(command::ABSENCE_TEXT) | Self::flag_of(encoding);
        self.answer(now, from, said, &body);
    }

    /// A person wrote to us who are away: says so, once in a while.
    pub(super) fn tell_away(&mut self, now: Now, from: SocketAddr) {
        let away = self.own.as_ref().and_then(|own| own.away.clone()).filter(|away| !away.is_empty());
        let (Some(away), true) = (away, self.may_answer(from) && self.may_know(from)) else { return };
        let Some(peer) = self.peers.get_mut(from) else { return };
        if !peer.absence.over(now.mono, ABSENCE_PAUSE) {
            return;
        }
        let encoding = self.encoding_at(from);
        let mut body = text::name(encoding, &away, MAX_NAME);
        body.push(0);
        let said = u32::from(command::MESSAGE) | flag::AUTOMATIC | Self::flag_of(encoding);
        self.answer(now, from, said, &body);
    }

    fn motto_came(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        let bytes = packet.strings().next().unwrap_or_default();
        let (motto, _lossy) = self.reading_of(from).of(packet).decode(packet.has(flag::UTF8), bytes);
        let motto = text::cut(&motto, MAX_NAME).to_owned();
        let Some(peer) = self.peers.get_mut(from).filter(|peer| peer.here) else { return };
        let news = peer.about.motto != motto && peer.motto.over(now.mono, TYPING_PAUSE);
        if news {
            peer.about.motto = motto;
            self.tell_peer(from);
        }
    }

    fn typing(&mut self, now: Now, from: SocketAddr) {
        let Some(conversation) = self.conversation_of(from) else { return };
        if let Some(peer) = self.peers.get_mut(from)
            && peer.typing.over(now.mono, TYPING_PAUSE)
        {
            self.report(NetEvent::Typing { conversation });
        }
    }

    fn shaken(&mut self, now: Now, from: SocketAddr, packet: &Packet<'_>) {
        let Some(conversation) = self.conversation_of(from) else { return };
        let reading = self.reading_of(from);
        let Some(peer) = self.peers.get_mut(from) else { return };
        if !peer.shake.over(now.mono, SHAKE_PAUSE) {
            return;
        }
        let known = peer.about.name.clone();
        let name = if known.is_empty() { entry::read_header(packet, reading).about.name } else { known };
        let notice = Phrase::new("notice-shake").text("name", name);
        self.report(NetEvent::Noticed { conversation, notice });
    }
}

/// The number of ours that a packet speaks of.
fn number_of(packet: &Packet<'_>) -> Option<u32> {
    leading_decimal(packet.strings().next()?)
}
