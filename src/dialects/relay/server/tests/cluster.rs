//! Orders at one of several relays that share a log: they hold at all, and reach whoever they are about.

use super::{Bench, Client, RefusalReason, RelayEvent, texts};
use crate::dialects::relay::server::RelayOptions;
use crate::dialects::relay::test_log::EPOCH;
use crate::model::room_log::{BackplaneReport, BackplaneRequest};

/// Relays that share a log.
fn relays<const COUNT: usize>() -> [Bench; COUNT] {
    let options = || RelayOptions { log: Some(EPOCH), is_shared: true, ..RelayOptions::default() };
    let seed = |number: usize| [u8::try_from(number).expect("few"); 16];
    std::array::from_fn(|number| Bench::seeded(seed(number), options()))
}

/// The log hands on what each has to say to the others, until nobody has.
fn share(relays: &mut [Bench]) {
    for from in (0..relays.len()).cycle().take(relays.len() * 3) {
        while let Some(request) = relays[from].relay.take_request() {
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
