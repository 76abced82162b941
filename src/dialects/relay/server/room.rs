//! One room: who is in it, and what is on its way to them.

use std::net::SocketAddr;

use super::api::Sink;
use super::crowd::RoomCrowd;
use super::elsewhere::MembersElsewhere;
use super::members::RelayMember;
use super::moderation::RoomRules;
use super::resend_buffer::ResendBuffer;
use super::roster::RoomRoster;
use crate::dialects::relay::frame::{BundleEntry, Kept, begin_bundle};
use crate::model::room_log::Place;

/// Where there are more members, none of them asks for the last entry after a lull: they are told of it. Members go by a number
/// that is a little higher and may be older (see `LARGE` of the client).
const LARGE: usize = 224;

/// Whose message it is: the index in this room, and the address of a plain member, who does not get it back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speaker<'a> {
    pub(super) index: u32,
    pub(super) name: &'a str,
    pub(super) plain: Option<SocketAddr>,
}

impl<'a> Speaker<'a> {
    pub(super) fn of(member: &'a RelayMember) -> Self {
        let plain = Some(member.address).filter(|_| !member.is_framed());
        Self { index: member.index, name: &member.name, plain }
    }
}

/// A message: its sender's number, where the log has it, and its words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) number: u32,
    pub(super) kept: Option<Kept>,
    pub(super) text: &'a [u8],
}

/// Who gets a text of those who read text.
#[derive(Debug)]
enum Readers {
    /// All but its sender.
    Others(Option<SocketAddr>),
    These(Vec<SocketAddr>),
}

/// A text for plain members.
#[derive(Debug)]
struct Pending {
    readers: Readers,
    text: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct RelayRoom {
    pub(super) name: String,
    pub(super) messages: u64,
    pub(super) buffer: ResendBuffer,
    pub(super) roster: RoomRoster,
    pub(super) elsewhere: MembersElsewhere,
    pub(super) crowd: RoomCrowd,
    /// The newest entry that is known to be sent.
    sent: u64,
    /// Its newest message in the log, which is known once the log has said it.
    pub(super) followed: bool,
    pub(super) last: Option<Place>,
    /// Where its members are, without gaps, so that they can be handed over as they are.
    plain: Vec<SocketAddr>,
    framed: Vec<SocketAddr>,
    pending: Vec<Pending>,
}

impl RelayRoom {
    pub(super) fn new(name: &str, stream: u32) -> Self {
        Self {
            name: name.to_owned(),
            messages: 0,
            buffer: ResendBuffer::new(stream),
            roster: RoomRoster::default(),
            followed: false,
            elsewhere: MembersElsewhere::default(),
            crowd: RoomCrowd::default(),
            sent: 0,
            last: None,
            plain: Vec::new(),
            framed: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// Members at this relay.
    pub(super) const fn len(&self) -> usize {
        self.plain.len().saturating_add(self.framed.len())
    }

    /// Members at all relays.
    pub(super) fn everybody(&self) -> usize {
        [self.len(), self.elsewhere.len()].into_iter().fold(0, usize::saturating_add)
    }

    /// Takes a member in; its index in this room.
    pub(super) fn enter(&mut self, member: &RelayMember, sink: &mut dyn Sink) -> u32 {
        // The new member does not get what was said before.
        self.flush_plain(sink);
        self.list_of(member.is_framed()).push(member.address);
        self.crowd.on_arrival();
        if let Some(index) = self.elsewhere.come(member.id) {
            self.rename_at(index, &member.name, sink);
            return index;
        }
        self.list(member.id, &member.name, sink)
    }

    /// Tells of it where the room is a crowd now, or none any more.
    fn weigh(&mut self, sink: &mut dyn Sink) {
        if let Some(is_crowded) = self.crowd.weigh(self.everybody()) {
            if is_crowded {
                self.buffer.omit_members();
            }
            self.push(&BundleEntry::Crowded(is_crowded), sink);
        }
    }

    /// In the list, at a place that nobody had before.
    fn list(&mut self, id: u64, name: &str, sink: &mut dyn Sink) -> u32 {
        let index = self.roster.enter(id, name);
        if self.crowd.knows(index) {
            self.push(&BundleEntry::Joined { index, id, name }, sink);
        }
        self.weigh(sink);
        index
    }

    fn unlist(&mut self, index: u32, sink: &mut dyn Sink) {
        if self.crowd.knows(index) {
            self.push(&BundleEntry::Left { index }, sink);
            self.roster.leave(index, self.buffer.newest());
            self.crowd.forget(index);
        } else {
            self.roster.remove(index);
        }
        self.weigh(sink);
        if self.framed.is_empty() {
            self.roster.forget(u64::MAX);
        }
    }

    fn rename_at(&mut self, index: u32, name: &str, sink: &mut dyn Sink) {
        if self.roster.rename(index, name) && self.crowd.knows(index) {
            self.push(&BundleEntry::Renamed { index, name }, sink);
        }
    }

    /// A member is at another relay. `is_here`: at this one as well.
    pub(super) fn enter_elsewhere(&mut self, id: u64, name: &str, is_here: bool, sink: &mut dyn Sink) {
        if is_here {
            self.elsewhere.meet(id);
        } else if let Some(index) = self.elsewhere.index_of(id) {
            self.rename_at(index, name, sink);
        } else if self.elsewhere.has_room() {
            let index = self.list(id, name, sink);
            self.elsewhere.go(id, index);
            self.weigh(sink);
        }
    }

    /// A member is at no other relay any more.
    pub(super) fn leave_elsewhere(&mut self, id: u64, sink: &mut dyn Sink) {
        if let Some(index) = self.elsewhere.leave(id) {
            self.unlist(index, sink);
        }
    }

    /// `is_moving`: to another relay, as the same member of the same room.
    pub(super) fn leave(&mut self, member: &RelayMember, is_moving: bool, sink: &mut dyn Sink) {
        // The leaving member still gets what was said before.
        self.flush_plain(sink);
        if member.is_framed() {
            self.buffer.flush(&self.framed, sink);
        }
        self.list_of(member.is_framed()).retain(|address| *address != member.address);
        if self.elsewhere.part(member.id) || is_moving {
            self.elsewhere.go(member.id, member.index);
        } else {
            self.unlist(member.index, sink);
        }
    }

    /// The member has the name that it has now.
    pub(super) fn rename(&mut self, member: &RelayMember, sink: &mut dyn Sink) {
        self.rename_at(member.index, &member.name, sink);
    }

    pub(super) fn readdress(&mut self, member: &RelayMember, to: SocketAddr) {
        let members = self.list_of(member.is_framed());
        if let Some(address) = members.iter_mut().find(|address| **address == member.address) {
            *address = to;
        }
    }

    /// A message. What plain members get of it, if there are any.
    pub(super) fn say(
        &mut self,
        speaker: Speaker<'_>,
        said: &Said<'_>,
        sink: &mut dyn Sink,
    ) -> Option<&[u8]> {
        let Said { number, kept, text } = *said;
        self.messages = self.messages.saturating_add(1);
        self.last = kept.map_or(self.last, |kept| Some(kept.place));
        if let Some(id) = self.roster.id_of(speaker.index).filter(|_| self.crowd.introduce(speaker.index)) {
            self.push(&BundleEntry::Joined { index: speaker.index, id, name: speaker.name }, sink);
        }
        self.push(&BundleEntry::Text { index: speaker.index, number, kept, text }, sink);
        if self.plain.len() <= usize::from(speaker.plain.is_some()) {
            return None;
        }
        let text = [speaker.name.as_bytes(), b": ", text].concat();
        self.pending.push(Pending { readers: Readers::Others(speaker.plain), text });
        self.pending.last().map(|message| message.text.as_slice())
    }

    /// A message was removed, which is told at a place of its own.
    pub(super) fn remove(&mut self, message: Place, kept: Kept, sink: &mut dyn Sink) {
        self.last = Some(kept.place);
        self.buffer.erase(message);
        self.push(&BundleEntry::Removed { kept, message }, sink);
    }

    pub(super) fn tell_rules(&mut self, rules: &RoomRules, sink: &mut dyn Sink) {
        self.push(&BundleEntry::Rules(rules.framed()), sink);
    }

    /// A text of the relay to some of the plain members, between the messages.
    pub(super) fn tell_plain(&mut self, readers: Vec<SocketAddr>, text: String) {
        if !text.is_empty() {
            self.pending.push(Pending { readers: Readers::These(readers), text: text.into_bytes() });
        }
    }

    /// The index of somebody who is not a member here: the one it has at another relay, with the name under which it has
    /// written; else the one it had, if that is still known, or one of its own.
    pub(super) fn index_of(&mut self, id: u64, name: &str, sink: &mut dyn Sink) -> u32 {
        if let Some(index) = self.elsewhere.index_of(id) {
            self.rename_at(index, name, sink);
            return index;
        }
        self.roster.find(id).unwrap_or_else(|| {
            let index = self.roster.enter(id, name);
            // The entry that is to come has the next number.
            self.roster.leave(index, self.buffer.newest().saturating_add(1));
            index
        })
    }

    /// Nothing is kept for framed members where there are none.
    fn push(&mut self, entry: &BundleEntry<'_>, sink: &mut dyn Sink) {
        let readers = self.framed.len();
        if readers == 0 {
            return;
        }
        if self.buffer.wants_flush(readers) {
            self.buffer.flush(&self.framed, sink);
        }
        self.buffer.push(entry, readers);
        self.roster.forget(self.buffer.first);
    }

    pub(super) fn flush(&mut self, sink: &mut dyn Sink) {
        self.flush_plain(sink);
        self.buffer.flush(&self.framed, sink);
    }

    /// Whether entries were sent since this was asked, in a room that is told when they end.
    pub(super) fn has_news(&mut self) -> bool {
        let before = std::mem::replace(&mut self.sent, self.buffer.newest());
        before != self.sent && self.everybody() > LARGE
    }

    /// Says that there is nothing behind the newest entry: whoever does not have that has missed it.
    pub(super) fn mark_lull(&self, sink: &mut dyn Sink) {
        let mut empty = Vec::new();
        begin_bundle(&mut empty, self.buffer.id, self.buffer.newest().saturating_add(1));
        if !self.framed.is_empty() {
            sink.send(&self.framed, &empty, empty.len());
        }
    }

    fn flush_plain(&mut self, sink: &mut dyn Sink) {
        for Pending { readers, text } in self.pending.drain(..) {
            let (from, plain) = match &readers {
                Readers::Others(from) => (*from, &self.plain),
                Readers::These(these) => (None, these),
            };
            let others = plain.split(|address| Some(*address) == from);
            for to in others.filter(|to| !to.is_empty()) {
                sink.send(to, &text, text.len());
            }
        }
    }

    const fn list_of(&mut self, framed: bool) -> &mut Vec<SocketAddr> {
        if framed { &mut self.framed } else { &mut self.plain }
    }
}
