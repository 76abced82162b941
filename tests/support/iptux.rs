//! The real iptux on a screen of its own, driven by keys, clicks and D-Bus, and read by what it logs.
//!
//! Nothing tells when a dialog is ready for keys: there, and only there, short pauses stand for an answer. Everything
//! else is waited for.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::lan::Node;

/// What has to be installed.
const PROGRAMS: [&str; 10] =
    ["iptux", "Xvfb", "openbox", "xdotool", "xclip", "dbus-daemon", "gdbus", "setpriv", "nsenter", "tc"];
/// How long anything may take on the other program's side.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at something that nothing tells about.
const LOOK: Duration = Duration::from_millis(20);
/// What a window needs until it takes keys.
const SETTLE: Duration = Duration::from_millis(400);
const APPLICATION: &str = "io.github.iptux_src.iptux";
const OBJECT: &str = "/io/github/iptux_src/iptux";
/// The dialogs in which a file is chosen.
const CHOOSER: &str = "[Cc]hoose|[Ss]elect";
/// Of its log, when a test fails.
const LAST_ROWS: usize = 30;
/// In the conversation's window, whose size is in the settings.
const INPUT: (u32, u32) = (200, 540);
const SEND_BUTTON: (u32, u32) = (405, 621);
const ACCEPT_BUTTON: (u32, u32) = (704, 77);
/// In the window of the preferences.
const NICKNAME: (u32, u32) = (320, 70);
const OK_BUTTON: (u32, u32) = (289, 457);

/// A running iptux with its X server, window manager and bus. The first to be ended is iptux.
pub(crate) struct Iptux {
    program: Process,
    _around: Vec<Process>,
    node: Node,
    home: TempDir,
    environment: Vec<(&'static str, String)>,
}

/// A process that ends with this value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _status = self.0.wait();
    }
}

impl Drop for Iptux {
    /// A test that fails shows what iptux saw last.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let rows: Vec<&str> = log.lines().collect();
            let last = rows[rows.len().saturating_sub(LAST_ROWS)..].join("\n");
            let _closed =
                std::io::stderr().write_all(format!("the end of iptux's log:\n{last}\n").as_bytes());
        }
    }
}

impl Iptux {
    /// Why it cannot run here, in words; `None`: it can.
    pub(crate) fn obstacle() -> Option<String> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let missing = |program: &&str| !std::env::split_paths(&path).any(|at| at.join(program).exists());
        let missing: Vec<&str> = PROGRAMS.iter().copied().filter(|program| missing(program)).collect();
        (!missing.is_empty()).then(|| format!("not installed: {}", missing.join(", ")))
    }

    /// Starts it in this node and waits until it listens.
    pub(crate) fn start(node: Node, nick: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name).display().to_string();
        for folder in ["archive", "run", "config/iptux/log", "cache", "data"] {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        fs::write(home.path().join("config.json"), settings(nick, &at("archive"))).unwrap();
        let mut environment = vec![
            ("HOME", at("")),
            ("LANG", "C.UTF-8".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("XDG_RUNTIME_DIR", at("run")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_CACHE_HOME", at("cache")),
            ("XDG_DATA_HOME", at("data")),
            ("GSETTINGS_BACKEND", "memory".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("GTK_CSD", "0".to_owned()),
            ("GDK_BACKEND", "x11".to_owned()),
            ("GTK_USE_PORTAL", "0".to_owned()),
        ];
        let x_server = ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
        let (server, display) = announced(&node, "Xvfb", &x_server, &environment);
        environment.push(("DISPLAY", format!(":{display}")));
        let bus = format!("--address=unix:path={}", at("run/bus"));
        let words = ["--session", "--nofork", "--print-address=1", &bus];
        let (bus, address) = announced(&node, "dbus-daemon", &words, &environment);
        environment.push(("DBUS_SESSION_BUS_ADDRESS", address));
        let manager = quiet(&node, "openbox", &["--sm-disable"], &environment, &at("openbox.log"));
        let program = run(&node, &environment, home.path());
        let iptux = Self { program, _around: vec![manager, bus, server], node, home, environment };
        iptux.wait_listening();
        iptux
    }

    pub(crate) fn address(&self) -> &str {
        &self.node.address
    }

    // --- What it does. ---

    /// Leaves as a person does who quits.
    pub(crate) fn quit(&mut self) {
        self.act("quit", "[]");
        until("iptux to end", || self.program.0.try_wait().unwrap().map(drop));
    }

    pub(crate) fn kill(&mut self) {
        self.program.0.kill().unwrap();
        self.program.0.wait().unwrap();
    }

    /// Starts it again after its end.
    pub(crate) fn come_back(&mut self) {
        self.program = run(&self.node, &self.environment, self.home.path());
        self.wait_listening();
    }

    /// From now on it sends no more than so many megabits a second. Whether that can be done here.
    pub(crate) fn slow_down(&self, megabits: u32) -> bool {
        self.node.slow_down(megabits)
    }

    /// Opens the window of the conversation with this peer, and waits until it says this name.
    pub(crate) fn open(&self, address: &str, name: &str) -> String {
        let title = format!("{name}.*IP:{address}");
        until(&format!("a window {title:?}"), || {
            // It opens none for a peer that it has yet to hear of.
            self.act("open-chat", &format!("[<'{address}'>]"));
            self.windows(&title).pop()
        })
    }

    /// Writes to this peer, and waits until iptux has it in its own log.
    pub(crate) fn say(&self, address: &str, text: &str) {
        let window = self.focus(address);
        // Whatever else of the window had the focus last.
        self.click(&window, INPUT);
        self.write(text);
        pause();
        self.drive(&["key", "Return"]);
        self.wait_chat_log(text);
    }

    /// Offers files and folders to this peer, all in one message.
    pub(crate) fn offer(&self, address: &str, paths: &[&Path]) {
        let offers = self.offers_sent();
        for path in paths {
            self.focus(address);
            self.drive(&["key", if path.is_dir() { "ctrl+d" } else { "ctrl+s" }]);
            self.wait_window(CHOOSER);
            pause();
            // A slash opens the line for a path.
            self.drive(&["type", "/"]);
            pause();
            self.drive(&["key", "ctrl+a"]);
            self.write(path.to_str().unwrap());
            pause();
            // What was completed by itself.
            self.drive(&["key", "Delete"]);
            pause();
            self.press_until_gone("Return", CHOOSER);
        }
        let window = self.focus(address);
        pause();
        self.click(&window, SEND_BUTTON);
        until("the offer in iptux's log", || (self.offers_sent() > offers).then_some(()));
    }

    /// Accepts all that this peer has offered.
    pub(crate) fn accept(&self, address: &str) {
        let window = self.focus(address);
        pause();
        self.click_until_there(&window, ACCEPT_BUTTON, CHOOSER);
        pause();
        self.press_until_gone("alt+s", CHOOSER);
    }

    /// Takes another name, in the preferences.
    pub(crate) fn rename(&self, nick: &str) {
        self.act("preferences", "[]");
        let window = self.wait_window("^Preferences");
        self.drive(&["windowactivate", "--sync", &window]);
        pause();
        self.click(&window, NICKNAME);
        self.drive(&["key", "ctrl+a"]);
        self.write(nick);
        pause();
        self.click(&window, OK_BUTTON);
        self.wait_no_window("^Preferences");
    }

    // --- What it shows. ---

    /// Blocks until the text of a message it has shown or sent contains this.
    pub(crate) fn wait_chat_log(&self, text: &str) {
        until(&format!("{text:?} in iptux's chat log"), || self.chat_log().contains(text).then_some(()));
    }

    /// Every text it has shown or sent, with its sender.
    pub(crate) fn chat_log(&self) -> String {
        self.read("config/iptux/log/communicate.log")
    }

    /// What it received, whole.
    pub(crate) fn wait_received(&self, name: &str, content: &[u8]) {
        let path = self.home.path().join("archive").join(name);
        let whole = || fs::read(&path).is_ok_and(|found| found == content).then_some(());
        until(&format!("{name:?} received by iptux"), whole);
    }

    /// A file of its own, to be offered.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        super::ipmsg::write(&self.home.path().join("share"), name, content)
    }

    fn log(&self) -> String {
        self.read("iptux.log")
    }

    fn read(&self, name: &str) -> String {
        let bytes = fs::read(self.home.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How many datagrams with this text it has sent.
    pub(crate) fn sent(&self, text: &str) -> usize {
        let has = |packet: &&Vec<u8>| packet.windows(text.len()).any(|window| window == text.as_bytes());
        sent_packets(&self.log()).iter().filter(has).count()
    }

    /// Offers have no text, so its chat log knows nothing of them; the command is 0x200020.
    fn offers_sent(&self) -> usize {
        self.sent(":2097184:")
    }

    // --- The screen. ---

    fn wait_listening(&self) {
        let table = format!("/proc/{}/net/udp", self.node.pid());
        // 2425 in hex, then no peer.
        let listens = || fs::read_to_string(&table).is_ok_and(|rows| rows.contains(":0979 00000000:0000"));
        until("iptux to listen", || listens().then_some(()));
        let mut command = self.command("gdbus");
        let patience = PATIENCE.as_secs().to_string();
        let status =
            command.args(["wait", "--session", "--timeout", &patience, APPLICATION]).status().unwrap();
        assert!(status.success(), "iptux never came to its bus");
    }

    fn act(&self, action: &str, parameters: &str) {
        let mut command = self.command("gdbus");
        command.args(["call", "--session", "--timeout", "5", "--dest", APPLICATION]);
        command.args(["--object-path", OBJECT, "--method", "org.gtk.Actions.Activate"]);
        // The preferences only answer when they are closed again.
        let _late = command.args([action, parameters, "{}"]).output().unwrap();
    }

    /// The window of a conversation, on top and with the focus.
    fn focus(&self, address: &str) -> String {
        let window = self.open(address, "");
        self.drive(&["windowactivate", "--sync", &window]);
        pause();
        window
    }

    fn click(&self, window: &str, (x, y): (u32, u32)) {
        self.drive(&["mousemove", "--window", window, &x.to_string(), &y.to_string(), "click", "1"]);
    }

    /// Keys for what is ASCII; all else by the clipboard.
    fn write(&self, text: &str) {
        if text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
            self.drive(&["type", "--delay", "15", "--", text]);
            return;
        }
        let clip = self.home.path().join("clip");
        fs::write(&clip, text).unwrap();
        let mut command = self.command("xclip");
        command.args(["-quiet", "-selection", "clipboard"]).arg(&clip);
        let _holder = Process(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        pause();
        self.drive(&["key", "ctrl+v"]);
        pause();
    }

    fn press_until_gone(&self, key: &str, title: &str) {
        // The first may only close a list of completions.
        until(&format!("the window {title:?} to close"), || {
            self.drive(&["key", key]);
            pause();
            self.windows(title).is_empty().then_some(())
        });
    }

    fn click_until_there(&self, window: &str, place: (u32, u32), title: &str) {
        // A window that is still being laid out has its buttons elsewhere.
        until(&format!("a window {title:?}"), || {
            self.click(window, place);
            pause();
            self.windows(title).pop()
        });
    }

    fn wait_window(&self, title: &str) -> String {
        until(&format!("a window {title:?}"), || self.windows(title).pop())
    }

    fn wait_no_window(&self, title: &str) {
        until(&format!("no window {title:?}"), || self.windows(title).is_empty().then_some(()));
    }

    fn windows(&self, title: &str) -> Vec<String> {
        let mut command = self.command("xdotool");
        let output = command.args(["search", "--onlyvisible", "--name", title]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }

    fn drive(&self, words: &[&str]) {
        let output = self.command("xdotool").args(words).output().unwrap();
        assert!(output.status.success(), "xdotool {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn command(&self, program: &str) -> Command {
        prepared(&self.node, program, &self.environment)
    }
}

/// What its log says that it sent: each datagram as a line about it, then its bytes in hex, sixteen a row.
fn sent_packets(log: &str) -> Vec<Vec<u8>> {
    let mut packets: Vec<Vec<u8>> = Vec::new();
    let mut inside = false;
    for line in log.lines() {
        if line.contains(":send udp message to ") {
            inside = true;
            packets.push(Vec::new());
        } else if let (true, Some((row, _))) = (inside, line.split_once('|')) {
            let bytes = row.split_whitespace().skip(1).filter_map(|byte| u8::from_str_radix(byte, 16).ok());
            packets.last_mut().unwrap().extend(bytes);
        } else {
            inside = false;
        }
    }
    packets
}

fn prepared(node: &Node, program: &str, environment: &[(&'static str, String)]) -> Command {
    let mut command = node.command(program);
    command.envs(environment.iter().map(|(key, value)| (key, value.as_str())));
    command.env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY").stdin(Stdio::null());
    command
}

/// A program that prints one line as soon as it is ready, and that line.
fn announced(
    node: &Node,
    program: &str,
    words: &[&str],
    environment: &[(&'static str, String)],
) -> (Process, String) {
    let mut command = prepared(node, program, environment);
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut output: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(!line.trim().is_empty(), "{program} did not start");
    (Process(child), line.trim().to_owned())
}

/// A program whose output goes to a file.
fn quiet(
    node: &Node,
    program: &str,
    words: &[impl AsRef<OsStr>],
    environment: &[(&'static str, String)],
    log: &str,
) -> Process {
    let log = fs::File::options().create(true).append(true).open(log).unwrap();
    let mut command = prepared(node, program, environment);
    command.args(words).stdout(log.try_clone().unwrap()).stderr(log);
    Process(command.spawn().unwrap())
}

fn run(node: &Node, environment: &[(&'static str, String)], home: &Path) -> Process {
    let settings = format!("--config={}", home.join("config.json").display());
    let log = home.join("iptux.log").display().to_string();
    quiet(node, "iptux", &[settings.as_str(), "--log=DEBUG"], environment, &log)
}

/// Windows of a known size, and a log of every packet.
fn settings(nick: &str, archive: &str) -> String {
    serde_json::json!({
        "version": 1, "nick_name": nick, "belong_group": "lab", "my_icon": "icon-tux.png",
        "archive_path": archive, "personal_sign": "", "candidacy_encode": "gb18030,utf-16",
        "preference_encode": "utf-8", "pal_icon": "icon-qq.png", "panel_font": "Sans Serif 10",
        "open_chat": true, "hide_startup": false, "open_transmission": false, "use_enter_key": true,
        "record_log": true, "log_level": "DEBUG", "shared_file_list": [],
        "peer_window_width": 900, "peer_window_height": 640, "peer_main_paned_divide": 450,
        "peer_historyinput_paned_divide": 420, "peer_infoenclosure_paned_divide": 200,
        "peer_enclosure_paned_divide": 260, "peer_file_recieve_paned_divide": 130,
        "send_message_retry_in_us": 1_000_000, "bind_ip": "0.0.0.0"
    })
    .to_string()
}

#[expect(clippy::disallowed_methods, reason = "another program's screen does not tell when it takes keys")]
fn pause() {
    std::thread::sleep(SETTLE);
}

/// Looks again and again until there is something, or patience ends.
#[expect(
    clippy::disallowed_methods,
    reason = "another program's files and windows do not tell of their changes"
)]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::sent_packets;

    #[test]
    fn the_packets_in_a_log_are_read() {
        let log = "[x]:commandSendTo:send udp message to 10.0.0.1:2425, size 18\n\
                   00000000  31 5f 69 70 74 75 78 20  30 2e 38 2e 33 3a 37 3a  |1_iptux 0.8.3:7:|\n\
                   00000010  68 00                                             |h.|\n00000012\n\n\
                   [x]:received udp message, size 3\n00000000  41 42 43  |ABC|\n";
        assert_eq!(sent_packets(log), [b"1_iptux 0.8.3:7:h\0".to_vec()]);
    }
}
