//! When a stream is opened, what is written to it, and how each message is answered.

use super::super::{DIALECT, codec};
use super::*;
use crate::model::{AddressError, Caps};

const ALEX_AT: &str = "192.0.2.7:5000";

#[test]
fn the_dialect_says_what_plain_text_over_a_stream_can() {
    assert_eq!((DIALECT.scheme.name, DIALECT.scheme.default_port), ("tcp", 7_788));
    let caps = Caps { encodings: true, bytes: true, connects: true, ..Caps::NONE };
    assert_eq!(DIALECT.scheme.caps, caps);
    for good in ["h", "h:1?encoding=gb2312", "h:1?framing=line", "h:1?framing=line&encoding=big5"] {
        assert_eq!((DIALECT.validate)(&address(good)), Ok(()), "{good}");
    }
    for (bad, option) in [("h:1?framing=words", "framing=words"), ("h:1?framing=line&x=y", "x=y")] {
        assert_eq!((DIALECT.validate)(&address(bad)), Err(AddressError::Option(option.to_owned())));
    }
    let unknown = AddressError::Encoding("klingon".to_owned());
    assert_eq!((DIALECT.validate)(&address("h:1?encoding=klingon")), Err(unknown));
}

#[test]
fn nothing_is_connected_before_the_first_message() {
    let mut bench = Bench::with_alex();
    assert_eq!(bench.follow(BOB, "[2001:db8::7]:5000"), []);
    assert!(matches!(&bench.follow(CAROL, "carol.lan:5000")[..], [Output::Resolve { .. }]));
    assert_eq!(bench.resolved(CAROL, "carol.lan", &["192.0.2.9:0"]), []);
    assert_eq!(bench.later(3_600_000), []);
    let sent = bench.send(ALEX, 1, "x");
    assert_eq!(dials(&sent), [(FIRST, at(ALEX_AT))]);
    assert_eq!(reaches(&sent), [(ALEX, ConnectionState::Seeking)]);
    assert_eq!(sent.len(), 2);
}

#[test]
fn what_waits_for_the_connection_is_written_in_order() {
    let mut bench = Bench::with_alex();
    bench.send(ALEX, 3, "one");
    for (message, text) in [(1, "two"), (2, "three")] {
        assert_eq!(bench.send(ALEX, message, text), [], "the first connects for all");
    }
    let up = bench.up(FIRST, ALEX_AT);
    let order = [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()];
    assert_eq!(writes(&up), order.map(|bytes| (FIRST, bytes)));
    assert_eq!(reaches(&up), [(ALEX, ConnectionState::Up)]);
    assert_eq!(writes(&bench.send(ALEX, 4, "four")), [(FIRST, b"four".to_vec())]);
}

#[test]
fn a_message_is_handed_when_the_kernel_has_all_of_it_and_failed_when_it_never_will() {
    let mut bench = Bench::connected();
    assert_eq!(writes(&bench.send(ALEX, 2, "你好")), [(FIRST, "你好".as_bytes().to_vec())]);
    let (message, to, payload) = (MessageId(2), at(ALEX_AT), "你好".as_bytes().into());
    let handed = Output::Event(NetEvent::Handed { message, to, payload });
    assert_eq!(bench.handed(2, ALEX_AT, Ok(())), [handed]);
    assert_eq!(bench.handed(2, ALEX_AT, Ok(())), [], "said once");
    bench.send(ALEX, 3, "x");
    bench.send(ALEX, 4, "x");
    assert_eq!(bench.handed(3, "192.0.2.7:5001", Ok(())), [], "not written there");
    let failed = |outputs: Vec<Output>| failures(&outputs);
    assert_eq!(failed(bench.handed(3, ALEX_AT, Err("EPIPE"))), [(3, refused(ALEX_AT, "EPIPE"))]);
    let down = bench.down(FIRST, Some("ECONNRESET"));
    assert_eq!(failures(&down), [(4, refused(ALEX_AT, "ECONNRESET"))]);
    assert_eq!(reaches(&down), [(ALEX, broken("ECONNRESET"))]);
    assert_eq!(bench.handed(4, ALEX_AT, Ok(())), [], "too late");
}

#[test]
fn what_is_sent_is_exactly_the_encoded_text_and_a_line_end_where_lines_are_agreed() {
    for (options, text, bytes) in [
        ("", "a\r\nb", &b"a\r\nb"[..]),
        ("?encoding=gbk", "侯哥", b"\xBA\xEE\xB8\xE7"),
        ("?framing=line", "a b", b"a b\n"),
        ("?framing=line&encoding=gbk", "侯哥", b"\xBA\xEE\xB8\xE7\n"),
    ] {
        let mut bench = Bench::new();
        let place = format!("{ALEX_AT}{options}");
        bench.follow(ALEX, &place);
        bench.send(ALEX, 1, text);
        assert_eq!(writes(&bench.up(FIRST, ALEX_AT)), [(FIRST, bytes.to_vec())], "{options}");
        assert_eq!(codec::check(&address(&place), text), Ok(bytes.len()));
    }
}

#[test]
fn what_cannot_be_sent_is_refused_before_anything_is_connected() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "192.0.2.7:5000?encoding=gbk");
    let fault = Fault::CannotEncode { character: '😀', encoding: "GBK".to_owned() };
    let sent = bench.send(ALEX, 1, "好😀");
    assert_eq!((failures(&sent), sent.len()), (vec![(1, fault)], 1));
    let limit = 1024 * 1024 - 1;
    for (place, wire) in [("h:1", limit), ("h:1?framing=line", limit + 1)] {
        assert_eq!(codec::check(&address(place), &"x".repeat(limit)), Ok(wire));
        let fault = Fault::TooLarge { bytes: limit + 1, limit };
        assert_eq!(codec::check(&address(place), &"x".repeat(limit + 1)), Err(fault));
    }
    assert_eq!(failures(&bench.send(BOB, 2, "x")), [(2, Fault::NoSuchPeer)]);
}

#[test]
fn an_empty_text_needs_no_writing() {
    let mut bench = Bench::connected();
    assert_eq!(handed_on(&bench.send(ALEX, 2, "")), [2]);
}

#[test]
fn when_nobody_listens_all_that_waits_fails_with_the_code_and_the_next_message_tries_again() {
    let mut bench = Bench::with_alex();
    bench.send(ALEX, 1, "x");
    bench.send(ALEX, 2, "y");
    let down = bench.down(FIRST, Some("ECONNREFUSED"));
    let fault = refused(ALEX_AT, "ECONNREFUSED");
    assert_eq!(failures(&down), [(1, fault.clone()), (2, fault)]);
    assert_eq!(reaches(&down), [(ALEX, broken("ECONNREFUSED"))]);
    assert!(!bench.waits_for_time());
    let sent = bench.send(ALEX, 1, "x");
    assert_eq!(dials(&sent), [(SECOND, at(ALEX_AT))]);
    assert_eq!(reaches(&sent), [(ALEX, ConnectionState::Seeking)]);
    assert_eq!(writes(&bench.up(SECOND, ALEX_AT)).len(), 1);
}

#[test]
fn a_peer_that_does_not_answer_is_given_up_in_time() {
    let mut bench = Bench::with_alex();
    bench.send(ALEX, 1, "x");
    assert_eq!(bench.later(9_999), []);
    let late = bench.later(1);
    assert_eq!(failures(&late), [(1, refused(ALEX_AT, "ETIMEDOUT"))]);
    assert_eq!(reaches(&late), [(ALEX, broken("ETIMEDOUT"))]);
    assert_eq!(closes(&late), [FIRST]);
    assert_eq!(closes(&bench.up(FIRST, ALEX_AT)), [FIRST], "given up is given up");
    assert_eq!(bench.down(FIRST, None), []);
}

#[test]
fn the_addresses_of_a_name_are_tried_in_turn() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000");
    assert_eq!(reaches(&bench.send(ALEX, 1, "x")), [(ALEX, ConnectionState::Seeking)]);
    let found = bench.resolved(ALEX, "alex.lan", &["[2001:db8::7]:0", "192.0.2.7:0", "192.0.2.8:0"]);
    assert_eq!(dials(&found), [(FIRST, at("[2001:db8::7]:5000"))]);
    let next = bench.down(FIRST, Some("ENETUNREACH"));
    assert_eq!((dials(&next), next.len()), (vec![(SECOND, at(ALEX_AT))], 1), "still seeking");
    let next = bench.later(10_000);
    assert_eq!(dials(&next), [(THIRD, at("192.0.2.8:5000"))]);
    assert_eq!(failures(&next), []);
    assert_eq!(writes(&bench.up(THIRD, "192.0.2.8:5000")).len(), 1);
    bench.down(THIRD, None);
    let again = bench.send(ALEX, 2, "x");
    assert_eq!(dials(&again), [(LinkId(19), at("192.0.2.8:5000"))], "what worked comes first");
}

#[test]
fn when_no_address_of_a_name_answers_the_message_fails() {
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000");
    bench.send(ALEX, 1, "x");
    bench.resolved(ALEX, "alex.lan", &["[2001:db8::7]:0", "192.0.2.7:0"]);
    bench.down(FIRST, Some("ENETUNREACH"));
    let down = bench.down(SECOND, Some("ECONNREFUSED"));
    assert_eq!(failures(&down), [(1, refused(ALEX_AT, "ECONNREFUSED"))]);
}

#[test]
fn a_name_that_is_not_found_fails_what_waits_but_keeps_old_addresses() {
    let fault = || Fault::NameNotFound { host: "alex.lan".to_owned() };
    let mut bench = Bench::new();
    bench.follow(ALEX, "alex.lan:5000");
    bench.send(ALEX, 1, "x");
    let none = bench.resolved(ALEX, "alex.lan", &[]);
    assert_eq!(failures(&none), [(1, fault())]);
    assert_eq!(reaches(&none), [(ALEX, ConnectionState::Down(fault().into()))]);
    assert!(matches!(&bench.send(ALEX, 2, "x")[..], [Output::Resolve { .. }, Output::Event(_)]));
    assert_eq!(bench.later(9_999), []);
    assert_eq!(failures(&bench.later(1)), [(2, fault())]);
    assert_eq!(bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"]), [], "too late");
    bench.send(ALEX, 3, "x");
    bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"]);
    bench.down(FIRST, Some("ECONNREFUSED"));
    bench.later(61_000);
    assert_eq!(dials(&bench.send(ALEX, 4, "x")), [], "after a minute it may have moved");
    assert_eq!(dials(&bench.later(10_000)), [(SECOND, at(ALEX_AT))]);
}

#[test]
fn after_the_peer_went_the_next_message_connects_again_and_nothing_is_sent_twice() {
    let mut bench = Bench::connected();
    bench.send(ALEX, 2, "two");
    bench.send(ALEX, 3, "three");
    assert_eq!(handed_on(&bench.handed(2, ALEX_AT, Ok(()))), [2]);
    let down = bench.down(FIRST, None);
    assert_eq!(failures(&down), [(3, refused(ALEX_AT, "EPIPE"))], "some of it may have gone out");
    assert_eq!(reaches(&down), [(ALEX, offline())]);
    assert_eq!(bench.later(60_000), [], "not by itself");
    bench.send(ALEX, 4, "four");
    bench.send(ALEX, 5, "five");
    let up = bench.up(SECOND, ALEX_AT);
    assert_eq!(writes(&up), [(SECOND, b"four".to_vec()), (SECOND, b"five".to_vec())]);
    assert_eq!(reaches(&up), [(ALEX, ConnectionState::Up)]);
}

#[test]
fn a_peer_that_is_gone_without_a_word_is_known_when_the_kernel_gives_up() {
    let mut bench = Bench::connected();
    bench.send(ALEX, 2, "into the void");
    assert_eq!(handed_on(&bench.handed(2, ALEX_AT, Ok(()))), [2], "the kernel has it");
    assert_eq!(bench.later(3_600_000), []);
    assert_eq!(reaches(&bench.down(FIRST, Some("ETIMEDOUT"))), [(ALEX, broken("ETIMEDOUT"))]);
    assert_eq!(dials(&bench.send(ALEX, 3, "x")).len(), 1);
}

#[test]
fn a_peer_that_connects_to_us_meanwhile_gets_what_waits() {
    let mut bench = Bench::with_alex();
    bench.send(ALEX, 1, "x");
    let accepted = bench.accept(0, "192.0.2.7:40000");
    assert_eq!(writes(&accepted), [(theirs(0), b"x".to_vec())]);
    assert_eq!(reaches(&accepted), [(ALEX, ConnectionState::Up)]);
    assert_eq!(bench.down(FIRST, Some("ECONNREFUSED")), [], "it is there all the same");
    assert_eq!(handed_on(&bench.handed(1, "192.0.2.7:40000", Ok(()))), [1]);
}

#[test]
fn a_contact_that_moves_is_sought_where_it_is_now() {
    let mut bench = Bench::connected();
    let moved = bench.follow(ALEX, "192.0.2.9:5000");
    assert_eq!((closes(&moved), reaches(&moved)), (vec![FIRST], vec![(ALEX, offline())]));
    assert_eq!(dials(&bench.send(ALEX, 2, "x")), [(SECOND, at("192.0.2.9:5000"))]);
    let moved = bench.follow(ALEX, "192.0.2.10:5000");
    assert_eq!(closes(&moved), [SECOND]);
    assert_eq!(dials(&moved), [(THIRD, at("192.0.2.10:5000"))], "what waits goes with it");
    assert_eq!(failures(&moved), []);
    assert!(dials(&bench.follow(ALEX, "alex.lan:5000")).is_empty());
    assert_eq!(dials(&bench.resolved(ALEX, "alex.lan", &["192.0.2.7:0"])).len(), 1);
    assert_eq!(bench.follow(ALEX, "alex.lan:5000?encoding=gbk"), [], "the same place");
}

#[test]
fn forgetting_a_peer_closes_its_streams_and_fails_what_waits() {
    let mut bench = Bench::connected();
    bench.accept(0, "192.0.2.7:40000");
    bench.send(ALEX, 2, "written");
    let forgotten = bench.forget(ALEX);
    assert_eq!(closes(&forgotten), [FIRST, theirs(0)]);
    assert_eq!(failures(&forgotten), [(2, Fault::NoSuchPeer)]);
    assert_eq!(reaches(&forgotten), []);
    bench.follow(BOB, "192.0.2.8:5000");
    bench.send(BOB, 3, "waiting");
    assert_eq!(failures(&bench.forget(BOB)), [(3, Fault::NoSuchPeer)]);
    bench.follow(CAROL, "carol.lan:5000");
    bench.send(CAROL, 4, "waiting for a name");
    assert_eq!(failures(&bench.forget(CAROL)), [(4, Fault::NoSuchPeer)]);
    assert!(!bench.waits_for_time());
}

#[test]
fn what_was_written_before_a_stream_got_another_owner_is_answered_when_that_one_is_forgotten() {
    let mut bench = Bench::with_alex();
    bench.accept(0, "192.0.2.7:40000");
    assert_eq!(writes(&bench.send(ALEX, 1, "x")).len(), 1);
    bench.follow(BOB, "192.0.2.7:40000");
    assert_eq!(bench.whose(theirs(0)), Some(BOB));
    assert_eq!(failures(&bench.forget(BOB)), [(1, refused("192.0.2.7:40000", "ECANCELED"))]);
}

#[test]
fn a_stream_is_not_written_far_ahead_of_the_kernel() {
    let mut bench = Bench::connected();
    let (large, half) = ("x".repeat(1_000_000), "y".repeat(40_000));
    assert_eq!(writes(&bench.send(ALEX, 2, &large)).len(), 1, "one is always written");
    assert_eq!(bench.send(ALEX, 3, &half), []);
    assert_eq!(bench.send(ALEX, 4, &half), []);
    assert_eq!(bench.send(ALEX, 5, "z"), []);
    let took = bench.handed(2, ALEX_AT, Ok(()));
    assert_eq!(writes(&took), [(FIRST, half.clone().into_bytes())]);
    let took = bench.handed(3, ALEX_AT, Err("ENOBUFS"));
    assert_eq!(writes(&took), [(FIRST, half.into_bytes()), (FIRST, b"z".to_vec())], "in order");
}

#[test]
fn what_waits_behind_a_forgotten_peers_message_is_written_all_the_same() {
    let mut bench = Bench::with_alex();
    bench.accept(0, "192.0.2.7:40000");
    bench.send(ALEX, 1, &"x".repeat(100_000));
    bench.send(ALEX, 2, "never written");
    bench.follow(BOB, "192.0.2.7:40000");
    assert_eq!(bench.send(BOB, 3, "y"), []);
    let forgotten = bench.forget(ALEX);
    assert_eq!(failures(&forgotten), [(1, Fault::NoSuchPeer), (2, Fault::NoSuchPeer)]);
    assert_eq!(writes(&forgotten), [(theirs(0), b"y".to_vec())]);
}
