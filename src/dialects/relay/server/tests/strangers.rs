//! Addresses that are no members: what they are answered, and how they become members.

use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

use super::*;
use crate::dialects::relay::frame::{HELLO_LENGTH, MemberToken, RefusalReason};

#[test]
fn a_newcomer_is_told_how_to_prove_its_address() {
    let mut bench = Bench::new();
    let greeting =
        "good morning everybody, who of you is in this room today, and who will be there tomorrow? "
            .repeat(2);
    let long = bench.answer(at(1), greeting);
    assert!(long.starts_with("* This is a relay"), "{long}");
    assert!(long.lines().nth(2).unwrap().starts_with("/prove "), "{long}");
}

#[test]
fn who_says_little_is_told_little() {
    let mut bench = Bench::new();
    let short = bench.answer(at(1), "hello, everybody");
    assert_eq!(short.len(), 16);
    assert!(short.starts_with("?\n/prove "), "{short}");
    let longer = bench.answer(at(2), "hello, who of you is in this room today?");
    assert!(longer.starts_with("* Send this line back:\n/prove "), "{longer}");
}

#[test]
fn a_hello_without_a_line_end_finds_the_way_in() {
    let mut bench = Bench::new();
    assert_eq!(bench.answer(at(1), "hello"), "more?");
    bench.seconds(1);
    assert_eq!(bench.hear(at(1), "hello"), [], "it is asked once");
    let shortest = bench.answer(at(1), "hello, you");
    let (question, line) = shortest.split_once('\n').expect("two lines");
    assert!(question == "?" && line.starts_with("/prove "), "{shortest}");
    bench.seconds(1);
    assert_eq!(bench.hear(at(1), &shortest), [], "what sends back everything proves nothing");
    assert!(bench.answer(at(1), line).starts_with("* You are guest-1, in lobby"));
}

#[test]
fn what_is_too_short_for_an_answer_adds_up() {
    let mut bench = Bench::new();
    assert_eq!(bench.hear(at(1), "hi\n"), []);
    assert_eq!(bench.hear(at(1), ""), []);
    assert_eq!(bench.answer(at(1), "hi\n"), "more?");
    bench.seconds(1);
    for _ in 0..4 {
        assert_eq!(bench.hear(at(1), "hi\n"), []);
    }
    assert!(bench.answer(at(1), "hi\n").contains("/prove "));
}

#[test]
fn the_line_sent_back_makes_a_member_of_the_lobby() {
    let mut bench = Bench::new();
    for (number, ending) in [(1, ""), (2, "\n"), (3, "\r\n"), (4, "  \r\n\n")] {
        let line = bench.challenge(at(number)).to_lowercase();
        let welcome = bench.answer(at(number), format!("{line}{ending}"));
        assert!(welcome.starts_with(&format!("* You are guest-{number}, in lobby")), "{welcome}");
    }
    assert_eq!(bench.relay.rooms()[0].members, 4);
    assert_eq!(bench.relay.counters().proofs, 4);
}

#[test]
fn a_line_with_anything_beside_it_is_no_proof() {
    let mut bench = Bench::new();
    let line = bench.challenge(at(1));
    bench.seconds(1);
    for text in [format!("?\n{line}\n"), format!("{line} please"), format!(" {line}"), format!("{line}\nx")] {
        assert_eq!(bench.hear(at(1), &text).len(), usize::from(text.starts_with(' ')), "{text}");
        bench.seconds(1);
    }
    assert_eq!(bench.relay.members(9), []);
}

#[test]
fn a_code_is_good_in_its_span_and_the_next_and_at_its_address_only() {
    let mut bench = Bench::new();
    let lines = [1, 2, 3].map(|number| bench.challenge(at(number)));
    bench.seconds(29);
    assert_eq!(bench.hear(at(1), &lines[1]), []);
    assert!(bench.answer(at(2), &lines[1]).starts_with("* You are"));
    bench.seconds(1);
    assert_eq!(bench.hear(at(3), &lines[2]), []);
    assert_eq!(bench.names(), ["guest-1"]);
}

#[test]
fn five_wrong_codes_and_the_right_one_is_not_looked_at() {
    let mut bench = Bench::new();
    let line = bench.challenge(at(1));
    for guess in 0..5 {
        assert_eq!(bench.hear(at(1), format!("/prove 00000{guess}")), []);
    }
    assert_eq!(bench.hear(at(1), &line), []);
    assert_eq!(bench.relay.counters().wrong_proofs, 6);
    bench.seconds(15);
    assert!(bench.answer(at(1), &line).starts_with("* You are"));
}

#[test]
fn a_code_that_was_sent_to_nobody_is_not_looked_at() {
    let mut bench = Bench::new();
    let code = bench.relay.validator.keys.code(bench.now.mono, at(1));
    let line = format!("/prove {}", str::from_utf8(&code).unwrap());
    assert_eq!(bench.hear(at(1), &line), []);
    assert_eq!(bench.relay.members(9), []);
}

#[test]
fn services_of_a_system_and_addresses_of_nobody_get_no_answer() {
    let mut bench = Bench::new();
    for from in ["192.0.2.1:53", "192.0.2.1:1023", "0.0.0.0:5000", "255.255.255.255:5000", "224.0.0.1:5000"] {
        assert_eq!(bench.hear(from.parse().unwrap(), "hello, is anybody there?"), [], "{from}");
        assert_eq!(bench.hear(from.parse().unwrap(), frame(&FromMember::Hello { nonce: 1 })), [], "{from}");
    }
    for from in ["[::]:5000", "[ff02::1]:5000", "[2001:db8::1]:0"] {
        assert_eq!(bench.hear(from.parse().unwrap(), "hello, is anybody there?"), [], "{from}");
    }
    assert_eq!(bench.hear("[2001:db8::1]:5000".parse().unwrap(), "hello, is anybody there?").len(), 1);
}

#[test]
fn a_join_without_the_cookie_of_that_address_makes_no_member() {
    let mut bench = Bench::new();
    let attacker = at(1);
    let cookie = bench.cookie(attacker);
    let victim = Client::new(at(2), 5, "victim", "lobby");
    for cookie in [cookie, [0; COOKIE_LENGTH], [0xff; COOKIE_LENGTH]] {
        for (_, bytes) in bench.hear(victim.address, victim.join(cookie)) {
            // A cookie for the victim, which the attacker does not see.
            assert!(matches!(FromRelay::decode(&bytes), Some(FromRelay::Challenge { .. })));
        }
        bench.seconds(1);
    }
    assert_eq!(bench.relay.members(9), []);
}

#[test]
fn an_old_cookie_is_answered_by_a_new_one() {
    let mut bench = Bench::new();
    let mut client = Client::new(at(1), 5, "ann", "lobby");
    let cookie = bench.cookie(client.address);
    bench.seconds(30);
    let sent = bench.hear(client.address, client.join(cookie));
    let Some(FromRelay::Challenge { nonce: 9, cookie }) = FromRelay::decode(&sent[0].1) else {
        panic!("{sent:?}")
    };
    let join = client.join(cookie);
    client.take_all(&bench.hear(at(1), join));
    assert_ne!(client.token, MemberToken::NONE);
}

#[test]
fn a_short_hello_and_what_is_no_frame_get_no_answer() {
    let mut bench = Bench::new();
    let hello = frame(&FromMember::Hello { nonce: 1 });
    assert_eq!(bench.hear(at(1), &hello[..HELLO_LENGTH - 1]), []);
    assert_eq!(bench.hear(at(1), [&[0xff, 0x71, 0x01, b'z'][..], &[0; 100]].concat()), []);
    assert_eq!(bench.hear(at(1), [0xff, 0x71, 0x01]), []);
    assert_eq!(bench.relay.counters().malformed, 3);
}

#[test]
fn a_token_that_is_not_known_is_told_so_once_a_second() {
    let mut bench = Bench::new();
    let ping = frame(&FromMember::Request { token: MemberToken(77), request: MemberRequest::Ping });
    let sent = bench.hear(at(1), &ping);
    let Some(FromRelay::Unknown { token: MemberToken(77), cookie: Some(cookie) }) =
        FromRelay::decode(&sent[0].1)
    else {
        panic!("{sent:?}")
    };
    assert_eq!(bench.hear(at(1), &ping), []);
    bench.seconds(1);
    assert_eq!(bench.hear(at(1), &ping).len(), 1);
    // With what it is told it is in again at once, and nobody else is.
    bench.hear(at(2), Client::new(at(2), 5, "eve", "b").join(cookie));
    assert_eq!(bench.names(), [""; 0]);
    let mut ann = Client::new(at(1), 5, "ann", "b");
    let sent = bench.hear(at(1), ann.join(cookie));
    ann.take_all(&sent);
    assert_ne!(ann.token, MemberToken::NONE);
}

#[test]
fn where_no_proof_is_asked_for_the_first_datagram_is_the_first_message() {
    let mut bench = Bench::open();
    assert!(bench.answer(at(1), "hi\n").starts_with("* You are guest-1, in lobby with nobody else."));
    let sent = bench.hear(at(2), "moin\n");
    assert_eq!(texts(&sent, at(1)), ["guest-2: moin\n"]);
    assert!(texts(&sent, at(2))[0].starts_with("* You are guest-2, in lobby with 1 member."));
    assert_eq!(texts(&sent, at(2)).len(), 1);
}

#[test]
fn a_full_relay_says_so() {
    let mut bench = Bench::with(RelayOptions { members: 1, ..RelayOptions::default() });
    bench.plain(1);
    let line = bench.challenge(at(2));
    assert_eq!(bench.answer(at(2), line), "* The relay is full.\n");
    let cookie = bench.cookie(at(3));
    let mut client = Client::new(at(3), 5, "ann", "lobby");
    client.take_all(&bench.hear(at(3), client.join(cookie)));
    assert_eq!(client.answers.refused, [(0, RefusalReason::Full)]);
    let full = |member| RelayEvent::Limited { member, limit: RelayLimit::Members };
    let events = bench.events();
    assert!(events.contains(&full(at(2))) && events.contains(&full(at(3))), "{events:?}");
}

#[test]
fn so_many_newcomers_are_remembered_and_no_more() {
    let mut bench = Bench::new();
    for number in 0..20_000_u16 {
        let from = SocketAddr::from(([198, 51, 100, 7], 10_000 + number));
        bench.handle(from, "hello, is anybody there?");
    }
    assert!(bench.relay.validator.len() <= 4_096);
    assert!(bench.flush().len() <= 4_096);
}

#[test]
fn an_address_that_is_forgotten_is_not_answered_twice_in_a_second() {
    let mut bench = Bench::new();
    let victim = SocketAddr::from(([203, 0, 113, 1], 9_999));
    let mut answers = bench.hear(victim, "hello, is anybody there?").len();
    for number in 0..10_000_u16 {
        bench.handle(SocketAddr::from(([198, 51, 100, 7], 10_000 + number)), "x");
    }
    bench.flush();
    answers += bench.hear(victim, "hello, is anybody there?").len();
    assert_eq!(answers, 1);
}

/// What somebody may send in the name of another.
fn spoofed() -> impl Strategy<Value = Vec<u8>> {
    let token = any::<u64>();
    prop_oneof![
        "[a-z /\n]{0,80}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..100),
        Just(frame(&FromMember::Hello { nonce: 1 })),
        token.prop_map(|token| frame(&FromMember::Request {
            token: MemberToken(token),
            request: MemberRequest::Ping
        })),
        token.prop_map(|token| frame(&FromMember::Request {
            token: MemberToken(token),
            request: MemberRequest::Say { number: 1, after: 0, text: b"x" }
        })),
        any::<[u8; COOKIE_LENGTH]>().prop_map(|cookie| Client::new(at(1), 5, "a", "b").join(cookie)),
        "/prove [0-9A-Z]{6}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn no_unproved_address_gets_more_than_it_may(
        steps in vec((0_u16..4, spoofed(), 0_u64..700), 1..150),
    ) {
        let mut bench = Bench::new();
        let mut bytes: BTreeMap<SocketAddr, (usize, usize)> = BTreeMap::new();
        let mut last: BTreeMap<SocketAddr, Instant> = BTreeMap::new();
        for (number, datagram, millis) in steps {
            bench.later(Duration::from_millis(millis));
            bytes.entry(at(number)).or_default().0 += datagram.len();
            for (to, answer) in bench.hear(at(number), &datagram) {
                let (heard, sent) = bytes.get_mut(&to).expect("nobody else is answered");
                *sent += answer.len();
                prop_assert!(*sent <= *heard && answer.len() <= 512);
                let before = last.insert(to, bench.now.mono);
                prop_assert!(before.is_none_or(|before| bench.now.mono - before >= Duration::from_secs(1)));
            }
        }
        prop_assert_eq!(bench.relay.members(9), []);
    }
}

/// Nobody is flooded by what others send in its name, however short it is.
#[test]
fn no_first_datagram_draws_more_than_itself() {
    let join = Client::new(at(1), 5, "", "").join([1; COOKIE_LENGTH]);
    let token = MemberToken(77);
    let requests = [
        MemberRequest::Ping,
        MemberRequest::Leave,
        MemberRequest::Say { number: 1, after: 0, text: b"" },
        MemberRequest::Members { from: 0 },
        MemberRequest::Missing { stream: 1, from: 1, count: u16::MAX },
        MemberRequest::Nick { name: "" },
    ];
    let frames = requests.map(|request| frame(&FromMember::Request { token, request }));
    let texts = (0..400).flat_map(|length| {
        let commands = ["/help", "/who", "/rooms", "/prove 000000", "/history 50"].map(str::to_owned);
        commands.into_iter().chain([
            "x".repeat(length),
            "\u{ff}".repeat(length),
            format!("/nick {}", "x".repeat(length)),
        ])
    });
    let first = texts.map(String::into_bytes).chain(frames);
    let first = first.chain([join, frame(&FromMember::Hello { nonce: 1 }), vec![0xff, 0x71, 0x01]]);
    let mut answered = 0;
    for (number, datagram) in (0..).zip(first) {
        let mut bench = Bench::new();
        let sent = bench.hear(at(number % 60_000), &datagram);
        let bytes: usize = sent.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes <= datagram.len() && sent.len() <= 1, "{datagram:?} draws {sent:?}");
        answered += usize::from(bytes > 0);
    }
    assert!(answered > 400, "{answered} are answered");
}

/// As many addresses as are remembered, each with a code on its way back.
fn crowd_with_codes(bench: &mut Bench) -> Vec<(SocketAddr, String)> {
    let mut crowd = Vec::new();
    for number in 0..4_096_u16 {
        crowd.push((at(number), bench.challenge(at(number))));
        bench.later(Duration::from_millis(2));
    }
    crowd
}

#[test]
fn a_crowd_that_is_turned_away_at_once_does_not_stop_the_relay() {
    let mut bench = Bench::with(RelayOptions { members: 0, ..RelayOptions::default() });
    for (address, line) in crowd_with_codes(&mut bench) {
        assert_eq!(bench.answer(address, line), "* The relay is full.\n");
    }
    bench.handle(at(5_000), "hello, is anybody there?\n");
    assert!(bench.relay.validator.len() <= 4_096);
}
