//! How much of what is said in its rooms a relay keeps.

use std::time::Duration;

use super::contact::parse_size;
use super::{KeepPeriod, Phrase};

/// The word for no bound at all.
const ALL: &str = "all";

/// What holds where somebody asks for a history and says nothing else: a month of a busy class, in a file that fits every
/// disk.
const USUAL_DAYS: &str = "30d";
const USUAL_MESSAGES: u64 = 100_000;
const USUAL_BYTES: u64 = 1 << 30;

/// A message is kept at least as long as it may come again: whoever said it does so for 20 seconds, and a cluster tells doubles
/// from one another for two minutes.
const SHORTEST: Duration = Duration::from_mins(2);

/// How much is kept. `None`: there is no such bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomRetention {
    /// How long a message is kept.
    pub keep: Option<Duration>,
    /// Messages of one room.
    pub keep_messages: Option<u64>,
    /// Names and texts of all messages, and 64 bytes for each. The file is larger by its indexes.
    pub keep_bytes: Option<u64>,
}

/// A bound as somebody said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionBound<T> {
    /// `all`: there is to be none.
    Lifted,
    At(T),
}

impl<T> RetentionBound<T> {
    fn parse(text: &str, bound: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case(ALL) { Some(Self::Lifted) } else { bound(text).map(Self::At) }
    }

    pub fn bound(self) -> Option<T> {
        match self {
            Self::Lifted => None,
            Self::At(bound) => Some(bound),
        }
    }
}

/// What was said of it, on a command line or in the settings. `None`: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionSettings {
    pub age: Option<RetentionBound<KeepPeriod>>,
    pub messages: Option<RetentionBound<u64>>,
    pub bytes: Option<RetentionBound<u64>>,
}

impl RetentionSettings {
    /// Nothing is bounded.
    pub const UNBOUNDED: Self = Self {
        age: Some(RetentionBound::Lifted),
        messages: Some(RetentionBound::Lifted),
        bytes: Some(RetentionBound::Lifted),
    };

    /// `30d` or `all`; two minutes at least.
    pub fn parse_age(text: &str) -> Option<RetentionBound<KeepPeriod>> {
        let period = |text: &str| KeepPeriod::parse(text).filter(|period| period.duration() >= SHORTEST);
        RetentionBound::parse(text, period)
    }

    /// A whole number from 1, or `all`.
    pub fn parse_messages(text: &str) -> Option<RetentionBound<u64>> {
        let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = |text: &str| Some(text).filter(digits)?.parse().ok();
        RetentionBound::parse(text, |text| whole(text).filter(|number| *number > 0))
    }

    /// `1GB`, or `all`.
    pub fn parse_bytes(text: &str) -> Option<RetentionBound<u64>> {
        RetentionBound::parse(text, |text| parse_size(text).filter(|bytes| *bytes > 0))
    }

    pub const fn is_empty(self) -> bool {
        self.age.is_none() && self.messages.is_none() && self.bytes.is_none()
    }

    /// These, and of `others` what these leave open.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            age: self.age.or(others.age),
            messages: self.messages.or(others.messages),
            bytes: self.bytes.or(others.bytes),
        }
    }

    /// With the usual where nothing was said.
    pub fn settle(self) -> SettledRetention {
        SettledRetention {
            age: self.age.map_or_else(|| KeepPeriod::parse(USUAL_DAYS), RetentionBound::bound),
            messages: self.messages.map_or(Some(USUAL_MESSAGES), RetentionBound::bound),
            bytes: self.bytes.map_or(Some(USUAL_BYTES), RetentionBound::bound),
        }
    }
}

/// What holds, in the units in which people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledRetention {
    age: Option<KeepPeriod>,
    messages: Option<u64>,
    bytes: Option<u64>,
}

impl SettledRetention {
    pub fn bounds(self) -> RoomRetention {
        RoomRetention {
            keep: self.age.map(KeepPeriod::duration),
            keep_messages: self.messages,
            keep_bytes: self.bytes,
        }
    }

    /// A sentence with what holds: `age` and its `unit`, or the unit `all`; `messages` and `bytes`, `all` for none.
    pub fn phrase(self, key: &'static str) -> Phrase {
        let phrase = match self.age {
            Some(period) => period.phrase(key),
            None => Phrase::new(key).number("count", 0_u64).text("unit", ALL),
        };
        let shown = |phrase: Phrase, name, bound: Option<String>| {
            phrase.text(name, bound.unwrap_or_else(|| ALL.to_owned()))
        };
        let phrase = shown(phrase, "messages", self.messages.map(|number| number.to_string()));
        shown(phrase, "bytes", self.bytes.map(super::size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_the_usual_and_all_lifts_a_bound() {
        let usual = RetentionSettings::default().settle().bounds();
        let month = Duration::from_hours(30 * 24);
        let expected =
            RoomRetention { keep: Some(month), keep_messages: Some(100_000), keep_bytes: Some(1 << 30) };
        assert_eq!(usual, expected);
        let said = RetentionSettings {
            age: RetentionSettings::parse_age("all"),
            messages: RetentionSettings::parse_messages("All"),
            bytes: RetentionSettings::parse_bytes(" 20MB "),
        };
        let bounds = said.settle().bounds();
        assert_eq!(bounds, RoomRetention { keep: None, keep_messages: None, keep_bytes: Some(20 << 20) });
        let shorter =
            RetentionSettings { age: RetentionSettings::parse_age("2h"), ..RetentionSettings::default() };
        let both = shorter.or(said).settle().bounds();
        assert_eq!(both.keep, Some(Duration::from_hours(2)));
        assert_eq!((both.keep_messages, both.keep_bytes), (None, Some(20 << 20)));
    }

    #[test]
    fn what_bounds_nothing_is_refused() {
        for odd in ["", "0", "-1", "+5", "1.5", "many", "99999999999999999999"] {
            assert_eq!(RetentionSettings::parse_messages(odd), None, "{odd}");
        }
        for odd in ["", "0", "0GB", "5XB", "-1"] {
            assert_eq!(RetentionSettings::parse_bytes(odd), None, "{odd}");
        }
        assert!(RetentionSettings::parse_age("2m").is_some());
        for odd in ["", "0d", "30", "d", "1m"] {
            assert_eq!(RetentionSettings::parse_age(odd), None, "{odd}");
        }
    }
}
