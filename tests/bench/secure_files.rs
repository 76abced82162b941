//! `cargo bench --bench secure_files`: a file from disk to disk between two of us, encrypted, beside one stream of quinn,
//! from memory into memory and from disk to disk, and beside `scp`, all over loopback and in turn.
//! With the word `ours` only the first is done, for whoever looks where its time goes.
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

mod bare_quinn;
#[expect(dead_code, reason = "files need few of the parts")]
mod end;
mod figure;
mod noise;
mod scp;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use udpqq::disk;
use udpqq::model::file::{DownloadTarget, Progress, TransferId};
use udpqq::model::{FileCommand, MessageCommand, MessageId, NetCommand, NetEvent, OutgoingMessage, Uid};
use udpqq::net::KeyPair;
use zeroize::Zeroizing;

use end::{End, PEER, two};
use figure::{Figure, quantile};
use scp::Scp;

const SIZE: usize = 256 << 20;
const TURNS: usize = 7;

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("skipped: this is a bench, run it by `cargo bench --bench secure_files`");
        return;
    }
    let before = noise::measure();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    fs::write(&path, content()).unwrap();
    let scp = Scp::start(folder.path());
    if std::env::args().any(|word| word == "ours") {
        for turn in 0..TURNS {
            println!("{:?}", runtime().block_on(our_turn(turn, &path, folder.path())));
        }
        return;
    }
    let runtime = runtime();
    let pair = KeyPair::from_seed(Zeroizing::new([200; 32])).unwrap();
    let (mut ours, mut bare, mut filed, mut copied) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let copy = folder.path().join("copy");
    for turn in 0..TURNS {
        ours.push(runtime.block_on(our_turn(turn, &path, folder.path())));
        bare.push(runtime.block_on(bare_quinn::carry(&pair, SIZE)));
        filed.push(runtime.block_on(bare_quinn::carry_file(&pair, &path, &copy)));
        copied.extend(scp.as_ref().map(|scp| scp.copy(&path, &copy)));
    }
    let ours = line("a file, from disk to disk", &mut ours);
    let bare = line("one stream of quinn, from memory into memory", &mut bare);
    let ratio = |other: Duration| ours.as_secs_f64() / other.as_secs_f64();
    println!(
        "{}",
        Figure::new("time of a file relative to that, which has no disk and no hash", ratio(bare), "x")
    );
    let filed = line("the same of quinn, hashed, from disk to disk", &mut filed);
    println!("{}", Figure::new("time of a file relative to that", ratio(filed), "x").goal(1.0 / 0.85));
    if copied.is_empty() {
        println!("no sshd here, so nothing to compare scp with");
    } else {
        let copied = line("scp, from disk to disk", &mut copied);
        println!("{}", Figure::new("time of a file relative to scp", ratio(copied), "x").goal(1.0 / 1.5));
    }
    println!("{}", noise::verdict(&before, &noise::measure()));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn line(name: &str, times: &mut [Duration]) -> Duration {
    let median = quantile(times, 0.5);
    println!("{}, {:.0} MiB/s", Figure::time(name, median), (SIZE >> 20) as f64 / median.as_secs_f64());
    median
}

/// Nothing that a disk or a line could make smaller.
fn content() -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..SIZE / 8).flat_map(|_| next().to_le_bytes()).collect()
}

/// From the order to fetch it to the file under its name, checked and stored. The session is there already.
async fn our_turn(turn: usize, path: &Path, folder: &Path) -> Duration {
    let (mut giver, mut taker) = two(u8::try_from(turn + 1).unwrap()).await;
    let files: Arc<[_]> = disk::survey(&[path.to_path_buf()]).unwrap().sources.into();
    let uid = Some(Uid([7; 16]));
    let offer = OutgoingMessage { uid, files, ..OutgoingMessage::text(MessageId(1), String::new()) };
    giver.order(NetCommand::Message(PEER, MessageCommand::Send(offer)));
    let payload = taker.take().await;
    giver.receipt().await;
    let serving = tokio::spawn(async move {
        ended(&mut giver).await;
        giver
    });
    let transfer = TransferId { message: MessageId(1), file: 0 };
    let target =
        DownloadTarget { folder: folder.into(), name: format!("got {turn}"), part: format!("{turn}.part") };
    let start = Instant::now();
    taker.order(NetCommand::File(PEER, FileCommand::Fetch { transfer, payload, target, from: 0 }));
    let got = ended(&mut taker).await;
    let took = start.elapsed();
    drop(serving.await.unwrap());
    assert_eq!(fs::metadata(&got).unwrap().len(), SIZE as u64);
    fs::remove_file(got).unwrap();
    took
}

/// Waits for the end of a transfer: where the file lies.
async fn ended(end: &mut End) -> String {
    loop {
        match end.event().await {
            NetEvent::Transfer { progress: Progress::Done { path, .. }, .. } => return path,
            NetEvent::Transfer { progress: Progress::Broken { fault, .. }, .. } => panic!("{fault:?}"),
            _ => {}
        }
    }
}
