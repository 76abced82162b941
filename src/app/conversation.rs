//! One conversation: who it is with, what was said, what is unread.

use std::sync::Arc;

use crate::model::{Address, ConversationId, Direction, Mark, Message, MessageId, Standing, WallTime};

const MAX_CONVERSATION_BYTES: usize = 64 * 1024 * 1024;

/// Messages held for scrolling, the same as the memory backend keeps; the oldest go first.
const MAX_SCROLLBACK: usize = 100_000;

/// How many go at once when it is full, so that moving the rest is rare.
const SCROLLBACK_STEP: usize = 1_000;

/// The same for bytes.
const BYTES_STEP: usize = MAX_CONVERSATION_BYTES / 64;

/// Sent texts that Up can bring back.
const MAX_SENT: usize = 200;

/// What is known about whether the peer is there. Plain dialects never know more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Unknown,
    /// It wrote to us since the program started.
    Heard,
    /// ICMP said that nobody listens at its address; no message went out or came since.
    Unreachable,
}

/// One conversation. Messages are in order of their ids, which is the order of arrival.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: ConversationId,
    pub name: String,
    pub address: Address,
    pub standing: Standing,
    /// Place in `contacts.toml`; strangers in the order they came, behind all contacts.
    pub rank: u32,
    pub notify: bool,
    pub presence: Presence,
    /// The newest message to the peer when ICMP said that nobody listens; gone with the next one either way.
    pub unheard: Option<MessageId>,
    pub unread: u32,
    /// Where the line "new" stands: the first message that came when all before it had been read.
    pub marker: Option<MessageId>,
    /// The newest message either way; orders the list.
    pub activity: Option<MessageId>,
    /// The message that was the next one when this came up: a row without messages is as old as that.
    pub(super) since: MessageId,
    /// A person opened it.
    pub(super) visited: bool,
    /// Messages on their way through the store.
    pub(super) pending: u32,
    /// Hidden, and what it sends is only counted.
    pub ignored: bool,
    /// What was sent here, oldest first, for Up.
    pub sent: Vec<String>,
    messages: Vec<Arc<Message>>,
    /// What they weigh together.
    bytes: usize,
}

impl Conversation {
    pub(super) const fn new(id: ConversationId, name: String, address: Address, standing: Standing) -> Self {
        Self {
            id,
            name,
            address,
            standing,
            rank: id.0,
            notify: true,
            presence: Presence::Unknown,
            unheard: None,
            unread: 0,
            marker: None,
            activity: None,
            since: MessageId(0),
            visited: false,
            pending: 0,
            ignored: false,
            sent: Vec::new(),
            messages: Vec::new(),
            bytes: 0,
        }
    }

    /// All messages, oldest first.
    pub fn messages(&self) -> &[Arc<Message>] {
        &self.messages
    }

    /// Where the message stands in `messages`, or where it would.
    pub fn position(&self, id: MessageId) -> usize {
        self.messages.partition_point(|message| message.id < id)
    }

    pub fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.messages.get(self.position(id)).filter(|message| message.id == id)
    }

    /// Puts a message where its id belongs. One that is there already is replaced.
    pub(super) fn insert(&mut self, message: Arc<Message>) {
        let at = self.position(message.id);
        self.bytes = self.bytes.saturating_add(message.weight());
        match self.messages.get_mut(at) {
            Some(slot) if slot.id == message.id => {
                self.bytes = self.bytes.saturating_sub(slot.weight());
                *slot = message;
            }
            Some(_) | None => self.messages.insert(at, message),
        }
        if self.messages.len() > MAX_SCROLLBACK {
            self.drop_oldest(SCROLLBACK_STEP);
        }
        if self.bytes > MAX_CONVERSATION_BYTES {
            self.drop_oldest(self.oldest_weighing(self.bytes - MAX_CONVERSATION_BYTES + BYTES_STEP));
        }
    }

    /// How many of the oldest messages weigh at least that much.
    fn oldest_weighing(&self, wanted: usize) -> usize {
        let mut bytes: usize = 0;
        let light = |message: &&Arc<Message>| {
            let more = bytes < wanted;
            bytes = bytes.saturating_add(message.weight());
            more
        };
        self.messages.iter().take_while(light).count()
    }

    fn drop_oldest(&mut self, count: usize) {
        for message in self.messages.drain(..count.min(self.messages.len())) {
            self.bytes = self.bytes.saturating_sub(message.weight());
        }
        self.unread = self.unread.min(u32::try_from(self.messages.len()).unwrap_or(u32::MAX));
    }

    /// Drops what is older than that message; `false` when there was nothing.
    pub(super) fn drop_before(&mut self, id: MessageId) -> bool {
        let count = self.position(id);
        self.drop_oldest(count);
        count > 0
    }

    pub(super) fn replace(&mut self, message: &Arc<Message>) {
        let at = self.position(message.id);
        if let Some(slot) = self.messages.get_mut(at).filter(|slot| slot.id == message.id) {
            self.bytes = self.bytes.saturating_sub(slot.weight()).saturating_add(message.weight());
            *slot = Arc::clone(message);
        }
    }

    pub(super) fn set_mark(&mut self, id: MessageId, mark: Mark, marked: WallTime) {
        let at = self.position(id);
        if let Some(slot) = self.messages.get_mut(at).filter(|slot| slot.id == id && slot.is_outgoing()) {
            Arc::make_mut(slot).direction = Direction::Outgoing { mark, marked };
        }
    }

    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.bytes = 0;
        self.unread = 0;
        self.marker = None;
    }

    /// A person has to do with this peer: it was written to, or opened.
    pub(super) const fn is_known(&self) -> bool {
        self.visited || !self.sent.is_empty()
    }

    pub(super) fn remember_sent(&mut self, text: &str) {
        if self.sent.last().is_some_and(|last| last == text) {
            return;
        }
        self.sent.push(text.to_owned());
        if self.sent.len() > MAX_SENT {
            self.sent.remove(0);
        }
    }
}
