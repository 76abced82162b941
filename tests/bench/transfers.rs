//! `cargo bench --bench transfers`: a file of 100 MiB between two of us over loopback against `nc`, and what it costs
//! when 500 peers come in within a second.
//!
//! Both get the same file in turn, several times over; the table has the medians and what ours are relative to `nc`.
//! Never fails by time.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench reads the clock, paces itself by it, prints a table, and stops at what cannot be measured"
)]

#[expect(dead_code, unused_imports, reason = "a transfer needs few of the parts, and not their own tests")]
#[path = "../support/mod.rs"]
mod support;

mod noise;

use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

use support::ipmsg::{Member, Network, PORT, content};
use support::screen;

const SIZE: usize = 100 << 20;
const TURNS: usize = 7;
const NAME: &str = "hundred.bin";
/// Until a program that has just started or finished something is quiet.
const SETTLE: Duration = Duration::from_millis(500);
/// How closely the end of a transfer is watched for.
const LOOK: Duration = Duration::from_millis(1);
/// Nothing that is measured here takes so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of `/proc/PID/stat`: what Linux tells every program.
const TICK: Duration = Duration::from_millis(10);
const PEERS: usize = 500;
/// All of them come within a second.
const PACE: Duration = Duration::from_millis(2);
/// One for every so many peers: as fast as a person types.
const PEERS_FOR_A_KEY: usize = 10;

/// One transfer: how long, and the processor time of both sides.
type Turn = (Duration, Duration);

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("skipped: this is a bench, run it by `cargo bench --bench transfers`");
        return;
    }
    let before = noise::measure();
    transfers();
    crowd();
    println!("{}", noise::verdict(&before, &noise::measure()));
}

// --- A large file. ---

fn transfers() {
    let network = Network::new();
    let (here, there) = (network.at(1), network.at(2));
    let giver = Member::start("giver", &here, &[&there]);
    let taker = Member::start("taker", &there, &[&here]);
    giver.talk_to("taker", &there);
    taker.talk_to("giver", &here);
    let path = giver.file(NAME, &content(SIZE, 1));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(our_turn(&giver, &taker, &path));
        theirs.extend(their_turn(&path, &taker.downloads().join("nc.bin")));
    }
    let (time, cost) = medians(&mut ours);
    println!("{:<44} {:>10} {:>10}", "100 MiB over loopback, median", "MiB/s", "CPU ms");
    println!("{:<44} {:>10.0} {:>10.0}", "udpqq to udpqq", speed(time), millis(cost));
    if theirs.is_empty() {
        println!("nc is not here, or not the one of OpenBSD: nothing to compare with");
        return;
    }
    let (nc_time, nc_cost) = medians(&mut theirs);
    println!("{:<44} {:>10.0} {:>10.0}", "nc to nc", speed(nc_time), millis(nc_cost));
    let (faster, dearer) = (speed(time) / speed(nc_time), millis(cost) / millis(nc_cost));
    println!("{:<44} {faster:>9.2}x {dearer:>9.2}x", "udpqq relative to nc");
}

/// From the Enter that accepts the file to its name among the downloads.
fn our_turn(giver: &Member, taker: &Member, path: &Path) -> Turn {
    let received = taker.downloads().join(NAME);
    let _first_turn = fs::remove_file(&received);
    giver.command_for("/file", &[path]);
    taker.terminal.wait_for("an offer that waits", |screen| {
        screen::rows(screen).iter().rev().any(|row| row.contains(NAME))
    });
    sleep(SETTLE);
    taker.terminal.send("/accept");
    taker.terminal.wait_text("/accept");
    let pids = [giver.terminal.pid(), taker.terminal.pid()];
    let spent = || pids.iter().map(|&pid| ticks(pid)).sum::<Duration>();
    let (cpu, start) = (spent(), Instant::now());
    taker.terminal.key("Enter");
    while fs::metadata(&received).is_err() {
        assert!(
            start.elapsed() < PATIENCE,
            "no file came:\n{}\n{}",
            taker.terminal.screen(),
            giver.terminal.screen()
        );
        sleep(LOOK);
    }
    let took = start.elapsed();
    // What is drawn of it, and is written about it, counts too.
    sleep(SETTLE);
    let cost = spent().saturating_sub(cpu);
    assert_eq!(usize::try_from(fs::metadata(&received).unwrap().len()).unwrap(), SIZE);
    (took, cost)
}

/// The same with `nc` on both sides. `None`: there is none.
fn their_turn(path: &Path, to: &Path) -> Option<Turn> {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut receiver = Command::new("nc");
    receiver.args(["-l", "127.0.0.1", &port]).stdin(Stdio::null()).stdout(File::create(to).unwrap());
    let mut receiver = receiver.stderr(Stdio::null()).spawn().ok()?;
    sleep(SETTLE);
    let (cpu, start) = (children(), Instant::now());
    let mut sender = Command::new("nc");
    sender.args(["-N", "127.0.0.1", &port]).stdin(File::open(path).unwrap()).stdout(Stdio::null());
    let sent = sender.stderr(Stdio::null()).status().unwrap();
    let kept = receiver.wait().unwrap();
    let (took, cost) = (start.elapsed(), children().saturating_sub(cpu));
    let whole = fs::metadata(to).unwrap().len() == SIZE as u64;
    fs::remove_file(to).unwrap();
    (sent.success() && kept.success() && whole).then_some((took, cost))
}

fn medians(turns: &mut [Turn]) -> Turn {
    let middle = turns.len() / 2;
    turns.sort_by_key(|(took, _)| *took);
    let time = turns[middle].0;
    turns.sort_by_key(|(_, cost)| *cost);
    (time, turns[middle].1)
}

fn speed(time: Duration) -> f64 {
    (SIZE >> 20) as f64 / time.as_secs_f64()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The processor time of a process so far, with all threads it ever had.
fn ticks(pid: i32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name may hold blanks and brackets. User and system time are the 14th and 15th field.
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let spent: u32 = rest.split(' ').skip(11).take(2).map(|field| field.parse::<u32>().unwrap()).sum();
    TICK * spent
}

/// The processor time of the processes that this one has started and that have ended.
fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(u64::try_from(micros).unwrap())
}

// --- A crowd. ---

/// The same keys first without peers, so that what they cost can be taken off; several times over, as a busy machine
/// makes both dearer.
fn crowd() {
    let mut turns: Vec<(Duration, Duration)> = (0..TURNS).map(|_| crowd_turn()).collect();
    turns.sort();
    let (crowd, keys) = turns[TURNS / 2];
    let (least, most) = (millis(turns[0].0), millis(turns[TURNS - 1].0));
    let (crowd, keys) = (millis(crowd), millis(keys));
    println!(
        "500 peers within a second: {crowd:.1} ms of CPU (goal 50; {least:.1} to {most:.1} in {TURNS} turns), \
         besides {keys:.1} ms for the keys"
    );
    println!("and of the keys typed meanwhile none is missing");
}

/// What the peers cost, and what the keys do.
fn crowd_turn() -> (Duration, Duration) {
    let network = Network::new();
    let us = Member::start("ursula", &network.at(1), &[]);
    let sockets: Vec<UdpSocket> = (0..PEERS).map(|number| peer(&network, number)).collect();
    sleep(SETTLE);
    let alone = come_in(&us, &network.at(1), &[]);
    us.terminal.key("C-u");
    sleep(SETTLE);
    let together = come_in(&us, &network.at(1), &sockets);
    (together.saturating_sub(alone), alone)
}

/// An address of its own for each, in the 250 that a network has and the ones beside it.
fn peer(network: &Network, number: usize) -> UdpSocket {
    let base = network.at(1).parse::<std::net::Ipv4Addr>().unwrap().octets();
    let third = base[2].wrapping_add(100 + u8::try_from(number / 250).unwrap());
    let address = [base[0], base[1], third, u8::try_from(number % 250 + 2).unwrap()];
    UdpSocket::bind((std::net::Ipv4Addr::from(address), PORT)).unwrap()
}

/// What it costs us when these come in while somebody types, and the typed text must be there.
fn come_in(us: &Member, at: &str, sockets: &[UdpSocket]) -> Duration {
    let cpu = exact(us.terminal.pid());
    let mut typed = String::new();
    for number in 0..PEERS {
        if let Some(socket) = sockets.get(number) {
            let entry =
                format!("1:{number}1:user{number}:host{number}:{}:peer{number}\0crowd\0", 0x0100_0001);
            socket.send_to(entry.as_bytes(), (at, PORT)).unwrap();
        }
        if number % PEERS_FOR_A_KEY == 0 {
            let key = char::from(b'a' + u8::try_from(typed.len() % 26).unwrap());
            us.terminal.send(&key.to_string());
            typed.push(key);
        }
        sleep(PACE);
    }
    us.terminal.wait_text(&typed);
    sleep(SETTLE);
    exact(us.terminal.pid()).saturating_sub(cpu)
}

/// As `ticks`, exact, for a process whose threads stay.
fn exact(pid: i32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let spent = |task: &Path| {
        let line = fs::read_to_string(task.join("schedstat")).unwrap_or_default();
        line.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0_u64)
    };
    Duration::from_nanos(tasks.map(|task| spent(&task.unwrap().path())).sum())
}
