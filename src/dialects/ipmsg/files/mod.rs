//! Files over TCP: what we offer is served, what others offer is fetched.
//!
//! ```text
//! list      the files that a packet offers            offers    what can be fetched from us, and by whom
//! request   what is asked for over a stream           serving   streams that others open, and what goes out on them
//! tree      the headers of a directory stream         walk      a folder of ours as such a stream
//! fields    what list and tree share                  fetching  streams that we open; folder: such a stream that comes
//! ids       what stands for a file in lists and requests
//! ```
//! Nothing here knows a contact, a datagram or a disk: the engine hands in what comes and passes on what goes out.

mod fetching;
mod fields;
mod folder;
mod ids;
mod list;
mod meter;
mod offers;
mod request;
mod serving;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::text::Reading;
use crate::model::file::{DownloadTarget, File, Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId, MessageId, NetEvent, Now};
use crate::wire::{Encoding, Output, StepEvent, StreamError};

pub(super) use list::{List, read_list, write_list};
pub(super) use offers::Offer;

use fetching::Fetching;
use ids::Id;
use meter::event;
use offers::Offers;
use serving::Serving;

/// How we stand in the header of a packet to one peer, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// Where it listens, for UDP and TCP.
    pub at: SocketAddr,
    /// Our address there, if we listen at one alone: a peer gives files to the address that it offered them to.
    pub here: Option<IpAddr>,
    /// Our user and host, encoded for it.
    pub user: Vec<u8>,
    pub host: Vec<u8>,
    /// What it reads.
    pub encoding: Encoding,
    /// Flags to go with a request, such as that our strings are UTF-8.
    pub flags: u32,
    /// It starts where it is asked to.
    pub resumes: bool,
}

/// One file that a packet offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    pub id: Id,
    pub file: File,
    /// In seconds since the Unix epoch, where that makes sense.
    pub modified: Option<i64>,
}

/// A file that is to be fetched. `number`: the digits of the packet that offered it; `own`: of our request.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub transfer: TransferId,
    pub peer: Peer,
    pub number: String,
    pub own: u32,
    pub offered: Offered,
    /// How the names inside a folder are read.
    pub inside: Reading,
    pub place: DownloadTarget,
    /// Bytes that an earlier try has left.
    pub from: u64,
    /// The id is to be asked for as it stands in the list.
    pub unusual: bool,
}

/// All files on their way, and all that can be fetched from us.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    /// What is to be done outside, in order; the engine passes it on.
    pub outbox: VecDeque<Output>,
    offers: Offers,
    serving: Serving,
    fetching: Fetching,
}

// What a person says.
impl Transfers {
    /// From now on these can be fetched with that packet's number, by that peer alone.
    pub(super) fn offer(&mut self, now: Now, offer: Offer) {
        self.offers.add(now, offer);
    }

    /// Not any more, and what is being fetched of it ends.
    pub(super) fn withdraw(&mut self, message: MessageId) {
        self.offers.withdraw(message);
        self.serving.withdraw(message, &mut self.outbox);
    }

    /// Fetches one file of an offer, as soon as others leave room.
    pub(super) fn fetch(&mut self, now: Now, wanted: Wanted) {
        self.fetching.fetch(now, wanted, &mut self.outbox);
    }

    /// Ends a transfer.
    pub(super) fn stop(&mut self, transfer: TransferId) {
        self.fetching.stop(transfer, &mut self.outbox);
        self.serving.stop(transfer, &mut self.outbox);
    }
}

// What comes in.
impl Transfers {
    /// The peer wants nothing more of the offer with this number, or of one file of it.
    pub(super) fn released(&mut self, from: SocketAddr, number: u32, file: Option<&[u8]>) {
        for transfer in self.offers.released(from, number, file) {
            self.outbox.push_back(event(transfer, Progress::Declined));
        }
    }

    /// Another person is at this address: what was offered to the one before is not for them.
    pub(super) fn gone(&mut self, from: SocketAddr) {
        for transfer in self.offers.gone(from) {
            self.outbox.push_back(event(transfer, Progress::Gone));
        }
    }

    pub(super) fn stream_up(&mut self, now: Now, link: LinkId, peer: SocketAddr, accepted: bool) {
        if !accepted {
            self.fetching.up(now, link, &mut self.outbox);
        } else if link.0 < LinkId::FIRST_ACCEPTED {
            // A number of our own is no stream that others opened.
        } else if self.offers.has_any_for(peer) {
            self.serving.accept(now, link, peer, &mut self.outbox);
        } else {
            // There is nothing it could ask for.
            self.outbox.push_back(Output::Close { link });
        }
    }

    pub(super) fn stream_data(&mut self, now: Now, link: LinkId, bytes: &[u8]) {
        let serving = &mut self.serving;
        if let Some(source) = serving.data(now, link, bytes, &mut self.offers, &mut self.outbox) {
            self.outbox.push_back(Output::Event(NetEvent::Malformed { source }));
        }
        self.fetching.data(now, link, bytes, &mut self.outbox);
    }

    pub(super) fn stream_down(&mut self, link: LinkId, error: Option<&StreamError>) {
        self.serving.down(link, error, &mut self.outbox);
        self.fetching.down(link, error, &mut self.outbox);
    }

    pub(super) fn stepped(&mut self, now: Now, link: LinkId, step: StepEvent) {
        self.serving.stepped(now, link, &step, &mut self.outbox);
        self.fetching.stepped(now, link, step, &mut self.outbox);
    }

    pub(super) fn tick(&mut self, now: Now) {
        for transfer in self.offers.expire(now) {
            self.outbox.push_back(event(transfer, Progress::Gone));
        }
        self.serving.tick(now, &mut self.offers, &mut self.outbox);
        self.fetching.tick(now, &mut self.outbox);
    }

    /// When the next tick is wanted. It may have passed: what waits for its turn wants it at once.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let all = [self.offers.deadline(), self.serving.deadline(), self.fetching.deadline()];
        all.into_iter().flatten().min()
    }
}

/// A peer that goes in one of these ways only broke off.
const BROKEN_OFF: [ErrorCode; 3] = [ErrorCode::ECONNRESET, ErrorCode::EPIPE, ErrorCode::ECONNABORTED];

/// Why a stream went down: because of the peer, the network between, or something on this side.
fn fault(error: Option<&StreamError>, to: SocketAddr) -> Fault {
    match error {
        None => Fault::BrokenOff,
        Some(StreamError::Disk(code)) => Fault::Disk { code: code.clone() },
        Some(StreamError::Peer(code) | StreamError::Refused(code)) if BROKEN_OFF.contains(code) => {
            Fault::BrokenOff
        }
        Some(StreamError::Peer(code) | StreamError::Refused(code)) => {
            Fault::Network { to: Some(to), code: code.clone() }
        }
    }
}
