//! The directory of members and rooms, and everything that changes it. What rooms are told of that goes out with the next
//! flush.

use std::net::SocketAddr;
use std::time::Instant;

use super::api::{MemberView, RelayEvent, RelayLimit, RelayOptions, Sink};
use super::members::{JoinRequest, Members, RelayMember};
use super::names::{acceptable_room, folded};
use super::outputs::Outputs;
use super::room::RelayRoom;
use super::rooms::{LOBBY, RelayRooms};

#[derive(Debug)]
pub(super) struct RelayDirectory {
    members: Members,
    rooms: RelayRooms,
    /// Keys of rooms with something to send.
    dirty: Vec<usize>,
    max_members: usize,
    max_rooms: usize,
}

// Who is there.
impl RelayDirectory {
    pub(super) fn new(options: &RelayOptions) -> Self {
        let (members, rooms) = (Members::new(options.silence), RelayRooms::default());
        let (max_members, max_rooms) = (options.members, options.rooms);
        Self { members, rooms, dirty: Vec::new(), max_members, max_rooms }
    }

    pub(super) const fn members(&self) -> &Members {
        &self.members
    }

    pub(super) const fn rooms(&self) -> &RelayRooms {
        &self.rooms
    }

    pub(super) fn member_mut(&mut self, key: usize) -> Option<&mut RelayMember> {
        self.members.get_mut(key)
    }

    /// A member and its room.
    pub(super) fn seat(&self, key: usize) -> Option<(&RelayMember, &RelayRoom)> {
        let member = self.members.get(key)?;
        Some((member, self.rooms.get(member.room)?))
    }

    pub(super) fn room_size(&self, key: usize) -> usize {
        self.seat(key).map_or(0, |(_, room)| room.len())
    }

    pub(super) fn is_full(&self) -> bool {
        self.members.len() >= self.max_members
    }

    /// Whether there is room for a room of that name.
    pub(super) fn is_open(&self, room: &str) -> bool {
        self.rooms.is_open(room, self.max_rooms)
    }

    /// By room, then name; `limit` at most.
    pub(super) fn views(&self, limit: usize) -> Vec<MemberView> {
        let mut all: Vec<(&str, &RelayMember)> =
            self.members.iter().map(|(_, member)| (self.rooms.name(member.room), member)).collect();
        all.sort_unstable_by_key(|(room, member)| (*room, member.name.as_str()));
        let views = all.into_iter().take(limit).map(|(room, member)| MemberView {
            name: member.name.clone(),
            room: room.to_owned(),
            address: member.address,
            framed: member.is_framed(),
            messages: member.messages,
            heard: member.heard,
        });
        views.collect()
    }

    pub(super) fn silent(&mut self, now: Instant) -> Option<usize> {
        self.members.silent(now)
    }
}

// Who comes, moves and goes.
impl RelayDirectory {
    /// Makes a member, if there is room for one. What the request cannot have it gets near to.
    pub(super) fn admit(
        &mut self,
        now: Instant,
        request: JoinRequest<'_>,
        out: &mut Outputs,
    ) -> Result<usize, RelayLimit> {
        if self.is_full() {
            return Err(RelayLimit::Members);
        }
        let room = acceptable_room(request.room).unwrap_or(LOBBY);
        if !self.is_open(room) {
            return Err(RelayLimit::Rooms);
        }
        let room = self.rooms.open(room, request.stream);
        let key = self.members.insert(now, request);
        self.enter(key, room, out);
        if let Some((member, room)) = self.seat(key) {
            let (name, room, framed) = (member.name.clone(), room.name.clone(), member.is_framed());
            out.report(RelayEvent::Joined { member: member.address, name, room, framed });
        }
        Ok(key)
    }

    /// Ends a membership: the member, and the name of its room.
    pub(super) fn remove(&mut self, key: usize, out: &mut Outputs) -> Option<(RelayMember, String)> {
        self.leave_room(key, out);
        let member = self.members.remove(key)?;
        let room = self.rooms.name(member.room).to_owned();
        self.rooms.close_if_empty(member.room);
        Some((member, room))
    }

    /// Moves a member to another room, unless it is there already. `stream` is that of a room that begins with it.
    pub(super) fn move_to(
        &mut self,
        key: usize,
        name: &str,
        stream: u32,
        out: &mut Outputs,
    ) -> Result<(), RelayLimit> {
        let Some(old) = self.members.get(key).map(|member| member.room) else { return Ok(()) };
        if self.rooms.find(name) == Some(old) {
            return Ok(());
        }
        // Its own room may end with this and make place for another.
        let alone = self.rooms.get(old).is_some_and(|room| room.len() == 1 && folded(&room.name) != LOBBY);
        let max = self.max_rooms.saturating_add(usize::from(alone));
        if !self.rooms.is_open(name, max) {
            return Err(RelayLimit::Rooms);
        }
        self.leave_room(key, out);
        self.rooms.close_if_empty(old);
        let room = self.rooms.open(name, stream);
        self.enter(key, room, out);
        if let Some((member, room)) = self.seat(key) {
            let (name, room) = (member.name.clone(), room.name.clone());
            out.report(RelayEvent::Moved { member: member.address, name, room });
        }
        Ok(())
    }

    /// Gives a member another name. `false`: it is taken.
    pub(super) fn rename(&mut self, key: usize, name: &str, out: &mut Outputs) -> bool {
        let Some(old) = self.members.get(key).map(|member| member.name.clone()) else { return false };
        if old == name {
            return true;
        }
        if !self.members.names.change(&old, name) {
            return false;
        }
        let Some(member) = self.members.get_mut(key) else { return false };
        name.clone_into(&mut member.name);
        let (room, index, address) = (member.room, member.index, member.address);
        if let Some(room) = self.rooms.get_mut(room) {
            room.rename(index, name, out);
        }
        self.mark_dirty(room);
        out.report(RelayEvent::Renamed { member: address, old, new: name.to_owned() });
        true
    }

    /// The member is at another address now, which it proved.
    pub(super) fn readdress(&mut self, key: usize, to: SocketAddr) {
        if let Some(member) = self.members.get(key)
            && let Some(room) = self.rooms.get_mut(member.room)
        {
            room.readdress(member, to);
        }
        self.members.readdress(key, to);
    }

    fn enter(&mut self, key: usize, room: usize, out: &mut Outputs) {
        let Some(member) = self.members.get_mut(key) else { return };
        member.room = room;
        if let Some(room) = self.rooms.get_mut(room) {
            member.index = room.enter(member, out);
        }
        self.mark_dirty(room);
    }

    fn leave_room(&mut self, key: usize, out: &mut Outputs) {
        let Some(member) = self.members.get(key) else { return };
        let room = member.room;
        if let Some(room) = self.rooms.get_mut(room) {
            room.leave(member, out);
        }
        self.mark_dirty(room);
    }
}

// What is said.
impl RelayDirectory {
    /// A message to all others of the member's room. What plain members get of it, if there are any.
    pub(super) fn say(&mut self, key: usize, number: u32, text: &[u8], out: &mut Outputs) -> Option<&[u8]> {
        let member = self.members.get_mut(key)?;
        member.messages = member.messages.saturating_add(1);
        let room = member.room;
        self.mark_dirty(room);
        self.rooms.get_mut(room)?.say(self.members.get(key)?, number, text, out)
    }

    /// The room has something to send.
    fn mark_dirty(&mut self, room: usize) {
        if let Some(dirty) = self.rooms.get_mut(room).filter(|room| !room.dirty) {
            dirty.dirty = true;
            self.dirty.push(room);
        }
    }

    pub(super) fn flush(&mut self, sink: &mut dyn Sink) {
        for key in self.dirty.drain(..) {
            if let Some(room) = self.rooms.get_mut(key) {
                room.flush(sink);
            }
        }
    }
}
