//! What a caller of the relay sees beside the relay itself: its options, its events, its figures.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::operator::Operator;
use super::phrasebook::Phrasebooks;
use crate::model::Phrase;
use crate::model::room_log::{DownCause, LogEpoch};

/// Members of all rooms: with what one may cost (64 KiB) still a small program.
pub const MAX_MEMBERS: usize = 4_096;
/// A room costs a ring; nobody follows more of them than this.
pub const MAX_ROOMS: usize = 256;
/// Faster than anybody types, slow enough that one member drowns no room.
pub const MESSAGES_PER_SECOND: u32 = 20;
/// One message of the greatest length a second.
pub const BYTES_PER_SECOND: u32 = 64 * 1_024;
/// Half of what a network of 1 Gbit/s carries.
pub const BANDWIDTH: u64 = 64 * 1_024 * 1_024;
/// What keeps a plain member is only its own writing; a minute is also what NATs keep a path open for.
pub const SILENCE: Duration = Duration::from_mins(1);

/// What the person who runs the relay can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayOptions {
    /// Every address that writes becomes a member, without a proof that it is real.
    pub open: bool,
    pub members: usize,
    /// Beside the lobby.
    pub rooms: usize,
    /// Messages a second of one member.
    pub rate: u32,
    /// Bytes a second of one member.
    pub bytes: u32,
    /// Bytes a second to all members together.
    pub bandwidth: u64,
    /// Silence after which a member is no member any more.
    pub silence: Duration,
    /// Which log keeps the messages of the rooms; `None`: nothing is kept.
    pub log: Option<LogEpoch>,
    /// Other relays have the same log, and members of their own.
    pub is_shared: bool,
    /// Where members of those reach this one.
    pub public: Vec<SocketAddr>,
    /// Who may be in charge among the members.
    pub operators: Vec<Operator>,
    /// What it says to plain members.
    pub phrasebooks: Phrasebooks,
}

impl Default for RelayOptions {
    fn default() -> Self {
        Self {
            open: false,
            members: MAX_MEMBERS,
            rooms: MAX_ROOMS,
            rate: MESSAGES_PER_SECOND,
            bytes: BYTES_PER_SECOND,
            bandwidth: BANDWIDTH,
            silence: SILENCE,
            log: None,
            is_shared: false,
            public: Vec::new(),
            operators: Vec::new(),
            phrasebooks: Phrasebooks::default(),
        }
    }
}

/// How the log behind the relay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogState {
    /// There is none.
    Absent,
    /// It takes messages; of so many the place is not known yet.
    Up {
        waiting: usize,
    },
    Down(DownCause),
}

/// Where datagrams go.
pub trait Sink {
    /// Sends `bytes` to each of `to`, cut into datagrams of `segment` bytes; the last may be shorter.
    fn send(&mut self, to: &[SocketAddr], bytes: &[u8], segment: usize);
}

/// Something worth a line of the log; that a limit was met, at most once a second for each member. Names are escaped by
/// whoever prints them.
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
    Limited {
        member: SocketAddr,
        limit: RelayLimit,
    },
    /// The log of the rooms takes nothing, so the relay does not either.
    LogDown(DownCause),
    LogUp,
    /// What somebody in charge has ordered.
    Ordered(Phrase),
    /// A member that is in charge orders that; what comes of it is the next.
    OrderedBy {
        member: SocketAddr,
        operator: String,
        order: String,
    },
    /// A member has proved to be in charge, as whom.
    Claimed {
        member: SocketAddr,
        name: String,
        operator: String,
    },
    /// Others are in charge from now on: so many.
    OperatorsRead {
        count: usize,
    },
    /// Somebody has not proved it.
    ClaimRefused {
        member: SocketAddr,
        operator: String,
    },
}

/// Why somebody is no member any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    Asked,
    Silent,
    Unreachable,
    /// It was put out, and may come back soon.
    Kicked,
    Banned,
    /// Its room was closed.
    Closed,
    /// It has gone to another relay of the same log.
    Elsewhere,
}

/// Which limit was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayLimit {
    Members,
    Rooms,
    Rate,
    Bytes,
    Bandwidth,
    TooLong,
    /// The log of the rooms takes nothing at the moment.
    Log,
    /// Was put out just now.
    Kicked,
    Banned,
    /// The room is closed.
    Closed,
    /// The room has a password.
    Password,
    Muted,
    /// Only people in charge write in the room.
    Moderated,
    /// So many seconds have to lie between two messages of one member.
    Slow(u16),
}

/// Everything that can be counted, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub datagrams_in: u64,
    pub bytes_in: u64,
    /// Handed to the sink, each receiver counted.
    pub datagrams_out: u64,
    pub bytes_out: u64,
    /// Messages taken from members.
    pub messages: u64,
    /// Messages times the members they went to.
    pub deliveries: u64,
    pub challenges: u64,
    pub proofs: u64,
    pub wrong_proofs: u64,
    /// Messages that had been taken before, and echoes of what the relay said.
    pub repeated: u64,
    /// Entries sent again to members that missed them.
    pub resent: u64,
    pub limited: u64,
    pub malformed: u64,
}

/// One room as it is now, for the page and the metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomView {
    pub name: String,
    pub members: usize,
    /// Those at other relays of the same log.
    pub elsewhere: usize,
    /// Messages since the room began: it ends when its last member leaves.
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

/// Adds to a counter, which stops at its end rather than begin anew.
pub(super) fn count(counter: &mut u64, more: impl TryInto<u64>) {
    *counter = counter.saturating_add(more.try_into().unwrap_or_default());
}
