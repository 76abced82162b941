//! Rate limits: how many events each source of datagrams may cause. A flood that the app would throw away in the end
//! costs it no turn: beyond far more than a person writes, it ends here. What causes no event, as the bytes of a file, has no limit.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::flow::Flow;
use crate::model::bucket::{Bucket, Limit};

/// One source: the burst that is promised to pass, and half as much; then what no room and no relay brings.
const SOURCE: Limit = Limit { burst: 16_384, each: Duration::from_micros(500) };
/// All strangers together: the same burst, then more than a room of a thousand says.
const STRANGERS: Limit = Limit { burst: 16_384, each: Duration::from_millis(5) };
/// Strangers who were not heard before: a network that comes in as a whole, then more than ever come one by one.
const NEWCOMERS: Limit = Limit { burst: 4_096, each: Duration::from_millis(10) };
/// A stranger that was heard before and keeps to the pace of people, whatever others do.
const PERSON: Limit = Limit { burst: 32, each: Duration::from_secs(1) };
/// Sources that are remembered, those at the hosts of contacts beside strangers. More than that at once are forged.
const MAX_SOURCES: usize = 2_048;
const MAX_STRANGERS: usize = 1_024;
/// A source that was silent for so long is as good as a new one where they are too many.
const REMEMBERED: Duration = Duration::from_mins(10);
/// Such sources are looked for once in so long.
const PRUNED: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
struct Used {
    quota: Bucket,
    as_person: Bucket,
    heard: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Throttle {
    sources: HashMap<Flow, Used>,
    strangers: Bucket,
    newcomers: Bucket,
    pruned: Option<Instant>,
}

impl Throttle {
    /// Whether more of this source is looked at.
    pub(super) fn allows(&self, now: Instant, flow: Flow) -> bool {
        let shared = || self.strangers.has_room(now, STRANGERS);
        let Some(used) = self.sources.get(&flow) else {
            return if flow.is_known() {
                self.sources.len() < MAX_SOURCES || shared()
            } else {
                shared() && self.newcomers.has_room(now, NEWCOMERS)
            };
        };
        let own = used.quota.has_room(now, SOURCE);
        own && (flow.is_known() || used.as_person.has_room(now, PERSON) || shared())
    }

    /// Counts an event that a source caused.
    pub(super) fn count(&mut self, now: Instant, flow: Flow) {
        if !self.sources.contains_key(&flow) {
            self.newcomers.take(now, 1, NEWCOMERS);
            self.remember(now, flow);
        }
        let paid = self.sources.get_mut(&flow).is_some_and(|used| {
            used.heard = now;
            used.quota.take(now, 1, SOURCE);
            flow.is_known() || used.as_person.take(now, 1, PERSON)
        });
        if !paid {
            self.strangers.take(now, 1, STRANGERS);
        }
    }

    fn remember(&mut self, now: Instant, flow: Flow) {
        let most = if flow.is_known() { MAX_SOURCES } else { MAX_STRANGERS };
        let is_due = self.pruned.is_none_or(|pruned| now.saturating_duration_since(pruned) >= PRUNED);
        if self.sources.len() >= most && is_due {
            self.pruned = Some(now);
            self.sources.retain(|_, used| now.saturating_duration_since(used.heard) < REMEMBERED);
        }
        if self.sources.len() < most {
            let used = Used { quota: Bucket::default(), as_person: Bucket::default(), heard: now };
            self.sources.insert(flow, used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Network;

    const FLOOD: Flow = Flow::Network(Network::V4([127, 0, 0, 2]));
    const COLLEAGUE: Flow = Flow::Network(Network::V4([127, 0, 0, 3]));

    #[expect(clippy::disallowed_methods, reason = "the start of a virtual clock")]
    fn start() -> (Throttle, Instant) {
        (Throttle::default(), Instant::now())
    }

    /// As many as pass of so many.
    fn passing(throttle: &mut Throttle, now: Instant, flow: Flow, events: u32) -> u32 {
        let mut passed = 0;
        for _ in 0..events {
            if throttle.allows(now, flow) {
                throttle.count(now, flow);
                passed += 1;
            }
        }
        passed
    }

    #[test]
    fn a_burst_passes_and_then_a_pace_that_nobody_keeps() {
        let (mut throttle, now) = start();
        let contact = Flow::Endpoint(([127, 0, 0, 1], 5_000).into());
        assert_eq!(passing(&mut throttle, now, contact, 20_000), SOURCE.burst);
        assert_eq!(passing(&mut throttle, now + Duration::from_secs(1), contact, 20_000), 2_000);
        assert_eq!(
            passing(&mut throttle, now, Flow::Endpoint(([127, 0, 0, 1], 5_001).into()), 5),
            5,
            "another one"
        );
    }

    #[test]
    fn who_keeps_to_the_pace_of_people_passes_whatever_other_strangers_do() {
        let (mut throttle, now) = start();
        assert_eq!(passing(&mut throttle, now, COLLEAGUE, 1), 1);
        let strangers = |throttle: &mut Throttle| {
            (0..=u16::MAX)
                .map(|host| {
                    let [high, low] = host.to_be_bytes();
                    passing(throttle, now, Flow::Network(Network::V4([10, 0, high, low])), 1)
                })
                .sum::<u32>()
        };
        assert_eq!(strangers(&mut throttle), NEWCOMERS.burst - 1, "and the colleague");
        assert_eq!(passing(&mut throttle, now, FLOOD, 9), 0, "a new one finds nothing left");
        assert_eq!(passing(&mut throttle, now, COLLEAGUE, 3), 3);
        assert_eq!(
            passing(&mut throttle, now, Flow::Endpoint(([127, 0, 0, 1], 5_000).into()), 99),
            99,
            "a contact"
        );
    }
}
