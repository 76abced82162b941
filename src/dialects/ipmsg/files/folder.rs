//! A folder that comes as a directory stream: which steps follow from what has arrived (invariants I11 and I12).
//!
//! Never asks for anything above the folder itself, and for no more bytes than a header has announced.

use super::fields::{EntryKind, MAX_SIZE};
use super::tree::{self, Head};
use crate::model::{Fault, filename};
use crate::wire::Step;

/// Everybody writes four digits of a length, and a colon behind them.
const DIGITS: usize = 4;
/// What may stand before the first header: in `FeiQ` two bytes and a block of 4,096.
const MAX_PREAMBLE: usize = 8_192;
/// Read at once of what is thrown away.
const MAX_PIECE: u64 = 65_536;
/// Folders inside of one another below the offered one, and all that is in it (invariant I11): what we offer ourselves.
const MAX_DEPTH: usize = 32;
const MAX_ENTRIES: usize = 10_000;

/// What is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FolderState {
    #[default]
    Head,
    /// So many bytes that nobody wants.
    Refuse(u64),
    /// Nothing more.
    Done,
}

#[derive(Debug, Default)]
pub(super) struct FolderReader {
    state: FolderState,
    /// What has come of a header.
    so_far: Vec<u8>,
    /// Folders that it is in; none before the first header.
    depth: usize,
    entries: usize,
    declared: u64,
    modified: Option<i64>,
    /// The size of the file that is being filled.
    pub(super) filling: u64,
    pub(super) skipped: u32,
    /// Headers and pieces that have come whole.
    pub(super) progress: u64,
    /// Bytes before the first header.
    preamble: usize,
}

impl FolderReader {
    /// What comes first.
    pub(super) const FIRST: Step = Step::Take { bytes: DIGITS + 1 };

    /// Nothing has come yet.
    pub(super) const fn is_untouched(&self) -> bool {
        self.depth == 0 && self.so_far.is_empty() && self.preamble == 0
    }

    /// What was taken; which steps follow.
    pub(super) fn take(&mut self, bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Result<Vec<Step>, Fault> {
        match self.state {
            FolderState::Head => self.take_head(bytes, text),
            FolderState::Refuse(left) => Ok(vec![self.refuse(left)]),
            FolderState::Done => Ok(Vec::new()),
        }
    }

    fn take_head(&mut self, bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Result<Vec<Step>, Fault> {
        self.so_far.extend_from_slice(bytes);
        // Behind a preamble, which may end in digits too, a length has the usual four.
        let good = self.preamble == 0 || self.so_far.get(DIGITS) == Some(&b':');
        let Some(length) = tree::length(&self.so_far).filter(|_| good) else {
            return self.take_preamble();
        };
        let more = length.checked_sub(self.so_far.len()).ok_or(Fault::Malformed)?;
        if more > 0 {
            return Ok(vec![Step::Take { bytes: more }]);
        }
        self.begin(tree::read(&self.so_far, text).ok_or(Fault::Malformed)?)
    }

    /// `FeiQ` writes a block of its own before the first header. That ends with the first four digits and a colon; not a byte
    /// behind the colon may be taken before it is known to be one.
    fn take_preamble(&mut self) -> Result<Vec<Step>, Fault> {
        if self.depth > 0 || self.preamble > MAX_PREAMBLE {
            return Err(Fault::Malformed);
        }
        // Of what may be the beginning of a header, the digits stay.
        let digits = self.so_far.iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let kept = digits.min(DIGITS);
        let gone = self.so_far.len().saturating_sub(kept);
        self.so_far.drain(..gone);
        self.preamble = self.preamble.saturating_add(gone);
        Ok(vec![Step::Take { bytes: (DIGITS + 1).saturating_sub(kept) }])
    }

    fn begin(&mut self, head: Head) -> Result<Vec<Step>, Fault> {
        let Head { what, name, size, modified } = head;
        self.progress = self.progress.saturating_add(1);
        if self.depth == 0 {
            (self.depth, self.modified) = (1, modified);
            return if what == EntryKind::Folder { Ok(vec![self.next()]) } else { Err(Fault::Malformed) };
        }
        let name = filename::sanitize(&name);
        match what {
            EntryKind::Up => Ok(self.leave()),
            EntryKind::Folder => {
                self.count(0)?;
                // The offered one counts too.
                if self.depth > MAX_DEPTH {
                    return Err(Fault::Malformed);
                }
                self.depth = self.depth.saturating_add(1);
                Ok(vec![Step::Enter { name }, self.next()])
            }
            EntryKind::File => {
                self.count(size)?;
                self.filling = size;
                let fill = Step::Fill { bytes: size };
                Ok(vec![Step::File { name, size }, fill, Step::Close { modified }, self.next()])
            }
            EntryKind::Other => {
                self.count(size)?;
                self.skipped = self.skipped.saturating_add(1);
                Ok(vec![self.refuse(size)])
            }
        }
    }

    /// All entries together may have as many bytes as one file.
    fn count(&mut self, size: u64) -> Result<(), Fault> {
        self.entries = self.entries.saturating_add(1);
        self.declared = self.declared.saturating_add(size);
        let good = self.entries <= MAX_ENTRIES && self.declared <= MAX_SIZE;
        good.then_some(()).ok_or(Fault::Malformed)
    }

    fn leave(&mut self) -> Vec<Step> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            return vec![Step::Leave, self.next()];
        }
        self.state = FolderState::Done;
        vec![Step::Finish { modified: self.modified }]
    }

    /// The next header.
    fn next(&mut self) -> Step {
        self.state = FolderState::Head;
        self.so_far.clear();
        Self::FIRST
    }

    /// The next piece of what nobody wants, or the header after it.
    fn refuse(&mut self, left: u64) -> Step {
        if left == 0 {
            return self.next();
        }
        self.progress = self.progress.saturating_add(1);
        let piece = left.min(MAX_PIECE);
        self.state = FolderState::Refuse(left.saturating_sub(piece));
        Step::Take { bytes: usize::try_from(piece).unwrap_or_default() }
    }
}
