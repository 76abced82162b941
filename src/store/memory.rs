//! The backend that keeps the history in memory, until the program ends: where no file can be written.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use super::related::{self, Named};
use super::seen::SeenMessages;
use super::sieve::Sieve;
use super::{
    Backend, ExpiredPart, OutboxPage, OutboxQuery, Page, PageQuery, SearchHits, SearchQuery, StoreCommand,
};
use crate::model::history::{ConversationRecord, MAX_PAGE_BYTES, PageAnchor, Purpose};
use crate::model::search::Search;
use crate::model::traffic::MessageKind;
use crate::model::{ConversationId, Message, MessageId, Phrase, Uid, WallTime};

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

#[derive(Debug, Default)]
struct ConversationLog {
    messages: VecDeque<Arc<Message>>,
    /// What changes others: none of them is on any page.
    changes: VecDeque<Arc<Message>>,
    /// The first by their names, the others by what they are about.
    names: BTreeSet<(Uid, MessageId)>,
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
    fn put(&mut self, message: &Arc<Message>) {
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

    fn find(&self, id: MessageId) -> Option<&Arc<Message>> {
        let find = |list: &VecDeque<Arc<Message>>| list.binary_search_by_key(&id, |message| message.id);
        let change = || self.changes.get(find(&self.changes).ok()?);
        find(&self.messages).ok().and_then(|at| self.messages.get(at)).or_else(change)
    }

    /// Removes what is older, and what was said about that.
    fn trim(&mut self, before: MessageId) {
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
    fn expire(&mut self, now: WallTime, expired: &mut ExpiredPart) {
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
    fn carry_out(&mut self, change: &Message) -> Result<(), Infallible> {
        if change.kind() == Some(MessageKind::Withdrawal) {
            return self.withdraw(change);
        }
        let is_deletion = change.kind() == Some(MessageKind::Deletion);
        let about = change.about.filter(|_| is_deletion);
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
        Ok(())
    }

    /// The message with the newest of its words that match, if any do.
    fn matching(&self, message: &Arc<Message>, search: &Search) -> Result<Option<Arc<Message>>, Infallible> {
        let versions = related::versions(self, message, usize::MAX)?;
        let version = versions.iter().find(|version| search.matches(&version.text));
        let found =
            version.map(|one| Arc::new(Message { text: one.text.clone(), ..Message::clone(message) }));
        Ok(found.or_else(|| search.matches(&message.text).then(|| Arc::clone(message))))
    }

    fn position(&self, id: MessageId) -> usize {
        self.messages.partition_point(|message| message.id < id)
    }

    /// The page that ends before `end`: where it begins.
    fn up(&self, end: usize, messages: usize, bytes: usize) -> usize {
        end.saturating_sub(fitting(self.messages.range(..end).rev().take(messages), bytes))
    }

    /// The page that begins at `first`: where it ends.
    fn down(&self, first: usize, messages: usize, bytes: usize) -> usize {
        first.saturating_add(fitting(self.messages.range(first..).take(messages), bytes))
    }

    fn page(&self, query: &PageQuery, range: Range<usize>) -> Page {
        Page {
            query: *query,
            older: range.start > 0,
            newer: range.end < self.messages.len(),
            messages: self.messages.range(range).cloned().collect(),
            related: Vec::new(),
        }
    }
}

fn ids(set: &BTreeSet<(Uid, MessageId)>, name: Uid) -> impl DoubleEndedIterator<Item = MessageId> {
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

/// Messages by conversation, oldest first. The oldest go when a conversation is full.
#[derive(Debug, Default)]
pub struct Memory {
    conversations: BTreeMap<ConversationId, ConversationLog>,
    /// Searches may ask for names.
    cards: BTreeMap<ConversationId, ConversationRecord>,
    /// Which messages have come, whether they are still there or not.
    seen: SeenMessages,
}

impl Memory {
    /// What is kept of one conversation, oldest first.
    pub fn messages(&self, conversation: ConversationId) -> impl Iterator<Item = &Arc<Message>> {
        self.conversations.get(&conversation).into_iter().flat_map(|room| &room.messages)
    }

    fn find(&self, conversation: ConversationId, id: MessageId) -> Option<&Arc<Message>> {
        self.conversations.get(&conversation)?.find(id)
    }

    /// Whether the message has not come before, or is what stands under its id. From now on it has.
    fn is_new(&mut self, message: &Message) -> bool {
        let is_it = |there: &Arc<Message>| there.incoming_uid() == message.incoming_uid();
        self.seen.note(message) || self.find(message.conversation, message.id).is_some_and(is_it)
    }

    fn apply(&mut self, op: &StoreCommand) {
        match op {
            StoreCommand::Insert(message) | StoreCommand::Keep(message) => {
                self.put(message);
            }
            StoreCommand::Replace(message) => {
                if self.find(message.conversation, message.id).is_some() {
                    self.put(message);
                }
            }
            StoreCommand::Clear { conversation, up_to } => {
                self.trim(*conversation, MessageId(up_to.0.saturating_add(1)));
            }
            StoreCommand::Forget { conversation } | StoreCommand::Evict { conversation } => {
                self.conversations.remove(conversation);
                self.cards.remove(conversation);
                self.seen.forget(*conversation);
            }
            StoreCommand::Know(card) => {
                drop(self.cards.insert(card.conversation, ConversationRecord::clone(card)));
            }
            StoreCommand::Trim { conversations, before } => {
                for conversation in conversations {
                    self.trim(*conversation, *before);
                }
            }
            // There is no next start that could ask.
            StoreCommand::Read { .. }
            | StoreCommand::PeerRead { .. }
            | StoreCommand::Draft { .. }
            | StoreCommand::Stand { .. }
            | StoreCommand::Open { .. } => {}
        }
    }

    fn put(&mut self, message: &Arc<Message>) {
        let room = self.conversations.entry(message.conversation).or_default();
        let Ok(stands) = related::as_it_stands(room, message);
        let stands = stands.map_or_else(|| Arc::clone(message), Arc::new);
        room.put(&stands);
        let Ok(()) = room.carry_out(&stands);
    }

    fn trim(&mut self, conversation: ConversationId, before: MessageId) {
        let Some(room) = self.conversations.get_mut(&conversation) else { return };
        room.trim(before);
        if room.messages.is_empty() && room.changes.is_empty() {
            self.conversations.remove(&conversation);
        }
    }
}

impl Backend for Memory {
    fn forgets(&self) -> bool {
        true
    }

    fn commit(&mut self, ops: &[StoreCommand]) -> Result<Vec<usize>, Phrase> {
        let mut known = Vec::new();
        for (place, op) in ops.iter().enumerate() {
            match op.arrival() {
                Some(message) if !self.is_new(message) => known.push(place),
                Some(_) | None => self.apply(op),
            }
        }
        Ok(known)
    }

    fn outbox(&mut self, query: &OutboxQuery) -> Result<OutboxPage, Phrase> {
        let after = query.after.map_or(0, |after| after.0.saturating_add(1));
        let room = self.conversations.get(&query.conversation);
        let all = room.into_iter().flat_map(|room| room.messages.iter().chain(&room.changes));
        let mut behind: Vec<&Arc<Message>> =
            all.filter(|message| message.is_in_outbox() && message.id.0 >= after).collect();
        behind.sort_unstable_by_key(|message| message.id);
        Ok(query.answer(behind.into_iter().cloned()))
    }

    fn page(&mut self, query: &PageQuery) -> Result<Page, Phrase> {
        let nothing = ConversationLog::default();
        let room = self.conversations.get(&query.conversation).unwrap_or(&nothing);
        let (len, most) = (query.messages, MAX_PAGE_BYTES);
        let up = |end| room.up(end, len, most)..end;
        let down = |first| first..room.down(first, len, most);
        let range = match query.at {
            PageAnchor::Newest => up(room.messages.len()),
            PageAnchor::Oldest => down(0),
            PageAnchor::Before(id) => up(room.position(id)),
            PageAnchor::After(id) => down(room.position(MessageId(id.0.saturating_add(1)))),
            PageAnchor::Named(uid) => {
                let is_ours = |message: &&Arc<Message>| message.is_outgoing();
                let found = ids(&room.names, uid).filter_map(|id| room.find(id)).find(is_ours);
                let messages = found.cloned().into_iter().collect();
                return Ok(Page { messages, older: false, newer: false, ..room.page(query, 0..0) });
            }
            PageAnchor::Around(id) => {
                let at = room.position(id);
                room.up(at, len / 2, most / 2)..room.down(at, len / 2, most / 2)
            }
        };
        let mut page = room.page(query, range);
        if query.purpose == Purpose::Show {
            let Ok(found) = related::related(room, &page.messages);
            page.related = found;
        }
        Ok(page)
    }

    fn expire(&mut self, now: WallTime) -> Result<ExpiredPart, Phrase> {
        let mut expired = ExpiredPart::default();
        for log in self.conversations.values_mut() {
            log.expire(now, &mut expired);
        }
        self.conversations.retain(|_, log| !log.messages.is_empty() || !log.changes.is_empty());
        Ok(expired)
    }

    fn sent(&mut self, conversation: ConversationId, limit: usize) -> Result<Vec<String>, Phrase> {
        let said = |message: &&Arc<Message>| message.is_outgoing() && !message.text.is_empty();
        let outgoing = self.messages(conversation).filter(said);
        let mut texts: Vec<String> = outgoing.map(|message| message.text.clone()).collect();
        texts.dedup();
        texts.drain(..texts.len().saturating_sub(limit));
        Ok(texts)
    }

    fn search(&mut self, lookup: &SearchQuery) -> Result<SearchHits, Phrase> {
        let sieve = Sieve::new(lookup, &self.cards.values(), &BTreeSet::new());
        let mut hits: Vec<Arc<Message>> = self
            .conversations
            .values()
            .flat_map(|room| room.messages.iter().map(move |message| (room, message)))
            .filter(|(_, message)| sieve.passes(message))
            .filter_map(|(room, message)| {
                let Ok(hit) = room.matching(message, &lookup.search);
                hit
            })
            .collect();
        hits.sort_unstable_by_key(|message| std::cmp::Reverse(message.id));
        let more = hits.len() > lookup.limit;
        hits.truncate(lookup.limit);
        Ok(SearchHits { ticket: lookup.ticket, hits, more })
    }
}
