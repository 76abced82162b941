//! The members: all in this process, on the second core. The first speaks, the others listen.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use udpqq::dialects::relay::frame::{Entry, FromMember, FromRelay};

use crate::rivals::Rival;

/// A message that takes longer is lost.
const LOST: Duration = Duration::from_millis(500);
/// Larger than any datagram.
const BUFFER: usize = 65_536;
/// Until what the joining stirred up is over.
const SETTLE: Duration = Duration::from_millis(500);

pub(crate) struct Party {
    members: Vec<Member>,
    number: u32,
}

enum Member {
    Plain(UdpSocket),
    /// With the token to speak with, and messages counted beyond those asked for.
    Framed {
        socket: UdpSocket,
        token: u64,
        ahead: usize,
    },
    Nats(BufReader<TcpStream>),
}

impl Party {
    pub(crate) fn join(rival: Rival, at: SocketAddr, members: usize) -> Self {
        let join = |index| match rival {
            Rival::Naive | Rival::Python => Member::Plain(say_hello(at)),
            Rival::OursPlain => Member::Plain(prove(at)),
            Rival::OursFramed => shake_hands(at, index),
            Rival::Nats => Member::Nats(subscribe(at)),
        };
        let mut party = Self { members: (0..members).map(join).collect(), number: 0 };
        thread::sleep(SETTLE);
        party.members.iter_mut().for_each(Member::forget);
        party
    }

    /// Keeps up to `window` messages of `size` bytes on their way for about `limit`. How many were delivered.
    pub(crate) fn talk(&mut self, size: usize, window: usize, limit: Duration) -> usize {
        let (text, until) = (vec![b'x'; size], Instant::now() + limit);
        let step = window.div_ceil(2);
        let (mut asked, mut delivered) = (0, 0);
        while Instant::now() < until {
            for _ in 0..step {
                self.say(&text);
            }
            asked += step;
            // With a window of one there is nothing to keep ahead.
            let ahead = if window == 1 { 0 } else { step };
            delivered += self.hear(asked - ahead.min(asked), &text);
            asked = ahead.min(asked);
        }
        delivered + self.hear(asked, &text)
    }

    /// One message each `pause`; when each member had it.
    pub(crate) fn pace(&mut self, messages: usize, pause: Duration) -> Vec<Duration> {
        let text = [b'x'; 64];
        let mut delays = Vec::new();
        for _ in 0..messages {
            let start = Instant::now();
            self.say(&text);
            for member in self.members.iter_mut().skip(1) {
                if member.hear(1, text.len()) == 1 {
                    delays.push(start.elapsed());
                }
            }
            self.members[0].forget();
            thread::sleep(pause.saturating_sub(start.elapsed()));
        }
        delays
    }

    fn say(&mut self, text: &[u8]) {
        self.number += 1;
        self.members[0].say(self.number, text);
    }

    fn hear(&mut self, messages: usize, text: &[u8]) -> usize {
        let heard = self.members.iter_mut().skip(1).map(|member| member.hear(messages, text.len())).sum();
        self.members[0].forget();
        heard
    }
}

impl Member {
    fn say(&mut self, number: u32, text: &[u8]) {
        match self {
            Self::Plain(socket) => drop(socket.send(text).unwrap()),
            Self::Framed { socket, token, .. } => {
                let mut frame = Vec::with_capacity(text.len() + 32);
                FromMember::Say { token: *token, number, text }.encode(&mut frame);
                socket.send(&frame).unwrap();
            }
            Self::Nats(stream) => {
                let head = format!("PUB room {}\r\n", text.len());
                let whole = [head.as_bytes(), text, b"\r\n"].concat();
                stream.get_mut().write_all(&whole).unwrap();
            }
        }
    }

    /// Takes `messages` of `size` bytes; fewer if some are lost.
    fn hear(&mut self, messages: usize, size: usize) -> usize {
        let mut buffer = vec![0; BUFFER];
        match self {
            Self::Plain(socket) => (0..messages).take_while(|_| socket.recv(&mut buffer).is_ok()).count(),
            Self::Framed { socket, ahead, .. } => {
                while *ahead < messages {
                    let Ok(length) = socket.recv(&mut buffer) else { break };
                    *ahead += texts(&buffer[..length]);
                }
                let heard = messages.min(*ahead);
                *ahead -= heard;
                heard
            }
            Self::Nats(stream) => {
                let each = format!("MSG room 1 {size}\r\n").len() + size + 2;
                let mut whole = vec![0; each * messages];
                stream.read_exact(&mut whole).unwrap();
                messages
            }
        }
    }

    /// Takes all that is there.
    fn forget(&mut self) {
        let mut buffer = vec![0; BUFFER];
        match self {
            Self::Plain(socket) => drain(socket, &mut buffer),
            Self::Framed { socket, ahead, .. } => {
                drain(socket, &mut buffer);
                *ahead = 0;
            }
            Self::Nats(_) => {}
        }
    }
}

fn drain(socket: &UdpSocket, buffer: &mut [u8]) {
    socket.set_nonblocking(true).unwrap();
    while socket.recv(buffer).is_ok() {}
    socket.set_nonblocking(false).unwrap();
}

fn texts(datagram: &[u8]) -> usize {
    match FromRelay::decode(datagram) {
        Some(FromRelay::Bundle { entries, .. }) => {
            entries.filter(|entry| matches!(entry, Entry::Text { .. })).count()
        }
        _ => 0,
    }
}

fn connect(at: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(at).unwrap();
    socket.set_read_timeout(Some(LOST)).unwrap();
    socket
}

fn say_hello(at: SocketAddr) -> UdpSocket {
    let socket = connect(at);
    socket.send(b"hello").unwrap();
    // The plain loops answer nobody: a pause, so that no hello is lost.
    thread::sleep(Duration::from_micros(200));
    socket
}

/// As a person with `nc -u` does it.
fn prove(at: SocketAddr) -> UdpSocket {
    let socket = connect(at);
    let mut buffer = [0; 2_048];
    socket.send(b"hello, I would like to come in, please\n").unwrap();
    let length = socket.recv(&mut buffer).expect("a challenge");
    let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
    let line = text.lines().find(|line| line.starts_with("/prove ")).expect("a line to send back");
    socket.send(line.as_bytes()).unwrap();
    socket.recv(&mut buffer).expect("a welcome");
    socket
}

fn shake_hands(at: SocketAddr, index: usize) -> Member {
    let socket = connect(at);
    let mut buffer = [0; 2_048];
    let (nonce, mut frame) = (index as u64 + 1, Vec::new());
    FromMember::Hello { nonce }.encode(&mut frame);
    socket.send(&frame).unwrap();
    let length = socket.recv(&mut buffer).expect("a challenge");
    let Some(FromRelay::Challenge { cookie, .. }) = FromRelay::decode(&buffer[..length]) else {
        panic!("no challenge");
    };
    frame.clear();
    let name = format!("member-{index}");
    FromMember::Join { nonce, cookie, id: 0, token: 0, name: &name, room: "lobby" }.encode(&mut frame);
    socket.send(&frame).unwrap();
    loop {
        let length = socket.recv(&mut buffer).expect("a welcome");
        if let Some(FromRelay::Welcome(welcome)) = FromRelay::decode(&buffer[..length]) {
            return Member::Framed { socket, token: welcome.token, ahead: 0 };
        }
    }
}

fn subscribe(at: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::with_capacity(256 * 1_024, stream);
    stream.read_line(&mut String::new()).unwrap();
    let hello = b"CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB room 1\r\nPING\r\n";
    stream.get_mut().write_all(hello).unwrap();
    stream.read_line(&mut String::new()).unwrap();
    stream
}
