//! What is said to everybody on the network: that somebody is here, or goes. Only the bytes; nothing of it is proved.
//!
//! ```text
//! open      FF 71 02 'B'  boot u64  key 32             port u16  name (u8 length, UTF-8, <= 64)  fields
//! hidden    FF 71 02 'b'  boot u64  nonce 8 ‖ tag 12   port u16                                  fields
//! goodbye   FF 71 02 'G'  as hidden
//! ```
//! `boot` is another number at each start of the program. `port` is where QUIC is, never 0. `nonce ‖ tag` is the knock of
//! the key ([`Knock`](super::gate::Knock)): only who knows the key can tell whose it is. Fields are those of
//! [`frame`](super::frame): 1 (empty) asks who is here; others are of later versions, and passed over unless one is
//! critical. No QUIC packet that passes the gate begins as these do.

use super::frame::{FieldReader, Malformed};
use super::gate::KNOCK;
use crate::model::PublicKey;
use crate::wire::cursor::{Cursor, Put as _};

const MAGIC: [u8; 3] = [0xff, 0x71, 0x02];
const OPEN: u8 = b'B';
const HIDDEN: u8 = b'b';
const GOODBYE: u8 = b'G';

/// The field that asks who is here.
const ASKS: u32 = 1;

/// Bytes of a name: more than a list shows.
pub(super) const MAX_NAME: usize = 64;
/// Bytes of a whole beacon: what later versions may say fits in.
const MAX_BEACON: usize = 512;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Beacon {
    /// Which start of the program this is.
    pub boot: u64,
    /// Where QUIC is.
    pub port: u16,
    /// A person there wants to know who is here: others say so soon, and not only when it is time.
    pub asks: bool,
    pub says: Announcement,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Announcement {
    Open {
        key: PublicKey,
        name: String,
    },
    /// Here, for those who know the key that this is a knock of.
    Hidden([u8; KNOCK]),
    /// Not here any more.
    Goodbye([u8; KNOCK]),
}

impl Beacon {
    /// A name that is too long is cut between characters.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        match &self.says {
            Announcement::Open { key, name } => {
                bytes.u8(OPEN).u64(self.boot).bytes(key.as_bytes()).u16(self.port).short_text(clipped(name));
            }
            Announcement::Hidden(knock) => {
                bytes.u8(HIDDEN).u64(self.boot).bytes(knock).u16(self.port);
            }
            Announcement::Goodbye(knock) => {
                bytes.u8(GOODBYE).u64(self.boot).bytes(knock).u16(self.port);
            }
        }
        if self.asks {
            // A field that is not critical, and empty.
            bytes.varint(ASKS << 1).varint(0);
        }
        bytes
    }

    /// `None`: it is something else that came to this port.
    pub(super) fn decode(datagram: &[u8]) -> Option<Result<Self, Malformed>> {
        let mut rest = Cursor::new(datagram);
        (rest.array() == Some(MAGIC)).then(|| Self::read(rest, datagram.len()))
    }

    fn read(mut rest: Cursor<'_>, length: usize) -> Result<Self, Malformed> {
        if length > MAX_BEACON {
            return Err(Malformed);
        }
        let kind = rest.u8().ok_or(Malformed)?;
        let boot = rest.u64().ok_or(Malformed)?;
        let (says, port) = match kind {
            OPEN => {
                let key = PublicKey::from_bytes(rest.array().ok_or(Malformed)?).map_err(|_weak| Malformed)?;
                let port = rest.u16();
                let name = rest.short_text().filter(|name| name.len() <= MAX_NAME).ok_or(Malformed)?;
                (Announcement::Open { key, name: name.to_owned() }, port)
            }
            HIDDEN => (Announcement::Hidden(rest.array().ok_or(Malformed)?), rest.u16()),
            GOODBYE => (Announcement::Goodbye(rest.array().ok_or(Malformed)?), rest.u16()),
            _ => return Err(Malformed),
        };
        let port = port.filter(|port| *port > 0).ok_or(Malformed)?;
        let mut asks = false;
        for field in FieldReader::new(rest) {
            let field = field?;
            if field.critical {
                return Err(Malformed);
            }
            asks |= field.number == ASKS;
        }
        Ok(Self { boot, port, asks, says })
    }
}

fn clipped(name: &str) -> &str {
    name.get(..name.floor_char_boundary(MAX_NAME)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialects::secure::frame::FieldWriter;

    fn key(first: u8) -> PublicKey {
        PublicKey::from_bytes([first; 32]).expect("a key")
    }

    fn beacons() -> impl Strategy<Value = Beacon> {
        let open =
            ("\\PC{0,16}", 1_u8..20).prop_map(|(name, first)| Announcement::Open { key: key(first), name });
        let says = prop_oneof![
            open,
            any::<[u8; KNOCK]>().prop_map(Announcement::Hidden),
            any::<[u8; KNOCK]>().prop_map(Announcement::Goodbye),
        ];
        (any::<u64>(), 1_u16.., any::<bool>(), says).prop_map(|(boot, port, asks, says)| Beacon {
            boot,
            port,
            asks,
            says,
        })
    }

    proptest! {
        #[test]
        fn a_beacon_is_read_as_it_was_written(beacon in beacons()) {
            prop_assert_eq!(Beacon::decode(&beacon.encode()), Some(Ok(beacon)));
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..100), kind in 0_usize..3) {
            let _any = Beacon::decode(&bytes);
            let told = [MAGIC.as_slice(), &[[OPEN, HIDDEN, GOODBYE][kind]], &bytes].concat();
            let _read = Beacon::decode(&told);
        }

        #[test]
        fn a_beacon_that_ends_early_is_none(beacon in beacons(), share in 0_usize..100) {
            // Without fields: one that ends before them is whole.
            let bytes = Beacon { asks: false, ..beacon }.encode();
            let end = bytes.len().saturating_mul(share).div_euclid(100);
            prop_assert!(!matches!(Beacon::decode(&bytes[..end]), Some(Ok(_))));
        }
    }

    fn open(name: &str) -> Beacon {
        Beacon {
            boot: 1,
            port: 7_781,
            asks: false,
            says: Announcement::Open { key: key(7), name: name.to_owned() },
        }
    }

    #[test]
    fn the_bytes_are_these() {
        let open = open("Mei").encode();
        let expected = [b"\xff\x71\x02B\0\0\0\0\0\0\0\x01".as_slice(), &[7; 32], b"\x1e\x65\x03Mei"];
        assert_eq!(open, expected.concat());
        let goodbye =
            Beacon { boot: 1, port: 7_781, asks: false, says: Announcement::Goodbye([9; KNOCK]) }.encode();
        assert_eq!(goodbye, [b"\xff\x71\x02G\0\0\0\0\0\0\0\x01".as_slice(), &[9; 20], b"\x1e\x65"].concat());
    }

    #[test]
    fn a_name_has_an_end() {
        let read = Beacon::decode(&open(&"好".repeat(30)).encode());
        assert_eq!(read, Some(Ok(open(&"好".repeat(21)))));
        let mut longer = open("").encode();
        longer.pop();
        longer.short_text(&"x".repeat(MAX_NAME + 1));
        assert_eq!(Beacon::decode(&longer), Some(Err(Malformed)));
    }

    #[test]
    fn what_a_later_version_adds_is_passed_over_unless_it_is_critical() {
        let with = |fields: FieldWriter| {
            let mut bytes = open("Mei").encode();
            // Without the kind, which beacons have no use for there.
            bytes.extend(&fields.finish()[1..]);
            Beacon::decode(&bytes)
        };
        assert_eq!(with(FieldWriter::new(0).field(3, b"more")), Some(Ok(open("Mei"))));
        assert_eq!(with(FieldWriter::new(0).critical(3, b"more")), Some(Err(Malformed)));
        assert_eq!(with(FieldWriter::new(0).field(3, &[0; MAX_BEACON])), Some(Err(Malformed)));
    }

    #[test]
    fn nobody_is_at_port_0_and_other_datagrams_are_no_beacons() {
        let nowhere = Beacon { port: 0, ..open("Mei") }.encode();
        assert_eq!(Beacon::decode(&nowhere), Some(Err(Malformed)));
        assert_eq!(Beacon::decode(b"hello"), None);
        assert_eq!(Beacon::decode(b""), None);
    }
}
