//! Files and folders that we download: one stream each, a few at a time, the others wait for their turn.
//!
//! What comes is only written as far as it was announced, and each fetch ends with exactly one `Done` or `Broken`.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::folder::FolderReader;
use super::{DownloadRequest, TransferPeer, fault, request};
use crate::model::file::{Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId};
use crate::wire::endpoint::same_host;
use crate::wire::transfer_progress::{TransferProgress, report};
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
/// A peer that gives us nothing for so long holds the stream for nothing. What came is kept, and a later try goes on from there.
pub(super) const IDLE: Duration = Duration::from_secs(9);

#[derive(Debug)]
struct Download {
    wanted: DownloadRequest,
    /// Nobody has answered yet.
    dialling: bool,
    /// `None`: it is a file.
    folder: Option<FolderReader>,
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
        let mut all = self.under_way.values().map(|download| &download.wanted).chain(&self.waiting);
        if all.any(|other| other.transfer == transfer) {
            // Both end together.
            return;
        }
        if self.waiting.len() >= MAX_WAITING {
            return report(cx, transfer, Progress::Broken { fault: Fault::Busy, bytes: 0 });
        }
        self.waiting.push_back(wanted);
        self.begin(cx);
    }

    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, transfer: TransferId) {
        let waits = self.waiting.iter().position(|wanted| wanted.transfer == transfer);
        if let Some(wanted) = waits.and_then(|at| self.waiting.remove(at)) {
            report(cx, transfer, Progress::Broken { fault: Fault::Interrupted, bytes: wanted.from });
        }
        for (link, download) in self.under_way.extract_if(.., |_, one| one.wanted.transfer == transfer) {
            download.progress.break_off(cx, link, Fault::Interrupted);
        }
        self.begin(cx);
    }

    /// Begins what waits and may go on, in its order.
    fn begin(&mut self, cx: &mut Ctx<'_>) {
        while let Some(mut wanted) = self.next() {
            let file = &wanted.offered.file;
            // What is there already need not come again, where the peer can do that.
            if !wanted.peer.resumes || file.folder || wanted.from > file.size {
                wanted.from = 0;
            }
            let link = cx.next_link();
            let TransferPeer { at, here, .. } = wanted.peer;
            cx.push(Output::Dial { link, to: at, from: here, paced: true });
            let of = (!file.folder).then_some(file.size);
            let progress = TransferProgress::new(cx, wanted.transfer, wanted.from, of, DIAL_LIMIT);
            let folder = file.folder.then(FolderReader::default);
            self.under_way.insert(link, Download { wanted, dialling: true, folder, progress });
        }
    }

    /// The first one waiting that may begin.
    fn next(&mut self) -> Option<DownloadRequest> {
        if self.under_way.len() >= MAX_UNDER_WAY {
            return None;
        }
        let from_host = |wanted: &DownloadRequest| {
            let all = self.under_way.values();
            all.filter(|download| same_host(download.wanted.peer.at, wanted.peer.at)).count()
        };
        let next = self.waiting.iter().position(|wanted| from_host(wanted) < MAX_FROM_HOST)?;
        self.waiting.remove(next)
    }
}

// What the network says.
impl Downloads {
    pub(super) fn up(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Some(download) = self.under_way.get_mut(&link) else { return };
        if std::mem::replace(&mut download.dialling, false) {
            download.ask(cx, link);
        }
    }

    pub(super) fn data(&mut self, cx: &mut Ctx<'_>, link: LinkId, bytes: &[u8]) {
        let Some(download) = self.under_way.get_mut(&link) else { return };
        if let Err(fault) = download.take(cx, link, bytes) {
            download.progress.break_off(cx, link, fault);
            self.end(cx, link);
        }
    }

    pub(super) fn stepped(&mut self, cx: &mut Ctx<'_>, link: LinkId, step: StepEvent) {
        let Some(download) = self.under_way.get_mut(&link) else { return };
        match step {
            StepEvent::Moved { bytes } => download.progress.moved(cx, bytes),
            StepEvent::Filled => download.filled(cx, link),
            StepEvent::Kept { path } => {
                cx.close(link);
                let skipped = download.folder.as_ref().map_or(0, |folder| folder.skipped);
                report(cx, download.wanted.transfer, Progress::Done { path, skipped });
                self.end(cx, link);
            }
            StepEvent::Poured | StepEvent::Refused => {}
        }
    }

    pub(super) fn down(&mut self, cx: &mut Ctx<'_>, link: LinkId, error: Option<&StreamError>) {
        let Some(download) = self.under_way.remove(&link) else { return };
        let fault = fault(error, download.wanted.peer.at);
        let refused = fault == Fault::BrokenOff && download.got_nothing();
        let wanted = download.wanted;
        if refused && !wanted.unusual && wanted.offered.id.unusual().is_some() {
            // It may read ids in another way.
            self.waiting.push_front(DownloadRequest { unusual: true, ..wanted });
        } else {
            download.progress.broken(cx, if refused { Fault::NotOffered } else { fault });
        }
        self.begin(cx);
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        for (link, download) in self.under_way.extract_if(.., |_, download| download.progress.until <= now) {
            let fault = if download.dialling {
                Fault::Network { to: Some(download.wanted.peer.at), code: ErrorCode::ETIMEDOUT }
            } else {
                Fault::Stalled
            };
            download.progress.break_off(cx, link, fault);
        }
        self.begin(cx);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.under_way.values().map(|download| download.progress.until).min()
    }

    fn end(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        self.under_way.remove(&link);
        self.begin(cx);
    }
}

impl Download {
    /// The stream is up: says what is wanted, and takes what comes.
    fn ask(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let Self { wanted, folder, progress, .. } = self;
        cx.push(Output::Write { link, bytes: request::write(wanted).into(), ticket: None });
        progress.wait(cx, IDLE);
        progress.moved(cx, 0);
        let (size, from) = (wanted.offered.file.size, wanted.from);
        let mut step = |step| cx.push(Output::Step { link, step });
        if folder.is_some() {
            step(FolderReader::FIRST);
        } else {
            step(Step::Receive { place: wanted.place.clone(), what: Receive::File { size, from } });
            step(Step::Fill { bytes: size.saturating_sub(from) });
        }
    }

    /// What was taken of a directory stream.
    fn take(&mut self, cx: &mut Ctx<'_>, link: LinkId, bytes: &[u8]) -> Result<(), Fault> {
        let Self { wanted, folder: Some(folder), progress, .. } = self else { return Ok(()) };
        let (first, before) = (folder.is_untouched(), folder.progress);
        let steps = folder.take(bytes, &|name| wanted.inside.decode(false, name).0)?;
        // A header that comes byte by byte keeps nobody waiting for longer.
        if folder.progress != before {
            progress.alive(cx);
        }
        let receive = Step::Receive { place: wanted.place.clone(), what: Receive::Folder };
        // Nothing is made on the disk for somebody who sends nothing.
        let steps = first.then_some(receive).into_iter().chain(steps);
        cx.extend(steps.map(|step| Output::Step { link, step }));
        Ok(())
    }

    fn filled(&mut self, cx: &mut Ctx<'_>, link: LinkId) {
        let DownloadRequest { offered, from, .. } = &self.wanted;
        if let Some(folder) = &self.folder {
            self.progress.stepped(cx, folder.filling);
            self.progress.moved(cx, 0);
        } else {
            self.progress.stepped(cx, offered.file.size.saturating_sub(*from));
            cx.push(Output::Step { link, step: Step::Finish { modified: offered.modified } });
        }
    }

    /// Somebody was there, and closed without a byte: that is how a peer says no.
    fn got_nothing(&self) -> bool {
        let no_byte = || self.progress.bytes() == self.wanted.from;
        !self.dialling && self.folder.as_ref().map_or_else(no_byte, FolderReader::is_untouched)
    }
}
