//! The list of conversations: its sections, their order, and who has a row. Kept in order as conversations change: there
//! may be thousands, and a frame has no time to look at each.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Instant;

use super::doubles::{DoubledRows, SeenAs};
use crate::app::conversation::Conversation;
use crate::model::{ConversationId, MessageId, NotifyLevel, PeerKind, Scheme, Trust};

/// The parts of the list, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Contacts and rooms that a person wants to have on top.
    Pinned,
    /// Whom a person talks with, and who makes themselves known: `contacts.toml` need not have them.
    Contacts,
    /// Contacts or not.
    Rooms,
    /// Those who want to talk, and were not answered yet.
    Requests,
    /// Those who make themselves known, and whom a person has neither answered nor written to.
    Nearby,
    Strangers,
}

impl Section {
    pub fn of(conversation: &Conversation) -> Self {
        match conversation.kind {
            _ if conversation.pinned => Self::Pinned,
            _ if conversation.is_room() => Self::Rooms,
            PeerKind::Contact | PeerKind::Echo => Self::Contacts,
            PeerKind::Stranger if conversation.trust() == Some(Trust::Requested) => Self::Requests,
            PeerKind::Stranger if !conversation.address.scheme.caps.presence => Self::Strangers,
            PeerKind::Stranger if conversation.is_talked_with() => Self::Contacts,
            PeerKind::Stranger => Self::Nearby,
        }
    }
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    pub id: ConversationId,
    pub section: Section,
    pub unread: u32,
    /// Unread messages that name us.
    pub mentions: u32,
    /// What is unread there counts elsewhere only as far as a person wants to be told of it.
    pub notify: NotifyLevel,
    /// Something was said there.
    pub is_spoken: bool,
    /// With whom it stands together: the group of colleagues that somebody nearby belongs to, or the host of a stranger.
    /// Not escaped.
    pub cluster: Option<Arc<str>>,
}

impl ListRow {
    fn of(conversation: &Conversation) -> Self {
        let (section, activity) = (Section::of(conversation), &conversation.activity);
        Self {
            id: conversation.id,
            section,
            unread: activity.unread(),
            mentions: activity.mentions(),
            notify: conversation.notify_level(),
            is_spoken: activity.last().is_some(),
            cluster: cluster(section, conversation),
        }
    }

    /// Unread messages that a person wants to know of.
    pub const fn calls(&self) -> u32 {
        match self.notify {
            NotifyLevel::All => self.unread,
            NotifyLevel::Mentions => self.mentions,
            NotifyLevel::None => 0,
        }
    }
}

fn cluster(section: Section, conversation: &Conversation) -> Option<Arc<str>> {
    match section {
        Section::Nearby => {
            let group = conversation.status.profile()?.group.trim();
            Some(group).filter(|group| !group.is_empty()).map(Arc::from)
        }
        Section::Strangers => conversation.address.literal().map(|at| at.ip().to_string().into()),
        Section::Pinned | Section::Contacts | Section::Rooms | Section::Requests => None,
    }
}

/// Where a row stands: by section, unread first, then the most recent. Those nearby stand by their groups, who has none first;
/// who never said anything in the order of their names, the others in that of their ranks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey {
    section: Section,
    group: Option<Arc<str>>,
    is_read: bool,
    activity: Reverse<Option<MessageId>>,
    is_echo: bool,
    is_away: bool,
    name: String,
    rank: u32,
    id: ConversationId,
}

/// What the list knows of a conversation.
#[derive(Clone, Debug)]
struct ListingEntry {
    /// `None`: it has no row. Nor has one that is hidden behind another.
    row: Option<(SortKey, ListRow)>,
    /// As far as a person wants to know of it.
    unread: u32,
    lost: u64,
    /// Until when its peer is taken to be writing.
    typing: Option<Instant>,
    scheme: Scheme,
    /// Somebody is there, and not all that are somewhere.
    is_here: bool,
}

/// The conversations of a dialect.
#[derive(Clone, Copy, Debug)]
struct PeerCount {
    scheme: Scheme,
    all: usize,
    /// Those whose peer is there.
    here: usize,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    rows: BTreeMap<SortKey, ListRow>,
    known: BTreeMap<ConversationId, ListingEntry>,
    doubles: DoubledRows,
    unread: u64,
    lost: u64,
    /// Of each dialect how many peers are there, of whom each is somebody.
    peers: BTreeMap<&'static str, PeerCount>,
    /// Who is taken to be writing until then, the first to stop first. Some have stopped by now.
    typing: BTreeSet<(Instant, ConversationId)>,
    /// Another number: rows have changed.
    revision: u64,
}

impl Listing {
    /// Takes in how a conversation is now; `None`: it is gone.
    pub(super) fn update(&mut self, id: ConversationId, now: Option<&Conversation>) {
        let before = self.known.remove(&id);
        if let Some(before) = &before {
            self.unread = self.unread.saturating_sub(before.unread.into());
            self.lost = self.lost.saturating_sub(before.lost);
            before.typing.map(|until| self.typing.remove(&(until, id)));
            self.count(before, usize::saturating_sub);
        }
        let entry = now.map(ListingEntry::of);
        let (row, stood) =
            (entry.as_ref().and_then(ListingEntry::row), before.as_ref().and_then(ListingEntry::row));
        if let Some((key, _)) = stood.filter(|stood| Some(*stood) != row) {
            self.rows.remove(key);
            self.revision = self.revision.wrapping_add(1);
        }
        if let Some(entry) = entry {
            self.unread = self.unread.saturating_add(entry.unread.into());
            self.lost = self.lost.saturating_add(entry.lost);
            self.typing.extend(entry.typing.map(|until| (until, id)));
            self.count(&entry, usize::saturating_add);
            self.known.insert(id, entry);
        }
        let others = self.doubles.set(id, now.and_then(SeenAs::of));
        for id in others.into_iter().chain([id]) {
            self.arrange(id);
        }
    }

    fn count(&mut self, entry: &ListingEntry, change: impl Fn(usize, usize) -> usize) {
        let scheme = entry.scheme;
        let count = self.peers.entry(scheme.name).or_insert(PeerCount { scheme, all: 0, here: 0 });
        count.all = change(count.all, 1);
        count.here = change(count.here, entry.is_here.into());
    }

    /// The dialects of all conversations.
    pub(super) fn schemes(&self) -> impl Iterator<Item = Scheme> {
        self.peers.values().filter(|count| count.all > 0).map(|count| count.scheme)
    }

    /// How many peers are there of that dialect.
    pub(super) fn peers_here(&self, scheme: &str) -> usize {
        self.peers.get(scheme).map_or(0, |count| count.here)
    }

    /// Gives a conversation its row, if it is to have one.
    fn arrange(&mut self, id: ConversationId) {
        let Some((key, row)) = self.known.get(&id).and_then(ListingEntry::row) else { return };
        let changed = if self.doubles.hides(id) {
            self.rows.remove(key).is_some()
        } else if self.rows.get(key) == Some(row) {
            false
        } else {
            self.rows.insert(key.clone(), row.clone());
            true
        };
        if changed {
            self.revision = self.revision.wrapping_add(1);
        }
    }

    /// From the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = &ListRow> {
        self.rows.values()
    }

    /// Another number than before: rows have changed.
    pub(super) const fn revision(&self) -> u64 {
        self.revision
    }

    /// The conversation that stands in the list instead of this one, which is hidden behind it.
    pub(super) fn shown_instead(&self, id: ConversationId) -> Option<ConversationId> {
        self.doubles.shown_instead(id)
    }

    /// See [`super::State::encrypted_instead`].
    pub(super) fn encrypted_instead(&self, conversation: &Conversation) -> Option<ConversationId> {
        self.doubles.encrypted_instead(conversation)
    }

    /// Unread messages in all conversations but this one.
    pub(super) fn unread_elsewhere(&self, here: Option<ConversationId>) -> u32 {
        let here = here.and_then(|here| self.known.get(&here)).map_or(0, |known| known.unread);
        u32::try_from(self.unread.saturating_sub(here.into())).unwrap_or(u32::MAX)
    }

    /// When the next of those stops who are taken to be writing now.
    pub(super) fn typing_until(&self, now: Instant) -> Option<Instant> {
        let behind = (Bound::Excluded((now, ConversationId(u32::MAX))), Bound::Unbounded);
        self.typing.range(behind).next().map(|(until, _)| *until)
    }

    /// Messages that the history refused and that are not even shown any more.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }
}

impl ListingEntry {
    fn of(conversation: &Conversation) -> Self {
        let row = ListRow::of(conversation);
        Self {
            unread: row.calls(),
            lost: conversation.unsaved.lost(),
            typing: conversation.status.typing(),
            scheme: conversation.address.scheme,
            is_here: conversation.status.is_up()
                && !conversation.is_room()
                && !conversation.address.is_broadcast(),
            row: is_listed(conversation).then(|| (SortKey::of(conversation, &row), row)),
        }
    }

    const fn row(&self) -> Option<&(SortKey, ListRow)> {
        self.row.as_ref()
    }
}

impl SortKey {
    fn of(conversation: &Conversation, row: &ListRow) -> Self {
        let nearby = row.section == Section::Nearby;
        Self {
            section: row.section,
            group: row.cluster.clone().filter(|_| nearby),
            is_read: row.calls() == 0,
            activity: Reverse(conversation.activity.newest()),
            is_echo: conversation.kind == PeerKind::Echo,
            is_away: nearby && !conversation.status.is_up(),
            name: if nearby { conversation.name.to_lowercase() } else { String::new() },
            rank: conversation.rank,
            id: conversation.id,
        }
    }
}

/// A stranger has a row as soon as there is something to read in it, or a person opened it; one that makes itself
/// known, as long as it is there.
fn is_listed(conversation: &Conversation) -> bool {
    let is_silent = conversation.is_unasked() && conversation.activity.newest().is_none();
    !conversation.ignored && (!is_silent || conversation.status.is_up())
}
