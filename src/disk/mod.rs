//! Files of ours that others fetch, and files that come: opened without following links, kept apart until they are
//! whole, and never written over another one (invariants I9–I13, I15, U3).
//!
//! Everything here blocks: it is called on threads that may. It reads no clock and knows nothing of the network.

mod left_folder;
mod partial_download;
#[cfg(not(unix))]
mod plain;
#[cfg(test)]
mod tests;
#[cfg(unix)]
mod unix;
mod walk;

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

use crate::model::WallTime;
use crate::model::file::{DownloadTarget, FileSource};
pub use left_folder::HeldEntry;
pub use partial_download::PartialDownload;
#[cfg(not(unix))]
use plain as system;
#[cfg(unix)]
use unix as system;
pub use walk::{Surveyed, survey, survey_again};

/// Files and folders in one folder, at all levels together, both ways (invariant I11).
pub const MAX_ENTRIES: usize = 10_000;
/// Folders within folders, both ways (invariant I11).
pub const MAX_DEPTH: usize = 32;
/// What stays free on a disk whatever comes: other programs must go on, and so must the history (invariant I13).
pub const MIN_FREE: u64 = 1024 * 1024 * 1024;

/// What lies under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DirEntryKind {
    File,
    Directory,
    /// A link, a device, a socket, a pipe.
    Other,
}

/// Opens a file of ours if it is still the one that was offered; `None`: it is not.
pub fn open(source: &FileSource) -> io::Result<Option<File>> {
    let file = match system::open(&source.path) {
        Ok(file) => file,
        Err(error) if system::is_gone(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let now = file.metadata()?;
    let same = now.is_file() && now.len() == source.size && system::stamp(&now) == source.stamp;
    Ok(same.then_some(file))
}

/// Bytes that an earlier try of this transfer left. 0 as well if what lies there cannot be gone on with.
pub fn left_of(place: &DownloadTarget) -> u64 {
    system::Directory::at(&place.folder).map_or(0, |folder| partial_download::left_in(&folder, place))
}

/// Removes what an earlier try left; nothing that somebody else has put there under this name.
pub fn discard(place: &DownloadTarget) -> io::Result<()> {
    let (folder, part) = (system::Directory::at(&place.folder)?, OsStr::new(&place.part));
    match folder.reopen(part) {
        Ok(_ours) => folder.drop_file(part),
        Err(_) => folder.clear(part),
    }
}

/// Makes a file of bytes that are all there; where it lies then.
pub fn keep(place: &DownloadTarget, bytes: &[u8], now: WallTime) -> io::Result<String> {
    let mut download = PartialDownload::of_file(place, u64::try_from(bytes.len()).unwrap_or(u64::MAX), 0)?;
    download.write(bytes)?;
    download.finish(None, now)
}

/// Bytes that the kernel would still take below this folder.
pub fn unused_space(folder: &Path) -> io::Result<u64> {
    system::Directory::at(folder)?.free()
}

/// Bytes that can still be written below this folder, when [`MIN_FREE`] is to stay.
pub fn free_space(folder: &Path) -> io::Result<u64> {
    Ok(unused_space(folder)?.saturating_sub(MIN_FREE))
}
