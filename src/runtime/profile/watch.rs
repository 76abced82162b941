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

/// Watches the folders of the files, since editors replace files rather than change them.
#[derive(Debug)]
pub struct Watcher {
    /// `None` when the system would not watch; then nothing is ever reported.
    folders: Option<WatchedFolders>,
    files: [Watched; 3],
    settling: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug)]
struct Watched {
    changed: Changed,
    /// Behind a symlink it is the target that an editor writes.
    names: [Option<OsString>; 2],
    dirty: bool,
    due: bool,
}

impl Watched {
    fn new(changed: Changed, path: &Path, target: &Path) -> Self {
        let name = |path: &Path| path.file_name().map(OsStr::to_owned);
        Self { changed, names: [name(path), name(target)], dirty: false, due: false }
    }

    fn note(&mut self, seen: &FolderChange) {
        let named = seen.name.is_none() || self.names.contains(&seen.name);
        let counts = seen.moved || self.changed != Changed::History;
        self.dirty |= named && counts;
    }

    const fn settle(&mut self) {
        self.due |= self.dirty;
        self.dirty = false;
    }
}

impl Watcher {
    /// Starts watching. What keeps it from doing so is a warning: the program works without. Must be called inside a
    /// tokio runtime.
    pub fn start(profile: &Profile) -> (Self, Option<Phrase>) {
        let paths = [
            (Changed::Config, profile.config_path()),
            (Changed::Contacts, profile.contacts_path()),
            (Changed::History, profile.history_path()),
        ];
        let paths = paths.map(|(changed, path)| {
            let target = follow(&path).unwrap_or_else(|_loop| path.clone());
            (changed, path, target)
        });
        let (folders, warning) = match watch(paths.iter().flat_map(|(_, path, target)| [path, target])) {
            Ok(folders) => (Some(folders), None),
            Err(error) => (None, Some(Phrase::new("profile-not-watched").text("reason", error.to_string()))),
        };
        let files = paths.map(|(changed, path, target)| Watched::new(changed, &path, &target));
        (Self { folders, files, settling: None }, warning)
    }

    /// Whether changes are reported at all.
    pub const fn is_active(&self) -> bool {
        self.folders.is_some()
    }

    /// The next change. Cancel-safe: all that was seen stays in `self`.
    pub async fn next(&mut self) -> Changed {
        loop {
            if let Some(file) = self.files.iter_mut().find(|file| file.due) {
                file.due = false;
                return file.changed;
            }
            self.step().await;
        }
    }

    /// The same where nobody may watch: then nothing ever changes.
    pub async fn next_of(watcher: Option<&mut Self>) -> Changed {
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
