//! `cargo bench --bench relays`: the relay against what it has to beat, side by side in one run on loopback.
//!
//! For each number of members and size of message, every server gets the same work in turn, several times over; the
//! table has the medians and what they are relative to a plain loop of `send_to` on tokio. The server has one core,
//! all members together the other. Never fails by time.
//! `-- log`: what it costs that a relay keeps its rooms.
//! `-- before`: an earlier program, which `UDPQQ_BEFORE` names, and this one.
//! `-- crowd`: one room with ten thousand members.
//! `-- cluster`, with `--features nats`: relays that are one.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench reads the clock, paces itself by it, prints a table, and stops at what cannot be measured"
)]

mod before;
#[cfg(feature = "nats")]
mod cluster;
mod crowd;
mod figure;
#[path = "../support/framed_member.rs"]
mod framed_member;
mod kept;
#[cfg(feature = "nats")]
#[expect(dead_code, reason = "all of it is on this machine")]
#[path = "../support/lan.rs"]
mod lan;
#[cfg(feature = "nats")]
#[expect(dead_code, reason = "nothing happens to servers here")]
#[path = "../support/nats.rs"]
mod nats_servers;
mod noise;
mod party;
#[path = "../support/ports.rs"]
mod ports;
mod rivals;

use std::time::{Duration, Instant};

use party::Party;
use rivals::{Rival, Server};

const MEMBERS: [usize; 3] = [10, 100, 1_000];
const SIZES: [usize; 3] = [64, 512, 1_200];
/// Messages on their way at once: one at a time, a backlog, and a large one; of the last the plain servers' members can
/// only hold small messages.
const WINDOWS: [usize; 3] = [1, 64, 256];
/// How often each server has its turn, and how long that is.
const TURNS: usize = 3;
const TURN: Duration = Duration::from_millis(400);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == rivals::SERVE) {
        rivals::serve_naively();
        return;
    }
    if !words.iter().any(|word| word == "--bench") {
        println!("skipped: this is a bench, run it by `cargo bench --bench relays`");
        return;
    }
    let before = noise::measure();
    let wanted = words.iter().find_map(|word| word.parse::<usize>().ok());
    let is_wanted = |part: &str| words.iter().any(|word| word == part);
    if is_wanted("cluster") {
        cluster();
    } else {
        noise::pin(1);
        if is_wanted("log") {
            kept::run();
        } else if is_wanted("before") {
            before::run(wanted);
        } else if is_wanted("crowd") {
            crowd::run(wanted);
        } else {
            table(wanted);
        }
    }
    println!("{}", noise::verdict(&before, &noise::measure()));
}

#[cfg(feature = "nats")]
fn cluster() {
    cluster::run();
}

#[cfg(not(feature = "nats"))]
fn cluster() {
    println!("skipped: built without NATS; add --features nats");
}

/// What all servers do, side by side.
fn table(wanted: Option<usize>) {
    println!(
        "{:<36} {:>12} {:>14} {:>9} {:>9}",
        "members size window server", "deliveries/s", "CPU s/million", "speed", "CPU"
    );
    for members in MEMBERS.into_iter().filter(|members| wanted.is_none_or(|wanted| wanted == *members)) {
        for size in SIZES {
            for window in WINDOWS.into_iter().filter(|window| window * size <= 64 * 1_200) {
                compare(members, size, window);
            }
        }
    }
    if wanted.is_none_or(|wanted| wanted == 1_000) {
        delay();
    }
}

/// One server's turns.
struct Lane {
    rival: Rival,
    _server: Server,
    party: Party,
    pid: u32,
    speeds: Vec<f64>,
    costs: Vec<f64>,
}

fn compare(members: usize, size: usize, window: usize) {
    let mut lanes: Vec<Lane> = Rival::ALL.into_iter().filter_map(|rival| lane(rival, members)).collect();
    for _ in 0..TURNS {
        for lane in &mut lanes {
            let (cpu, start) = (rivals::cpu(lane.pid), Instant::now());
            let delivered = lane.party.talk(size, window, TURN);
            let (cpu, took) = (rivals::cpu(lane.pid).saturating_sub(cpu), start.elapsed());
            lane.speeds.push(delivered as f64 / took.as_secs_f64());
            lane.costs.push(cpu.as_secs_f64() * 1e6 / delivered as f64);
        }
    }
    let base = lanes
        .iter_mut()
        .find(|lane| lane.rival == Rival::Naive)
        .map(|lane| (median(&mut lane.speeds), median(&mut lane.costs)));
    let (base_speed, base_cost) = base.expect("the plain loop always runs");
    for lane in &mut lanes {
        let (speed, cost) = (median(&mut lane.speeds), median(&mut lane.costs));
        let name = format!("{members:>5} {size:>5} {window:>3} {}", lane.rival.name());
        println!(
            "{name:<36} {speed:>12.0} {cost:>14.3} {:>8.2}x {:>8.2}x",
            speed / base_speed,
            cost / base_cost
        );
    }
}

fn lane(rival: Rival, members: usize) -> Option<Lane> {
    let server = Server::start(rival)?;
    let party = Party::join(rival, server.address, members);
    let pid = server.pid();
    Some(Lane { rival, _server: server, party, pid, speeds: Vec::new(), costs: Vec::new() })
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// A thousand members, ten messages a second: how long until each has each message, and what the relay holds.
fn delay() {
    for rival in [Rival::OursPlain, Rival::OursFramed] {
        let Some(mut lane) = lane(rival, 1_000) else { continue };
        let mut delays = lane.party.pace(30, Duration::from_millis(100));
        delays.sort_unstable();
        let at = |share: usize| delays[(delays.len() - 1) * share / 100].as_secs_f64() * 1e3;
        println!(
            "1000 members, 10 messages/s, {:<16} delay {:.1} ms median, {:.1} ms p99 (goal 50); {} MiB resident",
            rival.name(),
            at(50),
            at(99),
            rivals::resident(lane.pid) / 1024
        );
    }
}
