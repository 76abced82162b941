//! From one relay to another: what leads there, what is taken along, and that nobody is asked without pause.

use std::net::SocketAddr;
use std::time::Duration;

use super::bench::{
    Bench, INDEX, STREAM, Said, TOKEN, at, bundle, destinations, encoded, events, handed, heard, members,
    pong, reaches, refused, said, said_once, text,
};
use crate::dialects::relay::frame::{BundleEntry, FromRelay, MemberToken, RefusalReason, put_relay};
use crate::model::traffic::ConnectionState;
use crate::model::{NetEvent, Phrase};
use crate::wire::{Input, Output};

const BOTH: &str = "relay://192.0.2.1,192.0.2.2";
const OTHER_STREAM: u32 = STREAM + 1;

fn one() -> SocketAddr {
    at("192.0.2.1:6000")
}

fn other() -> SocketAddr {
    at("192.0.2.2:6000")
}

/// In the room at the first of both relays.
fn inside() -> Bench {
    let mut bench = Bench::new();
    let hello = bench.follow(BOTH);
    assert_eq!(reaches(&bench.let_in(&hello)), [ConnectionState::Up]);
    let id = bench.id;
    bench.hear(&members(&[(1, 11, "bob"), (INDEX, id, "ada")]));
    bench.hear(&members(&[]));
    bench.wait(1_000);
    bench
}

/// The hello among these to that relay.
fn hellos_to(outputs: &[Output], relay: SocketAddr) -> Vec<Output> {
    let is_hello = |output: &&Output| matches!(said_once(output), Some(Said::Hello { .. }));
    let hellos = outputs.iter().filter(is_hello);
    hellos.filter(|hello| destinations(std::slice::from_ref(hello)) == [relay]).cloned().collect()
}

/// The other relay answers this hello and lets us in. Its join, and what comes of the welcome.
fn move_over(bench: &mut Bench, hello: &[Output]) -> (Vec<Said>, Vec<Output>) {
    let challenge = bench.challenge(&hellos_to(hello, other()));
    let join = bench.hear_from(other(), &challenge);
    assert_eq!(destinations(&join), [other()]);
    let welcome = bench.welcome_as(OTHER_STREAM, 1);
    (said(&join), bench.hear_from(other(), &welcome))
}

fn notices(outputs: &[Output]) -> Vec<Phrase> {
    let notice = |event: NetEvent| match event {
        NetEvent::Noticed { notice, .. } => Some(notice),
        _ => None,
    };
    events(outputs).into_iter().filter_map(notice).collect()
}

fn closing() -> Vec<u8> {
    encoded(&FromRelay::Closing { token: TOKEN, next: None })
}

#[test]
fn a_relay_that_ends_leads_to_the_next_at_once_with_all_that_waits() {
    for by_icmp in [false, true] {
        let mut bench = inside();
        bench.say(1, "x");
        let link = bench.link;
        let gone =
            if by_icmp { bench.feed(Input::Unreachable { link, to: one() }) } else { bench.hear(&closing()) };
        assert_eq!(reaches(&gone), [], "nothing is said of a moment");
        let hello = bench.wait(500);
        assert_eq!(destinations(&hello), [other()], "and not the one that is gone");
        let id = bench.id;
        let (join, entered) = move_over(&mut bench, &hello);
        assert_eq!(join, [Said::Join { id, token: TOKEN, name: "ada".to_owned(), room: "lobby".to_owned() }]);
        let again = said(&entered);
        assert!(again.contains(&Said::Say { number: 1, text: "x".to_owned() }), "{again:?}");
        assert!(again.contains(&Said::Members { from: 0 }), "{again:?}");
        assert!(destinations(&entered).iter().all(|to| *to == other()));
        assert_eq!((reaches(&entered), notices(&entered)), (vec![], vec![]));
        let entry = [BundleEntry::Text { index: INDEX, number: 1, kept: None, text: b"x" }];
        let mut bytes = Vec::new();
        entry[0].encode(&mut bytes);
        let entries = crate::dialects::relay::frame::BundleEntries::decode(&bytes).expect("entries");
        let taken = encoded(&FromRelay::Bundle { stream: OTHER_STREAM, seq: 2, entries });
        bench.hear_from(other(), &encoded(&FromRelay::Gone { stream: OTHER_STREAM, seq: 2 }));
        assert_eq!(handed(&bench.hear_from(other(), &taken)), [1]);
    }
}

#[test]
fn a_silent_relay_is_left_within_eight_seconds_and_not_while_it_may_answer() {
    let mut bench = inside();
    bench.hear(&pong(10));
    let since = bench.now.mono;
    let asked = bench.pass(Duration::from_secs(6));
    let outputs: Vec<Output> = asked.iter().map(|(_, output)| output.clone()).collect();
    let hello = hellos_to(&outputs, other());
    assert!(!hello.is_empty(), "{outputs:?}");
    let challenge = bench.challenge(&hello);
    assert_eq!(bench.hear_from(other(), &challenge), [], "the first may still answer");
    let join = bench.wait(2_000);
    assert!(
        said(&join).iter().any(|frame| matches!(frame, Said::Join { token, .. } if *token == TOKEN)),
        "{join:?}"
    );
    assert_eq!(heard(&bench.hear(&text(11, 1, 1, "late"))), ["bob: late"], "still a member here");
    let welcome = bench.welcome_as(OTHER_STREAM, 1);
    let entered = bench.hear_from(other(), &welcome);
    assert!(bench.now.mono.duration_since(since) <= Duration::from_secs(8));
    assert_eq!((reaches(&entered), notices(&entered)), (vec![], vec![]));
    assert!(destinations(&entered).iter().all(|to| *to == other()));
    assert_eq!(bench.hear(&closing()), [], "the first means nothing any more");
}

#[test]
fn a_relay_that_answers_after_all_is_not_left() {
    let mut bench = inside();
    let asked = bench.wait(5_000);
    let challenge = bench.challenge(&hellos_to(&asked, other()));
    bench.hear_from(other(), &challenge);
    bench.hear(&pong(10));
    let later = bench.wait(3_500);
    assert!(
        !said(&later).iter().any(|frame| matches!(frame, Said::Join { .. } | Said::Hello { .. })),
        "{later:?}"
    );
    assert_eq!(heard(&bench.hear(&text(11, 1, 1, "x"))), ["bob: x"]);
}

#[test]
fn a_relay_that_takes_nothing_is_left_at_once_for_one_that_does() {
    let mut bench = inside();
    bench.say(1, "x");
    let hello = bench.hear(&refused(1, RefusalReason::Apart));
    assert_eq!(destinations(&hello), [other()]);
    let (_, entered) = move_over(&mut bench, &hello);
    assert!(said(&entered).contains(&Said::Say { number: 1, text: "x".to_owned() }));
}

#[test]
fn where_no_relay_takes_anything_one_stays_and_asks_again_after_a_while() {
    let mut bench = inside();
    bench.say(1, "x");
    let hello = bench.hear(&refused(1, RefusalReason::Apart));
    let challenge = bench.challenge(&hello);
    let Some(Said::Hello { nonce }) = said(&hello).pop() else { panic!("{hello:?}") };
    bench.hear_from(other(), &challenge);
    let apart = FromRelay::Refused { to: MemberToken(nonce), number: 0, why: RefusalReason::Apart };
    assert_eq!(bench.hear_from(other(), &encoded(&apart)), []);
    for _ in 0..9 {
        let again = bench.hear(&refused(1, RefusalReason::Apart));
        let later = bench.wait(1_000);
        let all = [again, later].concat();
        assert!(hellos_to(&all, other()).is_empty(), "{all:?}");
        bench.hear(&pong(10));
    }
    assert_eq!(heard(&bench.hear(&text(11, 1, 1, "y"))), ["bob: y"], "a member all the while");
    bench.wait(1_100);
    let again = bench.hear(&refused(1, RefusalReason::Apart));
    assert_eq!(destinations(&again), [other()]);
}

#[test]
fn a_full_relay_leads_to_the_next_and_only_when_all_are_full_is_that_said() {
    let mut bench = Bench::new();
    let mut hello = bench.follow(BOTH);
    let Some(Said::Hello { nonce }) = said(&hello).pop() else { panic!("{hello:?}") };
    let full = encoded(&FromRelay::Refused { to: MemberToken(nonce), number: 0, why: RefusalReason::Full });
    for (from, next) in [(one(), vec![other()]), (other(), vec![])] {
        let challenge = bench.challenge(&hello);
        bench.hear_from(from, &challenge);
        hello = bench.hear_from(from, &full);
        assert_eq!(destinations(&hello), next);
    }
    assert_eq!(reaches(&hello), [ConnectionState::Down(Phrase::new("relay-full").into())]);
    let passed = bench.pass(Duration::from_secs(13));
    let first = passed.iter().find(|(_, output)| said_once(output).is_some()).expect("a hello");
    assert!(first.0 >= Duration::from_secs(10));
    assert_eq!(destinations(std::slice::from_ref(&first.1)), [one()], "from the first on");
}

#[test]
fn relays_that_send_everybody_away_at_once_are_asked_ever_less_often() {
    let mut bench = inside();
    let (mut at, mut moves) = (one(), 0);
    let begun = bench.now.mono;
    let mut next = bench.hear(&closing());
    while bench.now.mono.duration_since(begun) < Duration::from_mins(1) {
        let hello: Vec<Output> = [next.clone(), bench.wait(50)].concat();
        next = Vec::new();
        let hello = hello.into_iter().find(|output| matches!(said_once(output), Some(Said::Hello { .. })));
        if let Some(hello) = hello {
            moves += 1;
            at = destinations(std::slice::from_ref(&hello))[0];
            let challenge = bench.challenge(&[hello]);
            bench.hear_from(at, &challenge);
            let welcome = bench.welcome_as(STREAM + moves, 1);
            bench.hear_from(at, &welcome);
            next = bench.hear_from(at, &closing());
        }
    }
    assert!((6..=16).contains(&moves), "{moves} in a minute");
    assert!([one(), other()].contains(&at));
}

#[test]
fn a_person_is_told_where_the_room_goes_on_only_after_a_long_time() {
    let mut bench = inside();
    bench.hear(&closing());
    let waited = bench.wait(12_000);
    assert_eq!(reaches(&waited), [ConnectionState::Down(Phrase::new("relay-no-answer").into())]);
    let (_, entered) = move_over(&mut bench, &waited);
    assert_eq!(reaches(&entered), [ConnectionState::Up]);
    assert_eq!(notices(&entered), [Phrase::new("relay-now-at").text("relay", "192.0.2.2:6000")]);
}

#[test]
fn the_first_of_two_relays_that_answer_is_the_one() {
    let mut bench = Bench::new();
    let hello = bench.follow(BOTH);
    bench.wait(700);
    let challenge = bench.challenge(&hello);
    assert_eq!(destinations(&bench.hear_from(other(), &challenge)), [other()]);
    assert_eq!(bench.hear_from(one(), &challenge), []);
    let later = bench.wait(600);
    assert_eq!(destinations(&later), [other()], "the join once more");
}

#[test]
fn a_relay_that_gives_a_cookie_and_then_nothing_is_not_waited_for() {
    let mut bench = Bench::new();
    let hello = bench.follow(BOTH);
    let challenge = bench.challenge(&hello);
    bench.hear(&challenge);
    let passed = bench.wait(3_000);
    assert!(!hellos_to(&passed, other()).is_empty(), "{passed:?}");
    let entries = bundle(11, &[]);
    assert_eq!(bench.hear(&entries), []);
}

/// In the room at a relay that is the only one of its address, and names others.
fn inside_one(relay: &str, others: &[&str]) -> Bench {
    let mut bench = Bench::new();
    let hello = bench.follow(&format!("relay://{relay}"));
    let challenge = bench.challenge(&hello);
    let join = bench.hear_from(at(relay), &challenge);
    let Some(Said::Join { id, .. }) = said(&join).pop() else { panic!("{join:?}") };
    bench.id = id;
    let mut list = Vec::new();
    for other in others {
        put_relay(&mut list, at(other));
    }
    let welcome = bench.welcome_with(STREAM, 1, &list);
    bench.hear_from(at(relay), &welcome);
    bench.wait(1_100);
    bench
}

/// Whom it asks when that relay ends and says where to go on.
fn asked_after(bench: &mut Bench, relay: &str, next: Option<&str>) -> Vec<SocketAddr> {
    let closing = FromRelay::Closing { token: TOKEN, next: next.map(at) };
    bench.hear_from(at(relay), &encoded(&closing));
    let hellos = bench.wait(1_300);
    let mut asked = destinations(&hellos);
    asked.dedup();
    asked
}

#[test]
fn a_relay_that_another_one_has_named_is_gone_to_when_that_ends() {
    let one = "192.0.2.1:6000";
    let mut bench = inside_one(one, &["198.51.100.7:6000", "127.0.0.1:6000", "10.0.0.7:6000"]);
    assert_eq!(asked_after(&mut bench, one, None)[..2], [at("198.51.100.7:6000"), at(one)]);
    let mut bench = inside_one(one, &["198.51.100.7:6000", "198.51.100.8:6000"]);
    let next = asked_after(&mut bench, one, Some("198.51.100.8:6000"));
    assert_eq!(next[0], at("198.51.100.8:6000"), "the one that was named last");
    let mut bench = inside_one("127.0.0.1:6000", &["127.0.0.1:6001", "10.0.0.7:6000"]);
    assert_eq!(asked_after(&mut bench, "127.0.0.1:6000", None)[..1], [at("127.0.0.1:6001")]);
}

#[test]
fn a_relay_that_names_none_is_waited_for_as_ever() {
    let one = "192.0.2.1:6000";
    let mut bench = inside_one(one, &["127.0.0.1:6000", "0.0.0.0:6000"]);
    assert_eq!(asked_after(&mut bench, one, Some("[::1]:6000")), [at(one)]);
}

#[test]
fn whoever_can_go_nowhere_else_is_told_once_that_nothing_is_taken() {
    let mut bench = inside_one("192.0.2.1:6000", &[]);
    let told: Vec<Phrase> = (0..3)
        .flat_map(|_| {
            notices(&bench.hear(&encoded(&FromRelay::Refused {
                to: TOKEN,
                number: 0,
                why: RefusalReason::Apart,
            })))
        })
        .collect();
    assert_eq!(told, [Phrase::new("relay-apart")]);
    let mut bench = inside();
    let apart = FromRelay::Refused { to: TOKEN, number: 0, why: RefusalReason::Apart };
    let hello = bench.hear(&encoded(&apart));
    assert_eq!((destinations(&hello), notices(&hello)), (vec![other()], vec![]));
}
