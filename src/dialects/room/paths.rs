//! The ways from a room to the networks: which datagrams one message needs, and where a room has to listen.
//!
//! Nobody on a network may hear a message twice, so each network gets one datagram.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};

use super::place::{Place, scope_of};
use crate::wire::Interface;

/// Datagrams of one message. More than any machine has networks on which people sit.
pub(super) const MAX_COPIES: usize = 64;

/// One datagram of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Where the socket listens that sends it.
    pub(super) socket: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) via: Option<u32>,
    /// The interface it will leave by, where that is known.
    pub(super) interface: Option<u32>,
}

/// The datagrams that reach everybody in this room; none without an interface for it.
pub(super) fn paths(place: &Place, interfaces: &[Interface]) -> Vec<Path> {
    let used: Vec<&Interface> = interfaces.iter().filter(|interface| place.uses(interface)).collect();
    let mut paths = if place.is_group() {
        group(place, &used)
    } else if place.is_everybody() {
        everybody(place, &used)
    } else {
        directed(place, &used)
    };
    paths.truncate(MAX_COPIES);
    paths
}

/// Every interface, and the loopback interface only where it is named or there is no other.
fn group(place: &Place, used: &[&Interface]) -> Vec<Path> {
    let outside = place.only.is_none() && used.iter().any(|interface| !interface.loopback);
    let used = used.iter().filter(|interface| !outside || !interface.loopback);
    let numbers: BTreeSet<u32> = used.map(|interface| interface.index).collect();
    let path = |index: u32| {
        let socket = place.socket_on(index);
        let to = if scope_of(socket) == index { socket } else { place.target() };
        Path { socket, to, via: Some(index), interface: Some(index) }
    };
    numbers.into_iter().map(path).collect()
}

/// Where 255.255.255.255 goes it is heard by all on the wire, whatever network they think they are on. A broadcast
/// address that stands on two interfaces would leave by the same one both times.
fn everybody(place: &Place, used: &[&Interface]) -> Vec<Path> {
    let path = |to: Ipv4Addr, interface| Path {
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
    let mut paths: Vec<Path> = limited.map(|index| path(Ipv4Addr::BROADCAST, index)).into_iter().collect();
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
fn directed(place: &Place, used: &[&Interface]) -> Vec<Path> {
    let there = |interface: &&&Interface| interface.broadcast.is_some_and(|broadcast| place.ip == broadcast);
    let path = |_any: &&Interface| Path {
        socket: place.channel(),
        to: place.target(),
        via: None,
        interface: used.iter().find(there).map(|interface| interface.index),
    };
    used.first().map(path).into_iter().collect()
}

/// Where the room listens, and on which interfaces it joins its group there.
pub(super) fn ears(place: &Place, interfaces: &[Interface]) -> BTreeMap<SocketAddr, BTreeSet<u32>> {
    let mut ears: BTreeMap<SocketAddr, BTreeSet<u32>> = BTreeMap::new();
    if !place.is_group() {
        ears.entry(place.channel()).or_default();
        return ears;
    }
    for interface in interfaces.iter().filter(|interface| place.uses(interface)) {
        ears.entry(place.socket_on(interface.index)).or_default().insert(interface.index);
    }
    ears
}
