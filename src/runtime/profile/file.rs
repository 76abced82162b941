//! Reads and replaces one small file, whole or not at all.
//!
//! Knows nothing of what is in it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::permissions::{create_private, sync_folder};
use super::{ConfigError, EditError, Problem};

/// A settings file a person writes is some kilobytes; beyond this it is a mistake, and reading would only
/// eat memory.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// A chain of symlinks longer than this is a loop.
const MAX_LINKS: usize = 16;
/// A temporary name that is taken is left over from a crash; so many of them are not.
const MAX_TEMPORARY_NAMES: u32 = 64;

/// The text of a file; `None` if there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    let problem = |what| ConfigError { path: path.to_owned(), line: 0, column: 0, what };
    let bytes = match read_bounded(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem(Problem::Unreadable(error.to_string()))),
    };
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
        return Err(problem(Problem::TooBig { limit: MAX_FILE_BYTES }));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        ConfigError { line, column: 1, ..problem(Problem::NotUtf8) }
    })?;
    Ok(Some(text))
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Replaces the file in one step: whoever reads it, and a crash at any moment, sees the old or the new text.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), EditError> {
    let failed = |error: io::Error| EditError::Write { path: path.to_owned(), reason: error.to_string() };
    let target = follow(path).map_err(failed)?;
    let (temporary, mut file) = create_beside(&target).map_err(failed)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, &target));
    if let Err(error) = written {
        // Best effort: the first error is the one to tell.
        let _left_over = fs::remove_file(&temporary);
        return Err(failed(error));
    }
    target.parent().map_or(Ok(()), sync_folder).map_err(failed)
}

/// Where a symlink leads in the end, so that the link stays and its target changes. The target may be missing.
pub(super) fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
            return Ok(path);
        }
        let next = fs::read_link(&path)?;
        path = path.parent().map(|folder| folder.join(&next)).unwrap_or(next);
    }
    Err(io::Error::from(io::ErrorKind::InvalidInput))
}

/// In the same folder, because a rename cannot cross file systems.
pub(in crate::runtime) fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    for number in 0..MAX_TEMPORARY_NAMES {
        let path = target.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()));
        match create_private(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}
