//! A folder that comes as a directory stream: which steps follow from what has arrived (invariants I11 and I12).
//!
//! Never asks for anything above the folder itself, and for no more bytes than a header has announced.

use super::fields::EntryKind;
use super::tree::{self, Head};
use crate::model::{Fault, filename};
use crate::wire::Step;

/// Read at first: four digits and a colon, as everybody writes them.
const BEGINNING: usize = 5;
/// What may stand before the first header: in `FeiQ` two bytes and a block of 4,096.
const MAX_PREAMBLE: usize = 8_192;
/// Read at once of what is thrown away.
const MAX_PIECE: u64 = 65_536;
/// Folders inside of one another below the offered one, and all that is in it (invariant I11): what we offer ourselves.
pub(super) const MAX_DEPTH: usize = 32;
pub(super) const MAX_ENTRIES: usize = 10_000;
/// Bytes of all entries together: what one file may have.
const MAX_BYTES: u64 = 1 << 40;

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
    /// What has come of this piece, and how long it gets.
    so_far: Vec<u8>,
    wanted: usize,
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
    /// With the first step.
    pub(super) fn new() -> (Self, Step) {
        let folder = Self { wanted: BEGINNING, ..Self::default() };
        (folder, Step::Take { bytes: BEGINNING })
    }

    /// Nothing has come yet.
    pub(super) const fn is_untouched(&self) -> bool {
        self.depth == 0 && self.so_far.is_empty() && self.preamble == 0
    }

    /// What was taken; which steps follow.
    pub(super) fn take(&mut self, bytes: &[u8], text: &dyn Fn(&[u8]) -> String) -> Result<Vec<Step>, Fault> {
        let room = self.wanted.saturating_sub(self.so_far.len());
        self.so_far.extend(bytes.iter().take(room));
        if self.so_far.len() < self.wanted {
            return Ok(Vec::new());
        }
        match self.state {
            FolderState::Head => self.take_head(text),
            FolderState::Refuse(left) => Ok(vec![self.refuse(left)]),
            FolderState::Done => Ok(Vec::new()),
        }
    }

    fn take_head(&mut self, text: &dyn Fn(&[u8]) -> String) -> Result<Vec<Step>, Fault> {
        let length = match tree::length(&self.so_far) {
            // Behind a preamble, which may end in digits too, a length has the usual four.
            Some(length)
                if self.preamble == 0 || self.so_far.get(BEGINNING.saturating_sub(1)) == Some(&b':') =>
            {
                length
            }
            Some(_) | None => return self.take_preamble(),
        };
        let more = length.checked_sub(self.so_far.len()).ok_or(Fault::Malformed)?;
        if more > 0 {
            self.wanted = length;
            return Ok(vec![Step::Take { bytes: more }]);
        }
        let head = tree::read(&self.so_far, text).ok_or(Fault::Malformed)?;
        self.begin(&head)
    }

    /// `FeiQ` writes a block of its own before the first header. That ends with the first four digits and a colon; not a byte
    /// behind the colon may be taken before it is known to be one.
    fn take_preamble(&mut self) -> Result<Vec<Step>, Fault> {
        if self.depth > 0 || self.preamble > MAX_PREAMBLE {
            return Err(Fault::Malformed);
        }
        // Of what may be the beginning of a header, the digits stay.
        let digits = self.so_far.iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let kept = digits.min(BEGINNING.saturating_sub(1));
        let gone = self.so_far.len().saturating_sub(kept);
        self.so_far.drain(..gone);
        self.preamble = self.preamble.saturating_add(gone);
        self.wanted = BEGINNING;
        Ok(vec![Step::Take { bytes: BEGINNING.saturating_sub(kept) }])
    }

    fn begin(&mut self, head: &Head) -> Result<Vec<Step>, Fault> {
        self.progress = self.progress.saturating_add(1);
        if self.depth == 0 {
            self.depth = 1;
            self.modified = head.modified;
            let first = (head.what == EntryKind::Folder).then(|| vec![self.next()]);
            return first.ok_or(Fault::Malformed);
        }
        let name = filename::sanitize(&head.name);
        match head.what {
            EntryKind::Up => Ok(self.leave()),
            EntryKind::Folder => {
                self.count(0)?;
                self.depth = self.depth.saturating_add(1);
                // The offered one counts too.
                let deep = self.depth.saturating_sub(1) > MAX_DEPTH;
                if deep { Err(Fault::Malformed) } else { Ok(vec![Step::Enter { name }, self.next()]) }
            }
            EntryKind::File => {
                self.count(head.size)?;
                let (size, modified) = (head.size, head.modified);
                self.filling = size;
                let fill = Step::Fill { bytes: size };
                Ok(vec![Step::File { name, size }, fill, Step::Close { modified }, self.next()])
            }
            EntryKind::Other => {
                self.count(head.size)?;
                self.skipped = self.skipped.saturating_add(1);
                Ok(vec![self.refuse(head.size)])
            }
        }
    }

    fn count(&mut self, size: u64) -> Result<(), Fault> {
        self.entries = self.entries.saturating_add(1);
        self.declared = self.declared.saturating_add(size);
        let good = self.entries <= MAX_ENTRIES && self.declared <= MAX_BYTES;
        good.then_some(()).ok_or(Fault::Malformed)
    }

    fn leave(&mut self) -> Vec<Step> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            return vec![Step::Leave, self.next()];
        }
        self.read(FolderState::Done, 0);
        vec![Step::Finish { modified: self.modified }]
    }

    /// The next header.
    fn next(&mut self) -> Step {
        self.read(FolderState::Head, BEGINNING)
    }

    /// The next piece of what nobody wants, or the header after it.
    fn refuse(&mut self, left: u64) -> Step {
        if left == 0 {
            return self.next();
        }
        self.progress = self.progress.saturating_add(1);
        let piece = left.min(MAX_PIECE);
        let bytes = usize::try_from(piece).unwrap_or_default();
        self.read(FolderState::Refuse(left.saturating_sub(piece)), bytes)
    }

    fn read(&mut self, what: FolderState, bytes: usize) -> Step {
        self.state = what;
        self.so_far.clear();
        self.wanted = bytes;
        Step::Take { bytes }
    }
}
