//! What holds for every input: how bytes are split does not matter to lines, each message is answered once, and
//! nothing grows without bound.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::reader::MAX_LINE;
use super::super::streams::MAX_STREAMS;
use super::*;

/// Pieces of text and noise, of which some end lines and some are long.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => prop::sample::select(vec!["\n", "\r\n", "\r", "a", "你", "😀", "é"])
            .prop_map(|text| text.as_bytes().to_vec()),
        2 => prop::collection::vec(any::<u8>(), 0..20),
        1 => (MAX_LINE - 4..MAX_LINE + 4).prop_map(|length| vec![b'x'; length]),
        1 => (MAX_LINE / 3 - 2..MAX_LINE / 3 + 2).prop_map(|count| "你".repeat(count).into_bytes()),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// The messages of a stream whose bytes come in parts of these lengths, repeated.
fn lines(bytes: &[u8], lengths: &[usize], encoding: &str) -> Vec<(String, Vec<u8>)> {
    let mut bench = Bench::new();
    bench.follow(ALEX, &format!("192.0.2.7:5000?framing=line&encoding={encoding}"));
    bench.accept(0, "192.0.2.7:5000");
    let mut got = Vec::new();
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        let (part, after) = rest.split_at((*length).min(rest.len()));
        got.extend(received(&bench.data(theirs(0), part)));
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    got.extend(received(&bench.down(theirs(0), None)));
    got.into_iter().map(|message| (message.text, message.payload.to_vec())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_chunking_of_the_same_bytes_gives_the_same_lines(
        bytes in bytes(),
        lengths in prop::collection::vec(prop_oneof![1..9_usize, 1_000..70_000_usize], 1..8),
        encoding in prop::sample::select(vec!["utf-8", "gb18030", "iso-2022-jp"]),
    ) {
        let whole = lines(&bytes, &[usize::MAX], encoding);
        prop_assert_eq!(&lines(&bytes, &lengths, encoding), &whole);
        prop_assert!(whole.iter().all(|(_, payload)| payload.len() <= MAX_LINE));
        let endings = |bytes: &[u8]| bytes.iter().filter(|byte| !b"\r\n".contains(byte)).count();
        prop_assert_eq!(whole.iter().map(|(_, payload)| endings(payload)).sum::<usize>(), endings(&bytes));
    }

    #[test]
    fn any_chunking_of_a_text_gives_the_same_text(
        text in "[a你😀é\n]{0,40}",
        lengths in prop::collection::vec(1..6_usize, 1..8),
    ) {
        let mut bench = Bench::new();
        bench.accept(0, "192.0.2.7:5000");
        let mut got = Vec::new();
        let mut rest = text.as_bytes();
        for length in lengths.iter().cycle() {
            let (part, after) = rest.split_at((*length).min(rest.len()));
            got.extend(bench.texts(theirs(0), part));
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(got.concat(), text);
        prop_assert!(!bench.waits_for_time());
    }
}

/// What may happen to an engine; the network below does not keep to the contract.
#[derive(Clone, Debug)]
enum Step {
    Follow(u32, &'static str),
    Forget(u32),
    Send(u32, u64, &'static str),
    Up(u32, &'static str, bool),
    Data(u32, Vec<u8>),
    Down(u32, Option<&'static str>),
    Handed(u64, &'static str, bool),
    Resolved(u32, Vec<&'static str>),
    Later(u64),
}

const PLACES: [&str; 7] = [
    "192.0.2.7:5000",
    "192.0.2.7:5001",
    "192.0.2.7:5000?framing=line",
    "192.0.2.8:5000?encoding=gb18030",
    "[fe80::1%3]:5000",
    "a.lan:5000",
    "b.lan:5001?framing=line",
];
const SOCKETS: [&str; 5] =
    ["192.0.2.7:5000", "192.0.2.7:5001", "192.0.2.8:5000", "[fe80::1%3]:5000", "[::ffff:192.0.2.7]:9"];

fn step() -> impl Strategy<Value = Step> {
    let (peer, message) = (0..4_u32, 0..12_u64);
    let socket = || prop::sample::select(SOCKETS.to_vec());
    let link = || prop_oneof![16..24_u32, (0..4_u32).prop_map(|number| LinkId::FIRST_ACCEPTED + number)];
    let text = prop::sample::select(vec!["", "x", "你好", "😀"]);
    let code = prop::option::of(Just("ECONNRESET"));
    prop_oneof![
        3 => (peer.clone(), prop::sample::select(PLACES.to_vec())).prop_map(|(id, place)| Step::Follow(id, place)),
        1 => peer.clone().prop_map(Step::Forget),
        6 => (peer.clone(), message.clone(), text).prop_map(|(id, message, text)| Step::Send(id, message, text)),
        2 => (link(), socket()).prop_map(|(link, at)| Step::Up(link, at, false)),
        // Streams that others open have numbers that no engine gives.
        2 => ((0..4_u32), socket()).prop_map(|(link, at)| Step::Up(LinkId::FIRST_ACCEPTED + link, at, true)),
        4 => (link(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(link, bytes)| Step::Data(link, bytes)),
        3 => (link(), code).prop_map(|(link, code)| Step::Down(link, code)),
        4 => (message, socket(), any::<bool>()).prop_map(|(id, to, good)| Step::Handed(id, to, good)),
        2 => (peer, prop::collection::vec(socket(), 0..10)).prop_map(|(id, found)| Step::Resolved(id, found)),
        1 => prop_oneof![0..15_000_u64, Just(315_360_000_000)].prop_map(Step::Later),
    ]
}

fn take(bench: &mut Bench, step: &Step) -> Vec<Output> {
    match step {
        Step::Follow(id, place) => bench.follow(ConversationId(*id), place),
        Step::Forget(id) => bench.forget(ConversationId(*id)),
        Step::Send(id, message, text) => bench.send(ConversationId(*id), *message, text),
        Step::Up(link, peer, accepted) => {
            bench.feed(Input::StreamUp { link: LinkId(*link), peer: at(peer), accepted: *accepted })
        }
        Step::Data(link, bytes) => bench.data(LinkId(*link), bytes),
        Step::Down(link, code) => bench.down(LinkId(*link), *code),
        Step::Handed(message, to, good) => {
            bench.handed(*message, to, if *good { Ok(()) } else { Err("EPIPE") })
        }
        Step::Resolved(id, found) => {
            let host = if id % 2 == 0 { "a.lan" } else { "b.lan" };
            bench.resolved(ConversationId(*id), host, found)
        }
        Step::Later(millis) => bench.later(*millis),
    }
}

/// Counts the messages that wait for an answer.
#[derive(Default)]
struct Ledger(BTreeSet<u64>);

impl Ledger {
    /// A message under way is not ordered a second time; the others are answered once.
    fn note(&mut self, step: &Step, outputs: &[Output]) -> Result<(), TestCaseError> {
        if let Step::Send(_, message, _) = step {
            self.0.insert(*message);
        }
        let failed = failures(outputs).into_iter().map(|(message, _)| message);
        for message in handed_on(outputs).into_iter().chain(failed) {
            prop_assert!(self.0.remove(&message), "{message} was not ordered, or answered before");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_message_is_answered_once(steps in prop::collection::vec(step(), 0..120)) {
        let mut bench = Bench::new();
        let mut ledger = Ledger::default();
        let mut open: BTreeSet<LinkId> = BTreeSet::new();
        for step in &steps {
            let outputs = take(&mut bench, step);
            ledger.note(step, &outputs)?;
            // What arrives on a stream makes it write nothing.
            let arrived = matches!(step, Step::Data(..) | Step::Later(_));
            prop_assert!(!arrived || writes(&outputs).is_empty());
            open.extend(dials(&outputs).into_iter().map(|(link, _)| link));
        }
        // In the end all is over: what was dialled fails, what was opened closes, names are not found.
        for link in open.into_iter().chain((16..24).map(LinkId)).chain((0..4).map(theirs)) {
            let step = Step::Down(link.0, Some("ECONNRESET"));
            let outputs = take(&mut bench, &step);
            ledger.note(&step, &outputs)?;
        }
        for _ in 0..20 {
            let step = Step::Later(15_000);
            let outputs = take(&mut bench, &step);
            ledger.note(&step, &outputs)?;
        }
        prop_assert!(ledger.0.is_empty(), "never answered: {:?}", ledger.0);
        prop_assert!(!bench.waits_for_time());
    }

    #[test]
    fn reach_is_told_in_an_order_that_makes_sense(steps in prop::collection::vec(step(), 0..120)) {
        let mut bench = Bench::new();
        let mut last: BTreeMap<ConversationId, ConnectionState> = BTreeMap::new();
        for step in &steps {
            if let Step::Forget(id) = step {
                last.remove(&ConversationId(*id));
            }
            for (conversation, connection) in reaches(&take(&mut bench, step)) {
                prop_assert_ne!(last.insert(conversation, connection.clone()), Some(connection));
            }
        }
        for (conversation, connection) in last {
            let up = bench.engine.protocol().streams.current(conversation).is_some();
            prop_assert_eq!(up, connection == ConnectionState::Up);
        }
    }
}

#[test]
fn a_storm_of_streams_leaves_nothing_behind() {
    let mut bench = Bench::with_alex();
    for round in 0..4_000_u32 {
        let from = format!("198.51.{}.{}:{}", round % 7, round % 200 + 1, 1_024 + round % 60_000);
        bench.accept(round, &from);
        bench.data(theirs(round), b"part of a \xE4");
        if round % 3 == 0 {
            bench.down(theirs(round), None);
        }
        if round % 5 == 0 {
            bench.follow(ConversationId(100 + round % 50), &from);
        }
        assert!(bench.engine.protocol().streams.which(|_| true).len() <= MAX_STREAMS);
        assert!(bench.engine.protocol().departed.len() <= 64);
    }
    for round in 0..4_000 {
        bench.down(theirs(round), None);
    }
    bench.send(ALEX, 1, "x");
    assert_eq!(writes(&bench.up(FIRST, "192.0.2.7:5000")).len(), 1);
    assert_eq!(bench.engine.protocol().streams.which(|_| true).len(), 1);
    assert!(!bench.waits_for_time());
}
