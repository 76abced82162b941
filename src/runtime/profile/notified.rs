//! Folders under watch where there is no inotify: by whatever the system has.

use std::ffi::OsString;
use std::future::pending;
use std::io;
use std::path::PathBuf;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

/// Changes that wait to be looked at. Beyond that anything may have happened.
const MAX_WAITING: usize = 64;

/// Something happened in one of the folders.
#[derive(Debug)]
pub(super) struct FolderChange {
    /// The file that it happened to; `None`: anything may have happened.
    pub(super) name: Option<OsString>,
    /// Its name leads to another file now, or to none.
    pub(super) moved: bool,
}

#[derive(Debug)]
pub(super) struct WatchedFolders {
    _system: RecommendedWatcher,
    seen: mpsc::Receiver<FolderChange>,
}

impl WatchedFolders {
    pub(super) fn watch(folders: &[PathBuf]) -> io::Result<Self> {
        let (tell, seen) = mpsc::channel(MAX_WAITING);
        let mut system = notify::recommended_watcher(move |event: notify::Result<Event>| {
            for seen in changes(event) {
                // A full queue says already that there is something to look at.
                let _known = tell.try_send(seen);
            }
        })
        .map_err(io::Error::other)?;
        for folder in folders {
            system.watch(folder, RecursiveMode::NonRecursive).map_err(io::Error::other)?;
        }
        Ok(Self { _system: system, seen })
    }

    /// Cancel-safe.
    pub(super) async fn next(&mut self) -> FolderChange {
        match self.seen.recv().await {
            Some(seen) => seen,
            None => pending().await,
        }
    }
}

fn changes(event: notify::Result<Event>) -> Vec<FolderChange> {
    // An error or an overflow may have swallowed anything.
    let Ok(event) = event else { return vec![FolderChange { name: None, moved: true }] };
    if event.need_rescan() {
        return vec![FolderChange { name: None, moved: true }];
    }
    let moved = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => return Vec::new(),
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Any | EventKind::Modify(_) | EventKind::Other => false,
    };
    // By name only: some systems report the folder in another spelling.
    let names = event.paths.iter().filter_map(|path| path.file_name());
    names.map(|name| FolderChange { name: Some(name.to_owned()), moved }).collect()
}
