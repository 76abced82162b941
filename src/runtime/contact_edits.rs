//! Edits of contacts.toml on their way: one at a time, in order, on a thread that may wait for the disk.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::profile::{EditError, Profile};
use super::session_event::SessionEvent;
use crate::app::ContactsEdit;
use crate::model::Phrase;

#[derive(Debug)]
pub(super) struct ContactEdits {
    profile: Arc<Profile>,
    waiting: VecDeque<ContactsEdit>,
    running: JoinSet<(ContactsEdit, Result<(), EditError>)>,
}

/// An edit that was not made.
#[derive(Debug)]
pub(super) struct RefusedEdit {
    /// The command with the words that a person has given for it; empty: there are none to lose.
    pub(super) typed: String,
    pub(super) why: Phrase,
}

impl From<RefusedEdit> for SessionEvent {
    fn from(RefusedEdit { typed, why }: RefusedEdit) -> Self {
        Self::Refused { conversation: None, typed, why }
    }
}

fn typed(edit: &ContactsEdit) -> String {
    match edit {
        ContactsEdit::Add { name, address } => format!("/add {name} {address}"),
        ContactsEdit::Rename { new, .. } => format!("/rename {new}"),
        ContactsEdit::Remove { .. }
        | ContactsEdit::SetAddress { .. }
        | ContactsEdit::SetAccept { .. }
        | ContactsEdit::SetNotify { .. }
        | ContactsEdit::SetPinned { .. }
        | ContactsEdit::SetKeep { .. } => String::new(),
    }
}

impl ContactEdits {
    pub(super) fn new(profile: Arc<Profile>) -> Self {
        Self { profile, waiting: VecDeque::new(), running: JoinSet::new() }
    }

    pub(super) fn push(&mut self, edit: ContactsEdit) {
        self.waiting.push_back(edit);
        self.start();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// The edit that is done, or why it was not made. Cancel-safe. `None`: there is none.
    pub(super) async fn next(&mut self) -> Option<Result<ContactsEdit, RefusedEdit>> {
        let done = self.running.join_next().await?;
        self.start();
        Some(match done {
            Ok((edit, Ok(()))) => Ok(edit),
            Ok((edit, Err(error))) => Err(RefusedEdit { typed: typed(&edit), why: error.phrase() }),
            Err(_panicked) => Err(RefusedEdit { typed: String::new(), why: Phrase::new("store-busy") }),
        })
    }

    fn start(&mut self) {
        if !self.running.is_empty() {
            return;
        }
        if let Some(edit) = self.waiting.pop_front() {
            let profile = Arc::clone(&self.profile);
            self.running.spawn_blocking(move || {
                let result = profile.edit(&edit);
                (edit, result)
            });
        }
    }
}
