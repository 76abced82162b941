//! What was said in a room while its relay could not be reached: read from the relay's log, page by page, before anything
//! newer is shown. Sends nothing itself.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::kept_places::{KeptPlaces, place_of, uid_of};
use crate::dialects::relay::frame::{LogPart, MemberRequest};
use crate::model::room_log::{LogEpoch, LogTail, PageStart, Place};
use crate::model::{Now, Uid};
use crate::wire::{Backoff, Retry};

/// Messages of one page.
const PAGE: u16 = 100;
/// Messages of one reading: as many as a relay keeps of a room unless it is told otherwise. A relay that has more to say,
/// or says it without end, is not heard any further.
const MAX_READ: usize = 100_000;
/// How long the history here may take to keep a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// Numbers of questions; higher ones belong to those for what was said earlier.
const MAX_TICKET: u32 = (1 << 31) - 1;
/// When a page is asked for again of which a part is missing, and how often pages in a row may bring nothing new: by then
/// the relay answers nobody, or makes no sense.
const AGAIN: Backoff = Backoff { first: Duration::from_millis(300), longest: Duration::from_secs(3) };
const MAX_TRIES: u32 = 10;

#[derive(Debug)]
struct Reading {
    /// 0: the next page was not asked for yet.
    ticket: u32,
    /// The part that is wanted next: what comes before its turn comes again.
    part: u16,
    /// Messages of this page so far, and of all pages.
    lines: usize,
    read: usize,
    /// After this one it was asked for.
    after: Option<Place>,
    /// Messages of the last page that the history here has yet to keep.
    unsettled: BTreeSet<Place>,
    retry: Retry,
}

#[derive(Debug, Default)]
pub(super) struct CatchUp {
    /// The log that `last` is a place in.
    epoch: Option<LogEpoch>,
    /// The newest message that was shown, or was there when we came.
    last: Option<Place>,
    kept: KeptPlaces,
    /// What is read was said before this run.
    resumed: bool,
    reading: Option<Reading>,
    ticket: u32,
}

impl CatchUp {
    /// We are in the room, for the first time or again. Where it has another log than before, nothing was missed that could
    /// be had.
    pub(super) fn begin(&mut self, now: Instant, log: Option<LogTail>) {
        self.reading = None;
        let last = log.and_then(|log| log.last);
        if !self.goes_on(log) {
            (self.epoch, self.last) = (log.map(|log| log.epoch), last);
            (self.kept, self.resumed) = (KeptPlaces::new(last), false);
        } else if self.last < last {
            self.ask(now);
        } else {
            self.resumed = false;
        }
    }

    /// Goes on where another run has stopped.
    pub(super) fn resume(&mut self, epoch: LogEpoch, last: Option<Place>) {
        (self.epoch, self.last, self.resumed) = (Some(epoch), last, true);
        self.kept = KeptPlaces::new(last);
    }

    /// The log, and up to where everything in it is in the history here.
    pub(super) const fn kept(&self) -> (Option<LogEpoch>, Option<Place>) {
        (self.epoch, self.kept.last())
    }

    /// Whether what is read was said before this run.
    pub(super) const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// The name of the message at this place.
    pub(super) fn uid(&self, place: Place) -> Option<Uid> {
        self.epoch.map(|epoch| uid_of(epoch, place))
    }

    /// The place of the message of that name.
    pub(super) fn place(&self, uid: Uid) -> Option<Place> {
        self.epoch.and_then(|epoch| place_of(epoch, uid))
    }

    /// The message at this place is shown, and the history here has yet to keep it, unless it is `settled`.
    pub(super) fn on_shown(&mut self, place: Place, settled: bool) {
        self.kept.add(place, settled);
        if let Some(reading) = self.reading.as_mut().filter(|_| !settled) {
            reading.unsettled.insert(place);
        }
    }

    /// The history has the message, or never will: when it has all of a page the next one is asked for.
    pub(super) fn settle(&mut self, now: Instant, place: Place) {
        self.kept.settle(place);
        if let Some(reading) = &mut self.reading
            && reading.unsettled.remove(&place)
            && reading.unsettled.is_empty()
            && reading.ticket == 0
        {
            reading.retry.at = now;
        }
    }

    /// All parts of a page have been shown.
    pub(super) fn on_page_end(&mut self, now: Now) {
        if let Some(reading) = self.reading.as_mut().filter(|reading| reading.ticket == 0)
            && !reading.unsettled.is_empty()
        {
            reading.retry.at = now.after(PATIENCE).mono;
        }
    }

    /// Whether this is the log that has what we have seen.
    pub(super) fn goes_on(&self, log: Option<LogTail>) -> bool {
        self.epoch.is_some() && self.epoch == log.map(|log| log.epoch)
    }

    /// Something was missed. `false`: there is no log to read it from.
    pub(super) fn read(&mut self, now: Instant) -> bool {
        if self.epoch.is_some() {
            self.ask(now);
        }
        self.epoch.is_some()
    }

    /// What is newer has to wait.
    pub(super) const fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.reading.as_ref().map(|reading| reading.retry.at)
    }

    /// Whether the log was asked in vain for so long that the room goes on without what was said meanwhile.
    pub(super) fn gives_up(&mut self, now: Now) -> bool {
        let vain = |reading: &mut Reading| reading.retry.tries >= MAX_TRIES && reading.retry.at <= now.mono;
        let gives_up = self.reading.take_if(vain).is_some();
        self.resumed &= !gives_up;
        gives_up
    }

    /// What the relay is to be asked now.
    pub(super) fn take_due(&mut self, now: Now) -> Option<MemberRequest<'static>> {
        let reading = self.reading.as_mut()?;
        if reading.retry.at > now.mono {
            return None;
        }
        if self.last > reading.after {
            (reading.after, reading.retry.tries) = (self.last, 0);
        }
        reading.retry.at = now.after(reading.retry.pause(AGAIN)).mono;
        self.ticket = if self.ticket < MAX_TICKET { self.ticket.saturating_add(1) } else { 1 };
        (reading.ticket, reading.part, reading.lines) = (self.ticket, 0, 0);
        reading.unsettled.clear();
        let start = self.last.map_or(PageStart::Oldest, PageStart::After);
        Some(MemberRequest::Read { ticket: self.ticket, start, count: PAGE })
    }

    /// Whether the messages of this part are the next ones.
    pub(super) fn on_part(&mut self, now: Instant, part: &LogPart<'_>) -> bool {
        let Some(reading) = &mut self.reading else { return false };
        if reading.ticket == 0 || (part.ticket, part.part) != (reading.ticket, reading.part) {
            return false;
        }
        let lines = part.lines.clone().count();
        reading.lines = reading.lines.saturating_add(lines);
        reading.read = reading.read.saturating_add(lines);
        if reading.lines > usize::from(PAGE) || reading.read > MAX_READ {
            // It says more than it was asked for: the next look finds that it was asked in vain.
            (reading.ticket, reading.retry) = (0, Retry { tries: MAX_TRIES, at: now });
            return false;
        }
        reading.part = reading.part.saturating_add(1);
        match (reading.part >= part.parts, part.more) {
            (false, _) => {}
            // The next page is asked for at once, or when the history here has this one.
            (true, true) => (reading.ticket, reading.retry.at) = (0, now),
            (true, false) => (self.reading, self.resumed) = (None, false),
        }
        true
    }

    /// A message is to be shown. `false`: it was, from the log or as it was said.
    pub(super) fn is_new(&mut self, place: Place) -> bool {
        let newest = self.last.max(Some(place));
        std::mem::replace(&mut self.last, newest) < newest
    }

    fn ask(&mut self, now: Instant) {
        let (after, unsettled) = (self.last, BTreeSet::new());
        let retry = Retry::new(now);
        self.reading = Some(Reading { ticket: 0, part: 0, lines: 0, read: 0, after, unsettled, retry });
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a virtual clock and small numbers"
)]
mod tests {
    use super::*;
    use crate::dialects::relay::frame::{LogLines, put_line};
    use crate::model::WallTime;
    use crate::model::room_log::{LogRecord, PlacedRecord, RecordKind};

    fn place(place: u64) -> Place {
        Place::new(place).expect("a place")
    }

    /// How often the log is asked where each answer says that there is more, and brings so many new messages.
    fn asked(pages: u32, new: u64) -> u32 {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        let tail = |last| Some(LogTail { epoch: LogEpoch(1), last: Place::new(last) });
        let mut catch_up = CatchUp::default();
        catch_up.begin(now.mono, tail(1));
        catch_up.begin(now.mono, tail(1_000_000));
        let (mut asked, mut seen) = (0, 1);
        for _ in 0..pages {
            if catch_up.gives_up(now) {
                break;
            }
            let Some(MemberRequest::Read { ticket, start, .. }) = catch_up.take_due(now) else { break };
            assert_eq!(start, PageStart::After(place(seen)));
            asked += 1;
            let lines = LogLines::decode(b"").expect("none");
            let part = LogPart { stream: 1, ticket, part: 0, parts: 1, more: true, lines };
            assert!(catch_up.on_part(now.mono, &part), "the next part");
            for _ in 0..new {
                seen += 1;
                assert!(catch_up.is_new(place(seen)));
            }
        }
        asked
    }

    #[test]
    fn a_page_with_more_messages_than_were_asked_for_ends_the_reading() {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        let tail = |last| Some(LogTail { epoch: LogEpoch(1), last: Place::new(last) });
        let mut catch_up = CatchUp::default();
        catch_up.begin(now.mono, tail(1));
        catch_up.begin(now.mono, tail(1_000_000));
        let Some(MemberRequest::Read { ticket, .. }) = catch_up.take_due(now) else { panic!("not asked") };
        let mut bytes = Vec::new();
        for number in 0..60 {
            let record = LogRecord {
                kind: RecordKind::Said,
                at: WallTime(0),
                id: 1,
                number: 0,
                name: "ann".into(),
                body: b"x".as_slice().into(),
            };
            put_line(&mut bytes, &PlacedRecord { place: place(number + 2), record });
        }
        let lines = LogLines::decode(&bytes).expect("lines");
        let part =
            |part| LogPart { stream: 1, ticket, part, parts: u16::MAX, more: true, lines: lines.clone() };
        assert!(catch_up.on_part(now.mono, &part(0)));
        assert!(!catch_up.on_part(now.mono, &part(1)), "the page has 100 messages at most");
        assert!(catch_up.gives_up(now));
        assert!(!catch_up.is_reading());
    }

    #[test]
    fn a_relay_that_always_has_more_and_never_anything_is_not_asked_for_ever() {
        assert_eq!(asked(100, 0), MAX_TRIES);
        assert_eq!(asked(100, 3), 100);
    }
}
