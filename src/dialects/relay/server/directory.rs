//! The directory of members and rooms, and everything that changes it. What rooms are told of that goes out with the next
//! flush.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use super::api::{MemberView, RelayEvent, RelayLimit, RelayOptions, Sink};
use super::members::{JoinRequest, Members, RelayMember};
use super::moderation::RoomRules;
use super::names::{acceptable_room, folded};
use super::outputs::Outputs;
use super::phrasebook::LanguageId;
use super::room::{RelayRoom, Said, Speaker};
use super::rooms::{LOBBY, RelayRooms};
use crate::dialects::relay::frame::Kept;
use crate::model::room_log::{LogRecord, MemberPresence, Place, PlacedRecord};

/// What waits to be told to other relays: far more than may happen before it is.
const MAX_UNTOLD: usize = 65_536;

#[derive(Debug)]
pub(super) struct RelayDirectory {
    members: Members,
    rooms: RelayRooms,
    /// Where other relays are to know of it: by rooms and members the latest that was not told yet.
    presence: Option<BTreeMap<(String, u64), Option<String>>>,
}

// Who is there.
impl RelayDirectory {
    pub(super) fn new(options: &RelayOptions) -> Self {
        Self {
            members: Members::new(options),
            rooms: RelayRooms::new(options.rooms),
            presence: options.is_shared.then(BTreeMap::new),
        }
    }

    pub(super) const fn members(&self) -> &Members {
        &self.members
    }

    /// For what is about names only: rooms know of every other change.
    pub(super) const fn members_mut(&mut self) -> &mut Members {
        &mut self.members
    }

    pub(super) const fn rooms(&self) -> &RelayRooms {
        &self.rooms
    }

    pub(super) fn member_mut(&mut self, id: u64) -> Option<&mut RelayMember> {
        self.members.get_mut(id)
    }

    /// A member and its room.
    pub(super) fn seat(&self, id: u64) -> Option<(&RelayMember, &RelayRoom)> {
        let member = self.members.get(id)?;
        Some((member, self.rooms.of(member)?))
    }

    pub(super) fn room_size(&self, id: u64) -> usize {
        self.seat(id).map_or(0, |(_, room)| room.len())
    }

    /// By room, then name; `limit` at most.
    pub(super) fn views(&self, limit: usize) -> Vec<MemberView> {
        let seated = |member| Some((self.rooms.of(member)?.name.as_str(), member));
        let mut all: Vec<(&str, &RelayMember)> = self.members.iter().filter_map(seated).collect();
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

    pub(super) fn heard_at(&mut self, now: Instant, address: SocketAddr) {
        self.members.heard_at(now, address);
    }

    pub(super) fn silent(&mut self, now: Instant) -> Vec<u64> {
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
    ) -> Result<(), RelayLimit> {
        let (id, room, stream) = (request.id, request.room, request.stream);
        self.register(now, request)?;
        self.place(id, room, stream, out)
    }

    /// Makes a member that is in no room yet; which form of the wanted name it has.
    pub(super) fn register(&mut self, now: Instant, request: JoinRequest<'_>) -> Result<u32, RelayLimit> {
        if self.members.is_full() {
            return Err(RelayLimit::Members);
        }
        if !self.rooms.is_open(acceptable_room(request.room).unwrap_or(LOBBY), None) {
            return Err(RelayLimit::Rooms);
        }
        Ok(self.members.insert(now, request))
    }

    /// Takes a member that is in no room yet into one. `stream` is that of a room that begins with it.
    pub(super) fn place(
        &mut self,
        id: u64,
        room: &str,
        stream: u32,
        out: &mut Outputs,
    ) -> Result<(), RelayLimit> {
        let room = acceptable_room(room).unwrap_or(LOBBY);
        if !self.rooms.is_open(room, None) {
            return Err(RelayLimit::Rooms);
        }
        self.enter(id, room, stream, out);
        if let Some((member, room)) = self.seat(id) {
            let (name, room, framed) = (member.name.clone(), room.name.clone(), member.is_framed());
            out.report(RelayEvent::Joined { member: member.address, name, room, framed });
        }
        Ok(())
    }

    /// Ends a membership: the member, and the name of its room. `is_moving`: it is the same at another relay.
    pub(super) fn remove(
        &mut self,
        id: u64,
        is_moving: bool,
        out: &mut Outputs,
    ) -> Option<(RelayMember, String)> {
        let member = self.members.remove(id)?;
        note(&mut self.presence, &member, false);
        let room = self.rooms.leave(&member, is_moving, out);
        Some((member, room))
    }

    /// Moves a member to another room, unless it is there already. `stream` is that of a room that begins with it.
    pub(super) fn move_to(
        &mut self,
        id: u64,
        name: &str,
        stream: u32,
        out: &mut Outputs,
    ) -> Result<(), RelayLimit> {
        let Some(member) = self.members.get(id).filter(|member| member.room != folded(name)) else {
            return Ok(());
        };
        if !self.rooms.is_open(name, Some(member)) {
            return Err(RelayLimit::Rooms);
        }
        note(&mut self.presence, member, false);
        self.rooms.leave(member, false, out);
        self.enter(id, name, stream, out);
        if let Some((member, room)) = self.seat(id) {
            let (name, room) = (member.name.clone(), room.name.clone());
            out.report(RelayEvent::Moved { member: member.address, name, room });
        }
        Ok(())
    }

    /// Gives a member another name. `false`: it is taken.
    pub(super) fn rename(&mut self, id: u64, name: &str, out: &mut Outputs) -> bool {
        let Some(old) = self.members.rename(id, name) else { return false };
        self.renamed(id, old, name, out);
        true
    }

    /// Gives a member the name that was kept for it: the one it had.
    pub(super) fn rename_reserved(&mut self, id: u64, name: &str, out: &mut Outputs) -> Option<String> {
        let old = self.members.rename_reserved(id, name)?;
        self.renamed(id, old.clone(), name, out);
        Some(old)
    }

    fn renamed(&mut self, id: u64, old: String, name: &str, out: &mut Outputs) {
        if old != name
            && let Some(member) = self.members.get(id)
            && let Some(room) = self.rooms.of_mut(member)
        {
            room.rename(member, out);
            note(&mut self.presence, member, true);
            out.report(RelayEvent::Renamed { member: member.address, old, new: name.to_owned() });
        }
    }

    /// The member is at another address now, which it proved.
    pub(super) fn readdress(&mut self, id: u64, to: SocketAddr) {
        if let Some(member) = self.members.get(id)
            && let Some(room) = self.rooms.of_mut(member)
        {
            room.readdress(member, to);
        }
        self.members.readdress(id, to);
    }

    fn enter(&mut self, id: u64, room: &str, stream: u32, out: &mut Outputs) {
        if let Some(member) = self.members.get_mut(id) {
            self.rooms.enter(room, stream, member, out);
            note(&mut self.presence, member, true);
        }
    }

    /// What other relays are to know of the members here.
    pub(super) fn take_presence(&mut self) -> Option<MemberPresence<'static>> {
        let ((room, id), name) = self.presence.as_mut()?.pop_first()?;
        Some(MemberPresence { room: Cow::Owned(room), id, name: name.map(Cow::Owned) })
    }

    /// What another relay says of its members.
    pub(super) fn learn(&mut self, presence: &MemberPresence<'_>, out: &mut Outputs) {
        let MemberPresence { room: folded, id, name } = presence;
        let is_here = self.members.get(*id).is_some_and(|member| member.room == *folded);
        match (self.rooms.get_mut(folded), name) {
            (Some(room), Some(name)) => room.enter_elsewhere(*id, name, is_here, out),
            (Some(room), None) => room.leave_elsewhere(*id, out),
            (None, _) => {}
        }
    }
}

/// A member is in its room, or not any more.
fn note(
    presence: &mut Option<BTreeMap<(String, u64), Option<String>>>,
    member: &RelayMember,
    is_there: bool,
) {
    let Some(presence) = presence.as_mut().filter(|_| !member.room.is_empty()) else { return };
    let seat = (member.room.clone(), member.id);
    if presence.len() < MAX_UNTOLD || presence.contains_key(&seat) {
        presence.insert(seat, is_there.then(|| member.name.clone()));
    }
}

// What is said.
impl RelayDirectory {
    /// A message to all others of the member's room. What plain members get of it, if there are any.
    pub(super) fn say(&mut self, id: u64, said: &Said<'_>, out: &mut Outputs) -> Option<&[u8]> {
        let member = self.members.get_mut(id)?;
        member.messages = member.messages.saturating_add(1);
        self.rooms.of_mut(member)?.say(Speaker::of(member), said, out)
    }

    /// The same out of the log, whose sender may be gone, or elsewhere, by now.
    pub(super) fn publish(
        &mut self,
        folded: &str,
        placed: &PlacedRecord<'_>,
        out: &mut Outputs,
    ) -> Option<&[u8]> {
        let PlacedRecord { place, record: LogRecord { at, kind: _, id, number, ref name, ref body } } =
            *placed;
        let said = Said { number, kept: Some(Kept { place, at }), text: body };
        if self.members.get(id).is_some_and(|member| member.room == folded) {
            return self.say(id, &said, out);
        }
        let room = self.rooms.get_mut(folded)?;
        let index = room.index_of(id, name, out);
        room.say(Speaker { index, name, plain: None }, &said, out)
    }

    /// The log has told which message of a room is the newest.
    pub(super) fn following(&mut self, folded: &str, last: Option<Place>) {
        if let Some(room) = self.rooms.get_mut(folded) {
            (room.followed, room.last) = (true, last);
        }
    }

    /// How a room is run from now on, and what plain members are told of it in each language.
    pub(super) fn tell_rules(
        &mut self,
        folded: &str,
        rules: &RoomRules,
        told: impl Fn(LanguageId) -> String,
        out: &mut Outputs,
    ) {
        let Some(room) = self.rooms.get_mut(folded) else { return };
        room.tell_rules(rules, out);
        self.tell_plain(folded, told);
    }

    /// A message of the log was removed, and what plain members are told of it in each language.
    pub(super) fn tell_removal(
        &mut self,
        folded: &str,
        message: Place,
        kept: Kept,
        told: impl Fn(LanguageId) -> String,
        out: &mut Outputs,
    ) {
        let Some(room) = self.rooms.get_mut(folded) else { return };
        room.remove(message, kept, out);
        self.tell_plain(folded, told);
    }

    fn tell_plain(&mut self, folded: &str, told: impl Fn(LanguageId) -> String) {
        let Some(room) = self.rooms.get_mut(folded) else { return };
        let mut readers: BTreeMap<LanguageId, Vec<SocketAddr>> = BTreeMap::new();
        for member in self.members.iter().filter(|member| member.room == folded && !member.is_framed()) {
            readers.entry(member.language()).or_default().push(member.address);
        }
        for (language, readers) in readers {
            room.tell_plain(readers, told(language));
        }
    }

    pub(super) fn flush(&mut self, now: Instant, sink: &mut dyn Sink) {
        self.rooms.flush(now, sink);
    }

    pub(super) fn mark_lulls(&mut self, now: Instant, sink: &mut dyn Sink) {
        self.rooms.mark_lulls(now, sink);
    }
}
