//! The relay as a state machine: rooms, members, proofs, limits. No socket, no clock, no chance of its own.
//!
//! The caller hands in datagrams, then takes what is to be sent with [`Relay::flush`]: after each, or after all that
//! were waiting, which is when messages share datagrams.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::model::Now;

/// What the person who runs the relay can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayOptions {
    /// Whoever writes is a member: no proof that the address is real.
    pub open: bool,
    pub members: usize,
    pub rooms: usize,
    /// Messages a second of one member.
    pub rate: u32,
    /// Bytes a second of one member.
    pub bytes: u32,
    /// Bytes a second to all members together.
    pub bandwidth: u64,
    /// Silence after which a member is no member any more.
    pub silence: Duration,
}

/// Where datagrams go.
pub trait Sink {
    /// Sends `bytes` to each of `to`, cut into datagrams of `segment` bytes; the last may be shorter.
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize);
}

/// Something worth a line of the log. Names are escaped by whoever prints them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayEvent {
    Joined {
        member: SocketAddr,
        name: String,
        room: String,
        framed: bool,
    },
    Moved {
        member: SocketAddr,
        name: String,
        room: String,
    },
    Renamed {
        member: SocketAddr,
        old: String,
        new: String,
    },
    Left {
        member: SocketAddr,
        name: String,
        room: String,
        why: Leaving,
    },
    /// A limit was met; at most one a second for each member.
    Limited {
        member: SocketAddr,
        limit: Limit,
    },
}

/// Why somebody is no member any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    Asked,
    Silent,
    Unreachable,
}

/// Which limit was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Members,
    Rooms,
    Rate,
    Bytes,
    Bandwidth,
    TooLong,
}

/// Everything that can be counted, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub datagrams_in: u64,
    pub bytes_in: u64,
    pub datagrams_out: u64,
    pub bytes_out: u64,
    /// Messages taken from members.
    pub messages: u64,
    /// Messages times the members they went to.
    pub deliveries: u64,
    pub challenges: u64,
    pub proofs: u64,
    pub wrong_proofs: u64,
    pub repeated: u64,
    pub resent: u64,
    pub limited: u64,
    pub malformed: u64,
}

/// One room as it is now, for the page and the metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomView {
    pub name: String,
    pub members: usize,
    /// Messages since the start.
    pub messages: u64,
}

/// One member as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    pub name: String,
    pub room: String,
    pub address: SocketAddr,
    pub framed: bool,
    pub messages: u64,
    pub heard: Instant,
}

/// The relay.
#[derive(Debug)]
pub struct Relay {
    options: RelayOptions,
    counters: Counters,
}

impl Relay {
    /// All chance comes from `seed`, which nobody may know: proofs stand on it.
    pub fn new(_now: Now, _seed: [u8; 16], options: RelayOptions) -> Self {
        Self { options, counters: Counters::default() }
    }

    /// One datagram.
    pub fn handle(&mut self, _now: Now, _from: SocketAddr, _bytes: &[u8]) {}

    /// ICMP: nobody listens there.
    pub fn unreachable(&mut self, _now: Now, _to: SocketAddr) {}

    /// When [`Relay::tick`] is wanted.
    pub fn deadline(&self) -> Option<Instant> {
        None
    }

    pub fn tick(&mut self, _now: Now) {}

    /// Tells every member that the relay ends.
    pub fn close(&mut self, _now: Now) {}

    /// Everything that is to be sent since the last call.
    pub fn flush(&mut self, _sink: &mut dyn Sink) {}

    pub fn take_event(&mut self) -> Option<RelayEvent> {
        None
    }

    pub const fn options(&self) -> &RelayOptions {
        &self.options
    }

    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// By name.
    pub fn rooms(&self) -> Vec<RoomView> {
        Vec::new()
    }

    /// By room, then name; `limit` at most.
    pub fn members(&self, _limit: usize) -> Vec<MemberView> {
        Vec::new()
    }
}
