//! Bans and rules as the log keeps them, so that they outlast the relay and hold at all relays of the log.
//!
//! A key says what it is about: `rules.ROOM`, or `enter.ID` and `speak.ID` with a member's id in hex; a kick is over too soon
//! to be kept. A value
//! begins with its version. Version 1 of rules: flags (1 moderated, 2 closed, 4 password), slow u16, topic short, and of
//! a password the salt (16 bytes) and the key (32 bytes) that it stretches to; of bans: the time of
//! its end in milliseconds since 1970 (0: for good), the origin (4, 6 or 0, then 4 or 16 bytes, or a text), name short.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use super::moderation::{Ban, BanOrigin, RoomRules, Sanction};
use crate::dialects::relay::stretched_key::StretchedKey;
use crate::model::Now;
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
const MODERATED: u8 = 1;
const CLOSED: u8 = 2;
const LOCKED: u8 = 4;
const RULES: &str = "rules.";
/// Where a ban came from.
const PROGRAM: u8 = 0;
const V4: u8 = 4;
const V6: u8 = 6;

/// What a setting of the log is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Rules { room: String, rules: RoomRules },
    Imposed(Sanction),
    Lifted { ban: Ban, id: u64 },
}

/// The bans that are kept, by the beginnings of their keys.
const BANS: [(Ban, &str); 2] = [(Ban::Enter, "enter."), (Ban::Speak, "speak.")];

pub(super) fn rules_key(room: &str) -> String {
    format!("{RULES}{room}")
}

/// Empty where the room is as every other.
pub(super) fn rules_value(rules: &RoomRules) -> Vec<u8> {
    let mut value = Vec::new();
    if *rules != RoomRules::default() {
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        let flags = flag(rules.moderated, MODERATED) | flag(rules.closed, CLOSED);
        let flags = flags | flag(rules.key.is_some(), LOCKED);
        let out = value.u8(VERSION).u8(flags).u16(rules.slow).short_text(&rules.topic);
        if let Some(key) = &rules.key {
            out.bytes(&key.salt).bytes(key.to_keep());
        }
    }
    value
}

/// `None`: it is not kept.
pub(super) fn ban_key(ban: Ban, id: u64) -> Option<String> {
    let (_, key) = BANS.into_iter().find(|(kept, _)| *kept == ban)?;
    Some(format!("{key}{id:016x}"))
}

/// Key and value; `None`: it is not kept.
pub(super) fn ban(now: Now, sanction: &Sanction) -> Option<(String, Vec<u8>)> {
    Some((ban_key(sanction.ban, sanction.id)?, ban_value(now, sanction)))
}

fn ban_value(now: Now, sanction: &Sanction) -> Vec<u8> {
    let end = |left: Duration| now.after(left).wall.0.div_euclid(1_000).cast_unsigned();
    let until = sanction.until.map_or(0, |until| end(until.saturating_duration_since(now.mono)).max(1));
    let mut value = Vec::new();
    let out = value.u8(VERSION).u64(until);
    let out = match sanction.origin {
        BanOrigin::Network(IpAddr::V4(ip)) => out.u8(V4).bytes(&ip.octets()),
        BanOrigin::Network(IpAddr::V6(ip)) => out.u8(V6).bytes(&ip.octets()),
        BanOrigin::Program(address) => out.u8(PROGRAM).short_text(&address.to_string()),
    };
    out.short_text(&sanction.name);
    value
}

/// `None`: a later relay has written it, or nobody.
pub(super) fn read(now: Now, key: &str, value: &[u8]) -> Option<Setting> {
    if let Some(room) = key.strip_prefix(RULES) {
        return Some(Setting::Rules { room: room.to_owned(), rules: read_rules(value)? });
    }
    let (ban, id) = BANS.into_iter().find_map(|(ban, start)| Some((ban, key.strip_prefix(start)?)))?;
    let id = u64::from_str_radix(id, 16).ok()?;
    let mut cursor = Cursor::new(value);
    if value.is_empty() {
        return Some(Setting::Lifted { ban, id });
    }
    let until = Some(cursor.u8()?).filter(|version| *version == VERSION).and_then(|_| cursor.u64())?;
    let origin = match cursor.u8()? {
        V4 => BanOrigin::Network(Ipv4Addr::from(cursor.array::<4>()?).into()),
        V6 => BanOrigin::Network(Ipv6Addr::from(cursor.array::<16>()?).into()),
        PROGRAM => BanOrigin::Program(cursor.short_text()?.parse().ok()?),
        _ => return None,
    };
    let name = cursor.short_text()?.to_owned();
    let end = i64::try_from(until).ok()?.saturating_mul(1_000);
    let left = Duration::from_micros(u64::try_from(end.saturating_sub(now.wall.0)).unwrap_or_default());
    let until = (until > 0).then(|| now.after(left).mono);
    Some(Setting::Imposed(Sanction { ban, name, id, origin, until }))
}

fn read_rules(value: &[u8]) -> Option<RoomRules> {
    if value.is_empty() {
        return Some(RoomRules::default());
    }
    let mut cursor = Cursor::new(value);
    let flags = Some(cursor.u8()?).filter(|version| *version == VERSION).and_then(|_| cursor.u8())?;
    let (slow, topic) = (cursor.u16()?, cursor.short_text()?.to_owned());
    let key = match flags & LOCKED {
        0 => None,
        _ => Some(StretchedKey::kept(cursor.array()?, cursor.array()?)),
    };
    Some(RoomRules { slow, moderated: flags & MODERATED != 0, topic, closed: flags & CLOSED != 0, key })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::model::WallTime;

    #[expect(clippy::disallowed_methods, reason = "the origin of a virtual clock; only differences matter")]
    fn now() -> Now {
        Now { mono: Instant::now(), wall: WallTime(1_790_000_000_000_000) }
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let now = now();
        let hour = now.mono.checked_add(Duration::from_hours(1));
        for (address, until) in [("10.0.0.7:1", hour), ("[2001:db8::7]:1", None), ("127.0.0.1:9", hour)] {
            let origin = BanOrigin::of(Ban::Enter, address.parse().expect("an address"));
            let sanction = Sanction { ban: Ban::Enter, name: "李".to_owned(), id: 0xfe, origin, until };
            let (key, value) = ban(now, &sanction).expect("kept");
            assert_eq!(read(now, &key, &value), Some(Setting::Imposed(sanction)), "{address}");
        }
        let rules = RoomRules {
            slow: 10,
            moderated: true,
            topic: "page 7".to_owned(),
            closed: true,
            key: Some(StretchedKey::kept([3; 16], [4; 32])),
        };
        let setting = Setting::Rules { room: "dev".to_owned(), rules: rules.clone() };
        assert_eq!(read(now, &rules_key("dev"), &rules_value(&rules)), Some(setting));
        assert!(rules_value(&RoomRules::default()).is_empty());
        let lifted = Setting::Lifted { ban: Ban::Speak, id: 7 };
        assert_eq!(read(now, &ban_key(Ban::Speak, 7).expect("kept"), &[]), Some(lifted));
    }

    #[test]
    fn a_ban_that_is_over_is_over_whenever_it_is_read() {
        let before = now();
        let until = before.mono.checked_add(Duration::from_hours(1));
        let origin = BanOrigin::of(Ban::Enter, ([10, 0, 0, 7], 1).into());
        let value =
            ban_value(before, &Sanction { ban: Ban::Enter, name: String::new(), id: 1, origin, until });
        let late = before.after(Duration::from_hours(2));
        let Some(Setting::Imposed(read)) = read(late, "enter.1", &value) else { panic!("not read") };
        assert_eq!(read.until, Some(late.mono));
    }

    #[test]
    fn what_nobody_has_written_is_nothing() {
        let now = now();
        let long = [1; 40];
        for (key, value) in [
            ("", &b"x"[..]),
            ("enter.zz", b""),
            ("enter.7", b"\x02"),
            ("enter.7", b"\x01"),
            ("enter.7", &long),
            ("rules.dev", b"\x02\0\0\0\0"),
            ("rules.dev", b"\x01"),
            ("other", b"\x01"),
        ] {
            assert_eq!(read(now, key, value), None, "{key}");
        }
    }
}
