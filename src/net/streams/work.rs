//! What a stream was asked for: one write or step after the other, and a word when they are done.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::carry::{News, Serial};
use super::hand::Failure;
use super::steps::Steps;
use crate::wire::Step;

/// One thing that a stream was asked for.
#[derive(Debug)]
pub(super) enum Job {
    Write(Arc<[u8]>),
    Step(Step),
}

#[derive(Debug)]
pub(super) struct Worker {
    serial: Serial,
    jobs: mpsc::Receiver<Job>,
    /// What is being written, and how much of it the kernel has.
    current: Option<(Arc<[u8]>, usize)>,
    steps: Steps,
    /// Writes that are done and not told yet.
    done: usize,
    /// How long the kernel may take nothing.
    stall: Duration,
}

/// Why there is nothing to do any more.
#[derive(Debug)]
pub(super) enum Over {
    /// Nothing more will be asked for.
    Empty,
    Failed(Failure),
}

impl Worker {
    pub(super) fn new(serial: Serial, jobs: mpsc::Receiver<Job>, stall: Duration) -> Self {
        Self { serial, jobs, current: None, steps: Steps::new(serial, stall), done: 0, stall }
    }

    /// Does what it is asked for until that fails or nothing more can come. Cancel-safe: what the kernel took is noted
    /// at once.
    pub(super) async fn run(&mut self, stream: &Arc<TcpStream>, news: &mpsc::Sender<News>) -> Over {
        loop {
            let free = self.current.is_none() && !self.steps.busy();
            let result = tokio::select! {
                // Telling never holds up writing: what waits to be told is a number.
                room = news.reserve(), if self.done > 0 => {
                    if let Ok(room) = room {
                        room.send(News::Written { serial: self.serial, count: self.take_done() });
                    }
                    Ok(())
                }
                written = write_some(stream, &mut self.current, self.stall), if self.current.is_some() => {
                    written.map_err(Failure::Net)
                }
                done = self.steps.advance(stream, news), if self.steps.busy() => done,
                next = self.jobs.recv(), if free => match next {
                    Some(job) => {
                        self.begin(stream, job);
                        Ok(())
                    }
                    None => return Over::Empty,
                },
            };
            if let Err(failure) = result {
                return Over::Failed(failure);
            }
            self.note_whole();
        }
    }

    fn begin(&mut self, stream: &Arc<TcpStream>, job: Job) {
        match job {
            Job::Write(bytes) => self.current = Some((bytes, 0)),
            Job::Step(step) => self.steps.begin(stream, step),
        }
    }

    /// Whether it is in the middle of a step.
    pub(super) const fn is_stepping(&self) -> bool {
        self.steps.busy()
    }

    /// From now on whoever takes nothing is given up sooner.
    pub(super) const fn hurry(&mut self, stall: Duration) {
        self.stall = stall;
    }

    /// Writes all that it was given before the stream was closed, up to the first step.
    pub(super) async fn finish(&mut self, stream: &TcpStream) -> io::Result<()> {
        loop {
            if self.current.is_none() {
                // While the stream is not closed there may come more, but this is what there is.
                let Ok(Job::Write(bytes)) = self.jobs.try_recv() else { return Ok(()) };
                self.current = Some((bytes, 0));
            }
            write_some(stream, &mut self.current, self.stall).await?;
            self.note_whole();
        }
    }

    pub(super) const fn take_done(&mut self) -> usize {
        std::mem::replace(&mut self.done, 0)
    }

    fn note_whole(&mut self) {
        if self.current.take_if(|(bytes, written)| *written >= bytes.len()).is_some() {
            self.done = self.done.saturating_add(1);
        }
    }
}

/// Writes as much as the kernel takes. Cancel-safe: it waits before it writes.
async fn write_some(
    stream: &TcpStream,
    current: &mut Option<(Arc<[u8]>, usize)>,
    stall: Duration,
) -> io::Result<()> {
    let Some((bytes, written)) = current else { return Ok(()) };
    let rest = bytes.get(*written..).unwrap_or_default();
    if rest.is_empty() {
        return Ok(());
    }
    timeout(stall, stream.writable()).await.unwrap_or_else(|_stalled| Err(io::ErrorKind::TimedOut.into()))?;
    match stream.try_write(rest) {
        Ok(count) => *written = written.saturating_add(count),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => return Err(error),
    }
    Ok(())
}
