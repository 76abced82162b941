//! Messages of ours that a peer may still say something about.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::traffic::MessageKind;
use crate::model::{Mark, Message, MessageId};

/// Messages of ours that something may still be said about, and their bytes. The oldest go: a receipt takes seconds, and
/// who has not opened a letter by then is one of few.
const MAX_AWAITED: usize = 4_096;
const MAX_AWAITED_BYTES: usize = 8 * 1024 * 1024;

/// Messages of this run that were sent, until nothing more can become of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipts {
    messages: BTreeMap<MessageId, Arc<Message>>,
    bytes: usize,
}

impl Receipts {
    pub(super) fn get(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.messages.get(&id)
    }

    /// Waits for news of the message if there can be any.
    pub(super) fn expect(&mut self, message: &Arc<Message>) {
        self.remove(message.id);
        if is_open(message) {
            self.bytes = self.bytes.saturating_add(message.weight());
            self.messages.insert(message.id, Arc::clone(message));
        }
        while (self.messages.len() > MAX_AWAITED || self.bytes > MAX_AWAITED_BYTES)
            && let Some((_, oldest)) = self.messages.pop_first()
        {
            self.bytes = self.bytes.saturating_sub(oldest.weight());
        }
    }

    /// Another version of one that is waited for.
    pub(super) fn renew(&mut self, message: &Arc<Message>) {
        if self.messages.contains_key(&message.id) {
            self.expect(message);
        }
    }

    fn remove(&mut self, id: MessageId) {
        if let Some(gone) = self.messages.remove(&id) {
            self.bytes = self.bytes.saturating_sub(gone.weight());
        }
    }
}

/// Whether a peer can still say something new of it.
fn is_open(message: &Message) -> bool {
    match message.mark() {
        Some(Mark::Waiting | Mark::Sent) => true,
        Some(Mark::Delivered) => message.kind() == Some(MessageKind::Sealed),
        Some(Mark::Failed(fault)) => fault.is_doubtful(),
        Some(Mark::Read) | None => false,
    }
}
