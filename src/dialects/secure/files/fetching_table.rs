//! All that we fetch: a few at a time, the others wait for their turn, and go on by themselves when a session is there.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use quinn_proto::ConnectionHandle;

use super::fetching::{Fetched, Fetching, WantedFile};
use super::request::Refusal;
use super::stream::OverStream;
use super::{MAX_OF_PEER, MAX_UNDER_WAY, SessionStreams};
use crate::model::file::{Progress, TransferId};
use crate::model::{Fault, LinkId, PublicKey, Uid};
use crate::wire::transfer_progress::report;
use crate::wire::{Ctx, DiskEvent};

/// Files that wait: four messages full of them.
const MAX_WAITING: usize = 1_024;

/// Files that are here, of which the senders may not know that.
const MAX_KEPT: usize = 64;
/// A sender learns after half a minute that a session is gone, and waits for a minute then: nobody has to be told later.
const TELLS: Duration = Duration::from_mins(2);

/// A file that is here, whole.
#[derive(Debug)]
struct KeptFile {
    key: PublicKey,
    uid: Uid,
    index: u16,
    /// The session that its sender was told it on, first of all by the end of the stream.
    told: Option<ConnectionHandle>,
    /// Its sender asks no longer.
    until: Instant,
}

#[derive(Debug, Default)]
pub(super) struct FetchingTable {
    under_way: BTreeMap<LinkId, Fetching>,
    /// In their order.
    waiting: VecDeque<WantedFile>,
    given: u64,
    /// Streams to be ended as soon as their session is at hand.
    over: VecDeque<OverStream>,
    /// Of these peers one file less is wanted.
    ended: VecDeque<PublicKey>,
    kept: VecDeque<KeptFile>,
}

// What a person says.
impl FetchingTable {
    pub(super) fn fetch(&mut self, cx: &mut Ctx<'_>, wanted: WantedFile) {
        let transfer = wanted.transfer;
        let under_way = self.under_way.values().map(|fetching| &fetching.wanted);
        if under_way.chain(&self.waiting).any(|other| other.transfer == transfer) {
            // Both end together.
            return;
        }
        if self.waiting.len() >= MAX_WAITING {
            return report(cx, transfer, Progress::Broken { fault: Fault::Busy, bytes: wanted.from });
        }
        self.given = self.given.saturating_add(1);
        self.waiting.push_back(WantedFile { order: self.given, ..wanted });
    }

    pub(super) fn stop(
        &mut self,
        cx: &mut Ctx<'_>,
        fault: &Fault,
        which: impl Fn(TransferId, PublicKey) -> bool,
    ) {
        let (stopped, left) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|wanted: &WantedFile| which(wanted.transfer, wanted.key));
        self.waiting = left;
        let stopped: VecDeque<WantedFile> = stopped;
        for WantedFile { transfer, key, from, .. } in stopped {
            self.ended.push_back(key);
            report(cx, transfer, Progress::Broken { fault: fault.clone(), bytes: from });
        }
        let wanted = |one: &Fetching| which(one.wanted.transfer, one.wanted.key);
        for (link, fetching) in self.under_way.extract_if(.., |_, fetching| wanted(fetching)) {
            self.ended.push_back(fetching.wanted.key);
            self.over.extend(fetching.stream().map(|stream| OverStream::broken(stream, Refusal::Stopped)));
            fetching.progress.break_off(cx, link, fault.clone());
        }
    }

    /// Whether anything is wanted of this peer.
    pub(super) fn wants(&self, key: &PublicKey) -> bool {
        let under_way = self.under_way.values().map(|fetching| &fetching.wanted);
        under_way.chain(&self.waiting).any(|wanted| wanted.key == *key)
    }
}

// What begins.
impl FetchingTable {
    /// Begins what waits and may go on, in its order. `is_up`: the peer can be asked.
    pub(super) fn begin(&mut self, cx: &mut Ctx<'_>, is_up: impl Fn(&PublicKey) -> bool) {
        while let Some(at) = self.next(cx.now.mono, &is_up)
            && let Some(wanted) = self.waiting.remove(at)
        {
            let link = cx.next_link();
            self.under_way.insert(link, Fetching::begin(cx, link, wanted));
        }
    }

    fn next(&self, now: Instant, is_up: &impl Fn(&PublicKey) -> bool) -> Option<usize> {
        if self.under_way.len() >= MAX_UNDER_WAY {
            return None;
        }
        let of_peer = |key| self.under_way.values().filter(|fetching| fetching.wanted.key == key).count();
        self.waiting.iter().position(|wanted| {
            wanted.not_before.is_none_or(|at| at <= now)
                && is_up(&wanted.key)
                && of_peer(wanted.key) < MAX_OF_PEER
        })
    }
}

// What happens.
impl FetchingTable {
    /// Lets everything on this session go on, and asks on it what can be asked.
    pub(super) fn serve(&mut self, cx: &mut Ctx<'_>, at: &mut SessionStreams<'_>) {
        let mine = |fetching: &Fetching| match fetching.stream() {
            Some(stream) => stream.session == at.handle,
            None => at.current && at.trusted && fetching.wanted.key == at.key,
        };
        let links = self.under_way.iter().filter(|(_, fetching)| mine(fetching)).map(|(link, _)| *link);
        let links: Vec<LinkId> = links.collect();
        for link in links {
            let Some(fetching) = self.under_way.get_mut(&link) else { continue };
            fetching.ask(cx, at);
            if let Err(how) = fetching.read(cx, link, at.quic) {
                self.end(cx, link, how);
            }
        }
    }

    /// Whoever has lost the session waits for the next one.
    pub(super) fn note_sessions(
        &mut self,
        cx: &mut Ctx<'_>,
        is_there: impl Fn(ConnectionHandle) -> bool,
        is_up: impl Fn(&PublicKey) -> bool,
    ) {
        // A later session may get the same number.
        for kept in &mut self.kept {
            kept.told.take_if(|session| !is_there(*session));
        }
        let lost = self.under_way.iter().filter(|(_, fetching)| match fetching.stream() {
            Some(stream) => !is_there(stream.session),
            None => !is_up(&fetching.wanted.key),
        });
        let lost: Vec<LinkId> = lost.map(|(link, _)| *link).collect();
        for link in lost {
            let Some(fetching) = self.under_way.get_mut(&link) else { continue };
            if let Err(how) = fetching.leave(cx, link) {
                self.end(cx, link, how);
            }
        }
    }

    /// The session of this one may have something to send.
    pub(super) fn on_disk(&mut self, cx: &mut Ctx<'_>, link: LinkId, event: DiskEvent) -> Option<PublicKey> {
        let fetching = self.under_way.get_mut(&link)?;
        let key = fetching.wanted.key;
        if let Err(how) = fetching.on_disk(cx, event) {
            self.end(cx, link, how);
        }
        Some(key)
    }

    pub(super) fn tick(&mut self, cx: &mut Ctx<'_>) {
        let now = cx.now.mono;
        let late = self.under_way.iter().filter(|(_, one)| one.deadline().is_some_and(|at| at <= now));
        let late: Vec<LinkId> = late.map(|(link, _)| *link).collect();
        for link in late {
            self.end(cx, link, Fetched::Broken(Fault::Stalled));
        }
        for wanted in &mut self.waiting {
            wanted.not_before.take_if(|at| *at <= now);
        }
    }

    fn end(&mut self, cx: &mut Ctx<'_>, link: LinkId, how: Fetched) {
        let Some(fetching) = self.under_way.remove(&link) else { return };
        if let (Fetched::Kept { .. }, Some(stream)) = (&how, fetching.stream()) {
            let WantedFile { key, uid, ref listed, .. } = fetching.wanted;
            let (index, until) = (listed.index, cx.after(TELLS));
            self.kept.push_back(KeptFile { key, uid, index, told: Some(stream.session), until });
            self.kept.drain(..self.kept.len().saturating_sub(MAX_KEPT));
        }
        self.over.extend(fetching.stream().map(|stream| how.over(stream)));
        match how {
            Fetched::Kept { path, skipped } => {
                cx.close(link);
                self.ended.push_back(fetching.wanted.key);
                report(cx, fetching.wanted.transfer, Progress::Done { path, skipped });
            }
            Fetched::Broken(fault) => {
                self.ended.push_back(fetching.wanted.key);
                fetching.progress.break_off(cx, link, fault);
            }
            Fetched::Again { after } => {
                cx.close(link);
                self.wait(cx, fetching.wanted, after);
            }
            Fetched::Afresh => {
                cx.close(link);
                self.wait(cx, WantedFile { from: 0, afresh: true, ..fetching.wanted }, Duration::ZERO);
            }
        }
    }

    /// Back to its place among those that wait.
    fn wait(&mut self, cx: &Ctx<'_>, wanted: WantedFile, after: Duration) {
        let not_before = (!after.is_zero()).then(|| cx.after(after));
        let at = self.waiting.partition_point(|other| other.order < wanted.order);
        self.waiting.insert(at, WantedFile { not_before, ..wanted });
    }

    /// A file whose sender is to be told that it is here, and on which session: the one that it came on may have ended
    /// before the end of its stream was heard. `current`: the session of a peer.
    pub(super) fn next_kept(
        &mut self,
        now: Instant,
        current: impl Fn(&PublicKey) -> Option<ConnectionHandle>,
    ) -> Option<(ConnectionHandle, Uid, u16)> {
        self.kept.retain(|kept| kept.until > now);
        let untold =
            |kept: &&mut KeptFile| current(&kept.key).is_some_and(|session| kept.told != Some(session));
        let kept = self.kept.iter_mut().find(untold)?;
        let session = current(&kept.key)?;
        kept.told = Some(session);
        Some((session, kept.uid, kept.index))
    }

    pub(super) fn next_over(&mut self) -> Option<OverStream> {
        self.over.pop_front()
    }

    pub(super) fn next_ended(&mut self) -> Option<PublicKey> {
        self.ended.pop_front()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let silent = self.under_way.values().filter_map(Fetching::deadline);
        silent.chain(self.waiting.iter().filter_map(|wanted| wanted.not_before)).min()
    }
}
