//! Network interfaces: their names, and keeping a socket to one of them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use socket2::Socket;

/// One interface with an address on it.
#[derive(Clone, Debug)]
pub(super) struct Interface {
    pub(super) name: String,
    pub(super) loopback: bool,
    pub(super) index: Option<u32>,
    /// Bound to where no device can be.
    #[cfg(not(target_os = "linux"))]
    pub(super) addresses: Vec<IpAddr>,
}

/// All interfaces that have an address, by name.
pub(super) fn list() -> Vec<Interface> {
    let mut found: Vec<Interface> = Vec::new();
    for entry in if_addrs::get_if_addrs().unwrap_or_default() {
        let loopback = entry.is_loopback();
        if let Some(known) = found.iter_mut().find(|known| known.name == entry.name) {
            known.loopback &= loopback;
            #[cfg(not(target_os = "linux"))]
            known.addresses.push(entry.ip());
        } else {
            found.push(Interface {
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

/// The index of an IPv6 zone, which may be written as the number itself.
pub(super) fn zone_index(zone: &str) -> Option<u32> {
    let named = list().into_iter().find(|interface| interface.name == zone);
    named.and_then(|interface| interface.index).or_else(|| zone.parse().ok())
}

/// Keeps `socket` to the interface and says which address to bind it to.
///
/// Where a device cannot be bound, an unspecified address is replaced by one of the interface's own: then
/// nothing is received from elsewhere, and for the loopback interface nothing leaves the machine either.
pub(super) fn confine(socket: &Socket, interface: &Interface, wanted: SocketAddr) -> io::Result<SocketAddr> {
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
fn own_address(interface: &Interface) -> Option<IpAddr> {
    // Any other interface would still send by the routing table, so there the refusal stands.
    interface.loopback.then_some(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

#[cfg(not(target_os = "linux"))]
fn own_address(interface: &Interface) -> Option<IpAddr> {
    if interface.loopback {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let four = interface.addresses.iter().find(|address| address.is_ipv4());
    four.or_else(|| interface.addresses.first()).copied()
}
