//! One room: who is in it, and what is on its way to them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::api::Sink;
use super::log::RoomLog;
use super::members::RelayMember;
use super::roster::RoomRoster;
use crate::dialects::relay::frame::BundleEntry;

/// Addresses without gaps, so that they can be handed over as they are.
#[derive(Debug, Default)]
struct AddressList {
    addresses: Vec<SocketAddr>,
    keys: Vec<usize>,
    places: BTreeMap<usize, usize>,
}

impl AddressList {
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
    text: Vec<u8>,
    /// The place of its sender, if that is a plain member.
    skip: Option<usize>,
}

#[derive(Debug)]
pub(super) struct RelayRoom {
    pub(super) name: String,
    pub(super) messages: u64,
    /// Stands in the list of rooms with something to send.
    pub(super) dirty: bool,
    log: RoomLog,
    roster: RoomRoster,
    plain: AddressList,
    framed: AddressList,
    pending: Vec<Pending>,
}

impl RelayRoom {
    pub(super) fn new(name: &str, stream: u32) -> Self {
        Self {
            name: name.to_owned(),
            messages: 0,
            dirty: false,
            log: RoomLog::new(stream),
            roster: RoomRoster::default(),
            plain: AddressList::default(),
            framed: AddressList::default(),
            pending: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.plain.keys.len().saturating_add(self.framed.keys.len())
    }

    pub(super) const fn log(&self) -> &RoomLog {
        &self.log
    }

    pub(super) const fn roster(&self) -> &RoomRoster {
        &self.roster
    }

    /// Takes a member in; its index in this room.
    pub(super) fn enter(&mut self, key: usize, member: &RelayMember, sink: &mut dyn Sink) -> u32 {
        let index = self.roster.enter(member.id, &member.name);
        // The new member does not get what was said before.
        self.flush_plain(sink);
        self.list_of(member.is_framed()).add(key, member.address);
        self.push(&BundleEntry::Joined { index, id: member.id, name: &member.name }, sink);
        index
    }

    pub(super) fn leave(&mut self, key: usize, member: &RelayMember, sink: &mut dyn Sink) {
        // The leaving member still gets what was said before.
        self.flush_plain(sink);
        if member.is_framed() {
            self.log.flush(&self.framed.addresses, sink);
        }
        self.list_of(member.is_framed()).remove(key);
        self.push(&BundleEntry::Left { index: member.index }, sink);
        self.roster.leave(member.index, self.log.newest());
        if self.framed.keys.is_empty() {
            self.roster.forget(u64::MAX);
        }
    }

    pub(super) fn rename(&mut self, index: u32, name: &str, sink: &mut dyn Sink) {
        self.roster.rename(index, name);
        self.push(&BundleEntry::Renamed { index, name }, sink);
    }

    pub(super) fn readdress(&mut self, key: usize, member: &RelayMember, to: SocketAddr) {
        self.list_of(member.is_framed()).readdress(key, to);
    }

    /// A message. What plain members get of it, if there are any.
    pub(super) fn say(
        &mut self,
        key: usize,
        from: &RelayMember,
        number: u32,
        text: &[u8],
        sink: &mut dyn Sink,
    ) -> Option<&[u8]> {
        self.messages = self.messages.saturating_add(1);
        self.push(&BundleEntry::Text { index: from.index, number, text }, sink);
        let skip = self.plain.places.get(&key).copied();
        if self.plain.keys.len() <= usize::from(skip.is_some()) {
            return None;
        }
        let text = [from.name.as_bytes(), b": ", text].concat();
        self.pending.push(Pending { text, skip });
        self.pending.last().map(|message| message.text.as_slice())
    }

    /// Nothing is kept for framed members where there are none.
    fn push(&mut self, entry: &BundleEntry<'_>, sink: &mut dyn Sink) {
        let readers = self.framed.keys.len();
        if readers == 0 {
            return;
        }
        if self.log.wants_flush() {
            self.log.flush(&self.framed.addresses, sink);
        }
        self.log.push(entry, readers);
        self.roster.forget(self.log.first);
    }

    pub(super) fn flush(&mut self, sink: &mut dyn Sink) {
        self.dirty = false;
        self.flush_plain(sink);
        self.log.flush(&self.framed.addresses, sink);
    }

    fn flush_plain(&mut self, sink: &mut dyn Sink) {
        for Pending { text, skip } in self.pending.drain(..) {
            for to in self.plain.others(skip) {
                if !to.is_empty() {
                    sink.send(to, &text, text.len());
                }
            }
        }
    }

    const fn list_of(&mut self, framed: bool) -> &mut AddressList {
        if framed { &mut self.framed } else { &mut self.plain }
    }
}
