//! What came and went in a conversation, and what of it is unread.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::mentions::Mentions;
use crate::model::history::StoredConversation;
use crate::model::{Direction, LastWords, Mark, Message, MessageId, Uid};

/// What was said in a room while the program did not run.
#[derive(Clone, Debug, Default)]
struct MissedMessages {
    /// On their way through the store, which knows whether they are new.
    expected: BTreeSet<MessageId>,
    first: Option<MessageId>,
}

#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// The message that was the next one when this came up: a row without messages is as old as that.
    since: Option<MessageId>,
    newest: Option<MessageId>,
    /// The same with what only changes others.
    newest_change: Option<MessageId>,
    /// The name of the newest message that came.
    heard: Option<Uid>,
    /// The peer has read our messages up to this one.
    peer_read: Option<MessageId>,
    unread: u32,
    /// What was said last. There may be thousands of conversations of which nothing was.
    last: Option<Box<LastWords>>,
    marker: Option<MessageId>,
    mentions: Mentions,
    arrivals: u64,
    /// Messages on their way through the store.
    pending: u32,
    missed: MissedMessages,
}

impl Activity {
    /// As the last run left it.
    pub(super) fn restored(stored: &mut StoredConversation) -> Self {
        let (newest, unread) = (stored.newest, stored.unread);
        Self {
            newest,
            newest_change: newest,
            heard: stored.heard,
            peer_read: stored.peer_read,
            unread,
            last: stored.last.take(),
            marker: stored.first_unread,
            arrivals: u64::from(unread),
            ..Self::default()
        }
    }

    /// What another conversation had was in this one.
    pub(super) fn merge(&mut self, other: &Self) {
        if self.newest < other.newest {
            self.heard = other.heard.or(self.heard);
        }
        self.newest = self.newest.max(other.newest);
        self.newest_change = self.newest_change.max(other.newest_change);
        self.unread = self.unread.saturating_add(other.unread);
        self.last = LastWords::later(self.last.take(), other.last.clone());
        self.marker = [self.marker, other.marker].into_iter().flatten().min();
        self.arrivals = self.arrivals.saturating_add(other.arrivals);
        self.mentions.merge(&other.mentions);
    }

    /// The newest message that came, as the peer knows it: where it does, and everything has been read.
    pub(in crate::app) fn read_up_to(&self) -> Option<Uid> {
        self.heard.filter(|_| self.unread == 0)
    }

    /// The peer has read our messages up to this one. `false`: that was known.
    pub(super) fn set_peer_read(&mut self, up_to: MessageId) -> bool {
        let is_news = self.peer_read < Some(up_to);
        self.peer_read = self.peer_read.max(Some(up_to));
        is_news
    }

    pub(in crate::app) const fn peer_read(&self) -> Option<MessageId> {
        self.peer_read
    }

    /// The message as one that was read there, if that is more than is known of it.
    pub(super) fn as_read(&self, message: &Arc<Message>) -> Option<Arc<Message>> {
        let Direction::Outgoing { mark: Mark::Delivered, marked, kind } = message.direction else {
            return None;
        };
        let direction = Direction::Outgoing { mark: Mark::Read, marked, kind };
        let is_read = self.peer_read >= Some(message.id);
        is_read.then(|| Arc::new(Message { direction, ..Message::clone(message) }))
    }

    /// The newest of all that can be cleared.
    pub(super) fn newest_change(&self) -> Option<MessageId> {
        self.newest.max(self.newest_change)
    }

    /// Another message was changed: nobody sees that as something new.
    pub(super) fn on_change(&mut self, change: &Message) {
        self.newest_change = self.newest_change.max(Some(change.id));
        if let Some(last) = &mut self.last {
            last.amend(change);
        }
    }

    /// What was said last.
    pub fn last(&self) -> Option<&LastWords> {
        self.last.as_deref()
    }

    /// What is known of what was said last, where that was ours.
    pub fn last_mark(&self) -> Option<&Mark> {
        let last = self.last()?;
        let is_read = last.mark == Some(Mark::Delivered) && self.peer_read >= Some(last.message);
        if is_read { Some(&Mark::Read) } else { last.mark.as_ref() }
    }

    /// More is known of a message.
    pub(super) fn renew_last(&mut self, message: &Message) {
        if let Some(last) = &mut self.last {
            last.renew(message);
        }
    }

    /// What was said last, as the history says, unless something was said since.
    pub(in crate::app) fn recall_last(&mut self, last: Option<LastWords>) {
        self.last = LastWords::later(self.last.take(), last.map(Box::new));
    }

    /// What was said last is gone. `true`: something may have been said before it.
    pub(super) fn drop_last(&mut self, is_gone: impl Fn(MessageId) -> bool) -> bool {
        self.last.take_if(|last| is_gone(last.message)).is_some()
    }

    pub(super) fn starting(since: MessageId) -> Self {
        Self { since: Some(since), ..Self::default() }
    }

    /// The newest message either way; orders the list.
    pub const fn newest(&self) -> Option<MessageId> {
        self.newest
    }

    pub const fn unread(&self) -> u32 {
        self.unread
    }

    /// Messages of a room that speak to us by name, and that nobody has read.
    pub fn mentions(&self) -> u32 {
        if self.unread == 0 { 0 } else { self.mentions.unread() }
    }

    /// The newest message that speaks to us by name, or the one before another message.
    pub fn mention_before(&self, message: Option<MessageId>) -> Option<MessageId> {
        self.mentions.before(message)
    }

    /// This message speaks to us by name.
    pub(in crate::app) fn on_mention(&mut self, message: MessageId) {
        self.mentions.add(message);
    }

    /// Where the line "new" stands: the first message that came when all before it had been read.
    pub const fn marker(&self) -> Option<MessageId> {
        self.marker
    }

    /// Messages that were shown since the program started, and those unread then: what is new below.
    pub const fn arrivals(&self) -> u64 {
        self.arrivals
    }

    /// What its age is measured by: its newest message, or when it came up.
    pub(in crate::app) fn age(&self) -> MessageId {
        self.newest.max(self.since).unwrap_or(MessageId(0))
    }

    /// Nothing was said, and nothing is about to be.
    pub(in crate::app) const fn is_empty(&self) -> bool {
        self.newest.is_none() && self.pending == 0
    }

    pub(in crate::app) const fn has_pending(&self) -> bool {
        self.pending > 0
    }

    /// A message was given to the store.
    pub(in crate::app) const fn add_pending(&mut self) {
        self.pending = self.pending.saturating_add(1);
    }

    pub(in crate::app) const fn remove_pending(&mut self) {
        self.pending = self.pending.saturating_sub(1);
    }

    /// A message is shown, ours or theirs.
    pub(in crate::app) fn on_message(&mut self, message: &Message) {
        if message.id.is_backfilled() {
            return self.on_backfilled(message);
        }
        self.newest = Some(message.id);
        if let Some(last) = LastWords::of(message) {
            self.last = Some(Box::new(last));
        }
        if message.is_incoming() && !message.is_event() {
            self.heard = message.uid;
        }
    }

    /// A message that stands before all that is here. Where nothing is, it is what was said last.
    fn on_backfilled(&mut self, message: &Message) {
        if self.newest.is_none() {
            self.newest = Some(message.id);
            self.last = LastWords::of(message).map(Box::new);
        }
    }

    pub(in crate::app) const fn on_sent(&mut self) {
        self.arrivals = self.arrivals.saturating_add(1);
    }

    /// There is something new to read.
    pub(in crate::app) const fn on_received(&mut self, message: MessageId) {
        self.arrivals = self.arrivals.saturating_add(1);
        if self.unread == 0 {
            self.marker = Some(message);
        }
        self.unread = self.unread.saturating_add(1);
    }

    /// Everything has been seen: up to which message, if any was unread.
    pub(in crate::app) fn read(&mut self) -> Option<MessageId> {
        let up_to = self.newest.filter(|_| self.unread > 0);
        self.mentions.read(up_to);
        self.unread = 0;
        up_to
    }

    /// This message was said while the program did not run, and goes through the store now.
    pub(in crate::app) fn expect_missed(&mut self, message: MessageId) {
        self.missed.expected.insert(message);
    }

    /// What became of such a message is known; `true`: it was one.
    pub(in crate::app) fn end_missed(&mut self, message: MessageId, is_new: bool) -> bool {
        let was_expected = self.missed.expected.remove(&message);
        if was_expected && is_new {
            self.missed.first.get_or_insert(message);
        }
        was_expected
    }

    /// The first message that was said while the program did not run, until the conversation is left.
    pub const fn first_missed(&self) -> Option<MessageId> {
        self.missed.first
    }

    pub(in crate::app) const fn forget_missed(&mut self) {
        self.missed.first = None;
    }

    pub(in crate::app) const fn remove_marker(&mut self) {
        self.marker = None;
    }

    /// Nothing that was kept is there any more.
    pub(in crate::app) fn reset(&mut self) {
        self.last = None;
        self.mentions.clear();
        (self.unread, self.marker, self.newest, self.newest_change) = (0, None, None, None);
    }

    /// So many unread messages, all older than `before`, are gone.
    pub(in crate::app) const fn trim(&mut self, count: u32) {
        self.unread = self.unread.saturating_sub(count);
    }

    /// The first unread message is this one, now that those before `before` are gone.
    pub(in crate::app) fn move_marker(&mut self, before: MessageId, first_unread: MessageId) {
        self.mentions.drop_before(before);
        if self.marker.is_some_and(|marker| marker < before) {
            self.marker = Some(first_unread);
        }
    }

    /// This message was removed: nobody has to read it any more.
    pub(super) fn on_removed(&mut self, message: &Message) {
        self.mentions.remove(message.id);
        let counted = message.is_incoming() && !message.is_event() && !message.is_change();
        if counted && self.unread > 0 && self.marker.is_none_or(|marker| message.id >= marker) {
            self.unread = self.unread.saturating_sub(1);
            self.marker = self.marker.filter(|_| self.unread > 0);
        }
    }

    /// Everything up to this message was removed.
    pub(super) fn clear(&mut self, up_to: MessageId) {
        self.mentions.drop_before(MessageId(up_to.0.saturating_add(1)));
        if self.newest.is_some_and(|newest| newest <= up_to) {
            self.reset();
        }
        self.drop_last(|last| last <= up_to);
    }
}
