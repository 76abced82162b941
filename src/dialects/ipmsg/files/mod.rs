//! Files over TCP: what we offer is served, what others offer is fetched.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::model::file::{File, Place, Source, TransferId};
use crate::model::{Fault, LinkId, MessageId, Now};
use crate::wire::{Encoding, Output, Stepped};

/// How we stand in the header of a packet to one peer, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// Where it listens, for UDP and TCP.
    pub at: SocketAddr,
    /// Our user and host, encoded for it.
    pub user: Vec<u8>,
    pub host: Vec<u8>,
    /// What it writes in, and reads.
    pub encoding: Encoding,
    /// Flags to go with a request, such as that our strings are UTF-8.
    pub flags: u32,
    /// It starts where it is asked to.
    pub resumes: bool,
}

/// One file that a packet offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    pub id: u32,
    pub file: File,
}

/// The list of files that a packet carries; `None`: it is bad (invariant I8). `text` decodes a name.
pub(super) fn read_list(bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Option<Vec<Offered>> {
    let _ = (bytes, text(bytes));
    None
}

/// The list of what we offer, without the NUL at its end. Ids count from the first one.
pub(super) fn write_list(sources: &[Source], first: u32, encoding: Encoding) -> Result<Vec<u8>, Fault> {
    let _ = (sources, first, encoding);
    Err(Fault::NotOffered)
}

/// All files on their way, and all that can be fetched from us.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    /// What is to be done outside, in order; the engine passes it on.
    pub outbox: VecDeque<Output>,
}

impl Transfers {
    /// From now on these can be fetched with that packet's number, by that peer alone.
    pub fn offer(
        &mut self,
        now: Now,
        message: MessageId,
        peer: Peer,
        number: u32,
        first: u32,
        sources: Arc<[Source]>,
    ) {
        let _ = (now, message, peer, number, first);
        drop(sources);
    }

    /// Not any more, and what is being fetched of it ends.
    pub fn withdraw(&mut self, message: MessageId) {
        let _ = (self, message);
    }

    /// The peer wants nothing of the offer with this number.
    pub fn released(&mut self, from: SocketAddr, number: u32) {
        let _ = (self, from, number);
    }

    /// The peer says goodbye: it fetches nothing any more.
    pub fn gone(&mut self, from: SocketAddr) {
        let _ = (self, from);
    }

    /// Fetches one file of an offer. `number`: of the packet that offered it; `own`: of our request.
    pub fn fetch(&mut self, now: Now, wanted: Wanted) {
        let _ = (self, now);
        drop(wanted);
    }

    /// Ends a transfer.
    pub fn stop(&mut self, transfer: TransferId) {
        let _ = (self, transfer);
    }

    pub fn stream_up(&mut self, now: Now, link: LinkId, peer: SocketAddr, accepted: bool) {
        let _ = (self, now, link, peer, accepted);
    }

    pub fn stream_data(&mut self, now: Now, link: LinkId, bytes: &[u8]) {
        let _ = (self, now, link, bytes);
    }

    pub fn stream_down(&mut self, link: LinkId, code: Option<&str>) {
        let _ = (self, link, code);
    }

    pub fn stepped(&mut self, now: Now, link: LinkId, step: Stepped) {
        let _ = (self, now, link);
        drop(step);
    }

    pub fn tick(&mut self, now: Now) {
        let _ = (self, now);
    }

    /// When the next tick is wanted.
    pub fn deadline(&self) -> Option<Instant> {
        None
    }
}

/// A file that is to be fetched.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub transfer: TransferId,
    pub peer: Peer,
    pub number: u32,
    pub own: u32,
    pub offered: Offered,
    pub place: Place,
    pub from: u64,
}
