//! A file of ours on its way into a socket, through a buffer.
//!
//! Not by sendfile(2): it takes less than half of the processor's time here, but hands over single pages, which cost a
//! plain peer nearly twice the time, more than is spared: `nc` had its file at 0.6 to 0.9 of the speed of another `nc`.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use tokio::io::Interest;
use tokio::net::TcpStream;

use super::event::ConnectionEvent;
use super::socket;
use super::step_poll::{MAX_CHUNK, Slice, StepError, StepPoll};
use crate::disk;
use crate::model::file::FileSource;
use crate::wire::StepEvent;

#[derive(Debug)]
pub(super) struct SendFile {
    head: Arc<[u8]>,
    /// Bytes of the head that the kernel has.
    headed: usize,
    source: FileSource,
    file: Option<File>,
    from: u64,
    at: u64,
}

impl SendFile {
    pub(super) const fn new(head: Arc<[u8]>, source: FileSource, at: u64) -> Self {
        Self { head, headed: 0, source, file: None, from: at, at }
    }

    pub(super) const fn moved(&self) -> u64 {
        self.at.saturating_sub(self.from)
    }

    /// `chunk`: room for what is read; kept, so that it grows once.
    pub(super) fn poll(&mut self, slice: &Slice, chunk: &mut Chunk) -> Result<StepPoll, StepError> {
        if self.file.is_none() {
            if self.at > self.source.size {
                return Err(StepError::Disk(io::ErrorKind::InvalidInput.into()));
            }
            self.file = disk::open(&self.source).map_err(StepError::Disk)?;
        }
        let Some(file) = self.file.take() else { return Ok(done(StepEvent::Refused)) };
        let polled = self.send(&file, slice, chunk);
        self.file = Some(file);
        polled
    }

    fn send(&mut self, file: &File, slice: &Slice, chunk: &mut Chunk) -> Result<StepPoll, StepError> {
        while self.headed < self.head.len() || self.at < self.source.size {
            if slice.is_over() {
                return Ok(StepPoll::Again);
            }
            match self.send_some(file, &slice.stream, chunk) {
                Err(StepError::Peer(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !socket::soon(&slice.stream, Interest::WRITABLE) {
                        return Ok(StepPoll::Blocked(Interest::WRITABLE));
                    }
                }
                sent => sent?,
            }
        }
        Ok(done(StepEvent::Poured))
    }

    fn send_some(&mut self, mut file: &File, stream: &TcpStream, chunk: &mut Chunk) -> Result<(), StepError> {
        let left = self.source.size.saturating_sub(self.at);
        let head = self.head.get(self.headed..).unwrap_or_default();
        if !head.is_empty() {
            self.headed += socket::send(stream, head, left > 0).map_err(StepError::Peer)?;
            return Ok(());
        }
        let room = chunk.room(usize::try_from(left).unwrap_or(usize::MAX));
        let read = file.seek(SeekFrom::Start(self.at)).and_then(|_| file.read(room));
        let bytes = room.get(..read.map_err(StepError::Disk)?).unwrap_or_default();
        if bytes.is_empty() {
            // The file has become shorter than what was promised while it was on its way.
            return Err(StepError::Disk(io::ErrorKind::StaleNetworkFileHandle.into()));
        }
        let sent = socket::send(stream, bytes, false).map_err(StepError::Peer)?;
        self.at = self.at.saturating_add(u64::try_from(sent).unwrap_or(u64::MAX));
        Ok(())
    }
}

const fn done(step: StepEvent) -> StepPoll {
    StepPoll::Done(Some(ConnectionEvent::Step(step)))
}

/// Room for what goes through at once, made when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Chunk(Vec<u8>);

impl Chunk {
    pub(super) fn room(&mut self, wanted: usize) -> &mut [u8] {
        self.0.resize(MAX_CHUNK, 0);
        self.0.get_mut(..wanted.min(MAX_CHUNK)).unwrap_or_default()
    }
}
