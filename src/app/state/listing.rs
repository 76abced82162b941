//! The list of conversations: its sections, their order, and who has a row. Kept in order as conversations change: there
//! may be thousands, and a frame has no time to look at each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::doubles::{DoubledRows, SeenAs};
use crate::app::conversation::Conversation;
use crate::model::{ConversationId, MessageId, PeerKind, Trust};

/// The parts of the list, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListRow {
    pub id: ConversationId,
    pub section: Section,
    pub unread: u32,
}

/// Where a row stands: by section, unread first, then the most recent. Those nearby who never said anything stand in the
/// order of their names, the others in that of their ranks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey {
    section: Section,
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
    key: Option<SortKey>,
    unread: u32,
    lost: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    rows: BTreeMap<SortKey, ListRow>,
    known: BTreeMap<ConversationId, ListingEntry>,
    doubles: DoubledRows,
    unread: u64,
    lost: u64,
}

impl Listing {
    /// Takes in how a conversation is now; `None`: it is gone.
    pub(super) fn update(&mut self, id: ConversationId, now: Option<&Conversation>) {
        if let Some(before) = self.known.remove(&id) {
            self.unread = self.unread.saturating_sub(before.unread.into());
            self.lost = self.lost.saturating_sub(before.lost);
            if let Some(key) = before.key {
                self.rows.remove(&key);
            }
        }
        if let Some(conversation) = now {
            let (unread, lost) = (conversation.activity.unread(), conversation.unsaved.lost());
            let key = is_listed(conversation).then(|| SortKey::of(conversation));
            self.unread = self.unread.saturating_add(unread.into());
            self.lost = self.lost.saturating_add(lost);
            self.known.insert(id, ListingEntry { key, unread, lost });
        }
        let others = self.doubles.set(id, now.and_then(SeenAs::of));
        for id in others.into_iter().chain([id]) {
            self.arrange(id);
        }
    }

    /// Gives a conversation its row, if it is to have one.
    fn arrange(&mut self, id: ConversationId) {
        let Some(ListingEntry { key: Some(key), unread, .. }) = self.known.get(&id) else { return };
        if self.doubles.hides(id) {
            self.rows.remove(key);
        } else {
            self.rows.insert(key.clone(), ListRow { id, section: key.section, unread: *unread });
        }
    }

    /// From the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = ListRow> {
        self.rows.values().copied()
    }

    /// The conversation that stands in the list instead of this one, which is hidden behind it.
    pub(super) fn shown_instead(&self, id: ConversationId) -> Option<ConversationId> {
        self.doubles.shown_instead(id)
    }

    /// Unread messages in all conversations but this one.
    pub(super) fn unread_elsewhere(&self, here: Option<ConversationId>) -> u32 {
        let here = here.and_then(|here| self.known.get(&here)).map_or(0, |known| known.unread);
        u32::try_from(self.unread.saturating_sub(here.into())).unwrap_or(u32::MAX)
    }

    /// Messages that the history refused and that are not even shown any more.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }
}

impl SortKey {
    fn of(conversation: &Conversation) -> Self {
        let section = Section::of(conversation);
        let nearby = section == Section::Nearby;
        Self {
            section,
            is_read: conversation.activity.unread() == 0,
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
