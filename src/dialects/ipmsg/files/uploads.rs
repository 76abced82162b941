//! Streams that others open to fetch what we offer (invariants I14 and I15). Whoever asks for anything else gets a
//! closed stream and not a byte.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fault;
use super::offers::{Found, Offers};
use super::progress::{IDLE, TransferProgress, report};
use super::request::{self, FileRequest, RequestState};
use super::walk::FolderWriter;
use crate::model::file::{FileSource, Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId, MessageId, NetEvent};
use crate::wire::endpoint::same_host;
use crate::wire::{Ctx, Output, Step, StepEvent, StreamError};

/// Streams in all, and of one host (invariant I14).
pub(super) const MAX_STREAMS: usize = 64;
pub(super) const MAX_FROM_HOST: usize = 8;
/// For a whole request (invariant I14).
pub(super) const ASKING: Duration = Duration::from_secs(10);
/// A request that ends with neither colon nor NUL, and does not show that it is whole, is that when nothing follows for so
/// long: all of it is one segment but for those who write it byte by byte.
pub(super) const SETTLES: Duration = Duration::from_millis(50);
/// The receiver closes, which so says that it has all. A receiver that does not close gets this long.
pub(super) const PARTING: Duration = Duration::from_secs(10);

/// What is said of a file that became shorter on its way.
const SHRUNK: StreamError = StreamError::Disk(ErrorCode::ESTALE);

#[derive(Debug)]
enum UploadStage {
    /// The request so far. `settled`: when it counts as whole.
    Asking {
        bytes: Vec<u8>,
        until: Instant,
        settled: Option<(Instant, FileRequest)>,
    },
    Uploading(Box<Upload>),
}

/// A file or folder on its way.
#[derive(Debug)]
struct Upload {
    transfer: TransferId,
    source: FileSource,
    /// Where the file begins.
    offset: u64,
    /// `None`: it is no folder.
    walk: Option<FolderWriter>,
    /// The size of the file that is being poured.
    pouring: u64,
    progress: TransferProgress,
    skipped: u32,
    /// The kernel has all of it; when we close if the receiver does not.
    parting: Option<Instant>,
}

#[derive(Debug)]
struct ServedStream {
    peer: SocketAddr,
    stage: UploadStage,
}

impl ServedStream {
    fn deadline(&self) -> Instant {
        match &self.stage {
            UploadStage::Asking { until, settled, .. } => settled.map_or(*until, |(at, _)| at.min(*until)),
            UploadStage::Uploading(upload) => upload.parting.unwrap_or_else(|| upload.progress.until()),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Uploads(BTreeMap<LinkId, ServedStream>);

// What the network says.
impl Uploads {
    pub(super) fn accept(&mut self, cx: &mut Ctx<'_>, link: LinkId, peer: SocketAddr) {
        if self.0.contains_key(&link) {
            return;
        }
        let from_host = self.0.values().filter(|stream| same_host(stream.peer, peer)).count();
        let room = if from_host >= MAX_FROM_HOST {
            self.hang_up_on_silent(cx, |stream| same_host(stream.peer, peer))
        } else {
            self.0.len() < MAX_STREAMS || self.hang_up_on_silent(cx, |_| true)
        };
        if !room {
            cx.close(link);
            return;
        }
        let stage = UploadStage::Asking { bytes: Vec::new(), until: cx.after(ASKING), settled: None };
        self.0.insert(link, ServedStream { peer, stage });
    }

    /// The stream that was silent longest makes room: a program that means it has asked long ago.
    fn hang_up_on_silent(&mut self, cx: &mut Ctx<'_>, which: impl Fn(&ServedStream) -> bool) -> bool {
        let silent = self.0.iter().filter(|(_, stream)| which(stream));
        let since = silent.filter_map(|(link, stream)| match &stream.stage {
            UploadStage::Asking { until, .. } => Some((*until, *link)),
            UploadStage::Uploading(_) => None,
        });
        let oldest = since.min();
        if let Some((_, link)) = oldest {
            self.close(cx, link);
        }
        oldest.is_some()
    }

    /// Bytes on a stream of ours; what follows a request means nothing.
    pub(super) fn data(&mut self, cx: &mut Ctx<'_>, link: LinkId, bytes: &[u8], offers: &mut Offers) {
        let Some(ServedStream { peer, stage }) = self.0.get_mut(&link) else { return };
        let UploadStage::Asking { bytes: so_far, settled, .. } = stage else { return };
        let peer = *peer;
        so_far.extend_from_slice(bytes);
        *settled = None;
        match request::read(so_far) {
            RequestState::Begun => {}
            // No id of an offer begins with another one.
            RequestState::Perhaps(request) if request.folder && offers.has(peer, request) => {
                self.begin(cx, link, request, offers);
            }
            RequestState::Perhaps(request) => *settled = Some((cx.after(SETTLES), request)),
            RequestState::Whole(request) => self.begin(cx, link, request, offers),
            RequestState::Bad => {
                self.close(cx, link);
                cx.report(NetEvent::Malformed { source: peer });
            }
        }
    }

    fn begin(&mut self, cx: &mut Ctx<'_>, link: LinkId, request: FileRequest, offers: &mut Offers) {
        let Some(stream) = self.0.get_mut(&link) else { return };
        let Some(found) = offers.fetch(stream.peer, request) else {
            return self.close(cx, link);
        };
        let mut upload = Upload::new(cx, found, request.offset);
        upload.progress.moved(cx, upload.transfer, 0);
        upload.go_on(cx, link);
        stream.stage = UploadStage::Uploading(Box::new(upload));
    }

    pub(super) fn stepped(&mut self, cx: &mut Ctx<'_>, link: LinkId, step: &StepEvent) {
        let Some(ServedStream { stage: UploadStage::Uploading(upload), .. }) = self.0.get_mut(&link) else {
            return;
        };
        match step {
            StepEvent::Moved { bytes } => {
                upload.progress.moved(cx, upload.transfer, *bytes);
            }
            StepEvent::Poured if upload.parting.is_none() => upload.poured(cx, link),
            StepEvent::Refused if upload.parting.is_none() && upload.walk.is_some() => {
                upload.skipped = upload.skipped.saturating_add(1);
                upload.progress.stepped(cx, 0);
                upload.go_on(cx, link);
            }
            StepEvent::Refused => self.end(cx, link, Err(Fault::Changed)),
            StepEvent::Poured | StepEvent::Filled | StepEvent::Kept { .. } => {}
        }
    }

    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, link: LinkId, error: Option<&StreamError>) {
        let Some(ServedStream { peer, stage }) = self.0.remove(&link) else { return };
        if let UploadStage::Uploading(upload) = stage {
            let all = upload.parting.is_some() || upload.has_moved_all();
            let fault = || if error == Some(&SHRUNK) { Fault::Changed } else { fault(error, peer) };
            let result = if all && error.is_none() { Ok(()) } else { Err(fault()) };
            upload.report_end(cx, result);
        }
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>, offers: &mut Offers) {
        let due = self.0.iter().filter(|(_, stream)| stream.deadline() <= cx.now.mono);
        let due: Vec<LinkId> = due.map(|(link, _)| *link).collect();
        for link in due {
            match self.0.get(&link).map(|stream| &stream.stage) {
                Some(UploadStage::Asking { settled: Some((_, request)), .. }) => {
                    self.begin(cx, link, *request, offers);
                }
                Some(UploadStage::Uploading(upload)) if upload.parting.is_some() => {
                    self.end(cx, link, Ok(()));
                }
                Some(UploadStage::Uploading(_)) => self.end(cx, link, Err(Fault::Stalled)),
                Some(UploadStage::Asking { .. }) | None => self.close(cx, link),
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.values().map(ServedStream::deadline).min()
    }
}

// What a person says.
impl Uploads {
    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, transfer: TransferId) {
        self.interrupt(cx, |upload| upload.transfer == transfer);
    }

    pub(super) fn withdraw(&mut self, cx: &mut Ctx<'_>, message: MessageId) {
        self.interrupt(cx, |upload| upload.transfer.message == message);
    }

    fn interrupt(&mut self, cx: &mut Ctx<'_>, which: impl Fn(&Upload) -> bool) {
        let meant = self.0.iter().filter(|(_, stream)| match &stream.stage {
            UploadStage::Uploading(upload) => which(upload),
            UploadStage::Asking { .. } => false,
        });
        let meant: Vec<LinkId> = meant.map(|(link, _)| *link).collect();
        for link in meant {
            self.end(cx, link, Err(Fault::Interrupted));
        }
    }

    fn end(&mut self, cx: &mut Ctx<'_>, link: LinkId, result: Result<(), Fault>) {
        if let Some(ServedStream { stage: UploadStage::Uploading(upload), .. }) = self.0.remove(&link) {
            cx.close(link);
            upload.report_end(cx, result);
        }
    }

    fn close(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        self.0.remove(&link);
        cx.close(link);
    }
}

impl Upload {
    fn new(cx: &Ctx<'_>, found: Found, offset: u64) -> Self {
        let Found { transfer, source, encoding } = found;
        let walk = FolderWriter::new(&source, encoding);
        let offset = if walk.is_some() { 0 } else { offset };
        let progress = TransferProgress::new(cx, IDLE, offset, Some(source.size));
        Self { transfer, source, offset, walk, pouring: 0, progress, skipped: 0, parting: None }
    }

    /// The next file, or the end.
    fn go_on(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let (head, source, at) = match &mut self.walk {
            None => (Arc::from([]), self.source.clone(), self.offset),
            Some(walk) => {
                let next = walk.next();
                if !next.heads.is_empty() {
                    cx.push(Output::Write { link, bytes: next.heads.into(), ticket: None });
                }
                let Some((head, source)) = next.file else { return self.part(cx, link) };
                (head, source, 0)
            }
        };
        self.pouring = source.size.saturating_sub(at);
        cx.push(Output::Step { link, step: Step::Pour { head, source, at } });
    }

    fn poured(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        self.progress.stepped(cx, self.pouring);
        if self.walk.is_some() {
            self.go_on(cx, link);
        } else {
            self.part(cx, link);
        }
    }

    /// That was all. A peer that reads until the end of the stream knows it at once.
    fn part(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        self.parting = Some(cx.after(PARTING));
        cx.push(Output::Step { link, step: Step::End });
    }

    /// The receiver may close before we are told that the last step is over.
    fn has_moved_all(&self) -> bool {
        self.walk.is_none() && self.pouring > 0 && self.progress.bytes() >= self.source.size
    }

    fn report_end(&self, cx: &mut Ctx<'_>, result: Result<(), Fault>) {
        let bytes = self.progress.bytes();
        let progress = match result {
            Ok(()) => Progress::Done { path: String::new(), skipped: self.skipped },
            Err(fault) => Progress::Broken { fault, bytes },
        };
        report(cx, self.transfer, progress);
    }
}
