//! Nothing that answers by itself keeps the relay busy: echoes, services, other relays.

use std::collections::VecDeque;

use super::*;

/// Answers that a program gives to a datagram.
type Program = fn(&[u8]) -> Vec<u8>;

/// A datagram in the name of some program comes to the relay, and the program answers whatever it gets, at once or
/// after `delay` seconds. How many datagrams the relay sends.
fn talk(bench: &mut Bench, first: &[u8], program: Program, delay: u64) -> usize {
    let mut sent: VecDeque<Sent> = bench.hear(at(1), first).into();
    let mut count = 0;
    while let Some((to, bytes)) = sent.pop_front() {
        count += 1;
        assert!(count < 500, "it never ends");
        sent.extend(bench.seconds(delay));
        sent.extend(bench.hear(to, program(&bytes)));
    }
    count
}

#[test]
fn what_sends_everything_back_becomes_no_member_and_falls_silent() {
    let programs: [Program; 3] =
        [|bytes| bytes.to_vec(), |bytes| bytes.to_ascii_uppercase(), |bytes| [b"you said: ", bytes].concat()];
    for program in programs {
        for delay in [0, 1, 2] {
            let mut bench = Bench::new();
            assert!(talk(&mut bench, b"hello, is anybody there?", program, delay) <= 2);
            assert_eq!(bench.relay.members(9), []);
        }
    }
}

#[test]
fn what_answers_everything_is_given_up() {
    let mut bench = Bench::new();
    let clock: Program = |_| b"Thursday, November 21, 2026 13:37:00-UTC".to_vec();
    assert_eq!(talk(&mut bench, b"hello, is anybody there?", clock, 2), 8);
}

#[test]
fn a_person_who_was_given_up_is_answered_again_after_a_rest() {
    let mut bench = Bench::new();
    for _ in 0..10 {
        bench.hear(at(1), "what is this thing?");
        bench.seconds(2);
    }
    assert_eq!(bench.hear(at(1), "what is this thing?"), []);
    bench.seconds(60);
    assert_eq!(bench.hear(at(1), "what is this thing?").len(), 1);
}

#[test]
fn an_echo_that_is_a_member_where_no_proof_is_asked_for_falls_silent() {
    let mut bench = Bench::open();
    let ann = at(9);
    bench.hear(ann, "hello");
    assert!(talk(&mut bench, b"hi", <[u8]>::to_vec, 0) < 10);
    let mut sent: VecDeque<Sent> = bench.hear(ann, "is this heard twice?").into();
    let (mut heard, before) = (0, bench.relay.counters().repeated);
    while let Some((to, bytes)) = sent.pop_front() {
        heard += usize::from(to == ann);
        if to == at(1) {
            sent.extend(bench.hear(to, bytes));
        }
    }
    assert_eq!(heard, 0, "the echo was passed on");
    assert_eq!(bench.relay.counters().repeated, before + 1);
}

/// Relays that carry each other's datagrams, each at the address of its number. How many pass between them until all
/// is quiet.
fn network(relays: &mut [Bench], seconds: u64) -> usize {
    let mut count = 0;
    for _ in 0..seconds {
        let mut waiting: VecDeque<(usize, Sent)> = VecDeque::new();
        for (number, bench) in relays.iter_mut().enumerate() {
            waiting.extend(bench.seconds(1).into_iter().map(|sent| (number, sent)));
        }
        while let Some((from, (to, bytes))) = waiting.pop_front() {
            let Some(number) = (0..relays.len()).find(|number| place(*number) == to) else { continue };
            count += 1;
            assert!(count < 5_000, "it never ends");
            let answers = relays[number].hear(place(from), bytes);
            waiting.extend(answers.into_iter().map(|sent| (number, sent)));
        }
    }
    count
}

fn place(number: usize) -> SocketAddr {
    at(100 + u16::try_from(number).unwrap())
}

#[test]
fn two_relays_pointed_at_each_other_fall_silent() {
    for framed in [false, true] {
        let mut relays = [Bench::new(), Bench::new()];
        let first =
            if framed { frame(&FromMember::Hello { nonce: 1 }) } else { b"hello, relay, hello".to_vec() };
        relays[0].handle(place(1), &first);
        assert_eq!(network(&mut relays, 60), 1);
        assert_eq!(network(&mut relays, 180), 0);
    }
}

#[test]
fn relays_that_ask_for_no_proof_do_not_carry_a_message_round() {
    for size in [1, 2, 3] {
        // Each with an end of silence and an order of names of its own, so that they do not say the same.
        let silence = |number: usize| Duration::from_secs(50 + 7 * number as u64);
        let options =
            |number| RelayOptions { open: true, silence: silence(number), ..RelayOptions::default() };
        let mut relays: Vec<Bench> = (0..size).map(|number| Bench::with(options(number))).collect();
        for (number, relay) in relays.iter_mut().enumerate() {
            for other in 0..size {
                relay.handle(place((other + number) % size), "pointed at you");
            }
            relay.handle(at(number as u16), "a person");
        }
        network(&mut relays, 3);
        let members: usize = relays.iter().map(|bench| bench.names().len()).sum();
        assert_eq!(members, size * (size + 1), "they are members of each other");
        relays[0].handle(at(0), "and off it goes");
        let carried = network(&mut relays, 3);
        assert!((size..=3 * size * size).contains(&carried), "{size} relays, {carried} datagrams");
        assert_eq!(network(&mut relays, 40), 0, "{size} relays");
        // They go as members go that fall silent, and do not come again.
        network(&mut relays, 200);
        assert_eq!(network(&mut relays, 300), 0, "{size} relays");
    }
}
