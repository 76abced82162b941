//! The rooms this dialect follows, and which of them a datagram belongs to.
//!
//! Sends nothing and decodes nothing.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::model::traffic::FIRST_STRANGER;
use crate::model::{Address, ConversationId};
use crate::wire::GroupAddress;
use crate::wire::group_address::broadcast_channel;

/// Rooms in the contact list. Many more than a person is in; each costs a socket at most.
const MAX_ROOMS: usize = 256;

#[derive(Debug)]
pub(super) struct FollowedRoom {
    pub(super) address: Address,
    pub(super) place: GroupAddress,
    /// A person went in: its members may know of us.
    pub(super) entered: bool,
    /// The notice that we have come in was sent, or there was none to send.
    pub(super) greeted: bool,
    rank: u32,
    /// When we last wrote there, as a count of writes.
    wrote: Option<u64>,
}

impl FollowedRoom {
    /// A person has added it.
    pub(super) const fn is_contact(&self) -> bool {
        self.rank < FIRST_STRANGER
    }

    fn hears_on(&self, scope: u32, called: Option<&str>) -> bool {
        let Some(only) = self.place.only.as_deref() else { return true };
        scope == 0 || only.parse() == Ok(scope) || called == Some(only)
    }
}

/// All rooms. They are few: whoever looks for one looks at each.
#[derive(Debug, Default)]
pub(super) struct RoomTable {
    table: BTreeMap<ConversationId, FollowedRoom>,
    writes: u64,
}

impl RoomTable {
    pub(super) fn get(&self, conversation: ConversationId) -> Option<&FollowedRoom> {
        self.table.get(&conversation)
    }

    /// A person goes in.
    pub(super) fn enter(&mut self, conversation: ConversationId) {
        self.table.entry(conversation).and_modify(|room| room.entered = true);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (ConversationId, &FollowedRoom)> {
        self.table.iter().map(|(id, room)| (*id, room))
    }

    pub(super) fn ids(&self) -> Vec<ConversationId> {
        self.table.keys().copied().collect()
    }

    /// Takes a room in, or gives a known one another address and rank. One that moved has not been entered there.
    pub(super) fn follow(
        &mut self,
        conversation: ConversationId,
        address: Address,
        place: GroupAddress,
        rank: u32,
    ) {
        let others = self.iter().filter(|(id, _)| *id != conversation);
        let greeted = others.into_iter().any(|(_, room)| room.greeted && room.place == place);
        if let Some(room) = self.table.get_mut(&conversation) {
            if room.place != place {
                (room.entered, room.greeted, room.wrote) = (false, greeted, None);
            }
            (room.address, room.place, room.rank) = (address, place, rank);
        } else if self.table.len() < MAX_ROOMS {
            let room = FollowedRoom { address, place, entered: false, greeted, rank, wrote: None };
            self.table.insert(conversation, room);
        }
    }

    pub(super) fn remove(&mut self, conversation: ConversationId) -> Option<FollowedRoom> {
        self.table.remove(&conversation)
    }

    pub(super) fn note_write(&mut self, conversation: ConversationId) {
        self.writes = self.writes.saturating_add(1);
        if let Some(room) = self.table.get_mut(&conversation) {
            room.wrote = Some(self.writes);
        }
    }

    /// The notice went out to a room: to all who are there, whatever we call it.
    pub(super) fn note_greeting(&mut self, place: &GroupAddress) {
        for room in self.table.values_mut().filter(|room| room.place == *place) {
            room.greeted = true;
        }
    }

    /// The room in which a datagram of a broadcast socket was said. `to` is the address it was sent to, where that is
    /// known; `passive`: the room of everybody is listened to, followed or not.
    pub(super) fn broadcast_at(
        &self,
        port: u16,
        to: Option<IpAddr>,
        passive: bool,
    ) -> Option<ConversationId> {
        let exact = to.and_then(|to| self.best(|room| is_broadcast_at(room, port) && room.place.ip == to));
        let everybody = || self.best(|room| is_broadcast_at(room, port) && room.place.is_everybody());
        let found = exact.or_else(everybody);
        if found.is_some() || passive {
            return found;
        }
        let first = self.best(|room| is_broadcast_at(room, port))?;
        let place = &self.get(first)?.place;
        let only = self.table.values().all(|room| !is_broadcast_at(room, port) || room.place.ip == place.ip);
        only.then_some(first)
    }

    /// The room of this group. `scope` and `called`: the interface it came by, as number and name, where that is known.
    pub(super) fn group_at(
        &self,
        group: SocketAddr,
        scope: u32,
        called: Option<&str>,
    ) -> Option<ConversationId> {
        self.best(|room| room.place.channel() == group && room.hears_on(scope, called))
    }

    /// Of several names for a room: the one under which we wrote last, else the one of the lowest rank.
    fn best(&self, wanted: impl Fn(&FollowedRoom) -> bool) -> Option<ConversationId> {
        let found = self.iter().filter(|(_, room)| wanted(room));
        found.max_by_key(|(id, room)| (room.wrote, Reverse(room.rank), Reverse(*id))).map(|(id, _)| id)
    }
}

fn is_broadcast_at(room: &FollowedRoom, port: u16) -> bool {
    room.place.channel() == broadcast_channel(port)
}
