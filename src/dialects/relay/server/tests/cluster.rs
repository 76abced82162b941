//! Orders at one of several relays that share a log: they hold at all, and reach whoever they are about.

use std::net::SocketAddr;

use super::kept::Kept;
use super::{Bench, Client, RefusalReason, RelayEvent, at, texts};
use crate::dialects::relay::server::RelayOptions;
use crate::dialects::relay::server::notices::RelayNotice;
use crate::dialects::relay::test_log::{EPOCH, SECRETS, TestLog};
use crate::model::room_log::{BackplaneReport, BackplaneRequest, DownCause};

/// Relays that share a log.
fn relays<const COUNT: usize>() -> [Bench; COUNT] {
    let options = || RelayOptions { log: Some(EPOCH), is_shared: true, ..RelayOptions::default() };
    let seed = |number: usize| [u8::try_from(number).expect("few"); 16];
    std::array::from_fn(|number| Bench::seeded(seed(number), options()))
}

/// The log hands on what each has to say to the others, until nobody has.
fn share(relays: &mut [Bench]) {
    for from in (0..relays.len()).cycle().take(relays.len() * 3) {
        while let Some(request) = relays[from].take_request() {
            let report = match request {
                BackplaneRequest::Announce { notice } => BackplaneReport::Announced { notice },
                BackplaneRequest::Set { key, value } => BackplaneReport::Setting { key, value },
                _ => continue,
            };
            for (_, other) in relays.iter_mut().enumerate().filter(|(number, _)| *number != from) {
                let now = other.now;
                other.relay.report(now, report.clone());
            }
        }
    }
}

#[test]
fn an_order_reaches_a_member_at_another_relay_and_holds_at_all() {
    let mut relays: [Bench; 3] = relays();
    let ben = relays[1].plain_named(2, "ben", "lobby");
    relays[1].events();
    assert_eq!(relays[0].obey("kick Ben").0, "relay-order-passed-on");
    share(&mut relays);
    let sent = relays[1].flush();
    assert!(texts(&sent, ben).iter().any(|text| text.contains("put out")), "{sent:?}");
    assert_eq!(relays[1].names(), [""; 0]);
    let events = relays[1].events();
    assert!(matches!(events.last(), Some(RelayEvent::Ordered(said)) if said.key == "relay-order-kicked"));
    // It goes elsewhere at once.
    for relay in &mut relays {
        let mut again = Client::new(ben, 7, "ben", "lobby");
        assert_eq!(relay.refused(&mut again), Some(RefusalReason::Kicked));
        assert_eq!(relay.order("bans").expect("told")[0].key, "relay-order-is-kicked");
    }
    assert_eq!(relays[2].obey("unban ben").0, "relay-order-unbanned");
    share(&mut relays);
    for relay in &mut relays {
        assert_eq!(relay.order("bans").expect("told")[0].key, "relay-order-no-bans");
    }
}

#[test]
fn a_ban_or_a_rule_from_one_relay_holds_at_all_of_the_log() {
    let mut relays: [Bench; 3] = relays();
    let ann = relays[1].plain_named(1, "ann", "lobby");
    relays[2].plain_named(5, "eve", "lobby");
    relays[0].obey("mute ann 1h");
    relays[0].obey("slow lobby 10");
    share(&mut relays);
    let writes = |relay: &mut Bench| {
        let sent = relay.hear(ann, "hello");
        !texts(&sent, ann).iter().any(|text| text.contains("may not write"))
    };
    assert!(!writes(&mut relays[1]));
    assert!(
        relays.iter().all(|relay| relay
            .relay
            .moderation
            .rules("lobby")
            .is_some_and(|rules| rules.slow == 10))
    );
    for relay in &mut relays {
        let lines = relay.order("bans").expect("told");
        assert_eq!(lines.iter().map(|line| line.key).collect::<Vec<_>>(), ["relay-order-is-muted"]);
    }
    relays[2].obey("unmute ann");
    share(&mut relays);
    assert!(writes(&mut relays[1]));
    // Who is nobody anywhere is nobody afterwards.
    assert_eq!(relays[0].obey("ban nobody").0, "relay-order-passed-on");
    share(&mut relays);
    assert!(relays.iter_mut().all(|relay| relay.events().iter().all(|event| match event {
        RelayEvent::Ordered(said) => said.key != "relay-order-banned",
        _ => true,
    })));
}

#[test]
fn what_another_relay_cannot_have_said_is_nothing() {
    let mut relays: [Bench; 1] = relays();
    relays[0].plain_named(1, "ann", "lobby");
    let now = relays[0].now;
    for notice in [&b""[..], b"\x02\x01\x03ann", b"\x01\x05", b"\x01\x01\x04ann", &[0xff; 1_024]] {
        relays[0].relay.report(now, BackplaneReport::Announced { notice: notice.into() });
    }
    assert_eq!(relays[0].names(), ["ann"]);
}

/// One of several relays, with a log that answers.
fn kept(public: &[SocketAddr]) -> Kept {
    let public = public.to_vec();
    let options = RelayOptions { log: Some(EPOCH), is_shared: true, public, ..RelayOptions::default() };
    let mut kept = Kept { bench: Bench::seeded([1; 16], options), log: TestLog::default(), started: 1 };
    kept.turn(SECRETS);
    kept
}

fn is_here(request: &BackplaneRequest<'_>) -> bool {
    let BackplaneRequest::Announce { notice } = request else { return false };
    matches!(RelayNotice::decode(notice), Some(RelayNotice::Here { .. }))
}

#[test]
fn members_learn_of_other_relays_when_they_come_and_when_they_have_to_go() {
    let other: SocketAddr = ([10, 0, 0, 2], 6_000).into();
    let mut kept = kept(&[([10, 0, 0, 1], 6_000).into()]);
    let ann = kept.framed(1, "ann");
    assert_eq!(ann.answers.relays, []);
    let here = RelayNotice::Here { run: 2, public: vec![other] }.encode();
    kept.bench.relay.report(kept.bench.now, BackplaneReport::Announced { notice: here.into() });
    kept.take_requests();
    kept.bench.relay.tick(kept.bench.now);
    assert!(kept.take_requests().iter().any(is_here), "whoever is new is told");
    let mut ben = kept.framed(2, "ben");
    assert_eq!(ben.answers.relays, [other]);
    kept.bench.relay.close(kept.bench.now);
    let sent = kept.bench.flush();
    ben.take_all(&sent);
    assert_eq!((ben.answers.relays.as_slice(), ben.answers.closing), ([other; 2].as_slice(), true));
}

#[test]
fn a_relay_that_cannot_reach_the_log_says_so_and_lets_nobody_in() {
    let mut kept = kept(&[]);
    let mut ann = kept.framed(1, "ann");
    for _ in 0..2 {
        kept.bench.relay.report(kept.bench.now, BackplaneReport::Down(DownCause::Apart));
        let sent = kept.bench.flush();
        ann.take_all(&sent);
    }
    assert_eq!(ann.answers.refused, [(0, RefusalReason::Apart)], "once");
    let mut ben = Client::new(at(2), 7, "ben", "lobby");
    assert_eq!(kept.bench.refused(&mut ben), Some(RefusalReason::Apart));
    let proof = kept.bench.challenge(at(3));
    let told = texts(&kept.bench.hear(at(3), &proof), at(3)).concat();
    assert!(told.contains("cannot keep messages"), "somebody without udpqq: {told}");
    kept.bench.relay.report(kept.bench.now, BackplaneReport::Up(EPOCH));
    let ben = kept.framed(2, "ben");
    assert_eq!(ben.answers.welcomes.len(), 1);
}
