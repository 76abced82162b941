//! What relays of one cluster know of one another besides messages: settings that hold at all of them, and what one
//! tells the rest.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::failures::alone;
use crate::nats_servers::NatsCluster;
use crate::relay::Relay;

const BAN: &str = "enter.00000000000000fe";
/// In which a ban has to hold everywhere.
const IN_FORCE: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_mins(1);

async fn open(servers: &NatsCluster, first: usize) -> Relay {
    let servers = NatsServers { addresses: servers.addresses(first), ..NatsServers::default() };
    let setup = NatsSetup { servers, prefix: "shared".to_owned(), shards: 1, log: NatsLog::default() };
    let (backplane, port) = NatsBackplane::open(&setup).await.unwrap();
    Relay::new(port, Box::pin(backplane.join())).await
}

fn has(relay: &Relay, key: &str, value: &[u8]) -> bool {
    relay.settings.get(key).is_some_and(|there| there == value)
}

/// How long it takes until it holds at both others.
async fn until_it_holds(relays: &mut [Relay; 3], key: &str, value: &[u8]) -> Duration {
    let [first, second, third] = relays;
    let since = Instant::now();
    first.set(key, value).await;
    let both = async {
        second.wait_until(|relay| has(relay, key, value)).await;
        third.wait_until(|relay| has(relay, key, value)).await;
    };
    timeout(LONG, both).await.expect("it holds");
    since.elapsed()
}

#[test]
fn a11_a_ban_is_in_force_at_all_relays_within_a_second() {
    alone(async {
        let Some(servers) = NatsCluster::start(3) else { return };
        let mut relays = [open(&servers, 0).await, open(&servers, 1).await, open(&servers, 2).await];
        let mut slowest = Duration::ZERO;
        for number in 0_u64..50 {
            let (key, value) = (format!("enter.{number:016x}"), number.to_be_bytes());
            slowest = slowest.max(until_it_holds(&mut relays, &key, &value).await);
            slowest = slowest.max(until_it_holds(&mut relays, &key, b"").await);
        }
        println!("a ban holds at all relays after {slowest:?} at most");
        assert!(slowest <= IN_FORCE, "{slowest:?}");
    });
}

#[test]
fn of_two_orders_the_last_holds_at_all_relays() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let mut relays = [open(&servers, 0).await, open(&servers, 0).await, open(&servers, 0).await];
        for round in 0_u8..20 {
            for (number, relay) in (0_u8..).zip(&mut relays) {
                relay.set("rules.dev", &[round, number]).await;
            }
        }
        for relay in &mut relays {
            relay.settle().await;
        }
        // One's own need not be told.
        let mut late = open(&servers, 0).await;
        late.wait_until(|relay| relay.settings.contains_key("rules.dev")).await;
        let last = late.settings["rules.dev"].clone();
        assert_eq!(last[0], 19);
        for (number, relay) in (0_u8..).zip(&relays) {
            assert!(last[1] == number || has(relay, "rules.dev", &last), "{number}: {last:?}");
        }
    });
}

#[test]
fn what_was_ordered_while_a_relay_was_apart_or_not_there_holds_there() {
    alone(async {
        let Some(mut servers) = NatsCluster::start(3) else { return };
        // Each has one server only.
        let alone_at = |first: usize| NatsServers {
            addresses: servers.addresses(first)[..1].to_vec(),
            ..NatsServers::default()
        };
        let setup = |first: usize| NatsSetup {
            servers: alone_at(first),
            prefix: "shared".to_owned(),
            shards: 1,
            log: NatsLog { replicas: Some(3), ..NatsLog::default() },
        };
        let (backplane, port) = NatsBackplane::open(&setup(0)).await.unwrap();
        let mut here = Relay::new(port, Box::pin(backplane.join())).await;
        let (backplane, port) = NatsBackplane::open(&setup(2)).await.unwrap();
        let mut apart = Relay::new(port, Box::pin(backplane.join())).await;
        servers.kill(2);
        here.set(BAN, b"x").await;
        here.set("rules.dev", b"y").await;
        let mut late = open(&servers, 0).await;
        late.wait_until(|relay| has(relay, BAN, b"x") && has(relay, "rules.dev", b"y")).await;
        servers.start_node(2);
        apart.forgives_downs = true;
        let heals = apart.wait_until(|relay| has(relay, BAN, b"x") && has(relay, "rules.dev", b"y"));
        timeout(LONG, heals).await.expect("it holds");
    });
}

#[test]
fn bans_that_the_servers_have_lost_are_written_again() {
    alone(async {
        let Some(mut servers) = NatsCluster::start(1) else { return };
        let mut relay = open(&servers, 0).await;
        let mut other = open(&servers, 0).await;
        (relay.forgives_downs, other.forgives_downs) = (true, true);
        relay.set("enter.1", b"kept").await;
        other.wait_until(|relay| has(relay, "enter.1", b"kept")).await;
        let copy = servers.kill_and_copy();
        servers.start_all();
        relay.set("enter.2", b"lost").await;
        relay.set("enter.1", b"").await;
        other.wait_until(|relay| has(relay, "enter.2", b"lost") && has(relay, "enter.1", b"")).await;
        servers.kill_and_restore(&copy);
        servers.start_all();
        let whole = async {
            loop {
                let mut late = open(&servers, 0).await;
                late.settle().await;
                if has(&late, "enter.2", b"lost") && !has(&late, "enter.1", b"kept") {
                    return;
                }
                late.close().await;
            }
        };
        timeout(LONG, whole).await.expect("written again");
        other.settle().await;
        assert!(has(&other, "enter.2", b"lost") && has(&other, "enter.1", b""), "{:?}", other.settings);
    });
}

#[test]
fn what_one_relay_tells_is_told_to_all_others_and_not_to_itself() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let [mut one, mut two, mut three] =
            [open(&servers, 0).await, open(&servers, 0).await, open(&servers, 0).await];
        one.announce(b"from one").await;
        two.wait_until(|relay| !relay.notices.is_empty()).await;
        three.wait_until(|relay| !relay.notices.is_empty()).await;
        two.announce(b"from two").await;
        one.wait_until(|relay| !relay.notices.is_empty()).await;
        three.wait_until(|relay| relay.notices.len() == 2).await;
        one.settle().await;
        two.settle().await;
        assert_eq!((one.notices, two.notices), (vec![b"from two".to_vec()], vec![b"from one".to_vec()]));
        let mut late = open(&servers, 0).await;
        late.settle().await;
        assert!(late.notices.is_empty(), "nothing is kept");
    });
}
