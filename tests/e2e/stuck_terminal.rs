//! A terminal that stops reading, as behind an ssh that hangs: all goes on but the drawing, and the program ends when it
//! is told to.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::pty::Winsize;
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;

use crate::support::PATIENCE;
use crate::support::history::History;
use crate::support::ports::free_port;
use crate::support::profile::Profile;
use crate::support::screen;
use crate::support::socket::Socket;
use crate::support::updates;

/// Messages that come while nobody reads: each is a frame, and together they are more than a pty holds.
const MESSAGES: usize = 90;
const SIZE: (u16, u16) = (120, 40);

/// udpqq in a pty that is read only when a test says so.
struct Stuck {
    master: File,
    /// The first frame.
    seen: Vec<u8>,
    pid: Pid,
    ended: Receiver<Option<i32>>,
    peer: Socket,
    port: u16,
    profile: Profile,
}

impl Stuck {
    /// Starts it, reads its first frame and nothing more.
    fn start() -> Self {
        let (peer, port) = (Socket::bind(), free_port());
        let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())])
            .listening_at(&format!("127.0.0.1:{port}"));
        let size = Winsize { ws_row: SIZE.1, ws_col: SIZE.0, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = nix::pty::openpty(&size, None).unwrap();
        // Or the program would hold its own terminal open.
        fcntl(&pty.master, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_udpqq"))
            .args(profile.args_and(&["alex"]))
            .stdin(pty.slave.try_clone().unwrap())
            .stdout(pty.slave)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pid = Pid::from_raw(program.id().try_into().unwrap());
        let (tell, ended) = sync_channel(1);
        thread::spawn(move || tell.send(program.wait().unwrap().code()));
        let mut master = File::from(pty.master);
        let (mut seen, mut bytes) = (Vec::new(), [0; 4096]);
        while !seen.ends_with(b"\x1b[?2026l") {
            let length = master.read(&mut bytes).unwrap();
            seen.extend_from_slice(&bytes[..length]);
        }
        Self { master, seen, pid, ended, peer, port, profile }
    }

    /// The peer writes, and each time we answer: with what is typed where nobody sees it.
    fn talk(&mut self) {
        for number in 0..MESSAGES {
            self.peer.send(format!("message {number}").as_bytes(), self.port);
            self.master.write_all(format!("answer {number}").as_bytes()).unwrap();
            self.master.write_all(b"\r").unwrap();
            assert_eq!(self.peer.receive().0, format!("answer {number}").as_bytes());
        }
    }

    /// Waits for the end. What was said is kept, and the terminal is as a shell needs it.
    fn expect_end(self) -> Option<i32> {
        let Ok(code) = self.ended.recv_timeout(PATIENCE) else {
            kill(self.pid, Signal::SIGKILL).unwrap();
            panic!("still running {PATIENCE:?} after it was told to end");
        };
        let history = History::left_at(&self.profile.path("history.db"));
        let kept: Vec<String> = history.rows_after(-1).into_iter().map(|row| row.text).collect();
        for number in 0..MESSAGES {
            for said in [format!("message {number}"), format!("answer {number}")] {
                assert!(kept.contains(&said), "{said} is not kept");
            }
        }
        let flags = tcgetattr(&self.master).unwrap().local_flags;
        assert!(flags.contains(LocalFlags::ICANON | LocalFlags::ECHO), "still in raw mode: {flags:?}");
        code
    }
}

#[test]
fn what_comes_while_the_terminal_does_not_read_is_kept_and_sigterm_ends_it() {
    let mut stuck = Stuck::start();
    stuck.talk();
    kill(stuck.pid, Signal::SIGTERM).unwrap();
    assert_eq!(stuck.expect_end(), Some(0));
}

#[test]
fn sigint_ends_it_while_the_terminal_does_not_read() {
    let mut stuck = Stuck::start();
    stuck.talk();
    kill(stuck.pid, Signal::SIGINT).unwrap();
    assert!(stuck.expect_end().is_some(), "ended by itself");
}

#[test]
fn ctrl_q_ends_it_while_the_terminal_does_not_read() {
    let mut stuck = Stuck::start();
    stuck.talk();
    stuck.master.write_all(b"\x11").unwrap();
    assert_eq!(stuck.expect_end(), Some(0));
}

#[test]
fn a_terminal_that_reads_again_shows_the_newest_frame() {
    let mut stuck = Stuck::start();
    stuck.talk();
    let mut master = stuck.master.try_clone().unwrap();
    let seen = stuck.seen.clone();
    let (tell, shown) = sync_channel(1);
    thread::spawn(move || {
        let (mut parser, mut rest, mut bytes) = (screen::emulator(SIZE), Vec::new(), [0; 4096]);
        parser.process(&seen);
        while let Ok(length @ 1..) = master.read(&mut bytes) {
            rest.extend_from_slice(&bytes[..length]);
            let whole = updates::whole(&rest);
            parser.process(&rest[..whole]);
            rest.drain(..whole);
            if screen::find(parser.screen(), "message 89").is_some()
                && screen::find(parser.screen(), "answer 89").is_some()
            {
                return tell.send(screen::contents(parser.screen())).unwrap();
            }
        }
    });
    let shown = shown.recv_timeout(PATIENCE).expect("the newest messages on the screen");
    assert!(shown.contains("message 85"), "{shown}");
    kill(stuck.pid, Signal::SIGTERM).unwrap();
    assert_eq!(stuck.expect_end(), Some(0));
}
