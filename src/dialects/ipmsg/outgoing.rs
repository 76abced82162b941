//! How a message goes out: cut into packets that the peer can hold, one after the other, each repeated until the peer
//! has it or nobody answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::codec;
use super::contacts::Letter;
use super::engine::Ipmsg;
use super::everybody::Post;
use super::flight::{Flight, Opened, Part, Past};
use super::packet::{command, flag};
use super::text;
use super::{feiq, files, group};
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, ErrorCode, Fault, MessageId, NetEvent, Now};
use crate::wire::{Encoding, Ticket};

/// A packet without a receipt goes out so often, so far apart, as iptux does it.
const MAX_SENDS: u8 = 4;
const PAUSE: Duration = Duration::from_secs(1);
/// Messages that wait for one peer. More than a person types while it is looked for.
const MAX_WAITING: usize = 64;
/// `FeiQ` reads 4,096 bytes of a packet, iptux 8,192. Among those who say nothing of themselves are some that read no more
/// than 1,024; a list of files cannot be cut, though.
const MAX_PACKET: usize = 4_000;
const MAX_LARGE_PACKET: usize = 8_000;
const MAX_SMALL_PACKET: usize = 1_000;
/// From here on no id means another file of the same offer when its digits are read as hexadecimal ones: there is no end of
/// clients that do.
const FIRST_ID: u32 = 1_000;
/// The header of ours, its longest names and numbers included.
const MAX_HEADER: usize = 200;

impl Ipmsg {
    pub(super) fn send(&mut self, now: Now, to: ConversationId, letter: Letter) {
        let message = letter.message;
        // The order that is under way will be answered, and ids are not used twice meanwhile.
        if self.awaits(to, message) {
            return;
        }
        if let Err(fault) = self.accept(to, letter) {
            return self.fail(message, fault);
        }
        self.advance(now, to);
    }

    fn awaits(&self, to: ConversationId, message: MessageId) -> bool {
        let flying = self.contacts.flights.values().any(|flight| flight.message == message && !flight.told);
        let waiting = self.contacts.get(to).map(|contact| &contact.waiting);
        flying || waiting.is_some_and(|waiting| waiting.iter().any(|letter| letter.message == message))
    }

    fn accept(&mut self, to: ConversationId, letter: Letter) -> Result<(), Fault> {
        if !self.may_send() || (!letter.files.is_empty() && !self.may_serve()) {
            return Err(Fault::NotListening);
        }
        let contact = self.contacts.get(to).ok_or(Fault::NoSuchPeer)?;
        let everybody = contact.address.literal().is_some_and(|at| self.is_broadcast(at.ip()));
        if everybody && !letter.files.is_empty() {
            // Each peer gets what was offered to it alone (invariant I15).
            return Err(Fault::FilesToEverybody);
        }
        let contact = self.contacts.get_mut(to).ok_or(Fault::NoSuchPeer)?;
        codec::check(&contact.address, &letter.text)?;
        if contact.waiting.len() >= MAX_WAITING {
            return Err(Fault::Busy);
        }
        contact.waiting.push_back(letter);
        Ok(())
    }

    /// Sends the next message of a conversation, if its turn has come and it is known where to.
    pub(super) fn advance(&mut self, now: Now, conversation: ConversationId) {
        while self.may_speak() && !self.contacts.flights.contains_key(&conversation) {
            let Some(contact) = self.contacts.get_mut(conversation) else { return };
            if contact.waiting.is_empty() {
                return;
            }
            if !contact.naming.is_fresh(now) {
                return self.ask(now, conversation);
            }
            if contact.target().is_some_and(|to| self.is_ourselves(to)) {
                return self.refuse_ourselves(conversation);
            }
            if self.awaits_first_words(now, conversation) {
                return;
            }
            let contact = self.contacts.get_mut(conversation);
            let Some(letter) = contact.and_then(|contact| contact.waiting.pop_front()) else { return };
            let message = letter.message;
            if let Err(fault) = self.launch(now, conversation, letter) {
                self.fail(message, fault);
            }
        }
    }

    fn launch(&mut self, now: Now, conversation: ConversationId, letter: Letter) -> Result<(), Fault> {
        let contact = self.contacts.get(conversation).ok_or(Fault::NoSuchPeer)?;
        let host = || contact.address.host.to_string();
        let to = contact.target().ok_or_else(|| Fault::NameNotFound { host: host() })?;
        if let Some(group) = contact.address.option(group::GROUP).map(str::to_owned) {
            return self.say_in_group(now, conversation, &group, &letter);
        }
        self.meant_for(conversation, to)?;
        let encoding = self.encoding_for(codec::chosen(&contact.address), Some(to));
        let letter = Letter { text: feiq::written(encoding, &letter.text), ..letter };
        codec::judge(encoding, &letter.text)?;
        if !letter.files.is_empty() && !self.may_serve() {
            return Err(Fault::NotListening);
        }
        let everybody = self.is_broadcast(to.ip());
        if !everybody {
            self.say_hello(now, to);
        }
        self.contacts.note_write(conversation);
        let (flight, posts) = if everybody {
            self.pack_for_everybody(now, to, encoding, &letter)?
        } else {
            let flight = self.pack(now, to, encoding, letter)?;
            let posts = flight.to_each(&[to]);
            (flight, posts)
        };
        self.fly(now, conversation, flight, &posts);
        Ok(())
    }

    /// The packets of a message.
    pub(super) fn pack(
        &mut self,
        now: Now,
        to: SocketAddr,
        encoding: Encoding,
        letter: Letter,
    ) -> Result<Flight, Fault> {
        let Letter { message, mut text, kind, files } = letter;
        if self.peers.get(to).is_some_and(|peer| peer.traits.feiq) {
            text = text::without_braces(encoding, &text);
        }
        let most = self.largest_for(to).saturating_sub(MAX_HEADER);
        let room = most.max(MAX_PACKET.saturating_sub(MAX_HEADER));
        let first = self.chance.below(1 << 20).saturating_add(FIRST_ID);
        let list = if files.is_empty() { Vec::new() } else { files::write_list(&files, first, encoding)? };
        if list.len() > room {
            return Err(Fault::TooLarge { bytes: list.len(), limit: room });
        }
        let beyond = |character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() };
        let whole = encoding.encode(&text).map_err(beyond)?;
        let mut pieces = text::pieces(encoding, &text, most).map_err(beyond)?;
        // The list goes with the end of the text, or after it.
        if pieces.last().is_some_and(|last| last.len().saturating_add(list.len()) > room) {
            pieces.push(Vec::new());
        }
        let unicast = !self.is_broadcast(to.ip());
        let flags = flags_of(kind, unicast) | Self::flag_of(encoding);
        let end = pieces.len().saturating_sub(1);
        let listed = |at: usize| if at == end { &list[..] } else { &[] };
        let mut parts = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            let number = self.next_number(now);
            let bytes = self.message(encoding, number, flags, (piece, listed(at))).into();
            parts.push(Part { number, bytes });
        }
        let number = parts.last().map(|part| part.number).unwrap_or_default();
        let payload = match parts.as_slice() {
            [only] => Arc::clone(&only.bytes),
            _ => self.message(encoding, number, flags, (&whole, &list)).into(),
        };
        if !files.is_empty() {
            let peer = self.peer_for(to, encoding);
            self.transfers.offer(now, files::Offer { message, peer, number, first, sources: files });
        }
        let lenient = !list.is_empty();
        let checked = flags & flag::CHECK != 0 && (!lenient || self.confirms_offers(to));
        let sealed = flags & flag::SEALED != 0;
        Ok(Flight { checked, lenient, sealed, ..Flight::unchecked(message, to, parts, payload) })
    }

    fn message(&self, encoding: Encoding, number: u32, flags: u32, (text, list): (&[u8], &[u8])) -> Vec<u8> {
        let mut body = [text, b"\0"].concat();
        let mut said = u32::from(command::MESSAGE) | flags;
        if !list.is_empty() {
            said |= flag::FILES;
            body.extend_from_slice(list);
            body.push(0);
        }
        self.compose(encoding, number, said, &body)
    }

    /// Whoever does not know an offer again would show it four times, and gives no receipt anyway.
    fn confirms_offers(&self, to: SocketAddr) -> bool {
        self.peers.get(to).is_some_and(|peer| peer.traits.confirms_offers)
    }

    fn largest_for(&self, to: SocketAddr) -> usize {
        let traits = self.peers.get(to).map(|peer| peer.traits).unwrap_or_default();
        if traits.feiq || self.is_broadcast(to.ip()) {
            MAX_PACKET
        } else if traits.iptux || traits.says_utf8 {
            MAX_LARGE_PACKET
        } else {
            MAX_SMALL_PACKET
        }
    }

    fn fly(&mut self, now: Now, conversation: ConversationId, mut flight: Flight, posts: &[Post]) {
        if !flight.checked {
            for (at, bytes) in posts {
                self.post(*at, Arc::clone(bytes), Some(flight.message));
            }
            flight.owed = posts.len();
            flight.at = flight.parts.len().saturating_sub(1);
        }
        let checked = flight.checked;
        self.contacts.flights.insert(conversation, flight);
        if checked {
            self.send_part(now, conversation);
        }
    }

    /// Sends the packet whose turn it is, for the first time or again. Only the first time the kernel's word counts.
    fn send_part(&mut self, now: Now, conversation: ConversationId) {
        let Some(flight) = self.contacts.flights.get_mut(&conversation) else { return };
        let Some(bytes) = flight.part().map(|part| Arc::clone(&part.bytes)) else { return };
        let ticket = (flight.sends == 0).then_some(flight.message);
        flight.sends = flight.sends.saturating_add(1);
        flight.due = Some(now.after(PAUSE).mono);
        let to = flight.to;
        self.post(to, bytes, ticket);
    }

    pub(super) fn repeat_flights(&mut self, now: Now) {
        let due = |flight: &Flight| flight.due.is_some_and(|due| due <= now.mono);
        let all = self.contacts.flights.iter();
        let due: Vec<ConversationId> = all.filter(|(_, flight)| due(flight)).map(|(id, _)| *id).collect();
        for conversation in due {
            if self.withhold(now, conversation) {
                continue;
            }
            let sends = self.contacts.flights.get(&conversation).map_or(0, |flight| flight.sends);
            if sends < MAX_SENDS {
                self.send_part(now, conversation);
            } else {
                self.give_up(now, conversation);
            }
        }
    }

    /// Nobody answered. A receipt may still come, if all of it went out.
    fn give_up(&mut self, now: Now, conversation: ConversationId) {
        let Some(flight) = self.contacts.flights.remove(&conversation) else { return };
        let message = flight.message;
        if flight.is_last() {
            self.keep_past(&flight, flight.part().map(|part| part.number).into_iter().collect());
        }
        if !(flight.lenient && flight.is_last()) {
            self.fail(message, Fault::NoAnswer);
        }
        self.advance(now, conversation);
    }

    /// Nothing more is said of an offer that was taken back.
    pub(super) fn withdrawn(&mut self, now: Now, message: MessageId) {
        let of = |flight: &Flight| flight.message == message && flight.lenient && flight.told;
        let flights = self.contacts.flights.iter();
        if let Some(conversation) = flights.filter(|(_, flight)| of(flight)).map(|(id, _)| *id).next() {
            self.contacts.flights.remove(&conversation);
            self.advance(now, conversation);
        }
    }

    fn keep_past(&mut self, flight: &Flight, unconfirmed: Vec<u32>) {
        let sealed = if flight.sealed { flight.numbers() } else { Vec::new() };
        if unconfirmed.is_empty() && sealed.is_empty() {
            return;
        }
        let unopened = sealed.clone();
        self.pasts.keep(Past { message: flight.message, to: flight.to, unconfirmed, unopened, sealed });
    }
}

/// What a message asks of whoever gets it.
const fn flags_of(kind: MessageKind, unicast: bool) -> u32 {
    match kind {
        _ if !unicast => flag::BROADCAST,
        MessageKind::Everyone => flag::BROADCAST,
        MessageKind::Sealed | MessageKind::Opened => flag::CHECK | flag::SEALED | flag::CHECK_OPENED,
        MessageKind::Several => flag::CHECK | flag::SEVERAL,
        MessageKind::Automatic => flag::AUTOMATIC,
        MessageKind::Text | MessageKind::Joined | MessageKind::Unreadable => flag::CHECK,
    }
}

// What the kernel and the peer say.
impl Ipmsg {
    pub(super) fn handed(&mut self, now: Now, ticket: Ticket, result: Result<(), ErrorCode>) {
        let flights = self.contacts.flights.iter();
        let of = |flight: &Flight| flight.message == ticket.message && !flight.told;
        let Some(conversation) = flights.filter(|(_, flight)| of(flight)).map(|(id, _)| *id).next() else {
            return;
        };
        let Some(flight) = self.contacts.flights.get_mut(&conversation) else { return };
        let taken = result.is_ok();
        flight.taken |= taken;
        if let Err(code) = result {
            let to = Some(ticket.to);
            flight.fault = flight.fault.take().or(Some(Fault::Network { to, code }));
        }
        if !flight.checked {
            flight.owed = flight.owed.saturating_sub(1);
            if flight.owed == 0 {
                self.end(now, conversation);
            }
        } else if !taken {
            self.end(now, conversation);
        } else if flight.is_last() {
            self.tell_handed(conversation);
        }
    }

    fn tell_handed(&mut self, conversation: ConversationId) {
        let Some(flight) = self.contacts.flights.get_mut(&conversation) else { return };
        if !std::mem::replace(&mut flight.told, true) {
            let (message, to, payload) = (flight.message, flight.to, Arc::clone(&flight.payload));
            self.report(NetEvent::Handed { message, to, payload });
        }
    }

    /// The kernel has said all about a message: it went out, or did not.
    fn end(&mut self, now: Now, conversation: ConversationId) {
        let unchecked = self.contacts.flights.get(&conversation).is_some_and(|flight| !flight.checked);
        if unchecked && self.contacts.flights.get(&conversation).is_some_and(|flight| flight.taken) {
            self.tell_handed(conversation);
        }
        let Some(flight) = self.contacts.flights.remove(&conversation) else { return };
        if flight.told {
            // A receipt for an offer may come; nobody waits for it.
            self.keep_past(&flight, flight.numbers());
        } else {
            let fault = flight.fault.clone().unwrap_or(Fault::NotListening);
            self.fail(flight.message, fault);
        }
        self.advance(now, conversation);
    }

    /// The peer has a packet.
    pub(super) fn confirmed(&mut self, now: Now, from: SocketAddr, number: u32) {
        let awaited = |flight: &Flight| {
            flight.checked && flight.to == from && flight.part().is_some_and(|part| part.number == number)
        };
        let flights = self.contacts.flights.iter();
        let found = flights.filter(|(_, flight)| awaited(flight)).map(|(id, _)| *id).next();
        let Some(conversation) = found else {
            if let Some(message) = self.pasts.confirm(from, number) {
                self.report(NetEvent::Delivered { message });
            }
            return;
        };
        let Some(flight) = self.contacts.flights.get_mut(&conversation) else { return };
        if !flight.is_last() {
            (flight.at, flight.sends) = (flight.at.saturating_add(1), 0);
            return self.send_part(now, conversation);
        }
        // The receipt may be quicker than the kernel's word.
        self.tell_handed(conversation);
        let Some(flight) = self.contacts.flights.remove(&conversation) else { return };
        self.keep_past(&flight, Vec::new());
        self.report(NetEvent::Delivered { message: flight.message });
        self.advance(now, conversation);
    }

    /// A person there opened a sealed packet of ours. Whether it was one.
    pub(super) fn opened(&mut self, now: Now, from: SocketAddr, number: u32) -> bool {
        // Whoever opened it has it.
        self.confirmed(now, from, number);
        let opened = self.pasts.open(from, number);
        if let Some(Opened::Whole(message)) = opened {
            self.report(NetEvent::Read { message });
        }
        opened.is_some()
    }

    pub(super) fn unreachable(&mut self, to: SocketAddr) {
        let flying = self.contacts.flights.iter().filter(|(_, flight)| flight.to == to);
        let all: Vec<ConversationId> = flying.map(|(id, _)| *id).collect();
        for conversation in all {
            self.report(NetEvent::Unreachable { conversation, to });
        }
    }
}
