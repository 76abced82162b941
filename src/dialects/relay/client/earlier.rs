//! What was said in a room before we came: read from the relay's log, page by page backwards, when a person wants it. Sends
//! nothing itself.
//!
//! A page is whole before anything of it is shown, and the next one is asked for when the history here has it: a relay
//! that says more than it was asked for, or what does not belong there, is not heard any further.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::dialects::relay::frame::{LogPart, MemberRequest};
use crate::model::room_log::{LogEpoch, LogRecord, LogTail, PageStart, Place, PlacedRecord};
use crate::model::{Now, RoomHistory};
use crate::wire::{Backoff, Retry};

/// Messages of one page.
const PAGE: u16 = 100;
/// When a page is asked for again of which a part is missing, and how often.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(300), longest: Duration::from_secs(3) };
const MAX_TRIES: u32 = 6;
/// How long the history here may take to keep a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the numbers of these questions begin with, so that no answer to any other is taken for one of theirs.
const TICKETS: u32 = 1 << 31;

#[derive(Debug)]
enum ReadStep {
    /// The parts before `part` are here.
    Asking { ticket: u32, part: u16, records: Vec<PlacedRecord<'static>>, retry: Retry },
    /// The history has yet to keep these.
    Settling { places: BTreeSet<Place>, until: Instant },
}

#[derive(Debug)]
struct EarlierRead {
    /// Messages that are still wanted, those of the page that is asked for among them.
    wanted: u16,
    step: ReadStep,
}

#[derive(Debug, Default)]
pub(super) struct EarlierReader {
    epoch: Option<LogEpoch>,
    /// What was said from here on is here, or comes by itself.
    before: Option<Place>,
    /// The same of what the history has kept.
    kept_before: Option<Place>,
    /// Nothing was said before that, as far as can be known.
    begun: bool,
    read: Option<EarlierRead>,
    tickets: u32,
    /// The history here did not keep a page: what is before it may be read again in another run.
    stuck: bool,
    /// The app has yet to be told.
    news: bool,
}

impl EarlierReader {
    /// We are in the room. In the log that we know nothing changes; where it took the place of another one, what stands in
    /// it may be older or newer than what is here, so that there is no place for it before all that.
    pub(super) fn begin(&mut self, log: Option<LogTail>) {
        self.stop();
        self.news = true;
        let epoch = log.map(|log| log.epoch);
        if self.epoch == epoch {
            return;
        }
        let last = log.and_then(|log| log.last);
        self.begun |= self.epoch.is_some() || last.is_none();
        self.before = last.and_then(|last| Place::new(last.get().saturating_add(1)));
        (self.epoch, self.kept_before) = (epoch, self.before);
    }

    /// As another run has left it.
    pub(super) const fn resume(&mut self, epoch: LogEpoch, before: Option<Place>, begun: bool) {
        self.epoch = Some(epoch);
        (self.before, self.kept_before, self.begun) = (before, before, begun);
    }

    /// For another run: before which place to read on, and whether nothing is there.
    pub(super) fn kept(&self) -> (Option<Place>, bool) {
        (self.kept_before, self.begun && self.kept_before == self.before)
    }

    pub(super) fn read(&mut self, now: Instant, count: u16) {
        self.news = true;
        if self.history() == RoomHistory::More && self.read.is_none() {
            self.ask(now, count);
        }
    }

    fn ask(&mut self, now: Instant, wanted: u16) {
        let step = ReadStep::Asking { ticket: 0, part: 0, records: Vec::new(), retry: Retry::new(now) };
        self.read = (wanted > 0).then_some(EarlierRead { wanted, step });
    }

    /// Nothing more of it is wanted.
    pub(super) fn end(&mut self) {
        self.stop();
        (self.begun, self.news) = (true, true);
        self.kept_before = self.before;
    }

    /// No answer will come.
    pub(super) fn stop(&mut self) {
        self.news |= self.read.take().is_some();
    }

    /// The relay does not answer at the moment. `false`: it was not asked.
    pub(super) fn refuse(&mut self) -> bool {
        let asked = matches!(&self.read, Some(EarlierRead { step: ReadStep::Asking { .. }, .. }));
        if asked {
            self.stop();
        }
        asked
    }

    fn history(&self) -> RoomHistory {
        match self.epoch {
            None => RoomHistory::None,
            Some(_) if self.begun || self.before.is_none() => RoomHistory::AtBeginning,
            Some(_) => RoomHistory::More,
        }
    }

    /// What the app is to be told now.
    pub(super) fn take_news(&mut self) -> Option<RoomHistory> {
        let is_due = self.news && self.read.is_none();
        self.news &= !is_due;
        is_due.then(|| self.history())
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.read.as_ref()?.step {
            ReadStep::Asking { retry, .. } => Some(retry.at),
            ReadStep::Settling { until, .. } => Some(*until),
        }
    }

    /// What the relay is to be asked now.
    pub(super) fn take_due(&mut self, now: Now) -> Option<MemberRequest<'static>> {
        if self.deadline()? > now.mono {
            return None;
        }
        let (before, read) = (self.before?, self.read.as_mut()?);
        let ReadStep::Asking { ticket, part, records, retry } = &mut read.step else {
            self.stuck = true;
            self.stop();
            return None;
        };
        if retry.tries >= MAX_TRIES {
            self.stop();
            return None;
        }
        self.tickets = self.tickets.wrapping_add(1);
        (*ticket, *part) = (self.tickets | TICKETS, 0);
        records.clear();
        // A page that did not come whole may be too much for this line.
        let count = (read.wanted.min(PAGE) >> retry.tries.min(15)).max(1);
        retry.at = now.after(retry.pause(AGAIN)).mono;
        Some(MemberRequest::Read { ticket: *ticket, start: PageStart::Before(before), count })
    }

    /// A part of what was asked for. The messages of the page, the newest first, when it is whole.
    pub(super) fn on_part(&mut self, now: Now, part: &LogPart<'_>) -> Vec<PlacedRecord<'static>> {
        let (Some(before), Some(read)) = (self.before, &mut self.read) else { return Vec::new() };
        let limit = usize::from(read.wanted.min(PAGE));
        let ReadStep::Asking { ticket, part: next, records, retry } = &mut read.step else {
            return Vec::new();
        };
        if (part.ticket, part.part) != (*ticket, *next) {
            return Vec::new();
        }
        *next = next.saturating_add(1);
        // The rest is on its way.
        retry.at = retry.at.max(now.after(AGAIN.longest).mono);
        for placed in part.lines.clone().take(limit.saturating_add(1)) {
            let follows = records.last().is_none_or(|last| last.place < placed.place);
            if !follows || placed.place >= before || records.len() >= limit {
                self.stop();
                return Vec::new();
            }
            records.push(owned(&placed));
        }
        if *next < part.parts {
            return Vec::new();
        }
        let mut page = std::mem::take(records);
        read.wanted = read.wanted.saturating_sub(u16::try_from(page.len()).unwrap_or(u16::MAX));
        self.begun = !part.more;
        if page.is_empty() {
            self.stop();
        } else {
            let until = now.after(PATIENCE).mono;
            read.step =
                ReadStep::Settling { places: page.iter().map(|placed| placed.place).collect(), until };
        }
        self.before = page.first().map_or(self.before, |first| Some(first.place));
        page.reverse();
        page
    }

    /// The history has the message at this place, or never will.
    pub(super) fn settle(&mut self, now: Instant, place: Place) {
        let Some(EarlierRead { wanted, step: ReadStep::Settling { places, .. } }) = &mut self.read else {
            return;
        };
        let was_last = places.remove(&place) && places.is_empty();
        if was_last {
            let wanted = *wanted;
            self.kept_before = if self.stuck { self.kept_before } else { self.before };
            self.stop();
            if self.history() == RoomHistory::More {
                self.ask(now, wanted);
            }
        }
    }
}

fn owned(placed: &PlacedRecord<'_>) -> PlacedRecord<'static> {
    let PlacedRecord { place, record: LogRecord { at, kind, id, number, name, body } } = placed.clone();
    let (name, body) = (name.into_owned().into(), body.into_owned().into());
    PlacedRecord { place, record: LogRecord { at, kind, id, number, name, body } }
}
