//! A step from its task's side: gives it slices on threads that may block, waits for the peer, and reports how far it is.

use std::io;
use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::event::{ConnectionEvent, Reporter};
use super::file_io::FileIo;
use super::step_poll::{MAX_SLICE, StepError, StepPoll};
use crate::net::clock;
use crate::wire::{Step, StepEvent};

/// Carries a step out. `stall`: how long the peer may take nothing. How long it may send nothing is for the engine to
/// say.
pub(super) async fn run(
    io: Box<FileIo>,
    step: Step,
    reporter: Reporter,
    stall: Duration,
) -> Result<Box<FileIo>, StepError> {
    let mut progress = StepProgress { reporter: &reporter, stall, told: 0, moved: 0, due: due_from_now() };
    let result = progress.carry_out(io, step).await;
    if result.is_err() {
        // Else it would seem that nothing had come.
        progress.report();
    }
    result
}

/// How far a step is, and how much of that was reported.
struct StepProgress<'a> {
    reporter: &'a Reporter,
    stall: Duration,
    told: u64,
    moved: u64,
    /// Reported a few times a second.
    due: Option<Instant>,
}

impl StepProgress<'_> {
    async fn carry_out(&mut self, mut io: Box<FileIo>, mut step: Step) -> Result<Box<FileIo>, StepError> {
        io.begin();
        loop {
            let polled;
            // These never block.
            if matches!(step, Step::Take { .. } | Step::End) {
                polled = io.poll(&step);
            } else {
                let slice = move || {
                    let polled = io.poll(&step);
                    (io, step, polled)
                };
                // A slice that panicked is a fault of ours, and takes the file with it.
                (io, step, polled) = spawn_blocking(slice)
                    .await
                    .map_err(|broken| StepError::Disk(io::Error::other(broken)))?;
            }
            self.moved = io.moved;
            let blocked = match polled? {
                StepPoll::Again => None,
                StepPoll::Blocked(interest) => Some(interest),
                StepPoll::Done(event) => {
                    if let Some(event) = event {
                        self.reporter.report(event).await;
                    }
                    return Ok(io);
                }
            };
            self.wait(&io.stream, blocked).await.map_err(StepError::Peer)?;
        }
    }

    /// Waits for the peer, if that is what the step does.
    async fn wait(&mut self, stream: &TcpStream, on: Option<Interest>) -> io::Result<()> {
        if self.moved != self.told && self.due.is_some_and(|due| due <= clock::now().mono) {
            self.report();
        }
        let Some(interest) = on else { return Ok(()) };
        let mut ready = pin!(ready(stream, interest, self.stall));
        loop {
            tokio::select! {
                ready = &mut ready => return ready,
                () = clock::reached(self.due), if self.moved != self.told => self.report(),
            }
        }
    }

    /// When there is no room for it, the next one does as well.
    fn report(&mut self) {
        self.due = due_from_now();
        let event = ConnectionEvent::Step(StepEvent::Moved { bytes: self.moved });
        if self.moved != self.told && self.reporter.try_report(event) {
            self.told = self.moved;
        }
    }
}

fn due_from_now() -> Option<Instant> {
    clock::now().mono.checked_add(MAX_SLICE)
}

async fn ready(stream: &TcpStream, interest: Interest, stall: Duration) -> io::Result<()> {
    let ready = stream.ready(interest);
    if interest.is_writable() {
        timeout(stall, ready).await??;
    } else {
        ready.await?;
    }
    Ok(())
}
