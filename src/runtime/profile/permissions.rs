//! Who may read our files: only the person they belong to. The one place that knows how a system says that.
//!
//! Modes are given when a file is created, so there is no moment at which others could open it, and set
//! again afterwards, because the umask may have taken bits away that we need.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Creates a file only the person can read; fails if anything of that name exists, a symlink too.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    open(&mut options, path)
}

/// Opens a file for appending (the log), creating it if need be; only the person can read it.
pub fn append_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    open(&mut options, path)
}

#[cfg(unix)]
mod system {
    use std::fs::{DirBuilder, Permissions};
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};

    use rustix::fs::OFlags;

    use super::{File, OpenOptions, Path, fs, io};

    const FILE_MODE: u32 = 0o600;
    const FOLDER_MODE: u32 = 0o700;
    const OF_OTHERS: u32 = 0o077;
    const STICKY: u32 = 0o1000;

    pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        let is_new = fs::symlink_metadata(path).is_err();
        let file = options.mode(FILE_MODE).open(path)?;
        if is_new && let Some((owner, group)) = path.parent().and_then(of_another) {
            give(&file, owner, group)?;
        }
        if file.metadata()?.permissions().mode() & 0o777 != FILE_MODE {
            file.set_permissions(Permissions::from_mode(FILE_MODE))?;
        }
        Ok(file)
    }

    /// Parents that are missing are made the same way; only the last one is checked again.
    pub fn create_folder(path: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = path.ancestors().take_while(|path| !path.exists()).collect();
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)?;
        for made in missing.into_iter().rev() {
            if let Some((owner, group)) = made.parent().and_then(of_another) {
                give(&File::open(made)?, owner, group)?;
            }
        }
        tighten(path)
    }

    /// Whose a folder is, and of which group, while we are root and it is not ours: what root makes there would be in
    /// the way of its owner ever after.
    pub(in super::super) fn of_another(folder: &Path) -> Option<(u32, u32)> {
        let found = fs::metadata(folder).ok().filter(|_| rustix::process::geteuid().is_root())?;
        (found.uid() != 0).then(|| (found.uid(), found.gid()))
    }

    fn give(file: &File, owner: u32, group: u32) -> io::Result<()> {
        std::os::unix::fs::fchown(file, Some(owner), Some(group))
    }

    /// The mode of a file or folder that others may use, as `ls` users write it.
    pub(in super::super) fn open_to_others(path: &Path) -> Option<String> {
        let mode = fs::metadata(path).ok()?.permissions().mode();
        (mode & OF_OTHERS != 0).then(|| format!("{:o}", mode & 0o7777))
    }

    /// `/tmp` and its like belong to everybody.
    pub(in super::super) fn is_shared(path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & STICKY != 0)
    }

    /// Opens for reading what the name itself stands for, and waits for nobody: it follows no link.
    pub(in super::super) fn open_itself(path: &Path) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(i32::from_ne_bytes(flags.bits().to_ne_bytes()));
        options.open(path)
    }

    /// What the name itself stands for: where a link leads is not ours to close.
    pub(in super::super) fn tighten(path: &Path) -> io::Result<()> {
        let file = open_itself(path)?;
        let mode = if file.metadata()?.is_dir() { FOLDER_MODE } else { FILE_MODE };
        file.set_permissions(Permissions::from_mode(mode))
    }

    pub(in super::super) fn is_link(path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
    }

    /// Gives `from` the name `to`, which nothing has yet, not even a link that leads nowhere: otherwise `AlreadyExists`.
    pub(in super::super) fn name_new(from: &Path, to: &Path) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            use rustix::io::Errno;
            match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
                // Some file systems cannot.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                result => return Ok(result?),
            }
        }
        fs::hard_link(from, to)?;
        fs::remove_file(from)
    }

    /// After a rename the name itself must reach the disk too.
    pub(in super::super) fn sync_folder(path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

/// Elsewhere the person's own folders are private by inheritance.
#[cfg(not(unix))]
mod system {
    use super::{File, OpenOptions, Path, fs, io};

    pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        options.open(path)
    }

    pub fn create_folder(path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    pub(in super::super) fn open_itself(path: &Path) -> io::Result<File> {
        if is_link(path) { Err(io::Error::from(io::ErrorKind::InvalidInput)) } else { File::open(path) }
    }

    pub(in super::super) fn name_new(from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)?;
        fs::remove_file(from)
    }

    pub(in super::super) const fn open_to_others(_path: &Path) -> Option<String> {
        None
    }

    pub(in super::super) const fn is_shared(_path: &Path) -> bool {
        false
    }

    pub(in super::super) const fn tighten(_path: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(in super::super) const fn of_another(_folder: &Path) -> Option<(u32, u32)> {
        None
    }

    pub(in super::super) fn is_link(path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
    }

    pub(in super::super) const fn sync_folder(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}

pub use system::create_folder;
use system::open;
pub(super) use system::{
    is_link, is_shared, name_new, of_another, open_itself, open_to_others, sync_folder, tighten,
};
