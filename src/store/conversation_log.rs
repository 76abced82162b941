//! The messages of one conversation in memory, and what was said about them.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use super::related::{self, Named};
use super::{ExpiredPart, Page, PageQuery};
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Message, MessageId, Uid, WallTime};

/// Messages kept per conversation: two bursts of the size the network side promises to survive, times five.
const MAX_MESSAGES: usize = 100_000;

/// Bytes kept per conversation, as `Message::weight` counts them: a thousand of the largest messages, or some
/// hundred thousand short ones.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// How many of these messages weigh no more than `limit` together; the first does in any case.
fn fitting<'a>(messages: impl Iterator<Item = &'a Arc<Message>>, limit: usize) -> usize {
    let mut bytes: usize = 0;
    let fits = |message: &&Arc<Message>| {
        let first = bytes == 0;
        bytes = bytes.saturating_add(message.weight());
        first || bytes <= limit
    };
    messages.take_while(fits).count()
}

#[derive(Clone, Debug, Default)]
pub(super) struct ConversationLog {
    pub(super) messages: VecDeque<Arc<Message>>,
    /// What changes others: none of them is on any page.
    pub(super) changes: VecDeque<Arc<Message>>,
    /// The first by their names, the others by what they are about.
    pub(super) names: BTreeSet<(Uid, MessageId)>,
    abouts: BTreeSet<(Uid, MessageId)>,
    /// What they weigh together.
    bytes: usize,
}

impl ConversationLog {
    fn drop_oldest(&mut self) {
        let first = |list: &VecDeque<Arc<Message>>| list.front().map_or(MessageId(u64::MAX), |one| one.id);
        let is_change = first(&self.changes) < first(&self.messages);
        if let Some(oldest) = self.list(is_change).pop_front() {
            self.bytes = self.bytes.saturating_sub(oldest.weight());
            self.note(&oldest, false);
        }
    }

    /// It is there, or not any more.
    fn note(&mut self, message: &Message, there: bool) {
        let (set, name) = if message.is_change() {
            (&mut self.abouts, message.about)
        } else {
            (&mut self.names, message.uid)
        };
        if let Some(name) = name {
            let _news = if there { set.insert((name, message.id)) } else { set.remove(&(name, message.id)) };
        }
    }

    /// Puts a message where its id belongs; one that is there already is replaced.
    pub(super) fn put(&mut self, message: &Arc<Message>) {
        if let Some(before) = self.find(message.id).cloned() {
            self.bytes = self.bytes.saturating_sub(before.weight());
            self.note(&before, false);
            let list = self.list(before.is_change());
            let at = list.partition_point(|one| one.id < message.id);
            list.remove(at);
        }
        self.bytes = self.bytes.saturating_add(message.weight());
        self.note(message, true);
        let list = self.list(message.is_change());
        let at = list.partition_point(|one| one.id < message.id);
        list.insert(at, Arc::clone(message));
        while self.messages.len().saturating_add(self.changes.len()) > MAX_MESSAGES || self.bytes > MAX_BYTES
        {
            self.drop_oldest();
        }
    }

    const fn list(&mut self, changes: bool) -> &mut VecDeque<Arc<Message>> {
        if changes { &mut self.changes } else { &mut self.messages }
    }

    pub(super) fn find(&self, id: MessageId) -> Option<&Arc<Message>> {
        let find = |list: &VecDeque<Arc<Message>>| list.binary_search_by_key(&id, |message| message.id);
        let change = || self.changes.get(find(&self.changes).ok()?);
        find(&self.messages).ok().and_then(|at| self.messages.get(at)).or_else(change)
    }

    /// Removes what is older, and what was said about that.
    pub(super) fn trim(&mut self, before: MessageId) {
        while self.messages.front().is_some_and(|oldest| oldest.id < before)
            && let Some(oldest) = self.messages.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.weight());
            self.note(&oldest, false);
        }
        for change in std::mem::take(&mut self.changes) {
            if change.id >= before
                && change.about.is_some_and(|about| ids(&self.names, about).next().is_some())
            {
                self.changes.push_back(change);
            } else {
                self.bytes = self.bytes.saturating_sub(change.weight());
                self.note(&change, false);
            }
        }
    }

    /// Removes what is due. Nothing here is found by its time: all of it is looked at.
    pub(super) fn expire(&mut self, now: WallTime, expired: &mut ExpiredPart) {
        let is_due = |message: &Arc<Message>| message.expires.is_some_and(|at| at <= now);
        let all = self.messages.iter().chain(&self.changes);
        let all: Vec<Arc<Message>> =
            all.filter(|message| !self.stays_with_target(message)).cloned().collect();
        for message in &all {
            if !is_due(message) {
                expired.next = [expired.next, message.expires].into_iter().flatten().min();
            } else if message.is_owed() || self.said(message).any(|change| change.is_owed()) {
                expired.owed = true;
            } else {
                self.remove(message);
                expired.messages.push(Arc::clone(message));
            }
        }
    }

    /// It changes another message that is here: both go together.
    fn stays_with_target(&self, message: &Message) -> bool {
        message.is_change() && message.about.is_some_and(|about| ids(&self.names, about).next().is_some())
    }

    fn said<'a>(&'a self, message: &Message) -> impl Iterator<Item = &'a Arc<Message>> {
        message.uid.into_iter().flat_map(|uid| ids(&self.abouts, uid)).filter_map(|id| self.find(id))
    }

    /// Removes a message, and what was said about it.
    fn remove(&mut self, message: &Arc<Message>) {
        let mut gone = vec![Arc::clone(message)];
        let twins = message.uid.map_or(0, |uid| ids(&self.names, uid).count());
        if twins == 1 && !message.is_change() {
            gone.extend(self.said(message).cloned());
        }
        for message in gone {
            self.bytes = self.bytes.saturating_sub(message.weight());
            self.note(&message, false);
            self.list(message.is_change()).retain(|one| one.id != message.id);
        }
    }

    /// What was taken back stays so, whichever came first.
    pub(super) fn carry_out(&mut self, change: &Message) -> Result<(), Infallible> {
        if change.kind() == Some(MessageKind::Withdrawal) {
            return self.withdraw(change);
        }
        let about = change.about.filter(|_| change.takes_back());
        let taken = |target: &Message| change.counts_for(target);
        let mut targets = match about {
            Some(uid) => self.named(change.conversation, uid)?,
            None if change.is_emptied() && !change.is_change() => vec![Arc::new(change.clone())],
            None => return Ok(()),
        };
        targets.retain(|target| about.is_none() || taken(target));
        for target in targets {
            for version in related::versions(self, &target, usize::MAX)? {
                self.put(&Arc::new(version.emptied()));
            }
            self.put(&Arc::new(target.emptied()));
        }
        Ok(())
    }

    fn withdraw(&mut self, change: &Message) -> Result<(), Infallible> {
        let Some(about) = change.about else { return Ok(()) };
        let all = self.named(change.conversation, about)?;
        for target in all.iter().filter(|target| change.counts_for(target)) {
            self.put(&Arc::new(target.withdrawn()));
        }
        for target in all.iter().filter(|target| change.declines(target)) {
            self.put(&Arc::new(target.declined()));
        }
        Ok(())
    }

    /// The message with the newest of its words that match, if any do.
    pub(super) fn matching(
        &self,
        message: &Arc<Message>,
        search: &Search,
    ) -> Result<Option<Arc<Message>>, Infallible> {
        let versions = related::versions(self, message, usize::MAX)?;
        let matches = |text: &str| search.matches(&message.with_file_names(text));
        let version = versions.iter().find(|version| matches(&version.text));
        let found =
            version.map(|one| Arc::new(Message { text: one.text.clone(), ..Message::clone(message) }));
        Ok(found.or_else(|| matches(&message.text).then(|| Arc::clone(message))))
    }

    pub(super) fn position(&self, id: MessageId) -> usize {
        self.messages.partition_point(|message| message.id < id)
    }

    /// The page that ends before `end`: where it begins.
    pub(super) fn up(&self, end: usize, messages: usize, bytes: usize) -> usize {
        end.saturating_sub(fitting(self.messages.range(..end).rev().take(messages), bytes))
    }

    /// The page that begins at `first`: where it ends.
    pub(super) fn down(&self, first: usize, messages: usize, bytes: usize) -> usize {
        first.saturating_add(fitting(self.messages.range(first..).take(messages), bytes))
    }

    pub(super) fn page(&self, query: &PageQuery, range: Range<usize>) -> Page {
        Page {
            query: *query,
            older: range.start > 0,
            newer: range.end < self.messages.len(),
            messages: self.messages.range(range).cloned().collect(),
            related: Vec::new(),
        }
    }
}

pub(super) fn ids(set: &BTreeSet<(Uid, MessageId)>, name: Uid) -> impl DoubleEndedIterator<Item = MessageId> {
    set.range((name, MessageId(0))..=(name, MessageId(u64::MAX))).map(|(_, id)| *id)
}

/// Nothing can fail here.
impl Named for ConversationLog {
    type Error = Infallible;

    fn named(&self, _conversation: ConversationId, uid: Uid) -> Result<Vec<Arc<Message>>, Infallible> {
        Ok(ids(&self.names, uid).filter_map(|id| self.find(id)).cloned().collect())
    }

    fn has_changes(&self, target: &Message) -> Result<bool, Infallible> {
        Ok(target.uid.is_some_and(|uid| ids(&self.abouts, uid).next().is_some()))
    }

    fn changes(
        &self,
        target: &Message,
        kind: MessageKind,
        ours: bool,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, Infallible> {
        let is_wanted = |change: &&Arc<Message>| {
            change.kind() == Some(kind) && change.is_outgoing() == ours && change.counts_for(target)
        };
        let about = target.uid.into_iter().flat_map(|uid| ids(&self.abouts, uid).rev());
        Ok(about.filter_map(|id| self.find(id)).filter(is_wanted).take(limit).cloned().collect())
    }
}
