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
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};

    use super::{File, OpenOptions, Path, fs, io};

    const FILE_MODE: u32 = 0o600;
    const FOLDER_MODE: u32 = 0o700;
    const OF_OTHERS: u32 = 0o077;
    const STICKY: u32 = 0o1000;

    pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        let file = options.mode(FILE_MODE).open(path)?;
        if file.metadata()?.permissions().mode() & 0o777 != FILE_MODE {
            file.set_permissions(Permissions::from_mode(FILE_MODE))?;
        }
        Ok(file)
    }

    /// Parents that are missing are made the same way; only the last one is checked again.
    pub(in super::super) fn create_folder(path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)?;
        tighten(path)
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

    pub(in super::super) fn tighten(path: &Path) -> io::Result<()> {
        let folder = fs::metadata(path)?.is_dir();
        fs::set_permissions(path, Permissions::from_mode(if folder { FOLDER_MODE } else { FILE_MODE }))
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

    pub(in super::super) fn create_folder(path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
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

    pub(in super::super) const fn sync_folder(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}

use system::open;
pub(super) use system::{create_folder, is_shared, open_to_others, sync_folder, tighten};
