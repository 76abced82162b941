//! What a terminal sends, in any pieces, is what a person did; and Ctrl-Z only where a shell takes over.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::steps::{wait_ready, with_alex};
use crate::support::profile::Profile;
use crate::support::pty::{Exit, Life, Terminal};
use crate::support::sanity;

const SIZE: (u16, u16) = (100, 30);

/// Runs the program as a job, says so when it stands, and continues it at the next line.
const JOB: &str =
    "set -m; \"$@\"; printf 'back in the shell '; read line; fg; printf 'all is over, with %s ' $?";
/// The same with a script between the shell and the program, as package managers put one.
const WRAPPED: &str = "set -m; sh -c '\"$@\"; printf \"the wrapper goes on \"' sh \"$@\"; \
                       printf 'back in the shell '; read line; fg; printf 'all is over, with %s ' $?";

const WITHOUT_JOBS: &str = "\"$@\"; printf 'all is over, with %s ' $?";

fn in_shell(script: &str) -> (Terminal, Profile) {
    let profile = Profile::with_contacts(&[("alex", "127.0.0.1:9")]);
    let terminal = Terminal::spawn_in_shell(script, &profile.args(), SIZE);
    wait_ready(&terminal, "alex");
    (terminal, profile)
}

/// The program stands and the terminal is the shell's, then again the program's.
fn goes_and_comes_back(terminal: &Terminal) {
    terminal.wait_text("back in the shell");
    assert!(!terminal.look(vt100::Screen::alternate_screen));
    assert_eq!(sanity::leftovers(&terminal.raw()), Vec::<String>::new());
    terminal.key("Enter");
    terminal.wait_for("the messenger's screen", vt100::Screen::alternate_screen);
    terminal.wait_text("kept");
    terminal.send(" alive");
    terminal.wait_text("kept alive");
    terminal.key("C-q");
    terminal.wait_text("all is over, with 0");
    terminal.expect_sane_exit();
}

/// Ctrl-Z is refused in plain words, and all goes on.
fn stays(script: &str) {
    let (terminal, _profile) = in_shell(script);
    terminal.key("C-z");
    terminal.wait_text("no shell waits here");
    terminal.key("C-q");
    terminal.wait_text("all is over, with 0");
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_draws_again() {
    let (terminal, _profile) = in_shell(JOB);
    terminal.send("kept");
    terminal.wait_text("kept");
    terminal.key("C-z");
    goes_and_comes_back(&terminal);
}

#[test]
fn ctrl_z_stops_the_script_around_it_too() {
    let (terminal, _profile) = in_shell(WRAPPED);
    terminal.send("kept");
    terminal.wait_text("kept");
    terminal.key("C-z");
    terminal.wait_text("back in the shell");
    assert!(!terminal.screen().contains("the wrapper goes on"), "{}", terminal.screen());
    goes_and_comes_back(&terminal);
    assert!(terminal.screen().contains("the wrapper goes on"), "{}", terminal.screen());
}

#[test]
fn a_stop_signal_from_outside_gives_the_terminal_back_too() {
    let (terminal, _profile) = in_shell(JOB);
    terminal.send("kept");
    terminal.wait_text("kept");
    let children = format!("/proc/{0}/task/{0}/children", terminal.pid());
    let Ok(child) = std::fs::read_to_string(children) else { return };
    kill(Pid::from_raw(child.trim().parse().unwrap()), Signal::SIGTSTP).unwrap();
    goes_and_comes_back(&terminal);
}

/// As `unshare --pid` and `docker exec` do it: the leader of the session is no process that we could see.
#[test]
fn ctrl_z_under_a_shell_in_a_namespace_of_its_own_gives_the_terminal_to_it() {
    let alone = Command::new("unshare").args(["--fork", "--pid", "true"]).output();
    if !alone.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no namespaces for processes here");
        return;
    }
    let within =
        |script: &str| format!("unshare --fork --pid sh -c '{}' sh \"$@\"", script.replace('\'', "'\\''"));
    let (terminal, _profile) = in_shell(&within(JOB));
    terminal.send("kept");
    terminal.wait_text("kept");
    terminal.key("C-z");
    goes_and_comes_back(&terminal);
    stays(&within(WITHOUT_JOBS));
}

/// `xterm -e udpqq`, `exec udpqq`, `ssh -t host udpqq`, a window of a multiplexer.
#[test]
fn ctrl_z_where_no_shell_waits_says_so_and_goes_on() {
    let (terminal, _port, _peer, _profile) = with_alex();
    terminal.key("C-z");
    terminal.wait_text("no shell waits here");
    terminal.signal(Signal::SIGTSTP);
    terminal.send("alive");
    terminal.wait_text("alive");
    assert_eq!(terminal.life(), Life::Running);
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

#[test]
fn ctrl_z_under_a_shell_without_job_control_goes_on_too() {
    stays(WITHOUT_JOBS);
}

#[test]
fn a_key_that_comes_in_pieces_is_that_key() {
    let (terminal, _port, _peer, _profile) = with_alex();
    terminal.send("ab");
    terminal.wait_text("ab");
    for piece in ["\x1b", "[", "D", "c\x1b[", "1;", "5D", "x"] {
        terminal.send(piece);
    }
    terminal.wait_text("xacb");
}

#[test]
fn esc_and_a_report_of_the_mouse_in_one_read_type_nothing() {
    let (terminal, _port, _peer, _profile) = with_alex();
    terminal.send("\x1b\x1b[<65;10;10M\x1b\x1b[<65;10;10Mend");
    terminal.wait_text("end");
    assert!(!terminal.screen().contains("65;10"), "{}", terminal.screen());
}

#[test]
fn a_paste_that_never_ends_does_not_kill_the_keyboard() {
    let (terminal, _port, peer, _profile) = with_alex();
    terminal.send("\x1b[200~first\rsecond");
    // Meanwhile the window is drawn at its new size.
    terminal.resize(60, 12);
    terminal.wait_for("a frame of twelve rows", |screen| {
        screen.contents().lines().count() == 12 && screen.contents().contains("alex")
    });
    terminal.wait_text("second");
    terminal.key("Enter");
    assert_eq!(peer.receive().0, b"first\nsecond");
    // One that has begun and gets no further.
    terminal.send("\x1b[<65;1");
    terminal.key("C-q");
    assert_eq!(terminal.expect_sane_exit(), Exit::Code(0));
}

#[test]
fn a_log_that_is_pasted_without_brackets_is_asked_about_and_not_sent() {
    let (terminal, _port, peer, _profile) = with_alex();
    // In one piece, as a script types it.
    terminal.send("\x1b[D\x1b[Dhello\r");
    assert_eq!(peer.receive().0, b"hello");
    let log = (1..=40).map(|line| format!("line {line} of a log\r")).collect::<Vec<_>>().concat();
    terminal.send(&log);
    terminal.wait_text("Paste 40 lines");
    terminal.key("Esc");
    terminal.wait_gone("Paste 40 lines");
    terminal.line("not a line of it");
    assert_eq!(peer.receive().0, b"not a line of it");
}

#[test]
fn much_that_is_typed_at_once_stands_in_the_composer_whole() {
    let (terminal, _port, peer, _profile) = with_alex();
    let text = (0..2_000).map(|word| format!("word{word:04} ")).collect::<Vec<_>>().concat();
    terminal.send(&text);
    terminal.wait_text("word1999");
    terminal.key("Enter");
    assert_eq!(peer.receive().0, text.into_bytes());
}

#[test]
fn undo_and_redo_work_with_the_kitty_protocol() {
    let (terminal, _port, _peer, _profile) = with_alex();
    let raw = terminal.raw();
    assert!(raw.windows(5).any(|bytes| bytes == b"\x1b[>5u"), "alternate keys are asked for");
    terminal.send("words");
    terminal.wait_text("words");
    terminal.send("\x1b[45:95;6u");
    terminal.wait_gone("words");
    terminal.send("\x1b[45:95;4u");
    terminal.wait_text("words");
    terminal.send("\x1b[45;6u");
    terminal.wait_gone("words");
    terminal.key("C-q");
    terminal.expect_sane_exit();
    assert!(terminal.raw().windows(5).any(|bytes| bytes == b"\x1b[<1u"), "and given back");
}
