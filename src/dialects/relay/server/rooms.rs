//! The rooms by name, without regard to case. A room begins with its first member and ends with its last.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::api::{RoomView, Sink};
use super::members::RelayMember;
use super::names::folded;
use super::room::RelayRoom;

/// Where everybody begins.
pub(super) const LOBBY: &str = "lobby";

/// So long after the last entry a large room is told that it was the last, so that nobody has to ask who has missed it.
const LULL: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct RelayRooms {
    /// By their folded names.
    table: BTreeMap<String, RelayRoom>,
    max: usize,
    /// When large rooms are told that nothing came after the last entry.
    lulls: BTreeMap<String, Instant>,
}

impl RelayRooms {
    pub(super) const fn new(max: usize) -> Self {
        Self { table: BTreeMap::new(), max, lulls: BTreeMap::new() }
    }

    /// The room of a member.
    pub(super) fn of(&self, member: &RelayMember) -> Option<&RelayRoom> {
        self.table.get(&member.room)
    }

    pub(super) fn of_mut(&mut self, member: &RelayMember) -> Option<&mut RelayRoom> {
        self.table.get_mut(&member.room)
    }

    /// By the folded name.
    pub(super) fn get_mut(&mut self, folded: &str) -> Option<&mut RelayRoom> {
        self.table.get_mut(folded)
    }

    pub(super) fn get(&self, folded: &str) -> Option<&RelayRoom> {
        self.table.get(folded)
    }

    /// With their folded names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &RelayRoom)> {
        self.table.iter().map(|(name, room)| (name.as_str(), room))
    }

    /// Whether the room is there or may begin. The lobby always may, and does not count: everybody comes through it. Nor
    /// does the room that ends when `mover` leaves it.
    pub(super) fn is_open(&self, name: &str, mover: Option<&RelayMember>) -> bool {
        let name = folded(name);
        let ends =
            |key: &str, room: &RelayRoom| room.len() == 1 && mover.is_some_and(|mover| mover.room == key);
        let others = self.table.iter().filter(|(key, room)| *key != LOBBY && !ends(key, room));
        name == LOBBY || self.table.contains_key(&name) || others.count() < self.max
    }

    /// Takes a member into the room of that name, which begins with it if need be.
    pub(super) fn enter(&mut self, name: &str, stream: u32, member: &mut RelayMember, sink: &mut dyn Sink) {
        member.room = folded(name);
        let room = self.table.entry(member.room.clone()).or_insert_with(|| RelayRoom::new(name, stream));
        member.index = room.enter(member, sink);
    }

    /// The name of the room that a member has left, for the same one at another relay if it `is_moving`, and which
    /// ends if nobody is in it any more.
    pub(super) fn leave(&mut self, member: &RelayMember, is_moving: bool, sink: &mut dyn Sink) -> String {
        let Some(room) = self.of_mut(member) else { return String::new() };
        room.leave(member, is_moving, sink);
        let name = room.name.clone();
        if room.len() == 0 {
            self.table.remove(&member.room);
        }
        name
    }

    /// What there is to send. There are few rooms, and one with nothing to say costs next to nothing.
    pub(super) fn flush(&mut self, now: Instant, sink: &mut dyn Sink) {
        for (name, room) in &mut self.table {
            room.flush(sink);
            if room.has_news()
                && let Some(due) = now.checked_add(LULL)
            {
                self.lulls.insert(name.clone(), due);
            }
        }
    }

    /// Tells the large rooms in which nothing has happened since.
    pub(super) fn mark_lulls(&mut self, now: Instant, sink: &mut dyn Sink) {
        for (name, _) in self.lulls.extract_if(.., |_, due| *due <= now) {
            if let Some(room) = self.table.get(&name) {
                room.mark_lull(sink);
            }
        }
    }

    /// When `mark_lulls` is wanted.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.lulls.values().min().copied()
    }

    pub(super) fn views(&self) -> Vec<RoomView> {
        let views = self.table.values().map(|room| RoomView {
            name: room.name.clone(),
            members: room.len(),
            elsewhere: room.elsewhere.len(),
            messages: room.messages,
        });
        views.collect()
    }
}
