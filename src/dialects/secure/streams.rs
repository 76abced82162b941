//! The streams of one connection: bytes wait here until QUIC takes them, and frames come out of what it gives.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use quinn_proto::{Connection, Dir, StreamId, VarInt, WriteError};

use super::frame::{FrameReader, Malformed, StreamKind, framed};

/// Bytes that wait to be taken: as much as keeps a fast link busy until the next turn.
const MAX_QUEUED: usize = 256 * 1024;
/// Bytes that are read at once.
const MAX_READ: usize = 64 * 1024;
/// Streams of a kind that this version does not know are stopped with it.
const UNKNOWN_STREAM: VarInt = VarInt::from_u32(1);

/// A stream that we write.
#[derive(Debug)]
pub(super) struct FrameQueue {
    stream: StreamId,
    queue: VecDeque<Bytes>,
    queued: usize,
}

impl FrameQueue {
    /// `None`: the connection takes no stream, so it is about to end.
    pub(super) fn open(quic: &mut Connection, kind: StreamKind, priority: i32) -> Option<Self> {
        let stream = quic.streams().open(Dir::Uni)?;
        // A stream that is just open takes any priority.
        let _open = quic.send_stream(stream).set_priority(priority);
        let first = Bytes::copy_from_slice(&[kind.code()]);
        Some(Self { stream, queue: VecDeque::from([first]), queued: 1 })
    }

    pub(super) const fn has_room(&self) -> bool {
        self.queued < MAX_QUEUED
    }

    pub(super) fn push(&mut self, content: &[u8]) {
        let frame = framed(content);
        self.queued = self.queued.saturating_add(frame.len());
        self.queue.push_back(frame.into());
    }

    /// Gives QUIC what it takes now; the rest goes when the stream is writable again.
    pub(super) fn flush(&mut self, quic: &mut Connection) {
        while !self.queue.is_empty() {
            match quic.send_stream(self.stream).write_chunks(self.queue.make_contiguous()) {
                Ok(written) => {
                    self.queued = self.queued.saturating_sub(written.bytes);
                    self.queue.retain(|chunk| !chunk.is_empty());
                }
                Err(WriteError::Blocked) => return,
                // The connection ends, and with it what waits here.
                Err(WriteError::Stopped(_) | WriteError::ClosedStream) => return self.queue.clear(),
            }
        }
    }
}

/// A stream that the peer writes.
#[derive(Debug, Default)]
struct StreamReader {
    /// `None`: its first byte has not come.
    kind: Option<StreamKind>,
    frames: FrameReader,
    /// Something may be there.
    readable: bool,
}

/// What the peer writes.
#[derive(Debug, Default)]
pub(super) struct StreamReaders {
    table: BTreeMap<StreamId, StreamReader>,
}

impl StreamReaders {
    /// Takes in the streams that the peer has opened.
    pub(super) fn accept(&mut self, quic: &mut Connection) {
        while let Some(stream) = quic.streams().accept(Dir::Uni) {
            self.table.insert(stream, StreamReader { readable: true, ..StreamReader::default() });
        }
    }

    pub(super) fn note_readable(&mut self, stream: StreamId) {
        if let Some(reader) = self.table.get_mut(&stream) {
            reader.readable = true;
        }
    }

    /// The next frame of the streams of this kind; `None`: there is none yet.
    pub(super) fn next(
        &mut self,
        quic: &mut Connection,
        wanted: StreamKind,
    ) -> Result<Option<Vec<u8>>, Malformed> {
        for (stream, reader) in &mut self.table {
            if reader.kind.is_none() {
                reader.read_kind(quic, *stream)?;
            }
            if reader.kind != Some(wanted) {
                continue;
            }
            loop {
                if let Some(frame) = reader.frames.next()? {
                    return Ok(Some(frame));
                }
                if !reader.readable || reader.read(quic, *stream).is_none() {
                    break;
                }
            }
        }
        Ok(None)
    }
}

impl StreamReader {
    /// The first byte. A stream of an unknown kind is stopped and left alone.
    fn read_kind(&mut self, quic: &mut Connection, stream: StreamId) -> Result<(), Malformed> {
        let Some(first) = take(quic, stream, 1) else { return Ok(()) };
        let code = *first.first().ok_or(Malformed)?;
        self.kind = StreamKind::from_code(code);
        if self.kind.is_none() {
            let _stopped = quic.recv_stream(stream).stop(UNKNOWN_STREAM);
        }
        Ok(())
    }

    /// `None`: nothing is there now.
    fn read(&mut self, quic: &mut Connection, stream: StreamId) -> Option<()> {
        let Some(bytes) = take(quic, stream, MAX_READ) else {
            self.readable = false;
            return None;
        };
        self.frames.push(&bytes);
        Some(())
    }
}

/// Bytes in their order; `None`: none are there now, or ever.
fn take(quic: &mut Connection, stream: StreamId, most: usize) -> Option<Bytes> {
    let mut stream = quic.recv_stream(stream);
    let mut chunks = stream.read(true).ok()?;
    let chunk = chunks.next(most).ok().flatten();
    // What this makes room for goes out with the next turn in any case.
    let _more = chunks.finalize();
    chunk.map(|chunk| chunk.bytes)
}
