//! Names of members at several relays of one cluster: whoever claims one, nobody else has it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use udpqq::net::relay::nats::{NatsBackplane, NatsLog, NatsServers, NatsSetup};

use crate::failures::alone;
use crate::nats_servers::NatsCluster;
use crate::relay::{Relay, claim};

/// Names that three relays race for, unless `UDPQQ_RACES` says how many.
const RACES: u64 = 300;
/// Races under way at once.
const AT_ONCE: u64 = 100;
/// After so long without a word a relay is dead.
const DEAD: Duration = Duration::from_mins(1);

pub(crate) async fn open(servers: &NatsCluster, first: usize) -> Relay {
    let servers = NatsServers { addresses: servers.addresses(first), ..NatsServers::default() };
    let setup = NatsSetup { servers, prefix: "names".to_owned(), shards: 1, log: NatsLog::default() };
    let (backplane, port) = NatsBackplane::open(&setup).await.unwrap();
    Relay::new(port, Box::pin(backplane.join())).await
}

/// Each claims all of these names at once; who has each, by the numbers of the relays.
async fn race(relays: &mut [Relay; 3], names: &[String]) -> BTreeMap<String, Vec<u64>> {
    let racers = (0..).zip(relays).map(async |(number, relay): (u64, &mut Relay)| {
        let mut tickets = Vec::new();
        for (id, name) in (1..).zip(names) {
            tickets.push((name, relay.ask_name(claim(name, number * 1_000_000 + id, false)).await));
        }
        let mut held = Vec::new();
        for (name, ticket) in tickets {
            if relay.is_held(ticket).await {
                held.push((name.clone(), number));
            }
        }
        held
    });
    let mut holders: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (name, number) in join_all(racers).await.into_iter().flatten() {
        holders.entry(name).or_default().push(number);
    }
    holders
}

#[test]
fn a8_of_three_relays_that_race_for_a_name_exactly_one_has_it() {
    alone(async {
        let Some(servers) = NatsCluster::start(3) else { return };
        let races = std::env::var("UDPQQ_RACES").map_or(RACES, |races| races.parse().unwrap());
        let mut relays = [open(&servers, 0).await, open(&servers, 1).await, open(&servers, 2).await];
        let (since, mut won) = (tokio::time::Instant::now(), [0_u64; 3]);
        for first in (0..races).step_by(usize::try_from(AT_ONCE).unwrap()) {
            let names: Vec<String> =
                (first..races.min(first + AT_ONCE)).map(|number| format!("ann {number}")).collect();
            // Once for a new name, once for one that was given back just now.
            for _ in 0..2 {
                let holders = race(&mut relays, &names).await;
                assert_eq!(holders.len(), names.len(), "each has an owner");
                for (name, holders) in holders {
                    assert_eq!(holders.len(), 1, "{name} has two owners");
                    let (owner, id) = (holders[0], name.trim_start_matches("ann ").parse::<u64>().unwrap());
                    won[usize::try_from(owner).unwrap()] += 1;
                    let id = owner * 1_000_000 + id - first + 1;
                    relays[usize::try_from(owner).unwrap()].release(&name, id).await;
                }
            }
        }
        println!("{races} names raced for twice in {:?}: {won:?}", since.elapsed());
    });
}

#[test]
fn a_name_is_one_persons_until_it_is_given_back() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let [mut here, mut there] = [open(&servers, 0).await, open(&servers, 0).await];
        assert!(here.claim("ann", 1).await && here.claim("ann", 2).await, "in two rooms");
        assert!(!there.claim("ann", 3).await);
        assert!(there.claim("ann-2", 3).await);
        here.release("ann", 1).await;
        here.settle().await;
        assert!(!there.claim("ann", 3).await, "it is there in the other room");
        here.release("ann", 2).await;
        here.settle().await;
        assert!(there.claim("ann", 3).await);
        assert!(!here.claim("ann", 1).await);
        there.close().await;
        let mut late = open(&servers, 0).await;
        assert!(!late.claim("ann", 4).await, "its relay has ended just now");
    });
}

#[test]
fn a8_a_member_that_moves_keeps_its_name_and_its_old_relay_is_told() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let [mut here, mut there] = [open(&servers, 0).await, open(&servers, 0).await];
        assert!(here.claim("ann", 1).await && here.claim("ann", 2).await);
        let moved = there.ask_name(claim("ann", 1, true)).await;
        assert!(there.is_held(moved).await);
        here.wait_until(|relay| relay.moved_away == [1]).await;
        // The other room is still here, and whoever leaves takes the name from nobody.
        here.release("ann", 1).await;
        here.release("ann", 2).await;
        here.settle().await;
        assert!(!here.claim("ann", 9).await);
        let back = here.ask_name(claim("ann", 1, true)).await;
        assert!(here.is_held(back).await);
        there.wait_until(|relay| relay.moved_away == [1]).await;
        assert_eq!((here.names_lost.len(), there.names_lost.len()), (0, 0));
    });
}

#[test]
fn names_are_claimed_while_servers_are_killed_and_none_has_two_owners() {
    alone(async {
        let Some(mut servers) = NatsCluster::start(3) else { return };
        let mut relays = [open(&servers, 0).await, open(&servers, 1).await, open(&servers, 2).await];
        for relay in &mut relays {
            relay.forgives_downs = true;
        }
        for round in 0..3 {
            let names: Vec<String> = (0..50).map(|number| format!("{round} {number}")).collect();
            let leader = servers.leader("KV_names_names");
            servers.kill(leader);
            let holders = race(&mut relays, &names).await;
            assert!(holders.values().all(|holders| holders.len() == 1), "{holders:?}");
            servers.start_node(leader);
            servers.wait_ready();
        }
    });
}

#[test]
fn names_that_the_servers_have_lost_are_claimed_again() {
    alone(async {
        let Some(mut servers) = NatsCluster::start(1) else { return };
        let [mut here, mut there] = [open(&servers, 0).await, open(&servers, 0).await];
        (here.forgives_downs, there.forgives_downs) = (true, true);
        assert!(here.claim("ann", 1).await);
        let copy = servers.kill_and_copy();
        servers.start_all();
        assert!(there.claim("ben", 2).await);
        servers.kill_and_restore(&copy);
        servers.start_all();
        // Whoever has a name writes it again as soon as it is connected.
        here.set("rules.a", b"x").await;
        there.set("rules.b", b"x").await;
        here.wait_until(|relay| relay.settings.contains_key("rules.b")).await;
        there.wait_until(|relay| relay.settings.contains_key("rules.a")).await;
        here.settle().await;
        there.settle().await;
        assert!(!here.claim("ben", 3).await && !there.claim("ann", 4).await);
        assert_eq!((here.names_lost.len(), there.names_lost.len()), (0, 0));
    });
}

#[test]
fn a_relay_that_was_apart_for_too_long_is_told_which_names_it_has_lost_and_keeps_the_rest() {
    alone(async {
        let Some(mut servers) = NatsCluster::start(3) else { return };
        // It has one server only.
        let addresses = servers.addresses(2)[..1].to_vec();
        let setup = NatsSetup {
            servers: NatsServers { addresses, ..NatsServers::default() },
            prefix: "names".to_owned(),
            shards: 1,
            log: NatsLog { replicas: Some(3), ..NatsLog::default() },
        };
        let mut there = open(&servers, 0).await;
        let (backplane, port) = NatsBackplane::open(&setup).await.unwrap();
        let mut apart = Relay::new(port, Box::pin(backplane.join())).await;
        (apart.forgives_downs, there.forgives_downs) = (true, true);
        for (id, name) in (1..).zip(["ann", "ben", "eve"]) {
            assert!(apart.claim(name, id).await);
        }
        servers.kill(2);
        let since = tokio::time::Instant::now();
        while !there.claim("ann", 4).await {
            assert!(since.elapsed() < DEAD * 3 / 2, "it is dead by now");
            there.settle().await;
        }
        assert!(since.elapsed() > DEAD * 9 / 10, "after {:?}", since.elapsed());
        let moved = there.ask_name(claim("eve", 3, true)).await;
        assert!(there.is_held(moved).await);
        servers.start_node(2);
        apart.wait_until(|relay| relay.names_lost == ["ann"] && relay.moved_away == [3]).await;
        apart.settle().await;
        assert!(!there.claim("ben", 5).await, "it is there again, and so is what it has");
        assert_eq!((there.names_lost.len(), there.moved_away.len()), (0, 0));
    });
}
