//! Every way out leaves a terminal in which a shell can go on.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::signal::Signal;

use crate::steps::wait_ready;
use crate::support::PATIENCE;
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Terminal};
use crate::support::sanity;
use crate::support::socket::Socket;

/// Makes the program panic at the first key; hidden from the help.
const PANIC_SWITCH: &str = "--test-panic";

fn open() -> Terminal {
    let profile = Profile::with_contacts(&[("alex", "127.0.0.1:9")]);
    let (terminal, _) = profile.start();
    wait_ready(&terminal, "alex");
    assert!(sanity::was_full_screen(&terminal.raw()));
    terminal
}

#[test]
fn ctrl_q_quits_with_0() {
    let terminal = open();
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

#[test]
fn ctrl_c_clears_then_asks_then_quits() {
    let terminal = open();
    terminal.send("a draft");
    terminal.wait_text("a draft");
    terminal.key("C-c");
    terminal.wait_gone("a draft");
    terminal.key("C-c");
    terminal.key("C-c");
    let exit = terminal.expect_sane_exit();
    assert!(matches!(exit, Exit::Code(0 | 130)), "{exit:?}");
}

#[test]
fn signals_that_end_it_restore_the_terminal() {
    let asked = [Signal::SIGTERM, Signal::SIGHUP];
    // What a script sends by mistake, or to have a core.
    let others = [Signal::SIGQUIT, Signal::SIGABRT, Signal::SIGALRM, Signal::SIGUSR1, Signal::SIGUSR2];
    for signal in asked.into_iter().chain(others) {
        let terminal = open();
        terminal.signal(signal);
        let exit = terminal.expect_sane_exit();
        assert!(matches!(exit, Exit::Code(_)), "ended by itself, in order: {signal} {exit:?}");
    }
}

#[test]
fn a_signal_in_the_middle_of_starting_restores_the_terminal() {
    let profile = Profile::new();
    for bytes in [0, 8, 64, 256, 512] {
        let terminal = Terminal::spawn(&profile.args(), (80, 24));
        terminal.wait_bytes_after(bytes);
        terminal.signal(Signal::SIGTERM);
        terminal.expect_sane_exit();
    }
}

#[test]
fn a_panic_restores_the_terminal_and_tells_what_happened() {
    let profile = Profile::new();
    let terminal = Terminal::spawn(&profile.args_and(&[PANIC_SWITCH]), (80, 24));
    terminal.wait_text("echo");
    terminal.key("x");
    let exit = terminal.expect_sane_exit();
    assert_ne!(exit, Exit::Code(0));
    assert!(sanity::was_full_screen(&terminal.raw()), "it panicked while the screen was up");
    assert!(terminal.screen().contains(PANIC_SWITCH), "a person is told:\n{}", terminal.screen());
}

#[test]
fn a_terminal_that_hangs_up_without_a_signal_ends_the_program() {
    let profile = Profile::new();
    // Not its controlling terminal, so that no SIGHUP comes; and of no size, as a terminal may be at first.
    let pty = nix::pty::openpty(None, None).unwrap();
    // Or the program would hold its own terminal open.
    fcntl(&pty.master, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_udpqq"))
        .args(profile.args())
        .stdin(pty.slave.try_clone().unwrap())
        .stdout(pty.slave)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut master = fs::File::from(pty.master);
    // Until its first frame is whole: from then on it waits, and no failing write tells it.
    let (mut seen, mut bytes) = (Vec::new(), [0; 4096]);
    while !seen.ends_with(b"\x1b[?2026l") {
        let length = master.read(&mut bytes).unwrap();
        seen.extend_from_slice(&bytes[..length]);
    }
    drop(master);
    let (tell, ended) = mpsc::sync_channel(1);
    let pid = nix::unistd::Pid::from_raw(program.id().try_into().unwrap());
    thread::spawn(move || tell.send(program.wait().is_ok()));
    if ended.recv_timeout(PATIENCE).is_err() {
        nix::sys::signal::kill(pid, Signal::SIGKILL).unwrap();
        panic!("still running {PATIENCE:?} after its terminal went");
    }
}

#[test]
fn what_was_sent_just_before_leaving_still_leaves() {
    let peer = Socket::bind();
    let profile = Profile::with_contacts(&[("alex", &peer.address().to_string())]);
    let (terminal, _) = profile.start();
    wait_ready(&terminal, "alex");
    // Both keys in one piece, as a script types them.
    terminal.send("bye\r\u{11}");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(peer.receive().0, b"bye");
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_would_leave_no_image_of_its_memory() {
    let terminal = open();
    let limits = fs::read_to_string(format!("/proc/{}/limits", terminal.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
