//! How far the log was seen to go, and whether it still does.
//!
//! Servers say that they have a message before it is on their disks. Where a majority of them loses power at once the log
//! goes on from an earlier place, and gives later places away a second time: under them other messages would stand, which
//! nobody would be shown who has seen the first. So whoever was apart from the log looks first whether it has what it had,
//! and appends nothing before. No I/O, no clock.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::time::{Duration, Instant};

use siphasher::sip::SipHasher24;

use crate::model::room_log::Place;

/// Between two looks, while nobody answers.
const RETRY: Duration = Duration::from_millis(250);
/// Between two looks for no other reason than a message that comes late.
const LULL: Duration = Duration::from_secs(1);

/// What is stored at a place, in short: two messages that differ have another.
pub(super) fn digest(payload: &[u8]) -> u64 {
    let mut hasher = SipHasher24::new();
    hasher.write(payload);
    hasher.finish()
}

/// The newest places of one shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ShardMark {
    /// The log went at least so far.
    pub(super) newest: u64,
    /// The newest of those whose message is known, and its digest.
    pub(super) message: Option<(Place, u64)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct LogMarks {
    shards: BTreeMap<u16, ShardMark>,
}

impl LogMarks {
    pub(super) fn note(&mut self, shard: u16, place: Place) {
        let mark = self.shards.entry(shard).or_default();
        mark.newest = mark.newest.max(place.get());
    }

    pub(super) fn note_message(&mut self, shard: u16, place: Place, digest: u64) {
        self.note(shard, place);
        let mark = self.shards.entry(shard).or_default();
        if mark.message.is_none_or(|(known, _)| known < place) {
            mark.message = Some((place, digest));
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (u16, ShardMark)> + use<'_> {
        self.shards.iter().map(|(shard, mark)| (*shard, *mark))
    }
}

/// Whether what was known of the log is to be doubted.
#[derive(Debug, Default)]
pub(super) struct Verification {
    doubted: Option<Instant>,
    /// Rises with each doubt: a look that began before says nothing.
    doubts: u64,
    is_asking: bool,
    /// No look before.
    pause: Option<Instant>,
    verified: Option<Instant>,
}

impl Verification {
    /// The connection was another, or the servers were without a leader.
    pub(super) fn doubt(&mut self, now: Instant) {
        self.doubts = self.doubts.wrapping_add(1);
        self.doubted.get_or_insert(now);
    }

    /// A message has come whose place is behind others: it may be late.
    pub(super) fn suspect(&mut self, now: Instant) {
        let is_lull = self.verified.is_none_or(|at| now.saturating_duration_since(at) >= LULL);
        if self.doubted.is_none() && is_lull {
            self.doubt(now);
        }
    }

    /// Since when.
    pub(super) const fn doubted_since(&self) -> Option<Instant> {
        self.doubted
    }

    /// Whether it is to be looked now: the number of the look, told once for each.
    pub(super) fn begin(&mut self, now: Instant) -> Option<u64> {
        let is_due = self.doubted.is_some() && !self.is_asking && self.pause.is_none_or(|until| now >= until);
        if is_due {
            (self.is_asking, self.pause) = (true, None);
        }
        is_due.then_some(self.doubts)
    }

    /// The look of that number has found what there is. `false`: there is more to doubt since.
    pub(super) fn found(&mut self, now: Instant, look: u64) -> bool {
        self.is_asking = false;
        let is_latest = look == self.doubts;
        if is_latest {
            (self.doubted, self.verified) = (None, Some(now));
        }
        is_latest
    }

    pub(super) fn failed(&mut self, now: Instant) {
        (self.is_asking, self.pause) = (false, Some(now + RETRY));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::clock;

    #[test]
    fn a_look_that_began_before_the_last_doubt_says_nothing() {
        let now = clock::now().mono;
        let mut verification = Verification::default();
        assert_eq!(verification.begin(now), None);
        verification.doubt(now);
        let first = verification.begin(now).expect("a look");
        assert_eq!(verification.begin(now), None, "being looked");
        verification.doubt(now);
        assert!(!verification.found(now, first));
        assert!(verification.doubted_since().is_some());
        let second = verification.begin(now).expect("a look");
        verification.failed(now);
        assert_eq!(verification.begin(now), None);
        assert_eq!(verification.begin(now + RETRY), Some(second));
        assert!(verification.found(now, second));
        assert_eq!(verification.doubted_since(), None);
        verification.suspect(now);
        assert_eq!(verification.doubted_since(), None, "it was looked just now");
        verification.suspect(now + LULL);
        assert_eq!(verification.doubted_since(), Some(now + LULL));
    }

    #[test]
    fn the_newest_place_and_the_newest_message_are_kept() {
        let place = |place| Place::new(place).expect("a place");
        let mut marks = LogMarks::default();
        marks.note_message(0, place(7), 70);
        marks.note(0, place(9));
        marks.note_message(0, place(5), 50);
        let mark = ShardMark { newest: 9, message: Some((place(7), 70)) };
        assert_eq!(marks.all().collect::<Vec<_>>(), [(0, mark)]);
    }
}
