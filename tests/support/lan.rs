//! A small network that nothing leads out of: nodes in network namespaces, joined by a bridge in one more.
//!
//! The namespaces have no names: they are held by processes that end with the test, whatever ends it.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::thread;

use nix::sched::{CloneFlags, setns};

/// The addresses are 10.77.0.1, .2, …
const PREFIX: &str = "10.77.0";

/// One namespace, as long as the process in it lives.
pub(crate) struct Node {
    holder: Child,
    pub(crate) address: String,
}

/// The bridge and all that is joined to it.
pub(crate) struct Lan {
    switch: Node,
    prefix: &'static str,
    nodes: u8,
}

impl Lan {
    /// Why there can be none here, in words; `None`: there can.
    pub(crate) fn obstacle() -> Option<String> {
        if !nix::unistd::geteuid().is_root() {
            return Some("network namespaces need root".to_owned());
        }
        let tried =
            Command::new("unshare").args(["--net", "--uts", "ip", "link", "set", "lo", "up"]).output();
        match tried {
            Ok(output) if output.status.success() => None,
            Ok(output) => Some(format!(
                "no network namespace can be made: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            )),
            Err(error) => Some(format!("unshare or ip is missing: {error}")),
        }
    }

    pub(crate) fn new() -> Self {
        Self::with_prefix(PREFIX)
    }

    /// With addresses that begin so.
    pub(crate) fn with_prefix(prefix: &'static str) -> Self {
        let switch = Node::hold("switch", String::new());
        switch.ip("link add br0 type bridge forward_delay 0");
        switch.ip("link set br0 up");
        Self { switch, prefix, nodes: 0 }
    }

    /// One more node, which has this host name.
    pub(crate) fn node(&mut self, host: &str) -> Node {
        let node = Node::hold(host, format!("{}.{}", self.prefix, self.nodes + 1));
        node.ip("link set lo up");
        self.join(&node, "eth0");
        // Without it nothing can be sent to 255.255.255.255.
        node.ip("route add default dev eth0");
        node
    }

    /// Gives a node a card in this network, and says what address it has here.
    pub(crate) fn join(&mut self, node: &Node, card: &str) -> String {
        self.nodes += 1;
        let (prefix, number, pid) = (self.prefix, self.nodes, node.pid());
        self.switch.ip(&format!("link add port{number} type veth peer name {card} netns {pid}"));
        self.switch.ip(&format!("link set port{number} master br0 up"));
        node.ip(&format!("addr add {prefix}.{number}/24 broadcast {prefix}.255 dev {card}"));
        node.ip(&format!("link set {card} up"));
        format!("{prefix}.{number}")
    }

    /// From now on nothing goes to the node with that address or comes from there, and its card does not notice.
    pub(crate) fn cut(&self, address: &str) {
        self.switch.ip(&format!("link set {} nomaster", self.port(address)));
    }

    pub(crate) fn heal(&self, address: &str) {
        self.switch.ip(&format!("link set {} master br0", self.port(address)));
    }

    fn port(&self, address: &str) -> String {
        format!("port{}", address.strip_prefix(self.prefix).unwrap().trim_start_matches('.'))
    }
}

impl Node {
    fn hold(host: &str, address: String) -> Self {
        // `cat` ends as soon as nobody holds the other end of its input.
        let mut holder = Command::new("unshare")
            .args(["--net", "--uts", "sh", "-c", "hostname \"$0\" && echo && exec cat", host])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0];
        std::io::Read::read_exact(holder.stdout.as_mut().unwrap(), &mut ready).unwrap();
        Self { holder, address }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.holder.id()
    }

    /// The arguments before a command that make it run in this node, and end with whoever started it.
    pub(crate) fn enter(&self) -> Vec<String> {
        let pid = self.pid().to_string();
        ["setpriv", "--pdeathsig", "KILL", "nsenter", "--target", &pid, "--net", "--uts", "--"]
            .map(str::to_owned)
            .to_vec()
    }

    /// A command in this node, not started yet.
    pub(crate) fn command(&self, program: &str) -> Command {
        let words = self.enter();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg(program);
        command
    }

    /// Sockets that are made there are of this node, and stay so wherever they are used.
    pub(crate) fn inside<T: Send>(&self, make: impl FnOnce() -> T + Send) -> T {
        let enters = || {
            self.enter_thread();
            make()
        };
        thread::scope(|scope| scope.spawn(enters).join().unwrap())
    }

    /// From now on the sockets of this thread are of this node.
    pub(crate) fn enter_thread(&self) {
        let namespace = File::open(format!("/proc/{}/ns/net", self.pid())).unwrap();
        setns(namespace, CloneFlags::CLONE_NEWNET).unwrap();
    }

    /// Lets the node send no more than so many megabits a second. Whether that can be done here.
    pub(crate) fn slow_down(&self, megabits: u32) -> bool {
        let words = format!("qdisc add dev eth0 root tbf rate {megabits}mbit burst 64kbit latency 200ms");
        let status = self.command("tc").args(words.split(' ')).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    pub(crate) fn ip(&self, words: &str) {
        let output = self.command("ip").args(words.split(' ')).output().unwrap();
        assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ended_already = self.holder.kill();
        let _status = self.holder.wait();
    }
}
