//! stdout and stderr of the commands, the only place that writes to them.
//!
//! Lines go out on a thread of their own: a reader that has stopped reading must not keep Ctrl-C or the network
//! waiting. Whoever brings a line has escaped what is foreign in it.

use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use zeroize::Zeroizing;

use super::{CommandError, HeadlessOptions};
use crate::lang::Lang;
use crate::model::text::plain_line;
use crate::model::{Phrase, WallTime};
use crate::runtime::history::local;
use crate::runtime::{local_zone, registry};

/// Lines on their way to a slow reader; behind them the network waits. A line of the largest datagram can grow
/// to 800 KiB when all of it has to be spelled out, so these are 25 MiB at the very most.
const MAX_LINES: usize = 32;

/// Time for the last words: a terminal that reads takes a line at once.
const LAST_WORDS: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Console {
    lang: Lang,
    zone: TimeZone,
    /// `None` once everything has been written.
    lines: Option<mpsc::Sender<String>>,
    writer: Option<JoinHandle<io::Result<()>>>,
}

impl Console {
    pub(super) fn start(lang: Lang) -> Self {
        let (lines, waiting) = mpsc::channel(MAX_LINES);
        let writer = spawn_blocking(move || write_lines(waiting, BufWriter::new(io::stdout().lock())));
        Self { lang, zone: local_zone(), lines: Some(lines), writer: Some(writer) }
    }

    /// The language of the profile, now that it is known; the command line still wins.
    pub(super) fn speak(&mut self, setup: &HeadlessOptions, configured: Option<&str>) {
        self.lang = Lang::choose(setup.language.as_deref().or(configured), registry());
    }

    pub(super) const fn lang(&self) -> &Lang {
        &self.lang
    }

    pub(super) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A moment in the local time zone.
    pub(super) fn local(&self, time: WallTime) -> jiff::Zoned {
        local(time, &self.zone)
    }

    /// One line of the result. It is written without delay.
    pub(super) async fn line(&self, line: String) -> Result<(), CommandError> {
        let Some(lines) = &self.lines else { return Err(CommandError::Closed) };
        // The writer ends before its time only when stdout takes no more; `finish` finds out why.
        lines.send(line).await.map_err(|_closed| CommandError::Closed)
    }

    /// A line that no copy is left of in memory.
    pub(super) async fn secret(&self, line: Zeroizing<String>) -> Result<(), CommandError> {
        // On a thread of its own, since a pipe may be full.
        let written = spawn_blocking(move || {
            let mut out = unbuffered_stdout()?;
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.kind() == ErrorKind::BrokenPipe => Err(CommandError::Closed),
            Ok(Err(error)) => Err(unwritten(&error).into()),
            Err(_panicked) => Err(super::broken()),
        }
    }

    /// Waits until every line is written.
    pub(super) async fn finish(&mut self) -> Result<(), CommandError> {
        self.lines = None;
        let Some(writer) = self.writer.take() else { return Ok(()) };
        match writer.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.kind() == ErrorKind::BrokenPipe => Err(CommandError::Closed),
            Ok(Err(error)) => Err(unwritten(&error).into()),
            Err(_panicked) => Err(super::broken()),
        }
    }

    /// One line on stderr.
    pub(super) fn tell(&self, phrase: &Phrase) {
        complain(&self.lang, phrase);
    }
}

/// Whether a person sees the result, in colours if need be.
pub(super) fn has_colours() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

/// One line on stderr that tells a person what is wrong.
pub fn complain(lang: &Lang, phrase: &Phrase) {
    say(&plain_line(&lang.phrase(phrase)));
}

/// The last words of a program that ends: a terminal that does not read must not keep it.
pub fn complain_at_the_end(lang: &Lang, phrase: &Phrase) {
    let line = plain_line(&lang.phrase(phrase));
    let (done, told) = sync_channel(1);
    let saying = thread::Builder::new().spawn(move || {
        say(&line);
        done.send(())
    });
    let _in_time_or_not = saying.is_ok() && told.recv_timeout(LAST_WORDS).is_ok();
}

fn say(line: &str) {
    // A failure here cannot be told: stderr is where it would go.
    let _told = writeln!(io::stderr(), "udpqq: {line}").is_ok();
}

/// A page of help on stdout, or wrong usage on stderr; the text is our own, several lines are fine. `Err` says why the
/// page could not be written; a reader that went away (`| head -1`) has read what it wanted.
pub fn print_page(text: &str, is_answer: bool) -> Result<(), Phrase> {
    let printed = if is_answer {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush())
    } else {
        writeln!(io::stderr(), "{text}")
    };
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(unwritten(&error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(unix)]
mod raw {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsFd as _;

    /// Standard output and input past the buffers of std, which keep copies of what goes through them.
    pub(in crate::headless) fn unbuffered_stdout() -> io::Result<File> {
        Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
    }

    pub(in crate::headless) fn unbuffered_stdin() -> io::Result<File> {
        Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
    }
}

#[cfg(not(unix))]
mod raw {
    use std::io::{self, Stdin, Stdout};

    #[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
    pub(in crate::headless) fn unbuffered_stdout() -> io::Result<Stdout> {
        Ok(io::stdout())
    }

    #[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
    pub(in crate::headless) fn unbuffered_stdin() -> io::Result<Stdin> {
        Ok(io::stdin())
    }
}

pub(super) use raw::{unbuffered_stdin, unbuffered_stdout};

pub(super) fn unwritten(error: &io::Error) -> Phrase {
    Phrase::new("headless-output").text("reason", error.to_string())
}

fn write_lines(mut lines: mpsc::Receiver<String>, mut out: impl Write) -> io::Result<()> {
    while let Some(line) = lines.blocking_recv() {
        writeln!(out, "{line}")?;
        // A burst goes out in large pieces; whatever is the last for now goes out at once.
        if lines.is_empty() {
            out.flush()?;
        }
    }
    out.flush()
}
