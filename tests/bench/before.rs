//! `UDPQQ_BEFORE=PROGRAM cargo bench --bench relays -- before`: the relay without a log against an earlier one.
//!
//! Both get the same work in turn, with members of both kinds: deliveries a second, time on a core for each, how long until
//! everybody has a message, and how often memory is asked for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::figure::{Figure, quantile};
use crate::party::Party;
use crate::rivals::{self, Rival, Server};
use crate::{MEMBERS, SIZES, WINDOWS, median};

const PAIRS: [(&str, [Rival; 2]); 2] =
    [("plain", [Rival::PlainBefore, Rival::OursPlain]), ("framed", [Rival::FramedBefore, Rival::OursFramed])];
/// How often each has its turn, and how long that is.
const TURNS: usize = 7;
const TURN: Duration = Duration::from_millis(300);
/// No figure may be a smaller part of what it was.
const GOAL: f64 = 0.97;
/// For the count of allocations.
const FEW: usize = 10;
const MESSAGES: usize = 2_000;

pub(crate) fn run(wanted: Option<usize>) {
    if std::env::var_os(rivals::BEFORE).is_none() {
        println!("skipped: {} names no earlier program", rivals::BEFORE);
        return;
    }
    let mut all = Vec::new();
    for members in MEMBERS.into_iter().filter(|members| wanted.is_none_or(|wanted| wanted == *members)) {
        for (kind, pair) in PAIRS {
            all.extend(compare(kind, pair, members));
            delays(kind, pair, members);
        }
    }
    let over = all.iter().filter(|ratio| **ratio < GOAL).count();
    let lowest = all.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "A1: {} speeds, the median {:.3}x of before, the lowest {lowest:.3}x; {over} below {GOAL}x",
        all.len(),
        median(&mut all)
    );
    allocations();
}

/// Of each size and window: how many times as fast it is as before, turn by turn.
fn compare(kind: &str, pair: [Rival; 2], members: usize) -> Vec<f64> {
    let mut lanes = pair.map(|rival| {
        let server = Server::start(rival).expect("both are there");
        let party = Party::join(rival, server.address, members);
        (server, party)
    });
    let mut ratios = Vec::new();
    for size in SIZES {
        for window in WINDOWS.into_iter().filter(|window| window * size <= 64 * 1_200) {
            let (mut speeds, mut costs) = (Vec::new(), Vec::new());
            for _ in 0..TURNS {
                let [before, now] = lanes.each_mut().map(|(server, party)| turn(server, party, size, window));
                speeds.push(now.0 / before.0);
                costs.push(now.1 / before.1);
            }
            let (speed, cost) = (median(&mut speeds), median(&mut costs));
            println!(
                "{members:>5} {size:>5} {window:>3} {kind:<6} speed {speed:.3}x of before, CPU {cost:.3}x"
            );
            ratios.push(speed);
        }
    }
    ratios
}

/// Deliveries a second, and time on a core for each.
fn turn(server: &Server, party: &mut Party, size: usize, window: usize) -> (f64, f64) {
    let (cpu, start) = (rivals::cpu(server.pid()), Instant::now());
    let delivered = party.talk(size, window, TURN) as f64;
    let (cpu, took) = (rivals::cpu(server.pid()).saturating_sub(cpu), start.elapsed());
    (delivered / took.as_secs_f64(), cpu.as_secs_f64() / delivered)
}

/// How long until each has a message, and what the relay holds.
fn delays(kind: &str, pair: [Rival; 2], members: usize) {
    let mut lanes = pair.map(|rival| {
        let server = Server::start(rival).expect("both are there");
        let party = Party::join(rival, server.address, members);
        (server, party, Vec::new())
    });
    for _ in 0..TURNS {
        for (_, party, delays) in &mut lanes {
            delays.extend(party.pace(10, Duration::from_millis(20)));
        }
    }
    let [(before, _, old), (now, _, new)] = &mut lanes;
    let mut ratio = |share| quantile(new, share).as_secs_f64() / quantile(old, share).as_secs_f64();
    let (half, high) = (ratio(0.5), ratio(0.99));
    let resident = |server: &Server| rivals::resident(server.pid());
    println!(
        "{members:>5} members {kind:<6} delay {half:.3}x of before at the median, {high:.3}x at p99; {} KiB \
         resident instead of {}",
        resident(now),
        resident(before)
    );
}

/// How often memory is asked for, for each message to a few members.
fn allocations() {
    let folder = tempfile::tempdir().unwrap();
    let Some(counter) = compiled(folder.path()) else {
        println!("skipped: no C compiler to count allocations with");
        return;
    };
    for (kind, pair) in PAIRS {
        let [before, now] = pair.map(|rival| {
            let file = folder.path().join(rival.name());
            fs::write(&file, [0; 8]).unwrap();
            let environment = [("LD_PRELOAD", counter.as_path()), ("UDPQQ_ALLOCATIONS", file.as_path())];
            let server = Server::start_in_environment(rival, &environment).expect("both are there");
            let mut party = Party::join(rival, server.address, FEW);
            let count = || u64::from_le_bytes(fs::read(&file).unwrap().try_into().unwrap());
            // What grows with the first messages has grown.
            let _grown = party.pace(MESSAGES / 10, Duration::ZERO);
            let begun = count();
            let _delays = party.pace(MESSAGES, Duration::ZERO);
            (count() - begun) as f64 / MESSAGES as f64
        });
        let figure =
            Figure::new(format!("A1: allocations of a message, {kind}; before {before:.2}"), now, "");
        // What the clock does beside the messages is no message's.
        println!("{}", figure.goal(((before + 0.05) * 100.0).round() / 100.0));
    }
}

fn compiled(folder: &Path) -> Option<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/allocations.c");
    let library = folder.join("allocations.so");
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&library).arg(source);
    command.status().ok()?.success().then_some(library)
}
