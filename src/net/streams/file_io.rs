//! Carries out the steps of one stream: between its socket and the file or folder that is sent or received.
//!
//! Works in slices, on a thread that may block. Files are not sent by sendfile(2): it takes less than half of the
//! processor's time here, but hands over single pages, which cost a plain peer nearly twice the time, more than is
//! spared: `nc` had its file at 0.6 to 0.9 of the speed of another `nc`.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::event::ConnectionEvent;
use super::read_buf::ReadBuffer;
use super::socket;
use super::step_poll::{MAX_SLICE, StepError, StepPoll};
use crate::disk::{self, PartialDownload};
use crate::model::file::{DownloadTarget, FileSource};
use crate::model::packet::PacketDirection;
use crate::net::clock;
use crate::net::tap::StreamTap;
use crate::wire::{Receive, Step, StepEvent};

/// Bytes moved at once: enough that system calls cost nothing, few enough to stay in the processor's cache.
const MAX_CHUNK: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct FileIo {
    pub(super) stream: Arc<TcpStream>,
    /// Set when the step is not wanted any more.
    stop: Arc<AtomicBool>,
    /// When this slice ends.
    end: Option<Instant>,
    read_buf: ReadBuffer,
    /// Room for what goes through at once, made when it is first needed.
    chunk: Vec<u8>,
    upload: Option<File>,
    download: Option<PartialDownload>,
    /// Bytes of the head that the kernel has in this step.
    headed: usize,
    /// Bytes of the file that have gone through in this step.
    pub(super) moved: u64,
    tap: StreamTap,
}

impl FileIo {
    pub(super) fn new(stream: Arc<TcpStream>, stop: Arc<AtomicBool>, tap: StreamTap) -> Self {
        Self {
            stream,
            stop,
            end: None,
            read_buf: ReadBuffer::default(),
            chunk: Vec::new(),
            upload: None,
            download: None,
            headed: 0,
            moved: 0,
            tap,
        }
    }

    /// The next polls are of another step.
    pub(super) fn begin(&mut self) {
        (self.upload, self.headed, self.moved) = (None, 0, 0);
    }

    /// Works for one slice.
    pub(super) fn poll(&mut self, step: &Step) -> Result<StepPoll, StepError> {
        let now = clock::now();
        self.end = now.mono.checked_add(MAX_SLICE);
        let arranged = match step {
            Step::Pour { head, source, at } => return self.pour(head, source, *at),
            Step::Take { bytes } => return self.take(*bytes),
            Step::Fill { bytes } => return self.fill(*bytes),
            Step::End => {
                // That the peer is gone is noticed by reading.
                let _gone: io::Result<()> = SockRef::from(&*self.stream).shutdown(Shutdown::Write);
                Ok(())
            }
            Step::Receive { place, what } => self.receive(place, *what),
            Step::File { name, size } => self.download().and_then(|to| to.file(name, *size)),
            Step::Close { modified } => self.download().and_then(|to| to.close(*modified, now.wall)),
            Step::Enter { name } => self.download().and_then(|to| to.enter(name)),
            Step::Leave => self.download().and_then(PartialDownload::leave),
            Step::Finish { modified } => {
                let whole = self.download.take().ok_or_else(misplaced);
                let kept = whole.and_then(|whole| whole.finish(*modified, now.wall));
                return kept.map(|path| done(StepEvent::Kept { path })).map_err(StepError::Disk);
            }
        };
        arranged.map(|()| StepPoll::Done(None)).map_err(StepError::Disk)
    }

    fn receive(&mut self, place: &DownloadTarget, what: Receive) -> io::Result<()> {
        // What was being received before is left as it is.
        self.download = None;
        self.download = Some(match what {
            Receive::File { size, from } => PartialDownload::of_file(place, size, from)?,
            Receive::Folder => PartialDownload::of_folder(place)?,
        });
        Ok(())
    }

    fn download(&mut self) -> io::Result<&mut PartialDownload> {
        self.download.as_mut().ok_or_else(misplaced)
    }

    /// A file of ours on its way into the socket.
    fn pour(&mut self, head: &[u8], source: &FileSource, at: u64) -> Result<StepPoll, StepError> {
        let file = match self.upload.take() {
            Some(file) => file,
            None if at > source.size => return Err(StepError::Disk(misplaced())),
            None => match disk::open(source).map_err(StepError::Disk)? {
                Some(file) => file,
                None => return Ok(done(StepEvent::Refused)),
            },
        };
        let polled = self.go_on(Interest::WRITABLE, StepEvent::Poured, |io| {
            let at = at.saturating_add(io.moved);
            io.pour_some(head, &file, at, source.size.saturating_sub(at))
        });
        self.upload = Some(file);
        polled
    }

    fn pour_some(&mut self, head: &[u8], mut file: &File, at: u64, left: u64) -> Result<bool, StepError> {
        let head = head.get(self.headed..).unwrap_or_default();
        if !head.is_empty() {
            let sent = socket::send(&self.stream, head, left > 0).map_err(StepError::Peer)?;
            self.tap.note(PacketDirection::Out, &self.stream, head.get(..sent).unwrap_or_default());
            self.headed += sent;
            return Ok(false);
        }
        if left == 0 {
            return Ok(true);
        }
        self.chunk.resize(MAX_CHUNK, 0);
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.take(left).read(&mut self.chunk));
        let bytes = self.chunk.get(..read.map_err(StepError::Disk)?).unwrap_or_default();
        if bytes.is_empty() {
            // The file has become shorter than what was promised while it was on its way.
            return Err(StepError::Disk(io::ErrorKind::StaleNetworkFileHandle.into()));
        }
        let sent = socket::send(&self.stream, bytes, false).map_err(StepError::Peer)?;
        self.tap.note(PacketDirection::Out, &self.stream, bytes.get(..sent).unwrap_or_default());
        self.add_moved(sent);
        Ok(false)
    }

    /// From the socket into the file.
    fn fill(&mut self, bytes: u64) -> Result<StepPoll, StepError> {
        let wants = self.download().map_err(StepError::Disk)?.wants();
        if bytes.saturating_sub(self.moved) > wants {
            return Err(StepError::Disk(io::ErrorKind::FileTooLarge.into()));
        }
        self.go_on(Interest::READABLE, StepEvent::Filled, |io| {
            let left = usize::try_from(bytes.saturating_sub(io.moved)).unwrap_or(usize::MAX);
            if left > 0 {
                let count = io.fill_some(left)?;
                io.add_moved(count);
            }
            Ok(left == 0)
        })
    }

    /// Moves some bytes, `wanted` at most.
    fn fill_some(&mut self, wanted: usize) -> Result<usize, StepError> {
        let Self { stream, read_buf, chunk, download, tap, .. } = self;
        let download = download.as_mut().ok_or_else(|| StepError::Disk(misplaced()))?;
        if read_buf.peek(1).is_empty() && wanted >= MAX_CHUNK {
            chunk.resize(MAX_CHUNK, 0);
            let count = received(socket::receive(stream, chunk))?;
            let bytes = chunk.get(..count).unwrap_or_default();
            tap.note(PacketDirection::In, stream, bytes);
            download.write(bytes).map_err(StepError::Disk)?;
            return Ok(count);
        }
        if read_buf.peek(1).is_empty() {
            // What follows the file comes along, and is there when it is asked for.
            received(read_buf.read(|room| {
                let count = socket::receive(stream, room)?;
                tap.note(PacketDirection::In, stream, room.get(..count).unwrap_or_default());
                Ok(count)
            }))?;
        }
        let early = read_buf.peek(wanted);
        let count = early.len();
        download.write(early).map_err(StepError::Disk)?;
        read_buf.skip(count);
        Ok(count)
    }

    fn add_moved(&mut self, bytes: usize) {
        self.moved = self.moved.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Moves bytes until the slice is over or `some` says that this was all, and waits a little for the peer.
    fn go_on(
        &mut self,
        interest: Interest,
        end: StepEvent,
        mut some: impl FnMut(&mut Self) -> Result<bool, StepError>,
    ) -> Result<StepPoll, StepError> {
        while !self.is_over() {
            match some(self) {
                Ok(true) => return Ok(done(end)),
                Ok(false) => {}
                Err(StepError::Peer(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !socket::soon(&self.stream, interest) {
                        return Ok(StepPoll::Blocked(interest));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(StepPoll::Again)
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.end.is_none_or(|end| clock::now().mono >= end)
    }

    fn take(&mut self, wanted: usize) -> Result<StepPoll, StepError> {
        loop {
            if let Some(bytes) = self.read_buf.take(wanted) {
                return Ok(StepPoll::Done(Some(ConnectionEvent::Data(bytes))));
            }
            let Self { stream, read_buf, tap, .. } = &mut *self;
            let read = read_buf.read(|room| {
                let count = stream.try_read(room)?;
                tap.note(PacketDirection::In, stream, room.get(..count).unwrap_or_default());
                Ok(count)
            });
            match received(read) {
                Ok(_) => {}
                Err(StepError::Peer(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(StepPoll::Blocked(Interest::READABLE));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

const fn done(step: StepEvent) -> StepPoll {
    StepPoll::Done(Some(ConnectionEvent::Step(step)))
}

fn misplaced() -> io::Error {
    io::ErrorKind::InvalidInput.into()
}

fn received(read: io::Result<usize>) -> Result<usize, StepError> {
    match read {
        Ok(0) => Err(StepError::Ended),
        read => read.map_err(StepError::Peer),
    }
}
