//! The harness is tried on a shell before it is trusted with the program.

use nix::sys::signal::Signal;
use portable_pty::CommandBuilder;

use super::{Exit, Life, Terminal};

fn shell(script: &str) -> Terminal {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", script]);
    command.env_clear();
    Terminal::run(command, (20, 4))
}

#[test]
fn keys_go_in_and_the_screen_comes_out() {
    let terminal = shell("printf 'name? '; read name; printf 'hello %s\\n' \"$name\"; exit 3");
    terminal.wait_text("name?");
    terminal.send("在吗");
    terminal.key("Enter");
    terminal.wait_text("hello 在吗");
    assert_eq!(terminal.wait_exit(), Exit::Code(3));
    assert_eq!(terminal.rows_with("hello").len(), 1);
    assert!(terminal.raw().ends_with("hello 在吗\r\n".as_bytes()));
    assert!(terminal.insanities().is_empty());
}

#[test]
fn an_ended_program_that_left_the_terminal_raw_is_caught() {
    let terminal = shell("stty raw -echo; printf '\\033[?1049h\\033[?25l'");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(terminal.insanities().len(), 3);
}

#[test]
fn queries_are_answered_like_an_xterm_does() {
    let terminal = shell(
        "stty raw -echo; printf '\\033[2;5H\\033[6n'; answer=$(dd bs=1 count=6 2>/dev/null | od -An -tx1); \
         printf '\\033[1;1H%s' \"$answer\"; stty sane",
    );
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(terminal.screen().contains("1b 5b 32 3b 35 52"), "{}", terminal.screen());
}

#[test]
fn signals_stop_continue_and_end_it() {
    let terminal = shell("printf up; kill -STOP $$; printf again; read line");
    terminal.wait_text("up");
    terminal.wait_life(Life::Stopped);
    terminal.signal(Signal::SIGCONT);
    terminal.wait_text("again");
    terminal.signal(Signal::SIGTERM);
    assert_eq!(terminal.wait_exit(), Exit::Signal(Signal::SIGTERM));
}

#[test]
fn a_resize_reaches_the_program_and_the_emulator() {
    let terminal = shell("trap 'stty size' WINCH; printf ready; while :; do read line; done");
    terminal.wait_text("ready");
    // With rows to spare: the key may be echoed behind the answer, and scrolls.
    terminal.resize(10, 5);
    terminal.key("Enter");
    terminal.wait_text("5 10");
}

#[test]
#[should_panic(expected = "waited in vain for the text \"never\"")]
fn waiting_for_a_program_that_has_ended_ends_at_once() {
    shell("printf gone").wait_text("never");
}
