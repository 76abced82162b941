//! In real terminals, which count cells each in their own way: tmux, GNU screen, xterm.
//!
//! Each is skipped, in plain words, where the program is missing.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tempfile::TempDir;

use crate::support::PATIENCE;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::pty::Terminal;
use crate::support::screen;
use crate::support::socket::Socket;

const SIZE: (u16, u16) = (100, 30);
/// What stood on the screen before, everywhere.
const OLD: &str = "##########";
/// Narrow characters that become emoji by a selector, keycaps, a lone regional indicator, a family, a hexagram.
const DISPUTED: &str = "|❤️|✔️|1️⃣|🇦|👨‍👩‍👧|䷀|end";
/// Without what a terminal around GNU screen counts in another way than screen does: that is between the two.
const DISPUTED_IN_SCREEN: &str = "|❤️|✔️|1️⃣|䷀|end";

/// Messages of it, more than fit on the screen.
const MANY: usize = 28;

/// A messenger, and two contacts, one with a name that terminals do not agree on.
struct Scene {
    profile: Profile,
    mum: Socket,
    other: Socket,
    port: u16,
    message: &'static str,
    folder: TempDir,
}

impl Scene {
    fn new(message: &'static str) -> Self {
        let (mum, other, port) = (Socket::bind(), Socket::bind(), free_port());
        let profile = Profile::new().listening_at(&format!("127.0.0.1:{port}"));
        let [first, second] = [&mum, &other].map(Socket::address);
        let contacts = format!("[contacts]\n\"❤️ mum\" = \"{first}\"\n\"wz 🇦 done\" = \"{second}\"\n");
        profile.write("contacts.toml", &contacts);
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Self { profile, mum, other, port, message, folder }
    }

    /// udpqq and its arguments.
    fn command(&self) -> Vec<String> {
        let program = env!("CARGO_BIN_EXE_udpqq").to_owned();
        std::iter::once(program).chain(self.profile.args_and(&["❤️ mum"])).collect()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What is said step by step; `wait` waits for the screen to satisfy something, and gives it.
    fn play(&self, mut wait: impl FnMut(&str, &dyn Fn(&[String]) -> bool) -> Vec<String>) {
        wait("the names", &|rows| shows(rows, "mum") > 1 && shows(rows, "done") == 1);
        for _ in 0..MANY {
            self.mum.send(OLD.as_bytes(), self.port);
        }
        wait("a full screen", &|rows| shows(rows, OLD) + 6 > usize::from(SIZE.1));
        self.mum.send(self.message.as_bytes(), self.port);
        self.assert_nothing_foreign(&wait("the message", &|rows| shows(rows, "|end") == 1));
        // Now the names change their places, and the message its row.
        self.other.send(b"to the top", self.port);
        let there = |rows: &[String]| rows.iter().position(|row| row.contains("done") && row.contains('1'));
        self.assert_nothing_foreign(&wait("another order", &|rows| there(rows).is_some_and(|row| row < 4)));
        self.mum.send(b"fence", self.port);
        self.assert_nothing_foreign(&wait("the last message", &|rows| shows(rows, "fence") == 1));
    }

    /// No row of the message holds what its sender did not write, and no name what it has not.
    fn assert_nothing_foreign(&self, rows: &[String]) {
        let row = rows.iter().find(|row| row.contains("|end")).unwrap();
        let from = row.find("|❤").unwrap_or_else(|| panic!("{row}"));
        let shown = &row[from..];
        let foreign: Vec<char> = shown.chars().filter(|c| *c != ' ' && !self.message.contains(*c)).collect();
        assert!(foreign.is_empty(), "{foreign:?} in {row}");
        assert_eq!(shown.matches('|').count(), self.message.matches('|').count(), "{row}");
        for row in rows {
            let before = |name| row.find(name).map(|at| row[..at].trim_end());
            assert!(before(" mum").is_none_or(|sign| sign.ends_with("❤\u{fe0f}")), "{row}");
            // Half of a wide one is none.
            assert!(before(" done").is_none_or(|sign| sign.ends_with("🇦") || sign.ends_with("wz")), "{row}");
        }
    }
}

fn shows(rows: &[String], text: &str) -> usize {
    rows.iter().filter(|row| row.contains(text)).count()
}

/// Whether a program is here; said once for each test, past the test harness.
fn is_here(program: &str, version: &str) -> bool {
    let here =
        Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !here {
        let line = format!("skipped: no test in a real {program}: it is not installed\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    here
}

/// udpqq in tmux, in our terminal.
struct Tmux {
    socket: String,
    terminal: Terminal,
}

impl Tmux {
    /// With udpqq behind another program that it runs in, if any.
    fn start(scene: &Scene, inside: &[&str]) -> Self {
        let socket = scene.path("tmux");
        let start = ["tmux", "-u", "-f", "/dev/null", "-S", &socket, "new-session"];
        let start = start.iter().chain(inside).map(|word| (*word).to_owned());
        let command: Vec<String> = start.chain(scene.command()).collect();
        Self { socket, terminal: Terminal::spawn_program(&command, SIZE, &[]) }
    }

    /// What is said step by step, as tmux has it in its cells.
    fn play(&self, scene: &Scene) {
        scene.play(|what, seen| {
            self.terminal.wait_for(what, |screen| seen(&screen::rows(screen)));
            self.ask(&["capture-pane", "-p"]).lines().map(str::to_owned).collect()
        });
    }

    fn ask(&self, args: &[&str]) -> String {
        let output = Command::new("tmux").args(["-S", &self.socket]).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.ask(&["kill-server"]);
    }
}

#[test]
fn in_tmux_nothing_foreign_stands_in_a_message_or_a_name() {
    if !is_here("tmux", "-V") {
        return;
    }
    let scene = Scene::new(DISPUTED);
    Tmux::start(&scene, &[]).play(&scene);
}

#[test]
fn in_tmux_what_is_copied_is_in_its_buffer() {
    if !is_here("tmux", "-V") {
        return;
    }
    let scene = Scene::new(DISPUTED);
    let tmux = Tmux::start(&scene, &[]);
    tmux.terminal.wait_text("mum");
    scene.mum.send("copy me 在吗".as_bytes(), scene.port);
    tmux.terminal.wait_text("copy me");
    tmux.terminal.key("C-o");
    tmux.terminal.key("y");
    tmux.terminal.wait_text("tmux pastes it");
    assert_eq!(tmux.ask(&["show-buffer"]), "copy me 在吗");
}

/// GNU screen's server, which outlives what it is shown in.
struct Server(String);

impl Drop for Server {
    fn drop(&mut self) {
        let quit = Command::new("screen")
            .env("SCREENDIR", &self.0)
            .args(["-X", "quit"])
            .stdout(Stdio::null())
            .status();
        quit.unwrap();
    }
}

#[test]
fn in_screen_nothing_foreign_stands_in_a_message_or_a_name() {
    // What screen has in its cells only another terminal can be asked for, and one that counts as screen does.
    if !is_here("screen", "--version") || !is_here("tmux", "-V") {
        return;
    }
    let scene = Scene::new(DISPUTED_IN_SCREEN);
    let (folder, config) = (scene.path("screen"), scene.path("screenrc"));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(&config, "startup_message off\n").unwrap();
    let directory = format!("SCREENDIR={folder}");
    let _server = Server(folder);
    Tmux::start(&scene, &["env", &directory, "screen", "-U", "-c", &config]).play(&scene);
}

/// How long xterm may take to print a page.
const PAGE: Duration = Duration::from_secs(1);

/// xterm on a screen of its own, which prints what it shows into a pipe.
struct Xterm {
    server: Child,
    client: Child,
    tty: fs::File,
    printed: Receiver<String>,
}

impl Xterm {
    fn start(scene: &Scene) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It writes a line with its number when it is up.
        let mut number = Vec::new();
        let mut stdout = server.stdout.take().unwrap();
        while !number.ends_with(b"\n") {
            let mut byte = [0];
            stdout.read_exact(&mut byte).unwrap();
            number.extend(byte);
        }
        let (tty, print) = (scene.path("tty"), scene.path("print"));
        for pipe in [&tty, &print] {
            mkfifo(Path::new(pipe), Mode::S_IRWXU).unwrap();
        }
        let client = Command::new("xterm")
            .env("DISPLAY", format!(":{}", String::from_utf8(number).unwrap().trim()))
            .env("LC_ALL", "C.UTF-8")
            .args(["-u8", "-geometry", &format!("{}x{}", SIZE.0, SIZE.1)])
            .args(["-xrm", &format!("XTerm*printerCommand: cat > {print}"), "-e", "sh", "-c"])
            .args([&format!("tty > {tty}; exec \"$@\""), "sh"])
            .args(scene.command())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let tty = fs::read_to_string(tty).unwrap();
        let tty = fs::OpenOptions::new().write(true).open(tty.trim()).unwrap();
        let (tell, printed) = sync_channel(1);
        thread::spawn(move || {
            // Each time xterm prints, somebody opens the pipe.
            while let Ok(page) = fs::read(&print) {
                if tell.send(String::from_utf8_lossy(&page).into_owned()).is_err() {
                    return;
                }
            }
        });
        Self { server, client, tty, printed }
    }

    /// The screen, printed again and again until it is as wanted (MC, ECMA-48 8.3.82: it prints the screen).
    #[expect(clippy::disallowed_methods, reason = "patience ends by the clock")]
    fn wait_rows(&mut self, what: &str, seen: &dyn Fn(&[String]) -> bool) -> Vec<String> {
        let start = std::time::Instant::now();
        loop {
            self.tty.write_all(b"\x1b[i").unwrap();
            // An order in the middle of what udpqq writes is no order: nothing is printed, and it is said again.
            let page = self.printed.recv_timeout(PAGE).unwrap_or_default();
            let rows: Vec<String> = plain(&page).lines().map(str::to_owned).collect();
            if seen(&rows) {
                return rows;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}: {rows:#?}");
        }
    }
}

impl Drop for Xterm {
    fn drop(&mut self) {
        for child in [&mut self.client, &mut self.server] {
            let _gone = child.kill().and_then(|()| child.wait()).is_ok();
        }
    }
}

/// A printed page without its colours; the second half of a wide character is printed as U+FFFF.
fn plain(page: &str) -> String {
    let mut pieces = page.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, text)| text));
    std::iter::once(first.as_str()).chain(rest).collect::<String>().replace('\u{ffff}', "")
}

#[test]
fn in_xterm_nothing_foreign_stands_in_a_message_or_a_name() {
    if !is_here("xterm", "-version") || !is_here("Xvfb", "-help") {
        return;
    }
    let scene = Scene::new(DISPUTED);
    let mut xterm = Xterm::start(&scene);
    scene.play(|what, seen| xterm.wait_rows(what, seen));
}
