//! A folder on its way: frames, and between them what is in the files.
//!
//! ```text
//! enter  1 ‖ name ‖ modified i64            into a folder inside
//! file   2 ‖ name ‖ size u64 ‖ modified i64, then so many bytes, then their BLAKE3
//! leave  3                                  back out of it
//! end    4 ‖ skipped u32                    that was all; so many files were left out, since they had changed
//! name   length u8 ‖ UTF-8
//! ```

use std::sync::Arc;

use crate::model::file::{FileSource, FolderEntry};
use crate::wire::cursor::{Cursor, Put};

const ENTER: u8 = 1;
const FILE: u8 = 2;
const LEAVE: u8 = 3;
const END: u8 = 4;

/// Bytes of the longest frame.
const MAX_LENGTH: usize = 273;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WalkFrame {
    Enter { name: String, modified: i64 },
    File { name: String, size: u64, modified: i64 },
    Leave,
    End { skipped: u32 },
}

impl WalkFrame {
    pub(super) fn write(&self, out: &mut impl Put) {
        match self {
            Self::Enter { name, modified } => {
                out.u8(ENTER).short_text(name).bytes(&modified.to_be_bytes());
            }
            Self::File { name, size, modified } => {
                out.u8(FILE).short_text(name).u64(*size).bytes(&modified.to_be_bytes());
            }
            Self::Leave => {
                out.u8(LEAVE);
            }
            Self::End { skipped } => {
                out.u8(END).u32(*skipped);
            }
        }
    }

    /// Whether a frame can begin so.
    pub(super) fn begins(bytes: &[u8]) -> bool {
        bytes.len() < MAX_LENGTH && bytes.first().is_none_or(|kind| (ENTER..=END).contains(kind))
    }

    /// The frame that these bytes begin with, and its length; `None`: not all of it is there, or it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut rest = Cursor::new(bytes);
        let frame = match rest.u8()? {
            ENTER => Self::Enter { name: rest.short_text()?.to_owned(), modified: time(&mut rest)? },
            FILE => {
                let (name, size) = (rest.short_text()?.to_owned(), rest.u64()?);
                Self::File { name, size, modified: time(&mut rest)? }
            }
            LEAVE => Self::Leave,
            END => Self::End { skipped: rest.u32()? },
            _ => return None,
        };
        Some((frame, bytes.len().saturating_sub(rest.rest().len())))
    }
}

fn time(rest: &mut Cursor<'_>) -> Option<i64> {
    rest.array().map(i64::from_be_bytes)
}

/// A file or folder of ours that the peer may have.
#[derive(Debug)]
pub(super) struct PassedEntry {
    /// Folders inside that it is in.
    pub depth: usize,
    pub name: String,
    pub file: Option<FileSource>,
}

/// What of an offer is still to be sent, in its order.
#[derive(Debug)]
pub(super) struct OutgoingWalk {
    entries: Arc<[FolderEntry]>,
    at: usize,
    /// Folders inside that it is in.
    depth: usize,
    pub(super) skipped: u32,
}

impl OutgoingWalk {
    pub(super) const fn new(entries: Arc<[FolderEntry]>) -> Self {
        Self { entries, at: 0, depth: 0, skipped: 0 }
    }

    /// The next entry of what the peer may have already; of it nothing is sent. Out of folders it goes by itself.
    pub(super) fn pass(&mut self) -> Option<PassedEntry> {
        loop {
            let entry = self.entries.get(self.at)?;
            self.at = self.at.saturating_add(1);
            let depth = self.depth;
            match entry {
                FolderEntry::Leave => self.depth = depth.saturating_sub(1),
                FolderEntry::Enter { name, modified: _ } => {
                    self.depth = depth.saturating_add(1);
                    return Some(PassedEntry { depth, name: name.clone(), file: None });
                }
                FolderEntry::File(source) => {
                    let (name, file) = (source.name.clone(), Some(source.clone()));
                    return Some(PassedEntry { depth, name, file });
                }
            }
        }
    }

    /// The next file, and in `out` the frames that stand before it; `None`: that was all, and its end is in `out`.
    pub(super) fn next(&mut self, out: &mut impl Put) -> Option<FileSource> {
        while let Some(entry) = self.entries.get(self.at) {
            self.at = self.at.saturating_add(1);
            match entry {
                FolderEntry::Enter { name, modified } => {
                    self.depth = self.depth.saturating_add(1);
                    WalkFrame::Enter { name: name.clone(), modified: *modified }.write(out);
                }
                // Never out of the folder itself.
                FolderEntry::Leave if self.depth == 0 => {}
                FolderEntry::Leave => self.leave(out),
                FolderEntry::File(source) => return Some(source.clone()),
            }
        }
        while self.depth > 0 {
            self.leave(out);
        }
        WalkFrame::End { skipped: self.skipped }.write(out);
        None
    }

    fn leave(&mut self, out: &mut impl Put) {
        self.depth = self.depth.saturating_sub(1);
        WalkFrame::Leave.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written_once_it_is_whole() {
        let name = "名".repeat(85);
        for frame in [
            WalkFrame::Enter { name: name.clone(), modified: -1 },
            WalkFrame::File { name, size: 1 << 40, modified: i64::MAX },
            WalkFrame::Leave,
            WalkFrame::End { skipped: 7 },
        ] {
            let mut bytes = Vec::new();
            frame.write(&mut bytes);
            let length = bytes.len();
            assert!(length <= MAX_LENGTH);
            for short in 0..length {
                assert_eq!(WalkFrame::read(&bytes[..short]), None);
            }
            bytes.push(9);
            assert_eq!(WalkFrame::read(&bytes), Some((frame, length)));
        }
        assert_eq!(WalkFrame::read(&[5; 300]), None);
        assert!(WalkFrame::begins(&[]) && WalkFrame::begins(&[2, 255]));
        assert!(!WalkFrame::begins(&[5]) && !WalkFrame::begins(&[2; MAX_LENGTH]));
    }
}
