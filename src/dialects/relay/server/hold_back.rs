//! Messages of one member that came before their turn: a datagram that carried an earlier one was lost or is late, or the log
//! has not kept the one before yet.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Messages of one member, and their bytes: what it may have under way.
const MAX_HELD: usize = 16;
const MAX_HELD_BYTES: usize = 32 * 1_024;
/// After so long a message is not held any more: its sender says it again.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug)]
struct HeldText {
    /// The number of the message that has to come first; 0: none.
    after: u32,
    text: Vec<u8>,
    until: Instant,
}

#[derive(Debug, Default)]
pub(super) struct HeldTexts {
    held: BTreeMap<u32, HeldText>,
}

impl HeldTexts {
    /// Keeps a message until its turn comes. Where there are too many, the last of them have to come again.
    pub(super) fn hold(&mut self, now: Instant, number: u32, after: u32, text: &[u8]) {
        let Some(until) = now.checked_add(PATIENCE) else { return };
        self.held.insert(number, HeldText { after, text: text.to_vec(), until });
        while self.held.len() > 1 && (self.held.len() > MAX_HELD || self.bytes() > MAX_HELD_BYTES) {
            self.held.pop_last();
        }
    }

    /// Takes out the message whose turn has come. `newest` is the last that was taken: what is older has missed its turn.
    pub(super) fn take_next(
        &mut self,
        now: Instant,
        newest: u32,
        is_taken: impl Fn(u32) -> bool,
    ) -> Option<(u32, Vec<u8>)> {
        self.held.retain(|number, held| *number > newest && now < held.until);
        let first = self.held.first_entry()?;
        let after = first.get().after;
        (after == 0 || is_taken(after)).then(|| (*first.key(), first.remove().text))
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    fn bytes(&self) -> usize {
        self.held.values().map(|held| held.text.len()).fold(0, usize::saturating_add)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
mod tests {
    use super::*;

    #[test]
    fn messages_wait_for_the_one_before_and_no_longer_than_it_is_worth() {
        let now = Instant::now();
        let mut held = HeldTexts::default();
        held.hold(now, 4, 3, b"d");
        held.hold(now, 3, 2, b"c");
        assert_eq!(held.take_next(now, 1, |number| number <= 1), None);
        assert_eq!(held.take_next(now, 2, |number| number <= 2), Some((3, b"c".to_vec())));
        assert_eq!(held.take_next(now, 2, |number| number <= 2), None, "4 follows 3");
        assert_eq!(held.take_next(now, 5, |number| number <= 5), None, "4 has missed its turn");
        held.hold(now, 7, 6, b"g");
        let late = now + PATIENCE;
        assert_eq!(held.take_next(late, 6, |_| true), None, "its sender says it again");
    }

    #[test]
    fn what_is_held_is_bounded() {
        let now = Instant::now();
        let mut held = HeldTexts::default();
        for number in 2..100 {
            held.hold(now, number, number - 1, &[0; 1_000]);
        }
        assert_eq!(held.held.len(), MAX_HELD);
        assert_eq!(
            held.held.first_key_value().map(|(number, _)| *number),
            Some(2),
            "the first are wanted first"
        );
        for number in 2..20 {
            held.hold(now, number, number - 1, &vec![0; 20_000]);
        }
        assert_eq!(held.held.len(), 1);
        held.hold(now, 2, 1, &vec![0; 60_000]);
        assert_eq!(held.held.len(), 1, "one of any length");
    }
}
