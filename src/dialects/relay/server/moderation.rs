//! Who is kept out or may not speak, and how each room is run, as the people in charge have ordered.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::api::RelayLimit;
use super::members::RelayMember;
use crate::dialects::relay::frame::Rules;
use crate::dialects::relay::stretched_key::StretchedKey;

/// Bans and mutes at a time, and rooms with rules: nobody orders more, and a list that is printed has an end.
const MAX_SANCTIONS: usize = 4_096;
const MAX_RULES: usize = 1_024;

/// What somebody may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ban {
    /// Come in, as whoever was put out just now.
    Kick,
    /// Come in.
    Enter,
    /// Write.
    Speak,
}

/// A ban, and whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sanction {
    pub(super) ban: Ban,
    /// As the member was called then.
    pub(super) name: String,
    pub(super) id: u64,
    pub(super) origin: BanOrigin,
    /// `None`: for good.
    pub(super) until: Option<Instant>,
}

/// Where somebody comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BanOrigin {
    /// An IPv4 address, or the first 64 bits of an IPv6 address, which a household has for itself.
    Network(IpAddr),
    /// One program: for what is about nobody else behind the same address. On the relay's own machine, where all have the
    /// same address, there is nothing else to go by.
    Program(SocketAddr),
}

impl BanOrigin {
    /// What is kept of somebody's address for this ban: who may never come in comes from nowhere near there.
    pub(super) fn of(ban: Ban, address: SocketAddr) -> Self {
        match ban {
            Ban::Enter if !address.ip().is_loopback() => Self::Network(network(address.ip())),
            Ban::Enter | Ban::Kick | Ban::Speak => Self::Program(address),
        }
    }

    fn has(self, address: SocketAddr) -> bool {
        match self {
            Self::Network(of) => network(address.ip()) == of,
            Self::Program(of) => address == of,
        }
    }

    fn has_ip(self, ip: IpAddr) -> bool {
        match self {
            Self::Network(of) => network(ip) == of,
            Self::Program(of) => ip == of.ip(),
        }
    }

    pub(super) fn shown(self) -> String {
        match self {
            Self::Network(IpAddr::V4(ip)) => ip.to_string(),
            Self::Network(IpAddr::V6(ip)) => format!("{ip}/64"),
            Self::Program(address) => address.to_string(),
        }
    }
}

/// How a room is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RoomRules {
    /// Seconds between two messages of one member.
    pub(super) slow: u16,
    /// Only people in charge write.
    pub(super) moderated: bool,
    pub(super) topic: String,
    pub(super) closed: bool,
    /// Who knows the password comes in.
    pub(super) key: Option<StretchedKey>,
}

impl RoomRules {
    /// As framed members are told.
    pub(super) fn framed(&self) -> Rules<'_> {
        Rules { moderated: self.moderated, slow: self.slow, topic: &self.topic }
    }
}

#[derive(Debug, Default)]
pub(super) struct Moderation {
    sanctions: Vec<Sanction>,
    /// By the folded name of the room; none where nothing was ordered.
    rules: BTreeMap<String, RoomRules>,
}

// Bans.
impl Moderation {
    /// A later ban of the same kind takes the place of the earlier. `false`: there are too many.
    pub(super) fn impose(&mut self, now: Instant, sanction: Sanction) -> bool {
        self.forget(now);
        self.sanctions.retain(|other| other.ban != sanction.ban || other.id != sanction.id);
        let room = self.sanctions.len() < MAX_SANCTIONS;
        if room {
            self.sanctions.push(sanction);
        }
        room
    }

    /// Ends the bans of this kind on whoever went by this name, or comes from there. Those that are ended.
    pub(super) fn lift(&mut self, now: Instant, bans: &[Ban], who: &str) -> Vec<Sanction> {
        self.forget(now);
        let is_meant = |other: &Sanction| {
            let is_from = other.origin.shown() == who || who.parse().is_ok_and(|ip| other.origin.has_ip(ip));
            bans.contains(&other.ban) && (is_from || other.name.to_lowercase() == who.to_lowercase())
        };
        self.sanctions.extract_if(.., |other| is_meant(other)).collect()
    }

    /// Ends this ban on the member of that id.
    pub(super) fn lift_one(&mut self, ban: Ban, id: u64) {
        self.sanctions.retain(|other| other.ban != ban || other.id != id);
    }

    /// Those that hold, in the order in which they were ordered.
    pub(super) fn sanctions(&mut self, now: Instant) -> &[Sanction] {
        self.forget(now);
        &self.sanctions
    }

    /// Whether somebody may become a member. Who is one already stays, whoever else comes from there.
    pub(super) fn admits(&self, now: Instant, id: u64, from: SocketAddr) -> Result<(), RelayLimit> {
        if self.holds(now, Ban::Enter, id, from) {
            Err(RelayLimit::Banned)
        } else if self.holds(now, Ban::Kick, id, from) {
            Err(RelayLimit::Kicked)
        } else {
            Ok(())
        }
    }

    /// Whether members may come into a room.
    pub(super) fn opens(&self, room: &str) -> Result<(), RelayLimit> {
        let closed = self.rules(room).is_some_and(|rules| rules.closed);
        if closed { Err(RelayLimit::Closed) } else { Ok(()) }
    }

    /// Whether members without udpqq may come into a room: they can prove no password.
    pub(super) fn opens_to_plain(&self, room: &str) -> Result<(), RelayLimit> {
        self.opens(room)?;
        if self.key(room).is_some() { Err(RelayLimit::Password) } else { Ok(()) }
    }

    /// Of a room with a password.
    pub(super) fn key(&self, room: &str) -> Option<&StretchedKey> {
        self.rules(room)?.key.as_ref()
    }

    /// Whether a member may write in its room now.
    pub(super) fn lets_speak(&self, now: Instant, member: &RelayMember) -> Result<(), RelayLimit> {
        // In its other rooms it has other ids.
        if self.holds(now, Ban::Speak, member.id, member.address) {
            return Err(RelayLimit::Muted);
        }
        let Some(rules) = self.rules(&member.room).filter(|_| !member.is_operator()) else { return Ok(()) };
        let last = member.wrote;
        let pause = Duration::from_secs(rules.slow.into());
        if rules.moderated {
            Err(RelayLimit::Moderated)
        } else if last.is_some_and(|last| now.saturating_duration_since(last) < pause) {
            Err(RelayLimit::Slow(rules.slow))
        } else {
            Ok(())
        }
    }

    fn holds(&self, now: Instant, ban: Ban, id: u64, from: SocketAddr) -> bool {
        let is_in_force = |one: &Sanction| one.ban == ban && one.until.is_none_or(|until| now < until);
        self.sanctions.iter().any(|one| is_in_force(one) && (one.id == id || one.origin.has(from)))
    }

    fn forget(&mut self, now: Instant) {
        self.sanctions.retain(|one| one.until.is_none_or(|until| now < until));
    }
}

// Rooms.
impl Moderation {
    /// By the folded name.
    pub(super) fn rules(&self, room: &str) -> Option<&RoomRules> {
        self.rules.get(room)
    }

    /// Changes how a room is run, also one in which nobody is yet. `false`: there are too many of them.
    pub(super) fn change(&mut self, room: &str, change: impl FnOnce(&mut RoomRules)) -> bool {
        if self.rules.len() >= MAX_RULES && !self.rules.contains_key(room) {
            return false;
        }
        let rules = self.rules.entry(room.to_owned()).or_default();
        change(rules);
        if *rules == RoomRules::default() {
            self.rules.remove(room);
        }
        true
    }
}

/// An IPv4 address, or the first 64 bits of an IPv6 address.
pub(super) fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from(u128::from(ip) >> 64 << 64).into(),
    }
}
