//! Edits of contacts.toml on their way: one at a time, in order, on a thread that may wait for the disk.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::profile::{EditError, Profile};
use crate::app::ContactsEdit;
use crate::model::Phrase;

#[derive(Debug)]
pub(super) struct ContactEdits {
    profile: Arc<Profile>,
    waiting: VecDeque<ContactsEdit>,
    running: JoinSet<(ContactsEdit, Result<(), EditError>)>,
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
    pub(super) async fn next(&mut self) -> Option<Result<ContactsEdit, Phrase>> {
        let done = self.running.join_next().await?;
        self.start();
        Some(match done {
            Ok((edit, Ok(()))) => Ok(edit),
            Ok((_, Err(error))) => Err(error.phrase()),
            Err(_panicked) => Err(Phrase::new("store-busy")),
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
