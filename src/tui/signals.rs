//! Signals as events. The one place of the front that is specific to a system.

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGTERM or SIGHUP; or the terminal is gone and nobody sent SIGHUP.
    Quit,
    /// SIGINT from outside; Ctrl-C comes as a key.
    Interrupt,
    /// SIGTSTP from outside; Ctrl-Z comes as a key.
    Stop,
    /// SIGCONT: the terminal may have been changed meanwhile.
    Continue,
}

#[cfg(unix)]
mod system {
    use std::io::{self, Stdin, stdin};

    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::Signal;

    /// The signals this program reacts to.
    #[derive(Debug)]
    pub(in crate::tui) struct Signals {
        terminate: Stream,
        hang_up: Stream,
        interrupt: Stream,
        stop: Stream,
        resume: Stream,
        /// Tells when the terminal hangs up. Keys are read elsewhere, where an end of input would be read
        /// again and again.
        terminal: Option<AsyncFd<Stdin>>,
    }

    impl Signals {
        pub(in crate::tui) fn listen() -> io::Result<Self> {
            let of = |number| signal(SignalKind::from_raw(number));
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                stop: of(signal_hook::consts::SIGTSTP)?,
                resume: of(signal_hook::consts::SIGCONT)?,
                terminal: watch_terminal(),
            })
        }

        /// The next signal. Cancel-safe.
        pub(in crate::tui) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.terminate.recv() => Signal::Quit,
                _ = self.hang_up.recv() => Signal::Quit,
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.stop.recv() => Signal::Stop,
                _ = self.resume.recv() => Signal::Continue,
                () = hung_up(self.terminal.as_ref()) => Signal::Quit,
            }
        }
    }

    /// Where it is possible only urgent data and hang-ups are watched for: an ordinary key wakes nobody here.
    #[cfg(target_os = "linux")]
    const WATCHED: Interest = Interest::PRIORITY;
    #[cfg(not(target_os = "linux"))]
    const WATCHED: Interest = Interest::READABLE;

    #[expect(deprecated, reason = "its successor is unsafe; standard input stays open as long as we live")]
    fn watch_terminal() -> Option<AsyncFd<Stdin>> {
        AsyncFd::with_interest(stdin(), WATCHED).ok()
    }

    async fn hung_up(terminal: Option<&AsyncFd<Stdin>>) {
        let Some(terminal) = terminal else { return std::future::pending().await };
        while let Ok(mut guard) = terminal.ready(WATCHED).await {
            if guard.ready().is_read_closed() {
                return;
            }
            guard.clear_ready();
        }
        std::future::pending::<()>().await;
    }

    /// Stops this process as Ctrl-Z does; returns when it is continued.
    pub(in crate::tui) fn stop() {
        let tstp = signal_hook::consts::SIGTSTP;
        let _stopped = signal_hook::low_level::emulate_default_handler(tstp).is_ok();
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use super::Signal;

    /// Ctrl-C comes as a key, and there is nothing to stop for.
    #[derive(Debug)]
    pub(in crate::tui) struct Signals;

    impl Signals {
        pub(in crate::tui) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::tui) async fn next(&mut self) -> Signal {
            std::future::pending().await
        }
    }

    pub(in crate::tui) fn stop() {}
}

pub(super) use system::{Signals, stop};
