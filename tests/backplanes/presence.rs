//! Who is at other relays of one cluster, as each relay is told.

use std::time::Duration;

use tokio::time::timeout;

use crate::failures::alone;
use crate::names::open;
use crate::nats_servers::NatsCluster;
use crate::relay::Relay;

const LONG: Duration = Duration::from_secs(20);

/// Waits until it was told so much, and nothing more comes.
async fn told(relay: &mut Relay, count: usize) -> Vec<String> {
    timeout(LONG, relay.wait_until(|relay| relay.presences.len() >= count)).await.expect("it is told");
    relay.settle().await;
    relay.presences.sort_unstable();
    std::mem::take(&mut relay.presences)
}

#[test]
fn members_of_all_relays_are_known_at_each_whenever_it_begins() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let [mut one, mut two] = [open(&servers, 0).await, open(&servers, 0).await];
        two.follow("lobby").await;
        one.note_presence("lobby", 1, Some("ann")).await;
        one.note_presence("dev", 2, Some("ben")).await;
        assert_eq!(told(&mut two, 1).await, ["lobby 1 ann"]);
        one.note_presence("lobby", 1, Some("eve")).await;
        assert_eq!(told(&mut two, 1).await, ["lobby 1 eve"]);
        // More than one message takes.
        for id in 10..3_000 {
            one.note_presence("dev", id, Some(&format!("somebody called {id}"))).await;
        }
        let mut late = open(&servers, 0).await;
        late.follow("dev").await;
        assert_eq!(told(&mut late, 2_991).await.len(), 2_991);
        late.follow("lobby").await;
        assert_eq!(told(&mut late, 1).await, ["lobby 1 eve"]);
        one.note_presence("lobby", 1, None).await;
        assert_eq!(told(&mut two, 1).await, ["lobby 1 -"]);
        assert_eq!(told(&mut late, 1).await, ["lobby 1 -"]);
        one.settle().await;
        assert!(one.presences.is_empty(), "of its own members it knows itself");
    });
}

#[test]
fn a_member_that_moves_stays_for_all_others_also_when_its_relay_ends() {
    alone(async {
        let Some(servers) = NatsCluster::start(1) else { return };
        let mut relays = [open(&servers, 0).await, open(&servers, 0).await, open(&servers, 0).await];
        relays[2].follow("lobby").await;
        relays[0].note_presence("lobby", 1, Some("ann")).await;
        assert_eq!(told(&mut relays[2], 1).await, ["lobby 1 ann"]);
        for (from, to) in [(0, 1), (1, 0)] {
            relays[from].note_presence("lobby", 1, None).await;
            relays[to].note_presence("lobby", 1, Some("ann")).await;
        }
        let [first, mut second, mut third] = relays;
        first.close().await;
        second.note_presence("lobby", 1, Some("ann")).await;
        second.note_presence("lobby", 2, Some("ben")).await;
        assert_eq!(told(&mut third, 1).await, ["lobby 2 ben"], "nobody has seen it leave or come");
    });
}
