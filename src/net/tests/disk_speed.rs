//! How fast a file goes through a disk channel, beside reading it and hashing it alone, and what that takes of the
//! processor. Measured by hand: `cargo test --release --lib disk_speed -- --ignored --nocapture`.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::Read as _;
use std::time::{Duration, Instant};

use bytes::Bytes;
use nix::sys::resource::UsageWho;
use tempfile::TempDir;

use super::disks::{CHANNEL, READ, answer, disk, open, opened, receive};
use super::probe::{Rig, close};
use super::streams::MIB;
use super::throughput::processor;
use super::transfers::{offered, pattern};
use crate::net::clock;
use crate::wire::disk::MAX_BYTES;
use crate::wire::{DiskEvent, DiskStep};

const SIZE: usize = 256 * MIB;
const ROUNDS: usize = 7;
/// Steps that wait at once.
const WINDOW: usize = 4;

/// When something began: by the clock, and by the processor's.
struct Began(Instant, Duration);

fn begin() -> Began {
    Began(clock::now().mono, processor(UsageWho::RUSAGE_SELF))
}

/// MB/s since then, by either: bytes in a microsecond.
fn speeds(since: &Began) -> [u128; 2] {
    let wall = clock::now().mono.saturating_duration_since(since.0);
    let used = processor(UsageWho::RUSAGE_SELF).saturating_sub(since.1);
    [wall, used].map(|took| u128::try_from(SIZE).expect("a size") / took.as_micros().max(1))
}

fn read_plainly(path: &std::path::Path, mut some: impl FnMut(&[u8])) {
    let (mut file, mut buffer) = (File::open(path).expect("there"), vec![0; MAX_BYTES]);
    loop {
        let count = file.read(&mut buffer).expect("read");
        if count == 0 {
            return;
        }
        some(&buffer[..count]);
    }
}

/// So many steps, some of which wait at once; what came of the last.
async fn pour(rig: &mut Rig, step: DiskStep, count: usize) -> DiskEvent {
    let mut last = DiskEvent::Closed;
    for number in 0..count + WINDOW {
        if number >= WINDOW {
            last = answer(rig, CHANNEL).await;
        }
        if number < count {
            rig.ask(disk(CHANNEL, step.clone()));
        }
    }
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; needs a release build"]
async fn a_channel_is_no_slower_than_reading_and_hashing() {
    let folder = TempDir::new().expect("a folder");
    let source = offered(&folder, &pattern(SIZE));
    let piece = Bytes::from(pattern(MAX_BYTES));
    let mut rig = Rig::start();
    let mut all: [Vec<[u128; 2]>; 5] = Default::default();
    for _ in 0..ROUNDS {
        let began = begin();
        read_plainly(&source.path, |bytes| assert!(std::hint::black_box(!bytes.is_empty())));
        all[0].push(speeds(&began));

        let (began, mut hasher) = (begin(), blake3::Hasher::new());
        for _ in 0..SIZE / MAX_BYTES {
            hasher.update(&piece);
        }
        let whole = hasher.finalize();
        all[1].push(speeds(&began));

        let (began, mut hasher) = (begin(), blake3::Hasher::new());
        read_plainly(&source.path, |bytes| assert!(hasher.update(bytes).count() > 0));
        let read = hasher.finalize();
        all[2].push(speeds(&began));

        let began = begin();
        rig.ask(disk(CHANNEL, open(&source, 0)));
        assert_eq!(answer(&mut rig, CHANNEL).await, opened(&[]));
        let end = pour(&mut rig, READ, SIZE / MAX_BYTES + 1).await;
        assert_eq!(end, DiskEvent::End { hash: read.into() });
        all[3].push(speeds(&began));

        let began = begin();
        rig.ask(disk(CHANNEL, receive(&folder, SIZE, 0)));
        assert_eq!(answer(&mut rig, CHANNEL).await, opened(&[]));
        pour(&mut rig, DiskStep::Write { bytes: piece.clone() }, SIZE / MAX_BYTES).await;
        all[4].push(speeds(&began));
        let kept = DiskStep::Finish { modified: None, hash: Some(whole.into()) };
        rig.ask(disk(CHANNEL, kept));
        let DiskEvent::Kept { path } = answer(&mut rig, CHANNEL).await else { panic!("kept") };
        std::fs::remove_file(&*path).expect("removed");
    }
    rig.ask(close(CHANNEL));
    let names = ["read", "hash", "read and hash", "read by a channel", "write by a channel"];
    for (name, speeds) in names.iter().zip(&mut all) {
        let mut of = |which: usize| {
            speeds.sort_unstable_by_key(|one| one[which]);
            (speeds[ROUNDS / 2][which], speeds[0][which], speeds[ROUNDS - 1][which])
        };
        let [(wall, least, most), (used, ..)] = [of(0), of(1)];
        println!("{name:>20}: {wall} MB/s ({least} to {most}), {used} MB in a second of the processor");
    }
}
