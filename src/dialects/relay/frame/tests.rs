//! Frames come back as they were, and no bytes do harm.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::model::Phrase;
use crate::model::room_log::{LogEpoch, LogRecord, LogTail, PageStart, Place, PlacedRecord, RecordKind};

/// What a frame borrows from.
#[derive(Clone, Debug)]
struct Parts {
    a: u64,
    b: u64,
    c: u32,
    d: u32,
    e: u16,
    cookie: Cookie,
    name: String,
    room: String,
    text: Vec<u8>,
}

prop_compose! {
    fn parts()(
        (a, b, c, d, e) in any::<(u64, u64, u32, u32, u16)>(),
        cookie in any::<Cookie>(),
        name in "\\PC{0,32}",
        room in "\\PC{0,32}",
        text in vec(any::<u8>(), 0..300),
    ) -> Parts {
        Parts { a, b, c, d, e, cookie, name, room, text }
    }
}

fn from_member(parts: &Parts) -> Vec<FromMember<'_>> {
    let Parts { a, b, c, d, e, cookie, .. } = *parts;
    let (name, room, text) = (parts.name.as_str(), parts.room.as_str(), parts.text.as_slice());
    vec![
        FromMember::Hello { nonce: a },
        FromMember::Join(Join {
            nonce: a,
            cookie,
            id: b,
            token: MemberToken(a ^ b),
            name,
            room,
            proof: None,
            operator: None,
        }),
        FromMember::Join(Join {
            nonce: b,
            cookie,
            id: a,
            token: MemberToken(a),
            name,
            room,
            proof: Some([7; 32]),
            operator: claim(parts),
        }),
        FromMember::Request {
            token: MemberToken(a),
            request: MemberRequest::Say { number: c.max(1), after: c.max(1) / 2, text },
        },
        FromMember::Request { token: MemberToken(a), request: MemberRequest::Ping },
        FromMember::Request {
            token: MemberToken(a),
            request: MemberRequest::Missing { stream: c, from: b, count: e },
        },
        FromMember::Request { token: MemberToken(a), request: MemberRequest::Members { from: d } },
        FromMember::Request {
            token: MemberToken(a),
            request: MemberRequest::Read { ticket: c, start: start(parts), count: e },
        },
        FromMember::Request { token: MemberToken(a), request: MemberRequest::Nick { name } },
        FromMember::Request {
            token: MemberToken(b),
            request: MemberRequest::Order {
                number: c,
                proof: [8; 32],
                words: WordList::decode(b"\x02\x04kick\x03ann").unwrap(),
            },
        },
        FromMember::Request { token: MemberToken(a), request: MemberRequest::Leave },
    ]
}

fn claim(parts: &Parts) -> Option<OperatorClaim<'_>> {
    let name = Some(parts.name.as_str()).filter(|name| !name.is_empty())?;
    Some(OperatorClaim { salt: parts.cookie, proof: [9; 32], name })
}

#[test]
fn an_order_and_what_it_came_to_are_read_as_they_were_said() {
    let words = ["ban", "Ann Lee", "1h"].map(str::to_owned);
    let mut bytes = Vec::new();
    put_words(&mut bytes, &words);
    assert_eq!(WordList::decode(&bytes).unwrap().words(), words);
    assert_eq!(WordList::decode(&bytes[1..]), None);
    assert_eq!(WordList::decode(&[9, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None, "more than any order has");

    let banned =
        Phrase::new("relay-order-banned").text("name", "李 ann").number("count", -2).text("unit", "h");
    let none = Phrase::new("relay-order-no-bans");
    let more = |left| Phrase::new("relay-order-more").number("count", left);
    let bytes = encode_sentences(&[banned.clone(), none.clone()], 1_000, more);
    assert_eq!(SentenceList::decode(&bytes).unwrap().phrases(), [banned.clone(), none]);
    for end in 0..bytes.len() {
        assert_eq!(SentenceList::decode(&bytes[..end]), None, "{end}");
    }
    // What a later version says is left out.
    let later =
        [b"\x02\x05later\x00", &encode_sentences(std::slice::from_ref(&banned), 1_000, more)[1..]].concat();
    assert_eq!(SentenceList::decode(&later).unwrap().phrases(), std::slice::from_ref(&banned));
    let many = encode_sentences(&vec![banned; 500], 1_000, more);
    let said = SentenceList::decode(&many).unwrap().phrases();
    let left = u64::try_from(500 - (said.len() - 1)).unwrap();
    assert!(many.len() <= 1_000 && said.len() > 5);
    assert_eq!(said.last(), Some(&more(usize::try_from(left).unwrap())));
}

/// Places, times and logs of all kinds.
fn place(parts: &Parts) -> Place {
    Place::new((parts.a >> 1).max(1)).unwrap()
}

fn kept(parts: &Parts) -> Kept {
    Kept { place: place(parts), at: time(parts) }
}

/// In whole milliseconds.
fn time(parts: &Parts) -> WallTime {
    WallTime(i64::from(parts.c).saturating_mul(1_000_000))
}

fn start(parts: &Parts) -> PageStart {
    match parts.d % 4 {
        0 => PageStart::Oldest,
        1 => PageStart::Latest,
        2 => PageStart::Before(place(parts)),
        _ => PageStart::After(place(parts)),
    }
}

fn log(parts: &Parts) -> Option<LogTail> {
    let last = Some(place(parts)).filter(|_| parts.d.is_multiple_of(3));
    Some(LogTail { epoch: LogEpoch(parts.b), last }).filter(|_| parts.c.is_multiple_of(2))
}

fn kept_lines(parts: &Parts) -> Vec<PlacedRecord<'_>> {
    let record = |number| LogRecord {
        kind: RecordKind::Said,
        at: time(parts),
        id: parts.a,
        number,
        name: parts.name.as_str().into(),
        body: parts.text.as_slice().into(),
    };
    let [one, other] = [parts.c, 0].map(record);
    vec![
        PlacedRecord { place: place(parts), record: one },
        PlacedRecord { place: Place::new(1).unwrap(), record: other },
    ]
}

fn entries(parts: &Parts) -> Vec<BundleEntry<'_>> {
    let (name, text) = (parts.name.as_str(), parts.text.as_slice());
    vec![
        BundleEntry::Joined { index: parts.c, id: parts.a, name },
        BundleEntry::Text { index: parts.c, number: parts.d, kept: None, text },
        BundleEntry::Text { index: parts.c, number: parts.d, kept: Some(kept(parts)), text },
        BundleEntry::Renamed { index: parts.d, name },
        BundleEntry::Text { index: 0, number: 0, kept: None, text: b"" },
        BundleEntry::Left { index: parts.d },
        BundleEntry::Crowded(parts.d.is_multiple_of(2)),
        BundleEntry::Omitted,
    ]
}

/// Two addresses, and what is none.
const OTHERS: &[u8] = b"\x0a10.0.0.3:7\x07[::1]:9\x01x";

#[test]
fn a_list_of_relays_has_eight_of_them_at_most_and_leaves_out_what_is_no_address() {
    let others: Vec<String> =
        RelayList::decode(OTHERS).unwrap().iter().map(|relay| relay.to_string()).collect();
    assert_eq!(others, ["10.0.0.3:7", "[::1]:9"]);
    assert!(RelayList::decode(&[0; MAX_RELAYS]).is_some());
    for bad in [&[0; MAX_RELAYS + 1][..], b"\x02x", b"\x01\xff"] {
        assert_eq!(RelayList::decode(bad), None, "{bad:?}");
    }
}

fn from_relay<'a>(parts: &'a Parts, bundle: &'a [u8], list: &'a [u8], pages: &'a [u8]) -> Vec<FromRelay<'a>> {
    let Parts { a, b, c, d, e, cookie, .. } = *parts;
    let (name, room) = (parts.name.as_str(), parts.room.as_str());
    let welcome = Welcome {
        nonce: a,
        token: MemberToken(b),
        id: a ^ b,
        index: c,
        stream: d,
        seq: b,
        expiry: e,
        log: log(parts),
        rules: Rules::default(),
        is_operator: a.is_multiple_of(3),
        is_crowded: a.is_multiple_of(5),
        name,
        room,
        others: RelayList::decode(OTHERS).unwrap(),
    };
    vec![
        FromRelay::Challenge { nonce: a, cookie },
        FromRelay::Welcome(welcome),
        FromRelay::Bundle { stream: c, seq: a, entries: BundleEntries::decode(bundle).unwrap() },
        FromRelay::Taken { stream: c, number: d, seq: a },
        FromRelay::Pong { rooms: NewsList::decode(&[7; 32]).unwrap() },
        FromRelay::Gone { stream: c, seq: a },
        FromRelay::Members { stream: c, count: d, roster: MemberPage::decode(list).unwrap() },
        FromRelay::Log(LogPart {
            stream: c,
            ticket: d,
            part: 1,
            parts: e.max(2),
            more: a.is_multiple_of(2),
            lines: LogLines::decode(pages).unwrap(),
        }),
        FromRelay::Refused { to: MemberToken(a), number: c, why: RefusalReason::Bandwidth },
        FromRelay::Refused { to: MemberToken(a), number: 0, why: RefusalReason::Other },
        FromRelay::Locked { nonce: a, salt: cookie },
        FromRelay::Unclaimed { nonce: a, why: ClaimRefusal::Later, salt: cookie },
        FromRelay::Unclaimed { nonce: b, why: ClaimRefusal::Unproved, salt: cookie },
        FromRelay::Ordered {
            token: MemberToken(a),
            number: c,
            done: true,
            said: SentenceList::decode(b"\x00").unwrap(),
        },
        FromRelay::Renewed { token: MemberToken(a), next: MemberToken(b) },
        FromRelay::Unknown { token: MemberToken(a), cookie: None },
        FromRelay::Unknown { token: MemberToken(a), cookie: Some(parts.cookie) },
        FromRelay::Closing { token: MemberToken(a), next: None },
        FromRelay::Closing { token: MemberToken(b), next: Some(([10, 0, 0, 7], e).into()) },
    ]
}

fn lines(parts: &Parts) -> [Listed<'_>; 2] {
    let one = Listed { index: parts.c, id: parts.a, here: true, name: &parts.name };
    [one, Listed { index: parts.d, id: parts.b, here: false, name: &parts.room }]
}

fn encoded(frame: &FromMember<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    frame.encode(&mut out);
    out
}

fn sent(frame: &FromRelay<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    frame.encode(&mut out);
    out
}

proptest! {
    #[test]
    fn what_a_member_says_comes_back(parts in parts()) {
        for frame in from_member(&parts) {
            let bytes = encoded(&frame);
            prop_assert_eq!(FromMember::decode(&bytes), Some(frame));
        }
    }

    #[test]
    fn what_the_relay_says_comes_back(parts in parts(), padding in 0_usize..40) {
        let (mut bundle, mut list) = (Vec::new(), Vec::new());
        for entry in entries(&parts) {
            entry.encode(&mut bundle);
        }
        bundle.extend(vec![0; padding]);
        for line in lines(&parts) {
            line.encode(&mut list);
        }
        let mut pages = Vec::new();
        for line in kept_lines(&parts) {
            put_line(&mut pages, &line);
        }
        for frame in from_relay(&parts, &bundle, &list, &pages) {
            let bytes = sent(&frame);
            prop_assert_eq!(FromRelay::decode(&bytes), Some(frame));
        }
        prop_assert_eq!(BundleEntries::decode(&bundle).unwrap().collect::<Vec<_>>(), entries(&parts));
        prop_assert_eq!(LogLines::decode(&pages).unwrap().collect::<Vec<_>>(), kept_lines(&parts));
        prop_assert_eq!(MemberPage::decode(&list).unwrap().collect::<Vec<_>>(), lines(&parts));
    }

    #[test]
    fn a_frame_that_is_cut_or_prolonged_is_none(parts in parts(), cut in 1_usize..8) {
        for frame in from_member(&parts) {
            let mut bytes = encoded(&frame);
            prop_assert_eq!(FromMember::decode(&bytes[..bytes.len().saturating_sub(cut)]), None);
            for more in [0, 1] {
                let hello = matches!(frame, FromMember::Hello { .. }) && more == 0;
                bytes.push(more);
                prop_assert!(hello || FromMember::decode(&bytes).is_none());
                bytes.pop();
            }
        }
    }

    #[test]
    fn no_bytes_do_harm(kind: u8, tail in vec(any::<u8>(), 0..200)) {
        let bytes = [&MAGIC[..], &[kind], &tail].concat();
        for bytes in [&bytes[..], &tail] {
            if let Some(frame) = FromMember::decode(bytes) {
                let again = encoded(&frame);
                prop_assert_eq!(FromMember::decode(&again), Some(frame));
            }
            if let Some(FromRelay::Bundle { entries, .. }) = FromRelay::decode(bytes) {
                prop_assert!(entries.count() <= bytes.len());
            }
            if let Some(FromRelay::Log(part)) = FromRelay::decode(bytes) {
                prop_assert!(part.lines.count() <= bytes.len());
            }
            if let Some(FromRelay::Members { roster, .. }) = FromRelay::decode(bytes) {
                prop_assert!(roster.count() <= bytes.len());
            }
        }
    }
}

#[test]
fn a_short_hello_is_none() {
    let hello = encoded(&FromMember::Hello { nonce: 7 });
    assert_eq!(hello.len(), HELLO_LENGTH);
    assert_eq!(FromMember::decode(&hello[..HELLO_LENGTH - 1]), None);
}

#[test]
fn an_answer_is_shorter_than_what_it_answers() {
    let challenge = FromRelay::Challenge { nonce: 7, cookie: [1; COOKIE_LENGTH] };
    assert!(sent(&challenge).len() < HELLO_LENGTH);
    let (unknown, ping) = (
        FromRelay::Unknown { token: MemberToken(7), cookie: Some([1; COOKIE_LENGTH]) },
        FromMember::Request { token: MemberToken(7), request: MemberRequest::Ping },
    );
    assert_eq!(sent(&unknown).len(), encoded(&ping).len());
    let say = MemberRequest::Say { number: 1, after: 0, text: b"" };
    let say = FromMember::Request { token: MemberToken(7), request: say };
    assert_eq!(encoded(&say).len(), REQUEST_LENGTH);
}

#[test]
fn frames_of_one_direction_are_none_in_the_other() {
    let challenge = sent(&FromRelay::Challenge { nonce: 7, cookie: [1; COOKIE_LENGTH] });
    assert_eq!(FromMember::decode(&challenge), None);
    assert_eq!(
        FromRelay::decode(&encoded(&FromMember::Request {
            token: MemberToken(7),
            request: MemberRequest::Ping
        })),
        None
    );
}

#[test]
fn a_message_without_a_number_is_none() {
    assert_eq!(
        FromMember::decode(&encoded(&FromMember::Request {
            token: MemberToken(1),
            request: MemberRequest::Say { number: 0, after: 0, text: b"x" }
        })),
        None
    );
    let follows = |after| FromMember::Request {
        token: MemberToken(1),
        request: MemberRequest::Say { number: 7, after, text: b"x" },
    };
    assert!(FromMember::decode(&encoded(&follows(6))).is_some());
    assert_eq!(FromMember::decode(&encoded(&follows(7))), None, "none follows itself");
}

#[test]
fn neither_a_bundle_nor_a_text_in_it_begins_with_more_than_16_bytes() {
    let mut out = Vec::new();
    begin_bundle(&mut out, 1, 2);
    assert_eq!(out.len(), 16);
    out.clear();
    BundleEntry::Text { index: u32::MAX, number: u32::MAX, kept: None, text: b"" }.encode(&mut out);
    assert!(out.len() <= 16);
}

#[test]
fn a_reason_that_is_not_known_yet_is_some_other_reason() {
    let mut bytes = sent(&FromRelay::Refused { to: MemberToken(1), number: 2, why: RefusalReason::Full });
    *bytes.last_mut().unwrap() = 77;
    let other = FromRelay::Refused { to: MemberToken(1), number: 2, why: RefusalReason::Other };
    assert_eq!(FromRelay::decode(&bytes), Some(other));
}

#[test]
fn an_option_of_a_join_that_nobody_knows_is_skipped() {
    let (name, room, cookie, token) = ("ann", "dev", [1; COOKIE_LENGTH], MemberToken(3));
    let (nonce, id, operator) = (1, 2, None);
    let join = |proof| FromMember::Join(Join { nonce, cookie, id, token, name, room, proof, operator });
    for (options, proof) in [
        (&b"\x7f\x02xy"[..], None),
        (&[b"\x7f\x00\x01\x20", &[7; 32][..], b"\x09\x01z"].concat(), Some([7; 32])),
    ] {
        let bytes = [&encoded(&join(None)), options].concat();
        assert_eq!(FromMember::decode(&bytes), Some(join(proof)), "{options:?}");
    }
    let nameless = [b"\x02\x30", &[7; 48][..]].concat();
    for broken in [&b"\x7f"[..], b"\x7f\x02x", b"\x01\x1f", &[b"\x01\x1f", &[7; 31][..]].concat(), &nameless]
    {
        assert_eq!(FromMember::decode(&[&encoded(&join(None)), broken].concat()), None, "{broken:?}");
    }
}
