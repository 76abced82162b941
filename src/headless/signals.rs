//! The signals that end a command, as exits.

use std::io;

use super::Exit;

#[cfg(unix)]
mod system {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Exit, io};

    /// SIGHUP is left alone: it ends a command as it ends any other, unless `nohup` says otherwise.
    #[derive(Debug)]
    pub(in crate::headless) struct StopSignals {
        interrupt: Signal,
        terminate: Signal,
    }

    impl StopSignals {
        pub(in crate::headless) fn listen() -> io::Result<Self> {
            let interrupt = signal(SignalKind::interrupt())?;
            Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
        }

        /// The first that comes. Cancel-safe.
        pub(in crate::headless) async fn next(&mut self) -> Exit {
            tokio::select! {
                _ = self.interrupt.recv() => Exit::Interrupted,
                _ = self.terminate.recv() => Exit::Terminated,
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Exit, io};

    #[derive(Debug)]
    pub(in crate::headless) struct StopSignals;

    impl StopSignals {
        #[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
        pub(in crate::headless) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::headless) async fn next(&mut self) -> Exit {
            match tokio::signal::ctrl_c().await {
                Ok(()) => Exit::Interrupted,
                // Then it cannot be caught, and the system ends the program.
                Err(_) => std::future::pending().await,
            }
        }
    }
}

pub(super) use system::StopSignals;
