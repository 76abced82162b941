//! The messages of one room in the order of their places, each once, without gaps: from what comes live, which may be lost,
//! and from what is read when something is missing.
//!
//! With each live message comes the place of the one before in the same room. Where that is beyond what is known, there is
//! a gap, and all waits until it has been read. No I/O, no clock.

use std::collections::VecDeque;

use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, PlacedRecord};

/// Live messages that wait until a gap before them is filled, and their bytes. What finds no room is read like a gap.
const MAX_WAITING: usize = 1_024;
const MAX_WAITING_BYTES: usize = 256 * 1_024;

/// Microseconds by which the clocks of relays differ that are looked after. By more than that a message is told to be
/// earlier than the one before: a clock that was wrong once must not make all later messages wrong.
const MAX_CLOCK_SKEW: i64 = 60_000_000;

/// A message as the log has it. `None`: a record that says nothing to us, which has a place all the same.
pub(super) type Slot = Option<LogRecord<'static>>;

/// A message that has just been stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LiveRecord {
    pub(super) place: Place,
    /// The place of the one before in its room; 0: there is none any more.
    pub(super) previous: u64,
    /// Of what is stored.
    pub(super) digest: u64,
    pub(super) record: Slot,
}

/// What was read of the places behind those that were known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FilledRange {
    /// By rising place.
    pub(super) records: Vec<(Place, LogRecord<'static>)>,
    /// Up to this place there are no others.
    pub(super) covered: u64,
}

/// What has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MissingRange {
    pub(super) after: u64,
    /// There was a message at that place.
    pub(super) up_to: u64,
}

#[derive(Debug, Default)]
pub(super) struct RoomOrder {
    /// Where it begins is known.
    begun: bool,
    /// All messages up to this place have been reported, or stand before the beginning.
    covered: u64,
    /// There are messages up to this place.
    announced: u64,
    /// The earliest place of what came though all up to there had been told: it came late, or the log went back.
    late: Option<u64>,
    reading: bool,
    waiting: VecDeque<LiveRecord>,
    waiting_bytes: usize,
    /// The time of the last message.
    at: WallTime,
}

impl RoomOrder {
    pub(super) const fn covered(&self) -> u64 {
        self.covered
    }

    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    /// From here on. What waited is told by [`Self::settle`].
    pub(super) fn begin(&mut self, last: u64) {
        self.begun = true;
        self.covered = last;
    }

    /// What can be reported now.
    pub(super) fn live(&mut self, live: LiveRecord) -> Vec<PlacedRecord<'static>> {
        let place = live.place.get();
        self.announced = self.announced.max(place);
        if self.begun && place <= self.covered {
            self.late = Some(self.late.map_or(place, |late| late.min(place)));
        }
        let bytes = live.record.as_ref().map_or(0, |record| record.body.len());
        let fits = self.waiting_bytes.saturating_add(bytes) <= MAX_WAITING_BYTES;
        if fits && self.waiting.len() < MAX_WAITING {
            self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
            self.waiting.push_back(live);
        }
        self.settle()
    }

    pub(super) const fn late(&self) -> Option<u64> {
        self.late
    }

    /// The log is as it was: what came late was nothing else.
    pub(super) const fn forgive(&mut self) {
        self.late = None;
    }

    /// The log has a message at that place, whether it came here or not.
    pub(super) fn announce(&mut self, place: u64) {
        self.announced = self.announced.max(place);
    }

    /// What has to be read before anything can be reported; told once.
    pub(super) fn gap(&mut self) -> Option<MissingRange> {
        if !self.begun || self.reading || self.announced <= self.covered {
            return None;
        }
        self.reading = true;
        Some(MissingRange { after: self.covered, up_to: self.announced })
    }

    /// It could not be read.
    pub(super) fn not_filled(&mut self) {
        self.reading = false;
    }

    pub(super) fn fill(&mut self, gap: FilledRange) -> Vec<PlacedRecord<'static>> {
        self.reading = false;
        let mut told = Vec::with_capacity(gap.records.len());
        for (place, record) in gap.records {
            if place.get() > self.covered {
                told.extend(self.report(place, Some(record)));
            }
        }
        self.covered = self.covered.max(gap.covered);
        told.extend(self.settle());
        told
    }

    /// Reports what waits, as far as nothing is missing before it.
    pub(super) fn settle(&mut self) -> Vec<PlacedRecord<'static>> {
        let mut told = Vec::new();
        while self.begun
            && !self.reading
            && let Some(first) = self.waiting.front()
            && first.previous <= self.covered
            && let Some(LiveRecord { place, record, .. }) = self.waiting.pop_front()
        {
            let bytes = record.as_ref().map_or(0, |record| record.body.len());
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes);
            if place.get() > self.covered {
                told.extend(self.report(place, record));
            }
        }
        told
    }

    fn report(&mut self, place: Place, record: Slot) -> Option<PlacedRecord<'static>> {
        self.covered = place.get();
        let mut record = record?;
        let behind = self.at.0.saturating_sub(record.at.0);
        if (1..=MAX_CLOCK_SKEW).contains(&behind) {
            record.at = self.at;
        }
        self.at = record.at;
        Some(PlacedRecord { place, record })
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;
    use crate::model::room_log::RecordKind;

    fn place(number: u64) -> Place {
        Place::new(number).expect("not nought")
    }

    fn record(at: i64) -> LogRecord<'static> {
        let (name, body) = (Cow::Borrowed("ann"), Cow::Borrowed(&b"hi"[..]));
        LogRecord { at: WallTime(at), kind: RecordKind::Said, id: 1, number: 1, name, body }
    }

    fn live(number: u64, previous: u64) -> LiveRecord {
        LiveRecord { place: place(number), previous, digest: 0, record: Some(record(1)) }
    }

    fn read(numbers: &[u64], covered: u64) -> FilledRange {
        FilledRange { records: numbers.iter().map(|number| (place(*number), record(1))).collect(), covered }
    }

    fn begun(last: u64) -> RoomOrder {
        let mut order = RoomOrder::default();
        order.begin(last);
        order
    }

    fn places(told: &[PlacedRecord<'_>]) -> Vec<u64> {
        told.iter().map(|placed| placed.place.get()).collect()
    }

    #[test]
    fn what_follows_what_is_known_is_told_at_once() {
        let mut order = begun(5);
        assert_eq!(places(&order.live(live(9, 5))), [9]);
        assert_eq!(places(&order.live(live(9, 5))), [0; 0], "twice");
        assert_eq!(places(&order.live(live(11, 9))), [11]);
        // The one before it was removed.
        assert_eq!(places(&order.live(live(12, 0))), [12]);
        assert_eq!(order.gap(), None);
    }

    #[test]
    fn a_gap_is_read_before_what_is_behind_it() {
        let mut order = begun(5);
        assert_eq!(places(&order.live(live(12, 9))), [0; 0]);
        assert_eq!(order.gap(), Some(MissingRange { after: 5, up_to: 12 }));
        assert_eq!(order.gap(), None, "it is being read");
        assert_eq!(places(&order.live(live(13, 12))), [0; 0]);
        // The first part of it.
        assert_eq!(places(&order.fill(read(&[7], 7))), [7]);
        assert_eq!(order.gap(), Some(MissingRange { after: 7, up_to: 13 }));
        assert_eq!(places(&order.fill(read(&[9], 9))), [9, 12, 13]);
        assert_eq!(order.gap(), None);
    }

    #[test]
    fn a_read_that_failed_is_asked_for_again() {
        let mut order = begun(5);
        order.announce(8);
        assert!(order.gap().is_some());
        order.not_filled();
        assert_eq!(order.gap(), Some(MissingRange { after: 5, up_to: 8 }));
        // All of it was removed meanwhile.
        assert_eq!(places(&order.fill(read(&[], 8))), [0; 0]);
        assert_eq!(order.gap(), None);
    }

    #[test]
    fn nothing_is_told_before_it_is_known_where_the_room_begins() {
        let mut order = RoomOrder::default();
        assert_eq!(places(&order.live(live(7, 5))), [0; 0]);
        assert_eq!(places(&order.live(live(9, 7))), [0; 0]);
        assert_eq!(order.gap(), None);
        order.begin(7);
        assert_eq!(places(&order.settle()), [9]);
    }

    #[test]
    fn what_says_nothing_to_us_has_its_place_all_the_same() {
        let mut order = begun(0);
        assert_eq!(places(&order.live(LiveRecord { record: None, ..live(3, 0) })), [0; 0]);
        assert_eq!(places(&order.live(live(4, 3))), [4]);
    }

    #[test]
    fn no_message_is_told_to_be_from_before_the_one_before_it() {
        let mut order = begun(0);
        let mut at = |number: u64, at| {
            let live = LiveRecord { record: Some(record(at)), ..live(number, number - 1) };
            order.live(live)[0].record.at.0
        };
        assert_eq!(
            [at(1, 70_000_000), at(2, 60_000_000), at(3, 80_000_000)],
            [70_000_000, 70_000_000, 80_000_000]
        );
        assert_eq!(at(4, 1_000_000), 1_000_000, "a clock that was wrong once");
    }

    #[test]
    fn a_flood_behind_a_gap_takes_little_and_loses_nothing() {
        let mut order = begun(0);
        let all = 10 * u64::try_from(MAX_WAITING).expect("few");
        for number in 2..=all {
            assert!(order.live(live(number, number - 1)).is_empty());
        }
        assert!(order.waiting.len() <= MAX_WAITING);
        let mut told = Vec::new();
        while let Some(MissingRange { after, .. }) = order.gap() {
            let numbers: Vec<u64> = (after + 1..=all).take(256).collect();
            let covered = *numbers.last().expect("some");
            told.extend(places(&order.fill(read(&numbers, covered))));
        }
        assert_eq!(told, (1..=all).collect::<Vec<_>>());
    }

    proptest! {
        /// Live messages come late, twice, in another order, or not at all; reads bring little, or nothing.
        #[test]
        fn all_come_in_order_each_once(
            gaps in prop::collection::vec(1_u64..4, 1..60),
            arrivals in prop::collection::vec((0_usize..60, any::<bool>(), 0_usize..5), 0..200),
        ) {
            let log: Vec<u64> = gaps.iter().scan(0, |place, gap| { *place += gap; Some(*place) }).collect();
            let newest = *log.last().expect("some");
            let previous = |at: usize| at.checked_sub(1).map_or(0, |before| log[before]);
            let (mut order, mut told) = (begun(0), Vec::new());
            let answer = |range: MissingRange, brings: usize| {
                let numbers = log.iter().copied().filter(|place| *place > range.after).take(brings);
                let numbers: Vec<u64> = numbers.collect();
                let covered = numbers.last().copied().unwrap_or(range.after);
                read(&numbers, covered)
            };
            for (at, reads, brings) in arrivals {
                let at = at % log.len();
                told.extend(places(&order.live(live(log[at], previous(at)))));
                if reads && let Some(range) = order.gap() {
                    told.extend(places(&order.fill(answer(range, brings))));
                }
            }
            order.announce(newest);
            order.not_filled();
            while let Some(range) = order.gap() {
                told.extend(places(&order.fill(answer(range, 3))));
            }
            prop_assert_eq!(told, log);
        }
    }
}
