//! The relay as a state machine: rooms, members, proofs, limits. No socket, no clock, no chance of its own.
//!
//! The caller hands in datagrams, then takes what is to be sent with [`Relay::flush`]: after each, or after all that
//! were waiting, which is when messages share datagrams.
//!
//! ```text
//! a datagram → is it from a member? ─ no ─→ strangers: proof, challenge, cookie → joining
//!                    │ yes
//!                    ├─ plain: commands ─┐
//!                    └─ framed: frames ──┴→ speaking: limits → room: plain text and stream → flush
//! ```

mod api;
mod framed;
mod joining;
mod limits;
mod members;
mod names;
mod newcomers;
mod outbox;
mod past;
mod plain;
mod proof;
mod room;
mod rooms;
mod roster;
mod slab;
mod speaking;
mod strangers;
mod stream;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use super::frame::{FromRelay, is_frame};
use crate::model::Now;
use crate::wire::endpoint::is_nobody;

pub use api::{Counters, Leaving, Limit, MemberView, RelayEvent, RelayOptions, RoomView, Sink};
pub use limits::{BANDWIDTH, BYTES_PER_SECOND, MAX_MEMBERS, MAX_ROOMS, MESSAGES_PER_SECOND, SILENCE};

pub(super) use names::{acceptable, acceptable_room};

use limits::{Bucket, MAX_EVENTS};
use members::Members;
use newcomers::Newcomers;
use outbox::Counted;
use past::Past;
use proof::Secret;
use room::Post;
use rooms::Rooms;

/// The relay.
#[derive(Debug)]
pub struct Relay {
    options: RelayOptions,
    counters: Counters,
    secret: Secret,
    members: Members,
    rooms: Rooms,
    newcomers: Newcomers,
    past: Past,
    /// What all members together are sent.
    total: Bucket,
    post: Post,
    /// Keys of rooms with something to send.
    dirty: Vec<usize>,
    events: VecDeque<RelayEvent>,
    closed: bool,
}

impl Relay {
    /// All chance comes from `seed`, which nobody may know: proofs stand on it.
    pub fn new(now: Now, seed: [u8; 16], options: RelayOptions) -> Self {
        Self {
            counters: Counters::default(),
            secret: Secret::new(now.mono, &seed),
            members: Members::new(options.silence),
            rooms: Rooms::default(),
            newcomers: Newcomers::default(),
            past: Past::default(),
            total: Bucket::default(),
            post: Post::default(),
            dirty: Vec::new(),
            events: VecDeque::new(),
            closed: false,
            options,
        }
    }

    /// One datagram. IPv4-mapped sources are plain IPv4 already.
    pub fn handle(&mut self, now: Now, from: SocketAddr, bytes: &[u8]) {
        let now = now.mono;
        count(&mut self.counters.datagrams_in, 1);
        count(&mut self.counters.bytes_in, bytes.len());
        if self.closed {
            return;
        }
        if is_nobody(from) {
            return count(&mut self.counters.malformed, 1);
        }
        let member = self.members.at(from);
        if is_frame(bytes) {
            self.frame(now, from, member, bytes);
        } else {
            let plain = member.filter(|key| self.members.get(*key).is_some_and(|member| !member.is_framed()));
            match plain {
                Some(key) => self.plain(now, key, bytes),
                None => self.stranger(now, from, bytes),
            }
        }
    }

    /// ICMP: nobody listens there.
    pub fn unreachable(&mut self, now: Now, to: SocketAddr) {
        if let Some(key) = self.members.at(to) {
            self.remove(now.mono, key, Leaving::Unreachable);
        }
    }

    /// When [`Relay::tick`] is wanted. It may have moved to later by then.
    pub fn deadline(&self) -> Option<Instant> {
        self.members.deadline().filter(|_| !self.closed)
    }

    pub fn tick(&mut self, now: Now) {
        while let Some(key) = self.members.silent(now.mono) {
            self.remove(now.mono, key, Leaving::Silent);
        }
    }

    /// Tells every member that the relay ends. Whatever comes afterwards is not heard; `flush` still has to be called.
    pub fn close(&mut self, _now: Now) {
        for key in std::mem::take(&mut self.dirty) {
            if let Some(room) = self.rooms.get_mut(key) {
                room.flush(&mut self.post.scratch, &mut self.post.outbox);
            }
        }
        for (_, member) in self.members.iter() {
            let token = member.token();
            self.post.outbox.put(member.address, |out| {
                if member.is_framed() {
                    FromRelay::Closing { token }.encode(out);
                } else {
                    out.extend_from_slice(texts::CLOSING.as_bytes());
                }
            });
        }
        self.closed = true;
    }

    /// Everything that is to be sent since the last call.
    pub fn flush(&mut self, sink: &mut dyn Sink) {
        let mut sink = Counted { sink, counters: &mut self.counters };
        self.post.outbox.empty_into(&mut sink);
        for key in self.dirty.drain(..) {
            if let Some(room) = self.rooms.get_mut(key) {
                room.flush(&mut self.post.scratch, &mut sink);
            }
        }
    }

    pub fn take_event(&mut self) -> Option<RelayEvent> {
        self.events.pop_front()
    }

    pub const fn options(&self) -> &RelayOptions {
        &self.options
    }

    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// By name.
    pub fn rooms(&self) -> Vec<RoomView> {
        self.rooms.views()
    }

    /// By room, then name; `limit` at most.
    pub fn members(&self, limit: usize) -> Vec<MemberView> {
        let mut all: Vec<(&str, &members::Member)> =
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

    fn report(&mut self, event: RelayEvent) {
        if self.events.len() < MAX_EVENTS {
            self.events.push_back(event);
        }
    }

    /// A text for one plain member.
    fn tell(&mut self, now: Instant, key: usize, text: &str) {
        if let Some(member) = self.members.get(key).filter(|_| !text.is_empty()) {
            self.past.said(now, self.secret.fingerprint(text.as_bytes()));
            self.post.outbox.put(member.address, |out| out.extend_from_slice(text.as_bytes()));
        }
    }

    /// A frame for one framed member.
    fn send(&mut self, key: usize, frame: &FromRelay<'_>) {
        if let Some(member) = self.members.get(key) {
            self.post.outbox.put(member.address, |out| frame.encode(out));
        }
    }

    /// The room has something to send.
    fn soil(&mut self, room: usize) {
        if let Some(dirty) = self.rooms.get_mut(room).filter(|room| !room.dirty) {
            dirty.dirty = true;
            self.dirty.push(room);
        }
    }
}

/// Adds to a counter, which stops at its end rather than begin anew.
fn count(counter: &mut u64, more: impl TryInto<u64>) {
    *counter = counter.saturating_add(more.try_into().unwrap_or_default());
}
