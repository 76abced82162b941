//! Addresses: our own, which of them a peer knows us by, and which are everybody's.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::local::LocalNode;
use crate::model::Address;
use crate::wire::{Ctx, Interface};

/// Addresses of this machine that are known. A machine full of containers has some dozens.
const MAX_INTERFACES: usize = 256;
/// Datagrams that say one thing to everybody: networks and announced addresses.
const MAX_NETWORKS: usize = 128;
/// Announced addresses that are told at once; more are told one after the other (`sweep`).
const MAX_AT_ONCE: usize = 32;

/// What other interfaces mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct AddressChange {
    /// An address of ours is gone.
    pub moved: bool,
    /// We are reached elsewhere, or everybody else is.
    pub reach: bool,
}

// Our own.
impl LocalNode {
    pub(super) fn set_interfaces(&mut self, interfaces: &[Interface]) -> AddressChange {
        let (networks, addresses) = (self.networks(), self.addresses());
        self.interfaces = interfaces.iter().take(MAX_INTERFACES).cloned().collect();
        // Another address in the same network has the same broadcast address: everybody still writes to the old one.
        let moved = !addresses.is_subset(&self.addresses());
        AddressChange { moved, reach: moved || self.networks() != networks }
    }

    /// Where we are reached. What the family speaks is IPv4.
    fn addresses(&self) -> BTreeSet<IpAddr> {
        self.used().map(|interface| interface.address).filter(IpAddr::is_ipv4).collect()
    }

    fn used(&self) -> impl Iterator<Item = &Interface> {
        let bound = self.only_address();
        self.interfaces.iter().filter(move |interface| bound.is_none_or(|ip| ip == interface.address))
    }

    /// Hears the groups from now on, if others may know that we are here.
    pub(super) fn hear_groups(&mut self, cx: &mut Ctx<'_>) {
        if self.is_visible() {
            let networks = self.group_networks();
            self.sockets.join_groups(cx, &networks);
        }
    }

    /// The networks on which groups are heard.
    pub(super) fn group_networks(&self) -> Vec<u32> {
        let usable = |one: &&Interface| one.address.is_ipv4() && !one.loopback;
        self.used().filter(usable).map(|one| one.index).collect()
    }

    /// The address that a peer knows us by: the one that we listen at, or else the one that it speaks to. A peer that never
    /// spoke to us sees the one that the system chooses, the same for packets and streams.
    pub(super) fn address_for(&self, cx: &mut Ctx<'_>, peer: SocketAddr) -> Option<IpAddr> {
        self.only_address().or_else(|| cx.paths.local(peer))
    }

    /// The one address that we listen at. Otherwise the system chooses one, and the same for packets and streams.
    fn only_address(&self) -> Option<IpAddr> {
        self.sockets.address().map(|at| at.ip()).filter(|ip| !ip.is_unspecified())
    }
}

// Whose they are.
impl LocalNode {
    /// What we sent ourselves, and came back.
    pub(super) fn is_own(&self, from: SocketAddr) -> bool {
        let Some(at) = self.sockets.address() else { return false };
        let here = |ip: IpAddr| self.interfaces.iter().any(|interface| interface.address == ip);
        let ip = from.ip();
        from.port() == at.port() && if at.ip().is_unspecified() { here(ip) } else { ip == at.ip() }
    }

    /// Whether what is sent there comes back: a machine is all of its loopback addresses.
    pub(super) fn is_ourselves(&self, to: SocketAddr) -> bool {
        let at = self.sockets.address();
        let everywhere = at.is_some_and(|at| at.ip().is_unspecified() && at.port() == to.port());
        self.is_own(to) || (everywhere && to.ip().is_loopback() && !self.is_broadcast(to.ip()))
    }

    /// Everybody on a network, as seen from here.
    pub(super) fn is_broadcast(&self, ip: IpAddr) -> bool {
        let IpAddr::V4(ip) = ip else { return ip.is_multicast() };
        let there = |interface: &Interface| interface.broadcast == Some(ip);
        ip.is_broadcast() || ip.is_multicast() || self.interfaces.iter().any(there)
    }

    pub(super) fn is_near(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) if ip.is_loopback() || ip.is_link_local() => true,
            IpAddr::V6(ip) if ip.is_loopback() || ip.is_unicast_link_local() => true,
            IpAddr::V4(_) | IpAddr::V6(_) => self.interfaces.iter().any(|interface| interface.reaches(ip)),
        }
    }

    pub(super) fn is_announced_to(&self, ip: IpAddr) -> bool {
        let covers = |at: SocketAddr| match (at.ip(), ip) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => is_within(ip, network),
            (one, other) => one == other,
        };
        self.announced().any(covers)
    }
}

// Everybody.
impl LocalNode {
    /// Where the others listen: at the usual port, and at ours where a whole office has moved to it.
    fn ports(&self) -> impl Iterator<Item = u16> + use<> {
        let own = self.sockets.address().map(|at| at.port()).filter(|port| *port != super::PORT);
        std::iter::once(super::PORT).chain(own)
    }

    /// Where a person wants us announced; not to ourselves.
    pub(super) fn announced(&self) -> impl Iterator<Item = SocketAddr> {
        let all = self.identity.iter().flat_map(|own| &own.announce).filter_map(Address::literal);
        all.filter(|at| !self.interfaces.iter().any(|interface| interface.address == at.ip()))
    }

    /// There are so many of them that they are told one after the other.
    pub(super) fn sweeps(&self) -> bool {
        self.identity.as_ref().is_some_and(|own| own.announce.len() > MAX_AT_ONCE)
    }

    /// Everybody we can reach: the broadcast addresses of our networks, and where a person wants us announced.
    pub(super) fn networks(&self) -> Vec<SocketAddr> {
        let used: Vec<&Interface> = self.used().filter(|interface| interface.broadcast.is_some()).collect();
        let outside = used.iter().any(|interface| !interface.loopback);
        let mut found: BTreeSet<SocketAddr> = BTreeSet::new();
        for interface in used.iter().filter(|interface| !interface.loopback || !outside) {
            let limited = (interface.limited && outside).then_some(Ipv4Addr::BROADCAST);
            for ip in interface.broadcast.into_iter().chain(limited) {
                found.extend(self.ports().map(|port| SocketAddr::new(IpAddr::V4(ip), port)));
            }
        }
        for at in self.announced().filter(|_| !self.sweeps()) {
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
