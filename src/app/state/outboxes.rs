//! What the network side holds of each outbox: it gets the messages of a conversation in their order, some ahead, and the
//! history keeps the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::uids::UidSource;
use crate::model::history::{OutboxPage, OutboxQuery};
use crate::model::{ConversationId, Message, MessageId};

/// Messages and bytes of one conversation that the network side holds: enough for every link that is fast, and for one that
/// is bad (64 messages take more than twice as long where 30 % is lost).
const MAX_HELD: usize = 512;
const MAX_HELD_BYTES: usize = 256 * 1024;

#[derive(Clone, Debug, Default)]
struct HeldPart {
    /// Given to the network side and not kept by the peer, with their weights.
    held: BTreeMap<MessageId, usize>,
    bytes: usize,
    /// The newest that was given.
    given: Option<MessageId>,
    /// The history has more behind it.
    more: bool,
    /// That is being read.
    asked: bool,
    /// Something was changed meanwhile: what is read then may be from before that.
    outdated: bool,
    /// What was read, while files that its messages offer are looked for.
    waiting: Option<(OutboxPage, BTreeSet<MessageId>)>,
}

impl HeldPart {
    fn has_room(&self) -> bool {
        self.held.len() < MAX_HELD && self.bytes < MAX_HELD_BYTES
    }

    fn take(&mut self, message: &Message) {
        let weight = message.text.len();
        let before = self.held.insert(message.id, weight).unwrap_or_default();
        self.bytes = self.bytes.saturating_sub(before).saturating_add(weight);
        self.given = self.given.max(Some(message.id));
    }

    /// What is to be read, once half of the room is free.
    fn query(&mut self, conversation: ConversationId) -> Option<OutboxQuery> {
        let free = self.held.len() <= MAX_HELD / 2 && self.bytes <= MAX_HELD_BYTES / 2;
        if !self.more || self.asked || !free {
            return None;
        }
        (self.asked, self.outdated) = (true, false);
        let (messages, bytes) = (MAX_HELD / 2, MAX_HELD_BYTES / 2);
        Some(OutboxQuery { conversation, after: self.given, messages, bytes })
    }
}

#[derive(Debug, Default)]
pub(in crate::app) struct Outboxes {
    /// The names of new messages.
    pub(in crate::app) uids: UidSource,
    table: BTreeMap<ConversationId, HeldPart>,
}

impl Outboxes {
    /// The history has an outbox of this conversation, and nothing of it was given in this run.
    pub(in crate::app) fn restore(&mut self, conversation: ConversationId) {
        self.table.entry(conversation).or_default().more = true;
    }

    /// Whether a new message goes to the network side at once. If not, its turn comes after what the history has.
    pub(in crate::app) fn admit(&mut self, message: &Message) -> bool {
        let part = self.table.entry(message.conversation).or_default();
        part.more |= !part.has_room();
        if part.more {
            return false;
        }
        part.take(message);
        true
    }

    /// Something that waits there was changed.
    pub(in crate::app) fn on_change(&mut self, conversation: ConversationId) {
        if let Some(part) = self.table.get_mut(&conversation) {
            part.outdated |= part.asked;
        }
    }

    /// A message that the network side holds has other words.
    pub(in crate::app) fn weigh(&mut self, message: &Message) {
        let part = self.table.get_mut(&message.conversation);
        if let Some(part) = part.filter(|part| part.held.contains_key(&message.id)) {
            part.take(message);
        }
    }

    /// The messages of this part that the network side does not have yet. `None`: it has to be read once more.
    pub(in crate::app) fn on_page(&mut self, page: &OutboxPage) -> Option<Vec<MessageId>> {
        let part = self.table.entry(page.query.conversation).or_default();
        part.asked = false;
        if part.outdated {
            return None;
        }
        part.more = page.more;
        let fresh: Vec<MessageId> =
            page.messages.iter().map(|message| message.id).filter(|id| !part.held.contains_key(id)).collect();
        page.messages.iter().for_each(|message| part.take(message));
        Some(fresh)
    }

    /// This part is given once it is known where the files of these messages are: `on_page` comes when it is.
    pub(in crate::app) fn hold_back(&mut self, page: OutboxPage, unknown: BTreeSet<MessageId>) {
        let part = self.table.entry(page.query.conversation).or_default();
        part.waiting = Some((page, unknown));
    }

    /// The files of this message are known: what waited for the last of them.
    pub(in crate::app) fn on_known(
        &mut self,
        conversation: ConversationId,
        id: MessageId,
    ) -> Option<OutboxPage> {
        let part = self.table.get_mut(&conversation)?;
        let (_, unknown) = part.waiting.as_mut()?;
        unknown.remove(&id);
        if unknown.is_empty() { part.waiting.take().map(|(page, _)| page) } else { None }
    }

    /// The history could not be read: it is asked again when something else happens there.
    pub(in crate::app) fn on_no_page(&mut self, conversation: ConversationId) {
        if let Some(part) = self.table.get_mut(&conversation) {
            part.asked = false;
        }
    }

    /// The network side has done with a message.
    pub(in crate::app) fn remove(&mut self, conversation: ConversationId, message: MessageId) {
        if let Some(part) = self.table.get_mut(&conversation)
            && let Some(weight) = part.held.remove(&message)
        {
            part.bytes = part.bytes.saturating_sub(weight);
        }
    }

    /// What is to be read next.
    pub(in crate::app) fn query(&mut self, conversation: ConversationId) -> Option<OutboxQuery> {
        self.table.get_mut(&conversation)?.query(conversation)
    }

    /// The conversation is gone.
    pub(in crate::app) fn forget(&mut self, conversation: ConversationId) {
        self.table.remove(&conversation);
    }
}
