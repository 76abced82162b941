//! What peers say of messages that they have: delivered, read; and sealed messages that are opened here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::event::Effect;
use super::state::State;
use super::versions;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Direction, Mark, Message, MessageCommand, MessageId, NetCommand, Now};

/// Messages of ours that something may still be said about, and their bytes. The oldest go: a receipt takes seconds, and
/// who has not opened a letter by then is one of few.
const MAX_AWAITED: usize = 4_096;
const MAX_AWAITED_BYTES: usize = 8 * 1024 * 1024;

/// Sealed messages that are being opened at once: a person opens them one by one.
const MAX_UNSEALING: usize = 64;

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

    /// Waits for news of it if there can be any.
    fn keep(&mut self, message: &Arc<Message>) {
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
            self.keep(message);
        }
    }

    fn remove(&mut self, id: MessageId) {
        if let Some(gone) = self.messages.remove(&id) {
            self.bytes = self.bytes.saturating_sub(gone.weight());
        }
    }
}

/// Whether a peer can still say something of it that is new.
fn is_open(message: &Message) -> bool {
    match message.mark() {
        Some(Mark::Waiting | Mark::Sent) => true,
        Some(Mark::Delivered) => message.kind() == Some(MessageKind::Sealed),
        Some(Mark::Failed(fault)) => fault.is_doubtful(),
        Some(Mark::Read) | None => false,
    }
}

/// Whether the mark can become this one: never backwards, and a failure is only undone that was in doubt.
fn can_become(before: &Mark, after: &Mark) -> bool {
    const fn rank(mark: &Mark) -> u8 {
        match mark {
            Mark::Waiting => 0,
            Mark::Sent => 1,
            Mark::Delivered => 2,
            Mark::Read => 3,
            Mark::Failed(_) => 4,
        }
    }
    match (before, after) {
        (Mark::Failed(fault), Mark::Delivered | Mark::Read) => fault.is_doubtful(),
        (Mark::Waiting | Mark::Sent, Mark::Failed(_)) => true,
        (_, Mark::Failed(_)) | (Mark::Failed(_), _) => false,
        (before, after) => rank(before) < rank(after),
    }
}

/// The same message with this mark, if it can have it now.
pub(super) fn marked(message: &Message, mark: Mark, now: Now) -> Option<Message> {
    let Direction::Outgoing { mark: before, kind, .. } = &message.direction else { return None };
    can_become(before, &mark).then(|| Message {
        direction: Direction::Outgoing { mark, marked: now.wall, kind: *kind },
        ..message.clone()
    })
}

/// It has gone out, or failed in doubt: from now on a peer may say that it has it.
pub(super) fn expect(state: &mut State, message: &Message) {
    let place = state.conversation(message.conversation);
    let caps = place.map(|place| place.address.scheme.caps).unwrap_or_default();
    if (caps.receipts || caps.seals)
        && let Some(newest) = versions::newest(state, message.id)
    {
        state.receipts.keep(&newest);
    }
}

/// The peer says that it has a message of ours.
pub(super) fn delivered(state: &mut State, now: Now, message: MessageId, effects: &mut Vec<Effect>) {
    mark(state, now, message, Mark::Delivered, effects);
}

/// The peer says that somebody opened it.
pub(super) fn read(state: &mut State, now: Now, message: MessageId, effects: &mut Vec<Effect>) {
    let sealed = versions::newest(state, message).is_some_and(|one| one.kind() == Some(MessageKind::Sealed));
    if sealed {
        mark(state, now, message, Mark::Read, effects);
    }
}

fn mark(state: &mut State, now: Now, id: MessageId, mark: Mark, effects: &mut Vec<Effect>) {
    let awaited = state.sending.contains_key(&id) || state.receipts.get(id).is_some();
    let newest = versions::newest(state, id).filter(|_| awaited);
    if let Some(marked) = newest.and_then(|message| marked(&message, mark, now)) {
        versions::change(state, marked, effects);
    }
}

/// A person opens a sealed message.
pub(super) fn unseal(
    state: &mut State,
    conversation: ConversationId,
    message: MessageId,
    effects: &mut Vec<Effect>,
) {
    let found = versions::find(state, conversation, message);
    let Some(sealed) = found.filter(|one| one.is_incoming() && one.kind() == Some(MessageKind::Sealed))
    else {
        return;
    };
    if let Some(place) = state.conversations.get_mut(conversation) {
        effects.extend(place.follow_once());
    }
    let payload = Arc::clone(&sealed.payload);
    state.unsealing.insert(message, sealed);
    while state.unsealing.len() > MAX_UNSEALING {
        state.unsealing.pop_first();
    }
    effects.push(Effect::Net(NetCommand::Message(conversation, MessageCommand::Unseal { message, payload })));
}

/// What was in it.
pub(super) fn opened(
    state: &mut State,
    message: MessageId,
    text: String,
    lossy: bool,
    effects: &mut Vec<Effect>,
) {
    let Some(sealed) = state.unsealing.remove(&message) else { return };
    let mut open = Message { text, ..Message::clone(&sealed) };
    if let Direction::Incoming { lossy: marked, kind, .. } = &mut open.direction
        && *kind == MessageKind::Sealed
    {
        (*marked, *kind) = (lossy, MessageKind::Opened);
        versions::change(state, open, effects);
    }
}
