//! Files between two who trust each other: what we offer is given, what the peer offers is fetched.
//!
//! ```text
//! request    what is asked for on a stream, and how it is refused
//! offers     what can be fetched from us, and by whom
//! serving    one file or folder of ours on its way; serving_table: all of them, and who is about to ask
//! fetching   one of a peer's on its way to our disk; fetching_table: all of them, and those that wait
//! body       what comes on a stream, and what the disk is to do with it
//! walk       a folder as frames; resuming: where it goes on
//! stream     a stream of QUIC, as all of these use it
//! ```
//! A session that breaks ends no fetch: what is missing is asked for on the next one, with the hash of what is there.
//! Nothing here knows a conversation, an address or a disk.

mod body;
mod fetching;
mod fetching_table;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod offers;
mod request;
mod resuming;
mod serving;
mod serving_table;
mod stream;
mod walk;

use std::time::{Duration, Instant};

use quinn_proto::{Connection, ConnectionHandle};

use fetching::WantedFile;
use fetching_table::FetchingTable;
use offers::{BookedOffer, OfferBook};
use request::Refusal;
use serving_table::ServingTable;
use stream::OverStream;

use super::frame::offer::ListedFile;
use crate::model::file::{DownloadTarget, FileSource, TransferId};
use crate::model::{Fault, LinkId, MessageId, PublicKey, Uid};
use crate::wire::{Ctx, DiskEvent};

/// Transfers with one peer, in one direction; and in one direction in all.
const MAX_OF_PEER: usize = 4;
const MAX_UNDER_WAY: usize = 16;
/// Without a byte for so long a transfer is stopped. What came is kept, and a later try goes on from there.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes that any disk reads and hashes in a second.
const HASHED_IN_SECOND: u64 = 64 << 20;

/// How long a side may take that has so many bytes to compare first.
fn patience_with(bytes: u64) -> Duration {
    let hashed = Duration::from_secs(bytes.checked_div(HASHED_IN_SECOND).unwrap_or_default());
    PATIENCE.saturating_add(hashed)
}

/// A session, as transfers use it.
pub(super) struct SessionStreams<'a> {
    pub(super) handle: ConnectionHandle,
    pub(super) key: PublicKey,
    /// The peer may have what it is offered, and be asked for what it offers.
    pub(super) trusted: bool,
    /// It is the one that counts.
    pub(super) current: bool,
    pub(super) quic: &'a mut Connection,
}

/// What a person wants of a message: the file with this place among those that can be used.
pub(super) struct FetchedOffer {
    pub(super) key: PublicKey,
    pub(super) uid: Uid,
    pub(super) transfer: TransferId,
    pub(super) listed: ListedFile,
    pub(super) target: DownloadTarget,
    pub(super) from: u64,
}

#[derive(Debug, Default)]
pub(super) struct FileTransfers {
    offers: OfferBook,
    serving: ServingTable,
    fetching: FetchingTable,
}

// What a person says.
impl FileTransfers {
    /// From now on whoever has this key can fetch these.
    pub(super) fn offer(
        &mut self,
        cx: &Ctx<'_>,
        key: PublicKey,
        message: (MessageId, Uid),
        sources: std::sync::Arc<[FileSource]>,
    ) {
        let (message, uid) = message;
        self.offers.add(cx, BookedOffer { key, uid, message, sources });
    }

    /// Not any more, and what is being fetched of it ends.
    pub(super) fn withdraw(&mut self, cx: &mut Ctx<'_>, message: MessageId) {
        self.offers.withdraw(message);
        self.serving.stop(cx, Refusal::NotOffered, |transfer, _| transfer.message == message);
    }

    pub(super) fn fetch(&mut self, cx: &mut Ctx<'_>, offer: FetchedOffer) {
        let FetchedOffer { key, uid, transfer, listed, target, from } = offer;
        // More than the whole of it is something else; what there is of a folder, the disk finds out.
        let from = if listed.file.folder || from > listed.file.size { 0 } else { from };
        let (order, not_before, blocked, grace, afresh) = (0, None, 0, 0, false);
        let wanted = WantedFile {
            transfer,
            key,
            uid,
            listed,
            target,
            from,
            afresh,
            order,
            not_before,
            blocked,
            grace,
        };
        self.fetching.fetch(cx, wanted);
    }

    /// Ends a transfer.
    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, transfer: TransferId) {
        self.fetching.stop(cx, &Fault::Interrupted, |other, _| other == transfer);
        self.serving.stop(cx, Refusal::Stopped, |other, _| other == transfer);
    }

    /// Nobody follows this key any more.
    pub(super) fn forget(&mut self, cx: &mut Ctx<'_>, key: PublicKey) {
        self.offers.forget(key);
        self.fetching.stop(cx, &Fault::NoSuchPeer, |_, other| other == key);
        self.serving.stop(cx, Refusal::NotOffered, |_, other| other == key);
    }
}

// What happens.
impl FileTransfers {
    /// The peer wants nothing of this message.
    pub(super) fn declined(&mut self, cx: &mut Ctx<'_>, key: PublicKey, uid: Uid) {
        self.offers.declined(cx, key, uid);
    }

    /// The peer has all of this file.
    pub(super) fn fetched(&mut self, cx: &mut Ctx<'_>, key: PublicKey, uid: Uid, index: u32) {
        let transfer = u16::try_from(index).ok().and_then(|file| self.offers.transfer(key, uid, file));
        if let Some(transfer) = transfer {
            self.serving.note_fetched(cx, key, transfer);
        }
    }

    /// Reads and writes what can be read and written on a session.
    pub(super) fn serve(&mut self, cx: &mut Ctx<'_>, mut at: SessionStreams<'_>) {
        self.serving.serve(cx, &mut at, &mut self.offers);
        self.fetching.serve(cx, &mut at);
    }

    /// Which sessions are there, and who can be asked: what has lost its own waits for another, and what waits begins.
    pub(super) fn settle(
        &mut self,
        cx: &mut Ctx<'_>,
        is_there: impl Fn(ConnectionHandle) -> bool,
        is_up: impl Fn(&PublicKey) -> bool,
    ) {
        self.serving.note_sessions(cx, &is_there);
        self.serving.tell_acknowledged(cx);
        self.fetching.note_sessions(cx, &is_there, &is_up);
        self.fetching.begin(cx, is_up);
    }

    /// A step of the disk is done: the session where that makes a difference, or whose sessions.
    pub(super) fn on_disk(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: DiskEvent) -> Option<DiskReader> {
        if self.serving.has(link) {
            return self.serving.on_disk(cx, link, event).map(DiskReader::Session);
        }
        self.fetching.on_disk(cx, link, event).map(DiskReader::Peer)
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        self.offers.expire(cx);
        self.serving.tick(cx);
        self.fetching.tick(cx);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let moving = self.serving.deadline().into_iter().chain(self.fetching.deadline());
        moving.chain(self.offers.deadline()).min()
    }

    /// A file that is here, and the session on which its sender is to be told.
    pub(super) fn next_kept(
        &mut self,
        now: Instant,
        current: impl Fn(&PublicKey) -> Option<ConnectionHandle>,
    ) -> Option<(ConnectionHandle, Uid, u16)> {
        self.fetching.next_kept(now, current)
    }

    /// A stream that is over.
    pub(super) fn next_over(&mut self) -> Option<OverStream> {
        self.serving.next_over().or_else(|| self.fetching.next_over())
    }

    /// A peer of which less is wanted than before, and whether anything still is.
    pub(super) fn next_ended(&mut self) -> Option<(PublicKey, bool)> {
        let key = self.fetching.next_ended()?;
        Some((key, self.fetching.wants(&key)))
    }
}

/// Where something can go on.
pub(super) enum DiskReader {
    Session(ConnectionHandle),
    Peer(PublicKey),
}
