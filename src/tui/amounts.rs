//! Sizes, rates and times as a person reads them.

pub(in crate::tui) use crate::model::size;

/// A time left that is longer than this says nothing more than that it is long.
const MAX_HOURS: u64 = 99;

/// `1.2 MiB/s`.
pub(in crate::tui) fn rate(bytes: u64) -> String {
    format!("{}/s", size(bytes))
}

/// How much of it is there, in thousandths: the whole only when all of it is.
pub(in crate::tui) fn permille(bytes: u64, of: u64) -> u16 {
    if bytes >= of {
        return 1000;
    }
    let part = u128::from(bytes).saturating_mul(1000) / u128::from(of.max(1));
    u16::try_from(part).unwrap_or(999).min(999)
}

/// `0:42`, `1:02:03`; `None`: at such a rate it would not end within days.
pub(in crate::tui) fn left(bytes: u64, of: u64, rate: u64) -> Option<String> {
    let seconds = of.saturating_sub(bytes).checked_div(rate)?;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => Some(format!("{minutes}:{seconds:02}")),
        1..=MAX_HOURS => Some(format!("{hours}:{minutes:02}:{seconds:02}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_whole_before_all_of_it_is_there() {
        for (bytes, of, shown) in
            [(0, 10, 0), (999_999, 1_000_000, 999), (10, 10, 1000), (11, 10, 1000), (0, 0, 1000)]
        {
            assert_eq!(permille(bytes, of), shown);
        }
        assert_eq!(permille(u64::MAX - 1, u64::MAX), 999);
    }

    #[test]
    fn the_time_left_is_said_where_it_can_be_known() {
        assert_eq!(left(0, 42, 1).as_deref(), Some("0:42"));
        assert_eq!(left(0, 3723, 1).as_deref(), Some("1:02:03"));
        assert_eq!(left(10, 5, 1).as_deref(), Some("0:00"));
        assert_eq!((left(0, 1, 0), left(0, u64::MAX, 1)), (None, None));
    }
}
