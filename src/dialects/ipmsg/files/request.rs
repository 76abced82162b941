//! What is asked for over a stream, both ways: one packet, and the answer is all that follows.
//!
//! ```text
//! GET_FILE    body = NUMBER ':' ID ':' OFFSET ':' NUL       all of them hexadecimal, but see `ids`
//! GET_FOLDER  body = NUMBER ':' ID ':' NUL
//! ```
//! `FeiQ` ignores a request without the last colon, or with two fields; iptux leaves out the colon; some leave out the
//! NUL. So we write three fields, the colon and the NUL, and read all of it.

use super::super::packet::{self, Packet, command, flag, hexadecimal};
use super::DownloadRequest;
use super::ids::{Asked, hexadecimal_of};

/// Longer than any request: names take up to 80 bytes in the official client.
const MAX_REQUEST: usize = 2_048;
/// Five colons stand before the body.
const COLONS: usize = 5;
/// Of a request: the answer is to be encrypted. Nobody asks so who knows that we cannot.
const ENCRYPTED_FILE: u32 = 0x800;

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileRequest {
    /// Of the packet that offered it.
    pub(super) number: Asked,
    pub(super) id: Asked,
    pub(super) offset: u64,
    pub(super) folder: bool,
    /// Names are to be UTF-8.
    pub(super) utf8: bool,
}

/// What the bytes so far are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestState {
    /// The beginning of a request.
    Begun,
    /// A request, unless more of its last number comes.
    Perhaps(FileRequest),
    Whole(FileRequest),
    Bad,
}

pub(super) fn read(bytes: &[u8]) -> RequestState {
    if bytes.len() > MAX_REQUEST || bytes.first().is_some_and(|first| *first != b'1') {
        return RequestState::Bad;
    }
    let header = bytes.split_inclusive(|byte| *byte == b':').take(COLONS);
    // No string ends in a header: else what is bad while it comes would be good once it is whole.
    if header.clone().any(|field| field.contains(&0)) {
        return RequestState::Bad;
    }
    let begun = header.filter(|field| field.ends_with(b":")).count() < COLONS;
    match Packet::read(bytes) {
        _ if begun => RequestState::Begun,
        Some(packet) => read_packet(&packet),
        None => RequestState::Bad,
    }
}

fn read_packet(packet: &Packet<'_>) -> RequestState {
    let folder = match packet.kind() {
        command::GET_FILE => false,
        command::GET_FOLDER => true,
        _ => return RequestState::Bad,
    };
    if packet.has(ENCRYPTED_FILE) {
        return RequestState::Bad;
    }
    let ended = packet.body.contains(&0);
    let body = packet.strings().next().unwrap_or_default();
    let fields: Vec<&[u8]> = body.split(|byte| *byte == b':').collect();
    let Some(request) = read_fields(&fields, folder, packet.has(flag::UTF8)) else {
        return if !ended && is_begun(&fields) { RequestState::Begun } else { RequestState::Bad };
    };
    // What follows the last colon may go on, but nobody writes more digits after a zero.
    let whole = ended || fields.get(2).is_some_and(|offset| folder || *offset == b"0" || fields.len() > 3);
    if whole { RequestState::Whole(request) } else { RequestState::Perhaps(request) }
}

fn read_fields(fields: &[&[u8]], folder: bool, utf8: bool) -> Option<FileRequest> {
    let [number, id, more @ ..] = fields else { return None };
    let offset = match more {
        // Left out: from the start.
        [] | [[], ..] => 0,
        [offset, ..] => hexadecimal(offset)?,
    };
    Some(FileRequest { number: Asked::read(number)?, id: Asked::read(id)?, offset, folder, utf8 })
}

/// Up to the id, which is not there yet.
fn is_begun(fields: &[&[u8]]) -> bool {
    match fields {
        [number] => number.is_empty() || hexadecimal(number).is_some(),
        [number, []] => hexadecimal(number).is_some(),
        _ => false,
    }
}

/// The request for the rest of a file, or for a folder.
pub(super) fn write(wanted: &DownloadRequest) -> Vec<u8> {
    let DownloadRequest { peer, number, own, offered, from, unusual, .. } = wanted;
    let kind = if offered.file.folder { command::GET_FOLDER } else { command::GET_FILE };
    let id = offered.id.unusual().filter(|_| *unusual).unwrap_or_else(|| offered.id.usual());
    let body = format!("{}:{id}:{from:x}:\0", hexadecimal_of(number));
    let command = u32::from(kind) | peer.flags;
    packet::write(b"1", *own, (&peer.user, &peer.host), command, body.as_bytes())
}
