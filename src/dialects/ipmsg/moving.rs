//! Orders about files: what they mean for a packet that was kept, and for whoever sent it. The moving itself is in
//! `files`.

use super::context::Scope;
use super::entry::ClientQuirks;
use super::files::{DownloadRequest, TransferPeer};
use super::local::flag_of;
use super::messages::offered;
use super::packet::{Packet, command};
use super::pieces;
use super::text::TextDecoder;
use crate::model::file::{DownloadTarget, Progress, TransferId};
use crate::model::{ConversationId, Fault, NetEvent};
use crate::wire::Encoding;

/// An order to fetch one file of a message with this payload.
pub(super) struct FetchOrder<'a> {
    pub transfer: TransferId,
    pub payload: &'a [u8],
    pub place: DownloadTarget,
    pub from: u64,
}

pub(super) fn fetch(cx: &mut Scope<'_>, conversation: ConversationId, order: FetchOrder<'_>) {
    let FetchOrder { transfer, payload, ref place, from } = order;
    if pieces::give(cx, transfer, payload, place) {
        return;
    }
    match download_request(cx, conversation, order) {
        Ok(request) => cx.transfers.fetch(&mut cx.wire, request),
        Err(fault) => {
            cx.wire
                .report(NetEvent::Transfer { transfer, progress: Progress::Broken { fault, bytes: from } });
        }
    }
}

fn download_request(
    cx: &mut Scope<'_>,
    conversation: ConversationId,
    order: FetchOrder<'_>,
) -> Result<DownloadRequest, Fault> {
    let FetchOrder { transfer, payload, place, from } = order;
    let at = cx.contacts.target(conversation).ok_or(Fault::NoSuchPeer)?;
    cx.meant_for(conversation, at)?;
    if !cx.local.may_speak() {
        return Err(Fault::NotListening);
    }
    let packet = Packet::read(payload).ok_or(Fault::NotOffered)?;
    // After a restart the offer itself is all that is known of its sender.
    let quirks = ClientQuirks::of(&packet);
    let decoder = cx.decoder_for(at);
    let decoder = TextDecoder { feiq: decoder.feiq || quirks.feiq, ..decoder };
    let list = offered(&packet, decoder).offered;
    let offered = list.into_iter().nth(usize::from(transfer.file)).ok_or(Fault::NotOffered)?;
    cx.say_hello(at);
    let encoding = cx.encoding_at(at);
    let (user, host) = cx.local.header(encoding);
    // iptux sends every file from its start, whatever it is asked for.
    let resumes = !quirks.iptux && !cx.peers.quirks(at).iptux;
    let here = cx.local.address_for(&mut cx.wire, at);
    let peer = TransferPeer { at, here, user, host, flags: flag_of(encoding), resumes };
    // A program that knows UTF-8 answers a request in UTF-8 in the same.
    let asked = encoding == Encoding::UTF_8 && !decoder.feiq;
    let inside = decoder.of(&packet).inside_folders();
    let inside = TextDecoder { paged: inside.paged && !asked, ..inside };
    let (own, number) = (cx.next_number(), packet.number.to_string());
    Ok(DownloadRequest { transfer, peer, number, own, offered, inside, place, from, unusual: false })
}

/// Tells the sender that nothing of its offer is wanted.
pub(super) fn decline(cx: &mut Scope<'_>, conversation: ConversationId, payload: &[u8]) {
    let Some((to, packet)) = cx.contacts.target(conversation).zip(Packet::read(payload)) else { return };
    // A picture was given already.
    if packet.kind() == command::PIECE {
        return;
    }
    let (encoding, body) = (cx.encoding_at(to), format!("{}\0", packet.number));
    let bytes = cx.packet(encoding, command::RELEASE_FILES.into(), body.as_bytes());
    if !cx.local.is_broadcast(to.ip()) && !cx.is_taken(conversation, to) {
        cx.post(to, bytes, None);
    }
}
