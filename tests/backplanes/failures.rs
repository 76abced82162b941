//! Three servers, three relays that speak and listen, and what happens to servers: nothing is lost, nothing is doubled, and
//! all relays have the same order.
//!
//! Each once; `UDPQQ_ROUNDS=10` asks for more, and to be strict about what a busy machine may exceed.

use std::io::Write as _;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::sleep;

use crate::cluster_load::{ClusterLoad, RELAYS, Talked};
use crate::lan::Lan;

/// How long a machine is cut off.
const CUT_OFF: Duration = Duration::from_secs(7);
/// In which messages are taken again.
const AGAIN_TAKEN: Duration = Duration::from_secs(10);
/// How long nobody hears anything while a server is replaced, and how long a message is on its way meanwhile.
const UPGRADE_SILENCE: Duration = Duration::from_millis(500);
const UPGRADE_WAIT: Duration = Duration::from_secs(1);
const ROUNDS: &str = "UDPQQ_ROUNDS";

/// A network of machines. `None`, and why: there can be none.
pub(crate) fn machines() -> Option<Lan> {
    static SAID: Once = Once::new();
    let Some(why) = Lan::obstacle() else { return Some(Lan::new()) };
    let line = format!("skipped: no machines that can be cut off: {why}\n");
    SAID.call_once(|| std::io::stderr().write_all(line.as_bytes()).unwrap());
    None
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// One after the other: a cluster of servers takes all of a small machine.
pub(crate) fn alone(test: impl Future<Output = ()>) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(test);
}

/// How often each of these happens, and whether it was asked for.
pub(crate) fn rounds() -> (usize, bool) {
    let asked = std::env::var(ROUNDS).ok().map(|rounds| rounds.parse().expect(ROUNDS));
    (asked.unwrap_or(1), asked.is_some())
}

/// What the slowest of all took, past the test harness, which keeps what a passing test prints to itself.
fn tell(what: &str, all: &[Talked]) {
    let longest = all.iter().map(|talked| talked.longest).max().unwrap();
    let silence = all.iter().map(|talked| talked.silence).max().unwrap();
    let said: usize = all.iter().map(|talked| talked.acknowledged.len()).sum();
    let line = format!("{what}: {said} messages; longest acknowledgement {longest:?}, silence {silence:?}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

#[test]
fn a4_the_leader_is_killed() {
    alone(async {
        for _ in 0..rounds().0 {
            let Some(mut load) = ClusterLoad::gather().await else { return };
            let leader = load.leader();
            load.servers.kill(leader);
            sleep(Duration::from_secs(12)).await;
            load.servers.start_node(leader);
            sleep(Duration::from_secs(2)).await;
            let all = load.end().await;
            tell("a leader that is killed", &all);
            assert!(all.iter().all(|talked| talked.refusals == 0 && talked.downs == 0), "nobody notices");
            assert!(all.iter().all(|talked| talked.longest < AGAIN_TAKEN));
        }
    });
}

#[test]
fn a4_the_leader_hangs_for_a_while() {
    alone(async {
        for _ in 0..rounds().0 {
            let Some(load) = ClusterLoad::gather().await else { return };
            let leader = load.leader();
            load.servers.signal(leader, Signal::SIGSTOP);
            sleep(Duration::from_secs(6)).await;
            load.servers.signal(leader, Signal::SIGCONT);
            sleep(Duration::from_secs(6)).await;
            let all = load.end().await;
            tell("a leader that hangs", &all);
            assert!(all.iter().all(|talked| talked.longest < AGAIN_TAKEN));
        }
    });
}

#[test]
fn a4_all_servers_are_killed_and_started_again() {
    alone(async {
        for _ in 0..rounds().0 {
            let Some(mut load) = ClusterLoad::gather().await else { return };
            (0..RELAYS).for_each(|server| load.servers.kill(server));
            sleep(Duration::from_secs(2)).await;
            (0..RELAYS).for_each(|server| load.servers.start_node(server));
            sleep(Duration::from_secs(12)).await;
            let all = load.end().await;
            tell("servers that are all killed", &all);
            assert!(all.iter().all(|talked| talked.downs > 0), "everybody is told");
            assert_eq!(all.len(), RELAYS);
        }
    });
}

#[test]
fn a4_the_machine_of_the_leader_is_cut_off_for_a_while() {
    let Some(mut lan) = machines() else { return };
    let machines = ["first", "second", "third"].map(|name| Arc::new(lan.node(name)));
    alone(async {
        for _ in 0..rounds().0 {
            let Some(load) = ClusterLoad::gather_on(&machines).await else { return };
            let leader = load.leader();
            lan.cut(&machines[leader].address);
            sleep(CUT_OFF).await;
            lan.heal(&machines[leader].address);
            sleep(Duration::from_secs(10)).await;
            let all = load.end().await;
            tell("a machine that is cut off", &all);
            // The relay beside that server waits for as long as it is cut off.
            let mut waits: Vec<Duration> = all.iter().map(|talked| talked.longest).collect();
            waits.sort_unstable();
            assert!(
                waits[RELAYS - 2] < AGAIN_TAKEN && waits[RELAYS - 1] < CUT_OFF + AGAIN_TAKEN,
                "{waits:?}"
            );
        }
    });
}

#[test]
fn a5_the_leader_is_ended_in_order() {
    let (rounds, is_strict) = rounds();
    alone(async {
        for _ in 0..rounds {
            let Some(mut load) = ClusterLoad::gather().await else { return };
            let leader = load.leader();
            load.servers.terminate(leader);
            sleep(Duration::from_secs(5)).await;
            load.servers.start_node(leader);
            sleep(Duration::from_secs(2)).await;
            let all = load.end().await;
            tell("a leader that is ended in order", &all);
            assert!(all.iter().all(|talked| talked.refusals == 0 && talked.downs == 0), "nobody notices");
            let slack = if is_strict { 1 } else { 5 };
            assert!(all.iter().all(|talked| talked.silence <= UPGRADE_SILENCE * slack));
            assert!(all.iter().all(|talked| talked.longest <= UPGRADE_WAIT * slack));
        }
    });
}
