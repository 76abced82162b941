//! What goes into the packets of a message: cut into pieces that the peer can hold, in the encoding that it reads. What is
//! said to everybody is one datagram on each network; where somebody does not read UTF-8 that would be garbage to them, so
//! everybody who is there gets it alone, each in what they read.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::context::Scope;
use super::feiq::written;
use super::files;
use super::local::{VERSION, flag_of};
use super::outbound::{AddressedPacket, FlightState, OutboundMessage, Part};
use super::packet::{command, flag};
use super::text::{self, without_braces};
use crate::model::file::FileSource;
use crate::model::traffic::MessageKind;
use crate::model::{ErrorCode, Fault, MessageId};
use crate::wire::Encoding;

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
/// Stands for a character that an encoding lacks: one colleague's old program must not keep it from all the others.
const UNKNOWN: char = '?';
/// Datagrams that a socket takes at once without any being refused; where it would be more, all get the same.
const MAX_DATAGRAMS: usize = 256;

/// A message that waits for its turn.
#[derive(Clone, Debug)]
pub(super) struct QueuedSend {
    pub message: MessageId,
    pub text: String,
    pub kind: MessageKind,
    pub files: Arc<[FileSource]>,
}

/// The packets of a message. The files that it offers can be fetched from now on.
pub(super) fn encode(
    cx: &mut Scope<'_>,
    to: SocketAddr,
    encoding: Encoding,
    send: QueuedSend,
) -> Result<OutboundMessage, Fault> {
    let QueuedSend { message, text, kind, files } = send;
    let quirks = cx.peers.quirks(to);
    let text = if quirks.feiq { without_braces(encoding, &text) } else { text };
    let first = cx.wire.rng.below(1 << 20).saturating_add(FIRST_ID);
    let list = if files.is_empty() { Vec::new() } else { files::write_list(&files, first, encoding)? };
    let (whole, pieces) = cut(encoding, &text, &list, largest_for(cx, to))?;
    let flags = flags_of(kind, !cx.local.is_broadcast(to.ip())) | flag_of(encoding);
    let offers = if list.is_empty() { 0 } else { flag::FILES };
    let said = u32::from(command::MESSAGE) | flags | offers;
    let parts = packets(cx, encoding, said, &pieces, &list);
    let number = parts.last().map(|part| part.number).unwrap_or_default();
    let payload = match parts.as_slice() {
        [only] => Arc::clone(&only.bytes),
        _ => cx.local.compose(VERSION, encoding, number, said, &body(&whole, &list)),
    };
    if !files.is_empty() {
        cx.transfers.offer(&cx.wire, files::Offer { message, to, encoding, number, first, sources: files });
    }
    // A program that does not recognise a repeated offer would show it four times, and gives no receipt anyway.
    let lenient = !list.is_empty();
    let checked = said & flag::CHECK != 0 && (!lenient || quirks.confirms_offers);
    let sealed = said & flag::SEALED != 0;
    let state = FlightState::default();
    Ok(OutboundMessage { message, to, parts, payload, checked, lenient, sealed, state })
}

/// A text in the bytes of an encoding, whole and in pieces that leave room for the list of files.
fn cut(
    encoding: Encoding,
    text: &str,
    list: &[u8],
    largest: usize,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), Fault> {
    let most = largest.saturating_sub(MAX_HEADER);
    let room = most.max(MAX_PACKET.saturating_sub(MAX_HEADER));
    if list.len() > room {
        return Err(Fault::TooLarge { bytes: list.len(), limit: room });
    }
    let beyond = |character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() };
    let whole = encoding.encode(text).map_err(beyond)?;
    let mut pieces = text::pieces(encoding, text, most).map_err(beyond)?;
    // The list goes with the end of the text, or after it.
    if pieces.last().is_some_and(|last| last.len().saturating_add(list.len()) > room) {
        pieces.push(Vec::new());
    }
    Ok((whole, pieces))
}

/// A packet for each piece; the last one has the list of files.
fn packets(cx: &mut Scope<'_>, encoding: Encoding, said: u32, pieces: &[Vec<u8>], list: &[u8]) -> Vec<Part> {
    let end = pieces.len().saturating_sub(1);
    let part = |(at, piece): (usize, &Vec<u8>)| {
        let (said, list) = if at == end { (said, list) } else { (said & !flag::FILES, &[][..]) };
        let number = cx.next_number();
        Part { number, bytes: cx.local.compose(VERSION, encoding, number, said, &body(piece, list)) }
    };
    pieces.iter().enumerate().map(part).collect()
}

/// The words of a packet, and the list of files behind the last of them.
fn body(text: &[u8], list: &[u8]) -> Vec<u8> {
    if list.is_empty() { [text, b"\0"].concat() } else { [text, b"\0", list, b"\0"].concat() }
}

fn largest_for(cx: &Scope<'_>, to: SocketAddr) -> usize {
    let quirks = cx.peers.quirks(to);
    if quirks.feiq || cx.local.is_broadcast(to.ip()) {
        MAX_PACKET
    } else if quirks.iptux || quirks.says_utf8 {
        MAX_LARGE_PACKET
    } else {
        MAX_SMALL_PACKET
    }
}

/// What a message asks of its receiver.
const fn flags_of(kind: MessageKind, unicast: bool) -> u32 {
    match kind {
        _ if !unicast => flag::BROADCAST,
        MessageKind::Everyone => flag::BROADCAST,
        MessageKind::Sealed | MessageKind::Opened => flag::CHECK | flag::SEALED | flag::CHECK_OPENED,
        MessageKind::Several => flag::CHECK | flag::SEVERAL,
        MessageKind::Automatic => flag::AUTOMATIC,
        MessageKind::Text
        | MessageKind::Joined
        | MessageKind::Unreadable
        | MessageKind::Edit
        | MessageKind::Deletion
        | MessageKind::Reaction
        | MessageKind::Withdrawal
        | MessageKind::Removal
        | MessageKind::KeyChange => flag::CHECK,
    }
}

/// The addresses that get the same bytes, by the name of the encoding and whether they run `FeiQ`.
type Readers = BTreeMap<(&'static str, bool), (Encoding, Vec<SocketAddr>)>;

/// The message, and all the datagrams that it is to everybody behind this address.
pub(super) fn encode_for_everybody(
    cx: &mut Scope<'_>,
    to: SocketAddr,
    encoding: Encoding,
    send: &QueuedSend,
) -> Result<(OutboundMessage, Vec<AddressedPacket>), Fault> {
    let everywhere = to == SocketAddr::from(([255, 255, 255, 255], super::PORT));
    let readers = if everywhere { readers(cx, encoding) } else { Readers::new() };
    let flight = encode(cx, to, encoding, send.clone())?;
    let mut datagrams = Vec::new();
    for ((_, feiq), (other, readers)) in readers {
        if other == encoding {
            datagrams.extend(flight.to_each(&readers));
        } else {
            let text = lossy(other, &written(other, &send.text));
            let text = if feiq { without_braces(other, &text) } else { text };
            let copy = QueuedSend { text, ..send.clone() };
            datagrams.extend(encode(cx, to, other, copy)?.to_each(&readers));
        }
    }
    if datagrams.is_empty() || datagrams.len() > MAX_DATAGRAMS {
        datagrams = flight.to_each(&if everywhere { everybody(cx) } else { vec![to] });
    }
    if datagrams.is_empty() {
        return Err(Fault::Network { to: Some(to), code: ErrorCode::ENETUNREACH });
    }
    Ok((flight, datagrams))
}

/// Our networks, and who is there of those that are told of us one by one.
fn everybody(cx: &Scope<'_>) -> Vec<SocketAddr> {
    let mut to = cx.local.networks();
    if cx.local.sweeps() {
        let far = |at: SocketAddr| !cx.local.is_near(at.ip()) && cx.local.is_announced_to(at.ip());
        to.extend(cx.peers.iter().filter(|(at, peer)| peer.here && far(*at)).map(|(at, _)| at));
    }
    to
}

/// All who are there, by what they are written; nobody if that is the same for all. Those who are announced to and have
/// said nothing are taken to read the usual encoding.
fn readers(cx: &Scope<'_>, usual: Encoding) -> Readers {
    let mut readers = Readers::new();
    readers.insert((usual.name(), false), (usual, Vec::new()));
    for (at, peer) in cx.peers.iter().filter(|(at, peer)| peer.here && cx.may_answer(*at)) {
        let encoding = cx.encoding_at(at);
        let key = (encoding.name(), peer.quirks.feiq);
        readers.entry(key).or_insert_with(|| (encoding, Vec::new())).1.push(at);
    }
    if readers.len() == 1 {
        return Readers::new();
    }
    let silent = |at: &SocketAddr| !cx.local.is_broadcast(at.ip()) && cx.peers.get(*at).is_none();
    if let Some((_, usual)) = readers.get_mut(&(usual.name(), false)) {
        // Many are told of us one after the other, and words go to those of them who are there.
        usual.extend(cx.local.announced().filter(|_| !cx.local.sweeps()).filter(silent));
    }
    readers
}

/// As much of a text as an encoding has.
fn lossy(encoding: Encoding, text: &str) -> String {
    let has = |c: char| encoding.encode(c.encode_utf8(&mut [0; 4])).is_ok();
    text.chars().map(|c| if has(c) { c } else { UNKNOWN }).collect()
}
