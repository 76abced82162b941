//! What encrypted sessions cost while nobody says anything: wake-ups, memory and what is sent. Beside the program with the
//! sessions runs another one, with the same contacts, none of whom is there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::end::End;
use crate::figure::Figure;
use crate::idle::{resident, wake_ups};
use crate::support::ports::free_port;
use crate::support::profile::Profile;

const SESSIONS: u8 = 50;
/// As people come one by one, so that their timers are not due at once.
const APART: Duration = Duration::from_millis(200);
/// Until what belongs to the beginning of a session is over.
const SETTLE: Duration = Duration::from_secs(10);
const WATCH: Duration = Duration::from_mins(1);
const ANY_DATAGRAM: usize = 65_536;

pub(crate) fn measure() -> Vec<Figure> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(quiet_sessions())
}

async fn quiet_sessions() -> Vec<Figure> {
    let profiles = [(); 2].map(|()| Profile::new().encrypted_at(&format!("127.0.0.1:{}", free_port())));
    let address = profiles[0].address().1;
    let (key, at) = address.split_once('@').unwrap();
    let mut peers = Vec::new();
    for number in 1..=SESSIONS {
        peers.push(Peer::new(number, at.parse().unwrap()).await);
    }
    let contacts =
        peers.iter().map(|peer| format!("{} = {:?}\n", peer.name, peer.end.address_at(peer.line.far)));
    let contacts = format!("[contacts]\n{}", contacts.collect::<String>());
    let [with, without] = profiles.each_ref().map(|profile| {
        profile.write("contacts.toml", &contacts);
        profile.start().0
    });
    for peer in &mut peers {
        peer.end.trust(&format!("{key}@{}", peer.line.near));
        peer.end.say("good morning");
        peer.end.receipt().await;
        sleep(APART).await;
    }
    sleep(SETTLE).await;
    let sessions = f64::from(SESSIONS);
    let before = [&with, &without].map(wake_ups);
    let sent = peers.iter().map(|peer| peer.line.sent()).sum::<u32>();
    sleep(WATCH).await;
    let [busy, idle] = [&with, &without].map(wake_ups);
    let woken = (busy - before[0] - (idle - before[1])) / WATCH.as_secs_f64();
    let memory = (resident(&with) - resident(&without)) * 1024.0;
    let sent = peers.iter().map(|peer| peer.line.sent()).sum::<u32>() - sent;
    let minutes = WATCH.as_secs_f64() / 60.0;
    let name = format!("{SESSIONS} quiet encrypted sessions");
    vec![
        Figure::new(format!("{name}: wake-ups a second for each"), woken / sessions, "").goal(0.2),
        Figure::new(format!("{name}: resident memory of each"), memory / sessions, "KiB").goal(64.0),
        Figure::new(format!("{name}: sent a minute by each"), f64::from(sent) / minutes / sessions, "B"),
    ]
}

/// Somebody with whom the program has a session.
struct Peer {
    name: String,
    end: End,
    line: Line,
}

impl Peer {
    async fn new(number: u8, program: SocketAddr) -> Self {
        let end = End::open(number).await;
        let line = Line::between(end.at, program).await;
        Self { name: format!("peer{number:02}"), end, line }
    }
}

/// What lies between an end and the program, and counts what the program sends.
struct Line {
    /// Where the end finds the program, and the program the end.
    near: SocketAddr,
    far: SocketAddr,
    sent: Arc<AtomicU32>,
}

impl Line {
    async fn between(end: SocketAddr, program: SocketAddr) -> Self {
        let (near, far) = (open(end).await, open(program).await);
        let line =
            Self { near: near.local_addr().unwrap(), far: far.local_addr().unwrap(), sent: Arc::default() };
        tokio::spawn(carry(Arc::clone(&near), Arc::clone(&far), Arc::default()));
        tokio::spawn(carry(far, near, Arc::clone(&line.sent)));
        line
    }

    /// Bytes so far.
    fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }
}

async fn open(to: SocketAddr) -> Arc<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(to).await.unwrap();
    Arc::new(socket)
}

async fn carry(from: Arc<UdpSocket>, to: Arc<UdpSocket>, carried: Arc<AtomicU32>) {
    let mut buffer = vec![0; ANY_DATAGRAM];
    loop {
        // Nobody may listen at the other side any more.
        let Ok(length) = from.recv(&mut buffer).await else { continue };
        let _gone = to.send(&buffer[..length]).await;
        carried.fetch_add(u32::try_from(length).unwrap(), Ordering::Relaxed);
    }
}
