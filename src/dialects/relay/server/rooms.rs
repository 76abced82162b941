//! The rooms by name, without regard to case. A room begins with its first member and ends with its last.

use std::collections::BTreeMap;

use super::api::RoomView;
use super::names::folded;
use super::room::RelayRoom;
use super::slab::Slab;

/// Where everybody begins.
pub(super) const LOBBY: &str = "lobby";

#[derive(Debug, Default)]
pub(super) struct RelayRooms {
    slab: Slab<RelayRoom>,
    by_name: BTreeMap<String, usize>,
}

impl RelayRooms {
    pub(super) fn get(&self, key: usize) -> Option<&RelayRoom> {
        self.slab.get(key)
    }

    pub(super) fn get_mut(&mut self, key: usize) -> Option<&mut RelayRoom> {
        self.slab.get_mut(key)
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&folded(name)).copied()
    }

    /// Whether the room is there or may begin. The lobby always may, and does not count: everybody comes through it.
    pub(super) fn is_open(&self, name: &str, max: usize) -> bool {
        let others = self.by_name.len().saturating_sub(usize::from(self.find(LOBBY).is_some()));
        self.find(name).is_some() || others < max || folded(name) == LOBBY
    }

    /// The room of that name, new if need be.
    pub(super) fn open(&mut self, name: &str, stream: u32) -> usize {
        if let Some(key) = self.find(name) {
            return key;
        }
        let key = self.slab.insert(RelayRoom::new(name, stream));
        self.by_name.insert(folded(name), key);
        key
    }

    pub(super) fn close_if_empty(&mut self, key: usize) {
        if let Some(room) = self.slab.get(key).filter(|room| room.len() == 0) {
            self.by_name.remove(&folded(&room.name));
            self.slab.remove(key);
        }
    }

    pub(super) fn name(&self, key: usize) -> &str {
        self.slab.get(key).map_or("", |room| &room.name)
    }

    pub(super) fn views(&self) -> Vec<RoomView> {
        let rooms = self.by_name.values().filter_map(|key| self.slab.get(*key));
        let views = rooms.map(|room| RoomView {
            name: room.name.clone(),
            members: room.len(),
            messages: room.messages,
        });
        views.collect()
    }
}
