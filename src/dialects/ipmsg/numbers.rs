//! The numbers of our packets.
//!
//! iptux drops a message whose number is not higher than the last one it took from us, so they rise; a forged receipt
//! needs the number of an open message, so nobody can tell the next one (invariant I5).

use crate::model::WallTime;
use crate::wire::Rng;

/// The highest number: some programs read it with a sign and 32 bits.
const MAX_NUMBER: u32 = 0x7fff_ffff;
/// The clock counts for no more than this, so that there is room above.
const MAX_START: i64 = 2_100_000_000;
const MICROS_PER_SECOND: i64 = 1_000_000;
/// How far from the clock the first number may be.
const START_SPREAD: u64 = 1 << 24;
/// How far the next number may be. A run can then send half a million messages before the numbers begin anew.
const STEP: u64 = 1 << 10;

#[derive(Debug, Default)]
pub(super) struct Numbers {
    last: Option<u32>,
}

impl Numbers {
    /// The number of a packet that somebody may confirm.
    pub(super) fn next(&mut self, wall: WallTime, chance: &mut Rng) -> u32 {
        let step = chance.below(STEP).saturating_add(1);
        self.step(wall, step, chance)
    }

    /// The number of a packet that nobody confirms.
    pub(super) fn plain(&mut self, wall: WallTime, chance: &mut Rng) -> u32 {
        self.step(wall, 1, chance)
    }

    fn step(&mut self, wall: WallTime, step: u32, chance: &mut Rng) -> u32 {
        let next = match self.last {
            Some(last) => last.saturating_add(step),
            None => started(wall).saturating_add(chance.below(START_SPREAD)),
        };
        // Beyond the end they begin anew. Those who remember the old ones forget them with our next entry.
        let next = if next > MAX_NUMBER { step } else { next.max(1) };
        self.last = Some(next);
        next
    }
}

/// The clock is looked at once: it may jump later.
fn started(wall: WallTime) -> u32 {
    let seconds = wall.0.checked_div(MICROS_PER_SECOND).unwrap_or_default();
    u32::try_from(seconds.clamp(0, MAX_START)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_whatever_the_clock_does() {
        let (mut numbers, mut chance) = (Numbers::default(), Rng::new(1));
        let mut last = 0;
        for wall in [1_795_000_000_000_000, i64::MIN, i64::MAX, 0, -5] {
            let next = numbers.next(WallTime(wall), &mut chance);
            assert!(next > last, "{next} after {last}");
            last = next;
        }
    }

    #[test]
    fn numbers_fit_a_sign_and_32_bits_from_the_first_to_the_last() {
        for wall in [i64::MIN, 0, i64::MAX] {
            let (mut numbers, mut chance) = (Numbers::default(), Rng::new(2));
            let number = numbers.next(WallTime(wall), &mut chance);
            assert!((1..=MAX_NUMBER).contains(&number));
        }
        let mut numbers = Numbers { last: Some(MAX_NUMBER) };
        assert!((1..2_000).contains(&numbers.next(WallTime(0), &mut Rng::new(3))));
    }

    #[test]
    fn another_seed_gives_other_numbers() {
        let of = |seed| {
            let (mut numbers, mut chance) = (Numbers::default(), Rng::new(seed));
            [(); 3].map(|()| numbers.next(WallTime(0), &mut chance))
        };
        assert_eq!(of(7), of(7));
        let steps =
            |numbers: [u32; 3]| [numbers[1].wrapping_sub(numbers[0]), numbers[2].wrapping_sub(numbers[1])];

        assert!(of(7)[0] != of(8)[0] && steps(of(7)) != steps(of(8)));
    }
}
