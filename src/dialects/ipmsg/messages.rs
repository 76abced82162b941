//! Messages that come in: once each, in words a person can read, sealed ones closed.

use std::net::SocketAddr;

use super::context::Scope;
use super::entry::ClientQuirks;
use super::packet::{Incoming, Packet, command, flag};
use super::peers::Dedup;
use super::text::{self, TextDecoder};
use super::{files, group};
use crate::model::traffic::{MessageKind, Received};
use crate::model::{ConversationId, Files, NetEvent, Phrase};

/// What a packet with words means for those who wait for something from its sender.
pub(super) struct Heard {
    pub verdict: Dedup,
    /// The sender speaks for the first time.
    pub first: bool,
    decoder: TextDecoder,
}

/// Takes over what a message tells of its sender.
pub(super) fn hear(cx: &mut Scope<'_>, incoming: &Incoming<'_>) -> Option<Heard> {
    let Incoming { from, ref packet, everybody, .. } = *incoming;
    let decoder = cx.decoder_for(from).of(packet);
    let header = cx.recognise_words(from, packet);
    let peer = cx.peers.get_mut(from)?;
    // A peer that has not come in still shows its name and encoding. An entry tells more, and is kept.
    let introduced = !peer.here && peer.about.user.is_empty() && peer.about.host.is_empty();
    if introduced {
        peer.about = header.about;
    }
    if !peer.here {
        peer.quirks = peer.quirks.hear(header.quirks);
    }
    let verdict = peer.dedup(cx.wire.now.mono, packet, is_confirmed(packet, everybody));
    let first = !std::mem::replace(&mut peer.spoke, true);
    let decoder = TextDecoder { feiq: peer.quirks.feiq, ..decoder };
    let news = verdict == Dedup::New && learn_encoding(cx, from, packet, decoder);
    match cx.peers.is_here(from) {
        true if news => cx.tell_peer(from),
        false if news || introduced => cx.introduce_peer(from),
        true | false => {}
    }
    if news {
        cx.correct_name(from);
    }
    Some(Heard { verdict, first, decoder })
}

/// Shows a message that is new. Whether it is a person's, to us.
pub(super) fn show(cx: &mut Scope<'_>, incoming: &Incoming<'_>, heard: &Heard) -> bool {
    let Incoming { from, ref packet, bytes, everybody } = *incoming;
    let kind = kind_of(packet, everybody);
    let closed = matches!(kind, MessageKind::Sealed | MessageKind::Unreadable);
    let (text, lossy) = if closed { (String::new(), false) } else { words(packet, heard.decoder) };
    let files::FileList { offered, left_out } = offered(packet, heard.decoder);
    // What a person has to know of the list of files.
    let notice = match (left_out, offered.is_empty()) {
        (0, _) => None,
        (_, true) => Some(Phrase::new("notice-bad-list")),
        (count, false) => Some(Phrase::new("notice-left-out").number("count", count)),
    };
    let files = Files::new(offered.into_iter().map(|offered| offered.file).collect());
    // A message that is confirmed has a row, even an empty one.
    let shown = closed || notice.is_some() || is_confirmed(packet, everybody);
    if text.is_empty() && files.is_empty() && !shown {
        cx.wire.report(NetEvent::Empty { source: from });
        return false;
    }
    let received = cx.received(from, bytes.into());
    let conversation = received.conversation;
    cx.wire.report(NetEvent::Received(Received { kind, text, files, lossy, ..received }));
    if let Some(notice) = notice {
        cx.notify(conversation, from, notice);
    }
    // A sealed one may be a program's, or to everybody, as well (invariant I3).
    matches!(kind, MessageKind::Text | MessageKind::Several | MessageKind::Sealed)
        && !(everybody || packet.has(flag::BROADCAST | flag::AUTOMATIC))
}

/// That somebody reads UTF-8 is known by its word or by its names. Its text shows that only if it need not have been in
/// UTF-8: some write so what their own encoding lacks, and nothing else. Whether that is news.
fn learn_encoding(cx: &mut Scope<'_>, from: SocketAddr, packet: &Packet<'_>, decoder: TextDecoder) -> bool {
    let says_utf8 = packet.has(flag::UTF8);
    if decoder.chosen.is_some() && !says_utf8 {
        return false;
    }
    let page = cx.local.code_page();
    let Some(peer) = cx.peers.get_mut(from) else { return false };
    let before = peer.quirks;
    let text = packet.strings().next().unwrap_or_default();
    let free = || str::from_utf8(text).is_ok_and(|text| page.encode(text).is_ok());
    let tells = text::is_paged(text) || (!before.legacy && free());
    let strings = [packet.user, packet.host, if tells { text } else { b"" }];
    let words = ClientQuirks { utf8: says_utf8, says_utf8, legacy: false, ..before };
    peer.quirks = before.hear(words.shown_by(&strings));
    peer.quirks != before
}

/// The words of a kept packet, in the encoding that its sender has by now.
pub(super) fn read_again(cx: &Scope<'_>, conversation: ConversationId, payload: &[u8]) -> (String, bool) {
    let packet = Packet::read(payload);
    let target = cx.contacts.target(conversation);
    let mut quirks = target.map(|at| cx.peers.quirks(at)).unwrap_or_default();
    quirks.feiq |= packet.is_some_and(|packet| ClientQuirks::of(&packet).feiq);
    let decoder = cx.decoder(cx.contacts.encoding(conversation), quirks);
    match packet {
        Some(packet) if packet.kind() == command::PIECE => (String::new(), false),
        Some(packet) if packet.kind() == command::IN_GROUP => {
            group::read(&packet, decoder).map(|said| (said.text, said.lossy)).unwrap_or_default()
        }
        Some(packet) if !packet.has(flag::ENCRYPTED) => words(&packet, decoder),
        Some(_) => (String::new(), false),
        None => decoder.decode(false, payload),
    }
}

/// Whether the sender of a message gets a receipt. What goes to everybody and what no person wrote gets none (invariant
/// I3).
fn is_confirmed(packet: &Packet<'_>, everybody: bool) -> bool {
    let personal = !everybody && !packet.has(flag::BROADCAST | flag::AUTOMATIC);
    personal && packet.kind() == command::MESSAGE && packet.has(flag::CHECK)
}

fn words(packet: &Packet<'_>, decoder: TextDecoder) -> (String, bool) {
    decoder.of(packet).words(packet.has(flag::UTF8), packet.strings().next().unwrap_or_default())
}

fn kind_of(packet: &Packet<'_>, everybody: bool) -> MessageKind {
    if packet.kind() == command::TO_GROUP {
        MessageKind::Everyone
    } else if packet.has(flag::ENCRYPTED) {
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

/// What a packet offers.
pub(super) fn offered(packet: &Packet<'_>, decoder: TextDecoder) -> files::FileList {
    let list = packet.strings().nth(1).unwrap_or_default();
    let offers = packet.kind() == command::MESSAGE && packet.has(flag::FILES) && !packet.has(flag::ENCRYPTED);
    if !offers || list.is_empty() {
        return files::FileList::default();
    }
    let (flagged, decoder) = (packet.has(flag::UTF8), decoder.of(packet));
    files::read_list(list, &|name| decoder.decode(flagged, name).0)
}
