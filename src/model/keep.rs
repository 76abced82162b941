//! How long our own copy of a message is kept.

use std::time::Duration;

use super::{Phrase, WallTime};

/// Units as a person writes them, with their minutes, the longest first.
const UNITS: [(&str, u32); 4] = [("w", 7 * 24 * 60), ("d", 24 * 60), ("h", 60), ("m", 1)];

/// Longer is as good as for ever, and no date may overflow: ten years.
const MAX_MINUTES: u32 = 10 * 366 * 24 * 60;

const MINUTE: i64 = 60 * 1_000_000;

/// At least a minute: whatever goes sooner nobody has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepPeriod {
    minutes: u32,
}

impl KeepPeriod {
    /// `7d`, `90 m`, `1w`. `None`: it is no such time, or too short or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, unit) = text.split_at_checked(digits)?;
        let unit = unit.trim().to_ascii_lowercase();
        let (_, minutes) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let minutes = number.parse::<u32>().ok()?.checked_mul(minutes)?;
        (1..=MAX_MINUTES).contains(&minutes).then_some(Self { minutes })
    }

    /// The number, and its unit: the longest in which it is a whole number. Nobody who says days wants to read weeks.
    fn parts(self) -> (u32, &'static str) {
        let whole = |(unit, minutes): &(&str, u32)| *unit != "w" && self.minutes.is_multiple_of(*minutes);
        let (unit, minutes) = UNITS.into_iter().find(whole).unwrap_or(("m", 1));
        (self.minutes.checked_div(minutes).unwrap_or_default(), unit)
    }

    /// As it stands in the list of contacts.
    pub fn written(self) -> String {
        let (number, unit) = self.parts();
        format!("{number}{unit}")
    }

    /// A sentence with the number as `count`, and the letter of its `unit`.
    pub fn phrase(self, key: &'static str) -> Phrase {
        let (number, unit) = self.parts();
        Phrase::new(key).number("count", number).text("unit", unit)
    }

    /// After how long what is said with somebody is removed from now on.
    pub fn told(period: Option<Self>, name: &str) -> Phrase {
        let told = period.map_or_else(|| Phrase::new("keep-off"), |period| period.phrase("keep-for"));
        told.text("name", name)
    }

    /// About as long: in whole minutes, at least one, rounded up.
    pub fn about(time: Duration) -> Self {
        let minutes = u32::try_from(time.as_secs().div_ceil(60)).unwrap_or(MAX_MINUTES);
        Self { minutes: minutes.clamp(1, MAX_MINUTES) }
    }

    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.minutes).saturating_mul(60))
    }

    /// When a message that is stored now is to be removed.
    pub fn expiry(self, stored: WallTime) -> WallTime {
        WallTime(stored.0.saturating_add(i64::from(self.minutes).saturating_mul(MINUTE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_write_it_and_written_in_its_longest_unit() {
        for (typed, written, minutes) in [
            ("1m", "1m", 1),
            ("90m", "90m", 90),
            (" 120 M ", "2h", 120),
            ("24h", "1d", 1_440),
            ("1w", "7d", 10_080),
            ("8d", "8d", 11_520),
            ("2w", "14d", 20_160),
        ] {
            let period = KeepPeriod::parse(typed).expect(typed);
            assert_eq!(period.written(), written, "{typed}");
            assert_eq!(KeepPeriod::parse(written), Some(period));
            assert_eq!(period.expiry(WallTime(5)), WallTime(5 + minutes * MINUTE), "{typed}");
        }
        for odd in
            ["", "7", "d", "0m", "0d", "59s", "-1d", "1.5d", "7 days", "7dd", "9999w", "99999999999m", "７d"]
        {
            assert_eq!(KeepPeriod::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn no_time_overflows() {
        let longest = KeepPeriod { minutes: MAX_MINUTES };
        assert_eq!(longest.expiry(WallTime(i64::MAX)), WallTime(i64::MAX));
    }
}
