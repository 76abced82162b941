//! What a stream was asked for: one write or step after the other, and a report when they are done.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::event::{ConnectionEvent, Reporter};
use super::file_io::FileIo;
use super::step_poll::StepError;
use super::steps;
use crate::model::packet::PacketDirection;
use crate::wire::Step;

/// One thing that a stream was asked for.
#[derive(Debug)]
pub(super) enum StreamJob {
    Write(Arc<[u8]>),
    Step(Step),
}

pub(super) struct StreamWriter {
    stream: Arc<TcpStream>,
    reporter: Reporter,
    jobs: mpsc::Receiver<StreamJob>,
    current: Current,
    /// Made with the first step: most streams have none. Gone for as long as a step has it.
    file_io: Option<Box<FileIo>>,
    stop: Arc<AtomicBool>,
    /// Writes that are done and not reported yet.
    written: usize,
    /// How long the kernel may take nothing of a write, and of a step.
    pub(super) stall: Duration,
    step_stall: Duration,
}

/// What is being done.
enum Current {
    Nothing,
    /// `written`: bytes that the kernel has.
    Write {
        bytes: Arc<[u8]>,
        written: usize,
    },
    Step(Pin<Box<dyn Future<Output = Result<Box<FileIo>, StepError>> + Send>>),
}

impl StreamWriter {
    pub(super) fn new(
        stream: &Arc<TcpStream>,
        reporter: &Reporter,
        jobs: mpsc::Receiver<StreamJob>,
        stall: Duration,
    ) -> Self {
        Self {
            stream: Arc::clone(stream),
            reporter: reporter.clone(),
            jobs,
            current: Current::Nothing,
            file_io: None,
            stop: Arc::default(),
            written: 0,
            stall,
            step_stall: stall,
        }
    }

    /// Does what it is asked for until that fails, or until nothing more can come. Cancel-safe: what the kernel took is
    /// noted at once.
    pub(super) async fn run(&mut self) -> Result<(), StepError> {
        let reporter = self.reporter.clone();
        loop {
            tokio::select! {
                // Reporting never holds up writing: what waits to be reported is a number.
                room = reporter.queue.reserve(), if self.written > 0 => if let Ok(room) = room {
                    room.send((reporter.id, ConnectionEvent::Written(self.take_written())));
                },
                more = self.advance() => if !more? {
                    return Ok(());
                },
            }
        }
    }

    /// Goes on for a moment; `false`: nothing more will be asked for. Cancel-safe, as `run` is.
    async fn advance(&mut self) -> Result<bool, StepError> {
        match &mut self.current {
            Current::Nothing => match self.jobs.recv().await {
                Some(job) => self.begin(job),
                None => return Ok(false),
            },
            Current::Write { .. } => self.write_some().await.map_err(StepError::Peer)?,
            Current::Step(step) => {
                self.file_io = Some(step.await?);
                self.current = Current::Nothing;
            }
        }
        Ok(true)
    }

    fn begin(&mut self, job: StreamJob) {
        self.current = match job {
            StreamJob::Write(bytes) => Current::Write { bytes, written: 0 },
            StreamJob::Step(step) => {
                let tap = || self.reporter.tap.clone();
                let new = || Box::new(FileIo::new(Arc::clone(&self.stream), Arc::clone(&self.stop), tap()));
                let io = self.file_io.take().unwrap_or_else(new);
                Current::Step(Box::pin(steps::run(io, step, self.reporter.clone(), self.step_stall)))
            }
        };
    }

    /// Whether it is in the middle of a step.
    pub(super) const fn is_stepping(&self) -> bool {
        matches!(self.current, Current::Step(_))
    }

    /// Writes all that it was given before the stream was closed, up to the first step.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        loop {
            if matches!(self.current, Current::Nothing) {
                // While the stream is not closed there may come more, but this is what there is.
                let Ok(job @ StreamJob::Write(_)) = self.jobs.try_recv() else { return Ok(()) };
                self.begin(job);
            }
            self.write_some().await?;
        }
    }

    pub(super) const fn take_written(&mut self) -> usize {
        std::mem::replace(&mut self.written, 0)
    }

    /// Writes as much as the kernel takes. Cancel-safe: it waits before it writes.
    async fn write_some(&mut self) -> io::Result<()> {
        let Current::Write { bytes, written } = &mut self.current else { return Ok(()) };
        let rest = bytes.get(*written..).unwrap_or_default();
        if !rest.is_empty() {
            timeout(self.stall, self.stream.writable()).await??;
            match self.stream.try_write(rest) {
                Ok(count) => {
                    let taken = rest.get(..count).unwrap_or_default();
                    self.reporter.tap.note(PacketDirection::Out, &self.stream, taken);
                    *written = written.saturating_add(count);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if *written >= bytes.len() {
            self.current = Current::Nothing;
            self.written = self.written.saturating_add(1);
        }
        Ok(())
    }
}

/// Ends the slice that is under way, which cannot be ended from outside.
impl Drop for StreamWriter {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
