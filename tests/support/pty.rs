//! The program in a real pty: keys go in, every byte that comes out is kept and drawn by a terminal emulator.
//!
//! A test never sleeps: it waits for a screen, for the end of the process, or for its patience to end.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::LocalFlags;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use portable_pty::{CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use vt100::{Parser, Screen};

use super::{PATIENCE, answers, keys, replacement, sanity, screen, updates};

/// Read in pieces of what the kernel's pty buffer gives at most.
const READ_BYTES: usize = 64 * 1024;

/// How the process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Code(i32),
    Signal(Signal),
}

/// What the process is doing, as `waitpid` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Running,
    Stopped,
    Exited(Exit),
}

struct State {
    raw: Vec<u8>,
    /// How much of `raw` the emulator has been given.
    drawn: usize,
    parser: Parser,
    /// After each read: the length of the stream and the moment. For measuring, never for judging.
    arrivals: Vec<(usize, Instant)>,
    life: Life,
    /// Line mode and echo of the tty right after the process ended.
    cooked_at_exit: bool,
    end_of_output: bool,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

type Writer = Arc<Mutex<Box<dyn Write + Send>>>;
type Master = Arc<Mutex<Box<dyn MasterPty + Send>>>;

/// The running program and its terminal.
pub(crate) struct Terminal {
    shared: Arc<Shared>,
    writer: Writer,
    master: Master,
    pid: Pid,
    /// HOME of the process; gone with the terminal.
    _home: tempfile::TempDir,
    /// The profile in use, which must not vanish before the process.
    profile: Option<Arc<tempfile::TempDir>>,
}

impl Terminal {
    /// Starts udpqq with `args` in a terminal of `size` (columns, rows).
    pub(crate) fn spawn<S: AsRef<str>>(args: &[S], size: (u16, u16)) -> Self {
        Self::spawn_with(args, size, &[])
    }

    /// As `spawn`, with more environment variables.
    pub(crate) fn spawn_with<S: AsRef<str>>(args: &[S], size: (u16, u16), env: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_udpqq"));
        command.args(args.iter().map(AsRef::as_ref));
        command.env_clear();
        for (key, value) in env {
            command.env(key, value);
        }
        Self::run(command, size)
    }

    /// Another program that udpqq runs in.
    pub(crate) fn spawn_program(command: &[String], size: (u16, u16), env: &[(&str, &str)]) -> Self {
        let mut builder = CommandBuilder::new(&command[0]);
        builder.args(&command[1..]);
        builder.env_clear();
        for (key, value) in env {
            builder.env(key, value);
        }
        Self::run(builder, size)
    }

    /// Has a shell do `script`, in which `"$@"` runs udpqq with `args`.
    pub(crate) fn spawn_in_shell<S: AsRef<str>>(script: &str, args: &[S], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_udpqq")]);
        command.args(args.iter().map(AsRef::as_ref));
        command.env_clear();
        Self::run(command, size)
    }

    /// Any program, in the environment that every test shares.
    fn run(mut command: CommandBuilder, size: (u16, u16)) -> Self {
        let home = tempfile::tempdir().unwrap();
        command.cwd(home.path());
        command.env("HOME", home.path());
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        for (key, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC")] {
            if command.get_env(key).is_none() {
                command.env(key, value);
            }
        }
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let pid = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap());
        let reader = pair.master.try_clone_reader().unwrap();
        let writer: Writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let master: Master = Arc::new(Mutex::new(pair.master));
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                raw: Vec::new(),
                drawn: 0,
                parser: screen::emulator(size),
                arrivals: Vec::new(),
                life: Life::Running,
                cooked_at_exit: false,
                end_of_output: false,
            }),
            changed: Condvar::new(),
        });
        thread::spawn({
            let (shared, writer) = (Arc::clone(&shared), Arc::clone(&writer));
            move || collect(reader, &shared, &writer)
        });
        thread::spawn({
            let (shared, master) = (Arc::clone(&shared), Arc::clone(&master));
            move || attend(pid, pair.slave, &master, &shared)
        });
        Self { shared, writer, master, pid, _home: home, profile: None }
    }

    /// Keeps `profile` on disk for as long as the process may use it.
    #[must_use]
    pub(crate) fn keeping(mut self, profile: &Arc<tempfile::TempDir>) -> Self {
        self.profile = Some(Arc::clone(profile));
        self
    }

    /// Bytes as the keyboard would give them.
    pub(crate) fn send(&self, text: &str) {
        let mut writer = self.writer.lock().unwrap();
        // A program that has just ended takes no more keys; what the test waits for will tell.
        let _gone = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
    }

    /// One key by name: `Down`, `C-q`, `M-a`, `F1`, `Enter` (see `keys.rs`).
    pub(crate) fn key(&self, name: &str) {
        self.send(&keys::bytes(name));
    }

    /// Types `text` and presses Enter.
    pub(crate) fn line(&self, text: &str) {
        self.send(text);
        self.wait_text(text);
        self.key("Enter");
    }

    /// A bracketed paste.
    pub(crate) fn paste(&self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// The left button pressed and released at a cell, counted from 0.
    pub(crate) fn click(&self, column: u16, row: u16) {
        self.send(&keys::mouse(0, column, row));
    }

    /// One step of the wheel over a cell, counted from 0.
    pub(crate) fn wheel(&self, column: u16, row: u16, up: bool) {
        self.send(&keys::mouse(if up { 64 } else { 65 }, column, row));
    }

    /// The window changes its size; the process is told by SIGWINCH.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        // The emulator first: what is drawn for the new size must meet the new size.
        let (height, width) = screen::cells((columns, rows));
        self.shared.state.lock().unwrap().parser.screen_mut().set_size(height, width);
        self.master.lock().unwrap().resize(pty_size((columns, rows))).unwrap();
    }

    /// Blocks until the screen satisfies `seen`; `what` says in words what was missed.
    pub(crate) fn wait_for(&self, what: &str, mut seen: impl FnMut(&Screen) -> bool) {
        self.wait_state(what, |state| seen(state.parser.screen()));
    }

    /// Blocks until `text` stands somewhere on the screen.
    pub(crate) fn wait_text(&self, text: &str) {
        self.wait_for(&format!("the text {text:?}"), |screen| screen::find(screen, text).is_some());
    }

    /// Whether `text` comes to stand on the screen while patience lasts.
    pub(crate) fn comes(&self, text: &str) -> bool {
        self.comes_within(text, PATIENCE)
    }

    /// Whether `text` comes to stand on the screen within this time.
    pub(crate) fn comes_within(&self, text: &str, patience: Duration) -> bool {
        let state = self.shared.state.lock().unwrap();
        let missing = |state: &mut State| screen::find(state.parser.screen(), text).is_none();
        let (_state, timeout) = self.shared.changed.wait_timeout_while(state, patience, missing).unwrap();
        !timeout.timed_out()
    }

    /// Blocks until `text` stands nowhere on the screen.
    pub(crate) fn wait_gone(&self, text: &str) {
        self.wait_for(&format!("the text {text:?} to go"), |screen| screen::find(screen, text).is_none());
    }

    /// Blocks until the stream is longer than `length` bytes, and says when the first byte beyond it came.
    pub(crate) fn wait_bytes_after(&self, length: usize) -> Instant {
        self.wait_state("bytes from the program", |state| state.raw.len() > length);
        let state = self.shared.state.lock().unwrap();
        let first = state.arrivals.partition_point(|(total, _)| *total <= length);
        state.arrivals[first].1
    }

    /// As `wait_for`, and says when the bytes came that completed the screen.
    pub(crate) fn wait_arrival(&self, what: &str, mut seen: impl FnMut(&Screen) -> bool) -> Instant {
        let mut arrival = None;
        self.wait_state(what, |state| {
            if arrival.is_none() && seen(state.parser.screen()) {
                arrival = state.arrivals.last().map(|(_, moment)| *moment);
            }
            arrival.is_some()
        });
        arrival.unwrap()
    }

    /// Blocks until the process is in the state `wanted`.
    pub(crate) fn wait_life(&self, wanted: Life) {
        self.wait_state(&format!("the process to be {wanted:?}"), |state| state.life == wanted);
    }

    /// Quits, all the same where it is asked because a file is still on its way.
    pub(crate) fn quit(&self) -> Exit {
        // While the first is asked the file may come to its end.
        const QUESTIONS: [&str; 2] = ["Quit all the same?", "Nothing would be lost now. Quit?"];
        self.key("C-q");
        self.wait_state("the end or a question", |state| {
            let asks = |question: &&str| screen::find(state.parser.screen(), question).is_some();
            matches!(state.life, Life::Exited(_)) || QUESTIONS.iter().any(asks)
        });
        if self.life() == Life::Running {
            self.key("Enter");
        }
        self.expect_sane_exit()
    }

    /// Blocks until the process has ended and all it wrote has been read.
    pub(crate) fn wait_exit(&self) -> Exit {
        self.wait_state("the process to end", |state| {
            matches!(state.life, Life::Exited(_)) && state.end_of_output
        });
        match self.life() {
            Life::Exited(exit) => exit,
            other @ (Life::Running | Life::Stopped) => panic!("not ended: {other:?}"),
        }
    }

    pub(crate) fn life(&self) -> Life {
        self.shared.state.lock().unwrap().life
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        self.look(screen::contents)
    }

    /// Reads anything from the screen.
    pub(crate) fn look<T>(&self, read: impl FnOnce(&Screen) -> T) -> T {
        read(self.shared.state.lock().unwrap().parser.screen())
    }

    /// The rows that contain `text`, whole.
    pub(crate) fn rows_with(&self, text: &str) -> Vec<String> {
        self.look(|screen| screen::rows(screen).into_iter().filter(|row| row.contains(text)).collect())
    }

    /// How the first cell of `text` is drawn.
    pub(crate) fn look_of(&self, text: &str) -> screen::Look {
        let found = self.look(|screen| screen::look_of(screen, text));
        found.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{}", self.screen()))
    }

    /// Every byte the program wrote, from its start.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shared.state.lock().unwrap().raw.clone()
    }

    pub(crate) fn raw_len(&self) -> usize {
        self.shared.state.lock().unwrap().raw.len()
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid, signal).unwrap();
    }

    /// What is wrong with the terminal the ended process left behind; empty when a shell could go on.
    pub(crate) fn insanities(&self) -> Vec<String> {
        let state = self.shared.state.lock().unwrap();
        let mut found = sanity::leftovers(&state.raw);
        if !state.cooked_at_exit {
            found.push("the tty is still in raw mode".to_owned());
        }
        found
    }

    /// Waits for the end, and panics unless a shell could go on in this terminal.
    pub(crate) fn expect_sane_exit(&self) -> Exit {
        let exit = self.wait_exit();
        let found = self.insanities();
        assert!(found.is_empty(), "terminal not restored: {found:?}\n{}", self.screen());
        exit
    }

    fn wait_state(&self, what: &str, mut seen: impl FnMut(&State) -> bool) {
        let state = self.shared.state.lock().unwrap();
        let ended = |state: &State| matches!(state.life, Life::Exited(_)) && state.end_of_output;
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !seen(state) && !ended(state))
            .unwrap();
        if !seen(&state) {
            let (life, contents) = (state.life, screen::contents(state.parser.screen()));
            drop(state);
            panic!("waited in vain for {what}; process: {life:?}; screen:\n{contents}\n");
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if !matches!(self.life(), Life::Exited(_)) {
            let _already_gone = kill(self.pid, Signal::SIGKILL);
        }
        // Its ports are free for whoever comes next only when it is over.
        if let Ok(state) = self.shared.state.lock() {
            let lives = |state: &mut State| !matches!(state.life, Life::Exited(_));
            drop(self.shared.changed.wait_timeout_while(state, PATIENCE, lives));
        }
    }
}

/// Keeps and draws what the program writes, and answers its queries, until the last byte.
#[expect(clippy::disallowed_methods, reason = "the moment of arrival is what the benches measure")]
fn collect(mut reader: Box<dyn Read + Send>, shared: &Shared, writer: &Writer) {
    let mut buffer = vec![0; READ_BYTES];
    // The end shows as 0 bytes or, on Linux, as EIO.
    while let Ok(length @ 1..) = reader.read(&mut buffer) {
        let now = Instant::now();
        let mut state = shared.state.lock().unwrap();
        let from = state.raw.len();
        state.raw.extend_from_slice(&buffer[..length]);
        let total = state.raw.len();
        state.arrivals.push((total, now));
        draw(&mut state);
        let reply = answers::reply(&state.raw, from, state.parser.screen().cursor_position());
        drop(state);
        shared.changed.notify_all();
        if !reply.is_empty() {
            let _gone = writer.lock().unwrap().write_all(reply.as_bytes());
        }
    }
    let mut state = shared.state.lock().unwrap();
    state.end_of_output = true;
    draw(&mut state);
    drop(state);
    shared.changed.notify_all();
}

/// Draws what has come, but of an update under way nothing before its end, as terminals do. The emulator may fail
/// at sizes no person uses; the stream is kept all the same.
fn draw(state: &mut State) {
    let State { raw, drawn, parser, end_of_output, .. } = state;
    let fresh = &raw[*drawn..];
    let shown = if *end_of_output { fresh.len() } else { updates::whole(fresh) };
    let (bytes, taken) = replacement::stand_in(&fresh[..shown]);
    *drawn += taken;
    if catch_unwind(AssertUnwindSafe(|| parser.process(&bytes))).is_err() {
        let (rows, columns) = parser.screen().size();
        *parser = Parser::new(rows, columns, 0);
    }
}

/// Follows the process to its end, then reads the tty's mode before the last handle on it is dropped.
fn attend(pid: Pid, slave: Box<dyn SlavePty + Send>, master: &Master, shared: &Shared) {
    loop {
        let life = match waitpid(pid, Some(WaitPidFlag::WUNTRACED | WaitPidFlag::WCONTINUED)) {
            Ok(WaitStatus::Stopped(..)) => Life::Stopped,
            Ok(WaitStatus::Exited(_, code)) => Life::Exited(Exit::Code(code)),
            Ok(WaitStatus::Signaled(_, signal, _)) => Life::Exited(Exit::Signal(signal)),
            Ok(_) => Life::Running,
            Err(errno) => panic!("waitpid: {errno}"),
        };
        let ended = matches!(life, Life::Exited(_));
        let cooked = ended && is_cooked(master);
        let mut state = shared.state.lock().unwrap();
        state.life = life;
        state.cooked_at_exit = cooked;
        drop(state);
        shared.changed.notify_all();
        if ended {
            drop(slave);
            return;
        }
    }
}

fn is_cooked(master: &Master) -> bool {
    let wanted = (LocalFlags::ICANON | LocalFlags::ECHO).bits();
    let termios = master.lock().unwrap().get_termios();
    termios.is_some_and(|termios| termios.local_flags.bits() & wanted == wanted)
}

const fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

#[path = "moments.rs"]
mod moments;

#[cfg(test)]
#[path = "pty_tests.rs"]
mod tests;
