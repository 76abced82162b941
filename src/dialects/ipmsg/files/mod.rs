//! Files over TCP: what we offer is served, what others offer is fetched.
//!
//! ```text
//! list      the files that a packet offers            offers    what can be fetched from us, and by whom
//! request   what is asked for over a stream           uploads   streams that others open; walk: what goes out on them
//! tree      the headers of a directory stream         downloads  streams that we open; folder: one that brings a folder
//! fields    what list and tree share
//! ids       what stands for a file in lists and requests
//! ```
//! Nothing here knows a contact, a datagram or a disk.

mod downloads;
mod fields;
mod folder;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod ids;
mod list;
mod offers;
mod request;
#[cfg(test)]
mod tests;
mod tree;
mod uploads;
mod walk;

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::text::TextDecoder;
use crate::model::file::{DownloadTarget, File, TransferId};
use crate::model::{ErrorCode, Fault, LinkId, MessageId};
use crate::wire::{Ctx, StreamError, StreamEvent};

pub(super) use list::{FileList, read_list, write_list};
pub(super) use offers::Offer;

use downloads::Downloads;
use ids::FileId;
use offers::Offers;
use uploads::Uploads;

/// How we stand in the header of a packet to one peer, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct TransferPeer {
    /// Where it listens, for UDP and TCP.
    pub at: SocketAddr,
    /// Our address there, if we listen at one alone: a peer gives files to the address that it offered them to.
    pub here: Option<IpAddr>,
    /// Our user and host, encoded for it.
    pub user: Vec<u8>,
    pub host: Vec<u8>,
    /// Flags to go with a request, such as that our strings are UTF-8.
    pub flags: u32,
    /// It starts where it is asked to.
    pub resumes: bool,
}

/// One file that a packet offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OfferedFile {
    pub id: FileId,
    pub file: File,
    /// In seconds since the Unix epoch, where that makes sense.
    pub modified: Option<i64>,
}

/// A file that is to be fetched. `number`: the digits of the packet that offered it; `own`: of our request.
#[derive(Clone, Debug)]
pub(super) struct DownloadRequest {
    pub transfer: TransferId,
    pub peer: TransferPeer,
    pub number: String,
    pub own: u32,
    pub offered: OfferedFile,
    /// How the names inside a folder are read.
    pub inside: TextDecoder,
    pub place: DownloadTarget,
    /// Bytes that an earlier try has left.
    pub from: u64,
    /// The id is to be asked for as it stands in the list.
    pub unusual: bool,
}

/// All files on their way, and all that can be fetched from us.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    offers: Offers,
    uploads: Uploads,
    downloads: Downloads,
}

// What a person says.
impl Transfers {
    /// From now on these can be fetched with that packet's number, by that peer alone.
    pub(super) fn offer(&mut self, cx: &Ctx<'_>, offer: Offer) {
        self.offers.add(cx, offer);
    }

    /// Not any more, and what is being fetched of it ends.
    pub(super) fn withdraw(&mut self, cx: &mut Ctx<'_>, message: MessageId) {
        self.offers.withdraw(message);
        self.uploads.stop(cx, |transfer| transfer.message == message);
    }

    /// Fetches one file of an offer, as soon as others leave room.
    pub(super) fn fetch(&mut self, cx: &mut Ctx<'_>, wanted: DownloadRequest) {
        self.downloads.fetch(cx, wanted);
    }

    /// Ends a transfer.
    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, transfer: TransferId) {
        self.downloads.stop(cx, transfer);
        self.uploads.stop(cx, |other| other == transfer);
    }
}

// What comes in.
impl Transfers {
    /// The peer wants nothing more of the offer with this number, or of one file of it.
    pub(super) fn released(&mut self, cx: &mut Ctx<'_>, from: SocketAddr, number: u32, file: Option<&[u8]>) {
        self.offers.released(cx, from, number, file);
    }

    /// Another person is at this address: what was offered to the one before is not for them.
    pub(super) fn gone(&mut self, cx: &mut Ctx<'_>, from: SocketAddr) {
        self.offers.gone(cx, from);
    }

    pub(super) fn on_stream(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: StreamEvent<'_>) {
        match event {
            StreamEvent::Opened => self.downloads.up(cx, link),
            // A number of our own is no stream that others opened.
            StreamEvent::Accepted { .. } if link.0 < LinkId::FIRST_ACCEPTED => {}
            StreamEvent::Accepted { peer } if self.offers.has_any_for(peer) => {
                self.uploads.accept(cx, link, peer);
            }
            // There is nothing it could ask for.
            StreamEvent::Accepted { .. } => cx.close(link),
            StreamEvent::Data(bytes) => {
                self.uploads.data(cx, link, bytes, &mut self.offers);
                self.downloads.data(cx, link, bytes);
            }
            StreamEvent::Closed { error } => {
                self.uploads.down(cx, link, error.as_ref());
                self.downloads.down(cx, link, error.as_ref());
            }
            StreamEvent::Stepped(step) => {
                self.uploads.stepped(cx, link, &step);
                self.downloads.stepped(cx, link, step);
            }
        }
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        self.offers.expire(cx);
        self.uploads.tick(cx, &mut self.offers);
        self.downloads.tick(cx);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let all = [self.offers.deadline(), self.uploads.deadline(), self.downloads.deadline()];
        all.into_iter().flatten().min()
    }
}

/// A peer that goes in one of these ways only broke off.
const BROKEN_OFF: [ErrorCode; 3] = [ErrorCode::ECONNRESET, ErrorCode::EPIPE, ErrorCode::ECONNABORTED];

/// Why a stream went down: because of the peer, the network between, or something on this side.
fn fault(error: Option<&StreamError>, to: SocketAddr) -> Fault {
    match error {
        Some(StreamError::Disk(error)) => error.clone().into(),
        Some(StreamError::Peer(code) | StreamError::Refused(code)) if !BROKEN_OFF.contains(code) => {
            Fault::Network { to: Some(to), code: code.clone() }
        }
        Some(StreamError::Peer(_) | StreamError::Refused(_)) | None => Fault::BrokenOff,
    }
}
