//! One bidirectional stream of a session, as a transfer uses it.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use quinn_proto::{Connection, ConnectionHandle, Dir, ReadError, StreamId, VarInt, WriteError};

use super::request::Refusal;

/// Read at once: other transfers have their turn.
const MAX_READ: usize = 256 * 1024;

/// How far reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamRead {
    /// More may be there.
    More,
    /// Nothing more is there now.
    Blocked,
    /// Nothing more comes.
    End,
    /// The peer has broken it off.
    Reset(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TransferStream {
    pub session: ConnectionHandle,
    pub id: StreamId,
}

impl TransferStream {
    /// `None`: the peer takes no more streams now.
    pub(super) fn open(session: ConnectionHandle, quic: &mut Connection) -> Option<Self> {
        quic.streams().open(Dir::Bi).map(|id| Self { session, id })
    }

    /// The next one that the peer has opened.
    pub(super) fn accept(session: ConnectionHandle, quic: &mut Connection) -> Option<Self> {
        quic.streams().accept(Dir::Bi).map(|id| Self { session, id })
    }

    /// Adds what is there to the buffer, `most` bytes at most.
    pub(super) fn read(self, quic: &mut Connection, buffer: &mut BytesMut, most: usize) -> StreamRead {
        let mut stream = quic.recv_stream(self.id);
        // Stopped by us, or read to its end before.
        let Ok(mut chunks) = stream.read(true) else { return StreamRead::Blocked };
        let mut room = most.min(MAX_READ);
        let how = loop {
            match chunks.next(room) {
                Ok(Some(chunk)) => {
                    buffer.extend_from_slice(&chunk.bytes);
                    room = room.saturating_sub(chunk.bytes.len());
                    if room == 0 {
                        break StreamRead::More;
                    }
                }
                Ok(None) => break StreamRead::End,
                Err(ReadError::Blocked) => break StreamRead::Blocked,
                Err(ReadError::Reset(code)) => {
                    break StreamRead::Reset(Refusal::from_code(code.into_inner()));
                }
            }
        };
        // What this makes room for goes out with the next turn in any case.
        let _more = chunks.finalize();
        how
    }

    /// Gives QUIC what it takes; how many bytes that was.
    pub(super) fn write(self, quic: &mut Connection, queue: &mut VecDeque<Bytes>) -> Result<usize, Refusal> {
        let mut taken = 0_usize;
        while !queue.is_empty() {
            match quic.send_stream(self.id).write_chunks(queue.make_contiguous()) {
                Ok(written) => {
                    taken = taken.saturating_add(written.bytes);
                    queue.drain(..written.chunks);
                }
                Err(WriteError::Blocked) => break,
                Err(WriteError::Stopped(code)) => return Err(Refusal::from_code(code.into_inner())),
                Err(WriteError::ClosedStream) => return Err(Refusal::Stopped),
            }
        }
        Ok(taken)
    }

    /// Nothing more is written.
    pub(super) fn finish(self, quic: &mut Connection) {
        // One that the peer has stopped is over already.
        let _over = quic.send_stream(self.id).finish();
    }

    /// All that was written and its end are with the peer.
    pub(super) fn is_acknowledged(self, quic: &mut Connection) -> bool {
        quic.send_stream(self.id).stopped().is_err()
    }

    /// Neither side goes on.
    pub(super) fn end(self, quic: &mut Connection, why: Refusal) {
        let code = VarInt::from_u32(why.code().into());
        // Either may be over already.
        let _reset = quic.send_stream(self.id).reset(code);
        let _stopped = quic.recv_stream(self.id).stop(code);
    }

    /// Refuses what was asked for.
    pub(super) fn refuse(self, quic: &mut Connection, why: Refusal) {
        let answer = quic.send_stream(self.id).write(&[why.code()]);
        if answer.is_ok() {
            self.finish(quic);
            let _stopped = quic.recv_stream(self.id).stop(VarInt::from_u32(why.code().into()));
        } else {
            self.end(quic, why);
        }
    }
}

/// A stream to be ended as soon as its session is at hand.
#[derive(Clone, Copy, Debug)]
pub(in crate::dialects::secure) struct OverStream {
    stream: TransferStream,
    how: StreamEnd,
}

#[derive(Clone, Copy, Debug)]
enum StreamEnd {
    /// All is there.
    Whole,
    /// Instead of an answer.
    Refused(Refusal),
    /// In the middle of it.
    Broken(Refusal),
}

impl OverStream {
    pub(super) const fn whole(stream: TransferStream) -> Self {
        Self { stream, how: StreamEnd::Whole }
    }

    pub(super) const fn refused(stream: TransferStream, why: Refusal) -> Self {
        Self { stream, how: StreamEnd::Refused(why) }
    }

    pub(super) const fn broken(stream: TransferStream, why: Refusal) -> Self {
        Self { stream, how: StreamEnd::Broken(why) }
    }

    pub(in crate::dialects::secure) const fn session(&self) -> ConnectionHandle {
        self.stream.session
    }

    pub(in crate::dialects::secure) fn end(self, quic: &mut Connection) {
        match self.how {
            StreamEnd::Whole => self.stream.finish(quic),
            StreamEnd::Refused(why) => self.stream.refuse(quic, why),
            StreamEnd::Broken(why) => self.stream.end(quic, why),
        }
    }
}
