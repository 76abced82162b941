//! The program as a command: arguments in, exit status, stdout and stderr out.

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::{io::Write as _, process::Output};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::PATIENCE;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// The one line on stderr that tells a person what went wrong.
    pub(crate) fn only_error_line(&self) -> &str {
        let lines: Vec<&str> = self.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines.len(), 1, "one clear line is promised: {self:?}");
        assert!(self.stdout.is_empty(), "stdout holds only results: {self:?}");
        lines[0]
    }
}

/// udpqq with `args`, in a plain environment; not started yet.
pub(crate) fn udpqq<S: AsRef<str>>(args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_udpqq"));
    command.args(args.iter().map(AsRef::as_ref));
    command.env_clear().env("LANG", "C.UTF-8").env("TZ", "UTC").env("HOME", std::env::temp_dir());
    command
}

/// Runs to the end, with `input` on stdin.
pub(crate) fn run<S: AsRef<str>>(args: &[S], input: &[u8]) -> Outcome {
    let mut command = udpqq(args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
    // It may not read its input at all.
    let _not_wanted = child.stdin.take().unwrap().write_all(input);
    let (done, outcome) = mpsc::sync_channel::<Output>(1);
    thread::spawn(move || {
        let _late = done.send(child.wait_with_output().unwrap());
    });
    let Ok(output) = outcome.recv_timeout(PATIENCE) else {
        let _gone = kill(pid, Signal::SIGKILL);
        panic!("{command:?} did not end");
    };
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
