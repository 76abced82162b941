//! Files and folders that we fetch: one stream each, a few at a time, the others wait for their turn.
//!
//! What comes is only written as far as it was announced, and each fetch ends with exactly one `Done` or `Broken`.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::folder::Folder;
use super::meter::{GIVER_IDLE, Meter, event};
use super::{Peer, Wanted, fault, request};
use crate::model::file::{Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId, Now};
use crate::wire::endpoint::same_host;
use crate::wire::{Output, Receive, Step, StepEvent, StreamError};

/// Fetches under way from one host: half of what we serve one ourselves, so that a person's other programs there get
/// something too. The rest waits.
pub(super) const MAX_FROM_HOST: usize = 4;
/// Fetches under way.
pub(super) const MAX_UNDER_WAY: usize = 32;
/// Fetches that wait: four messages full of files.
pub(super) const MAX_WAITING: usize = 1_024;
/// A peer that has not answered by then does not answer.
pub(super) const DIAL_LIMIT: Duration = Duration::from_secs(10);
/// The numbers before are for the sockets of the dialect.
const FIRST_LINK: u32 = LinkId::FIRST_OWN.saturating_add(16);

#[derive(Debug)]
enum Stage {
    /// Until then at the latest.
    Dialling(Instant),
    File {
        from: u64,
    },
    Folder(Folder),
}

#[derive(Debug)]
struct Fetch {
    wanted: Wanted,
    stage: Stage,
    meter: Meter,
}

#[derive(Debug, Default)]
pub(super) struct Fetching {
    under_way: BTreeMap<LinkId, Fetch>,
    waiting: VecDeque<Wanted>,
    /// How many streams were dialled.
    dialled: u32,
    /// The last we knew of the time: what waits is begun at the next tick, which is due then.
    seen: Option<Instant>,
}

// What a person says.
impl Fetching {
    pub(super) fn fetch(&mut self, now: Now, wanted: Wanted, out: &mut VecDeque<Output>) {
        let transfer = wanted.transfer;
        let again = self.under_way.values().map(|fetch| &fetch.wanted).chain(&self.waiting);
        if again.into_iter().any(|other| other.transfer == transfer) {
            // Both end together.
            return;
        }
        if self.waiting.len() >= MAX_WAITING {
            out.push_back(event(transfer, Progress::Broken { fault: Fault::Busy, bytes: 0 }));
            return;
        }
        self.waiting.push_back(wanted);
        self.begin(now, out);
    }

    pub(super) fn stop(&mut self, transfer: TransferId, out: &mut VecDeque<Output>) {
        let waits = self.waiting.iter().position(|wanted| wanted.transfer == transfer);
        if let Some(wanted) = waits.and_then(|at| self.waiting.remove(at)) {
            let progress = Progress::Broken { fault: Fault::Interrupted, bytes: wanted.from };
            out.push_back(event(transfer, progress));
        }
        let runs = self.under_way.iter().find(|(_, fetch)| fetch.wanted.transfer == transfer);
        if let Some(link) = runs.map(|(link, _)| *link) {
            self.break_off(link, Fault::Interrupted, out);
        }
    }

    /// Begins what waits and may go on, in its order.
    fn begin(&mut self, now: Now, out: &mut VecDeque<Output>) {
        self.seen = Some(now.mono);
        while let Some(wanted) = self.next().and_then(|at| self.waiting.remove(at)) {
            let link = self.free_link();
            let Peer { at, here, .. } = wanted.peer;
            out.push_back(Output::Dial { link, to: at, from: here, paced: true });
            let stage = Stage::Dialling(now.after(DIAL_LIMIT).mono);
            let of = (!wanted.offered.file.folder).then_some(wanted.offered.file.size);
            let meter = Meter::new(now, GIVER_IDLE, from(&wanted), of);
            self.under_way.insert(link, Fetch { wanted, stage, meter });
        }
    }

    /// The first one waiting that may begin.
    fn next(&self) -> Option<usize> {
        let room = self.under_way.len() < MAX_UNDER_WAY;
        let may_begin = |wanted: &Wanted| {
            let theirs =
                self.under_way.values().filter(|fetch| same_host(fetch.wanted.peer.at, wanted.peer.at));
            theirs.count() < MAX_FROM_HOST
        };
        self.waiting.iter().position(may_begin).filter(|_| room)
    }

    /// The next number. There are far more than streams, so one that is free is found at once.
    fn free_link(&mut self) -> LinkId {
        loop {
            let span = LinkId::FIRST_ACCEPTED.saturating_sub(FIRST_LINK);
            let link = LinkId(FIRST_LINK.saturating_add(self.dialled.checked_rem(span).unwrap_or(0)));
            self.dialled = self.dialled.wrapping_add(1);
            if !self.under_way.contains_key(&link) {
                return link;
            }
        }
    }
}

// What the network says.
impl Fetching {
    pub(super) fn up(&mut self, now: Now, link: LinkId, out: &mut VecDeque<Output>) {
        let Some(fetch) = self.under_way.get_mut(&link) else { return };
        if matches!(fetch.stage, Stage::Dialling(_)) {
            fetch.ask(now, link, out);
        }
    }

    /// What was taken of a directory stream.
    pub(super) fn data(&mut self, now: Now, link: LinkId, bytes: &[u8], out: &mut VecDeque<Output>) {
        let Some(Fetch { wanted, stage: Stage::Folder(folder), meter }) = self.under_way.get_mut(&link)
        else {
            return;
        };
        let (first, before) = (folder.is_untouched(), folder.progress);
        let inside = wanted.inside;
        match folder.take(bytes, &|name| inside.decode(false, name).0) {
            Ok(steps) => {
                // A header that comes byte by byte keeps nobody waiting for longer.
                if folder.progress != before {
                    meter.alive(now);
                }
                let receive = Step::Receive { place: wanted.place.clone(), what: Receive::Folder };
                // Nothing is made on the disk for somebody who sends nothing.
                let steps = first.then_some(receive).into_iter().chain(steps);
                out.extend(steps.map(|step| Output::Step { link, step }));
            }
            Err(fault) => self.break_off(link, fault, out),
        }
    }

    pub(super) fn stepped(&mut self, now: Now, link: LinkId, step: StepEvent, out: &mut VecDeque<Output>) {
        let Some(fetch) = self.under_way.get_mut(&link) else { return };
        match step {
            StepEvent::Moved { bytes } => {
                out.extend(fetch.meter.moved(now, fetch.wanted.transfer, bytes));
            }
            StepEvent::Filled => fetch.filled(now, link, out),
            StepEvent::Kept { path } => {
                let skipped = fetch.skipped();
                self.end(link, Progress::Done { path, skipped }, out);
                out.push_back(Output::Close { link });
                self.begin(now, out);
            }
            StepEvent::Poured | StepEvent::Refused => {}
        }
    }

    pub(super) fn down(&mut self, link: LinkId, error: Option<&StreamError>, out: &mut VecDeque<Output>) {
        let Some(fetch) = self.under_way.get(&link) else { return };
        let fault = fault(error, fetch.wanted.peer.at);
        let refused = fault == Fault::BrokenOff && fetch.got_nothing();
        if refused && !fetch.wanted.unusual && fetch.wanted.offered.id.unusual().is_some() {
            return self.ask_again(link);
        }
        let fault = if refused { Fault::NotOffered } else { fault };
        let bytes = fetch.meter.bytes();
        self.end(link, Progress::Broken { fault, bytes }, out);
    }

    /// It may read ids in another way. The next tick, which is due, begins that.
    fn ask_again(&mut self, link: LinkId) {
        if let Some(Fetch { wanted, .. }) = self.under_way.remove(&link) {
            self.waiting.push_front(Wanted { unusual: true, ..wanted });
        }
    }

    pub(super) fn tick(&mut self, now: Now, out: &mut VecDeque<Output>) {
        let due = self.under_way.iter().filter(|(_, fetch)| fetch.deadline() <= now.mono);
        let due: Vec<LinkId> = due.map(|(link, _)| *link).collect();
        for link in due {
            let Some(fetch) = self.under_way.get(&link) else { continue };
            let fault = match fetch.stage {
                Stage::Dialling(_) => {
                    Fault::Network { to: Some(fetch.wanted.peer.at), code: ErrorCode::ETIMEDOUT }
                }
                Stage::File { .. } | Stage::Folder(_) => Fault::Stalled,
            };
            self.break_off(link, fault, out);
        }
        self.begin(now, out);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let begins = self.seen.filter(|_| self.next().is_some());
        self.under_way.values().map(Fetch::deadline).chain(begins).min()
    }

    fn break_off(&mut self, link: LinkId, fault: Fault, out: &mut VecDeque<Output>) {
        if let Some(bytes) = self.under_way.get(&link).map(|fetch| fetch.meter.bytes()) {
            out.push_back(Output::Close { link });
            self.end(link, Progress::Broken { fault, bytes }, out);
        }
    }

    fn end(&mut self, link: LinkId, progress: Progress, out: &mut VecDeque<Output>) {
        if let Some(fetch) = self.under_way.remove(&link) {
            out.push_back(event(fetch.wanted.transfer, progress));
        }
    }
}

impl Fetch {
    fn deadline(&self) -> Instant {
        match self.stage {
            Stage::Dialling(until) => until,
            Stage::File { .. } | Stage::Folder(_) => self.meter.until(),
        }
    }

    /// The stream is up: says what is wanted, and takes what comes.
    fn ask(&mut self, now: Now, link: LinkId, out: &mut VecDeque<Output>) {
        let from = from(&self.wanted);
        let bytes = request::write(&self.wanted, from).into();
        out.push_back(Output::Write { link, bytes, ticket: None });
        self.meter.alive(now);
        out.extend(self.meter.moved(now, self.wanted.transfer, 0));
        let mut step = |step| out.push_back(Output::Step { link, step });
        if self.wanted.offered.file.folder {
            let (folder, first) = Folder::new();
            step(first);
            self.stage = Stage::Folder(folder);
        } else {
            let size = self.wanted.offered.file.size;
            let what = Receive::File { size, from };
            step(Step::Receive { place: self.wanted.place.clone(), what });
            step(Step::Fill { bytes: size.saturating_sub(from) });
            self.stage = Stage::File { from };
        }
    }

    fn filled(&mut self, now: Now, link: LinkId, out: &mut VecDeque<Output>) {
        match &self.stage {
            Stage::Dialling(_) => {}
            Stage::File { from } => {
                let size = self.wanted.offered.file.size;
                self.meter.stepped(now, size.saturating_sub(*from));
                let step = Step::Finish { modified: self.wanted.offered.modified };
                out.push_back(Output::Step { link, step });
            }
            Stage::Folder(folder) => {
                let size = folder.filling;
                self.meter.stepped(now, size);
                out.extend(self.meter.moved(now, self.wanted.transfer, 0));
            }
        }
    }

    fn skipped(&self) -> u32 {
        match &self.stage {
            Stage::Folder(folder) => folder.skipped,
            Stage::Dialling(_) | Stage::File { .. } => 0,
        }
    }

    /// Somebody was there, and closed without a byte: that is how a peer says no.
    fn got_nothing(&self) -> bool {
        match &self.stage {
            Stage::Dialling(_) => false,
            Stage::File { from } => self.meter.bytes() == *from,
            Stage::Folder(folder) => folder.is_untouched(),
        }
    }
}

/// Where a file is asked for: what is there already need not come again, where the peer can do that.
fn from(wanted: &Wanted) -> u64 {
    let file = &wanted.offered.file;
    let resumes = wanted.peer.resumes && !file.folder && wanted.from <= file.size;
    if resumes { wanted.from } else { 0 }
}
