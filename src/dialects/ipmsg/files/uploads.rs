//! Streams that others open to fetch what we offer (invariants I14 and I15). Whoever asks for anything else gets a
//! closed stream and not a byte.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::fault;
use super::offers::{Found, Offers};
use super::request::{self, FileRequest, RequestState};
use super::walk::{Next, UploadWalk};
use crate::model::file::{Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId, NetEvent};
use crate::wire::endpoint::same_host;
use crate::wire::transfer_progress::{TransferProgress, report};
use crate::wire::{Ctx, Output, Step, StepEvent, StreamError};

/// Streams in all, and of one host (invariant I14).
pub(super) const MAX_STREAMS: usize = 64;
pub(super) const MAX_FROM_HOST: usize = 8;
/// For a whole request (invariant I14).
pub(super) const ASKING: Duration = Duration::from_secs(10);
/// A request that ends with neither colon nor NUL, and does not show that it is whole, is that when nothing follows for so
/// long: all of it is one segment but for those who write it byte by byte.
pub(super) const SETTLES: Duration = Duration::from_millis(50);
/// Without progress for so long nobody is there any more who fetches from us (invariant I14).
pub(super) const IDLE: Duration = Duration::from_secs(30);
/// The receiver closes, which so says that it has all. A receiver that does not close gets this long.
pub(super) const PARTING: Duration = Duration::from_secs(10);

/// Somebody who has not asked for anything yet.
#[derive(Debug)]
struct Asking {
    peer: SocketAddr,
    /// The request so far.
    bytes: Vec<u8>,
    until: Instant,
    /// When the request counts as whole.
    settled: Option<(Instant, FileRequest)>,
}

impl Asking {
    fn deadline(&self) -> Instant {
        self.settled.map_or(self.until, |(at, _)| at.min(self.until))
    }
}

/// A file or folder on its way.
#[derive(Debug)]
struct Upload {
    peer: SocketAddr,
    /// In bytes; `None`: it is a folder.
    size: Option<u64>,
    /// Where the file begins.
    offset: u64,
    rest: UploadWalk,
    /// The size of the file that is being poured.
    pouring: u64,
    progress: TransferProgress,
    skipped: u32,
    /// The kernel has all of it.
    parting: bool,
}

#[derive(Debug, Default)]
pub(super) struct Uploads {
    asking: BTreeMap<LinkId, Asking>,
    under_way: BTreeMap<LinkId, Upload>,
}

// What the network says.
impl Uploads {
    pub(super) fn accept(&mut self, cx: &mut Ctx<'_>, link: LinkId, peer: SocketAddr) {
        let asking = self.asking.values().map(|asking| asking.peer);
        let all = || asking.clone().chain(self.under_way.values().map(|upload| upload.peer));
        let is_busy = all().filter(|other| same_host(*other, peer)).count() >= MAX_FROM_HOST;
        let is_full = is_busy || all().count() >= MAX_STREAMS;
        if is_full && !self.hang_up_on_silent(cx, |other| !is_busy || same_host(other, peer)) {
            return cx.close(link);
        }
        let until = cx.after(ASKING);
        self.asking.insert(link, Asking { peer, bytes: Vec::new(), until, settled: None });
    }

    /// The stream that was silent longest makes room: a program that means it has asked long ago.
    fn hang_up_on_silent(&mut self, cx: &mut Ctx<'_>, which: impl Fn(SocketAddr) -> bool) -> bool {
        let silent = self.asking.iter().filter(|(_, asking)| which(asking.peer));
        let oldest = silent.map(|(link, asking)| (asking.until, *link)).min();
        if let Some((_, link)) = oldest {
            self.asking.remove(&link);
            cx.close(link);
        }
        oldest.is_some()
    }

    /// Bytes on a stream of ours; what follows a request means nothing.
    pub(super) fn data(&mut self, cx: &mut Ctx<'_>, link: LinkId, bytes: &[u8], offers: &mut Offers) {
        let Some(asking) = self.asking.get_mut(&link) else { return };
        asking.bytes.extend_from_slice(bytes);
        let (peer, now) = (asking.peer, cx.now.mono);
        asking.settled = match request::read(&asking.bytes) {
            RequestState::Begun => None,
            // No id of an offer begins with another one.
            RequestState::Perhaps(request) if request.folder && offers.has(peer, request) => {
                Some((now, request))
            }
            RequestState::Perhaps(request) => Some((cx.after(SETTLES), request)),
            RequestState::Whole(request) => Some((now, request)),
            RequestState::Bad => {
                self.asking.remove(&link);
                cx.close(link);
                return cx.report(NetEvent::Malformed { source: peer });
            }
        };
        self.serve(cx, offers);
    }

    /// Gives out what was asked for, and closes the streams on which nothing was in time.
    fn serve(&mut self, cx: &mut Ctx<'_>, offers: &mut Offers) {
        let now = cx.now.mono;
        for (link, asking) in self.asking.extract_if(.., |_, asking| asking.deadline() <= now) {
            let found = asking.settled.and_then(|(_, request)| offers.fetch(asking.peer, request));
            match found {
                Some(found) => {
                    self.under_way.insert(link, Upload::begin(cx, link, asking.peer, found));
                }
                None => cx.close(link),
            }
        }
    }

    pub(super) fn stepped(&mut self, cx: &mut Ctx<'_>, link: LinkId, step: &StepEvent) {
        let upload = self.under_way.get_mut(&link).filter(|upload| !upload.parting);
        let Some(upload) = upload else { return };
        match step {
            StepEvent::Moved { bytes } => upload.progress.moved(cx, *bytes),
            StepEvent::Poured => {
                upload.progress.stepped(cx, upload.pouring);
                upload.go_on(cx, link);
            }
            StepEvent::Refused if upload.size.is_none() => {
                upload.skipped = upload.skipped.saturating_add(1);
                upload.progress.stepped(cx, 0);
                upload.go_on(cx, link);
            }
            StepEvent::Refused => {
                upload.progress.break_off(cx, link, Fault::Changed);
                self.under_way.remove(&link);
            }
            StepEvent::Filled | StepEvent::Kept { .. } => {}
        }
    }

    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, link: LinkId, error: Option<&StreamError>) {
        self.asking.remove(&link);
        let Some(upload) = self.under_way.remove(&link) else { return };
        if error.is_none() && (upload.parting || upload.has_moved_all()) {
            return upload.done(cx);
        }
        let shrunk = error == Some(&StreamError::Disk(ErrorCode::ESTALE.into()));
        upload.progress.broken(cx, if shrunk { Fault::Changed } else { fault(error, upload.peer) });
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>, offers: &mut Offers) {
        self.serve(cx, offers);
        let now = cx.now.mono;
        for (link, upload) in self.under_way.extract_if(.., |_, upload| upload.progress.until <= now) {
            if upload.parting {
                cx.close(link);
                upload.done(cx);
            } else {
                upload.progress.break_off(cx, link, Fault::Stalled);
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let under_way = self.under_way.values().map(|upload| upload.progress.until);
        self.asking.values().map(Asking::deadline).chain(under_way).min()
    }
}

// What a person says.
impl Uploads {
    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, which: impl Fn(TransferId) -> bool) {
        for (link, upload) in self.under_way.extract_if(.., |_, upload| which(upload.progress.transfer)) {
            upload.progress.break_off(cx, link, Fault::Interrupted);
        }
    }
}

impl Upload {
    fn begin(cx: &mut Ctx<'_>, link: LinkId, peer: SocketAddr, found: Found) -> Self {
        let Found { transfer, source, encoding, offset } = found;
        let is_file = source.entries.is_none();
        let (size, offset) = if is_file { (Some(source.size), offset) } else { (None, 0) };
        let mut progress = TransferProgress::new(cx, transfer, offset, Some(source.size), IDLE);
        progress.moved(cx, 0);
        let rest = UploadWalk::new(source, encoding);
        let mut upload = Self { peer, size, offset, rest, pouring: 0, progress, skipped: 0, parting: false };
        upload.go_on(cx, link);
        upload
    }

    /// The next file, or the end.
    fn go_on(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Next { heads, file } = self.rest.next();
        if !heads.is_empty() {
            cx.push(Output::Write { link, bytes: heads.into(), ticket: None });
        }
        let Some((head, source)) = file else { return self.part(cx, link) };
        self.pouring = source.size.saturating_sub(self.offset);
        cx.push(Output::Step { link, step: Step::Pour { head, source, at: self.offset } });
    }

    /// That was all. A peer that reads until the end of the stream knows it at once.
    fn part(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        self.parting = true;
        self.progress.wait(cx, PARTING);
        cx.push(Output::Step { link, step: Step::End });
    }

    /// The receiver may close before we are told that the last step is over.
    fn has_moved_all(&self) -> bool {
        self.pouring > 0 && self.size.is_some_and(|size| self.progress.bytes() >= size)
    }

    fn done(&self, cx: &mut Ctx<'_>) {
        let progress = Progress::Done { path: String::new(), skipped: self.skipped };
        report(cx, self.progress.transfer, progress);
    }
}
