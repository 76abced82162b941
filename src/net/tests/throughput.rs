//! How fast a file goes through a stream, beside what `nc` does with the same file. Measured by hand:
//! `cargo test --release --lib throughput -- --ignored --nocapture`.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};
use tempfile::TempDir;

use super::FOUR;
use super::probe::{Heard, Rig, close, confined, step};
use super::streams::{FIRST, MIB};
use crate::dialects::ListenMode;
use crate::model::file::{DownloadTarget, FileSource};
use crate::model::{LinkId, ListenSetting};
use crate::net::clock;
use crate::wire::{Ecn, Output, Receive, Segments, Step, StepEvent};

const SIZE: usize = 100 * MIB;
const ROUNDS: usize = 9;

/// What one transfer took: in all, and of the processor at either end.
#[derive(Clone, Copy, Debug, Default)]
struct Took {
    wall: Duration,
    sender: Duration,
    receiver: Duration,
}

pub(super) fn processor(who: UsageWho) -> Duration {
    let used: Usage = getrusage(who).expect("usage");
    let time = |time: nix::sys::time::TimeVal| {
        Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).expect("positive"))
    };
    time(used.user_time()) + time(used.system_time())
}

/// Waits for a child and says what it used.
fn ended(mut child: Child) -> Duration {
    let before = processor(UsageWho::RUSAGE_CHILDREN);
    assert!(child.wait().expect("ended").success());
    processor(UsageWho::RUSAGE_CHILDREN).saturating_sub(before)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(FOUR).and_then(|there| there.local_addr()).expect("a port").port()
}

fn nc_receives(port: u16, into: &Path) -> Child {
    let file = File::create(into).expect("made");
    let port = port.to_string();
    let child = Command::new("nc").args(["-d", "-l", "127.0.0.1", &port]).stdout(file).spawn().expect("nc");
    // Until it listens; asking it would be the one connection that it takes.
    let wanted = format!(":{:04X} 00000000:0000 0A", port.parse::<u16>().expect("a port"));
    while !fs::read_to_string("/proc/net/tcp").expect("read").contains(&wanted) {}
    child
}

fn nc_sends(to: SocketAddr, file: &Path) -> Child {
    let mut nc = Command::new("nc");
    nc.args(["-N", &to.ip().to_string(), &to.port().to_string()]);
    nc.stdin(File::open(file).expect("open")).stdout(Stdio::null()).spawn().expect("nc")
}

fn nc_to_nc(file: &Path, folder: &Path) -> Took {
    let port = free_port();
    let receiver = nc_receives(port, &folder.join("nc"));
    let start = clock::now().mono;
    let sender = ended(nc_sends(SocketAddr::from(([127, 0, 0, 1], port)), file));
    let receiver = ended(receiver);
    Took { wall: since(start), sender, receiver }
}

fn since(start: Instant) -> Duration {
    clock::now().mono.saturating_duration_since(start)
}

async fn done(rig: &mut Rig, link: u32, wanted: fn(&StepEvent) -> bool) {
    loop {
        match rig.next().await {
            Heard::Stepped(from, step) if from == link && wanted(&step) => return,
            Heard::StreamDown(..) => panic!("down"),
            _ => {}
        }
    }
}

async fn ours_to_nc(source: &FileSource, folder: &Path) -> Took {
    let mut rig = Rig::start();
    let port = free_port();
    let receiver = nc_receives(port, &folder.join("nc"));
    let (start, before) = (clock::now().mono, processor(UsageWho::RUSAGE_SELF));
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    let pour = Step::Pour { head: Arc::from([]), source: source.clone(), at: 0 };
    rig.ask_of(0, [Output::Dial { link: LinkId(20), to, from: None, paced: false }, step(20, pour)]);
    done(&mut rig, 20, |step| *step == StepEvent::Poured).await;
    rig.ask(close(20));
    let receiver = tokio::task::spawn_blocking(move || ended(receiver)).await.expect("ended");
    Took { wall: since(start), sender: processor(UsageWho::RUSAGE_SELF).saturating_sub(before), receiver }
}

/// `sync`: until it is on the disk, which nobody waits for with `nc`.
async fn nc_to_ours(file: &Path, folder: &Path, sync: bool) -> Took {
    let mut rig = Rig::start();
    let there = std::net::TcpListener::bind(FOUR).expect("bound");
    let to = there.local_addr().expect("bound");
    let place =
        DownloadTarget { folder: Arc::from(folder), name: "ours".to_owned(), part: "ours.part".to_owned() };
    let size = u64::try_from(SIZE).expect("a size");
    let what = Receive::File { size, from: 0 };
    let steps = [Step::Receive { place, what }, Step::Fill { bytes: size }, Step::Finish { modified: None }];
    drop(there);
    let mut nc = Command::new("nc");
    nc.args(["-l", "-N", "127.0.0.1", &to.port().to_string()]);
    let sender = nc.stdin(File::open(file).expect("open")).stdout(Stdio::null()).spawn().expect("nc");
    let wanted = format!(":{:04X} 00000000:0000 0A", to.port());
    while !fs::read_to_string("/proc/net/tcp").expect("read").contains(&wanted) {}
    let (start, before) = (clock::now().mono, processor(UsageWho::RUSAGE_SELF));
    rig.ask_of(0, [Output::Dial { link: LinkId(20), to, from: None, paced: true }]);
    rig.ask_of(0, steps.map(|one| step(20, one)));
    done(&mut rig, 20, |step| *step == StepEvent::Filled).await;
    let mut took = Took {
        wall: since(start),
        receiver: processor(UsageWho::RUSAGE_SELF).saturating_sub(before),
        ..Took::default()
    };
    done(&mut rig, 20, |step| matches!(step, StepEvent::Kept { .. })).await;
    if sync {
        took.wall = since(start);
    }
    rig.ask(close(20));
    took.sender = tokio::task::spawn_blocking(move || ended(sender)).await.expect("ended");
    fs::remove_file(folder.join("ours")).expect("received");
    took
}

/// One program at either end: what it costs in all.
async fn ours_to_ours(source: &FileSource, folder: &Path) -> Took {
    let (mut giver, mut taker) = (Rig::start(), Rig::start());
    giver.ask(Output::Listen { link: LinkId(17), at: FOUR.parse().expect("address") });
    let Heard::LinkUp(17, to) = giver.next().await else { panic!("listens") };
    let place =
        DownloadTarget { folder: Arc::from(folder), name: "ours".to_owned(), part: "ours.part".to_owned() };
    let size = u64::try_from(SIZE).expect("a size");
    let what = Receive::File { size, from: 0 };
    let steps = [Step::Receive { place, what }, Step::Fill { bytes: size }, Step::Finish { modified: None }];
    let (start, before) = (clock::now().mono, processor(UsageWho::RUSAGE_SELF));
    taker.ask(Output::Dial { link: LinkId(20), to, from: None, paced: true });
    taker.ask_of(0, steps.map(|one| step(20, one)));
    assert!(matches!(giver.next().await, Heard::StreamUp { link: FIRST, .. }));
    giver.ask(step(FIRST, Step::Pour { head: Arc::from([]), source: source.clone(), at: 0 }));
    done(&mut taker, 20, |step| *step == StepEvent::Filled).await;
    let took = Took {
        wall: since(start),
        sender: processor(UsageWho::RUSAGE_SELF).saturating_sub(before),
        ..Took::default()
    };
    done(&mut taker, 20, |step| matches!(step, StepEvent::Kept { .. })).await;
    fs::remove_file(folder.join("ours")).expect("received");
    took
}

fn median(mut all: Vec<Took>) -> Took {
    let mut middle = |key: fn(&Took) -> Duration| {
        all.sort_by_key(key);
        key(&all[ROUNDS / 2])
    };
    Took {
        wall: middle(|took| took.wall),
        sender: middle(|took| took.sender),
        receiver: middle(|took| took.receiver),
    }
}

fn folders() -> Vec<PathBuf> {
    [std::env::temp_dir(), PathBuf::from("/dev/shm")].into_iter().filter(|folder| folder.is_dir()).collect()
}

#[ignore = "measures; needs nc and a release build"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_mebibytes_beside_nc() {
    for at in folders() {
        let folder = TempDir::new_in(&at).expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, vec![7; SIZE]).expect("written");
        let source = crate::disk::survey(std::slice::from_ref(&file)).expect("surveyed").sources.remove(0);
        let mut all = [const { Vec::new() }; 5];
        for _ in 0..ROUNDS {
            all[0].push(nc_to_nc(&file, folder.path()));
            all[1].push(ours_to_nc(&source, folder.path()).await);
            all[2].push(nc_to_ours(&file, folder.path(), false).await);
            all[3].push(nc_to_ours(&file, folder.path(), true).await);
            all[4].push(ours_to_ours(&source, folder.path()).await);
        }
        let names =
            ["nc to nc", "ours to nc", "nc to ours", "nc to ours, synced", "ours to ours (both in one)"];
        for (name, took) in names.into_iter().zip(all.map(median)) {
            println!("{}: {name}: {took:?}", at.display());
        }
    }
}

const PACKET: u16 = 1_200;
/// As QUIC hands them over.
const TOGETHER: usize = 10;
/// No more are on their way than fit the buffers.
const PIECES: usize = 16;
const TURNS: usize = 2_000;

/// As much as goes through a link that carries datagrams in bulk, beside one that does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; needs a release build"]
async fn datagrams_in_bulk_beside_single_ones() {
    let listen = ListenSetting::At(FOUR.parse().expect("address"));
    let mut all = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        all[0].push(link_turn(ListenMode::Datagrams(listen)).await);
        all[1].push(link_turn(ListenMode::Bulk(listen)).await);
    }
    let [single, bulk] = all.map(|mut all| {
        let middle = all.len() / 2;
        all.sort_unstable();
        let wall = all[middle].0;
        all.sort_unstable_by_key(|(_, cpu)| *cpu);
        (wall.as_secs_f64(), all[middle].1.as_secs_f64())
    });
    let bytes = f64::from(PACKET) * f64::from(u32::try_from(TOGETHER * PIECES * TURNS).expect("few"));
    for (name, (wall, cpu)) in [("one at a time", single), ("in bulk", bulk)] {
        println!("{name}: {:.0} MB/s, {cpu:.3} s of processor", bytes / wall / 1e6);
    }
    println!("in bulk: {:.2}x as fast, {:.2}x the processor", single.0 / bulk.0, bulk.1 / single.1);
}

/// How long it took, and how much of the processor.
async fn link_turn(mode: ListenMode) -> (Duration, Duration) {
    let mut rig = Rig::start_with(&[("giver", mode), ("taker", mode)], false, confined());
    let Heard::LinkUp(..) = rig.next_of(0).await else { panic!("up") };
    let Heard::LinkUp(_, to) = rig.next_of(1).await else { panic!("up") };
    let bytes: Arc<[u8]> = vec![7; usize::from(PACKET) * TOGETHER].into();
    let one: Arc<[u8]> = bytes[..usize::from(PACKET)].into();
    let segments = Segments { size: Some(PACKET), ecn: Some(Ecn::Capable), fragment: false };
    let (link, from, via, ticket) = (LinkId(0), None, None, None);
    let asked: Vec<Output> = if let ListenMode::Bulk(_) = mode {
        let piece = || Output::Datagrams { link, to, from, segments, bytes: Arc::clone(&bytes) };
        (0..PIECES).map(|_| piece()).collect()
    } else {
        let single = || Output::Datagram { link, to, from, via, bytes: Arc::clone(&one), ticket };
        (0..PIECES * TOGETHER).map(|_| single()).collect()
    };
    let (cpu, start) = (processor(UsageWho::RUSAGE_SELF), clock::now().mono);
    for _ in 0..TURNS {
        rig.ask_of(0, asked.clone());
        let mut missing = PIECES * TOGETHER;
        while missing > 0 {
            missing -= datagrams(&rig.next_of(1).await);
        }
    }
    let wall = clock::now().mono.saturating_duration_since(start);
    (wall, processor(UsageWho::RUSAGE_SELF).saturating_sub(cpu))
}

fn datagrams(heard: &Heard) -> usize {
    match heard {
        Heard::Datagrams { sizes, .. } => sizes.len(),
        Heard::Datagram { .. } => 1,
        other => panic!("{other:?}"),
    }
}
