//! Tells when `config.toml` or `contacts.toml` has changed on disk, and when the history is there no more.
//!
//! Never reads the files and never polls: without changes nothing wakes up. A change of our own is told
//! like any other; reading the same content again does no harm.

use std::ffi::{OsStr, OsString};
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::Profile;
use super::file::follow;
#[cfg(target_os = "linux")]
use super::inotify::{FolderChange, WatchedFolders};
#[cfg(not(target_os = "linux"))]
use super::notified::{FolderChange, WatchedFolders};
use crate::model::Phrase;

/// Editors write in several steps (truncate, write, rename); one pause covers them.
const SETTLE: Duration = Duration::from_millis(200);

/// Which file is to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Config,
    Contacts,
    /// The history's file may have been removed, renamed or replaced; writes do not count.
    History,
}

/// Watches the folders of the files, since editors replace files rather than change them. `T` says which of them it was.
#[derive(Debug)]
pub struct Watcher<T = Changed> {
    /// `None` when the system would not watch; then nothing is ever reported.
    folders: Option<WatchedFolders>,
    files: Vec<Watched<T>>,
    settling: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug)]
struct Watched<T> {
    changed: T,
    /// Writes do not count.
    moves_only: bool,
    /// Behind a symlink it is the target that an editor writes.
    names: [Option<OsString>; 2],
    dirty: bool,
    due: bool,
}

impl<T: Copy> Watched<T> {
    fn new(file: &WatchedFile<T>, target: &Path) -> Self {
        let WatchedFile { changed, ref path, moves_only } = *file;
        let name = |path: &Path| path.file_name().map(OsStr::to_owned);
        Self { changed, moves_only, names: [name(path), name(target)], dirty: false, due: false }
    }

    fn note(&mut self, seen: &FolderChange) {
        let named = seen.name.is_none() || self.names.contains(&seen.name);
        let counts = seen.moved || !self.moves_only;
        self.dirty |= named && counts;
    }

    const fn settle(&mut self) {
        self.due |= self.dirty;
        self.dirty = false;
    }
}

/// What is to be watched.
struct WatchedFile<T> {
    changed: T,
    path: PathBuf,
    moves_only: bool,
}

impl Watcher {
    /// Starts watching. What keeps it from doing so is a warning: the program works without. Must be called inside a
    /// tokio runtime.
    pub fn start(profile: &Profile) -> (Self, Option<Phrase>) {
        let file = |changed, path, moves_only| WatchedFile { changed, path, moves_only };
        Self::watch(&[
            file(Changed::Config, profile.config_path(), false),
            file(Changed::Contacts, profile.contacts_path(), false),
            file(Changed::History, profile.history_path(), true),
        ])
    }
}

impl Watcher<()> {
    /// Starts watching one file. As `start`.
    pub fn of_file(path: &Path) -> (Self, Option<Phrase>) {
        Self::watch(&[WatchedFile { changed: (), path: path.to_owned(), moves_only: false }])
    }
}

impl<T: Copy> Watcher<T> {
    fn watch(files: &[WatchedFile<T>]) -> (Self, Option<Phrase>) {
        let targets = files.iter().map(|file| follow(&file.path).unwrap_or_else(|_loop| file.path.clone()));
        let targets: Vec<PathBuf> = targets.collect();
        let (folders, warning) = match watch(files.iter().map(|file| &file.path).chain(&targets)) {
            Ok(folders) => (Some(folders), None),
            Err(error) => (None, Some(Phrase::new("profile-not-watched").text("reason", error.to_string()))),
        };
        let files = files.iter().zip(&targets).map(|(file, target)| Watched::new(file, target));
        (Self { folders, files: files.collect(), settling: None }, warning)
    }

    /// Whether changes are reported at all.
    pub const fn is_active(&self) -> bool {
        self.folders.is_some()
    }

    /// The next change. Cancel-safe: all that was seen stays in `self`.
    pub async fn next(&mut self) -> T {
        loop {
            if let Some(file) = self.files.iter_mut().find(|file| file.due) {
                file.due = false;
                return file.changed;
            }
            self.step().await;
        }
    }

    /// The same where nobody may watch: then nothing ever changes.
    pub async fn next_of(watcher: Option<&mut Self>) -> T {
        match watcher {
            Some(watcher) => watcher.next().await,
            None => pending().await,
        }
    }

    async fn step(&mut self) {
        let Self { folders, files, settling } = self;
        let settled = async {
            match settling {
                Some(settling) => settling.await,
                None => pending().await,
            }
        };
        let seen = async {
            match folders {
                Some(folders) => folders.next().await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = settled => {
                self.settling = None;
                self.files.iter_mut().for_each(Watched::settle);
                return;
            }
            seen = seen => files.iter_mut().for_each(|file| file.note(&seen)),
        }
        // Counted from the first change: a file that never rests is still read.
        if self.settling.is_none() && self.files.iter().any(|file| file.dirty) {
            self.settling = Some(Box::pin(sleep(SETTLE)));
        }
    }
}

fn watch<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> io::Result<WatchedFolders> {
    let mut folders: Vec<_> = paths.filter_map(|path| path.parent().map(Path::to_owned)).collect();
    folders.sort();
    folders.dedup();
    WatchedFolders::watch(&folders)
}
