//! The stream of a room: bundles, gaps, and what is kept.

use super::*;

/// A room of two with messages waiting to be flushed.
fn waiting(bench: &mut Bench, texts: &[&str]) -> [Client; 2] {
    let mut ann = bench.framed(1, "ann", "lobby");
    let bob = bench.framed(2, "bob", "lobby");
    ann.seen = bob.seen;
    for text in texts {
        let say = ann.say(text);
        bench.handle(at(1), say);
    }
    [ann, bob]
}

#[test]
fn messages_that_wait_share_a_datagram() {
    let mut bench = Bench::new();
    let [mut ann, mut bob] = waiting(&mut bench, &["one", "two", "three"]);
    let sent = bench.flush();
    assert_eq!(sent.len(), 2);
    assert_eq!(bench.wire.calls.len(), 1);
    ann.take_all(&sent);
    bob.take_all(&sent);
    assert_eq!(ann.texts(), ["one", "two", "three"]);
    assert_eq!(bob.texts(), ["one", "two", "three"]);
}

#[test]
fn several_bundles_go_out_as_one_call_cut_into_equal_parts() {
    let mut bench = Bench::new();
    let texts: Vec<String> = (0..30).map(|number| format!("{number}-{}", "x".repeat(200 + number))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let [_, mut bob] = waiting(&mut bench, &texts);
    let sent = bench.flush();
    assert_eq!(bench.wire.calls.len(), 1);
    let (to, bytes, segment) = bench.wire.calls[0];
    assert!(to == 2 && segment <= 1_200 && bytes > 5 * segment, "{:?}", bench.wire.calls);
    bob.take_all(&sent);
    assert_eq!(bob.texts(), texts);
}

#[test]
fn a_message_too_long_for_a_bundle_goes_alone_and_in_its_order() {
    let mut bench = Bench::new();
    let (middle, big) = ("m".repeat(1_350), "b".repeat(60_000));
    let texts = ["one", "two", &middle, "three", &big, "four", "five"];
    let [_, mut bob] = waiting(&mut bench, &texts);
    let sent = bench.flush();
    bob.take_all(&sent);
    assert_eq!(bob.texts(), texts);
    let segments: Vec<usize> = bench.wire.calls.iter().map(|(_, _, segment)| *segment).collect();
    assert_eq!(segments.len(), 5);
    assert!(segments[1] < 1_400 && segments[3] > 60_000 && segments[4] < 100, "{segments:?}");
}

#[test]
fn messages_of_1200_bytes_go_out_as_one_call() {
    let mut bench = Bench::new();
    let text = "x".repeat(1_200);
    let [_, mut bob] = waiting(&mut bench, &[text.as_str(); 30]);
    bob.take_all(&bench.flush());
    assert_eq!(bench.wire.calls.len(), 1);
    assert_eq!(bob.texts(), [text.as_str(); 30]);
}

#[test]
fn what_is_missed_comes_again() {
    let mut bench = Bench::new();
    let [_, mut bob] = waiting(&mut bench, &["one", "two", "three"]);
    bench.flush();
    let seen = bob.seen;
    let ask = bob.missing(seen + 1, 2);
    bob.take_all(&bench.hear(at(2), ask));
    assert_eq!(bob.texts(), ["one", "two"]);
    assert_eq!(bench.relay.counters().resent, 2);
    let ask = bob.missing(seen + 1, u16::MAX);
    bob.take_all(&bench.hear(at(2), ask));
    assert_eq!(bob.texts(), ["one", "two", "three"]);
    // There is nothing after that, and nothing in another stream.
    assert_eq!(bench.hear(at(2), bob.missing(bob.seen + 1, 9)), []);
    bob.stream ^= 1;
    assert_eq!(bench.hear(at(2), bob.missing(1, 9)), []);
}

#[test]
fn one_request_is_answered_with_so_much_and_no_more() {
    let mut bench = Bench::new();
    let texts = vec!["x".repeat(1_000); 40];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let [_, mut bob] = waiting(&mut bench, &texts);
    bench.flush();
    let mut rounds = 0;
    while bob.got.len() < 40 {
        let sent = bench.hear(at(2), bob.missing(bob.seen + 1, 1_000));
        assert!(sent.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() <= 20_000);
        bob.take_all(&sent);
        rounds += 1;
    }
    assert_eq!(rounds, 3);
}

#[test]
fn what_is_kept_no_longer_is_gone() {
    let mut bench = Bench::with(RelayOptions { rate: 10_000, bytes: u32::MAX, ..RelayOptions::default() });
    let [mut ann, mut bob] = waiting(&mut bench, &[]);
    for _ in 0..1_100 {
        let say = ann.say("x");
        bench.hear(at(1), say);
    }
    let ask = bob.missing(bob.seen + 1, 1_000);
    bob.take_all(&bench.hear(at(2), ask));
    // Two joinings, 1,100 messages, 1,024 of them kept.
    assert_eq!(bob.answers.gone, [1_102 - 1_024 + 1]);
    bob.seen = bob.answers.gone[0] - 1;
    let ask = bob.missing(bob.seen + 1, 2_000);
    bob.take_all(&bench.hear(at(2), ask));
    assert_eq!(bob.got.len(), 1_024);
}

#[test]
fn a_ring_keeps_so_many_bytes() {
    let mut bench = Bench::with(RelayOptions { rate: 10_000, bytes: u32::MAX, ..RelayOptions::default() });
    let [mut ann, _] = waiting(&mut bench, &[]);
    let text = "x".repeat(60_000);
    for _ in 0..50 {
        let say = ann.say(&text);
        bench.hear(at(1), say);
    }
    let (_, room) = bench.relay.directory.seat(ann.id).unwrap();
    let kept = room.buffer.newest() - room.buffer.first + 1;
    assert_eq!(kept, 2);
}

#[test]
fn nothing_is_pushed_out_before_it_was_sent() {
    let mut bench = Bench::with(RelayOptions { rate: 100_000, bytes: u32::MAX, ..RelayOptions::default() });
    let [mut ann, mut bob] = waiting(&mut bench, &[]);
    let big = "b".repeat(50_000);
    for number in 0..3_000 {
        let say = if number % 100 == 0 { ann.say(&big) } else { ann.say("x") };
        bench.handle(at(1), say);
    }
    bob.take_all(&bench.flush());
    assert_eq!(bob.got.len(), 3_000);
}

#[test]
fn a_room_that_begins_again_has_another_stream() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "tea");
    let stream = ann.stream;
    bench.hear(at(1), ann.leave());
    bench.seconds(1);
    bench.join(&mut ann);
    assert_ne!(ann.stream, stream);
    assert_eq!(ann.seen, 1);
}

#[test]
fn who_comes_back_within_the_life_of_a_room_can_have_what_was_said_meanwhile() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let mut bob = bench.framed(2, "bob", "lobby");
    bench.relay.unreachable(bench.now, at(2));
    let say = ann.say("while you were away");
    bench.hear(at(1), say);
    bench.seconds(1);
    bench.join(&mut bob);
    let ask = bob.missing(bob.seen + 1, 100);
    bob.take_all(&bench.hear(at(2), ask));
    assert_eq!(bob.texts(), ["while you were away"]);
}
