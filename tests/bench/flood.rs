//! `cargo bench --bench flood`: what a flood takes from the disk, the memory, the keys and a good peer.
//!
//! Prints one table for the release program; with `UDPQQ_BEFORE=PATH` first the same for that program, so that both
//! figures come from one run on one machine. Never fails by time. `cargo bench --bench flood -- WORD` runs only the
//! floods whose name contains WORD.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock, paces itself by it, prints a table, and stops at what cannot be measured"
)]

#[expect(dead_code, unused_imports, reason = "a bench needs some parts of the support only")]
#[path = "../support/mod.rs"]
mod support;

#[expect(dead_code, reason = "goals are not compared here")]
mod figure;
#[expect(dead_code, reason = "one figure of it")]
mod idle;

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use figure::quantile;
use idle::resident;
use support::profile::{Profile, listening_port};
use support::pty::Terminal;
use support::screen;

/// How long a flood goes on.
const SPAN: Duration = Duration::from_secs(10);
/// What a good peer waits between its messages, and a person between keys.
const PEER: Duration = Duration::from_millis(100);
const KEYS: Duration = Duration::from_millis(50);
/// When the flood is over: until what waits has been taken.
const AFTER: Duration = Duration::from_secs(3);
/// How often the screen is looked at for the words of the good peer.
const LOOK: Duration = Duration::from_millis(5);
/// Words that the good peer says at most.
const MAX_WORDS: usize = 10_000;

/// Who sends, and how large.
#[derive(Clone, Copy)]
enum From {
    Stranger,
    Contact,
    /// As many addresses, from as many hosts of 127/8.
    Many(u16),
}

const FLOODS: [(&str, From, usize); 5] = [
    ("stranger, 1,400 bytes", From::Stranger, 1_400),
    ("stranger, 60,000 bytes", From::Stranger, 60_000),
    ("contact, 64 bytes", From::Contact, 64),
    ("contact, 60,000 bytes", From::Contact, 60_000),
    ("6,000 strangers, 64 bytes", From::Many(6_000), 64),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("skipped: this is a bench, run it by `cargo bench --bench flood`");
        return;
    }
    let wanted = words.iter().find(|word| !word.starts_with('-'));
    let before = std::env::var("UDPQQ_BEFORE").ok();
    let programs =
        before.iter().map(|path| ("before", path.as_str())).chain([("now", env!("CARGO_BIN_EXE_udpqq"))]);
    println!(
        "{:<34}{:>9}{:>10}{:>10}{:>10}{:>24}{:>12}{:>20}",
        "flood",
        "sent",
        "MiB file",
        "MiB after",
        "MiB RSS +",
        "keys p50/p99/max ms",
        "good lost",
        "good p50/max ms"
    );
    for (name, program) in programs {
        for (flood, from, bytes) in FLOODS {
            if wanted.is_none_or(|wanted| flood.contains(wanted.as_str())) {
                println!("{:<34}{}", format!("{name}: {flood}"), measure(program, from, bytes));
            }
        }
    }
}

fn measure(program: &str, from: From, bytes: usize) -> String {
    let good = UdpSocket::bind("127.0.0.1:0").unwrap();
    let bad = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = |socket: &UdpSocket| socket.local_addr().unwrap().to_string();
    let profile = Profile::with_contacts(&[("good", &address(&good)), ("bad", &address(&bad))]);
    let args: Vec<String> = std::iter::once(program.to_owned()).chain(profile.args()).collect();
    let terminal = Terminal::spawn_behind(&args, (120, 40));
    let to = SocketAddr::from(([127, 0, 0, 1], listening_port(&terminal)));
    sleep(Duration::from_millis(500));
    let idle = resident(&terminal);

    let (on, off, sent) = (AtomicBool::new(true), AtomicBool::new(false), AtomicU64::new(0));
    let (mut keys, mut most) = (Vec::new(), idle);
    let (times, shown) = thread::scope(|scope| {
        let flood = scope.spawn(|| send_flood(&bad, from, (to, bytes), &on, &sent));
        let peer = scope.spawn(|| send_good(&good, to, &on));
        let watcher = scope.spawn(|| watch(&terminal, &off));
        let end = Instant::now() + SPAN;
        while Instant::now() < end {
            keys.push(one_key(&terminal, keys.len()));
            most = most.max(resident(&terminal));
            sleep(KEYS);
        }
        on.store(false, Ordering::Relaxed);
        flood.join().unwrap();
        let times = peer.join().unwrap();
        sleep(AFTER);
        off.store(true, Ordering::Relaxed);
        (times, watcher.join().unwrap())
    });
    let delay = |(sent, shown): (&Instant, &Option<Instant>)| {
        shown.map(|shown| shown.saturating_duration_since(*sent))
    };
    let arrivals: Vec<Option<Duration>> = times.iter().zip(&shown).map(delay).collect();
    let file = size(&profile);
    terminal.key("C-u");
    terminal.key("C-q");
    let _left = terminal.wait_exit();
    let mut delays: Vec<Duration> = arrivals.iter().flatten().copied().collect();
    let lost = arrivals.len() - delays.len();
    let late = |delays: &mut [Duration], share| {
        if delays.is_empty() { f64::NAN } else { millis(quantile(delays, share)) }
    };
    format!(
        "{:>9}{:>10.1}{:>10.1}{:>10.1}{:>24}{:>12}{:>20}",
        sent.load(Ordering::Relaxed),
        file,
        size(&profile),
        most - idle,
        format!(
            "{:.1}/{:.1}/{:.1}",
            millis(quantile(&mut keys, 0.5)),
            millis(quantile(&mut keys, 0.99)),
            millis(quantile(&mut keys, 1.0))
        ),
        format!("{lost} of {}", arrivals.len()),
        format!("{:.1}/{:.1}", late(&mut delays, 0.5), late(&mut delays, 1.0)),
    )
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn send_flood(
    bad: &UdpSocket,
    from: From,
    (to, bytes): (SocketAddr, usize),
    on: &AtomicBool,
    sent: &AtomicU64,
) {
    let others: Vec<UdpSocket> = match from {
        From::Stranger => vec![UdpSocket::bind("127.0.0.1:0").unwrap()],
        From::Contact => vec![bad.try_clone().unwrap()],
        From::Many(count) => (0..count)
            .map(|number| {
                UdpSocket::bind(SocketAddr::from((
                    [127, 1, number.to_be_bytes()[0], number.to_be_bytes()[1]],
                    0,
                )))
            })
            .map_while(Result::ok)
            .collect(),
    };
    let payload = vec![b'x'; bytes];
    while on.load(Ordering::Relaxed) {
        for socket in &others {
            let _full = socket.send_to(&payload, to);
            sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn send_good(good: &UdpSocket, to: SocketAddr, on: &AtomicBool) -> Vec<Instant> {
    let mut times = Vec::new();
    while on.load(Ordering::Relaxed) {
        times.push(Instant::now());
        good.send_to(word(times.len() - 1).as_bytes(), to).unwrap();
        sleep(PEER);
    }
    times
}

fn word(number: usize) -> String {
    format!("good{number:04}")
}

/// Notes when each word of the good peer comes to stand on the screen, until `off`.
fn watch(terminal: &Terminal, off: &AtomicBool) -> Vec<Option<Instant>> {
    let mut shown: Vec<Option<Instant>> = vec![None; MAX_WORDS];
    while !off.load(Ordering::Relaxed) {
        let (screen, now) = (terminal.screen(), Instant::now());
        for (_, rest) in screen.match_indices("good").map(|(at, _)| screen.split_at(at + "good".len())) {
            let number: Option<usize> = rest.get(..4).and_then(|digits| digits.parse().ok());
            if let Some(first) = number.and_then(|number| shown.get_mut(number)) {
                first.get_or_insert(now);
            }
        }
        sleep(LOOK);
    }
    shown
}

fn one_key(terminal: &Terminal, number: usize) -> Duration {
    if number.is_multiple_of(20) {
        terminal.key("C-u");
    }
    let text = format!("k{:02}", number % 100);
    let start = Instant::now();
    terminal.send(&text);
    terminal
        .wait_arrival("the key", |screen| screen::find(screen, &text).is_some())
        .saturating_duration_since(start)
}

fn size(profile: &Profile) -> f64 {
    let length = |name: &str| fs::metadata(profile.path(name)).map_or(0, |file| file.len());
    let bytes = length("history.db") + length("history.db-wal");
    f64::from(u32::try_from(bytes / 1024).unwrap()) / 1024.0
}
