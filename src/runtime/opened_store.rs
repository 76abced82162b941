//! Where a session keeps its history, and what the last one left there.

use std::io;
use std::path::{Path, PathBuf};

use super::profile::{Profile, create_private};
use crate::app::Restored;
use crate::disk;
use crate::model::history::{ConversationRecord, StoreSnapshot, StoredConversation};
use crate::model::{Address, PeerKind, Phrase};
use crate::net::{clock, parse_address};
use crate::store::{self, Backend, Discard, Lock, LockError, Memory};

/// Another messenger has the profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in use by {pid:?}")]
pub struct ProfileLocked {
    pid: Option<u32>,
    /// A profile that one could use instead.
    other: PathBuf,
}

impl ProfileLocked {
    pub fn phrase(&self) -> Phrase {
        let key = if self.pid.is_some() { "start-in-use-by" } else { "start-in-use" };
        let pid = self.pid.map(|pid| pid.to_string()).unwrap_or_default();
        Phrase::new(key).text("pid", pid).text("other", self.other.display().to_string())
    }
}

/// A backend with what it remembers.
pub(super) struct OpenedStore {
    pub backend: Box<dyn Backend>,
    pub restored: Restored,
    pub told: Vec<Phrase>,
}

impl OpenedStore {
    /// For a command of a script, which prints and forgets: it may run for months. Of the history it knows who a person
    /// trusts, and who not; if that cannot be read, why.
    pub(super) fn discarding(profile: &Profile) -> (Self, Option<Phrase>) {
        let (decided, unread) = match decided(profile) {
            Ok(decided) => (decided, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let last_conversation = decided.iter().map(|(stored, _)| stored.card.conversation).max();
        let restored =
            Restored { conversations: decided, last_conversation, unlimited: true, ..Restored::default() };
        (Self { backend: Box::<Discard>::default(), restored, told: Vec::new() }, unread)
    }

    /// In memory, with the reason.
    fn until_the_end(why: Phrase) -> Self {
        let restored = Restored { ephemeral: true, ..Restored::default() };
        Self { backend: Box::new(Memory::default()), restored, told: vec![why] }
    }

    /// The profile's history. No second program may write it.
    pub(super) fn of(profile: &Profile) -> Result<Self, ProfileLocked> {
        let path = profile.history_path();
        let lock = match Lock::take(&profile.history_lock_path(), private) {
            Ok(lock) => lock,
            Err(LockError::InUse { pid }) => {
                return Err(ProfileLocked { pid, other: profile.another() });
            }
            // Another messenger may write: without the lock nothing is written.
            Err(error @ LockError::Io(_)) => return Ok(Self::until_the_end(error.in_memory())),
        };
        let mut opened = store::open(&path, lock, private, clock::now().wall);
        opened.backend.watch_space(disk::free_space);
        let forgets = opened.backend.forgets();
        let restored = Restored { ephemeral: forgets, ..restored(opened.remembered) };
        Ok(Self { backend: opened.backend, restored, told: opened.told })
    }
}

/// Those about whose keys a person has decided. Which of them are contacts says the list of contacts.
fn decided(profile: &Profile) -> Result<Vec<(StoredConversation, Address)>, Phrase> {
    let reader = store::Reader::open(&profile.history_path(), || clock::now().wall)?;
    let Some(mut history) = reader else { return Ok(Vec::new()) };
    let parsed = |card: ConversationRecord| {
        let address = parse_address(&card.address).ok().filter(|address| address.key.is_some())?;
        let card = ConversationRecord { name: address.authority(), kind: PeerKind::Stranger, ..card };
        Some((StoredConversation::of(card), address))
    };
    Ok(history.decided()?.into_iter().filter_map(parsed).collect())
}

/// With the addresses read. A conversation of a dialect that this version does not know stays in the file.
fn restored(remembered: StoreSnapshot) -> Restored {
    let StoreSnapshot {
        conversations,
        open,
        last_message,
        first_backfilled,
        last_conversation,
        held,
        unfinished,
        next_expiry,
    } = remembered;
    let parsed =
        |kept: StoredConversation| parse_address(&kept.card.address).ok().map(|address| (kept, address));
    let conversations = conversations.into_iter().filter_map(parsed).collect();
    Restored {
        conversations,
        open,
        last_message,
        first_backfilled,
        last_conversation,
        held,
        unfinished,
        next_expiry,
        ..Restored::default()
    }
}

pub(super) fn private(path: &Path) -> io::Result<()> {
    create_private(path).map(drop)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn without_a_lock_nothing_is_written_and_the_reason_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let profile = Profile::open(Some(&folder.path().join("profile"))).expect("a profile");
        fs::create_dir(profile.history_lock_path()).expect("created");
        let opened = OpenedStore::of(&profile).expect("nobody has it");
        assert_eq!(opened.told.iter().map(|phrase| phrase.key).collect::<Vec<_>>(), ["store-unlocked"]);
        assert!(!profile.history_path().exists());
    }

    #[test]
    fn with_a_lock_the_history_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let profile = Profile::open(Some(&folder.path().join("profile"))).expect("a profile");
        let opened = OpenedStore::of(&profile).expect("nobody has it");
        assert_eq!(opened.told, []);
        assert!(profile.history_path().exists());
        assert!(OpenedStore::of(&profile).is_err_and(|refused| refused.pid == Some(std::process::id())));
    }
}
