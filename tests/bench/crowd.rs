//! `cargo bench --bench relays -- crowd`: one room with ten thousand members, each of them the program's own state machine with a
//! socket of its own. All come at once, one speaks, nobody speaks, the relay is ended and started again.
//!
//! Beside it what the machine can do at best: a loop that sends as many datagrams to sockets that nobody has to
//! think about. The relay has one core, all members together the other.

use std::collections::BTreeSet;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use udpqq::dialects::{DIALECTS, Setup, parse_address, relay};
use udpqq::model::traffic::{ConnectionState, LocalIdentity};
use udpqq::model::{ConversationId, LinkId, MessageId, NetCommand, NetEvent, Now, PeerCommand, WallTime};
use udpqq::wire::{Engine, Input, Output};

use crate::ports::free_port;
use crate::rivals::{Server, cpu, ours, resident};

const MEMBERS: usize = 10_000;
const ROOM: ConversationId = ConversationId(1);
/// Nobody waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(90);
const MESSAGES: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);
const QUIET: Duration = Duration::from_secs(20);

/// How many: another number than ten thousand, where that is asked for.
pub(crate) fn run(wanted: Option<usize>) {
    let members = wanted.unwrap_or(MEMBERS);
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
    let bare = bare_loop(members);
    println!("{members} datagrams by a bare loop, all read: {}", millis(bare));
    let port = free_port();
    let server = start(port, members);
    let pid = server.pid();
    let mut crowd = Crowd::follow(&format!("127.0.0.1:{port}"), members);
    come(&mut crowd, pid);
    talk(&mut crowd, pid, bare);
    be_quiet(&mut crowd, pid);
    drop(server);
    crowd.run_until(PATIENCE, |crowd| crowd.up == 0);
    let server = start(port, members);
    come(&mut crowd, server.pid());
    crowd.say(MESSAGES);
    crowd.run_until(PATIENCE, |crowd| crowd.heard.len() == members - 1);
    println!("and all hear what is said at the relay that was started again");
}

fn start(port: u16, members: usize) -> Server {
    let mut command = ours(env!("CARGO_BIN_EXE_udpqq"), &format!("127.0.0.1:{port}"));
    command.args(["--members", &(members + 1).to_string()]);
    Server::start_alone(command, port).unwrap()
}

/// What it costs that they come in.
fn come(crowd: &mut Crowd, pid: u32) {
    let (start, empty) = (Instant::now(), resident(pid));
    crowd.run_until(PATIENCE, Crowd::is_whole);
    println!("all are in after {}, {} of the relay's core", millis(start.elapsed()), millis(cpu(pid)));
    crowd.run_until(Duration::from_secs(3), |_| false);
    let (full, count) = (resident(pid), crowd.members.len());
    let each = (full - empty) as f64 / count as f64;
    println!("resident: {} MiB, {each:.2} KiB for each member", full / 1024);
}

/// One speaks.
fn talk(crowd: &mut Crowd, pid: u32, bare: Duration) {
    let (mut delays, received, spent) = (Vec::new(), crowd.received, cpu(pid));
    for number in 0..MESSAGES {
        let said = Instant::now();
        crowd.say(number);
        crowd.run_until(PAUSE, |_| false);
        delays.extend(crowd.heard.drain(..).map(|at| at.saturating_duration_since(said)));
    }
    crowd.run_until(Duration::from_secs(1), |_| false);
    let others = crowd.members.len() - 1;
    assert_eq!(delays.len(), MESSAGES * others, "everybody hears everything");
    delays.sort_unstable();
    let share = |hundredths: usize| delays[(delays.len() - 1) * hundredths / 100];
    let rate = 1.0 / PAUSE.as_secs_f64();
    println!(
        "{rate} messages a second: {} median, {} p99, {} last; the last is {:.1}x the bare loop",
        millis(share(50)),
        millis(share(99)),
        millis(share(100)),
        share(100).as_secs_f64() / bare.as_secs_f64()
    );
    let each = (crowd.received - received) as f64 / (others * MESSAGES) as f64;
    let busy = millis(cpu(pid).saturating_sub(spent) / u32::try_from(MESSAGES).unwrap());
    println!("each message: {each:.2} datagrams to each member, {busy} of the relay's core");
}

/// Nobody speaks.
fn be_quiet(crowd: &mut Crowd, pid: u32) {
    let (asked, spent) = (crowd.sent, cpu(pid));
    crowd.run_until(QUIET, |_| false);
    let each = (crowd.sent - asked) as f64 / crowd.members.len() as f64 / QUIET.as_secs_f64();
    let busy = cpu(pid).saturating_sub(spent).as_secs_f64() / QUIET.as_secs_f64();
    println!("nobody speaks: each asks {each:.2} times a second; {:.1} % of the relay's core", busy * 100.0);
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// How long one loop of `send_to` takes to as many sockets, with all of it read at once.
fn bare_loop(members: usize) -> Duration {
    let sockets: Vec<UdpSocket> = (0..members).map(|_| nonblocking()).collect();
    let epoll = Epoll::new(EpollCreateFlags::empty()).unwrap();
    for (index, socket) in sockets.iter().enumerate() {
        epoll.add(socket, EpollEvent::new(EpollFlags::EPOLLIN, index as u64)).unwrap();
    }
    let to: Vec<SocketAddr> = sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
    let start = Instant::now();
    let sender = thread::spawn(move || {
        crate::noise::pin(0);
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for to in to {
            socket.send_to(&[b'x'; 64], to).unwrap();
        }
    });
    let (mut events, mut buffer, mut read) = (vec![EpollEvent::empty(); 1_024], [0; 2_048], 0);
    while read < members {
        let ready = epoll.wait(&mut events, EpollTimeout::try_from(PATIENCE).unwrap()).unwrap();
        for event in &events[..ready] {
            read += usize::from(sockets[number(event)].recv(&mut buffer).is_ok());
        }
    }
    sender.join().unwrap();
    start.elapsed()
}

/// Whose socket has something.
fn number(event: &EpollEvent) -> usize {
    usize::try_from(event.data()).unwrap()
}

fn nonblocking() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

struct CrowdMember {
    engine: Box<dyn Engine>,
    socket: Option<(LinkId, UdpSocket)>,
    wake: Option<Instant>,
    is_up: bool,
}

struct Crowd {
    members: Vec<CrowdMember>,
    epoll: Epoll,
    /// When each wants to be woken.
    wakes: BTreeSet<(Instant, usize)>,
    up: usize,
    /// When each message was heard by somebody.
    heard: Vec<Instant>,
    sent: u64,
    received: u64,
    buffer: Vec<u8>,
}

impl Crowd {
    /// All of them, on their way into one room.
    fn follow(at: &str, members: usize) -> Self {
        let mut crowd = Self {
            members: Vec::new(),
            epoll: Epoll::new(EpollCreateFlags::empty()).unwrap(),
            wakes: BTreeSet::new(),
            up: 0,
            heard: Vec::new(),
            sent: 0,
            received: 0,
            buffer: vec![0; 65_536],
        };
        let address = parse_address(DIALECTS, &format!("relay://{at}/crowd")).unwrap();
        for number in 0..members {
            let setup = Setup { seed: number as u64 + 1, ..Setup::default() };
            let engine = (relay::DIALECT.engine)(&setup);
            crowd.members.push(CrowdMember { engine, socket: None, wake: None, is_up: false });
            let name = format!("member-{number}");
            let own = LocalIdentity { name, visible: true.into(), ..LocalIdentity::default() };
            crowd.feed(number, Input::Command(NetCommand::Introduce(own)));
            let follow = PeerCommand::Follow { address: address.clone(), rank: 0, session: None };
            crowd.feed(number, Input::Command(NetCommand::Peer(ROOM, follow)));
        }
        crowd
    }

    fn is_whole(&self) -> bool {
        self.up == self.members.len()
    }

    fn say(&mut self, number: usize) {
        let message = MessageId(number as u64 + 1);
        self.feed(0, Input::Command(NetCommand::plain(ROOM, message, format!("message {number:>51}"))));
    }

    /// Lets them do what they do, for so long or until that is true.
    fn run_until(&mut self, limit: Duration, is_done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + limit;
        let mut events = vec![EpollEvent::empty(); 1_024];
        while !is_done(self) {
            let now = Instant::now();
            if now >= end {
                assert!(limit < PATIENCE, "{} of {} are in", self.up, self.members.len());
                return;
            }
            while let Some((_, who)) = self.wakes.first().copied().filter(|(at, _)| *at <= now) {
                self.feed(who, Input::Tick);
            }
            let next = self.wakes.first().map_or(end, |(at, _)| end.min(*at));
            let rest = EpollTimeout::try_from(next.saturating_duration_since(now).as_millis()).unwrap();
            let ready = self.epoll.wait(&mut events, rest).unwrap();
            for event in &events[..ready] {
                self.read(number(event));
            }
        }
    }

    fn read(&mut self, who: usize) {
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Some((link, socket)) = &self.members[who].socket {
            let (link, came) = (*link, socket.recv_from(&mut buffer));
            let Ok((length, from)) = came else { break };
            self.received += 1;
            self.feed(who, Input::Datagram { link, from, to: None, bytes: &buffer[..length] });
        }
        self.buffer = buffer;
    }

    /// One input of a member, and all that comes of it.
    fn feed(&mut self, who: usize, input: Input<'_>) {
        let now = Now { mono: Instant::now(), wall: WallTime(0) };
        self.members[who].engine.handle(now, input);
        let (outputs, wake) = self.poll(who, now);
        // What it does when a socket is open comes after this.
        let before = std::mem::replace(&mut self.members[who].wake, wake);
        before.map(|before| self.wakes.remove(&(before, who)));
        wake.map(|wake| self.wakes.insert((wake, who)));
        for output in outputs {
            self.act(who, output);
        }
    }

    /// All that one of them wants done, and when it wants to be woken.
    fn poll(&mut self, who: usize, now: Now) -> (Vec<Output>, Option<Instant>) {
        let mut outputs = Vec::new();
        loop {
            let output = self.members[who].engine.poll(now);
            if let Output::Wait(wake) = output {
                return (outputs, wake);
            }
            outputs.push(output);
        }
    }

    fn act(&mut self, who: usize, output: Output) {
        if let Output::Open { link, .. } = output {
            let socket = nonblocking();
            let address = socket.local_addr().unwrap();
            self.epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, who as u64)).unwrap();
            self.members[who].socket = Some((link, socket));
            self.feed(who, Input::LinkUp { link, address, only: None });
        } else if let Output::Close { .. } = output {
            self.members[who].socket = None;
        } else if let Output::Datagram { to, bytes, .. } = output {
            self.sent += 1;
            let (_, socket) = self.members[who].socket.as_ref().expect("a socket");
            let _full = socket.send_to(&bytes, to);
        } else if let Output::Event(NetEvent::Received(_)) = output {
            self.heard.push(Instant::now());
        } else if let Output::Event(NetEvent::Connection { connection, .. }) = output {
            let is_up = connection == ConnectionState::Up;
            let was_up = std::mem::replace(&mut self.members[who].is_up, is_up);
            self.up = self.up + usize::from(is_up) - usize::from(was_up);
        }
    }
}
