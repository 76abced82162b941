//! Network interfaces: their names and addresses, and keeping a socket to one of them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use if_addrs::IfAddr;
use socket2::{Domain, Protocol, Socket, Type};

use crate::wire;

/// More addresses than a machine has; what comes after them is left out.
const MAX_ADDRESSES: usize = 1_024;
/// Longer prefixes have no broadcast address (RFC 3021).
const MAX_BROADCAST_PREFIX: u8 = 30;
/// The broadcast address of the loopback network, though systems do not name it.
const LOOPBACK_BROADCAST: Ipv4Addr = Ipv4Addr::new(127, 255, 255, 255);

/// One interface with an address on it.
#[derive(Clone, Debug)]
pub(super) struct NetInterface {
    pub(super) name: String,
    pub(super) loopback: bool,
    pub(super) index: Option<u32>,
    /// Bound to where no device can be.
    #[cfg(not(target_os = "linux"))]
    pub(super) addresses: Vec<IpAddr>,
}

/// All interfaces that have an address, by name.
pub(super) fn list() -> Vec<NetInterface> {
    let mut found: Vec<NetInterface> = Vec::new();
    for entry in if_addrs::get_if_addrs().unwrap_or_default() {
        let loopback = entry.is_loopback();
        if let Some(known) = found.iter_mut().find(|known| known.name == entry.name) {
            known.loopback &= loopback;
            #[cfg(not(target_os = "linux"))]
            known.addresses.push(entry.ip());
        } else {
            found.push(NetInterface {
                loopback,
                index: entry.index,
                #[cfg(not(target_os = "linux"))]
                addresses: vec![entry.ip()],
                name: entry.name,
            });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// What engines may know of the interfaces that are up: of `only`, if there is one.
pub(super) fn addresses(only: Option<&NetInterface>) -> Vec<wire::Interface> {
    let limited = limited_source(only);
    let named = |name: &str| only.is_none_or(|only| only.name == name);
    let mut found: Vec<wire::Interface> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| entry.is_oper_up() && named(&entry.name))
        .filter_map(|entry| {
            let (index, address, loopback) = (entry.index?, entry.ip(), entry.is_loopback());
            let limited = Some(address) == limited;
            let broadcast = broadcast_of(&entry.addr, entry.is_p2p());
            let prefix = match &entry.addr {
                IfAddr::V4(four) => four.prefixlen,
                IfAddr::V6(six) => six.prefixlen,
            };
            Some(wire::Interface { name: entry.name, index, address, prefix, broadcast, loopback, limited })
        })
        .take(MAX_ADDRESSES)
        .collect();
    // The same in the same order, so that a list which did not change is known as such.
    found.sort_by(|one, other| {
        (one.index, one.address, &one.name).cmp(&(other.index, other.address, &other.name))
    });
    found
}

/// The one that was set, or else the one that the kernel takes in any case; where none was set, some systems give the
/// address itself.
fn broadcast_of(address: &IfAddr, point_to_point: bool) -> Option<Ipv4Addr> {
    let IfAddr::V4(four) = address else { return None };
    if four.is_loopback() {
        return Some(LOOPBACK_BROADCAST);
    }
    let of_prefix = || Ipv4Addr::from_bits(four.ip.to_bits() | !four.netmask.to_bits());
    let has_one = !point_to_point && four.prefixlen > 0 && four.prefixlen <= MAX_BROADCAST_PREFIX;
    let set = four.broadcast.filter(|set| *set != four.ip);
    set.or_else(|| has_one.then(of_prefix))
}

/// The address that 255.255.255.255 would be sent from.
fn limited_source(only: Option<&NetInterface>) -> Option<IpAddr> {
    if only.is_some_and(|only| only.loopback) {
        return None;
    }
    // Any port: nothing goes there.
    source_for(SocketAddr::new(Ipv4Addr::BROADCAST.into(), 9), only)
}

/// The address of ours that the system would choose to send from. Connecting a datagram socket sends nothing.
pub(super) fn source_for(to: SocketAddr, only: Option<&NetInterface>) -> Option<IpAddr> {
    let socket = Socket::new(Domain::for_address(to), Type::DGRAM, Some(Protocol::UDP)).ok()?;
    socket.set_broadcast(true).ok()?;
    let unspecified = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { [0_u16; 8].into() };
    let any = SocketAddr::new(unspecified, 0);
    let at = only.map_or(Some(any), |only| confine(&socket, only, any).ok())?;
    if at != any {
        return Some(at.ip());
    }
    socket.connect(&to.into()).ok()?;
    socket.local_addr().ok()?.as_socket().map(|local| local.ip())
}

/// An IPv4 address of the interface with this number, which stands for it where numbers are not taken.
#[cfg(not(target_os = "linux"))]
pub(super) fn ipv4_of(index: u32) -> Option<Ipv4Addr> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    all.into_iter().filter(|entry| entry.index == Some(index)).find_map(|entry| match entry.ip() {
        IpAddr::V4(own) => Some(own),
        IpAddr::V6(_) => None,
    })
}

/// The index of an IPv6 zone, which may be written as the number itself.
pub(super) fn zone_index(zone: &str) -> Option<u32> {
    let named = list().into_iter().find(|interface| interface.name == zone);
    named.and_then(|interface| interface.index).or_else(|| zone.parse().ok())
}

/// Keeps `socket` to the interface and says which address to bind it to.
///
/// Where a device cannot be bound, an unspecified address is replaced by one of the interface's own: then
/// nothing is received from elsewhere, and for the loopback interface nothing leaves the machine either.
pub(super) fn confine(
    socket: &Socket,
    interface: &NetInterface,
    wanted: SocketAddr,
) -> io::Result<SocketAddr> {
    #[cfg(target_os = "linux")]
    let bound = socket.bind_device(Some(interface.name.as_bytes()));
    #[cfg(not(target_os = "linux"))]
    let bound = {
        let _unused = socket;
        Err(io::Error::from(io::ErrorKind::PermissionDenied))
    };
    match bound {
        Ok(()) => Ok(wanted),
        // Kernels before 5.7 ask for CAP_NET_RAW.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let own = own_address(interface).ok_or(error)?;
            Ok(if wanted.ip().is_unspecified() { SocketAddr::new(own, wanted.port()) } else { wanted })
        }
        Err(error) => Err(error),
    }
}

#[cfg(target_os = "linux")]
fn own_address(interface: &NetInterface) -> Option<IpAddr> {
    // Any other interface would still send by the routing table, so there the refusal stands.
    interface.loopback.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

#[cfg(not(target_os = "linux"))]
fn own_address(interface: &NetInterface) -> Option<IpAddr> {
    if interface.loopback {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let four = interface.addresses.iter().find(|address| address.is_ipv4());
    four.or_else(|| interface.addresses.first()).copied()
}
