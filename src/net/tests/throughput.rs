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
use super::probe::{Heard, Rig, close, step};
use super::streams::{FIRST, MIB};
use crate::model::LinkId;
use crate::model::file::{DownloadTarget, FileSource};
use crate::net::clock;
use crate::wire::{Output, Receive, Step, StepEvent};

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
        let source = crate::disk::survey(std::slice::from_ref(&file)).expect("surveyed").remove(0);
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
