//! Up to which place of the log everything is in the history here: only from there on has anything to be read again in
//! another run.

use std::collections::VecDeque;

use crate::model::Uid;
use crate::model::room_log::{LogEpoch, Place};

/// Places that wait for the history. One that a flood has driven out would hold up those behind it for ever.
const MAX_WAITING: usize = 1_024;

/// What a message of a log is known by here: it comes once, whichever way it comes.
pub(super) fn uid_of(epoch: LogEpoch, place: Place) -> Uid {
    Uid((u128::from(epoch.0) << 64 | u128::from(place.get())).to_be_bytes())
}

/// The place that a message of this log is known by.
pub(super) fn place_of(epoch: LogEpoch, uid: Uid) -> Option<Place> {
    let number = u128::from_be_bytes(uid.0);
    let is_of_log = number >> 64 == u128::from(epoch.0);
    u64::try_from(number & u128::from(u64::MAX)).ok().filter(|_| is_of_log).and_then(Place::new)
}

#[derive(Debug, Default)]
pub(super) struct KeptPlaces {
    last: Option<Place>,
    /// By rising place, and whether they are settled.
    waiting: VecDeque<(Place, bool)>,
}

impl KeptPlaces {
    pub(super) const fn new(last: Option<Place>) -> Self {
        Self { last, waiting: VecDeque::new() }
    }

    /// Nothing up to here has to be read again.
    pub(super) const fn last(&self) -> Option<Place> {
        self.last
    }

    /// A message is shown, or is none that the history has to keep (`settled`).
    pub(super) fn add(&mut self, place: Place, settled: bool) {
        self.waiting.push_back((place, settled));
        if self.waiting.len() > MAX_WAITING {
            self.last = self.last.max(self.waiting.pop_front().map(|(place, _)| place));
        }
        self.advance();
    }

    /// The history has the message, or never will.
    pub(super) fn settle(&mut self, place: Place) {
        if let Ok(at) = self.waiting.binary_search_by_key(&place, |(waiting, _)| *waiting)
            && let Some((_, settled)) = self.waiting.get_mut(at)
        {
            *settled = true;
        }
        self.advance();
    }

    fn advance(&mut self) {
        while let Some((place, true)) = self.waiting.front().copied() {
            self.waiting.pop_front();
            self.last = self.last.max(Some(place));
        }
    }
}
