//! A message as the bytes of one record of the log.
//!
//! ```text
//! version u8 (1)  kind u8 (1: said)  at u64 (microseconds since 1970)  id u64  number varint  name  text
//! ```
//! What other relays wrote is judged like anything from the network. A version or kind that is not known is no error: a
//! relay that is newer wrote it.

use std::borrow::Cow;

use crate::dialects::relay::server::acceptable;
use crate::model::WallTime;
use crate::model::room_log::LogRecord;
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
const SAID: u8 = 1;

/// Bytes of a text at most: as much as a datagram brings.
const MAX_TEXT: usize = 65_535;

pub(super) fn encode(record: &LogRecord<'_>) -> Vec<u8> {
    let LogRecord { at, id, number, name, body } = record;
    let mut bytes = Vec::with_capacity(body.len().saturating_add(name.len()).saturating_add(24));
    bytes.u8(VERSION).u8(SAID).u64(u64::try_from(at.0).unwrap_or_default()).u64(*id).varint(*number);
    bytes.short_text(name).bytes(body);
    bytes
}

/// `None`: not to be shown.
pub(super) fn decode(bytes: &[u8]) -> Option<LogRecord<'static>> {
    let mut cursor = Cursor::new(bytes);
    if (cursor.u8()?, cursor.u8()?) != (VERSION, SAID) {
        return None;
    }
    let at = WallTime(i64::try_from(cursor.u64()?).ok()?);
    let (id, number, name) = (cursor.u64()?, cursor.varint()?, cursor.short_text()?);
    let (name, body) = (acceptable(name).filter(|plain| *plain == name)?, cursor.take_rest());
    if body.len() > MAX_TEXT {
        return None;
    }
    Some(LogRecord { at, id, number, name: Cow::Owned(name.to_owned()), body: Cow::Owned(body.to_vec()) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(name: &str, body: &[u8]) -> LogRecord<'static> {
        let (name, body) = (Cow::Owned(name.to_owned()), Cow::Owned(body.to_vec()));
        LogRecord { at: WallTime(1_700_000_000_000_001), id: u64::MAX, number: 7, name, body }
    }

    #[test]
    fn a_record_is_skipped_that_nobody_of_ours_can_have_written() {
        let good = encode(&record("ann", b"hi"));
        assert!(decode(&good).is_some());
        for (at, byte) in [(0, 2), (0, 0), (1, 2), (2, 0xff)] {
            let mut other = good.clone();
            other[at] = byte;
            assert_eq!(decode(&other), None, "{at} {byte}");
        }
        for end in 0..good.len() - 2 {
            assert_eq!(decode(&good[..end]), None, "{end}");
        }
        for name in ["", " ann", "*", "/nick", "a:b", "a\nb", "a\u{202e}b", &"x".repeat(100)] {
            assert_eq!(decode(&encode(&record(name, b"hi"))), None, "{name:?}");
        }
        assert_eq!(decode(&encode(&record("ann", &vec![b'x'; MAX_TEXT + 1]))), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(body: Vec<u8>, at in 0..i64::MAX, id: u64, number: u32) {
            let wanted = LogRecord { at: WallTime(at), id, number, ..record("ann 好", &body) };
            prop_assert_eq!(decode(&encode(&wanted)), Some(wanted));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _read = decode(&bytes);
            let _read = decode(&[&[VERSION, SAID][..], &bytes].concat());
        }
    }
}
