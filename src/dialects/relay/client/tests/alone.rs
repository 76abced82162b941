//! The way in, the way back, and keeping the membership: against a relay made by hand.

use std::time::Duration;

use super::bench::{
    Bench, INDEX, ROOM, START, Said, TOKEN, at, bundle, destinations, encoded, events, follow, handed, heard,
    introduce, members, pong, reaches, relay, said, said_once, text,
};
use crate::dialects::relay::client::naming::{clean, validate, variant};
use crate::dialects::relay::frame::{
    BundleEntry, FromRelay, HELLO_LENGTH, MemberToken, NewsList, RefusalReason,
};
use crate::model::traffic::ConnectionState;
use crate::model::{ErrorCode, Fault, NetCommand, PeerCommand, Phrase};
use crate::wire::{Input, Output};

const SECOND: Duration = Duration::from_secs(1);

fn down(key: &'static str) -> ConnectionState {
    ConnectionState::Down(Phrase::new(key).into())
}

/// When the client said something of this kind, in milliseconds.
fn times(passed: &[(Duration, Output)], wanted: impl Fn(&Said) -> bool) -> Vec<u128> {
    let of = passed.iter().filter(|(_, output)| said_once(output).is_some_and(|frame| wanted(&frame)));
    of.map(|(at, _)| at.as_millis()).collect()
}

#[test]
fn nothing_is_done_before_an_introduction() {
    let mut bench = Bench::new();
    assert_eq!(bench.order(follow("relay://192.0.2.1")), []);
    let begun = bench.order(introduce("ada"));
    assert!(matches!(&begun[1..], [Output::Open { .. }]));
    assert_eq!(reaches(&begun), [ConnectionState::Seeking]);
}

#[test]
fn a_hello_has_the_size_that_the_relay_may_answer() {
    let mut bench = Bench::new();
    let hello = bench.follow("relay://192.0.2.1");
    let [Output::Datagram { bytes, to, .. }] = hello.as_slice() else { panic!("{hello:?}") };
    assert_eq!((bytes.len(), *to), (HELLO_LENGTH, relay()));
}

#[test]
fn a_silent_relay_is_down_before_three_seconds_and_asked_for_ever() {
    let mut bench = Bench::new();
    bench.follow("relay://192.0.2.1");
    let passed = bench.pass(60 * SECOND);
    let connection: Vec<_> = passed.iter().filter(|(_, output)| matches!(output, Output::Event(_))).collect();
    assert_eq!(connection.len(), 1);
    assert_eq!(
        (connection[0].0, reaches(&[connection[0].1.clone()])),
        (5 * SECOND / 2, vec![down("relay-no-answer")])
    );
    let hellos = times(&passed, |frame| matches!(frame, Said::Hello { .. }));
    assert!((500..=625).contains(&hellos[0]), "{hellos:?}");
    let pauses: Vec<u128> = hellos.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (soon, later) = pauses.split_at(9);
    assert!(soon.iter().all(|pause| (1_000..=1_250).contains(pause)), "{pauses:?}");
    assert!(later.iter().all(|pause| (3_000..=3_750).contains(pause)), "{pauses:?}");
    assert!(later.iter().any(|pause| *pause != later[0]), "no jitter: {pauses:?}");
}

#[test]
fn a_challenge_counts_from_the_relay_and_with_our_nonce_only() {
    let mut bench = Bench::new();
    let hello = bench.follow("relay://192.0.2.1");
    let challenge = bench.challenge(&hello);
    assert_eq!(bench.hear_from(at("192.0.2.1:6001"), &challenge), []);
    assert_eq!(bench.hear_from(at("192.0.2.2:6000"), &challenge), []);
    let wrong = encoded(&FromRelay::Challenge { nonce: 1, cookie: [5; 16] });
    assert_eq!(bench.hear(&wrong), []);
    let join = said(&bench.hear(&challenge));
    let [Said::Join { id, token, name, room }] = join.as_slice() else { panic!("{join:?}") };
    assert_eq!(*token, MemberToken::NONE);
    assert!(*id != 0 && name == "ada" && room == "lobby");
}

#[test]
fn only_the_relay_itself_is_heard_in_the_room() {
    let mut bench = Bench::inside();
    let closing = encoded(&FromRelay::Closing { token: TOKEN, next: None });
    for frame in [text(11, 1, 1, "x"), closing.clone(), members(&[(9, 99, "eve")]), pong(12)] {
        for from in ["192.0.2.1:6001", "192.0.2.2:6000", "[::1]:6000"] {
            assert_eq!(bench.hear_from(at(from), &frame), []);
        }
    }
    assert_eq!(heard(&bench.hear(&text(11, 1, 1, "x"))), ["bob: x"]);
    assert_eq!(reaches(&bench.hear(&closing)), [down("relay-closed")]);
}

#[test]
fn frames_for_another_membership_are_none_of_ours() {
    let mut bench = Bench::inside();
    let other = MemberToken(TOKEN.0 + 1);
    for frame in [
        FromRelay::Unknown { token: other, cookie: None },
        FromRelay::Closing { token: other, next: None },
        FromRelay::Refused { to: other, number: 1, why: RefusalReason::TooLong },
        FromRelay::Pong { rooms: NewsList::decode(&[1; 32]).expect("news") },
        FromRelay::Gone { stream: 1, seq: 100 },
    ] {
        assert_eq!(bench.hear(&encoded(&frame)), []);
    }
}

#[test]
fn every_address_of_a_name_is_tried_before_the_relay_counts_as_gone() {
    let mut bench = Bench::new();
    let asked = bench.follow("relay://localhost:7000");
    assert!(matches!(asked.as_slice(), [Output::Resolve { host, port: 7000, .. }] if host == "localhost"));
    let addresses = vec![at("[::1]:7000"), at("127.0.0.1:7000")];
    let resolved = Input::Resolved { conversation: ROOM, host: "localhost".to_owned(), addresses };
    assert_eq!(destinations(&bench.feed(resolved)), [at("[::1]:7000")]);
    let link = bench.link;
    let next = bench.feed(Input::Unreachable { link, to: at("[::1]:7000") });
    assert_eq!(destinations(&next), [at("127.0.0.1:7000")]);
    assert_eq!(reaches(&next), []);
    let none = bench.feed(Input::Unreachable { link, to: at("127.0.0.1:7000") });
    assert_eq!(reaches(&none), [down("relay-no-answer")]);
    let hello = bench.wait(5_000);
    let challenge = bench.challenge(&hello);
    let join = bench.hear_from(at("127.0.0.1:7000"), &challenge);
    assert_eq!(destinations(&join), [at("127.0.0.1:7000")]);
}

#[test]
fn a_name_without_an_address_is_looked_up_again() {
    let mut bench = Bench::new();
    bench.follow("relay://nowhere.lan");
    let none = Input::Resolved { conversation: ROOM, host: "nowhere.lan".to_owned(), addresses: Vec::new() };
    let why = Fault::NameNotFound { host: "nowhere.lan".to_owned() };
    assert_eq!(reaches(&bench.feed(none)), [ConnectionState::Down(why.into())]);
    let later = bench.wait(10_000);
    assert!(matches!(later.as_slice(), [Output::Resolve { .. }]), "{later:?}");
}

#[test]
fn a_machine_without_ipv6_gets_the_other_socket() {
    let mut bench = Bench::new();
    bench.order(introduce("ada"));
    bench.order(follow("relay://192.0.2.1"));
    let code = || Some(ErrorCode::from("EAFNOSUPPORT"));
    let link = crate::model::LinkId(crate::model::LinkId::FIRST_OWN);
    let other = bench.feed(Input::LinkDown { link, code: code() });
    let [Output::Open { link, socket }] = other.as_slice() else { panic!("{other:?}") };
    assert_eq!(socket.at, at("0.0.0.0:0"));
    let none = bench.feed(Input::LinkDown { link: *link, code: code() });
    assert_eq!(
        reaches(&none),
        [ConnectionState::Down(Phrase::new("relay-no-socket").text("code", "EAFNOSUPPORT").into())]
    );
    assert!(matches!(bench.wait(10_000).as_slice(), [Output::Open { .. }]));
}

#[test]
fn a_full_relay_says_so_and_is_asked_again_after_ten_seconds() {
    let mut bench = Bench::new();
    let hello = bench.follow("relay://192.0.2.1");
    let Some(Said::Hello { nonce }) = said(&hello).pop() else { panic!("{hello:?}") };
    let challenge = bench.challenge(&hello);
    bench.hear(&challenge);
    let full = FromRelay::Refused { to: MemberToken(nonce), number: 0, why: RefusalReason::Full };
    assert_eq!(reaches(&bench.hear(&encoded(&full))), [down("relay-full")]);
    let hellos = times(&bench.pass(13 * SECOND), |frame| matches!(frame, Said::Hello { .. }));
    assert!(hellos[0] >= 10_000, "{hellos:?}");
}

#[test]
fn another_name_is_tried_when_ours_is_taken() {
    let mut bench = Bench::new();
    let hello = bench.follow("relay://192.0.2.1");
    let Some(Said::Hello { nonce }) = said(&hello).pop() else { panic!("{hello:?}") };
    let challenge = bench.challenge(&hello);
    bench.hear(&challenge);
    let taken =
        encoded(&FromRelay::Refused { to: MemberToken(nonce), number: 0, why: RefusalReason::NameTaken });
    for wanted in ["ada-2", "ada-3"] {
        let join = said(&bench.hear(&taken));
        assert!(matches!(join.as_slice(), [Said::Join { name, .. }] if name == wanted), "{join:?}");
    }
}

#[test]
fn a_cookie_that_leads_to_nothing_is_asked_for_anew() {
    let mut bench = Bench::new();
    let hello = bench.follow("relay://192.0.2.1");
    let challenge = bench.challenge(&hello);
    bench.hear(&challenge);
    let passed = bench.pass(15 * SECOND);
    let joins = times(&passed, |frame| matches!(frame, Said::Join { .. }));
    let hellos = times(&passed, |frame| matches!(frame, Said::Hello { .. }));
    assert_eq!(joins.len(), 3, "{joins:?}, and the first before");
    assert!(hellos.first() > joins.last(), "{joins:?} {hellos:?}");
}

#[test]
fn who_is_not_known_any_more_joins_again_at_once_as_the_same() {
    let mut bench = Bench::inside();
    bench.wait(1_000);
    let hello = bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie: None }));
    assert_eq!(reaches(&hello), []);
    let challenge = bench.challenge(&hello);
    let id = bench.id;
    let join = said(&bench.hear(&challenge));
    assert!(
        matches!(join.as_slice(), [Said::Join { id: same, token, .. }] if *same == id && *token == TOKEN)
    );
}

#[test]
fn a_relay_that_always_forgets_is_not_asked_without_pause() {
    let mut bench = Bench::inside();
    for _ in 0..5 {
        let hello = bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie: None }));
        assert_eq!(hello, []);
        let hello = bench.wait(500);
        bench.let_in(&hello);
    }
}

#[test]
fn silence_is_answered_by_three_questions_and_then_the_relay_is_down() {
    let mut bench = Bench::inside();
    let passed = bench.pass(60 * SECOND);
    let pings = times(&passed, |frame| *frame == Said::Ping);
    assert_eq!(pings.len(), 3, "{pings:?}");
    assert!((5_000..=6_250).contains(&pings[0]), "{pings:?}");
    let outputs: Vec<Output> = passed.into_iter().map(|(_, output)| output).collect();
    assert_eq!(reaches(&outputs), [down("relay-no-answer")]);
}

#[test]
fn a_quiet_room_costs_one_question_in_five_seconds() {
    let mut bench = Bench::inside();
    let mut pings = 0;
    for _ in 0..600 {
        let asked = said(&bench.wait(100)).len();
        pings += asked;
        if asked > 0 {
            bench.hear(&pong(10));
        }
    }
    assert!((8..=12).contains(&pings), "{pings} in a minute");
}

#[test]
fn after_a_message_the_relay_is_asked_for_the_newest_until_it_answers() {
    let mut bench = Bench::inside();
    bench.hear(&text(11, 1, 1, "x"));
    let pings = times(&bench.pass(SECOND + SECOND / 2), |frame| *frame == Said::Ping);
    assert!(matches!(pings.as_slice(), [250..=313, 1_000..=1_250]), "{pings:?}");
    bench.hear(&text(12, 1, 2, "y"));
    bench.wait(400);
    assert_eq!(said(&bench.hear(&pong(13))), [Said::Missing { from: 13, count: 1 }]);
    bench.hear(&text(13, 1, 3, "z"));
    assert_eq!(times(&bench.pass(Duration::from_millis(200)), |frame| *frame == Said::Ping), []);
}

#[test]
fn another_network_is_a_reason_to_ask_at_once() {
    let mut bench = Bench::inside();
    assert_eq!(said(&bench.feed(Input::Interfaces(&[]))), [Said::Ping]);
}

#[test]
fn icmp_says_at_once_that_the_relay_is_gone() {
    let mut bench = Bench::inside();
    let link = bench.link;
    assert_eq!(bench.feed(Input::Unreachable { link, to: at("192.0.2.9:6000") }), []);
    let gone = bench.feed(Input::Unreachable { link, to: relay() });
    assert_eq!(reaches(&gone), [down("relay-no-answer")]);
    let hellos = times(&bench.pass(SECOND), |frame| matches!(frame, Said::Hello { .. }));
    assert!((300..=600).contains(&hellos[0]) && hellos.len() <= 2, "{hellos:?}");
}

#[test]
fn what_a_relay_passed_on_before_it_was_gone_is_heard_behind_the_news_of_its_end() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    let link = bench.link;
    bench.feed(Input::Unreachable { link, to: relay() });
    let entries = [
        BundleEntry::Text { index: 1, number: 1, kept: None, text: b"late" },
        BundleEntry::Text { index: INDEX, number: 1, kept: None, text: b"x" },
    ];
    assert_eq!(bench.hear_from(at("192.0.2.2:6000"), &bundle(11, &entries)), []);
    let late = bench.hear(&bundle(11, &entries));
    assert_eq!((heard(&late), handed(&late)), (vec!["bob: late".to_owned()], vec![1]));
    assert_eq!(bench.hear(&bundle(11, &entries)), [], "and once");
}

#[test]
fn who_forgets_the_room_leaves_it() {
    let mut bench = Bench::inside();
    bench.say(1, "x");
    let left = bench.order(NetCommand::Peer(ROOM, PeerCommand::Forget));
    assert_eq!(said(&left), [Said::Leave]);
    assert!(matches!(
        left.iter().rfind(|output| !matches!(output, Output::Event(_))),
        Some(Output::Close { .. })
    ));
    assert_eq!(events(&left).len(), 1, "the message is answered");
    assert_eq!(bench.wake, None);
}

#[test]
fn an_address_names_a_room_that_a_relay_takes() {
    let good = |text: &str| validate(&super::bench::address(text)).is_ok();
    assert!(good("relay://host") && good("relay://host:1/room") && good("relay://host/教室"));
    let long = format!("relay://host/{}", "x".repeat(33));
    for bad in ["relay://host/a:b", "relay://host/*", "relay://host?encoding=gbk", &long] {
        assert!(!good(bad), "{bad}");
    }
}

#[test]
fn a_name_is_made_so_that_a_relay_takes_it() {
    let (long, full) = ("x".repeat(40), "x".repeat(32));
    for (name, cleaned) in [
        ("侯哥", "侯哥"),
        (" a: b ", "a b"),
        ("/*root", "root"),
        ("a\u{202e}b\n", "ab"),
        ("::", "udpqq"),
        ("", "udpqq"),
        (&long, &full),
    ] {
        assert_eq!(clean(name), cleaned);
    }
    assert_eq!(variant("ada", 0), "ada");
    assert_eq!(variant(&full, 1), format!("{}-2", "x".repeat(30)));
}

#[test]
fn a_message_number_is_forgotten_after_many_others() {
    let mut bench = Bench::inside();
    let mut seq = START;
    let mut is_shown = |number| {
        seq += 1;
        !heard(&bench.hear(&text(seq, 1, number, "x"))).is_empty()
    };
    assert!(is_shown(1) && !is_shown(1));
    assert!((0..4_096).all(|number| is_shown(number + 2)));
    assert!(is_shown(1), "the table has an end");
    assert!(is_shown(0) && is_shown(0), "what has no number is always new");
}

#[test]
fn a_new_token_takes_the_place_of_the_old_one() {
    let mut bench = Bench::inside();
    let next = MemberToken(0x7171);
    assert_eq!(
        said(&bench.hear(&encoded(&FromRelay::Renewed { token: MemberToken(1), next: MemberToken(2) }))),
        []
    );
    bench.hear(&encoded(&FromRelay::Renewed { token: TOKEN, next }));
    assert_eq!(
        said(&bench.hear(&encoded(&FromRelay::Unknown { token: TOKEN, cookie: None }))),
        [],
        "that is the past"
    );
    bench.wait(1_000);
    let hello = bench.hear(&encoded(&FromRelay::Unknown { token: next, cookie: None }));
    let challenge = bench.challenge(&hello);
    let join = said(&bench.hear(&challenge));
    assert!(matches!(join.as_slice(), [Said::Join { token, .. }] if *token == next), "{join:?}");
}
