//! Messages that come in: once each, in words a person can read, sealed ones closed.

use std::net::SocketAddr;
use std::sync::Arc;

use super::engine::Ipmsg;
use super::entry;
use super::packet::{Packet, command, flag};
use super::peers::{Came, wants_receipt};
use super::text::{self, Reading};
use super::{files, group};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{ConversationId, Files, MessageId, NetEvent, Now, Phrase};

/// What a message holds, as far as it is shown.
struct Content {
    kind: MessageKind,
    text: String,
    lossy: bool,
    files: Files,
    /// What a person has to know of the list of files.
    notice: Option<Phrase>,
    /// Its sender gets a receipt.
    confirmed: bool,
}

impl Ipmsg {
    /// `bytes`: the whole packet, and whether it was sent to everybody.
    pub(super) fn message_came(
        &mut self,
        now: Now,
        from: SocketAddr,
        packet: &Packet<'_>,
        (bytes, everybody): (&[u8], bool),
    ) {
        let reading = self.reading_of(from).of(packet);
        let header = entry::read_header(packet, reading);
        let (_, gone) = self.peers.meet(now.mono, from);
        self.recognise_words(from, &header);
        let Some(peer) = self.peers.get_mut(from) else { return };
        // It has not come in, but it shows who it is and how it writes. Who has come in before tells more of itself.
        let introduced = !peer.here && peer.is_unnamed();
        if introduced {
            peer.about = header.about;
        }
        if !peer.here {
            peer.traits = peer.traits.hear(header.traits);
        }
        let owed = !everybody && packet.kind() == command::MESSAGE && wants_receipt(packet);
        let came = peer.take(now.mono, packet, owed);
        let first = !std::mem::replace(&mut peer.spoke, true);
        let reading = Reading { feiq: peer.traits.feiq, ..reading };
        if let Some((at, about)) = gone {
            self.tell_left(at, about);
        }
        let news = came == Came::New && self.learn_encoding(from, packet, reading);
        match self.peers.get(from).is_some_and(|peer| peer.here) {
            true if news => self.tell_peer(from),
            false if news || introduced => self.introduce_peer(from),
            true | false => {}
        }
        if news {
            self.correct_name(now, from);
        }
        if came == Came::Stored {
            self.confirm(now, from, packet.number);
        }
        if first {
            self.spoke(now, from);
        }
        if came != Came::New {
            return;
        }
        let content = content(packet, reading, everybody);
        // A sealed one may be a program's, or to everybody, as well (invariant I3).
        let personal = matches!(content.kind, MessageKind::Text | MessageKind::Several | MessageKind::Sealed)
            && !(everybody || packet.has(flag::BROADCAST | flag::AUTOMATIC));
        if self.show(now, from, bytes, content) && personal {
            self.tell_away(now, from);
        }
    }

    /// That somebody reads UTF-8 is known by its word or by its names. Its text shows that only if it need not have been in
    /// UTF-8: some write so what their own encoding lacks, and nothing else. Whether that is news.
    fn learn_encoding(&mut self, from: SocketAddr, packet: &Packet<'_>, reading: Reading) -> bool {
        let says_utf8 = packet.has(flag::UTF8);
        if reading.chosen.is_some() && !says_utf8 {
            return false;
        }
        let page = self.code_page();
        let Some(peer) = self.peers.get_mut(from) else { return false };
        let before = peer.traits;
        let text = packet.strings().next().unwrap_or_default();
        let free = || str::from_utf8(text).is_ok_and(|text| page.encode(text).is_ok());
        let tells = text::is_paged(text) || (!before.legacy && free());
        let strings = [packet.user, packet.host, if tells { text } else { b"" }];
        let words = entry::Traits { utf8: says_utf8, says_utf8, legacy: false, ..before };
        peer.traits = before.hear(words.shown_by(&strings));
        peer.traits != before
    }

    /// Whether there was something to show.
    fn show(&mut self, now: Now, from: SocketAddr, bytes: &[u8], content: Content) -> bool {
        let Content { kind, text, lossy, files, notice, confirmed } = content;
        let closed = matches!(kind, MessageKind::Sealed | MessageKind::Unreadable);
        // Whatever is confirmed has a row, also where nothing stands in it.
        if text.is_empty() && files.is_empty() && !closed && notice.is_none() && !confirmed {
            self.report(NetEvent::Empty { source: from });
            return false;
        }
        let conversation = self.conversation_of(from);
        self.report(NetEvent::Received(Received {
            conversation,
            scheme: super::SCHEME,
            place: self.place_of(from),
            source: from,
            sender: None,
            kind,
            time: now.wall,
            text,
            files,
            lossy,
            authenticated: false,
            payload: bytes.into(),
        }));
        if let Some(notice) = notice {
            self.notify(conversation, from, notice);
        }
        true
    }

    /// A stranger has no conversation yet: it is told as soon as there is one.
    fn notify(&mut self, conversation: Option<ConversationId>, from: SocketAddr, notice: Phrase) {
        if let Some(conversation) = conversation {
            self.report(NetEvent::Noticed { conversation, notice });
        } else if let Some(peer) = self.peers.get_mut(from) {
            peer.held = Some(notice);
        }
    }

    /// Somebody's conversation has begun.
    pub(super) fn tell_held(&mut self, conversation: ConversationId, at: SocketAddr) {
        let held = self.peers.get_mut(at).and_then(|peer| peer.held.take());
        if let Some(notice) = held {
            self.notify(Some(conversation), at, notice);
        }
    }

    /// The words of a kept packet, in the encoding that its sender has by now.
    pub(super) fn read_again(&self, conversation: ConversationId, payload: &[u8]) -> (String, bool) {
        let contact = self.contacts.get(conversation);
        let target = contact.and_then(super::contacts::Contact::target);
        let packet = Packet::read(payload);
        let feiq = packet.is_some_and(|packet| entry::Traits::of(&packet).feiq)
            || target.and_then(|at| self.peers.get(at)).is_some_and(|peer| peer.traits.feiq);
        let chosen = contact.and_then(|contact| super::codec::chosen(&contact.address));
        let traits = target.and_then(|at| self.peers.get(at)).map(|peer| peer.traits).unwrap_or_default();
        let (declared, paged) = (traits.declared, traits.legacy);
        let reading = Reading { chosen, declared, legacy: self.legacy(), feiq, paged };
        match packet {
            Some(packet) if packet.kind() == command::PIECE => (String::new(), false),
            Some(packet) if packet.kind() == command::IN_GROUP => {
                group::read(&packet, reading).map(|said| (said.text, said.lossy)).unwrap_or_default()
            }
            Some(packet) if !packet.has(flag::ENCRYPTED) => words(&packet, reading),
            Some(_) => (String::new(), false),
            None => reading.decode(false, payload),
        }
    }

    pub(super) fn unseal(
        &mut self,
        now: Now,
        conversation: ConversationId,
        message: MessageId,
        payload: &[u8],
    ) {
        let (text, lossy) = self.read_again(conversation, payload);
        self.report(NetEvent::Opened { message, text, lossy });
        let target = self.contacts.get(conversation).and_then(super::contacts::Contact::target);
        let (Some(to), Some(packet)) = (target, Packet::read(payload)) else { return };
        if !self.may_speak() || self.is_broadcast(to.ip()) || self.is_taken(conversation, to) {
            return;
        }
        self.say_hello(now, to);
        let encoding = self.encoding_at(to);
        let checked = packet.command & flag::CHECK_OPENED;
        let number = self.next_number(now);
        let body = format!("{}\0", packet.number);
        let bytes = self.compose(encoding, number, u32::from(command::OPENED) | checked, body.as_bytes());
        let bytes: Arc<[u8]> = bytes.into();
        self.post(to, Arc::clone(&bytes), None);
        if checked != 0 {
            self.notices.keep(now, to, number, bytes);
        }
    }

    pub(super) fn repeat_notices(&mut self, now: Now) {
        for (to, bytes) in self.notices.due(now) {
            self.post(to, bytes, None);
        }
    }
}

fn words(packet: &Packet<'_>, reading: Reading) -> (String, bool) {
    reading.of(packet).words(packet.has(flag::UTF8), packet.strings().next().unwrap_or_default())
}

fn kind_of(packet: &Packet<'_>, everybody: bool) -> MessageKind {
    if packet.kind() == command::TO_GROUP {
        return MessageKind::Everyone;
    }
    if packet.has(flag::ENCRYPTED) {
        MessageKind::Unreadable
    } else if packet.has(flag::SEALED | flag::LOCKED) {
        MessageKind::Sealed
    } else if everybody || packet.has(flag::BROADCAST) {
        MessageKind::Everyone
    } else if packet.has(flag::AUTOMATIC) {
        MessageKind::Automatic
    } else if packet.has(flag::SEVERAL) {
        MessageKind::Several
    } else {
        MessageKind::Text
    }
}

fn content(packet: &Packet<'_>, reading: Reading, everybody: bool) -> Content {
    let kind = kind_of(packet, everybody);
    let confirmed = !everybody && packet.kind() == command::MESSAGE && wants_receipt(packet);
    if kind == MessageKind::Unreadable {
        let (text, files) = (String::new(), Files::default());
        return Content { kind, text, lossy: false, files, notice: None, confirmed };
    }
    let (text, lossy) = words(packet, reading);
    let (text, lossy) = if kind == MessageKind::Sealed { (String::new(), false) } else { (text, lossy) };
    let files::List { offered, left_out } = offered(packet, reading);
    let notice = match (left_out, offered.is_empty()) {
        (0, _) => None,
        (_, true) => Some(Phrase::new("notice-bad-list")),
        (count, false) => Some(Phrase::new("notice-left-out").number("count", count)),
    };
    let files = Files::new(offered.into_iter().map(|offered| offered.file).collect());
    Content { kind, text, lossy, files, notice, confirmed }
}

/// What a packet offers.
pub(super) fn offered(packet: &Packet<'_>, reading: Reading) -> files::List {
    let list = packet.strings().nth(1).unwrap_or_default();
    let offers = packet.kind() == command::MESSAGE && packet.has(flag::FILES) && !packet.has(flag::ENCRYPTED);
    if !offers || list.is_empty() {
        return files::List::default();
    }
    let (flagged, reading) = (packet.has(flag::UTF8), reading.of(packet));
    files::read_list(list, &|name| reading.decode(flagged, name).0)
}
