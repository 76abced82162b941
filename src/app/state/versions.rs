//! Messages that are about to change, each in its newest version.
//!
//! What becomes of a message is told from several sides: it is sent, moved, opened, acknowledged. Each side begins
//! with the version that the others have made, also while that is still on its way through the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::receipts::Receipts;
use crate::model::{ConversationId, Mark, Message, MessageId, Uid};

/// Messages decoded again when an encoding changes: what a person may scroll back to compare.
pub(in crate::app) const MAX_REDECODE: usize = 1_000;

/// Sealed messages that are being opened at once: a person opens them one by one.
const MAX_UNSEALING: usize = 64;

#[derive(Clone, Debug, Default)]
pub(in crate::app) struct MessageVersions {
    /// Messages given to the network side, until it has said what became of them.
    sending: BTreeMap<MessageId, Arc<Message>>,
    /// Messages whose payload is being decoded again.
    redecoding: BTreeMap<MessageId, Arc<Message>>,
    /// Sealed messages that are being opened.
    unsealing: BTreeMap<MessageId, Arc<Message>>,
    receipts: Receipts,
    /// Versions that the store has yet to answer for.
    unsaved: BTreeMap<MessageId, Arc<Message>>,
}

impl MessageVersions {
    /// The newest version of a message that somebody waits for something to become of.
    pub(super) fn newest(&self, id: MessageId) -> Option<&Arc<Message>> {
        let unsaved = self.unsaved.get(&id).or_else(|| self.sending.get(&id));
        unsaved.or_else(|| self.receipts.get(id)).or_else(|| self.unsealing.get(&id))
    }

    /// This is the newest version from now on.
    pub(in crate::app) fn renew(&mut self, message: &Arc<Message>) {
        for table in [&mut self.sending, &mut self.redecoding, &mut self.unsealing] {
            if let Some(slot) = table.get_mut(&message.id) {
                slot.clone_from(message);
            }
        }
        self.receipts.renew(message);
        self.unsaved.insert(message.id, Arc::clone(message));
    }

    /// The store has answered for this version.
    pub(in crate::app) fn on_stored(&mut self, message: &Arc<Message>) {
        if self.unsaved.get(&message.id).is_some_and(|newest| Arc::ptr_eq(newest, message)) {
            self.unsaved.remove(&message.id);
        }
    }

    pub(in crate::app) fn start_sending(&mut self, message: &Arc<Message>) {
        self.sending.insert(message.id, Arc::clone(message));
    }

    pub(in crate::app) fn end_sending(&mut self, id: MessageId) -> Option<Arc<Message>> {
        self.sending.remove(&id)
    }

    /// The message of this name is taken back while it waits to go out: what the network side says of it from now on is about
    /// what goes out in its place.
    pub(in crate::app) fn take_back(&mut self, conversation: ConversationId, uid: Uid) -> Option<MessageId> {
        let waits = |message: &Message| {
            let is_it = message.conversation == conversation && message.uid == Some(uid);
            is_it && message.mark() == Some(&Mark::Waiting)
        };
        let (id, _) = self.sending.iter().find(|(_, message)| waits(message))?;
        let id = *id;
        self.sending.remove(&id);
        Some(id)
    }

    /// From now on a peer may say that it has the message.
    pub(in crate::app) fn expect_receipt(&mut self, message: &Arc<Message>) {
        self.receipts.expect(message);
    }

    /// A message of which something may still be said.
    pub(in crate::app) fn awaiting_receipt(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.receipts.get(id)
    }

    /// Whether the peer may say something of it.
    pub(in crate::app) fn is_open(&self, id: MessageId) -> bool {
        self.sending.contains_key(&id) || self.receipts.get(id).is_some()
    }

    pub(in crate::app) fn start_redecoding(&mut self, message: Arc<Message>) {
        self.redecoding.insert(message.id, message);
        while self.redecoding.len() > MAX_REDECODE {
            self.redecoding.pop_first();
        }
    }

    pub(in crate::app) fn end_redecoding(&mut self, id: MessageId) -> Option<Arc<Message>> {
        self.redecoding.remove(&id)
    }

    pub(in crate::app) fn start_unsealing(&mut self, message: Arc<Message>) {
        self.unsealing.insert(message.id, message);
        while self.unsealing.len() > MAX_UNSEALING {
            self.unsealing.pop_first();
        }
    }

    pub(in crate::app) fn end_unsealing(&mut self, id: MessageId) -> Option<Arc<Message>> {
        self.unsealing.remove(&id)
    }
}
