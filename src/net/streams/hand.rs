//! What carries out the steps of one stream: its socket, the file or folder that is received, and what was read ahead.
//!
//! Works in turns on a thread that may block. A turn ends when the step is done, when the peer is waited for, or after
//! a moment, so that progress is told and a stream that is closed ends soon.

use std::io;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::ahead::Ahead;
use super::pour::{Pouring, Progress};
use super::socket;
use crate::disk::Landing;
use crate::model::Now;
use crate::net::clock;
use crate::net::fault::code_of;
use crate::wire::{Receive, Step, StepEvent, StreamError};

/// How long a turn takes at most, but for the disk.
pub(super) const MAX_TURN: Duration = Duration::from_millis(100);
/// Bytes read from a peer at once: enough that system calls cost nothing, few enough to stay in the processor's cache.
const MAX_CHUNK: usize = 256 * 1024;

/// Why a step cannot be done, which ends the stream.
#[derive(Debug)]
pub(super) enum Failure {
    /// The peer closed in good order.
    Ended,
    Net(io::Error),
    Disk(io::Error),
}

impl Failure {
    /// As engines get it.
    pub(super) fn error(&self) -> Option<StreamError> {
        match self {
            Self::Ended => None,
            Self::Net(error) => Some(StreamError::Peer(code_of(error))),
            Self::Disk(error) => Some(StreamError::Disk(code_of(error))),
        }
    }
}

/// What a step has to say at its end.
#[derive(Debug)]
pub(super) enum Said {
    Nothing,
    Data(Vec<u8>),
    Step(StepEvent),
}

/// How a turn ended.
#[derive(Debug)]
pub(super) enum Turned {
    Again,
    Waits(Interest),
    Done(Said),
}

#[derive(Debug)]
pub(super) struct Hand {
    stream: Arc<TcpStream>,
    /// Set when nobody wants the step any more.
    stop: Arc<AtomicBool>,
    step: Option<Doing>,
    ahead: Ahead,
    buffer: Vec<u8>,
    landing: Option<Landing>,
    /// Bytes of the file that have gone through in this step.
    pub(super) moved: u64,
}

#[derive(Debug)]
enum Doing {
    Pour(Pouring),
    Take(usize),
    Fill(u64),
    End,
    /// It only concerns the disk.
    Arrange(Step),
}

impl Hand {
    pub(super) fn new(stream: Arc<TcpStream>, stop: Arc<AtomicBool>) -> Self {
        let (ahead, buffer) = (Ahead::default(), Vec::new());
        Self { stream, stop, step: None, ahead, buffer, landing: None, moved: 0 }
    }

    pub(super) fn begin(&mut self, step: Step) {
        self.moved = 0;
        self.step = Some(match step {
            Step::Pour { head, source, at } => Doing::Pour(Pouring::new(head, source, at)),
            Step::Take { bytes } => Doing::Take(bytes),
            Step::Fill { bytes } => Doing::Fill(bytes),
            Step::End => Doing::End,
            step @ (Step::Receive { .. }
            | Step::File { .. }
            | Step::Close { .. }
            | Step::Enter { .. }
            | Step::Leave
            | Step::Finish { .. }) => Doing::Arrange(step),
        });
    }

    /// Whether a turn of it never blocks.
    pub(super) const fn is_quick(&self) -> bool {
        matches!(self.step, Some(Doing::Take(_) | Doing::End) | None)
    }

    pub(super) fn turn(&mut self) -> Result<Turned, Failure> {
        let now = clock::now();
        let turn = Turn { stream: &self.stream, stop: &self.stop, end: now.mono.checked_add(MAX_TURN) };
        let turned = match &mut self.step {
            None => Turned::Done(Said::Nothing),
            Some(Doing::Take(bytes)) => take(&self.stream, &mut self.ahead, *bytes)?,
            Some(Doing::Pour(pouring)) => {
                let turned = pouring.turn(&turn, &mut self.buffer)?;
                self.moved = pouring.moved();
                match turned {
                    Progress::Again => Turned::Again,
                    Progress::Waits => Turned::Waits(Interest::WRITABLE),
                    Progress::Poured => Turned::Done(Said::Step(StepEvent::Poured)),
                    Progress::Refused => Turned::Done(Said::Step(StepEvent::Refused)),
                }
            }
            Some(Doing::Fill(bytes)) => {
                let landing = self.landing.as_mut().ok_or_else(misplaced)?;
                let filling = Filling { ahead: &mut self.ahead, buffer: &mut self.buffer, landing };
                filling.turn(&turn, *bytes, &mut self.moved)?
            }
            Some(Doing::End) => {
                // That the peer is gone is noticed by reading.
                let _gone: io::Result<()> = SockRef::from(&*self.stream).shutdown(Shutdown::Write);
                Turned::Done(Said::Nothing)
            }
            Some(Doing::Arrange(step)) => {
                Turned::Done(arrange(&mut self.landing, step, now).map_err(Failure::Disk)?)
            }
        };
        if matches!(turned, Turned::Done(_)) {
            self.step = None;
        }
        Ok(turned)
    }
}

fn misplaced() -> Failure {
    Failure::Disk(io::ErrorKind::InvalidInput.into())
}

/// One turn: whose it is, and when it ends.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) stream: &'a TcpStream,
    stop: &'a AtomicBool,
    end: Option<Instant>,
}

impl Turn<'_> {
    pub(super) fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.end.is_none_or(|end| clock::now().mono >= end)
    }
}

fn take(stream: &TcpStream, ahead: &mut Ahead, wanted: usize) -> Result<Turned, Failure> {
    loop {
        if let Some(bytes) = ahead.take(wanted) {
            return Ok(Turned::Done(Said::Data(bytes)));
        }
        match ahead.read(|room| stream.try_read(room)) {
            Ok(0) => return Err(Failure::Ended),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Ok(Turned::Waits(Interest::READABLE));
            }
            Err(error) => return Err(Failure::Net(error)),
        }
    }
}

/// Bytes on their way from a socket into a file.
struct Filling<'a> {
    ahead: &'a mut Ahead,
    buffer: &'a mut Vec<u8>,
    landing: &'a mut Landing,
}

impl Filling<'_> {
    fn turn(mut self, turn: &Turn<'_>, bytes: u64, moved: &mut u64) -> Result<Turned, Failure> {
        let left = |moved: u64| bytes.saturating_sub(moved);
        if left(*moved) > self.landing.wants() {
            return Err(Failure::Disk(io::ErrorKind::FileTooLarge.into()));
        }
        loop {
            let wanted = usize::try_from(left(*moved)).unwrap_or(usize::MAX);
            if wanted == 0 {
                return Ok(Turned::Done(Said::Step(StepEvent::Filled)));
            }
            if turn.is_over() {
                return Ok(Turned::Again);
            }
            match self.some(turn.stream, wanted)? {
                Some(count) => *moved = moved.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)),
                None if socket::soon(turn.stream, Interest::READABLE) => {}
                None => return Ok(Turned::Waits(Interest::READABLE)),
            }
        }
    }

    /// Moves some bytes, `wanted` at most; `None` when none are there.
    fn some(&mut self, stream: &TcpStream, wanted: usize) -> Result<Option<usize>, Failure> {
        let early = self.ahead.peek(wanted);
        if !early.is_empty() {
            let count = early.len();
            self.landing.write(early).map_err(Failure::Disk)?;
            self.ahead.skip(count);
            return Ok(Some(count));
        }
        let read = if wanted < MAX_CHUNK {
            // What follows the file comes along, and is there when it is asked for.
            self.ahead.read(|room| socket::receive(stream, room)).map(|count| (count, 0))
        } else {
            self.buffer.resize(MAX_CHUNK, 0);
            socket::receive(stream, self.buffer).map(|count| (count, count))
        };
        match read {
            Ok((0, _)) => Err(Failure::Ended),
            Ok((_, direct)) => {
                let bytes = self.buffer.get(..direct).unwrap_or_default();
                self.landing.write(bytes).map_err(Failure::Disk)?;
                Ok(Some(direct))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(Failure::Net(error)),
        }
    }
}

/// Does what only concerns the disk.
fn arrange(place: &mut Option<Landing>, step: &Step, now: Now) -> io::Result<Said> {
    if let Step::Receive { place: at, what } = step {
        // What was being received before is left as it is.
        *place = None;
        *place = Some(match *what {
            Receive::File { size, from } => Landing::of_file(at, size, from)?,
            Receive::Folder => Landing::of_folder(at)?,
        });
        return Ok(Said::Nothing);
    }
    if let Step::Finish { modified } = step {
        let landing = place.take().ok_or(io::ErrorKind::InvalidInput)?;
        let path = landing.finish(*modified, now.wall)?;
        return Ok(Said::Step(StepEvent::Kept { path }));
    }
    let landing = place.as_mut().ok_or(io::ErrorKind::InvalidInput)?;
    match step {
        Step::File { name, size } => landing.file(name, *size)?,
        Step::Close { modified } => landing.close(*modified, now.wall)?,
        Step::Enter { name } => landing.enter(name)?,
        Step::Leave => landing.leave()?,
        Step::Pour { .. }
        | Step::Take { .. }
        | Step::Fill { .. }
        | Step::Receive { .. }
        | Step::End
        | Step::Finish { .. } => {}
    }
    Ok(Said::Nothing)
}
