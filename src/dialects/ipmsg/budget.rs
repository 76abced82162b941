//! How much is answered to what comes in (invariant I3): few bytes, seldom to one source, and not often to all together.
//! Whoever forges sources gains nothing from us.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// The longest answer, in bytes.
pub(super) const MAX_ANSWER: usize = 512;
/// The answer to an entry is so many times as long as the entry at most: a forger gains little by it.
pub(super) const MAX_GAIN: usize = 3;
/// Answers to all strangers within one second.
const MAX_PER_SECOND: usize = 10;
/// Of these, entries leave two for receipts, which people wait for.
const MAX_FOR_ENTRIES: usize = MAX_PER_SECOND - 2;
/// A peer that a person has chosen gets so many answers within one second, and no peer gets more: the parts of a long text
/// wait for each other's receipts. A forger of such a source sends it no more than that.
const MAX_TO_ONE: usize = 10;
/// All that a person has chosen together.
const MAX_TO_CHOSEN: usize = 100;
/// One answer to a stranger takes so long to be allowed again.
const PACE: Duration = Duration::from_secs(1);
/// A stranger that was quiet gets as many at once as people type short lines.
const BURST: u32 = 5;
const AHEAD: Duration = PACE.saturating_mul(BURST.saturating_sub(1));
const SECOND: Duration = Duration::from_secs(1);
/// Sources that are remembered. More than that within a few seconds are forged, and get nothing.
const MAX_SOURCES: usize = 4_096;

/// An answer of the last second. It is to a stranger unless a person has chosen the source.
#[derive(Debug)]
struct SentAnswer {
    at: Instant,
    to: IpAddr,
    chosen: bool,
}

#[derive(Debug, Default)]
pub(super) struct Budget {
    /// The oldest first.
    sent: VecDeque<SentAnswer>,
    /// When each stranger will have paid for all it got.
    sources: BTreeMap<IpAddr, Instant>,
}

impl Budget {
    /// Whether one more answer may go to this source; it then counts as sent. `chosen`: by a person.
    pub(super) fn take(&mut self, now: Instant, to: IpAddr, chosen: bool) -> bool {
        let good = self.free_from(now, to, chosen).is_some_and(|free| free <= now)
            && (chosen || self.charge(now, to));
        if good {
            self.count(now, to, chosen);
        }
        good
    }

    /// When one more answer may go to this source; `None`: too many sources are at it.
    pub(super) fn free_from(&mut self, now: Instant, to: IpAddr, chosen: bool) -> Option<Instant> {
        let paid = if chosen { now } else { self.paid_by(now, to)?.checked_sub(AHEAD).unwrap_or(now) };
        let most = if chosen { MAX_TO_CHOSEN } else { MAX_PER_SECOND };
        self.full_until(most, |sent| sent.chosen == chosen).max(self.full_for(to)).max(Some(paid))
    }

    /// The same for the answer to an entry, whose source was charged when it was asked.
    pub(super) fn take_for_entry(&mut self, now: Instant, to: IpAddr) -> bool {
        let good = self.room_for_entry(now) && self.full_for(to).is_none_or(|free| free <= now);
        if good {
            self.count(now, to, false);
        }
        good
    }

    pub(super) fn room_for_entry(&self, now: Instant) -> bool {
        self.next_for_entry().is_none_or(|free| free <= now)
    }

    /// When the answer to an entry may go out at the soonest.
    pub(super) fn next_for_entry(&self) -> Option<Instant> {
        self.full_until(MAX_FOR_ENTRIES, |sent| !sent.chosen)
    }

    fn full_for(&self, to: IpAddr) -> Option<Instant> {
        self.full_until(MAX_TO_ONE, |sent| sent.to == to)
    }

    /// Until when there is no room for one more of these, of which there may be so many within a second.
    fn full_until(&self, most: usize, which: impl Fn(&SentAnswer) -> bool) -> Option<Instant> {
        let mut last = self.sent.iter().rev().filter(|sent| which(sent));
        last.nth(most.saturating_sub(1))?.at.checked_add(SECOND)
    }

    fn count(&mut self, now: Instant, to: IpAddr, chosen: bool) {
        self.sent.retain(|sent| now.saturating_duration_since(sent.at) < SECOND);
        self.sent.push_back(SentAnswer { at: now, to, chosen });
    }

    /// Charges a source for an answer that goes out later.
    pub(super) fn charge(&mut self, now: Instant, to: IpAddr) -> bool {
        let Some(paid) = self.paid_by(now, to) else { return false };
        let good = paid.saturating_duration_since(now) <= AHEAD;
        if good {
            self.sources.insert(to, paid.checked_add(PACE).unwrap_or(paid));
        }
        good
    }

    /// When a source will have paid for all it got; `None`: nobody new can be remembered.
    fn paid_by(&mut self, now: Instant, to: IpAddr) -> Option<Instant> {
        if self.sources.len() >= MAX_SOURCES && !self.sources.contains_key(&to) {
            self.sources.retain(|_, paid| *paid > now);
            if self.sources.len() >= MAX_SOURCES {
                return None;
            }
        }
        Some(self.sources.get(&to).copied().unwrap_or(now).max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn origin() -> Instant {
        Instant::now()
    }

    fn source(number: u8) -> IpAddr {
        [10, 0, 0, number].into()
    }

    #[test]
    fn one_source_gets_a_burst_and_then_one_a_second() {
        let (mut budget, start) = (Budget::default(), origin());
        let got =
            |budget: &mut Budget, now| (0..1_000).filter(|_| budget.take(now, source(1), false)).count();
        assert_eq!(got(&mut budget, start), 5);
        assert_eq!(got(&mut budget, start + SECOND), 1);
        assert_eq!(got(&mut budget, start + SECOND * 60), 5);
    }

    #[test]
    fn all_together_get_ten_a_second_and_receipts_are_not_crowded_out() {
        let (mut budget, start) = (Budget::default(), origin());
        let entries = (0..100).filter(|_| budget.take_for_entry(start, source(200))).count();
        let receipts = (0..100).filter(|number| budget.take(start, source(*number), false)).count();
        assert_eq!((entries, receipts), (8, 2));
        assert_eq!(budget.next_for_entry(), Some(start + SECOND));
        assert!(budget.take_for_entry(start + SECOND, source(200)));
    }

    #[test]
    fn whoever_was_chosen_gets_ten_a_second_whatever_strangers_do() {
        let (mut budget, start) = (Budget::default(), origin());
        let _strangers = (0..100).filter(|number| budget.take(start, source(*number), false)).count();
        for second in 1..4 {
            let now = start + SECOND * second;
            let got = (0..100).filter(|_| budget.take(now, source(101), true)).count();
            let more = budget.take(now, source(101), false) || budget.take_for_entry(now, source(101));
            assert_eq!((got, more), (10, false), "no way to more of it");
        }
        let all = (0..250).map(|number| usize::from(budget.take(start + SECOND * 9, source(number), true)));
        assert_eq!(all.sum::<usize>(), 100);
    }

    #[test]
    fn forged_sources_cost_no_memory() {
        let (mut budget, now) = (Budget::default(), origin());
        for number in 0..10_000_u32 {
            budget.charge(now, IpAddr::from(number.to_be_bytes()));
            budget.take(now + SECOND * number / 100, IpAddr::from(number.to_be_bytes()), true);
        }
        assert_eq!(budget.sources.len(), MAX_SOURCES);
        assert!(budget.sent.len() <= MAX_PER_SECOND + MAX_TO_CHOSEN);
    }
}
