//! What a relay tells the others that share its log, so that an order reaches whoever it is about wherever they are.
//!
//! ```text
//! version u8 (1)  kind u8
//! 1 kick: name    2 ban, 3 mute: seconds u64 (0: for good) name    4 unban: name or address
//! 5 kicked: id u64  address  name
//! 6 here: run u64, the addresses of the relay as its welcome has those of others
//! ```
//! Texts are short. What came from another relay is judged like anything from the network.

use std::net::SocketAddr;
use std::time::Duration;

use super::orders::RelayOrder;
use crate::dialects::relay::frame::{MAX_RELAYS, RelayList, put_relay};
use crate::model::text::plain_line;
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
const KICK: u8 = 1;
const BAN: u8 = 2;
const MUTE: u8 = 3;
const UNBAN: u8 = 4;
const KICKED: u8 = 5;
const HERE: u8 = 6;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RelayNotice {
    /// About somebody who may be elsewhere.
    Order(RelayOrder),
    /// That member was put out just now, and is not to come in elsewhere.
    Kicked { id: u64, address: SocketAddr, name: String },
    /// This run of a relay is there, and its members reach it so.
    Here { run: u64, public: Vec<SocketAddr> },
}

impl RelayNotice {
    /// `None`: others learn it from the log, or it is about nobody there.
    pub(super) fn of(order: &RelayOrder) -> Option<Self> {
        let name = match order {
            RelayOrder::Kick { name } | RelayOrder::Ban { name, .. } | RelayOrder::Mute { name, .. } => name,
            RelayOrder::Unban { who } => who,
            RelayOrder::Unmute { .. }
            | RelayOrder::Slow { .. }
            | RelayOrder::Moderated { .. }
            | RelayOrder::Topic { .. }
            | RelayOrder::Close { .. }
            | RelayOrder::Open { .. }
            | RelayOrder::Password { .. }
            | RelayOrder::Remove { .. }
            | RelayOrder::Bans => return None,
        };
        // Nobody is called so.
        u8::try_from(name.len()).is_ok().then(|| Self::Order(order.clone()))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let out = bytes.u8(VERSION);
        match self {
            Self::Order(RelayOrder::Kick { name }) => out.u8(KICK).short_text(name),
            Self::Order(RelayOrder::Ban { name, time }) => out.u8(BAN).u64(seconds(*time)).short_text(name),
            Self::Order(RelayOrder::Mute { name, time }) => out.u8(MUTE).u64(seconds(*time)).short_text(name),
            Self::Order(RelayOrder::Unban { who }) => out.u8(UNBAN).short_text(who),
            Self::Order(_) => out,
            Self::Kicked { id, address, name } => {
                out.u8(KICKED).u64(*id).short_text(&address.to_string()).short_text(name)
            }
            Self::Here { run, public } => {
                let out = out.u8(HERE).u64(*run);
                public.iter().take(MAX_RELAYS).for_each(|relay| put_relay(out, *relay));
                out
            }
        };
        bytes
    }

    /// `None`: a later relay says it, or nobody.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let kind = Some(cursor.u8()?).filter(|version| *version == VERSION).and_then(|_| cursor.u8())?;
        let said = match kind {
            KICK => Self::Order(RelayOrder::Kick { name: name(&mut cursor)? }),
            BAN => {
                let time = time(cursor.u64()?);
                Self::Order(RelayOrder::Ban { name: name(&mut cursor)?, time })
            }
            MUTE => {
                let time = time(cursor.u64()?);
                Self::Order(RelayOrder::Mute { name: name(&mut cursor)?, time })
            }
            UNBAN => Self::Order(RelayOrder::Unban { who: name(&mut cursor)? }),
            KICKED => {
                let (id, address) = (cursor.u64()?, cursor.short_text()?.parse().ok()?);
                Self::Kicked { id, address, name: name(&mut cursor)? }
            }
            HERE => {
                let run = cursor.u64()?;
                Self::Here { run, public: RelayList::decode(cursor.take_rest())?.iter().collect() }
            }
            _ => return None,
        };
        cursor.is_empty().then_some(said)
    }
}

/// As whoever orders can have said it.
fn name(cursor: &mut Cursor<'_>) -> Option<String> {
    let name = cursor.short_text()?;
    (!name.is_empty() && plain_line(name) == name).then(|| name.to_owned())
}

/// Less than a second is a second: 0 is for good.
fn seconds(time: Option<Duration>) -> u64 {
    time.map_or(0, |time| time.as_secs().max(1))
}

fn time(seconds: u64) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_is_heard_and_nothing_else() {
        let (name, who) = (|| "李 ann".to_owned(), "10.0.0.7".to_owned());
        let hour = Some(Duration::from_hours(1));
        let orders = [
            RelayOrder::Kick { name: name() },
            RelayOrder::Ban { name: name(), time: hour },
            RelayOrder::Mute { name: name(), time: None },
            RelayOrder::Unban { who },
        ];
        let kicked = RelayNotice::Kicked { id: 7, address: ([127, 0, 0, 1], 9).into(), name: name() };
        let all = orders.iter().map(|order| RelayNotice::of(order).expect("announced"));
        for announced in all.chain([kicked]) {
            let bytes = announced.encode();
            assert_eq!(RelayNotice::decode(&bytes), Some(announced));
            for end in 0..bytes.len() {
                assert_eq!(RelayNotice::decode(&bytes[..end]), None, "{end}");
            }
            assert_eq!(RelayNotice::decode(&[&bytes[..], &[0]].concat()), None);
        }
        for nobodys in [&b""[..], b"\x02\x01\x01a", b"\x01\x09\x01a", b"\x01\x01\x00", b"\x01\x01\x02a\n"] {
            assert_eq!(RelayNotice::decode(nobodys), None, "{nobodys:?}");
        }
    }

    #[test]
    fn a_relay_says_where_it_is() {
        for public in [vec![], vec![([10, 0, 0, 7], 6_000).into(), ([127, 0, 0, 1], 7).into()]] {
            let here = RelayNotice::Here { run: 7, public };
            assert_eq!(RelayNotice::decode(&here.encode()), Some(here));
        }
        assert_eq!(RelayNotice::decode(b"\x01\x06\0\0\0\0\0\0\0\x07\x05x"), None);
    }

    #[test]
    fn what_the_log_tells_or_is_about_nobody_is_not_announced() {
        let long = RelayOrder::Kick { name: "x".repeat(256) };
        for order in [RelayOrder::Bans, RelayOrder::Unmute { name: "ann".to_owned() }, long] {
            assert_eq!(RelayNotice::of(&order), None);
        }
    }
}
