//! Streams that others open to fetch what we offer (invariants I14 and I15). Whoever asks for anything else gets a
//! closed stream and not a byte.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fault;
use super::meter::{IDLE, Meter, event};
use super::offers::{Found, Offers};
use super::request::{self, Reading, Request};
use super::walk::Walk;
use crate::model::file::{FileSource, Progress, TransferId};
use crate::model::{ErrorCode, Fault, LinkId, MessageId, Now};
use crate::wire::endpoint::same_host;
use crate::wire::{Output, Step, StepEvent, StreamError};

/// Streams in all, and of one host (invariant I14).
pub(super) const MAX_STREAMS: usize = 64;
pub(super) const MAX_FROM_HOST: usize = 8;
/// For a whole request (invariant I14).
pub(super) const ASKING: Duration = Duration::from_secs(10);
/// A request that ends with neither colon nor NUL, and does not show that it is whole, is that when nothing follows for so
/// long: all of it is one segment but for those who write it byte by byte.
pub(super) const SETTLES: Duration = Duration::from_millis(50);
/// The receiver closes, which so says that it has all. Whoever does not, although nothing more comes, gets this long.
pub(super) const PARTING: Duration = Duration::from_secs(10);

/// What is said of a file that became shorter on its way.
const SHRUNK: StreamError = StreamError::Disk(ErrorCode::ESTALE);

#[derive(Debug)]
enum Stage {
    /// The request so far. `settled`: when it counts as whole.
    Asking {
        bytes: Vec<u8>,
        until: Instant,
        settled: Option<(Instant, Request)>,
    },
    Giving(Box<Giving>),
}

/// A file or folder on its way.
#[derive(Debug)]
struct Giving {
    transfer: TransferId,
    source: FileSource,
    /// Where the file begins.
    offset: u64,
    /// `None`: it is no folder.
    walk: Option<Walk>,
    /// The size of the file that is being poured.
    pouring: u64,
    meter: Meter,
    skipped: u32,
    /// The kernel has all of it; when we close if the receiver does not.
    parting: Option<Instant>,
}

#[derive(Debug)]
struct Stream {
    peer: SocketAddr,
    stage: Stage,
}

impl Stream {
    fn deadline(&self) -> Instant {
        match &self.stage {
            Stage::Asking { until, settled, .. } => settled.map_or(*until, |(at, _)| at.min(*until)),
            Stage::Giving(giving) => giving.parting.unwrap_or_else(|| giving.meter.until()),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Serving(BTreeMap<LinkId, Stream>);

// What the network says.
impl Serving {
    pub(super) fn accept(&mut self, now: Now, link: LinkId, peer: SocketAddr, out: &mut VecDeque<Output>) {
        if self.0.contains_key(&link) {
            return;
        }
        let from_host = self.0.values().filter(|stream| same_host(stream.peer, peer)).count();
        let room = if from_host >= MAX_FROM_HOST {
            self.hang_up_on_silent(|stream| same_host(stream.peer, peer), out)
        } else {
            self.0.len() < MAX_STREAMS || self.hang_up_on_silent(|_| true, out)
        };
        if !room {
            out.push_back(Output::Close { link });
            return;
        }
        let stage = Stage::Asking { bytes: Vec::new(), until: now.after(ASKING).mono, settled: None };
        self.0.insert(link, Stream { peer, stage });
    }

    /// Whoever has kept silent longest makes room: who means it has asked long ago.
    fn hang_up_on_silent(&mut self, which: impl Fn(&Stream) -> bool, out: &mut VecDeque<Output>) -> bool {
        let silent = self.0.iter().filter(|(_, stream)| which(stream));
        let since = silent.filter_map(|(link, stream)| match &stream.stage {
            Stage::Asking { until, .. } => Some((*until, *link)),
            Stage::Giving(_) => None,
        });
        let oldest = since.min();
        if let Some((_, link)) = oldest {
            self.close(link, out);
        }
        oldest.is_some()
    }

    /// Bytes on a stream of ours; what follows a request means nothing. Who has sent what is no request.
    pub(super) fn data(
        &mut self,
        now: Now,
        link: LinkId,
        bytes: &[u8],
        offers: &mut Offers,
        out: &mut VecDeque<Output>,
    ) -> Option<SocketAddr> {
        let Stream { peer, stage: Stage::Asking { bytes: so_far, settled, .. } } = self.0.get_mut(&link)?
        else {
            return None;
        };
        let peer = *peer;
        so_far.extend_from_slice(bytes);
        *settled = None;
        match request::read(so_far) {
            Reading::Begun => {}
            // No id of an offer begins with another one.
            Reading::Perhaps(request) if request.folder && offers.has(peer, request) => {
                self.begin(now, link, request, offers, out);
            }
            Reading::Perhaps(request) => *settled = Some((now.after(SETTLES).mono, request)),
            Reading::Whole(request) => self.begin(now, link, request, offers, out),
            Reading::Bad => {
                self.close(link, out);
                return Some(peer);
            }
        }
        None
    }

    fn begin(
        &mut self,
        now: Now,
        link: LinkId,
        request: Request,
        offers: &mut Offers,
        out: &mut VecDeque<Output>,
    ) {
        let Some(stream) = self.0.get_mut(&link) else { return };
        let Some(found) = offers.fetch(stream.peer, request) else {
            return self.close(link, out);
        };
        let mut giving = Giving::new(now, found, request.offset);
        out.extend(giving.meter.moved(now, giving.transfer, 0));
        giving.go_on(now, link, out);
        stream.stage = Stage::Giving(Box::new(giving));
    }

    pub(super) fn stepped(&mut self, now: Now, link: LinkId, step: &StepEvent, out: &mut VecDeque<Output>) {
        let Some(Stream { stage: Stage::Giving(giving), .. }) = self.0.get_mut(&link) else { return };
        match step {
            StepEvent::Moved { bytes } => {
                out.extend(giving.meter.moved(now, giving.transfer, *bytes));
            }
            StepEvent::Poured if giving.parting.is_none() => giving.poured(now, link, out),
            StepEvent::Refused if giving.parting.is_none() && giving.walk.is_some() => {
                giving.skipped = giving.skipped.saturating_add(1);
                giving.meter.stepped(now, 0);
                giving.go_on(now, link, out);
            }
            StepEvent::Refused => self.end(link, Err(Fault::Changed), out),
            StepEvent::Poured | StepEvent::Filled | StepEvent::Kept { .. } => {}
        }
    }

    pub(super) fn down(&mut self, link: LinkId, error: Option<&StreamError>, out: &mut VecDeque<Output>) {
        let Some(Stream { peer, stage }) = self.0.remove(&link) else { return };
        if let Stage::Giving(giving) = stage {
            let all = giving.parting.is_some() || giving.has_moved_all();
            let fault = || if error == Some(&SHRUNK) { Fault::Changed } else { fault(error, peer) };
            let result = if all && error.is_none() { Ok(()) } else { Err(fault()) };
            out.push_back(giving.result(result));
        }
    }

    pub(super) fn tick(&mut self, now: Now, offers: &mut Offers, out: &mut VecDeque<Output>) {
        let due = self.0.iter().filter(|(_, stream)| stream.deadline() <= now.mono);
        let due: Vec<LinkId> = due.map(|(link, _)| *link).collect();
        for link in due {
            match self.0.get(&link).map(|stream| &stream.stage) {
                Some(Stage::Asking { settled: Some((_, request)), .. }) => {
                    self.begin(now, link, *request, offers, out);
                }
                Some(Stage::Giving(giving)) if giving.parting.is_some() => self.end(link, Ok(()), out),
                Some(Stage::Giving(_)) => self.end(link, Err(Fault::Stalled), out),
                Some(Stage::Asking { .. }) | None => self.close(link, out),
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.values().map(Stream::deadline).min()
    }
}

// What a person says.
impl Serving {
    pub(super) fn stop(&mut self, transfer: TransferId, out: &mut VecDeque<Output>) {
        self.interrupt(|giving| giving.transfer == transfer, out);
    }

    pub(super) fn withdraw(&mut self, message: MessageId, out: &mut VecDeque<Output>) {
        self.interrupt(|giving| giving.transfer.message == message, out);
    }

    fn interrupt(&mut self, which: impl Fn(&Giving) -> bool, out: &mut VecDeque<Output>) {
        let meant = self.0.iter().filter(|(_, stream)| match &stream.stage {
            Stage::Giving(giving) => which(giving),
            Stage::Asking { .. } => false,
        });
        let meant: Vec<LinkId> = meant.map(|(link, _)| *link).collect();
        for link in meant {
            self.end(link, Err(Fault::Interrupted), out);
        }
    }

    fn end(&mut self, link: LinkId, result: Result<(), Fault>, out: &mut VecDeque<Output>) {
        if let Some(Stream { stage: Stage::Giving(giving), .. }) = self.0.remove(&link) {
            out.push_back(Output::Close { link });
            out.push_back(giving.result(result));
        }
    }

    fn close(&mut self, link: LinkId, out: &mut VecDeque<Output>) {
        self.0.remove(&link);
        out.push_back(Output::Close { link });
    }
}

impl Giving {
    fn new(now: Now, found: Found, offset: u64) -> Self {
        let Found { transfer, source, encoding } = found;
        let walk = Walk::new(&source, encoding);
        let offset = if walk.is_some() { 0 } else { offset };
        let meter = Meter::new(now, IDLE, offset, Some(source.size));
        Self { transfer, source, offset, walk, pouring: 0, meter, skipped: 0, parting: None }
    }

    /// The next file, or the end.
    fn go_on(&mut self, now: Now, link: LinkId, out: &mut VecDeque<Output>) {
        let (head, source, at) = match &mut self.walk {
            None => (Arc::from([]), self.source.clone(), self.offset),
            Some(walk) => {
                let next = walk.next();
                if !next.heads.is_empty() {
                    out.push_back(Output::Write { link, bytes: next.heads.into(), ticket: None });
                }
                let Some((head, source)) = next.file else { return self.part(now, link, out) };
                (head, source, 0)
            }
        };
        self.pouring = source.size.saturating_sub(at);
        out.push_back(Output::Step { link, step: Step::Pour { head, source, at } });
    }

    fn poured(&mut self, now: Now, link: LinkId, out: &mut VecDeque<Output>) {
        self.meter.stepped(now, self.pouring);
        if self.walk.is_some() {
            self.go_on(now, link, out);
        } else {
            self.part(now, link, out);
        }
    }

    /// That was all. Whoever reads until the end of the stream knows it at once.
    fn part(&mut self, now: Now, link: LinkId, out: &mut VecDeque<Output>) {
        self.parting = Some(now.after(PARTING).mono);
        out.push_back(Output::Step { link, step: Step::End });
    }

    /// The receiver may close before we are told that the last step is over.
    fn has_moved_all(&self) -> bool {
        self.walk.is_none() && self.pouring > 0 && self.meter.bytes() >= self.source.size
    }

    fn result(&self, result: Result<(), Fault>) -> Output {
        let bytes = self.meter.bytes();
        let progress = match result {
            Ok(()) => Progress::Done { path: String::new(), skipped: self.skipped },
            Err(fault) => Progress::Broken { fault, bytes },
        };
        event(self.transfer, progress)
    }
}
