//! What relays and archives say to each other, as bytes.
//!
//! ```text
//! question: version u8 (1)  kind u8 (1 page, 2 search)  limit u16  room length u16  room
//!           page: log's number u64  before place u64        search: words
//! answer:   version u8 (1)  more u8 (0, 1)  for each message: place u64  length varint  record
//! ```
//! Both are judged like anything from the network. A record that says nothing to us is left out, like those of the log.

use std::borrow::Cow;

use super::super::record;
use crate::dialects::relay::server::is_room_key;
use crate::model::room_archive::{ArchiveAnswer, ArchiveQuestion, MAX_ANSWER, MAX_SEARCH};
use crate::model::room_log::{LogEpoch, Place, PlacedRecord};
use crate::wire::cursor::{Cursor, Put};

const VERSION: u8 = 1;
const PAGE: u8 = 1;
const SEARCH: u8 = 2;

pub(in super::super) fn encode_question(question: &ArchiveQuestion<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (kind, room, limit) = match question {
        ArchiveQuestion::Page { room, limit, .. } => (PAGE, room, *limit),
        ArchiveQuestion::Search { room, limit, .. } => (SEARCH, room, *limit),
    };
    let length = u16::try_from(room.len()).unwrap_or(u16::MAX);
    bytes.u8(VERSION).u8(kind).u16(limit).u16(length).bytes(room.as_bytes());
    match question {
        ArchiveQuestion::Page { epoch, before, .. } => bytes.u64(epoch.0).u64(before.get()),
        ArchiveQuestion::Search { words, .. } => bytes.bytes(words.as_bytes()),
    };
    bytes
}

/// `None`: nobody of ours asks that.
pub(in super::super) fn decode_question(bytes: &[u8]) -> Option<ArchiveQuestion<'static>> {
    let mut cursor = Cursor::new(bytes);
    let (version, kind, limit) = (cursor.u8()?, cursor.u8()?, cursor.u16()?);
    if version != VERSION || !(1..=MAX_ANSWER).contains(&limit) {
        return None;
    }
    let length = usize::from(cursor.u16()?);
    let room = str::from_utf8(cursor.bytes(length)?).ok().filter(|room| is_room_key(room))?;
    let room = Cow::Owned(room.to_owned());
    match kind {
        PAGE => {
            let (epoch, before) = (LogEpoch(cursor.u64()?), Place::new(cursor.u64()?)?);
            cursor.is_empty().then_some(ArchiveQuestion::Page { epoch, room, before, limit })
        }
        SEARCH => {
            let words = str::from_utf8(cursor.take_rest()).ok()?;
            let words = Some(words).filter(|words| (1..=MAX_SEARCH).contains(&words.len()))?;
            Some(ArchiveQuestion::Search { room, words: Cow::Owned(words.to_owned()), limit })
        }
        _ => None,
    }
}

pub(in super::super) fn encode_answer(answer: &ArchiveAnswer) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.u8(VERSION).u8(u8::from(answer.more));
    for PlacedRecord { place, record } in &answer.records {
        let record = record::encode(record);
        bytes.u64(place.get()).varint(u32::try_from(record.len()).unwrap_or_default()).bytes(&record);
    }
    bytes
}

/// `None`: it is no answer.
pub(in super::super) fn decode_answer(bytes: &[u8]) -> Option<ArchiveAnswer> {
    let mut cursor = Cursor::new(bytes);
    let (version, more) = (cursor.u8()?, cursor.u8()?);
    if version != VERSION || more > 1 {
        return None;
    }
    let mut answer = ArchiveAnswer { records: Vec::new(), more: more == 1 };
    let (mut last, mut count) = (0, 0_u16);
    while !cursor.is_empty() {
        let place = Place::new(cursor.u64()?).filter(|place| place.get() > last)?;
        let length = usize::try_from(cursor.varint()?).ok()?;
        let record = record::decode(cursor.bytes(length)?);
        (last, count) = (place.get(), count.saturating_add(1));
        if count > MAX_ANSWER {
            return None;
        }
        answer.records.extend(record.map(|record| PlacedRecord { place, record }));
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::WallTime;
    use crate::model::room_log::{LogRecord, RecordKind};

    fn page(room: &str) -> ArchiveQuestion<'static> {
        let (epoch, before) = (LogEpoch(u64::MAX), Place::new(7).unwrap());
        ArchiveQuestion::Page { epoch, room: Cow::Owned(room.to_owned()), before, limit: 50 }
    }

    fn search(words: &str) -> ArchiveQuestion<'static> {
        let (room, words) = (Cow::Borrowed("lobby"), Cow::Owned(words.to_owned()));
        ArchiveQuestion::Search { room, words, limit: 1 }
    }

    fn placed(place: u64, name: &str, body: &[u8]) -> PlacedRecord<'static> {
        let (name, body) = (Cow::Owned(name.to_owned()), Cow::Owned(body.to_vec()));
        let record = LogRecord {
            at: WallTime(1_700_000_000_000_001),
            kind: RecordKind::Said,
            id: u64::MAX,
            number: 7,
            name,
            body,
        };
        PlacedRecord { place: Place::new(place).unwrap(), record }
    }

    #[test]
    fn what_is_asked_is_read() {
        for question in
            [page("lobby"), page("3б 好"), search("red \"apples\""), search(&"x".repeat(MAX_SEARCH))]
        {
            assert_eq!(decode_question(&encode_question(&question)), Some(question));
        }
    }

    #[test]
    fn what_nobody_of_ours_asks_is_no_question() {
        for odd in [page(""), page("Lobby"), page(&"x".repeat(500)), search(""), search(&"x".repeat(257))] {
            assert_eq!(decode_question(&encode_question(&odd)), None, "{odd:?}");
        }
        let good = encode_question(&page("lobby"));
        for (at, byte) in [(0, 2), (1, 3), (3, 0)] {
            let mut other = good.clone();
            other[at] = byte;
            assert_eq!(decode_question(&other), None, "{at} {byte}");
        }
        for end in 0..good.len() {
            assert_eq!(decode_question(&good[..end]), None, "{end}");
        }
        assert_eq!(decode_question(&[&good[..], b"x"].concat()), None, "something behind it");
    }

    #[test]
    fn an_answer_has_its_messages_in_order_and_not_too_many() {
        let answer = |records: Vec<PlacedRecord<'static>>| ArchiveAnswer { records, more: true };
        let (one, two) = (placed(1, "ann", b"a"), placed(2, "ann", b"b"));
        let good = answer(vec![one.clone(), two.clone()]);
        assert_eq!(decode_answer(&encode_answer(&good)), Some(good));
        assert_eq!(decode_answer(&encode_answer(&answer(vec![two, one.clone()]))), None);
        let with_odd = answer(vec![one.clone(), placed(2, "a\nb", b"hi")]);
        assert_eq!(decode_answer(&encode_answer(&with_odd)), Some(answer(vec![one])), "an odd name");
        let many = (1..=u64::from(MAX_ANSWER) + 1).map(|place| placed(place, "ann", b"")).collect();
        assert_eq!(decode_answer(&encode_answer(&answer(many))), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _read = (decode_question(&bytes), decode_answer(&bytes));
            let versioned = [&[VERSION, 1][..], &bytes].concat();
            let _read = (decode_question(&versioned), decode_answer(&versioned));
        }
    }
}
