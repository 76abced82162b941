//! What comes on a stream that brings a file or a folder: which steps of the disk follow from it (invariants I11 and I12).
//!
//! ```text
//! answer   0 ‖ size u64 as it was offered, or the code of a refusal
//! file     its bytes from the one that was asked for on, then BLAKE3 of all of it
//! folder   see `walk`
//! ```
//! Never asks for anything above the folder itself, and for no more bytes than the offer has announced.

use bytes::{Bytes, BytesMut};

use super::request::{GIVES, Refusal};
use super::walk::WalkFrame;
use crate::wire::cursor::Cursor;
use crate::wire::disk::{DiskStep, FileHash};

/// Bytes that are written at once, where there are so many: BLAKE3 is slow on short pieces.
const PIECE: usize = 128 * 1024;
const HASH: usize = 32;
/// The code of an answer and the size.
const ANSWER: usize = 9;
/// Folders inside of one another, and all that is in it (invariant I11).
const MAX_DEPTH: usize = 32;
const MAX_ENTRIES: usize = 10_000;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyPart {
    Answer,
    /// So many bytes of a file.
    Content {
        left: u64,
    },
    Hash,
    Frame,
    /// Nothing more.
    End,
}

/// What is to come, as the offer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExpectedBody {
    pub folder: bool,
    pub size: u64,
    /// Bytes of a file that are here already.
    pub from: u64,
    pub modified: i64,
}

#[derive(Debug)]
pub(super) struct IncomingBody {
    expected: ExpectedBody,
    part: BodyPart,
    pub(super) buffer: BytesMut,
    /// Of a folder: what is inside so far.
    depth: usize,
    entries: usize,
    declared: u64,
    /// The time of the file inside that is open.
    modified: i64,
    last: Option<DiskStep>,
    pub(super) skipped: u32,
}

impl IncomingBody {
    pub(super) fn new(expected: ExpectedBody) -> Self {
        Self {
            expected,
            part: BodyPart::Answer,
            buffer: BytesMut::new(),
            depth: 0,
            entries: 0,
            declared: 0,
            modified: 0,
            last: None,
            skipped: 0,
        }
    }

    /// The next step that follows from what has come; `None`: more has to come first.
    pub(super) fn next(&mut self) -> Result<Option<DiskStep>, Refusal> {
        loop {
            let step = match self.part {
                BodyPart::Answer => {
                    if !self.read_answer()? {
                        return Ok(None);
                    }
                    continue;
                }
                BodyPart::Content { left: 0 } => {
                    self.part = BodyPart::Hash;
                    continue;
                }
                BodyPart::Content { left } => self.content(left).map(|bytes| DiskStep::Write { bytes }),
                BodyPart::Hash => self.read_hash(),
                BodyPart::Frame => self.read_frame()?,
                BodyPart::End if self.buffer.is_empty() => None,
                BodyPart::End => return Err(Refusal::Malformed),
            };
            return Ok(step);
        }
    }

    /// Nothing more comes: the step that ends it all, if all has come.
    pub(super) fn end(&mut self) -> Result<DiskStep, Refusal> {
        let whole = self.part == BodyPart::End && self.buffer.is_empty();
        self.last.take().filter(|_| whole).ok_or(Refusal::Stopped)
    }

    /// What has come of a file, for the disk to have it before the rest.
    pub(super) fn take_begun(&mut self) -> Option<Bytes> {
        let BodyPart::Content { left } = self.part else { return None };
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
        (most > 0 && !self.expected.folder).then(|| self.buffer.split_to(most).freeze())
    }

    fn read_answer(&mut self) -> Result<bool, Refusal> {
        let Some(code) = self.buffer.first().copied() else { return Ok(false) };
        if code != GIVES {
            return Err(Refusal::from_code(code.into()));
        }
        if self.buffer.len() < ANSWER {
            return Ok(false);
        }
        let answer = self.buffer.split_to(ANSWER);
        let size = Cursor::new(answer.get(1..).unwrap_or_default()).u64();
        if size != Some(self.expected.size) {
            return Err(Refusal::Malformed);
        }
        let left = self.expected.size.saturating_sub(self.expected.from);
        self.part = if self.expected.folder { BodyPart::Frame } else { BodyPart::Content { left } };
        Ok(true)
    }

    /// A piece that is long enough, or the last one.
    fn content(&mut self, left: u64) -> Option<Bytes> {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
        if self.buffer.len() < most {
            return None;
        }
        self.part = BodyPart::Content { left: left.saturating_sub(u64::try_from(most).unwrap_or(left)) };
        Some(self.buffer.split_to(most).freeze())
    }

    fn read_hash(&mut self) -> Option<DiskStep> {
        if self.buffer.len() < HASH {
            return None;
        }
        let hash: FileHash = self.buffer.split_to(HASH).as_ref().try_into().ok()?;
        if self.expected.folder {
            self.part = BodyPart::Frame;
            return Some(DiskStep::Close { modified: Some(self.modified), hash });
        }
        self.part = BodyPart::End;
        self.last = Some(DiskStep::Finish { modified: Some(self.expected.modified), hash: Some(hash) });
        None
    }

    fn read_frame(&mut self) -> Result<Option<DiskStep>, Refusal> {
        let Some((frame, length)) = WalkFrame::read(&self.buffer) else {
            return if WalkFrame::begins(&self.buffer) { Ok(None) } else { Err(Refusal::Malformed) };
        };
        let _read = self.buffer.split_to(length);
        Ok(match frame {
            WalkFrame::Enter { name, modified: _ } => {
                self.count(0)?;
                self.depth = self.depth.saturating_add(1);
                if self.depth > MAX_DEPTH {
                    return Err(Refusal::Malformed);
                }
                Some(DiskStep::Enter { name })
            }
            WalkFrame::File { name, size, modified } => {
                self.count(size)?;
                (self.part, self.modified) = (BodyPart::Content { left: size }, modified);
                Some(DiskStep::File { name, size })
            }
            WalkFrame::Leave => {
                self.depth = self.depth.checked_sub(1).ok_or(Refusal::Malformed)?;
                Some(DiskStep::Leave)
            }
            WalkFrame::End { skipped } if self.depth == 0 => {
                (self.part, self.skipped) = (BodyPart::End, skipped);
                self.last = Some(DiskStep::Finish { modified: Some(self.expected.modified), hash: None });
                None
            }
            WalkFrame::End { .. } => return Err(Refusal::Malformed),
        })
    }

    /// All files together have as many bytes as the offer says.
    fn count(&mut self, size: u64) -> Result<(), Refusal> {
        self.entries = self.entries.saturating_add(1);
        self.declared = self.declared.saturating_add(size);
        let good = self.entries <= MAX_ENTRIES && self.declared <= self.expected.size;
        good.then_some(()).ok_or(Refusal::Malformed)
    }
}
