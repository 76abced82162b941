//! A peer of the IP Messenger family that says whatever a test wants: packets, and streams where files were promised.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Type};

use crate::support::PATIENCE;
use crate::support::ipmsg::{Network, PORT};
use crate::support::socket::Socket;

/// What is given where nothing else is said.
const SIXTEEN: &[u8] = b"sixteen bytes, y";

/// The socket of one address.
pub(crate) struct Mallory {
    socket: Socket,
    pub(crate) address: String,
    to: String,
    number: Mutex<u64>,
}

impl Mallory {
    /// At this address of the network; udpqq is at the first.
    pub(crate) fn at(network: &Network, address: u8) -> Self {
        let address = network.at(address);
        let socket = Socket::bind_at(&format!("{address}:{PORT}"));
        Self { socket, address, to: network.at(1), number: Mutex::new(1_000_000) }
    }

    pub(crate) fn contact(&self) -> String {
        format!("ipmsg://{}", self.address)
    }

    pub(crate) fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, &format!("{}:{PORT}", self.to));
    }

    /// A message as it should be, which wants no receipt.
    pub(crate) fn say(&self, text: &str) {
        let mut number = self.number.lock().unwrap();
        *number += 1;
        self.send(format!("1:{number}:mallory:evilpc:{}:{text}\0", 0x80_0020).as_bytes());
    }

    /// All datagrams that have come so far.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.socket.waiting()
    }

    pub(crate) fn assert_silent(&self) {
        self.socket.assert_silent();
    }

    /// Waits for our message with this text, and tells its number.
    pub(crate) fn number_of(&self, text: &str) -> u64 {
        loop {
            let packet = String::from_utf8_lossy(&self.socket.receive().0).into_owned();
            if packet.contains(text) {
                return packet.split(':').nth(1).unwrap().parse().unwrap();
            }
        }
    }
}

/// One that offers files, and gives other things.
pub(crate) struct Giver {
    pub(crate) mallory: Mallory,
    closed: Arc<(Mutex<BTreeMap<u64, Duration>>, Condvar)>,
}

impl Giver {
    /// `answers`: by the number of the offer.
    pub(crate) fn start(network: &Network, address: u8, answers: BTreeMap<u64, Vec<u8>>) -> Self {
        let mallory = Mallory::at(network, address);
        let listener = TcpListener::bind(format!("{}:{PORT}", mallory.address)).unwrap();
        let closed = Arc::new((Mutex::new(BTreeMap::new()), Condvar::new()));
        let (answers, shared) = (Arc::new(answers), Arc::clone(&closed));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answers, shared) = (Arc::clone(&answers), Arc::clone(&shared));
                thread::spawn(move || give(stream.unwrap(), &answers, &shared));
            }
        });
        Self { mallory, closed }
    }

    /// Offers what is in this list, with a line that says its number.
    pub(crate) fn offer(&self, number: u64, list: &str) {
        let command = 0x20_0020 | 0x80_0000;
        self.mallory
            .send(format!("1:{number}:mallory:evilpc:{command}:offer {number}\0{list}\x07\0").as_bytes());
    }

    /// Blocks until udpqq has closed a connection in which it asked for this offer, and says how long after the last
    /// byte that was.
    pub(crate) fn wait_closed(&self, number: u64) -> Duration {
        let (closed, changed) = &*self.closed;
        let (mut closed, timeout) = changed
            .wait_timeout_while(closed.lock().unwrap(), PATIENCE, |closed| !closed.contains_key(&number))
            .unwrap();
        assert!(!timeout.timed_out(), "offer {number} was never fetched, or its connection never closed");
        closed.remove(&number).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "how long the other side takes to close is what is judged")]
fn give(
    mut stream: TcpStream,
    answers: &BTreeMap<u64, Vec<u8>>,
    shared: &(Mutex<BTreeMap<u64, Duration>>, Condvar),
) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4_096];
    while request.split(|&byte| byte == b':').count() <= 7 {
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let number = text.split(':').nth(5).and_then(|hex| u64::from_str_radix(hex, 16).ok()).unwrap_or(0);
    let answer = answers.get(&number).map_or(SIXTEEN, Vec::as_slice);
    // It may close before it has taken all.
    let _closed = stream.write_all(answer).and_then(|()| stream.shutdown(Shutdown::Write));
    let last = Instant::now();
    while let Ok(1..) = stream.read(&mut buffer) {}
    shared.0.lock().unwrap().insert(number, last.elapsed());
    shared.1.notify_all();
}

/// Connects from an address, says this, and gives what comes until the other side closes. `None`: it never does.
pub(crate) fn ask(from: &str, to: &str, request: &[u8]) -> Option<Vec<u8>> {
    let address = |host: &str, port: u16| -> SocketAddr { format!("{host}:{port}").parse().unwrap() };
    let socket = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&address(from, 0).into()).unwrap();
    socket.connect(&address(to, PORT).into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // It may close in the middle of it.
    let _closed = stream.write_all(request);
    let mut answer = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Some(answer),
            Ok(length) => answer.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return Some(answer),
            Err(_) => return None,
        }
    }
}
