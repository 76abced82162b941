//! What stands on the simulated network: hosts, the programs that run there, and what each of them holds.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::time::{Duration, Instant};

use udpqq::model::traffic::Received;
use udpqq::model::{LinkId, NetEvent, Now, WallTime};
use udpqq::wire::{Engine, Input, Interface, Output};

use super::Verdict;
use super::disks::DiskChannel;
use super::history::History;
use super::transfers::Mover;

/// Polls one input may cost. What waits for a name or a connection is bounded, and everything else is less.
pub(crate) const MAX_POLLS: usize = 2_000;
/// The number of every host's one interface, as long as nobody pulls the plug.
pub(crate) const INTERFACE: u32 = 2;
/// Where everybody on the one simulated network is reached.
pub(crate) const BROADCAST: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 255);

/// One input, then everything it causes, and when the engine wants to be woken.
pub(crate) fn drain(
    engine: &mut dyn Engine,
    now: Now,
    input: Input<'_>,
) -> Verdict<(Vec<Output>, Option<Instant>)> {
    engine.handle(now, input);
    let mut outputs = Vec::new();
    for _ in 0..MAX_POLLS {
        match engine.poll(now) {
            Output::Wait(deadline) => return Ok((outputs, deadline)),
            output => outputs.push(output),
        }
    }
    Err(format!("still not waiting after {MAX_POLLS} polls"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HostId(pub(crate) usize);

/// A machine with one interface, which has an IPv4 and a link-local IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) v4: Ipv4Addr,
    pub(crate) v6: Ipv6Addr,
    /// The number of its interface; `None`: that is down.
    pub(crate) interface: Option<u32>,
}

impl Host {
    /// `number` is the last part of its addresses.
    pub(crate) fn numbered(number: u8) -> Self {
        Self {
            v4: Ipv4Addr::new(192, 0, 2, number),
            v6: Ipv6Addr::new(0xFE80, 0, 0, 0, 0, 0, 0, u16::from(number)),
            interface: Some(INTERFACE),
        }
    }

    pub(crate) fn has(&self, ip: IpAddr) -> bool {
        ip.is_loopback() || ip == IpAddr::V4(self.v4) || ip == IpAddr::V6(self.v6)
    }

    /// What a datagram or a stream from here to `to` says of where it comes from.
    pub(crate) fn source(&self, to: IpAddr, port: u16) -> SocketAddr {
        match to {
            to if to.is_loopback() => SocketAddr::new(to, port),
            IpAddr::V4(_) => SocketAddr::new(self.v4.into(), port),
            IpAddr::V6(_) => SocketAddrV6::new(self.v6, port, 0, self.interface.unwrap_or_default()).into(),
        }
    }

    pub(crate) fn interfaces(&self) -> Vec<Interface> {
        let Some(index) = self.interface else { return Vec::new() };
        let named = |address, broadcast: Option<Ipv4Addr>| Interface {
            name: "eth0".to_owned(),
            index,
            address,
            prefix: 24,
            limited: broadcast.is_some(),
            broadcast,
            loopback: false,
        };
        vec![named(self.v4.into(), Some(BROADCAST)), named(self.v6.into(), None)]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProgramId(pub(crate) usize);

/// A datagram socket.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) at: SocketAddr,
    pub(crate) shared: bool,
    pub(crate) broadcast: bool,
    /// It carries datagrams in bulk.
    pub(crate) bulk: bool,
    /// Each with the number of the interface on which it is heard.
    pub(crate) groups: BTreeSet<(IpAddr, u32)>,
}

impl Bound {
    /// Whether a datagram to `to` is for this socket, as far as its own address goes.
    pub(crate) fn fits(&self, to: SocketAddr) -> bool {
        let any = match self.at.ip() {
            IpAddr::V4(ip) => ip.is_unspecified() && to.is_ipv4(),
            // Takes IPv4 too.
            IpAddr::V6(ip) => ip.is_unspecified(),
        };
        self.at.port() == to.port() && (any || self.at.ip() == to.ip())
    }

    pub(crate) fn speaks(&self, to: SocketAddr) -> bool {
        self.at.is_ipv4() == to.is_ipv4() || (self.at.is_ipv6() && self.at.ip().is_unspecified())
    }
}

/// What a link number of a program stands for.
#[derive(Debug)]
pub(crate) enum Link {
    /// Asked for; not told yet that it is there.
    Opening(Bound),
    Socket(Bound),
    Listener(SocketAddr),
    Dialling,
    /// A disk channel.
    Disk,
    /// One end of a stream.
    Stream {
        stream: usize,
        end: usize,
    },
}

impl Link {
    pub(crate) fn leave_groups(&mut self) {
        if let Self::Socket(bound) = self {
            bound.groups.clear();
        }
    }
}

/// What an engine has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Datagrams, writes and dials: everything another host can notice.
    pub(crate) sent: usize,
    pub(crate) events: usize,
    pub(crate) ticks: usize,
}

/// How a program sees the time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// How long its machine has slept, which the monotonic clock does not tell.
    behind: Duration,
    asleep: Option<Instant>,
    /// Microseconds that somebody has put the wall clock forward by.
    pub(super) shift: i64,
}

impl Clock {
    pub(super) fn read(&self, now: Now) -> Now {
        let mono = now.mono.checked_sub(self.behind).unwrap_or(now.mono);
        Now { mono, wall: WallTime(now.wall.0.saturating_add(self.shift)) }
    }

    pub(super) const fn sleeps(&self) -> bool {
        self.asleep.is_some()
    }

    pub(super) const fn fall_asleep(&mut self, now: Instant) {
        self.asleep = Some(now);
    }

    pub(super) fn wake_up(&mut self, now: Instant) {
        let slept = self.asleep.take().map(|since| now.saturating_duration_since(since));
        self.behind = self.behind.saturating_add(slept.unwrap_or_default());
    }
}

/// One engine and what its caller keeps for it.
pub(crate) struct Program {
    pub(crate) host: HostId,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) links: BTreeMap<LinkId, Link>,
    /// What streams have to do besides being read and written.
    pub(crate) movers: BTreeMap<LinkId, Mover>,
    pub(crate) disks: BTreeMap<LinkId, DiskChannel>,
    pub(crate) accepted: u32,
    pub(crate) events: Vec<NetEvent>,
    pub(crate) history: History,
    pub(crate) clock: Clock,
    /// It is killed after so many outputs more.
    pub(crate) strikes_in: Option<usize>,
    pub(crate) tally: Tally,
}

impl Program {
    pub(crate) fn new(host: HostId, engine: Box<dyn Engine>) -> Self {
        Self {
            host,
            engine,
            deadline: None,
            links: BTreeMap::new(),
            movers: BTreeMap::new(),
            disks: BTreeMap::new(),
            accepted: LinkId::FIRST_ACCEPTED,
            events: Vec::new(),
            history: History::default(),
            clock: Clock::default(),
            strikes_in: None,
            tally: Tally::default(),
        }
    }

    pub(crate) fn socket(&self, link: LinkId) -> Option<&Bound> {
        match self.links.get(&link) {
            Some(Link::Socket(bound)) => Some(bound),
            _ => None,
        }
    }

    /// All its sockets, by link.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = (LinkId, &Bound)> {
        self.links.keys().filter_map(|id| Some((*id, self.socket(*id)?)))
    }

    pub(crate) fn listens_for_streams(&self, at: SocketAddr) -> bool {
        self.links.values().any(|link| matches!(link, Link::Listener(own) if own.port() == at.port()))
    }

    /// When it is to be woken, by the clock of the network.
    pub(crate) fn wakes(&self) -> Option<Instant> {
        let deadline = self.deadline.filter(|_| !self.clock.sleeps())?;
        deadline.checked_add(self.clock.behind)
    }

    /// Counts an output; `true`: it does not come to it any more.
    pub(super) fn is_struck(&mut self) -> bool {
        let left = self.strikes_in.map(|left| left.checked_sub(1));
        self.strikes_in = left.flatten();
        left == Some(None)
    }

    /// The messages in its history.
    pub(crate) fn received(&self) -> impl Iterator<Item = &Received> {
        self.history.rows.iter()
    }
}
