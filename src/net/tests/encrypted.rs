//! Two programs with keys, on real sockets and disks: what one offers is on the other's disk.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::disk;
use crate::model::file::{DownloadTarget, FileSource, Progress, TransferId};
use crate::model::{Address, FileCommand, MessageCommand, OutgoingMessage, PublicKey, Trust, Uid};
use crate::wire::KeyPair;

const SCHEME: &str = "udpqq";
const OFFER: MessageId = MessageId(5);

struct Side {
    net: Net,
    key: PublicKey,
    at: SocketAddr,
}

impl Side {
    async fn start(seed: u8) -> Self {
        let pair = KeyPair::from_seed(zeroize::Zeroizing::new([seed; 32])).expect("a key");
        let key = pair.public();
        let mut listen = udp(ListenSetting::Off);
        listen.insert(SCHEME, ListenSetting::At(FOUR.parse().expect("address")));
        let (secret, key_pair) = ([seed; 32], Some(Arc::new(pair)));
        let mut net = Net {
            handle: open(NetOptions { listen, secret, key_pair, ..options(FOUR) }).expect("open"),
            port: 0,
        };
        net.handle.begin();
        let at = net.find(|event| match event {
            NetEvent::Listening(listening) if listening.scheme == SCHEME => listening.address,
            _ => None,
        });
        let at = at.await;
        Self { net, key, at }
    }

    fn befriend(&mut self, other: &Self) {
        let scheme = registry().schemes().into_iter().find(|scheme| scheme.name == SCHEME).expect("known");
        let address = Address { key: Some(other.key), ..Address::from_socket(scheme, other.at) };
        self.net.order(NetCommand::Peer(ALEX, PeerCommand::Follow { address, rank: 0, session: None }));
        self.net.order(NetCommand::Trust(ALEX, Trust::Pinned));
    }

    async fn end(&mut self, file: u16) -> Progress {
        let end = self.net.find(|event| match event {
            NetEvent::Transfer { transfer, progress } => {
                let over = transfer.file == file && !matches!(progress, Progress::Moved { .. });
                over.then_some(progress)
            }
            _ => None,
        });
        end.await
    }
}

impl Net {
    /// The first event that is wanted.
    async fn find<T>(&mut self, wanted: impl Fn(NetEvent) -> Option<T>) -> T {
        loop {
            let event = tokio::time::timeout(LIMIT, self.handle.next()).await.expect("an event in time");
            if let Some(found) = wanted(event.expect("running")) {
                return found;
            }
        }
    }
}

fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 7 + at / 4_099).to_le_bytes()[0]).collect()
}

/// Two who trust each other: the first has offered what lies in its folder, the second has heard of it.
async fn offered(mine: &Path, names: &[&str]) -> (Side, Side, Arc<[u8]>) {
    let (mut one, mut other) = (Side::start(1).await, Side::start(2).await);
    one.befriend(&other);
    other.befriend(&one);
    let paths: Vec<_> = names.iter().map(|name| mine.join(name)).collect();
    let files: Arc<[FileSource]> = disk::survey(&paths).expect("surveyed").sources.into();
    let message = OutgoingMessage {
        uid: Some(Uid([3; 16])),
        files,
        ..OutgoingMessage::text(OFFER, "have a look".to_owned())
    };
    one.net.order(NetCommand::Message(ALEX, MessageCommand::Send(message)));
    let payload = other.net.find(|event| match event {
        NetEvent::Received(received) if !received.files.is_empty() => Some(received.payload),
        _ => None,
    });
    let payload = payload.await;
    (one, other, payload)
}

fn fetch(from: u64, file: u16, payload: &Arc<[u8]>, got: &Path) -> NetCommand {
    let (name, part) = (format!("file {file}"), format!("{file}.part"));
    let target = DownloadTarget { folder: got.into(), name, part };
    let transfer = TransferId { message: OFFER, file };
    NetCommand::File(ALEX, FileCommand::Fetch { transfer, payload: Arc::clone(payload), target, from })
}

#[tokio::test]
async fn files_and_folders_come_whole_and_go_on_from_what_is_there() {
    let (mine, got) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (large, inside) = (content(5_000_000), content(300_000));
    fs::write(mine.path().join("large"), &large).expect("written");
    fs::write(mine.path().join("empty"), b"").expect("written");
    fs::create_dir_all(mine.path().join("folder/below")).expect("made");
    fs::write(mine.path().join("folder/below/deep"), &inside).expect("written");
    fs::write(mine.path().join("folder/flat"), b"flat").expect("written");
    let (mut one, mut other, payload) = offered(mine.path(), &["large", "empty", "folder"]).await;
    // Of the first an earlier try has left something, the middle of which a disk has spoiled.
    let mut left = large[..2_000_000].to_vec();
    left[1_000_000] ^= 1;
    let part = got.path().join("0.part");
    fs::write(&part, left).expect("written");
    fs::set_permissions(&part, fs::Permissions::from_mode(0o600)).expect("ours alone");
    for (file, from) in [(0, 2_000_000), (1, 0), (2, 0)] {
        other.net.order(fetch(from, file, &payload, got.path()));
        for side in [&mut other, &mut one] {
            let end = side.end(file).await;
            assert!(matches!(end, Progress::Done { skipped: 0, .. }), "{file}: {end:?}");
        }
    }
    let read = |name: &str| fs::read(got.path().join(name)).expect(name);
    assert!(read("file 0") == large && read("file 1").is_empty());
    assert!(read("file 2/below/deep") == inside && read("file 2/flat") == b"flat");
    assert_eq!(fs::read_dir(got.path()).expect("read").count(), 3, "no part is left");
}

/// `cargo test --release --lib encrypted -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "measures, checks nothing but that it comes"]
async fn how_fast_a_file_is() {
    let (mine, got) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    fs::write(mine.path().join("large"), content(200 << 20)).expect("written");
    let (mut one, mut other, payload) = offered(mine.path(), &["large"]).await;
    let start = clock::now().mono;
    other.net.order(fetch(0, 0, &payload, got.path()));
    for side in [&mut other, &mut one] {
        let end = side.end(0).await;
        assert!(matches!(end, Progress::Done { skipped: 0, .. }), "{end:?}");
    }
    println!("200 MiB in {:?}", clock::now().mono - start);
}
