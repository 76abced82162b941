//! What one peer and we let each other know beside messages: who lets be known up to where it has read, what of that was
//! told, and when somebody was said to be writing.

use std::time::{Duration, Instant};

use crate::model::Uid;

/// Of the features that a peer tells of itself: it lets be known up to where a person has read, and wants to know it.
pub(super) const SHOWS_READS: u64 = 1;
/// A peer is told at most so often that somebody is writing.
const TYPING_PAUSE: Duration = Duration::from_secs(3);
/// And is heard so often: what comes faster is no person's.
const HEARING_PAUSE: Duration = Duration::from_secs(1);

/// What one peer and we let each other know.
#[derive(Debug, Default)]
pub(super) struct PeerSignals {
    /// The peer lets it be known up to where it has read, and wants to know it of us.
    pub(super) shows_reads: bool,
    /// The newest message of the peer that a person here has read.
    pub(super) read: Option<Uid>,
    /// What was told last of that, and the number of the session.
    told: Option<(u64, Uid)>,
    typing_told: Option<Instant>,
    typing_heard: Option<Instant>,
}

impl PeerSignals {
    /// What the peer says of itself. `anew`: a session begins with it, so that what is not said is not so.
    pub(super) fn note_features(&mut self, features: Option<u64>, anew: bool) {
        if let Some(features) = features.or_else(|| anew.then_some(0)) {
            self.shows_reads = features & SHOWS_READS != 0;
        }
    }

    /// What the peer is to be told now on the session with this number, where it was not told there.
    pub(super) fn take_read(&mut self, session: u64) -> Option<Uid> {
        let uid = self.read.filter(|uid| self.shows_reads && self.told != Some((session, *uid)))?;
        self.told = Some((session, uid));
        Some(uid)
    }

    /// Whether the peer may be told now that somebody is writing.
    pub(super) fn may_tell_typing(&mut self, now: Instant) -> bool {
        take_turn(&mut self.typing_told, now, TYPING_PAUSE)
    }

    /// Whether it is heard now that somebody there is writing.
    pub(super) fn may_hear_typing(&mut self, now: Instant) -> bool {
        take_turn(&mut self.typing_heard, now, HEARING_PAUSE)
    }
}

/// Something that comes at most once in a time: whether it may now.
fn take_turn(last: &mut Option<Instant>, now: Instant, pause: Duration) -> bool {
    let due = last.is_none_or(|last| now.saturating_duration_since(last) >= pause);
    if due {
        *last = Some(now);
    }
    due
}
