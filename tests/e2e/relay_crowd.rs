//! A relay with a thousand members: nothing is lost, and it stays a small program.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Once, mpsc};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::relay_rooms::relay;
use crate::support::PATIENCE;
use crate::support::faults::skipped;

const MEMBERS: usize = 1_000;
const MESSAGES: usize = 100;
/// Ten messages a second.
const PACE: Duration = Duration::from_millis(100);
/// Files beside the sockets: what the other tests of this process have open.
const MARGIN: u64 = 1_000;
/// How long an answer that a busy relay leaves out is waited for.
const SOON: Duration = Duration::from_millis(2);
const BASE_KIB: usize = 64 * 1_024;
const KIB_PER_MEMBER: usize = 64;

#[expect(clippy::disallowed_methods, reason = "delays are measured, and messages come at a pace")]
fn now() -> Instant {
    Instant::now()
}

static TOO_FEW: Once = Once::new();

/// Whether so many sockets can be had.
fn sockets_are_allowed() -> bool {
    let wanted = u64::try_from(MEMBERS).unwrap() + MARGIN;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let allowed = soft >= wanted || setrlimit(Resource::RLIMIT_NOFILE, wanted.min(hard), hard).is_ok();
    if !allowed || hard < wanted {
        skipped(&TOO_FEW, "a process may not have so many sockets (ulimit -Hn)");
    }
    allowed && hard >= wanted
}

struct Member(UdpSocket);

impl Member {
    fn new(relay: SocketAddr) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.connect(relay).unwrap();
        Self(socket)
    }

    fn says(&self, text: &str) {
        assert_eq!(self.0.send(text.as_bytes()).unwrap(), text.len());
    }

    /// `None`: nothing came in this time.
    fn hears(&self, patience: Duration) -> Option<String> {
        let mut buffer = [0; 2_048];
        self.0.set_read_timeout(Some(patience)).unwrap();
        match self.0.recv(&mut buffer) {
            Ok(length) => Some(String::from_utf8_lossy(&buffer[..length]).into_owned()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
            Err(error) => panic!("{error}"),
        }
    }

    fn hears_nothing_more(&self) {
        self.0.set_nonblocking(true).unwrap();
        let mut buffer = [0; 2_048];
        let came = self.0.recv(&mut buffer);
        assert!(came.is_err(), "{}", String::from_utf8_lossy(&buffer));
    }
}

/// All of them ask, and go on asking until they are let in: so many at once have to wait for their answers.
fn come_in(members: &[Member]) {
    let mut outside: Vec<&Member> = members.iter().collect();
    let begin = now();
    while !outside.is_empty() {
        assert!(begin.elapsed() < PATIENCE, "{} were not let in", outside.len());
        for member in &outside {
            member.says("hello, is there a relay?");
        }
        outside.retain(|member| {
            let challenge = member.hears(SOON);
            let proof =
                challenge.as_ref().and_then(|text| text.lines().find(|line| line.starts_with("/prove ")));
            if let Some(proof) = proof {
                member.says(proof);
            }
            proof.is_none()
        });
    }
    for member in members {
        // One that asked twice may have been answered twice.
        while !member.hears(PATIENCE).expect("a welcome").contains("You are") {}
    }
}

/// The most memory that a process has had, in KiB.
fn peak(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_thousand_members_lose_nothing_and_the_relay_stays_small() {
    if !sockets_are_allowed() {
        return;
    }
    let (relay, port) = relay(&[]);
    let at = (Ipv4Addr::LOCALHOST, port).into();
    let members: Vec<Member> = (0..MEMBERS).map(|_| Member::new(at)).collect();
    come_in(&members);
    let mut delays = Vec::new();
    let (_nobody, pause) = mpsc::sync_channel::<()>(1);
    let mut due = now();
    for number in 0..MESSAGES {
        let _over = pause.recv_timeout(due.saturating_duration_since(now()));
        due += PACE;
        let speaker = number * 7 % MEMBERS;
        let sent = now();
        members[speaker].says(&format!("message {number}"));
        let others = members.iter().enumerate().filter(|(index, _)| *index != speaker);
        for (index, member) in others {
            let text = member.hears(PATIENCE).unwrap_or_else(|| panic!("{index} lost message {number}"));
            assert!(text.ends_with(&format!(": message {number}")), "{index}: {text} instead of {number}");
            delays.push(sent.elapsed());
        }
    }
    for member in &members {
        member.hears_nothing_more();
    }
    delays.sort_unstable();
    let (median, p99) = (delays[delays.len() / 2], delays[delays.len() * 99 / 100]);
    let memory = peak(relay.pid());
    let line = format!(
        "relay: {MEMBERS} members, {} deliveries, delay {median:?} median, {p99:?} p99, {memory} KiB\n",
        delays.len()
    );
    // Past the test harness, which keeps what a passing test prints to itself.
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    assert_eq!(delays.len(), MESSAGES * (MEMBERS - 1));
    assert!(memory <= BASE_KIB + KIB_PER_MEMBER * MEMBERS, "{memory} KiB");
}
