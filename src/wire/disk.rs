//! Disk channels: files of this machine for dialects whose bytes do not go through a stream of the kernel's.
//!
//! A channel is a link that its engine opens with the first [`DiskStep`] and ends with `Output::Close`. Its steps are
//! carried out one after the other, on threads that may block; each is answered by exactly one [`DiskEvent`], in order. At
//! most [`MAX_STEPS`] may be unanswered, and [`MAX_CHANNELS`] be open.
//!
//! The first step that fails ends the channel: `Failed`, and nothing after it is done or answered. The link is free then,
//! and need not be closed. Closing ends the step that is under way soon, and drops those that wait. What was received
//! stays for a later try; one that begins at once after closing may meet the end of it (`EBUSY`).
//!
//! A channel holds one file or folder at a time. The next `Open` or `Receive` takes its place, and after `Changed`,
//! `Mismatch` and `Kept` there is none.
//!
//! The channel hashes what goes through it (BLAKE3), where there is a thread that may take its time for that. It is fast
//! in pieces of 128 KiB and more, and several steps that wait cost less than each by itself.

use std::sync::Arc;

use bytes::Bytes;

use super::cursor::Put as _;
use crate::model::DiskError;
use crate::model::file::{DownloadTarget, FileSource};

/// Steps of one channel that may be unanswered; one more fails with `EINVAL`.
pub const MAX_STEPS: usize = 8;
/// Channels of the whole program that may be open; one more fails with `EMFILE`. With all their steps waiting they hold
/// 64 MiB.
pub const MAX_CHANNELS: usize = 32;
/// Bytes of one `Read` or `Write`: enough for the width of BLAKE3 and few enough to be passed around.
pub const MAX_BYTES: usize = 256 * 1024;

/// The BLAKE3 hash of a file, or of its first bytes.
pub type FileHash = [u8; 32];

/// What an earlier try left of a folder, or what of one of ours another side says that it has: all entries in the order of
/// a walk, each with its depth and its name, and of files their content as well. Equal hashes are equal trees.
#[derive(Debug, Default)]
pub struct TreeHasher(blake3::Hasher);

impl TreeHasher {
    /// `file`: the hash of its content; `None`: it is a folder.
    pub fn entry(&mut self, depth: usize, name: &str, file: Option<FileHash>) {
        let mut bytes = Vec::new();
        bytes.u32(u32::try_from(depth).unwrap_or(u32::MAX)).u8(file.is_some().into()).short_text(name);
        self.0.update(&bytes);
        self.0.update(&file.unwrap_or_default());
    }

    pub fn finish(&self) -> FileHash {
        self.0.finalize().into()
    }
}

/// What an earlier try left of a folder, up to the file that it was in the middle of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldFolder {
    /// Files and folders that are there, at all levels.
    pub entries: usize,
    /// Folders inside of one another that the next entry is in.
    pub depth: usize,
    /// Bytes of the files among those.
    pub bytes: u64,
    /// Bytes that are there of the next file. 0: nothing was begun.
    pub begun: u64,
}

/// What is to be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receive {
    /// `from`: bytes that are there already; the rest is added. 0: from the start.
    File {
        size: u64,
        from: u64,
    },
    Folder,
}

/// One thing that is to be done with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskStep {
    /// Read a file of ours from byte `from` on. `Opened` with the hash of the bytes before; `Changed`, if it is not the file
    /// that was offered any more, and the channel goes on.
    Open {
        source: FileSource,
        from: u64,
    },
    /// The next bytes of that file: so many, which are [`MAX_BYTES`] at most, or all that are left of it. `Read`, at its
    /// end `End`, as often as it is asked. If it became shorter than it was: `Failed` with `ESTALE`.
    Read {
        bytes: usize,
    },
    /// What is received from now on goes there: a file (with the size it is to have) or a folder. `Opened` with the hash of
    /// the first `from` bytes, which an earlier try left; if there are not so many of them, `Failed` with `ESTALE`.
    Receive {
        target: DownloadTarget,
        what: Receive,
    },
    /// Go on with what an earlier try left of a folder, if there is anything to go on with. `Resumed`. If a file of it is
    /// begun, the next step is `File` with its name, which opens it where it ends: `Opened` with the hash of what is there,
    /// or `Failed` with `ESTALE`, if it is another one.
    ResumeFolder {
        target: DownloadTarget,
    },
    /// Add these bytes to the file that is open, [`MAX_BYTES`] at most. `Written`.
    Write {
        bytes: Bytes,
    },
    /// Open a file in the folder that is received. The name is sanitized by whoever carries it out. `Opened` with the hash
    /// of nothing.
    File {
        name: String,
        size: u64,
    },
    /// The file in the folder is whole, and has this hash: `Closed`, else `Mismatch`.
    Close {
        modified: Option<i64>,
        hash: FileHash,
    },
    /// Make a folder inside, and go into it; or out of it again. `Closed`.
    Enter {
        name: String,
    },
    Leave,
    /// All is there and what was received gets its name: `Kept`. A file that has not this hash: `Mismatch`, and it stays
    /// what it was. Of a folder there is no hash.
    Finish {
        modified: Option<i64>,
        hash: Option<FileHash>,
    },
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskEvent {
    /// The file is open; `hash`: of the bytes before those that follow.
    Opened {
        hash: FileHash,
    },
    /// The folder is open; `hash`: [`TreeHasher`]'s of all that is there, the begun file among it.
    Resumed {
        held: HeldFolder,
        hash: FileHash,
    },
    Read {
        bytes: Bytes,
    },
    /// Nothing more is in it; `hash`: of all of it.
    End {
        hash: FileHash,
    },
    Changed,
    Written {
        bytes: usize,
    },
    Closed,
    Kept {
        path: Arc<str>,
    },
    /// What was received is not what was sent. It is kept as a part, for a person to look at.
    Mismatch,
    /// The codes are those of [`super::StreamError::Disk`].
    Failed {
        error: DiskError,
    },
}
