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
use crate::wire::disk::{DiskStep, FileHash, HeldFolder};

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
    /// Bytes that are here already of the file that comes first.
    begun: u64,
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
            begun: 0,
            modified: 0,
            last: None,
            skipped: 0,
        }
    }

    /// So much of a folder is here already, and does not come again; `false`: more than there is to be.
    pub(super) const fn resume(&mut self, held: &HeldFolder) -> bool {
        (self.depth, self.entries) = (held.depth, held.entries);
        (self.declared, self.begun) = (held.bytes, held.begun);
        held.bytes.saturating_add(held.begun) <= self.expected.size
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
        (most > 0).then(|| self.buffer.split_to(most).freeze())
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
        let begun = std::mem::take(&mut self.begun);
        if begun > 0 && !matches!(frame, WalkFrame::File { .. }) {
            return Err(Refusal::Malformed);
        }
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
                let left = size.checked_sub(begun).ok_or(Refusal::Malformed)?;
                (self.part, self.modified) = (BodyPart::Content { left }, modified);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn body(folder: bool, size: u64) -> IncomingBody {
        IncomingBody::new(ExpectedBody { folder, size, from: 0, modified: 0 })
    }

    /// All steps that follow, in whatever pieces the bytes come, and how it ends.
    fn feed(mut body: IncomingBody, bytes: &[u8], piece: usize) -> Result<Vec<DiskStep>, Refusal> {
        let mut steps = Vec::new();
        for piece in bytes.chunks(piece) {
            body.buffer.extend_from_slice(piece);
            while let Some(step) = body.next()? {
                steps.push(step);
            }
        }
        while let Some(step) = body.next()? {
            steps.push(step);
        }
        steps.push(body.end()?);
        Ok(steps)
    }

    fn answer(size: u64) -> Vec<u8> {
        [&[GIVES][..], &size.to_be_bytes()].concat()
    }

    fn frames(all: &[WalkFrame]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for frame in all {
            frame.write(&mut bytes);
        }
        bytes
    }

    fn inside(size: u64) -> WalkFrame {
        WalkFrame::File { name: "a".to_owned(), size, modified: 0 }
    }

    #[test]
    fn a_file_is_as_long_as_was_announced_or_it_is_none() {
        let whole = [answer(5), b"12345".to_vec(), vec![7; 32]].concat();
        let steps = feed(body(false, 5), &whole, 3).expect("whole");
        let write = DiskStep::Write { bytes: Bytes::from_static(b"12345") };
        assert_eq!(steps, [write, DiskStep::Finish { modified: Some(0), hash: Some([7; 32]) }]);
        // More than there is to be, less than that, another size, and nothing at all.
        let more = [&whole[..], &[0]].concat();
        assert_eq!(feed(body(false, 5), &more, 100), Err(Refusal::Malformed));
        for short in 0..whole.len() {
            assert_eq!(feed(body(false, 5), &whole[..short], 100), Err(Refusal::Stopped), "{short}");
        }
        assert_eq!(feed(body(false, 6), &whole, 100), Err(Refusal::Malformed));
        assert_eq!(feed(body(false, 5), &[2], 100), Err(Refusal::Changed));
    }

    #[test]
    fn a_folder_keeps_to_its_offer() {
        let end = WalkFrame::End { skipped: 0 };
        let enter = WalkFrame::Enter { name: "in".to_owned(), modified: 0 };
        let told = |all: &[WalkFrame]| feed(body(true, 10), &[answer(10), frames(all)].concat(), 7);
        assert!(told(&[enter.clone(), WalkFrame::Leave, end.clone()]).is_ok());
        // Out of the folder, an end inside of one, too deep, too much, and what is no frame.
        for bad in [
            vec![WalkFrame::Leave],
            vec![enter.clone(), end.clone()],
            vec![enter; MAX_DEPTH + 1],
            vec![inside(11)],
        ] {
            assert_eq!(told(&bad), Err(Refusal::Malformed), "{bad:?}");
        }
        let empty = [frames(&[inside(0)]), vec![0; 32]].concat();
        let many = [answer(10), empty.repeat(MAX_ENTRIES + 1)].concat();
        assert_eq!(feed(body(true, 10), &many, 10_000), Err(Refusal::Malformed));
        let two = [answer(10), frames(&[inside(6)]), vec![0; 38], frames(&[inside(5)])].concat();
        assert_eq!(feed(body(true, 10), &two, 100), Err(Refusal::Malformed));
    }

    #[test]
    fn a_folder_goes_on_with_the_file_that_was_begun_and_keeps_to_its_offer() {
        let held = HeldFolder { entries: 2, depth: 1, bytes: 3, begun: 4 };
        let told = |all: &[WalkFrame], rest: &[u8]| {
            let mut body = body(true, 10);
            assert!(body.resume(&held));
            let leave = frames(&[WalkFrame::Leave, WalkFrame::End { skipped: 0 }]);
            feed(body, &[answer(10), frames(all), rest.to_vec(), vec![7; 32], leave].concat(), 5)
        };
        let steps = told(&[inside(6)], b"56").expect("whole");
        let write = DiskStep::Write { bytes: Bytes::from_static(b"56") };
        assert_eq!(steps.first(), Some(&DiskStep::File { name: "a".to_owned(), size: 6 }));
        assert_eq!(steps.get(1..2), Some(&[write][..]));
        // All of it is there; less than that; more than was offered; something else comes first.
        assert!(told(&[inside(4)], b"").is_ok());
        let enter = WalkFrame::Enter { name: "in".to_owned(), modified: 0 };
        for bad in [inside(3), inside(8), WalkFrame::Leave, enter, WalkFrame::End { skipped: 0 }] {
            assert_eq!(told(std::slice::from_ref(&bad), b""), Err(Refusal::Malformed), "{bad:?}");
        }
        assert!(!body(true, 6).resume(&held) && body(true, 7).resume(&held));
    }

    proptest! {
        /// Invariant I12: never more bytes are written than were announced, whatever comes.
        #[test]
        fn whatever_comes_is_never_more_than_was_announced(
            folder: bool,
            size in 0_u64..2_000,
            bytes in prop::collection::vec(prop_oneof![0_u8..5, any::<u8>()], 0..4_000),
            piece in 1_usize..500,
        ) {
            let (mut body, mut written) = (body(folder, size), 0);
            for piece in [answer(size), bytes].concat().chunks(piece) {
                body.buffer.extend_from_slice(piece);
                while let Ok(Some(step)) = body.next() {
                    if let DiskStep::Write { bytes } = step {
                        prop_assert!(!bytes.is_empty());
                        written = bytes.len().saturating_add(written);
                    }
                }
            }
            prop_assert!(u64::try_from(written).is_ok_and(|written| written <= size));
        }
    }
}
