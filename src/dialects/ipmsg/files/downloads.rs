//! Files and folders that we download: one stream each, a few at a time, the others wait for their turn.
//!
//! What comes is only written as far as it was announced, and each fetch ends with exactly one `Done` or `Broken`.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::folder::FolderReader;
use super::progress::{GIVER_IDLE, TransferProgress, report};
use super::{DownloadRequest, TransferPeer, fault, request};
use crate::model::file::{Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId};
use crate::wire::endpoint::same_host;
use crate::wire::{Ctx, Output, Receive, Step, StepEvent, StreamError};

/// Downloads under way from one host: half of what we serve one ourselves, so that a person's other programs there get
/// something too. The rest waits.
pub(super) const MAX_FROM_HOST: usize = 4;
/// Downloads under way.
pub(super) const MAX_UNDER_WAY: usize = 32;
/// Downloads that wait: four messages full of files.
pub(super) const MAX_WAITING: usize = 1_024;
/// A peer that has not answered by then does not answer.
pub(super) const DIAL_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
enum DownloadStage {
    /// Until then at the latest.
    Dialling(Instant),
    File {
        from: u64,
    },
    Folder(FolderReader),
}

#[derive(Debug)]
struct Download {
    wanted: DownloadRequest,
    stage: DownloadStage,
    progress: TransferProgress,
}

#[derive(Debug, Default)]
pub(super) struct Downloads {
    under_way: BTreeMap<LinkId, Download>,
    waiting: VecDeque<DownloadRequest>,
}

// What a person says.
impl Downloads {
    pub(super) fn fetch(&mut self, cx: &mut Ctx<'_>, wanted: DownloadRequest) {
        let transfer = wanted.transfer;
        let again = self.under_way.values().map(|download| &download.wanted).chain(&self.waiting);
        if again.into_iter().any(|other| other.transfer == transfer) {
            // Both end together.
            return;
        }
        if self.waiting.len() >= MAX_WAITING {
            report(cx, transfer, Progress::Broken { fault: Fault::Busy, bytes: 0 });
            return;
        }
        self.waiting.push_back(wanted);
        self.begin(cx);
    }

    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, transfer: TransferId) {
        let waits = self.waiting.iter().position(|wanted| wanted.transfer == transfer);
        if let Some(wanted) = waits.and_then(|at| self.waiting.remove(at)) {
            let progress = Progress::Broken { fault: Fault::Interrupted, bytes: wanted.from };
            report(cx, transfer, progress);
        }
        let runs = self.under_way.iter().find(|(_, download)| download.wanted.transfer == transfer);
        if let Some(link) = runs.map(|(link, _)| *link) {
            self.break_off(cx, link, Fault::Interrupted);
        }
    }

    /// Begins what waits and may go on, in its order.
    fn begin(&mut self, cx: &mut Ctx<'_>) {
        while let Some(wanted) = self.next().and_then(|at| self.waiting.remove(at)) {
            let link = cx.next_link();
            let TransferPeer { at, here, .. } = wanted.peer;
            cx.push(Output::Dial { link, to: at, from: here, paced: true });
            let stage = DownloadStage::Dialling(cx.after(DIAL_LIMIT));
            let of = (!wanted.offered.file.folder).then_some(wanted.offered.file.size);
            let progress = TransferProgress::new(cx, GIVER_IDLE, from(&wanted), of);
            self.under_way.insert(link, Download { wanted, stage, progress });
        }
    }

    /// The first one waiting that may begin.
    fn next(&self) -> Option<usize> {
        let room = self.under_way.len() < MAX_UNDER_WAY;
        let may_begin = |wanted: &DownloadRequest| {
            let theirs =
                self.under_way.values().filter(|download| same_host(download.wanted.peer.at, wanted.peer.at));
            theirs.count() < MAX_FROM_HOST
        };
        self.waiting.iter().position(may_begin).filter(|_| room)
    }
}

// What the network says.
impl Downloads {
    pub(super) fn up(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Some(download) = self.under_way.get_mut(&link) else { return };
        if matches!(download.stage, DownloadStage::Dialling(_)) {
            download.ask(cx, link);
        }
    }

    /// What was taken of a directory stream.
    pub(super) fn data(&mut self, cx: &mut Ctx<'_>, link: LinkId, bytes: &[u8]) {
        let Some(Download { wanted, stage: DownloadStage::Folder(folder), progress }) =
            self.under_way.get_mut(&link)
        else {
            return;
        };
        let (first, before) = (folder.is_untouched(), folder.progress);
        let inside = wanted.inside;
        match folder.take(bytes, &|name| inside.decode(false, name).0) {
            Ok(steps) => {
                // A header that comes byte by byte keeps nobody waiting for longer.
                if folder.progress != before {
                    progress.alive(cx);
                }
                let receive = Step::Receive { place: wanted.place.clone(), what: Receive::Folder };
                // Nothing is made on the disk for somebody who sends nothing.
                let steps = first.then_some(receive).into_iter().chain(steps);
                steps.for_each(|step| cx.push(Output::Step { link, step }));
            }
            Err(fault) => self.break_off(cx, link, fault),
        }
    }

    pub(super) fn stepped(&mut self, cx: &mut Ctx<'_>, link: LinkId, step: StepEvent) {
        let Some(download) = self.under_way.get_mut(&link) else { return };
        match step {
            StepEvent::Moved { bytes } => {
                download.progress.moved(cx, download.wanted.transfer, bytes);
            }
            StepEvent::Filled => download.filled(cx, link),
            StepEvent::Kept { path } => {
                let skipped = download.skipped();
                cx.close(link);
                self.end(cx, link, Progress::Done { path, skipped });
            }
            StepEvent::Poured | StepEvent::Refused => {}
        }
    }

    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, link: LinkId, error: Option<&StreamError>) {
        let Some(download) = self.under_way.get(&link) else { return };
        let fault = fault(error, download.wanted.peer.at);
        let refused = fault == Fault::BrokenOff && download.got_nothing();
        if refused && !download.wanted.unusual && download.wanted.offered.id.unusual().is_some() {
            return self.ask_again(cx, link);
        }
        let fault = if refused { Fault::NotOffered } else { fault };
        let bytes = download.progress.bytes();
        self.end(cx, link, Progress::Broken { fault, bytes });
    }

    /// It may read ids in another way.
    fn ask_again(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        if let Some(Download { wanted, .. }) = self.under_way.remove(&link) {
            self.waiting.push_front(DownloadRequest { unusual: true, ..wanted });
            self.begin(cx);
        }
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        let due = self.under_way.iter().filter(|(_, download)| download.deadline() <= cx.now.mono);
        let due: Vec<LinkId> = due.map(|(link, _)| *link).collect();
        for link in due {
            let Some(download) = self.under_way.get(&link) else { continue };
            let fault = match download.stage {
                DownloadStage::Dialling(_) => {
                    Fault::Network { to: Some(download.wanted.peer.at), code: ErrorCode::ETIMEDOUT }
                }
                DownloadStage::File { .. } | DownloadStage::Folder(_) => Fault::Stalled,
            };
            self.break_off(cx, link, fault);
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.under_way.values().map(Download::deadline).min()
    }

    fn break_off(&mut self, cx: &mut Ctx<'_>, link: LinkId, fault: Fault) {
        if let Some(bytes) = self.under_way.get(&link).map(|download| download.progress.bytes()) {
            cx.close(link);
            self.end(cx, link, Progress::Broken { fault, bytes });
        }
    }

    fn end(&mut self, cx: &mut Ctx<'_>, link: LinkId, progress: Progress) {
        if let Some(download) = self.under_way.remove(&link) {
            report(cx, download.wanted.transfer, progress);
            self.begin(cx);
        }
    }
}

impl Download {
    fn deadline(&self) -> Instant {
        match self.stage {
            DownloadStage::Dialling(until) => until,
            DownloadStage::File { .. } | DownloadStage::Folder(_) => self.progress.until(),
        }
    }

    /// The stream is up: says what is wanted, and takes what comes.
    fn ask(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let from = from(&self.wanted);
        let bytes = request::write(&self.wanted, from).into();
        cx.push(Output::Write { link, bytes, ticket: None });
        self.progress.alive(cx);
        self.progress.moved(cx, self.wanted.transfer, 0);
        let mut step = |step| cx.push(Output::Step { link, step });
        if self.wanted.offered.file.folder {
            step(FolderReader::FIRST);
            self.stage = DownloadStage::Folder(FolderReader::default());
        } else {
            let size = self.wanted.offered.file.size;
            let what = Receive::File { size, from };
            step(Step::Receive { place: self.wanted.place.clone(), what });
            step(Step::Fill { bytes: size.saturating_sub(from) });
            self.stage = DownloadStage::File { from };
        }
    }

    fn filled(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        match &self.stage {
            DownloadStage::Dialling(_) => {}
            DownloadStage::File { from } => {
                let size = self.wanted.offered.file.size;
                self.progress.stepped(cx, size.saturating_sub(*from));
                let step = Step::Finish { modified: self.wanted.offered.modified };
                cx.push(Output::Step { link, step });
            }
            DownloadStage::Folder(folder) => {
                let size = folder.filling;
                self.progress.stepped(cx, size);
                self.progress.moved(cx, self.wanted.transfer, 0);
            }
        }
    }

    fn skipped(&self) -> u32 {
        match &self.stage {
            DownloadStage::Folder(folder) => folder.skipped,
            DownloadStage::Dialling(_) | DownloadStage::File { .. } => 0,
        }
    }

    /// Somebody was there, and closed without a byte: that is how a peer says no.
    fn got_nothing(&self) -> bool {
        match &self.stage {
            DownloadStage::Dialling(_) => false,
            DownloadStage::File { from } => self.progress.bytes() == *from,
            DownloadStage::Folder(folder) => folder.is_untouched(),
        }
    }
}

/// Where a file is asked for: what is there already need not come again, where the peer can do that.
fn from(wanted: &DownloadRequest) -> u64 {
    let file = &wanted.offered.file;
    let resumes = wanted.peer.resumes && !file.folder && wanted.from <= file.size;
    if resumes { wanted.from } else { 0 }
}
