//! Python peers from `tests/peers`: what people already have on the other end.
//!
//! A machine without python3 skips the tests that need one, in plain words; with `CI=true` that is a failure.

use std::io::Write as _;
use std::ops::{Deref, DerefMut};
use std::process::{Command, Stdio};
use std::sync::Once;

use super::lines::Talker;

/// A running peer. Everything of `Talker` is available on it.
pub(crate) struct Peer {
    talker: Talker,
    /// The port it is bound to.
    pub(crate) port: u16,
}

impl Peer {
    /// Starts `tests/peers/SCRIPT` and waits until it is bound. `None`: there is no python3, and the test returns.
    pub(crate) fn start(script: &str, args: &[&str]) -> Option<Self> {
        Self::start_by(Command::new("python3"), script, args)
    }

    /// As `start`, with a command that becomes python3.
    pub(crate) fn start_by(mut command: Command, script: &str, args: &[&str]) -> Option<Self> {
        if !is_here() {
            return None;
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/");
        command.arg("-u").arg(format!("{path}{script}")).args(args).env("PYTHONUTF8", "1");
        let talker = Talker::start(&mut command);
        let ready = talker.wait_line("the ready line", |line| line.starts_with("ready "));
        let port = ready.trim_start_matches("ready ").trim().parse().unwrap();
        Some(Self { talker, port })
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Deref for Peer {
    type Target = Talker;

    fn deref(&self) -> &Talker {
        &self.talker
    }
}

impl DerefMut for Peer {
    fn deref_mut(&mut self) -> &mut Talker {
        &mut self.talker
    }
}

static SAID: Once = Once::new();

fn is_here() -> bool {
    let version =
        Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let here = version.is_ok_and(|status| status.success());
    if !here {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 is required where CI=true");
        // Past the test harness, which keeps what a passing test prints to itself.
        SAID.call_once(|| std::io::stderr().write_all(b"skipped: python3 not found\n").unwrap());
    }
    here
}

#[cfg(test)]
#[path = "python_tests.rs"]
mod tests;
