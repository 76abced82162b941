//! Signals as events. The one place of the front that is specific to a system.

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGTERM, SIGHUP or another one that ends a program that does nothing about it; or the terminal is gone and
    /// nobody sent SIGHUP.
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
    use std::future::poll_fn;
    use std::io::{self, Stdin, stdin};
    use std::task::Poll;

    use nix::unistd::{Pid, getpgid, getpgrp, getppid, getsid};
    use rustix::process::{Signal as Number, kill_current_process_group};
    use signal_hook::consts;
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

    use super::Signal;

    /// What ends a program that does nothing about it, and would leave the terminal raw. Not SIGINT, which asks; nor
    /// what the kernel sends for a fault of ours, behind which nothing can go on.
    const ENDING: &[i32] = &[
        consts::SIGTERM,
        consts::SIGHUP,
        consts::SIGQUIT,
        consts::SIGABRT,
        consts::SIGALRM,
        consts::SIGVTALRM,
        consts::SIGPROF,
        consts::SIGXCPU,
        consts::SIGUSR1,
        consts::SIGUSR2,
        #[cfg(target_os = "linux")]
        consts::SIGIO,
        #[cfg(target_os = "linux")]
        Number::POWER.as_raw(),
    ];

    /// The signals this program reacts to.
    #[derive(Debug)]
    pub(in crate::tui) struct TerminalSignals {
        ending: Vec<Stream>,
        interrupt: Stream,
        stop: Stream,
        resume: Stream,
        /// We have sent SIGTSTP to our own group, and obeyed it.
        stopped: bool,
        /// Tells when the terminal hangs up. Keys are read elsewhere, where an end of input would be read
        /// again and again.
        terminal: Option<AsyncFd<Stdin>>,
    }

    impl TerminalSignals {
        pub(in crate::tui) fn listen() -> io::Result<Self> {
            let of = |number| signal(SignalKind::from_raw(number));
            Ok(Self {
                ending: ENDING.iter().map(|number| of(*number)).collect::<io::Result<_>>()?,
                interrupt: signal(SignalKind::interrupt())?,
                stop: of(consts::SIGTSTP)?,
                resume: of(consts::SIGCONT)?,
                stopped: false,
                terminal: watch_terminal(),
            })
        }

        /// The next signal. Cancel-safe.
        pub(in crate::tui) async fn next(&mut self) -> Signal {
            loop {
                return tokio::select! {
                    () = any(&mut self.ending) => Signal::Quit,
                    _ = self.interrupt.recv() => Signal::Interrupt,
                    _ = self.stop.recv() => {
                        if std::mem::take(&mut self.stopped) {
                            continue;
                        }
                        Signal::Stop
                    }
                    _ = self.resume.recv() => Signal::Continue,
                    () = hung_up(self.terminal.as_ref()) => Signal::Quit,
                };
            }
        }

        /// Stops the whole process group, as Ctrl-Z does where the terminal sees to it: who waits for us, a script
        /// or what we write into, stops with us, and the shell sees that all of its job stands. Returns when it is
        /// continued.
        pub(in crate::tui) fn stop_group(&mut self) {
            self.stopped = kill_current_process_group(Number::TSTP).is_ok();
            stop();
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

    async fn any(streams: &mut [Stream]) {
        poll_fn(|context| {
            let came = streams.iter_mut().any(|stream| stream.poll_recv(context).is_ready());
            if came { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Whether somebody would continue us. In an orphaned process group (POSIX 3.264) nobody does, so the kernel
    /// does not stop it for SIGTSTP either; SIGSTOP it would obey, and stand still for good.
    ///
    /// A group is the session leader's own where no shell with job control has made one for us: `xterm -e`, `exec`,
    /// `ssh -t host command`, a pane of a multiplexer, a container.
    pub(in crate::tui) fn can_stop() -> bool {
        let (parent, Ok(session)) = (getppid(), getsid(None)) else { return false };
        parent != ELSEWHERE && getsid(Some(parent)) == Ok(session) && leaders_group(session) != Ok(getpgrp())
    }

    /// What the system says of a process in a PID namespace around ours (`pid_namespaces(7)`), and calls take for us.
    const ELSEWHERE: Pid = Pid::from_raw(0);

    fn leaders_group(session: Pid) -> nix::Result<Pid> {
        if session == ELSEWHERE { Ok(ELSEWHERE) } else { getpgid(Some(session)) }
    }

    /// Stops this process alone; returns when it is continued. Without anybody to continue it, it goes on.
    pub(in crate::tui) fn stop() {
        if can_stop() {
            let _stopped = signal_hook::low_level::emulate_default_handler(consts::SIGTSTP).is_ok();
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    use super::Signal;

    /// Ctrl-C comes as a key, and there is nothing to stop for.
    #[derive(Debug)]
    pub(in crate::tui) struct NoSignals;

    impl NoSignals {
        pub(in crate::tui) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::tui) async fn next(&mut self) -> Signal {
            std::future::pending().await
        }

        pub(in crate::tui) fn stop_group(&mut self) {}
    }

    pub(in crate::tui) fn can_stop() -> bool {
        false
    }

    pub(in crate::tui) fn stop() {}
}

#[cfg(not(unix))]
pub(super) use system::NoSignals as TerminalSignals;
#[cfg(unix)]
pub(super) use system::TerminalSignals;
pub(super) use system::{can_stop, stop};
