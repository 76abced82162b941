//! The memory of members who left: on their return they have their id, name and room again, and no message of theirs is
//! passed on twice.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::expiring_map::ExpiringMap;
use super::phrasebook::LanguageId;
use crate::dialects::relay::frame::MemberToken;

/// Members remembered after they left, if not as many as there may be.
const LEAST_GONE: usize = 4_096;
/// How long: a message is forwarded once in this time (R6).
const GONE_LIFE: Duration = Duration::from_mins(10);

/// Numbers of one sender that are remembered. One that is older than as many counts as taken, since nobody says anything
/// again after so many others.
const WINDOW: u32 = 256;

/// Which numbers of one sender were taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    taken: BTreeSet<u32>,
}

impl Window {
    pub(super) fn is_taken(&self, number: u32) -> bool {
        number < self.oldest() || self.taken.contains(&number)
    }

    /// Whether this very number was taken, as far as is remembered.
    pub(super) fn knows(&self, number: u32) -> bool {
        self.taken.contains(&number)
    }

    pub(super) fn take(&mut self, number: u32) {
        self.taken.insert(number);
        let oldest = self.oldest();
        while self.taken.first().is_some_and(|first| *first < oldest) {
            self.taken.pop_first();
        }
    }

    /// The last that was taken; 0: none.
    pub(super) fn newest(&self) -> u32 {
        self.taken.last().copied().unwrap_or_default()
    }

    fn oldest(&self) -> u32 {
        self.taken.last().map_or(0, |newest| newest.saturating_sub(WINDOW - 1))
    }
}

/// A plain member as it was.
#[derive(Debug)]
pub(super) struct DepartedPlain {
    pub(super) name: String,
    pub(super) room: String,
    pub(super) language: LanguageId,
}

#[derive(Debug)]
pub(super) struct Departed {
    /// Token and numbers of a framed member, by its id.
    owners: ExpiringMap<u64, (MemberToken, Window)>,
    places: ExpiringMap<SocketAddr, DepartedPlain>,
}

impl Departed {
    /// `members`: how many there may be.
    pub(super) fn new(members: usize) -> Self {
        let max = members.max(LEAST_GONE);
        Self { owners: ExpiringMap::new(GONE_LIFE, max), places: ExpiringMap::new(GONE_LIFE, max) }
    }

    pub(super) fn framed_left(&mut self, now: Instant, id: u64, token: MemberToken, window: Window) {
        self.owners.put(now, id, (token, window));
    }

    /// The numbers taken under an id so far; `None`: it was another member's.
    pub(super) fn claim(&self, now: Instant, id: u64, token: MemberToken) -> Option<Window> {
        match self.owners.get(now, id) {
            Some((owner, window)) => (*owner == token).then(|| window.clone()),
            None => Some(Window::default()),
        }
    }

    /// The numbers taken under an id so far.
    pub(super) fn window(&self, now: Instant, id: u64) -> Window {
        self.owners.get(now, id).map(|(_, window)| window.clone()).unwrap_or_default()
    }

    pub(super) fn plain_left(&mut self, now: Instant, address: SocketAddr, left: DepartedPlain) {
        self.places.put(now, address, left);
    }

    /// The plain member that was at that address.
    pub(super) fn plain_returns(&mut self, now: Instant, address: SocketAddr) -> Option<DepartedPlain> {
        self.places.take(now, address)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.owners.len().max(self.places.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_window_knows_the_numbers_it_took(numbers in vec(1_u32..700, 1..200)) {
            let (mut window, mut taken) = (Window::default(), BTreeSet::new());
            for number in numbers {
                let newest = taken.last().copied().unwrap_or(0_u32);
                let old = newest.saturating_sub(number) >= 256;
                prop_assert_eq!(window.is_taken(number), old || taken.contains(&number));
                window.take(number);
                taken.insert(number);
            }
        }
    }

    #[test]
    fn a_window_goes_to_the_greatest_number() {
        let mut window = Window::default();
        for number in [u32::MAX, u32::MAX - 255] {
            assert!(!window.is_taken(number));
            window.take(number);
            assert!(window.is_taken(number));
        }
        assert!(window.is_taken(1));
    }
}
