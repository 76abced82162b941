//! The servers that are compared, each a process of its own on the first core.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::ports::free_port;

/// The first argument of this program when it is the plain loop.
pub(crate) const SERVE: &str = "--serve-naively";

/// The ten lines everybody writes.
const PYTHON: &str = "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', int(sys.argv[1])))
members = set()
while True:
    data, who = s.recvfrom(65536)
    members.add(who)
    text = b'guest: ' + data
    for member in members:
        if member != who: s.sendto(text, member)
";

/// Where that other program is.
pub(crate) const BEFORE: &str = "UDPQQ_BEFORE";

/// Longer than any of them takes to be there.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rival {
    /// Another program of ours: an earlier one.
    PlainBefore,
    FramedBefore,
    /// A loop of `send_to` on tokio.
    Naive,
    Python,
    Nats,
    OursPlain,
    OursFramed,
    /// With a log on the disk.
    OursKept,
    /// With a log in memory: the same without the disk.
    OursKeptInMemory,
}

impl Rival {
    pub(crate) const ALL: [Self; 5] =
        [Self::Naive, Self::Python, Self::Nats, Self::OursPlain, Self::OursFramed];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PlainBefore => "before, plain",
            Self::FramedBefore => "before, framed",
            Self::Naive => "tokio loop",
            Self::Python => "python",
            Self::Nats => "nats",
            Self::OursPlain => "udpqq plain",
            Self::OursFramed => "udpqq framed",
            Self::OursKept => "udpqq --history",
            Self::OursKeptInMemory => "udpqq --history on tmpfs",
        }
    }

    /// A folder for the log, where there is one.
    fn folder(self) -> Option<TempDir> {
        match self {
            Self::OursKept => Some(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()),
            Self::OursKeptInMemory => Some(tempfile::tempdir_in("/dev/shm").unwrap()),
            Self::PlainBefore
            | Self::FramedBefore
            | Self::Naive
            | Self::Python
            | Self::Nats
            | Self::OursPlain
            | Self::OursFramed => None,
        }
    }

    fn command(self, port: u16, folder: Option<&Path>) -> Command {
        let with = |program: &str, args: &[&str]| {
            let mut command = Command::new(program);
            command.args(args);
            command
        };
        let text = port.to_string();
        let address = format!("127.0.0.1:{port}");
        match self {
            Self::Naive => with(std::env::current_exe().unwrap().to_str().unwrap(), &[SERVE, &text]),
            Self::Python => with("python3", &["-c", PYTHON, &text]),
            Self::Nats => with("nats-server", &["-a", "127.0.0.1", "-p", &text, "-l", "/dev/null"]),
            Self::PlainBefore | Self::FramedBefore => ours(&std::env::var(BEFORE).expect(BEFORE), &address),
            Self::OursPlain | Self::OursFramed | Self::OursKept | Self::OursKeptInMemory => {
                let mut command = ours(env!("CARGO_BIN_EXE_udpqq"), &address);
                if let Some(folder) = folder {
                    command.args(["--history", "--keep", "all", "--keep-messages", "all"]);
                    command.args(["--keep-bytes", "all", "--profile"]).arg(folder);
                }
                command
            }
        }
    }
}

/// A relay of ours that keeps nobody back.
pub(crate) fn ours(program: &str, address: &str) -> Command {
    let many = "4000000000";
    let limits = ["--rate", many, "--bytes", many, "--bandwidth", "400000000000", "--silence", "3600"];
    let mut command = Command::new(program);
    command.args(["--interface", "lo", "relay", address]).args(limits);
    command
}

/// A server while it runs.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: Option<TempDir>,
}

impl Server {
    /// `None`: it is not installed here.
    pub(crate) fn start(rival: Rival) -> Option<Self> {
        Self::start_in(rival, rival.folder())
    }

    /// The same with what lies in that folder.
    pub(crate) fn start_in(rival: Rival, folder: Option<TempDir>) -> Option<Self> {
        let port = free_port();
        let mut command = rival.command(port, folder.as_ref().map(TempDir::path));
        match rival {
            Rival::PlainBefore
            | Rival::FramedBefore
            | Rival::OursPlain
            | Rival::OursFramed
            | Rival::OursKept
            | Rival::OursKeptInMemory => return Self::start_ours(command, port, folder),
            Rival::Naive | Rival::Python | Rival::Nats => {}
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().ok()?;
        on_first_core(child.id());
        if rival == Rival::Nats {
            wait(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        } else {
            wait(|| UdpSocket::bind(("127.0.0.1", port)).is_err());
        }
        Some(Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), _folder: folder })
    }

    /// An earlier program or ours, in whose environment there is more.
    pub(crate) fn start_in_environment(rival: Rival, environment: &[(&str, &Path)]) -> Option<Self> {
        let port = free_port();
        let mut command = rival.command(port, None);
        command.envs(environment.iter().copied());
        Self::start_ours(command, port, None)
    }

    /// A relay of ours that is all the first core does.
    pub(crate) fn start_alone(command: Command, port: u16) -> Option<Self> {
        Self::start_ours(command, port, None)
    }

    fn start_ours(command: Command, port: u16, folder: Option<TempDir>) -> Option<Self> {
        let server = Self::start_anywhere(command, port, folder)?;
        on_first_core(server.pid());
        Some(server)
    }

    /// A relay of ours on whatever core there is.
    pub(crate) fn start_anywhere(mut command: Command, port: u16, folder: Option<TempDir>) -> Option<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().ok()?;
        // It says where it listens.
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let is_there = |line: std::io::Result<String>| line.unwrap().contains("listening on");
        assert!(lines.any(is_there), "a relay did not start");
        thread::spawn(move || lines.for_each(drop));
        Some(Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), _folder: folder })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGKILL).unwrap();
        self.child.wait().unwrap();
    }
}

fn wait(mut is_there: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_there() {
        assert!(Instant::now() < until, "a server did not start");
        thread::sleep(Duration::from_millis(10));
    }
}

fn on_first_core(pid: u32) {
    let mut set = nix::sched::CpuSet::new();
    set.set(0).unwrap();
    nix::sched::sched_setaffinity(Pid::from_raw(pid.cast_signed()), &set).unwrap();
}

/// Time on a core that all threads of a process have had.
pub(crate) fn cpu(pid: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let spent = |path: std::path::PathBuf| {
        let line = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        line.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0_u64)
    };
    Duration::from_nanos(tasks.map(|task| spent(task.unwrap().path())).sum())
}

/// In KiB.
pub(crate) fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The plain loop: what one writes first.
pub(crate) fn serve_naively() {
    let port: u16 = std::env::args().nth(2).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let socket = tokio::net::UdpSocket::bind(("127.0.0.1", port)).await.unwrap();
        let mut members = BTreeSet::new();
        let mut buffer = vec![0; 65_536];
        loop {
            let (length, who) = socket.recv_from(&mut buffer).await.unwrap();
            members.insert(who);
            let text = [b"guest: ", &buffer[..length]].concat();
            for member in members.iter().filter(|member| **member != who) {
                let _refused = socket.send_to(&text, member).await;
            }
        }
    });
}
