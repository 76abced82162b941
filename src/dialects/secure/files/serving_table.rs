//! All that others fetch from us, and those who are about to ask.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use quinn_proto::{Connection, ConnectionHandle};

use super::offers::OfferBook;
use super::request::{LENGTH, RangeRequest, Refusal};
use super::serving::{AskedRange, Served, Serving};
use super::stream::{OverStream, StreamRead, TransferStream};
use super::{MAX_OF_PEER, MAX_UNDER_WAY, PATIENCE, SessionStreams};
use crate::dialects::secure::frame::offer::offered_size;
use crate::model::file::{Progress, TransferId};
use crate::model::{Fault, LinkId, PublicKey};
use crate::wire::transfer_progress::report;
use crate::wire::{Ctx, DiskEvent, TransferProgress};

/// Streams on which nothing was asked for yet.
const MAX_ASKING: usize = 128;
/// For a whole request (invariant I14).
const ASKING: Duration = Duration::from_secs(10);

/// Somebody who has not asked for anything yet.
#[derive(Debug)]
struct AskingStream {
    so_far: BytesMut,
    until: Instant,
}

/// What a session that broke was bringing: its peer may come again and go on.
#[derive(Debug)]
struct Suspended {
    key: PublicKey,
    progress: TransferProgress,
    skipped: u32,
}

#[derive(Debug, Default)]
pub(super) struct ServingTable {
    asking: BTreeMap<TransferStream, AskingStream>,
    under_way: BTreeMap<LinkId, Serving>,
    suspended: BTreeMap<TransferId, Suspended>,
    /// Streams to be ended as soon as their session is at hand.
    over: VecDeque<OverStream>,
}

// What the peers do.
impl ServingTable {
    /// Lets everything on this session go on.
    pub(super) fn serve(&mut self, cx: &mut Ctx<'_>, at: &mut SessionStreams<'_>, offers: &mut OfferBook) {
        while let Some(stream) = TransferStream::accept(at.handle, at.quic) {
            if !at.trusted || self.asking.len() >= MAX_ASKING {
                stream.end(at.quic, Refusal::Busy);
                continue;
            }
            let asking = AskingStream { so_far: BytesMut::new(), until: cx.after(ASKING) };
            self.asking.insert(stream, asking);
        }
        self.read_requests(cx, at, offers);
        let links: Vec<LinkId> = self.on_session(at.handle).collect();
        for link in links {
            let Some(serving) = self.under_way.get_mut(&link) else { continue };
            let served = if at.trusted {
                serving.serve(cx, link, at.quic)
            } else {
                Some(Served::Broken(Refusal::NotOffered))
            };
            match served {
                Some(Served::Whole) => self.done(cx, link),
                Some(Served::Broken(why)) => {
                    serving.over(why).end(at.quic);
                    self.break_off(cx, link, why.fault());
                }
                None => {}
            }
        }
    }

    fn on_session(&self, handle: ConnectionHandle) -> impl Iterator<Item = LinkId> {
        let here = self.under_way.iter().filter(move |(_, serving)| serving.stream.session == handle);
        here.map(|(link, _)| *link)
    }

    fn read_requests(&mut self, cx: &mut Ctx<'_>, at: &mut SessionStreams<'_>, offers: &mut OfferBook) {
        let mut whole = Vec::new();
        self.asking.retain(|stream, asking| {
            if stream.session != at.handle {
                return true;
            }
            let room = LENGTH.saturating_sub(asking.so_far.len());
            let read = stream.read(at.quic, &mut asking.so_far, room);
            if asking.so_far.len() >= LENGTH {
                whole.push((*stream, RangeRequest::decode(&asking.so_far)));
                return false;
            }
            let waits = matches!(read, StreamRead::Blocked | StreamRead::More);
            if !waits {
                stream.end(at.quic, Refusal::Malformed);
            }
            waits
        });
        for (stream, request) in whole {
            let request = request.filter(|_| at.trusted);
            let begun = request.ok_or(Refusal::NotOffered).and_then(|request| {
                self.begin(cx, AskedRange { key: at.key, stream, request }, offers, at.quic)
            });
            if let Err(why) = begun {
                stream.refuse(at.quic, why);
            }
        }
    }

    fn begin(
        &mut self,
        cx: &mut Ctx<'_>,
        asked: AskedRange,
        offers: &mut OfferBook,
        quic: &mut Connection,
    ) -> Result<(), Refusal> {
        let (transfer, source) = offers.find(asked.key, &asked.request).ok_or(Refusal::NotOffered)?;
        // Whoever asks again has given up the stream before, or lost it.
        let before = self.under_way.iter().find(|(_, serving)| serving.progress.transfer == transfer);
        if let Some(link) = before.map(|(link, _)| *link)
            && let Some(serving) = self.under_way.remove(&link)
        {
            cx.close(link);
            if serving.stream.session == asked.stream.session {
                serving.over(Refusal::Stopped).end(quic);
            } else {
                self.over.push_back(serving.over(Refusal::Stopped));
            }
        }
        let of_peer = self.under_way.values().filter(|serving| serving.key == asked.key).count();
        if of_peer >= MAX_OF_PEER || self.under_way.len() >= MAX_UNDER_WAY {
            return Err(Refusal::Busy);
        }
        offers.note_fetched(asked.key, &asked.request);
        self.suspended.remove(&transfer);
        let before = if source.entries.is_some() { 0 } else { asked.request.from };
        let (link, of) = (cx.next_link(), offered_size(&source));
        let mut progress = TransferProgress::new(cx, transfer, before, Some(of), PATIENCE);
        progress.moved(cx, 0);
        let mut serving = Serving::new(asked, &source, progress);
        let begun = serving.begin(cx, link, source);
        self.under_way.insert(link, serving);
        if begun.is_err() {
            // It will be asked for again, from its start.
            self.suspend(cx, link);
        }
        begun
    }
}

// How it ends.
impl ServingTable {
    fn done(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Some(serving) = self.under_way.remove(&link) else { return };
        cx.close(link);
        let progress = Progress::Done { path: String::new(), skipped: serving.skipped() };
        report(cx, serving.progress.transfer, progress);
    }

    /// The peer has all of it, whatever became of the session that it came on.
    pub(super) fn note_fetched(&mut self, cx: &mut Ctx<'_>, key: PublicKey, transfer: TransferId) {
        let of_peer = |serving: &Serving| serving.key == key && serving.progress.transfer == transfer;
        if let Some(Suspended { skipped, .. }) = self.suspended.remove(&transfer) {
            report(cx, transfer, Progress::Done { path: String::new(), skipped });
        } else if let Some((link, _)) = self.under_way.iter().find(|(_, serving)| of_peer(serving)) {
            self.done(cx, *link);
        }
    }

    fn break_off(&mut self, cx: &mut Ctx<'_>, link: LinkId, fault: Fault) {
        if let Some(serving) = self.under_way.remove(&link) {
            serving.progress.break_off(cx, link, fault);
        }
    }

    /// A session is gone: the peer may go on with another, and has a while for that.
    pub(super) fn note_sessions(&mut self, cx: &mut Ctx<'_>, is_there: impl Fn(ConnectionHandle) -> bool) {
        self.asking.retain(|stream, _| is_there(stream.session));
        let lost = self.under_way.iter().filter(|(_, serving)| !is_there(serving.stream.session));
        let lost: Vec<(LinkId, bool)> = lost.map(|(link, one)| (*link, one.is_with_peer())).collect();
        for (link, whole) in lost {
            if whole {
                self.done(cx, link);
            } else {
                self.suspend(cx, link);
            }
        }
    }

    /// Says how far the others are.
    pub(super) fn tell_acknowledged(&mut self, cx: &mut Ctx<'_>) {
        for serving in self.under_way.values_mut() {
            serving.tell_acknowledged(cx);
        }
    }

    /// Ends those that a person does not want any more.
    pub(super) fn stop(
        &mut self,
        cx: &mut Ctx<'_>,
        why: Refusal,
        which: impl Fn(TransferId, PublicKey) -> bool,
    ) {
        let ended = |serving: &Serving| which(serving.progress.transfer, serving.key);
        for (link, serving) in self.under_way.extract_if(.., |_, serving| ended(serving)) {
            self.over.push_back(serving.over(why));
            serving.progress.break_off(cx, link, Fault::Interrupted);
        }
        for (_, suspended) in self.suspended.extract_if(.., |transfer, one| which(*transfer, one.key)) {
            suspended.progress.broken(cx, Fault::Interrupted);
        }
    }

    pub(super) fn has(&self, link: LinkId) -> bool {
        self.under_way.contains_key(&link)
    }

    /// The session of this one has something to hear of it.
    pub(super) fn on_disk(
        &mut self,
        cx: &mut Ctx<'_>,
        link: LinkId,
        event: DiskEvent,
    ) -> Option<ConnectionHandle> {
        let serving = self.under_way.get_mut(&link)?;
        let session = serving.stream.session;
        let error = if let DiskEvent::Failed { error } = &event { Some(error.clone()) } else { None };
        let Err(why) = serving.on_disk(cx, link, event) else { return Some(session) };
        self.over.push_back(serving.over(why));
        match (why, error) {
            // It will be asked for again, from its start.
            (Refusal::PrefixDiffers, _) => self.suspend(cx, link),
            (Refusal::Disk, Some(error)) => self.break_off(cx, link, error.into()),
            _ => self.break_off(cx, link, why.fault()),
        }
        Some(session)
    }

    fn suspend(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Some(serving) = self.under_way.remove(&link) else { return };
        cx.close(link);
        let (key, skipped, mut progress) = (serving.key, serving.skipped(), serving.progress);
        progress.wait(cx, PATIENCE);
        self.suspended.insert(progress.transfer, Suspended { key, progress, skipped });
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        for (stream, _) in self.asking.extract_if(.., |_, asking| asking.until <= now) {
            self.over.push_back(OverStream::broken(stream, Refusal::Stalled));
        }
        let late = self.under_way.iter().filter(|(_, serving)| serving.progress.until <= now);
        let late: Vec<LinkId> = late.map(|(link, _)| *link).collect();
        for link in late {
            let Some(serving) = self.under_way.get(&link) else { continue };
            self.over.push_back(serving.over(Refusal::Stalled));
            if serving.is_with_peer() {
                self.done(cx, link);
            } else {
                self.break_off(cx, link, Fault::Stalled);
            }
        }
        for (_, suspended) in self.suspended.extract_if(.., |_, one| one.progress.until <= now) {
            suspended.progress.broken(cx, Fault::BrokenOff);
        }
    }

    pub(super) fn next_over(&mut self) -> Option<OverStream> {
        self.over.pop_front()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let under_way = self.under_way.values().map(|serving| serving.progress.until);
        let suspended = self.suspended.values().map(|one| one.progress.until);
        self.asking.values().map(|asking| asking.until).chain(under_way).chain(suspended).min()
    }
}
