//! Dates as they are typed into a filter, in the local time zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::fold::fold;
use crate::model::WallTime;

/// The first moment of the year, month, day or minute that `value` names. Where the clocks change, it is the
/// first that can be read on them.
pub(super) fn read(value: &str, zone: &TimeZone, now: WallTime) -> Option<WallTime> {
    let value = fold(value);
    let start = match value.as_str() {
        "today" | "今天" => today(zone, now).into(),
        "yesterday" | "昨天" => today(zone, now).yesterday().ok()?.into(),
        written => civil(written)?,
    };
    Some(WallTime(zone.to_timestamp(start).ok()?.as_microsecond()))
}

fn today(zone: &TimeZone, now: WallTime) -> Date {
    zone.to_datetime(Timestamp::from_microsecond(now.0).unwrap_or_default()).date()
}

/// `2026`, `2026-11`, `2026-11-21` and `2026-11-21t10:30`, also with `/`.
fn civil(written: &str) -> Option<DateTime> {
    let (date, time) = written.split_once('t').map_or((written, None), |(date, time)| (date, Some(time)));
    let parts: Vec<&str> = date.split(['-', '/']).collect();
    let (year, month, day) = match (parts.as_slice(), time) {
        ([year], None) => (*year, "1", "1"),
        ([year, month], None) => (*year, *month, "1"),
        ([year, month, day], _) => (*year, *month, *day),
        _ => return None,
    };
    let date = Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok()?;
    let (hour, minute) = time.map_or(Some(("0", "0")), |time| time.split_once(':'))?;
    let midnight = date.at(0, 0, 0, 0);
    midnight.with().hour(number(hour, 2)?).minute(number(minute, 2)?).build().ok()
}

/// Digits and nothing else. A year has all four, so that half a year typed is not taken for a whole one.
fn number<T: std::str::FromStr>(digits: &str, most: usize) -> Option<T> {
    let fits = digits.len() == most || (most == 2 && digits.len() == 1);
    (fits && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}
