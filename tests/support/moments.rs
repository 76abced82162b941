//! Moments that a test does not wait for: bytes that may come or not, an end that may have been already. And the
//! program behind another one, which prepares what it runs in.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use portable_pty::CommandBuilder;

use super::{Exit, Terminal};

impl Terminal {
    /// Gives the program `patience` to write beyond `length` bytes. Whether it did.
    pub(crate) fn bytes_come(&self, length: usize, patience: Duration) -> bool {
        let state = self.shared.state.lock().unwrap();
        let (_state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(state, patience, |state| state.raw.len() <= length)
            .unwrap();
        !timeout.timed_out()
    }

    /// SIGKILL, unless it has ended by itself; then the end.
    pub(crate) fn kill(&self) -> Exit {
        let _ended_already = kill(self.pid, Signal::SIGKILL);
        self.wait_exit()
    }

    /// Runs a command line that ends by becoming udpqq.
    pub(crate) fn spawn_behind<S: AsRef<str>>(args: &[S], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::from_argv(args.iter().map(|arg| arg.as_ref().into()).collect());
        command.env_clear();
        Self::run(command, size)
    }
}
