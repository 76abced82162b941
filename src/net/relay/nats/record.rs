//! A message as the bytes of one record of the log.
//!
//! ```text
//! version u8 (1)  kind u8  at u64 (microseconds since 1970)
//! 1 said: id u64  number varint  name  text    2 removed: the place of the message u64
//! ```
//! What other relays wrote is judged like anything from the network. A version or kind that is not known is no error: a
//! relay that is newer wrote it.

use std::borrow::Cow;

use crate::dialects::relay::server::acceptable;
use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, RecordKind};
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
const SAID: u8 = 1;
const REMOVED: u8 = 2;

/// Bytes of a text at most: as much as a datagram brings.
const MAX_TEXT: usize = 65_535;

pub(super) fn encode(record: &LogRecord<'_>) -> Vec<u8> {
    let LogRecord { at, kind, id, number, name, body } = record;
    let mut bytes = Vec::with_capacity(body.len().saturating_add(name.len()).saturating_add(24));
    let (out, at) = (bytes.u8(VERSION), u64::try_from(at.0).unwrap_or_default());
    match kind {
        RecordKind::Said => {
            out.u8(SAID).u64(at).u64(*id).varint(*number).short_text(name).bytes(body);
        }
        RecordKind::Removed(place) => {
            out.u8(REMOVED).u64(at).u64(place.get());
        }
    }
    bytes
}

/// `None`: not to be shown.
pub(super) fn decode(bytes: &[u8]) -> Option<LogRecord<'static>> {
    let mut cursor = Cursor::new(bytes);
    let kind = Some(cursor.u8()?).filter(|version| *version == VERSION).and_then(|_| cursor.u8())?;
    let at = WallTime(i64::try_from(cursor.u64()?).ok()?);
    match kind {
        SAID => said(at, &mut cursor),
        REMOVED => {
            let place = Place::new(cursor.u64()?)?;
            cursor.is_empty().then(|| LogRecord::removal(at, place))
        }
        _ => None,
    }
}

fn said(at: WallTime, cursor: &mut Cursor<'_>) -> Option<LogRecord<'static>> {
    let (id, number, name) = (cursor.u64()?, cursor.varint()?, cursor.short_text()?);
    let (name, body) = (acceptable(name).filter(|plain| *plain == name)?, cursor.take_rest());
    if body.len() > MAX_TEXT {
        return None;
    }
    let (name, body) = (Cow::Owned(name.to_owned()), Cow::Owned(body.to_vec()));
    Some(LogRecord { at, kind: RecordKind::Said, id, number, name, body })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(name: &str, body: &[u8]) -> LogRecord<'static> {
        let (name, body) = (Cow::Owned(name.to_owned()), Cow::Owned(body.to_vec()));
        LogRecord {
            at: WallTime(1_700_000_000_000_001),
            kind: RecordKind::Said,
            id: u64::MAX,
            number: 7,
            name,
            body,
        }
    }

    #[test]
    fn a_record_is_skipped_that_nobody_of_ours_can_have_written() {
        let good = encode(&record("ann", b"hi"));
        assert!(decode(&good).is_some());
        for (at, byte) in [(0, 2), (0, 0), (1, 3), (2, 0xff)] {
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

    #[test]
    fn a_removal_names_one_message_and_nothing_else() {
        let place = Place::new(u64::MAX).expect("a place");
        let removal = LogRecord::removal(WallTime(7), place);
        let bytes = encode(&removal);
        assert_eq!(decode(&bytes), Some(removal));
        assert_eq!(decode(&[&bytes[..], b"x"].concat()), None);
        assert_eq!(decode(&[&bytes[..10], &[0; 8]].concat()), None, "no place");
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), None, "{end}");
        }
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
