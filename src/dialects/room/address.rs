//! Where a room is: what its address means on the network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::model::{Address, AddressError, Host};
use crate::wire::Interface;

/// The option of an address that names the only interface.
pub(super) const INTERFACE: &str = "interface";

/// One room, whatever it is called and however its text is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RoomAddress {
    /// A multicast group, or an IPv4 address that is taken for a broadcast address.
    pub(super) ip: IpAddr,
    pub(super) port: u16,
    /// The only interface to use, by its name or its number.
    pub(super) only: Option<String>,
}

impl RoomAddress {
    pub(super) fn of(address: &Address) -> Result<Self, AddressError> {
        let refused = || AddressError::Group(address.host.to_string());
        let (ip, zone) = match &address.host {
            Host::Ip(ip) => (*ip, None),
            Host::Scoped(ip, zone) => (IpAddr::V6(*ip), Some(zone.as_str())),
            Host::Name(_) | Host::Anywhere => return Err(refused()),
        };
        if ip.is_ipv6() && !ip.is_multicast() {
            return Err(refused());
        }
        let only = zone.or_else(|| address.option(INTERFACE)).map(str::to_owned);
        Ok(Self { ip, port: address.port, only })
    }

    pub(super) fn is_group(&self) -> bool {
        self.ip.is_multicast()
    }

    pub(super) fn is_everybody(&self) -> bool {
        self.ip == Ipv4Addr::BROADCAST
    }

    pub(super) const fn target(&self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port)
    }

    /// What the rooms that hear the same datagrams have in common: the group, or for broadcasts only the port.
    pub(super) fn channel(&self) -> SocketAddr {
        if self.is_group() { self.target() } else { broadcast_channel(self.port) }
    }

    /// Whether the room uses this interface: all that speak its kind of address, or the one that was named.
    pub(super) fn uses(&self, interface: &Interface) -> bool {
        interface.address.is_ipv4() == self.ip.is_ipv4()
            && self.only.as_deref().is_none_or(|only| is_called(interface, only))
    }

    /// Where it listens on the interface with this number. To the kernel an IPv6 group that does not reach beyond the
    /// network is another one on each interface: it can only be bound to with its scope (RFC 4007, section 6).
    pub(super) fn socket_on(&self, interface: u32) -> SocketAddr {
        match self.ip {
            IpAddr::V6(group) if is_scoped(&group) => {
                SocketAddrV6::new(group, self.port, 0, interface).into()
            }
            IpAddr::V4(_) | IpAddr::V6(_) => self.channel(),
        }
    }
}

pub(super) const fn broadcast_channel(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)
}

/// The channel that a socket serves.
pub(super) const fn channel_of(socket: SocketAddr) -> SocketAddr {
    SocketAddr::new(socket.ip(), socket.port())
}

fn is_called(interface: &Interface, name: &str) -> bool {
    interface.name == name || name.parse() == Ok(interface.index)
}

/// Interface-local or link-local (RFC 4291, section 2.7).
const fn is_scoped(group: &Ipv6Addr) -> bool {
    matches!(group.octets(), [_, flags_and_scope, ..] if flags_and_scope & 0x0f <= 2)
}
