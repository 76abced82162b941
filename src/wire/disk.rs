//! Disk channels: files of this machine for dialects whose bytes do not go through a stream of the kernel's.
//!
//! A channel is a link that its engine opens with the first [`DiskStep`] and ends with `Output::Close`. Its steps are
//! carried out one after the other, on threads that may block; each is answered by exactly one [`DiskEvent`], in order. At
//! most [`MAX_STEPS`] may be unanswered. The first step that fails ends the channel: `Failed`, and nothing after it is done
//! or answered. What was received stays for a later try.
//!
//! The channel hashes what goes through it (BLAKE3), where there is a thread that may take its time for that.

use std::sync::Arc;

use bytes::Bytes;

use crate::model::ErrorCode;
use crate::model::file::{DownloadTarget, FileSource};

/// Steps of one channel that may be unanswered.
pub const MAX_STEPS: usize = 8;
/// Bytes of one `Read` or `Write`: enough for the width of BLAKE3 and few enough to be passed around.
pub const MAX_BYTES: usize = 256 * 1024;

/// The BLAKE3 hash of a file, or of its first bytes.
pub type FileHash = [u8; 32];

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
    /// The next bytes of that file, as many as there are and [`MAX_BYTES`] at most. `Read`, at its end `End`. If it became
    /// shorter than it was: `Failed` with `ESTALE`.
    Read {
        bytes: usize,
    },
    /// What is received from now on goes there: a file (with the size it is to have) or a folder. `Opened` with the hash of
    /// what an earlier try left of it.
    Receive {
        target: DownloadTarget,
        what: Receive,
    },
    /// Add these bytes to the file that is open. `Written`.
    Write {
        bytes: Bytes,
    },
    /// Open a file in the folder that is received. The name is sanitized by whoever carries it out. `Opened`.
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
    /// what it was.
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
        code: ErrorCode,
    },
}
