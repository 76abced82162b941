//! What is remembered of those who are gone, and of what was said: so that who returns is the same again, and
//! nothing is passed on twice.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Members remembered after they left.
const MAX_GONE: usize = 4_096;
/// How long: a message is forwarded once in this time (R6).
const GONE_LIFE: Duration = Duration::from_mins(10);
/// Datagrams to plain members that would be known if they came back.
const MAX_ECHOES: usize = 8_192;
/// Longer than anything is on its way, short enough that a person who quotes is seldom taken for an echo.
const ECHO_LIFE: Duration = Duration::from_secs(30);

/// A table whose oldest goes when it is full or its time is over.
#[derive(Debug)]
struct Recent<K, V> {
    life: Duration,
    max: usize,
    table: BTreeMap<K, (Instant, V)>,
    order: VecDeque<(Instant, K)>,
}

impl<K: Ord + Copy, V> Recent<K, V> {
    const fn new(life: Duration, max: usize) -> Self {
        Self { life, max, table: BTreeMap::new(), order: VecDeque::new() }
    }

    fn put(&mut self, now: Instant, key: K, value: V) {
        while let Some((since, oldest)) = self.order.front().copied() {
            let over = now.saturating_duration_since(since) >= self.life;
            if !over && self.order.len() < self.max {
                break;
            }
            self.order.pop_front();
            // It may have been put again since.
            if self.table.get(&oldest).is_some_and(|(last, _)| *last == since) {
                self.table.remove(&oldest);
            }
        }
        self.table.insert(key, (now, value));
        self.order.push_back((now, key));
    }

    fn get(&self, now: Instant, key: K) -> Option<&V> {
        let (since, value) = self.table.get(&key)?;
        (now.saturating_duration_since(*since) < self.life).then_some(value)
    }

    fn take(&mut self, now: Instant, key: K) -> Option<V> {
        let (since, value) = self.table.remove(&key)?;
        (now.saturating_duration_since(since) < self.life).then_some(value)
    }
}

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

/// Whether somebody who comes with an id may have it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nobody had it.
    New,
    /// It was theirs; the numbers taken so far.
    Theirs(Window),
    /// It was somebody else's.
    Others,
}

#[derive(Debug)]
pub(super) struct Past {
    owners: Recent<u64, Owner>,
    /// Name and room of a plain member.
    places: Recent<SocketAddr, (String, String)>,
    echoes: Recent<u64, ()>,
}

impl Default for Past {
    fn default() -> Self {
        Self {
            owners: Recent::new(GONE_LIFE, MAX_GONE),
            places: Recent::new(GONE_LIFE, MAX_GONE),
            echoes: Recent::new(ECHO_LIFE, MAX_ECHOES),
        }
    }
}

impl Past {
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

    /// Name and room of who was here at that address.
    pub(super) fn plain_returns(&mut self, now: Instant, address: SocketAddr) -> Option<(String, String)> {
        self.places.take(now, address)
    }

    /// A datagram goes to plain members.
    pub(super) fn said(&mut self, now: Instant, fingerprint: u64) {
        self.echoes.put(now, fingerprint, ());
    }

    pub(super) fn is_echo(&self, now: Instant, fingerprint: u64) -> bool {
        self.echoes.get(now, fingerprint).is_some()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let tables = self.owners.table.len().max(self.places.table.len());
        tables.max(self.owners.order.len()).max(self.places.order.len())
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
