//! The members: all in this process, on the second core. The first speaks, the others listen.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use udpqq::dialects::relay::frame::{BundleEntry, FromMember, FromRelay, MemberRequest, MemberToken};

use crate::framed_member;
use crate::rivals::Rival;

/// A message that takes longer is lost.
const LOST: Duration = Duration::from_millis(500);
/// Where everybody is.
const ROOM: &str = "lobby";
/// Larger than any datagram.
const BUFFER: usize = 65_536;
/// Until what the joining stirred up is over.
const SETTLE: Duration = Duration::from_millis(500);

pub(crate) struct Party {
    members: Vec<Member>,
    /// Messages each has got beyond those that were asked for.
    ahead: Vec<usize>,
    epoll: Epoll,
    buffer: Vec<u8>,
    number: u32,
}

enum Member {
    Plain(UdpSocket),
    /// With the token to speak with.
    Framed(UdpSocket, MemberToken),
    /// The same at an earlier relay, whose frames are a little different.
    FramedBefore(UdpSocket, MemberToken),
    /// With the bytes of a message that has not come whole.
    Nats(TcpStream, usize),
}

impl Party {
    pub(crate) fn join(rival: Rival, at: SocketAddr, members: usize) -> Self {
        Self::join_all(rival, &[at], members)
    }

    /// As many at each of these.
    pub(crate) fn join_all(rival: Rival, relays: &[SocketAddr], members: usize) -> Self {
        let join = |index: usize| Self::member(rival, relays[index % relays.len()], index);
        let members: Vec<Member> = (0..members).map(join).collect();
        let epoll = Epoll::new(EpollCreateFlags::empty()).unwrap();
        for (index, member) in members.iter().enumerate() {
            member.watch(&epoll, index as u64);
        }
        thread::sleep(SETTLE);
        let ahead = vec![0; members.len()];
        let mut party = Self { members, ahead, epoll, buffer: vec![0; BUFFER], number: 0 };
        party.hear(1, 0, Duration::ZERO);
        party.ahead.fill(0);
        party
    }

    fn member(rival: Rival, at: SocketAddr, index: usize) -> Member {
        match rival {
            Rival::Naive | Rival::Python => Member::Plain(say_hello(at)),
            Rival::OursPlain | Rival::PlainBefore => Member::Plain(prove(at)),
            Rival::OursFramed | Rival::OursKept | Rival::OursKeptInMemory => {
                let (socket, token) = framed(at, index);
                Member::Framed(socket, token)
            }
            Rival::FramedBefore => shake_hands_before(at, index),
            Rival::Nats => Member::Nats(subscribe(at), 0),
        }
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
            delivered += self.hear(asked - ahead.min(asked), size, LOST);
            asked = ahead.min(asked);
        }
        delivered + self.hear(asked, size, LOST)
    }

    /// One message each `pause`; when each member had it.
    pub(crate) fn pace(&mut self, messages: usize, pause: Duration) -> Vec<Duration> {
        let text = [b'x'; 64];
        let mut delays = Vec::new();
        for _ in 0..messages {
            let start = Instant::now();
            self.say(&text);
            self.hear_each(1, text.len(), LOST, |_| delays.push(start.elapsed()));
            self.ahead.fill(0);
            thread::sleep(pause.saturating_sub(start.elapsed()));
        }
        delays
    }

    fn say(&mut self, text: &[u8]) {
        self.number += 1;
        self.members[0].say(self.number, text);
    }

    /// Waits until everybody but the speaker has got `messages` of `size` bytes, or nothing comes for `patience`. How
    /// many were got in all.
    fn hear(&mut self, messages: usize, size: usize, patience: Duration) -> usize {
        self.hear_each(messages, size, patience, |_| {});
        let mut heard = 0;
        for ahead in &mut self.ahead[1..] {
            let got = messages.min(*ahead);
            *ahead -= got;
            heard += got;
        }
        heard
    }

    /// As `hear`, telling of each that has got them.
    fn hear_each(&mut self, messages: usize, size: usize, patience: Duration, mut done: impl FnMut(usize)) {
        let mut waiting = self.ahead[1..].iter().filter(|ahead| **ahead < messages).count();
        let mut events = vec![EpollEvent::empty(); 1_024];
        let patience = EpollTimeout::try_from(patience).unwrap();
        while waiting > 0 {
            let ready = self.epoll.wait(&mut events, patience).unwrap();
            if ready == 0 {
                return;
            }
            for event in &events[..ready] {
                let index = usize::try_from(event.data()).unwrap();
                let before = self.ahead[index];
                self.ahead[index] += self.members[index].take(size, &mut self.buffer);
                if index > 0 && before < messages && self.ahead[index] >= messages {
                    waiting -= 1;
                    done(index);
                }
            }
        }
    }
}

impl Member {
    fn watch(&self, epoll: &Epoll, index: u64) {
        let event = EpollEvent::new(EpollFlags::EPOLLIN, index);
        match self {
            Self::Plain(socket) | Self::Framed(socket, _) | Self::FramedBefore(socket, _) => {
                socket.set_nonblocking(true).unwrap();
                epoll.add(socket, event).unwrap();
            }
            // The speaker gets nothing there, and has to be able to wait for room.
            Self::Nats(_, _) if index == 0 => {}
            Self::Nats(stream, _) => {
                stream.set_nonblocking(true).unwrap();
                epoll.add(stream, event).unwrap();
            }
        }
    }

    fn say(&mut self, number: u32, text: &[u8]) {
        match self {
            Self::Plain(socket) => drop(socket.send(text).unwrap()),
            Self::Framed(socket, token) => {
                let mut frame = Vec::with_capacity(text.len() + 32);
                let request = MemberRequest::Say { number, after: 0, text };
                FromMember::Request { token: *token, request }.encode(&mut frame);
                socket.send(&frame).unwrap();
            }
            Self::FramedBefore(socket, token) => {
                let head = [&[0xff, 0x71, 0x01, b'S'], &token.0.to_be_bytes()[..], &number.to_be_bytes()];
                socket.send(&[&head.concat(), text].concat()).unwrap();
            }
            Self::Nats(stream, _) => {
                let head = format!("PUB room {}\r\n", text.len());
                stream.write_all(&[head.as_bytes(), text, b"\r\n"].concat()).unwrap();
            }
        }
    }

    /// Takes all that is there: messages of `size` bytes.
    fn take(&mut self, size: usize, buffer: &mut [u8]) -> usize {
        let mut messages = 0;
        match self {
            Self::Plain(socket) => {
                while socket.recv(buffer).is_ok() {
                    messages += 1;
                }
            }
            Self::Framed(socket, _) | Self::FramedBefore(socket, _) => {
                while let Ok(length) = socket.recv(buffer) {
                    messages += texts(&buffer[..length]);
                }
            }
            Self::Nats(stream, begun) => {
                let each = format!("MSG room 1 {size}\r\n").len() + size + 2;
                while let Ok(length) = stream.read(buffer) {
                    *begun += length;
                }
                messages = *begun / each;
                *begun %= each;
            }
        }
        messages
    }
}

fn texts(datagram: &[u8]) -> usize {
    match FromRelay::decode(datagram) {
        Some(FromRelay::Bundle { entries, .. }) => {
            entries.filter(|entry| matches!(entry, BundleEntry::Text { .. })).count()
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
    // The plain loops answer nobody and forward even this to everybody: a pause, so that no hello is lost.
    thread::sleep(Duration::from_millis(4));
    socket
}

/// As a person with `nc -u` does it. Not everybody is answered at once when many come.
fn prove(at: SocketAddr) -> UdpSocket {
    let socket = connect(at);
    let mut buffer = [0; 2_048];
    let length = loop {
        socket.send(b"hello, I would like to come in, please\n").unwrap();
        if let Ok(length) = socket.recv(&mut buffer) {
            break length;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
    let line = text.lines().find(|line| line.starts_with("/prove ")).expect("a line to send back");
    socket.send(line.as_bytes()).unwrap();
    socket.recv(&mut buffer).expect("a welcome");
    socket
}

/// The first fields of a welcome were the same then: magic and kind, 8 bytes of the join, the token.
fn shake_hands_before(at: SocketAddr, index: usize) -> Member {
    let (socket, mut buffer) = (framed_member::ask_in(at, &format!("member-{index}"), ROOM), [0; 2_048]);
    loop {
        let length = socket.recv(&mut buffer).expect("a welcome");
        if length >= 20 && buffer[3] == b'w' {
            let token = u64::from_be_bytes(buffer[12..20].try_into().unwrap());
            return Member::FramedBefore(socket, MemberToken(token));
        }
    }
}

/// A member of the room, and what it asks the relay with.
pub(crate) fn framed(at: SocketAddr, index: usize) -> (UdpSocket, MemberToken) {
    framed_member::join(at, &format!("member-{index}"), ROOM)
}

fn subscribe(at: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(b"CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB room 1\r\nPING\r\n").unwrap();
    let mut lines = BufReader::new(&stream);
    let mut line = String::new();
    // The server says who it is, then answers.
    while line != "PONG\r\n" {
        line.clear();
        lines.read_line(&mut line).unwrap();
    }
    stream
}
