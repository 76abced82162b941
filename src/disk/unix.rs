//! Folders and files by open descriptors: what a path names may change at any moment, what is open may not.
//!
//! No link is followed but in the path of the folder that a person chose, and that once.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::{DirEntryKind, MAX_ENTRIES};
use crate::model::file::FileFingerprint;

const NANOS: i128 = 1_000_000_000;
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);
const FOLDER_MODE: Mode = Mode::RWXU;
/// Bits of a file or folder of ours that nobody else can have set or use: none for others, nothing special.
const STRANGE: u32 = 0o7077;

/// `O_NONBLOCK`: a pipe that has taken the place of a file must not hold us up.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
const WRITE: OFlags = OFlags::RDWR.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

pub(super) fn stamp(there: &Metadata) -> FileFingerprint {
    let modified = i128::from(there.mtime()) * NANOS + i128::from(there.mtime_nsec());
    FileFingerprint { device: there.dev(), inode: there.ino(), modified }
}

/// Opens for reading what lies there itself.
pub(super) fn open(path: &Path) -> io::Result<File> {
    Ok(rustix::fs::openat(CWD, path, READ | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?.into())
}

/// Whether it says that there is no such file (any more): nothing at all, a link, or a socket.
pub(super) fn is_gone(error: &io::Error) -> bool {
    [Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::NXIO, Errno::MLINK]
        .iter()
        .any(|gone| error.raw_os_error() == Some(gone.raw_os_error()))
}

/// An open folder.
#[derive(Debug)]
pub(super) struct Directory(File);

impl Directory {
    /// The folder that a person chose: links on the way there are theirs.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let flags = READ | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::openat(CWD, path, flags, Mode::empty())?.into()))
    }

    fn open(&self, name: &OsStr, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, FILE_MODE)?.into())
    }

    pub(super) fn folder(&self, name: &OsStr) -> io::Result<Self> {
        self.open(name, READ | OFlags::DIRECTORY).map(Self)
    }

    pub(super) fn read(&self, name: &OsStr) -> io::Result<File> {
        self.open(name, READ)
    }

    /// What lies under this name, which is not opened: opening a device can do things.
    pub(super) fn kind(&self, name: &OsStr) -> io::Result<DirEntryKind> {
        let there = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(match FileType::from_raw_mode(there.st_mode) {
            FileType::RegularFile => DirEntryKind::File,
            FileType::Directory => DirEntryKind::Directory,
            FileType::Symlink
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice
            | FileType::Unknown => DirEntryKind::Other,
        })
    }

    /// The names in it, in order; at most one more than a folder may have.
    pub(super) fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                names.push(OsStr::from_bytes(name).to_owned());
            }
            if names.len() > MAX_ENTRIES {
                break;
            }
        }
        names.sort();
        Ok(names)
    }

    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata()
    }

    /// A new file that nobody else can read.
    pub(super) fn create(&self, name: &OsStr) -> io::Result<File> {
        self.open(name, WRITE | OFlags::CREATE | OFlags::EXCL)
    }

    /// A new folder that nobody else can look into.
    pub(super) fn make(&self, name: &OsStr) -> io::Result<Self> {
        rustix::fs::mkdirat(&self.0, name, FOLDER_MODE)?;
        self.folder(name)
    }

    /// A file that an earlier run made; nothing that somebody else put there under this name, or that has another name
    /// besides.
    pub(super) fn reopen(&self, name: &OsStr) -> io::Result<File> {
        let file = self.open(name, WRITE)?;
        let there = file.metadata()?;
        if there.is_file() && there.nlink() == 1 && is_ours(&there) { Ok(file) } else { Err(taken()) }
    }

    /// The same with a folder.
    pub(super) fn reopen_folder(&self, name: &OsStr) -> io::Result<Self> {
        let folder = self.folder(name)?;
        if is_ours(&folder.metadata()?) { Ok(folder) } else { Err(taken()) }
    }

    /// Removes a folder that an earlier run made, with all that is in it; links in it go, and what they name stays.
    pub(super) fn clear(&self, name: &OsStr) -> io::Result<()> {
        let folder = self.reopen_folder(name)?;
        folder.lock()?;
        // The folder itself, and those inside.
        self.remove(name, super::MAX_DEPTH + 1)
    }

    fn remove(&self, name: &OsStr, depth: usize) -> io::Result<()> {
        if self.kind(name)? != DirEntryKind::Directory {
            return Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?);
        }
        let depth = depth.checked_sub(1).ok_or_else(taken)?;
        let folder = self.folder(name)?;
        for inside in folder.names()? {
            folder.remove(&inside, depth)?;
        }
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Whether this is still what lies under this name; otherwise somebody has put another thing there.
    pub(super) fn expect(&self, name: &OsStr, known: &Metadata) -> io::Result<()> {
        let there = self.read(name)?.metadata()?;
        let same = (there.dev(), there.ino()) == (known.dev(), known.ino());
        same.then_some(()).ok_or_else(|| io::ErrorKind::StaleNetworkFileHandle.into())
    }

    /// Removes a file; nothing else goes by it.
    pub(super) fn drop_file(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Gives `from` another name, which nothing has yet: otherwise `AlreadyExists`.
    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        {
            use rustix::fs::{RenameFlags, renameat_with};
            match renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
                // Some file systems cannot.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                result => return Ok(result?),
            }
        }
        self.rename_in_two(from, to)
    }

    /// The same where the system has no one step for it.
    pub(super) fn rename_in_two(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        if self.kind(from)? == DirEntryKind::Directory {
            // A folder takes the place of an empty one, and of nothing else.
            rustix::fs::mkdirat(&self.0, to, FOLDER_MODE)?;
            return Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?);
        }
        rustix::fs::linkat(&self.0, from, &self.0, to, AtFlags::empty())?;
        Ok(rustix::fs::unlinkat(&self.0, from, AtFlags::empty())?)
    }

    /// Where the folder is now: it may have been moved since it was opened, and another one have its name.
    pub(super) fn path(&self, known: &Path) -> PathBuf {
        let is_here = |path: &Path| match (std::fs::metadata(path), self.0.metadata()) {
            (Ok(there), Ok(own)) => (there.dev(), there.ino()) == (own.dev(), own.ino()),
            (Err(_), _) | (_, Err(_)) => false,
        };
        let moved = || std::fs::read_link(format!("/proc/self/fd/{}", self.0.as_raw_fd())).ok();
        let now = if is_here(known) { None } else { moved() };
        now.filter(|now| is_here(now)).unwrap_or_else(|| known.to_owned())
    }

    /// Bytes that are free for us.
    pub(super) fn free(&self) -> io::Result<u64> {
        let disk = rustix::fs::fstatvfs(&self.0)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Waits until the names in it are on the disk. Not every file system can, and those that cannot need not.
    pub(super) fn sync(&self) {
        let _cannot: io::Result<()> = self.0.sync_all();
    }

    /// Waits until all that is in it is on the disk.
    pub(super) fn sync_below(&self) -> io::Result<()> {
        // One by one, thousands of small files would take minutes.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        rustix::fs::syncfs(&self.0)?;
        self.0.sync_all()
    }

    pub(super) fn set_modified(&self, time: std::time::SystemTime) -> io::Result<()> {
        self.0.set_modified(time)
    }

    /// Two tries of one transfer must not write at once.
    pub(super) fn lock(&self) -> io::Result<()> {
        lock(&self.0)
    }
}

pub(super) fn lock(file: &File) -> io::Result<()> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) => Err(io::ErrorKind::ResourceBusy.into()),
        // Not every file system knows locks.
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Lets the disk begin with what was written, and waits for nothing. Only a wish.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn begin_writing(file: &File, from: u64, length: u64) {
    // What is not on the disk yet cannot be dropped, so the kernel begins to write it, and keeps it meanwhile.
    let length = std::num::NonZeroU64::new(length);
    let _not_here = rustix::fs::fadvise(file, from, length, rustix::fs::Advice::DontNeed);
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) const fn begin_writing(_file: &File, _from: u64, _length: u64) {}

/// Whether each file has to be written out by itself, since a folder cannot be as a whole.
pub(super) const SYNC_EACH: bool = !cfg!(any(target_os = "linux", target_os = "android"));

fn is_ours(there: &Metadata) -> bool {
    there.uid() == rustix::process::geteuid().as_raw() && there.mode() & STRANGE == 0
}

fn taken() -> io::Error {
    io::ErrorKind::AlreadyExists.into()
}
