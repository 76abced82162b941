//! What the state asks of the folders of a profile: files to be fetched, and edits of the list of contacts.

use std::sync::Arc;

use crate::model::file::TransferId;
use crate::model::{ConversationId, KeepPeriod, NotifyLevel};

/// A file or folder that a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    pub conversation: ConversationId,
    pub transfer: TransferId,
    /// Of the message that offers it.
    pub payload: Arc<[u8]>,
    pub name: String,
    /// As the sender says, in bytes.
    pub size: u64,
    pub folder: bool,
}

/// One edit of `contacts.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactsEdit {
    Add {
        name: String,
        address: String,
    },
    Remove {
        name: String,
    },
    Rename {
        old: String,
        new: String,
    },
    SetAddress {
        name: String,
        address: String,
    },
    /// Up to how many bytes of one message are fetched without asking; `None`: a person is asked.
    SetAccept {
        name: String,
        up_to: Option<u64>,
    },
    SetNotify {
        name: String,
        notify: NotifyLevel,
    },
    SetPinned {
        name: String,
        pinned: bool,
    },
    /// After how long messages are removed; `None`: they stay.
    SetKeep {
        name: String,
        period: Option<KeepPeriod>,
    },
}
