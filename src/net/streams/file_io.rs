//! Carries out the steps of one stream: between its socket and the file or folder that is sent or received.
//!
//! Works in slices, on a thread that may block.

use std::io;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::event::ConnectionEvent;
use super::read_buf::ReadBuffer;
use super::send_file::{Chunk, SendFile};
use super::socket;
use super::step_poll::{MAX_CHUNK, MAX_SLICE, Slice, StepError, StepPoll};
use crate::disk::PartialDownload;
use crate::model::Now;
use crate::net::clock;
use crate::wire::{Receive, Step, StepEvent};

#[derive(Debug)]
pub(super) struct FileIo {
    pub(super) stream: Arc<TcpStream>,
    /// Set when the step is not wanted any more.
    stop: Arc<AtomicBool>,
    step: ActiveStep,
    read_buf: ReadBuffer,
    chunk: Chunk,
    download: Option<PartialDownload>,
    /// Bytes of the file that have gone through in this step.
    pub(super) moved: u64,
}

#[derive(Debug)]
enum ActiveStep {
    Send(SendFile),
    Take(usize),
    Fill(u64),
    End,
    /// It only concerns the disk.
    Disk(Step),
}

impl FileIo {
    pub(super) fn new(stream: Arc<TcpStream>, stop: Arc<AtomicBool>) -> Self {
        let (read_buf, chunk) = (ReadBuffer::default(), Chunk::default());
        Self { stream, stop, step: ActiveStep::End, read_buf, chunk, download: None, moved: 0 }
    }

    pub(super) fn begin(&mut self, step: Step) {
        self.moved = 0;
        self.step = match step {
            Step::Pour { head, source, at } => ActiveStep::Send(SendFile::new(head, source, at)),
            Step::Take { bytes } => ActiveStep::Take(bytes),
            Step::Fill { bytes } => ActiveStep::Fill(bytes),
            Step::End => ActiveStep::End,
            step @ (Step::Receive { .. }
            | Step::File { .. }
            | Step::Close { .. }
            | Step::Enter { .. }
            | Step::Leave
            | Step::Finish { .. }) => ActiveStep::Disk(step),
        };
    }

    /// Whether a slice of the step never blocks.
    pub(super) const fn is_quick(&self) -> bool {
        matches!(self.step, ActiveStep::Take(_) | ActiveStep::End)
    }

    /// Works for one slice.
    pub(super) fn poll(&mut self) -> Result<StepPoll, StepError> {
        let now = clock::now();
        let (stream, stop) = (Arc::clone(&self.stream), Arc::clone(&self.stop));
        let slice = Slice { stream, stop, end: now.mono.checked_add(MAX_SLICE) };
        match &mut self.step {
            ActiveStep::Take(bytes) => take(&slice.stream, &mut self.read_buf, *bytes),
            ActiveStep::Send(send) => {
                let polled = send.poll(&slice, &mut self.chunk);
                self.moved = send.moved();
                polled
            }
            ActiveStep::Fill(bytes) => {
                let bytes = *bytes;
                self.fill(&slice, bytes)
            }
            ActiveStep::End => {
                // That the peer is gone is noticed by reading.
                let _gone: io::Result<()> = SockRef::from(&*slice.stream).shutdown(Shutdown::Write);
                Ok(StepPoll::Done(None))
            }
            ActiveStep::Disk(task) => arrange(&mut self.download, task, now)
                .map(|event| StepPoll::Done(event.map(ConnectionEvent::Step)))
                .map_err(StepError::Disk),
        }
    }

    /// From the socket into the file.
    fn fill(&mut self, slice: &Slice, bytes: u64) -> Result<StepPoll, StepError> {
        let wants = self.download.as_ref().ok_or_else(misplaced)?.wants();
        if bytes.saturating_sub(self.moved) > wants {
            return Err(StepError::Disk(io::ErrorKind::FileTooLarge.into()));
        }
        loop {
            let wanted = usize::try_from(bytes.saturating_sub(self.moved)).unwrap_or(usize::MAX);
            if wanted == 0 {
                return Ok(StepPoll::Done(Some(ConnectionEvent::Step(StepEvent::Filled))));
            }
            if slice.is_over() {
                return Ok(StepPoll::Again);
            }
            match self.fill_some(&slice.stream, wanted) {
                Ok(count) => {
                    self.moved = self.moved.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                }
                Err(StepError::Peer(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !socket::soon(&slice.stream, Interest::READABLE) {
                        return Ok(StepPoll::Blocked(Interest::READABLE));
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Moves some bytes, `wanted` at most.
    fn fill_some(&mut self, stream: &TcpStream, wanted: usize) -> Result<usize, StepError> {
        let download = self.download.as_mut().ok_or_else(misplaced)?;
        if self.read_buf.peek(1).is_empty() && wanted >= MAX_CHUNK {
            let room = self.chunk.room(wanted);
            let count = received(socket::receive(stream, room))?;
            download.write(room.get(..count).unwrap_or_default()).map_err(StepError::Disk)?;
            return Ok(count);
        }
        if self.read_buf.peek(1).is_empty() {
            // What follows the file comes along, and is there when it is asked for.
            received(self.read_buf.read(|room| socket::receive(stream, room)))?;
        }
        let early = self.read_buf.peek(wanted);
        let count = early.len();
        download.write(early).map_err(StepError::Disk)?;
        self.read_buf.skip(count);
        Ok(count)
    }
}

fn misplaced() -> StepError {
    StepError::Disk(io::ErrorKind::InvalidInput.into())
}

fn received(read: io::Result<usize>) -> Result<usize, StepError> {
    match read {
        Ok(0) => Err(StepError::Ended),
        read => read.map_err(StepError::Peer),
    }
}

fn take(stream: &TcpStream, read_buf: &mut ReadBuffer, wanted: usize) -> Result<StepPoll, StepError> {
    loop {
        if let Some(bytes) = read_buf.take(wanted) {
            return Ok(StepPoll::Done(Some(ConnectionEvent::Data(bytes))));
        }
        match received(read_buf.read(|room| stream.try_read(room))) {
            Ok(_) => {}
            Err(StepError::Peer(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                return Ok(StepPoll::Blocked(Interest::READABLE));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Does what only concerns the disk.
fn arrange(download: &mut Option<PartialDownload>, step: &Step, now: Now) -> io::Result<Option<StepEvent>> {
    if let Step::Receive { place, what } = step {
        // What was being received before is left as it is.
        *download = None;
        *download = Some(match *what {
            Receive::File { size, from } => PartialDownload::of_file(place, size, from)?,
            Receive::Folder => PartialDownload::of_folder(place)?,
        });
        return Ok(None);
    }
    if let Step::Finish { modified } = step {
        let whole = download.take().ok_or(io::ErrorKind::InvalidInput)?;
        let path = whole.finish(*modified, now.wall)?;
        return Ok(Some(StepEvent::Kept { path }));
    }
    let download = download.as_mut().ok_or(io::ErrorKind::InvalidInput)?;
    match step {
        Step::File { name, size } => download.file(name, *size)?,
        Step::Close { modified } => download.close(*modified, now.wall)?,
        Step::Enter { name } => download.enter(name)?,
        Step::Leave => download.leave()?,
        Step::Pour { .. }
        | Step::Take { .. }
        | Step::Fill { .. }
        | Step::Receive { .. }
        | Step::End
        | Step::Finish { .. } => {}
    }
    Ok(None)
}
