//! The part of a conversation that is held to be read: pages of the store, and what only memory has.
//!
//! A window grows at the end one reads towards and shrinks at the other, so that it stays small however long
//! the conversation is.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::model::history::{MAX_PAGE_BYTES, PAGE, Page, PageAnchor};
use crate::model::{Message, MessageId};

/// Messages held: a few pages around where one reads.
const MAX_MESSAGES: usize = 5 * PAGE;

/// Their bytes, as `Message::weight` counts them.
const MAX_BYTES: usize = 3 * MAX_PAGE_BYTES;

/// Which end has to give way.
#[derive(Clone, Copy, Debug)]
enum WindowEnd {
    Oldest,
    Newest,
}

/// Messages in order of their ids, without a gap.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct MessageWindow {
    messages: Vec<Arc<Message>>,
    /// What they weigh together.
    bytes: usize,
    /// The store has more above, or below.
    pub older: bool,
    pub newer: bool,
}

impl MessageWindow {
    pub(in crate::app) fn messages(&self) -> &[Arc<Message>] {
        &self.messages
    }

    /// Where the message stands, or where it would.
    pub(in crate::app) fn position(&self, id: MessageId) -> usize {
        self.messages.partition_point(|message| message.id < id)
    }

    pub(in crate::app) fn get(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.messages.get(self.position(id)).filter(|message| message.id == id)
    }

    /// Takes a page in, with what of `unstored` belongs between its messages. One that does not join what is
    /// there any more is left out; one that was asked for elsewhere takes its place.
    pub(in crate::app) fn take(&mut self, page: Page, unstored: &[Arc<Message>]) {
        let first = self.messages.first().map(|message| message.id);
        let last = self.messages.last().map(|message| message.id);
        let page = bounded(page);
        let covered = covered_ids(&page);
        let is_covered = |message: &&Arc<Message>| covered.contains(&message.id);
        let extra = unstored.iter().filter(is_covered).cloned();
        match page.query.at {
            PageAnchor::Before(id) if Some(id) == first => {
                let (older, newer) = (page.older, self.newer);
                let mut messages = merged(page.messages, extra);
                messages.append(&mut self.messages);
                self.fill(messages, older, newer, WindowEnd::Newest);
            }
            PageAnchor::After(id) if Some(id) == last => {
                let (older, newer) = (self.older, page.newer);
                let mut messages = std::mem::take(&mut self.messages);
                messages.extend(merged(page.messages, extra));
                self.fill(messages, older, newer, WindowEnd::Oldest);
            }
            PageAnchor::Before(_) | PageAnchor::After(_) | PageAnchor::Named { .. } => {}
            PageAnchor::Newest | PageAnchor::Oldest | PageAnchor::Around(_) => {
                let (older, newer) = (page.older, page.newer);
                let end = if matches!(page.query.at, PageAnchor::Newest) {
                    WindowEnd::Oldest
                } else {
                    WindowEnd::Newest
                };
                self.fill(merged(page.messages, extra), older, newer, end);
            }
        }
    }

    fn fill(&mut self, messages: Vec<Arc<Message>>, older: bool, newer: bool, gives_way: WindowEnd) {
        self.bytes = messages.iter().map(|message| message.weight()).sum();
        self.messages = messages;
        self.older = older;
        self.newer = newer;
        self.shrink(gives_way);
    }

    /// Puts a message where its id belongs; one that is there already is replaced. While one reads far above,
    /// what comes in at the end is left to the store.
    pub(in crate::app) fn put(&mut self, message: Arc<Message>) {
        let at = self.position(message.id);
        let (len, has_room) = (self.messages.len(), self.has_room(message.weight()));
        match self.messages.get_mut(at) {
            Some(slot) if slot.id == message.id => {
                self.bytes = self.bytes.saturating_sub(slot.weight()).saturating_add(message.weight());
                *slot = message;
            }
            Some(_) | None if (at == len && self.newer) || (at == 0 && self.older) => {}
            // Whoever reads here loses no line to one above: that is read from the store when they come to it.
            Some(_) if at == 0 && !has_room => self.older = true,
            Some(_) | None => {
                self.bytes = self.bytes.saturating_add(message.weight());
                self.messages.insert(at, message);
                self.shrink(WindowEnd::Oldest);
            }
        }
    }

    /// Takes the new version of a message that is held.
    pub(in crate::app) fn replace(&mut self, message: &Arc<Message>) {
        if self.get(message.id).is_some() {
            self.put(Arc::clone(message));
        }
    }

    pub(in crate::app) fn remove(&mut self, id: MessageId) {
        if self.get(id).is_some() {
            let gone = self.messages.remove(self.position(id));
            self.bytes = self.bytes.saturating_sub(gone.weight());
        }
    }

    /// Drops what is older than that message.
    pub(in crate::app) fn drop_before(&mut self, id: MessageId) {
        let count = self.position(id);
        self.drop_oldest(count);
        self.older = false;
    }

    fn drop_oldest(&mut self, count: usize) {
        for message in self.messages.drain(..count.min(self.messages.len())) {
            self.bytes = self.bytes.saturating_sub(message.weight());
        }
    }

    /// Keeps within the limits. A page more than needed goes at once, so that moving the rest is rare.
    fn has_room(&self, weight: usize) -> bool {
        self.messages.len() < MAX_MESSAGES && self.bytes.saturating_add(weight) <= MAX_BYTES
    }

    fn shrink(&mut self, gives_way: WindowEnd) {
        if self.messages.len() <= MAX_MESSAGES && self.bytes <= MAX_BYTES {
            return;
        }
        let (most, weight) = (MAX_MESSAGES - PAGE, MAX_BYTES - MAX_PAGE_BYTES / 4);
        match gives_way {
            WindowEnd::Oldest => {
                let kept = fitting(self.messages.iter().rev(), most, weight);
                self.drop_oldest(self.messages.len().saturating_sub(kept));
                self.older = true;
            }
            WindowEnd::Newest => {
                let kept = fitting(self.messages.iter(), most, weight);
                for message in self.messages.drain(kept..) {
                    self.bytes = self.bytes.saturating_sub(message.weight());
                }
                self.newer = true;
            }
        }
    }
}

/// How many of the messages are within both limits.
fn fitting<'a>(messages: impl Iterator<Item = &'a Arc<Message>>, most: usize, weight: usize) -> usize {
    let mut bytes: usize = 0;
    let fits = |message: &&Arc<Message>| {
        bytes = bytes.saturating_add(message.weight());
        bytes <= weight
    };
    messages.take(most).take_while(fits).count()
}

/// An empty page ends that direction even if it claims more: asking again would go on for ever.
fn bounded(page: Page) -> Page {
    let some = !page.messages.is_empty();
    let older = page.older && (some || matches!(page.query.at, PageAnchor::After(_)));
    let newer = page.newer && (some || matches!(page.query.at, PageAnchor::Before(_)));
    Page { older, newer, ..page }
}

/// The ids that a page speaks for: those of its messages, and beyond them where the store has nothing more.
fn covered_ids(page: &Page) -> RangeInclusive<MessageId> {
    let (above, below) = match page.query.at {
        PageAnchor::After(id) => (MessageId(id.0.saturating_add(1)), MessageId(u64::MAX)),
        PageAnchor::Before(id) => (MessageId(0), MessageId(id.0.saturating_sub(1))),
        PageAnchor::Newest | PageAnchor::Oldest | PageAnchor::Around(_) | PageAnchor::Named { .. } => {
            (MessageId(0), MessageId(u64::MAX))
        }
    };
    let first = page.messages.first().map_or(above, |message| message.id);
    let last = page.messages.last().map_or(below, |message| message.id);
    let is_after = matches!(page.query.at, PageAnchor::After(_));
    let is_before = matches!(page.query.at, PageAnchor::Before(_));
    let from = if page.older && !is_after { first } else { above };
    let to = if page.newer && !is_before { last } else { below };
    from..=to
}

/// Both in order of their ids; of two with the same id the one that only memory has.
fn merged(stored: Vec<Arc<Message>>, unstored: impl Iterator<Item = Arc<Message>>) -> Vec<Arc<Message>> {
    let mut messages = stored;
    for message in unstored {
        let at = messages.partition_point(|one| one.id < message.id);
        match messages.get_mut(at) {
            Some(slot) if slot.id == message.id => *slot = message,
            Some(_) | None => messages.insert(at, message),
        }
    }
    messages
}
