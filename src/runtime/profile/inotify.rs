//! Folders under watch, by inotify itself: it can be asked for less than everything, so that each write of the history's
//! log wakes nobody.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::future::pending;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
use tokio::io::unix::AsyncFd;

/// Room for some dozens of events with names as long as they can be.
const BUFFER: usize = 8 * 1024;

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
    inotify: AsyncFd<OwnedFd>,
    seen: VecDeque<FolderChange>,
}

impl WatchedFolders {
    /// Must be called inside a tokio runtime with I/O.
    #[expect(
        deprecated,
        reason = "its successor is unsafe; the descriptor is our own and stays open as long as we live"
    )]
    pub(super) fn watch(folders: &[PathBuf]) -> io::Result<Self> {
        let inotify = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        // An editor closes the file in the end; a mere write is the program's own log.
        let wanted = WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::ONLYDIR;
        for folder in folders {
            add_watch(&inotify, folder, wanted)?;
        }
        Ok(Self { inotify: AsyncFd::new(inotify)?, seen: VecDeque::new() })
    }

    /// Cancel-safe: what was read stays in `self`.
    pub(super) async fn next(&mut self) -> FolderChange {
        loop {
            if let Some(seen) = self.seen.pop_front() {
                return seen;
            }
            let Ok(mut ready) = self.inotify.readable().await else {
                // Only when the runtime goes down: there will be nothing more.
                return pending().await;
            };
            if !read(self.inotify.get_ref(), &mut self.seen) {
                ready.clear_ready();
            }
        }
    }
}

/// Takes one buffer of events. `false`: there are none.
fn read(inotify: &OwnedFd, seen: &mut VecDeque<FolderChange>) -> bool {
    let mut buffer = [MaybeUninit::uninit(); BUFFER];
    let mut reader = Reader::new(inotify, &mut buffer);
    let mut any = false;
    while let Ok(event) = reader.next() {
        any = true;
        let lost = event.events().intersects(ReadFlags::QUEUE_OVERFLOW | ReadFlags::UNMOUNT);
        let moved = lost || !event.events().contains(ReadFlags::CLOSE_WRITE);
        let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()).to_owned());
        // The folder itself is gone, say: that is no change of a file in it, but for being there no more.
        let concerns_all = lost || event.events().contains(ReadFlags::IGNORED);
        if name.is_some() || concerns_all {
            seen.push_back(FolderChange { name, moved });
        }
        if reader.is_buffer_empty() {
            break;
        }
    }
    any
}
