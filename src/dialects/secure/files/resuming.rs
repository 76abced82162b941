//! Where a folder goes on: the side that receives says how much it has, and the hash of that; the side that sends looks
//! whether it is the beginning of what it offers.
//!
//! The tree that lies at the receiver is compared whole, name by name and byte by byte, with the same entries of the offer
//! (see `TreeHasher`). If anything is different, the folder begins again.

use super::request::{RangeRequest, Refusal};
use super::walk::{OutgoingWalk, PassedEntry};
use crate::model::file::FileSource;
use crate::model::filename;
use crate::wire::disk::{FileHash, HeldFolder, TreeHasher};

/// The lower bits of `from`: bytes of a file.
const BEGUN_BITS: u32 = 48;
const BEGUN_MASK: u64 = (1 << BEGUN_BITS) - 1;

/// `from` of a request for a folder: `entries u16 ‖ begun u48`. 0: there is nothing.
pub(super) fn from_of(held: &HeldFolder) -> u64 {
    let entries = u64::from(u16::try_from(held.entries).unwrap_or(u16::MAX));
    // Of what is more the hash will be another one.
    entries << BEGUN_BITS | held.begun.min(BEGUN_MASK)
}

/// What the asker has, as far as it has been looked at.
#[derive(Debug)]
pub(super) struct TreeCheck {
    /// Entries that are still to be compared, then so many bytes of one more file.
    left: u64,
    begun: u64,
    meant: FileHash,
    hasher: TreeHasher,
    /// The file that the disk hashes.
    file: Option<PassedEntry>,
    /// Bytes of ours that the asker has, if it has what we have.
    pub(super) held: u64,
}

/// How the comparison goes on.
#[derive(Debug)]
pub(super) enum CheckStep {
    /// So many bytes of this file are to be hashed.
    Hash { source: FileSource, bytes: u64 },
    /// It is the same. What follows is sent.
    Same,
}

impl TreeCheck {
    /// `None`: the asker has nothing.
    pub(super) fn of(request: &RangeRequest) -> Option<Self> {
        (request.from > 0).then(|| Self {
            left: request.from >> BEGUN_BITS,
            begun: request.from & BEGUN_MASK,
            meant: request.prefix,
            hasher: TreeHasher::default(),
            file: None,
            held: 0,
        })
    }

    /// Whether the file that was hashed last is the one that goes on.
    pub(super) const fn is_at_begun(&self) -> bool {
        self.left == 0 && self.begun > 0
    }

    pub(super) fn next(&mut self, walk: &mut OutgoingWalk) -> Result<CheckStep, Refusal> {
        while self.left > 0 || self.begun > 0 {
            let passed = walk.pass().ok_or(Refusal::PrefixDiffers)?;
            let Some(source) = passed.file.clone() else {
                // A file has to go on here.
                self.left = self.left.checked_sub(1).ok_or(Refusal::PrefixDiffers)?;
                self.note(&passed, None);
                continue;
            };
            let bytes = if self.left > 0 { source.size } else { self.begun };
            if bytes > source.size {
                return Err(Refusal::PrefixDiffers);
            }
            self.file = Some(passed);
            return Ok(CheckStep::Hash { source, bytes });
        }
        self.compare().map(|()| CheckStep::Same)
    }

    /// The file has this hash, or so many bytes of it have: whether it was the last one, which goes on, and all is the same.
    pub(super) fn hashed(&mut self, hash: FileHash) -> Result<bool, Refusal> {
        let Some(passed) = self.file.take() else { return Ok(false) };
        self.note(&passed, Some(hash));
        if self.is_at_begun() {
            self.held = self.held.saturating_add(self.begun);
            return self.compare().map(|()| true);
        }
        self.left = self.left.saturating_sub(1);
        self.held = self.held.saturating_add(passed.file.map_or(0, |source| source.size));
        Ok(false)
    }

    fn note(&mut self, passed: &PassedEntry, hash: Option<FileHash>) {
        // As it is called where it lies.
        self.hasher.entry(passed.depth, &filename::sanitize(&passed.name), hash);
    }

    fn compare(&self) -> Result<(), Refusal> {
        if self.hasher.finish() == self.meant { Ok(()) } else { Err(Refusal::PrefixDiffers) }
    }
}
