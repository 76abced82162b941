//! The terminal as it is read: a file that is watched, on the thread that draws.
//!
//! The file is the shell's as well, so it stays as it is: no `O_NONBLOCK`, which would stay behind and make `cat`
//! fail. Readiness wakes us, poll(2) says whether there is anything to read just now, and only then it is read.

use std::io::{self, stdin};
use std::os::fd::OwnedFd;

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, dup, read};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep_until;

use super::InputEvent;
use super::decoder::Decoder;
use crate::runtime::now;

/// Bytes of one read: what a terminal's buffer holds on Linux.
const READ: usize = 4096;

/// What a person does at the terminal, as events.
#[derive(Debug)]
pub(in crate::tui) struct Keyboard {
    /// A number of its own for the same open terminal: it is watched for hang-ups too, and one number is watched once.
    tty: AsyncFd<OwnedFd>,
    resized: Signal,
    decoder: Decoder,
    /// It hung up.
    ended: bool,
}

impl Keyboard {
    pub(in crate::tui) fn open() -> io::Result<Self> {
        Ok(Self {
            tty: watched(dup(stdin())?)?,
            resized: signal(SignalKind::window_change())?,
            decoder: Decoder::default(),
            ended: false,
        })
    }

    /// The next event; `None` when the terminal has hung up. Cancel-safe: what was read stays in the decoder.
    pub(in crate::tui) async fn next(&mut self) -> io::Result<Option<InputEvent>> {
        loop {
            if let Some(event) = self.decoder.pop() {
                return Ok(Some(event));
            }
            if self.ended {
                return Ok(None);
            }
            let due = self.decoder.deadline();
            tokio::select! {
                biased;
                _ = self.resized.recv() => return size().map(Some),
                guard = self.tty.readable() => {
                    let mut guard = guard?;
                    if !has_bytes(&self.tty)? {
                        guard.clear_ready();
                        continue;
                    }
                    drop(guard);
                    self.read()?;
                }
                () = until(due), if due.is_some() => self.expire()?,
            }
        }
    }

    /// An event that comes again before all others.
    pub(in crate::tui) fn put_back(&mut self, event: InputEvent) {
        self.decoder.put_back(event);
    }

    /// What is there already.
    pub(in crate::tui) fn try_next(&mut self) -> io::Result<Option<InputEvent>> {
        if let Some(event) = self.decoder.pop() {
            return Ok(Some(event));
        }
        if !self.ended && has_bytes(&self.tty)? {
            self.read()?;
        }
        Ok(self.decoder.pop())
    }

    /// Another program has the terminal.
    #[expect(clippy::unused_self, reason = "where a thread reads, it has to end")]
    pub(in crate::tui) const fn pause(&mut self) {}

    /// It is ours again; what had begun before has no end.
    pub(in crate::tui) fn resume(&mut self) {
        self.decoder = Decoder::default();
    }

    fn read(&mut self) -> io::Result<()> {
        let mut bytes = [0; READ];
        match read(&self.tty, &mut bytes) {
            // The end of input, or EIO, which is what a hang-up reads as.
            Ok(0) | Err(Errno::IO) => self.ended = true,
            Ok(length) => self.decoder.feed(now().mono, bytes.get(..length).unwrap_or_default()),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Time has passed; but what came meanwhile, while we were drawing, came in time.
    fn expire(&mut self) -> io::Result<()> {
        if has_bytes(&self.tty)? {
            return self.read();
        }
        self.decoder.expire(now().mono);
        Ok(())
    }
}

#[expect(deprecated, reason = "its successor is unsafe; the number is ours, and closed with the watch")]
fn watched(tty: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(tty, Interest::READABLE)
}

async fn until(due: Option<std::time::Instant>) {
    match due {
        Some(due) => sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

fn size() -> io::Result<InputEvent> {
    let (columns, rows) = crossterm::terminal::size()?;
    Ok(InputEvent::Terminal(Event::Resize(columns, rows)))
}

/// Whether a read would not wait. A hang-up counts: it is read as the end.
fn has_bytes(tty: &AsyncFd<OwnedFd>) -> io::Result<bool> {
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    match poll(&mut [PollFd::new(tty.get_ref(), PollFlags::IN)], Some(&at_once)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
