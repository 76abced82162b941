//! The memory of members who left: on their return they have their id, name and room again, and no message of theirs is
//! passed on twice.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::expiring_map::ExpiringMap;

/// Members remembered after they left.
const MAX_GONE: usize = 4_096;
/// How long: a message is forwarded once in this time (R6).
const GONE_LIFE: Duration = Duration::from_mins(10);

/// Which numbers of one sender were taken: the newest, and which of the 256 before it. One that is older counts as
/// taken, since nobody says anything again after so many others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    newest: u32,
    /// Bit n is the number `newest - n`.
    taken: [u128; 2],
}

impl Window {
    pub(super) const fn is_taken(&self, number: u32) -> bool {
        let Some(age) = self.newest.checked_sub(number) else { return false };
        let [near, far] = self.taken;
        match age {
            0..128 => near >> age & 1 == 1,
            128..256 => far >> (age & 127) & 1 == 1,
            _ => true,
        }
    }

    pub(super) fn take(&mut self, number: u32) {
        if let Some(ahead) = number.checked_sub(self.newest) {
            self.shift(ahead);
            self.newest = number;
        }
        let [near, far] = &mut self.taken;
        match self.newest.saturating_sub(number) {
            age @ 0..128 => *near |= 1 << age,
            age @ 128..256 => *far |= 1 << (age & 127),
            _ => {}
        }
    }

    fn shift(&mut self, by: u32) {
        let [near, far] = self.taken;
        self.taken = match by {
            0 => [near, far],
            1..128 => [near << by, far << by | near >> 128_u32.saturating_sub(by)],
            128..256 => [0, near << (by & 127)],
            _ => [0, 0],
        };
    }
}

/// A framed member that is gone.
#[derive(Clone, Copy, Debug)]
struct Owner {
    token: u64,
    window: Window,
}

/// Whether a newcomer may have the id it brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// No member had it.
    New,
    /// It was theirs; the numbers taken so far.
    Theirs(Window),
    /// It was another member's.
    Others,
}

#[derive(Debug)]
pub(super) struct Departed {
    owners: ExpiringMap<u64, Owner>,
    /// Name and room of a plain member.
    places: ExpiringMap<SocketAddr, (String, String)>,
}

impl Default for Departed {
    fn default() -> Self {
        Self { owners: ExpiringMap::new(GONE_LIFE, MAX_GONE), places: ExpiringMap::new(GONE_LIFE, MAX_GONE) }
    }
}

impl Departed {
    pub(super) fn framed_left(&mut self, now: Instant, id: u64, token: u64, window: Window) {
        self.owners.put(now, id, Owner { token, window });
    }

    pub(super) fn claim(&mut self, now: Instant, id: u64, token: u64) -> Claim {
        match self.owners.get(now, id).copied() {
            None => Claim::New,
            Some(owner) if owner.token == token => {
                self.owners.take(now, id);
                Claim::Theirs(owner.window)
            }
            Some(_) => Claim::Others,
        }
    }

    pub(super) fn plain_left(&mut self, now: Instant, address: SocketAddr, name: String, room: String) {
        self.places.put(now, address, (name, room));
    }

    /// Name and room of the plain member that was at that address.
    pub(super) fn plain_returns(&mut self, now: Instant, address: SocketAddr) -> Option<(String, String)> {
        self.places.take(now, address)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.owners.len().max(self.places.len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
