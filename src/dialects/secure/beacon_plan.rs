//! When we say that we are here: at the start, ever again, and early where something is new. Knows no bytes and no sockets.

use std::time::{Duration, Instant};

use crate::wire::Rng;

/// After the first one at the start: one may get lost, and not all sockets and interfaces are up at once.
const START: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];
const SHORTEST_PERIOD: Duration = Duration::from_secs(15);
/// For each person nearby, so that all together do not say more the more they are.
const SHARE: Duration = Duration::from_millis(300);
/// A thousand people. Whoever invents more does not keep others from seeing us.
const LONGEST_PERIOD: Duration = Duration::from_mins(5);
/// Within this time a newcomer hears of us, at a moment that is not the same for all who are here.
const WELCOME: Duration = Duration::from_secs(1);
/// Where so many are near, a newcomer waits for the period.
const CROWD: usize = 50;
/// Between two beacons that come early for the same reason.
const REST: Duration = Duration::from_secs(5);

/// How long it is until the next beacon, on average.
pub(super) fn period(near: usize) -> Duration {
    let share = SHARE.saturating_mul(u32::try_from(near).unwrap_or(u32::MAX));
    share.clamp(SHORTEST_PERIOD, LONGEST_PERIOD)
}

#[derive(Debug, Default)]
pub(super) struct BeaconPlan {
    /// `None`: nothing is said.
    next: Option<Instant>,
    /// Beacons of the start that went out.
    started: usize,
    /// When one came early, or is to come: something of ours changed, somebody is new.
    changed: Option<Instant>,
    welcomed: Option<Instant>,
}

impl BeaconPlan {
    pub(super) const fn is_running(&self) -> bool {
        self.next.is_some()
    }

    pub(super) const fn start(&mut self, now: Instant) {
        (self.next, self.started) = (Some(now), 0);
    }

    pub(super) const fn stop(&mut self) {
        self.next = None;
    }

    /// What we say is not true any more, or there is another way to say it.
    pub(super) fn note_change(&mut self, now: Instant) {
        let at = rested(self.changed, now);
        if self.bring_forward(at) {
            self.changed = Some(at);
        }
    }

    /// Somebody started whom we have not heard yet, and who may not have heard of us.
    pub(super) fn note_newcomer(&mut self, now: Instant, near: usize, rng: &mut Rng) {
        if near > CROWD {
            return;
        }
        let at = rested(self.welcomed, now.checked_add(rng.within(WELCOME)).unwrap_or(now));
        if self.bring_forward(at) {
            self.welcomed = Some(at);
        }
    }

    fn bring_forward(&mut self, at: Instant) -> bool {
        let early = self.next.is_some_and(|next| at < next);
        if early {
            self.next = Some(at);
        }
        early
    }

    /// Whether a beacon is to go out now, of which then the next one is planned.
    pub(super) fn is_due(&mut self, now: Instant, near: usize, rng: &mut Rng) -> bool {
        let due = self.next.is_some_and(|next| next <= now);
        if due {
            let gap = START.get(self.started).copied().unwrap_or_else(|| about(period(near), rng));
            self.started = self.started.saturating_add(1);
            self.next = now.checked_add(gap);
        }
        due
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.next
    }
}

/// At that time, or once the rest is over.
fn rested(last: Option<Instant>, at: Instant) -> Instant {
    last.and_then(|last| last.checked_add(REST)).map_or(at, |rested| rested.max(at))
}

/// A quarter more or less: those who started together do not go on speaking together.
fn about(period: Duration, rng: &mut Rng) -> Duration {
    let quarter = period.checked_div(4).unwrap_or_default();
    period.saturating_sub(quarter).saturating_add(rng.within(quarter.saturating_mul(2)))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the times of a test are small")]
mod tests {
    use super::*;

    /// A plan and what it did, in seconds from its start.
    struct Bench {
        plan: BeaconPlan,
        rng: Rng,
        start: Instant,
        now: Instant,
        near: usize,
        sent: Vec<f32>,
    }

    impl Bench {
        #[expect(
            clippy::disallowed_methods,
            reason = "the origin of a virtual clock; only differences matter"
        )]
        fn new(near: usize) -> Self {
            let start = Instant::now();
            let mut plan = BeaconPlan::default();
            plan.start(start);
            Self { plan, rng: Rng::new(1), start, now: start, near, sent: Vec::new() }
        }

        /// Until so many seconds after the start.
        fn run(&mut self, until: f32) -> &mut Self {
            let end = self.start + Duration::from_secs_f32(until);
            while let Some(next) = self.plan.deadline().filter(|next| *next <= end) {
                self.now = self.now.max(next);
                assert!(self.plan.is_due(self.now, self.near, &mut self.rng));
                self.sent.push((self.now - self.start).as_secs_f32());
            }
            self.now = end;
            self
        }

        fn newcomer(&mut self) {
            self.plan.note_newcomer(self.now, self.near, &mut self.rng);
        }
    }

    #[test]
    fn three_at_the_start_then_about_one_in_a_period() {
        for (near, seconds) in [(0, 15.0), (50, 15.0), (100, 30.0), (1_000_000, 300.0)] {
            let mut bench = Bench::new(near);
            bench.run(3.0 + 100.0 * seconds);
            assert_eq!(bench.sent[..3], [0.0, 1.0, 3.0]);
            let gaps: Vec<f32> = bench.sent[2..].windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(gaps.iter().all(|gap| (seconds * 0.749..=seconds * 1.251).contains(gap)), "{gaps:?}");
            assert!((90..=112).contains(&gaps.len()), "{near}: {}", gaps.len());
        }
    }

    #[test]
    fn a_newcomer_brings_one_forward_within_a_second_and_many_no_more_than_one_in_5() {
        let mut bench = Bench::new(3);
        bench.run(60.0);
        let before = bench.sent.len();
        bench.newcomer();
        bench.run(61.0);
        assert_eq!(bench.sent.len(), before + 1);
        for tenth in 0..200_u8 {
            bench.run(61.0 + f32::from(tenth) / 10.0);
            bench.newcomer();
        }
        let gaps = bench.sent[before..].windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.clone().count() >= 3 && gaps.clone().all(|gap| gap >= 4.99), "{:?}", bench.sent);
    }

    #[test]
    fn in_a_crowd_a_newcomer_waits_for_the_period() {
        let mut bench = Bench::new(CROWD + 1);
        bench.run(60.0);
        let next = bench.plan.deadline();
        bench.newcomer();
        assert_eq!(bench.plan.deadline(), next);
    }

    #[test]
    fn a_change_is_told_at_once_and_many_in_their_turn() {
        let mut bench = Bench::new(0);
        bench.run(60.0);
        let before = bench.sent.len();
        for _ in 0..9 {
            bench.plan.note_change(bench.now);
            bench.run(60.0);
        }
        bench.run(66.0);
        let since: Vec<f32> = bench.sent[before..].to_vec();
        assert_eq!(since, [60.0, 65.0]);
    }

    #[test]
    fn who_says_nothing_is_not_made_to_speak() {
        let mut bench = Bench::new(0);
        bench.run(60.0);
        bench.plan.stop();
        bench.newcomer();
        bench.plan.note_change(bench.now);
        assert_eq!(bench.plan.deadline(), None);
    }
}
