//! Files and folders on their way between people: what a message offers, what became of it, and where it lies here.

use std::path::Path;
use std::sync::Arc;

use super::{Fault, MessageId};

/// Files and folders that one message can offer (invariant I8).
pub const MAX_FILES: usize = 256;

/// One file or folder that a message offers, as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// One component of a path, safe to make a file of: see [`super::filename::sanitize`].
    pub name: String,
    /// In bytes, as the sender says. Of a folder it says little: programs differ in what they count.
    pub size: u64,
    pub folder: bool,
    pub state: TransferState,
}

/// What became of an offered file. Only ever set to what has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TransferState {
    /// Nothing yet.
    #[default]
    Offered,
    /// It is being moved, or was when the program ended.
    Moving,
    /// All of it is there; where, for one that we received.
    Done { path: String },
    /// It was not wanted.
    Declined,
    /// A person stopped it after so many bytes, which are kept where they are of a file of a peer's.
    Stopped { bytes: u64 },
    /// It broke off after so many bytes, which are kept.
    Broken { fault: Fault, bytes: u64 },
    /// Nobody can fetch it any more.
    Withdrawn,
}

impl TransferState {
    /// Whether the file can still be fetched.
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Done { .. } | Self::Declined | Self::Withdrawn)
    }

    /// Bytes that came before it broke off or was stopped. Of what an earlier run left nobody knows.
    pub const fn begun(&self) -> u64 {
        match self {
            Self::Broken { bytes, .. } | Self::Stopped { bytes } => *bytes,
            Self::Offered | Self::Moving | Self::Done { .. } | Self::Declined | Self::Withdrawn => 0,
        }
    }

    /// The state as one line, for the history: its name, then its parts. [`TransferState::from_code`] reads it.
    pub fn code(&self) -> String {
        match self {
            Self::Offered => "offered".to_owned(),
            Self::Moving => "moving".to_owned(),
            Self::Done { path } => format!("done {path}"),
            Self::Declined => "declined".to_owned(),
            Self::Stopped { bytes: 0 } => "stopped".to_owned(),
            Self::Stopped { bytes } => format!("stopped {bytes}"),
            Self::Broken { fault, bytes } => format!("broken {bytes} {}", fault.code()),
            Self::Withdrawn => "withdrawn".to_owned(),
        }
    }

    /// `None`: no state that is known here.
    pub fn from_code(code: &str) -> Option<Self> {
        let (name, rest) = code.split_once(' ').unwrap_or((code, ""));
        Some(match name {
            "offered" => Self::Offered,
            "moving" => Self::Moving,
            "done" => Self::Done { path: rest.to_owned() },
            "declined" => Self::Declined,
            "stopped" => Self::Stopped { bytes: rest.parse().unwrap_or_default() },
            "broken" => {
                let (bytes, fault) = rest.split_once(' ')?;
                Self::Broken { fault: Fault::from_code(fault), bytes: bytes.parse().ok()? }
            }
            "withdrawn" => Self::Withdrawn,
            _ => return None,
        })
    }
}

/// The files of a message. Most messages have none, so it takes no more room than a pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Option<Arc<FileList>>);

#[derive(Debug, PartialEq, Eq)]
struct FileList {
    files: Box<[File]>,
    /// Where they are on this machine, in the same order, where the offer outlives the program; none once it is over.
    sources: Option<Arc<[FileSource]>>,
}

impl Files {
    pub fn new(files: Vec<File>) -> Self {
        Self((!files.is_empty()).then(|| Arc::new(FileList { files: files.into(), sources: None })))
    }

    /// The same, offered from there for as long as any of them can be fetched. `sources`: one for each.
    #[must_use]
    pub fn with_sources(self, sources: Arc<[FileSource]>) -> Self {
        let fit = sources.len() == self.as_slice().len() && self.is_open();
        if !fit {
            return self;
        }
        Self(Some(Arc::new(FileList { files: self.as_slice().into(), sources: Some(sources) })))
    }

    /// From where they are offered, of an offer of ours that outlives the program and is not over.
    pub fn sources(&self) -> Option<&Arc<[FileSource]>> {
        self.0.as_deref()?.sources.as_ref()
    }

    /// Whether any of them can still be fetched.
    pub fn is_open(&self) -> bool {
        self.as_slice().iter().any(|file| file.state.is_open())
    }

    pub fn as_slice(&self) -> &[File] {
        self.0.as_deref().map(|list| &*list.files).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The same files, one of them in another state.
    #[must_use]
    pub fn with_state(&self, at: u16, state: TransferState) -> Self {
        let mut files = self.as_slice().to_vec();
        if let Some(file) = files.get_mut(usize::from(at)) {
            file.state = state;
        }
        self.again(files)
    }

    /// The same files, each in the state that `state` gives it; `None`: unchanged.
    #[must_use]
    pub fn with_states(&self, state: impl Fn(u16, &File) -> Option<TransferState>) -> Self {
        let files = (0..).zip(self.as_slice());
        self.again(
            files
                .map(|(at, file)| File {
                    state: state(at, file).unwrap_or_else(|| file.state.clone()),
                    ..file.clone()
                })
                .collect(),
        )
    }

    fn again(&self, files: Vec<File>) -> Self {
        let again = Self::new(files);
        match self.sources() {
            Some(sources) => again.with_sources(Arc::clone(sources)),
            None => again,
        }
    }

    /// The bytes it takes up in memory.
    pub fn weight(&self) -> usize {
        self.as_slice().iter().map(|file| size_of::<File>().saturating_add(file.name.len())).sum()
    }
}

/// One file of one message, on its way. A message is either ours or the peer's, so that says which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId {
    pub message: MessageId,
    /// Its place among the files of the message.
    pub file: u16,
}

/// How far a transfer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes of the file are there, and of how many; `None`: nobody knows (a folder).
    Moved { bytes: u64, of: Option<u64> },
    /// All of it. `path`: where it lies, for one that we received. `skipped`: entries of a folder that were left out,
    /// since they are neither files nor folders, or had changed.
    Done { path: String, skipped: u32 },
    /// The peer does not want it (ours), or does not offer it any more (theirs). No transfer need be under way.
    Declined,
    /// Nobody has fetched a file of ours in the time that an offer stands, and nobody can any more.
    Gone,
    /// It broke off after so many bytes. What was received is kept.
    Broken { fault: Fault, bytes: u64 },
}

/// A file or folder of ours that is offered. The path never leaves this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    pub path: Arc<Path>,
    /// Its last component, as others see it.
    pub name: String,
    /// In bytes; of a folder the sum of its files.
    pub size: u64,
    /// In seconds since the Unix epoch.
    pub modified: i64,
    pub stamp: FileFingerprint,
    /// What is in a folder; `None`: it is a file.
    pub entries: Option<Arc<[FolderEntry]>>,
}

/// Inode and time of a file, to detect that it is another one than was offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileFingerprint {
    pub device: u64,
    pub inode: u64,
    /// In nanoseconds since the Unix epoch.
    pub modified: i128,
}

/// One step of a walk through a folder, depth first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderEntry {
    /// Into a folder inside.
    Enter {
        name: String,
        modified: i64,
    },
    File(FileSource),
    /// Back out of it.
    Leave,
}

/// Where something that is received goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadTarget {
    /// The folder for what is received. It exists.
    pub folder: Arc<Path>,
    /// The name it is to have there, sanitized. Another one if that is taken when it is whole.
    pub name: String,
    /// What it is called until then: the same for every try of one transfer, so that a later one can go on.
    pub part: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fate_is_read_as_it_was_written() {
        for state in [
            TransferState::Offered,
            TransferState::Moving,
            TransferState::Done { path: String::new() },
            TransferState::Done { path: "/tmp/a b/c  d\n".to_owned() },
            TransferState::Declined,
            TransferState::Stopped { bytes: 0 },
            TransferState::Stopped { bytes: 7 },
            TransferState::Broken { fault: Fault::Disk { code: "ENOSPC".into() }, bytes: u64::MAX },
            TransferState::Broken { fault: Fault::Interrupted, bytes: 0 },
            TransferState::Withdrawn,
        ] {
            assert_eq!(TransferState::from_code(&state.code()), Some(state));
        }
        for odd in ["", "broken", "broken x interrupted", "broken 1", "broken -1 stalled", "lost"] {
            assert_eq!(TransferState::from_code(odd), None, "{odd}");
        }
    }
}
