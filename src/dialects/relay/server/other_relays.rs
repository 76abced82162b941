//! The other relays of the same log, as far as members may be told of them: each says again and again where it is.

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use siphasher::sip::SipHasher24;

use super::api::RelayOptions;
use super::notices::RelayNotice;
use crate::dialects::relay::frame::{MAX_RELAYS, put_relay};

/// How often a relay says that it is there, and after which silence it is not.
const BEAT: Duration = Duration::from_secs(2);
const GONE: Duration = Duration::from_secs(10);
/// Relays of one log that are known.
const MAX_KNOWN: usize = 64;

#[derive(Debug)]
struct OtherRelay {
    public: Vec<SocketAddr>,
    heard: Instant,
}

#[derive(Debug)]
pub(super) struct OtherRelays {
    /// This run of this relay.
    run: u64,
    /// Where its members reach it.
    public: Vec<SocketAddr>,
    /// When that is said again; `None`: there is nobody to be told.
    next: Option<Instant>,
    known: BTreeMap<u64, OtherRelay>,
}

impl OtherRelays {
    pub(super) fn new(now: Instant, run: u64, options: &RelayOptions) -> Self {
        let public: Vec<SocketAddr> = options.public.iter().take(MAX_RELAYS).copied().collect();
        let next = Some(now).filter(|_| options.is_shared);
        Self { run, public, next, known: BTreeMap::new() }
    }

    /// Another one is there. Whoever is new is told of this one soon.
    pub(super) fn hear(&mut self, now: Instant, run: u64, public: Vec<SocketAddr>) {
        if run == self.run {
            return;
        }
        self.forget(now);
        let is_new = !self.known.contains_key(&run);
        if is_new && self.known.len() >= MAX_KNOWN {
            return;
        }
        self.known.insert(run, OtherRelay { public, heard: now });
        if is_new {
            self.next = self.next.map(|_| now);
        }
    }

    fn forget(&mut self, now: Instant) {
        self.known.retain(|_, relay| now.saturating_duration_since(relay.heard) < GONE);
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.next
    }

    /// What the others are to be told now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<RelayNotice> {
        self.next.filter(|next| *next <= now)?;
        self.next = now.checked_add(BEAT);
        self.forget(now);
        // Also where no members of others can reach it: while it is heard, what its members have is theirs.
        Some(RelayNotice::Here { run: self.run, public: self.public.clone() })
    }

    /// Where this member may go instead: not all of them to the same one.
    pub(super) fn of(&self, member: u64) -> Vec<SocketAddr> {
        let mut relays: Vec<&OtherRelay> = self.known.values().collect();
        let turn = u64::try_from(relays.len()).ok().and_then(|count| member.checked_rem(count));
        relays.rotate_left(turn.and_then(|turn| usize::try_from(turn).ok()).unwrap_or_default());
        // The first address of each, then the second.
        let most = relays.iter().map(|relay| relay.public.len()).max().unwrap_or_default();
        let rounds =
            (0..most).flat_map(|round| relays.iter().filter_map(move |relay| relay.public.get(round)));
        rounds.take(MAX_RELAYS).copied().collect()
    }

    /// The same as a welcome has it.
    pub(super) fn list_of(&self, member: u64) -> Vec<u8> {
        let mut list = Vec::new();
        self.of(member).into_iter().for_each(|relay| put_relay(&mut list, relay));
        list
    }
}

/// A number that no other run of a relay has.
pub(super) fn run_of(seed: &[u8; 16]) -> u64 {
    let mut hasher = SipHasher24::new_with_key(seed);
    hasher.write(b"run");
    hasher.finish()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
mod tests {
    use super::*;

    fn others(now: Instant, public: &[SocketAddr], is_shared: bool) -> OtherRelays {
        OtherRelays::new(
            now,
            1,
            &RelayOptions { public: public.to_vec(), is_shared, ..RelayOptions::default() },
        )
    }

    fn relay(number: u8) -> SocketAddr {
        ([10, 0, 0, number], 6_000).into()
    }

    #[test]
    fn members_are_told_of_relays_that_are_there_and_not_all_of_the_same_one() {
        let now = Instant::now();
        let mut others = others(now, &[relay(1)], true);
        assert_eq!(others.of(0), []);
        others.hear(now, 1, vec![relay(1)]);
        others.hear(now, 2, vec![relay(2), relay(22)]);
        others.hear(now, 3, vec![relay(3)]);
        others.hear(now, 4, Vec::new());
        assert_eq!(others.of(0), [relay(2), relay(3), relay(22)]);
        assert_eq!(others.of(1), [relay(3), relay(2), relay(22)]);
        others.hear(now + BEAT, 3, vec![relay(3)]);
        others.take_due(now + GONE);
        assert_eq!(others.of(0), [relay(3)]);
        for run in 0..1_000 {
            others.hear(now + GONE, run, vec![relay(9); 20]);
        }
        assert_eq!(others.known.len(), MAX_KNOWN);
        assert_eq!(others.of(5).len(), MAX_RELAYS);
    }

    #[test]
    fn a_relay_says_where_it_is_every_two_seconds_and_at_once_to_whoever_is_new() {
        let now = Instant::now();
        let mut ours = others(now, &[relay(1)], true);
        let here = Some(RelayNotice::Here { run: 1, public: vec![relay(1)] });
        assert_eq!((ours.take_due(now), ours.take_due(now)), (here.clone(), None));
        assert_eq!(ours.deadline(), Some(now + BEAT));
        ours.hear(now, 2, Vec::new());
        assert_eq!((ours.take_due(now), ours.deadline()), (here, Some(now + BEAT)));
        ours.hear(now, 2, Vec::new());
        assert_eq!(ours.take_due(now), None);
        let mut nowhere = others(now, &[], true);
        assert_eq!(nowhere.take_due(now), Some(RelayNotice::Here { run: 1, public: Vec::new() }));
        let mut single = others(now, &[relay(1)], false);
        assert_eq!((single.deadline(), single.take_due(now)), (None, None));
    }
}
