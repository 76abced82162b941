//! A file of ours on its way into a socket, through a buffer.
//!
//! Not by sendfile(2): it takes less than half of the processor's time here, but hands over single pages, which cost a
//! plain peer nearly twice the time, more than is spared: `nc` had its file at 0.6 to 0.9 of the speed of another `nc`.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use tokio::io::Interest;
use tokio::net::TcpStream;

use super::hand::{Failure, Turn};
use super::socket;
use crate::disk;
use crate::model::file::FileSource;

/// Bytes given to the kernel at once: enough that system calls cost nothing, few enough to stay in the processor's cache.
const MAX_CHUNK: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct Pouring {
    head: Arc<[u8]>,
    /// Of the head, in the kernel.
    headed: usize,
    source: FileSource,
    file: Option<File>,
    from: u64,
    at: u64,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Again,
    /// The peer takes nothing for now.
    Waits,
    Poured,
    Refused,
}

impl Pouring {
    pub(super) const fn new(head: Arc<[u8]>, source: FileSource, at: u64) -> Self {
        Self { head, headed: 0, source, file: None, from: at, at }
    }

    pub(super) const fn moved(&self) -> u64 {
        self.at.saturating_sub(self.from)
    }

    pub(super) fn turn(&mut self, turn: &Turn<'_>, buffer: &mut Vec<u8>) -> Result<Progress, Failure> {
        if self.file.is_none() {
            if self.at > self.source.size {
                return Err(Failure::Disk(io::ErrorKind::InvalidInput.into()));
            }
            self.file = disk::open(&self.source).map_err(Failure::Disk)?;
        }
        let Some(file) = self.file.take() else { return Ok(Progress::Refused) };
        let progress = self.pour(&file, turn, buffer);
        self.file = Some(file);
        progress
    }

    fn pour(&mut self, file: &File, turn: &Turn<'_>, buffer: &mut Vec<u8>) -> Result<Progress, Failure> {
        while self.headed < self.head.len() || self.at < self.source.size {
            if turn.is_over() {
                return Ok(Progress::Again);
            }
            match self.some(file, turn.stream, buffer) {
                Err(Failure::Net(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !socket::soon(turn.stream, Interest::WRITABLE) {
                        return Ok(Progress::Waits);
                    }
                }
                done => done?,
            }
        }
        Ok(Progress::Poured)
    }

    fn some(&mut self, file: &File, stream: &TcpStream, buffer: &mut Vec<u8>) -> Result<(), Failure> {
        let left = self.source.size.saturating_sub(self.at);
        let head = self.head.get(self.headed..).unwrap_or_default();
        if !head.is_empty() {
            self.headed += socket::send(stream, head, left > 0).map_err(Failure::Net)?;
            return Ok(());
        }
        let wanted = usize::try_from(left).unwrap_or(usize::MAX);
        let sent = self.send(file, stream, wanted.min(MAX_CHUNK), buffer)?;
        self.at = self.at.saturating_add(u64::try_from(sent).unwrap_or(u64::MAX));
        Ok(())
    }

    fn send(
        &self,
        mut file: &File,
        stream: &TcpStream,
        wanted: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<usize, Failure> {
        buffer.resize(MAX_CHUNK, 0);
        let room = buffer.get_mut(..wanted).unwrap_or_default();
        let read =
            file.seek(SeekFrom::Start(self.at)).and_then(|_| file.read(room)).map_err(Failure::Disk)?;
        if read == 0 {
            return Err(shorter());
        }
        socket::send(stream, buffer.get(..read).unwrap_or_default(), false).map_err(Failure::Net)
    }
}

/// It has become shorter than what was promised while it was on its way.
fn shorter() -> Failure {
    Failure::Disk(io::ErrorKind::StaleNetworkFileHandle.into())
}
