//! Becoming a member, moving, another name, and leaving: everything that changes who is where.

use std::net::SocketAddr;
use std::time::Instant;

use super::api::{Leaving, Limit, RelayEvent};
use super::members::{Member, Pace, Speech};
use super::names::{acceptable_room, folded};
use super::room::Person;
use super::rooms::LOBBY;
use super::{Relay, texts};
use crate::dialects::relay::frame::FromRelay;

/// Who wants to become a member, at an address that is proved.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) address: SocketAddr,
    pub(super) id: u64,
    pub(super) name: Option<&'a str>,
    pub(super) room: &'a str,
    pub(super) speech: Speech,
}

impl Relay {
    /// Makes a member, if there is room for one. What the wish cannot have it gets near to.
    pub(super) fn admit(&mut self, now: Instant, wish: Wish<'_>) -> Result<usize, Limit> {
        if self.members.len() >= self.options.members {
            return Err(Limit::Members);
        }
        let room_name = acceptable_room(wish.room).unwrap_or(LOBBY);
        if !self.rooms.is_open(room_name, self.options.rooms) {
            return Err(Limit::Rooms);
        }
        let room = self.open_room(room_name);
        let member = Member {
            address: wish.address,
            id: wish.id,
            name: self.members.names.take_like(wish.name),
            room,
            index: 0,
            speech: wish.speech,
            heard: now,
            due: now.checked_add(self.options.silence).unwrap_or(now),
            messages: 0,
            pace: Pace::default(),
        };
        let framed = member.is_framed();
        let name = member.name.clone();
        let key = self.members.insert(member);
        self.enter(key, room);
        let room = self.rooms.name(room).to_owned();
        self.report(RelayEvent::Joined { member: wish.address, name, room, framed });
        Ok(key)
    }

    /// Ends a membership, and tells the member if it can be told.
    pub(super) fn remove(&mut self, now: Instant, key: usize, why: Leaving) {
        self.leave_room(key);
        let Some(member) = self.members.remove(key) else { return };
        let room = self.rooms.name(member.room).to_owned();
        self.rooms.close_if_empty(member.room);
        match member.speech {
            Speech::Framed { token, window } => {
                self.past.framed_left(now, member.id, token, window);
                if why != Leaving::Unreachable {
                    self.post.outbox.put(member.address, |out| FromRelay::Unknown { token }.encode(out));
                }
            }
            Speech::Plain if why == Leaving::Silent => self.say_silent(now, member.address),
            Speech::Plain => {}
        }
        if why != Leaving::Asked && !member.is_framed() {
            self.past.plain_left(now, member.address, member.name.clone(), room.clone());
        }
        self.report(RelayEvent::Left { member: member.address, name: member.name, room, why });
    }

    fn say_silent(&mut self, now: Instant, address: SocketAddr) {
        let code = (!self.options.open).then(|| self.secret.code(now, address));
        let text = texts::silent(self.options.silence.as_secs(), code);
        self.newcomers.told(now, address);
        self.past.said(now, self.secret.fingerprint(text.as_bytes()));
        self.post.outbox.put(address, |out| out.extend_from_slice(text.as_bytes()));
    }

    /// Moves a member to another room. `Ok(false)`: it is there already.
    pub(super) fn move_to(&mut self, key: usize, name: &str) -> Result<bool, Limit> {
        let Some(old) = self.members.get(key).map(|member| member.room) else { return Ok(false) };
        if self.rooms.find(name) == Some(old) {
            return Ok(false);
        }
        // Its own room may end with this and make place for another.
        let alone = self.rooms.get(old).is_some_and(|room| room.len() == 1 && folded(&room.name) != LOBBY);
        let max = self.options.rooms.saturating_add(usize::from(alone));
        if !self.rooms.is_open(name, max) {
            return Err(Limit::Rooms);
        }
        self.leave_room(key);
        self.rooms.close_if_empty(old);
        let room = self.open_room(name);
        self.enter(key, room);
        if let Some(member) = self.members.get(key) {
            let (address, name) = (member.address, member.name.clone());
            let room = self.rooms.name(room).to_owned();
            self.report(RelayEvent::Moved { member: address, name, room });
        }
        Ok(true)
    }

    /// Gives a member another name. `false`: somebody has it.
    pub(super) fn rename(&mut self, key: usize, name: &str) -> bool {
        let Some(old) = self.members.get(key).map(|member| member.name.clone()) else { return false };
        if old == name {
            return true;
        }
        // Its own name in other case is no obstacle.
        self.members.names.give_back(&old);
        if !self.members.names.take(name) {
            self.members.names.take(&old);
            return false;
        }
        let Some(member) = self.members.get_mut(key) else { return false };
        name.clone_into(&mut member.name);
        let (room, index, address) = (member.room, member.index, member.address);
        if let Some(room) = self.rooms.get_mut(room) {
            room.rename(index, name, &mut self.post);
        }
        self.soil(room);
        self.report(RelayEvent::Renamed { member: address, old, new: name.to_owned() });
        true
    }

    /// The member is at another address now, which it proved.
    pub(super) fn readdress(&mut self, key: usize, to: SocketAddr) {
        if let Some(member) = self.members.get(key)
            && let Some(room) = self.rooms.get_mut(member.room)
        {
            room.readdress(person(key, member), to);
        }
        self.members.readdress(key, to);
    }

    /// The number of a member who brings none, or one that is not theirs.
    pub(super) fn fresh_id(&mut self) -> u64 {
        loop {
            let id = self.secret.draw();
            if self.members.with_id(id).is_none() {
                return id;
            }
        }
    }

    fn open_room(&mut self, name: &str) -> usize {
        let stream = u32::try_from(self.secret.draw() >> 32).unwrap_or_default();
        self.rooms.open(name, stream)
    }

    fn enter(&mut self, key: usize, room: usize) {
        let Some(member) = self.members.get_mut(key) else { return };
        member.room = room;
        if let Some(room) = self.rooms.get_mut(room) {
            member.index = room.enter(person(key, member), &mut self.post);
        }
        self.soil(room);
    }

    fn leave_room(&mut self, key: usize) {
        let Some(member) = self.members.get(key) else { return };
        let room = member.room;
        if let Some(room) = self.rooms.get_mut(room) {
            room.leave(person(key, member), &mut self.post);
        }
        self.soil(room);
    }
}

pub(super) fn person(key: usize, member: &Member) -> Person<'_> {
    Person {
        key,
        address: member.address,
        id: member.id,
        index: member.index,
        name: &member.name,
        framed: member.is_framed(),
    }
}
