//! The network interfaces of the machine, with those that have no address.

use std::net::{IpAddr, Ipv4Addr};

use crate::net::ifaces::{self, NetInterface};

/// More than a person reads; a machine full of containers has some hundreds.
const MAX_CARDS: usize = 64;

/// One interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostInterface {
    pub name: String,
    /// Each with the bits of its network. Empty: none, or the interface is down.
    pub addresses: Vec<(IpAddr, u8)>,
    pub broadcast: Option<Ipv4Addr>,
    /// Bytes of the largest packet, where the system tells.
    pub mtu: Option<u32>,
    pub loopback: bool,
}

/// All interfaces, or the one of that name; those with an address first.
pub fn interfaces(only: Option<&str>) -> Vec<HostInterface> {
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let mut found: Vec<HostInterface> = Vec::new();
    for one in ifaces::addresses(None).into_iter().filter(|one| wanted(&one.name)) {
        let address = (one.address, one.prefix);
        match found.iter_mut().find(|card| card.name == one.name) {
            Some(card) => {
                card.addresses.push(address);
                card.broadcast = card.broadcast.or(one.broadcast);
            }
            None => found.push(HostInterface {
                mtu: mtu(&one.name),
                addresses: vec![address],
                broadcast: one.broadcast,
                loopback: one.loopback,
                name: one.name,
            }),
        }
    }
    for name in names().into_iter().filter(|name| wanted(name)) {
        if found.iter().all(|card| card.name != name) {
            found.push(HostInterface { mtu: mtu(&name), name, ..HostInterface::default() });
        }
    }
    found.truncate(MAX_CARDS);
    found
}

/// The interface of that name, as sockets are kept to it.
pub(super) fn interface(name: &str) -> Option<NetInterface> {
    ifaces::list().into_iter().find(|one| one.name == name)
}

/// Bytes of the largest packet there.
#[cfg(target_os = "linux")]
fn mtu(name: &str) -> Option<u32> {
    std::fs::read_to_string(format!("/sys/class/net/{name}/mtu")).ok()?.trim().parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn mtu(_name: &str) -> Option<u32> {
    None
}

/// Every interface that the system has, by name.
#[cfg(target_os = "linux")]
fn names() -> Vec<String> {
    let entries = std::fs::read_dir("/sys/class/net").into_iter().flatten().flatten().take(MAX_CARDS);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(not(target_os = "linux"))]
fn names() -> Vec<String> {
    ifaces::list().into_iter().map(|one| one.name).collect()
}
