//! What later messages have made of an earlier one: its versions, whether it was taken back, the emoji under it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::history::MAX_VERSIONS;
use crate::model::traffic::MessageKind;
use crate::model::{Fault, Mark, Message, MessageId, Uid, WallTime};

/// Changes that are held of messages that are not on the screen, the newest: nothing of them shows before those do, and the
/// page that brings them brings these again.
const MAX_PARKED: usize = 256;

/// Changes of one message that are held: more versions than anybody reads, and what else there can be.
const MAX_SAID: usize = 4 * MAX_VERSIONS;

/// What came after a message and is about it. Only the author changes and deletes; anybody reacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The words that stand for its own.
    edit: Option<Arc<Message>>,
    /// Its later versions, oldest first, without those that nobody else could read.
    versions: Vec<Arc<Message>>,
    deleted: Option<Arc<Message>>,
    /// Whose emoji stands under it: at most one of each side.
    reactions: Vec<Reaction>,
    /// The last of what we have said about its words, its files and under it, where that did not go out.
    failed: Vec<Arc<Message>>,
}

/// An emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    pub emoji: String,
    /// It is ours.
    pub own: bool,
}

impl Changes {
    /// What these messages, in order of their ids, make of the target. The judge of each is [`Message::counts_for`]; of
    /// several the one with the highest id stands, whenever it came.
    fn of(target: &Message, said: &BTreeMap<MessageId, Arc<Message>>) -> Self {
        let counts = |kind| {
            let is_it = move |one: &&Arc<Message>| one.kind() == Some(kind) && one.counts_for(target);
            said.values().filter(is_it)
        };
        let removal = counts(MessageKind::Removal).next_back();
        if let Some(deletion) = removal.or_else(|| counts(MessageKind::Deletion).next_back()) {
            let failed = Some(deletion).filter(|deletion| deletion.is_failed() && is_owed(target, deletion));
            let failed = failed.cloned().into_iter().collect();
            return Self { deleted: Some(Arc::clone(deletion)), failed, ..Self::default() };
        }
        let newest = |own| counts(MessageKind::Reaction).rfind(|one| one.is_outgoing() == own);
        let reaction = |own| {
            let emoji = newest(own)?.text.clone();
            Some(Reaction { emoji, own }).filter(|reaction| !reaction.emoji.is_empty())
        };
        let last = counts(MessageKind::Edit).next_back();
        // Words that nobody else has seen are no version, once there are others: those that wait go out as what stands.
        let is_seen = |said: &Message| !said.is_unsent() && said.mark() != Some(&Mark::Waiting);
        let edits = counts(MessageKind::Edit).filter(|edit| Some(*edit) == last || is_seen(edit));
        let versions = if target.mark() == Some(&Mark::Waiting) { Vec::new() } else { others(target, edits) };
        // Said once, a withdrawal holds.
        let withdrawals = || counts(MessageKind::Withdrawal).filter(|said| said.is_outgoing());
        let withdrawal = withdrawals().next_back().filter(|_| withdrawals().all(|said| said.is_failed()));
        let failed = [last, newest(true), withdrawal].into_iter().flatten();
        let failed = failed.filter(|change| change.is_failed());
        Self {
            edit: last.cloned(),
            versions,
            deleted: None,
            reactions: [false, true].into_iter().filter_map(reaction).collect(),
            failed: failed.cloned().collect(),
        }
    }

    /// The words that stand now, where they are not those of the message.
    pub fn text(&self) -> Option<&str> {
        self.edit.as_ref().map(|edit| edit.text.as_str())
    }

    /// Its words were changed after somebody else could read them.
    pub fn is_edited(&self) -> bool {
        !self.versions.is_empty()
    }

    /// When the words were changed, with the words of each version, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = (WallTime, &str)> {
        self.versions.iter().map(|edit| (edit.time, edit.text.as_str()))
    }

    /// When it was taken back.
    pub fn deleted(&self) -> Option<WallTime> {
        self.deleted.as_ref().map(|deletion| deletion.time)
    }

    /// And not by its author.
    pub fn is_removed(&self) -> bool {
        self.deleted.as_ref().is_some_and(|deletion| deletion.kind() == Some(MessageKind::Removal))
    }

    pub fn reactions(&self) -> &[Reaction] {
        &self.reactions
    }

    /// The last of what we have said about its words, its files and under it, where that did not go out: it can be said again.
    pub fn failed(&self) -> &[Arc<Message>] {
        &self.failed
    }

    /// The last change of its words.
    pub(super) fn last(&self) -> Option<&Message> {
        self.deleted.as_deref().or(self.edit.as_deref())
    }

    /// What the peer has of the last of our changes to its words.
    pub fn mark(&self) -> Option<&Mark> {
        self.last().and_then(Message::mark)
    }
}

/// Whether anybody else has to be told of a deletion. What never went out, or to a key that nobody has any more, is taken back
/// only here.
fn is_owed(target: &Message, deletion: &Message) -> bool {
    let never_out = target.is_unsent() || target.mark() == Some(&Mark::Waiting);
    !never_out && deletion.mark() != Some(&Mark::Failed(Fault::FormerKey))
}

/// Those edits that say something else than what stood before them.
fn others<'a>(target: &'a Message, edits: impl Iterator<Item = &'a Arc<Message>>) -> Vec<Arc<Message>> {
    let mut words = target.text.as_str();
    edits.filter(|edit| std::mem::replace(&mut words, &edit.text) != edit.text).cloned().collect()
}

/// What is held of what was said about messages, and of those that are answered, while a conversation is open.
#[derive(Clone, Debug, Default)]
pub(super) struct ChangeTable {
    /// By what they are about.
    said: BTreeMap<Uid, BTreeMap<MessageId, Arc<Message>>>,
    /// What that makes of the messages that are here.
    made: BTreeMap<MessageId, Changes>,
    /// The messages that have names, also those that are only answered. A peer may have given one of its own the name of one
    /// of ours: both have a place.
    named: BTreeMap<(Uid, bool), Arc<Message>>,
}

impl ChangeTable {
    pub(super) fn of(&self, message: &Message) -> Option<&Changes> {
        self.made.get(&message.id)
    }

    /// The message that this one answers.
    pub(super) fn answered(&self, message: &Message) -> Option<&Arc<Message>> {
        let about = message.about.filter(|_| !message.is_change())?;
        let both = [false, true].into_iter().filter_map(|ours| self.named.get(&(about, ours)));
        both.min_by_key(|answered| answered.id)
    }

    /// The message that has this name, if it is here.
    pub(super) fn named(&self, uid: Uid, ours: bool) -> Option<&Arc<Message>> {
        self.named.get(&(uid, ours))
    }

    /// Takes in a message that is shown or came along with a page, or the new version of one. Gives the messages that have
    /// lost their words by that.
    pub(super) fn take(&mut self, message: &Arc<Message>) -> Vec<Arc<Message>> {
        let is_change = message.is_change();
        let name = if is_change { message.about } else { message.uid };
        let Some(name) = name.filter(|_| message.kind().is_some()) else { return Vec::new() };
        if is_change {
            self.said.entry(name).or_default().insert(message.id, Arc::clone(message));
            self.shrink();
        } else {
            self.named.insert((name, message.is_outgoing()), Arc::clone(message));
        }
        [false, true].into_iter().filter_map(|ours| self.judge(name, ours)).collect()
    }

    /// Says anew what was made of a message. Gives it without its words if it was taken back just now.
    fn judge(&mut self, name: Uid, ours: bool) -> Option<Arc<Message>> {
        let target = self.named.get_mut(&(name, ours))?;
        let made = self.said.get(&name).map(|said| Changes::of(target, said)).unwrap_or_default();
        let is_deleted = made.deleted.is_some();
        if made == Changes::default() {
            self.made.remove(&target.id);
        } else {
            self.made.insert(target.id, made);
        }
        if !is_deleted || target.is_emptied() {
            return None;
        }
        *target = Arc::new(target.emptied());
        Some(Arc::clone(target))
    }

    /// What waits for its message is bounded, and so is what was said about one: the oldest go, and come with the next page
    /// if they stand.
    fn shrink(&mut self) {
        for said in self.said.values_mut().filter(|said| said.len() > MAX_SAID) {
            said.pop_first();
        }
        let is_parked =
            |name: &Uid| [false, true].iter().all(|ours| !self.named.contains_key(&(*name, *ours)));
        let parked: Vec<Uid> = self.said.keys().filter(|name| is_parked(name)).copied().collect();
        if parked.len() > MAX_PARKED {
            let newest =
                |name: &Uid| self.said.get(name).and_then(|said| said.last_key_value()).map(|(id, _)| *id);
            if let Some(oldest) = parked.into_iter().min_by_key(newest) {
                self.said.remove(&oldest);
            }
        }
    }

    /// How many messages are held for their names.
    pub(super) fn len(&self) -> usize {
        self.named.len()
    }

    /// The message is gone, and what was said about it.
    pub(super) fn remove(&mut self, message: &Message) {
        self.made.remove(&message.id);
        let Some(uid) = message.uid.filter(|_| !message.is_change()) else { return };
        self.named.remove(&(uid, message.is_outgoing()));
        if !self.named.contains_key(&(uid, !message.is_outgoing())) {
            self.said.remove(&uid);
        }
    }

    /// Drops what nothing that stays needs any more. `held`: the messages that stay.
    pub(super) fn retain(&mut self, held: &[Arc<Message>]) {
        let ids: BTreeSet<MessageId> = held.iter().map(|message| message.id).collect();
        let answered: BTreeSet<Uid> = held.iter().filter_map(|message| message.about).collect();
        self.named.retain(|(name, _), message| ids.contains(&message.id) || answered.contains(name));
        let names: BTreeSet<Uid> = self.named.keys().map(|(name, _)| *name).collect();
        self.said.retain(|name, _| names.contains(name));
        let left: BTreeSet<MessageId> = self.named.values().map(|message| message.id).collect();
        self.made.retain(|id, _| left.contains(id));
    }

    /// Another version of all that is here, where there is one.
    pub(super) fn renew(&mut self, version: impl Fn(&Arc<Message>) -> Option<Arc<Message>>) {
        let all = self.said.values().flat_map(BTreeMap::values).chain(self.named.values());
        let renewed: Vec<Arc<Message>> = all.filter_map(version).collect();
        for message in renewed {
            self.take(&message);
        }
    }
}
