//! Tells when `config.toml` or `contacts.toml` has changed on disk.
//!
//! Never reads the files and never polls: without changes nothing wakes up. A change of our own is told
//! like any other; reading the same content again does no harm.

use std::future::pending;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::{Sleep, sleep};

use super::Profile;
use super::file::follow;
use crate::model::Phrase;

/// Editors write in several steps (truncate, write, rename); one pause covers them.
const SETTLE: Duration = Duration::from_millis(200);

/// Which file is to be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Config,
    Contacts,
}

/// Watches the folders of the two files, since editors replace files rather than change them.
#[derive(Debug)]
pub struct Watcher {
    /// `None` when the system would not watch; then nothing is ever reported.
    system: Option<RecommendedWatcher>,
    config: Pending,
    contacts: Pending,
    settling: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug)]
struct Pending {
    /// Holds one: a full queue already says all there is to say, so nothing is lost when it is full.
    seen: mpsc::Receiver<()>,
    dirty: bool,
    due: bool,
}

impl Pending {
    fn new() -> (mpsc::Sender<()>, Self) {
        let (tell, seen) = mpsc::channel(1);
        (tell, Self { seen, dirty: false, due: false })
    }

    const fn settle(&mut self) {
        self.due |= self.dirty;
        self.dirty = false;
    }
}

impl Watcher {
    /// Starts watching. What keeps it from doing so is a warning: the program works without.
    pub fn start(profile: &Profile) -> (Self, Option<Phrase>) {
        let (tell_config, config) = Pending::new();
        let (tell_contacts, contacts) = Pending::new();
        let files = [(profile.config_path(), tell_config), (profile.contacts_path(), tell_contacts)];
        let (system, warning) = match watch(files) {
            Ok(system) => (Some(system), None),
            Err(error) => (None, Some(Phrase::new("profile-not-watched").text("reason", error.to_string()))),
        };
        (Self { system, config, contacts, settling: None }, warning)
    }

    /// Whether changes are reported at all.
    pub const fn is_active(&self) -> bool {
        self.system.is_some()
    }

    /// The next change. Cancel-safe: all that was seen stays in `self`.
    pub async fn next(&mut self) -> Changed {
        loop {
            if std::mem::take(&mut self.config.due) {
                return Changed::Config;
            }
            if std::mem::take(&mut self.contacts.due) {
                return Changed::Contacts;
            }
            self.step().await;
        }
    }

    async fn step(&mut self) {
        let settled = async {
            match &mut self.settling {
                Some(settling) => settling.await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = settled => {
                self.settling = None;
                self.config.settle();
                self.contacts.settle();
                return;
            }
            Some(()) = self.config.seen.recv() => self.config.dirty = true,
            Some(()) = self.contacts.seen.recv() => self.contacts.dirty = true,
        }
        // Counted from the first change: a file that never rests is still read.
        if self.settling.is_none() {
            self.settling = Some(Box::pin(sleep(SETTLE)));
        }
    }
}

fn watch(files: [(std::path::PathBuf, mpsc::Sender<()>); 2]) -> notify::Result<RecommendedWatcher> {
    let mut places = Vec::new();
    for (path, tell) in files {
        // Behind a symlink it is the target that an editor writes.
        let target = follow(&path).unwrap_or_else(|_loop| path.clone());
        places.push((path, tell.clone()));
        places.push((target, tell));
    }
    let mut folders: Vec<_> =
        places.iter().filter_map(|(path, _)| path.parent().map(Path::to_owned)).collect();
    folders.sort();
    folders.dedup();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        for (_, tell) in places.iter().filter(|(path, _)| concerns(&event, path)) {
            // Full means it is already known.
            let _known = tell.try_send(());
        }
    })?;
    for folder in folders {
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

/// Whether this file may have changed. Reading it is reported as well and must not count.
fn concerns(event: &notify::Result<Event>, path: &Path) -> bool {
    // An error or an overflow may have swallowed anything.
    let Ok(event) = event else { return true };
    let change = match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    };
    // By name only: some systems report the folder in another spelling.
    let named = event.paths.iter().any(|seen| seen.file_name() == path.file_name());
    change && (named || event.need_rescan())
}
