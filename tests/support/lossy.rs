//! A path to a server on this machine that loses datagrams, as a bad network does: which ones, the seed says.
//!
//! Whoever is reached by it has the same address for everybody else; a path that is dropped is a port that nobody has.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::chance::Chance;

/// How soon a thread sees that the path is dropped.
const LOOK: Duration = Duration::from_millis(10);
const MAX_DATAGRAM: usize = 65_535;

/// Open while it lives.
pub(crate) struct LossyPath {
    is_closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What both directions of everybody have in common.
#[derive(Clone)]
struct Path {
    front: Arc<UdpSocket>,
    server: SocketAddr,
    /// Of so many datagrams one is lost.
    one_in: u64,
    is_closed: Arc<AtomicBool>,
}

impl LossyPath {
    /// From that address to that server.
    pub(crate) fn open(from: SocketAddr, server: SocketAddr, one_in: u64, chance: Chance) -> Self {
        let front = Arc::new(UdpSocket::bind(from).unwrap());
        front.set_read_timeout(Some(LOOK)).unwrap();
        let is_closed = Arc::new(AtomicBool::new(false));
        let path = Path { front, server, one_in, is_closed: Arc::clone(&is_closed) };
        let thread = Some(thread::spawn(move || path.lead_there(chance)));
        Self { is_closed, thread }
    }
}

impl Drop for LossyPath {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(thread::panicking() || matches!(ended, Some(Ok(()))), "a path has failed");
    }
}

impl Path {
    fn is_open(&self) -> bool {
        !self.is_closed.load(Ordering::Relaxed)
    }

    /// Each that speaks has a socket of its own towards the server.
    fn lead_there(&self, mut chance: Chance) {
        let (mut sockets, mut threads) = (BTreeMap::new(), Vec::new());
        let mut datagram = vec![0; MAX_DATAGRAM];
        while self.is_open() {
            // Nothing came, or a member is gone.
            let Ok((length, member)) = self.front.recv_from(&mut datagram) else { continue };
            let socket = sockets.entry(member).or_insert_with(|| {
                let socket = Arc::new(self.towards_server());
                let (path, back, chance) =
                    (self.clone(), Arc::clone(&socket), chance.branch(chance_of(member)));
                threads.push(thread::spawn(move || path.lead_back(&back, member, chance)));
                socket
            });
            if !chance.one_in(self.one_in) {
                let _nobody_is_there = socket.send(&datagram[..length]);
            }
        }
        for thread in threads {
            thread.join().unwrap();
        }
    }

    fn towards_server(&self) -> UdpSocket {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.connect(self.server).unwrap();
        socket.set_read_timeout(Some(LOOK)).unwrap();
        socket
    }

    fn lead_back(&self, socket: &UdpSocket, member: SocketAddr, mut chance: Chance) {
        let mut datagram = vec![0; MAX_DATAGRAM];
        while self.is_open() {
            let Ok(length) = socket.recv(&mut datagram) else { continue };
            if !chance.one_in(self.one_in) {
                let _gone = self.front.send_to(&datagram[..length], member);
            }
        }
    }
}

fn chance_of(member: SocketAddr) -> u64 {
    u64::from(member.port())
}
