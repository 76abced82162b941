//! One room: who is in it, and what is on its way to them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::api::Sink;
use super::log::{RoomLog, Scratch};
use super::members::RelayMember;
use super::outputs::Outputs;
use super::roster::RoomRoster;
use crate::dialects::relay::frame::BundleEntry;

/// Memory of one room kept from one flush to the next.
const MAX_KEPT: usize = 128 * 1_024;

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
    /// Where it ends in the text; it begins where the one before ends.
    end: usize,
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
    text: Vec<u8>,
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
            text: Vec::new(),
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
    pub(super) fn enter(&mut self, key: usize, member: &RelayMember, out: &mut Outputs) -> u32 {
        let index = self.roster.enter(member.id, &member.name);
        // The new member does not get what was said before.
        self.let_go(out);
        self.list_of(member.is_framed()).add(key, member.address);
        self.push(&BundleEntry::Joined { index, id: member.id, name: &member.name }, out);
        index
    }

    pub(super) fn leave(&mut self, key: usize, member: &RelayMember, out: &mut Outputs) {
        // The leaving member still gets what was said before.
        self.let_go(out);
        if member.is_framed() {
            self.log.flush(&self.framed.addresses, &mut out.scratch, &mut out.queue);
        }
        self.list_of(member.is_framed()).remove(key);
        self.push(&BundleEntry::Left { index: member.index }, out);
        self.roster.leave(member.index, self.log.newest());
        if self.framed.keys.is_empty() {
            self.roster.forget(u64::MAX);
        }
    }

    pub(super) fn rename(&mut self, index: u32, name: &str, out: &mut Outputs) {
        self.roster.rename(index, name);
        self.push(&BundleEntry::Renamed { index, name }, out);
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
        out: &mut Outputs,
    ) -> Option<&[u8]> {
        self.messages = self.messages.saturating_add(1);
        self.push(&BundleEntry::Text { index: from.index, number, text }, out);
        let skip = self.plain.places.get(&key).copied();
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
    fn push(&mut self, entry: &BundleEntry<'_>, out: &mut Outputs) {
        let readers = self.framed.keys.len();
        if readers == 0 {
            return;
        }
        if self.log.wants_flush() {
            self.log.flush(&self.framed.addresses, &mut out.scratch, &mut out.queue);
        }
        self.log.push(entry, readers, &mut out.scratch);
        self.roster.forget(self.log.first());
    }

    /// Sends what waits to those who are in the room now, because that changes.
    fn let_go(&mut self, out: &mut Outputs) {
        if !self.pending.is_empty() {
            self.flush_plain(&mut out.queue);
        }
    }

    pub(super) fn flush(&mut self, scratch: &mut Scratch, sink: &mut dyn Sink) {
        self.dirty = false;
        self.flush_plain(sink);
        self.log.flush(&self.framed.addresses, scratch, sink);
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

    const fn list_of(&mut self, framed: bool) -> &mut AddressList {
        if framed { &mut self.framed } else { &mut self.plain }
    }
}
