//! What a person wants to offer, looked at once: files, and folders with all that is in them.
//!
//! What lies in a folder and is neither a file nor a folder is left out, links first of all, and so is a file that the kernel
//! makes up as it is read: nobody knows its size.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::system::{self, Directory};
use super::{DirEntryKind, MAX_DEPTH, MAX_ENTRIES};
use crate::model::Phrase;
use crate::model::file::{FileSource, FolderEntry, MAX_FILES};

/// What can be offered.
#[derive(Debug)]
pub struct Surveyed {
    pub sources: Vec<FileSource>,
    /// Entries of folders that cannot.
    pub left_out: usize,
}

/// Looks at what a person wants to offer: files, and folders with all that is in them.
///
/// A link that the person names is followed, once and for all: what it leads to is offered, under the link's name.
pub fn survey(paths: &[PathBuf]) -> Result<Surveyed, Phrase> {
    if paths.len() > MAX_FILES {
        return Err(Phrase::new("offer-too-many-files").number("limit", MAX_FILES));
    }
    let mut survey = Survey::default();
    let sources = paths.iter().map(|path| survey.source(path)).collect::<Result<_, _>>()?;
    Ok(Surveyed { sources, left_out: survey.left_out })
}

/// Looks at what was offered before. What has gone or is another file by now stays as it was offered, so that nothing of it
/// is ever given out; `None`: all of it is so.
pub fn survey_again(offered: &[FileSource]) -> Option<Arc<[FileSource]>> {
    let mut survey = Survey::default();
    let mut any = false;
    let again = |source: &FileSource| {
        let is_it = |now: &FileSource| {
            now.entries.is_some() == source.entries.is_some()
                && (now.stamp == source.stamp || is_same_folder(now, source))
        };
        // Of one that could not be read to its end.
        survey.entries.clear();
        let now = survey.source(&source.path).ok().filter(is_it);
        any |= now.is_some();
        now.map_or_else(|| source.clone(), |now| FileSource { name: source.name.clone(), ..now })
    };
    let sources = offered.iter().map(again).collect();
    any.then_some(sources)
}

/// What is in a folder may change while it is offered: it is walked when it is fetched, as it is then.
fn is_same_folder(now: &FileSource, before: &FileSource) -> bool {
    let place = |source: &FileSource| (source.stamp.device, source.stamp.inode);
    before.entries.is_some() && place(now) == place(before)
}

#[derive(Default)]
struct Survey {
    /// Looked at so far, of all folders.
    count: usize,
    /// Of these, what cannot be offered.
    left_out: usize,
    /// What is in the folder that is being walked.
    entries: Vec<FolderEntry>,
}

impl Survey {
    fn source(&mut self, given: &Path) -> Result<FileSource, Phrase> {
        let full = fs::canonicalize(given).map_err(|error| refusal(given, &error))?;
        let name = given.file_name().or_else(|| full.file_name()).ok_or_else(|| no_file(given))?;
        let name = name.to_string_lossy().into_owned();
        // Opened only when it is known to be no device.
        let there = fs::symlink_metadata(&full).map_err(|error| refusal(given, &error))?;
        if there.is_dir() {
            let folder = Directory::at(&full).map_err(|error| refusal(given, &error))?;
            return self.folder(&folder, &full, name);
        }
        if !there.is_file() {
            return Err(no_file(given));
        }
        let file = system::open(&full).map_err(|error| refusal(given, &error))?;
        let there = file.metadata().map_err(|error| refusal(given, &error))?;
        if is_made_up(&file, &there) {
            return Err(Phrase::new("offer-made-up").text("path", shown(given)));
        }
        Ok(source_of(full, name, &there))
    }

    fn folder(&mut self, folder: &Directory, path: &Path, name: String) -> Result<FileSource, Phrase> {
        let there = folder.metadata().map_err(|error| refusal(path, &error))?;
        self.walk(folder, path, 0)?;
        let (entries, mut size) = (std::mem::take(&mut self.entries), 0);
        for entry in &entries {
            if let FolderEntry::File(file) = entry {
                size = file.size.saturating_add(size);
            }
        }
        Ok(FileSource { size, entries: Some(entries.into()), ..source_of(path.to_owned(), name, &there) })
    }

    fn walk(&mut self, folder: &Directory, path: &Path, depth: usize) -> Result<(), Phrase> {
        if depth >= MAX_DEPTH {
            return Err(Phrase::new("offer-too-deep").text("path", shown(path)).number("limit", MAX_DEPTH));
        }
        for name in folder.names().map_err(|error| refusal(path, &error))? {
            let inside = path.join(&name);
            let failed = |error: io::Error| refusal(&inside, &error);
            let shown = || name.to_string_lossy().into_owned();
            match folder.kind(&name).map_err(failed)? {
                DirEntryKind::Other => self.left_out += 1,
                DirEntryKind::File => {
                    self.count()?;
                    let file = folder.read(&name).map_err(failed)?;
                    let there = file.metadata().map_err(failed)?;
                    // The name may lead to something else by now.
                    if !there.is_file() || is_made_up(&file, &there) {
                        self.left_out += 1;
                    } else {
                        self.entries.push(FolderEntry::File(source_of(inside, shown(), &there)));
                    }
                }
                DirEntryKind::Directory => {
                    self.count()?;
                    let next = folder.folder(&name).map_err(failed)?;
                    let there = next.metadata().map_err(failed)?;
                    self.entries.push(FolderEntry::Enter { name: shown(), modified: modified(&there) });
                    self.walk(&next, &inside, depth + 1)?;
                    self.entries.push(FolderEntry::Leave);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Phrase> {
        self.count += 1;
        let enough = self.count <= MAX_ENTRIES;
        enough.then_some(()).ok_or_else(|| Phrase::new("offer-too-much").number("limit", MAX_ENTRIES))
    }
}

/// Whether it is said to be empty and is not, or cannot be read: a file of `/proc`, which is made as it is read.
fn is_made_up(mut file: &File, there: &Metadata) -> bool {
    there.len() == 0 && !matches!(file.read(&mut [0; 1]), Ok(0))
}

fn source_of(path: PathBuf, name: String, there: &Metadata) -> FileSource {
    FileSource {
        path: Arc::from(path),
        name,
        size: there.len(),
        modified: modified(there),
        stamp: system::stamp(there),
        entries: None,
    }
}

/// In seconds since the Unix epoch.
fn modified(there: &Metadata) -> i64 {
    let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    there.modified().map_or(0, |time| match time.duration_since(UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => seconds(before.duration()).saturating_neg(),
    })
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn no_file(path: &Path) -> Phrase {
    Phrase::new("offer-no-file").text("path", shown(path))
}

fn refusal(path: &Path, error: &io::Error) -> Phrase {
    let known =
        [(io::ErrorKind::NotFound, "offer-missing"), (io::ErrorKind::PermissionDenied, "offer-forbidden")];
    match known.iter().find(|(kind, _)| *kind == error.kind()) {
        Some((_, key)) => Phrase::new(key).text("path", shown(path)),
        None => Phrase::new("offer-unreadable")
            .text("path", shown(path))
            .number("number", error.raw_os_error().unwrap_or(0)),
    }
}
