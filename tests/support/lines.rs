//! A child process whose output is read line by line while it runs: Python peers and `udpqq listen`.
//!
//! Ends only the process it started.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::PATIENCE;

#[derive(Default)]
struct Output {
    lines: Vec<String>,
    errors: Vec<String>,
    open: usize,
}

type Shared = Arc<(Mutex<Output>, Condvar)>;

/// A running child and the lines it has printed so far.
pub(crate) struct Talker {
    name: String,
    child: Child,
    stdin: Option<ChildStdin>,
    output: Shared,
}

impl Talker {
    pub(crate) fn start(command: &mut Command) -> Self {
        let name = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let output: Shared = Arc::new((Mutex::new(Output { open: 2, ..Output::default() }), Condvar::new()));
        gather(child.stdout.take().unwrap(), &output, |output| &mut output.lines);
        gather(child.stderr.take().unwrap(), &output, |output| &mut output.errors);
        let stdin = child.stdin.take();
        Self { name, child, stdin, output }
    }

    /// Writes one line to its standard input.
    pub(crate) fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).unwrap();
    }

    /// Blocks until a printed line satisfies `wanted`, and gives the first one that does.
    pub(crate) fn wait_line(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait_line_for(PATIENCE, wanted).unwrap_or_else(|| {
            let output = self.output.0.lock().unwrap();
            let (lines, errors) = (output.lines.join("\n"), output.errors.join("\n"));
            drop(output);
            panic!("{}: waited in vain for {what}\n{lines}\nerrors:\n{errors}", self.name)
        })
    }

    /// As `wait_line`, but only for `patience`, and not finding it is an answer.
    pub(crate) fn wait_line_for(&self, patience: Duration, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let (output, changed) = &*self.output;
        let found = |output: &Output| output.lines.iter().find(|line| wanted(line)).cloned();
        let (output, _) = changed
            .wait_timeout_while(output.lock().unwrap(), patience, |output| {
                found(output).is_none() && output.open > 0
            })
            .unwrap();
        found(&output)
    }

    /// Blocks until it has printed a line that contains `text`.
    pub(crate) fn wait_text(&self, text: &str) -> String {
        self.wait_line(&format!("{text:?}"), |line| line.contains(text))
    }

    /// What it has printed so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.output.0.lock().unwrap().lines.clone()
    }

    /// What it has printed on stderr so far.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.output.0.lock().unwrap().errors.clone()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Closes its standard input and waits for its end: exit code and the lines it printed.
    pub(crate) fn finish(&mut self) -> (Option<i32>, Vec<String>) {
        drop(self.stdin.take());
        let (output, changed) = &*self.output;
        let (output, timeout) =
            changed.wait_timeout_while(output.lock().unwrap(), PATIENCE, |output| output.open > 0).unwrap();
        let lines = output.lines.clone();
        drop(output);
        assert!(!timeout.timed_out(), "{}: did not end\n{}", self.name, lines.join("\n"));
        (self.child.wait().unwrap().code(), lines)
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

fn gather(pipe: impl Read + Send + 'static, output: &Shared, list: fn(&mut Output) -> &mut Vec<String>) {
    let shared = Arc::clone(output);
    thread::spawn(move || {
        let (output, changed) = &*shared;
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            list(&mut output.lock().unwrap()).push(String::from_utf8_lossy(&line).into_owned());
            changed.notify_all();
        }
        output.lock().unwrap().open -= 1;
        changed.notify_all();
    });
}
