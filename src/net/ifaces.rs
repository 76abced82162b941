//! Network interfaces: their names and addresses, and keeping a socket to one of them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use if_addrs::IfAddr;
use socket2::{Domain, Protocol, Socket, Type};

use crate::model::traffic::OwnNetwork;
use crate::wire;
use crate::wire::endpoint::scope_of;

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

/// The name of the interface that an address belongs to which is nowhere without it.
pub(super) fn zone_name(at: SocketAddr) -> Option<Arc<str>> {
    let scope = Some(scope_of(at)).filter(|scope| *scope > 0)?;
    list().into_iter().find(|one| one.index == Some(scope)).map(|one| one.name.into())
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

/// Networks that are named: a machine with containers has dozens, and nobody reads on.
const MAX_NETWORKS: usize = 8;

/// The networks of these interfaces, those of IPv4 first; of an interface that has one, no other. `loops`: loopback is what is
/// meant, else it is no network.
pub(super) fn networks(interfaces: &[wire::Interface], loops: bool) -> Vec<OwnNetwork> {
    let is_usable = |one: &&wire::Interface| one.loopback == loops && !is_link_local(one.address);
    let (four, six): (Vec<&wire::Interface>, Vec<&wire::Interface>) =
        interfaces.iter().filter(is_usable).partition(|one| one.address.is_ipv4());
    let is_alone = |one: &&&wire::Interface| !four.iter().any(|other| other.name == one.name);
    let mut found: Vec<OwnNetwork> = Vec::new();
    for one in four.iter().chain(six.iter().filter(is_alone)) {
        let network =
            OwnNetwork { interface: one.name.clone(), network: network_of(one.address, one.prefix) };
        if !found.contains(&network) && found.len() < MAX_NETWORKS {
            found.push(network);
        }
    }
    found
}

fn network_of(address: IpAddr, prefix: u8) -> String {
    let start: IpAddr = match address {
        IpAddr::V4(four) => {
            let host = u32::MAX.checked_shr(prefix.into()).unwrap_or_default();
            Ipv4Addr::from_bits(four.to_bits() & !host).into()
        }
        IpAddr::V6(six) => {
            let host = u128::MAX.checked_shr(prefix.into()).unwrap_or_default();
            Ipv6Addr::from_bits(six.to_bits() & !host).into()
        }
    };
    format!("{start}/{prefix}")
}

/// It means something only together with an interface, whose name is another one elsewhere.
pub(super) const fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => six.is_unicast_link_local(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_named_once_without_loopback_and_link_local_ones() {
        let of = |name: &str, address: &str, prefix, loopback| wire::Interface {
            name: name.to_owned(),
            index: 1,
            address: address.parse().expect(address),
            prefix,
            broadcast: None,
            loopback,
            limited: false,
        };
        let all = [
            of("lo", "127.0.0.1", 8, true),
            of("eth0", "fe80::1", 64, false),
            of("eth0", "2001:db8::5", 64, false),
            of("eth0", "10.77.5.9", 24, false),
            of("eth0", "10.77.5.10", 24, false),
            of("wlan0", "2001:db8:1::5", 48, false),
            of("wlan0", "169.254.3.4", 16, false),
        ];
        let named = |loops| {
            let found = networks(&all, loops).into_iter();
            found.map(|one| format!("{} {}", one.interface, one.network)).collect::<Vec<_>>()
        };
        assert_eq!(named(false), ["eth0 10.77.5.0/24", "wlan0 2001:db8:1::/48"]);
        assert_eq!(named(true), ["lo 127.0.0.0/8"]);
        assert_eq!(network_of([10, 1, 2, 3].into(), 0), "0.0.0.0/0");
        assert_eq!(network_of([10, 1, 2, 3].into(), 32), "10.1.2.3/32");
    }
}
