//! Rooms of the group chat: heard while others may know that we are here, and spoken in only when a person writes. How
//! they are written is in `group`.

use std::sync::Arc;

use super::context::Scope;
use super::encoder::QueuedSend;
use super::group::{self, GROUPS_AT};
use super::outbound::{FlightState, OutboundMessage, Part};
use super::packet::{Incoming, command, flag};
use super::peers::Dedup;
use super::text::without_braces;
use super::{codec, entry, feiq};
use crate::model::address::GROUP;
use crate::model::traffic::Received;
use crate::model::{Address, ErrorCode, Fault, NetEvent};
use crate::wire::{Encoding, Output, Ticket};

/// What a person says at once in a group: `FeiQ` reads no more of a packet.
const MAX_TEXT: usize = 3_500;

pub(super) fn on_group_message(cx: &mut Scope<'_>, incoming: &Incoming<'_>) {
    let Incoming { from, ref packet, bytes, .. } = *incoming;
    if !cx.local.is_visible() {
        return;
    }
    let decoder = cx.decoder_for(from);
    let Some(said) = group::read(packet, decoder) else { return cx.malformed(from) };
    let header = entry::read_header(packet, decoder).about;
    cx.touch(from);
    let Some(peer) = cx.peers.get_mut(from) else { return };
    let verdict = peer.dedup(cx.wire.now.mono, packet, false);
    let name = if peer.here && !peer.about.name.is_empty() { &peer.about.name } else { &header.name };
    let sender = Some(name.clone()).filter(|name| !name.is_empty());
    if verdict != Dedup::New || said.text.is_empty() || cx.peers.is_copy(cx.wire.now.mono, packet) {
        return;
    }
    let room = Address::from_socket(super::SCHEME, GROUPS_AT);
    let place = Some(Box::new(room.with_option(GROUP, Some(&said.group))));
    let received = Received::new(super::SCHEME, from, cx.wire.now.wall, bytes.into());
    let (text, lossy) = (said.text, said.lossy);
    cx.wire.report(NetEvent::Received(Received { place, sender, text, lossy, ..received }));
}

/// A person says something in a group. The message, which is on its way.
pub(super) fn say_in_group(
    cx: &mut Scope<'_>,
    group: &str,
    send: &QueuedSend,
) -> Result<OutboundMessage, Fault> {
    if !send.files.is_empty() {
        return Err(Fault::FilesToEverybody);
    }
    let text = without_braces(Encoding::GBK, &feiq::written(Encoding::GBK, &send.text));
    let encoded = codec::judge(Encoding::GBK, &text)?;
    if encoded > MAX_TEXT {
        return Err(Fault::TooLarge { bytes: encoded, limit: MAX_TEXT });
    }
    let number = cx.next_number();
    let written = group::write(&group_key(cx), group, number, &text);
    let (version, body) = written.ok_or(Fault::NotListening)?;
    let command = u32::from(command::IN_GROUP) | flag::ENCRYPTED;
    let bytes = cx.local.compose(&version, Encoding::GBK, number, command, &body);
    let (message, to) = (send.message, GROUPS_AT);
    let networks = cx.local.group_networks();
    if networks.is_empty() {
        return Err(Fault::Network { to: Some(to), code: ErrorCode::ENETUNREACH });
    }
    let link = cx.local.sockets.udp().ok_or(Fault::NotListening)?;
    for index in &networks {
        let (via, bytes, ticket) = (Some(*index), Arc::clone(&bytes), Some(Ticket { message, to }));
        cx.wire.push(Output::Datagram { link, to, from: None, via, bytes, ticket });
    }
    let (parts, payload) = (vec![Part { number, bytes: Arc::clone(&bytes) }], bytes);
    let (checked, lenient, sealed) = (false, false, false);
    let state = FlightState { owed: networks.len(), ..FlightState::default() };
    Ok(OutboundMessage { message, to, parts, payload, checked, lenient, sealed, state })
}

/// What stands for the address of a network card, by which `FeiQ` knows programs and finds the key: always the same
/// for one user of one machine, and nobody's card (the bit for "given by hand" is set).
fn group_key(cx: &Scope<'_>) -> String {
    let (user, host) = cx.local.header(Encoding::UTF_8);
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in user.iter().chain(b"@").chain(&host) {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("02{:010X}", sum & 0xff_ffff_ffff)
}
