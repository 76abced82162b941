//! What one member, and all together, may say.

use super::*;
use crate::dialects::relay::frame::{MAX_TEXT, MemberToken, RefusalReason};

/// How many of `count` messages are passed on to `to`.
fn passed(bench: &mut Bench, from: SocketAddr, to: SocketAddr, text: &str, count: usize) -> usize {
    for _ in 0..count {
        bench.handle(from, text);
    }
    let ending = format!(": {text}");
    texts(&bench.flush(), to).iter().filter(|got| got.ends_with(&ending)).count()
}

#[test]
fn a_member_may_say_forty_at_once_and_twenty_a_second() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    assert_eq!(passed(&mut bench, ann, bob, "x", 100), 40);
    bench.seconds(1);
    assert_eq!(passed(&mut bench, ann, bob, "x", 100), 20);
    bench.seconds(60);
    // The other is not held back by it.
    assert_eq!(bench.relay.counters().limited, 140);
}

#[test]
fn a_refusal_is_told_once_a_second() {
    let mut bench = Bench::new();
    let (ann, _bob) = (bench.plain(1), bench.plain(2));
    for _ in 0..100 {
        bench.handle(ann, "x");
    }
    assert_eq!(texts(&bench.flush(), ann), ["* Too fast: your message was not sent.\n"]);
    let limited = RelayEvent::Limited { member: ann, limit: RelayLimit::Rate };
    assert_eq!(bench.events().into_iter().filter(|event| *event == limited).count(), 1);
    bench.later(Duration::from_millis(900));
    assert_eq!(passed(&mut bench, ann, ann, "x", 100), 0);
    bench.later(Duration::from_millis(100));
    for _ in 0..100 {
        bench.handle(ann, "x");
    }
    assert_eq!(texts(&bench.flush(), ann).len(), 1);
}

#[test]
fn a_framed_member_may_say_again_what_was_refused() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let says: Vec<_> = (0..41).map(|_| ann.say("x")).collect();
    for say in &says {
        bench.handle(at(1), say);
    }
    ann.take_all(&bench.flush());
    assert_eq!(ann.answers.refused, [(41, RefusalReason::Rate)]);
    bench.seconds(1);
    ann.take_all(&bench.hear(at(1), &says[40]));
    assert_eq!(ann.got.len(), 41);
}

#[test]
fn a_member_may_say_so_many_bytes_a_second() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    let text = "x".repeat(16 * 1_024);
    assert_eq!(passed(&mut bench, ann, bob, &text, 20), 4);
    bench.later(Duration::from_millis(1_500));
    // The first quarter of a second was on credit.
    assert_eq!(passed(&mut bench, ann, bob, &text, 5), 4);
    assert_eq!(bench.events().len(), 4);
}

#[test]
fn all_together_are_sent_so_many_bytes_a_second() {
    let mut bench = Bench::with(RelayOptions { bandwidth: 10_000, ..RelayOptions::default() });
    let people: Vec<_> = (0..11).map(|number| bench.plain(number)).collect();
    bench.seconds(10);
    let text = "x".repeat(84);
    // 100 bytes with the name, to ten others each.
    let sent: usize = (0..10).map(|at| passed(&mut bench, people[at], people[10], &text, 4)).sum();
    assert_eq!(sent, 10);
    let limited = RelayEvent::Limited { member: people[9], limit: RelayLimit::Bandwidth };
    assert!(bench.events().contains(&limited));
}

#[test]
fn a_message_has_a_greatest_length() {
    let mut bench = Bench::new();
    let (ann, bob) = (bench.plain(1), bench.plain(2));
    assert_eq!(passed(&mut bench, ann, bob, &"x".repeat(MAX_TEXT), 1), 1);
    bench.seconds(2);
    assert_eq!(passed(&mut bench, ann, bob, &"x".repeat(MAX_TEXT + 1), 1), 0);
    assert_eq!(bench.events().pop(), Some(RelayEvent::Limited { member: ann, limit: RelayLimit::TooLong }));
}

#[test]
fn there_are_so_many_rooms_and_always_the_lobby() {
    let mut bench = Bench::with(RelayOptions { rooms: 2, ..RelayOptions::default() });
    let (ann, bob) = (bench.plain_named(1, "ann", "tea"), bench.plain_named(2, "bob", "coffee"));
    let eve = bench.plain(3);
    assert_eq!(bench.answer(eve, "/join water"), "* There are too many rooms already.\n");
    assert!(bench.answer(eve, "/join coffee").starts_with("* You are guest-3, in coffee"));
    // A room ends with its last member, and makes place for another.
    assert!(bench.answer(ann, "/join water").starts_with("* You are ann, in water"));
    let mut client = Client::new(at(4), 5, "kim", "milk");
    let cookie = bench.cookie(at(4));
    client.take_all(&bench.hear(at(4), client.join(cookie)));
    assert_eq!(client.answers.refused, [(0, RefusalReason::Rooms)]);
    assert!(bench.answer(bob, "/join lobby").starts_with("* You are bob, in lobby"));
}

#[test]
fn the_lobby_does_not_count_and_makes_no_place() {
    let mut bench = Bench::with(RelayOptions { rooms: 1, ..RelayOptions::default() });
    let ann = bench.plain_named(1, "ann", "tea");
    let bob = bench.plain(2);
    assert!(bench.answer(ann, "/join water").starts_with("* You are ann, in water"));
    assert_eq!(bench.answer(bob, "/join tea"), "* There are too many rooms already.\n");
}

#[test]
fn requests_of_a_framed_member_are_limited_too() {
    let mut bench = Bench::new();
    let ann = bench.framed(1, "ann", "lobby");
    for _ in 0..1_000 {
        bench.handle(at(1), ann.ping());
    }
    assert_eq!(bench.flush().len(), 100);
}

#[test]
fn who_joins_and_leaves_all_the_time_has_to_wait() {
    let mut bench = Bench::new();
    let mut ann = bench.framed(1, "ann", "lobby");
    let cookie = bench.relay.validator.keys.cookie(bench.now.mono, at(1));
    let mut welcomes = 1;
    for _ in 0..20 {
        bench.hear(at(1), ann.leave());
        ann.token = MemberToken::NONE;
        ann.take_all(&bench.hear(at(1), ann.join(cookie)));
        welcomes += usize::from(ann.token != MemberToken::NONE);
    }
    assert_eq!(welcomes, 5);
}

#[test]
fn who_asks_for_everything_again_keeps_the_bandwidth_from_nobody() {
    let mut bench = Bench::with(RelayOptions { bandwidth: 10_000, ..RelayOptions::default() });
    let (ann, bob) = (bench.framed(1, "ann", "lobby"), bench.plain(2));
    for _ in 0..4 {
        bench.handle(bob, "x".repeat(4_000));
        bench.seconds(2);
    }
    let mut sent = 0;
    for _ in 0..10 {
        for _ in 0..50 {
            bench.handle(at(1), ann.missing(1, 1_000));
        }
        sent += bench.flush().iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        bench.seconds(1);
    }
    assert!(sent < 150_000, "{sent} bytes in ten seconds");
    bench.seconds(3);
    assert_eq!(passed(&mut bench, bob, bob, "x", 1), 0, "nobody hears itself");
    assert_eq!(bench.relay.counters().messages, 5, "what one asks for is no debt of the others");
}
