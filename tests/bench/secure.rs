//! `cargo bench --bench secure`: what the encrypted dialect costs beside what has no encryption, over loopback and through
//! the whole network side: how long the first message takes, a message and its receipt beside one of raw UDP, how fast large
//! messages go, and what a stranger's packet costs.
//!
//! Never fails by time.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::wildcard_enum_match_arm,
    reason = "a bench reads the clock, prints a table, and stops at what cannot be measured"
)]

mod end;
mod figure;
mod noise;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::runtime::{Builder, Runtime};
use udpqq::dialects::{Setup, secure};
use udpqq::model::LinkId;
use udpqq::net::{self, KeyPair};
use udpqq::wire::{Batch, Input, Output};
use zeroize::Zeroizing;

use end::{End, two};
use figure::{Figure, quantile};

const PLAIN: &str = "udp";
const FIRSTS: u8 = 21;
/// As many as may come at once from one peer.
const ROUNDS: u64 = 400;
const PAIRS: u8 = 9;
const LARGE: usize = 60_000;
/// 24 MB in all, of which so many are on their way at a time; more at once are slowed down as a flood.
const MANY: u64 = 400;
const WINDOW: u64 = 32;
const STRANGERS: u32 = 200_000;

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("skipped: this is a bench, run it by `cargo bench --bench secure`");
        return;
    }
    let before = noise::measure();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        first_messages().await;
        round_trips().await;
        large_messages().await;
    });
    strangers();
    println!("{}", noise::verdict(&before, &noise::measure()));
}

// --- How long until the first message is there: three times there and back, and the signatures. ---

async fn first_messages() {
    let mut times = Vec::new();
    for number in 1..=FIRSTS {
        let (mut one, mut other) = two(number).await;
        let start = Instant::now();
        one.say("the first");
        let _heard = other.take().await;
        times.push(start.elapsed());
    }
    println!(
        "{}",
        Figure::time("a session from nothing, to its first message", quantile(&mut times, 0.5)).goal(1.0)
    );
}

// --- A message and its receipt beside a datagram and its answer: of bare sockets, and of the same program in the open. ---

#[derive(Default)]
struct RoundTrips {
    ours: Vec<Duration>,
    open: Vec<Duration>,
    raw: Vec<Duration>,
}

async fn round_trips() {
    let sides = [(); 2].map(|()| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    let mut times = RoundTrips::default();
    for number in 0..PAIRS {
        times.measure(50 + number, &sides).await;
    }
    // None may end inside of another.
    sides.into_iter().for_each(Runtime::shutdown_background);
    let RoundTrips { mut ours, mut open, mut raw } = times;
    let (ours, open) = (quantile(&mut ours, 0.5), quantile(&mut open, 0.5));
    let raw = quantile(&mut raw, 0.5);
    println!("{}", Figure::time("a message and its receipt, median", ours));
    println!("{}", Figure::time("a datagram of raw UDP and its answer, median", raw));
    println!("{}", Figure::time("a message and its answer in the open, median", open));
    let ratio = |other: Duration| ours.as_secs_f64() / other.as_secs_f64();
    println!("{}", Figure::new("a message relative to one in the open", ratio(open), "x").goal(1.2));
    println!("{}", Figure::new("a message relative to bare sockets", ratio(raw), "x"));
}

impl RoundTrips {
    /// Each network side has a thread of its own, as in the program.
    async fn measure(&mut self, number: u8, [near, far]: &[Runtime; 2]) {
        let open = |on: &Runtime, number| on.spawn(End::open(number));
        let (mut one, mut other) =
            (open(near, number).await.unwrap(), open(far, number + 100).await.unwrap());
        one.befriend(&other);
        other.befriend(&one);
        let speaking = |on: &Runtime, number| on.spawn(End::speaking(PLAIN, number));
        let (mut open, mut opposite) = (speaking(near, 51).await.unwrap(), speaking(far, 151).await.unwrap());
        open.follow(&format!("{PLAIN}://{}", opposite.at));
        opposite.follow(&format!("{PLAIN}://{}", open.at));
        let (near, far) = two_sockets().await;
        let (receipts, answers, echoes) =
            (tokio::spawn(take_all(other)), tokio::spawn(answer_all(opposite)), tokio::spawn(echo(far)));
        one.say("the first");
        one.receipt().await;
        self.take_turns(&mut one, &mut open, &near).await;
        drop((receipts.await.unwrap(), answers.await.unwrap(), echoes.await.unwrap()));
    }

    async fn take_turns(&mut self, one: &mut End, open: &mut End, near: &UdpSocket) {
        // In turn, so that all are measured on the same machine, and none always after the same other.
        for turn in 0..3 * ROUNDS {
            let start = Instant::now();
            let times = match (turn + turn / 3) % 3 {
                0 => {
                    one.say("how are you");
                    one.receipt().await;
                    &mut self.ours
                }
                1 => {
                    open.say("how are you");
                    open.heard().await;
                    &mut self.open
                }
                _ => {
                    near.send(b"how are you").await.unwrap();
                    near.recv(&mut [0; 64]).await.unwrap();
                    &mut self.raw
                }
            };
            times.push(start.elapsed());
        }
    }
}

async fn two_sockets() -> (UdpSocket, UdpSocket) {
    let bind = || UdpSocket::bind("127.0.0.1:0");
    let (near, far) = (bind().await.unwrap(), bind().await.unwrap());
    near.connect(far.local_addr().unwrap()).await.unwrap();
    far.connect(near.local_addr().unwrap()).await.unwrap();
    (near, far)
}

/// The first message, and those that are measured. Gives the end back: the last receipt is still on its way.
async fn take_all(mut end: End) -> End {
    for _ in 0..=ROUNDS {
        let _heard = end.take().await;
    }
    end
}

async fn answer_all(mut end: End) -> End {
    for _ in 0..ROUNDS {
        end.heard().await;
        end.say("how are you");
    }
    end
}

async fn echo(socket: UdpSocket) {
    let mut buffer = [0; 64];
    for _ in 0..ROUNDS {
        let length = socket.recv(&mut buffer).await.unwrap();
        socket.send(&buffer[..length]).await.unwrap();
    }
}

// --- As much as there is. ---

async fn large_messages() {
    let (mut one, mut other) = two(60).await;
    let text = "x".repeat(LARGE);
    let taking = tokio::spawn(async move {
        for _ in 0..MANY {
            let _heard = other.take().await;
        }
        other
    });
    let start = Instant::now();
    for number in 0..MANY {
        one.say(&text);
        if number >= WINDOW {
            one.receipt().await;
        }
    }
    drop(taking.await.unwrap());
    let rate = (LARGE as f64 * MANY as f64) / start.elapsed().as_secs_f64() / 1e6;
    println!("{}", Figure::new("messages of 60,000 bytes, as they are delivered", rate, "MB/s"));
}

// --- What does not pass the gate. ---

fn strangers() {
    let pair = KeyPair::from_seed(Zeroizing::new([9; 32])).unwrap();
    let setup = Setup { key_pair: Some(Arc::new(pair)), secret: [9; 32], ..Setup::default() };
    let mut engine = (secure::DIALECT.engine)(&setup);
    let now = net::clock::now();
    let address = SocketAddr::from(([127, 0, 0, 1], 7_781));
    engine.handle(now, Input::LinkUp { link: LinkId(0), address, only: None });
    while !matches!(engine.poll(now), Output::Wait(_)) {}
    let short = [&[0x40; 9], [7; 31].as_slice()].concat();
    let initial = [&[0xC0, 0, 0, 0, 1, 20], [7; 1_194].as_slice()].concat();
    for (name, packet) in [("a stranger's packet", short), ("a first packet without a knock", initial)] {
        let start = Instant::now();
        for _ in 0..STRANGERS {
            let (from, to, stride) = (address, None, packet.len());
            let batch = Batch { from, to, ecn: None, stride, bytes: &packet };
            engine.handle(now, Input::Datagrams { link: LinkId(0), batch });
            assert!(matches!(engine.poll(now), Output::Wait(_)), "an answer");
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(STRANGERS);
        println!("{}", Figure::new(name, each, "µs").goal(0.3));
    }
}
