//! Datagrams of the simulated network: sockets, who gets what, and what is lost on the way.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use udpqq::model::LinkId;
use udpqq::wire::{Batch, Ecn, Input, Segments, SocketSpec, bulk};

use super::network::{Arrival, LATENCY, NEAR, Network};
use super::program::{BROADCAST, Bound, HostId, Link, Program, ProgramId};
use super::weather::MAX_WAIT;

/// The largest payload over IPv4 and over IPv6 (RFC 768, RFC 8200).
const MAX_PAYLOAD: [usize; 2] = [65_507, 65_527];
/// What a kernel takes or gives at once.
const MAX_PIECE: usize = 65_535;
/// What waits longer is marked by the router, where the sender understands that.
const MARKED: Duration = Duration::from_millis(100);

/// A datagram to one place, as somebody on the way sees it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) at: Instant,
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) bytes: Arc<[u8]>,
}

/// How a datagram leaves a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Departure {
    pub(super) to: SocketAddr,
    pub(super) own: Option<IpAddr>,
    pub(super) via: Option<u32>,
    pub(super) segments: Segments,
}

/// How it arrives at one.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) from: SocketAddr,
    pub(super) to: IpAddr,
    pub(super) ecn: Option<Ecn>,
    pub(super) bytes: Arc<[u8]>,
}

/// Whom an address reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    One,
    Everybody,
    /// Only what runs on the same host.
    EverybodyHere,
    Group,
}

fn reach_of(to: IpAddr) -> Reach {
    match to {
        IpAddr::V4(Ipv4Addr::BROADCAST | BROADCAST) => Reach::Everybody,
        IpAddr::V4(ip) if ip == Ipv4Addr::new(127, 255, 255, 255) => Reach::EverybodyHere,
        to if to.is_multicast() => Reach::Group,
        _ => Reach::One,
    }
}

impl Network {
    pub(super) fn open(&mut self, program: ProgramId, link: LinkId, socket: SocketSpec) {
        self.take_number(program, link);
        let mut at = socket.at;
        if at.port() == 0 {
            at.set_port(self.free_port());
        }
        if let Some(code) = self.refusal(program, at, socket.shared) {
            self.post(program, LATENCY, Arrival::LinkDown { link, code });
            return;
        }
        let bound =
            Bound { at, shared: socket.shared, broadcast: socket.broadcast, bulk: false, groups: [].into() };
        self.programs[program.0].links.insert(link, Link::Opening(bound));
        self.post(program, LATENCY, Arrival::LinkUp { link, address: at });
    }

    /// Why a socket cannot be had there.
    fn refusal(&self, program: ProgramId, at: SocketAddr, shared: bool) -> Option<&'static str> {
        let host = self.programs[program.0].host;
        let ip = at.ip();
        let ours = ip.is_unspecified() || self.hosts[host.0].has(ip) || reach_of(ip) != Reach::One;
        if !ours {
            return Some("EADDRNOTAVAIL");
        }
        let here = self.programs.iter().filter(|other| other.host == host);
        let meets = |bound: &Bound| {
            bound.at.port() == at.port() && bound.at.is_ipv4() == at.is_ipv4() && !(shared && bound.shared)
        };
        let taken = here.flat_map(Program::sockets).any(|(_, bound)| meets(bound));
        taken.then_some("EADDRINUSE")
    }

    pub(super) fn opened(&mut self, program: ProgramId, link: LinkId, address: SocketAddr) {
        // The program may have closed it meanwhile.
        if matches!(self.programs[program.0].links.get(&link), Some(Link::Listener(_))) {
            self.step(program, Input::LinkUp { link, address, only: None });
        } else if let Some(Link::Opening(bound)) = self.programs[program.0].links.remove(&link) {
            self.programs[program.0].links.insert(link, Link::Socket(bound));
            self.step(program, Input::LinkUp { link, address, only: None });
        }
    }

    /// Takes a host's interface away, or gives it one of this number. What was joined on it is left.
    pub(crate) fn plug(&mut self, host: HostId, interface: Option<u32>) {
        self.hosts[host.0].interface = interface;
        let interfaces = self.hosts[host.0].interfaces();
        let here = |index: &usize| self.programs[*index].host == host;
        let here: Vec<usize> = (0..self.programs.len()).filter(here).collect();
        for index in here {
            self.programs[index].links.values_mut().for_each(Link::leave_groups);
            self.step(ProgramId(index), Input::Interfaces(&interfaces));
        }
    }

    pub(super) fn free_port(&mut self) -> u16 {
        self.ephemeral = self.ephemeral.wrapping_add(1).max(40_000);
        self.ephemeral
    }

    pub(super) fn join(&mut self, program: ProgramId, link: LinkId, (group, index): (IpAddr, u32)) {
        let present = self.host_of(program).interface;
        match self.programs[program.0].links.get_mut(&link) {
            Some(Link::Socket(bound)) if group.is_multicast() => {
                // 0 is any interface; what is not there is passed over.
                bound.groups.extend(present.filter(|at| index == 0 || index == *at).map(|at| (group, at)));
            }
            _ => self.blame(program, format_args!("{link:?} cannot join {group}")),
        }
    }

    /// Sends, or gives the kernel's short name for why not.
    pub(super) fn send(
        &mut self,
        program: ProgramId,
        link: LinkId,
        Departure { to, own, via, segments }: Departure,
        bytes: &Arc<[u8]>,
    ) -> Result<(), &'static str> {
        let Some(socket) = self.programs[program.0].socket(link) else {
            self.blame(program, format_args!("a datagram on {link:?}, which is no socket"));
            return Err("EBADF");
        };
        let present = self.host_of(program).interface;
        let broadcast = matches!(reach_of(to.ip()), Reach::Everybody | Reach::EverybodyHere);
        if bytes.len() > MAX_PAYLOAD[usize::from(to.is_ipv6())] {
            return Err("EMSGSIZE");
        } else if !socket.speaks(to) || (present.is_none() && !to.ip().is_loopback()) {
            return Err("ENETUNREACH");
        } else if broadcast && !socket.broadcast {
            return Err("EACCES");
        } else if to.port() == 0 || to.ip().is_unspecified() {
            return Err("EINVAL");
        } else if via.is_some_and(|index| Some(index) != present) {
            return Err("ENODEV");
        }
        let port = socket.at.port();
        let usual = self.host_of(program).source(to.ip(), port);
        // An address that is none of the host's is passed over, as the real caller does.
        let own = own.filter(|own| self.host_of(program).has(*own));
        // The one of IPv6 is always the usual one, which has a scope.
        let named = own.filter(|own| own.is_ipv4() || own.is_loopback());
        let from = named.map_or(usual, |own| SocketAddr::new(own, port));
        if own.is_some_and(|own| reach_of(own) != Reach::One) {
            self.blame(program, format_args!("a datagram from {from}"));
        }
        if let Some(tap) = self.tap.as_mut().filter(|_| reach_of(to.ip()) == Reach::One) {
            tap.push(Sent { at: self.now.mono, from, to, bytes: Arc::clone(bytes) });
        }
        let receivers = self.receivers(program, to);
        if receivers.is_empty() && self.is_host(program, to.ip()) {
            self.post(program, LATENCY * 2, Arrival::Unreachable { link, to });
        }
        for (receiver, link) in receivers {
            let parcel = Parcel { from, to: to.ip(), ecn: segments.ecn, bytes: Arc::clone(bytes) };
            self.carry(program, (receiver, link), parcel, segments.fragment);
        }
        Ok(())
    }

    /// The sockets a datagram to `to` is for.
    fn receivers(&self, sender: ProgramId, to: SocketAddr) -> Vec<(ProgramId, LinkId)> {
        let here = self.programs[sender.0].host;
        let reach = reach_of(to.ip());
        let mut found = Vec::new();
        for (index, program) in self.programs.iter().enumerate() {
            let near = program.host == here;
            let Some(interface) = self.hosts[program.host.0].interface else { continue };
            let reached = match reach {
                Reach::One if to.ip().is_loopback() => near,
                Reach::One => self.hosts[program.host.0].has(to.ip()),
                Reach::Everybody | Reach::Group => true,
                Reach::EverybodyHere => near,
            };
            let hears = |bound: &Bound| {
                bound.fits(to) && (reach != Reach::Group || bound.groups.contains(&(to.ip(), interface)))
            };
            let sockets = program.sockets().filter(|(_, bound)| reached && hears(bound));
            found.extend(sockets.map(|(link, _)| (ProgramId(index), link)));
        }
        // Of several sockets that share a port, the newest has what is sent to one.
        if reach == Reach::One { found.pop().into_iter().collect() } else { found }
    }

    fn is_host(&self, program: ProgramId, ip: IpAddr) -> bool {
        let own = &self.hosts[self.programs[program.0].host.0];
        reach_of(ip) == Reach::One && (own.has(ip) || self.hosts.iter().any(|host| host.has(ip)))
    }

    /// Each datagram goes its own way.
    pub(super) fn send_bulk(
        &mut self,
        program: ProgramId,
        link: LinkId,
        departure: Departure,
        bytes: &Arc<[u8]>,
    ) {
        if self.programs[program.0].socket(link).is_some_and(|bound| !bound.bulk) {
            self.blame(program, format_args!("many datagrams on {link:?}, which takes one at a time"));
        }
        if bytes.len() > MAX_PIECE {
            self.blame(program, format_args!("{} bytes in one piece", bytes.len()));
        }
        for datagram in bulk::datagrams(bytes, departure.segments.size) {
            self.programs[program.0].tally.sent += 1;
            let _nobody_is_told = self.send(program, link, departure, &datagram.into());
        }
    }

    /// What has come at the same moment, of one size and with one mark, is one piece to a link that takes them in bulk.
    pub(super) fn deliver(&mut self, program: ProgramId, link: LinkId, parcel: Parcel) {
        let Parcel { from, to, ecn, bytes } = parcel;
        let Some(Bound { bulk, .. }) = self.programs[program.0].socket(link) else { return };
        if !bulk {
            return self.step(program, Input::Datagram { link, from, to: Some(to), bytes: &bytes });
        }
        let (stride, mut all) = (bytes.len(), bytes.to_vec());
        while all.len() % stride.max(1) == 0 && all.len() + stride <= MAX_PIECE {
            let now = self.now.mono;
            let fits = |(at, _): &(Instant, u64), waiting: &(ProgramId, Arrival)| match waiting {
                (receiver, Arrival::Datagram { link: other, from: source, to: own, ecn: mark, bytes }) => {
                    let same = (*receiver, *other, *source, *own, *mark) == (program, link, from, to, ecn);
                    same && *at <= now && (1..=stride).contains(&bytes.len())
                }
                _ => false,
            };
            let Some(next) = self.queue.first_entry().filter(|next| fits(next.key(), next.get())) else {
                break;
            };
            if let (_, Arrival::Datagram { bytes, .. }) = next.remove() {
                all.extend_from_slice(&bytes);
            }
        }
        let batch = Batch { from, to: Some(to), ecn, stride, bytes: &all };
        self.step(program, Input::Datagrams { link, batch });
    }

    fn carry(
        &mut self,
        sender: ProgramId,
        (receiver, link): (ProgramId, LinkId),
        parcel: Parcel,
        fragment: bool,
    ) {
        let Parcel { from, to, mut ecn, bytes } = parcel;
        if self.programs[sender.0].host == self.programs[receiver.0].host {
            self.post(receiver, NEAR, Arrival::Datagram { link, from, to, ecn, bytes });
            return;
        }
        let Some(waits) = self.queue_up(self.programs[sender.0].host, bytes.len()) else { return };
        if waits > MARKED {
            ecn = ecn.map(|_capable| Ecn::Congested);
        }
        let copies = if self.chance.percent(self.weather.doubled) { 2 } else { 1 };
        let since = self.now.mono.saturating_duration_since(self.began);
        let dark = self.dark.is_some_and(|until| self.now.mono < until);
        for _ in 0..copies {
            if self.weather.passes(&mut self.chance, since, (bytes.len(), fragment)) && !dark {
                let jitter = u64::try_from(self.weather.jitter.as_micros()).unwrap_or(u64::MAX);
                let later = self.weather.latency + waits + Duration::from_micros(self.chance.below(jitter));
                let bytes = self.spoil(&bytes);
                self.post(receiver, later, Arrival::Datagram { link, from, to, ecn, bytes });
            }
        }
    }

    /// How long it takes until so many bytes are out of a host; `None`: there is no room for them.
    fn queue_up(&mut self, host: HostId, bytes: usize) -> Option<Duration> {
        let Some(rate) = self.weather.rate else { return Some(Duration::ZERO) };
        let micros = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1_000_000) / u64::from(rate);
        let now = self.now.mono;
        let line = if self.weather.shared { HostId(0) } else { host };
        let free = self.free.entry(line).or_insert(now);
        let waits = free.saturating_duration_since(now);
        if waits > MAX_WAIT {
            return None;
        }
        let waits = waits + Duration::from_micros(micros);
        *free = now + waits;
        Some(waits)
    }

    fn spoil(&mut self, bytes: &Arc<[u8]>) -> Arc<[u8]> {
        let mut spoiled = bytes.to_vec();
        if self.chance.percent(self.weather.spoiled) && !spoiled.is_empty() {
            let at = self.chance.index(spoiled.len());
            match self.chance.below(3) {
                0 => spoiled.truncate(at),
                1 => spoiled[at] = self.chance.next().to_be_bytes()[0],
                _ => spoiled[at] ^= 1 << self.chance.below(8),
            }
        }
        spoiled.into()
    }

    /// A datagram from somewhere that is no host of this network, to each port at which a program listens.
    pub(crate) fn datagram_from_outside(&mut self, program: ProgramId, from: SocketAddr, bytes: &[u8]) {
        let to = IpAddr::V4(self.host_of(program).v4);
        for link in self.doors(program) {
            self.post(program, LATENCY, Arrival::Datagram { link, from, to, ecn: None, bytes: bytes.into() });
        }
    }

    /// The same, without a way to go: many of them take no time.
    pub(crate) fn throw(&mut self, program: ProgramId, from: SocketAddr, bytes: &[u8]) {
        let to = IpAddr::V4(self.host_of(program).v4);
        for link in self.doors(program) {
            self.deliver(program, link, Parcel { from, to, ecn: None, bytes: bytes.into() });
        }
    }

    /// For each port at which a program listens the socket that hears what is sent to it alone.
    fn doors(&self, program: ProgramId) -> Vec<LinkId> {
        let host = IpAddr::V4(self.host_of(program).v4);
        let ports: BTreeSet<u16> =
            self.program(program).sockets().map(|(_, bound)| bound.at.port()).collect();
        let hears = |port| {
            let to = SocketAddr::new(host, port);
            self.program(program).sockets().filter(|(_, bound)| bound.fits(to)).last()
        };
        ports.into_iter().filter_map(hears).map(|(link, _)| link).collect()
    }
}
