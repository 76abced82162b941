//! What others can make us keep, and who has to go when there is no more room.

use super::super::streams::{MAX_FROM_HOST, MAX_STREAMS};
use super::super::writing::MAX_FOR_PEER;
use super::*;
use crate::wire::outbox::{MAX_FOR_PEER_BYTES, MAX_MESSAGES};

/// Another host for each number.
fn host(number: u32) -> String {
    format!("198.51.{}.{}:40000", number / 200, number % 200 + 1)
}

#[test]
fn what_waits_for_one_peer_is_bounded() {
    let mut bench = Bench::with_alex();
    let refused = (0..100).filter(|id| failures(&bench.send(ALEX, *id, "x")) == [(*id, Fault::Busy)]).count();
    assert_eq!(refused, 100 - MAX_FOR_PEER);
}

#[test]
fn a_peer_that_reads_nothing_is_written_to_only_so_much_and_others_go_on() {
    let mut bench = Bench::connected();
    bench.follow(BOB, "192.0.2.8:5000");
    let megabyte = "x".repeat(1_000_000);
    assert_eq!(writes(&bench.send(ALEX, 2, &megabyte)).len(), 1);
    let taken: Vec<_> = (3..40).map(|id| bench.send(ALEX, id, &megabyte)).filter(Vec::is_empty).collect();
    assert_eq!(taken.len(), MAX_FOR_PEER_BYTES / 1_000_000 - 1, "the others are refused");
    bench.send(BOB, 100, "good");
    assert_eq!(writes(&bench.up(SECOND, "192.0.2.8:5000")).len(), 1);
    let took = bench.handed(2, "192.0.2.7:5000", Ok(()));
    assert_eq!((handed_on(&took), writes(&took).len()), (vec![2], 1), "the next");
    assert_eq!(bench.send(ALEX, 50, "there is room again"), [], "and it waits for its turn");
    assert_eq!(failures(&bench.down(FIRST, Some("ETIMEDOUT"))).len(), taken.len() + 1);
}

#[test]
fn what_waits_for_all_peers_is_bounded() {
    let mut bench = Bench::new();
    let mut taken = 0;
    for peer in 0..200 {
        bench.follow(ConversationId(peer), &host(peer));
        for number in 0..u64::try_from(MAX_FOR_PEER).expect("small") {
            let message = u64::from(peer) * 1_000 + number;
            taken += usize::from(failures(&bench.send(ConversationId(peer), message, "x")).is_empty());
        }
    }
    assert_eq!(taken, MAX_MESSAGES);
}

#[test]
fn one_host_gets_only_so_many_streams_and_a_good_one_goes_on() {
    let mut bench = Bench::connected();
    let mut open = 0;
    for number in 0..1_000 {
        open += 1;
        open -= closes(&bench.accept(number, &format!("192.0.2.66:{}", 10_000 + number))).len();
    }
    assert_eq!(open, MAX_FROM_HOST);
    assert_eq!(bench.whose(FIRST), Some(ALEX));
    assert_eq!(writes(&bench.send(ALEX, 2, "x")).len(), 1);
    assert_eq!(bench.whose(theirs(999)), None, "the last one is there");
    assert_eq!(bench.data(theirs(0), b"x"), [], "the first one was silent longest");
}

#[test]
fn a_flood_from_a_contacts_own_host_does_not_push_out_its_streams() {
    let mut bench = Bench::connected();
    for number in 0..1_000 {
        bench.accept(number, &format!("192.0.2.7:{}", 10_000 + number));
    }
    assert_eq!(bench.whose(theirs(0)), Some(ALEX));
    assert_eq!(bench.whose(FIRST), Some(ALEX));
    assert_eq!(bench.data(theirs(999), b"x"), []);
}

#[test]
fn when_all_places_are_taken_the_stranger_that_was_silent_longest_goes() {
    let mut bench = Bench::connected();
    bench.accept(0, "203.0.113.1:40000");
    bench.follow(BOB, "203.0.113.1:40000");
    bench.send(BOB, 2, "we talk");
    for number in 1..=254 {
        assert_eq!(closes(&bench.accept(number, &host(number))), []);
    }
    bench.data(theirs(1), b"x");
    bench.follow(CAROL, &host(2).replace("40000", "5000"));
    assert_eq!(closes(&bench.accept(300, &host(300))), [theirs(2)]);
    assert_eq!(closes(&bench.accept(301, &host(301))), [theirs(3)], "not the first, which spoke");
    let dialled = bench.send(CAROL, 3, "x");
    assert_eq!((closes(&dialled), dials(&dialled).len()), (vec![theirs(4)], 1), "we come first");
    for number in 302..2_000 {
        assert_eq!(closes(&bench.accept(number, &host(number))).len(), 1);
    }
    assert_eq!(bench.whose(theirs(0)), Some(BOB));
    assert_eq!(bench.whose(FIRST), Some(ALEX));
}

#[test]
fn a_stranger_that_has_to_go_leaves_nothing_unsaid() {
    let mut bench = Bench::new();
    bench.accept(0, "198.51.100.1:1");
    bench.follow(ALEX, "198.51.100.1:1");
    bench.data(theirs(0), b"half \xE4");
    for number in 1..32 {
        assert_eq!(closes(&bench.accept(number, &format!("198.51.100.1:{}", number + 1))), []);
    }
    let last = bench.accept(99, "198.51.100.1:99");
    assert_eq!((closes(&last), texts(&last)), (vec![theirs(0)], vec!["half \u{fffd}".to_owned()]));
    assert_eq!(reaches(&last), [(ALEX, ConnectionState::Down(Phrase::new("reach-crowded").into()))]);
}

#[test]
fn where_we_write_to_everybody_a_newcomer_is_refused() {
    let mut bench = Bench::new();
    let places = u32::try_from(MAX_STREAMS).expect("small");
    for number in 0..places {
        bench.follow(ConversationId(number), &host(number));
        assert_eq!(closes(&bench.accept(number, &host(number))), []);
        bench.send(ConversationId(number), number.into(), "x");
    }
    assert_eq!(closes(&bench.accept(5_000, "203.0.113.1:1")), [theirs(5_000)]);
    bench.follow(ConversationId(9_999), "203.0.113.2:1");
    assert_eq!(failures(&bench.send(ConversationId(9_999), 9_999, "x")), [(9_999, Fault::Busy)]);
}

#[test]
fn strangers_that_come_again_keep_nobody_from_whom_we_write_to() {
    let mut bench = Bench::with_alex();
    for host in 0..8 {
        let stranger = |port: u32| format!("198.51.100.{host}:{port}");
        let base = host * 100;
        bench.accept(base, &stranger(1));
        bench.data(theirs(base), b"hi");
        bench.follow(ConversationId(100 + host), &stranger(1));
        bench.down(theirs(base), None);
        for number in 1..=32 {
            bench.accept(base + number, &stranger(1_000 + number));
        }
    }
    assert_eq!(failures(&bench.send(ALEX, 1, "x")), []);
}
