//! Two lists of messages made one by their times, each in its own order.

/// Where a message stands from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// Its id, or its number among the new ones.
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) is_new: bool,
}

/// The places from the first new message on. `old`: ids and times; `new`: times. A new message stands before the
/// first old one that is later, and no old one gets a lower id than it had.
pub(super) fn places(old: &[(i64, i64)], new: &[i64]) -> Vec<Placement> {
    let mut places: Vec<Placement> = Vec::new();
    let (mut old, mut new) = (old.iter().peekable(), new.iter().zip(0_i64..).peekable());
    let mut last = 0;
    loop {
        let place = match (old.peek(), new.peek()) {
            (None, None) => return places,
            (Some((id, time)), Some((earliest, _))) if *earliest >= time => stay(*id, last),
            (Some((id, _)), None) => stay(*id, last),
            (_, Some((_, number))) => Placement { from: *number, to: last + 1, is_new: true },
        };
        if place.is_new {
            new.next();
        } else {
            old.next();
        }
        last = place.to;
        if place.is_new || !places.is_empty() {
            places.push(place);
        }
    }
}

fn stay(id: i64, last: i64) -> Placement {
    Placement { from: id, to: id.max(last + 1), is_new: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &[(i64, i64)], new: &[i64]) -> Vec<(bool, i64, i64)> {
        places(old, new).iter().map(|place| (place.is_new, place.from, place.to)).collect()
    }

    #[test]
    fn a_new_message_stands_before_the_first_that_is_later() {
        assert_eq!(shown(&[(1, 10), (2, 20), (3, 30)], &[15]), [(true, 0, 2), (false, 2, 3), (false, 3, 4)]);
        assert_eq!(shown(&[(1, 10), (2, 20)], &[20, 40]), [(true, 0, 3), (true, 1, 4)]);
        assert_eq!(shown(&[], &[5, 3]), [(true, 0, 1), (true, 1, 2)]);
        assert_eq!(shown(&[(1, 10)], &[]), []);
    }

    #[test]
    fn gaps_between_ids_are_filled_before_anything_moves() {
        assert_eq!(shown(&[(1, 10), (9, 20)], &[15]), [(true, 0, 2), (false, 9, 9)]);
        assert_eq!(shown(&[(0, 10)], &[5]), [(true, 0, 1), (false, 0, 2)]);
    }

    #[test]
    fn a_clock_that_jumped_changes_no_order() {
        let places = shown(&[(1, 50), (2, 10), (3, 60)], &[20, 5, 55]);
        let order: Vec<(bool, i64)> = places.iter().map(|(new, from, _)| (*new, *from)).collect();
        assert_eq!(order, [(true, 0), (true, 1), (false, 1), (false, 2), (true, 2), (false, 3)]);
    }
}
