//! A bad network between the engines and the sockets, for the datagrams of one peer: some are lost, doubled or late.
//!
//! Decides and keeps what waits; what goes on is the caller's to send or to hand in. Knows neither sockets nor a clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::lab::{LabCounts, LabOrder, LabShare};
use crate::model::packet::{PacketDirection, PacketFate};
use crate::wire::Rng;

/// Datagrams that wait, and their bytes; what there is no room for is lost.
const MAX_WAITING: usize = 1_024;
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// One that is held back goes right behind the next one that passes, or after that time.
const MAX_HELD: Duration = Duration::from_secs(1);
const BEHIND: Duration = Duration::from_millis(1);
/// Between two reports of the counts.
const PAUSE: Duration = Duration::from_millis(250);

/// When it goes on, and which of those of one instant.
type DueKey = (Instant, u64);

/// `D` is a datagram on its way.
#[derive(Debug)]
pub(super) struct Lab<D> {
    order: LabOrder,
    rng: Rng,
    waiting: BTreeMap<DueKey, LabPassage<D>>,
    bytes: usize,
    serial: u64,
    /// What is held back until the next one passes, by the direction.
    held_in: Option<DueKey>,
    held_out: Option<DueKey>,
    counts: LabCounts,
    /// When the counts are to be told; `None`: they are as they were told.
    tell_at: Option<Instant>,
    told: Option<Instant>,
}

/// A datagram that goes on, and what the lab has made of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LabPassage<D> {
    pub(super) datagram: D,
    pub(super) fate: PacketFate,
    size: usize,
}

/// What becomes of a datagram that comes by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LabVerdict<D> {
    /// Of the one that came by; of its copy, that there is one.
    pub(super) fate: PacketFate,
    /// It and its copy, as far as they go on at once. What is `Lost` goes no further.
    pub(super) going: Vec<LabPassage<D>>,
}

/// What is told of a datagram; `lost`: there was no room for it to wait.
const fn fate_of(lost: bool, late: bool, doubled: bool) -> PacketFate {
    match (lost, late, doubled) {
        (true, _, _) => PacketFate::Lost,
        (false, true, _) => PacketFate::Late,
        (false, false, true) => PacketFate::Doubled,
        (false, false, false) => PacketFate::Passed,
    }
}

impl<D: Clone> Lab<D> {
    pub(super) const fn new(order: LabOrder, seed: u64) -> Self {
        Self {
            order,
            rng: Rng::new(seed),
            waiting: BTreeMap::new(),
            bytes: 0,
            serial: 0,
            held_in: None,
            held_out: None,
            counts: LabCounts { seen: 0, lost: 0, doubled: 0, late: 0 },
            tell_at: None,
            told: None,
        }
    }

    pub(super) const fn order(&self) -> &LabOrder {
        &self.order
    }

    /// The same lab, of a peer that has moved.
    pub(super) fn follow(&mut self, order: LabOrder) {
        self.order = order;
    }

    fn falls(&mut self, share: LabShare) -> bool {
        self.rng.below(u64::from(LabShare::ALL)) < share.parts()
    }

    /// A datagram comes by.
    pub(super) fn pass(
        &mut self,
        now: Instant,
        direction: PacketDirection,
        datagram: D,
        size: usize,
    ) -> LabVerdict<D> {
        let settings = self.order.settings;
        self.counts.seen = self.counts.seen.saturating_add(1);
        self.note_change(now);
        // Each is decided on, so that one setting does not change what another one does to the same run.
        let (lost, doubled, late) =
            (self.falls(settings.loss), self.falls(settings.dup), self.falls(settings.reorder));
        let passage = |fate| LabPassage { datagram: datagram.clone(), fate, size };
        if lost {
            self.counts.lost = self.counts.lost.saturating_add(1);
            return LabVerdict { fate: PacketFate::Lost, going: vec![passage(PacketFate::Lost)] };
        }
        let due = now.checked_add(settings.delay).unwrap_or(now);
        let first = if late {
            self.hold_back(due, direction, passage(PacketFate::Late))
        } else {
            self.go_on(now, due, passage(PacketFate::Passed))
        };
        let copy = doubled.then(|| {
            self.counts.doubled = self.counts.doubled.saturating_add(1);
            self.go_on(now, due, passage(PacketFate::Doubled))
        });
        if !late || doubled {
            self.release_held(direction, due);
        }
        let lost = first.as_ref().is_some_and(|passage| passage.fate == PacketFate::Lost);
        let fate = fate_of(lost, late, doubled);
        LabVerdict { fate, going: first.into_iter().chain(copy.flatten()).collect() }
    }

    /// At once, or when it is due.
    fn go_on(&mut self, now: Instant, due: Instant, passage: LabPassage<D>) -> Option<LabPassage<D>> {
        if due <= now { Some(passage) } else { self.wait(due, passage).err() }
    }

    /// Another one may be held back already: that one goes now, behind nothing.
    fn hold_back(
        &mut self,
        due: Instant,
        direction: PacketDirection,
        passage: LabPassage<D>,
    ) -> Option<LabPassage<D>> {
        self.release_held(direction, due);
        self.counts.late = self.counts.late.saturating_add(1);
        let waits = self.wait(due.checked_add(MAX_HELD).unwrap_or(due), passage);
        *self.held(direction) = waits.as_ref().ok().copied();
        waits.err()
    }

    const fn held(&mut self, direction: PacketDirection) -> &mut Option<DueKey> {
        match direction {
            PacketDirection::In => &mut self.held_in,
            PacketDirection::Out => &mut self.held_out,
        }
    }

    /// What is held back goes behind the one that passes then.
    fn release_held(&mut self, direction: PacketDirection, passing: Instant) {
        let Some(key) = self.held(direction).take() else { return };
        let due = passing.checked_add(BEHIND).unwrap_or(passing);
        if due < key.0
            && let Some(passage) = self.waiting.remove(&key)
        {
            self.waiting.insert((due, key.1), passage);
        }
    }

    /// `Err`: there is no room, so it is lost.
    fn wait(&mut self, due: Instant, passage: LabPassage<D>) -> Result<DueKey, LabPassage<D>> {
        let bytes = self.bytes.saturating_add(passage.size);
        if self.waiting.len() >= MAX_WAITING || bytes > MAX_BYTES {
            self.counts.lost = self.counts.lost.saturating_add(1);
            return Err(LabPassage { fate: PacketFate::Lost, ..passage });
        }
        self.bytes = bytes;
        self.serial = self.serial.wrapping_add(1);
        let key = (due, self.serial);
        self.waiting.insert(key, passage);
        Ok(key)
    }

    /// The next that goes on by now.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<LabPassage<D>> {
        let first = self.waiting.first_entry().filter(|first| first.key().0 <= now)?;
        let passage = first.remove();
        self.bytes = self.bytes.saturating_sub(passage.size);
        Some(passage)
    }

    /// All that waits, in its order: there is no lab any more.
    pub(super) fn into_waiting(self) -> impl Iterator<Item = LabPassage<D>> {
        self.waiting.into_values()
    }

    /// When something goes on, or the counts are to be told.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let first = self.waiting.first_key_value().map(|((due, _), _)| *due);
        first.into_iter().chain(self.tell_at).min()
    }

    fn note_change(&mut self, now: Instant) {
        if self.tell_at.is_none() {
            let next = self.told.and_then(|told| told.checked_add(PAUSE));
            self.tell_at = Some(next.map_or(now, |next| next.max(now)));
        }
    }

    /// The counts, where they are to be told now.
    pub(super) fn take_counts(&mut self, now: Instant) -> Option<LabCounts> {
        self.tell_at.take_if(|at| *at <= now)?;
        self.told = Some(now);
        Some(self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lab::LabSettings;
    use crate::model::{ConversationId, Endpoints};

    const OUT: PacketDirection = PacketDirection::Out;
    const MOMENT: Duration = Duration::from_millis(1);

    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn start() -> Instant {
        Instant::now()
    }

    fn lab(settings: &str) -> Lab<u32> {
        let settings = LabSettings::parse(settings).expect("settings");
        Lab::new(LabOrder { conversation: ConversationId(1), endpoints: Endpoints::default(), settings }, 7)
    }

    /// What goes on of a thousand datagrams, one each millisecond, and when.
    fn run(lab: &mut Lab<u32>, start: Instant) -> Vec<(Duration, u32)> {
        let mut went = Vec::new();
        for millis in 0..4_000_u32 {
            let now = start + Duration::from_millis(u64::from(millis));
            while let Some(passage) = lab.pop_due(now) {
                went.push((now - start, passage.datagram));
            }
            if millis < 1_000 {
                let passing = lab.pass(now, OUT, millis, 10).going.into_iter();
                let passing = passing.filter(|passage| passage.fate != PacketFate::Lost);
                went.extend(passing.map(|passage| (now - start, passage.datagram)));
            }
        }
        went
    }

    #[test]
    fn about_as_many_are_lost_as_was_said_and_the_others_go_on_at_once() {
        let mut lab = lab("loss=20%");
        let start = start();
        let went = run(&mut lab, start);
        assert!((150..250).contains(&lab.counts.lost), "{:?}", lab.counts);
        assert_eq!(went.len() + usize::try_from(lab.counts.lost).expect("fits"), 1_000);
        assert!(went.iter().all(|(at, number)| *at == Duration::from_millis(u64::from(*number))));
        assert_eq!(lab.deadline().map(|_| lab.waiting.len()), Some(0), "only the counts are to be told");
    }

    #[test]
    fn all_come_later_in_their_order_with_a_delay() {
        let mut lab = lab("delay=200ms");
        let went = run(&mut lab, start());
        let expected = (0..1_000_u32).map(|number| (Duration::from_millis(u64::from(number) + 200), number));
        assert_eq!(went, expected.collect::<Vec<_>>());
    }

    #[test]
    fn some_come_twice() {
        let mut lab = lab("dup=10%");
        let went = run(&mut lab, start());
        assert!((60..140).contains(&lab.counts.doubled), "{:?}", lab.counts);
        assert_eq!(went.len(), 1_000 + usize::try_from(lab.counts.doubled).expect("fits"));
    }

    #[test]
    fn some_are_overtaken_by_the_next() {
        let mut lab = lab("reorder=10%");
        let went = run(&mut lab, start());
        let late = went.windows(2).filter(|two| two[0].1 > two[1].1).count();
        assert_eq!(went.len(), 1_000, "none is lost");
        assert!((50..140).contains(&late) && lab.counts.late >= 60, "{late} {:?}", lab.counts);
    }

    #[test]
    fn what_nothing_follows_is_held_back_for_a_second_at_most() {
        let mut lab = lab("reorder=100%");
        let start = start();
        assert_eq!(lab.pass(start, OUT, 1, 10), LabVerdict { fate: PacketFate::Late, going: vec![] });
        assert_eq!(lab.pop_due(start + MAX_HELD.saturating_sub(MOMENT)), None);
        assert_eq!(lab.pop_due(start + MAX_HELD).map(|passage| passage.datagram), Some(1));
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut lab = lab("delay=10s");
        let start = start();
        let lost = |lab: &mut Lab<u32>, count: usize, size| {
            (0..count).map(|_| lab.pass(start, OUT, 0, size).going.len()).sum::<usize>()
        };
        assert_eq!(lost(&mut lab, MAX_WAITING + 5, 1), 5);
        assert_eq!(lab.counts.lost, 5);
        assert_eq!(lab.pass(start, OUT, 0, 1).fate, PacketFate::Lost, "nobody is told that it passed");
        let mut lab = self::lab("delay=10s");
        assert_eq!(lost(&mut lab, 10, MAX_BYTES / 4), 6);
        assert_eq!(lab.into_waiting().count(), 4);
    }

    #[test]
    fn the_counts_are_told_a_few_times_a_second_and_only_where_they_have_changed() {
        let mut lab = lab("loss=1%");
        let start = start();
        assert_eq!((lab.deadline(), lab.take_counts(start)), (None, None));
        lab.pass(start, OUT, 1, 10);
        assert_eq!(lab.take_counts(start).map(|counts| counts.seen), Some(1));
        lab.pass(start + MOMENT, OUT, 2, 10);
        assert_eq!(lab.take_counts(start + MOMENT), None);
        assert_eq!(lab.deadline(), Some(start + PAUSE));
        assert_eq!(lab.take_counts(start + PAUSE).map(|counts| counts.seen), Some(2));
        assert_eq!(lab.deadline(), None);
    }
}
