//! Addresses: our own and what follows when they change, which of them a peer knows us by, which are everybody's, and
//! whose packets may be answered.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::engine::{Ear, Ipmsg};
use super::packet::command;
use crate::model::{Address, Now};
use crate::wire::Interface;

/// Addresses of this machine that are known. A machine full of containers has some dozens.
const MAX_INTERFACES: usize = 256;
/// Datagrams that say one thing to everybody: networks and announced addresses.
const MAX_NETWORKS: usize = 128;

// Our own.
impl Ipmsg {
    pub(super) fn take_interfaces(&mut self, now: Now, interfaces: &[Interface]) {
        let (networks, addresses) = (self.networks(), self.addresses());
        self.interfaces = interfaces.iter().take(MAX_INTERFACES).cloned().collect();
        self.paths.keep(interfaces);
        // Another address in the same network has the same broadcast address: everybody still writes to the old one.
        let moved = !addresses.is_subset(&self.addresses());
        if moved || self.networks() != networks {
            self.hear_groups();
            self.appear(now);
        }
        if moved {
            self.tell_moved(now);
        }
        self.open_again();
    }

    /// Those who know us and did not hear what was just said to everybody.
    fn tell_moved(&mut self, now: Now) {
        let shouted = self.own.as_ref().is_some_and(|own| own.visible);
        let met = self.met(|ipmsg, at| !(shouted && ipmsg.is_near(at.ip())));
        if self.may_speak() {
            self.say_entry(now, command::ENTRY, &met);
        }
    }

    /// Where we are reached. What the family speaks is IPv4.
    fn addresses(&self) -> BTreeSet<IpAddr> {
        let bound = self.only_address();
        let own = self.interfaces.iter().map(|interface| interface.address);
        own.filter(|ip| ip.is_ipv4() && bound.is_none_or(|bound| bound == *ip)).collect()
    }

    /// The address that a peer knows us by: the one that we listen at, or else the one that it speaks to. Whom it never
    /// spoke to sees the one that the system chooses, the same for packets and streams.
    pub(super) fn address_for(&mut self, peer: SocketAddr) -> Option<IpAddr> {
        self.only_address().or_else(|| self.paths.local(peer))
    }

    /// The one address that we listen at. Otherwise the system chooses one, and the same for packets and streams.
    pub(super) fn only_address(&self) -> Option<IpAddr> {
        match self.udp {
            Ear::Up(at) => Some(at.ip()).filter(|ip| !ip.is_unspecified()),
            Ear::Off | Ear::Opening | Ear::Down(_) => None,
        }
    }
}

// Whose they are.
impl Ipmsg {
    /// What we sent ourselves, and came back.
    pub(super) fn is_own(&self, from: SocketAddr) -> bool {
        let Ear::Up(at) = self.udp else { return false };
        let here = |ip: IpAddr| self.interfaces.iter().any(|interface| interface.address == ip);
        let ip = from.ip();
        from.port() == at.port() && if at.ip().is_unspecified() { here(ip) } else { ip == at.ip() }
    }

    /// Whether what is sent there comes back: a machine is all of its loopback addresses.
    pub(super) fn is_ourselves(&self, to: SocketAddr) -> bool {
        let everywhere =
            matches!(self.udp, Ear::Up(at) if at.ip().is_unspecified() && at.port() == to.port());
        self.is_own(to) || (everywhere && to.ip().is_loopback() && !self.is_broadcast(to.ip()))
    }

    /// Everybody on a network, as seen from here.
    pub(super) fn is_broadcast(&self, ip: IpAddr) -> bool {
        let IpAddr::V4(ip) = ip else { return ip.is_multicast() };
        let there = |interface: &Interface| interface.broadcast == Some(ip);
        ip.is_broadcast() || ip.is_multicast() || self.interfaces.iter().any(there)
    }

    /// Whether a packet from there may be answered: it is on one of our networks, or a person chose it or announced us
    /// to it (invariant I3). Services have low ports.
    pub(super) fn may_answer(&self, to: SocketAddr) -> bool {
        let chosen = || self.peers.get(to).is_some_and(|peer| peer.chosen);
        to.port() >= 1_024 && (self.is_near(to.ip()) || self.is_announced_to(to.ip()) || chosen())
    }

    pub(super) fn is_near(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) if ip.is_loopback() || ip.is_link_local() => true,
            IpAddr::V6(ip) if ip.is_loopback() || ip.is_unicast_link_local() => true,
            IpAddr::V4(_) | IpAddr::V6(_) => self.interfaces.iter().any(|interface| interface.reaches(ip)),
        }
    }

    fn is_announced_to(&self, ip: IpAddr) -> bool {
        let announced = self.own.iter().flat_map(|own| &own.announce).filter_map(Address::literal);
        let covers = |at: SocketAddr| match (at.ip(), ip) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => is_within(ip, network),
            (one, other) => one == other,
        };
        announced.into_iter().any(covers)
    }
}

// Everybody.
impl Ipmsg {
    /// Where the others listen: at the usual port, and at ours where a whole office has moved to it.
    fn ports(&self) -> impl Iterator<Item = u16> + use<> {
        let own = match self.udp {
            Ear::Up(at) => Some(at.port()).filter(|port| *port != super::PORT),
            Ear::Off | Ear::Opening | Ear::Down(_) => None,
        };
        std::iter::once(super::PORT).chain(own)
    }

    /// Everybody we can reach: the broadcast addresses of our networks, and where a person wants us announced.
    pub(super) fn networks(&self) -> Vec<SocketAddr> {
        let bound = self.only_address();
        let used = |interface: &&Interface| {
            interface.broadcast.is_some() && bound.is_none_or(|ip| ip == interface.address)
        };
        let used: Vec<&Interface> = self.interfaces.iter().filter(used).collect();
        let outside = used.iter().any(|interface| !interface.loopback);
        let mut found: BTreeSet<SocketAddr> = BTreeSet::new();
        for interface in used.iter().filter(|interface| !interface.loopback || !outside) {
            let limited = (interface.limited && outside).then_some(Ipv4Addr::BROADCAST);
            for ip in interface.broadcast.into_iter().chain(limited) {
                found.extend(self.ports().map(|port| SocketAddr::new(IpAddr::V4(ip), port)));
            }
        }
        for at in self.own.iter().flat_map(|own| &own.announce).filter_map(Address::literal) {
            found.insert(at);
            if at.port() == super::PORT {
                found.extend(self.ports().map(|port| SocketAddr::new(at.ip(), port)));
            }
        }
        found.into_iter().take(MAX_NETWORKS).collect()
    }

    /// The same, but nobody hears it twice: iptux 0.8 writes an entry into the open window of its sender from a
    /// thread that must not, and two at once often crash it.
    pub(super) fn once_each(&self) -> Vec<SocketAddr> {
        let mut found = self.networks();
        if found.iter().any(|at| at.ip() == Ipv4Addr::BROADCAST) {
            let twice = |at: &SocketAddr| {
                let mut limited = self.interfaces.iter().filter(|interface| interface.limited);
                limited.any(|interface| interface.broadcast.map(IpAddr::V4) == Some(at.ip()))
            };
            found.retain(|at| !twice(at));
        }
        found
    }
}

/// Whether an address belongs to the network with this broadcast address, of which nobody told the prefix. The ones at
/// its end are at least those of the hosts; a few of the network's own may be among them, which lets in a neighbour of
/// the network.
fn is_within(ip: Ipv4Addr, broadcast: Ipv4Addr) -> bool {
    let hosts = broadcast.to_bits().trailing_ones();
    let mask = u32::MAX.checked_shl(hosts).unwrap_or_default();
    ip.to_bits() & mask == broadcast.to_bits() & mask
}
