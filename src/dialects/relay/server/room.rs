//! One room: who is in it, and what is on its way to them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::api::Sink;
use super::outbox::Outbox;
use super::roster::Roster;
use super::stream::{Scratch, Stream};
use crate::dialects::relay::frame::BundleEntry;

/// Memory of one room kept from one flush to the next.
const MAX_KEPT: usize = 128 * 1_024;

/// Addresses without gaps, so that they can be handed over as they are.
#[derive(Debug, Default)]
struct Crowd {
    addresses: Vec<SocketAddr>,
    keys: Vec<usize>,
    places: BTreeMap<usize, usize>,
}

impl Crowd {
    fn add(&mut self, key: usize, address: SocketAddr) {
        self.places.insert(key, self.keys.len());
        self.keys.push(key);
        self.addresses.push(address);
    }

    /// The last one takes the place that becomes free.
    fn remove(&mut self, key: usize) {
        let Some(place) = self.places.remove(&key) else { return };
        if place < self.keys.len() && place < self.addresses.len() {
            self.keys.swap_remove(place);
            self.addresses.swap_remove(place);
        }
        if let Some(moved) = self.keys.get(place) {
            self.places.insert(*moved, place);
        }
    }

    fn readdress(&mut self, key: usize, to: SocketAddr) {
        let place = self.places.get(&key);
        if let Some(address) = place.and_then(|place| self.addresses.get_mut(*place)) {
            *address = to;
        }
    }

    /// All but the one at `skip`.
    fn others(&self, skip: Option<usize>) -> [&[SocketAddr]; 2] {
        let all = self.addresses.as_slice();
        let Some(skip) = skip else { return [all, &[]] };
        let before = all.get(..skip).unwrap_or_default();
        [before, all.get(skip.saturating_add(1)..).unwrap_or_default()]
    }
}

/// A message for the plain members.
#[derive(Debug)]
struct Pending {
    /// Where it ends in the text; it begins where the one before ends.
    end: usize,
    /// The place of its sender, if that is a plain member.
    skip: Option<usize>,
}

/// Who enters, leaves or speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person<'a> {
    pub(super) key: usize,
    pub(super) address: SocketAddr,
    pub(super) id: u64,
    pub(super) index: u32,
    pub(super) name: &'a str,
    pub(super) framed: bool,
}

/// What goes out beside what the rooms hold themselves, and the buffers for making it.
#[derive(Debug, Default)]
pub(super) struct Post {
    pub(super) outbox: Outbox,
    pub(super) scratch: Scratch,
}

#[derive(Debug)]
pub(super) struct Room {
    pub(super) name: String,
    pub(super) messages: u64,
    /// Stands in the list of rooms with something to send.
    pub(super) dirty: bool,
    stream: Stream,
    roster: Roster,
    plain: Crowd,
    framed: Crowd,
    text: Vec<u8>,
    pending: Vec<Pending>,
}

impl Room {
    pub(super) fn new(name: &str, stream: u32) -> Self {
        Self {
            name: name.to_owned(),
            messages: 0,
            dirty: false,
            stream: Stream::new(stream),
            roster: Roster::default(),
            plain: Crowd::default(),
            framed: Crowd::default(),
            text: Vec::new(),
            pending: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.plain.keys.len().saturating_add(self.framed.keys.len())
    }

    pub(super) const fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(super) const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Somebody enters; its index in this room.
    pub(super) fn enter(&mut self, person: Person<'_>, post: &mut Post) -> u32 {
        let index = self.roster.enter(person.id, person.name);
        // What was said before is not for who comes now.
        self.let_go(post);
        self.crowd(person.framed).add(person.key, person.address);
        self.push(&BundleEntry::Joined { index, id: person.id, name: person.name }, post);
        index
    }

    pub(super) fn leave(&mut self, person: Person<'_>, post: &mut Post) {
        // What was said before is still for who goes now.
        self.let_go(post);
        if person.framed {
            self.stream.flush(&self.framed.addresses, &mut post.scratch, &mut post.outbox);
        }
        self.crowd(person.framed).remove(person.key);
        self.push(&BundleEntry::Left { index: person.index }, post);
        self.roster.leave(person.index, self.stream.newest());
        if self.framed.keys.is_empty() {
            self.roster.forget(u64::MAX);
        }
    }

    pub(super) fn rename(&mut self, index: u32, name: &str, post: &mut Post) {
        self.roster.rename(index, name);
        self.push(&BundleEntry::Renamed { index, name }, post);
    }

    pub(super) fn readdress(&mut self, person: Person<'_>, to: SocketAddr) {
        self.crowd(person.framed).readdress(person.key, to);
    }

    /// A message. What plain members get of it, if there are any.
    pub(super) fn say(
        &mut self,
        from: Person<'_>,
        number: u32,
        text: &[u8],
        post: &mut Post,
    ) -> Option<&[u8]> {
        self.messages = self.messages.saturating_add(1);
        self.push(&BundleEntry::Text { index: from.index, number, text }, post);
        let skip = self.plain.places.get(&from.key).copied();
        if self.plain.keys.len() <= usize::from(skip.is_some()) {
            return None;
        }
        let start = self.text.len();
        self.text.extend_from_slice(from.name.as_bytes());
        self.text.extend_from_slice(b": ");
        self.text.extend_from_slice(text);
        self.pending.push(Pending { end: self.text.len(), skip });
        self.text.get(start..)
    }

    /// Nothing is kept for framed members where there are none.
    fn push(&mut self, entry: &BundleEntry<'_>, post: &mut Post) {
        let readers = self.framed.keys.len();
        if readers == 0 {
            return;
        }
        if self.stream.wants_flush() {
            self.stream.flush(&self.framed.addresses, &mut post.scratch, &mut post.outbox);
        }
        self.stream.push(entry, readers, &mut post.scratch);
        self.roster.forget(self.stream.first());
    }

    /// Sends what waits to those who are in the room now, because that changes.
    fn let_go(&mut self, post: &mut Post) {
        if !self.pending.is_empty() {
            self.flush_plain(&mut post.outbox);
        }
    }

    pub(super) fn flush(&mut self, scratch: &mut Scratch, sink: &mut dyn Sink) {
        self.dirty = false;
        self.flush_plain(sink);
        self.stream.flush(&self.framed.addresses, scratch, sink);
    }

    fn flush_plain(&mut self, sink: &mut dyn Sink) {
        let mut start = 0;
        for message in self.pending.drain(..) {
            let bytes = self.text.get(start..message.end).unwrap_or_default();
            start = message.end;
            for to in self.plain.others(message.skip) {
                if !to.is_empty() {
                    sink.send(to, bytes, bytes.len());
                }
            }
        }
        self.text.clear();
        self.text.shrink_to(MAX_KEPT);
    }

    const fn crowd(&mut self, framed: bool) -> &mut Crowd {
        if framed { &mut self.framed } else { &mut self.plain }
    }
}
