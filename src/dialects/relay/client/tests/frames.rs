//! In the room, against frames made by hand: order, gaps, names, what we say; and frames that mean no good.

use std::time::Duration;

use proptest::prelude::*;

use super::bench::{
    Bench, INDEX, STREAM, Said, TOKEN, bundle, encoded, events, handed, heard, members, pong, pong_of,
    refused, relay, said, text,
};
use crate::dialects::relay::frame::{BundleEntry, FromRelay, MAX_TEXT, RefusalReason};
use crate::model::{Fault, MessageId, NetEvent, Phrase};
use crate::wire::{Input, Output};

fn taken(number: u32, seq: u64) -> Vec<u8> {
    encoded(&FromRelay::Taken { stream: STREAM, number, seq })
}

fn missed(count: u64) -> Output {
    let notice = Phrase::new("relay-missed").number("count", count);
    Output::Event(NetEvent::Noticed { conversation: super::bench::ROOM, notice })
}

#[test]
fn entries_are_shown_in_order_and_once() {
    let mut bench = Bench::inside();
    assert_eq!(heard(&bench.hear(&text(13, 1, 3, "c"))), Vec::<String>::new());
    assert_eq!(heard(&bench.hear(&text(11, 1, 1, "a"))), ["bob: a"]);
    assert_eq!(heard(&bench.hear(&text(13, 1, 3, "c"))), Vec::<String>::new());
    assert_eq!(heard(&bench.hear(&text(12, 1, 2, "b"))), ["bob: b", "bob: c"]);
    assert_eq!(heard(&bench.hear(&text(12, 1, 2, "b"))), Vec::<String>::new());
    // The relay may have taken a message twice: under another place it is still the same.
    assert_eq!(heard(&bench.hear(&text(14, 1, 2, "b"))), Vec::<String>::new());
    assert_eq!(heard(&bench.hear(&text(15, 1, 4, "d"))), ["bob: d"]);
}

#[test]
fn what_is_missing_is_asked_for_at_once_and_again() {
    let mut bench = Bench::inside();
    let asked = said(&bench.hear(&text(14, 1, 4, "d")));
    assert_eq!(asked, [Said::Missing { from: 11, count: 3 }]);
    let asked = said(&bench.hear(&text(16, 1, 6, "f")));
    assert_eq!(asked, [Said::Missing { from: 15, count: 1 }]);
    bench.hear(&text(12, 1, 2, "b"));
    let again = said(&bench.wait(200));
    let gaps = [(11, 1), (13, 1), (15, 1)].map(|(from, count)| Said::Missing { from, count });
    assert_eq!(again, gaps);
    let entry = |number, text| BundleEntry::Text { index: 1, number, kept: None, text };
    let rest = bench.hear(&bundle(11, &[entry(1, b"a"), entry(2, b"b"), entry(3, b"c")]));
    assert_eq!(heard(&rest), ["bob: a", "bob: b", "bob: c", "bob: d"]);
}

#[test]
fn what_is_gone_is_told_and_the_rest_is_shown() {
    let mut bench = Bench::inside();
    bench.hear(&text(15, 1, 5, "e"));
    bench.hear(&text(12, 1, 2, "b"));
    let gone = bench.hear(&encoded(&FromRelay::Gone { stream: STREAM, seq: 15 }));
    assert_eq!(gone[0], missed(3));
    assert_eq!(heard(&gone), ["bob: b", "bob: e"]);
    let twice = bench.hear(&encoded(&FromRelay::Gone { stream: STREAM, seq: 15 }));
    assert_eq!(events(&twice), []);
}

#[test]
fn what_the_relay_never_sends_holds_nobody_up_for_ever() {
    let mut bench = Bench::inside();
    bench.hear(&text(13, 1, 3, "c"));
    let mut seen = Vec::new();
    for _ in 0..30 {
        seen.extend(bench.wait(1_000));
        seen.extend(bench.hear(&pong(13)));
    }
    assert!(seen.contains(&missed(2)));
    assert_eq!(heard(&seen), ["bob: c"]);
    assert!(said(&seen).len() < 60, "{} questions", said(&seen).len());
}

#[test]
fn a_new_life_of_the_room_is_read_from_its_beginning() {
    let mut bench = Bench::inside();
    bench.wait(1_000);
    let hello = bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie: None }));
    let challenge = bench.challenge(&hello);
    bench.hear(&challenge);
    let welcome = bench.welcome_as(STREAM + 1, 4);
    let asked = said(&bench.hear(&welcome));
    assert!(asked.contains(&Said::Missing { from: 1, count: 4 }), "{asked:?}");
}

#[test]
fn our_own_message_coming_back_is_the_acknowledgement() {
    let mut bench = Bench::inside();
    assert_eq!(said(&bench.say(1, "x")), [Said::Say { number: 1, text: "x".to_owned() }]);
    let back = bench.hear(&text(11, INDEX, 1, "x"));
    assert_eq!(handed(&back), [1]);
    assert_eq!(handed(&bench.hear(&taken(1, 11))), Vec::<u64>::new());
}

#[test]
fn a_message_the_relay_has_is_shown_as_sent_in_its_place() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    let asked = bench.hear(&taken(1, 12));
    assert_eq!(handed(&asked), Vec::<u64>::new());
    assert_eq!(said(&asked), [Said::Missing { from: 11, count: 2 }]);
    let entry = |index, number, text| BundleEntry::Text { index, number, kept: None, text };
    let rest = bench.hear(&bundle(11, &[entry(1, 1, b"first"), entry(INDEX, 1, b"x")]));
    assert!(matches!(
        events(&rest).as_slice(),
        [NetEvent::Received(_), NetEvent::Handed { message: MessageId(1), .. }]
    ));
}

#[test]
fn a_message_that_came_back_too_early_is_not_said_again() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    assert_eq!(handed(&bench.hear(&text(12, INDEX, 1, "x"))), Vec::<u64>::new());
    let asked = said(&bench.wait(1_000));
    assert!(asked.iter().all(|frame| !matches!(frame, Said::Say { .. })), "{asked:?}");
}

#[test]
fn what_the_last_relay_may_not_have_got_is_said_to_the_next_at_once() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    bench.wait(4_600);
    let hello = bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie: None }));
    let entered = said(&bench.let_in(&hello));
    assert!(entered.contains(&Said::Say { number: 1, text: "x".to_owned() }), "{entered:?}");
}

#[test]
fn a_list_that_does_not_agree_with_the_count_is_fetched_anew() {
    let mut bench = Bench::inside();
    let wrong = pong_of(STREAM, 10, 3);
    assert_eq!(said(&bench.hear(&wrong)), [], "it was fetched just now");
    bench.wait(10_000);
    assert_eq!(said(&bench.hear(&wrong)), [Said::Members { from: 0 }]);
    bench.hear(&members(&[(1, 11, "bob"), (2, 22, "cem")]));
    let own = bench.id;
    let told = bench.hear(&members(&[(INDEX, own, "ada")]));
    assert_eq!(events(&told), []);
}

#[test]
fn a_message_whose_place_is_forgotten_is_sent_all_the_same() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    assert_eq!(handed(&bench.hear(&taken(1, 0))), [1]);
}

#[test]
fn what_is_not_acknowledged_is_said_again_and_fails_after_twenty_seconds() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    let mut times = Vec::new();
    let mut failed = Vec::new();
    for tenth in 1..=300_u32 {
        for output in bench.wait(100) {
            match said(std::slice::from_ref(&output)).as_slice() {
                [Said::Say { .. }] => times.push(tenth),
                [Said::Ping] => drop(bench.hear(&pong(10))),
                _ => failed.extend(events(&[output]).into_iter().map(|event| (tenth, event))),
            }
        }
    }
    assert_eq!(times[..4], [3, 9, 21, 45]);
    assert!(times[3..].windows(2).all(|pair| pair[1] - pair[0] == 30) && times.len() < 11, "{times:?}");
    assert_eq!(failed, [(200, NetEvent::Failed { message: MessageId(1), fault: Fault::NoAnswer })]);
}

#[test]
fn what_no_relay_was_there_for_was_never_said() {
    let mut bench = Bench::new();
    bench.follow("relay://192.0.2.1");
    bench.say(1, "x");
    let passed: Vec<Output> =
        bench.pass(Duration::from_mins(1)).into_iter().map(|(_, output)| output).collect();
    let failed = NetEvent::Failed { message: MessageId(1), fault: Fault::Unreached };
    assert!(events(&passed).contains(&failed), "{:?}", events(&passed));
}

#[test]
fn a_relay_that_is_told_too_much_gets_it_later() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    assert_eq!(bench.hear(&refused(1, RefusalReason::Rate)), []);
    assert_eq!(said(&bench.wait(490)), []);
    assert_eq!(said(&bench.wait(20)), [Said::Say { number: 1, text: "x".to_owned() }]);
    let fault = Fault::TooLarge { bytes: 1, limit: MAX_TEXT };
    let long = bench.hear(&refused(1, RefusalReason::TooLong));
    assert_eq!(events(&long), [NetEvent::Failed { message: MessageId(1), fault }]);
}

#[test]
fn a_message_waits_for_the_name_of_its_writer() {
    let mut bench = Bench::inside();
    let asked = bench.hear(&text(11, 8, 1, "x"));
    assert_eq!(said(&asked), [Said::Members { from: 8 }]);
    assert_eq!(heard(&asked), Vec::<String>::new());
    assert_eq!(heard(&bench.hear(&members(&[(8, 88, "cem")]))), ["cem: x"]);
}

#[test]
fn a_writer_whom_nobody_knows_is_heard_without_a_name() {
    let mut bench = Bench::inside();
    bench.hear(&text(11, 8, 1, "x"));
    assert_eq!(heard(&bench.hear(&members(&[]))), [": x"]);
    bench.hear(&text(12, 9, 1, "y"));
    assert_eq!(heard(&bench.wait(2_000)), [": y"]);
}

#[test]
fn members_are_told_as_they_come_and_go() {
    let mut bench = Bench::inside();
    let told = bench.hear(&bundle(
        11,
        &[
            BundleEntry::Joined { index: 4, id: 44, name: "cem" },
            BundleEntry::Renamed { index: 4, name: "dora" },
            BundleEntry::Left { index: 4 },
            BundleEntry::Left { index: 5 },
        ],
    ));
    let told: Vec<(String, bool)> = events(&told)
        .into_iter()
        .map(|event| match event {
            NetEvent::Member { member, .. } => (member.name, member.here),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [("cem", true), ("dora", true), ("dora", false)].map(|(a, b)| (a.to_owned(), b)));
}

#[test]
fn members_beyond_the_limit_are_heard_but_not_kept() {
    let mut bench = Bench::inside();
    let mut told = 0;
    for page in 0..200_u32 {
        let names: Vec<String> = (0..50).map(|line| format!("m{page}-{line}")).collect();
        let lines = (100 + page * 50..).zip(&names);
        let lines: Vec<(u32, u64, &str)> =
            lines.map(|(index, name)| (index, u64::from(index) << 8, name.as_str())).collect();
        told += events(&bench.hear(&members(&lines))).len();
    }
    assert_eq!(told, 4_096 - 2);
    assert_eq!(heard(&bench.hear(&text(11, 1_000_000, 1, "x"))), [": x"]);
}

#[test]
fn an_answer_to_each_message_survives_the_end_of_the_relay() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    bench.hear(&taken(1, 12));
    bench.wait(1_000);
    let hello = bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie: None }));
    let challenge = bench.challenge(&hello);
    bench.hear(&challenge);
    let welcome = bench.welcome_as(STREAM + 1, 4);
    assert_eq!(handed(&bench.hear(&welcome)), [1], "the last relay had it");
}

// --- Frames that mean no good. ---

#[derive(Clone, Debug)]
enum Blow {
    Frame(Vec<u8>),
    Later(u64),
    Say(String),
    Welcome(u32, u64),
    Gone,
}

/// Numbers near the edges and near what is going on.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..40_u64, Just(u64::MAX), u64::MAX - 3..u64::MAX, any::<u64>()]
}

fn small() -> impl Strategy<Value = u32> {
    prop_oneof![0..6_u32, Just(u32::MAX), any::<u32>()]
}

fn entries() -> impl Strategy<Value = Vec<u8>> {
    let entry =
        (0..4_u8, small(), small(), number(), "\\PC{0,9}").prop_map(|(kind, index, number, id, name)| {
            let mut bytes = Vec::new();
            match kind {
                0 => BundleEntry::Text { index, number, kept: None, text: name.as_bytes() },
                1 => BundleEntry::Joined { index, id, name: &name },
                2 => BundleEntry::Left { index },
                _ => BundleEntry::Renamed { index, name: &name },
            }
            .encode(&mut bytes);
            bytes
        });
    prop::collection::vec(entry, 0..6).prop_map(|entries| entries.concat())
}

fn blow() -> impl Strategy<Value = Blow> {
    let head = |kind: u8| vec![0xff, 0x71, 0x01, kind];
    let stream = STREAM.to_be_bytes();
    let bundle = (number(), entries()).prop_map(move |(seq, entries)| {
        Blow::Frame([head(b'b'), stream.to_vec(), seq.to_be_bytes().to_vec(), entries].concat())
    });
    let line = (small(), number(), any::<bool>(), "\\PC{0,9}").prop_map(|(index, id, here, name)| {
        [
            &index.to_be_bytes()[..],
            &id.to_be_bytes(),
            &[u8::from(here), u8::try_from(name.len()).unwrap_or(0)],
            name.as_bytes(),
        ]
        .concat()
    });
    let page = (small(), prop::collection::vec(line, 0..5)).prop_map(move |(count, lines)| {
        Blow::Frame([head(b'm'), stream.to_vec(), count.to_be_bytes().to_vec(), lines.concat()].concat())
    });
    let reason = prop::sample::select(vec![
        RefusalReason::Rate,
        RefusalReason::TooLong,
        RefusalReason::NameTaken,
        RefusalReason::Other,
    ]);
    let ours = (0..5_u8, number(), small(), reason).prop_map(|(kind, seq, number, why)| {
        if kind == 0 {
            return Blow::Frame(pong_of(STREAM, seq, number));
        }
        Blow::Frame(encoded(&match kind {
            1 => FromRelay::Gone { stream: STREAM, seq },
            2 => FromRelay::Taken { stream: STREAM, number, seq },
            3 => FromRelay::Unknown { token: TOKEN, cookie: None },
            _ => FromRelay::Refused { to: TOKEN, number, why },
        }))
    });
    let noise = (any::<u8>(), prop::collection::vec(any::<u8>(), 0..80));
    prop_oneof![
        6 => bundle,
        2 => page,
        4 => ours,
        2 => noise.prop_map(move |(kind, tail)| Blow::Frame([head(kind), tail].concat())),
        2 => (0..3_000_u64).prop_map(Blow::Later),
        2 => "\\PC{1,9}".prop_map(Blow::Say),
        1 => (STREAM..STREAM + 3, number()).prop_map(|(stream, seq)| Blow::Welcome(stream, seq)),
        1 => Just(Blow::Gone),
    ]
}

fn strike(bench: &mut Bench, blow: &Blow, said: &mut u64) {
    match blow {
        Blow::Frame(bytes) => drop(bench.hear(bytes)),
        Blow::Later(millis) => drop(bench.wait(*millis)),
        Blow::Say(text) => {
            *said += 1;
            bench.say(*said, text);
        }
        Blow::Welcome(stream, seq) => {
            let hello = bench.wait(4_000);
            let asked = super::bench::said(&hello);
            if asked.iter().any(|frame| matches!(frame, Said::Hello { .. })) {
                let challenge = bench.challenge(&hello);
                bench.hear(&challenge);
                let welcome = bench.welcome_as(*stream, *seq);
                bench.hear(&welcome);
            }
        }
        Blow::Gone => {
            let link = bench.link;
            bench.feed(Input::Unreachable { link, to: relay() });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The bench itself fails when the client talks for ever or lets time stand still.
    #[test]
    fn no_frame_does_harm_and_each_message_is_answered_once(blows in prop::collection::vec(blow(), 1..60)) {
        let mut bench = Bench::inside();
        let mut said = 0;
        for blow in &blows {
            strike(&mut bench, blow, &mut said);
        }
        bench.wait(60_000);
        prop_assert_eq!(bench.answered, said);
    }
}
