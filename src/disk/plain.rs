//! The same by paths, with what the standard library has, for systems without open folders.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{DirEntryKind, MAX_ENTRIES};
use crate::model::file::FileFingerprint;

/// A folder cannot be brought to the disk as a whole.
pub(super) const SYNC_EACH: bool = true;

pub(super) fn stamp(there: &Metadata) -> FileFingerprint {
    let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok();
    let modified =
        there.modified().ok().and_then(since).and_then(|time| i128::try_from(time.as_nanos()).ok());
    FileFingerprint { device: 0, inode: 0, modified: modified.unwrap_or(0) }
}

pub(super) fn open(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path)?.is_file() { File::open(path) } else { Err(io::ErrorKind::NotFound.into()) }
}

pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(super) fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|_taken| io::ErrorKind::ResourceBusy.into())
}

#[derive(Debug)]
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let there = fs::metadata(path)?;
        if there.is_dir() { Ok(Self(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    pub(super) fn folder(&self, name: &OsStr) -> io::Result<Self> {
        if self.kind(name)? == DirEntryKind::Directory {
            Ok(Self(self.0.join(name)))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    pub(super) fn read(&self, name: &OsStr) -> io::Result<File> {
        open(&self.0.join(name))
    }

    pub(super) fn kind(&self, name: &OsStr) -> io::Result<DirEntryKind> {
        let there = fs::symlink_metadata(self.0.join(name))?;
        Ok(match () {
            () if there.is_file() => DirEntryKind::File,
            () if there.is_dir() => DirEntryKind::Directory,
            () => DirEntryKind::Other,
        })
    }

    pub(super) fn names(&self) -> io::Result<Vec<OsString>> {
        let names = fs::read_dir(&self.0)?.take(MAX_ENTRIES + 1).map(|entry| Ok(entry?.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        fs::metadata(&self.0)
    }

    pub(super) fn create(&self, name: &OsStr) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.0.join(name))
    }

    pub(super) fn make(&self, name: &OsStr) -> io::Result<Self> {
        let path = self.0.join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub(super) fn reopen(&self, name: &OsStr) -> io::Result<File> {
        if self.kind(name)? != DirEntryKind::File {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        OpenOptions::new().read(true).write(true).open(self.0.join(name))
    }

    pub(super) fn reopen_folder(&self, name: &OsStr) -> io::Result<Self> {
        self.folder(name)
    }

    pub(super) fn clear(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_dir_all(self.0.join(name))
    }

    pub(super) fn expect(&self, name: &OsStr, _known: &Metadata) -> io::Result<()> {
        fs::symlink_metadata(self.0.join(name)).map(drop)
    }

    pub(super) fn drop_file(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let (from, to) = (self.0.join(from), self.0.join(to));
        if fs::symlink_metadata(&from)?.is_dir() {
            if fs::symlink_metadata(&to).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            return fs::rename(from, to);
        }
        // Unlike a renaming, a link never takes the place of anything.
        fs::hard_link(&from, to)?;
        fs::remove_file(from)
    }

    #[expect(clippy::unused_self, reason = "as where folders are open")]
    pub(super) fn path(&self, known: &Path) -> PathBuf {
        known.to_owned()
    }

    /// The standard library cannot ask: the system refuses the write when the disk is full.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as where the system tells")]
    pub(super) const fn free(&self) -> io::Result<u64> {
        Ok(u64::MAX)
    }

    #[expect(clippy::unused_self, reason = "as where a folder can be written out")]
    pub(super) const fn sync(&self) {}

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as where a folder can be written out")]
    pub(super) const fn sync_below(&self) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as where a folder can be opened")]
    pub(super) const fn set_modified(&self, _time: SystemTime) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as where a folder can be opened")]
    pub(super) const fn lock(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Only a wish, and there is no way to tell it.
pub(super) const fn begin_writing(_file: &File, _from: u64, _length: u64) {}
