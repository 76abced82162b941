//! The networks that this machine is on: which datagrams reach a group on all of them, where one has to listen for that, and
//! whose a source is.
//!
//! Nobody on a network may hear a message twice, so each network gets one datagram.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::endpoint::scope_of;
use super::group_address::GroupAddress;
use super::interface::Interface;
use super::sockets::SocketOptions;

/// Addresses of this machine that are known. A machine full of containers has some dozens.
const MAX_INTERFACES: usize = 256;
/// Datagrams of one message. More than any machine has networks on which people sit.
pub const MAX_PATHS: usize = 64;

/// One datagram of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupPath {
    /// Where the socket listens that sends it.
    pub socket: SocketAddr,
    pub to: SocketAddr,
    pub via: Option<u32>,
    /// The interface it will leave by, where that is known.
    pub interface: Option<u32>,
}

/// An interface of this machine of which nothing is known. The kernel counts from 1.
const SOME_INTERFACE: u32 = 0;

/// The networks that this machine is on.
#[derive(Debug, Default)]
pub struct Networks {
    interfaces: Vec<Interface>,
}

impl Networks {
    pub fn set(&mut self, interfaces: &[Interface]) {
        self.interfaces = interfaces.iter().take(MAX_INTERFACES).cloned().collect();
    }

    /// The datagrams that reach everybody there; none without an interface for it.
    pub fn paths(&self, place: &GroupAddress) -> Vec<GroupPath> {
        let used: Vec<&Interface> =
            self.interfaces.iter().filter(|interface| place.uses(interface)).collect();
        let mut paths = if place.is_multicast() {
            group(place, &used)
        } else if place.is_everybody() {
            everybody(place, &used)
        } else {
            directed(place, &used)
        };
        paths.truncate(MAX_PATHS);
        paths
    }

    /// Adds where one listens for what is said there, and on which interfaces a group is joined. `hops`: how far its datagrams may
    /// go; of two names for a group, neither may let it go further than the other one says.
    pub fn subscribe(
        &self,
        place: &GroupAddress,
        hops: u32,
        sockets: &mut BTreeMap<SocketAddr, SocketOptions>,
    ) {
        let mut want = |at: SocketAddr, join: Option<u32>| {
            let wanted = sockets.entry(at).or_default();
            wanted.hops = if wanted.hops == 0 { hops } else { wanted.hops.min(hops) };
            wanted.joins.extend(join);
        };
        if !place.is_multicast() {
            return want(place.channel(), None);
        }
        for interface in self.interfaces.iter().filter(|interface| place.uses(interface)) {
            want(place.socket_on(interface.index), Some(interface.index));
        }
    }

    /// Whether no program of a person sends from there.
    pub fn is_forged(&self, from: SocketAddr) -> bool {
        let ip = from.ip();
        let broadcast = |interface: &Interface| interface.broadcast.is_some_and(|at| ip == at);
        from.port() == 0
            || ip.is_multicast()
            || ip == Ipv4Addr::BROADCAST
            || self.interfaces.iter().any(broadcast)
    }

    /// Whether somebody there is on one of these networks.
    pub fn reach(&self, ip: IpAddr) -> bool {
        self.interfaces.iter().any(|interface| interface.has(ip) || interface.reaches(ip))
    }

    /// The interface of which this is an address.
    pub fn own_interface(&self, from: SocketAddr) -> Option<u32> {
        let (ip, scope) = (from.ip(), scope_of(from));
        let here = self.interfaces.iter().find(|own| own.address == ip && (scope == 0 || scope == own.index));
        if let Some(own) = here {
            return Some(own.index);
        }
        if ip.is_loopback() {
            let loopback = self.interfaces.iter().find(|own| own.loopback);
            return Some(loopback.map_or(SOME_INTERFACE, |own| own.index));
        }
        // The kernel writes 0.0.0.0 where an interface has no address to send from.
        ip.is_unspecified().then_some(SOME_INTERFACE)
    }

    pub fn name_of(&self, index: u32) -> Option<&str> {
        let found = self.interfaces.iter().find(|interface| interface.index == index);
        found.map(|interface| interface.name.as_str())
    }
}

/// Every interface, and the loopback interface only where it is named or there is no other.
fn group(place: &GroupAddress, used: &[&Interface]) -> Vec<GroupPath> {
    let outside = place.only.is_none() && used.iter().any(|interface| !interface.loopback);
    let used = used.iter().filter(|interface| !outside || !interface.loopback);
    let numbers: BTreeSet<u32> = used.map(|interface| interface.index).collect();
    let path = |index: u32| {
        let socket = place.socket_on(index);
        let to = if scope_of(socket) == index { socket } else { place.target() };
        GroupPath { socket, to, via: Some(index), interface: Some(index) }
    };
    numbers.into_iter().map(path).collect()
}

/// Where 255.255.255.255 goes it is heard by all on the wire, whatever network they think they are on. A broadcast
/// address that stands on two interfaces would leave by the same one both times.
fn everybody(place: &GroupAddress, used: &[&Interface]) -> Vec<GroupPath> {
    let path = |to: Ipv4Addr, interface| GroupPath {
        socket: place.channel(),
        to: SocketAddr::new(to.into(), place.port),
        via: None,
        interface: Some(interface),
    };
    let reach = |interface: &&&Interface| !interface.loopback && interface.broadcast.is_some();
    let outside: Vec<&Interface> = used.iter().filter(reach).copied().collect();
    if outside.is_empty() {
        // Never 255.255.255.255, which is not sure to stay on this machine.
        let inside = used.iter().find_map(|interface| Some((interface.broadcast?, interface.index)));
        return inside.map(|(to, index)| path(to, index)).into_iter().collect();
    }
    let limited: Option<u32> =
        outside.iter().find(|interface| interface.limited).map(|interface| interface.index);
    let mut paths: Vec<GroupPath> =
        limited.map(|index| path(Ipv4Addr::BROADCAST, index)).into_iter().collect();
    let on_limited = |address: Ipv4Addr| {
        outside.iter().any(|other| Some(other.index) == limited && other.broadcast == Some(address))
    };
    let mut directed = BTreeMap::new();
    for interface in outside.iter().filter(|interface| Some(interface.index) != limited) {
        if let Some(to) = interface.broadcast.filter(|to| !on_limited(*to)) {
            directed.entry(to).or_insert(interface.index);
        }
    }
    paths.extend(directed.into_iter().map(|(to, index)| path(to, index)));
    paths
}

/// The kernel finds the way, if there is a network at all.
fn directed(place: &GroupAddress, used: &[&Interface]) -> Vec<GroupPath> {
    if used.is_empty() {
        return Vec::new();
    }
    let there = |interface: &&&Interface| interface.broadcast.is_some_and(|broadcast| place.ip == broadcast);
    let interface = used.iter().find(there).map(|interface| interface.index);
    vec![GroupPath { socket: place.channel(), to: place.target(), via: None, interface }]
}
