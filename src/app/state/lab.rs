//! The bad network that one peer has on purpose.

use crate::model::lab::{LabCounts, LabSettings};
use crate::model::{ConversationId, Endpoints};

/// What is done to the datagrams of one conversation, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabState {
    pub conversation: ConversationId,
    pub settings: LabSettings,
    pub counts: LabCounts,
    /// Where the peer was when the network side was told last.
    pub(in crate::app) endpoints: Option<Endpoints>,
}

impl LabState {
    pub(in crate::app) fn new(conversation: ConversationId, settings: LabSettings) -> Self {
        Self { conversation, settings, counts: LabCounts::default(), endpoints: None }
    }
}
