//! One writer per history: a lock that the kernel gives back however the program ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::Private;
use crate::model::Phrase;

/// A process number in digits, with room to spare.
const MAX_PID_BYTES: u64 = 20;

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    /// The folder itself, where the system can lock one: the file may be removed, and another one made.
    _folder: Option<File>,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process writes this history; its number, if it could be read.
    #[error("in use")]
    InUse { pid: Option<u32> },
    /// There can be no lock here: nothing can be created, or the file system knows no locks.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl LockError {
    /// What tells a person why the history cannot be written.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::InUse { pid: Some(pid) } => Phrase::new("store-in-use-by").text("pid", pid.to_string()),
            Self::InUse { pid: None } => Phrase::new("store-in-use"),
            Self::Io(_) => self.told("store-no-lock"),
        }
    }

    /// What tells a person that everything is kept only until the program ends, since two that write one history
    /// would overwrite each other's messages.
    pub fn in_memory(&self) -> Phrase {
        self.told("store-unlocked")
    }

    fn told(&self, key: &'static str) -> Phrase {
        let code = match self {
            Self::InUse { .. } => io::ErrorKind::WouldBlock,
            Self::Io(error) => error.kind(),
        };
        Phrase::new(key).text("code", code.to_string())
    }
}

impl Lock {
    /// Takes the lock that this file stands for, creating the file if need be, and leaves our number in it.
    pub fn take(path: &Path, private: Private) -> Result<Self, LockError> {
        let lock = Self::take_file(path, private)?;
        let folder = lock_folder(path)?;
        Ok(Self { _folder: folder, ..lock })
    }

    /// The same without the folder, in which others lock something else.
    pub fn take_file(path: &Path, private: Private) -> Result<Self, LockError> {
        create(path, private)?;
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::InUse { pid: pid(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // Only the refusal of another process reads it: without it, that says less.
        let _named = name(&mut file).is_ok();
        Ok(Self { _file: file, _folder: None })
    }
}

/// Not every system can open a folder, nor every file system lock one: there the file alone has to do.
fn lock_folder(path: &Path) -> Result<Option<File>, LockError> {
    let Some(Ok(folder)) = path.parent().map(File::open) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(LockError::InUse { pid: None }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Creates a file that only the person can read, unless it is there.
pub(super) fn create(path: &Path, private: Private) -> io::Result<()> {
    match private(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

fn name(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    let _read = file.take(MAX_PID_BYTES).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
