//! The list of conversations: its sections, their order, and who has a row. Kept in order as conversations change: there
//! may be thousands, and a frame has no time to look at each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Conversation, PeerKind};
use crate::model::traffic::ConnectionState;
use crate::model::{ConversationId, MessageId};

/// The parts of the list, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Contacts,
    /// Contacts or not.
    Rooms,
    /// Those who make themselves known, and are no contacts.
    Nearby,
    Strangers,
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
    /// `None`: it has no row.
    place: Option<SortKey>,
    unread: u32,
    lost: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    rows: BTreeMap<SortKey, ListRow>,
    known: BTreeMap<ConversationId, ListingEntry>,
    unread: u64,
    lost: u64,
}

impl Listing {
    /// It is as it is now, or gone.
    pub(super) fn renew(&mut self, id: ConversationId, now: Option<&Conversation>) {
        if let Some(before) = self.known.remove(&id) {
            self.unread = self.unread.saturating_sub(before.unread.into());
            self.lost = self.lost.saturating_sub(before.lost);
            if let Some(place) = before.place {
                self.rows.remove(&place);
            }
        }
        if let Some(one) = now {
            let place = is_listed(one).then(|| SortKey::of(one));
            if let Some(place) = &place {
                let row = ListRow { id, section: place.section, unread: one.unread };
                self.rows.insert(place.clone(), row);
            }
            self.unread = self.unread.saturating_add(one.unread.into());
            self.lost = self.lost.saturating_add(one.lost);
            self.known.insert(id, ListingEntry { place, unread: one.unread, lost: one.lost });
        }
    }

    /// From the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = ListRow> {
        self.rows.values().copied()
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
    fn of(one: &Conversation) -> Self {
        let section = one.section();
        let nearby = section == Section::Nearby;
        Self {
            section,
            is_read: one.unread == 0,
            activity: Reverse(one.activity),
            is_echo: one.kind == PeerKind::Echo,
            is_away: nearby && !is_here(one),
            name: if nearby { one.name.to_lowercase() } else { String::new() },
            rank: one.rank,
            id: one.id,
        }
    }
}

impl Conversation {
    pub fn section(&self) -> Section {
        match self.kind {
            _ if self.is_room() => Section::Rooms,
            PeerKind::Contact | PeerKind::Echo => Section::Contacts,
            PeerKind::Stranger if self.address.scheme.caps.presence => Section::Nearby,
            PeerKind::Stranger => Section::Strangers,
        }
    }
}

/// A stranger has a row as soon as there is something to read in it, or a person opened it; one that makes itself
/// known, as long as it is there.
fn is_listed(one: &Conversation) -> bool {
    let is_silent = one.kind == PeerKind::Stranger && !one.known && one.activity.is_none();
    !one.ignored && (!is_silent || is_here(one))
}

fn is_here(one: &Conversation) -> bool {
    one.connection == Some(ConnectionState::Up)
}
