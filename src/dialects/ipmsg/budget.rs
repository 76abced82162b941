//! How much is answered to what comes in (invariant I3): few bytes, seldom to one source, and not often to all together.
//! Whoever forges sources gains nothing from us.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// The longest answer, in bytes.
pub(super) const MAX_ANSWER: usize = 512;
/// Answers to everybody within one second.
const MAX_PER_SECOND: usize = 10;
/// Of these, entries leave so many for receipts, which people wait for.
const KEPT_FOR_RECEIPTS: usize = 2;
/// One answer to one source takes so long to be allowed again.
const PACE: Duration = Duration::from_secs(1);
/// A source that was quiet gets as many at once as people type short lines.
const BURST: u32 = 5;
const SECOND: Duration = Duration::from_secs(1);
/// Sources that are remembered. More than that within a few seconds are forged, and get nothing.
const MAX_SOURCES: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Budget {
    /// When the last answers went out.
    recent: VecDeque<Instant>,
    /// When each source will have paid for all it got.
    sources: BTreeMap<IpAddr, Instant>,
}

impl Budget {
    /// Whether one more answer may go to this source; it then counts as sent.
    pub(super) fn take(&mut self, now: Instant, to: IpAddr) -> bool {
        self.room(now, MAX_PER_SECOND) && self.charge(now, to) && self.count(now)
    }

    /// The same for the answer to an entry, whose source was charged when it was asked.
    pub(super) fn take_for_entry(&mut self, now: Instant) -> bool {
        self.room(now, MAX_PER_SECOND.saturating_sub(KEPT_FOR_RECEIPTS)) && self.count(now)
    }

    /// When the answer to an entry may go out at the soonest.
    pub(super) fn next_for_entry(&self) -> Option<Instant> {
        let most = MAX_PER_SECOND.saturating_sub(KEPT_FOR_RECEIPTS);
        let at = self.recent.len().checked_sub(most)?;
        self.recent.get(at)?.checked_add(SECOND)
    }

    /// Charges a source for an answer that goes out later.
    pub(super) fn charge(&mut self, now: Instant, to: IpAddr) -> bool {
        if self.sources.len() >= MAX_SOURCES && !self.sources.contains_key(&to) {
            self.sources.retain(|_, paid| *paid > now);
            if self.sources.len() >= MAX_SOURCES {
                return false;
            }
        }
        let paid = self.sources.get(&to).copied().unwrap_or(now).max(now);
        let ahead = paid.saturating_duration_since(now);
        if ahead > PACE.saturating_mul(BURST.saturating_sub(1)) {
            return false;
        }
        self.sources.insert(to, paid.checked_add(PACE).unwrap_or(paid));
        true
    }

    fn room(&mut self, now: Instant, most: usize) -> bool {
        while self.recent.front().is_some_and(|at| now.saturating_duration_since(*at) >= SECOND) {
            self.recent.pop_front();
        }
        self.recent.len() < most
    }

    fn count(&mut self, now: Instant) -> bool {
        self.recent.push_back(now);
        true
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
        let got = |budget: &mut Budget, now| (0..1_000).filter(|_| budget.take(now, source(1))).count();
        assert_eq!(got(&mut budget, start), 5);
        assert_eq!(got(&mut budget, start + SECOND), 1);
        assert_eq!(got(&mut budget, start + SECOND * 60), 5);
    }

    #[test]
    fn all_together_get_ten_a_second_and_receipts_are_not_crowded_out() {
        let (mut budget, start) = (Budget::default(), origin());
        let entries = (0..100).filter(|_| budget.take_for_entry(start)).count();
        let receipts = (0..100).filter(|number| budget.take(start, source(*number))).count();
        assert_eq!((entries, receipts), (8, 2));
        assert_eq!(budget.next_for_entry(), Some(start + SECOND));
        assert!(budget.take_for_entry(start + SECOND));
    }

    #[test]
    fn forged_sources_cost_no_memory() {
        let (mut budget, now) = (Budget::default(), origin());
        for number in 0..10_000_u32 {
            budget.charge(now, IpAddr::from(number.to_be_bytes()));
        }
        assert_eq!(budget.sources.len(), MAX_SOURCES);
    }
}
